"""The shape of the code: which room may know which, where a library enters, what a command loads."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import danvan_xl
from tests.support.demo import RECEIVED, demo
from tests.support.program import environment

PACKAGE = Path(danvan_xl.__file__).parent
ROOT = Path(__file__).parents[2]

STORY = (
    "wording", "model", "language", "rules", "round", "answers", "merging", "workbooks", "office", "pipeline", "cli",
)  # fmt: skip
"""A room imports from itself and from those to its left, never from one to its right."""

BESIDE = {
    # room beside the story: what it may import
    "intake": {"model", "language"},
    "workers": {"model"},
    "planimport": {"wording", "language", "rules", "intake"},
    "written": {"wording", "model", "language", "rules", "intake"},
    "comparison": {"wording", "model", "language", "written"},
    "frames": {"workbooks", "written"},
    "__init__": {"intake"},
    "__main__": {"cli"},
}
SERVED = {
    # room beside the story: those that may import it
    "intake": {"merging", "workbooks", "office", "planimport", "written", "__init__"},
    "workers": {"workbooks", "pipeline"},
    "planimport": {"cli"},
    "written": {"cli"},
    "comparison": {"workbooks", "cli"},
    "frames": {"cli"},
}


def allowed(room: str) -> set[str]:
    """The rooms that a room may import from."""
    if room in BESIDE:
        return {room, *BESIDE[room]}
    return {*STORY[: STORY.index(room) + 1], *(beside for beside, users in SERVED.items() if room in users)}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).with_suffix("").as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def room_of(name: str) -> str:
    return name.split("/", maxsplit=1)[0]


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imported(tree: ast.AST, *, deferred: bool = True, typing: bool = False) -> Iterator[str]:
    """Names of imported modules; ``deferred``: those inside functions too; ``typing``: those for type checkers too."""
    for node in ast.iter_child_nodes(tree):
        if is_type_checking(node) and not typing:
            continue
        if isinstance(node, ast.Import):
            yield from (item.name for item in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "absolute imports only"
            yield from (f"{node.module}.{item.name}" for item in node.names)
        elif deferred or not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from imported(node, deferred=deferred, typing=typing)


def named_in_text(tree: ast.AST) -> Iterator[str]:
    """Modules that are named in a string, as tasks of worker processes are: ``danvan_xl.merging.reader:read_one``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"\bdanvan_xl(?:\.\w+)+(?=:\w)", node.value)


def ours(tree: ast.AST) -> Iterator[str]:
    """Our own modules that a module knows, for type checkers and by their names in strings too."""
    for target in (*imported(tree, typing=True), *named_in_text(tree)):
        if target.startswith("danvan_xl.") and not target.startswith("danvan_xl.__"):
            yield target


def test_every_name_at_the_top_of_the_package_is_a_room_or_the_story() -> None:
    names = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert names == {*STORY, *BESIDE}
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py", "pipeline.py"}


def test_imports_point_one_way() -> None:
    """Each room knows those to its left alone. Imports inside functions and those for type checkers count as well."""
    wrong = [
        f"{name} imports {target}"
        for name, tree in modules()
        for target in ours(tree)
        if target.split(".")[1] not in allowed(room_of(name))
    ]
    assert wrong == []


def test_a_window_that_is_allowed_is_used() -> None:
    """What stands in the tables above and nobody needs any more goes."""
    used = {(target.split(".")[1], room_of(name)) for name, tree in modules() for target in ours(tree)}
    assert {(room, user) for room, users in SERVED.items() for user in users} <= used
    assert {(room, user) for user, rooms in BESIDE.items() for room in rooms} <= used


def module_of(target: str, names: frozenset[str]) -> str | None:
    """The module (as a path below the package) that an imported name stands in."""
    path = target.removeprefix("danvan_xl.").replace(".", "/")
    for candidate in (path, f"{path}/__init__", path.rpartition("/")[0], f"{path.rpartition('/')[0]}/__init__"):
        if candidate in names:
            return candidate
    return None


def test_no_module_imports_itself_by_a_detour() -> None:
    """No circle, wherever the imports stand: inside functions and for type checkers too."""
    trees = dict(modules())
    names = frozenset(trees)
    arrows = {
        name: {
            found
            for target in imported(tree, typing=True)
            if target.startswith("danvan_xl.") and (found := module_of(target, names)) not in (None, name)
        }
        for name, tree in trees.items()
    }
    while free := [name for name, targets in arrows.items() if not targets & arrows.keys()]:
        for name in free:
            del arrows[name]
    assert arrows == {}


SAME_PART = {"__init__", "writer"}
"""Names that stand in several rooms because they play the same part in each."""


def test_no_module_is_named_like_another_one() -> None:
    stems = Counter(Path(name).name for name, _ in modules())
    assert {name for name, times in stems.items() if times > 1} == SAME_PART


def test_the_layout_in_contributing_is_the_tree() -> None:
    """Every room and every module stands in CONTRIBUTING's layout, and nothing else does."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    layout = text.partition("## Layout")[2].partition("\n## ")[0]
    block = re.search(r"```text\n(.*?)```", layout, re.DOTALL)
    assert block is not None
    said, room, part = set(), "", ""
    for line in block[1].splitlines()[1:]:
        indent = len(line) - len(line.lstrip())
        name, _, words = line.strip().partition("  ")
        assert words.strip(), line
        if name.endswith("/"):
            room, part = (name, "") if indent == 2 else (room, name)
        else:
            place = {2: "", 4: room, 6: room + part}[indent]
            said |= {f"{place}{item}" for item in name.removesuffix(".py").split(", ")}
    assert said == {name for name, _ in modules() if Path(name).name != "__init__"} | {"__init__"}


HOMES = {
    # library: where it enters
    "python_calamine": ("intake/",),
    "xlrd": ("intake/",),
    "msoffcrypto": ("intake/",),
    "openpyxl": ("workbooks/returned/",),
    "xlsxwriter": ("workbooks/",),
    "filelock": ("workbooks/",),
    "click": ("cli/",),
    "rich": ("cli/",),
    "jsonschema": ("rules/",),
    "holidays": ("rules/",),
    "icalendar": ("office/",),
    "keyring": ("office/",),
    "pandas": ("frames/",),
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
    declared = {item.split(">")[0].replace("-", "_").removesuffix("_tool") for item in project["dependencies"]}
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
        "import danvan_xl.pipeline, danvan_xl.intake.read, danvan_xl.workers.worker\n"
        f"print(*[name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.split() == []


def test_modules_fit_in_the_head() -> None:
    """About 300 lines (STYLE.md); a table of data may be longer."""
    long = {
        name: count for name, _ in modules() if (count := len((PACKAGE / f"{name}.py").read_text().splitlines())) > 350
    }
    assert long == {}
