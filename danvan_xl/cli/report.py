"""What ``check`` and ``merge`` report: for a person, as JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec.structs import asdict

from danvan_xl.cli.common import echo, label, say
from danvan_xl.cli.zalo import BAD, Today, print_zalo
from danvan_xl.language.showable import printable
from danvan_xl.merging.consolidation import Consolidation
from danvan_xl.merging.filing import AnySubmission
from danvan_xl.merging.remarks import unit_remarks
from danvan_xl.merging.summary import Summary
from danvan_xl.merging.targets_counted import targets_json
from danvan_xl.model import Finding, Severity
from danvan_xl.model.dated_reports import Report
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.model.statuses import TO_MEND, FileStatus
from danvan_xl.model.submission import CellCount
from danvan_xl.wording import Lang, text

MOST_FILES = 100
"""Beyond this many files, only those that somebody must look at are listed."""

MOST_ROWS, MOST_ACROSS = 40, 12


# ---- JSON ----------------------------------------------------------------------------------------------------


def _finding(item: Finding, lang: Lang) -> dict[str, object]:
    return {
        "code": item.code,
        "severity": item.severity.value,
        "sheet": item.location.sheet,
        "cell": item.location.cell,
        "column": item.location.column,
        "found": item.found,
        "expected": item.say_expected(lang),
        "message": item.say(lang),
        "line": item.line,
        "settled": item.settled.say(lang) if item.settled is not None else None,
    }


def _file(item: AnySubmission, lang: Lang) -> dict[str, object]:
    return {
        "path": item.path,
        "sha256": item.sha256,
        "unit": item.unit,
        "period": item.period,
        "status": item.status.value,
        "lines": item.lines,
        "cells": asdict(sum(item.cells.values(), start=CellCount())),
        "findings": [_finding(found, lang) for found in item.whole().findings],
    }


def report_json(item: Report, lang: Lang) -> dict[str, object]:
    """A report as an object: its day and its window."""
    window = item.window
    return {
        "id": item.id,
        "title": item.name(lang),
        "subject": item.subject or None,
        "kind": item.kind.value,
        "period": item.period.id,
        "due": item.period.due.isoformat() if item.period.due else None,
        "allowed_by": item.period.allowed_by or None,
        "window_from": window[0].isoformat() if window else None,
        "window_to": window[1].isoformat() if window else None,
        "recipients": list(item.recipients),
    }


def as_json(
    result: Consolidation, summary: Summary, kind: str, lang: Lang, output: Path | None = None
) -> dict[str, object]:
    """The document that ``--json`` prints; ``kind`` is ``check`` or ``merge``."""
    document: dict[str, object] = {
        "format": f"danvan-xl/{kind}/1",
        "plan": result.round.plan.id,
        "period": result.round.period.id,
        "as_of": result.as_of.isoformat(),
        "reports": [report_json(item, lang) for item in result.round.made_for],
        "files": [_file(item, lang) for item in result.files],
        "units": [
            {
                "unit": state.unit,
                "state": state.state,
                "timeliness": state.timeliness,
                "received": state.received.isoformat() if state.received else None,
                "first_received": state.first.isoformat() if state.first else None,
                "file": state.file.path if state.file else None,
                "refused": [item.path for item in state.refused],
                "newer_refused": state.are_newer,
                "note": " ".join(unit_remarks(state, lang)) or None,
            }
            for state in result.units
        ],
        "findings": [_finding(item, lang) for item in result.findings],
        "totals": {
            "files": len(result.files),
            "accepted": sum(item.status is FileStatus.ACCEPTED for item in result.files),
            "lines_sent": summary.lines,
            "answers": {state.value: number for state, number in summary.answers.items()},
            "errors": summary.errors,
            "warnings": summary.warnings,
        },
    }
    if summary.targets and kind == "merge":
        document["targets"] = targets_json(summary.targets)
    if output is not None:
        document["output"] = str(output)
    return document


# ---- for a person --------------------------------------------------------------------------------------------


def load_tables() -> None:
    """Load what prints tables, before it is needed."""
    import rich.console
    import rich.table
    import rich.text  # noqa: F401


def table(columns: list[tuple[str, str]], rows: list[list[str]]) -> None:
    """A table on the terminal. ``columns``: (heading, ``left`` or ``right``)."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(show_edge=False, pad_edge=False, header_style="bold")
    for heading, side in columns:
        grid.add_column(heading, justify="right" if side == "right" else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(Text(printable(cell)) for cell in row))
    width = None if sys.stdout.isatty() else 140
    Console(file=sys.stdout, width=width, highlight=False).print(grid)


def unit_names(result: Consolidation) -> Mapping[str, str]:
    """Unit → its name."""
    return {unit.id: unit.name for unit in result.round.plan.units}


def _when(item: AnySubmission) -> str:
    return f"{item.received.astimezone(VIETNAM_TIME):%d/%m %H:%M}" if item.received else ""


