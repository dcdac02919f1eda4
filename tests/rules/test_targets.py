"""Targets in plan files.

- Every figure that stands in the text of a task of the four plans is covered by the target listed here, and no target
  is without a reason: taking one away fails.
- A target has the keys of its kind; every fault is told with its key path and line, in both languages.
- Where a task has targets, no figure is asked beside its line a second time.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from danvan_xl.language.plan_figures import figures_in
from danvan_xl.model import Plan, Target, TargetKind, Task
from danvan_xl.rules.checks import formula
from danvan_xl.rules.files import RuleSource, shipped
from danvan_xl.rules.loader import check_rules, load_rules
from danvan_xl.rules.target_files import KEYS, plain
from tests.support.program import run
from tests.support.rounds import a_round, fill, one_line, read, told

PLANS = ("gia-loc", "thach-khoi", "phu-thinh", "nq55")

# plan, task, figure as it stands there, the target that covers it (its number in the task)
COVERED = """
gia-loc    | PL1.II.1 | 100%             | 1
gia-loc    | PL1.II.1 | 100%             | 2
gia-loc    | PL1.II.2 | 100%             | 1
gia-loc    | PL1.II.3 | đạt chuẩn        | 1
gia-loc    | PL1.II.4 | 100%             | 1
gia-loc    | PL1.II.4 | ít nhất 01       | 2
gia-loc    | PL1.II.5 | PAR Index        | 1
gia-loc    | PL1.II.5 | SIPAS            | 2
gia-loc    | PL1.II.5 | tối thiểu 95%    | 3
gia-loc    | PL1.II.5 | tối thiểu 90%    | 4
thach-khoi | PL1.II.1 | 100%             | 1
thach-khoi | PL1.II.1 | 100%             | 2
thach-khoi | PL1.II.2 | 100%             | 1
thach-khoi | PL1.II.3 | Đến hết năm 2026 | 1
thach-khoi | PL1.II.3 | đạt chuẩn        | 1
thach-khoi | PL1.II.4 | 100%             | 2
thach-khoi | PL1.II.4 | ít nhất 01       | 2
thach-khoi | PL1.II.5 | PAR Index        | 1
thach-khoi | PL1.II.5 | SIPAS            | 2
thach-khoi | PL1.II.5 | PCI              | 3
thach-khoi | PL1.II.5 | PAPI             | 4
thach-khoi | PL1.II.5 | DTI              | 5
thach-khoi | PL1.II.5 | PGI              | 6
thach-khoi | PL1.II.5 | tối thiểu 95%    | 7
thach-khoi | PL1.II.5 | tối thiểu 90%    | 8
phu-thinh  | PL.5     | ít nhất 01       | 1
phu-thinh  | PL.9     | PAPI             | 1
phu-thinh  | PL.9     | SIPAS            | 2
"""
NO_TARGET: frozenset[tuple[str, str, str]] = frozenset()
"""(plan, task, figure) that nothing is asked by. The four plans have none; NQ 55 has no figure at all."""

WORDS_ONLY = {("thach-khoi", "PL1.II.4:1")}  # "Bí thư, Chủ tịch UBND phường": two heads, without a figure
Row = tuple[str, str, str, str]


def covered_rows() -> list[Row]:
    rows = (tuple(cell.strip() for cell in line.split("|")) for line in COVERED.strip().splitlines())
    return [(plan, task, words, number) for plan, task, words, number in rows]


def covering(task: Task, start: int, end: int) -> str:
    """The number of the target whose source holds the figure at this place of the task's plain text; else nothing."""
    text = plain(task.text)
    for target in task.targets:
        source = plain(target.source)
        first = text.find(source)
        if first <= start and end <= first + len(source) and first >= 0:
            return target.id.rpartition(":")[2]
    return ""


def figures_of(plan: Plan) -> Iterator[Row]:
    """Every figure in the texts of a plan, with the number of the target that covers it."""
    for task in plan.tasks:
        for figure in figures_in(plain(task.text)):
            if (plan.id, task.id, figure.words) not in NO_TARGET:
                yield plan.id, task.id, figure.words, covering(task, figure.start, figure.end)


