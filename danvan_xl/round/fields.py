"""Answer columns compiled into functions: a raw cell → its typed value and what is wrong with it.

A form is compiled once; the functions then run over every cell of every file, so the usual case (an exact value of the
list, plain text, a number) takes the shortest path.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

from msgspec import Struct, field

from danvan_xl.language.cellvalues import Measure, Reading, read_day, read_document_number, read_number
from danvan_xl.language.debris import without_debris
from danvan_xl.language.personal import personal_numbers
from danvan_xl.language.text import clean, key
from danvan_xl.language.words_in_cells import A_DAY, Stored, read_words, stored
from danvan_xl.model import Field, Severity
from danvan_xl.model.book import RawValue
from danvan_xl.model.submission import Value


class Remark(Struct, frozen=True):
    """A finding in the making: the engine adds the place. ``severity`` None: the catalogue's own."""

    code: str
    found: object = None
    severity: Severity | None = None
    args: dict[str, object] = field(default_factory=dict)


class TypedCell(Struct, frozen=True):
    """A cell as its column reads it: ``value`` is typed, or as entered where ``faulty``."""

    value: Value
    remarks: tuple[Remark, ...] = ()
    faulty: bool = False


EMPTY = TypedCell(None)
Reader = Callable[[RawValue, str | None, str | None], TypedCell]
"""(raw value, number format, font name) → cell."""

WHOLE = 100
"""Percent: a column with this maximum holds shares of something."""

LOST_ZERO = 9
"""Digits of a telephone number of which a spreadsheet made a number."""

EARLIEST_SERIAL, LATEST_SERIAL = date(2020, 1, 1), date(2045, 12, 31)
"""Bare numbers outside these days are not read as dates that lost their format."""


def show(value: object) -> str:
    """A value as people write it: 95,5 · 30/06/2026 · text."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return f"{value:.15g}".replace(".", ",")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return "" if value is None else str(value)


def _typed(value: RawValue) -> Value:
    return value.date() if isinstance(value, datetime) else value


def tidy(raw: RawValue, font: str | None = None) -> tuple[RawValue, tuple[Remark, ...]]:
    """Text cleaned, with the remarks on what was repaired; anything else as it is. Blank text becomes None."""
    if not isinstance(raw, str):
        return raw, ()
    plain = without_debris(raw)
    if plain is not None:
        tidied = clean(plain, font).text
        became: dict[str, object] = {"became": tidied}
        return (tidied or None), (Remark("N012", raw, args=became),)
    cleaned = clean(raw, font)
    if not cleaned.repairs:
        return (raw or None), ()
    text = cleaned.text
    if not text:
        return None, ()
    legacy = next((name for name in cleaned.repairs if name in ("tcvn3", "vni")), None)
    if legacy:
        return text, (Remark("N005", raw, args={"encoding": legacy.upper(), "became": text}),)
    return text, (Remark("N001", raw, args={"became": text}),)


def _from_reading(
    item: Field, raw: RawValue, reading: Reading, remarks: tuple[Remark, ...], number_format: str | None = None
) -> TypedCell:
    if reading.fault:
        example = "95,5" if item.format == "percent" else "12"
        found = _seen(raw, number_format)
        remark = Remark(reading.fault, found, _weaker(item), {"example": example, **reading.args})
        return TypedCell(_typed(raw), (*remarks, remark), faulty=remark.severity in (None, Severity.ERROR))
    if reading.repair:
        args: dict[str, object] = {"became": show(reading.value), **reading.args}
        remarks = (*remarks, Remark(reading.repair, show(raw), args=args))
    if reading.remark:
        remarks = (*remarks, Remark(reading.remark, show(raw), args=reading.args))
    return TypedCell(reading.value, remarks)


def _seen(raw: RawValue, number_format: str | None) -> str:
    """A cell's value as the person who typed it saw it."""
    return str(read_words(raw, number_format).value) if isinstance(raw, Stored) and number_format else show(raw)


def words_of(raw: RawValue, number_format: str | None) -> tuple[str, tuple[Remark, ...]]:
    """The text of a cell for words, tidied before, as it was seen; and what is to be said of it."""
    if isinstance(raw, bool) or not isinstance(raw, Stored):
        return show(raw), ()
    reading = read_words(raw, number_format)
    code = reading.repair or reading.remark
    return str(reading.value), (Remark(code, stored(raw), args=reading.args),) if code else ()


def _weaker(item: Field) -> Severity | None:
    return item.severity if item.severity is not Severity.ERROR else None


def bounds_text(item: Field) -> str:
    """The range of a number as people write it: ``0 - 100``, ``≥ 0``."""
    if item.minimum is not None and item.maximum is not None:
        return f"{show(float(item.minimum))} - {show(float(item.maximum))}"
    return f"≥ {show(float(item.minimum or 0))}" if item.minimum is not None else f"≤ {show(float(item.maximum or 0))}"


def measure_of(item: Field) -> Measure:
    """What a column's numbers are, as far as its form says."""
    if item.format != "percent":
        return Measure.ANY
    return Measure.SHARE if item.maximum is not None and item.maximum <= WHOLE else Measure.PERCENT


