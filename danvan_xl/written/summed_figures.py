"""Figures in long form from ``Số liệu`` of a workbook that has no ``Dữ liệu số``, as 0.1.0 wrote it.

A sheet of few units has indicators in rows and units in columns, one of many units the other way round; rows and
columns are known by their headings, in the language of the workbook. It names an indicator, and a unit in a column, by
words alone: their codes come from the plan's rule files where it is one that ships, and are left out where not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from danvan_xl.language.text import folded, joint_key, key, unambiguous
from danvan_xl.model import layout
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.book import RawValue, Sheet
from danvan_xl.rules.files import RulesError
from danvan_xl.rules.loader import load_rules
from danvan_xl.wording import LANGS, Lang, text
from danvan_xl.written.consolidated_file import Consolidated, refusal
from danvan_xl.written.sheet_tables import SheetTable, table_of, text_of
from danvan_xl.written.table_columns import BODY, INDICATOR, INDICATOR_ID, MEASURE, PERIOD, PLAN, UNIT_NAME, VALUE

USUAL_NAME = "Số liệu"
Words = Mapping[str, str]
"""Comparison key → what it stands for."""


class _Names(Struct, frozen=True):
    """Codes by words. ``indicators``: by title, a bar and the measure; ``units``: by any name that is one unit's."""

    indicators: Words
    units: Words
    titles: Words

    def row(self, indicator: str, measure: str, unit: str) -> dict[str, RawValue]:
        """What a row of the long form says of an indicator and a unit."""
        code = self.units.get(key(unit))
        return {
            INDICATOR_ID: self.indicators.get(joint_key(indicator, measure)),
            INDICATOR: indicator,
            MEASURE: measure or None,
            layout.UNIT_ID: code,
            UNIT_NAME: self.titles.get(code or "", unit),
        }


def _names(book: Consolidated) -> _Names:
    """The codes that the workbook itself and the plan that ships under its name give."""
    named = [(key(name), code) for name, code in book.units.items()]
    named += [(key(code), code) for code in book.units.values()]
    titles = {code: name for name, code in book.units.items()}
    indicators: list[tuple[str, str]] = []
    try:
        rules = load_rules(book.plan)
    except RulesError:  # a plan of the office's own: its file need not be here
        return _Names({}, unambiguous(named), titles)
    for unit in rules.plan.units:
        named += [(key(words), unit.id) for words in (unit.short, unit.name, unit.id)]
        titles.setdefault(unit.id, unit.name)
    form = rules.forms.get(rules.plan.statistics or "")
    indicators += [(joint_key(item.title, item.unit), item.id) for item in (form.indicators if form else ())]
    return _Names(unambiguous(indicators), unambiguous(named), titles)


def figure_rows(book: Consolidated) -> Iterator[dict[str, RawValue]]:
    """A row for every figure that the sheet shows of a unit; none where the workbook has no such sheet.

    Raises ``WrittenError`` where it has the sheet, and no headings are found in it or a figure can't be trusted.
    """
    sheet = _sheet(book)
    if sheet is None:
        return
    for lang in LANGS:
        across = table_of(sheet, [_word(name, lang) for name in ("head_indicator", "head_measure", "total")])
        down = table_of(sheet, [_word(name, lang) for name in ("head_unit", "head_code")])
        table = across or down
        if table is not None:
            break
    else:
        raise refusal(book.path, "no_table", sheet=sheet.name, headings=f"{INDICATOR}, {MEASURE}")
    own = {PLAN: book.plan, PERIOD: book.period, BODY: book.body}
    walk = _across if across is not None else _down
    for place, row, value in walk(table, lang, _names(book)):
        if place in sheet.doubts:
            raise refusal(
                book.path, "doubt", sheet=sheet.name, cell=cell_name(*place), found=str(sheet.doubts[place][1] or "?")
            )
        if text_of(value) not in (None, layout.NOT_ASKED):
            yield {**own, **row, VALUE: value}


def _word(name: str, lang: Lang) -> str:
    return text("book", name, lang)


def _sheet(book: Consolidated) -> Sheet | None:
    """The sheet of the figures: known by its title, or by its usual name."""
    titles = tuple(key(text("book", "figures_title", lang).partition("(")[0]) for lang in LANGS)
    for sheet in book.book.sheets:
        first = next((value for row in sheet.rows[:1] for value in row.values[:1]), None)
        if isinstance(first, str) and folded(first).startswith(titles):
            return sheet
    return book.book.sheet(USUAL_NAME)


Found = Iterator[tuple[tuple[int, int], dict[str, RawValue], RawValue]]
"""Row and column (1-based), what the figure is, its value."""


def _across(table: SheetTable, lang: Lang, names: _Names) -> Found:
    """Indicators in rows; the units' columns follow that of the sums, up to their notes."""
    title, measure = _word("head_indicator", lang), _word("head_measure", lang)
    places = {heading: at for at, heading in table.columns.items()}
    notes = places.get(_word("head_figure_notes", lang), max(places.values()) + 1)
    sums = places[_word("total", lang)]
    own = {_word(name, lang) for name in ("head_stt", "head_indicator", "head_measure", "total", "head_figure_notes")}
    units = {
        at: heading
        for at, heading in table.columns.items()
        if heading not in own and (sums < at < notes or key(heading) in names.units)
    }
    for number, values in table.rows:
        indicator = text_of(values.get(title))
        for at, unit in units.items() if indicator else ():
            row = names.row(indicator or "", text_of(values.get(measure)) or "", unit)
            yield (number, at + 1), row, values.get(unit)


def _down(table: SheetTable, lang: Lang, names: _Names) -> Found:
    """Units in rows with their codes, indicators in columns under ``title (measure)``."""
    unit_head, code_head = _word("head_unit", lang), _word("head_code", lang)
    own = {unit_head, code_head, _word("head_stt", lang), _word("head_figure_notes", lang)}
    for number, values in table.rows:
        code, unit = text_of(values.get(code_head)), text_of(values.get(unit_head))
        for at, heading in table.columns.items() if code else ():
            if heading not in own and heading.endswith(")"):
                title, _, measure = heading[:-1].rpartition(" (")
                row = names.row(title, measure, unit or "")
                yield (number, at + 1), {**row, layout.UNIT_ID: code, UNIT_NAME: unit}, values.get(heading)
