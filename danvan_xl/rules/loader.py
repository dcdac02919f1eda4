"""Load rule files: find, parse, validate against the schema, build the values, check what a schema can't express.

``load_rules`` returns everything that a plan needs in one value, or raises :class:`RulesError` with every problem in
every file at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from danvan_xl.language.nearest import closest, listed
from danvan_xl.model import Finding, Form, Plan
from danvan_xl.rules.files import FOLDERS, Problem, RulesError, RuleSource, located, read_toml, shipped
from danvan_xl.rules.form_files import form_faults, form_from_mapping, merge_extended
from danvan_xl.rules.plan_files import plan_faults, plan_from_mapping
from danvan_xl.rules.toml_reading import WrittenNumber
from danvan_xl.rules.verdicts import Verdicts, digest_of
from danvan_xl.wording import Sentence, sentence

if TYPE_CHECKING:
    from danvan_xl.language.organisations import Catalogue
    from danvan_xl.rules.calendars import WorkCalendar


class Rules(Struct, frozen=True):
    """A plan with the forms that its appendices use, and the regime's parsed file."""

    plan: Plan
    forms: Mapping[str, Form]
    regime: Mapping[str, Any]
    digest: str
    """SHA-256 over the files, so that a result can say which rules produced it."""


class _Loading:
    """One load: collects problems across all files. Files that ship with the package met their schema in CI."""

    def __init__(self, source: RuleSource, *, every_schema: bool) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._every_schema = every_schema
        self._digest = hashlib.sha256()
        self._verdicts = Verdicts(source.verdicts)
        self._read: dict[Path, dict[str, Any] | None] = {}

    def digest(self) -> str:
        return self._digest.hexdigest()

    def _is_shipped(self, path: Path) -> bool:
        return path.is_relative_to(shipped())

    def mapping(self, kind: str, path: Path) -> dict[str, Any] | None:
        if path not in self._read:
            self._read[path] = self._mapping(kind, path)
        return self._read[path]

    def _mapping(self, kind: str, path: Path) -> dict[str, Any] | None:
        data, content, problems = read_toml(path, WrittenNumber if kind == "calendar" else float)
        self.problems += problems
        if data is None:
            return None
        self._digest.update(content)
        if not self._every_schema and self._is_shipped(path):
            return data
        digest = digest_of(self.source.schema(kind), content)
        if self._every_schema or not self._verdicts.knows(digest):
            from danvan_xl.rules.schema import breaches

            found = breaches(kind, path, data)
            self.problems += found
            if found:
                return None
            self._verdicts.add(digest)
        return data

    def form_mapping(self, name: str, seen: tuple[str, ...] = ()) -> dict[str, Any] | None:
        path = self.source.find("form", name)
        if path is None:
            return None
        data = self.mapping("form", path)
        if data is None:
            return None
        if "extends" not in data:
            for position, item in enumerate(data.get("fields", ())):
                if "after" in item:
                    said = sentence("rules", "after_without_extends")
                    self.problems.append(Problem(str(path), f"fields[{position}].after", said))
            return data
        base = data["extends"]
        if base in (*seen, name):
            self.problems.append(Problem(str(path), "extends", sentence("rules", "extends_loop", id=base)))
            return None
        below = self.form_mapping(base, (*seen, name))
        if below is None:
            self.problems.append(
                Problem(
                    str(path),
                    "extends",
                    sentence("rules", "extends_unknown", id=base, known=listed(base, self.source.every("form").keys())),
                )
            )
            return None
        for position, item in enumerate(data.get("fields", ())):
            after = item.get("after")
            known = [field["name"] for field in below.get("fields", ())]
            if after and after not in known:
                said = sentence("rules", "after_unknown", id=after, known=listed(after, known))
                self.problems.append(Problem(str(path), f"fields[{position}].after", said))
        return merge_extended(data, below)

    def form(self, name: str) -> Form | None:
        data = self.form_mapping(name)
        if data is None:
            return None
        form = form_from_mapping(data)
        path = self.source.find("form", name)
        assert path is not None  # form_mapping found it
        self._add(path, form_faults(form))
        return form

    def plan(self, path: Path) -> Plan | None:
        data = self.mapping("plan", path)
        if data is None:
            return None
        plan = plan_from_mapping(data)
        forms, regimes = list(self.source.every("form")), list(self.source.every("regime"))
        self._add(path, plan_faults(plan, forms, regimes))
        return plan

    def asked(self, path: Path, plan: Plan, form: Form | None) -> None:
        """The table ``[asked]`` of a plan names indicators of its form of figures."""
        known = {item.id: item.title for item in form.indicators} if form else {}
        unknown = [name for name in plan.asked if name not in known]
        said = (sentence("rules", "unknown_indicator", id=name, known=listed(name, known)) for name in unknown)
        self._add(path, ((f"asked.{name}", words) for name, words in zip(unknown, said, strict=True)))

    def _add(self, path: Path, faults: Iterable[tuple[str, Sentence]]) -> None:
        self.problems += [Problem(str(path), key, said) for key, said in faults]

    def regime(self, path: Path) -> None:
        data = self.mapping("regime", path)
        if data is not None:
            from danvan_xl.rules.regimes import regime_faults, regime_from_mapping

            self._add(path, regime_faults(regime_from_mapping(data)))

    def calendar(self, path: Path) -> None:
        data = self.mapping("calendar", path)
        if data is not None:
            from danvan_xl.rules.calendars import calendar_faults

            self._add(path, calendar_faults(data))

    def finish(self) -> None:
        if self.problems:
            raise RulesError(self.problems)


