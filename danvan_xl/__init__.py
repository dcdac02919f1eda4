"""danvan-xl: collect, check and merge the Excel appendices of Vietnamese commune plans.

``read_workbook`` is loaded when it is first asked for, so that importing the package stays cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from danvan_xl.intake.read import read_workbook

__version__ = "0.1.0"

__all__ = ["__version__", "read_workbook"]


def __getattr__(name: str) -> object:
    if name == "read_workbook":
        from danvan_xl.intake.read import read_workbook

        return read_workbook
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
