"""The live ``Kiểm tra`` column: Excel formulas made from the same fields and rules that check on return."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from danvan_xl.model import Check, Field, Form
from danvan_xl.model.statuses import EXPLANATION
from danvan_xl.round.fields import bounds_text
from danvan_xl.rules.checks import CHECKS, RowContext, excel_text, formula, is_one_of, live_code, needed, singly
from danvan_xl.rules.figure_checks import terms_of
from danvan_xl.wording import finding_text, text

MOST_CONDITIONS = 58
"""Excel allows 64 nested IFs."""

Refs = Mapping[str, str]


def live_words(code: str, **args: object) -> str:
    """What the live check says of a fault, no longer than a cell shows well."""
    words = finding_text(code, "live", "vi", args)
    assert words is not None, code
    return words[:255]


def filled(cell: str) -> str:
    """The condition that something is written in a cell."""
    return f"LEN(TRIM({cell}))>0"


def field_conditions(item: Field, cell: str) -> Iterator[tuple[str, str]]:
    """(condition that is true when the cell is at fault, words)."""
    title = item.title
    if item.required:
        yield f"LEN(TRIM({cell}))=0", live_words("V001", title=title)
    if item.enum:
        yield f"AND({filled(cell)},NOT({is_one_of(cell, item.enum)}))", live_words("V016", title=title)
    if item.type == "date":
        yield f"AND({filled(cell)},NOT(ISNUMBER({cell})))", live_words("V003", title=title)
    if item.type in ("number", "integer"):
        yield f"AND({filled(cell)},NOT(ISNUMBER({cell})))", live_words("V002", title=title)
        tests = [f"{cell}<{item.minimum:.15g}"] if item.minimum is not None else []
        tests += [f"{cell}>{item.maximum:.15g}"] if item.maximum is not None else []
        if tests:
            yield (
                f"AND(ISNUMBER({cell}),OR({','.join(tests)}))",
                live_words("V015", title=title, bounds=bounds_text(item)),
            )
    if item.type == "integer":
        yield f"AND(ISNUMBER({cell}),{cell}<>INT({cell}))", live_words("V004", title=title)
    if item.min_length:
        yield (
            f"AND({filled(cell)},LEN({cell})<{item.min_length})",
            live_words("V018", title=title, length=item.min_length),
        )


def _check_words(check: Check, titles: Mapping[str, str], context: RowContext) -> str:
    when = check.args.get("when")
    status = " / ".join(when["values"]) if isinstance(when, Mapping) else ""
    low, high = check.args.get("minimum"), check.args.get("maximum")
    target = context.target
    return live_words(
        live_code(check),
        status=status,
        title=titles[check.fields[0]],
        titles=" hoặc ".join(titles[name] for name in check.fields),
        bounds=f"≥ {low}" if low is not None else f"≤ {high}".replace(".", ","),
        minimum=f"{target.minimum:.15g}" if target and target.minimum is not None else "",
        due=f"{context.due:%d/%m/%Y}" if context.due else "",
        other_title=titles[check.fields[-1]],
    )


def nested(conditions: list[tuple[str, str]], otherwise: str) -> str:
    """``=IF(c1,"w1",IF(c2,"w2",…otherwise))``; ``otherwise`` is an expression."""
    head = "".join(f"IF({condition},{excel_text(words)}," for condition, words in conditions[:MOST_CONDITIONS])
    return f"={head}{otherwise}{')' * min(len(conditions), MOST_CONDITIONS)}"


def silence(*, must_answer: bool) -> str:
    """What the live check says about a line of the plan without an answer."""
    return live_words("R002") if must_answer else text("template", "live_optional")


def text_missing() -> str:
    """What the live check says about a row of the unit's own without words on what it is about."""
    return live_words("R005")


def nil_words() -> str:
    """What the live check says about what need not be answered, since nothing happened at all."""
    return text("template", "live_nil")


def unless_nil(words: str, boxes: Sequence[str]) -> str:
    """Words as an expression: others if one of the boxes for "không phát sinh" is ticked."""
    ticked = ",".join(map(filled, boxes))
    return f"IF(OR({ticked}),{excel_text(nil_words())},{excel_text(words)})" if boxes else excel_text(words)


def line_formula(
    form: Form,
    refs: Refs,
    areas: str,
    context: RowContext,
    *,
    must_answer: bool,
    text_cell: str | None = None,
    nil: Sequence[str] = (),
) -> str:
    """The formula of a line's row. ``refs``: column → cell; ``areas``: all answer cells of the row.

    ``text_cell``: of a unit's own row, whose text must be filled in too; ``nil``: the boxes that say that nothing
    happened at all.
    """
    titles = {item.name: item.title for item in form.fields}
    conditions = []
    if text_cell:
        silent = excel_text("")
        conditions.append((f"LEN(TRIM({text_cell}))=0", text_missing()))
    else:
        silent = unless_nil(silence(must_answer=must_answer), nil if must_answer else ())
    for item in form.fields:
        conditions += field_conditions(item, refs[item.name])
    for check in form.checks:
        condition = formula(check, refs, context)
        if condition is not None and check.args.get("explainable") and EXPLANATION in refs:
            condition = f"AND({condition},NOT({filled(refs[EXPLANATION])}))"
        if condition is not None:
            conditions.append((condition, _check_words(check, titles, context)))
    answered = nested(conditions, excel_text(text("template", "live_good"))).removeprefix("=")
    return f"=IF(COUNTA({areas})=0,{silent},{answered})"