def _number_reader(item: Field, measure: Measure | None = None) -> Reader:
    measure, integer = measure or measure_of(item), item.type == "integer"
    low, high = item.minimum, item.maximum

    def read(raw: RawValue, number_format: str | None, font: str | None) -> TypedCell:
        raw, remarks = tidy(raw, font)
        if raw is None or raw in item.missing_values:
            return EMPTY
        reading = read_number(raw, measure=measure, integer=integer, number_format=number_format)
        value = reading.value
        if isinstance(value, (int, float)) and (
            (low is not None and value < low) or (high is not None and value > high)
        ):
            remark = Remark("V015", show(value), _weaker(item), {"bounds": bounds_text(item)})
            return TypedCell(value, (*remarks, remark), faulty=True)
        return _from_reading(item, raw, reading, remarks, number_format)

    return read


def measured_reader(item: Field, measure: Measure) -> Reader:
    """The reader of a number column for lines whose targets are measured so."""
    return _number_reader(item, measure)


def means_percent(unit: str) -> bool:
    """Whether a target's unit of measure is percent."""
    return "%" in unit or "phần trăm" in key(unit)


def _date_reader(item: Field) -> Reader:
    def read(raw: RawValue, number_format: str | None, font: str | None) -> TypedCell:
        raw, remarks = tidy(raw, font)
        if raw is None or raw in item.missing_values:
            return EMPTY
        reading = read_day(raw, earliest=EARLIEST_SERIAL, latest=LATEST_SERIAL, number_format=number_format)
        return _from_reading(item, raw, reading, remarks)

    return read


def _document_reader(item: Field) -> Reader:
    def read(raw: RawValue, number_format: str | None, font: str | None) -> TypedCell:
        raw, remarks = tidy(raw, font)
        if raw is None or raw in item.missing_values:
            return EMPTY
        text, asked = words_of(raw, number_format)
        if any(remark.code == A_DAY for remark in asked):  # it may be a number of which Excel made a day
            return TypedCell(text, (*remarks, *asked))
        return _from_reading(item, text, read_document_number(text), (*remarks, *asked))

    return read


def _text_reader(item: Field) -> Reader:
    pattern = re.compile(item.pattern) if item.pattern else None

    def read(raw: RawValue, number_format: str | None, font: str | None) -> TypedCell:
        raw, remarks = tidy(raw, font)
        if raw is None or raw in item.missing_values:
            return EMPTY
        if isinstance(raw, str):
            text = raw
        else:
            text, asked = words_of(raw, number_format)
            remarks = (*remarks, *asked)
        if item.min_length and len(text) < item.min_length:
            return TypedCell(
                text, (*remarks, Remark("V018", text, _weaker(item), {"length": item.min_length})), faulty=True
            )
        if pattern and not pattern.search(text):
            return TypedCell(
                text, (*remarks, Remark("V019", text, _weaker(item), {"pattern": item.pattern})), faulty=True
            )
        if personal := personal_numbers(text) if isinstance(raw, str) else _personal(raw, text):
            shown = ", ".join(masked for _, masked in personal)
            remarks = (*remarks, Remark(personal[0][0], shown))
        return TypedCell(text, remarks)

    return read


def _personal(raw: RawValue, text: str) -> tuple[tuple[str, str], ...]:
    """Personal numbers in a cell that holds a number: a telephone number has lost its first 0 there."""
    whole = f"0{text}" if isinstance(raw, int) and len(text) == LOST_ZERO and raw % 1000 else text
    return personal_numbers(whole)


def _list_reader(item: Field) -> Reader:
    exact = {value: TypedCell(value) for value in item.enum}
    by_key = {key(value): value for value in item.enum}
    synonyms = {key(word): value for value, words in item.synonyms.items() for word in words}
    never = {key(word) for word in item.never}
    options = ", ".join(item.enum)

    def read(raw: RawValue, number_format: str | None, font: str | None) -> TypedCell:
        if isinstance(raw, str) and raw in exact:
            return exact[raw]
        raw, remarks = tidy(raw, font)
        if raw is None or raw in item.missing_values:
            return EMPTY
        text = raw if isinstance(raw, str) else _seen(raw, number_format)
        folded = key(text).rstrip(" .;,")
        value = by_key.get(folded) or synonyms.get(folded)
        if value is not None:
            became = () if value == text else (Remark("N002", text, args={"became": value}),)
            return TypedCell(value, (*remarks, *became))
        code = "V017" if folded in never else "V016"
        return TypedCell(text, (*remarks, Remark(code, text, _weaker(item), {"options": options})), faulty=True)

    return read


def compile_field(item: Field) -> Reader:
    """The reader of a column."""
    if item.enum:
        return _list_reader(item)
    if item.format == "document_number":
        return _document_reader(item)
    readers: dict[str, Callable[[Field], Reader]] = {
        "number": _number_reader,
        "integer": _number_reader,
        "date": _date_reader,
        "string": _text_reader,
    }
    return readers[item.type](item)
