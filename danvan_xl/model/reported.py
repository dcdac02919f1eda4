"""What shorter reports already brought of a flow: in a longer report the unit gives only what is new since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from msgspec import Struct

from danvan_xl.wording import Lang, text

Days = tuple[date, date]
"""The first and the last of some days."""

ONE = timedelta(days=1)


class Reported(Struct, frozen=True):
    """What is known of a figure over the ``window`` of a report (its first and last day).

    ``value``: the sum that shorter reports brought from the first day to ``until``; None where they leave a gap: then
    the whole window is asked for, and ``missing`` are the days of which no report that can be added speaks.
    """

    window: Days
    value: float | None = None
    until: date | None = None
    missing: tuple[Days, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the window is left to be reported."""
        return self.value is not None and self.until is not None and self.until >= self.window[1]

    def words(self, lang: Lang = "vi") -> str:
        """What the template says beside the figure."""
        first, last = (f"{day:%d/%m/%Y}" for day in self.window)
        if self.value is None or self.until is None:
            days = "; ".join(_span(item, lang) for item in self.missing)
            return text("reported", "gap", lang, days=days, first=first, last=last)
        value, until = f"{self.value:.15g}".replace(".", ","), f"{self.until:%d/%m/%Y}"
        if self.is_whole:
            return text("reported", "whole", lang, value=value, until=until)
        begins = f"{self.until + ONE:%d/%m/%Y}"
        return text("reported", "so_far", lang, value=value, until=until, begins=begins)

    def packed(self) -> str:
        """The value and its days in one word without a blank."""
        ends = [self.until] if self.until is not None else []
        days = ":".join(f"{day:%Y%m%d}" for day in (*self.window, *ends))
        value = "-" if self.value is None else f"{self.value:.15g}"
        gaps = ",".join(f"{a:%Y%m%d}-{b:%Y%m%d}" for a, b in self.missing)
        return f"{value}|{days}|{gaps}"

    @classmethod
    def unpacked(cls, word: str) -> Reported | None:
        """The inverse of `packed`; None for what it never made."""
        try:
            value, days, gaps = word.split("|")
            first, last, *until = map(_day, days.split(":"))
            spans = [item.split("-") for item in gaps.split(",") if item]
            missing = tuple((_day(a), _day(b)) for a, b in spans)
            number = None if value == "-" else float(value) if "." in value or "e" in value else int(value)
        except ValueError:
            return None
        return cls((first, last), number, until[0] if until else None, missing)


def _day(digits: str) -> date:
    if len(digits) != 8:
        raise ValueError(digits)
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _span(days: Days, lang: Lang) -> str:
    first, last = days
    if first == last:
        return f"{first:%d/%m/%Y}"
    return text("reported", "span", lang, first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")


def added_up(window: Days, parts: Mapping[Days, float]) -> Reported | None:
    """What the figures of shorter reports (days → figure) come to over a window; None where there are none in it.

    They count where they lie end to end from the window's first day. Where a later one is there and days before it are
    covered by none, or only by one that overlaps others (a quarter beside months), the whole window must be asked for.
    """
    inside = {days: value for days, value in parts.items() if window[0] <= days[0] and days[1] <= window[1]}
    if not inside:
        return None
    chain = _longest_chain(window[0], inside)
    until = chain[-1][1] if chain else window[0] - ONE
    later = sorted(days for days in inside if days[0] > until + ONE)
    if later:
        return Reported(window, missing=tuple(_gaps(until, later)))
    total = sum(inside[days] for days in chain)
    return Reported(window, round(total, 6) if isinstance(total, float) else total, until)


def _longest_chain(first: date, parts: Iterable[Days]) -> list[Days]:
    """The days that follow one another without a gap from ``first`` and reach furthest, in as few steps as can be."""
    best: dict[date, list[Days]] = {first: []}
    for days in sorted(parts):
        chain = best.get(days[0])
        if chain is None:
            continue
        after = days[1] + ONE
        if after not in best or len(best[after]) > len(chain) + 1:
            best[after] = [*chain, days]
    return best[max(best)]


def _gaps(until: date, parts: Iterable[Days]) -> Iterator[Days]:
    """The days after ``until`` and before the last of the parts, which begin after it, that none of them covers."""
    for first, last in sorted(parts):
        if first > until + ONE:
            yield until + ONE, first - ONE
        until = max(until, last)
