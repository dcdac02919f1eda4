"""Rule files against their JSON Schemas: every violation in a file, in the user's language."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from danvan_xl.rules.files import Problem, RuleSource
from danvan_xl.wording import text

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError


def _plain(value: object) -> object:
    """TOML dates as ISO strings, since JSON Schema has no dates."""
    if isinstance(value, date):
        return value.isoformat()
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


@cache
def _validator(kind: str) -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    schema = json.loads(RuleSource.schema(kind).read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _unknown_keys(error: ValidationError) -> str:
    schema = error.schema
    assert isinstance(schema, Mapping)
    known = schema.get("properties", {})
    assert isinstance(error.instance, Mapping)
    unknown = [key for key in error.instance if key not in known]
    return text("rules", "unknown_key", keys=", ".join(unknown), known=", ".join(sorted(known)))


def _missing(error: ValidationError) -> str:
    wanted, found = error.validator_value, error.instance
    assert isinstance(wanted, list)
    assert isinstance(found, Mapping)
    missing = [key for key in wanted if key not in found]
    return text("rules", "missing_key", keys=", ".join(missing))


def _plain_sentence(error: ValidationError) -> str:
    key = f"schema_{error.validator}"
    shown = json.dumps(error.instance, ensure_ascii=False, default=str)
    wanted = json.dumps(error.validator_value, ensure_ascii=False, default=str)
    try:
        return text("rules", key, found=shown[:120], wanted=wanted[:200])
    except KeyError:
        return text("rules", "schema_other", found=shown[:120], rule=str(error.validator), wanted=wanted[:200])


SENTENCES: dict[str, Callable[[Any], str]] = {"additionalProperties": _unknown_keys, "required": _missing}


def breaches(kind: str, path: Path, data: Mapping[str, object]) -> tuple[Problem, ...]:
    """Every violation of the schema of ``kind`` in the parsed file, in the order of the file's keys."""
    errors = sorted(_validator(kind).iter_errors(_plain(data)), key=lambda e: [str(p) for p in e.absolute_path])
    problems = (
        Problem(str(path), key_path(error.absolute_path), SENTENCES.get(str(error.validator), _plain_sentence)(error))
        for error in errors
    )
    return tuple(dict.fromkeys(problems))  # two missing keys are two errors with the same sentence
