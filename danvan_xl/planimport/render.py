"""A plan as read → the text of its rule file, with `# KIỂM TRA:` on every line that a person must check."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date

from danvan_xl.language.plan_figures import figures_in
from danvan_xl.planimport.document import AppendixDraft, Document
from danvan_xl.planimport.drafts import GroupDraft, TaskDraft
from danvan_xl.planimport.metadata import Metadata
from danvan_xl.planimport.toml_lines import Writer, toml
from danvan_xl.planimport.unit_codes import NOBODY, Resolved, Units
from danvan_xl.wording import text

REGIME = "nd09-2019"
_WIDTHS = {"stt": 6, "text": 42, "roadmap": 11, "lead_text": 15, "coordinate_text": 15, "product": 15}
"""Characters; together with the answer columns, a form fits the width of A4 landscape."""


def render(plan_id: str, document: Document, found: Metadata, units: Units, writer: Writer) -> None:
    """Write the whole file into ``writer``."""
    _head(plan_id, document, found, units, writer)
    units.render(writer)
    numbers = _Names()
    for appendix in document.appendices:
        _appendix(appendix, found, units, writer, numbers)


def _head(plan_id: str, document: Document, found: Metadata, units: Units, writer: Writer) -> None:
    writer.comment("file_head")
    if found.signer:
        writer.comment("signer", name=found.signer)
    writer.blank()
    why = found.doubts
    first = found.issued or date(2026, 1, 1)
    start, end = found.start or first, found.end or date(first.year, 12, 31)
    writer.put("", "id", plan_id)
    writer.put("", "version", 1)
    writer.put("", "number", found.number, _why(why, "number"))
    if found.issued:
        writer.put("", "issued", found.issued)
    else:
        writer.note("issued", "", why["issued"])
    writer.put("", "issuing_body", found.issuing_body, _why(why, "issuing_body"))
    writer.put("", "place", found.place)
    writer.put("", "title", found.title or plan_id, _why(why, "title"))
    writer.put("", "citation", next((item.citation for item in document.appendices if item.citation), ""))
    writer.put("", "start", start, _why(why, "start"))
    writer.put("", "end", max(start, end), _why(why, "end"))
    for report in found.reports:
        writer.comment("report", sentence=report)
    writer.put("", "regime", REGIME, ["regime"])
    writer.put("", "office", units.office, units.office_doubts)
    writer.put("", "recipients", found.recipients, [] if found.recipients else ["no_recipients"])
    for words in document.unknown_tables:
        writer.note("appendices", words, "unknown_table")


def _why(doubts: dict[str, str], name: str) -> list[str]:
    return [doubts[name]] if name in doubts else []


class _Names:
    """Ids and sheet names, each used once."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def once(self, name: str, join: str = "") -> str:
        """``name``, with a number appended from the second use on."""
        self._used[name] += 1
        return name if self._used[name] == 1 else self.once(f"{name}{join}{self._used[name]}", join)


def _appendix(draft: AppendixDraft, found: Metadata, units: Units, writer: Writer, names: _Names) -> None:
    shown = draft.number or "Phụ lục"
    app = names.once("PL" + _arabic(re.sub(r".*?([IVXLC]+|[A-H]|\d+|)$", r"\1", shown)))
    goals = any(column.field == "text" and _is_goal(column.title) for column in draft.layout.columns)
    writer.blank("[[appendices]]")
    writer.put(app, "id", app)
    writer.put(app, "number", shown, [] if draft.number else ["appendix_number"])
    writer.put(app, "title", draft.title or found.title or shown, [] if draft.title else ["appendix_title"])
    writer.put(app, "sheet", names.once(shown[:28], " "))
    writer.put(app, "form", "muc-tieu" if goals else "nhiem-vu", ["form"] if goals else [])
    _columns(draft, app, writer)
    for lost, why in draft.reading.lost:
        writer.note(app, lost, why)
    ids = {id(group): names.once(f"{app}.{_group_part(group)}", "b") for group in draft.reading.groups}
    for group in draft.reading.groups:
        _group(group, ids[id(group)], writer)
    counts: Counter[str] = Counter()
    for task in draft.reading.tasks:
        above = ids[id(task.group)] if task.group else app
        counts[above] += 1
        _task(task, names.once(f"{above}.{counts[above]}", "b"), above if task.group else "", units, writer)


def _is_goal(title: str) -> bool:
    return "mục tiêu" in title.lower() or "chỉ tiêu" in title.lower()


_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def _arabic(number: str) -> str:
    return str(_ROMANS.index(number) + 1) if number in _ROMANS else number


def _columns(draft: AppendixDraft, app: str, writer: Writer) -> None:
    writer.lines.append("columns = [")
    for column in draft.layout.columns:
        if column.field:
            item = {"field": column.field, "title": column.title, "width": _WIDTHS[column.field]}
            writer.lines.append(f"  {toml(item)},")
    writer.lines.append("]")
    for column in draft.layout.columns:
        if not column.field and column.title:
            writer.note(f"{app}.columns", column.title, "unknown_column")


def _group_part(group: GroupDraft) -> str:
    """A heading's number as part of an id: at most eight plain letters and digits per level."""
    parts = [part for part in (group.parent, group.stt) if part]
    plain = [re.sub(r"[^A-Za-z0-9]", "", _ascii(part))[:6] or "N" for part in parts] or ["N"]
    return ".".join(plain)


def _ascii(words: str) -> str:
    words = words.replace("đ", "d").replace("Đ", "D")
    return "".join(sign for sign in unicodedata.normalize("NFD", words) if not unicodedata.combining(sign))


def slug(words: str, default: str = "ke-hoach") -> str:
    """A plan id of lower-case letters, digits and hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", _ascii(words).lower()).strip("-")[:40].strip("-")
    return plain or default


def _group(group: GroupDraft, group_id: str, writer: Writer) -> None:
    title = group.title or text("planimport", "missing_heading", writer.lang)
    writer.blank("[[appendices.groups]]")
    writer.put(group_id, "id", group_id)
    writer.put(group_id, "stt", group.stt, group.doubts.get("stt", ()))
    writer.put(group_id, "title", title, group.doubts.get("title", ()))


def _task(task: TaskDraft, task_id: str, group_id: str, units: Units, writer: Writer) -> None:
    def put(name: str, value: object, more: Iterable[str] = ()) -> None:
        writer.put(task_id, name, value, [*task.doubts.get(name, ()), *more])

    writer.blank("[[appendices.tasks]]")
    put("id", task_id)
    if group_id:
        put("group", group_id)
    put("stt", task.values.get("stt", ""))
    put("text", task.values["text"])
    put("roadmap", task.values.get("roadmap", ""))
    lead, coordinate = units.of(task, "lead_text"), units.of(task, "coordinate_text")
    put("lead_text", task.values.get("lead_text", ""))
    put("lead", lead.codes or [NOBODY], _unsaid(lead))
    put("coordinate_text", task.values.get("coordinate_text", ""))
    put("coordinate", coordinate.codes, coordinate.whys)
    if "product" in task.values:
        put("product", task.values["product"])
    _figures(task.values["text"], writer)


def _figures(words: str, writer: Writer) -> None:
    """A hint below a task whose text asks for something in figures: targets are for a person to write."""
    found = dict.fromkeys(figure.words for figure in figures_in(words))
    if found:
        writer.comment("figures", words=", ".join(f"“{item}”" for item in found))


def _unsaid(lead: Resolved) -> list[str]:
    return lead.whys if lead.codes else [*lead.whys, "no_lead"]
