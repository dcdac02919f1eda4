"""Forms made ready for checking: a reader for each answer column, and the row rules of the form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.language.cellvalues import Measure
from danvan_xl.language.text import key
from danvan_xl.model import Check, Form, Goal, Period, Severity
from danvan_xl.model.period import plain_period
from danvan_xl.model.statuses import FIGURE
from danvan_xl.round.fields import Reader, compile_field, means_percent, measured_reader
from danvan_xl.round.figure_fields import figure_fields
from danvan_xl.round.live_words import LiveWords
from danvan_xl.rules.checks import CHECKS, Fault, FaultsOf, RowContext, Values, condition, needed, singly

TARGET_CHECK = "at_least_target"
"""The kind of rule whose fields are measured against the target of a line."""


class RowRule(Struct, frozen=True):
    """A row rule made ready: its kind's function, and the fields that it ``needs`` to be sound.

    ``field`` and ``among``: what its ``when`` asks for; a rule without one always applies (``field`` is empty).
    """

    check: Check
    needs: frozenset[str]
    faults: FaultsOf
    field: str
    among: frozenset[str]

    @classmethod
    def of(cls, check: Check) -> RowRule:
        """Compile a rule."""
        field, values = condition(check)
        others = (check.args.get("status"), check.args.get("completed"), field)
        needs = frozenset([*needed(check), *(str(name) for name in others if name)])
        return cls(check, needs, CHECKS[check.kind].faults, field, frozenset(values))

    def applies(self, values: Values) -> bool:
        """Whether the rule's ``when`` holds for a row."""
        return not self.field or values.get(self.field) in self.among

    def faults_in(self, values: Values, context: RowContext) -> Iterator[Fault]:
        """The faults of a row for which the rule applies."""
        return self.faults(self.check, values, context)


class FormChecker(Struct, frozen=True):
    """A form made ready: a reader for each column, and its rules.

    ``days``: its date columns; ``items``: key of an indicator's or question's title → its id; ``item_titles``:
    the other way; ``live``: what its live
    check can say; ``percent_readers``, ``count_readers``: for lines whose target is a percentage, or a number of
    something; ``figure_readers``: indicator → the readers of its row; ``headings``: key of a heading among the
    indicators → the heading; ``measures``: indicator → its unit of measure.
    """

    form: Form
    readers: Mapping[str, Reader]
    checks: tuple[RowRule, ...]
    titles: Mapping[str, str]
    required: tuple[str, ...]
    live: LiveWords
    days: tuple[str, ...] = ()
    items: Mapping[str, str] = {}
    item_titles: Mapping[str, str] = {}
    percent_readers: Mapping[str, Reader] = {}
    count_readers: Mapping[str, Reader] = {}
    figure_readers: Mapping[str, Mapping[str, Reader]] = {}
    headings: Mapping[str, str] = {}
    measures: Mapping[str, str] = {}

    def readers_for(self, target: Goal | None) -> Mapping[str, Reader]:
        """The readers of a line: what its target measures decides how its value is read."""
        if target is None or not target.unit:
            return self.readers
        return self.percent_readers if means_percent(target.unit) else self.count_readers

    @classmethod
    def of(cls, form: Form, period: Period) -> FormChecker:
        """Compile a form for a period: a rule that is newer than the period can only warn."""
        readers = {item.name: compile_field(item) for item in form.fields}
        aims = {name for check in form.checks if check.kind == TARGET_CHECK for name in check.fields}
        measured = [item for item in form.fields if item.name in aims and item.type == "number" and not item.format]
        return cls(
            form,
            readers,
            tuple(RowRule.of(_aged(single, period)) for check in form.checks for single in singly(check)),
            {item.name: item.title for item in form.fields},
            tuple(item.name for item in form.fields if item.required),
            LiveWords(form),
            tuple(item.name for item in form.fields if item.type == "date"),
            {key(title): name for name, title in form.items},
            dict(form.items),
            readers | {item.name: measured_reader(item, Measure.PERCENT) for item in measured},
            readers | {item.name: measured_reader(item, Measure.COUNT) for item in measured},
            {name: readers | {FIGURE: compile_field(item)} for name, item in figure_fields(form).items()},
            {key(heading): heading for heading in form.headings},
            {item.id: item.unit for item in form.indicators},
        )


def _aged(check: Check, period: Period) -> Check:
    if check.since is None or plain_period(check.since).first <= period.first:
        return check
    return replace(check, severity=Severity.WARNING)
