"""``danvan-xl demo``: the whole job on the real Gia Lộc plan, with six units' example answers."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import click
from msgspec.structs import replace

from danvan_xl.cli.common import FOLDER, Chosen, not_among_received, say, tell, tell_kept
from danvan_xl.cli.compared import Comparing, to_compare
from danvan_xl.cli.errors import OperatorError
from danvan_xl.cli.init import make_workspace
from danvan_xl.cli.merge import write_result
from danvan_xl.cli.report import answer_parts, print_check
from danvan_xl.cli.rounds import run_round
from danvan_xl.cli.template import make_templates, print_templates
from danvan_xl.cli.translated import argument, command, option
from danvan_xl.cli.zalo import Today
from danvan_xl.merging.summary import Summary, summarise
from danvan_xl.merging.targets_counted import TargetCounts
from danvan_xl.model import Assignment, layout
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.office.job import Job
from danvan_xl.office.troubles import Troubles
from danvan_xl.office.workspace import MERGED, RECEIVED, RETURNED, TEMPLATES, Settings, Workspace, open_workspace
from danvan_xl.round.round import Round
from danvan_xl.rules.examples import ExampleFile, examples
from danvan_xl.wording import Lang, text
from danvan_xl.workbooks.writing.keeping import FILE_NAME, Keeping

PLAN, PERIOD = "gia-loc", "2026-H1"
DUE = date(2026, 6, 15)
OWNERS = {"X_DU_UBND": "VP"}
MAIL = """
[mail]
from = "vhxh.gialoc@example.vn"
from_name = "Phòng Văn hóa - Xã hội xã Gia Lộc"
to = ["sonoivu@example.vn"]
"""
MAIL_DATE = datetime.fromisoformat("2026-06-18T09:00:00+07:00")


def older_round(current: Round, example: ExampleFile) -> Round:
    """The round as it was when an older template was made: its version, without the tasks added since."""
    if example.version is None:
        return current
    appendices = tuple(
        replace(item, tasks=tuple(task for task in item.tasks if task.id not in example.without))
        for item in current.plan.appendices
    )
    plan = replace(current.plan, version=example.version, appendices=appendices)
    return replace(current, plan=plan, by_unit=Assignment(plan, current.owners))


def receive_examples(current: Round, folder: Path) -> list[Path]:
    """Write the units' example answers into the folder of received files, with their times of receipt."""
    from danvan_xl.workbooks.template.writer import TemplateOptions, write_template

    made = []
    for example in examples(PLAN, PERIOD):
        then = older_round(current, example)
        target = folder / example.file
        made.append(target)
        if target.exists():  # of a demonstration before: what came in is never written to
            continue
        write_template(target, then, then.plan.unit(example.unit), TemplateOptions(typed=example.typed))
        moment = example.received.timestamp()
        os.utime(target, (moment, moment))
    return made


def _step(lang: Lang, number: int, what: str) -> None:
    click.echo()
    click.secho(say(lang, "demo_step", number=number, what=what), bold=True)


def _prepare(folder: Path, lang: Lang, keeping: Keeping) -> Workspace:
    settings = Settings(PLAN, PERIOD, due={PERIOD: DUE}, owners=OWNERS)
    make_workspace(folder, settings, keeping, due=DUE.isoformat(), more=MAIL, lang=lang)
    return open_workspace(folder)


def _interim(chosen: Chosen, received: list[Path], lang: Lang, troubles: Troubles) -> Path:
    """The workbook as it was on the day before the last file came: what the final one is compared with."""
    from danvan_xl.pipeline import write_consolidation

    moments = {path: datetime.fromtimestamp(path.stat().st_mtime, VIETNAM_TIME) for path in received}
    day = max(moments.values()).date()
    early = [path for path, moment in moments.items() if moment.date() < day]
    result = run_round(chosen, early, lang, troubles=troubles)
    workspace = chosen.need_workspace(lang)
    target = workspace.folder(MERGED) / say(lang, "demo_interim")
    write_consolidation(result, summarise(result), target, lang, troubles)
    return target


def _targets(summary: Summary, lang: Lang) -> str:
    counts = TargetCounts.of(summary.targets)
    args = {"reached": counts.reached, "all": counts.targets, "unclear": counts.unclear}
    return text("book", "targets_line", lang, **args, sheet=layout.TARGETS)


def run_demo(folder: Path, lang: Lang) -> Path:
    """Run every step; returns the path of the consolidated workbook."""
    from danvan_xl.cli.send import write_draft
    from danvan_xl.pipeline import write_returns

    click.echo(say(lang, "demo_start"))
    _step(lang, 1, say(lang, "demo_init", path=folder))
    keeping = Keeping(folder / FILE_NAME)
    workspace = _prepare(folder, lang, keeping)
    chosen = Chosen(Job(workspace.settings, workspace.root, workspace.rules, today=MAIL_DATE.date()), workspace)
    templates = workspace.folder(TEMPLATES)
    done = make_templates(chosen, templates, (), lang, keeping)
    current, made = done.round, done.files
    _step(lang, 2, say(lang, "demo_templates", count=len(made), path=templates))
    print_templates(current, made, templates, lang)
    received = receive_examples(current, workspace.folder(RECEIVED))
    _step(lang, 3, say(lang, "demo_receive", count=len(received), path=workspace.folder(RECEIVED)))
    _step(lang, 4, say(lang, "demo_check"))
    troubles = chosen.troubles()
    result = run_round(chosen, (), lang, troubles=troubles)
    summary = summarise(result)
    returned = write_returns(result, workspace.folder(RETURNED), lang, troubles, keeping)
    print_check(result, summary, returned, lang, zalo=Today(MAIL_DATE.date()))
    _step(lang, 5, say(lang, "demo_merge"))
    interim = _interim(chosen, received, lang, troubles)
    compared = to_compare(chosen, Comparing((interim,)), result, summary, lang, troubles)
    write_result(chosen, result, summary, workspace.merged_file, lang, troubles, keeping, compared.formers)
    click.echo(say(lang, "merge_lines", lines=summary.lines, parts=answer_parts(summary)))
    for sentence in (_targets(summary, lang), *compared.say(lang)):
        click.echo(sentence)
    _step(lang, 6, say(lang, "demo_draft"))
    click.echo(say(lang, "send_draft", path=write_draft(result, workspace, MAIL_DATE, lang, keeping)))
    tell_kept(keeping, lang)
    click.echo()
    click.secho(say(lang, "demo_end"), bold=True)
    click.echo(f"  {workspace.merged_file.resolve()}")
    tell(troubles, lang)
    return workspace.merged_file


@command("demo")
@argument("folder", type=FOLDER)
@option("--force", is_flag=True, help="opt_force")
def demo(lang: Lang, folder: Path, force: bool) -> int:
    """Make a workspace in the folder and run every step in it."""
    not_among_received(folder, lang)
    if folder.exists() and any(folder.iterdir()) and not force:
        raise OperatorError(say(lang, "demo_exists", path=folder))
    run_demo(folder, lang)
    return 0
