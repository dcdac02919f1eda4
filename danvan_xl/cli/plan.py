"""``danvan-xl plan``: work on plan files."""

from __future__ import annotations

from danvan_xl.cli.app import Group
from danvan_xl.cli.common import say
from danvan_xl.cli.plan_import import import_command
from danvan_xl.wording import Lang


def command(lang: Lang) -> Group:
    """The group in a language."""
    return Group("plan", help=say(lang, "cmd_plan"), commands={"import": import_command(lang)}, lang=lang)
