"""A reader process in which the program has a fault, for files whose name asks for it."""

from __future__ import annotations

from danvan_xl.answers import one_file
from danvan_xl.merging import reader
from danvan_xl.merging.filing import Parcel
from danvan_xl.merging.unread import Unread
from danvan_xl.model.book import Book
from danvan_xl.model.submission import Submission
from danvan_xl.round.round import Round

SECRET = "Nguyễn Văn A chưa làm"


def fail(book: Book, current: Round) -> Submission:
    if "loi" in book.path:
        raise KeyError(SECRET)
    return one_file.read_submission(book, current)


def read_and_pack(path: str, current: Round) -> Parcel | Unread:
    reader.read_submission = fail
    return reader.read_and_pack(path, current)
