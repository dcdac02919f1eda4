"""Run a round for ``check``, ``merge``, ``status`` and ``send``: the files to read, with a progress bar."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from danvan_xl.cli.common import Chosen, due_question, existing, say, today
from danvan_xl.cli.errors import OperatorError, complain
from danvan_xl.merging.consolidation import Consolidation
from danvan_xl.office.received import list_given, list_round, misplaced
from danvan_xl.office.troubles import Troubles
from danvan_xl.pipeline import Rounds, read_round
from danvan_xl.wording import Lang

SHOW_PROGRESS_FROM = 20
"""Files; fewer are read before a bar would be seen."""


@contextmanager
def progress(count: int, lang: Lang) -> Iterator[Callable[[str], None] | None]:
    """A progress bar on a terminal; nothing in a pipe."""
    if count < SHOW_PROGRESS_FROM or not sys.stderr.isatty():
        yield None
        return
    import click

    with click.progressbar(length=count, label=say(lang, "checking"), file=sys.stderr) as bar:
        yield lambda _path: bar.update(1)


def paths_of(chosen: Chosen, paths: Sequence[Path], lang: Lang) -> list[Path]:
    """The files to read: those given, or the workspace's folder of the period."""
    if paths:
        return list_given(existing(paths, lang), chosen.workspace)
    if chosen.workspace is None:
        raise OperatorError(say(lang, "err_need_paths"))
    return list_round(chosen.workspace)


def run_round(
    chosen: Chosen,
    paths: Sequence[Path],
    lang: Lang,
    as_of: date | None = None,
    *,
    meanwhile: Callable[[], object] | None = None,
    troubles: Troubles,
) -> Consolidation:
    """Read, check and merge the files, by ``as_of`` or by what today knows of the period.

    For the reports that the job names, or for all of the round as one. ``meanwhile``, ``troubles``: see
    ``pipeline.read_round``.
    """
    read = _read(chosen, paths, lang, as_of, meanwhile=meanwhile, troubles=troubles)
    result = read.each()[0] if chosen.job.report else read.whole()
    return _told((result,), chosen, paths, lang)[0]


def run_reports(
    chosen: Chosen,
    paths: Sequence[Path],
    lang: Lang,
    as_of: date | None = None,
    *,
    meanwhile: Callable[[], object] | None = None,
    troubles: Troubles,
) -> tuple[Consolidation, ...]:
    """As ``run_round``, but a consolidation for each report; those that share everything are one."""
    read = _read(chosen, paths, lang, as_of, meanwhile=meanwhile, troubles=troubles)
    return _told(read.each(), chosen, paths, lang)


def _read(
    chosen: Chosen,
    paths: Sequence[Path],
    lang: Lang,
    as_of: date | None,
    *,
    meanwhile: Callable[[], object] | None,
    troubles: Troubles,
) -> Rounds:
    files = paths_of(chosen, paths, lang)
    job = replace(chosen.job, as_of=as_of, today=chosen.job.today or today(lang))
    with progress(len(files), lang) as step:
        return read_round(job, files, chosen.workspace, on_file=step, meanwhile=meanwhile, troubles=troubles)


def _told(
    results: Sequence[Consolidation], chosen: Chosen, paths: Sequence[Path], lang: Lang
) -> tuple[Consolidation, ...]:
    """The results, once what is odd about the settings was said; with the files that lie where no period reads them."""
    questions = (due_question(result.round.period, chosen.job.settings, lang) for result in results)
    for question in dict.fromkeys(item for item in questions if item is not None):
        complain(question)
    if paths or chosen.workspace is None:
        return tuple(results)
    found = misplaced(chosen.workspace)
    return tuple(replace(result, findings=(*found, *result.findings)) for result in results)
