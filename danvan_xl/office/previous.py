"""What units said in the period before: read from ``Dữ liệu`` of an earlier consolidated workbook of the workspace."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.language.showable import meant
from danvan_xl.model import layout
from danvan_xl.model.book import Book
from danvan_xl.model.period import plain_period
from danvan_xl.office.received import is_ignored
from danvan_xl.office.workspace import MERGED, Workspace
from danvan_xl.round.fields import show
from danvan_xl.workbooks.writing.keeping import is_copy

SHOWN = ("Trạng thái", "Tỷ lệ (%)", "Kết quả thực hiện", "Khó khăn, vướng mắc")
MOST_CHARACTERS = 600


class Previous(Struct, frozen=True):
    """Where the answers of the period before stand. ``gone``: the register names ``path``, and it is not there."""

    period: str
    path: Path
    gone: bool = False


def previous_workbook(
    workspace: Workspace, merged: Mapping[str, tuple[str, ...]], reports: Collection[str] = ()
) -> Previous | None:
    """The consolidated workbook of the last report of the same rhythm; if there is none, of the newest earlier period.

    A shorter period inside the one in force is not before it: what it brought is shown as reported since.

    It is the one that the register names, not a copy that somebody keeps beside it. A period of which the register
    knows nothing gives what lies in its folder. ``merged``: see ``Register.merged``; ``reports``: ids of those wanted,
    where a period has several workbooks.
    """
    if workspace.settings.declared is not None:  # what is asked once has no report before
        return None
    current = plain_period(workspace.settings.period)
    earlier: dict[str, tuple[bool, date]] = {}
    for name in known_periods(workspace, merged):
        try:
            period = plain_period(name)
        except ValueError:
            continue
        if period.last < current.first or (period.kind == current.kind and period.last < current.last):
            earlier[name] = (period.kind == current.kind, period.last)
    for name in sorted(earlier, key=lambda item: (earlier[item], item), reverse=True):
        found = workbook_of(workspace, name, merged, reports)
        if found is not None:
            return found
    return None


def workbook_of(
    workspace: Workspace, period: str, merged: Mapping[str, tuple[str, ...]], reports: Collection[str] = ()
) -> Previous | None:
    """The consolidated workbook of a period: the one that the register names, else what lies in the folder.

    Of several, that of one of the ``reports``, if there is one.
    """
    path = named_workbook(workspace, period, merged.get(period, ()), reports)
    if path is not None:
        return Previous(period, path, gone=not path.is_file())
    path = _lying_there(workspace, period, reports)
    return Previous(period, path) if path is not None else None


def known_periods(workspace: Workspace, merged: Mapping[str, tuple[str, ...]]) -> set[str]:
    """The periods that have a folder for consolidated workbooks, or that the register knows one of."""
    root = workspace.root / MERGED
    folders = (folder.name for folder in root.iterdir()) if root.is_dir() else ()
    return {*folders, *merged}


def _of_report(path: Path, reports: Collection[str]) -> bool:
    """Whether a workbook's name says that it is of one of the reports."""
    return path.stem.rpartition("_")[2] in reports


def named_workbook(
    workspace: Workspace, period: str, noted: Iterable[str], reports: Collection[str] = ()
) -> Path | None:
    """The last workbook noted for a period: one in the period's own folder before one written elsewhere.

    One of these ``reports`` comes before others.
    """
    folder = workspace.root / MERGED / period
    names = map(meant, noted)
    paths = [folder / name if _is_bare(name) else workspace.root / name for name in names]
    inside = [path for path in paths if path.parent == folder]
    chosen = inside or paths
    wanted = [path for path in chosen if _of_report(path, reports)]
    return (wanted or chosen)[-1] if chosen else None


def _is_bare(name: str) -> bool:
    return "/" not in name and "\\" not in name


def noted_as(workspace: Workspace, target: Path) -> str:
    """How the register names a workbook: by its name alone in its folder, by its path elsewhere."""
    path = target.resolve()
    if path.parent == workspace.folder(MERGED).resolve():
        return path.name
    root = workspace.root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _lying_there(workspace: Workspace, period: str, reports: Collection[str]) -> Path | None:
    """The workbook of a period's folder: one of the reports, else the one with the usual name, before any other."""
    settings = replace(workspace.settings, period=period)
    usual = replace(workspace, settings=settings, report="").merged_file
    found = [path for path in sorted(usual.parent.glob("*.xlsx")) if not is_ignored(path) and not is_copy(path)]
    wanted = [path for path in found if _of_report(path, reports)] or [path for path in found if path == usual]
    return (wanted or found)[0] if found else None


def book_of(source: Path | Book) -> Book:
    """A workbook as read; one that was read already is not read again."""
    from danvan_xl.intake.read import read_workbook

    return source if isinstance(source, Book) else read_workbook(source)


def previous_answers(source: Path | Book) -> Mapping[str, str] | None:
    """Line id → what the unit said last time, in one text; None where no consolidated workbook can be read there."""
    sheet = book_of(source).sheet(layout.DATA)
    if sheet is None or not sheet.rows:
        return None
    at = {str(heading): column for column, heading in enumerate(sheet.rows[0].values)}
    if not {"Mã dòng", *SHOWN} <= set(at):
        return None
    answers: dict[str, str] = {}
    for row in sheet.rows[1:]:
        values = dict(zip(at, row.values, strict=False))
        parts = [show(values.get(heading)) for heading in SHOWN]
        if values.get("Tỷ lệ (%)") is not None:
            parts[1] += "%"
        words = " · ".join(part for part in parts if part)
        if words:
            answers[str(values["Mã dòng"])] = words[:MOST_CHARACTERS]
    return answers
