"""The messages to paste into Zalo are true of the unit's own case: who asks, what came, what is wrong, by when."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.support.books import column_of, open_book, row_of
from tests.support.program import run
from tests.support.rounds import PLANS, a_round, fill, periods, sound_answers

PLAN, PERIOD = "gia-loc", "2026-H1"
UNITS = ("VHXH", "VP", "KT", "PVHCC", "DVSNC", "CA", "QS")
NAMES = {unit.id: unit.name for unit in a_round().plan.units}
NOT_RECEIVED = "chưa nhận được báo cáo"
OFFICE = "Phòng Văn hóa - Xã hội"


def messages(folder: Path, *more: str, plan: str = PLAN, period: str = PERIOD, **env: str) -> dict[str, str]:
    """For whom → the message, as ``check`` prints them."""
    done = run("check", folder, "--plan", plan, "--period", period, *more, cwd=folder.parent, **env)
    assert done.returncode in (0, 1), done.stderr
    title = r"\n(?:Lời nhắn cho|Message for) (.+) \((?:dán vào Zalo|paste into Zalo)\):\n(.+)"
    return dict(re.findall(title, done.stdout))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What every unit but KT and QS sent."""
    made = tmp_path / "nhan"
    made.mkdir()
    for unit in UNITS:
        if unit not in ("KT", "QS"):
            fill(made / f"{unit}.xlsx", a_round(), unit)
    return made


# ---- who asks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", PLANS)
def test_the_coordinating_office_is_named_and_no_other(plan: str, tmp_path: Path) -> None:
    current = a_round(plan, periods(plan)[-1])
    office = current.plan.unit(current.plan.office).name
    made = tmp_path / "nhan"
    made.mkdir()
    (made / "anh.jpg").write_bytes(b"\xff\xd8\xff\xe0 anh")
    said = messages(made, plan=plan, period=current.period.id)
    assert len(said) >= 3  # all together, the office itself, whoever sent the picture
    for whom, words in said.items():
        if whom == office:
            assert words.count(office) == 1  # it does not ask itself by name
            assert "bộ phận tổng hợp chưa nhận được" in words
        else:
            assert office in words
        without = re.sub("|".join(re.escape(unit.name) for unit in current.plan.units), "", words)
        assert "văn phòng" not in without.casefold()


def test_another_office_is_named_where_the_plan_says_so(tmp_path: Path) -> None:
    rules = Path(__file__).parents[2] / "rules" / "plans" / "gia-loc.toml"
    words = rules.read_text(encoding="utf-8").replace('office = "VHXH"', 'office = "VP"')
    (tmp_path / "khac.toml").write_text(words, encoding="utf-8")
    (tmp_path / "nhan").mkdir()
    said = messages(tmp_path / "nhan", plan=str(tmp_path / "khac.toml"))
    assert all("Văn phòng HĐND và UBND" in message for whom, message in said.items() if whom != NAMES["VP"])


# ---- what came -----------------------------------------------------------------------------------------------


def test_a_unit_that_sent_nothing_hears_that(folder: Path) -> None:
    said = messages(folder)
    assert set(said) == {NAMES["KT"], NAMES["QS"]}
    assert all(f"đến nay {OFFICE} {NOT_RECEIVED} kỳ 6 tháng đầu năm 2026" in words for words in said.values())


def test_a_unit_that_sent_another_period_hears_that(folder: Path) -> None:
    fill(folder / "KT.xlsx", a_round(period="2026"), "KT")
    words = messages(folder)[NAMES["KT"]]
    assert NOT_RECEIVED not in words
    assert "báo cáo kỳ năm 2026" in words
    assert "kỳ 6 tháng đầu năm 2026" in words
    assert "“KT.xlsx”" in words
    english = messages(folder, DANVAN_LANG="en")[NAMES["KT"]]
    assert "it is the report for year 2026" in english
    assert "has not received" not in english


