"""What came back: one unit's answers for one period, from one file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct, field
from msgspec.structs import astuple, replace

from danvan_xl.model.finding import Finding, Severity
from danvan_xl.model.plan import Role
from danvan_xl.model.reported import Reported
from danvan_xl.model.statuses import USED, AnswerState, FileStatus
from danvan_xl.model.targets import Part, TargetAnswer

UNTOUCHED = "R030"
"""The code of the finding that a template came back as it was sent."""

Value = str | int | float | date | None
"""The value of an answer, in its column's type; the text as typed if it could not be read."""


class Answer(Struct, frozen=True):
    """One line's answer. ``values``: field → value in its column's type, or the text as typed if it could not be read.

    ``text`` is that of a unit's own line (empty for the plan's lines); ``group`` is the group that the line belongs to;
    ``day_cell`` the cell of its day of completion.
    """

    line: str
    task: str | None
    appendix: str
    role: Role
    state: AnswerState
    values: Mapping[str, Value]
    sheet: str | None = None
    row: int | None = None
    codes: tuple[str, ...] = ()
    text: str = ""
    group: str = ""
    day_cell: str | None = None


class OwnLine(Struct, frozen=True):
    """A unit's own line as typed: its appendix, its text, its answer cells."""

    appendix: str
    text: str
    values: Mapping[str, Value]


class Typed(Struct, frozen=True):
    """The content of a template's open cells: line id → field → value as typed, and the rest.

    ``targets``: target → part → value as typed; ``reported``: indicator → what shorter reports brought, to which its
    figure is added.
    """

    lines: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    own: tuple[OwnLine, ...] = ()
    figures: Mapping[str, Value] = field(default_factory=dict)
    figure_notes: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    nil: bool = False
    nil_reason: str = ""
    nil_forms: tuple[str, ...] = ()
    targets: Mapping[str, Mapping[Part, Value]] = field(default_factory=dict)
    reported: Mapping[str, Reported] = field(default_factory=dict)


class Identity(Struct, frozen=True):
    """What a file says about itself: the key/value rows of ``_danvan``.

    ``carried_from``: the SHA-256 of the file whose answers were carried to this template.
    """

    plan: str
    plan_version: int
    unit: str
    period: str
    format: str = ""
    carried_from: str = ""


class CellCount(Struct, frozen=True):
    """The cells of a file that differ from its template: all, those that count as answers, repaired ones, those found.

    A cell is counted once: under ``found`` where anything but a repair was found at it. The account balances where
    ``changed`` is the sum of the three.
    """

    changed: int = 0
    used: int = 0
    repaired: int = 0
    found: int = 0

    def __add__(self, other: CellCount) -> CellCount:
        return CellCount(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


class Submission(Struct, frozen=True):
    """One file as read and checked. ``unit`` and ``period`` are None if the file does not say.

    ``figures``: indicator → number or None; ``words``: question → text; ``nil``: the unit said "không phát sinh" for
    the whole report; ``outline``: one letter per line of the unit, in the plan's order (D done, P in progress, N not
    started, 0 nil, "." anything else). ``sources``: if files were joined, line id → the file that its answer came from.
    ``cells``: form (appendix id, name of a form; empty for all other sheets) → the cells that differ from the template.
    ``carried_from``: see ``Identity``. ``figure_cells``: indicator → sheet and cell that its figure was read from,
    filled or empty; ``figure_sources``: if files were joined, indicator → the files that its figure came from, each
    with cells of its own: one, or both where they contradict each other. ``targets``: target → what the unit said, of
    every target that its template asked for; ``target_sources``: as ``figure_sources``.
    ``reported``: indicator → what shorter reports brought, as the template said; ``new_figures``: what was typed of
    these, while ``figures`` has the sum of both.
    """

    path: str
    sha256: str
    unit: str | None
    period: str | None
    status: FileStatus
    answers: tuple[Answer, ...] = ()
    figures: Mapping[str, Value] = field(default_factory=dict)
    figure_notes: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    plan_version: int | None = None
    nil: bool = False
    nil_reason: str = ""
    nil_forms: tuple[str, ...] = ()
    received: datetime | None = None
    outline: str = ""
    sources: Mapping[str, Submission] = field(default_factory=dict)
    cells: Mapping[str, CellCount] = field(default_factory=dict)
    carried_from: str = ""
    figure_cells: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    figure_sources: Mapping[str, tuple[Submission, ...]] = field(default_factory=dict)
    targets: Mapping[str, TargetAnswer] = field(default_factory=dict)
    target_sources: Mapping[str, tuple[Submission, ...]] = field(default_factory=dict)
    reported: Mapping[str, Reported] = field(default_factory=dict)
    new_figures: Mapping[str, Value] = field(default_factory=dict)

    @property
    def is_used(self) -> bool:
        """Whether the answers of this file count (accepted or returned; not refused, duplicate …)."""
        return self.status in USED

    @property
    def lines(self) -> int:
        """How many lines the file answers."""
        return len(self.answers)

    @property
    def all_nil(self) -> bool:
        """Whether every line that the unit leads was answered "không phát sinh"."""
        lead = [answer.state for answer in self.answers if answer.role is Role.LEAD]
        return bool(lead) and all(state is AnswerState.NIL for state in lead)

    @property
    def untouched(self) -> bool:
        """Whether the template came back as it was sent: no report, whatever becomes of the finding."""
        return any(finding.code == UNTOUCHED for finding in self.findings)

    @property
    def settled(self) -> int:
        """How many findings were explained or waived."""
        return sum(finding.settled is not None for finding in self.findings)

    def count(self, severity: Severity) -> int:
        """How many unsettled findings of this severity the file has."""
        return sum(finding.severity is severity and finding.settled is None for finding in self.findings)

    def whole(self) -> Submission:
        """The submission with everything in it (see ``filing.Filed``)."""
        return self

    def typed(self) -> Typed:
        """The answers as the content of a template's open cells, invalid ones as they were typed."""
        typed_figures = {**self.figures, **self.new_figures}
        return Typed(
            lines={item.line: item.values for item in self.answers if item.role is not Role.OWN and item.values},
            own=tuple(OwnLine(a.appendix, a.text, a.values) for a in self.answers if a.role is Role.OWN),
            figures={name: value for name, value in typed_figures.items() if value is not None},
            figure_notes=self.figure_notes,
            words=self.words,
            nil=self.nil,
            nil_reason=self.nil_reason,
            nil_forms=self.nil_forms,
            targets={name: said.values for name, said in self.targets.items() if said.values},
            reported=self.reported,
        )

    def set_aside(self, status: FileStatus, found: Finding) -> Submission:
        """The submission with another status, and the finding that says why."""
        return replace(self, status=status, findings=(*self.findings, found))

    def received_at(self, moment: datetime | None) -> Submission:
        """The submission with its time of receipt."""
        return replace(self, received=moment)
