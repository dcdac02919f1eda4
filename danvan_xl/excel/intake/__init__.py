"""Foreign workbooks: guarded, scanned, read, cross-checked, and read under supervision."""
