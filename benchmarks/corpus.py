"""Make a ready workspace for measuring: a plan with N units and N filled workbooks of the real forms.

    python benchmarks/corpus.py --files 1000 --out benchmarks/runs/corpora/1000
    python benchmarks/corpus.py --lines 100000 --out benchmarks/runs/corpora/100000-lines

The plan is Gia Lộc's, with every task led by "Các cơ quan, đơn vị" and repeated until each unit has 40 lines; the
units beyond the plan's own are listed in ``danvan.toml`` like villages and schools are. The same N and seed give the
same bytes (and times of receipt). The 100,000 lines stand in one unit's workbook as lines of its own.

Units send back what their own program saved, so each workbook is written anew as Excel, WPS Spreadsheets or LibreOffice
writes (``--written-by``; ``mixed``, the default: 60, 30 and 10 of a hundred). Imitated is the shape of the bytes that a
reader goes through, under ECMA-376 parts 1 and 3, as files saved by these programs have it (Excel of Microsoft 365, WPS
2019, LibreOffice 7.4):

- Excel: CR LF behind the declaration; the namespaces of revisions in the roots with ``mc:Ignorable`` (part 3);
  ``spans`` and ``x14ac:dyDescent`` in rows; ``xr:uid`` in roots and validations; in the workbook ``absPath`` as an
  alternative, ``revisionPtr``, and an ``extLst`` with an ``x15:workbookPr`` of its own;
- WPS: CR LF behind the declaration; its own namespace ``etc`` in sheets; ``ht`` before ``spans`` in rows;
- LibreOffice: LF; every attribute said (``hidden="false"``), truth values in words, attributes of columns in the order
  of the alphabet, ``t="n"`` in numbers, ``aca`` in formulas with quotation marks escaped, ``xml:space`` at every shared
  string, no ``spans``, hidden sheets never very hidden, ``[Content_Types].xml`` last.

All three keep texts in ``sharedStrings.xml`` and cells as ``r``, ``s``, ``t``. What stands in styles, themes and
properties stays as it is: it hardly counts.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import time
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from words import answers, unit_name, with_the_rest

from danvan_xl.office.job import Job, open_round
from danvan_xl.office.workspace import FOLDERS, RECEIVED, open_workspace
from danvan_xl.round.asked import asked_targets
from danvan_xl.rules.files import shipped
from danvan_xl.workbooks.template.writer import TemplateOptions, template_name, write_template

PERIOD, DUE, SEED = "2026-H1", "2026-06-15", 20260508
LINES = {"PL1": 12, "PL2": 28}
"""Appendix → tasks: 40 lines per unit."""
DATED = ("Quý II/2026", "Trước ngày 30/6/2026", "Năm 2026", "Hằng năm")
OWN_UNITS = 7
MIXED, SHARES = "mixed", (60, 30, 10)
"""Whose bytes, unless one program's are wanted: Excel's, WPS's, LibreOffice's, of a hundred."""


def _units(plan: Mapping[str, Any], files: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The plan's own units (as many as are wanted, and the Front, which coordinates), and those of the workspace."""
    own = [unit for unit in plan["units"] if not unit.get("outside")][: min(files, OWN_UNITS)]
    front = [unit for unit in plan["units"] if unit["id"] == "X_MTTQ"]
    extra = []
    for number in range(files - len(own)):
        name, short = unit_name(number)
        extra.append({"id": f"U{number:05d}", "name": name, "short": short, "groups": ["G_ALL"]})
    return [*own, *front], extra


def _targets(task: Mapping[str, Any], units: Sequence[str]) -> dict[str, Any]:
    """The task's targets, asked of units that the corpus has: what one unit alone gives, of the first."""
    targets = [
        {**target, "asked": ["G_ALL"] if target.get("asked") == ["G_ALL"] else [units[0]]}
        for target in task.get("targets", ())
    ]
    return {"targets": targets} if targets else {}


