"""Run a round for ``check``, ``merge``, ``status`` and ``send``: files in, consolidation out, with progress."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from danvan_xl.cli.common import Chosen, existing, say
from danvan_xl.cli.errors import OperatorError
from danvan_xl.merge import Consolidation
from danvan_xl.model.period import plain_period
from danvan_xl.office.workspace import RECEIVED
from danvan_xl.pipeline import consolidate, list_files, open_round, reading
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
        return list_files(existing(paths, lang))
    if chosen.workspace is None:
        raise OperatorError(say(lang, "err_need_paths"))
    folder = chosen.workspace.folder(RECEIVED)
    return list_files([folder]) if folder.is_dir() else []


def _with_waivers(chosen: Chosen, as_of: date | None) -> Chosen:
    """The job with the waivers of the register that hold at the cut-off."""
    if chosen.workspace is None or not chosen.workspace.register.exists():
        return chosen
    from danvan_xl.office.register import open_register
    from danvan_xl.waivers import in_force

    with open_register(chosen.workspace.register) as register:
        given = register.waivers()
    cut_off = as_of or plain_period(chosen.job.settings.period).last
    return replace(chosen, job=replace(chosen.job, waivers=in_force(given, cut_off)))


def run_round(
    chosen: Chosen,
    paths: Sequence[Path],
    lang: Lang,
    as_of: date | None = None,
    *,
    meanwhile: Callable[[], object] | None = None,
) -> Consolidation:
    """Read, check and merge. In a workspace times of receipt and extensions come from the register.

    The reader processes start first; what this process needs is made ready while they do. ``meanwhile``: what the
    command can load for later, done while the first files are read.
    """
    files = paths_of(chosen, paths, lang)
    chosen = _with_waivers(chosen, as_of)
    with reading(files) as start, progress(len(files), lang) as step:
        current = open_round(chosen.job)
        submissions = []
        results = start(current)
        if meanwhile is not None:
            meanwhile()
        for item in results:
            submissions.append(item)
            if step is not None:
                step(item.path)
    received, extensions = None, None
    if chosen.workspace is not None:
        from danvan_xl.office.intake import note_arrivals
        from danvan_xl.office.register import open_register

        with open_register(chosen.workspace.register) as register:
            period = chosen.job.settings.period
            arrived = ((Path(item.path), item.sha256) for item in submissions)
            received = note_arrivals(register, period, arrived)
            extensions = register.extensions(period)
    return consolidate(current, submissions, chosen.job, received=received, extensions=extensions, as_of=as_of)
