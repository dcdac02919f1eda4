"""Form rule files → ``Form`` values, and the checks that a JSON Schema can't express."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from danvan_xl.language.nearest import listed
from danvan_xl.language.text import key as comparison_key
from danvan_xl.model import Check, Field, Form, Indicator, IndicatorKind, Question, Severity
from danvan_xl.model.statuses import FIGURE
from danvan_xl.wording import Sentence, sentence

Fault = tuple[str, Sentence]
"""Key path and sentence."""

EXCEL_LIST_LIMIT = 255
CHECK_KEYS = frozenset({"id", "kind", "fields", "severity", "since"})


def merge_extended(own: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """A form that extends another: the base's fields and checks first; ``after`` says where a new field goes."""
    fields = list(base.get("fields", ()))
    for item in own.get("fields", ()):
        names = [field["name"] for field in fields]
        if item["name"] in names:
            fields[names.index(item["name"])] = item
        elif item.get("after") in names:
            fields.insert(names.index(item["after"]) + 1, item)
        else:
            fields.append(item)
    checks = {check["id"]: check for check in (*base.get("checks", ()), *own.get("checks", ()))}
    return {**base, **own, "fields": fields, "checks": list(checks.values())}


def field_from_mapping(data: Mapping[str, Any]) -> Field:
    """One ``[[fields]]`` table."""
    limits = data.get("constraints", {})
    return Field(
        name=data["name"],
        title=data["title"],
        type=data["type"],
        format=data.get("format"),
        required=limits.get("required", False),
        enum=tuple(limits.get("enum", ())),
        minimum=limits.get("minimum"),
        maximum=limits.get("maximum"),
        min_length=limits.get("minLength"),
        pattern=limits.get("pattern"),
        missing_values=tuple(data.get("missingValues", ("",))),
        aliases=tuple(data.get("aliases", ())),
        synonyms={value: tuple(words) for value, words in data.get("synonyms", {}).items()},
        never=tuple(data.get("never", ())),
        width=data.get("width", 16),
        help=data.get("help", ""),
        severity=Severity(data.get("severity", "error")),
    )


TYPES = {"integer": "integer", "number": "decimal", "decimal": "decimal", "money": "money"}
"""What a type of an indicator, or of the column of figures, means for a figure; ``number`` is from older files."""


def indicator_from_mapping(data: Mapping[str, Any], usual: str = "integer") -> Indicator:
    """One ``[[indicators]]`` table; ``usual``: the type of the column of figures."""
    return Indicator(
        **{
            **data,
            "type": TYPES.get(data.get("type", usual), "integer"),
            "kind": IndicatorKind(data.get("kind", IndicatorKind.FLOW)),
            "asked": tuple(data.get("asked", ())),
        }
    )


def form_from_mapping(data: Mapping[str, Any]) -> Form:
    """A form from a file that met its schema (and, if it extends another, was merged with it)."""
    usual = next((item["type"] for item in data.get("fields", ()) if item["name"] == FIGURE), "integer")
    checks = tuple(
        Check(
            id=item["id"],
            kind=item["kind"],
            fields=tuple(item["fields"]),
            severity=Severity(item["severity"]),
            args={key: value for key, value in item.items() if key not in CHECK_KEYS},
            since=item.get("since"),
        )
        for item in data.get("checks", ())
    )
    return Form(
        id=data["id"],
        version=data["version"],
        kind=data["kind"],
        title=data["title"],
        sheet=data.get("sheet", ""),
        fields=tuple(field_from_mapping(item) for item in data.get("fields", ())),
        checks=checks,
        indicators=tuple(indicator_from_mapping(item, usual) for item in data.get("indicators", ())),
        questions=tuple(Question(**item) for item in data.get("questions", ())),
        spare_rows=data.get("spare_rows", 0),
    )


def _field_faults(form: Form) -> Iterator[Fault]:
    headings: dict[str, str] = {}
    for position, item in enumerate(form.fields):
        where = f"fields[{position}]"
        for title in (item.title, *item.aliases):
            other = headings.setdefault(comparison_key(title), item.name)
            if other != item.name:
                yield where, sentence("rules", "heading_twice", title=title, other=other)
        for value in item.synonyms:
            if value not in item.enum:
                known = listed(value, item.enum)
                yield f"{where}.synonyms.{value}", sentence("rules", "synonym_value", id=value, known=known)
        length = len(",".join(item.enum))
        if length > EXCEL_LIST_LIMIT:
            yield f"{where}.constraints.enum", sentence("rules", "list_too_long", length=length)


def _check_faults(form: Form) -> Iterator[Fault]:
    names = {item.name: item for item in form.fields}
    indicators = {item.id for item in form.indicators}
    known, said = (indicators, "unknown_indicator") if form.kind == "statistics" else (names, "unknown_field")
    for position, check in enumerate(form.checks):
        where = f"checks[{position}]"
        others = [str(check.args[key]) for key in ("status", "completed") if key in check.args]
        others += [str(name) for name in cast("list[str]", check.args.get("minus", ()))]
        for name in (*check.fields, *others):
            if name not in known:
                yield f"{where}.fields", sentence("rules", said, id=name, known=listed(name, known))
        when = check.args.get("when")
        if isinstance(when, Mapping):
            field = names.get(when["field"])
            if field is None:
                yield (
                    f"{where}.when.field",
                    sentence("rules", "unknown_field", id=when["field"], known=listed(when["field"], names)),
                )
            else:
                for value in when["values"]:
                    if field.enum and value not in field.enum:
                        yield f"{where}.when.values", _unknown_value(value, field)


def _unknown_value(value: str, field: Field) -> Sentence:
    return sentence("rules", "when_value", id=value, field=field.name, known=listed(value, field.enum))


def _repeats(ids: list[str], where: str) -> Iterator[Fault]:
    for position, item in enumerate(ids):
        if item in ids[:position]:
            yield f"{where}[{position}]", sentence("rules", "duplicate_id", id=item)


def _indicator_faults(form: Form) -> Iterator[Fault]:
    """Indicators that are a part of none, that share a title, or that no row of the sheet could be told by."""
    ids = [item.id for item in form.indicators]
    titles: dict[str, str] = {}
    for position, item in enumerate(form.indicators):
        where = f"indicators[{position}]"
        if item.part_of and (item.part_of not in ids or item.part_of == item.id):
            yield (
                f"{where}.part_of",
                sentence("rules", "unknown_indicator", id=item.part_of, known=listed(item.part_of, ids)),
            )
        other = titles.setdefault(comparison_key(item.title), item.id)
        if other != item.id:
            yield f"{where}.title", sentence("rules", "indicator_title_twice", title=item.title, other=other)
    for heading in form.headings:
        if comparison_key(heading) in titles:
            position = next(at for at, item in enumerate(form.indicators) if item.group == heading)
            other = titles[comparison_key(heading)]
            yield (
                f"indicators[{position}].group",
                sentence("rules", "indicator_title_twice", title=heading, other=other),
            )


def form_faults(form: Form) -> Iterator[Fault]:
    """What is wrong with a form even though it meets its schema."""
    yield from _repeats([item.name for item in form.fields], "fields")
    yield from _repeats([item.id for item in form.indicators], "indicators")
    yield from _repeats([item.id for item in form.checks], "checks")
    if form.kind != "lines" and not form.sheet:
        yield "sheet", sentence("rules", "sheet_missing")
    yield from _field_faults(form)
    yield from _indicator_faults(form)
    yield from _check_faults(form)
