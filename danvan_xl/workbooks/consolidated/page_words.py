"""The sentences of ``Tổng quan``, each no longer than it has room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from danvan_xl.merging.consolidation import UnitState
from danvan_xl.merging.summary import DueLine
from danvan_xl.merging.targets_counted import TargetCounts
from danvan_xl.model import layout
from danvan_xl.model.dated_reports import ReportKind
from danvan_xl.model.statuses import DueState
from danvan_xl.round.report_words import round_window_words
from danvan_xl.wording import text
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook

MOST_NAMES, MOST_LETTERS = 6, 110
"""Units that a sentence names, and the letters of their names together: a sentence takes two lines at most."""

LINE_LETTERS = 78
"""Letters of a sentence that is to stay on one line."""


def date_line(book: ConsolidatedBook) -> str:
    """Place and blank day of the page, for the person who signs it."""
    place, year = book.result.round.plan.place, book.result.as_of.year
    return book.say("date_blank" if place else "date_blank_plain", place=place, year=year)


def plan_line(book: ConsolidatedBook) -> str:
    """Which plan the page is about."""
    plan = book.result.round.plan
    day = f"{plan.issued:%d/%m/%Y}" if plan.issued else ""
    key = PLAN_LINES[bool(plan.number), bool(day)]
    return book.say(key, number=plan.number, day=day, body=plan.issuing_body)


PLAN_LINES = {
    (True, True): "plan_line",
    (True, False): "plan_line_number",
    (False, True): "plan_line_day",
    (False, False): "plan_line_plain",
}
"""Whether the plan's number and its day are known → the sentence that names it."""


def report_title(book: ConsolidatedBook) -> str:
    """What the workbook sums up, in capitals: the results of the subjects of its reports, or a report of its own."""
    reports = book.result.round.made_for
    titles = [report.title for report in reports if report.kind is not ReportKind.PERIODIC]
    if titles:
        return book.say("overview_title_own", title="; ".join(titles)).upper()
    subjects = dict.fromkeys(report.subject for report in reports if report.subject)
    return book.say("overview_title", subjects=", ".join(subjects) or book.say("overview_subject")).upper()


def period_line(book: ConsolidatedBook) -> str:
    """Which period, as of which day."""
    return book.say("overview_period", period=book.result.round.period.label, as_of=f"{book.result.as_of:%d/%m/%Y}")


def days_lines(book: ConsolidatedBook) -> Iterator[str]:
    """When the report is due, over which days its data count."""
    due, windows = _due_words(book), list(round_window_words(book.result.round, book.lang))
    yield book.say("overview_days", due=due, window=windows[0]) if windows else due
    yield from windows[1:]


def _due_words(book: ConsolidatedBook) -> str:
    period = book.result.round.period
    if period.due is None:
        due = book.say("overview_due_open")
    elif period.lenient is not None:
        due = book.say("overview_due_before", day=f"{period.due:%d/%m/%Y}", mark=f"{period.lenient:%d/%m/%Y}")
    else:
        due = book.say("overview_due", day=f"{period.due:%d/%m/%Y}")
    if period.allowed_by:
        return text("reports", "allowed", book.lang, due=due, by=period.allowed_by)
    return due


def delivery_sentences(book: ConsolidatedBook) -> Iterator[str]:
    """Who has reported, who has not, who was late."""
    units = book.result.units
    counts = {state: book.summary.unit_states[state] for state in ("submitted", "nil", "returned", "missing")}
    yield book.say("units_counts", units=len(units), **counts)
    for key, chosen in (
        ("units_missing", [s for s in units if s.state == "missing"]),
        ("units_late", [s for s in units if s.timeliness == "late"]),
        ("units_returned", [s for s in units if s.state == "returned"]),
        ("units_former", [s for s in units if s.are_newer]),
    ):
        if chosen:
            yield book.say(key, names=_names(book, chosen))
    nobody = [line.task.id for line in book.result.round.unassigned]
    if nobody:
        yield book.say("nobody", tasks=", ".join(nobody[:MOST_NAMES]), sheet=layout.FINDINGS)


def _names(book: ConsolidatedBook, states: Sequence[UnitState]) -> str:
    names = [book.result.round.plan.unit(state.unit).name for state in states]
    most = min(len(names), MOST_NAMES)
    while most > 1 and len(", ".join(names[:most])) > MOST_LETTERS:
        most -= 1
    shown = ", ".join(names[:most])
    if most == len(names):
        return shown
    return book.say("and_more", names=shown, count=len(names) - most, sheet=layout.DELIVERY)


def targets_line(book: ConsolidatedBook) -> str:
    """How many targets were reached, and of how many not enough is known."""
    counts = TargetCounts.of(book.summary.targets)
    words = {"reached": counts.reached, "all": counts.targets, "unclear": counts.unclear}
    return book.say("targets_line", sheet=layout.TARGETS, **words)


def due_sentence(book: ConsolidatedBook, line: DueLine) -> str:
    """A line that is late or due soon; its text is cut so that all stays on one line of the page."""
    key = "due_line_late" if line.days else "due_line"
    unit, day = book.short_names.get(line.unit, line.unit), f"{line.due:%d/%m/%Y}"
    room = LINE_LETTERS - len(book.say(key, unit=unit, text="", day=day, days=line.days))
    text = line.text if len(line.text) <= room else f"{line.text[: max(room - 2, 8)].rpartition(' ')[0]} …"
    return book.say(key, unit=unit, text=text, day=day, days=line.days)


def more_due(book: ConsolidatedBook, shown: int) -> str | None:
    """Where the others stand, if not all are shown."""
    late, soon = book.summary.due[DueState.OVERDUE], book.summary.due[DueState.SOON]
    if late + soon <= shown:
        return None
    key, sheet = ("more_due", layout.DATA) if soon else ("more_lines", layout.OVERDUE)
    return book.say(key, count=late + soon - shown, sheet=sheet, column=layout.DUE_STATE)
