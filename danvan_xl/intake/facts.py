"""What a sheet's part says besides its cells: hidden columns, merges, links, filters."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct, field

from danvan_xl.intake.markup import Attributes, local, natural, walk
from danvan_xl.intake.refusal import RefusedError
from danvan_xl.model.addresses import LAST_COLUMN, parse_area
from danvan_xl.model.book import Area


class Facts(Struct):
    """What the part says besides its cells."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden_ranges: set[tuple[int, int]] = field(default_factory=set)
    merges: list[Area] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)  # (cells, relationship id or place)
    filtered: bool = False


_SMALL = 65_536  # bytes; the facts of larger sheets are not cached


def frame_facts(part: str, frame: bytes) -> Facts:
    """Hidden columns, merges, links and filters from a sheet's part without its cells.

    Files made from one template share the cached result. Raises ``UnicodeDecodeError``, ``RefusedError`` F021.
    """
    known = (_known_facts if len(frame) < _SMALL else _frame_facts)(part, frame)
    return Facts(
        set(known.hidden_rows),
        set(known.hidden_columns),
        set(known.hidden_ranges),
        known.merges.copy(),
        known.links.copy(),
        known.filtered,
    )


def _frame_facts(part: str, frame: bytes) -> Facts:
    frame.decode()  # every byte of a part must be text
    return read_facts(part, frame)


_known_facts = lru_cache(maxsize=64)(_frame_facts)


def read_facts(part: str, content: bytes) -> Facts:
    """The same facts from a whole part."""
    facts = Facts()
    depth = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal depth
        name = local(name)
        if depth == 0 and name != "worksheet":
            raise RefusedError("F021", part)
        depth += 1
        if name in _FACTS:
            _FACTS[name](facts, attributes)

    walk(part, content, start)
    reached = 0
    for first, last in sorted(facts.hidden_ranges):  # each column once, however often it is listed
        facts.hidden_columns.update(range(max(first, reached + 1), last + 1))
        reached = max(reached, last)
    return facts


def _column(facts: Facts, attributes: Attributes) -> None:
    if attributes.get("hidden") in ("1", "true"):
        first, last = natural(attributes.get("min")), natural(attributes.get("max"))
        facts.hidden_ranges.add((max(first, 1), min(last, LAST_COLUMN)))


def _merge(facts: Facts, attributes: Attributes) -> None:
    if area := parse_area(attributes.get("ref", "")):
        facts.merges.append(area)


def _filter(facts: Facts, attributes: Attributes) -> None:
    del attributes
    facts.filtered = True


def _link(facts: Facts, attributes: Attributes) -> None:
    for name, value in attributes.items():
        if local(name) in ("id", "location"):
            facts.links.append((attributes.get("ref", ""), value))
            return


_FACTS = {"col": _column, "mergeCell": _merge, "filterColumn": _filter, "hyperlink": _link}
