"""pandas with the fastest engines it has: calamine reads, xlsxwriter writes.

Usage: python pandas_calamine.py FOLDER OUTPUT
"""

from __future__ import annotations

import sys
from pathlib import Path

from pandas_openpyxl import main

if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), engine="calamine", writer="xlsxwriter")
