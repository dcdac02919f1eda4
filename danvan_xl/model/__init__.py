"""Every noun of the product, as frozen records that know no files."""

from danvan_xl.model.assignment import Assignment, Line, expand
from danvan_xl.model.book import Address, Area, Book, RawValue, Row, Sheet, State
from danvan_xl.model.finding import Finding, Location, Severity, finding
from danvan_xl.model.form import Check, Field, Form, Indicator, IndicatorKind, Question
from danvan_xl.model.period import Note, Period, PeriodKind, Timeliness, parse_period_id, plain_period, timeliness
from danvan_xl.model.plan import Appendix, Goal, Group, Plan, PrintedColumn, Role, Task, Unit
from danvan_xl.model.regime import DayRule, DueChoice, DueRule, Listing, Obligation, Regime, ReportRule, WindowRule
from danvan_xl.model.schedule import Schedule, ScheduleContext
from danvan_xl.model.targets import Target, TargetAnswer, TargetKind

__all__ = [
    "Address",
    "Appendix",
    "Area",
    "Assignment",
    "Book",
    "Check",
    "DayRule",
    "DueChoice",
    "DueRule",
    "Field",
    "Finding",
    "Form",
    "Goal",
    "Group",
    "Indicator",
    "IndicatorKind",
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
    "RawValue",
    "Regime",
    "ReportRule",
    "Role",
    "Row",
    "Schedule",
    "ScheduleContext",
    "Severity",
    "Sheet",
    "State",
    "Target",
    "TargetAnswer",
    "TargetKind",
    "Task",
    "Timeliness",
    "Unit",
    "WindowRule",
    "expand",
    "finding",
    "parse_period_id",
    "plain_period",
    "timeliness",
]
