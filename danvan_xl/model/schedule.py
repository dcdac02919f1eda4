"""A deadline phrase as written, and its exact reading."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from msgspec import Struct, field

Kind = Literal[
    "continuous", "window", "by", "recurring", "report", "data_window", "open_ended", "multi", "event",
    "conditional", "reference", "nesting", "report_set", "inherit", "unparsed", "empty", "none",
]  # fmt: skip
Operator = Literal["<", "<="]


class ScheduleContext(Struct, frozen=True):
    """What a phrase leaves unsaid: the plan's year, its first and last day, the day it was issued.

    ``every``: every due day of a repeating duty is wanted, in all years of the plan, not only the first few to show.
    """

    plan_year: int
    start: date
    end: date
    issued: date
    every: bool = False


class Schedule(Struct, frozen=True):
    """One reading. ``due`` is the last day on which delivery is on time; what is unknown is ``None`` or empty.

    ``lenient`` is the day named by "trước …" (``op`` ``<``), as a date, or as words for a repeating duty; it is
    ``alt_due`` in JSON. ``occ`` holds the due days of a repeating duty in the context (see
    ``ScheduleContext.every``). ``event`` has ``trigger``, ``offset`` (``+30d``, ``+2wd``, ``+3m``) and sometimes
    ``relation``. ``notes`` are codes for the explanation that are not part of the reading (``before_issue``).
    """

    phrase: str
    kind: Kind
    start: date | None = None
    due: date | None = None
    op: Operator | None = None
    lenient: date | str | None = None
    time: str | None = None
    rec: str | None = None
    occ: tuple[date, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
    event: Mapping[str, str | None] = field(default_factory=dict)
    ref: str | None = None
    parts: tuple[str | Mapping[str, Any], ...] = ()
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def understood(self) -> bool:
        """Whether the phrase was read; if ``False``, a person must decide."""
        return self.kind != "unparsed"

    def to_json(self) -> dict[str, Any]:
        """The reading as a JSON object: ISO dates, no key for what is unknown or empty."""
        found: dict[str, Any] = {"kind": self.kind}
        for name, value in (
            ("start", self.start),
            ("due", self.due),
            ("op", self.op),
            ("alt_due", self.lenient),
            ("time", self.time),
            ("rec", self.rec),
            ("occ", self.occ),
            ("data", self.data),
            ("event", self.event),
            ("ref", self.ref),
            ("parts", self.parts),
            ("flags", self.flags),
        ):
            if value:
                found[name] = _plain(value)
        return found


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
