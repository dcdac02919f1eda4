"""``Chỉ tiêu`` of the consolidated workbook: what became of each target of the plan, as formulas with their results."""

from __future__ import annotations

from danvan_xl.merging.targets_reached import TargetReached
from danvan_xl.model import TargetKind, layout
from danvan_xl.model.statuses import Verdict
from danvan_xl.round.target_form import place_of_task
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook, Sink
from danvan_xl.workbooks.consolidated.list_sheet import HEADER_ROW, ListSheet
from danvan_xl.workbooks.consolidated.target_formulas import TargetLine
from danvan_xl.workbooks.writing.row_xml import Rendered
from danvan_xl.workbooks.writing.sheet_columns import Column

MOST_SILENT = 12
"""Units that a cell names; of more it says how many there are."""

COLOURS = {
    Verdict.REACHED: "good_text",
    Verdict.NOT_REACHED: "bad_text",
    Verdict.UNCLEAR: "warn_text",
}


def target_columns(book: ConsolidatedBook) -> tuple[Column[TargetLine], ...]:
    """The columns. Headings are read again by ``written.target_table``."""
    say, earlier, plan = book.say, book.earlier_targets, book.result.round.plan
    before: tuple[Column[TargetLine], ...] = (
        Column(
            "earlier", say("head_target_earlier"), 9, lambda line: earlier.get(line.target.id),
            "box_number", lambda line: _figure_style(earlier.get(line.target.id)),
        ),
    ) if earlier else ()  # fmt: skip
    title, silent = (24, 16) if earlier else (27, 20)
    return (
        Column("stt", say("head_stt"), 5, lambda line: line.number, "box_centre"),
        Column("task", say("head_target_task"), 11, lambda line: place_of_task(plan, line.reached.item)),
        Column("title", say("head_target"), title, lambda line: line.target.title),
        Column("required", say("head_target_required"), 15, lambda line: line.reached.item.required),
        Column("numerator", say("head_numerator"), 8, TargetLine.numerator, "box_number"),
        Column("denominator", say("head_denominator"), 8, TargetLine.denominator, "box_number"),
        Column("value", say("head_target_value"), 11, TargetLine.value, "box_number", _value_style),
        Column("measure", say("head_measure"), 8, _measure, "box_centre"),
        Column("verdict", say("head_verdict"), 11, TargetLine.verdict, "box_bold"),
        *before,
        Column("silent", say("head_target_silent"), silent, lambda line: silent_words(book, line.reached)),
        Column("asked", say("head_target_asked"), 7.5, lambda line: len(line.reached.units), "box_number"),
        Column("answered", say("head_target_answered"), 7.5, TargetLine.answered, "box_number"),
        Column("id", layout.INDICATOR_ID, 14, lambda line: line.target.id, printed=False),
        Column("kind", say("head_target_kind"), 14, lambda line: line.target.kind.shown, printed=False),
        Column("task_id", layout.TASK_ID, 12, lambda line: line.reached.item.task.id, printed=False),
    )


def _measure(line: TargetLine) -> str | None:
    is_share_of_units = line.target.kind is TargetKind.COUNT and line.target.each
    return line.book.say("share_of_units") if is_share_of_units else line.target.unit or None


def _value_style(line: TargetLine) -> str:
    is_share = line.reached.numerator is not None or line.target.kind is TargetKind.RATIO
    return "box_figure" if is_share and line.reached.value is not None else _figure_style(line.reached.value)


def _figure_style(value: Rendered) -> str:
    if isinstance(value, str):
        return "box"
    return "box_figure" if isinstance(value, float) and not value.is_integer() else "box_number"


def silent_words(book: ConsolidatedBook, found: TargetReached) -> str | None:
    """Who has said nothing; whose template is older than the target is said to be that."""
    names = [
        book.say("older_template", unit=book.short_names.get(unit, unit))
        if unit in found.older
        else book.short_names.get(unit, unit)
        for unit in found.silent
    ]
    if len(names) > MOST_SILENT:
        return book.say("and_others", names=", ".join(names[:MOST_SILENT]), count=len(names) - MOST_SILENT)
    return ", ".join(names) or None


def targets(book: ConsolidatedBook) -> Sink | None:
    """``Chỉ tiêu``, where the plan has targets."""
    found = book.summary.targets
    if not found:
        return None
    title = book.say("targets_title", period=book.result.round.period.label)
    table = ListSheet(book, layout.TARGETS, title, target_columns(book), frozen="title", note=book.say("targets_note"))
    for number, reached in enumerate(found, start=1):
        table.add(TargetLine(book, number, reached, table.next_cells))
    table.finish()
    first, last, place = HEADER_ROW + 1, HEADER_ROW + len(found), table.places.position("verdict")
    for verdict, style in COLOURS.items():
        rule = {"type": "cell", "criteria": "==", "value": f'"{verdict.value}"', "format": book.styles[style]}
        table.sheet.conditional_format(first, place, last, place, rule)
    return None
