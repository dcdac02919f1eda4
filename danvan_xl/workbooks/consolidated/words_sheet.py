"""``Khó khăn, kiến nghị``: what each unit wrote in its own words."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from danvan_xl.merging.consolidation import UnitRows
from danvan_xl.model import Form, Question
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook, Sink
from danvan_xl.workbooks.consolidated.list_sheet import ListSheet
from danvan_xl.workbooks.writing.sheet_columns import Column

STT, UNIT = 5, 24
LEAST_QUESTION, MOST_QUESTION = 26, 60
MOST_TOGETHER = 146
"""Characters, of all columns of one landscape page at the least scale."""


class WordsLine(Struct, frozen=True):
    """A row: a unit, and question → what it wrote."""

    number: int
    unit: str
    words: Mapping[str, str]


def words_columns(book: ConsolidatedBook, form: Form) -> tuple[Column[WordsLine], ...]:
    """The columns: one for each question, all of one width, such that they fit a page where they are not too many."""
    left = MOST_TOGETHER - STT - UNIT - len(form.questions)  # a column is a little wider than its characters
    width = min(max(left // max(len(form.questions), 1), LEAST_QUESTION), MOST_QUESTION)

    def question(item: Question) -> Column[WordsLine]:
        return Column(f"question {item.id}", item.title, width, lambda line: line.words.get(item.id))

    return (
        Column("stt", book.say("head_stt"), STT, lambda line: line.number, "box_centre"),
        Column("unit", book.say("head_unit"), UNIT, lambda line: book.names[line.unit]),
        *map(question, form.questions),
    )


class _Words:
    """The sheet: a unit that has nothing to report at all says so under the first question."""

    def __init__(self, book: ConsolidatedBook, form: Form) -> None:
        self.book, self.form = book, form
        self.table = ListSheet(book, form.sheet, book.say("words_title"), words_columns(book, form), frozen="unit")

    def unit(self, item: UnitRows) -> None:
        if item.state is None:
            return
        file = item.file if item.counts else None
        words = file.words if file else {}
        asked = [question.id for question in self.form.questions]
        if file is not None and file.nil and asked and not any(words.get(name) for name in asked):
            words = {asked[0]: self.book.say("nil_reason", reason=file.nil_reason or "-")}
        self.table.add(WordsLine(self.table.count + 1, item.unit, words))

    def finish(self) -> None:
        self.table.finish()


def words(book: ConsolidatedBook) -> Sink | None:
    """``Khó khăn, kiến nghị``, where the plan has such a form."""
    name = book.result.round.plan.difficulties
    return _Words(book, book.result.round.forms[name]) if name else None