def figure_silence() -> str:
    """What the live check says about a figure that is not given."""
    return live_words("V022")


def figure_formula(
    form: Form,
    item: Field,
    indicator: str,
    refs: Refs,
    context: RowContext,
    nil: Sequence[str] = (),
    *,
    added: Collection[str] = (),
    may_be_empty: bool = False,
) -> str:
    """The formula beside a figure. ``item``: its column (see ``figure_field``); ``refs``: indicator → cell, and those
    of last time's figures (``before_ref``); ``nil``: see ``line_formula``.

    A rule that needs a figure which the unit is not asked for is left out; so is one over figures to which something is
    ``added`` that shorter reports brought: it is for their sums. ``may_be_empty``: nothing is left to be given.
    """
    cell = refs[indicator]
    conditions = [*field_conditions(item, cell)]
    for check in _beside(form, indicator):
        wanted = needed(check)
        is_ours = refs.keys() >= wanted and wanted.isdisjoint(added)
        condition = formula(check, refs, context) if is_ours else None
        if condition is not None:
            conditions.append((condition, _figure_words(form, check, indicator)))
    given = nested(conditions, excel_text(text("template", "live_good"))).removeprefix("=")
    silent = excel_text(text("template", "live_good")) if may_be_empty else unless_nil(figure_silence(), nil)
    return f"=IF(LEN(TRIM({cell}))=0,{silent},{given})"


def _beside(form: Form, indicator: str) -> Iterator[Check]:
    """The rules whose fault is shown beside an indicator."""
    every = (single for check in form.checks for single in singly(check))
    return (check for check in every if check.fields[CHECKS[check.kind].anchor] == indicator)


def _figure_words(form: Form, check: Check, indicator: str) -> str:
    """What the live check beside an indicator says of a rule that its figures break."""
    titles = {entry.id: entry.title for entry in form.indicators}
    other = check.fields[0] if indicator == check.fields[-1] else check.fields[-1]
    return live_words(CHECKS[check.kind].code, other_title=titles[other], terms=terms_of(check, titles))


class CountWords(Struct, frozen=True):
    """What a form's count at its top counts: rows that say ``silent`` are left, those that say ``idle`` need not be.

    ``kind``: which sentence names them.
    """

    silent: str
    idle: tuple[str, ...]
    kind: str

    def say(self, left: object, wrong: object) -> str:
        """``Còn 4 dòng chưa trả lời, 1 chỗ sai``."""
        return text("template", f"count_{self.kind}", left=left, wrong=wrong)


class CountArea(Struct, frozen=True):
    """The live checks that are counted: their ``column``, ``first`` and ``last`` row (1-based) on ``sheet``.

    ``row``: the cell that holds the row to go to, as ``$A$3``; ``columns``: words of a live check → the column of the
    cell that they speak of; ``usual``: the column where they name none of these.
    """

    sheet: str
    column: str
    first: int
    last: int
    row: str
    columns: Mapping[str, str]
    usual: str

    @property
    def checks(self) -> str:
        """``$M$5:$M$30``."""
        return f"${self.column}${self.first}:${self.column}${self.last}"

    @property
    def top(self) -> str:
        """The number of the first row, wherever rows inserted above have moved it."""
        return f"ROW(${self.column}${self.first})"


FAR = 1_000_000
"""More than the rows of a form."""


def count_formulas(area: CountArea, words: CountWords) -> tuple[str, str]:
    """The row that needs a hand first, and the count at the top of a form as a link to the cell in it.

    That is the first row with a fault, else the first without an answer. A fault is whatever a live check says but that
    all is well or nothing is asked.
    """
    checks = area.checks
    fine = [text("template", "live_good"), *words.idle]
    left = f"COUNTIF({checks},{excel_text(words.silent)})"
    others = "".join(f"-COUNTIF({checks},{excel_text(item)})" for item in fine)
    wrong = f"(COUNTIF({checks},{excel_text('?*')})-{left}{others})"
    faulty = "*".join(f"({checks}<>{excel_text(item)})" for item in ("", words.silent, *fine))
    first_silent = f"MATCH({excel_text(words.silent)},{checks},0)+{area.top}-1"
    row = f"=IF({wrong}>0,SUMPRODUCT(MIN(ROW({checks})+{FAR}*(1-{faulty}))),IF({left}>0,{first_silent},{area.top}))"
    said = excel_joined(words.say("{left}", "{wrong}"), {"left": left, "wrong": wrong})
    done = excel_text(text("template", f"count_{words.kind}_done"))
    sheet = excel_text(f"#'{area.sheet.replace(chr(39), chr(39) * 2)}'!")
    there = f"INDEX({checks},{area.row}-{area.top}+1)"
    column = excel_text(area.usual)
    for spoken, letters in reversed(tuple(area.columns.items())):
        column = f"IF(ISNUMBER(FIND({excel_text(spoken)},{there})),{excel_text(letters)},{column})"
    return row, f"=HYPERLINK({sheet}&{column}&{area.row},IF({left}+{wrong}=0,{done},{said}))"


def excel_joined(words: str, parts: Mapping[str, str]) -> str:
    """Words with parts (``{name}``) that are Excel expressions: ``"Còn "&COUNTIF(…)&" dòng"``."""
    pieces = re.split(r"\{(\w+)\}", words)
    return "&".join(parts[piece] if at % 2 else excel_text(piece) for at, piece in enumerate(pieces) if piece)
