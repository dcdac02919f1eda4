"""Every noun of the product, frozen; knows no files and no libraries."""

from danvan_xl.model.finding import Finding, Location, Severity, finding

__all__ = ["Finding", "Location", "Severity", "finding"]
