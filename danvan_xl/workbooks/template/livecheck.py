"""The live ``Kiểm tra`` column: Excel formulas made from the same fields and rules that check on return."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from danvan_xl.model import Check, Field, Form
from danvan_xl.round.fields import bounds_text
from danvan_xl.rules.checks import CHECKS, RowContext, excel_text, formula, is_one_of
from danvan_xl.wording import finding_text, text

MOST_CONDITIONS = 60
"""Excel allows 64 nested IFs."""

Refs = Mapping[str, str]


def _live(code: str, **args: object) -> str:
    words = finding_text(code, "live", "vi", args)
    assert words is not None, code
    return words[:255]


def _filled(cell: str) -> str:
    return f"LEN(TRIM({cell}))>0"


def _field_conditions(item: Field, cell: str) -> Iterator[tuple[str, str]]:
    """(condition that is true when the cell is at fault, words)."""
    title = item.title
    if item.required:
        yield f"LEN(TRIM({cell}))=0", _live("V001", title=title)
    if item.enum:
        yield f"AND({_filled(cell)},NOT({is_one_of(cell, item.enum)}))", _live("V016", title=title)
    if item.type == "date":
        yield f"AND({_filled(cell)},NOT(ISNUMBER({cell})))", _live("V003", title=title)
    if item.type in ("number", "integer"):
        yield f"AND({_filled(cell)},NOT(ISNUMBER({cell})))", _live("V002", title=title)
        tests = [f"{cell}<{item.minimum:g}"] if item.minimum is not None else []
        tests += [f"{cell}>{item.maximum:g}"] if item.maximum is not None else []
        if tests:
            yield f"AND(ISNUMBER({cell}),OR({','.join(tests)}))", _live("V015", title=title, bounds=bounds_text(item))
    if item.type == "integer":
        yield f"AND(ISNUMBER({cell}),{cell}<>INT({cell}))", _live("V004", title=title)
    if item.min_length:
        yield f"AND({_filled(cell)},LEN({cell})<{item.min_length})", _live("V018", title=title, length=item.min_length)


def _check_words(check: Check, titles: Mapping[str, str], context: RowContext) -> str:
    when = check.args.get("when")
    status = " / ".join(when["values"]) if isinstance(when, Mapping) else ""
    low, high = check.args.get("minimum"), check.args.get("maximum")
    target = context.target
    return _live(
        CHECKS[check.kind].code,
        status=status,
        title=titles[check.fields[0]],
        titles=" hoặc ".join(titles[name] for name in check.fields),
        bounds=f"≥ {low}" if low is not None else f"≤ {high}".replace(".", ","),
        minimum=f"{target.minimum:g}" if target and target.minimum is not None else "",
        due=f"{context.due:%d/%m/%Y}" if context.due else "",
        other_title=titles[check.fields[-1]],
    )


def nested(conditions: list[tuple[str, str]], otherwise: str) -> str:
    """``=IF(c1,"w1",IF(c2,"w2",…otherwise))``; ``otherwise`` is an expression."""
    head = "".join(f"IF({condition},{excel_text(words)}," for condition, words in conditions[:MOST_CONDITIONS])
    return f"={head}{otherwise}{')' * min(len(conditions), MOST_CONDITIONS)}"


def silence(*, must_answer: bool) -> str:
    """What the live check says about a line of the plan without an answer."""
    return _live("R002") if must_answer else text("template", "live_optional")


def line_formula(
    form: Form, refs: Refs, areas: str, context: RowContext, *, must_answer: bool, text_cell: str | None = None
) -> str:
    """The formula of a line's row. ``refs``: column → cell; ``areas``: all answer cells of the row.

    ``text_cell``: of a unit's own row, whose text must be filled in too.
    """
    titles = {item.name: item.title for item in form.fields}
    conditions = [(f"COUNTA({areas})=0", "" if text_cell else silence(must_answer=must_answer))]
    if text_cell:
        conditions.append((f"LEN(TRIM({text_cell}))=0", _live("R005")))
    for item in form.fields:
        conditions += _field_conditions(item, refs[item.name])
    for check in form.checks:
        condition = formula(check, refs, context)
        if condition is not None:
            conditions.append((condition, _check_words(check, titles, context)))
    return nested(conditions, excel_text(text("template", "live_good")))


def figure_silence() -> str:
    """What the live check says about a figure that is not given."""
    return _live("V022")


def figure_formula(form: Form, item: Field, indicator: str, refs: Refs, context: RowContext) -> str:
    """The formula beside a figure. ``refs``: indicator → cell."""
    titles = {entry.id: entry.title for entry in form.indicators}
    cell = refs[indicator]
    conditions = [(f"LEN(TRIM({cell}))=0", figure_silence()), *_field_conditions(item, cell)]
    for check in form.checks:
        anchor = check.fields[1] if check.kind == "needs_positive" else check.fields[0]
        if anchor != indicator:
            continue
        condition = formula(check, refs, context)
        other = check.fields[0] if anchor == check.fields[1] else check.fields[1]
        words = _live(CHECKS[check.kind].code, other_title=titles[other])
        if condition is not None:
            conditions.append((condition, words))
    return nested(conditions, excel_text(text("template", "live_good")))


class CountWords(Struct, frozen=True):
    """What a form's count at its top counts: rows that say ``silent`` are left, those that say ``idle`` need not be.

    ``kind``: which sentence names them.
    """

    silent: str
    idle: str
    kind: str

    def say(self, left: object, wrong: object) -> str:
        """``Còn 4 dòng chưa trả lời, 1 chỗ sai``."""
        return text("template", f"count_{self.kind}", left=left, wrong=wrong)


def count_formula(area: str, sheet: str, column: str, first_row: int, words: CountWords) -> str:
    """The count at the top of a form as a formula, a link to the first row that needs a hand.

    ``area``: the live checks, as ``$M$5:$M$30``; ``column``: where the link leads, in the first row with a fault, else
    in the first without an answer. A fault is whatever a live check says but that all is well or nothing is asked.
    """
    good, silent, idle = (excel_text(item) for item in (text("template", "live_good"), words.silent, words.idle))
    left = f"COUNTIF({area},{silent})"
    fine = "".join(f"-COUNTIF({area},{item})" for item in (good, idle) if item != excel_text(""))
    wrong = f"(COUNTIF({area},{excel_text('?*')})-{left}{fine})"
    faulty = "*".join(f"({area}<>{item})" for item in dict.fromkeys((excel_text(""), good, silent, idle)))
    row = (
        f"IF({wrong}>0,SUMPRODUCT(MIN(ROW({area})+{FAR}*(1-{faulty}))),"
        f"IF({left}>0,MATCH({silent},{area},0)+{first_row - 1},{first_row}))"
    )
    said = excel_joined(words.say("{left}", "{wrong}"), {"left": left, "wrong": wrong})
    done = excel_text(text("template", f"count_{words.kind}_done"))
    place = excel_text(f"#'{sheet.replace(chr(39), chr(39) * 2)}'!{column}")
    return f"=HYPERLINK({place}&{row},IF({left}+{wrong}=0,{done},{said}))"


FAR = 1_000_000
"""More than the rows of a form."""


def excel_joined(words: str, parts: Mapping[str, str]) -> str:
    """Words with parts (``{name}``) that are Excel expressions: ``"Còn "&COUNTIF(…)&" dòng"``."""
    pieces = re.split(r"\{(\w+)\}", words)
    return "&".join(parts[piece] if at % 2 else excel_text(piece) for at, piece in enumerate(pieces) if piece)