def _tasks(appendix: Mapping[str, Any], units: Sequence[str]) -> list[dict[str, Any]]:
    """The appendix's tasks, repeated under new ids, group by group. ``units``: the plan's own that answer."""
    wanted, found = LINES[appendix["id"]], appendix["tasks"]
    picked = [(found[i % len(found)], i // len(found)) for i in range(wanted)]
    order = [group["id"] for group in appendix["groups"]]
    picked.sort(key=lambda item: (order.index(item[0]["group"]), item[1]))
    tasks, numbers = [], dict.fromkeys(order, 0)
    for position, (task, turn) in enumerate(picked):
        numbers[task["group"]] += 1
        text = task["text"] if turn == 0 else f"{task['text']} (đợt {turn + 1})"
        roadmap = DATED[position // 5 % len(DATED)] if position % 5 == 4 else task["roadmap"]
        tasks.append(
            {
                **task,
                "id": f"{task['group']}.{numbers[task['group']]}",
                "text": text,
                "roadmap": roadmap,
                "lead_text": "Các cơ quan, đơn vị",
                "lead": ["G_ALL"],
                "coordinate_text": "Ủy ban Mặt trận Tổ quốc Việt Nam xã",
                "coordinate": ["X_MTTQ"],
                **_targets(task, units),
            }
        )
    return tasks


def _value(value: object) -> str:
    """A value as TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, (str, bool, int, float)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _table(name: str, data: Mapping[str, object]) -> str:
    rows = "\n".join(f"{key} = {_value(value)}" for key, value in data.items())
    return f"\n[[{name}]]\n{rows}\n"


def plan_text(files: int) -> str:
    """The plan file of a corpus."""
    source = (shipped() / "plans" / "gia-loc.toml").read_text(encoding="utf-8")
    plan = tomllib.loads(source)
    own, _ = _units(plan, files)
    reporting = [unit["id"] for unit in own if not unit.get("outside")]
    parts = ["# Kế hoạch để đo tốc độ: mỗi đơn vị 40 dòng, lấy từ kế hoạch của xã Gia Lộc.\n"]
    plain = {key: value for key, value in plan.items() if key not in ("units", "groups", "appendices")}
    plain |= {"id": "bench", "notes": []}
    parts += [f"{key} = {_value(value)}\n" for key, value in plain.items()]
    parts.append(f"\n[groups]\nG_ALL = {_value(reporting)}\n")
    parts += [_table("units", unit) for unit in own]
    for appendix in plan["appendices"]:
        head = {key: value for key, value in appendix.items() if key not in ("groups", "tasks")}
        parts.append(_table("appendices", head))
        parts += [_table("appendices.groups", group) for group in appendix["groups"]]
        parts += [_table("appendices.tasks", task) for task in _tasks(appendix, reporting)]
    return "".join(parts)


def settings_text(files: int) -> str:
    """``danvan.toml`` of a corpus."""
    plan = tomllib.loads((shipped() / "plans" / "gia-loc.toml").read_text(encoding="utf-8"))
    _, extra = _units(plan, files)
    head = f'plan = "bench"\nperiod = "{PERIOD}"\n\n[due]\n"{PERIOD}" = {DUE}\n'
    return head + "".join(_table("units", unit) for unit in extra)


def received_at(seed: int, number: int) -> float:
    """When a file came: in the week before the due day, one in twenty some days late."""
    random = Random(f"{seed}:{number}:received")
    day = datetime(2026, 6, 8, 1, tzinfo=UTC) + timedelta(minutes=random.randrange(60 * 24 * 7))
    return (day + timedelta(days=9) if number % 20 == 11 else day).timestamp()


def write_some(root: Path, seed: int, numbers: Sequence[int], own: int = 0, written_by: str = MIXED) -> int:
    """Write the workbooks of the units with these numbers; returns how many."""
    workspace = open_workspace(root)
    current = open_round(Job(workspace.settings, root, workspace.rules))
    units, folder = current.plan.reporting_units, workspace.folder(RECEIVED)
    for number in numbers:
        unit = units[number]
        tasks = {line.id: line.task for line in current.by_unit[unit.id].values()}
        asked = [item.target for item in asked_targets(current, unit.id)]
        typed = answers(seed, number, unit.id, tasks, own)
        typed = with_the_rest(typed, [item.id for item in current.figures_of(unit.id)], asked)
        target = folder / template_name(current, unit)
        write_template(target, current, unit, TemplateOptions(typed=typed))
        if own:
            without_live_checks(target)
        save_as(target, program_of(written_by, seed, number))
        moment = received_at(seed, number)
        os.utime(target, (moment, moment))
    return len(numbers)


DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office/spreadsheetml"
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
SPACES = {
    "mc": COMPATIBLE,
    "x14ac": f"{MICROSOFT}/2009/9/ac",
    "x14": f"{MICROSOFT}/2009/9/main",
    "x15": f"{MICROSOFT}/2010/11/main",
    "x15ac": f"{MICROSOFT}/2010/11/ac",
    "x16r2": f"{MICROSOFT}/2015/02/main",
    "xr": f"{MICROSOFT}/2014/revision",
    "xr2": f"{MICROSOFT}/2015/revision2",
    "xr3": f"{MICROSOFT}/2016/revision3",
    "xr6": f"{MICROSOFT}/2016/revision6",
    "xr10": f"{MICROSOFT}/2016/revision10",
    "xcalcf": f"{MICROSOFT}/2018/calcfeatures",
    "xdr": "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
    "etc": "http://www.wps.cn/officeDocument/2017/etCustomData",
}
EXTENSIONS = (
    f'<extLst><ext uri="{{140A7094-0E35-4892-8432-C4D2E57EDEB5}}" xmlns:x15="{SPACES["x15"]}">'
    '<x15:workbookPr chartTrackingRefBase="1"/></ext><ext uri="{B58B0392-4F1F-4190-BB64-5DF3571DCE5F}" '
    f'xmlns:xcalcf="{SPACES["xcalcf"]}"><xcalcf:calcFeatures><xcalcf:feature name="microsoft.com:RD"/>'
    '<xcalcf:feature name="microsoft.com:Single"/></xcalcf:calcFeatures></ext></extLst></workbook>'
)
REVISION = (
    f'<mc:AlternateContent xmlns:mc="{COMPATIBLE}"><mc:Choice Requires="x15"><x15ac:absPath '
    f'url="D:\\Bao cao\\" xmlns:x15ac="{SPACES["x15ac"]}"/></mc:Choice></mc:AlternateContent>'
    '<xr:revisionPtr revIDLastSave="0" documentId="13_ncr:1_{00000000-0000-0000-0000-000000000000}" '
    'xr6:coauthVersionLast="47" xr6:coauthVersionMax="47" xr10:uidLastSave="{00000000-0000-0000-0000-000000000000}"/>'
)


def _spaces(*prefixes: str) -> str:
    return "".join(f' xmlns:{prefix}="{SPACES[prefix]}"' for prefix in prefixes)


def _with_line_ends(text: str) -> str:
    """The part with the declaration that Microsoft's XML writer makes."""
    return re.sub(r"^<\?xml[^>]*\?>\s*", f"{DECLARED}\r\n", text, count=1)


def _uid(number: int) -> str:
    return f"{{00000000-0002-0000-{number >> 16:04X}-{number & 0xFFFF:012X}}}"


def as_excel(name: str, text: str) -> str:
    """A part as Excel writes it."""
    text = _with_line_ends(text)
    if name.startswith("xl/worksheets/sheet"):
        known = f'{_spaces("mc")} mc:Ignorable="x14ac xr xr2 xr3"{_spaces("x14ac", "xr", "xr2", "xr3")}'
        text = text.replace(f'xmlns:r="{OFFICE}"', f'xmlns:r="{OFFICE}"{known} xr:uid="{_uid(0)}"', 1)
        text = re.sub(r"(<sheetFormatPr [^>]*?)/>", r'\1 x14ac:dyDescent="0.25"/>', text, count=1)
        text = re.sub(r"(<row [^>]*?)(/?>)", r'\1 x14ac:dyDescent="0.25"\2', text)
        numbers = count(1)
        return re.sub(r"(<dataValidation [^>]*?)(/?>)", lambda m: f'{m[1]} xr:uid="{_uid(next(numbers))}"{m[2]}', text)
    if name == "xl/workbook.xml":
        known = f'{_spaces("mc")} mc:Ignorable="x15 xr xr6 xr10 xr2"{_spaces("x15", "xr", "xr6", "xr10", "xr2")}'
        text = text.replace(f'xmlns:r="{OFFICE}"', f'xmlns:r="{OFFICE}"{known}', 1)
        text = re.sub(r"<fileVersion [^>]*/>", _FILE_VERSION, text, count=1).replace(
            "<bookViews>", f"{REVISION}<bookViews>"
        )
        return re.sub(r"<calcPr [^>]*/>", '<calcPr calcId="191029"/>', text).replace("</workbook>", EXTENSIONS)
    if name == "xl/styles.xml":
        known = f'{_spaces("mc")} mc:Ignorable="x14ac x16r2 xr"{_spaces("x14ac", "x16r2", "xr")}'
        text = text.replace('/main">', f'/main"{known}>', 1)
        return re.sub(r'<fonts count="(\d+)"', r'<fonts count="\1" x14ac:knownFonts="1"', text)
    return _with_kept_blanks(text) if name == "xl/sharedStrings.xml" else text


_FILE_VERSION = '<fileVersion appName="xl" lastEdited="7" lowestEdited="4" rupBuild="29029"/>'


def _with_kept_blanks(text: str) -> str:
    """Shared strings with blanks kept where Excel finds it needful: at either end, and at line breaks."""
    return re.sub(r"<t>(?=[^<]*\n|\s|[^<]*\s</t>)", '<t xml:space="preserve">', text)


def as_wps(name: str, text: str) -> str:
    """A part as WPS Spreadsheets writes it."""
    text = _with_line_ends(text)
    if name.startswith("xl/worksheets/sheet"):
        known = _spaces("xdr", "x14", "mc", "etc")
        text = text.replace(f'xmlns:r="{OFFICE}"', f'xmlns:r="{OFFICE}"{known}', 1)
        text = text.replace("<sheetFormatPr ", '<sheetFormatPr defaultColWidth="9.14285714285714" ', 1)
        return re.sub(r'(<row r="\d+")( spans="[^"]*")([^>]*?)(/?>)', r"\1\3\2\4", text)
    if name == "xl/workbook.xml":
        version = '<fileVersion appName="xl" lastEdited="3" lowestEdited="5" rupBuild="9302"/>'
        text = re.sub(r"<fileVersion [^>]*/>", version, text, count=1)
        return re.sub(r"<calcPr [^>]*/>", '<calcPr calcId="144525"/>', text)
    return _with_kept_blanks(text) if name == "xl/sharedStrings.xml" else text


_ATTRIBUTE = re.compile(r' ([A-Za-z:]+)="([^"]*)"')
_CALC_SPACES = _spaces("xdr", "x14", "xr2", "mc")
_TRUTHS = frozenset(
    {
        "hidden", "customWidth", "collapsed", "customHeight", "customFormat", "fitToPage", "showGridLines", "sheet",
        "objects", "scenarios", "formatCells", "formatColumns", "formatRows", "autoFilter", "allowBlank",
        "showInputMessage", "showErrorMessage", "differentFirst",
    }
)  # fmt: skip


def _in_words(attributes: str) -> dict[str, str]:
    """Attributes with truth values in words."""
    found = dict(_ATTRIBUTE.findall(attributes))
    return {
        key: {"0": "false", "1": "true"}.get(value, value) if key in _TRUTHS else value for key, value in found.items()
    }


def _joined(attributes: Mapping[str, str]) -> str:
    return "".join(f' {key}="{value}"' for key, value in attributes.items())


def _calc_row(match: re.Match[str]) -> str:
    given = _in_words(match[1])
    row = {
        "r": given["r"],
        "customFormat": "false",
        "ht": given.get("ht", "15"),
        "hidden": given.get("hidden", "false"),
    }
    row |= {"customHeight": given.get("customHeight", "false"), "outlineLevel": "0", "collapsed": "false"}
    return f"<row{_joined(row)}{match[2]}"


def _calc_column(match: re.Match[str]) -> str:
    column = {"collapsed": "false", "customWidth": "true", "hidden": "false", "outlineLevel": "0", "style": "0"}
    return f"<col{_joined(dict(sorted((column | _in_words(match[1])).items())))}/>"


def _calc_words(match: re.Match[str]) -> str:
    return f"<{match[1]}{_joined(_in_words(match[2]))}{match[3]}"


def as_libreoffice(name: str, text: str) -> str:
    """A part as LibreOffice writes it."""
    if name.startswith("xl/worksheets/sheet"):
        text = text.replace(f'xmlns:r="{OFFICE}"', f'xmlns:r="{OFFICE}"{_CALC_SPACES}', 1)
        text = re.sub(r"<row((?: [^>]*?)?)(/?>)", _calc_row, text)
        text = re.sub(r"<col( [^>]*?)/>", _calc_column, text)
        text = re.sub(r"<(sheetProtection|dataValidation|pageSetUpPr|headerFooter)( [^>]*?)(/?>)", _calc_words, text)
        text = re.sub(r'(<c r="[A-Z]+\d+"(?: s="\d+")?)><v>', r'\1 t="n"><v>', text)
        formula = re.compile(r"<(f|formula1|formula|formula2)>([^<]*)")
        text = formula.sub(lambda m: f"<{m[1]}>{m[2]}".replace('"', "&quot;").replace("<f>", '<f aca="false">'), text)
        sizes = '<sheetFormatPr defaultColWidth="8.5390625" defaultRowHeight="15" zeroHeight="false" '
        return re.sub(
            r"<sheetFormatPr [^>]*/>", f'{sizes}outlineLevelRow="0" outlineLevelCol="0"></sheetFormatPr>', text
        )
    if name == "xl/workbook.xml":
        text = re.sub(r"<fileVersion [^>]*/>", '<fileVersion appName="Calc"/>', text, count=1)
        text = re.sub(r'(sheetId="\d+") r:id', r'\1 state="visible" r:id', text.replace("veryHidden", "hidden"))
        return re.sub(r"<calcPr [^>]*/>", '<calcPr iterateCount="100" refMode="A1" iterate="false"/>', text)
    return text.replace("<t>", '<t xml:space="preserve">') if name == "xl/sharedStrings.xml" else text


PROGRAMS = {"excel": as_excel, "wps": as_wps, "libreoffice": as_libreoffice}


def program_of(written_by: str, seed: int, number: int) -> str:
    """Which program the unit ``number`` saves its workbook with."""
    if written_by != MIXED:
        return written_by
    return Random(f"{seed}:{number}:program").choices(list(PROGRAMS), SHARES)[0]


def save_as(path: Path, program: str) -> None:
    """Write a workbook anew, as this program would."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    if program == "libreoffice":
        parts["[Content_Types].xml"] = parts.pop("[Content_Types].xml")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            written = (
                PROGRAMS[program](name, content.decode()).encode() if name.endswith((".xml", ".rels")) else content
            )
            target.writestr(zipfile.ZipInfo(name), written, zipfile.ZIP_DEFLATED)


LIVE = re.compile(rb'<c r="[A-Z]+\d+"[^>]*><f>[^<]*</f>.*?</c>')


def without_live_checks(path: Path) -> None:
    """Take the live column's formulas out: the rows of a long list are pasted in, and nobody pastes formulas.

    With them the sheet would take 260 MB.
    """
    target = path.with_suffix(".tmp")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as result:
        for item in source.infolist():
            data = source.read(item)
            is_sheet = item.filename.startswith("xl/worksheets/sheet")
            result.writestr(item, LIVE.sub(b"", data) if is_sheet else data, zipfile.ZIP_DEFLATED)
    target.replace(path)


def lay_out(root: Path, files: int) -> None:
    """Make the workspace without workbooks: settings, the plan, empty folders (what was there before is removed)."""
    if root.exists():
        shutil.rmtree(root)
    for name in FOLDERS:
        (root / name / PERIOD).mkdir(parents=True)
    (root / "rules" / "plans").mkdir(parents=True)
    (root / "rules" / "plans" / "bench.toml").write_text(plan_text(files), encoding="utf-8")
    (root / "danvan.toml").write_text(settings_text(files), encoding="utf-8")


def make(root: Path, files: int, seed: int = SEED, own: int = 0, written_by: str = MIXED) -> None:
    """Make the workspace with its workbooks (what was there before is removed)."""
    lay_out(root, files)
    processes = min(os.cpu_count() or 1, files)
    if processes == 1 or files < 60:
        write_some(root, seed, range(files), own, written_by)
        return
    with ProcessPoolExecutor(processes) as pool:
        parts = [range(start, files, processes) for start in range(processes)]
        for _count in pool.map(write_some, *zip(*((root, seed, part, own, written_by) for part in parts), strict=True)):
            pass


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--files", type=int, default=30, help="workbooks, one a unit")
    parser.add_argument("--lines", type=int, help="instead: one workbook with so many lines")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--written-by", choices=[*PROGRAMS, MIXED], default=MIXED, help="whose bytes the workbooks have"
    )
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    start = time.perf_counter()
    if options.lines:
        make(options.out, 1, options.seed, max(options.lines - sum(LINES.values()), 0), options.written_by)
    else:
        make(options.out, options.files, options.seed, written_by=options.written_by)
    written = sum(item.stat().st_size for item in (options.out / RECEIVED).rglob("*.xlsx"))
    print(f"{options.out}: {written / 1e6:.1f} MB in {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
