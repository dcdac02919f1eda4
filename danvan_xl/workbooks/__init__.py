"""What we write: templates, returned workbooks, consolidated workbooks, and what writing them has in common."""
