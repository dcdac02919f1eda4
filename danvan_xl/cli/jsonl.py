"""Requests as JSON lines on stdin, answers as JSON lines on stdout (``explain --jsonl``, ``units --jsonl``)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import click

from danvan_xl.cli.common import say
from danvan_xl.cli.errors import OperatorError
from danvan_xl.wording import Lang


def answer_lines(answer: Callable[[Mapping[str, Any]], object], lang: Lang) -> None:
    """Answer every line of stdin with ``{"id", "result"}``; a line that is no request ends the run with its number."""
    stream = sys.stdin.buffer
    for number, raw in enumerate(stream, start=1):
        if not raw.strip():
            continue
        try:
            request = json.loads(raw.decode("utf-8-sig"))
            result = answer(request)
        except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise OperatorError(say(lang, "err_jsonl", number=number, detail=error)) from None
        click.echo(json.dumps({"id": request.get("id"), "result": result}, ensure_ascii=False))
