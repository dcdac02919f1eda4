"""The consolidated workbook: one function a sheet, in ``sheets.SHEETS``."""
