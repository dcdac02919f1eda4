"""What the body of a plan says about the plan: issuer, number, date, title, years, recipients, reports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from msgspec import Struct, field

from danvan_xl.language.text import clean, key
from danvan_xl.planimport.wordfile import Paragraph

_LEVELS = "xã|phường|đặc khu|thị trấn"
_BODY_UPPER = re.compile(rf"^(?:[ỦU][YỶ] BAN NHÂN DÂN|UBND)\s+({_LEVELS})\s+(.+)$", re.I)
_BODY_INSIDE = re.compile(rf"(?:[ủu][yỷ] ban nhân dân|UBND)\s+({_LEVELS})\s+(\S.*)", re.I)
_ANY_BODY = re.compile(rf"^[ỦU][YỶ] BAN NHÂN DÂN(?:\s+({_LEVELS}))?\s*$", re.I)
_NUMBER = re.compile(r"^Số\s*:\s*(\d*[\w.]*)\s*(/\s*KH\s*-\s*[\wĐ-]+)", re.I)
_DATE = re.compile(r"^([^,]{2,60}),\s*ngày\s*(\d{0,2})[\s.…]*tháng\s*(\d{0,2})[\s.…]*năm\s*(\d{4})", re.I)
_STARTS = re.compile(r"^(?:căn cứ|thực hiện (?:kế hoạch|nghị quyết|chỉ thị|công văn) số|[IVX]+\s*[.)]|[1-9]\.\s)", re.I)
_PERIOD = re.compile(r"(?:giai đoạn|các năm)\s*(20\d\d)\s*[-–]\s*(20\d\d)", re.I)
_YEAR = re.compile(r"năm\s+(20\d\d)", re.I)
_REPORT = re.compile(r"báo cáo", re.I)
_WHEN = re.compile(r"\b(?:gửi|trước ngày|định kỳ|h[àằ]ng (?:tháng|quý|năm)|6 tháng|theo quy định)\b", re.I)
_VIA = re.compile(r"qua\s+((?:phòng|văn phòng|ban|trung tâm)[^);,.]*)", re.I)
_SIGNER = re.compile(r"^(?:(?:KT|TM|Q)\.\s*)?(?:PHÓ )?CHỦ TỊCH$")
_PLAN = key("kế hoạch")
_UPWARD = tuple(
    key(body)
    for body in (
        "sở nội vụ",
        "ubnd tỉnh",
        "ubnd thành phố",
        "ủy ban nhân dân tỉnh",
        "ủy ban nhân dân thành phố",
    )
)


class Metadata(Struct):
    """What was found; empty if it wasn't. ``doubts``: field → key of the sentence."""

    issuing_body: str = ""
    number: str = ""
    issued: date | None = None
    place: str = ""
    title: str = ""
    start: date | None = None
    end: date | None = None
    recipients: list[str] = field(default_factory=list)
    signer: str = ""
    reports: list[str] = field(default_factory=list)
    office: str = ""
    """The office that the units report through, as written ("Phòng Văn hóa - Xã hội")."""
    doubts: dict[str, str] = field(default_factory=dict)


def read_metadata(lines: Sequence[Paragraph], citations: Sequence[str]) -> Metadata:
    """Read the lines of the body; ``citations``: the "(Kèm theo …)" lines of the appendices."""
    texts = [" ".join(clean(line.text.replace("*", "").lstrip("#")).text.split()) for line in lines]
    found = Metadata()
    _body(found, texts, citations)
    _number_and_date(found, texts, citations)
    _title(found, lines, texts)
    _period(found)
    _tail(found, texts)
    _reports(found, texts)
    return found


def _named(level: str, name: str) -> str:
    name = name.strip(" .;,)")
    return f"Ủy ban nhân dân {level.lower()} {name.title() if name.isupper() else name}"


