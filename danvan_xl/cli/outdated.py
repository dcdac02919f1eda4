"""What ``status``, ``send`` and ``merge`` say of a consolidated workbook that other files were merged into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from danvan_xl.cli.common import say
from danvan_xl.merging.consolidation import Consolidation
from danvan_xl.wording import Lang
from danvan_xl.workbooks.consolidated.sources import Difference, Record, compare, sources_of

MOST_FILES = 8


def difference(record: Record, result: Consolidation) -> Difference:
    """How the files of this run differ from those that the workbook of the record was made from."""
    return compare(record.sources, sources_of(result))


def difference_words(found: Difference, lang: Lang) -> str:
    """``chưa có A.xlsx; B.xlsx đã đổi …``: which files, in one line."""
    return "; ".join(_parts(found, lang))


def _parts(found: Difference, lang: Lang) -> Iterator[str]:
    for key, names in (("came", found.came), ("changed", found.changed), ("gone", found.gone)):
        if names:
            yield say(lang, f"outdated_{key}", files=_names(names, lang))


def _names(names: Sequence[str], lang: Lang) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:MOST_FILES])
    left = len(names) - MOST_FILES
    return say(lang, "outdated_more", files=shown, count=left) if left > 0 else shown
