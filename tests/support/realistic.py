"""Answers as units write them: short ones and long ones, with figures, names of documents, difficulties and wishes.

The same round and unit give the same answers, whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from msgspec.structs import replace

from danvan_xl.model import Line
from danvan_xl.model.submission import OwnLine, Typed
from danvan_xl.round.round import Round
from danvan_xl.workbooks.template.writer import TemplateOptions, template_name, write_template
from tests.support.rounds import a_round, sound_answers, sound_values

SENTENCES = (
    "Đã ban hành kế hoạch.",
    "Tổ chức 03 hội nghị quán triệt với 412 lượt cán bộ, công chức, viên chức và người lao động tham dự.",
    "Phối hợp với Ủy ban MTTQ Việt Nam xã và các đoàn thể vận động 86/94 hộ bàn giao mặt bằng, hiến 1.268 m2 đất.",
    "Tiếp nhận 1.204 hồ sơ, giải quyết đúng và trước hạn 1.199 hồ sơ, đạt 99,58%; 05 hồ sơ quá hạn đã có thư xin lỗi.",
    "Lập nhóm Zalo với 23 trưởng thôn, công khai phương án bồi thường, trả lời 33 câu hỏi của Nhân dân.",
    "Đăng 27 tin, bài trên Trang thông tin điện tử và 41 lượt phát trên Đài Truyền thanh xã.",
    "Rà soát, niêm yết công khai 100% thủ tục hành chính tại Bộ phận Một cửa.",
    "Họp kiểm điểm ngày 10 hằng tháng.",
    "Mô hình “Chính quyền thân thiện, vì Nhân dân phục vụ” được công nhận đợt 1 theo Quyết định số 1254/QĐ-UBND.",
    "Đối thoại trực tiếp với Nhân dân tại 06 thôn; 19 kiến nghị, đã giải quyết 17, đang xem xét 02.",
    "Hướng dẫn người cao tuổi, người khuyết tật cài đặt VNeID và nộp hồ sơ trực tuyến tại nhà.",
)
REASONS = (
    "Thiếu kinh phí.",
    "Địa bàn rộng, cán bộ kiêm nhiệm nhiều việc, hệ thống phần mềm dùng chung thường xuyên gián đoạn.",
    "08 hộ còn vướng mốc giới với hộ liền kề, chờ đo đạc lại; 02 hộ đi làm ăn xa chưa liên lạc được.",
    "Chưa có hướng dẫn của cấp trên.",
)
WISHES = (
    "Bổ sung kinh phí.",
    "Đề nghị Sở Nội vụ sớm hướng dẫn thống nhất biểu mẫu báo cáo và tổ chức tập huấn cho cán bộ mới nhận nhiệm vụ.",
    "Đề nghị UBND xã bố trí thêm 01 biên chế.",
)
DOCUMENTS = ("12/KH-UBND", "157/KH-UBND; 1254/QĐ-UBND", "27/KH-PVHXH; 166/KH-UBND; 1012/QĐ-UBND; 45/BC-UBND")
BRIEF, FULL = (20, 20, 60, 60, 120), (60, 120, 120, 200, 400)
"""So long are the texts of units that write little, and of the third of all units that writes much."""
FAULTS: tuple[Mapping[str, Any], ...] = (
    {"trang_thai": "Cơ bản hoàn thành"},
    {"ty_le": 150},
    {"trang_thai": "Hoàn thành", "ty_le": 60},
    {"ngay_hoan_thanh": "31/02/2026"},
    {"so_van_ban": "công văn của huyện gửi tháng trước"},
)
NOTE = "Tăng so với kỳ trước vì có thêm đợt cao điểm tuyên truyền; số liệu lấy theo sổ tiếp công dân của xã."


def round_of(plan: str, units: int = 0) -> Round:
    """A round of a shipped plan with so many units; 0: those that the plan names."""
    return a_round(plan, villages=max(0, units - len(a_round(plan).by_unit)))


def passage(chance: Random, pool: tuple[str, ...], length: int) -> str:
    """Sentences of a pool, as many as fit into ``length`` letters, at least one; numbered, so that no two are alike."""
    chosen = [chance.choice([item for item in pool if len(item) <= length] or [min(pool, key=len)])]
    for sentence in chance.sample(pool, len(pool)):
        if len(" ".join((*chosen, sentence))) <= length and sentence not in chosen:
            chosen.append(sentence)
    return " ".join((f"Số {chance.randrange(10**5, 10**6)}.", *chosen))


def realistic_answers(current: Round, unit: str, *, faults: int = 0) -> Typed:
    """What a unit typed into its template; ``faults``: so many of its lines hold a mistake each."""
    chance = Random(f"{current.plan.id} {current.period.id} {unit}")
    typed = sound_answers(current, unit)
    known = current.by_unit[unit]
    lengths = lengths_of(current, unit)
    lines = {name: _answer(known[name], current, chance, lengths) for name in typed.lines}
    for number, name in enumerate(list(lines)[:faults]):
        lines[name] = {**lines[name], **FAULTS[number % len(FAULTS)]}
    return replace(
        typed,
        lines=lines,
        own=_own_lines(current, chance),
        figures={name: chance.choice((0, 7, 412, 12_048)) for name in typed.figures},
        figure_notes={name: passage(chance, (NOTE,), 200) for name in typed.figures if chance.random() < 0.3},
        words={name: passage(chance, SENTENCES + REASONS + WISHES, 600) for name in typed.words},
    )


def lengths_of(current: Round, unit: str) -> tuple[int, ...]:
    """How many letters the unit's texts have, one of them to be chosen."""
    return FULL if list(current.by_unit).index(unit) % 3 == 0 else BRIEF


