"""``danvan-xl check``: read what came back, say what is wrong, return it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from danvan_xl.cli.common import (
    FOLDER,
    PATH,
    Choice,
    Chosen,
    choose,
    echo,
    json_option,
    kept_json,
    not_among_received,
    now,
    print_json,
    report_options,
    say,
    tell,
    tell_kept,
)
from danvan_xl.cli.errors import NEEDS_A_PERSON
from danvan_xl.cli.report import as_json, load_tables, print_check
from danvan_xl.cli.rounds import run_round
from danvan_xl.cli.said import Said, said_options, with_said
from danvan_xl.cli.translated import argument, command, option
from danvan_xl.cli.zalo import Today
from danvan_xl.merging.consolidation import needs_a_person
from danvan_xl.merging.summary import summarise
from danvan_xl.office.register_file import RegisterError, open_register
from danvan_xl.office.set_aside import set_aside_mended
from danvan_xl.office.troubles import Troubles
from danvan_xl.office.workspace import RETURNED
from danvan_xl.wording import Lang
from danvan_xl.workbooks.writing.claims import own_temporary_folder


@command("check")
@argument("paths", nargs=-1, type=PATH)
@option("--return", "return_dir", type=FOLDER, help="opt_return")
@json_option
@option("--strict", is_flag=True, help="opt_strict")
@option("--as-of", help="opt_as_of")
@option("--zalo/--no-zalo", default=True, help="opt_zalo")
@said_options
@report_options
def check(
    lang: Lang, choice: Choice, said: Said, return_dir: Path | None, as_json_: bool, strict: bool, zalo: bool
) -> int:
    """Read the files, write the workbooks to return, and print what was found."""
    with own_temporary_folder():
        return _check(lang, choice, said, return_dir, as_json_=as_json_, strict=strict, zalo=zalo)


def _check(
    lang: Lang, choice: Choice, said: Said, return_dir: Path | None, *, as_json_: bool, strict: bool, zalo: bool
) -> int:
    chosen = with_said(choose(lang, choice), said, lang)
    not_among_received(return_dir, lang)
    troubles, keeping = chosen.troubles(), chosen.keeping()
    result = run_round(
        chosen, said.paths, lang, said.day(chosen, lang), meanwhile=None if as_json_ else load_tables, troubles=troubles
    )
    summary = summarise(result)
    folder = return_dir or (chosen.workspace.folder(RETURNED) if chosen.workspace else None)
    from danvan_xl.pipeline import write_returns

    returned = write_returns(result, folder, lang, troubles, keeping) if folder else ()
    mended: list[Path] = []
    if chosen.workspace is not None and not said.paths:  # what every unit has sent is known
        mended = set_aside_mended(chosen.workspace.folder(RETURNED), result, troubles)
    if as_json_:
        aside: dict[str, object] = {"set_aside": [str(path) for path in mended]} if mended else {}
        print_json({**as_json(result, summary, "check", lang), **kept_json(keeping), **aside})
    else:
        print_check(result, summary, returned, lang, zalo=_today(chosen, said, troubles, lang) if zalo else None)
        for path in mended:
            echo(say(lang, "set_aside", path=path))
    tell_kept(keeping, lang, err=as_json_)
    troubled = tell(troubles, lang)
    return NEEDS_A_PERSON if troubled or needs_a_person(result, strict=strict) else 0


def _today(chosen: Chosen, said: Said, troubles: Troubles, lang: Lang) -> Today:
    """The day of ``--as-of``, or the present one, and who was given more time."""
    extensions: Mapping[str, date] = {}
    workspace = chosen.workspace
    if workspace is not None and troubles.register is None and workspace.register.exists():
        try:
            with open_register(workspace.register) as register:
                extensions = register.extensions(workspace.settings.period)
        except RegisterError as error:
            troubles.register = error
    day = said.day(chosen, lang) or now().date()
    return Today(day, extensions, chosen.job.settings.strict)
