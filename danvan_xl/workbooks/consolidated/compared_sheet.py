"""``So sánh``: the consolidation beside earlier workbooks of the same plan, where there are any."""

from __future__ import annotations

from itertools import count

from danvan_xl.comparison.compare import Comparison, compared
from danvan_xl.comparison.target_changes import targets_compared
from danvan_xl.language.text import key
from danvan_xl.merging.consolidation import UnitRows
from danvan_xl.model import layout
from danvan_xl.model.period import shown_period
from danvan_xl.wording import Lang
from danvan_xl.workbooks.consolidated.compared_tables import (
    WIDTHS,
    count_parts,
    counts,
    indicator_parts,
    line_parts,
    named_lines,
    say,
    tally_parts,
    target_parts,
)
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook
from danvan_xl.workbooks.consolidated.formers import MOST_COMPARED_ROWS, Former
from danvan_xl.workbooks.consolidated.present_side import PresentSide
from danvan_xl.workbooks.consolidated.stacked_tables import StackedTables

MOST_NAMED = 1_000
"""So many lines are named in a comparison; ``danvan-xl diff`` lists all."""

ROMAN = ("I", "II", "III", "IV", "V", "VI")


def former_title(former: Former, lang: Lang) -> str:
    """What is compared with, in a few words: ``So với báo cáo trước: tháng 5/2026``."""
    return say(lang, f"with_{former.why}", period=shown_period(former.period, lang) if former.period else former.name)


def shown_most() -> str:
    """Up to how many rows are compared, as it is said."""
    return f"{MOST_COMPARED_ROWS:,}".replace(",", ".")


class Compared:
    """``So sánh``: which workbooks, the counts of all comparisons side by side, then the tables of each."""

    def __init__(self, book: ConsolidatedBook) -> None:
        self.book, self.formers = book, book.formers.books
        self.tables = StackedTables(book, layout.COMPARISON, WIDTHS)
        self.present = PresentSide(book.result) if any(item.side for item in self.formers) else None
        plan = book.result.round.plan
        self._units = {unit.id: place for place, unit in enumerate(plan.units)}

    def unit(self, item: UnitRows) -> None:
        if self.present is not None:
            self.present.unit(item)

    def finish(self) -> None:
        lang, tables = self.book.lang, self.tables
        tables.say(say(lang, "title"), "list_title")
        tables.say(self.book.subtitle())
        for former in self.formers:
            for sentence in self._head(former):
                tables.say(sentence)
        tables.say(say(lang, "how"), "note")
        if self.present is not None:
            now = self.present.side(self.book.formers.targets)
            found = [(item, compared(item.side, now)) for item in self.formers if item.side is not None]
            tables.row += 1
            titles = [former_title(former, lang) for former, _ in found]
            tables.table(count_parts(titles, lang), counts([item for _, item in found], lang))
            for place, (former, comparison) in enumerate(found):
                tables.say(f"{ROMAN[place]}. {former_title(former, lang).upper()}", "list_title", gap=1)
                self._tables(comparison)
        tables.finish()

    def _head(self, former: Former) -> list[str]:
        """Which workbook it is; what is to be said of it."""
        lang = self.book.lang
        day = f"{former.as_of:%d/%m/%Y}" if former.as_of else "-"
        said = [say(lang, "head_former", title=former_title(former, lang), day=day, file=former.name)]
        if former.side is None:
            said.append(say(lang, "too_many", most=shown_most(), file=former.name))
            return said
        own = self.book.result.round.plan.issuing_body
        if former.side.body and key(former.side.body) != key(own):
            said.append(say(lang, "two_bodies", before=former.side.body, now=own))
        return said

    def _tables(self, comparison: Comparison) -> None:
        """The tables of one comparison, numbered as far as they are there."""
        lang, tables = self.book.lang, self.tables
        numbers = count(1)

        def begin(name: str) -> None:
            tables.say(f"{next(numbers)}. {say(lang, f'title_{name}')}", "label", gap=1)

        last = len(self._units)
        begin("units")
        units = sorted(comparison.units, key=lambda item: self._units.get(item.id, last))
        tables.table(tally_parts(lang, "unit"), units, total=True)
        begin("tasks")
        tables.table(tally_parts(lang, "task"), comparison.tasks, total=True)
        of_targets = comparison.before.targets.keys() | comparison.after.targets.keys()
        indicators = [item for item in comparison.figures.indicators if item.indicator.code not in of_targets]
        if indicators:
            begin("indicators")
            tables.table(indicator_parts(self.book), indicators)
        if comparison.after.targets:
            begin("targets")
            tables.table(target_parts(lang), targets_compared(comparison.before.targets, comparison.after.targets))
        begin("lines")
        named = named_lines(comparison)
        if not named:
            tables.say(self.book.say("none"), "note")
            return
        tables.table(line_parts(lang), named[:MOST_NAMED])
        if len(named) > MOST_NAMED:
            tables.say(say(lang, "more_lines", count=len(named) - MOST_NAMED, file=comparison.before.name), "note")
