"""The live check beside a target: a formula from the same cells and rules that check on return."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from danvan_xl.model import TargetKind
from danvan_xl.round.round import Round
from danvan_xl.round.target_form import AskedTarget, part_field, title_of
from danvan_xl.round.target_readers import not_reached
from danvan_xl.rules.checks import excel_text
from danvan_xl.wording import text
from danvan_xl.workbooks.template.livecheck import Refs, field_conditions, filled, live_words, nested, unless_nil


def target_silence() -> str:
    """What the live check says about a target of which nothing is said."""
    return live_words("V041")


def enough() -> str:
    """What it says where all that is needed is there. (``Đạt`` would be read as "the target is reached".)"""
    return text("template", "live_enough")


def explained() -> str:
    """What it says where something is missing and the unit says why."""
    return text("template", "live_explained")


def target_formula(item: AskedTarget, refs: Refs, nil: Sequence[str], current: Round) -> str:
    """The formula of a target's row. ``refs``: column → cell; ``nil``: the box for a report with nothing in it."""
    needed = item.target.kind.parts
    given = nested([*_conditions(item, refs, current)], excel_text(enough())).removeprefix("=")
    areas = ",".join(refs[part] for part in dict.fromkeys((*needed, "value", "note")))
    return f"=IF(COUNTA({areas})=0,{unless_nil(target_silence(), nil)},{given})"


def _conditions(item: AskedTarget, refs: Refs, current: Round) -> Iterator[tuple[str, str]]:
    """(condition that is true where something is wrong, words)."""
    target = item.target
    if target.kind is TargetKind.RATIO:
        yield filled(refs["value"]), live_words("V040")
    for part in item.open:
        if part == "document":
            continue
        yield from field_conditions(part_field(target, part), refs[part])
    if target.kind is TargetKind.RATIO:
        some, whole = refs["numerator"], refs["denominator"]
        words = live_words("V020", other_title=title_of("denominator"))
        yield f"AND(ISNUMBER({some}),ISNUMBER({whole}),{some}>{whole})", words
    if "day" in item.open:
        first, last = current.first_day, max(current.first_day, current.last_day)
        day = refs["day"]
        yield f"AND(ISNUMBER({day}),{day}<{_excel(first)})", live_words("D001", title=title_of("day"))
        yield f"AND(ISNUMBER({day}),{day}>{_excel(last)})", live_words("D002", title=title_of("day"))
    for part in target.kind.parts:
        missing = f"LEN(TRIM({refs[part]}))=0"
        if part == "day":
            missing = f"AND({missing},TRIM({refs['document']})<>{excel_text(not_reached())})"
        noted = filled(refs["note"])
        yield f"AND({missing},{noted})", explained()
        yield missing, live_words("V042", title=title_of(part))


def _excel(day: date) -> str:
    return f"DATE({day.year},{day.month},{day.day})"
