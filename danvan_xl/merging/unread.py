"""A file at which the program itself failed, on its way from a reader process; and findings under names to be shown."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.language.showable import shown
from danvan_xl.model import Finding
from danvan_xl.model.unforeseen import Fault


class Unread(Struct, frozen=True):
    """A file at which the program met what nobody foresaw; whose it is, where the file says so.

    ``fault``: for those who mend the program.
    """

    path: str
    fault: Fault
    sha256: str = ""
    unit: str | None = None
    period: str | None = None


def shown_finding(item: Finding) -> Finding:
    """The finding, each text in it showable: it may name the file."""
    place = item.location
    args = {key: shown(value) if isinstance(value, str) else value for key, value in item.args.items()}
    return replace(
        item,
        location=replace(place, file=shown(place.file) if place.file else place.file),
        found=shown(item.found) if item.found else item.found,
        args=args,
    )
