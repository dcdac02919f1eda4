"""What an operator did wrong or the machine refused: a sentence on stderr and the exit code that goes with it."""

from __future__ import annotations

import click

from danvan_xl.rules.files import RulesError
from danvan_xl.wording import Lang, text

NEEDS_A_PERSON, WRONG, REFUSED = 1, 2, 3


class OperatorError(click.ClickException):
    """The command can't be carried out as it was given; nothing was done."""

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
    _say(error.format_message())
    return WRONG


def _machine(error: OSError, lang: Lang) -> int:
    from danvan_xl.excel.atomic import OutputBusyError

    if isinstance(error, OutputBusyError):
        _say(text("cli", "err_busy", lang, path=error.path))
    else:
        place = f" ({error.filename})" if error.filename else ""
        _say(text("cli", "err_os", lang, detail=f"{error.strerror or error}{place}"))
    return REFUSED


def guarded(program: click.Command, lang: Lang) -> int:
    """Run the program; the exit code."""
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
