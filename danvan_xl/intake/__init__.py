"""Any spreadsheet that somebody sends, guarded, scanned and cross-checked, as rows and findings; knows no plan."""
