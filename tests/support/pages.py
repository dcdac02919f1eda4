"""How the sheets of a workbook look on paper, measured in the PDF that LibreOffice prints.

Of every sheet: its pages, the smallest letters with their words, and what a reader would miss:

- *clipped*: letters that a cell's edge or the page's edge cuts off, or on a margin; figures shown as ###;
- *missing*: cells that are to be printed and whose text is on no page of the sheet, or not to its end;
- *overprinted*: words over words, or words below a picture, a chart or a filled shape;
- *unnamed*: names that a chart of the sheet does not show in whole.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from tests.support.letters import Box, Letter, Page, Point, Run, Word, read_pages
from tests.support.libreoffice import convert_all, write_as_shown
from tests.support.printed_cells import Asked, Cell, Margins, asked_of, squeezed

CUT_ACROSS, CUT_UP = 1.0, 0.12
"""So much of a letter may lie outside: points to the side, parts of its height above and below."""

TOUCH_ACROSS, TOUCH_UP = 0.6, 0.15
"""So much may words share: points to the side, parts of the letters' height."""

NEXT_TO = 3.0
"""Points between two parts of one line, or between the sides of two lines of one cell."""

COVERED = 0.3
"""The part of a word below something that was painted later, from which the word counts as covered."""


class Trouble(NamedTuple):
    """Something that a reader of the page would miss."""

    kind: str  # clipped, missing, overprinted, unnamed
    page: int  # of the whole print, from 1; 0 where it is on no page
    where: str  # the cell, where it is known
    words: str

    def __str__(self) -> str:
        place = f"trang {self.page}" if self.page else self.where
        return f"{self.kind} [{place}] {self.words}"


class Small(NamedTuple):
    """Words and the height of their smallest letter, in points."""

    size: float
    page: int
    words: str


@dataclass
class SheetPrint:
    """How one sheet looks on paper."""

    name: str
    pages: list[Page] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    def smallest(self, below: float | None = None) -> list[Small]:
        """Lines with letters lower than ``below``, else with the lowest letters of the sheet; lowest first."""
        lines = [
            Small(
                round(min(letter.size for letter in run.letters if letter.text.strip()), 2),
                page.number,
                run.text.strip(),
            )
            for page in self.pages
            for run in page.runs
        ]
        if below is None:
            below = min((line.size for line in lines), default=0.0) + 0.01
        return sorted(line for line in lines if line.size < below)

    def fonts(self) -> set[str]:
        """The fonts that stand on the pages, without the prefix of a part of a font."""
        found = {letter.font for page in self.pages for run in page.runs for letter in run.letters}
        return {name.partition("+")[2] or name for name in found}


@dataclass
class BookPrint:
    """How a workbook looks on paper: sheet → its pages, in the order of the print."""

    path: Path
    sheets: dict[str, SheetPrint]

    def troubles(self, *, without: Collection[str] = ()) -> list[tuple[str, Trouble]]:
        return [(name, item) for name, sheet in self.sheets.items() if name not in without for item in sheet.troubles]


def print_books(books: Sequence[Path], folder: Path, *, without: Collection[str] = ()) -> dict[Path, BookPrint]:
    """Print workbooks, all in one start of LibreOffice, and measure every page of every sheet.

    ``folder``: to work in. ``without``: sheets whose pages are not measured. File names must differ.
    """
    with ThreadPoolExecutor(2) as both:
        writing = both.submit(write_as_shown, books, folder / "beside")  # a profile serves one LibreOffice at a time
        pdfs = convert_all(books, "pdf", folder)
        shown = writing.result()
    return {
        book: measure(book, pdf, asked_of(book, shown), without=without) for book, pdf in zip(books, pdfs, strict=True)
    }


def measure(book: Path, pdf: Path, asked: dict[str, Asked], *, without: Collection[str] = ()) -> BookPrint:
    """Measure the pages of a workbook that was printed."""
    sheets = {name: SheetPrint(name) for name in asked if name not in without}
    for page in read_pages(pdf, without=without):
        sheets[page.sheet].pages.append(page)
    for sheet in sheets.values():
        for page in sheet.pages:
            sheet.troubles += [*clipped(page, asked[sheet.name].margins), *overprinted(page), *covered(page)]
        sheet.troubles += absent(sheet.pages, asked[sheet.name])
    return BookPrint(book, sheets)


def clipped(page: Page, margins: Margins) -> Iterator[Trouble]:
    """Lines of which letters are cut off, or printed on a margin that is to be blank; each line is said once."""
    paper = page.paper
    printable = Box(
        paper.left + margins.left, paper.low + margins.low, paper.right - margins.right, paper.high - margins.high
    )
    for run in page.runs:
        cut = [letter.text for letter in run.letters if letter.text.strip() and _is_cut(letter, printable)]
        if cut:
            yield Trouble("clipped", page.number, "", f"{run.text.strip()!r}: {''.join(cut)!r} bị cắt hoặc ra ngoài lề")
        elif set(run.text.strip()) == {"#"} and len(run.text.strip()) > 1:
            yield Trouble("clipped", page.number, "", run.text.strip())


def _is_cut(letter: Letter, printable: Box) -> bool:
    box, clip = letter.box, letter.clip.common(printable)
    return (
        max(clip.left - box.left, box.right - clip.right) > CUT_ACROSS
        or max(clip.low - box.low, box.high - clip.high) > CUT_UP * letter.size
    )


