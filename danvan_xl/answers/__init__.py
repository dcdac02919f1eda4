"""What one file says: a workbook becomes a submission, with everything that is wrong in it."""