def print_files(result: Consolidation, lang: Lang) -> None:
    """One row per file; of many files, only those that somebody must look at."""
    names = unit_names(result)
    columns = [
        (say(lang, "col_file"), "left"),
        (say(lang, "col_unit"), "left"),
        (say(lang, "col_status"), "left"),
        (say(lang, "col_errors"), "right"),
        (say(lang, "col_warnings"), "right"),
        (say(lang, "col_received"), "left"),
    ]
    files = [item for item in result.files if item.status is not FileStatus.IGNORED]
    shown = files if len(files) <= MOST_FILES else [item for item in files if _is_worth_a_look(item)][:MOST_FILES]
    rows = [
        [
            Path(item.path).name,
            names.get(item.unit or "", item.unit or "?"),
            say(lang, f"status_{item.status.value}"),
            str(item.count(Severity.ERROR) + item.count(Severity.BLOCKER)),
            str(item.count(Severity.WARNING)),
            _when(item),
        ]
        for item in shown
    ]
    if rows:
        table(columns, rows)
    if len(shown) < len(files):
        echo(say(lang, "check_more_files", count=len(files) - len(shown)))


def _is_worth_a_look(item: AnySubmission) -> bool:
    return item.status is not FileStatus.ACCEPTED or item.count(Severity.WARNING) > 0


def print_problems(result: Consolidation, lang: Lang) -> None:
    """The findings that a person must act on: refusals first, then errors."""
    names = {unit.id: unit.short for unit in result.round.plan.units}
    found = [
        (item, file)
        for file in result.files
        if file.status in TO_MEND
        for item in file.whole().findings
        if item.severity in BAD and item.is_open
    ]
    found.sort(key=lambda pair: BAD.index(pair[0].severity))
    if not found:
        echo(say(lang, "check_clean"))
        return
    columns = [(say(lang, key), "left") for key in ("col_unit", "col_where", "col_what", "col_mend")]
    rows = [
        [
            names.get(file.unit or "", Path(file.path).name),
            " ".join(part for part in (item.location.sheet, item.location.cell) if part),
            item.say(lang),
            item.say_mend(lang) or "",
        ]
        for item, file in found[:MOST_ROWS]
    ]
    table(columns, rows)
    if len(found) > MOST_ROWS:
        echo(say(lang, "check_more", count=len(found) - MOST_ROWS))


def print_summary(result: Consolidation, summary: Summary, lang: Lang) -> None:
    """Counts of files and units, in two sentences."""
    of = [item.status for item in result.files]
    main = (FileStatus.ACCEPTED, FileStatus.RETURNED, FileStatus.REFUSED)
    counts = {status.value: of.count(status) for status in main}
    other = len(of) - sum(counts.values())
    echo(say(lang, "check_files", files=len(of), period=label(result.round.period, lang), other=other, **counts))
    states = {state: summary.unit_states[state] for state in ("submitted", "nil", "returned", "missing")}
    echo(say(lang, "check_units", **states))
    for item in result.findings[:MOST_ACROSS]:
        echo(f"- {item.say(lang)}")
    if len(result.findings) > MOST_ACROSS:
        echo(say(lang, "check_more_units", count=len(result.findings) - MOST_ACROSS))


def print_rest(result: Consolidation, lang: Lang) -> None:
    """How much else there is: warnings and repairs."""
    accepted = [item for item in result.files if item.status is FileStatus.ACCEPTED]
    warnings = sum(item.count(Severity.WARNING) for item in accepted)
    repairs = sum(item.count(Severity.INFO) for item in result.files)
    if warnings:
        echo(say(lang, "check_warnings", count=warnings))
    if repairs:
        echo(say(lang, "check_info", count=repairs))


def print_check(
    result: Consolidation, summary: Summary, returned: Iterable[Path], lang: Lang, *, zalo: Today | None = None
) -> None:
    """All that ``check`` reports to a person; messages for Zalo where it is given by which day they are to be."""
    print_files(result, lang)
    echo()
    print_summary(result, summary, lang)
    echo()
    print_problems(result, lang)
    print_rest(result, lang)
    for path in returned:
        echo(say(lang, "returned_to", path=path))
    if zalo is not None:
        print_zalo(result, lang, zalo)


def answer_parts(summary: Summary) -> str:
    """``58 Đã trả lời, 13 Không phát sinh …`` without the zeros."""
    return ", ".join(f"{number} {state.value}" for state, number in summary.answers.items() if number)


def state_words(result: Consolidation, lang: Lang) -> list[list[str]]:
    """Rows of the status table: unit, state, when, timeliness, remarks."""
    names = unit_names(result)
    return [
        [
            names[state.unit],
            text("book", f"state_{state.words}", lang),
            f"{state.received.astimezone(VIETNAM_TIME):%d/%m %H:%M}" if state.received else "",
            text("book", f"time_{state.timeliness}", lang) if state.timeliness else "",
            " ".join(unit_remarks(state, lang)),
        ]
        for state in result.units
    ]


def print_states(result: Consolidation, lang: Lang) -> None:
    """One row per unit; the column of remarks only where there are any."""
    keys = ["col_unit", "col_status", "col_received", "col_time", "col_remarks"]
    rows = state_words(result, lang)
    if not any(row[-1] for row in rows):
        keys, rows = keys[:-1], [row[:-1] for row in rows]
    table([(say(lang, key), "left") for key in keys], rows)