@pytest.mark.parametrize("name", PLANS)
def test_each_figure_of_a_plan_is_covered_by_the_target_listed(name: str) -> None:
    assert list(figures_of(load_rules(name).plan)) == [row for row in covered_rows() if row[0] == name]


def test_each_target_covers_a_figure_or_words_that_are_listed() -> None:
    there = {(name, target.id) for name in PLANS for task in load_rules(name).plan.tasks for target in task.targets}
    assert there == {(plan, f"{task}:{number}") for plan, task, _, number in covered_rows()} | WORDS_ONLY


@pytest.mark.parametrize("name", PLANS)
def test_without_one_of_its_targets_a_task_has_a_figure_that_nothing_covers(name: str) -> None:
    plan = load_rules(name).plan
    for task in plan.tasks:
        for target in task.targets:
            if (name, target.id) not in WORDS_ONLY:
                poorer = replace(task, targets=tuple(item for item in task.targets if item is not target))
                assert any(not covering(poorer, figure.start, figure.end) for figure in figures_in(plain(task.text))), (
                    target.id
                )


NOT_ASKED_BY = re.compile(
    r"\(?\d{1,2}/\d{1,2}/\d{4}[,;.]?|[\d/]+[-/][A-ZĐ]{2}[\w/-]*,?|\(?20\d\d(?:-20\d\d)?[.;,]?|\(?6"
)


@pytest.mark.parametrize("name", PLANS)
def test_every_other_word_with_a_digit_is_a_day_a_year_a_period_or_a_document(name: str) -> None:
    for task in load_rules(name).plan.tasks:
        text = plain(task.text)
        for figure in reversed(list(figures_in(text))):
            text = text[: figure.start] + text[figure.end :]
        assert [word for word in text.split() if re.search(r"\d", word) and not NOT_ASKED_BY.fullmatch(word)] == []


SENTENCES = (
    ("ít nhất một mô hình", ["ít nhất một"]),
    ("từ 95,5% trở lên; 90 % hồ sơ; tám mươi phần trăm", ["95,5%", "90 %"]),
    ("Đạt 80 phần trăm", ["80 phần trăm"]),
    ("mỗi quý ít nhất 02 cuộc, 3 đợt", ["ít nhất 02", "3"]),
    ("1.250 hộ và 12 người", ["1.250", "12"]),
    ("Phấn đấu năm 2027 đạt chuẩn nông thôn mới", ["năm 2027", "đạt chuẩn"]),
    ("Trước năm 2028 hoàn thành số hóa", ["Trước năm 2028"]),
    ("kế hoạch năm 2026 giai đoạn 2026 – 2030, nhiệm kỳ 2026-2031", []),
    ("Nghị quyết số 05-NQ/TU, Nghị định 09/2019/NĐ-CP, Quyết định 217-QĐ/TW", []),
    ("ngày 21/11/2022, tháng 01/2026, quý 2, 6 tháng đầu năm, Điều 15 khoản 2", []),
    ("nâng Chỉ số sẵn sàng (ICT Index) và chỉ số hài lòng (HLNB)", ["ICT Index", "HLNB"]),
    ("xếp thứ 5 trong 39 xã; tổng số 10 mô hình; chỉ số 80,5", ["5", "39", "10", "80,5"]),
    ("mỗi tháng 01 buổi, hằng quý 02 cuộc, bất kỳ 3 đơn vị, trong tháng 3", ["01", "02", "3"]),
    ("đến năm 2030 đạt 90-95%, 3/5 đơn vị", ["đến năm 2030", "90", "95%", "3", "5"]),
    ("Nghị quyết 55, Chỉ thị số 05, Đại hội lần thứ 14, quý I/2026, trước 15/6, hạn 20/6/2026", []),
    ("giải phóng mặt bằng (GPMB), thủ tục hành chính (TTHC) (nếu có)", []),
)


