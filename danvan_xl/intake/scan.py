"""The structural scan: every cell of a sheet's XML, read without any spreadsheet library.

Sheets written the way Excel, WPS, LibreOffice, openpyxl and XlsxWriter write them are read with regular expressions
whose matches must account for every tag (``scan_plain``); anything else (prefixes, missing addresses, comments inside
…) goes to expat (``scan_slow``). Both give the same ``SheetScan``.
"""

from __future__ import annotations

from danvan_xl.intake.found import SheetScan
from danvan_xl.intake.refusal import RefusedError
from danvan_xl.intake.scan_plain import NotPlainError, scan_plain


def scan_sheet(part: str, content: bytes) -> SheetScan:
    """Scan a sheet's part (UTF-8). Raises ``RefusedError`` F021 if it is not a sheet, or is damaged."""
    try:
        return scan_plain(part, content)
    except UnicodeDecodeError as error:
        raise RefusedError("F021", part) from error
    except NotPlainError:
        from danvan_xl.intake.scan_slow import scan_by_expat

        return scan_by_expat(part, content)
