"""The units of a plan as its lead and coordinating cells name them.

A code is taken only if the catalogue is sure. A guess (``?CODE``), an unknown name and an empty lead cell are marked; a
task without a named lead gets the empty group :data:`NOBODY`, so that it stays in the accounts as "Chưa giao".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from danvan_xl.planimport.drafts import TaskDraft
from danvan_xl.wording import text

if TYPE_CHECKING:
    from danvan_xl.planimport.toml_lines import Writer

NOBODY = "G_CHUAGIAO"
_ALL = "G_ALL"
_PLACES = {"THON": "Thôn", "XOM": "Xóm", "TDP": "Tổ dân phố", "TRUONG": "Trường"}
_OUTSIDE = re.compile(r"X_|UBND$")

Codes = Callable[[str], Sequence[str]]
"""Reads a cell: codes of units and groups, ``?CODE``, ``?UNKNOWN``, ``DITTO``."""


class Resolved(Struct):
    """The certain codes of a cell, and the keys of its doubts."""

    codes: list[str] = field(default_factory=list)
    whys: list[str] = field(default_factory=list)


class Units:
    """Reads every cell once, and collects the units and groups that the plan needs."""

    def __init__(self, codes: Codes, names: Mapping[str, str], level: str) -> None:
        """``names``: code → name in the standard catalogue, in its order; ``level``: "xã", "phường" …"""
        self._codes = codes
        self._names = names
        self._level = level
        self._cells: dict[tuple[int, str], Resolved] = {}
        self._named: dict[str, str] = {}
        self.groups: list[str] = []
        self.office = ""
        self.office_doubts: list[str] = []

    def read(self, tasks: Iterable[TaskDraft], office: str) -> None:
        """Resolve the cells of all tasks, and the unit that ``office`` (as written in the body) names."""
        before: dict[str, list[str]] = {}
        for task in tasks:
            for name in ("lead_text", "coordinate_text"):
                words = task.values.get(name, "")
                cell = self._resolve(words, before.get(name, []))
                self._cells[id(task), name] = cell
                if cell.codes:
                    before[name] = cell.codes
        named = [code for code in self._resolve(office, []).codes if code in self.inside] if office else []
        if not self.inside:
            self._keep("VHXH")
        self.office = named[0] if named else ("VHXH" if "VHXH" in self._named else self.inside[0])
        self.office_doubts = [] if named else ["office"]

    def of(self, task: TaskDraft, name: str) -> Resolved:
        """The reading of a task's cell."""
        return self._cells[id(task), name]

    @property
    def inside(self) -> list[str]:
        """The units of UBND that the plan names, in the catalogue's order."""
        order = list(self._names)
        known = [code for code in self._named if not _OUTSIDE.match(code)]
        return sorted(known, key=lambda code: order.index(code) if code in order else len(order))

    @property
    def outside(self) -> list[str]:
        """The bodies outside UBND that the plan names."""
        return [code for code in self._named if _OUTSIDE.match(code)]

    def _resolve(self, words: str, before: list[str]) -> Resolved:
        cell = Resolved()
        for code in self._codes(words) if words.strip() else ():
            if code == "DITTO":
                cell.codes += before
                cell.whys.append("ditto")
            elif code.startswith("?"):
                cell.whys.append("unit_unknown" if code == "?UNKNOWN" else "unit_guess")
            else:
                cell.codes.append(self._keep(code))
        cell.codes = list(dict.fromkeys(cell.codes))
        if words.strip() and not cell.codes and not cell.whys:
            cell.whys.append("unit_unknown")
        return cell

    def _keep(self, code: str) -> str:
        """Record that the plan needs this code; returns its id in a rule file."""
        if code.startswith("G_"):
            if code not in self.groups:
                self.groups.append(code)
            return code
        kind, _, name = code.partition(":")
        if name:
            plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
            letters = re.sub(r"[^A-Za-z0-9]+", "_", "".join(s for s in plain if not unicodedata.combining(s)))
            unit_id = f"{kind}_{letters.strip('_').upper()}"[:30].rstrip("_")
            self._named.setdefault(unit_id, f"{_PLACES.get(kind, kind.title())} {name}")
            return unit_id
        standard = self._names.get(code, code)
        self._named.setdefault(code, re.sub(r" xã$", f" {self._level}", standard))
        return code

    def render(self, writer: Writer) -> None:
        """Write groups and units."""
        writer.blank("[groups]")
        groups = [_ALL, *(group for group in self.groups if group != _ALL)]
        for group in groups:
            listed = group in (_ALL, "G_PHONG")
            members = [code for code in self.inside if group == _ALL or code in _DEPARTMENTS] if listed else []
            writer.put("groups", group, members, _GROUP_WHYS.get(group, ["group_members"] if listed else []))
        if any(name == "lead_text" and not cell.codes for (_, name), cell in self._cells.items()):
            writer.put("groups", NOBODY, [])
            writer.comment("nobody")
        for code in (*self.inside, *self.outside):
            self._unit(code, writer)

    def _unit(self, code: str, writer: Writer) -> None:
        name = self._named[code]
        short = _SHORT.get(code)
        writer.blank("[[units]]")
        writer.put(code, "id", code)
        writer.put(code, "name", name)
        if short:
            writer.put(code, "short", short)
        if _OUTSIDE.match(code):
            writer.lines.append(f"outside = true   # {text('planimport', 'outside', writer.lang)}")


_SHORT = {
    "VHXH": "Phòng VH-XH",
    "VP": "Văn phòng",
    "KTHTDT": "Phòng KT, HT và ĐT",
    "PVHCC": "TT PVHCC",
    "DVSNC": "TT DVSNC",
    "DVTH": "TT DVTH",
    "DVC": "TT Dịch vụ công",
    "QS": "BCH Quân sự",
    "X_BXDD": "Ban XDĐ",
    "X_VPDU": "VP Đảng ủy",
    "X_DU_UBND": "Đảng ủy UBND",
    "X_MTTQ": "UBMTTQ",
    "X_CTXH": "Các đoàn thể",
}
_DEPARTMENTS = frozenset({"VHXH", "VP", "KT", "KTHTDT"})
_GROUP_WHYS: dict[str, list[str]] = {
    "G_REL": [],
    "G_SN": ["group_members"],
    "G_THON": ["villages"],
    "G_XOM": ["villages"],
    "G_TDP": ["villages"],
}
