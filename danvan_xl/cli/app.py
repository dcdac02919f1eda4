"""The root of the command line: which commands there are, loaded only when they run."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, cast

import click

from danvan_xl import __version__
from danvan_xl.wording import LANGS, Lang, text

COMMANDS: Mapping[str, str] = {
    "demo": "demo",
    "init": "init",
    "plans": "plans",
    "plan": "plan_import",
    "template": "template",
    "check": "check",
    "merge": "merge",
    "status": "status",
    "extend": "extend",
    "waive": "waive",
    "migrate": "migrate",
    "send": "send",
    "calendar": "calendar",
    "explain": "explain",
    "units": "units",
    "rules": "rules",
}
"""Command → module of this package, whose ``command(lang)`` makes it. A command is one file and one line here."""


VIETNAMESE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bINTEGER RANGE\b|\bINTEGER\b"), "SỐ"),
    (re.compile(r"\bDIRECTORY\b"), "THƯ_MỤC"),
    (re.compile(r"\bFILE\b"), "TỆP"),
    (re.compile(r"\bPATH\b"), "ĐƯỜNG_DẪN"),
    (re.compile(r"\bTEXT\b"), "CHỮ"),
    (re.compile(r"\[required\]"), "[bắt buộc]"),
    (re.compile(r"\[default: "), "[mặc định: "),
    (re.compile(r"\[OPTIONS\]"), "[TÙY CHỌN]"),
    (re.compile(r"\bCOMMAND \[ARGS\]\.\.\."), "LỆNH ..."),
    (re.compile(r"\bPATHS\b"), "TỆP"),
    (re.compile(r"\bFILES\b"), "TỆP"),
    (re.compile(r"\bFOLDER\b"), "THƯ_MỤC"),
    (re.compile(r"\bPHRASES\b"), "CỤM_TỪ"),
    (re.compile(r"\bTEXTS\b"), "CHỮ"),
    (re.compile(r"\bDOCUMENT\b"), "TỆP_WORD"),
)
"""Words that click puts into help by itself."""


def in_vietnamese(words: str) -> str:
    """A piece of click's help with its own words in Vietnamese."""
    for pattern, ours in VIETNAMESE:
        words = pattern.sub(ours, words)
    return words


class _Translated:
    """Headings and placeholders of click's help in the user's language."""

    def __init__(self, *args: Any, lang: Lang, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lang = lang

    def _own(self, words: str) -> str:
        return in_vietnamese(words) if self.lang == "vi" else words

    def format_usage(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(context))  # type: ignore[attr-defined]
        formatter.write_usage(context.command_path, self._own(pieces), f"{text('cli', 'usage', self.lang)} ")

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        found = [r for p in self.get_params(context) if (r := p.get_help_record(context)) is not None]  # type: ignore[attr-defined]
        records = [(self._own(name), self._own(words)) for name, words in found if words]
        if records:
            with formatter.section(text("cli", "options", self.lang)):
                formatter.write_dl(records)

    def get_help_option(self, context: click.Context) -> click.Option | None:
        option = super().get_help_option(context)  # type: ignore[misc]
        if option is not None:
            option.help = text("cli", "help_option", self.lang)
        return cast("click.Option | None", option)


class Command(_Translated, click.Command):
    """A command with help in the user's language."""


class Group(_Translated, click.Group):
    """A group of commands; those of the root are imported when they are asked for."""

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        _Translated.format_options(self, context, formatter)
        rows = [(name, text("cli", f"cmd_{self._key(name)}", self.lang)) for name in self.list_commands(context)]
        with formatter.section(text("cli", "commands", self.lang)):
            formatter.write_dl(rows)

    def _key(self, name: str) -> str:
        return name if self.name is None else f"{self.name}_{name}"


class Root(Group):
    """The program itself."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"danvan_xl.cli.{COMMANDS[cmd_name]}")
        return cast(click.Command, module.command(self.lang))


def wanted_language(arguments: Sequence[str]) -> Lang:
    """The language before click has parsed anything, since the help depends on it."""
    wanted = os.environ.get("DANVAN_LANG", "vi")
    for position, item in enumerate(arguments):
        if item == "--lang" and position + 1 < len(arguments):
            wanted = arguments[position + 1]
        elif item.startswith("--lang="):
            wanted = item.removeprefix("--lang=")
    return next((lang for lang in LANGS if lang == wanted), "vi")


def root(lang: Lang) -> Root:
    """The program in a language."""
    options = [
        click.Option(["--lang"], type=click.Choice(LANGS), help=text("cli", "lang", lang), expose_value=False),
        _version_option(lang),
    ]
    return Root(help=text("cli", "app", lang), params=list(options), no_args_is_help=True, lang=lang)


def _version_option(lang: Lang) -> click.Option:
    def show(context: click.Context, _option: click.Parameter, value: bool) -> None:
        if value:
            click.echo(f"danvan-xl {__version__}")
            context.exit()

    return click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show,
        help=text("cli", "version_option", lang),
    )
