"""``danvan-xl export``: consolidated workbooks as tables for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from danvan_xl.cli.common import PATH, Choice, echo, existing, not_among_received, tell_kept, workspace_option
from danvan_xl.cli.diff import keeping_at
from danvan_xl.cli.errors import OperatorError, complain
from danvan_xl.cli.translated import argument, command, option
from danvan_xl.frames.exporting import SQLITE_SUFFIXES, NoParquetError, Target, export_tables, read_tables
from danvan_xl.language.showable import shown
from danvan_xl.office.received import is_ignored
from danvan_xl.office.workspace import MERGED, Workspace, find_workspace, open_workspace
from danvan_xl.wording import Lang, SentenceError, text
from danvan_xl.workbooks.writing.keeping import is_copy
from danvan_xl.written.consolidated_file import Consolidated
from danvan_xl.written.many_workbooks import open_all

DEFAULT_FOLDER = "xuat"


@command("export")
@argument("paths", nargs=-1, type=PATH)
@option("--to", required=True, type=click.Choice(["csv", "parquet", "sqlite"]), help="opt_export_to")
@option("-o", "--output", type=PATH, help="opt_export_output")
@workspace_option
def export(lang: Lang, choice: Choice, paths: Sequence[Path], to: Target, output: Path | None) -> int:
    """Write the tables of the workbooks, and say which files were written."""
    root = choice.workspace or find_workspace(Path.cwd())
    workspace = open_workspace(root) if root is not None else None
    files = _files(paths, workspace, lang)
    target = output or (workspace.root / MERGED / DEFAULT_FOLDER if workspace is not None else None)
    if target is None:
        raise OperatorError(_say(lang, "err_output"))
    _check_target(target, to, lang)
    keeping = keeping_at(target)
    try:
        books = open_all(files)
        tables = read_tables(books)
        _say_doubles(files, books, lang)
        written = export_tables(books, tables, to, target, keeping)
    except SentenceError as error:
        raise OperatorError(error.said.say(lang)) from None
    except NoParquetError:
        raise OperatorError(_say(lang, "err_no_parquet")) from None
    echo(_say(lang, "done", books=len(books), **{name: len(table.rows) for name, table in tables.items()}))
    for path in written:
        echo(_say(lang, "written", path=shown(str(path))))
    tell_kept(keeping, lang)
    return 0


def _say(lang: Lang, name: str, /, **args: object) -> str:
    return text("export", name, lang, **args)


def _files(paths: Sequence[Path], workspace: Workspace | None, lang: Lang) -> list[Path]:
    """The workbooks that are meant: files as given, those in folders, or the one of the period in force."""
    if not paths:
        if workspace is None or not workspace.merged_file.is_file():
            raise OperatorError(_say(lang, "err_paths"))
        return [workspace.merged_file]
    found: list[Path] = []
    for path in existing(paths, lang):
        inside = list(_inside(path)) if path.is_dir() else [path]
        if not inside:
            raise OperatorError(_say(lang, "err_empty_folder", path=shown(str(path))))
        found += inside
    return found


def _inside(folder: Path) -> Iterable[Path]:
    """The workbooks below a folder, without locks and former versions that were kept."""
    for path in sorted(folder.rglob("*.xlsx")):
        if path.is_file() and not is_ignored(path) and not is_copy(path):
            yield path


def _check_target(target: Path, to: Target, lang: Lang) -> None:
    """Raises OperatorError where nothing can be written at the target."""
    not_among_received(target, lang)
    is_file = to == "sqlite" and target.suffix.lower() in SQLITE_SUFFIXES
    if is_file and target.is_dir():
        raise OperatorError(_say(lang, "err_is_folder", path=shown(str(target))))
    if not is_file and target.exists() and not target.is_dir():
        raise OperatorError(_say(lang, "err_is_file", path=shown(str(target))))


def _say_doubles(files: Sequence[Path], books: Sequence[Consolidated], lang: Lang) -> None:
    """Say on stderr what would be counted twice."""
    if len(files) > len(books):
        complain(_say(lang, "same_content", count=len(files) - len(books)))
    seen: dict[tuple[str, str, str], Consolidated] = {}
    for book in books:
        former = seen.setdefault((book.plan, book.period, book.body), book)
        if former is not book:
            names = {"first": shown(former.path), "second": shown(book.path)}
            complain(_say(lang, "same_round", plan=book.plan, period=book.period, **names))
