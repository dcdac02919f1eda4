"""Rule files against their JSON Schemas: every violation in a file, as a sentence with what would be right.

Two keywords of our own stand beside those of JSON Schema: ``format: day`` is any way to write a day with its year,
``short_day`` also one without (``20/6``); ``say`` names the sentence of ``wording/texts/rules.toml`` for every
violation there. What is right is shown by the first of ``examples``, or made from the other keywords.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from danvan_xl.language.nearest import closest, listed
from danvan_xl.language.written_days import read_written_day
from danvan_xl.rules.files import Problem, RuleSource, distinct
from danvan_xl.wording import Sentence, sentence

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError


def _plain(value: object) -> object:
    """TOML dates as ISO strings, since JSON Schema has no dates."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def key_path(parts: object) -> str:
    """``fields[3].constraints`` from jsonschema's path."""
    result = ""
    for part in parts:  # type: ignore[attr-defined]  # a deque of str and int
        result += f"[{part}]" if isinstance(part, int) else f".{part}" if result else str(part)
    return result


def _is_day(value: object, year: int | None) -> bool:
    words = getattr(value, "written", value)
    return read_written_day(words, year) is not None if isinstance(words, str) else not isinstance(words, float)


@cache
def _validator(kind: str) -> Draft202012Validator:
    from jsonschema import Draft202012Validator, FormatChecker

    formats = FormatChecker(("date", "regex"))
    formats.checks("day")(lambda value: _is_day(value, None))
    formats.checks("short_day")(lambda value: _is_day(value, 2000))
    schema = json.loads(RuleSource.schema(kind).read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=formats)


# ---- what would be right -------------------------------------------------------------------------------------

EXAMPLES: Mapping[str, object] = {
    "string": "…", "integer": 1, "number": 1, "boolean": True, "array": ["…"], "object": {},
}  # fmt: skip
"""A value of each type, where a schema gives none of its own."""


def example_of(schema: Mapping[str, Any], root: Mapping[str, Any]) -> object:
    """A value that the schema takes; None where there is no short one. ``root``: the schema of the whole file."""
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    for key in ("examples", "enum"):
        if key in schema:
            return schema[key][0]
    if "const" in schema:
        return schema["const"]
    for way in schema.get("anyOf", ()):
        return example_of(way, root)
    kind = schema.get("type")
    if kind == "array" and isinstance(schema.get("items"), Mapping):
        item = example_of(schema["items"], root)
        return None if isinstance(item, Mapping) or item is None else [item]
    if kind == "object":
        return None
    if "minimum" in schema:
        return max(schema["minimum"], min(1, schema.get("maximum", 1)))
    return EXAMPLES.get(str(kind))


def as_toml(value: object) -> str:
    """A short value as it stands in a TOML file."""
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else as_toml(name)


def _example(error: ValidationError, root: Mapping[str, Any]) -> Sentence:
    """`` Ví dụ: period = "2026-H1"``; nothing where there is no short example."""
    names = [part for part in error.absolute_path if isinstance(part, str)]
    value = example_of(error.schema, root) if isinstance(error.schema, Mapping) else None
    if value is None or not names:
        return sentence("rules", "no_example")
    in_a_list = isinstance(error.absolute_path[-1], int)
    right = as_toml([value] if in_a_list else value)
    return sentence("rules", "example", right=f"{_key(names[-1])} = {right}")


# ---- what is wrong -------------------------------------------------------------------------------------------


def _unknown_key(key: str, error: ValidationError) -> Sentence:
    assert isinstance(error.schema, Mapping)
    known = error.schema.get("properties", {})
    near = closest(key, list(known))
    args = {"keys": key, "known": ", ".join(sorted(known))}
    return (
        sentence("rules", "unknown_key_near", near=near, **args) if near else sentence("rules", "unknown_key", **args)
    )


def _missing(error: ValidationError, root: Mapping[str, Any]) -> Sentence:
    wanted, found = error.validator_value, error.instance
    assert isinstance(wanted, list)
    assert isinstance(found, Mapping)
    missing = [key for key in wanted if key not in found]
    known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
    values = ((key, example_of(known[key], root)) for key in missing if key in known)
    right = "; ".join(f"{_key(key)} = {as_toml(value)}" for key, value in values if value is not None)
    example = sentence("rules", "example", right=right) if right else sentence("rules", "no_example")
    return sentence("rules", "missing_key", keys=", ".join(missing), example=example)


def _type_words(wanted: object) -> Sentence:
    kinds = wanted if isinstance(wanted, list) else [wanted]
    return sentence("rules", f"type_{kinds[0]}")


def _shown(value: object) -> str:
    """What was found, as it was written."""
    return str(getattr(value, "written", None) or json.dumps(value, ensure_ascii=False, default=str))[:120]


def _other(error: ValidationError, root: Mapping[str, Any]) -> Sentence:
    wanted = error.validator_value
    args: dict[str, object] = {"found": _shown(error.instance), "example": _example(error, root)}
    if error.validator == "enum":
        assert isinstance(wanted, list)
        word = error.instance if isinstance(error.instance, str) else ""
        args["wanted"] = listed(word, [as_toml(value) for value in wanted])
    elif error.validator == "type":
        args["wanted"] = _type_words(wanted)
    else:
        args["wanted"] = as_toml(wanted)[:200]
    key = f"schema_{error.validator}"
    return sentence("rules", key if key in SAID else "schema_other", **args, rule=str(error.validator))


SAID = frozenset(
    f"schema_{word}"
    for word in (
        "type", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
        "minItems", "maxItems", "uniqueItems", "format", "contains", "anyOf", "const",
    )
)  # fmt: skip
"""Keywords of JSON Schema with a sentence of their own."""


def _sentence(error: ValidationError, root: Mapping[str, Any]) -> Sentence:
    own = error.schema.get("say") if isinstance(error.schema, Mapping) else None
    if own is not None:
        return sentence("rules", f"say_{own}", found=_shown(error.instance), example=_example(error, root))
    return (_missing if error.validator == "required" else _other)(error, root)


def _said(error: ValidationError, root: Mapping[str, Any]) -> Iterator[tuple[str, Sentence]]:
    """The key path and sentence of a violation; every unknown key has its own."""
    path = key_path(error.absolute_path)
    if error.validator != "additionalProperties":
        yield path, _sentence(error, root)
        return
    assert isinstance(error.instance, Mapping)
    assert isinstance(error.schema, Mapping)
    for key in error.instance:
        if key not in error.schema.get("properties", {}):
            yield f"{path}.{key}".lstrip("."), _unknown_key(key, error)


def breaches(kind: str, path: Path, data: Mapping[str, object]) -> tuple[Problem, ...]:
    """Every violation of the schema of ``kind`` in the parsed file, in the order of the file's keys."""
    validator = _validator(kind)
    root = validator.schema
    assert isinstance(root, Mapping)
    errors = sorted(validator.iter_errors(_plain(data)), key=lambda e: [str(p) for p in e.absolute_path])
    problems = (Problem(str(path), key, said) for error in errors for key, said in _said(error, root))
    return distinct(problems)  # two missing keys are two errors with the same sentence
