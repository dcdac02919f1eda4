"""The consolidated workbook: one function per sheet, in ``writer.SHEETS``."""
