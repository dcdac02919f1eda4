"""The words of deadlines, by meaning, and the splitting of a phrase into tokens.

A spelling added to ``VOCABULARY`` is understood wherever its kind is; every other word is a plain ``WORD``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from danvan_xl.language.schedules.normalise import fold
from danvan_xl.language.schedules.patterns import Pattern


class Token(NamedTuple):
    """One word or sign: ``kind``, its number if it has one, and its position in the phrase.

    ``kind`` is a key of ``VOCABULARY``, NUM (digits), NUMERAL ("sáu"), ROMAN, WEEKDAY, TIME ("17h30" is 1730), WORD, or
    the sign itself.
    """

    kind: str
    value: int
    start: int
    end: int
    text: str


# kind → spellings, which are folded when the tables below are built; the longest match wins
VOCABULARY: dict[str, str] = {
    "BEFORE": "trước",
    "BY": "chậm nhất|chậm nhất là|chậm nhất vào|chậm nhất đến|chậm nhất là vào|chậm nhất là đến|muộn nhất|"
    "muộn nhất là|muộn nhất vào|muộn nhất đến|không quá|không muộn hơn|không chậm hơn|không chậm quá|"
    "không trễ hơn|trước và trong|trước hoặc trong|hạn|hạn cuối|hạn cuối là|hạn chót|hạn chót là|"
    "hạn cuối cùng|thời hạn|thời hạn là|hạn hoàn thành|thời hạn hoàn thành|hạn đến|"
    "thời hạn đến|xong chậm nhất",
    "UNTIL": "đến|tới|đến hết|tới hết|cho đến|cho đến hết|cho tới|hết|đến trước hết",
    "FROM": "từ|kể từ|bắt đầu từ|tính từ|bắt đầu|từ sau",
    "AFTER": "sau",
    "IN": "trong|vào|trong cả|trong suốt|suốt|trong khoảng thời gian|trong thời gian|vào lúc|lúc|trong khoảng",
    "DAY": "ngày",
    "DAYONWARD": "trở đi|trở về sau|về sau|trở đi cho đến khi có hướng dẫn mới",
    "MONTH": "tháng",
    "QUARTER": "quý",
    "YEAR": "năm",
    "WEEK": "tuần",
    "EVERY": "hằng|mỗi|từng|theo từng|vào mỗi|trong mỗi|các|những",
    "PERIODIC": "định kỳ",
    "STAGE": "giai đoạn|các năm|trong giai đoạn|thời kỳ",
    "HALF": "nửa",
    "EDGE1": "đầu|đầu tiên",
    "EDGE2": "giữa",
    "EDGE3": "cuối|cuối cùng",
    "WHOLE": "cả năm|toàn năm|trọn năm",
    "AND": "và|cùng|&",
    "NEXT": "kế tiếp|tiếp theo|liền kề|kế sau|liền sau|tiếp sau",
    "OF": "của|thuộc",
    "PERIOD": "kỳ",
    "REPORT": "báo cáo",
    "SEND": "gửi|nộp|gửi báo cáo|nộp báo cáo|gửi về|tổng hợp báo cáo|tổng hợp|báo cáo kết quả",
    "TIMES": "lần",
    "CONT": "thường xuyên|liên tục|quanh năm|thường kỳ",
    "FUTURE": "các năm tiếp theo|những năm tiếp theo|các năm sau|những năm sau|các năm kế tiếp|năm tiếp theo|"
    "các năm tiếp|các năm sau đó|những năm sau đó|các năm tiếp theo sau",
    "NOW": "từ nay|từ nay cho",
    "GOAL": "mục tiêu|nhiệm vụ|chỉ tiêu|mục tiêu cụ thể|mục tiêu chung|mục tiêu tổng quát|nhiệm vụ trọng tâm|"
    "chỉ tiêu cụ thể|mục tiêu phấn đấu|chỉ tiêu chủ yếu|mục tiêu chủ yếu|nhiệm vụ chủ yếu",
    "FILL": "hoàn thành|xong|thực hiện|triển khai|triển khai thực hiện|tổ chức|tổ chức thực hiện|hoàn tất|"
    "kết thúc|phấn đấu|phấn đấu hoàn thành|đảm bảo|bảo đảm|thời gian|thời gian thực hiện|thời điểm|tiến độ|"
    "thời gian hoàn thành|lộ trình|lộ trình thực hiện|phải|được|cần|dự kiến|dự kiến hoàn thành|ban hành|"
    "thời hạn thực hiện|tiến độ thực hiện|tiến độ hoàn thành|thời hạn báo cáo|"
    "thời gian báo cáo|yêu cầu|là|cơ bản",
    "EDUCATION": "năm học|học kỳ",
}
NUMERALS: dict[str, int] = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10,
    "mười một": 11, "mười hai": 12,
}  # fmt: skip
ROMAN: dict[str, int] = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
WEEKDAYS: dict[str, int] = {
    "thứ hai": 0, "thứ 2": 0, "thứ ba": 1, "thứ 3": 1, "thứ tư": 2, "thứ 4": 2, "thứ năm": 3, "thứ 5": 3,
    "thứ sáu": 4, "thứ 6": 4, "thứ bảy": 5, "thứ 7": 5, "chủ nhật": 6,
}  # fmt: skip

_KINDS: dict[str, str] = {
    fold(spelling): kind for kind, spellings in VOCABULARY.items() for spelling in spellings.split("|")
}
_VALUES = {fold(word): value for word, value in NUMERALS.items()}
_DAYS = {fold(word): value for word, value in WEEKDAYS.items()}
_LONG = "|".join(re.escape(word) for word in sorted((*_KINDS, *_VALUES, *_DAYS), key=len, reverse=True) if " " in word)
_MASTER = Pattern(
    rf"""
      (?P<time>(?<!\d)(?P<hour>\d{{1,2}})(?:\s*(?:h|g|giờ)|(?=:\d\d(?!\d)))
              (?:[:\s]*(?P<minute>\d{{2}})(?!\d|\s*[/.\-]\s*\d)(?:\s*(?:phút|ph|'))?)?(?!\w))
    | (?P<num>\d+)
    | (?P<month>(?<!\w)t\.?\s?(?=\d{{1,2}}(?!\w)))
    | (?P<quarter>(?<!\w)q(?:úy|uý)?(?:\.\s*|\s?)(?=(?:[1-9]|iv|i{{1,3}})(?!\w)))
    | (?P<long>(?<!\w)(?:{_LONG})(?!\w))
    | (?P<word>[^\W\d_]+)
    | (?P<sign>[^\w\s]|_)
    """,
    re.VERBOSE,
)


def _word(text: str) -> tuple[str, int]:
    if text in _KINDS:
        return _KINDS[text], 0
    if text in _VALUES:
        return "NUMERAL", _VALUES[text]
    if text in _DAYS:
        return "WEEKDAY", _DAYS[text]
    return ("ROMAN", ROMAN[text]) if text in ROMAN else ("WORD", 0)


def _token(match: re.Match[str]) -> Token:
    group, text, (start, end) = match.lastgroup, match.group(), match.span()
    if match.group("time") is not None:
        return Token("TIME", int(match.group("hour")) * 100 + int(match.group("minute") or 0), start, end, text)
    if group == "num":
        return Token("NUM", int(text[:9]), start, end, text)
    if group in {"month", "quarter"}:
        return Token(group.upper(), 0, start, end, text)
    if group == "sign":
        return Token(text, 0, start, end, text)
    kind, value = _word(text)
    return Token(kind, value, start, end, text)


@lru_cache(maxsize=64)  # every rule begins with the tokens of the same phrase
def tokenise(folded: str) -> tuple[Token, ...]:
    """The tokens of a folded phrase, in order; only blanks are left out."""
    return tuple(map(_token, _MASTER.finditer(folded)))
