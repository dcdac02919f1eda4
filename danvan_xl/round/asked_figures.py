"""Who is asked for which figure: whom the plan names, else whom the form names; everybody where neither names a unit.

A form is for every plan, so it names standard organisations (the codes of ``units.toml``); a plan may call its unit
otherwise, and then its name tells. A petition that two units report would be counted twice: so who is not asked for a
figure does not see it, and what it reports all the same is shown, not added up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from msgspec import Struct

from danvan_xl.language.organisations import Catalogue, resolve
from danvan_xl.model import Form, Indicator, Plan, Unit
from danvan_xl.rules.loader import load_catalogue


class Askers(Struct, frozen=True):
    """A plan with who answers for bodies outside UBND: ids and codes to the units that they mean."""

    plan: Plan
    owners: Mapping[str, str]

    def named(self, indicator: Indicator) -> tuple[str, ...]:
        """The ids or codes that say who reports an indicator; none for everybody."""
        return self.plan.asked.get(indicator.id, indicator.asked)

    def units(self, indicator: Indicator) -> frozenset[str]:
        """The units of this plan that those are; none where the plan has none of them."""
        return frozenset(unit for name in self.named(indicator) for unit in self._meant(name))

    def _meant(self, name: str) -> Iterator[str]:
        reporting = {unit.id: unit for unit in self.plan.reporting_units}
        known = {unit.id for unit in self.plan.units} | self.plan.groups.keys()
        for item in self.plan.groups.get(name, (name,)):
            owner = self.owners.get(item, item)
            if owner in reporting:
                yield owner
        if name not in known:
            yield from (unit.id for unit in reporting.values() if is_organisation(unit, name))


@cache
def _catalogue() -> Catalogue:
    return load_catalogue()


def is_organisation(unit: Unit, code: str) -> bool:
    """Whether a unit's name is surely that of a standard organisation: ``VP``, ``TRUONG`` for any school."""
    for name in (unit.name, *unit.aliases):
        found = [match for match in resolve(name, _catalogue()) if match.certain]
        if len(found) == 1 and found[0].code.partition(":")[0] == code:
            return True
    return False


def who_is_asked(plan: Plan, form: Form | None, owners: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    """Indicator → the units that report it; those that everybody reports are left out."""
    askers = Askers(plan, owners)
    found = {item.id: askers.units(item) for item in (form.indicators if form else ()) if askers.named(item)}
    return {name: units for name, units in found.items() if units}


def asked_of_nobody(plan: Plan, form: Form, owners: Mapping[str, str]) -> tuple[tuple[Indicator, tuple[str, ...]], ...]:
    """The indicators that somebody is named for whom the plan doesn't have, with those names: everybody is asked."""
    askers = Askers(plan, owners)
    return tuple(
        (item, askers.named(item)) for item in form.indicators if askers.named(item) and not askers.units(item)
    )
