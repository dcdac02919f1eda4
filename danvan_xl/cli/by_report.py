"""A command's choice for each workbook of a round: for each of its reports, or for those that share everything."""

from __future__ import annotations

from msgspec.structs import replace

from danvan_xl.cli.common import Chosen
from danvan_xl.office.job import groups_of


def by_report(chosen: Chosen) -> tuple[Chosen, ...]:
    """The choice for each workbook that is to be made: one for each report, or one for those that share everything.

    Where a round has one workbook alone, it is called by the period; else by its first report too.
    """
    groups = groups_of(chosen.job)
    if len(groups) == 1 and not chosen.job.report:
        return (chosen,)
    return tuple(_for_group(chosen, tuple(item.id for item in group)) for group in groups)


def _for_group(chosen: Chosen, ids: tuple[str, ...]) -> Chosen:
    workspace = replace(chosen.workspace, report=ids[0]) if chosen.workspace is not None else None
    return Chosen(replace(chosen.job, report=ids), workspace)