def nil_answers() -> Typed:
    """What a unit typed that has nothing to report."""
    return Typed(nil=True, nil_reason="Trong kỳ đơn vị không phát sinh nhiệm vụ nào thuộc kế hoạch này.")


def previous_words(current: Round, unit: str) -> dict[str, str]:
    """What the unit said of its lines in the period before, as a template repeats it."""
    chance = Random(f"before {current.plan.id} {unit}")
    return {
        name: f"Đang thực hiện · 60 % · {passage(chance, SENTENCES, chance.choice(lengths_of(current, unit)))}"
        for name in current.by_unit[unit]
        if chance.random() < 0.8
    }


def _answer(line: Line, current: Round, chance: Random, lengths: tuple[int, ...]) -> dict[str, Any]:
    values = sound_values(line, current, chance.randrange(4))
    if "ket_qua" in values:
        values["ket_qua"] = passage(chance, SENTENCES, chance.choice(lengths))
    if "so_van_ban" in values:
        values["so_van_ban"] = chance.choice(DOCUMENTS)
    if "kho_khan" in values:
        values["kho_khan"] = passage(chance, REASONS, chance.choice(lengths))
    if "giai_trinh" in values:
        values["giai_trinh"] = passage(chance, REASONS, chance.choice(lengths))
    if chance.random() < 0.25:
        values["de_xuat"] = passage(chance, WISHES, chance.choice(lengths))
    return values


def _own_lines(current: Round, chance: Random) -> tuple[OwnLine, ...]:
    """Work that the plan does not name, in the last appendix."""
    if chance.random() < 0.5:
        return ()
    values = {
        "trang_thai": "Hoàn thành",
        "ty_le": 100,
        "ket_qua": passage(chance, SENTENCES, 200),
        "so_van_ban": DOCUMENTS[0],
    }
    text = "Vận động Nhân dân thu dọn vệ sinh, khơi thông dòng chảy sau bão theo chỉ đạo đột xuất của Chủ tịch UBND xã"
    return (OwnLine(current.plan.appendices[-1].id, text, values),)


def fill_in(folder: Path, current: Round, unit: str, typed: Typed | None = None) -> Path:
    """The unit's template with what it typed (nothing: as it is sent), beside what it said the period before."""

    path = folder / template_name(current, current.plan.unit(unit))
    previous = previous_words(current, unit)
    write_template(path, current, current.plan.unit(unit), TemplateOptions(typed=typed or Typed(), previous=previous))
    return path
