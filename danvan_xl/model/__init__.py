"""Every noun of the product, frozen; knows no files and no libraries."""

from danvan_xl.model.finding import Finding, Location, Severity, finding
from danvan_xl.model.form import Check, Field, Form, Indicator, Question
from danvan_xl.model.period import (
    Note,
    Period,
    PeriodKind,
    Timeliness,
    parse_period_id,
    plain_period,
    timeliness,
)
from danvan_xl.model.plan import (
    Appendix,
    Group,
    Line,
    Plan,
    PrintedColumn,
    Role,
    Target,
    Task,
    Unit,
    expand,
    lines,
)
from danvan_xl.model.regime import DayRule, DueRule, Listing, Obligation, Regime, Report, WindowRule

__all__ = [
    "Appendix",
    "Check",
    "DayRule",
    "DueRule",
    "Field",
    "Finding",
    "Form",
    "Group",
    "Indicator",
    "Line",
    "Listing",
    "Location",
    "Note",
    "Obligation",
    "Period",
    "PeriodKind",
    "Plan",
    "PrintedColumn",
    "Question",
    "Regime",
    "Report",
    "Role",
    "Severity",
    "Target",
    "Task",
    "Timeliness",
    "Unit",
    "WindowRule",
    "expand",
    "finding",
    "lines",
    "parse_period_id",
    "plain_period",
    "timeliness",
]