def test_many_that_sent_nothing_are_together_and_the_one_with_another_period_apart(tmp_path: Path) -> None:
    made = tmp_path / "nhan"
    made.mkdir()
    fill(made / "KT.xlsx", a_round(period="2026"), "KT")
    said = messages(made)
    (group,) = [words for whom, words in said.items() if whom == "các đơn vị chưa nộp"]
    assert NAMES["KT"] not in group
    assert "báo cáo kỳ năm 2026" in said[NAMES["KT"]]


def test_a_unit_that_sent_the_right_one_too_has_nothing_to_do(folder: Path) -> None:
    fill(folder / "ky truoc.xlsx", a_round(period="2026"), "VP")
    assert NAMES["VP"] not in messages(folder)


def test_a_unit_that_sent_another_plan_hears_that(folder: Path) -> None:
    fill(folder / "cua ke hoach khac.xlsx", a_round("thach-khoi"), "VP")
    (folder / "VP.xlsx").unlink()
    words = messages(folder)[NAMES["VP"]]
    assert NOT_RECEIVED not in words
    assert "kế hoạch khác (mã “thach-khoi”)" in words


def a_picture(path: Path) -> None:
    path.with_name("anh.jpg").write_bytes(b"\xff\xd8\xff\xe0 anh")


def a_scan(path: Path) -> None:
    path.with_name("scan.pdf").write_bytes(b"%PDF-1.4 scan")


def an_empty_file(path: Path) -> None:
    path.with_name("rong.xlsx").write_bytes(b"")


def without_identity(path: Path) -> None:
    book = open_book(fill(path.with_name("mat trang.xlsx"), a_round(), "KT"))
    del book["_danvan"]
    book.save(path.with_name("mat trang.xlsx"))


def of_no_unit(path: Path) -> None:
    fill(path.with_name("la.xlsx"), a_round("thach-khoi"), "KTHTDT")


@pytest.mark.parametrize("send", [a_picture, a_scan, an_empty_file, without_identity, of_no_unit])
def test_nobody_is_greeted_by_the_name_of_a_file(send: Callable[[Path], None], folder: Path) -> None:
    before = {path.name for path in folder.iterdir()}
    send(folder / "x")
    (name,) = {path.name for path in folder.iterdir()} - before
    said = messages(folder)
    (words,) = [message for message in said.values() if name in message]
    greeting = words.partition(":")[0]
    assert name not in greeting
    assert f"{OFFICE} đã nhận tệp “{name}” nhưng chưa dùng được" in words
    for message in said.values():
        assert f"Kính gửi {name}" not in message
    assert all(f"“{name}”" not in whom or whom.startswith("đơn vị đã gửi") for whom in said)


def test_files_of_which_nobody_knows_which_counts_are_asked_about(tmp_path: Path) -> None:
    root = tmp_path / "xa"
    assert run("init", "xa", "--plan", PLAN, "--period", PERIOD, cwd=tmp_path).returncode == 0
    settings = root / "danvan.toml"
    words = settings.read_text(encoding="utf-8").replace('resubmission = "latest"', 'resubmission = "ask"')
    settings.write_text(words, encoding="utf-8")
    one = sound_answers(a_round(), "KT")
    fill(root / "nhan" / PERIOD / "a.xlsx", a_round(), "KT", one)
    fill(root / "nhan" / PERIOD / "b.xlsx", a_round(), "KT", replace(one, words={}))
    said = re.findall(r"Kính gửi Phòng Kinh tế: .+", run("check", cwd=root).stdout)
    assert len(said) == 1
    assert "Đề nghị cho biết tệp nào đúng" in said[0]


def with_errors(path: Path) -> Path:
    book = open_book(fill(path, a_round(), "KT"))
    line = next(line for line in a_round().by_unit["KT"].values() if line.task.appendix == "PL1")
    sheet = book["Phụ lục I"]
    sheet.cell(row_of(sheet, line.id), column_of(sheet, "Tỷ lệ (%)")).value = 150
    book.save(path)
    return path


