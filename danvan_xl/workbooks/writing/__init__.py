"""What every workbook is written with: style, rows, spool, zip, atomic replacement, reading back."""
