"""The catalogue of organisations: names as a tree of words, built once from ``rules/units.toml``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from danvan_xl.language.organisations.words import Word, bare, fold

_JOINT = "~"


class Name(NamedTuple):
    """One spelling: its code, its kind (unit, group, outside), and whether it may be taken."""

    code: str
    kind: str
    certain: bool
    listed: bool = False  # may be taken after another group: "các thôn, xóm"


class Node(Struct):
    """A node of the tree: the words that may follow, and the name that ends here."""

    following: dict[str, Node] = field(default_factory=dict)
    name: Name | None = None


class Named(NamedTuple):
    """A kind of unit that has proper names: its code, its first words, the levels of a school."""

    code: str
    heads: tuple[tuple[str, ...], ...]
    levels: tuple[tuple[str, ...], ...]


class Catalogue(Struct, frozen=True):
    """Names → codes. Build it with :meth:`from_mapping`; narrow it to one plan with :meth:`for_plan`."""

    tree: Node
    bare_tree: Node
    spellings: tuple[tuple[str, str], ...]
    abbreviations: Mapping[str, tuple[tuple[str, ...], ...]]
    bare_abbreviations: Mapping[str, tuple[tuple[str, ...], ...]]
    words: Mapping[str, frozenset[tuple[str, ...]]]
    named: tuple[Named, ...]
    source: Mapping[str, Any]
    units: frozenset[str] | None = None
    commune: tuple[str, ...] = ()

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Catalogue:
        """The catalogue of a parsed ``units.toml`` (see ``rules/schemas/units.schema.json``)."""
        names = tuple(_names(data["unit"]))
        return cls(
            tree=_tree(names),
            bare_tree=_tree([([bare(word) for word in words], name) for words, name in names]),
            spellings=tuple((bare(" ".join(w for w in words if w != _JOINT)), name.code) for words, name in names),
            abbreviations=_abbreviations(data["abbreviations"]),
            bare_abbreviations={bare(key): v for key, v in _abbreviations(data["abbreviations"]).items()},
            words={kind: frozenset(map(_split, items)) for kind, items in data["words"].items()},
            named=tuple(
                Named(item["code"], _phrases(item["head"]), _phrases(item.get("levels", ()))) for item in data["named"]
            ),
            source=data,
        )

    def for_plan(
        self,
        *,
        units: Iterable[str] | None = None,
        groups: Iterable[str] | None = None,
        commune_name: str = "",
        aliases: Mapping[str, Iterable[str]] | None = None,
    ) -> Catalogue:
        """The catalogue of one plan.

        ``units``: the codes that exist here; any other standard unit is then only suggested. ``groups``: other codes
        that the plan uses for groups. ``commune_name``: "Gia Lộc", so that "UBND xã Gia Lộc" is this commune's and
        another name is not. ``aliases``: code → this commune's spellings, including those of the plan's units.
        """
        known = {item["code"] for item in self.source["unit"]}
        own = [
            {"code": code, "kind": _kind(code, groups), "name": code, "names": list(names)}
            for code, names in (aliases or {}).items()
        ]
        extra = [item for item in own if item["names"]]
        merged = {**self.source, "unit": [*self.source["unit"], *extra]}
        narrowed = Catalogue.from_mapping(merged) if extra else self
        present = None if units is None else frozenset(units) | (set(aliases or ()) - known)
        return replace(narrowed, units=present, commune=_split(commune_name))


def _kind(code: str, groups: Iterable[str] | None) -> str:
    if code in set(groups or ()) or code.startswith("G_"):
        return "group"
    return "outside" if code.startswith("X_") else "unit"


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split(" ")) if text in {"\n"} else tuple(fold(text).split())


def _phrases(items: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted(map(_split, items), key=len, reverse=True))


def _abbreviations(items: Mapping[str, str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    return {fold(short): tuple(_split(words) for words in long.split("|")) for short, long in items.items()}


def _names(units: Iterable[Mapping[str, Any]]) -> Iterator[tuple[list[str], Name]]:
    for unit in units:
        for sure, field_name in ((True, "names"), (False, "suggest"), (False, "listed")):
            for spelling in unit.get(field_name, ()):
                words = _spelling(spelling)
                name = Name(unit["code"], unit["kind"], sure, field_name == "listed")
                if words[0].startswith("("):
                    yield words[1:], name
                    words[0] = words[0].strip("()")
                yield words, name


def _spelling(spelling: str) -> list[str]:
    """The words of an alias as written in a plan, where signs are joints."""
    spaced = "".join(f" {_JOINT} " if sign in ",-–&/+" else sign for sign in spelling)
    words = [_JOINT if word in {"và", _JOINT} else word for word in fold(spaced).split()]
    return [word for at, word in enumerate(words) if word != _JOINT or (at and words[at - 1] != _JOINT)]


def _tree(names: Iterable[tuple[list[str], Name]]) -> Node:
    root = Node()
    for words, name in names:
        node = root
        for word in words:
            node = node.following.setdefault(word, Node())
        if node.name is None or (name.certain and not node.name.certain):
            node.name = name
    return root


class Hit(NamedTuple):
    """A name found: where it ends (index of the word after it) and which one it is."""

    end: int
    name: Name


def longest(catalogue: Catalogue, words: Sequence[Word], begin: int, *, unmarked: bool = False) -> Hit | None:
    """The longest name in the catalogue that begins at ``begin``; abbreviations match the words they stand for.

    ``unmarked`` compares without tone and letter marks.
    """
    root = catalogue.bare_tree if unmarked else catalogue.tree
    return _walk(catalogue, words, begin, root, unmarked)


def _steps(node: Node, word: str) -> Iterator[Node]:
    joint = node.following.get(_JOINT)
    for place in (node, joint):
        if place and word in place.following:
            yield place.following[word]


def _through(node: Node, words: Sequence[str]) -> Iterator[Node]:
    if not words:
        yield node
        return
    for step in _steps(node, words[0]):
        yield from _through(step, words[1:])


def _walk(catalogue: Catalogue, words: Sequence[Word], at: int, node: Node, unmarked: bool) -> Hit | None:
    best = Hit(at, node.name) if node.name else None
    if at >= len(words):
        return best
    word = words[at]
    ahead = [(at + 1, step) for step in _steps(node, word.bare if unmarked else word.key)]
    shorts = catalogue.bare_abbreviations if unmarked else catalogue.abbreviations
    for long in shorts.get(word.bare if unmarked else word.key, ()):
        spelled = [bare(part) for part in long] if unmarked else long
        ahead += [(at + 1, step) for step in _through(node, spelled)]
    joint = node.following.get(_JOINT)
    if joint:  # one or two joining signs or words: ", và"
        signs = [_is_joint(catalogue, word, unmarked) for word in words[at : at + 2]]
        ahead += [(at + length, joint) for length in (1, 2) if all(signs[:length]) and len(signs) >= length]
    for place, step in ahead:
        found = _walk(catalogue, words, place, step, unmarked)
        if found and (best is None or found.end > best.end):
            best = found
    return best


def _is_joint(catalogue: Catalogue, word: Word, unmarked: bool) -> bool:
    return (word.key,) in catalogue.words["joints"] or (unmarked and word.bare == "va")
