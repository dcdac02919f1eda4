"""Make the pictures of the guide anew from the demo: ``python docs/images/make.py``.

Needs LibreOffice (``soffice``), poppler (``pdftoppm``), ImageMagick (``convert``, ``import``), Xvfb and xdotool on the
PATH. Each picture is one sheet of a workbook that the demo writes: printed by LibreOffice, trimmed, and kept under
200 KB; or, of a form, a window of 1366 x 768 pixels at 100 %. A sheet is shown in part by hiding columns and rows of a
copy; the letters at the top then show the gap.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

HERE = Path(__file__).resolve().parent
LIMIT = 200_000  # bytes a picture


@dataclass(frozen=True)
class Picture:
    """A part of a sheet: ``area`` printed on one page, without ``hide`` (columns) and ``skip`` (rows)."""

    name: str
    book: str
    sheet: str
    area: str
    hide: str = ""
    skip: Iterable[int] = ()
    width: int = 1200


PICTURES = (
    Picture("mau-huong-dan", "mau/2026-H1/gia-loc_2026-H1_KT.xlsx", "Hướng dẫn", "A1:B28", width=900),
    Picture("tra-lai", "tra-lai/2026-H1/tra-lai_2026-H1_KT.xlsx", "Lỗi cần sửa", "A1:J12"),
    Picture("tra-lai-o", "tra-lai/2026-H1/tra-lai_2026-H1_KT.xlsx", "Phụ lục II", "B7:M16", "EFGH", (8, 11, 13, 14)),
    Picture("tinh-hinh-nop", "tong-hop/2026-H1/tong-hop_gia-loc_2026-H1.xlsx", "Tình hình nộp", "A1:K11"),
    Picture("phu-luc", "tong-hop/2026-H1/tong-hop_gia-loc_2026-H1.xlsx", "Phụ lục I", "A1:L14", "DE"),
    Picture("doi-soat", "tong-hop/2026-H1/tong-hop_gia-loc_2026-H1.xlsx", "Đối soát", "A1:O19"),
)


def run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def pdf_of(book: Path, folder: Path) -> Path:
    """The workbook printed by LibreOffice, in a profile of its own."""
    profile = f"-env:UserInstallation={(folder / 'lo').as_uri()}"
    run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, book)
    return folder / f"{book.stem}.pdf"


def png_of(pdf: Path, name: str, width: int, folder: Path) -> None:
    """The first page, white margins off, as few colours as keep it under the limit."""
    run("pdftoppm", "-r", 200, "-f", 1, "-l", 1, "-png", "-singlefile", pdf, folder / name)
    target = HERE / f"{name}.png"
    trimmed = ("-trim", "+repage", "-resize", f"{width}x>", "-bordercolor", "white", "-border", 12)
    bare = ("-strip", "-define", "png:exclude-chunks=date,time")
    for colours in (256, 64, 24):
        run("convert", folder / f"{name}.png", *trimmed, "-colors", colours, *bare, target)
        if target.stat().st_size <= LIMIT:
            break
    print(f"{target.name}: {target.stat().st_size // 1000} KB")


def part_of(picture: Picture, demo: Path, folder: Path) -> Path:
    """A copy of the workbook that prints only the picture's part of one sheet."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl drops the page headings: the copy needs none
        book = load_workbook(demo / picture.book)
    for sheet in book:
        sheet.sheet_state = "visible" if sheet.title == picture.sheet else "hidden"
        sheet.print_area = None  # LibreOffice prints a hidden sheet that has one
    sheet = book[picture.sheet]
    book.active = book.index(sheet)
    widths = {}
    for dimension in list(sheet.column_dimensions.values()):  # openpyxl keeps a run of equal columns as one entry
        for index in range(dimension.min or 1, (dimension.max or 1) + 1):
            widths[index] = dimension.width, dimension.hidden
    sheet.column_dimensions.clear()
    for index, (width, hidden) in widths.items():
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = width
        sheet.column_dimensions[letter].hidden = hidden or letter in picture.hide
    for row in picture.skip:
        sheet.row_dimensions[row].hidden = True
    for headings in (sheet.oddHeader, sheet.oddFooter, sheet.firstHeader, sheet.evenHeader):
        headings.left.text = headings.center.text = headings.right.text = None
    sheet.print_title_rows = None
    sheet.print_area = picture.area
    sheet.print_options.headings = sheet.print_options.gridLines = True
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 8
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 1
    copy = folder / f"{picture.name}.xlsx"
    book.save(copy)
    return copy


def screen_of(book: Path, sheet: int, name: str, folder: Path) -> None:
    """The workbook in a window of a small laptop: its sheet of that number (from 0)."""
    display = ":87"
    env = {**os.environ, "DISPLAY": display}
    profile = f"-env:UserInstallation={(folder / 'lo-window').as_uri()}"
    office = ("soffice", profile, "--norestore", "--nologo", "--nofirststartwizard", "--calc", str(book))
    with subprocess.Popen(["Xvfb", display, "-screen", "0", "1366x768x24"], stderr=subprocess.DEVNULL) as server:
        time.sleep(1)
        with subprocess.Popen(office, env=env, stderr=subprocess.DEVNULL) as window:
            time.sleep(20)
            found = subprocess.run(
                ("xdotool", "search", "--onlyvisible", "--name", "LibreOffice Calc"),
                env=env, check=True, capture_output=True, text=True,
            )  # fmt: skip
            place = found.stdout.split()[0]
            for command in (("windowsize", place, 1366, 768), ("windowmove", place, 0, 0), ("windowfocus", place)):
                subprocess.run(["xdotool", *map(str, command)], env=env, check=True)
            for key in ("ctrl+Page_Down",) * sheet:
                subprocess.run(["xdotool", "key", key], env=env, check=True)
                time.sleep(1)
            time.sleep(2)
            picture = folder / f"{name}.png"
            subprocess.run(["import", "-window", "root", str(picture)], env=env, check=True)
            subprocess.run(["pkill", "-f", "lo-window"], check=False)
            window.wait(timeout=30)
        server.terminate()
    run("convert", picture, "-colors", 64, "-strip", "-define", "png:exclude-chunks=date,time", HERE / f"{name}.png")
    print(f"{name}.png: {(HERE / f'{name}.png').stat().st_size // 1000} KB")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        demo = folder / "demo"
        run(Path(sys.executable).with_name("danvan-xl"), "demo", demo)
        book = next((demo / "tong-hop" / "2026-H1").glob("*.xlsx"))
        png_of(pdf_of(book, folder), "tong-quan", 1000, folder)
        screen_of(demo / "nhan" / "2026-H1" / "Mau bc (1).xlsx", 2, "mau-phu-luc", folder)
        for picture in PICTURES:
            png_of(pdf_of(part_of(picture, demo, folder), folder), picture.name, picture.width, folder)


if __name__ == "__main__":
    main()
