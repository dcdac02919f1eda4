"""Rule files: everything that is wrong in every file is said at once, with file, key path and a sentence."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet

from danvan_xl.rules.checks import CHECKS
from danvan_xl.rules.files import FOLDERS, RulesError, RuleSource, shipped
from danvan_xl.rules.loader import check_rules, load_rules
from danvan_xl.rules.schema import breaches
from tests.support.program import run
from tests.support.results import plan_lines

VIETNAMESE = re.compile("[ăâđêôơưàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụỳýỷỹỵấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữự]")

FORM = """
id = "thu"
version = 1
kind = "lines"
title = "Biểu thử"
[[fields]]
name = "trang_thai"
title = "Trạng thái"
type = "string"
constraints = {{ enum = ["Xong", "Chưa"] }}
[[fields]]
name = "ghi_chu"
title = "Ghi chú"
type = "string"
{more}
"""
HEAD = 'id = "thu"\nversion = 1\nkind = "lines"\ntitle = "Biểu thử"\n'
ONE = '[[fields]]\nname = "a"\ntitle = "{title}"\ntype = "{type}"\n{more}\n'
CHECK = '[[checks]]\nid = "q"\nkind = "{kind}"\nfields = {fields}\nseverity = "error"\n{more}\n'
WHEN = 'when = { field = "trang_thai", values = ["Xong"] }'


def named(rows: list[tuple[str, str, str, str]]) -> list[ParameterSet]:
    """The rows of a table of faults, by the words of the first column."""
    return [pytest.param(*row[1:], id=row[0]) for row in rows]


def field(title: str = "Cột a", type_: str = "string", more: str = "") -> str:
    return HEAD + ONE.format(title=title, type=type_, more=more)


def checked(kind: str, fields: str = '["ghi_chu"]', more: str = WHEN) -> str:
    return FORM.format(more=CHECK.format(kind=kind, fields=fields, more=more))


def extending(more: str) -> str:
    return 'id = "thu"\nversion = 1\nkind = "lines"\ntitle = "Biểu thử"\nextends = "nhiem-vu"\n' + more


def write(folder: Path, kind: str, words: str, name: str = "thu") -> Path:
    path = folder / FOLDERS[kind] / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words, encoding="utf-8")
    return path


LONG = "x" * 256
FORM_FAULTS = [
    # what is wrong in the file, key path, a word of the sentence
    ("TOML", HEAD + "[[fields", "", "[[fields]]"),
    ("missing key", 'id = "thu"\nversion = 1\nkind = "lines"\n', "", "title"),
    ("unknown key", HEAD + 'mau = "đỏ"\n', "mau", "mau"),
    ("type", HEAD.replace("version = 1", 'version = "1"'), "version", "kiểu"),
    ("minimum", HEAD.replace("version = 1", "version = 0"), "version", "nhỏ hơn"),
    ("maximum", HEAD + "spare_rows = 101\n", "spare_rows", "lớn hơn"),
    ("pattern", HEAD.replace('"thu"', '"Thử"'), "id", "mẫu"),
    ("enum", HEAD.replace('"lines"', '"rows"'), "kind", "danh sách"),
    ("minLength", HEAD.replace('"Biểu thử"', '""'), "title", "ngắn hơn"),
    ("sheet name beyond Excel", HEAD + 'sheet = "Biểu 1/2"\n', "sheet", "mẫu"),
    ("sheet name longer than Excel takes", HEAD + f'sheet = "{"x" * 32}"\n', "sheet", "Excel"),
    ("title of 33 characters", field("T" * 33), "fields[0].title", "Excel"),
    ("help of 256 characters", field(more=f'help = "{LONG}"'), "fields[0].help", "Excel"),
    ("unknown type of a field", field(type_="boolean"), "fields[0].type", "danh sách"),
    ("unknown format", field(more='format = "money"'), "fields[0].format", "danh sách"),
    ("alias twice", field(more='aliases = ["A", "A"]'), "fields[0].aliases", "lặp lại"),
    ("unknown constraint", field(more="constraints = { max = 3 }"), "fields[0].constraints.max", "max"),
    ("pattern that is none", field(more='constraints = { pattern = "[" }'), "fields[0].constraints.pattern", "hợp lệ"),
    ("empty list", field(more="constraints = { enum = [] }"), "fields[0].constraints.enum", "ít nhất"),
    (
        "comma in a list's value",
        field(more='constraints = { enum = ["a, b"] }'),
        "fields[0].constraints.enum[0]",
        "mẫu",
    ),
    (
        "list longer than Excel takes",
        field(more=f"constraints = {{ enum = {[f'{n}' * 60 for n in range(5)]} }}"),
        "fields[0].constraints.enum",
        "255",
    ),
    ("field name twice", field() + ONE.format(title="Cột b", type="string", more=""), "fields[1]", "hai lần"),
    (
        "heading of another field",
        field() + ONE.format(title="cột  A", type="date", more="").replace('"a"', '"b"'),
        "fields[1]",
        "trùng",
    ),
    ("synonym of no value", FORM.format(more='[fields.synonyms]\n"Có" = ["ok"]'), "fields[1].synonyms.Có", "enum"),
    ("sheet missing", HEAD.replace('"lines"', '"statistics"'), "sheet", "sheet"),
    (
        "indicator twice",
        HEAD.replace('"lines"', '"statistics"')
        + 'sheet = "S"\n'
        + '[[indicators]]\nid = "x"\ntitle = "X"\nunit = ""\n' * 2,
        "indicators[1]",
        "hai lần",
    ),
    ("unknown kind of check", checked("sum_equals"), "checks[0].kind", "danh sách"),
    ("check without fields", checked("required_when", "[]"), "checks[0].fields", "ít nhất"),
    ("check on an unknown field", checked("required_when", '["la"]'), "checks[0].fields", "la"),
    ("when is needed", checked("required_when", more=""), "checks[0]", "when"),
    (
        "when asks an unknown field",
        checked("required_when", more='when = { field = "la", values = ["Xong"] }'),
        "checks[0].when.field",
        "la",
    ),
    (
        "when asks a value that the list has not",
        checked("required_when", more=WHEN.replace("Xong", "Rồi")),
        "checks[0].when.values",
        "Rồi",
    ),
    ("range without a bound", checked("range_when"), "checks[0]", "không đúng cách nào"),
    ("day without a bound", checked("date_within", more=""), "checks[0]", "không đúng cách nào"),
    ("late without its columns", checked("late_needs_reason", more='status = "trang_thai"'), "checks[0]", "completed"),
    (
        "late by an unknown column",
        checked("late_needs_reason", more='status = "trang_thai"\ndone = ["Xong"]\ncompleted = "la"'),
        "checks[0].fields",
        "la",
    ),
    ("part of one figure only", checked("not_greater"), "checks[0].fields", "ít nhất"),
    (
        "three figures",
        checked("needs_positive", '["ghi_chu", "trang_thai", "ghi_chu"]'),
        "checks[0].fields",
        "nhiều nhất",
    ),
    ("since is no period", checked("required_when", more=WHEN + '\nsince = "2026-13"'), "checks[0].since", "mẫu"),
    ("extends nothing", extending("").replace("nhiem-vu", "la"), "extends", "la"),
    ("extends itself", extending("").replace("nhiem-vu", "thu"), "extends", "vòng tròn"),
    (
        "after no field",
        extending('[[fields]]\nname = "b"\ntitle = "B"\ntype = "string"\nafter = "la"\n'),
        "fields[0].after",
        "la",
    ),
]


@pytest.mark.parametrize(("words", "key", "says"), named(FORM_FAULTS))
def test_a_fault_in_a_form_is_named_with_file_key_and_sentence(words: str, key: str, says: str, tmp_path: Path) -> None:
    path = write(tmp_path, "form", words)
    _, problems = check_rules(RuleSource(tmp_path))
    assert {(item.file, item.key) for item in problems} == {(str(path), key)}
    assert any(says in item.message for item in problems)
    assert all(VIETNAMESE.search(item.message) for item in problems)


def test_a_sound_form_beside_these_has_no_fault(tmp_path: Path) -> None:
    for number, (kind, more) in enumerate(
        (
            ("required_when", WHEN),
            ("any_required_when", WHEN),
            ("empty_when", WHEN),
            ("range_when", WHEN + "\nmaximum = 3"),
            ("date_within", 'latest = "period_end"'),
            ("late_needs_reason", 'status = "trang_thai"\ndone = ["Xong"]\ncompleted = "ghi_chu"'),
            ("at_least_target", WHEN),
        )
    ):
        words = checked(kind, more=more).replace('id = "thu"', f'id = "thu-{number}"')
        write(tmp_path, "form", words, f"thu-{number}")
    write(tmp_path, "form", extending('[[fields]]\nname = "b"\ntitle = "B"\ntype = "string"\nafter = "ty_le"\n'))
    assert check_rules(RuleSource(tmp_path))[1] == ()


UNITS = '[[units]]\nid = "A"\nname = "Phòng A"\n[[units]]\nid = "X_B"\nname = "Đảng ủy"\noutside = true\n'
TASK = '[[appendices.tasks]]\nid = "{id}"\ntext = "Việc"\nlead = {lead}\n{more}\n'
APPENDIX = """[[appendices]]
id = "{id}"
number = "Phụ lục"
title = "Nhiệm vụ"
sheet = "{sheet}"
form = "{form}"
columns = [{columns}]
"""


def plan(
    *,
    head: str = "",
    start: str = "2026-01-01",
    office: str = "A",
    regime: str = "nd09-2019",
    groups: str = 'G_ALL = ["A"]',
    units: str = UNITS,
    form: str = "nhiem-vu",
    tasks: str = TASK.format(id="P.1", lead='["A"]', more=""),
    more: str = "",
    columns: str = '{field = "stt", title = "TT"}, {field = "text", title = "Nhiệm vụ"}',
) -> str:
    appendix = APPENDIX.format(id="P", sheet="P", form=form, columns=columns)
    return (
        f'id = "thu"\nversion = 1\nissuing_body = "UBND xã"\ntitle = "Kế hoạch"\nstart = {start}\nend = 2026-12-31\n'
        f'regime = "{regime}"\noffice = "{office}"\n{head}[groups]\n{groups}\n{units}{appendix}{tasks}{more}'
    )


PLAN_FAULTS = [
    ("day that is text", plan(start='"hôm qua"'), "start", "mẫu"),
    ("ends before it starts", plan(start="2027-01-01"), "start", "sau ngày cuối"),
    ("office outside", plan(office="X_B"), "office", "X_B"),
    ("unknown office", plan(office="LA"), "office", "LA"),
    ("unknown regime", plan(regime="la"), "regime", "la"),
    ("unknown form", plan(form="la"), "appendices[0].form", "la"),
    ("unknown form of figures", plan(head='statistics = "la"\n'), "statistics", "la"),
    ("group's name", plan(groups='ALL = ["A"]'), "groups", "mẫu"),
    ("unknown unit in a group", plan(groups='G_ALL = ["LA"]'), "groups.G_ALL", "LA"),
    ("unknown lead", plan(tasks=TASK.format(id="P.1", lead='["LA"]', more="")), "appendices[0].tasks[0].lead", "LA"),
    (
        "unknown coordinating unit",
        plan(tasks=TASK.format(id="P.1", lead='["A"]', more='coordinate = ["LA"]')),
        "appendices[0].tasks[0].coordinate",
        "LA",
    ),
    ("nobody leads", plan(tasks=TASK.format(id="P.1", lead="[]", more="")), "appendices[0].tasks[0].lead", "ít nhất"),
    (
        "unknown group row",
        plan(tasks=TASK.format(id="P.1", lead='["A"]', more='group = "P.I"')),
        "appendices[0].tasks[0].group",
        "P.I",
    ),
    ("unit twice", plan(units=UNITS + '[[units]]\nid = "A"\nname = "Phòng khác"\n'), "units[2]", "hai lần"),
    (
        "e-mail that is none",
        plan(units=UNITS + '[[units]]\nid = "C"\nname = "C"\nemail = "c"\n'),
        "units[2].email",
        "mẫu",
    ),
    ("task twice", plan(tasks=TASK.format(id="P.1", lead='["A"]', more="") * 2), "appendices[0].tasks[1]", "hai lần"),
    (
        "column of the text is missing",
        plan(columns='{field = "stt", title = "TT"}, {field = "product", title = "SP"}'),
        "appendices[0].columns",
        "text",
    ),
    (
        "unknown printed column",
        plan(columns='{field = "mau", title = "TT"}, {field = "text", title = "SP"}'),
        "appendices[0].columns[0].field",
        "danh sách",
    ),
    (
        "sheet twice",
        plan(
            more=APPENDIX.format(
                id="Q",
                sheet="P",
                form="nhiem-vu",
                columns='{field = "stt", title = "TT"}, {field = "text", title = "N"}',
            )
            + TASK.format(id="Q.1", lead='["A"]', more="")
        ),
        "appendices[1].sheet",
        "hai lần",
    ),
    (
        "appendix twice",
        plan(
            more=APPENDIX.format(
                id="P",
                sheet="Q",
                form="nhiem-vu",
                columns='{field = "stt", title = "TT"}, {field = "text", title = "N"}',
            )
            + TASK.format(id="Q.1", lead='["A"]', more="")
        ),
        "appendices[1]",
        "hai lần",
    ),
]


@pytest.mark.parametrize(("words", "key", "says"), named(PLAN_FAULTS))
def test_a_fault_in_a_plan_is_named_with_file_key_and_sentence(words: str, key: str, says: str, tmp_path: Path) -> None:
    path = write(tmp_path, "plan", words)
    _, problems = check_rules(RuleSource(tmp_path))
    assert {(item.file, item.key) for item in problems} == {(str(path), key)}
    assert any(says in item.message for item in problems)
    assert all(VIETNAMESE.search(item.message) for item in problems)


def test_a_sound_plan_beside_these_has_no_fault(tmp_path: Path) -> None:
    write(tmp_path, "plan", plan())
    assert check_rules(RuleSource(tmp_path))[1] == ()
    assert [line.id for line in plan_lines(load_rules("thu", RuleSource(tmp_path)).plan)] == ["P.1@A"]


def test_every_wrong_file_is_told_at_once_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "danvan.toml").write_text('plan = "gia-loc"\nperiod = "2026-H1"\nmau = 1\n', encoding="utf-8")
    rules = tmp_path / "rules"
    wrong = [
        write(rules, "form", field("T" * 33)),
        write(rules, "form", "không phải toml", "xau"),
        write(rules, "plan", plan(office="LA")),
        write(rules, "regime", 'id = "la"\n', "la"),
        write(rules, "calendar", "year = 'x'\n", "2031"),
    ]
    done = run("rules", "check", cwd=tmp_path)
    assert done.returncode == 2
    for path in wrong:
        assert str(path) in done.stdout
    assert "danvan.toml" in done.stdout


def test_all_problems_stand_in_one_error_when_a_plan_is_loaded(tmp_path: Path) -> None:
    write(tmp_path, "form", field("T" * 33), "nhiem-vu")
    write(tmp_path, "form", HEAD + "mau = 1\n", "so-lieu")
    with pytest.raises(RulesError) as caught:
        load_rules("phu-thinh", RuleSource(tmp_path))
    assert {Path(item.file).name for item in caught.value.problems} == {"nhiem-vu.toml", "so-lieu.toml"}


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "form", "")
    path.write_bytes("title = 'Bi\xeau'".encode("latin-1"))
    (problem,) = check_rules(RuleSource(tmp_path))[1]
    assert "UTF-8" in problem.message


# ---- what ships ---------------------------------------------------------------------------------------------------


def test_the_shipped_rules_are_sound() -> None:
    count, problems = check_rules()
    assert problems == ()
    assert count == len(list(shipped().rglob("*.toml")))


def schema(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RuleSource.schema(kind).read_text(encoding="utf-8"))
    return found


def test_the_schema_knows_the_kinds_of_checks_that_the_program_knows() -> None:
    assert set(schema("form")["$defs"]["check"]["properties"]["kind"]["enum"]) == set(CHECKS)


@pytest.mark.parametrize("kind", sorted(path.name.partition(".")[0] for path in shipped().glob("schemas/*")))
def test_every_schema_is_one_itself_and_refuses_unknown_keys(kind: str, tmp_path: Path) -> None:
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(schema(kind))
    found = breaches(kind, tmp_path / "a.toml", {"khoa_la": 1})
    assert any("khoa_la" in item.message for item in found)


def test_every_keyword_that_the_schemas_use_has_a_sentence_of_its_own() -> None:
    words = {path: path.read_text(encoding="utf-8") for path in shipped().glob("schemas/*.json")}
    used = {word for word in KEYWORDS for text in words.values() if f'"{word}":' in text}
    assert {word for word in used if f"schema_{word}" not in SENTENCES} == set()


SENTENCES = tomllib.loads(files("danvan_xl.wording").joinpath("texts", "rules.toml").read_text(encoding="utf-8"))
KEYWORDS = (
    *("type", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"),
    *("uniqueItems", "format", "contains", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minProperties"),
)


# ---- extends and after --------------------------------------------------------------------------------------------


def test_a_form_that_extends_another_has_its_fields_and_checks_and_the_new_ones_where_it_says(tmp_path: Path) -> None:
    base = load_rules("gia-loc").forms["nhiem-vu"]
    more = '[[fields]]\nname = "so_ho"\ntitle = "Số hộ"\ntype = "integer"\nafter = "ty_le"\n'
    more += '[[fields]]\nname = "cuoi"\ntitle = "Cột cuối"\ntype = "string"\n'
    more += '[[fields]]\nname = "ket_qua"\ntitle = "Kết quả mới"\ntype = "string"\n'
    more += '[[checks]]\nid = "hoan-thanh-100"\nkind = "range_when"\nfields = ["ty_le"]\n' + WHEN.replace(
        "Xong", "Hoàn thành"
    )
    more += '\nminimum = 50\nseverity = "warning"\n'
    write(tmp_path, "form", extending(more))
    write(tmp_path, "plan", plan(form="thu"))
    form = load_rules("thu", RuleSource(tmp_path)).forms["thu"]
    names, before = [item.name for item in form.fields], [item.name for item in base.fields]
    assert names == [*before[:2], "so_ho", *before[2:], "cuoi"]
    assert form.field("ket_qua").title == "Kết quả mới"
    assert [item.id for item in form.checks] == [item.id for item in base.checks]
    assert next(item for item in form.checks if item.id == "hoan-thanh-100").args["minimum"] == 50


def test_a_workspace_overrides_a_shipped_form(tmp_path: Path) -> None:
    words = (
        (shipped() / "forms" / "so-lieu.toml")
        .read_text(encoding="utf-8")
        .replace("Lượt người dự", "Lượt người tham dự")
    )
    write(tmp_path, "form", words, "so-lieu")
    titles = [item.title for item in load_rules("gia-loc", RuleSource(tmp_path)).forms["so-lieu"].indicators]
    assert "Lượt người tham dự" in titles
    assert "Lượt người tham dự" not in [item.title for item in load_rules("gia-loc").forms["so-lieu"].indicators]


def test_two_loadings_give_the_same_digest_and_other_rules_another(tmp_path: Path) -> None:
    words = (shipped() / "forms" / "so-lieu.toml").read_text(encoding="utf-8")
    write(tmp_path, "form", words + "# một chú thích\n", "so-lieu")
    assert load_rules("gia-loc").digest == load_rules("gia-loc").digest
    assert load_rules("gia-loc", RuleSource(tmp_path)).digest != load_rules("gia-loc").digest


def test_an_unknown_plan_is_told_with_the_names_that_there_are() -> None:
    with pytest.raises(RulesError) as caught:
        load_rules("gialoc")
    assert "gia-loc" in caught.value.problems[0].message


@pytest.mark.parametrize("key", ["start", "issued"])
def test_a_day_in_quotes_is_the_same_day(key: str, tmp_path: Path) -> None:
    quoted = plan(start='"2026-01-01"') if key == "start" else plan(head='issued = "2026-02-03"\n')
    write(tmp_path, "plan", quoted)
    assert check_rules(RuleSource(tmp_path))[1] == ()
    found = load_rules("thu", RuleSource(tmp_path)).plan
    assert (found.start, found.in_force_from.year) == (date(2026, 1, 1), 2026)
