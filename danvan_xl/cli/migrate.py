"""``danvan-xl migrate``: a unit's answers on an older template, put into the one in force."""

from __future__ import annotations

from pathlib import Path

import click

from danvan_xl.cli.common import (
    FILE,
    Choice,
    Chosen,
    choose,
    chosen_options,
    echo,
    existing,
    not_among_received,
    say,
    tell,
    tell_kept,
)
from danvan_xl.cli.earlier import earlier_answers
from danvan_xl.cli.errors import NEEDS_A_PERSON, OperatorError, complain
from danvan_xl.cli.said import Said, as_option, with_said
from danvan_xl.cli.translated import argument, command, option
from danvan_xl.language.showable import printable
from danvan_xl.model import Severity
from danvan_xl.office.job import open_round
from danvan_xl.office.received import named
from danvan_xl.office.workspace import MIGRATED, RECEIVED, received_by
from danvan_xl.wording import Lang
from danvan_xl.workbooks.writing.keeping import FILE_NAME, Keeping


def _source(file: Path, chosen: Chosen, lang: Lang) -> Path:
    """The file that is meant: a path, or the name alone of one that came in. Raises OperatorError."""
    if chosen.workspace is None or file.exists() or file.is_symlink() or file.name != str(file):
        return existing([file], lang)[0]
    found = named(chosen.workspace, file.name)
    if len(found) == 1:
        return found[0]
    folder = chosen.workspace.folder(RECEIVED)
    if not found:
        raise OperatorError(say(lang, "err_not_received", file=file.name, path=folder))
    raise OperatorError(say(lang, "err_several_named", file=file.name, paths="; ".join(map(str, found))))


def _place(source: Path, chosen: Chosen) -> tuple[Path, bool]:
    """Where the result goes by itself: into the workspace's folder for it (True), outside one beside the file."""
    root = chosen.workspace.root if chosen.workspace is not None else received_by(source)
    if root is None:
        return source.with_name(f"{source.stem}_moi.xlsx"), False
    return root / MIGRATED / chosen.job.settings.period, True


def _keeping(source: Path, chosen: Chosen) -> Keeping:
    """What keeps former outputs; a workspace that the file lies in remembers what was written, even if not named."""
    root = received_by(source) if chosen.workspace is None else None
    return chosen.keeping() if root is None else Keeping(root / FILE_NAME)


@command("migrate")
@argument("file", type=FILE)
@option("-o", "--output", type=FILE, help="opt_output_file")
@as_option
@chosen_options
def migrate(lang: Lang, choice: Choice, file: Path, output: Path | None, as_: tuple[str, ...]) -> int:
    """Put the answers of a file into the template in force, and print what was carried over."""
    from danvan_xl import pipeline

    not_among_received(output, lang)
    chosen = choose(lang, choice)
    source = _source(file, chosen, lang)
    chosen = with_said(chosen, Said((source,), as_), lang)
    target, into = (output, False) if output is not None else _place(source, chosen)
    troubles, keeping = chosen.troubles(), _keeping(source, chosen)
    earlier = earlier_answers(chosen, open_round(chosen.job), lang)
    done = pipeline.migrate(
        source, target, chosen.job, options=earlier.options(chosen, lang), lang=lang, troubles=troubles,
        keeping=keeping, into=into, figures=earlier.figures,
    )  # fmt: skip
    tell(troubles, lang)
    if done.path is None:
        for item in done.submission.findings:
            if item.severity is Severity.BLOCKER:
                click.echo(printable(f"{item.say(lang)} {item.say_mend(lang) or ''}".rstrip()))
        click.echo(say(lang, "migrate_refused", path=source))
        return NEEDS_A_PERSON
    click.echo(say(lang, "migrate_done", path=done.path, carried=done.carried, own=done.own))
    tell_kept(keeping, lang)
    if into:
        echo(say(lang, "migrate_counts", file=source.name, folder=f"{MIGRATED}/"))
    if done.new:
        echo(say(lang, "migrate_new", lines="; ".join(map(done.names.__getitem__, done.new))))
    if done.dropped:
        echo(say(lang, "migrate_dropped", lines="; ".join(map(done.names.__getitem__, done.dropped))))
    if earlier.note:
        echo(earlier.note)
    if earlier.trouble is not None:
        complain(earlier.trouble.say(lang))
    return 0
