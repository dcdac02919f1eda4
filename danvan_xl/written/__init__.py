"""Consolidated workbooks of ours, read again as plain tables; no library of tables is needed for it."""
