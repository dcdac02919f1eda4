"""What is said of the reports of a round: title, day, window, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from danvan_xl.model import Period
from danvan_xl.model.dated_reports import Report, Window
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang, text


def day_words(period: Period, lang: Lang = "vi") -> str:
    """The due day in words, with who allowed it where it is later than the plan's own."""
    if period.due is None:
        return text("reports", "due_open", lang)
    day = f"{period.due:%d/%m/%Y}"
    if period.lenient is not None:
        words = text("reports", "due_before", lang, day=day, mark=f"{period.lenient:%d/%m/%Y}")
    else:
        words = text("reports", "due", lang, day=day)
    return text("reports", "allowed", lang, due=words, by=period.allowed_by) if period.allowed_by else words


def window_words(window: Window, lang: Lang = "vi") -> str:
    """``Số liệu tính từ 15/12/2025 đến hết 14/06/2026``."""
    first, last = window
    return text("reports", "window", lang, start=f"{first:%d/%m/%Y}", end=f"{last:%d/%m/%Y}")


def row_words(report: Report, lang: Lang = "vi") -> str:
    """A report in one line: what it is called, when it is due, over which days."""
    name, due = report.name(lang), day_words(report.period, lang)
    if report.window is None:
        return text("reports", "row", lang, name=name, due=due)
    return text("reports", "row_window", lang, name=name, due=due, window=window_words(report.window, lang))


def title_of(reports: Iterable[Report], lang: Lang = "vi") -> str:
    """What a workbook for these reports is called."""
    return "; ".join(dict.fromkeys(report.name(lang) for report in reports))


def round_window_words(current: Round, lang: Lang = "vi") -> Iterator[str]:
    """Over which days the figures of a round count, where that is known.

    Where the report that is made has another window than the one for which units counted, both are said.
    """
    counted = current.window
    own = next((report.window for report in current.made_for), None)
    if own is not None:
        yield window_words(own, lang)
    if counted is not None and counted != own:
        first, last = counted
        source = next(report for report in current.reports if report.window == counted)
        days = {"start": f"{first:%d/%m/%Y}", "end": f"{last:%d/%m/%Y}"}
        yield text("reports", "window_other", lang, report=source.name(lang), **days)
