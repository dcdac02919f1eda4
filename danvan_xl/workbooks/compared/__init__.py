"""The workbook of a comparison: lists of what is another thing now."""
