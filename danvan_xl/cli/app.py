"""The root of the command line: the commands that there are, each loaded only when it runs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import cast

import click

from danvan_xl import __version__
from danvan_xl.cli.translated import FLAG, Group, Option
from danvan_xl.wording import LANGS, Lang

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
    "diff": "diff",
    "export": "export",
    "calendar": "calendar",
    "explain": "explain",
    "units": "units",
    "rules": "rules",
}
"""Command → module of this package, which defines it under its own name. A command is one file and one line here."""


class Root(Group):
    """The program itself; a command is imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"danvan_xl.cli.{COMMANDS[cmd_name]}")
        return cast(click.Command, getattr(module, cmd_name))


def wanted_language(arguments: Sequence[str]) -> Lang:
    """The language before click has parsed anything, since its messages depend on it."""
    wanted = os.environ.get("DANVAN_LANG", "vi")
    for position, item in enumerate(arguments):
        if item == "--lang" and position + 1 < len(arguments):
            wanted = arguments[position + 1]
        elif item.startswith("--lang="):
            wanted = item.removeprefix("--lang=")
    return next((lang for lang in LANGS if lang == wanted), "vi")


def _show_version(context: click.Context, _option: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"danvan-xl {__version__}")
        context.exit()


def root(lang: Lang) -> Root:
    """The program in a language."""
    options: list[click.Parameter] = [
        Option(["--lang"], type=click.Choice(LANGS), help="lang", expose_value=False),
        Option(["--version"], **FLAG, callback=_show_version, help="version_option"),
    ]
    return Root(help="app", params=options, no_args_is_help=True, context_settings={"obj": lang})
