"""Regimes from their rule files, with the days that a workspace sets where a plan leaves them open.

Source of the rules: ``rules/regimes/*.toml``, each with the article it comes from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal, cast

from msgspec.structs import replace

from danvan_xl.language.nearest import closest
from danvan_xl.language.written_days import read_written_day
from danvan_xl.model.period import MONTHS, PERIOD_KINDS, Period, PeriodKind, likely_period, parse_period_id, period_id
from danvan_xl.model.regime import DayRule, DueChoice, DueRule, Listing, Regime, ReportRule, WindowRule, all_numbers
from danvan_xl.wording import Sentence, SentenceError, sentence

DueSetting = date | str | int | float | Literal[False] | Mapping[str, Any]
"""A workspace's setting of a due day: a day, ``"15/6"``, ``"trước 15/6"``, ``"25"``; ``False``: not required.

A table ``{ day = …, by = "…" }`` says who allowed a day that is later than the plan's own, and on what paper.

Numbers are days that were written without quotes: 25, and 15.6, which holds what was ``written``.
"""

_DUE_TEXT = re.compile(
    r"(?P<before>(?:trước|chậm nhất(?P<until>))\s+)?(?:ngày\s+)?(?P<day>[0-9]{1,2})"
    r"(?:(?:\s*[/.-]\s*|\s+tháng\s+)(?P<month>[0-9]{1,2})(?P<next>\s+năm\s+(?:sau|kế tiếp))?)?",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?P<before>trước|chậm nhất)\s+(?=\S)", re.IGNORECASE)


# --- reading rule files ----------------------------------------------------------------------------------


def regime_from_mapping(data: Mapping[str, Any]) -> Regime:
    """A regime from its TOML table, which conforms to ``rules/schemas/regime.schema.json``.

    `regime_faults` finds what the schema can't express.
    """
    reports = tuple(_report(entry) for entry in data["report"])
    listings = tuple(
        Listing(entry["article"], entry["subject"], tuple(_listed(entry["periods"])))
        for entry in data.get("listing", ())
    )
    return Regime(
        id=data["id"],
        name=data["name"],
        source=data["source"],
        reports=reports,
        strict=data.get("strict", False),
        send_gap=data.get("send_gap", 1),
        listings=listings,
    )


def regime_faults(regime: Regime) -> Iterator[tuple[str, Sentence]]:
    """What is wrong with a regime beyond its schema, as (key path, sentence)."""
    known = [report.id for report in regime.reports]
    for position, report in enumerate(regime.reports):
        key = f"report[{position}]"
        if report.id in known[:position]:
            yield f"{key}.id", sentence("calendar", "report_twice", report=report.id)
        if not set(report.numbers) <= set(all_numbers(report.kind)):
            yield f"{key}.numbers", sentence("calendar", "bad_numbers", report=report.id)
        for into in report.nest.values():
            if into not in known or MONTHS[regime.report(into).kind] <= MONTHS[report.kind]:
                yield f"{key}.nest", sentence("calendar", "nest_unknown", report=report.id, into=into)


def _report(entry: Mapping[str, Any]) -> ReportRule:
    kind = cast(PeriodKind, entry["kind"])
    due, window = entry.get("due"), entry.get("window")
    return ReportRule(
        id=entry["id"],
        subject=entry["subject"],
        kind=kind,
        article=entry["article"],
        numbers=tuple(entry.get("numbers", all_numbers(kind))),
        due=DueRule(_day_rule(due), due["op"]) if due else None,
        window=WindowRule(_end(window["from"]), _end(window["to"])) if window else None,
        nest={item["number"]: item["into"] for item in entry.get("nest", ())},
        text=entry.get("text", ""),
        title=entry.get("title", ""),
        recipients=tuple(entry.get("recipients", ())),
        tasks=tuple(entry.get("tasks", ())),
        forms=tuple(entry.get("forms", ())),
    )


def _day_rule(entry: Mapping[str, Any]) -> DayRule:
    return DayRule(entry["day"], entry.get("month"), entry.get("months", 0), entry.get("years", 0))


def _end(entry: Any) -> Any:
    return entry if isinstance(entry, str) else _day_rule(entry)


def _listed(names: Sequence[str]) -> Iterator[tuple[PeriodKind, int]]:
    for name in names:
        if name in PERIOD_KINDS:
            yield from ((name, number) for number in all_numbers(name))
        else:
            kind, _, number = parse_period_id(f"2000-{name}")
            yield kind, number


# --- what the workspace sets -----------------------------------------------------------------------------


def with_due_days(regime: Regime, days: Mapping[str, DueSetting]) -> Regime:
    """The regime with the days that the office has set (``danvan.toml``).

    A key names what it applies to: one period (``2026-H1``), that period of every year (``H1``, ``Q2``, ``06``,
    ``year``) or every period of a kind (``month``, ``quarter``, ``half``); after ``<report id>:`` it applies to that
    report only; otherwise to those reports of that period of which the plan leaves the day open, or to the only one
    there is. The narrower key wins. See `DueSetting` for the values.

    Raises:
        SentenceError: if a key fits no report of the regime, or a value is not a day.
    """
    for key in days:
        if not _fits_a_report(regime, key):
            raise SentenceError(_unknown_key(regime, key))
    return replace(regime, settings={**regime.settings, **{key: due_choice(key, value) for key, value in days.items()}})


def due_faults(regime: Regime, days: Mapping[str, DueSetting]) -> Iterator[tuple[str, Sentence]]:
    """What is wrong with the days that the office has set, as (key, sentence)."""
    for key, value in days.items():
        if not _fits_a_report(regime, key) and not _is_period_key(key):
            yield key, _unknown_key(regime, key)
        else:
            try:
                due_choice(key, value)
            except SentenceError as error:
                yield key, error.said


def _unknown_key(regime: Regime, key: str) -> Sentence:
    """Why a key of ``[due]`` names nothing: another report, or no period."""
    report_id, colon, tail = key.rpartition(":")
    reports = [report.id for report in regime.reports]
    if colon and report_id not in reports:
        near = closest(report_id, reports) or reports[0]
        return sentence(
            "calendar", "bad_due_report", setting=key, id=report_id, known=", ".join(reports), right=f"{near}:{tail}"
        )
    if colon:
        kind = regime.report(report_id).kind
        right = f"{report_id}:{setting_keys(kind, 2026, all_numbers(kind)[0])[0]}"
        return sentence("calendar", "bad_due_of_report", setting=key, id=report_id, right=right)
    known = [name for report in regime.reports for name in (*report_keys(report), report.kind)]
    return sentence(
        "calendar", "bad_due_key", setting=key, right=likely_period(key) or closest(key, known) or "2026-H1"
    )


def report_keys(report: ReportRule) -> list[str]:
    """The periods of every year that a report is made for, as keys: ``06``, ``Q2``, ``H1``, ``year``."""
    return [setting_keys(report.kind, 2026, number)[1] for number in report.numbers]


def without_report(regime: Regime, days: Mapping[str, DueSetting]) -> dict[str, DueSetting]:
    """The settings for periods that no report of the regime has: well written, but nothing that `with_due_days` takes.

    An office may collect for such a period all the same, or keep the day of one that it collected for before.
    """
    return {key: value for key, value in days.items() if _is_period_key(key) and not _fits_a_report(regime, key)}


def _is_period_key(key: str) -> bool:
    """Whether a key names a period or a kind of period, without the id of a report."""
    if key in PERIOD_KINDS:
        return True
    try:
        parse_period_id(key if re.match(r"20\d\d(-|$)", key) else f"2000-{key}")
    except ValueError:
        return False
    return True


def bare_due(period: Period, days: Mapping[str, DueSetting]) -> DueChoice | None:
    """The day set for a period that no report has; the narrower key wins. ``None``: nobody has set one.

    Raises:
        ValueError: if the value is not a day.
    """
    for key in setting_keys(period.kind, period.year, period.number):
        if key in days:
            return due_choice(key, days[key])
    return None


def _fits_a_report(regime: Regime, key: str) -> bool:
    report_id, _, tail = key.rpartition(":")
    return any(
        tail in setting_keys(report.kind, year, number)
        for report in regime.reports
        if report_id in {"", report.id}
        for number in report.numbers
        for year in [int(tail[:4]) if re.match(r"20\d\d(-|$)", tail) else 2000]
    )


def due_choice(key: str, value: DueSetting) -> DueChoice:
    """A setting as the day in force, and who allowed it. Raises SentenceError for what is no day."""
    if isinstance(value, Mapping):
        return DueChoice(_setting(key, value["day"]), " ".join(str(value.get("by", "")).split()))
    return DueChoice(_setting(key, value))


def _setting(key: str, value: Any) -> DueRule | date | None:
    """A setting's rule or day; None where no report is required. Raises SentenceError for what is neither."""
    if value is False:
        return None
    if isinstance(value, date):
        return date(value.year, value.month, value.day)  # a TOML date-time is a date too
    words = unicodedata.normalize("NFC", str(getattr(value, "written", value))).strip()
    rule = _rule(words)
    if rule is not None:
        return rule
    before = _BEFORE.match(words)
    day = read_written_day(words[before.end() :] if before else words)
    if day is None:
        raise SentenceError(sentence("calendar", "bad_due_day", setting=key, found=words))
    strictly = before is not None and before["before"].lower() == "trước"
    tail = key.rpartition(":")[2]
    if re.match(r"20\d\d(-|$)", tail) is None:
        right = f"{'trước ' if strictly else ''}{day.day}/{day.month}"
        raise SentenceError(sentence("calendar", "bad_due_year", setting=key, found=words, right=right))
    if not strictly:
        return day
    return DueRule(DayRule(day.day, day.month, years=day.year - parse_period_id(tail)[1]), "<")