@pytest.mark.parametrize(("text", "words"), SENTENCES)
def test_figures_are_told_from_days_and_documents_by_their_form(text: str, words: list[str]) -> None:
    assert [figure.words for figure in figures_in(text)] == words


# ---- what the plans ask for ------------------------------------------------------------------------------------------


def target(plan: str, target_id: str) -> Target:
    return next(item for task in load_rules(plan).plan.tasks for item in task.targets if item.id == target_id)


def test_goals_of_gia_loc_are_asked_by_kind() -> None:
    kinds = {item.id: item.kind.value for task in load_rules("gia-loc").plan.tasks for item in task.targets}
    assert kinds == {
        "PL1.II.1:1": "ratio", "PL1.II.1:2": "units", "PL1.II.2:1": "units", "PL1.II.3:1": "reached",
        "PL1.II.4:1": "ratio", "PL1.II.4:2": "count", "PL1.II.5:1": "rank", "PL1.II.5:2": "rank",
        "PL1.II.5:3": "measured", "PL1.II.5:4": "measured",
    }  # fmt: skip
    limits = [target("gia-loc", f"PL1.II.{number}").minimum for number in ("1:1", "2:1", "4:2", "5:3", "5:4")]
    assert limits == [100, 100, 1, 95, 90]
    assert (target("gia-loc", "PL1.II.2:1").asked, target("gia-loc", "PL1.II.5:3").asked) == ((), ("PVHCC",))


def test_every_body_registers_its_model_but_one_model_of_the_commune_is_counted_once() -> None:
    assert target("thach-khoi", "PL1.II.4:2").each
    assert (target("gia-loc", "PL1.II.4:2").each, target("gia-loc", "PL1.II.4:2").asked) == (False, ("VHXH",))


# ---- faults ----------------------------------------------------------------------------------------------------------

PLAN = """
id = "thu"
version = 1
issuing_body = "UBND xã"
title = "Kế hoạch"
start = 2026-01-01
end = 2026-12-31
regime = "nd09-2019"
office = "A"
[groups]
G_ALL = ["A", "B"]
G_XOM = []
G_NGOAI = ["X_D"]
[[units]]
id = "A"
name = "Phòng A"
[[units]]
id = "B"
name = "Phòng B"
[[units]]
id = "C"
name = "Phòng C"
[[units]]
id = "X_D"
name = "Đảng ủy"
outside = true
[[appendices]]
id = "P"
number = "Phụ lục"
title = "Mục tiêu"
sheet = "P"
form = "muc-tieu"
columns = [{{field = "text", title = "Mục tiêu"}}, {{field = "stt", title = "TT"}}]
[[appendices.tasks]]
id = "P.1"
text = "100% người được   bồi dưỡng; ít nhất 01 mô hình; đạt chuẩn."
lead = {lead}
coordinate = ["B"]
"""
TARGET = '[[appendices.tasks.targets]]\nkind = "{kind}"\ntitle = "{title}"\nsource = "{source}"\n{keys}\n'
SOUND = {
    "count": 'unit = "mô hình"\nminimum = 1\neach = true\nasked = ["G_ALL", "C"]',
    "ratio": 'numerator = "đã học"\ndenominator = "phải học"\nminimum = 100\nunit = "%"',
    "units": 'minimum = 80\nasked = ["A", "B"]',
    "measured": 'unit = "%"\nminimum = 95\nasked = ["C"]',
    "rank": "at_most = 3",
    "reached": 'required = "Quyết định công nhận"\nuntil = "31/12/2026"',
}


def a_target(
    kind: str, keys: str | None = None, *, title: str = "Chỉ tiêu", source: str = "ít nhất 01", more: str = ""
) -> str:
    keys = SOUND[kind] if keys is None else keys
    return TARGET.format(kind=kind, title=title, source=source, keys=f"{keys}\n{more}")


