"""How a command is declared: keys of the catalogue for help, related options as one record."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module

import click
import pytest
from msgspec import Struct

from danvan_xl.cli.app import COMMANDS, root
from danvan_xl.cli.translated import Command, Option, argument, command, gathered, option
from danvan_xl.wording import LANGS, Lang, text


def every_command() -> Iterator[click.Command]:
    program = root("vi")
    context = click.Context(program, obj="vi")
    for name in program.list_commands(context):
        found = program.get_command(context, name)
        assert found is not None
        yield from found.commands.values() if isinstance(found, click.Group) else [found]


EVERY = tuple(every_command())


@pytest.mark.parametrize("done", EVERY, ids=lambda done: done.name)
def test_every_help_is_a_key_that_stands_in_the_catalogue(done: click.Command) -> None:
    assert isinstance(done, Command)
    for lang in LANGS:
        assert done.say_help(lang) not in ("", done.help)
        for item in done.params:
            if isinstance(item, Option) and item.help:
                assert text(item.area, item.help, lang) != item.help


@pytest.mark.parametrize("done", EVERY, ids=lambda done: done.name)
def test_a_command_is_a_function_of_few_parameters(done: click.Command) -> None:
    assert done.callback is not None
    assert len(inspect.signature(done.callback).parameters) <= 7


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_stands_in_its_module_under_its_name(name: str) -> None:
    assert getattr(import_module(f"danvan_xl.cli.{COMMANDS[name]}"), name).name == name


class Weather(Struct, frozen=True):
    sky: str = "clear"
    wind: tuple[str, ...] = ()


seen: list[tuple[Lang, Weather, str | None]] = []


@command("weather", help="app")
@argument("sky", required=False)
@option("--place", help="lang")
@gathered("weather", Weather, option("--wind", multiple=True, help="lang"))
def weather(lang: Lang, weather: Weather, place: str | None) -> int:
    """Keep what came."""
    seen.append((lang, weather, place))
    return 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], Weather()),
        (["grey"], Weather("grey")),
        (["--wind", "N", "grey", "--wind", "E"], Weather("grey", ("N", "E"))),
    ],
)
def test_options_called_as_fields_arrive_as_one_record_and_leave_defaults(
    arguments: list[str], expected: Weather
) -> None:
    weather.main([*arguments, "--place", "xã"], prog_name="x", standalone_mode=False, obj="en")
    assert seen.pop() == ("en", expected, "xã")


@pytest.mark.parametrize("lang", LANGS)
def test_help_is_resolved_when_it_is_shown(lang: Lang) -> None:
    context = click.Context(weather, info_name="weather", obj=lang)
    shown = " ".join(weather.get_help(context).split())
    for key in ("app", "lang", "help_option", "usage", "options"):
        assert " ".join(text("cli", key, lang).split()) in shown
