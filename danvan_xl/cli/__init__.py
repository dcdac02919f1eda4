"""The command line: one thin module per command. ``main`` is the program ``danvan-xl``.

Exit codes: 0 all well · 1 done, and something needs a person · 2 the command, the rules or the workspace is wrong,
nothing was done · 3 the machine said no, what was there before is still there.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from danvan_xl.cli.app import root, wanted_language
from danvan_xl.cli.errors import guarded


def main() -> None:
    """Run the command line and exit."""
    _speak_utf8()
    lang = wanted_language(sys.argv[1:])
    sys.exit(guarded(root(lang), lang))


def _speak_utf8() -> None:
    """Vietnamese on a Windows console and in pipes, whatever the code page."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started the program
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - as long as the program
            continue
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            is_utf8 = (stream.encoding or "").lower().replace("-", "") == "utf8"
            reconfigure(encoding=None if is_utf8 else "utf-8", errors="backslashreplace")
