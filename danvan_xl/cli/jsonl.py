"""Requests as JSON lines on stdin, answers as JSON lines on stdout (``explain --jsonl``, ``units --jsonl``)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import click

from danvan_xl.cli.common import say
from danvan_xl.cli.errors import OperatorError
from danvan_xl.wording import Lang, SentenceError


def _detail(error: Exception, lang: Lang) -> str:
    """Why a line is no request."""
    if isinstance(error, KeyError):
        return say(lang, "jsonl_missing", key=str(error.args[0]))
    return say(
        lang, "jsonl_no_json" if isinstance(error, (UnicodeDecodeError, json.JSONDecodeError)) else "jsonl_value"
    )


def answer_lines(answer: Callable[[Mapping[str, Any]], object], lang: Lang) -> None:
    """Answer every line of stdin with ``{"id", "result"}``; a line that is no request ends the run with its number."""
    stream = sys.stdin.buffer
    for number, raw in enumerate(stream, start=1):
        if not raw.strip():
            continue
        try:
            request = json.loads(raw.decode("utf-8-sig"))
            result = answer(request)
        except SentenceError as error:
            raise OperatorError(say(lang, "err_jsonl", number=number, detail=error.said.say(lang))) from None
        except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise OperatorError(say(lang, "err_jsonl", number=number, detail=_detail(error, lang))) from None
        click.echo(json.dumps({"id": request.get("id"), "result": result}, ensure_ascii=False))
