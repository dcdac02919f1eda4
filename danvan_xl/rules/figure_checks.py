"""The kinds of rules that figures add up by: balances, sums of parts, what was reported last time.

Figures may have decimals, so two sums are the same within ``SLACK``. A rule is silent where one of its figures is
missing: that has a finding of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from danvan_xl.model import Check
from danvan_xl.rules.check_parts import CheckKind, Fault, Refs, RowContext, Values, before_ref, number_words

SLACK = 0.000001
"""Less than this is no difference."""

MINUS = "−"


def _signs(check: Check) -> tuple[tuple[str, bool], ...]:
    """The fields of a balance but for the last, each with whether it is taken away."""
    minus = cast("list[str]", check.args.get("minus", ()))
    return tuple((name, name in minus) for name in check.fields[:-1])


def _numbers(row: Values, names: tuple[str, ...]) -> list[float] | None:
    """The figures of these fields; None unless all are numbers."""
    found = [value for name in names if isinstance(value := row.get(name), (int, float))]
    return found if len(found) == len(names) else None


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > SLACK


def terms_of(check: Check, titles: Mapping[str, str]) -> str:
    """What a rule adds up, in the words of the form: ``Đơn tồn đầu kỳ + Đơn nhận − Đơn đã giải quyết``."""
    if check.kind == "balance":
        first, *others = _signs(check)
        return titles[first[0]] + "".join(f" {MINUS if taken else '+'} {titles[name]}" for name, taken in others)
    return " + ".join(titles[name] for name in check.fields[1:])


# ---- faults --------------------------------------------------------------------------------------------------


def balance(check: Check, row: Values, context: RowContext) -> Iterator[Fault]:
    """The last figure is what the others make, those of ``minus`` taken away."""
    numbers = _numbers(row, check.fields)
    if numbers is None:
        return
    signed = [-value if taken else value for value, (_, taken) in zip(numbers, _signs(check), strict=False)]
    if _differ(sum(signed), numbers[-1]):
        shown = number_words(signed[0]) + "".join(
            f" {MINUS if value < 0 or taken else '+'} {number_words(abs(value))}"
            for value, (_, taken) in zip(signed[1:], _signs(check)[1:], strict=False)
        )
        yield Fault(check.fields[-1], "V050", {"sum": shown, "right": number_words(round(sum(signed), 6))})


def sum_of_parts(check: Check, row: Values, context: RowContext) -> Iterator[Fault]:
    """The first figure is the sum of the others."""
    numbers = _numbers(row, check.fields)
    if numbers is None or not _differ(numbers[0], sum(numbers[1:])):
        return
    shown = " + ".join(map(number_words, numbers[1:]))
    yield Fault(check.fields[0], "V051", {"sum": shown, "right": number_words(round(sum(numbers[1:]), 6))})


def stock_continues(check: Check, row: Values, context: RowContext) -> Iterator[Fault]:
    """The stock at the start (first field) is the one at the end (second) of the last report, as it is printed."""
    start, before = row.get(check.fields[0]), context.before.get(check.fields[0])
    if isinstance(start, (int, float)) and before is not None and _differ(start, before):
        yield Fault(check.fields[0], "V052", {"other": check.fields[1], "before": number_words(before)})


def sudden_change(check: Check, row: Values, context: RowContext) -> Iterator[Fault]:
    """A figure is ``factor`` times the last report's, or that of it, and the two are at least ``least`` apart."""
    factor, least = cast(float, check.args["factor"]), cast(float, check.args["least"])
    for name in check.fields:
        now, before = row.get(name), context.before.get(name)
        if not isinstance(now, (int, float)) or before is None or abs(now - before) < least:
            continue
        if max(now, before) >= factor * min(now, before):
            yield Fault(name, "V053", {"now": number_words(now), "before": number_words(before)})


# ---- the same in Excel ---------------------------------------------------------------------------------------


def _are_numbers(cells: list[str]) -> str:
    return f"AND({','.join(f'ISNUMBER({cell})' for cell in cells)})"


def _unlike(refs: Refs, names: tuple[str, ...], one: str, other: str) -> str:
    """The condition that all figures are there and two sums of them differ."""
    return f"IF({_are_numbers([refs[name] for name in names])},ABS({one}-({other}))>{SLACK:.6f},FALSE)"


def _f_balance(check: Check, refs: Refs, context: RowContext) -> str | None:
    made = "".join(f"{'-' if taken else '+'}{refs[name]}" for name, taken in _signs(check)).removeprefix("+")
    return _unlike(refs, check.fields, refs[check.fields[-1]], made)


def _f_sum(check: Check, refs: Refs, context: RowContext) -> str | None:
    return _unlike(refs, check.fields, refs[check.fields[0]], "+".join(refs[name] for name in check.fields[1:]))


def _f_stock(check: Check, refs: Refs, context: RowContext) -> str | None:
    now, before = refs[check.fields[0]], refs.get(before_ref(check.fields[0]))
    return None if before is None else f"IF({_are_numbers([now, before])},ABS({now}-{before})>{SLACK:.6f},FALSE)"


def _f_sudden(check: Check, refs: Refs, context: RowContext) -> str | None:
    now, before = refs[check.fields[0]], refs.get(before_ref(check.fields[0]))
    if before is None:
        return None
    far = f"ABS({now}-{before})>={check.args['least']}"
    much = f"MAX({now},{before})>={check.args['factor']}*MIN({now},{before})"
    return f"IF({_are_numbers([now, before])},AND({far},{much}),FALSE)"


FIGURE_CHECKS: Mapping[str, CheckKind] = {
    "balance": CheckKind(balance, _f_balance, "V050", anchor=-1),
    "sum_of_parts": CheckKind(sum_of_parts, _f_sum, "V051"),
    "stock_continues": CheckKind(stock_continues, _f_stock, "V052"),
    "sudden_change": CheckKind(sudden_change, _f_sudden, "V053", single=True),
}
