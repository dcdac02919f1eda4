"""What the register says of a round, and what it is told of it: waivers, times of receipt, extensions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from danvan_xl.language.showable import meant
from danvan_xl.merging.filing import AnySubmission
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.model.statuses import FileStatus
from danvan_xl.office.arrivals import Arrived, Known, note_arrivals
from danvan_xl.office.received import list_files
from danvan_xl.office.register import Register
from danvan_xl.office.register_file import RegisterError, open_register
from danvan_xl.office.troubles import Troubles
from danvan_xl.office.workspace import RECEIVED, Workspace
from danvan_xl.round.extensions import Extension
from danvan_xl.round.round import Round

Said = TypeVar("Said")


def with_waivers_in_force(current: Round, workspace: Workspace | None, troubles: Troubles) -> Round:
    """The round with the waivers of the register that hold at its cut-off."""
    if workspace is None or not workspace.register.exists():
        return current
    from danvan_xl.round.waivers import in_force

    given = _asked(workspace, troubles, Register.waivers)
    if given is None:
        return current
    return replace(current, waivers=in_force(given, current.as_of))


def _asked(workspace: Workspace, troubles: Troubles, ask: Callable[[Register], Said]) -> Said | None:
    """What the register says; None where it can't be used, which is then among the troubles."""
    try:
        with open_register(workspace.register) as register:
            said = ask(register)
    except RegisterError as error:
        troubles.register = error
        return None
    troubles.of_register(register, workspace.register)
    return said


def registered(
    submissions: Iterable[AnySubmission], files: Sequence[Path], workspace: Workspace | None, troubles: Troubles
) -> tuple[Known, tuple[Extension, ...]]:
    """When each file was received, and who was given more time; nothing without a workspace.

    ``files``: all that this run read, or left out.
    """
    if workspace is None or troubles.register is not None:
        return Known(), ()
    period, now = workspace.settings.period, datetime.now(VIETNAM_TIME).replace(microsecond=0)
    folder = workspace.folder(RECEIVED)
    arrived = (
        Arrived(Path(meant(item.path)), item.sha256, item.unit, item.is_used and not item.untouched)
        for item in submissions
        if item.status is not FileStatus.IGNORED
    )
    there = tuple(item for item in arrived if item.path.exists())  # what was moved since it was read is no fault
    said = _asked(
        workspace,
        troubles,
        lambda register: (
            note_arrivals(register, period, there, now, are_all=lambda: _are_all(files, folder)),
            register.extended(period),
        ),
    )
    return (Known(), ()) if said is None else said


def _are_all(files: Iterable[Path], folder: Path) -> bool:
    """Whether all that lies in the folder is among the files."""
    read = {path.absolute() for path in files}
    return all(path.absolute() in read for path in list_files([folder]))
