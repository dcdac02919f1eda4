"""The cells of a target compiled into functions, as ``fields`` does for columns: its kind says how each is read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from danvan_xl.language.cellvalues import Measure
from danvan_xl.language.text import key
from danvan_xl.model import Target, TargetKind
from danvan_xl.model.book import RawValue
from danvan_xl.model.targets import Part
from danvan_xl.round.fields import (
    EMPTY,
    Reader,
    Remark,
    TypedCell,
    compile_field,
    measured_reader,
    show,
    tidy,
    words_of,
)
from danvan_xl.round.target_form import BESIDE, PARTS, class_named, part_field
from danvan_xl.wording import text

NOT_YET = frozenset(
    map(key, ("Chưa đạt", "Chưa", "Chưa có", "Chưa được công nhận", "Không", "Không đạt", "Chưa hoàn thành"))
)
"""What people write for a target that is not reached, in the cell for its document."""


def not_reached() -> str:
    """What stands for a target that a unit says is not reached."""
    return text("targets", "not_reached")


@cache
def readers_of(target: Target) -> Mapping[str, Reader]:
    """Part → the reader of its cell, for the cells that may be filled in, and a typed percentage of a ratio."""
    asked = [part for part in PARTS if part in target.kind.parts or part in BESIDE]
    readers: dict[str, Reader] = {part: _reader(target, part) for part in asked}
    if target.kind is TargetKind.RATIO:
        readers["value"] = _typed_percentage(target)
    return readers


def _reader(target: Target, part: Part) -> Reader:
    item = part_field(target, part)
    if part == "value" and target.classes:
        return _class_reader(target, compile_field(item))
    if part == "document" and target.kind is TargetKind.REACHED:
        return _document_reader(compile_field(item))
    if item.type in ("number", "integer") and item.format != "percent":
        return measured_reader(item, Measure.COUNT)
    return compile_field(item)


def _class_reader(target: Target, read: Reader) -> Reader:
    """Classes as the plan writes them."""

    def read_class(raw: RawValue, number_format: str | None, font: str | None) -> TypedCell:
        cell = read(raw, number_format, font)
        if not isinstance(cell.value, str) or cell.faulty:
            return cell
        became = class_named(target, cell.value)
        if became == cell.value:
            return cell
        return TypedCell(became, (*cell.remarks, Remark("N002", cell.value, args={"became": became})))

    return read_class


def _document_reader(read: Reader) -> Reader:
    """A document's number, or that the target is not reached."""

    def read_document(raw: RawValue, number_format: str | None, font: str | None) -> TypedCell:
        tidied, remarks = tidy(raw, font)
        if isinstance(tidied, str) and key(tidied).rstrip(" .;,") in NOT_YET:
            became = not_reached()
            said = () if tidied == became else (Remark("N002", tidied, args={"became": became}),)
            return TypedCell(became, (*remarks, *said))
        return read(raw, number_format, font)

    return read_document


def _typed_percentage(target: Target) -> Reader:
    """Nothing is asked in the cell: whatever stands there is a figure that can't be added to those of others."""

    def read(raw: RawValue, number_format: str | None, font: str | None) -> TypedCell:
        tidied, _ = tidy(raw, font)
        words = words_of(tidied, number_format)[0].strip() if tidied is not None else ""
        if not words:
            return EMPTY
        args: dict[str, object] = {"numerator": target.numerator, "denominator": target.denominator}
        remark = Remark("V040", words, args={**args, "target_title": target.title})
        return TypedCell(show(words), (remark,), faulty=True)

    return read
