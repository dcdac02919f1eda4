"""danvan-xl: collect, check and merge the Excel appendices of Vietnamese commune plans."""

__version__ = "0.1.0"
