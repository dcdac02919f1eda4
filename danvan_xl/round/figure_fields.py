"""The column of figures as each indicator needs it: whole numbers, decimals, money, a percentage."""

from __future__ import annotations

from msgspec.structs import replace

from danvan_xl.model import Field, Form, Indicator, IndicatorKind
from danvan_xl.model.statuses import FIGURE
from danvan_xl.round.fields import WHOLE, means_percent
from danvan_xl.wording import text


def figure_field(column: Field, item: Indicator) -> Field:
    """The column ``Số liệu trong kỳ`` for the row of an indicator: type, range and help are the indicator's."""
    is_share = item.kind is IndicatorKind.RATE and means_percent(item.unit)
    kind = "integer" if item.is_whole else "number"
    highest = float(WHOLE) if is_share else column.maximum
    usual = column.help if kind == column.type and not is_share else text("template", _help_of(item, is_share=is_share))
    return replace(
        column,
        type=kind,
        format="percent" if is_share else column.format,
        minimum=column.minimum if item.minimum is None else item.minimum,
        maximum=highest if item.maximum is None else item.maximum,
        help=item.help or usual,
    )


def _help_of(item: Indicator, *, is_share: bool) -> str:
    return "figure_help_share" if is_share else f"figure_help_{item.type}"


def figure_fields(form: Form) -> dict[str, Field]:
    """Indicator → its column, for every indicator of a form of figures; nothing for another form."""
    if form.kind != "statistics":
        return {}
    column = form.field(FIGURE)
    return {item.id: figure_field(column, item) for item in form.indicators}
