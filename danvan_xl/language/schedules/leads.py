"""Productions of what surrounds the time in a phrase: words before it, relations, clock times, names of days."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.language.schedules.cursor import Cursor, production
from danvan_xl.language.schedules.expressions import Expression, span
from danvan_xl.language.schedules.normalise import Phrase, fold
from danvan_xl.language.schedules.spans import ImpossibleDateError
from danvan_xl.language.schedules.tokens import Token
from danvan_xl.model.schedule import Operator


class Lead(Struct, frozen=True):
    """What the words before a deadline say: whether it is a group heading, whether a report, and its period."""

    heading: bool
    report: bool
    period: str = ""


class Relation(Struct, frozen=True):
    """How delivery relates to the time named: ``op`` and ``kind`` (BEFORE, BY, UNTIL, FROM, AFTER, IN, NOW)."""

    kind: str
    op: Operator


# Words before the time

_RECIPIENT = ("WORD", "-", ",", "OF", "(", ")", "AND")
_AFTER_PERIOD = frozenset({"BEFORE", "BY", "SEND", "TIME", "DAY", "FILL"})
_AFTER_RECEIVER = frozenset({"BEFORE", "BY", "FROM", "IN", "DAY", "TIME", "EVERY", "UNTIL", "FILL"})


@production
def report_period(cursor: Cursor) -> str | None:
    """The period of a report, before its due day: M, Q, Y, or P for a number of months::

        report_period := ((NUM | NUMERAL)? MONTH | QUARTER | YEAR) ((EDGE1 | EDGE3) YEAR?)? (NUM | ROMAN)?
                         (":" | "-" | ",")? &(BEFORE | BY | SEND | TIME | DAY | FILL)

    "tháng", "6 tháng đầu năm", "năm" of "báo cáo năm trước ngày 15/12"
    """
    count = cursor.take("NUM", "NUMERAL")
    unit = cursor.take("MONTH") if count else cursor.take("MONTH", "QUARTER", "YEAR")
    if unit is None:
        return None
    if cursor.take("EDGE1", "EDGE3"):
        cursor.take("YEAR")
    cursor.take("NUM", "ROMAN")
    cursor.take(":", "-", ",")
    if cursor.kind() not in _AFTER_PERIOD:
        return None
    return "P" if count else unit.kind[0]


@production
def receiver(cursor: Cursor) -> bool:
    """Who gets a report, only when words of time follow::

        receiver := (WORD | "-" | "," | OF | "(" | ")" | AND)+
                    &(BEFORE | BY | FROM | IN | DAY | TIME | EVERY | UNTIL | FILL)

    "về UBND xã (qua phòng Văn hóa - Xã hội)"
    """
    return cursor.skip(*_RECIPIENT) and cursor.kind() in _AFTER_RECEIVER


def lead(cursor: Cursor) -> Lead:
    """Words that carry no time: verbs, labels, the report and its receiver. It matches even if there are none::

        lead := (GOAL | (REPORT | SEND) report_period? | FILL | ":" | receiver[after a report])*

    "Gửi báo cáo tháng về UBND xã", "Hoàn thành", "Mục tiêu"
    """
    heading = report = False
    period = ""
    while cursor.kind():
        sent = report or period
        if cursor.take("GOAL"):
            heading = True
        elif token := cursor.take("REPORT", "SEND"):
            report = report or token.kind == "REPORT" or "báo cáo" in token.text
            period = period or report_period(cursor) or " "
        elif not (cursor.take("FILL", ":") or (sent and receiver(cursor))):
            break
    return Lead(heading, report, period.strip())


# Relations and clock times

_RELATIONS = frozenset({"BEFORE", "BY", "UNTIL", "FROM", "AFTER", "IN", "NOW", ":", "FILL"})


def _contradicts(found: str, kind: str) -> bool:
    """Whether a relation word cannot belong to the one ``found`` before it."""
    if kind in {":", "FILL"}:
        return False
    return (
        found in {"BEFORE", "FROM"}
        or (found in {"BY", "UNTIL"} and kind in {"FROM", "AFTER"})
        or (found == "IN" and kind != "FROM")
    )


def relation(cursor: Cursor) -> Relation:
    """The relation word, with synonyms and repetitions; the last one counts. Without any, the relation is "trong"::

        relation := (BEFORE | BY | UNTIL | FROM | AFTER | IN | NOW | ":" | FILL)*[none contradicts the one before]

    "trước", "chậm nhất", "chậm nhất trước" (which excludes, as "xong trước" does)
    """
    found = ""
    while (kind := cursor.kind()) in _RELATIONS and not _contradicts(found, kind):
        cursor.take(kind)
        found = found if kind in {":", "FILL"} else kind
    return Relation(found or "IN", "<" if found == "BEFORE" else "<=")


@production
def clock(cursor: Cursor) -> str | None:
    """A clock time as HH:MM, and what joins it to its day::

        clock := TIME ","? (OF | IN)?

    "17 giờ 00", "17h30,"
    """
    token = cursor.take("TIME")
    if token is None:
        return None
    hour, minute = divmod(token.value, 100)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise ImpossibleDateError("impossible_time")
    cursor.take(",")
    cursor.take("OF", "IN")
    return f"{hour:02}:{minute:02}"


def with_clock(relates: Relation) -> Relation:
    """With a clock time the day itself counts; without "trước", up to and including that time."""
    return relates if relates.op == "<" else Relation("BY", "<=")


# Holidays and other named days

_FEASTS = tuple(
    fold(start) + " "
    for start in (
        "lễ", "tết", "dịp", "kỷ niệm", "chào mừng", "nhân dịp", "quốc khánh", "quốc tế", "giải phóng",
        "phụ nữ", "thương binh", "dân vận", "pháp luật", "nhà giáo", "gia đình", "truyền thống", "toàn dân",
        "thành lập", "chuyển đổi số",
    )
)  # fmt: skip
_FESTIVAL = fold("hội")
_NAME = ("WORD", "NUMERAL", "OF", "YEAR", "WHOLE", "-", "EVERY", "DAY")


@production
def name_of_day(cursor: Cursor) -> Token | None:
    """The words of a name; returns the first of them::

        name_of_day := (WORD | NUMERAL | OF | YEAR | WHOLE | "-" | EVERY | DAY | NUM &YEAR)+

    "hội Đại đoàn kết toàn dân tộc", "Quốc khánh"
    """
    first = cursor.peek()
    found = False
    while cursor.take(*_NAME) or (cursor.kind(1) == "YEAR" and cursor.take("NUM")):
        found = True
    return first if found else None


def _is_feast(first: Token, phrase: Phrase, *, named: bool) -> bool:
    """Whether the name begins like a holiday or, after "ngày", with "hội" or a capital (unless all are capitals)."""
    proper = named and phrase.text != phrase.text.upper() and phrase.text[first.start].isupper()
    festival = named and first.text == _FESTIVAL
    return proper or festival or phrase.folded[first.start :].startswith(_FEASTS)


@production
def feast(cursor: Cursor, phrase: Phrase) -> bool:
    """The name of a day before its date::

        feast := IN? DAY? name_of_day ("(" | ":")? &(NUM | DAY)

    "Ngày hội Đại đoàn kết toàn dân tộc" before "18/11"
    """
    cursor.take("IN")
    named = cursor.take("DAY") is not None
    first = name_of_day(cursor)
    cursor.take("(", ":")
    return first is not None and cursor.kind() in {"NUM", "DAY"} and _is_feast(first, phrase, named=named)


@production
def named_day(cursor: Cursor, phrase: Phrase) -> Expression | None:
    """A day with its name before it::

        named_day := feast span[one day] ")"?

    "Ngày hội Đại đoàn kết toàn dân tộc 18/11", "Quốc khánh (2/9)"
    """
    found = span(cursor) if feast(cursor, phrase) else None
    if found is None or found.unit != "day":
        return None
    cursor.take(")")
    return Expression((replace(found, holiday=True),), "one")


@production
def name_after_day(cursor: Cursor) -> bool:
    """The name of a day after its date::

        name_after_day := "(" (DAY | &WORD) (WORD | OF | NUMERAL | "-")* ")"

    "(Ngày Nhà giáo Việt Nam)" of "20/11/2026 (Ngày Nhà giáo Việt Nam)"
    """
    if not cursor.take("(") or not (cursor.take("DAY") or cursor.kind() == "WORD"):
        return False
    cursor.skip("WORD", "OF", "NUMERAL", "-")
    return cursor.take(")") is not None