def without(kind: str, key: str) -> str:
    return a_target(kind, "\n".join(line for line in SOUND[kind].splitlines() if not line.startswith(key)))


def changed(kind: str, key: str, value: str) -> str:
    kept = [line for line in SOUND[kind].splitlines() if not line.startswith(f"{key} ")]
    return a_target(kind, "\n".join([*kept, f"{key} = {value}"]))


def written(folder: Path, targets: str, lead: str = '["A"]') -> Path:
    path = folder / "plans" / "thu.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PLAN.format(lead=lead) + targets, encoding="utf-8")
    return path


# what is wrong, the targets, the key below targets[0], words of the sentence
FAULTS = (
    ("kind", a_target("reached").replace("reached", "dat"), "kind", "danh sách"),
    ("no source", a_target("rank").replace('source = "ít nhất 01"\n', ""), "", "source"),
    ("unknown key", a_target("rank", more="rang = 3"), "rang", "rang"),
    ("title too long", a_target("rank", title="x" * 91), "title", "90 ký tự"),
    ("title empty", a_target("rank", title=" "), "title", "90 ký tự"),
    ("unit too long", changed("count", "unit", f'"{"x" * 25}"'), "unit", "24 ký tự"),
    ("number", a_target("rank", more="number = 0"), "number", "nhỏ hơn"),
    ("day", a_target("reached", 'until = "hôm nào"'), "until", "không phải là một ngày"),
    ("classes empty", a_target("rank", "classes = []"), "classes", "ít nhất 1"),
    ("count without minimum", without("count", "minimum"), "", "minimum"),
    ("count without unit", without("count", "unit"), "", "unit"),
    ("ratio without numerator", without("ratio", "numerator"), "", "numerator"),
    ("ratio without denominator", without("ratio", "denominator"), "", "denominator"),
    ("ratio without minimum", without("ratio", "minimum"), "", "minimum"),
    ("units without minimum", without("units", "minimum"), "", "minimum"),
    ("measured without unit", without("measured", "unit"), "", "unit"),
    ("measured without measure", without("measured", "minimum"), "", "minimum, required"),
    ("rank without rank", without("rank", "at_most"), "", "at_most, classes, required"),
    ("minimum of a standard", a_target("reached", more="minimum = 1"), "minimum", "không dùng"),
    ("each of a ratio", a_target("ratio", more="each = true"), "each", "không dùng"),
    ("classes of a count", a_target("count", more='classes = ["Tốt"]'), "classes", "không dùng"),
    ("numerator of a measure", a_target("measured", more='numerator = "a"'), "numerator", "không dùng"),
    ("whole of a share of units", a_target("units", more="whole = true"), "whole", "không dùng"),
    ("more than 100 %", changed("ratio", "minimum", "101"), "minimum", "0 đến 100"),
    ("measured in %", changed("measured", "minimum", "950"), "minimum", "0 đến 100"),
    ("less than 0 %", changed("units", "minimum", "-1"), "minimum", "0 đến 100"),
    ("no number", changed("units", "minimum", "nan"), "minimum", "0 đến 100"),
    ("at least nothing", changed("count", "minimum", "0"), "minimum", "lớn hơn 0"),
    ("without end", changed("count", "minimum", "inf"), "minimum", "lớn hơn 0"),
    ("half a model", changed("count", "minimum", "0.5"), "minimum", "số nguyên"),
    ("percentage counted", changed("count", "unit", '"%"'), "unit", "ratio"),
    ("share in persons", changed("ratio", "unit", '"người"'), "unit", "phần trăm"),
    ("half a rank", a_target("rank", "at_most = 2.5"), "at_most", "thứ hạng"),
    ("words of nobody", a_target("rank", source="ít nhất 02"), "source", "nguyên văn"),
    ("words put together", a_target("rank", source="100% mô hình"), "source", "nguyên văn"),
    ("unknown unit", changed("count", "asked", '["LA"]'), "asked", "LA"),
    ("body outside", changed("count", "asked", '["X_D"]'), "asked", "Đảng ủy"),
    ("group with a body outside", changed("count", "asked", '["G_NGOAI"]'), "asked", "Đảng ủy"),
    ("units that have no line", changed("units", "asked", '["C"]'), "asked", "không phối hợp"),
    ("measured by two", changed("measured", "asked", '["A", "C"]'), "asked", "một đơn vị"),
    ("ranked by a group", a_target("rank", more='asked = ["G_ALL"]'), "asked", "một đơn vị"),
    ("after the plan", a_target("reached", "until = 2027-01-01"), "until", "nằm ngoài kế hoạch"),
)  # fmt: skip


