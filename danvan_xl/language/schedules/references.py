"""Phrases that give no day of their own.

Another document decides (``reference``) or is only cited (``none``), the line above is repeated (``inherit``), or a
condition must be met first (``conditional``).
"""

from __future__ import annotations

from danvan_xl.language.schedules.normalise import Phrase, fold
from danvan_xl.language.schedules.patterns import Pattern
from danvan_xl.model.schedule import Schedule, ScheduleContext

_DITTO = frozenset(
    map(fold, ("nt", "-nt-", "như trên", "-như trên-", "//", "-//-", "nêu trên", "như dòng trên", "''", "-nt"))
)
# words that would make a clause a deadline: then the clause is not understood as a whole
DEADLINE_WORDS = Pattern(
    r"(?<!\w)(?:trước (?!khi )|chậm nhất|muộn nhất|không quá|hoàn thành|xong|hạn|hằng|quý [ivx\d]|q\.?[1-4i]"
    r"|tháng \d|đến hết|đến năm|trong năm \d|trong quý|thường xuyên|\d{1,2}[/.\-]\d{1,2}(?!\d*/))"
)
DATE = Pattern(r"\d{1,2}\s?[/.\-]\s?\d{1,2}(?:\s?[/.\-]\s?\d{2,4})?(?!\w)")
_DELIVERY_WORDS = Pattern(r"(?<!\w)(?:trước (?!khi )|chậm nhất|muộn nhất|không quá|hoàn thành|xong|hạn )")

_PAPERS = (
    "kế hoạch|nghị quyết|quyết định|công văn|chỉ thị|thông tư|nghị định|luật|hướng dẫn|thông báo|quy định|đề án|"
    "kết luận|chương trình|tờ trình|văn bản|quy chế|bộ luật|pháp lệnh|công điện|giấy mời|thông tri"
)
_DAY_OF_PAPER = r"ngày \d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}"
_CITATION = Pattern(
    rf"(?:{_PAPERS})(?: [^\d,;:]{{0,60}})? (?:số:? ?)?\d+(?:/\d{{4}})?[-/][a-zđ]|(?:{_PAPERS}) số:? ?\d+"
    rf"|(?:{_PAPERS})[^\d;]{{0,60}} {_DAY_OF_PAPER}"
    r"|\d+(?:/\d{4})?[-/](?:kh|nq|qđ|ct|nđ|tt|cv|kl|hd|tb|qh)"
)
DOCUMENT = Pattern(
    rf"(?:(?:số:? ?)?\d+(?:/\d{{4}})?(?:[-/][a-zđ]+)+|số:? ?\d+(?:[-/][\w]+)*)(?:[, ]+{_DAY_OF_PAPER})?"
    rf"|{_DAY_OF_PAPER}|năm \d{{4}}|(?:nhiệm kỳ|giai đoạn) \d{{4}}\s?-\s?\d{{4}}"
)
"""The number and day of a document, or the years in its title: none of them is a deadline."""


def inherit(phrase: Phrase, context: ScheduleContext) -> Schedule | None:  # noqa: ARG001 (a rule's signature)
    """The line above applies: "-nt-", "như trên"."""
    return Schedule(phrase.text, "inherit") if phrase.folded.strip(" .\"'()") in _DITTO else None


_THEO = Pattern(
    r"(?:(?:tổ chức |triển khai )?thực hiện |triển khai |báo cáo )?"
    r"(?:theo|căn cứ|tùy theo|tùy thuộc|phụ thuộc) (?!từng (?:tháng|quý|năm))(?!(?:tháng|quý|tuần|năm)$)"
)


def citation(phrase: Phrase, context: ScheduleContext) -> Schedule | None:  # noqa: ARG001
    """A document with its number and day: none of its dates is a deadline."""
    if not _CITATION.search(phrase.folded) or _THEO.match(phrase.folded):
        return None
    kind = "unparsed" if _DELIVERY_WORDS.search(phrase.folded) else "none"
    return Schedule(phrase.text, kind, flags=("citation_dates",))  # type: ignore[arg-type]


_SCHOOL = Pattern(
    r"(?<!\w)(?:năm học(?: \d{4}(?:\s?-\s?\d{4})?)?(?: và các năm học tiếp theo)?|học kỳ (?:i{1,2}|[12])(?!\w))"
)
_SCHOOL_WORDS = Pattern(
    r"(?<!\w)(?:theo|trong|từ|đầu|cuối|giữa|hết|kết thúc|của|đến|mỗi|hằng|thực hiện|tổ chức|kế hoạch|và|bắt đầu"
    r"|các)(?!\w)|[ .,;:()/-]"
)


def school_year(phrase: Phrase, context: ScheduleContext) -> Schedule | None:  # noqa: ARG001
    """A school year, whose days a decision fixes each year: "Năm học 2026 - 2027"."""
    rest = _SCHOOL.sub(" ", phrase.folded)
    if rest == phrase.folded or _SCHOOL_WORDS.sub("", rest):
        return None
    return Schedule(phrase.text, "reference", flags=("school_year", "needs_reference"))


