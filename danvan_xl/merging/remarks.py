"""What is said beside a unit's state: refused files, empty templates, the time of a correction."""

from __future__ import annotations

from collections.abc import Iterator

from danvan_xl.merging.consolidation import UnitState
from danvan_xl.merging.filing import AnySubmission
from danvan_xl.merging.refusals import is_of_the_program
from danvan_xl.merging.resubmission import moment_of, name_of
from danvan_xl.model import Severity
from danvan_xl.wording import Lang, text


def unit_remarks(state: UnitState, lang: Lang) -> Iterator[str]:
    """The remarks about a unit, most important first."""
    given = state.given
    if given is not None:
        key = "remark_extended_by" if given.allowed_by else "remark_extended"
        yield text("book", key, lang, until=f"{given.until:%d/%m/%Y}", by=given.allowed_by, reason=given.reason)
    file = state.file
    if file is not None and file.is_used:
        for item in state.refused:
            key = (
                "remark_program" if is_of_the_program(item) else "remark_newer" if state.are_newer else "remark_beside"
            )
            args = {"file": name_of(item), "why": why_refused(item, lang), "other": name_of(file)}
            if item.received is not None and state.are_newer:
                args["file"] = text("book", "remark_file", lang, file=args["file"], time=moment_of(item.received))
            yield text("book", key, lang, **args)
        for item in state.untouched:
            yield text("book", "remark_untouched", lang, file=name_of(item))
        if state.first is not None and state.received is not None and state.first != state.received:
            key = "remark_corrected" if state.first < state.received else "remark_corrected_older"
            yield text("book", key, lang, first=moment_of(state.first), received=moment_of(state.received))


def why_refused(file: AnySubmission, lang: Lang) -> str:
    """Why a file was refused, in one sentence."""
    found = next((item for item in file.whole().findings if item.severity is Severity.BLOCKER), None)
    return found.say(lang) if found is not None else ""
