"""All lines of a round and all rows of a consolidation at once: tests look at small ones."""

from __future__ import annotations

from collections.abc import Mapping

from danvan_xl.merging.consolidation import Consolidation, DataRow
from danvan_xl.model import Assignment, Line, Plan, Role
from danvan_xl.round.round import Round


def plan_lines(plan: Plan, owners: Mapping[str, str] | None = None) -> list[Line]:
    """Every line of a plan, in printed order."""
    return list(Assignment(plan, owners).lines())


def every_line(current: Round) -> list[Line]:
    """Every line of a round, in printed order."""
    return plan_lines(current.plan, current.owners)


def lead_lines(current: Round) -> list[Line]:
    """The lines that must come back, in printed order."""
    return [line for line in every_line(current) if line.role is Role.LEAD]


def every_row(result: Consolidation) -> list[DataRow]:
    """Every row of ``Dữ liệu``."""
    return [row for unit in result.by_unit() for row in unit.rows]


def lead_rows(result: Consolidation) -> list[DataRow]:
    """The rows that the account is made of: one for every line sent out."""
    return [row for row in every_row(result) if row.answer.role is Role.LEAD]