def due_in_words(words: str) -> date | str | None:
    """A due day as it may be set: a whole day as such, other words as they are; None if they are none."""
    try:
        found = _setting("2000", words)
    except SentenceError:
        return None
    return found if isinstance(found, date) else words


def _rule(words: str) -> DueRule | None:
    """``15/6``, ``trước 15/6``, ``25``, ``15/01 năm sau``: a day of every year; None for other words."""
    match = _DUE_TEXT.fullmatch(words)
    if match is None:
        return None
    day, month = int(match["day"]), int(match["month"]) if match["month"] else None
    try:
        date(2000, month or 1, day)  # 2000 has a 29/2
    except ValueError:
        return None
    strictly = match["before"] is not None and match["until"] is None
    return DueRule(DayRule(day, month, years=1 if match["next"] else 0), "<" if strictly else "<=")


def setting_keys(kind: PeriodKind, year: int, number: int) -> tuple[str, str, str]:
    """The keys under which a period's day may be set, the narrowest first: ``2026-H1``, ``H1``, ``half``."""
    whole = period_id(kind, year, number)
    return whole, whole[5:] or "year", kind


def due_in_force(regime: Regime, report: ReportRule, year: int, number: int) -> DueChoice | None:
    """The day in force: the narrowest setting, else the plan's own. ``None``: open."""
    for tail in setting_keys(report.kind, year, number):
        for key in (f"{report.id}:{tail}", tail):
            if key in regime.settings and (key != tail or is_filled_by_period(regime, report, number)):
                return regime.settings[key]
    return DueChoice(report.due) if report.due is not None else None


def is_filled_by_period(regime: Regime, report: ReportRule, number: int) -> bool:
    """Whether a key that names a period alone is about this report: its day is open, or it is the only one there."""
    if report.due is None:
        return True
    others = [item for item in regime.reports if item.kind == report.kind and number in item.numbers]
    return len(others) == 1
