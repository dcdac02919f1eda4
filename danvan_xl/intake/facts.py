"""What a sheet's part says besides its cells: hidden columns, merges, links, filters."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct, field

from danvan_xl.intake.markup import Attributes, Trail, is_zero, local, natural, walk
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
    hidden_by_default: bool = False  # rows are hidden unless they say otherwise
    narrow: bool = False  # columns have no width unless they say otherwise
    known_ranges: set[tuple[int, int]] = field(default_factory=set)  # columns that something is said about


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
        known.hidden_by_default,
    )


def _frame_facts(part: str, frame: bytes) -> Facts:
    frame.decode()  # every byte of a part must be text
    return read_facts(part, frame)


_known_facts = lru_cache(maxsize=64)(_frame_facts)


def read_facts(part: str, content: bytes) -> Facts:
    """The same facts from a whole part."""
    facts = Facts()
    trail = Trail()
    depth = 0  # inside of the cells, which hold no facts

    def start(name: str, attributes: Attributes) -> None:
        nonlocal depth
        if depth:
            depth += 1
        elif trail.enter(name, attributes):
            if trail.path in _FACTS:
                _FACTS[trail.path](facts, attributes)
            depth = int(trail.path == "sheetData")
        elif not trail.path and trail.root != "worksheet":
            raise RefusedError("F021", part)

    def end(name: str) -> None:
        nonlocal depth
        del name
        depth = max(depth - 1, 0)
        if not depth:
            trail.leave()

    walk(part, content, start, end)
    if facts.narrow:
        _hide_the_rest(facts)
    reached = 0
    for first, last in sorted(facts.hidden_ranges):  # each column once, however often it is listed
        facts.hidden_columns.update(range(max(first, reached + 1), last + 1))
        reached = max(reached, last)
    return facts


def _sizes(facts: Facts, attributes: Attributes) -> None:
    facts.hidden_by_default = attributes.get("zeroHeight") in ("1", "true")
    facts.narrow = is_zero(attributes.get("defaultColWidth"))


def _column(facts: Facts, attributes: Attributes) -> None:
    first, last = max(natural(attributes.get("min")), 1), min(natural(attributes.get("max")), LAST_COLUMN)
    facts.known_ranges.add((first, last))
    if attributes.get("hidden") in ("1", "true") or is_zero(attributes.get("width")):
        facts.hidden_ranges.add((first, last))


def _hide_the_rest(facts: Facts) -> None:
    """Hide the columns that nothing is said about: where the usual width is 0, they have it."""
    following = 1
    for first, last in sorted(facts.known_ranges):
        if following < first:
            facts.hidden_ranges.add((following, first - 1))
        following = max(following, last + 1)
    if following <= LAST_COLUMN:
        facts.hidden_ranges.add((following, LAST_COLUMN))


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


_FACTS = {
    "sheetFormatPr": _sizes,
    "cols/col": _column,
    "mergeCells/mergeCell": _merge,
    "autoFilter/filterColumn": _filter,
    "hyperlinks/hyperlink": _link,
}
