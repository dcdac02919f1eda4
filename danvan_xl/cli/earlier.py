"""What units said in the period before, for the templates of this one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from danvan_xl.cli.common import Chosen, register_of, say
from danvan_xl.model.period import plain_period, shown_period
from danvan_xl.office.register_file import RegisterError
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang

if TYPE_CHECKING:
    from pathlib import Path

    from danvan_xl.model.reported import Reported
    from danvan_xl.office.workspace import Workspace
    from danvan_xl.workbooks.template.template_book import TemplateOptions


class Earlier(Struct, frozen=True):
    """What units said in the period before, and what is to be said of where that was taken from.

    ``answers``: line id → words; ``figures``: unit → indicator or target → the figure as shown; ``label``: how the
    period is called, empty where nothing is known of it; ``reported``: unit → indicator → what shorter reports of the
    window brought already.
    """

    answers: Mapping[str, str] = {}
    figures: Mapping[str, Mapping[str, str]] = {}
    label: str = ""
    note: str = ""
    reported: Mapping[str, Mapping[str, Reported]] = {}
    trouble: RegisterError | None = None

    def options(self, chosen: Chosen, lang: Lang) -> TemplateOptions:
        """What templates show besides the plan, but for the figures: those are each unit's own."""
        from danvan_xl.workbooks.template.template_book import TemplateOptions

        contact = chosen.job.settings.contact
        return TemplateOptions(contact=contact, previous=self.answers, previous_label=self.label, lang=lang)


def earlier_answers(chosen: Chosen, current: Round, lang: Lang) -> Earlier:
    """The answers in the consolidated workbook of the period before, by the workspace's register or its folder."""
    workspace = chosen.workspace
    if workspace is None:
        return Earlier()
    from danvan_xl.office.previous import book_of, previous_answers, previous_workbook
    from danvan_xl.office.previous_figures import previous_figures
    from danvan_xl.office.previous_targets import previous_targets
    from danvan_xl.office.reported_before import reported_before

    merged: Mapping[str, tuple[str, ...]] = {}
    trouble: RegisterError | None = None
    if workspace.register.exists():
        try:
            with register_of(chosen, lang) as register:
                merged = register.merged()
        except RegisterError as error:  # the folder still shows what there is
            trouble = error
    reported = reported_before(workspace, merged, current)
    found = previous_workbook(workspace, merged, [item.id for item in current.reports])
    if found is None:
        since = _said_since(workspace, merged, current, None, {}, lang)
        return Earlier(since, reported=reported, trouble=trouble)
    book = None if found.gone else book_of(found.path)
    answers = previous_answers(book) if book is not None else None
    if book is None or answers is None:
        key = "template_previous_gone" if found.gone else "template_previous_unread"
        note = say(lang, key, path=found.path, period=shown_period(found.period, lang))
        return Earlier(note=note, trouble=trouble, reported=reported)
    plan = current.plan
    is_alike = plain_period(found.period).kind == current.period.kind  # a month's figures say nothing of a quarter's
    form = current.forms[plan.statistics] if plan.statistics and is_alike else None
    figures = previous_figures(book, plan, form) if form is not None else {}
    targets = previous_targets(book, plan)
    said = {unit: {**figures.get(unit, {}), **targets.get(unit, {})} for unit in (*figures, *targets)}
    answers = {**answers, **_said_since(workspace, merged, current, found.path, answers, lang)}
    return Earlier(answers, said, shown_period(found.period), "", reported, trouble)


def _said_since(
    workspace: Workspace,
    merged: Mapping[str, tuple[str, ...]],
    current: Round,
    former: Path | None,
    answers: Mapping[str, str],
    lang: Lang,
) -> Mapping[str, str]:
    """Line id → what was said last time, and in the newest of the shorter reports since."""
    from danvan_xl.office.previous import previous_answers
    from danvan_xl.office.reported_before import shorter_workbooks

    shorter = [path for path in shorter_workbooks(workspace, merged, current) if path != former]
    newest = previous_answers(shorter[-1]) if shorter else None
    if not newest:
        return {}
    of = shown_period(shorter[-1].parent.name, lang)
    return {
        line: "\n".join(filter(None, (answers.get(line), say(lang, "template_since", period=of, words=words))))
        for line, words in newest.items()
    }
