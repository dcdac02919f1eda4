"""Deadlines that count from something that happens: the reading ``event``."""

from __future__ import annotations

from datetime import date, timedelta

from danvan_xl.language.schedules.cursor import Cursor
from danvan_xl.language.schedules.days import day as read_day
from danvan_xl.language.schedules.normalise import Phrase, fold
from danvan_xl.language.schedules.occurrences import WorkingDay, add_working_days
from danvan_xl.language.schedules.patterns import Pattern
from danvan_xl.language.schedules.references import DOCUMENT
from danvan_xl.language.schedules.spans import add_months, resolve
from danvan_xl.model.schedule import Schedule, ScheduleContext

_UNITS = {fold(word): unit for word, unit in (("ngày", "d"), ("tuần", "w"), ("tháng", "m"), ("năm", "y"))}
_VERBS = r"(?:(?:báo cáo|gửi báo cáo|gửi|hoàn thành|thực hiện|xong|ban hành|tổ chức|triển khai)[, ]+)*"
_LENGTH = Pattern(
    _VERBS + r"(?P<relation>(?:(?:chậm nhất|muộn nhất|không quá|không muộn hơn|trong vòng|trong thời hạn|tối đa"
    r"|trong thời gian|thời hạn|trong|sau)(?: là| vào)? )*)"
    r"(?P<count>\d{1,3}) (?P<unit>ngày(?P<working> làm việc)?|tuần|tháng|năm)"
    r",? (?:kể từ|tính từ|từ|sau)(?: khi| ngày| thời điểm)*(?: có| được)? "
)
_AT_MOST = Pattern("chậm nhất|muộn nhất|không quá|không muộn hơn|tối đa")
_AFTER = Pattern(r"sau $")

_OURS = Pattern(
    r"(?:bản )?kế hoạch(?: này)? (?:được |có )?(?:ký )?(?:ban hành|phê duyệt|hiệu lực|ký)"
    r"|(?:ký )?ban hành (?:bản )?kế hoạch(?: này)?|(?:có )?kế hoạch này"
)
_REQUEST = Pattern(r"(?:có )?yêu cầu(?: (?:của|từ) .*| đột xuất)?")
_RECEIVED = Pattern(
    r"(?:ngày )?(?:nhận|tiếp nhận)(?: được)? (?:đầy đủ )?"
    r"(?:công văn|văn bản|kế hoạch|hồ sơ|thông báo|yêu cầu)(?!\w).*"
)
_FROM_ABOVE = Pattern(
    r"(?:có )?(?:văn bản|công văn|chỉ đạo|hướng dẫn|ý kiến|thông báo)(?: .*)?(?:cấp trên|cấp có thẩm quyền)"
)
_ISSUED_BY = Pattern(
    r"(?P<org>(?:tỉnh ủy|thành ủy|đảng ủy|ubnd|ủy ban|sở|bộ|chính phủ|hđnd|hội đồng|ban )[^\d]*?)"
    r" (?:ký )?(?:ban hành|triển khai)(?: .*)?"
)
_UNCLEAR = Pattern(r"(?<!\w)(?:hoàn thành|xong|trước|chậm nhất|hạn|hằng)(?!\w)|\d|(?:hết|kết thúc) (?:năm|quý|tháng)")
# what happened → its name in the readings
_TRIGGERS: tuple[tuple[Pattern, str], ...] = (
    (_RECEIVED, "document received"),
    (_FROM_ABOVE, "document from above"),
)


def _trigger(phrase: Phrase, start: int) -> str | None:
    """The event named from ``start`` to the end of the phrase, in the vocabulary of the readings; None if unclear."""
    body = phrase.folded[start:].strip(" .;,()")
    if _OURS.fullmatch(body):
        return "plan issued"
    if _REQUEST.fullmatch(body):
        return "request"
    if not body or _UNCLEAR.search(DOCUMENT.sub(" ", body)):
        return None
    for pattern, name in _TRIGGERS:
        if pattern.fullmatch(body):
            return name
    issuer = _ISSUED_BY.fullmatch(body)
    if issuer:
        at = phrase.folded.index(body, start)
        return f"{phrase.slice(at + issuer.start('org'), at + issuer.end('org'))} document issued"
    return phrase.slice(start, len(phrase.text))


