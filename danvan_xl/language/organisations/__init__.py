"""Names of organisations → codes: :func:`resolve`, :func:`codes`, and the :class:`Catalogue` they use."""

from danvan_xl.language.organisations.catalogue import Catalogue
from danvan_xl.language.organisations.matcher import DITTO, UNKNOWN, Match, codes, resolve

__all__ = ["DITTO", "UNKNOWN", "Catalogue", "Match", "codes", "resolve"]
