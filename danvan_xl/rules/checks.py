"""The kinds of row rules, and the table of them.

A kind is a small generator of faults. It adds no location, no severity and no words: the engine does. If a kind can
also work in the template, ``formula`` gives the Excel condition that is true when the row is at fault, using functions
that Excel 2013, WPS and LibreOffice know; the live ``Kiểm tra`` column consists of these.

The kinds for figures alone stand in ``figure_checks``. To add a kind: one function, one row in ``CHECKS``, its name in
``rules/schemas/form.schema.json``, its words in ``wording/findings``. ``tests/rules/test_checks.py`` requires a failing
and a passing example.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import cast

from msgspec.structs import replace

from danvan_xl.model import Check
from danvan_xl.model.submission import Value
from danvan_xl.rules.check_parts import CheckKind, Fault, FaultsOf, Refs, RowContext, Values
from danvan_xl.rules.figure_checks import FIGURE_CHECKS

__all__ = [
    "CHECKS",
    "OTHER_DAYS",
    "WINDOW_CODES",
    "Fault",
    "FaultsOf",
    "Refs",
    "RowContext",
    "Values",
    "condition",
    "formula",
    "live_code",
    "needed",
    "singly",
]


def condition(check: Check) -> tuple[str, tuple[str, ...]]:
    """The field that a rule's ``when`` looks at and the values for which it holds; no field if it has no ``when``."""
    when = cast("Mapping[str, object] | None", check.args.get("when"))
    if when is None:
        return "", ()
    return cast(str, when["field"]), tuple(cast("list[str]", when["values"]))


def _status(check: Check, row: Values) -> Value:
    """What the rule's ``when`` found in the row."""
    return row.get(condition(check)[0])


def _day(value: date) -> str:
    return f"{value:%d/%m/%Y}"


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")


# ---- faults --------------------------------------------------------------------------------------------------


def required_when(check: Check, row: Values, context: RowContext) -> Iterator[Fault]:
    """Each field must be filled while ``when`` holds."""
    for field in check.fields:
        if row.get(field) is None:
            yield Fault(field, "V010", {"status": _status(check, row)})


def any_required_when(check: Check, row: Values, context: RowContext) -> Iterator[Fault]:
    """At least one of the fields must be filled while ``when`` holds."""
    if all(row.get(field) is None for field in check.fields):
        yield Fault(check.fields[0], "V011", {"status": _status(check, row), "fields": check.fields})


def empty_when(check: Check, row: Values, context: RowContext) -> Iterator[Fault]:
    """Each field must be empty while ``when`` holds."""
    for field in check.fields:
        value = row.get(field)
        if value is not None and value != 0:
            yield Fault(field, "V013", {"status": _status(check, row)})


def range_when(check: Check, row: Values, context: RowContext) -> Iterator[Fault]:
    """A number must be in the range while ``when`` holds; an empty cell is not a fault."""
    low = cast("float | None", check.args.get("minimum"))
    high = cast("float | None", check.args.get("maximum"))
    for field in check.fields:
        value = row.get(field)
        if not isinstance(value, (int, float)):
            continue
        if (low is not None and value < low) or (high is not None and value > high):
            bounds = f"≥ {_number(low)}" if low is not None else f"≤ {_number(cast(float, high))}"
            yield Fault(field, "V012", {"status": _status(check, row), "bounds": bounds})


def date_within(check: Check, row: Values, context: RowContext) -> Iterator[Fault]:
    """A date must not be before ``earliest`` or after ``latest``."""
    for field in check.fields:
        value = row.get(field)
        if not isinstance(value, date):
            continue
        for side in ("earliest", "latest"):
            name = cast("str | None", check.args.get(side))
            if name is None:
                continue
            code = (WINDOW_CODES if name.startswith("window_") else OTHER_DAYS)[side]
            bound = context.day(name)
            if (value < bound) if side == "earliest" else (value > bound):
                yield Fault(field, code, {"bound": _day(bound), "day": name})