def plan_path(reference: str, source: RuleSource, base: Path | None = None, file: str = "") -> Path:
    """The file of a plan by shipped name or path; RulesError with the known names if there is none.

    ``file``: the settings that name the plan; without it the command line does.
    """
    if reference.endswith(".toml"):
        return (base or Path()) / reference
    path = source.find("plan", reference)
    if path is None:
        plans = list(source.every("plan"))
        args = {"id": reference, "known": listed(reference, plans)}
        near = closest(reference, plans)
        said = (
            sentence("rules", "unknown_plan_near", near=near, **args)
            if near
            else sentence("rules", "unknown_plan", **args)
        )
        raise RulesError((Problem(file or "--plan", "plan", said),))
    return path


def _form_names(plan: Plan) -> Iterator[str]:
    yield from dict.fromkeys(appendix.form for appendix in plan.appendices)
    yield from (name for name in (plan.statistics, plan.difficulties) if name)


def load_rules(reference: str, source: RuleSource | None = None, base: Path | None = None, *, file: str = "") -> Rules:
    """Everything that the plan ``reference`` (shipped name or path of a file) needs.

    ``source``: the rule files in force; ``base``: the folder that relative paths are resolved against; ``file``: the
    settings that name the plan. Raises RulesError with every problem found.
    """
    source = source or RuleSource()
    loading = _Loading(source, every_schema=False)
    plan = loading.plan(plan_path(reference, source, base, file))
    loading.finish()
    assert plan is not None
    forms = {name: loading.form(name) for name in _form_names(plan)}
    loading.asked(plan_path(reference, source, base, file), plan, forms.get(plan.statistics or ""))
    regime_path = source.find("regime", plan.regime)
    assert regime_path is not None  # plan_faults looked
    regime = loading.mapping("regime", regime_path)
    loading.finish()
    sound = {name: form for name, form in forms.items() if form is not None}
    return Rules(plan, sound, regime or {}, loading.digest())