_PLAN = Pattern(
    r"kế hoạch(?: công tác| hoạt động| chung| chi tiết| cụ thể)?(?: năm (?P<y1>\d{4}))?"
    r"(?: (?:của|do) (?P<org>[^\d]+?))?(?: năm (?P<y2>\d{4}))?\.?"
)
_INSTRUCTION = Pattern("chỉ đạo|hướng dẫn")
_SUPERIORS = Pattern(
    r"cấp trên|trung ương|thành ủy|thành phố|tỉnh|đảng ủy|cấp ủy|chính phủ|sở |bộ |ubnd|ủy ban nhân dân"
)
_PROJECT = Pattern(r"tiến độ.*dự án")
_BY_RULE = Pattern(r"theo quy định")


def _plan_code(phrase: Phrase, start: int, body: str) -> str | None:
    plan = _PLAN.fullmatch(body)
    if plan is None:
        return None
    at = phrase.folded.index(body, start)
    owner = phrase.slice(at + plan.start("org"), at + plan.end("org")) if plan["org"] else ""
    return " ".join(filter(None, (f"plan of {owner}" if owner else "plan", plan["y1"] or plan["y2"])))


def reference_name(phrase: Phrase, start: int = 0) -> str | None:
    """The document that decides, if the phrase from ``start`` to its end is "theo …"; else None.

    Documents of a known kind are named in the vocabulary of the readings ("plan of UBND xã 2026"), others in their own
    words.
    """
    rest = phrase.folded[start:].lstrip(" ,(")
    begin = _THEO.match(rest)
    if not begin:
        return None
    whole_at = len(phrase.folded) - len(rest)
    body_at = whole_at + begin.end()
    unsigned = DOCUMENT.sub(" ", phrase.folded[body_at:])
    if DEADLINE_WORDS.search(unsigned) or DATE.search(unsigned):
        return None
    body = phrase.folded[body_at:].strip(" .;,()")
    if plan := _plan_code(phrase, body_at, body):
        return plan
    if _INSTRUCTION.search(body):
        return "instruction from above" if _SUPERIORS.search(body) else "instruction"
    if _PROJECT.match(body):
        return "project schedule"
    if not body:
        return None
    return "theo quy định" if _BY_RULE.match(rest) else phrase.slice(whole_at, len(phrase.text))


_OR_AD_HOC = Pattern(r",? ?(?:hoặc|và|,) (?:báo cáo )?(?:đột xuất|khi có yêu cầu)")
_AD_HOC_TAIL = Pattern(
    r",? ?(?:hoặc|và|,) (?:báo cáo )?(?:đột xuất)?[ ,]*\(?(?:khi có yêu cầu|theo yêu cầu)?(?: của [^()\d]{0,60})?\)?"
)


def reference(phrase: Phrase, context: ScheduleContext) -> Schedule | None:  # noqa: ARG001
    """Another document decides: "Theo chỉ đạo …", "Theo kế hoạch …". "hoặc đột xuất" adds reports on request."""
    split = _OR_AD_HOC.search(phrase.folded)
    if split and _THEO.match(phrase.folded):
        ref = reference_name(Phrase(phrase.text[: split.start()], phrase.folded[: split.start()]))
        if ref is None or not _AD_HOC_TAIL.fullmatch(phrase.folded[split.start() :].strip(" .")):
            return None
        event: dict[str, str | None] = {"trigger": "yêu cầu", "offset": None}
        return Schedule(phrase.text, "reference", event=event, ref=ref, flags=("needs_reference", "ad_hoc"))
    ref = reference_name(phrase)
    return None if ref is None else Schedule(phrase.text, "reference", ref=ref, flags=("needs_reference",))


_CONDITION = Pattern(r"\(\s*(?:chỉ )?(?:khi có|nếu có|khi|nếu)(?P<what>(?: [^()]*)?)\)\.?")
_IF_ANY = Pattern(r"nếu có\.?")


def conditional(phrase: Phrase, context: ScheduleContext) -> Schedule | None:  # noqa: ARG001
    """A condition, "(khi có văn bản triển khai …)" or "(nếu có)": nothing is overdue until it is met."""
    if _IF_ANY.fullmatch(phrase.folded):
        event: dict[str, str | None] = {"trigger": "nếu có", "offset": None}
        return Schedule(phrase.text, "conditional", event=event)
    found = _CONDITION.fullmatch(phrase.folded)
    if not found or DEADLINE_WORDS.search(found["what"]) or DATE.search(found["what"]):
        return None
    trigger = phrase.slice(*found.span("what")) or phrase.slice(0, len(phrase.text))
    event = {"trigger": trigger, "offset": None}
    return Schedule(phrase.text, "conditional", event=event, flags=("inside_task_text",))