def overprinted(page: Page) -> Iterator[Trouble]:
    """Pairs of words of different lines that lie over each other."""
    words: dict[int, list[tuple[Box, Word]]] = {}
    for one, other in _meeting(page.runs):
        for run in (one, other):
            if run.order not in words:
                words[run.order] = [(word.box, word) for word in run.words()]
        for box, word in words[one.order]:
            for other_box, other_word in words[other.order]:
                shared = box.common(other_box)
                if (
                    shared.area > 0
                    and shared.common(word.clip).common(other_word.clip).area > 0
                    and _overlap(word, other_word)
                ):
                    yield Trouble("overprinted", page.number, "", f"{word.text!r} và {other_word.text!r}")


def _meeting(runs: Sequence[Run]) -> Iterator[tuple[Run, Run]]:
    """Pairs of lines whose boxes share something."""
    begun: list[Run] = []
    for run in sorted(runs, key=lambda item: item.box.left):
        left, low, _, high = run.box
        begun = [item for item in begun if item.box.right > left]
        for other in begun:
            if other.box.low < high and low < other.box.high:
                yield other, run
        begun.append(run)


def _overlap(one: Word, other: Word) -> bool:
    """Whether the inked parts of two words share more than a touch, whatever way they are turned."""
    up = TOUCH_UP * min(one.size, other.size)
    first, second = _shrunk(one.corners, up), _shrunk(other.corners, up)
    return not any(_apart(first, second, axis) for axis in (*_sides(first), *_sides(second)))


def _shrunk(corners: Sequence[Point], up: float) -> list[Point]:
    """A turned rectangle, smaller by half a touch on every side."""
    base, rise = _sides(corners)
    across = TOUCH_ACROSS / 2
    moves = ((1, 1), (-1, 1), (-1, -1), (1, -1))
    return [
        (x + a * across * base[0] + b * up / 2 * rise[0], y + a * across * base[1] + b * up / 2 * rise[1])
        for (x, y), (a, b) in zip(corners, moves, strict=True)
    ]


def _sides(corners: Sequence[Point]) -> tuple[Point, Point]:
    """The directions of a turned rectangle, each of length 1."""
    return _direction(corners[0], corners[1]), _direction(corners[0], corners[3])


def _direction(start: Point, end: Point) -> Point:
    across, up = end[0] - start[0], end[1] - start[1]
    length = (across**2 + up**2) ** 0.5 or 1.0
    return across / length, up / length


def _apart(first: Sequence[Point], second: Sequence[Point], axis: Point) -> bool:
    one, other = ([x * axis[0] + y * axis[1] for x, y in corners] for corners in (first, second))
    return max(one) <= min(other) or max(other) <= min(one)


def covered(page: Page) -> Iterator[Trouble]:
    """Words over which something was painted later."""
    last = max((cover.order for cover in page.covers), default=-1)
    for run in page.runs:
        later = [
            cover.box
            for cover in page.covers
            if last >= run.order and cover.order >= run.order and cover.box.common(run.box).area > 0
        ]
        for word in run.words() if later else ():
            box = word.box
            if any(box.common(cover).area > COVERED * box.area for cover in later):
                yield Trouble("overprinted", page.number, "", f"{word.text!r} bị che")


def absent(pages: Sequence[Page], asked: Asked) -> Iterator[Trouble]:
    """Cells and names on charts that are on no page of their sheet."""
    lines = Lines([run for page in pages for run in page.runs])
    for cell in sorted(asked.cells, key=lambda item: -len(item.text)):
        if not lines.take(cell.text):
            yield Trouble("missing", 0, cell.address, _what_is_missing(cell, lines))
    for label in asked.labels:
        if not lines.take(label.text):
            yield Trouble("unnamed", 0, label.what, label.text)


def _what_is_missing(cell: Cell, lines: Lines) -> str:
    there = lines.longest_beginning(cell.text)
    if there == len(cell.text):
        return f"{cell.text!r} chỉ in ở ô khác"
    return repr(cell.text) if not there else f"{cell.text[:there]!r} có, thiếu {cell.text[there:]!r}"


class Lines:
    """Printed lines, of which each belongs to one cell: what is taken once can't be taken again."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._runs = runs
        self._texts = [squeezed(run.text) for run in runs]
        self._all = "".join(self._texts)
        self._begins: dict[int, int] = {}  # place in the whole text → the line that begins there
        self._by_text: dict[str, deque[int]] = defaultdict(deque)
        place = 0
        for number, text in enumerate(self._texts):
            self._begins[place] = number
            self._by_text[text].append(number)
            place += len(text)
        self._length = place
        self._taken = [False] * len(self._texts)
        self._from: dict[str, int] = {}

    def take(self, text: str) -> bool:
        """Take the lines that make up a text; false where there are none."""
        single = self._by_text.get(text)
        while single:
            number = single.popleft()
            if not self._taken[number]:
                self._taken[number] = True
                return True
        place = self._all.find(text, self._from.get(text, 0))
        while place >= 0:
            self._from[text] = place + 1
            numbers = self._whole_lines(place, place + len(text))
            if numbers and not any(self._taken[number] for number in numbers) and self._one_below_another(numbers):
                for number in numbers:
                    self._taken[number] = True
                return True
            place = self._all.find(text, place + 1)
        return False

    def _whole_lines(self, start: int, end: int) -> range | None:
        """The lines between two places, where these are beginnings of lines."""
        first = self._begins.get(start)
        after = len(self._texts) if end == self._length else self._begins.get(end)
        return None if first is None or after is None else range(first, after)

    def _one_below_another(self, numbers: range) -> bool:
        """Whether lines stand as the lines of one cell do, or go on where the one before them ends."""
        boxes = [self._runs[number].box for number in numbers]
        return all(
            below.left <= above.right + NEXT_TO and above.left <= below.right + NEXT_TO
            for above, below in pairwise(boxes)
        )

    def longest_beginning(self, text: str) -> int:
        """How much of a text's beginning is printed, in letters."""
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if text[:middle] in self._all else (low, middle - 1)
        return low
