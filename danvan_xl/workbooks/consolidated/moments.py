"""Moments as Excel stores them."""

from __future__ import annotations

from datetime import datetime

from danvan_xl.model.period import VIETNAM_TIME


def local(moment: datetime | None) -> datetime | None:
    """A moment as Vietnam's wall clock, without a zone."""
    return moment.astimezone(VIETNAM_TIME).replace(tzinfo=None) if moment and moment.tzinfo else moment
