"""Consolidated workbooks as pandas tables, for people who analyse them.

``answers(path)`` (the lines of ``Dữ liệu``), ``figures(path)`` (``Dữ liệu số``, or ``Số liệu`` of a workbook that has
none), ``targets(path)`` (``Chỉ tiêu``; no rows where a workbook has none) and ``findings(path)`` (``Phát hiện``) give a
DataFrame of one workbook, ``concat(paths, what)`` one of many. Each has a plain index, the same columns with the same
dtypes whatever is in the workbook, the headings of the workbooks' contract as names, ``Sổ tổng hợp`` (which workbook)
first, and the workbook's further columns, as text, last:

====================  ==================  =========================================================================
in the workbook       dtype               where there is nothing
====================  ==================  =========================================================================
words, codes          ``string``          ``<NA>``
numbers               ``Float64``         ``<NA>``; ``Dòng`` is ``Int64``
days and moments      ``datetime64[us]``  ``NaT``; days at midnight, moments by Vietnam's clock, without a zone
====================  ==================  =========================================================================

What a unit wrote where a number or a day was asked stays beside it as text: ``Tỷ lệ (%) (chữ)``. Nothing is guessed
and nothing left out: a file that is no consolidated workbook of ours, or a cell that can't be trusted, raises
``WrittenError``, whose sentence names file, sheet and cell.

pandas is loaded when a table is asked for; ``check`` and ``merge`` never import this package.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from danvan_xl.written.consolidated_file import WrittenError
from danvan_xl.written.many_workbooks import What, joined, open_all

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["WrittenError", "answers", "concat", "figures", "findings", "targets"]

AnyPath = str | os.PathLike[str]


def answers(path: AnyPath) -> DataFrame:
    """Every line of the workbook's ``Dữ liệu``, in its order. Raises ``WrittenError``."""
    return concat([path], "answers")


def figures(path: AnyPath) -> DataFrame:
    """Every figure of a unit in the workbook, in long form. Raises ``WrittenError``."""
    return concat([path], "figures")


def targets(path: AnyPath) -> DataFrame:
    """Every target of the plan with its figures and its verdict, in the workbook's order. Raises ``WrittenError``."""
    return concat([path], "targets")


def findings(path: AnyPath) -> DataFrame:
    """Every finding that the workbook lists, in its order. Raises ``WrittenError``."""
    return concat([path], "findings")


def concat(paths: Iterable[AnyPath], what: What = "answers") -> DataFrame:
    """A table (``answers``, ``figures``, ``targets`` or ``findings``) of many workbooks, in the order given.

    The same file is taken once. Raises ``WrittenError``.
    """
    from danvan_xl.frames.tabular import as_frame

    return as_frame(joined(open_all(paths), what))