def test_a_returned_report_is_said_with_its_cells(folder: Path) -> None:
    with_errors(folder / "KT.xlsx")
    words = messages(folder)[NAMES["KT"]]
    assert "cần sửa 1 chỗ" in words
    assert "150 nằm ngoài khoảng" in words
    assert f"mà {OFFICE} gửi lại" in words


def test_a_refused_file_beside_one_that_counts_is_said_too(folder: Path) -> None:
    path = fill(folder / "VP moi.xlsx", a_round(), "VP")
    book = open_book(path)
    book["Hướng dẫn"]["B4"] = NAMES["KT"]
    book.save(path)
    words = messages(folder)[NAMES["VP"]]
    assert NOT_RECEIVED not in words
    assert "“VP moi.xlsx”" in words
    assert "hiện vẫn lấy theo tệp “VP.xlsx”" in words


def test_what_the_unit_can_do_nothing_about_is_not_asked_of_it(folder: Path) -> None:
    plan = a_round().plan
    newer = replace(a_round(), plan=replace(plan, version=plan.version + 1))
    fill(folder / "KT.xlsx", newer, "KT")
    assert NAMES["KT"] not in messages(folder)


# ---- by when -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-06-01", "nộp, hạn 15/06/2026."),
        ("2026-06-15", "nộp, hạn 15/06/2026."),
        ("2026-06-16", "nộp ngay, vì đã quá hạn ngày 15/06/2026."),
        ("2027-01-01", "nộp ngay, vì đã quá hạn ngày 15/06/2026."),
    ],
)
def test_a_day_that_has_passed_is_said_as_passed(day: str, words: str, folder: Path) -> None:
    with_errors(folder / "KT.xlsx")
    said = messages(folder, "--due", "2026-06-15", "--as-of", day)
    assert all(words in message for message in said.values())
    assert set(said) == {NAMES["KT"], NAMES["QS"]}


def test_without_as_of_the_present_day_counts(folder: Path) -> None:
    long_ago = messages(folder, "--due", "2026-01-02")[NAMES["QS"]]
    assert ("đã quá hạn ngày 02/01/2026" in long_ago) == (date.today() > date(2026, 1, 2))  # noqa: DTZ011
    assert "hạn" not in messages(folder)[NAMES["QS"]]


def test_the_day_itself_after_truoc_is_not_late_unless_it_is_set_so(tmp_path: Path) -> None:
    root = tmp_path / "xa"
    done = run("init", "xa", "--plan", PLAN, "--period", PERIOD, "--due", "trước 15/6/2026", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = run("check", "--as-of", "2026-06-15", cwd=root).stdout
    assert "chậm nhất trong ngày 15/06/2026" in said
    assert "quá hạn ngày 14/06/2026" in run("check", "--as-of", "2026-06-16", cwd=root).stdout
    settings = root / "danvan.toml"
    words = settings.read_text(encoding="utf-8").replace("strict = false", "strict = true")
    settings.write_text(words, encoding="utf-8")
    assert "quá hạn ngày 14/06/2026" in run("check", "--as-of", "2026-06-15", cwd=root).stdout


def test_a_unit_with_more_time_hears_its_own_day(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "xa"
    arguments = ("init", "xa", "--plan", PLAN, "--period", PERIOD, "--due", "2026-06-15")
    assert run(*arguments, cwd=tmp_path).returncode == 0
    shutil.copytree(folder, root / "nhan" / PERIOD, dirs_exist_ok=True)
    done = run("extend", "KT", "--until", "2026-06-20", "--reason", "thay cán bộ", cwd=root)
    assert done.returncode == 0, done.stderr
    on = {day: run("check", "--as-of", day, cwd=root).stdout for day in ("2026-06-17", "2026-06-21")}
    first = re.findall(r"Kính gửi (?:Phòng Kinh tế|Ban Chỉ huy Quân sự xã): .+", on["2026-06-17"])
    assert ["hạn (đã gia hạn) 20/06/2026" in words for words in first] == [True, False]
    assert "đã quá hạn ngày 15/06/2026" in first[1]
    assert "đã quá hạn ngày 20/06/2026" in on["2026-06-21"]
