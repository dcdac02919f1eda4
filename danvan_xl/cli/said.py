"""What a person says of files on the command line: whose they are (``--as``), which are halves of one (``--join``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from msgspec.structs import replace

from danvan_xl.cli.common import Chosen, say
from danvan_xl.cli.errors import OperatorError
from danvan_xl.cli.rounds import paths_of
from danvan_xl.office.received import is_ignored
from danvan_xl.wording import Lang


def as_option(lang: Lang) -> click.Option:
    """``--as FILE=UNIT``, or ``--as UNIT`` with one file."""
    return click.Option(["--as", "as_"], multiple=True, help=say(lang, "opt_as"))


def join_option(lang: Lang) -> click.Option:
    """``--join UNIT``."""
    return click.Option(["--join"], multiple=True, help=say(lang, "opt_join"))


def with_said(
    chosen: Chosen, paths: Sequence[Path], lang: Lang, as_: Iterable[str] = (), join: Iterable[str] = ()
) -> Chosen:
    """The job with what the person said. A file that is not among those to read is a fault of the command."""
    confirmed: dict[str, str] = {}
    wanted = tuple(as_)
    files = [path for path in paths_of(chosen, paths, lang) if not is_ignored(path)] if wanted else []
    for item in wanted:
        file, sign, unit = item.rpartition("=")
        if not sign:
            if len(files) != 1:
                raise OperatorError(say(lang, "err_as_one_file", count=len(files)))
            file = str(files[0])
        named = [path for path in files if file in (str(path), path.name)]
        if len(named) != 1:
            raise OperatorError(say(lang, "err_as_no_file", file=file, count=len(named)))
        confirmed[str(named[0])] = unit
    if not confirmed and not join:
        return chosen
    return replace(chosen, job=replace(chosen.job, confirmed=confirmed, join=tuple(join)))
