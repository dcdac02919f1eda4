"""Every letter of a PDF: where its ink lies, how high it is printed, and what cuts it off or covers it.

Lengths are points (1/72 inch) from the lower left corner of the page.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import hypot, inf
from pathlib import Path
from typing import Any, NamedTuple

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdfdocument import PDFDocument, PDFNoOutlines
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]

WITHOUT_LIMIT = (-inf, -inf, inf, inf)


class Box(NamedTuple):
    """A rectangle along the edges of the page."""

    left: float
    low: float
    right: float
    high: float

    def common(self, other: Box) -> Box:
        """What lies in both; turned inside out where nothing does."""
        left, low, right, high = self
        other_left, other_low, other_right, other_high = other
        return Box(
            left if left > other_left else other_left,
            low if low > other_low else other_low,
            right if right < other_right else other_right,
            high if high < other_high else other_high,
        )

    @property
    def area(self) -> float:
        return max(0.0, self.right - self.left) * max(0.0, self.high - self.low)


def around(points: Sequence[Point]) -> Box:
    across, up = [x for x, _ in points], [y for _, y in points]
    return Box(min(across), min(up), max(across), max(up))


class Letter(NamedTuple):
    """One letter as printed."""

    text: str
    size: float  # the height of its font on paper
    font: str
    corners: tuple[Point, Point, Point, Point]  # of its ink: lower left, lower right, upper right, upper left
    clip: Box  # outside this nothing is painted
    along: float  # how far it stands along its line

    @property
    def box(self) -> Box:
        return around(self.corners)


@dataclass
class Run:
    """Letters that were painted together: a line of a cell, or a stretch of it."""

    order: int
    letters: list[Letter] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(letter.text for letter in self.letters)

    @cached_property
    def box(self) -> Box:
        """Around the ink of all letters."""
        return around([corner for letter in self.letters if letter.text.strip() for corner in letter.corners])

    def words(self) -> Iterator[Word]:
        """The stretches between blanks."""
        begun: list[Letter] = []
        for letter in self.letters:
            if letter.text.strip():
                begun.append(letter)
            elif begun:
                yield Word(self, begun)
                begun = []
        if begun:
            yield Word(self, begun)


class Word(NamedTuple):
    """Letters of a run without a blank between them."""

    run: Run
    letters: list[Letter]

    @property
    def text(self) -> str:
        return "".join(letter.text for letter in self.letters)

    @property
    def size(self) -> float:
        return min(letter.size for letter in self.letters)

    @property
    def clip(self) -> Box:
        """Outside this nothing of the word is painted."""
        return self.letters[0].clip

    @property
    def corners(self) -> tuple[Point, Point, Point, Point]:
        """Of the ink of all letters, along the line of the word."""
        first, last = self.letters[0].corners, self.letters[-1].corners
        base, rise = _unit(first[0], first[1]), _unit(first[0], first[3])
        if first[0] == last[0]:
            return first
        points = [point for letter in self.letters for point in letter.corners]
        over = [x * base[0] + y * base[1] for x, y in points]
        up = [x * rise[0] + y * rise[1] for x, y in points]
        ends = ((min(over), min(up)), (max(over), min(up)), (max(over), max(up)), (min(over), max(up)))
        placed = [(a * base[0] + b * rise[0], a * base[1] + b * rise[1]) for a, b in ends]
        return placed[0], placed[1], placed[2], placed[3]

    @property
    def box(self) -> Box:
        return around(self.corners)


def _unit(start: Point, end: Point) -> Point:
    across, up = end[0] - start[0], end[1] - start[1]
    length = hypot(across, up) or 1.0
    return across / length, up / length


class Cover(NamedTuple):
    """A filled shape or a picture: what was painted before it and lies below it is not seen."""

    order: int  # runs up to this were painted before it
    box: Box


@dataclass
class Page:
    """What is painted on one page."""

    number: int  # from 1
    sheet: str  # by the outline that LibreOffice writes: the name of the sheet
    paper: Box
    runs: list[Run] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)

    def words(self) -> Iterator[Word]:
        for run in self.runs:
            yield from run.words()


ASCENDERS = frozenset("bdfhklt")
DESCENDERS = frozenset("gjpqyµçQ,;()[]{}|/@§$_")
LOW_SIGNS = frozenset(".,…_")


def ink(letter: str) -> tuple[float, float]:
    """How far a letter's ink reaches below and above the line that it stands on, in parts of its font's height."""
    marks = unicodedata.normalize("NFD", letter)
    base, marks = marks[:1], marks[1:]
    small = base.islower() and base not in ASCENDERS
    high = 0.15 if base in LOW_SIGNS else 0.46 if small else 0.68
    low = -0.2 if base in DESCENDERS else 0.0
    for mark in marks:
        if unicodedata.combining(mark) == 220:  # the dot below
            low = -0.2
        elif unicodedata.combining(mark) == 230:
            high += 0.2 if small else 0.16
    return low, min(high, 0.95)


class _Painter(PDFTextDevice):
    """Takes down what the interpreter paints."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.page = Page(0, "", Box(*WITHOUT_LIMIT))
        self.clip = Box(*WITHOUT_LIMIT)

    def begin_run(self) -> None:
        self.end_run()
        self.page.runs.append(Run(len(self.page.runs)))

    def end_run(self) -> None:
        """Put the letters in the order of the line: letters of another font are painted after the rest."""
        if self.page.runs:
            run = self.page.runs[-1]
            run.letters.sort(key=lambda letter: letter.along)
            if not run.text.strip():
                self.page.runs.pop()

    def render_char(
        self,
        matrix: Matrix,
        font: Any,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,
        graphicstate: Any,
    ) -> float:
        try:
            text = font.to_unichr(cid)
        except KeyError:
            text = "\N{REPLACEMENT CHARACTER}"
        advance = float(font.char_width(cid) * fontsize * scaling)
        low, high = ink(text)
        a, b, c, d, e, f = matrix
        corners = tuple(
            (x * a + y * c + e, x * b + y * d + f)
            for x, y in (
                (0, rise + low * fontsize), (advance, rise + low * fontsize),
                (advance, rise + high * fontsize), (0, rise + high * fontsize),
            )
        )  # fmt: skip
        length = hypot(a, b) or 1.0
        letter = Letter(
            text,
            fontsize * hypot(c, d),
            str(font.fontname),
            corners,
            self.clip,
            (e * a + f * b) / length,  # type: ignore[arg-type]
        )
        self.page.runs[-1].letters.append(letter)
        return advance

    def paint_path(self, graphicstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Any) -> None:
        if fill and self.ctm is not None:
            self._cover(_box_of(path, self.ctm))

    def render_image(self, name: str, stream: Any) -> None:
        if self.ctm is not None:
            self._cover(_box_of([("m", 0, 0), ("l", 1, 0), ("l", 1, 1), ("l", 0, 1)], self.ctm))

    def _cover(self, box: Box) -> None:
        self.page.covers.append(Cover(len(self.page.runs) - 1, box.common(self.clip)))