def _body(found: Metadata, texts: Sequence[str], citations: Sequence[str]) -> None:
    for at, text in enumerate(texts[:25]):
        whole = _BODY_UPPER.match(text)
        if whole and text.isupper():
            found.issuing_body = _named(whole[1], whole[2])
            return
        alone = _ANY_BODY.match(text)
        following = texts[at + 1] if at + 1 < len(texts) else ""
        split = re.match(rf"^({_LEVELS})\s+(.+)$", following, re.I)
        if alone and split and following.isupper():
            found.issuing_body = _named(split[1], split[2])
            return
    for text in (*citations, *texts):
        inside = _BODY_INSIDE.search(text)
        name = _leading_name(inside[2]) if inside else ""
        if inside and name:
            found.issuing_body = _named(inside[1], name)
            found.doubts["issuing_body"] = "body_inside"
            return
    found.issuing_body = "Ủy ban nhân dân"
    found.doubts["issuing_body"] = "body_unknown"


def _leading_name(text: str) -> str:
    """The capitalised words at the start of ``text``."""
    words = [word.strip(".,;:)") for word in text.split()[:5]]
    count = next((at for at, word in enumerate(words) if not word[:1].isupper()), len(words))
    return " ".join(words[:count])


def _is_person(text: str) -> bool:
    words = text.split()
    return 2 <= len(words) <= 5 and all(word.isalpha() and word.istitle() for word in words)


def _number_and_date(found: Metadata, texts: Sequence[str], citations: Sequence[str]) -> None:
    for text in texts[:25]:
        number, day = _NUMBER.match(text), _DATE.match(text)
        if number and number[1]:
            found.number = number[1] + re.sub(r"\s", "", number[2])
        if day:
            found.place = found.place or day[1].strip()
            found.issued = _date(day[4], day[3], day[2])
    for text in citations:
        cited = re.search(r"số\s+(\d+)\s*(/\s*KH-[\wĐ-]+)\s+ngày\s+(\d{1,2})/(\d{1,2})/(\d{4})", text)
        if cited and not found.number:
            found.number = cited[1] + re.sub(r"\s", "", cited[2])
            found.issued = found.issued or _date(cited[5], cited[4], cited[3])
    if not found.number:
        found.doubts["number"] = "number_blank"
    if found.issued is None:
        found.doubts["issued"] = "date_blank"
    if not found.place:
        found.place = found.issuing_body.removeprefix("Ủy ban nhân dân").strip().partition(" ")[2]


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _title(found: Metadata, lines: Sequence[Paragraph], texts: Sequence[str]) -> None:
    start = next((at for at, text in enumerate(texts[:40]) if key(text) == _PLAN), None)
    if start is None:
        found.doubts["title"] = "title_unknown"
        return
    taken: list[str] = []
    for line, text in zip(lines[start + 1 : start + 7], texts[start + 1 : start + 7], strict=True):
        if taken and (_STARTS.match(text) or line.bold != lines[start + 1].bold or text.endswith(";")):
            break
        taken.append(text)
    found.title = " ".join(taken)
    if not found.title or len(found.title) > 500:
        found.doubts["title"] = "title_unknown"


def _period(found: Metadata) -> None:
    years, single = _PERIOD.search(found.title), _YEAR.findall(found.title)
    if years and years[1] <= years[2]:
        found.start, found.end = date(int(years[1]), 1, 1), date(int(years[2]), 12, 31)
    elif single and not re.search(r"ngày\s+\d", found.title):
        found.start, found.end = date(int(single[-1]), 1, 1), date(int(single[-1]), 12, 31)
    else:
        found.doubts["start"] = found.doubts["end"] = "period_unknown"
        if found.issued:
            found.start, found.end = date(found.issued.year, 1, 1), date(found.issued.year, 12, 31)


def _tail(found: Metadata, texts: Sequence[str]) -> None:
    start = next((at for at, text in enumerate(texts) if key(text).startswith(key("nơi nhận"))), None)
    for text in texts[start + 1 :] if start is not None else ():
        item = re.sub(r"\s*\([^)]*\)\s*$", "", text.lstrip("-–+• ").rstrip(";. "))
        if key(item).startswith(_UPWARD):
            found.recipients.append(item)
    signed = [at for at, text in enumerate(texts) if _SIGNER.match(text)]
    for text in texts[signed[-1] + 1 :] if signed else ():
        if _is_person(text):
            found.signer = text
            break


def _reports(found: Metadata, texts: Sequence[str]) -> None:
    for text in texts:
        if len(text) < 600 and _REPORT.search(text) and _WHEN.search(text):
            found.reports.append(text)
            via = _VIA.search(text)
            if via and not found.office:
                found.office = via[1].strip()