def later(day: date, count: int, unit: str, is_working_day: WorkingDay) -> date:
    """``count`` units (d, wd, w, m, y) after ``day``, the first day not counted (BLDS 2015 Đ.147)."""
    if unit == "wd":
        return add_working_days(day, count, is_working_day)
    if unit in {"m", "y"}:
        return add_months(day, count * (12 if unit == "y" else 1))
    return day + timedelta(days=count * (7 if unit == "w" else 1))


def _dated(phrase: Phrase, start: int, context: ScheduleContext) -> tuple[date, tuple[str, ...]] | None:
    """The first day and its flags, if the phrase from ``start`` to its end is one day::

        dated := day

    "15/6/2026" of "trong vòng 10 ngày kể từ ngày 15/6/2026"
    """
    cursor = Cursor.of(Phrase(phrase.text[start:], phrase.folded[start:]))
    found = read_day(cursor)
    if found is None or not cursor.finish():
        return None
    return resolve(found, context.plan_year)[0], () if found.year else ("no_year",)


def offset(phrase: Phrase, context: ScheduleContext, is_working_day: WorkingDay) -> Schedule | None:
    """A length of time from a day or an event: "trong vòng 02 ngày làm việc kể từ ngày …", "20 ngày sau khi …".

    The due day is computed only if the first day is known: a date, or the day the plan was issued.
    """
    said = _LENGTH.match(phrase.folded)
    if said is None:
        return None
    unit = "wd" if said["working"] else _UNITS[said["unit"]]
    amount = int(said["count"])
    dated = _dated(phrase, said.end(), context)
    trigger = dated[0].isoformat() if dated else _trigger(phrase, said.end())
    if trigger is None:
        return None
    event: dict[str, str | None] = {"trigger": trigger, "offset": f"+{amount}{unit}"}
    if _AT_MOST.search(said["relation"]):
        event["relation"] = "<="
    first = dated[0] if dated else context.issued if trigger == "plan issued" else None
    if first is None:
        return Schedule(phrase.text, "event", event=event, flags=("needs_event",))
    if _AFTER.search(said["relation"]) and "relation" not in event:
        return Schedule(phrase.text, "event", event=event, flags=("no_due",))
    due = later(first, amount, unit, is_working_day)
    return Schedule(phrase.text, "event", due=due, event=event, flags=dated[1] if dated else ())


_WHEN = Pattern(
    _VERBS + r"(?P<word>ngay sau khi|ngay khi|ngay sau ngày|sau khi|sau ngày|trước khi|từ khi|kể từ khi|kể từ ngày"
    r"|từ ngày|kể từ thời điểm|khi)(?: có(?= ))? "
)
_AS_NEEDED = Pattern(r"khi cần(?: thiết)?\.?")


def event(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """Something must happen first, and no length of time is given: "Ngay sau khi …", "Khi có …", "Trước khi …"."""
    said: dict[str, str | None] = {"trigger": phrase.slice(0, len(phrase.text)), "offset": None}
    if _AS_NEEDED.fullmatch(phrase.folded):
        return Schedule(phrase.text, "event", event=said, flags=("needs_event",))
    when = _WHEN.match(phrase.folded)
    trigger = _trigger(phrase, when.end()) if when else None
    if when is None or trigger is None:
        return None
    word = when["word"]
    ours = trigger == "plan issued"
    if word.startswith((fold("từ"), fold("kể từ"))) and not ours:
        return None
    said = {"trigger": trigger, "offset": "immediately" if word.startswith("ngay") else None}
    if word.startswith(fold("trước")):
        said["relation"] = "<"
    elif ours and word != "khi":
        return Schedule(phrase.text, "event", start=context.issued, event=said, flags=("no_due",))
    return Schedule(phrase.text, "event", event=said, flags=("needs_event",))


_AD_HOC = Pattern(
    r"(?:báo cáo |thực hiện |gửi )*(?:đột xuất|bất thường|chuyên đề(?:,| hoặc| và)? đột xuất"
    r"|chuyên đề(?= (?:khi có|theo) yêu cầu))"
    r"(?:[ ,]*\(?(?:khi có|theo|nếu có|hoặc khi có|hoặc theo) yêu cầu(?: (?:của|từ) [^\d()]+)?\)?)?\.?"
)


def ad_hoc(phrase: Phrase, context: ScheduleContext) -> Schedule | None:  # noqa: ARG001 (a rule's signature)
    """A report on request: "Báo cáo đột xuất khi có yêu cầu"."""
    if not _AD_HOC.fullmatch(phrase.folded):
        return None
    return Schedule(phrase.text, "event", event={"trigger": "request", "offset": None}, flags=("ad_hoc",))
