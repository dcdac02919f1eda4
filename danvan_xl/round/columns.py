"""Which columns a table of a round may have: the words of its headings, and the fields that they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from danvan_xl.language.text import key
from danvan_xl.model import Appendix, Form, layout

_WITH_A_PERIOD = re.compile(rf"{re.escape(key(layout.PREVIOUS))} ?[^\w\s].*", re.DOTALL)


_PREVIOUS_OF = f"{layout.PREVIOUS} ("


def is_previous(folded: str) -> bool:
    """Whether the comparison key of a heading is that of the column of the period before, named: "Kỳ trước (…)"."""
    return _WITH_A_PERIOD.fullmatch(folded) is not None


class TableSpec(Struct, frozen=True):
    """What a table's header may hold.

    ``headings``: comparison key of a heading → field; ``titles``: field → title; ``answers``: the answer columns;
    ``fixed``: the columns that every template has besides; ``exact``: the template's own headings → field;
    ``usual_rows``: the row of the template's header, and that of templates of 0.1.0.
    """

    name: str
    sheet: str
    headings: Mapping[str, str]
    titles: Mapping[str, str]
    answers: tuple[str, ...]
    fixed: tuple[str, ...]
    exact: Mapping[str, str]
    usual_rows: tuple[int, int]

    def field_exactly(self, heading: str) -> str | None:
        """The field of a heading in the template's own words; the column of the period before may name that period."""
        return self.exact.get(heading) or (layout.F_PREVIOUS if heading.startswith(_PREVIOUS_OF) else None)

    def field_of(self, folded: str) -> str | None:
        """The field of a heading by its comparison key."""
        return self.headings.get(folded) or (layout.F_PREVIOUS if is_previous(folded) else None)


def _headings(groups: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {key(title): name for name, titles in groups.items() for title in titles}


def _spec(
    name: str,
    sheet: str,
    headings: dict[str, str],
    titles: dict[str, str],
    form: Form,
    fixed: tuple[str, ...],
    old_row: int,
) -> TableSpec:
    answers = tuple(item.name for item in form.fields)
    titles = titles | {item.name: item.title for item in form.fields}
    exact = {title: field for field, title in titles.items()}
    return TableSpec(name, sheet, headings, titles, answers, fixed, exact, (layout.HEADER_ROW, old_row))


def appendix_spec(appendix: Appendix, form: Form) -> TableSpec:
    """The header that the sheet of an appendix may have. An answer column wins over a printed one."""
    printed = {column.field: column.title for column in appendix.columns}
    headings = _headings({name: layout.PRINTED_ALIASES[name] for name in printed})
    headings |= _headings(layout.SPECIAL_HEADINGS)
    headings |= _headings({item.name: item.aliases for item in form.fields})
    headings |= _headings({name: (title,) for name, title in printed.items()})
    headings |= _headings({item.name: (item.title,) for item in form.fields})
    special = {name: titles[0] for name, titles in layout.SPECIAL_HEADINGS.items()}
    targets = (layout.F_TARGET,) if any(task.target for task in appendix.tasks) else ()
    fixed = (layout.F_ID, *printed, layout.F_ROLE, *targets, layout.F_CHECK, layout.F_PREVIOUS)
    return _spec(appendix.id, appendix.sheet, headings, special | printed, form, fixed, layout.OLD_APPENDIX_HEADER_ROW)


def extra_spec(form: Form) -> TableSpec:
    """The header of ``Số liệu`` or ``Khó khăn, kiến nghị``."""
    label = layout.INDICATOR if form.kind == "statistics" else layout.QUESTION
    fixed = {
        "stt": layout.PRINTED_ALIASES["stt"],
        "text": (label,),
        "unit": (layout.INDICATOR_UNIT,),
        **layout.SPECIAL_HEADINGS,
    }
    headings = _headings(fixed) | _headings({item.name: (item.title, *item.aliases) for item in form.fields})
    titles = {name: words[0] for name, words in fixed.items()}
    own = ("unit", layout.F_CHECK) if form.kind == "statistics" else ()
    return _spec(
        form.id, form.sheet, headings, titles, form, (layout.F_ID, "stt", "text", *own), layout.OLD_EXTRA_HEADER_ROW
    )


def target_spec(form: Form) -> TableSpec:
    """The header of ``Chỉ tiêu``."""
    fixed = {
        "stt": layout.PRINTED_ALIASES["stt"],
        "text": (layout.TARGETS, "Tên chỉ tiêu", "Nội dung chỉ tiêu"),
        "unit": (layout.INDICATOR_UNIT, "ĐVT"),
        "required": (layout.REQUIRED, "Yêu cầu của kế hoạch", "Mức phải đạt"),
        **{name: layout.SPECIAL_HEADINGS[name] for name in (layout.F_ID, layout.F_CHECK, layout.F_PREVIOUS)},
    }
    headings = _headings(fixed) | _headings({item.name: (item.title, *item.aliases) for item in form.fields})
    titles = {name: words[0] for name, words in fixed.items()}
    own = (layout.F_ID, "stt", "text", "unit", "required", layout.F_CHECK)
    return _spec(form.id, form.sheet, headings, titles, form, own, layout.HEADER_ROW)
