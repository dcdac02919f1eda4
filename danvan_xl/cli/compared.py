"""The earlier workbooks that ``merge`` compares with: the workspace's, or those that were named."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from danvan_xl.cli.common import FILE, Chosen
from danvan_xl.cli.errors import OperatorError
from danvan_xl.cli.translated import gathered, option
from danvan_xl.language.showable import shown
from danvan_xl.merging.consolidation import Consolidation
from danvan_xl.merging.summary import Summary
from danvan_xl.model.layout import COMPARISON, IDENTITY_SHEET
from danvan_xl.model.unforeseen import fault_of
from danvan_xl.office.earlier_workbooks import Earlier, earlier_periods, earlier_workbooks
from danvan_xl.office.register_file import RegisterError, open_register
from danvan_xl.office.troubles import Troubles
from danvan_xl.wording import Lang, SentenceError, sentence, text

if TYPE_CHECKING:
    from danvan_xl.comparison.target_changes import TargetState
    from danvan_xl.workbooks.consolidated.formers import Former, Formers, Why

MOST_NAMED = 2


class Comparing(Struct, frozen=True):
    """The options: workbooks to compare with in place of the workspace's; or none at all."""

    compare: tuple[Path, ...] = ()
    no_compare: bool = False


comparing_options = gathered(
    "comparing",
    Comparing,
    option("--compare", type=FILE, multiple=True, help="opt_compare"),
    option("--no-compare", is_flag=True, help="opt_no_compare"),
)
"""``--compare --no-compare`` as one ``comparing``."""


def need_sound(comparing: Comparing, lang: Lang) -> None:
    """Raises OperatorError for options that can't be meant."""
    if comparing.compare and comparing.no_compare:
        raise OperatorError(text("compared", "both_options", lang))
    if len(comparing.compare) > MOST_NAMED:
        raise OperatorError(text("compared", "two_many", lang, most=MOST_NAMED))


class ToCompare(Struct, frozen=True):
    """``formers``: what the workbook is compared with; ``notes``: what to say of those that it is not.

    ``failed``: whether a workbook that a person named is among these.
    """

    formers: Formers
    notes: tuple[str, ...] = ()
    failed: bool = False

    def say(self, lang: Lang) -> tuple[str, ...]:
        """Which workbooks the new one is compared with, and in which sheet."""
        from danvan_xl.workbooks.consolidated.compared_sheet import former_title, shown_most

        return tuple(
            text("compared", "too_many", lang, most=shown_most(), file=item.name)
            if item.side is None
            else text("compared", "sheet_line", lang, sheet=COMPARISON, title=former_title(item, lang), file=item.name)
            for item in self.formers.books
        )

    def as_json(self) -> dict[str, object]:
        """The same for a document of ``--json``; nothing where there are none."""
        found = [
            {
                "why": item.why,
                "path": item.path,
                "period": item.period or None,
                "as_of": item.as_of.isoformat() if item.as_of else None,
                "sheet": item.side is not None,
            }
            for item in self.formers.books
        ]
        return {"compared": found} if found else {}


def to_compare(
    chosen: Chosen, comparing: Comparing, result: Consolidation, summary: Summary, lang: Lang, troubles: Troubles
) -> ToCompare:
    """Choose the workbooks and read them; nothing is opened where there is none."""
    from danvan_xl.workbooks.consolidated.formers import Formers

    found: list[Former] = []
    notes: list[str] = []
    for why, path, gone in _wanted(chosen, comparing, result, troubles):
        try:
            if gone:
                notes.append(_left_out(text("compared", "gone", lang, path=shown(str(path))), lang))
            else:
                found.append(_former(why, path, result, summary))
        except (OSError, MemoryError):  # of the machine
            raise
        except SentenceError as error:
            notes.append(_left_out(error.said.say(lang), lang))
        except Exception as error:  # noqa: BLE001 - whatever it is, it costs the comparison alone
            fault = fault_of(error)
            report = troubles.report(fault, path.name)
            troubles.add("sheet_left_out", sheet=COMPARISON, kind=fault.kind, report=report)
    failed = bool(notes) and bool(comparing.compare)
    return ToCompare(Formers(tuple(found), _targets_now(summary)), tuple(notes), failed)


def _targets_now(summary: Summary) -> Mapping[str, TargetState]:
    """What became of each target in the new workbook."""
    from danvan_xl.comparison.target_changes import TargetState

    return {
        item.item.target.id: TargetState(item.item.target.id, item.item.target.title, item.value, item.verdict.value)
        for item in summary.targets
    }


def _left_out(why: str, lang: Lang) -> str:
    return text("compared", "left_out", lang, why=why)


def _wanted(
    chosen: Chosen, comparing: Comparing, result: Consolidation, troubles: Troubles
) -> list[tuple[Why, Path, bool]]:
    """Why, where, and whether it is gone."""
    if comparing.compare:
        return [("named", path, False) for path in dict.fromkeys(comparing.compare)]
    if comparing.no_compare or chosen.workspace is None:
        return []
    earlier = _earlier(chosen, result, troubles)
    found: list[tuple[Why, Path, bool]] = []
    if earlier.before is not None:
        found.append(("before", earlier.before.path, earlier.before.gone))
    if earlier.last_year is not None:
        found.append(("last_year", earlier.last_year.path, earlier.last_year.gone))
    return found


def _earlier(chosen: Chosen, result: Consolidation, troubles: Troubles) -> Earlier:
    """The workspace's earlier workbooks; by its folders alone where the register can't be used."""
    workspace = chosen.workspace
    if workspace is None:
        return Earlier()
    merged: Mapping[str, tuple[str, ...]] = {}
    if troubles.register is None and workspace.register.exists():
        try:
            with open_register(workspace.register) as register:
                merged = register.merged()
        except RegisterError as error:
            troubles.register = error
    reports = [item.id for item in result.round.made_for]
    return earlier_workbooks(workspace, merged, result.round.period.id, reports)


def _former(why: Why, path: Path, result: Consolidation, summary: Summary) -> Former:
    """A workbook, read where it and the new one are not too large. Raises SentenceError."""
    from danvan_xl.comparison.sides import open_side
    from danvan_xl.workbooks.consolidated.formers import MOST_COMPARED_ROWS, Former
    from danvan_xl.workbooks.writing.readback import has_more_rows, read_texts
    from danvan_xl.written.consolidated_file import day_of

    current, plan = result.round.period.id, result.round.plan.id
    if summary.all_rows > MOST_COMPARED_ROWS or has_more_rows(path, MOST_COMPARED_ROWS):
        said = {row[0]: row[1] for row in read_texts(path, IDENTITY_SHEET) or () if len(row) > 1}
        _need_plan(path, said.get("plan") or plan, plan)
        return Former(why, str(path), said.get("period", ""), day_of(said.get("as_of", "")))
    side = open_side(path)
    _need_plan(path, side.plan, plan)
    if why == "named" and earlier_periods(current, {side.period}).last_year:
        why = "last_year"
    return Former(why, side.path, side.period, side.as_of, side)


def _need_plan(path: Path, found: str, plan: str) -> None:
    if found != plan:
        raise SentenceError(sentence("compared", "other_plan", path=shown(str(path)), found=found, plan=plan))
