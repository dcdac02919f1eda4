"""``So sánh``, where there is something to compare with: what compares is loaded only then."""

from __future__ import annotations

from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook, Sink


def compared_with(book: ConsolidatedBook) -> Sink | None:
    """``So sánh``, or nothing."""
    if not book.formers.books:
        return None
    from danvan_xl.workbooks.consolidated.compared_sheet import Compared

    return Compared(book)
