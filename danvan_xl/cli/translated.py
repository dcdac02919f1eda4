"""Commands and options of click whose help is a key of the wording catalogue, shown in the language of the run.

A command is a function under ``@command``; it gets the language first, then its options. Nothing here loads the
catalogue before help is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast

import click
from click.shell_completion import CompletionItem
from msgspec import Struct

from danvan_xl.wording import Lang, text

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
    (re.compile(r"\bBEFORE AFTER\b"), "SỔ_TRƯỚC SỔ_SAU"),
)
"""Words that click itself puts into help, and ours for them."""

Function = Callable[..., int]
"""The function of a command, which returns its exit code."""

Decorator = Callable[[Function], Function]


def in_vietnamese(words: str) -> str:
    """A piece of click's help with its own words in Vietnamese."""
    for pattern, ours in VIETNAMESE:
        words = pattern.sub(ours, words)
    return words


def lang_of(context: click.Context) -> Lang:
    """The language of the run; the root puts it into its context, and commands below inherit it."""
    return cast(Lang, context.obj)


def _own(words: str, context: click.Context) -> str:
    return in_vietnamese(words) if lang_of(context) == "vi" else words


class Option(click.Option):
    """An option whose ``help`` is a key of the catalogue's ``area``."""

    def __init__(self, *args: Any, area: str = "cli", **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.area = area

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        if record is None or self.help is None:
            return record
        names, shown = record
        return names, text(self.area, self.help, lang_of(ctx)) + shown.removeprefix(self.help)


def _show_help(context: click.Context, _option: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(context.get_help(), color=context.color)
        context.exit()


FLAG: Mapping[str, Any] = {"is_flag": True, "is_eager": True, "expose_value": False}
"""An option that takes effect at once, whatever else is given."""

HELP = Option(["--help"], **FLAG, callback=_show_help, help="help_option")
SHORT_HELP = Option(["-h"], **FLAG, callback=_show_help, hidden=True)
"""Does the same, and is not listed."""


class _Translated(click.Command):
    """Help in the user's language: its headings, its placeholders, and the text whose key ``help`` is."""

    def __init__(self, *args: Any, area: str = "cli", **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.add_help_option = False
        self.params += [HELP, SHORT_HELP]
        self.area = area

    def say_help(self, lang: Lang) -> str:
        """What the command is for."""
        return text(self.area, self.help or "", lang)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, _own(pieces, ctx), f"{text('cli', 'usage', lang_of(ctx))} ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.say_help(lang_of(ctx)))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        found = [record for item in self.get_params(ctx) if (record := item.get_help_record(ctx)) is not None]
        records = [(_own(name, ctx), _own(words, ctx)) for name, words in found if words]
        if records:
            with formatter.section(text("cli", "options", lang_of(ctx))):
                formatter.write_dl(records)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What may follow, with its help in the user's language."""
        found = super().shell_complete(ctx, incomplete)
        ours = [item for item in self.get_params(ctx) if isinstance(item, Option)]
        options = {name: item for item in ours for name in (*item.opts, *item.secondary_opts)}
        for item in found:
            option = options.get(item.value)
            if option is not None:
                item.help = text(option.area, option.help, lang_of(ctx)) if option.help else None
            elif isinstance(self, click.Group) and (named := self.get_command(ctx, item.value)) is not None:
                item.help = named.say_help(lang_of(ctx)) if isinstance(named, _Translated) else None
        return found


class Command(_Translated):
    """A command; its function gets the language first."""

    def invoke(self, ctx: click.Context) -> Any:
        return None if self.callback is None else ctx.invoke(self.callback, lang_of(ctx), **ctx.params)


class Group(_Translated, click.Group):
    """A group of commands."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        lang = lang_of(ctx)
        rows = [(name, text("cli", _key(name, self), lang)) for name in self.list_commands(ctx)]
        with formatter.section(text("cli", "commands", lang)):
            formatter.write_dl(rows)


def _key(name: str, group: click.Group | None = None) -> str:
    """The key of a command's help: ``cmd_merge``, ``cmd_rules_check``."""
    return f"cmd_{name}" if group is None or group.name is None else f"cmd_{group.name}_{name}"


# ---- decorators ----------------------------------------------------------------------------------------------


def command(
    name: str, *, of: click.Group | None = None, help: str | None = None, area: str = "cli"
) -> Callable[[Function], Command]:
    """Make a function the command ``name``, of the root or ``of`` a group. ``help``: a key other than ``cmd_…``."""

    def made(function: Function) -> Command:
        done = click.command(name, cls=Command, help=help or _key(name, of), area=area)(function)
        if of is not None:
            of.add_command(done)
        return done

    return made


def group(name: str) -> Group:
    """A group of commands, which join it with ``@command(…, of=…)``."""
    return Group(name, help=_key(name))


def option(*names: str, **attributes: Any) -> Decorator:
    """``click.option`` whose ``help`` is a key of the catalogue."""
    return click.option(*names, cls=Option, **attributes)


argument = click.argument
"""``click.argument``; an argument has no help of its own."""


def gathered(name: str, record: type[Struct], *options: Decorator) -> Decorator:
    """Add options, and hand them to the function as one record in the parameter ``name``.

    The record takes every option or argument of the command that is named like one of its fields; one that was not
    given leaves its field at the default.
    """

    def decorate(function: Function) -> Function:
        @wraps(function)
        def run(*args: Any, **values: Any) -> int:
            fields = {field: values.pop(field) for field in record.__struct_fields__ if field in values}
            given = {field: value for field, value in fields.items() if value is not None}
            return function(*args, **{name: record(**given)}, **values)

        done: Function = run
        for each in reversed(options):
            done = each(done)
        return done

    return decorate
