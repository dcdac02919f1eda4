"""The sheet ``Chỉ tiêu`` as a form: who is asked for which target, its columns, the cells that a kind asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct

from danvan_xl.language.text import key
from danvan_xl.model import Field, Form, Indicator, Plan, Target, TargetKind, Task, layout
from danvan_xl.model.assignment import expand
from danvan_xl.model.targets import Part
from danvan_xl.round.fields import means_percent, show
from danvan_xl.wording import Lang, text

PARTS: tuple[Part, ...] = ("numerator", "denominator", "value", "document", "day", "note")
"""The answer columns, in their order; a field of the form has the name of its part."""

BESIDE: tuple[Part, ...] = ("document", "note")
"""What may be added to every target."""

ONE_FIGURE = frozenset({TargetKind.MEASURED, TargetKind.RANK, TargetKind.REACHED})
"""Kinds whose figure is the commune's own and no sum: the units that are asked must say the same."""

_ALIASES: Mapping[Part, tuple[str, ...]] = {
    "numerator": ("Tử", "Tử số (đạt)", "Số đạt"),
    "denominator": ("Mẫu", "Mẫu số (tổng)", "Tổng số"),
    "value": ("Giá trị đạt", "Giá trị đạt được", "Kết quả", "Kết quả đạt được", "Số liệu"),
    "document": ("Văn bản", "Số, ký hiệu văn bản", "Nguồn", "Văn bản, nguồn số liệu", "Văn bản/nguồn"),
    "day": ("Ngày văn bản", "Ngày ban hành", "Ngày tháng"),
    "note": ("Ghi chú", "Giải trình", "Ghi chú/Giải trình", "Lý do"),
}
_TYPES: Mapping[Part, str] = {"numerator": "number", "denominator": "number", "day": "date"}
_WIDTHS: Mapping[Part, float] = {
    "numerator": 9, "denominator": 9, "value": 9, "document": 17, "day": 11, "note": 14
}  # fmt: skip


class AskedTarget(Struct, frozen=True):
    """A target with its task. ``text``: what the template prints of it; ``required``: what is to be reached."""

    task: Task
    target: Target
    text: str
    required: str

    @property
    def open(self) -> tuple[Part, ...]:
        """The cells that a unit may fill in, in the order of the columns."""
        return tuple(part for part in PARTS if part in self.target.kind.parts or part in BESIDE)


def title_of(part: Part) -> str:
    """The heading of a part's column."""
    return text("targets", part)


def targets_of(plan: Plan) -> Mapping[str, AskedTarget]:
    """Id → target of a task, in the plan's order."""
    found: dict[str, AskedTarget] = {}
    for appendix in plan.appendices:
        groups = {group.id: group.stt for group in appendix.groups}
        for task in appendix.tasks:
            for target in task.targets:
                said = _text(appendix.number, _place(groups.get(task.group, ""), task.stt), target)
                found[target.id] = AskedTarget(task, target, said, required_words(target))
    return MappingProxyType(found)


def _place(group: str, stt: str) -> str:
    """The number of a task with that of its group: ``II.2``."""
    return f"{group}.{stt}" if group and stt and not stt.startswith(group) else stt or group


def place_of(appendix: str, stt: str) -> str:
    """Where a task stands in the plan: ``(Phụ lục I, II.2)``."""
    return text("targets", "place" if stt else "place_plain", appendix=appendix, stt=stt)


def place_of_task(plan: Plan, item: AskedTarget) -> str:
    """Where a target's task stands in the plan: ``Phụ lục I, II.2``."""
    appendix = next(one for one in plan.appendices if one.id == item.task.appendix)
    group = next((one.stt for one in appendix.groups if one.id == item.task.group), "")
    return place_of(appendix.number, _place(group, item.task.stt)).strip("()")


def _text(appendix: str, stt: str, target: Target) -> str:
    words = f"{target.title} {place_of(appendix, stt)}"
    if target.kind is not TargetKind.RATIO:
        return words
    return f"{words}\n{text('targets', 'parts', numerator=target.numerator, denominator=target.denominator)}"


def required_words(target: Target) -> str:
    """What is to be reached: ``≥ 95 %``, ``ít nhất 01 mô hình/năm``, ``đạt chuẩn, chậm nhất 31/12/2026``."""
    words = _figure_words(target)
    if target.required and target.classes and target.at_most is None:
        words = text("targets", "required_classes", words=target.required, names=_class_names(target))
    elif target.required and target.required not in words:
        words = f"{words}; {target.required}" if words else target.required
    words = words or (text("targets", "reached") if target.kind is TargetKind.REACHED else "")
    if target.yearly and words:
        is_count = target.kind is TargetKind.COUNT and not target.required
        words = text("targets", "a_year" if is_count else "yearly", words=words)
    if target.until is not None:
        words = text("targets", "until", words=words, day=show(target.until)).removeprefix(", ")
    return words