OTHER_DAYS = {"earliest": "D001", "latest": "D002"}
WINDOW_CODES = {"earliest": "D030", "latest": "D031"}
"""The codes of a day before and after the days allowed; those of the report's window say so."""


def late_needs_reason(check: Check, row: Values, context: RowContext) -> Iterator[Fault]:
    """A line that was done late, or is overdue at the cut-off and not done, must say why in one of the fields."""
    if context.due is None or any(row.get(field) is not None for field in check.fields):
        return
    done = row.get(cast(str, check.args["status"])) in cast("list[str]", check.args["done"])
    completed = row.get(cast(str, check.args["completed"]))
    late = (isinstance(completed, date) and completed > context.due) if done else context.due < context.as_of
    if late:
        yield Fault(check.fields[0], "D010", {"due": _day(context.due), "fields": check.fields})


def at_least_target(check: Check, row: Values, context: RowContext) -> Iterator[Fault]:
    """A value reported as done must reach the task's target, if the target has a figure."""
    target = context.target
    if target is None or target.minimum is None:
        return
    for field in check.fields:
        value = row.get(field)
        if isinstance(value, (int, float)) and value < target.minimum:
            yield Fault(field, "V014", {"target": target.text, "minimum": _number(target.minimum)})


def not_greater(check: Check, row: Values, context: RowContext) -> Iterator[Fault]:
    """The first figure is part of the second, so it must not be greater."""
    part, whole = (row.get(field) for field in check.fields)
    if isinstance(part, (int, float)) and isinstance(whole, (int, float)) and part > whole:
        yield Fault(check.fields[0], "V020", {"other": check.fields[1], "whole": _number(whole)})


def needs_positive(check: Check, row: Values, context: RowContext) -> Iterator[Fault]:
    """If the first figure is above 0, the second must be above 0 too."""
    first, second = (row.get(field) for field in check.fields)
    if isinstance(first, (int, float)) and first > 0 and second == 0:
        yield Fault(check.fields[1], "V021", {"other": check.fields[0], "value": _number(first)})


# ---- the same in Excel ---------------------------------------------------------------------------------------


def excel_text(value: str) -> str:
    """A string literal of a formula."""
    return '"' + value.replace('"', '""') + '"'


def excel_day(value: date) -> str:
    """A day in a formula, whatever the regional settings."""
    return f"DATE({value.year},{value.month},{value.day})"


def is_one_of(cell: str, values: tuple[str, ...]) -> str:
    """The Excel condition that a cell holds one of the values."""
    tests = ",".join(f"{cell}={excel_text(value)}" for value in values)
    return f"OR({tests})" if len(values) > 1 else tests


def _guarded(check: Check, refs: Refs, test: str) -> str:
    field, values = condition(check)
    return f"AND({is_one_of(refs[field], values)},{test})" if field else test


def _blank(cell: str) -> str:
    return f"LEN(TRIM({cell}))=0"


def _f_required(check: Check, refs: Refs, context: RowContext) -> str:
    tests = ",".join(_blank(refs[field]) for field in check.fields)
    return _guarded(check, refs, f"OR({tests})")


def _f_any_required(check: Check, refs: Refs, context: RowContext) -> str:
    tests = ",".join(_blank(refs[field]) for field in check.fields)
    return _guarded(check, refs, f"AND({tests})")


def _f_empty(check: Check, refs: Refs, context: RowContext) -> str:
    tests = ",".join(f"AND(LEN(TRIM({refs[field]}))>0,{refs[field]}<>0)" for field in check.fields)
    return _guarded(check, refs, f"OR({tests})")


def _f_range(check: Check, refs: Refs, context: RowContext) -> str:
    tests = []
    for field in check.fields:
        cell = refs[field]
        for bound, sign in (("minimum", "<"), ("maximum", ">")):
            if bound in check.args:
                tests.append(f"AND(ISNUMBER({cell}),{cell}{sign}{check.args[bound]})")
    return _guarded(check, refs, f"OR({','.join(tests)})")


