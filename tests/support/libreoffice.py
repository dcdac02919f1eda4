"""A real LibreOffice: opens a workbook, counts every formula again, and gives back what it sees."""

from __future__ import annotations

import glob
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.support.programs import needed

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""
"""LibreOffice trusts the results that Excel stored unless it is told not to."""


def soffice() -> str:
    """The program; where it is not installed, the test is skipped, and fails in CI."""
    return needed("soffice")


def convert(source: Path, kind: str, folder: Path) -> Path:
    """Convert with every formula calculated anew. ``kind``: ``xlsx``, ``pdf``, ``ods``. ``folder``: to work in."""
    return convert_all([source], kind, folder)[0]


def convert_all(sources: Sequence[Path], kind: str, folder: Path) -> list[Path]:
    """Convert many in one start of LibreOffice; names must differ."""
    out = folder / f"as-{kind}"
    said = _run(sources, kind, folder, out)
    results = [out / f"{source.stem}.{kind}" for source in sources]
    assert all(result.is_file() for result in results), said
    return results


AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
"""Commas, UTF-8, cells as shown, every sheet into a file of its own."""


def write_as_shown(sources: Sequence[Path], folder: Path) -> Path:
    """Every sheet as ``<workbook>-<sheet>.csv`` with its cells as shown, counted anew; the folder of these files."""
    out = folder / "as-csv"
    said = _run(sources, AS_SHOWN, folder, out)
    assert all(any(out.glob(f"{glob.escape(source.stem)}-*.csv")) for source in sources), said
    return out


def _run(sources: Sequence[Path], kind: str, folder: Path, out: Path) -> str:
    """Start LibreOffice once, with a profile in ``folder``; what it said."""
    profile = folder / "libreoffice"
    if not profile.exists():
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    command = [soffice(), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", kind, "--outdir", str(out), *(str(source) for source in sources)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    return done.stdout + done.stderr


def pdf_pages(path: Path) -> list[str]:
    """The text of every page."""
    command = [needed("pdftotext"), "-layout", str(path), "-"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=True)
    return done.stdout.split("\f")[:-1]
