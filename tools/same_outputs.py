"""Compare what this checkout writes and prints with another revision, byte for byte.

    python tools/same_outputs.py REVISION [--keep FOLDER]

Both revisions run the demo and, for each of the four shipped plans, the whole job: templates, filled in here with
answers and faults chosen by line id, checked, returned, merged, as tables and as JSON, in both languages. Every file
and everything printed is compared; the register (it holds the moments of the run) is not. Exit code 1 where something
differs. A change of structure must make no difference; a change of behaviour shows here what it changes.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

from openpyxl import load_workbook

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = "import sys; from danvan_xl.cli import main; sys.argv[0] = 'danvan-xl'; main()"
PLANS = {"gia-loc": "2026-H1", "thach-khoi": "2026", "phu-thinh": "2026-Q2", "nq55": "2026-H1"}
DUE = "2026-06-20"
RECEIVED = datetime(2026, 6, 18, 2, tzinfo=UTC).timestamp()
NOW = re.compile(
    r"\d\d/\d\d/20\d\d \d\d:\d\d(?=  )|(?<=lúc )\d\d:\d\d \d\d/\d\d/\d{4}|" + f"{datetime.now(UTC):%Y}-\\S+T\\S+"
)
VOLATILE = (".sqlite", ".sqlite-journal", ".da-ghi")

DEMO = (
    "demo demo --force", "--lang en demo other --force",
)  # fmt: skip
IN_DEMO = (
    "check", "check --json", "--lang en check", "merge --json", "merge --strict", "--lang en merge -o en.xlsx",
    "merge --as-of 2026-09-01 -o sau.xlsx", "status --json", "send consolidated --date 2026-06-18T09:00:00+07:00",
    "migrate nhan/2026-H1/{first} -o moi.xlsx", "template --unit CA", "calendar", "calendar --json --ics lich.ics",
    "plans", "plans --json", "rules list", "rules check", "waive --list", "merge --join CA --as {first}=VP",
    "explain", "explain --plan gia-loc Quý~II/2026 thường~xuyên trước~ngày~15/12~hằng~năm", "units Công~an~xã",
)  # fmt: skip
HELP = (
    "--help", "--lang en --help", "--version", "nothing", "merge --nothing", "extend",
    *(f"{lang}{name} --help" for lang in ("", "--lang en ") for name in (
        "demo", "init", "plans", "plan", "plan import", "template", "check", "merge", "status", "extend", "waive",
        "migrate", "send", "send consolidated", "calendar", "explain", "units", "rules", "rules check", "rules list")),
)  # fmt: skip


def run(tree: Path, folder: Path, line: str, said: list[str]) -> None:
    """Run one command of a tree in a folder, and keep what it says."""
    arguments = [word.replace("~", " ") for word in line.split()]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DANVAN_")}
    plain = {"COLUMNS": "110", "NO_COLOR": "1", "TERM": "dumb", "PYTHONUTF8": "1", "PYTHONPATH": str(tree)}
    command = [sys.executable, "-c", PROGRAM, *arguments]
    done = subprocess.run(command, cwd=folder, env={**kept, **plain}, capture_output=True, check=False)
    words = (done.stdout + b"\n--\n" + done.stderr).decode().replace(str(tree), "TREE")
    said.append(f"$ {line}\nexit {done.returncode}\n{NOW.sub('NOW', words)}")


def values_for(line: str) -> dict[str, Any]:
    """Answers of one line, sound or faulty, by its id."""
    turn = crc32(line.encode()) % 13
    done = {"Trạng thái": "Hoàn thành", "Tỷ lệ (%)": 100, "Kết quả thực hiện": f"Đã làm xong {line}"}
    dated = {**done, "Ngày hoàn thành": datetime(2026, 5, 20), "Số, ký hiệu văn bản": "12/KH-UBND"}  # noqa: DTZ001
    return (
        dated,
        {
            "Trạng thái": "Đang thực hiện",
            "Tỷ lệ (%)": 40.5,
            "Kết quả thực hiện": "Đang làm",
            "Khó khăn, vướng mắc": "Ít",
        },
        {"Trạng thái": "Chưa thực hiện", "Tỷ lệ (%)": 0, "Giải trình": "Chờ hướng dẫn\ncủa cấp trên"},
        {"Trạng thái": "Không phát sinh"},
        {},
        {"Trạng thái": "Xong rồi", "Tỷ lệ (%)": 950},
        {**dated, "Ngày hoàn thành": "31/02/2026"},
        {"Trạng thái": "đã hoàn thành", "Tỷ lệ (%)": "95,5%", "Kết quả thực hiện": "  =SUM(A1)  & <b> "},
        {**dated, "Giá trị đạt": 12},
        {"Trạng thái": "Đang thực hiện", "Tỷ lệ (%)": "sáu mươi"},
        {"Kết quả thực hiện": "Không có trạng thái", "Đề xuất, kiến nghị": "Bổ sung kinh phí"},
        {**dated, "Số, ký hiệu văn bản": "không số", "Ngày hoàn thành": "20/5/2026"},
        dated,
    )[turn]


def fill(template: Path, target: Path, number: int, *, again: bool = False) -> None:
    """A template as a unit sends it back. ``number`` chooses what is odd about the whole file."""
    book: Any = load_workbook(template)
    for sheet in book.worksheets:
        head = next((row for row in sheet.iter_rows(max_row=20) if any(c.value == "Mã dòng" for c in row)), None)
        if head is None:
            continue
        columns = {cell.value: cell.column for cell in head}
        for row in range(head[0].row + 1, sheet.max_row + 1):
            mark = str(sheet.cell(row, 1).value or "")
            if "@" in mark and not mark.startswith("+"):
                values = values_for(f"{mark}{'!' * again}") if number % 5 != 4 or "PL1" in mark else {}
            elif mark.startswith("+1@") and number % 3 == 0:
                values = {"Trạng thái": "Hoàn thành", "Tỷ lệ (%)": 100, "Kết quả thực hiện": "Việc thêm"}
                text = next(
                    columns[name]
                    for name in columns
                    if name
                    in (
                        "Mục tiêu",
                        "Nhiệm vụ cụ thể",
                        "Nhiệm vụ",
                        "Nội dung công việc",
                        "Nội dung",
                        "Nội dung nhiệm vụ",
                    )
                )
                sheet.cell(row, text).value = "Nhiệm vụ đơn vị tự làm"
            elif "Giá trị" in columns:
                values = {"Giá trị": 3 + number}
            elif "Nội dung" in columns and number % 2:
                values = {"Nội dung": f"Đơn vị {number} không có khó khăn"}
            else:
                values = {}
            for heading, value in values.items():
                if heading in columns:
                    sheet.cell(row, columns[heading]).value = value
    if number == 2:
        guide = book["Hướng dẫn"]
        place = next(c for row in guide.iter_rows() for c in row if str(c.value).startswith("Toàn báo cáo không"))
        guide.cell(place.row, place.column + 1).value = "X"
    if number == 3:
        del book["_danvan"]
    book.save(target)


def whole_plans(tree: Path, work: Path, made: Path, said: list[str]) -> None:
    """The job for each shipped plan; the filled files in ``made`` are written once and used for both trees."""
    for plan, period in PLANS.items():
        folder = work / plan
        folder.mkdir()
        base = f"--plan {plan} --period {period}" + (" --owner X_DU_UBND=VP" if plan == "gia-loc" else "")
        run(tree, folder, f"template {base} --due {DUE} -o mau", said)
        received = made / plan
        if not received.is_dir():
            received.mkdir(parents=True)
            for number, template in enumerate(sorted((folder / "mau").glob("*.xlsx"))):
                if number != 1:
                    fill(template, received / template.name, number)
                if number == 4:
                    fill(template, received / f"{template.stem}_lan2.xlsx", number, again=True)
                    shutil.copy(received / template.name, received / f"{template.stem} (1).xlsx")
            (received / "ghi-chu.txt").write_text("không phải biểu\n", encoding="utf-8")
        shutil.copytree(received, folder / "nhan")
        for position, path in enumerate(sorted((folder / "nhan").iterdir())):
            os.utime(path, (RECEIVED + position * 40_000,) * 2)
        for line in (
            f"check nhan {base} --due {DUE} --return tra-lai", f"--lang en check nhan {base} --return en",
            f"check nhan {base} --due {DUE} --json", f"merge nhan {base} --due {DUE} -o tong-hop.xlsx",
            f"merge nhan {base} --as-of 2026-12-20 -o sau.xlsx --json", f"--lang en merge nhan {base} -o en.xlsx",
            f"calendar --plan {plan} --year 2026", f"check tra-lai {base} --due {DUE}",
        ):  # fmt: skip
            run(tree, folder, line, said)


def outputs(tree: Path, work: Path, made: Path) -> None:
    """Everything that a tree writes and says, in ``work``."""
    said: list[str] = []
    for line in DEMO:
        run(tree, work, line, said)
    first = sorted(path.name for path in (work / "demo" / "nhan" / "2026-H1").iterdir())[0].replace(" ", "~")
    for line in (*IN_DEMO, *HELP):
        run(tree, work / "demo", line.format(first=first), said)
    whole_plans(tree, work, made, said)
    (work / "said.txt").write_text("\n\n".join(said), encoding="utf-8")


def archived(revision: str, target: Path) -> Path:
    """The package and the rules of a revision."""
    packed = subprocess.run(
        ["git", "archive", revision, "danvan_xl", "rules"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    target.mkdir()
    (target / "all.tar").write_bytes(packed.stdout)
    with tarfile.open(target / "all.tar") as archive:
        archive.extractall(target, filter="data")
    return target


def differences(old: Path, new: Path) -> list[str]:
    """Names of files that are not the same in both folders."""
    names = {str(path.relative_to(top)) for top in (old, new) for path in top.rglob("*") if path.is_file()}
    return [
        name
        for name in sorted(names)
        if not name.endswith(VOLATILE)
        and not (
            (old / name).is_file() and (new / name).is_file() and (old / name).read_bytes() == (new / name).read_bytes()
        )
    ]


def main() -> int:
    """Compare; 0 where nothing differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision")
    parser.add_argument("--keep", type=Path, help="keep both outputs in this folder")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = chosen.keep.resolve() if chosen.keep else Path(name)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        base = archived(chosen.revision, place / "revision")
        for tree, kept in ((base, "old"), (ROOT, "new")):
            (place / "work").mkdir()
            outputs(tree, place / "work", place / "received")
            (place / "work").rename(place / kept)
        found = differences(place / "old", place / "new")
        count = sum(path.is_file() for path in (place / "old").rglob("*"))
        sys.stdout.write(f"{count} files compared, {len(found)} differ\n" + "".join(f"  {name}\n" for name in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
