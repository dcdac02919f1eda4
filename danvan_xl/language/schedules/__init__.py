"""Deadline phrases of plans: :func:`read_schedule` reads them, :func:`explain` says how they were read."""

from danvan_xl.language.schedules.grammar import read_schedule
from danvan_xl.language.schedules.in_words import explain

__all__ = ["explain", "read_schedule"]
