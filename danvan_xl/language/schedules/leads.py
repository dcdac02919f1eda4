"""What stands around the time of a phrase: verbs and labels before it, relation words, clock times,
feasts."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from danvan_xl.language.schedules.dates import Expression, span
from danvan_xl.language.schedules.normalise import Phrase, fold
from danvan_xl.language.schedules.spans import ImpossibleDateError
from danvan_xl.language.schedules.tokens import Cursor
from danvan_xl.model.schedule import Operator, Schedule

_RECIPIENT = ("WORD", "-", ",", "OF", "(", ")", "AND")
_FEASTS = tuple(
    fold(start) + " "
    for start in (
        "lễ", "tết", "dịp", "kỷ niệm", "chào mừng", "nhân dịp", "quốc khánh", "quốc tế", "giải phóng",
        "phụ nữ", "thương binh", "dân vận", "pháp luật", "nhà giáo", "gia đình", "truyền thống", "toàn dân",
        "thành lập", "chuyển đổi số",
    )
)  # fmt: skip
_NAME_KINDS = frozenset({"WORD", "NUMERAL", "OF", "YEAR", "WHOLE", "-", "EVERY", "DAY"})


class Lead(NamedTuple):
    """What the words before a deadline say: a group heading, that a report is spoken of, and of which
    period."""

    heading: bool
    report: bool
    period: str = ""


class Relation(NamedTuple):
    """How delivery stands to the time named: ``op`` and ``kind`` (BEFORE, BY, UNTIL, FROM, AFTER, IN,
    NOW)."""

    kind: str
    op: Operator


def lead(cursor: Cursor) -> Lead:
    """Move over words that carry no time: verbs, labels, "báo cáo …", the receiver of a report."""
    heading = report = False
    period = ""
    while cursor.kind():
        sent = report or period
        if cursor.take("GOAL"):
            heading = True
        elif token := cursor.take("REPORT", "SEND"):
            report = report or token.kind == "REPORT" or "báo cáo" in token.text
            period = period or _report_period(cursor) or " "
        elif not (cursor.take("FILL", ":") or (sent and _receiver(cursor))):
            break
    return Lead(heading, report, period.strip())


def _report_period(cursor: Cursor) -> str:
    """ "báo cáo tháng", "báo cáo 6 tháng", "báo cáo năm" before the day on which it is due."""
    mark = cursor.at
    count = cursor.take("NUM", "NUMERAL")
    unit = cursor.take("MONTH", "QUARTER", "YEAR")
    if unit and (count is None or unit.kind == "MONTH"):
        if cursor.take("EDGE1", "EDGE3"):
            cursor.take("YEAR")
        cursor.take("NUM", "ROMAN")
        cursor.take(":", "-", ",")
        if cursor.kind() in {"BEFORE", "BY", "SEND", "TIME", "DAY", "FILL"}:
            return "P" if count else unit.kind[0]
    cursor.at = mark
    return ""


def _receiver(cursor: Cursor) -> bool:
    """ "… về UBND xã (qua phòng Văn hóa - Xã hội)": only when words of time follow."""
    mark = cursor.at
    while cursor.take(*_RECIPIENT):
        pass
    if cursor.at > mark and cursor.kind() in {
        "BEFORE",
        "BY",
        "FROM",
        "IN",
        "DAY",
        "TIME",
        "EVERY",
        "UNTIL",
        "FILL",
    }:
        return True
    cursor.at = mark
    return False


def relation(cursor: Cursor) -> Relation:
    """The relation word, its synonyms and doublings ("chậm nhất trước" excludes, "xong trước" too)."""
    found = ""
    while token := cursor.take("BEFORE", "BY", "UNTIL", "FROM", "AFTER", "IN", "NOW", ":", "FILL"):
        if token.kind in {":", "FILL"}:
            continue
        if (
            found in {"BEFORE", "FROM"}
            or (found in {"BY", "UNTIL"} and token.kind in {"FROM", "AFTER"})
            or (found == "IN" and token.kind not in {"FROM"})
        ):
            cursor.at -= 1
            break
        found = token.kind
    return Relation(found or "IN", "<" if found == "BEFORE" else "<=")


def clock(cursor: Cursor) -> str | None:
    """ "17 giờ 00", "17h30" as HH:MM; the comma behind it is taken too."""
    token = cursor.take("TIME")
    if token is None:
        return None
    hour, minute = divmod(token.value, 100)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise ImpossibleDateError("impossible_time")
    cursor.take(",")
    cursor.take("OF", "IN")
    return f"{hour:02}:{minute:02}"


def _holiday_words(cursor: Cursor, phrase: Phrase) -> bool:
    """ "Ngày hội Đại đoàn kết toàn dân tộc" before its date. A name begins like a feast or with a capital."""
    mark = cursor.at
    cursor.take("IN")
    named = cursor.take("DAY")
    begin = cursor.at
    while cursor.kind() in _NAME_KINDS or (cursor.kind() == "NUM" and cursor.kind(1) == "YEAR"):
        cursor.at += 1
    cursor.take("(", ":")
    if cursor.at > begin and cursor.kind() in {"NUM", "DAY"}:
        first = cursor.tokens[begin]
        mixed_case = phrase.text != phrase.text.upper()
        proper = bool(named) and mixed_case and phrase.text[first.start].isupper()
        if proper or (named and first.text == fold("hội")) or phrase.folded[first.start :].startswith(_FEASTS):
            return True
    cursor.at = mark
    return False


def named_day(cursor: Cursor, phrase: Phrase) -> Expression | None:
    mark = cursor.at
    if _holiday_words(cursor, phrase):
        found = span(cursor)
        if found and found.unit == "day":
            cursor.take(")")
            return Expression((replace(found, holiday=True),), "one")
    cursor.at = mark
    return None


def feast_behind(cursor: Cursor, reading: Schedule) -> Schedule:
    """ "20/11/2026 (Ngày Nhà giáo Việt Nam)": the name of the day behind its date."""
    mark = cursor.at
    if cursor.take("(") and (cursor.take("DAY") or cursor.kind() == "WORD"):
        cursor.skip("WORD", "OF", "NUMERAL", "-")
        if cursor.take(")") and reading.kind in {"by", "report"}:
            return replace(reading, flags=(*reading.flags, "holiday_name"))
    cursor.at = mark
    return reading


def behind_clock(relates: Relation) -> Relation:
    """With a clock time the day itself counts; without "trước" up to and with that time."""
    return relates if relates.op == "<" else Relation("BY", "<=")
