"""Two consolidated workbooks of one plan, compared: what moved, what stayed silent, what was reopened, what fell."""
