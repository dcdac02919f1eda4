"""What an operator did wrong or the machine refused: a sentence on stderr and the exit code that goes with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import click

from danvan_xl.language.showable import printable, shown
from danvan_xl.rules.files import Problem, RulesError, written_at
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


def complain(sentence: str) -> None:
    """Say a sentence on stderr, if anybody can hear it."""
    with suppress(OSError, ValueError):
        click.echo(printable(sentence), err=True)


def _rules(error: RulesError, lang: Lang) -> int:
    complain(text("cli", "err_rules", lang))
    for problem in error.problems:
        for line in problem_lines(problem, lang):
            complain(f"  {line}")
    return WRONG


def problem_lines(problem: Problem, lang: Lang) -> Iterator[str]:
    """A problem of a rule file or the settings for a person: where it is and what is wrong, then what stands there."""
    key = f", {problem.key}" if problem.key else ""
    said = problem.said.say(lang)
    if problem.line is None:
        yield text("rules", "place_key", lang, file=problem.file, key=key, said=said)
        return
    yield text("rules", "place_line", lang, file=problem.file, line=problem.line, key=key, said=said)
    if written := written_at(problem):
        yield text("rules", "place_written", lang, written=written)


def _usage(error: click.UsageError, lang: Lang) -> int:
    if error.ctx is not None:
        complain(error.ctx.get_usage())
        complain(text("cli", "try_help", lang, command=error.ctx.command_path))
    complain(_usage_words(error, lang))
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
        complain(text("cli", "err_busy", lang, path=error.path))
    elif isinstance(error, ReadBackError):
        complain(text("cli", "err_read_back", lang, detail=error.detail))
    else:
        place = f" ({shown(os.fsdecode(error.filename))})" if isinstance(error.filename, (str, bytes)) else ""
        complain(text("cli", "err_os", lang, detail=f"{error.strerror or error}{place}"))
    return REFUSED


def _workspace() -> Path | None:
    """The workspace of the command as typed: a report of a fault goes there."""
    from danvan_xl.office.workspace import find_workspace

    said = [Path(after) for word, after in zip(sys.argv, sys.argv[1:], strict=False) if word == "--workspace"]
    said += [Path(word.partition("=")[2]) for word in sys.argv if word.startswith("--workspace=")]
    return find_workspace(said[0] if said else Path.cwd())


def _unforeseen(error: Exception, lang: Lang) -> int:
    """Say what ended the run; a fault of the program itself leaves a report."""
    from danvan_xl.model.unforeseen import fault_of
    from danvan_xl.office.register_file import RegisterError
    from danvan_xl.office.troubles import write_report
    from danvan_xl.pipeline import is_of_reader_processes
    from danvan_xl.workbooks.writing.claims import ClaimedError

    if isinstance(error, ClaimedError):
        who = error.who
        args = {"path": shown(str(error.path)), "process": who.process, "host": who.host, "since": who.since}
        complain(text("cli", "err_claimed", lang, **args))
    elif isinstance(error, RegisterError):
        complain(f"{error.say(lang)} {text('troubles', 'register_stop', lang)}")
    elif is_of_reader_processes(error):
        complain(text("troubles", "readers", lang, detail=error))
    elif isinstance(error, MemoryError):
        complain(text("troubles", "memory", lang))
    else:
        fault = fault_of(error)
        try:
            report = write_report(_workspace(), fault)
        except OSError:  # even the folder that the program runs in is gone
            report = ""
        complain(
            text("troubles", "own_fault", lang, kind=fault.kind, report=report or text("troubles", "no_report", lang))
        )
    return REFUSED


def _silence(stream: TextIO) -> None:
    """Have nothing more written where nobody takes it: the interpreter would complain at its end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def guarded(program: click.Command, lang: Lang) -> int:
    """Run the program; returns the exit code."""
    code = _run(program, lang)
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has read enough
        _silence(sys.stdout)
    except OSError as error:
        _silence(sys.stdout)
        return _machine(error, lang)
    return code


def _run(program: click.Command, lang: Lang) -> int:
    try:
        result = program.main(prog_name="danvan-xl", standalone_mode=False)
    except RulesError as error:
        return _rules(error, lang)
    except click.UsageError as error:
        return _usage(error, lang)
    except OperatorError as error:
        complain(error.format_message())
        return error.code
    except click.ClickException as error:
        complain(error.format_message())
        return error.exit_code
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        return 0
    except OSError as error:
        return _machine(error, lang)
    except Exception as error:  # noqa: BLE001 - the last resort: a sentence and a report, never a traceback
        return _unforeseen(error, lang)
    return result if isinstance(result, int) else 0
