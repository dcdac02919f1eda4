"""What a reader process does: one file read, checked against the round, and packed."""

from __future__ import annotations

from msgspec.structs import replace

import danvan_xl.intake.openxml  # noqa: F401 - what nearly every file needs, loaded while the process starts
from danvan_xl.answers.identity import read_identity
from danvan_xl.answers.one_file import read_submission
from danvan_xl.intake.read import read_workbook
from danvan_xl.language.showable import shown
from danvan_xl.merging.filing import Parcel, pack
from danvan_xl.merging.unread import Unread, shown_finding
from danvan_xl.model import Finding
from danvan_xl.model.book import Book
from danvan_xl.model.submission import Submission
from danvan_xl.model.unforeseen import Fault, fault_of
from danvan_xl.round.round import Round


def read_one(path: str, current: Round) -> Submission | Unread:
    """Read and check one file. A fault of the program is a fault at this file, and ends no run."""
    book: Book | None = None
    try:
        book = read_workbook(path)
        submission = _showable(read_submission(book, current))
        _say_all(submission.findings)
    except MemoryError:  # of the process, not of the file: the supervisor names it
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, this file is refused and the others are read
        return _unread(path, book, fault_of(error))
    return submission


def read_and_pack(path: str, current: Round) -> Parcel | Unread:
    """Read, check and pack one file."""
    read = read_one(path, current)
    return read if isinstance(read, Unread) else pack(read)


def _unread(path: str, book: Book | None, fault: Fault) -> Unread:
    try:
        identity = read_identity(book)[0] if book is not None else None
    except Exception:  # noqa: BLE001 - where even this fails, it is not known whose file it is
        identity = None
    unit, period = (identity.unit, identity.period) if identity is not None else (None, None)
    return Unread(shown(path), fault, book.sha256 if book is not None else "", unit, period)


def _say_all(findings: tuple[Finding, ...]) -> None:
    """Say each kind of finding once: a sentence that can't be filled shows here, where it costs one file."""
    tried = set()
    for item in findings:
        kind = (item.code, *item.args)
        if kind not in tried:
            tried.add(kind)
            for say in (item.say, item.say_expected, item.say_mend):
                say("vi")
                say("en")


def _showable(submission: Submission) -> Submission:
    """The submission under a name that can be shown, in what was found at it too."""
    name = shown(submission.path)
    if name == submission.path:
        return submission
    return replace(submission, path=name, findings=tuple(map(shown_finding, submission.findings)))
