"""Our words in a comment are told from the unit's."""

from __future__ import annotations

import pytest

from danvan_xl.model.marks import COMMENT_BEGIN, COMMENT_END, unit_comment

OURS = f"{COMMENT_BEGIN}\nLỖI PHẢI SỬA. Sai.\n{COMMENT_END}"


@pytest.mark.parametrize(
    ("comment", "unit"),
    [
        ("Anh Nam: đã xong", "Anh Nam: đã xong"),
        (OURS, ""),
        (f"Anh Nam: đã xong\n\n{OURS}", "Anh Nam: đã xong"),
        (f"{OURS}\nđã sửa", "đã sửa"),
        (f"Trước\n{OURS}\nsau\n{OURS}", "Trước\nsau"),
        (f"Trước\n{COMMENT_BEGIN}\nbị cắt", "Trước"),
    ],
)
def test_what_the_unit_wrote_is_kept(comment: str, unit: str) -> None:
    assert unit_comment(comment) == unit
