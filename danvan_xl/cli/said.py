"""What a person says about files: whose they are (``--as``), and which are halves of one answer (``--join``)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.cli.common import Chosen, day, far_from_period, say
from danvan_xl.cli.errors import OperatorError, complain
from danvan_xl.cli.rounds import paths_of
from danvan_xl.cli.translated import gathered, option
from danvan_xl.office.job import open_round
from danvan_xl.office.received import is_ignored
from danvan_xl.wording import Lang

as_option = option("--as", "as_", multiple=True, help="opt_as")
"""``--as FILE=UNIT``, or ``--as UNIT`` with one file."""


class Said(Struct, frozen=True):
    """The files to read, whose they are, which units' files are to be joined, and the day they are judged as of."""

    paths: tuple[Path, ...] = ()
    as_: tuple[str, ...] = ()
    join: tuple[str, ...] = ()
    as_of: str | None = None

    def day(self, chosen: Chosen, lang: Lang) -> date | None:
        """The day of ``--as-of``; one that is far from the period is asked about."""
        if self.as_of is None:
            return None
        period = open_round(chosen.job).period
        found = day(self.as_of, lang, period.id)
        if (question := far_from_period(found, "--as-of", period, lang)) is not None:
            complain(question)
        return found


said_options = gathered("said", Said, as_option, option("--join", multiple=True, help="opt_join"))
"""``--as --join``, with the command's ``paths`` and ``--as-of``, as one ``said``."""


def with_said(chosen: Chosen, said: Said, lang: Lang) -> Chosen:
    """The job with what the person said. A file that is not among those to read is a fault of the command."""
    confirmed: dict[str, str] = {}
    files = [path for path in paths_of(chosen, said.paths, lang) if not is_ignored(path)] if said.as_ else []
    for item in said.as_:
        file, sign, unit = item.rpartition("=")
        if not sign:
            if len(files) != 1:
                raise OperatorError(say(lang, "err_as_one_file", count=len(files)))
            file = str(files[0])
        named = [path for path in files if file in (str(path), path.name)]
        if len(named) != 1:
            raise OperatorError(say(lang, "err_as_no_file", file=file, count=len(named)))
        confirmed[str(named[0])] = unit
    if not confirmed and not said.join:
        return chosen
    return replace(chosen, job=replace(chosen.job, confirmed=confirmed, join=said.join))
