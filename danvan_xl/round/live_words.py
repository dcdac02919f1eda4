"""What the live check of a form can say, so that words which a unit typed over it are told from the check's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from danvan_xl.model import Form
from danvan_xl.rules.figure_checks import MINUS
from danvan_xl.wording import finding_text, live_templates, text

_PLACE = re.compile(r"\\\{(\w+)\\\}")
_ANYTHING_SHORT = r"[\w./, ≥≤+%-]{1,40}"
"""A bound, a day, a number of characters."""


_OWN_FORMULA = re.compile(r"=\s*IF\((?:COUNTA|LEN\(TRIM)\(", re.IGNORECASE)
"""How the formulas of the live check begin."""


def is_live_formula(formula: str) -> bool:
    """Whether a formula is a live check, as far as its beginning tells."""
    return _OWN_FORMULA.match(formula) is not None


_COUNT = re.compile(r"""=\s*(?:HYPERLINK\("#'|IF\(\(COUNTIF\()""", re.IGNORECASE)


def is_count_formula(formula: str) -> bool:
    """Whether a formula is the count at the top of a form or its helper, as far as its beginning tells."""
    return _COUNT.match(formula) is not None


@cache
def _counts() -> re.Pattern[str]:
    kinds = ("lines", "figures", "targets")
    numbers = (text("template", f"count_{kind}", left="{n}", wrong="{n}") for kind in kinds)
    parts = [re.escape(words).replace(r"\{n\}", r"\d+") for words in numbers]
    return re.compile("|".join([*parts, *(re.escape(text("template", f"count_{kind}_done")) for kind in kinds)]))


def is_count(words: str) -> bool:
    """Whether these are words of the count at the top of a form: ``Còn 4 dòng chưa trả lời, 1 chỗ sai``."""
    return _counts().fullmatch(words.strip()) is not None


class LiveWords:
    """What the live check of one form can say. Made when it is first asked: most files hold few different words."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._known: dict[str, bool] = {}
        self._pattern: re.Pattern[str] | None = None

    def can_say(self, words: str) -> bool:
        """Whether these are words of the live check, and not a person's."""
        if not self._known:
            ours = (text("template", name) for name in ("live_good", "live_optional", "live_nil", "live_enough"))
            usual = (*ours, finding_text("R002", "live", "vi", {}), finding_text("V041", "live", "vi", {}))
            self._known = {item: True for item in usual if item}
        if words not in self._known:
            if self._pattern is None:
                self._pattern = _pattern_of(self._form)
            self._known[words] = self._pattern.fullmatch(words) is not None
        return self._known[words]


def _pattern_of(form: Form) -> re.Pattern[str]:
    titles = _one_of([*(item.title for item in form.fields), *(title for _, title in form.items)])
    choices = _one_of([value for item in form.fields for value in item.enum])
    parts = {
        "title": titles,
        "other_title": titles,
        "titles": f"{titles}(?: hoặc {titles})*",
        "terms": f"{titles}(?: [+{MINUS}] {titles})*",
        "status": f"{choices}(?: / {choices})*",
    }

    def pattern(template: str) -> str:
        return _PLACE.sub(lambda place: parts.get(place[1], _ANYTHING_SHORT), re.escape(template))

    return re.compile("|".join(map(pattern, live_templates())))


def _one_of(words: Iterable[str]) -> str:
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    return f"(?:{'|'.join(longest_first)})" if longest_first else "(?!)"