@pytest.mark.parametrize(("targets", "key", "says"), [pytest.param(*row[1:], id=row[0]) for row in FAULTS])
def test_a_fault_in_a_target_is_named_with_key_line_and_sentence(
    targets: str, key: str, says: str, tmp_path: Path
) -> None:
    path = written(tmp_path, targets)
    _, problems = check_rules(RuleSource(tmp_path))
    where = "appendices[0].tasks[0].targets[0]"
    assert {(item.file, item.key) for item in problems} == {(str(path), f"{where}.{key}" if key else where)}
    assert any(says in item.message for item in problems)
    assert all(item.said.say("en") != item.message for item in problems)
    header = path.read_text(encoding="utf-8").splitlines().index("[[appendices.tasks.targets]]") + 1
    assert all(item.line is not None and item.line >= header for item in problems)


@pytest.mark.parametrize("kind", SOUND)
def test_a_sound_target_of_each_kind_has_no_fault(kind: str, tmp_path: Path) -> None:
    written(tmp_path, a_target(kind, source="100%  người được\tbồi dưỡng".replace("\t", " ")))
    assert check_rules(RuleSource(tmp_path))[1] == ()
    (task,) = load_rules("thu", RuleSource(tmp_path)).plan.tasks
    assert [(item.id, item.kind.value) for item in task.targets] == [("P.1:1", kind)]


def test_every_kind_has_its_keys_and_a_sound_example() -> None:
    assert set(KEYS) == set(TargetKind)
    assert set(SOUND) == {kind.value for kind in TargetKind}


@pytest.mark.parametrize(
    "targets",
    [
        changed("count", "minimum", "0.5") + "whole = false",
        changed("count", "asked", '["G_XOM"]'),
        a_target("rank", 'classes = ["Tốt", "Khá"]\nrequired = "Khá trở lên"'),
        a_target("measured", 'unit = "điểm"\nrequired = "Cao hơn năm trước"'),
        changed("measured", "unit", '"điểm"') .replace("minimum = 95", "minimum = 950"),
        changed("units", "asked", '["G_ALL"]'),
        a_target("reached", ""),
    ],
)  # fmt: skip
def test_sound_targets_beside_the_faults_have_none(targets: str, tmp_path: Path) -> None:
    written(tmp_path, targets)
    assert check_rules(RuleSource(tmp_path))[1] == ()


def test_one_figure_for_all_is_asked_of_somebody_when_a_group_leads(tmp_path: Path) -> None:
    written(tmp_path, a_target("reached"), lead='["G_ALL"]')
    assert [item.key for item in check_rules(RuleSource(tmp_path))[1]] == ["appendices[0].tasks[0].targets[0].asked"]
    for lead in ('["X_D"]', '["G_XOM"]'):  # the office says who answers
        written(tmp_path, a_target("reached"), lead=lead)
        assert check_rules(RuleSource(tmp_path))[1] == ()


def test_a_target_keeps_the_number_it_was_given_when_others_come_before_it(tmp_path: Path) -> None:
    first, kept = a_target("rank", title="Một"), a_target("rank", title="Hai", more="number = 7")
    written(tmp_path, first + kept)
    (task,) = load_rules("thu", RuleSource(tmp_path)).plan.tasks
    assert [item.id for item in task.targets] == ["P.1:1", "P.1:7"]
    written(tmp_path, a_target("rank", title="Không") + first + kept)
    (task,) = load_rules("thu", RuleSource(tmp_path)).plan.tasks
    assert [item.id for item in task.targets] == ["P.1:1", "P.1:2", "P.1:7"]