def _class_names(target: Target) -> str:
    return text("targets", "class_or").join(target.classes)


def _figure_words(target: Target) -> str:
    low, unit = target.minimum, target.unit or "%"
    if target.at_most is not None:
        return text("targets", "rank", figure=show(target.at_most))
    if target.classes:
        return text("targets", "classes", names=_class_names(target))
    if low is None:
        return ""
    if target.kind is TargetKind.COUNT:
        figure = f"{int(low):02}" if float(low).is_integer() and low < 10 else show(low)
        words = text("targets", "count", figure=figure, unit=target.unit)
        return text("targets", "each", words=words) if target.each else words
    if low == 100 and means_percent(unit):
        return text("targets", "all_of")
    return text("targets", "at_least", figure=show(float(low)), unit=unit)


# ---- who is asked --------------------------------------------------------------------------------------------


def asked_units(
    plan: Plan, targets: Mapping[str, AskedTarget], owners: Mapping[str, str]
) -> Mapping[str, tuple[str, ...]]:
    """Target → the units that it is asked of, or whose lines it counts, in the plan's order.

    A body outside UBND, or a group without units, stands for the unit that answers for it, as among the lines.
    """
    order = [unit.id for unit in plan.reporting_units]
    found: dict[str, tuple[str, ...]] = {}
    for name, item in targets.items():
        ids = item.target.asked
        if ids:
            wanted = {unit for one in ids for unit in plan.groups.get(one) or (one,)}
        else:
            wanted = set(expand(plan, item.task)[0] or item.task.lead[:1])
        answering = {owners.get(unit, unit) for unit in wanted}
        found[name] = tuple(unit for unit in order if unit in answering)
    return found


def asked_of_unit(
    targets: Mapping[str, AskedTarget], units: Mapping[str, tuple[str, ...]], unit: str
) -> Iterator[AskedTarget]:
    """The targets for which a unit gives something, in the plan's order."""
    return (item for name, item in targets.items() if item.target.kind.parts and unit in units[name])


# ---- the form ------------------------------------------------------------------------------------------------


def target_form(targets: Mapping[str, AskedTarget]) -> Form:
    """The form of the sheet: a column for every part, a row for every target of the plan that is asked for."""
    fields = tuple(
        Field(part, title_of(part), _TYPES.get(part, "string"), aliases=_ALIASES[part], width=_WIDTHS[part])
        for part in PARTS
    )
    rows = tuple(
        Indicator(name, item.text, item.target.unit) for name, item in targets.items() if item.target.kind.parts
    )
    return Form(layout.TARGET_FORM, 1, "targets", layout.TARGETS, layout.TARGETS, fields, indicators=rows)


def part_field(target: Target, part: Part, lang: Lang = "vi") -> Field:
    """The cell of a target's part as a field: its type, its bounds, and what Excel says beside it."""

    def make(kind: str, help_key: str, low: float | None = None, high: float | None = None, **args: str) -> Field:
        words = text("targets", help_key, lang, **args)
        is_percent = high == 100
        return Field(
            part, title_of(part), kind, "percent" if is_percent else None, minimum=low, maximum=high, help=words,
            width=_WIDTHS[part],
        )  # fmt: skip

    number = "integer" if target.whole else "number"
    if part == "numerator":
        return make(number, "help_numerator", 0, words=target.numerator)
    if part == "denominator":
        return make(number, "help_denominator", 0, words=target.denominator)
    if part == "day":
        return make("date", "help_day")
    if part == "note":
        return make("string", "help_note")
    if part == "document":
        if target.kind is not TargetKind.REACHED:
            return make("string", "help_document")
        return Field(
            part, title_of(part), "string", "document_number", help=text("targets", "help_reached", lang),
            width=_WIDTHS[part],
        )  # fmt: skip
    if target.kind is TargetKind.RANK:
        if target.at_most is not None and not target.classes:
            return make("integer", "help_rank", 1)
        names = ", ".join(target.classes)
        return make("string", "help_class", names=names) if names else make("string", "help_said")
    if target.kind is TargetKind.MEASURED and means_percent(target.unit):
        return make("number", "help_percent", 0, 100)
    if target.kind is TargetKind.MEASURED:
        return make(number, "help_figure", 0, unit=target.unit)
    return make(number, "help_whole" if target.whole else "help_count", 0, unit=target.unit)


def class_named(target: Target, words: str) -> str:
    """The class of a target that words name, as the plan writes it; the words themselves where it is none."""
    return next((name for name in target.classes if key(name) == key(words)), words)
