"""What columns say of an answer: most of them what the unit wrote in a field, which many rows ask for at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from danvan_xl.model.submission import Answer
from danvan_xl.workbooks.writing.row_xml import Rendered


class HasAnswer(Protocol):
    """An item whose columns show an answer."""

    @property
    def answer(self) -> Answer: ...


Item = TypeVar("Item", bound=HasAnswer)


class Answered(Struct, frozen=True):
    """What the unit wrote in the field with this name."""

    field: str

    def __call__(self, item: HasAnswer) -> Rendered:
        return item.answer.values.get(self.field)


class AnswerValues(Generic[Item]):
    """All values of an item: what `values` gives one by one, with fields that are side by side asked for at once."""

    def __init__(self, values: Sequence[Callable[[Item], Rendered]]) -> None:
        self._groups: list[tuple[tuple[str, ...], list[Callable[[Item], Rendered]]]] = []
        for is_field, found in groupby(values, key=lambda value: isinstance(value, Answered)):
            group = list(found)
            fields = tuple(value.field for value in group if isinstance(value, Answered)) if is_field else ()
            self._groups.append((fields, [] if is_field else group))

    def of(self, item: Item) -> list[Rendered]:
        """The values, in the order of the columns."""
        get = item.answer.values.get
        found: list[Rendered] = []
        for fields, functions in self._groups:
            if fields:
                found += map(get, fields)
            else:
                for function in functions:
                    found.append(function(item))
        return found