def test_two_targets_with_one_number_or_one_title_are_told(tmp_path: Path) -> None:
    twins = a_target("rank", title="Một", more="number = 2") + a_target("rank", title="MỘT")
    written(tmp_path, twins)
    said = {item.key: item.message for item in check_rules(RuleSource(tmp_path))[1]}
    where = "appendices[0].tasks[0].targets[1]"
    assert set(said) == {where, f"{where}.title"}
    assert "P.1:2" in said[where]
    assert "MỘT" in said[f"{where}.title"]


def test_the_command_line_says_where_a_target_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "danvan.toml").write_text('plan = "thu"\nperiod = "2026-H1"\n', encoding="utf-8")
    path = written(tmp_path / "rules", a_target("rank", source="ít nhất 02"))
    line = path.read_text(encoding="utf-8").splitlines().index('source = "ít nhất 02"') + 1
    done = run("rules", "check", cwd=tmp_path)
    assert done.returncode == 2
    assert f"dòng {line}, appendices[0].tasks[0].targets[0].source" in done.stdout
    assert 'source = "ít nhất 02"' in done.stdout


def test_the_documentation_shows_each_kind_as_a_plan_has_it() -> None:
    words = (Path(__file__).parents[2] / "docs" / "quy-tac.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(\[\[appendices\.tasks\.targets\]\]\n.*?)```", words, re.DOTALL)
    shown = [tomllib.loads(block)["appendices"]["tasks"]["targets"][0] for block in blocks]
    files = [tomllib.loads((shipped() / "plans" / f"{name}.toml").read_text(encoding="utf-8")) for name in PLANS]
    there = [
        item
        for file in files
        for part in file["appendices"]
        for task in part["tasks"]
        for item in task.get("targets", ())
    ]
    assert [item for item in shown if item not in there] == []
    assert sorted(item["kind"] for item in shown) == sorted(kind.value for kind in TargetKind)


# ---- asked once ------------------------------------------------------------------------------------------------------

BELOW = {"trang_thai": "Hoàn thành", "ty_le": 100, "gia_tri": 80, "ket_qua": "Đã tập huấn", "so_van_ban": "12/KH-UBND"}


def test_no_figure_is_asked_beside_the_line_of_a_task_with_targets(tmp_path: Path) -> None:
    line = "PL1.II.1@VHXH"
    current = a_round()
    there = current.by_unit["VHXH"][line]
    assert there.task.target is not None  # its words are still shown
    assert told(read(fill(tmp_path / "a.xlsx", current, "VHXH", one_line(current, line, BELOW)), current)) == []
    (check,) = (item for item in current.forms["muc-tieu"].checks if item.kind == "at_least_target")
    refs = {"gia_tri": "H8", "trang_thai": "G8"}
    assert formula(check, refs, current.row_context(there)) is None
    plain_task = replace(there, task=replace(there.task, targets=()))
    assert "<100" in str(formula(check, refs, current.row_context(plain_task)))


def test_a_plan_without_targets_is_read_as_before(tmp_path: Path) -> None:
    text = (shipped() / "plans" / "gia-loc.toml").read_text(encoding="utf-8")
    blocks = re.compile(r"\[\[appendices\.tasks\.targets\]\]\n(?:.+\n)+\n?")
    path = tmp_path / "rules" / "plans" / "gia-loc.toml"
    path.parent.mkdir(parents=True)
    path.write_text(blocks.sub("", text), encoding="utf-8")
    plan = load_rules("gia-loc", RuleSource(tmp_path / "rules")).plan
    own = load_rules("gia-loc").plan
    assert not any(task.targets for task in plan.tasks)
    assert list(plan.tasks) == [replace(task, targets=()) for task in own.tasks]
    assert all(task.typed_goal == task.target for task in plan.tasks)
