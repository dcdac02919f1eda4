"""Any spreadsheet that somebody sends: guarded, scanned, read, cross-checked; rows and findings; knows no plan."""