def _box_of(path: Any, ctm: Matrix) -> Box:
    """Around a path; an empty path holds nothing."""
    numbers = [(step[at], step[at + 1]) for step in path for at in range(1, len(step) - 1, 2)]
    a, b, c, d, e, f = ctm
    points = [(x * a + y * c + e, x * b + y * d + f) for x, y in numbers]
    return around(points) if points else Box(0, 0, 0, 0)


class _Interpreter(PDFPageInterpreter):
    """Follows the clip path, which pdfminer does not, and says where a text object begins."""

    device: _Painter

    def init_state(self, ctm: Matrix) -> None:
        super().init_state(ctm)
        self._clips: list[Box] = []
        self._clipping = False

    def do_q(self) -> None:
        super().do_q()
        self._clips.append(self.device.clip)

    def do_Q(self) -> None:  # noqa: N802
        super().do_Q()
        if self._clips:
            self.device.clip = self._clips.pop()

    def do_W(self) -> None:  # noqa: N802
        self._clipping = True

    def do_W_a(self) -> None:  # noqa: N802
        self._clipping = True

    def do_n(self) -> None:
        if self._clipping:
            self._clipping = False
            self.device.clip = self.device.clip.common(_box_of(self.curpath, self.ctm))
        super().do_n()

    def do_BT(self) -> None:  # noqa: N802
        super().do_BT()
        self.device.begin_run()

    def do_ET(self) -> None:  # noqa: N802
        super().do_ET()
        self.device.end_run()


def read_pages(pdf: Path, *, without: Collection[str] = ()) -> list[Page]:
    """The pages of what LibreOffice printed of a workbook; each knows its sheet. ``without``: sheets to pass over."""
    resources = PDFResourceManager(caching=True)
    painter = _Painter(resources)
    interpreter = _Interpreter(resources, painter)
    pages: list[Page] = []
    with pdf.open("rb") as opened:
        document = PDFDocument(PDFParser(opened))
        begins = _sheets_by_page(document)
        sheet = ""
        for number, page in enumerate(PDFPage.create_pages(document), start=1):
            sheet = begins.get(page.pageid, sheet)
            if sheet in without:
                continue
            paper = Box(*(float(side) for side in page.mediabox))
            painter.page, painter.clip = Page(number, sheet, paper), paper
            interpreter.process_page(page)
            pages.append(painter.page)
    return pages


def _sheets_by_page(document: PDFDocument) -> dict[int, str]:
    """Page → the sheet that begins on it. LibreOffice writes one line of the outline a sheet."""
    try:
        lines = list(document.get_outlines())
    except PDFNoOutlines:
        return {}
    return {resolve1(target)[0].objid: title for _, title, target, *_ in lines}
