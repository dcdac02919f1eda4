"""What ``danvan.toml`` says about the plan itself: its number, day, place and issuing body.

It fills what the plan leaves open (drafts have no number and no day) and never replaces what the plan says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from msgspec.structs import replace

from danvan_xl.language.nearest import listed
from danvan_xl.language.text import key
from danvan_xl.language.written_days import read_written_day
from danvan_xl.model import Plan
from danvan_xl.office.workspace import Settings
from danvan_xl.rules.loader import Rules
from danvan_xl.wording import Sentence, sentence

KEYS = ("number", "issued", "place", "issuing_body")
"""The settings, in the order in which they are asked for."""

EXAMPLES: Mapping[str, str] = {
    "number": '"12/KH-UBND"',
    "issued": "{year}-01-30",
    "place": '"Tân An"',
    "issuing_body": '"Ủy ban nhân dân xã Tân An"',
}

_LEVELS = tuple(map(key, ("ủy ban nhân dân", "xã", "phường", "thị trấn", "đặc khu")))
_NUMBER_LEAD = re.compile(r"số\b[\s:.]*", re.IGNORECASE)


def open_keys(plan: Plan) -> tuple[str, ...]:
    """What the plan does not say of itself. A body without a name of its own ("Ủy ban nhân dân xã") says too little."""
    left = {
        "number": not plan.number,
        "issued": plan.issued is None,
        "place": not plan.place,
        "issuing_body": _body(plan.issuing_body).endswith(_LEVELS),
    }
    return tuple(name for name in KEYS if left[name])


def completed(plan: Plan, settings: Settings) -> Plan:
    """The plan with what the settings say of what it leaves open."""
    said = {"number": _number(settings.number), "issued": issued_day(settings), "place": _one_line(settings.place),
            "issuing_body": _one_line(settings.issuing_body)}  # fmt: skip
    changes: dict[str, object] = {name: said[name] for name in open_keys(plan) if said[name]}
    body = said["issuing_body"]
    if isinstance(body, str) and _body(body).startswith(_body(plan.issuing_body)):
        changes["issuing_body"] = body  # the same name, written more fully
    if settings.asked:
        changes["asked"] = {**plan.asked, **settings.asked}
    return replace(plan, **changes) if changes else plan


def issued_day(settings: Settings) -> date | None:
    """The day of issue that the settings give, as a day or in words; None where they give none that can be read."""
    said = settings.issued
    if isinstance(said, datetime):
        return said.date()
    if isinstance(said, date):
        return said
    return read_written_day(said, None)


def faults(plan: Plan, settings: Settings) -> Iterator[tuple[str, Sentence]]:
    """What is wrong with these settings for this plan: the key, and a sentence."""
    day = issued_day(settings)
    if day is None and settings.issued:
        yield "issued", sentence("rules", "issued_no_day", found=settings.issued)
    left = open_keys(plan)
    compared: tuple[tuple[str, object, object, Callable[[str], str]], ...] = (
        ("number", plan.number, _number(settings.number), key),
        ("issued", plan.issued, day, key),
        ("place", plan.place, _one_line(settings.place), key),
        ("issuing_body", plan.issuing_body, _one_line(settings.issuing_body), _body),
    )
    for name, own, said, folded in compared:
        if name in left or not said:
            continue
        same = folded(_shown(own)) == folded(_shown(said))
        fuller = name == "issuing_body" and folded(_shown(said)).startswith(folded(_shown(own)))
        if not same and not fuller:
            yield name, sentence("rules", "plan_says", found=_shown(said), own=_shown(own))


def asked_faults(rules: Rules, settings: Settings) -> Iterator[tuple[str, Sentence]]:
    """What is wrong with the table ``[asked]``: indicators that the form lacks, units that there are not."""
    plan = rules.plan
    form = rules.forms.get(plan.statistics or "")
    indicators = {item.id: item.title for item in form.indicators} if form else {}
    groups = {*plan.groups, *(group for unit in settings.units for group in unit.groups)}
    units = {unit.id: unit.name for unit in plan.units} | {unit.id: unit.name for unit in settings.units}
    units |= dict.fromkeys(sorted(groups), "")
    for name, ids in settings.asked.items():
        if name not in indicators:
            yield f"asked.{name}", sentence("rules", "unknown_indicator", id=name, known=listed(name, indicators))
        for item in ids:
            if item not in units:
                yield f"asked.{name}", sentence("rules", "unknown_unit", id=item, known=listed(item, units))


def _shown(value: object) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _number(value: str) -> str:
    """``Số: 12/KH-UBND`` → ``12/KH-UBND``."""
    return _NUMBER_LEAD.sub("", _one_line(value), count=1) if _NUMBER_LEAD.match(_one_line(value)) else _one_line(value)


def _body(value: str) -> str:
    return re.sub(r"\bubnd\b", key("ủy ban nhân dân"), key(value))
