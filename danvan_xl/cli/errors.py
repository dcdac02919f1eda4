"""What an operator did wrong or the machine refused: a sentence on stderr and the exit code that goes with it."""

from __future__ import annotations

import click

from danvan_xl.rules.files import RulesError
from danvan_xl.wording import Lang, text

NEEDS_A_PERSON, WRONG, REFUSED = 1, 2, 3


NO_SUCH_COMMAND: tuple[type[click.UsageError], ...] = tuple(
    kind for kind in (getattr(click.exceptions, "NoSuchCommand", None),) if kind is not None
)
"""Newer versions of click have an exception of its own for this; older ones say it in English."""


class OperatorError(click.ClickException):
    """The command can't be carried out as given; nothing was done."""

    def __init__(self, message: str, code: int = WRONG) -> None:
        super().__init__(message)
        self.code = code


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)


def _rules(error: RulesError, lang: Lang) -> int:
    _say(text("cli", "err_rules", lang))
    for problem in error.problems:
        place = f"{problem.file}: {problem.key}" if problem.key else problem.file
        _say(f"  {place}: {problem.message}")
    return WRONG


def _usage(error: click.UsageError, lang: Lang) -> int:
    if error.ctx is not None:
        _say(error.ctx.get_usage())
        _say(text("cli", "try_help", lang, command=error.ctx.command_path))
    _say(_usage_words(error, lang))
    return WRONG


def _usage_words(error: click.UsageError, lang: Lang) -> str:
    """What is wrong with the command as typed; click's own sentence only for what is rare."""
    if isinstance(error, NO_SUCH_COMMAND):
        return text("cli", "usage_no_command", lang, name=getattr(error, "command_name", ""))
    if isinstance(error, click.NoSuchOption):
        return text("cli", "usage_no_option", lang, name=error.option_name)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return text("cli", "usage_missing", lang, name=error.param.get_error_hint(error.ctx))
    if isinstance(error, click.BadParameter) and error.param is not None:
        return text("cli", "usage_bad", lang, name=error.param.get_error_hint(error.ctx), detail=error.message)
    return error.format_message()


def _machine(error: OSError, lang: Lang) -> int:
    from danvan_xl.workbooks.writing.atomic import OutputBusyError
    from danvan_xl.workbooks.writing.readback import ReadBackError

    if isinstance(error, OutputBusyError):
        _say(text("cli", "err_busy", lang, path=error.path))
    elif isinstance(error, ReadBackError):
        _say(text("cli", "err_read_back", lang, detail=error.detail))
    else:
        place = f" ({error.filename})" if error.filename else ""
        _say(text("cli", "err_os", lang, detail=f"{error.strerror or error}{place}"))
    return REFUSED


def guarded(program: click.Command, lang: Lang) -> int:
    """Run the program; returns the exit code."""
    try:
        result = program.main(prog_name="danvan-xl", standalone_mode=False)
    except RulesError as error:
        return _rules(error, lang)
    except click.UsageError as error:
        return _usage(error, lang)
    except OperatorError as error:
        _say(error.format_message())
        return error.code
    except click.ClickException as error:
        _say(error.format_message())
        return error.exit_code
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        return 0
    except OSError as error:
        return _machine(error, lang)
    return result if isinstance(result, int) else 0
