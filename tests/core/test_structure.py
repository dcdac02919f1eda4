"""The shape of the code: which part may know which, where a library enters, what a command loads."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import danvan_xl
from tests.support.demo import RECEIVED, demo
from tests.support.program import environment

PACKAGE = Path(danvan_xl.__file__).parent

LAYERS: tuple[tuple[str, ...], ...] = (
    ("wording",),
    ("model",),
    ("language",),
    ("rules",),
    # the job: one file a step, all of them know model, language and rules
    ("layout", "marks", "deadlines", "fields", "recognise", "validate", "round", "answers", "merge", "summarize"),
    ("excel", "office"),
    ("planimport",),
    ("reading", "pipeline", "migrate"),
    ("cli", "docs"),
)  # fmt: skip
"""A module imports from its own layer and those above it in this list, never from one below.

``language`` stands before ``rules``: a rule file's headings are compared with the key that folds spellings, and its
units become the catalogue of names; language itself knows no rule file.
"""

CORE = 4
ABOVE_ALL = frozenset({"__init__"})


def layer_of(part: str) -> int:
    """The layer of a module or package directly below ``danvan_xl``. New modules of the job belong to the core."""
    for number, parts in enumerate(LAYERS):
        if part in parts:
            return number
    return CORE


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).with_suffix("").as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imported(tree: ast.AST, *, deferred: bool = True) -> Iterator[str]:
    """Names of imported modules, without those for type checkers; ``deferred``: also those inside functions."""
    for node in ast.iter_child_nodes(tree):
        if is_type_checking(node):
            continue
        if isinstance(node, ast.Import):
            yield from (item.name for item in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "absolute imports only"
            yield from (f"{node.module}.{item.name}" for item in node.names)
        elif deferred or not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from imported(node, deferred=deferred)


def test_imports_point_one_way() -> None:
    wrong = []
    for name, tree in modules():
        own = name.split("/")[0]
        if own in ABOVE_ALL:
            continue
        for target in imported(tree):
            if target.startswith("danvan_xl."):
                part = target.split(".")[1]
                if part.startswith("__"):
                    continue
                if layer_of(part) > layer_of(own):
                    wrong.append(f"{name} imports {target}")
    assert wrong == []


def test_the_core_knows_no_files_of_a_workbook_library_and_no_terminal() -> None:
    heavy = {"openpyxl", "xlsxwriter", "python_calamine", "xlrd", "click", "rich", "pandas", "sqlite3", "smtplib"}
    for name, tree in modules():
        if layer_of(name.split("/")[0]) <= CORE and "/" not in name:
            assert heavy.isdisjoint(target.split(".")[0] for target in imported(tree)), name


HOMES = {
    # library: where it enters
    "python_calamine": ("excel/intake/",),
    "xlrd": ("excel/intake/",),
    "openpyxl": ("excel/returned",),
    "xlsxwriter": ("excel/",),
    "click": ("cli/", "docs"),
    "rich": ("cli/",),
    "jsonschema": ("rules/",),
    "holidays": ("rules/",),
    "icalendar": ("office/",),
    "keyring": ("office/",),
    "pandas": ("frames",),
    "msgspec": ("",),  # what records are made with, everywhere
}


def test_each_library_enters_through_one_package_and_no_other_is_used() -> None:
    seen: dict[str, set[str]] = {}
    for name, tree in modules():
        for target in imported(tree):
            seen.setdefault(target.split(".")[0], set()).add(name)
    foreign = {
        library: names for library, names in seen.items() if library not in {*sys.stdlib_module_names, "danvan_xl"}
    }
    assert set(foreign) <= set(HOMES)
    for library, names in foreign.items():
        assert all(name.startswith(HOMES[library]) for name in names), (library, names)


def test_runtime_dependencies_are_those_that_are_imported() -> None:
    import tomllib

    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {item.split(">")[0].replace("-", "_") for item in project["dependencies"]}
    declared |= {item.split(">")[0] for item in project["optional-dependencies"].get("keyring", ())}
    assert {library for library in HOMES if library != "pandas"} <= declared


# ---- what a command loads -------------------------------------------------------------------------------------------

HEAVY = ("pandas", "openpyxl", "icalendar", "holidays", "keyring", "rich", "docx", "jsonschema")


def loaded(*arguments: str, cwd: Path) -> set[str]:
    """The heavy libraries that a run of the program imports in its own process."""
    code = (
        "import sys\n"
        "from danvan_xl.cli import main\n"
        "try:\n    main()\n"
        f"finally:\n    print('LOADED', *[name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment(), capture_output=True, encoding="utf-8", check=False)
    assert done.returncode in (0, 1), done.stderr
    return set(done.stderr.rpartition("LOADED")[2].split())


OUTSIDE = ("--plan", "gia-loc", "--period", "2026-H1")


@pytest.mark.parametrize(
    "arguments", [("--help",), ("check", "--help"), ("merge", "--help"), ("--version",), ("plans",)]
)
def test_help_loads_no_heavy_library(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert loaded(*arguments, cwd=tmp_path) <= ({"rich"} if arguments == ("plans",) else set())


def test_check_and_merge_load_no_library_that_they_do_not_need(tmp_path: Path) -> None:
    """Files with errors are edited by openpyxl in reader processes, and only when they are returned."""
    folder = str(demo() / RECEIVED)
    assert loaded("check", folder, "--json", *OUTSIDE, cwd=tmp_path) == set()
    assert loaded("merge", folder, "-o", "ra.xlsx", *OUTSIDE, cwd=tmp_path) == set()


def test_a_workspace_adds_jsonschema_alone_because_its_settings_are_a_persons_work() -> None:
    """Shipped rule files met their schema in CI; ``danvan.toml`` meets its own each time."""
    found = loaded("check", "--json", "--return", "tra-lai/thu", cwd=demo())
    assert found <= {"jsonschema"}


def test_reader_processes_load_neither_pandas_nor_openpyxl_to_check(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "import danvan_xl.pipeline, danvan_xl.excel.intake.read, danvan_xl.excel.intake.worker\n"
        f"print(*[name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.split() == []


def test_modules_fit_in_the_head() -> None:
    """About 300 lines (STYLE.md); a table of data may be longer."""
    long = {
        name: count for name, _ in modules() if (count := len((PACKAGE / f"{name}.py").read_text().splitlines())) > 480
    }
    assert long == {}
