"""Make the pictures of the guide anew from the demo: ``python docs/images/make.py``.

Needs LibreOffice (``soffice``), poppler (``pdftoppm``, ``pdftotext``), ImageMagick (``convert``, ``import``), Xvfb and
xdotool on the PATH, and letters as wide as those of Times New Roman. Each picture is a page of a workbook that the demo
writes, as LibreOffice prints it, trimmed, and kept under 200 KB; or, of a form, a window of 1366 x 768 pixels at 100 %.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIMIT = 200_000  # bytes a picture

TEMPLATE = "mau/2026-H1/gia-loc_2026-H1_KT.xlsx"
RECEIVED = "nhan/2026-H1/Mau bc (1).xlsx"
RETURNED = "tra-lai/2026-H1/tra-lai_2026-H1_KT.xlsx"
MERGED = "tong-hop/2026-H1/tong-hop_gia-loc_2026-H1.xlsx"


@dataclass(frozen=True)
class Picture:
    """The first page of a workbook's print that holds all these words."""

    name: str
    book: str
    words: tuple[str, ...]
    width: int = 1200


PICTURES = (
    Picture("tong-quan", MERGED, ("Nơi nhận",), 1000),
    Picture("mau-huong-dan", TEMPLATE, ("Cách điền",), 900),
    Picture("tra-lai", RETURNED, ("Vấn đề", "Đang ghi")),
    Picture("tinh-hinh-nop", MERGED, ("TÌNH HÌNH NỘP BÁO CÁO", "Nhận lúc")),
    Picture("phu-luc", MERGED, ("Phụ lục I", "Kèm theo Kế hoạch", "Trạng thái")),
    Picture("doi-soat", MERGED, ("ĐỐI SOÁT",)),
)


def run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def pdf_of(book: Path, folder: Path) -> Path:
    """The workbook printed by LibreOffice, in a profile of its own."""
    target = folder / f"{book.stem}.pdf"
    if not target.exists():
        profile = f"-env:UserInstallation={(folder / 'lo').as_uri()}"
        run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, book)
    return target


def page_with(pdf: Path, words: tuple[str, ...]) -> int:
    """The number of the first page that holds all the words."""
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, encoding="utf-8")
    pages = (" ".join(page.split()) for page in done.stdout.split("\f"))
    return next(number for number, page in enumerate(pages, start=1) if all(word in page for word in words))


def png_of(pdf: Path, page: int, name: str, width: int, folder: Path) -> None:
    """A page, white margins off, as few colours as keep it under the limit."""
    run("pdftoppm", "-r", 200, "-f", page, "-l", page, "-png", "-singlefile", pdf, folder / name)
    keep(
        folder / f"{name}.png",
        name,
        ("-trim", "+repage", "-resize", f"{width}x>", "-bordercolor", "white", "-border", 12),
    )


def keep(picture: Path, name: str, changes: tuple[object, ...] = ()) -> None:
    """Put a picture beside this file."""
    target = HERE / f"{name}.png"
    for colours in (256, 64, 24):
        bare = ("-colors", colours, "-strip", "-define", "png:exclude-chunks=date,time")
        run("convert", picture, *changes, *bare, target)
        if target.stat().st_size <= LIMIT:
            break
    print(f"{target.name}: {target.stat().st_size // 1000} KB")


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
    keep(picture, name)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        demo = folder / "demo"
        run(Path(sys.executable).with_name("danvan-xl"), "demo", demo)
        screen_of(demo / RECEIVED, 2, "mau-phu-luc", folder)
        screen_of(demo / RETURNED, 3, "tra-lai-o", folder)
        for picture in PICTURES:
            pdf = pdf_of(demo / picture.book, folder)
            png_of(pdf, page_with(pdf, picture.words), picture.name, picture.width, folder)


if __name__ == "__main__":
    main()