def check_rules(source: RuleSource | None = None, plans: tuple[Path, ...] = ()) -> tuple[int, tuple[Problem, ...]]:
    """Check every rule file, against its schema and beyond. Returns how many were read, and every problem."""
    source = source or RuleSource()
    loading = _Loading(source, every_schema=True)
    files = {kind: source.every(kind) for kind in FOLDERS}
    for path in files["regime"].values():
        loading.regime(path)
    for path in files["calendar"].values():
        loading.calendar(path)
    loading.mapping("units", source.units_file())
    for name in files["form"]:
        loading.form(name)
    for path in (*files["plan"].values(), *plans):
        loading.plan(path)
    count = sum(len(found) for found in files.values()) + len(plans) + 1
    return count, located(loading.problems)


def check_in_force(
    source: RuleSource, plan: Path | None, more: tuple[Path, ...] = ()
) -> tuple[tuple[Path, ...], tuple[Problem, ...]]:
    """Check what a workspace works with: its own rule files, ``more`` plans, and its plan with what the plan needs.

    Returns the files that were read, and every problem. ``plan``: None where the settings name none that there is.
    """
    loading = _Loading(source, every_schema=True)
    own = {
        kind: {name: path for name, path in source.every(kind).items() if not path.is_relative_to(shipped())}
        for kind in FOLDERS
    }
    plans = dict.fromkeys((*own["plan"].values(), *([plan] if plan is not None else []), *more))
    forms = dict(own["form"])
    regimes = set(own["regime"].values())
    for path in plans:
        known = loading.plan(path)
        if known is not None and path == plan:
            named = ((name, source.find("form", name)) for name in _form_names(known))
            forms |= {name: form for name, form in named if form is not None}
            regime = source.find("regime", known.regime)
            regimes |= set() if regime is None else {regime}
    for name in forms:
        loading.form(name)
    for path in sorted(regimes):
        loading.regime(path)
    for path in own["calendar"].values():
        loading.calendar(path)
    units = source.units_file()
    if not units.is_relative_to(shipped()):
        loading.mapping("units", units)
    read = (*plans, *forms.values(), *sorted(regimes), *own["calendar"].values())
    return (read if units.is_relative_to(shipped()) else (*read, units)), located(loading.problems)


def load_calendar(source: RuleSource | None = None) -> WorkCalendar:
    """The working days of the years that have a file; the holidays library covers the others."""
    from danvan_xl.rules.calendars import calendar_from_mapping, joined

    source = source or RuleSource()
    loading = _Loading(source, every_schema=False)
    found = [loading.mapping("calendar", path) for path in source.every("calendar").values()]
    loading.finish()
    return joined(calendar_from_mapping(data) for data in found if data is not None)


def regime_warnings(source: RuleSource | None = None, only: Rules | None = None) -> tuple[tuple[Path, Finding], ...]:
    """The contradictions in every regime for the years of the plans that use it: questions for the office to decide.

    ``only``: those for this plan alone.
    """
    from danvan_xl.rules.regime_warnings import contradictions
    from danvan_xl.rules.regimes import regime_from_mapping

    source = source or RuleSource()
    used: dict[str, list[Rules]] = {}
    for rules in [load_rules(name, source) for name in source.every("plan")] if only is None else [only]:
        used.setdefault(rules.plan.regime, []).append(rules)
    found: list[tuple[Path, Finding]] = []
    for name, several in used.items():
        path = source.find("regime", name)
        assert path is not None  # plan_faults looked
        first = min(several, key=lambda item: item.plan.start)
        regime, plan = regime_from_mapping(first.regime), first.plan
        found += [(path, item) for item in contradictions(regime, plan.start.year, issued=plan.in_force_from)]
    return tuple(found)


def load_catalogue(source: RuleSource | None = None) -> Catalogue:
    """The standard organisations (``units.toml``), ready for matching."""
    from danvan_xl.language.organisations import Catalogue

    source = source or RuleSource()
    loading = _Loading(source, every_schema=False)
    data = loading.mapping("units", source.units_file())
    loading.finish()
    assert data is not None
    return Catalogue.from_mapping(data)