def _f_date(check: Check, refs: Refs, context: RowContext) -> str:
    tests = []
    for field in check.fields:
        cell = refs[field]
        for side, sign in (("earliest", "<"), ("latest", ">")):
            if side in check.args:
                bound = excel_day(context.day(cast(str, check.args[side])))
                tests.append(f"AND(ISNUMBER({cell}),{cell}{sign}{bound})")
    return _guarded(check, refs, f"OR({','.join(tests)})")


def _f_late(check: Check, refs: Refs, context: RowContext) -> str | None:
    if context.due is None:
        return None
    status = refs[cast(str, check.args["status"])]
    done = is_one_of(status, tuple(cast("list[str]", check.args["done"])))
    completed = refs[cast(str, check.args["completed"])]
    after = f"AND({done},ISNUMBER({completed}),{completed}>{excel_day(context.due)})"
    open_ = f"NOT({done})" if context.due < context.as_of else "FALSE"
    silent = ",".join(_blank(refs[field]) for field in check.fields)
    return _guarded(check, refs, f"AND(OR({after},{open_}),{silent})")


def _f_target(check: Check, refs: Refs, context: RowContext) -> str | None:
    if context.target is None or context.target.minimum is None:
        return None
    tests = [f"AND(ISNUMBER({refs[f]}),{refs[f]}<{context.target.minimum:g})" for f in check.fields]
    return _guarded(check, refs, f"OR({','.join(tests)})")


def _f_not_greater(check: Check, refs: Refs, context: RowContext) -> str:
    part, whole = (refs[field] for field in check.fields)
    return f"AND(ISNUMBER({part}),ISNUMBER({whole}),{part}>{whole})"


def _f_needs_positive(check: Check, refs: Refs, context: RowContext) -> str:
    first, second = (refs[field] for field in check.fields)
    return f"AND(ISNUMBER({first}),{first}>0,ISNUMBER({second}),{second}=0)"


CHECKS: Mapping[str, CheckKind] = {
    "required_when": CheckKind(required_when, _f_required, "V010"),
    "any_required_when": CheckKind(any_required_when, _f_any_required, "V011"),
    "range_when": CheckKind(range_when, _f_range, "V012"),
    "empty_when": CheckKind(empty_when, _f_empty, "V013"),
    "date_within": CheckKind(date_within, _f_date, "D002"),
    "late_needs_reason": CheckKind(late_needs_reason, _f_late, "D010"),
    "at_least_target": CheckKind(at_least_target, _f_target, "V014"),
    "not_greater": CheckKind(not_greater, _f_not_greater, "V020"),
    "needs_positive": CheckKind(needs_positive, _f_needs_positive, "V021", anchor=1),
    **FIGURE_CHECKS,
}


def live_code(check: Check) -> str:
    """The code whose wording the live column shows for a rule."""
    for side, code in WINDOW_CODES.items():
        if str(check.args.get(side, "")).startswith("window_"):
            return code
    return CHECKS[check.kind].code


def needed(check: Check) -> frozenset[str]:
    """The fields of a row that a rule looks at. What continues a stock is compared with what was said last time."""
    return frozenset(check.fields[:1] if check.kind == "stock_continues" else check.fields)


def singly(check: Check) -> tuple[Check, ...]:
    """A rule as the rules that it stands for: one for each field where its kind looks at each by itself."""
    if not CHECKS[check.kind].single or len(check.fields) == 1:
        return (check,)
    return tuple(replace(check, fields=(name,)) for name in check.fields)


def formula(check: Check, refs: Refs, context: RowContext) -> str | None:
    """The Excel condition (without ``=``) that is true when the row breaks the rule; None if it has none."""
    return CHECKS[check.kind].formula(check, refs, context)
