"""The consolidated workbook: one function a sheet, in ``writer.SHEETS``."""
