"""What a unit writes is kept to the letter, also where it looks like something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.rounds import a_round, fill, one_line, read

LINE = "PL2.1.2@VHXH"


@pytest.mark.parametrize(
    "words",
    [
        "Hộ nghèo < 5, hộ cận nghèo > 3",
        "chỉ số < a và > 5",
        "đạt <b đến c> điểm",
        "x < u & i > 2",
        "Văn hóa & Xã hội",
        "= không phải công thức",
        "@Nguyễn Văn A phụ trách",
        "'157/KH-UBND",
        "Dòng một\nDòng hai",
        "100% hộ; 1.250.000 đồng",
    ],
)
def test_the_result_of_a_line_is_kept_to_the_letter(words: str, tmp_path: Path) -> None:
    current = a_round()
    values = {"trang_thai": "Đang thực hiện", "ty_le": 5, "ket_qua": words, "kho_khan": "Thiếu người"}
    submission = read(fill(tmp_path / "a.xlsx", current, "VHXH", one_line(current, LINE, values)), current)
    (answer,) = [item for item in submission.answers if item.line == LINE]
    assert answer.values["ket_qua"] == words
