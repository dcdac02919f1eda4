"""Where units that say the commune's own figure of a target contradict each other: asked about, never decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from danvan_xl.language.text import key
from danvan_xl.merging.filing import AnySubmission
from danvan_xl.model import Finding, finding
from danvan_xl.model.submission import Value
from danvan_xl.round.fields import show
from danvan_xl.round.round import Round
from danvan_xl.round.target_form import ONE_FIGURE
from danvan_xl.round.target_readers import not_reached


def target_contradictions(current: Round, used: Mapping[str, AnySubmission]) -> Iterator[Finding]:
    """One finding for each target whose figure is the commune's and of which units say different things (X030)."""
    shared = {
        name: item
        for name, item in current.targets.items()
        if item.target.kind in ONE_FIGURE and len(current.target_units[name]) > 1
    }
    files = {unit: used[unit].whole() for name in shared for unit in current.target_units[name] if unit in used}
    for name, item in shared.items():
        said: dict[str, Value] = {}
        for unit in current.target_units[name]:
            answer = files[unit].targets.get(name) if unit in files else None
            if answer is not None and answer.sound:
                value = answer.values.get("document" if "document" in item.target.kind.parts else "value")
                said |= {unit: value} if value is not None else {}
        if len({_sense(value) for value in said.values()}) > 1:
            shown = "; ".join(f"{current.units[unit].name}: {show(value)}" for unit, value in said.items())
            yield finding("X030", None, name, title=item.target.title, said=shown)


def _sense(value: Value) -> object:
    """What a value says, apart from how it is written; of documents, whether there is one."""
    if not isinstance(value, str):
        return value
    return "" if value == not_reached() else key(value)
