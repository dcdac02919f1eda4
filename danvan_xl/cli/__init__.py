"""The command line: one thin module per command. ``main`` is the program ``danvan-xl``.

Exit codes: 0 all well · 1 done, and something needs a person · 2 the command, the rules or the workspace is wrong,
nothing was done · 3 the machine said no, what was there before is still there.
"""

from __future__ import annotations

import sys

from danvan_xl.cli.app import root, wanted_language
from danvan_xl.cli.errors import guarded


def main() -> None:
    """Run the command line and exit."""
    _speak_utf8()
    lang = wanted_language(sys.argv[1:])
    sys.exit(guarded(root(lang), lang))


def _speak_utf8() -> None:
    """Vietnamese on a Windows console and in pipes, whatever the code page."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and (stream.encoding or "").lower().replace("-", "") != "utf8":
            reconfigure(encoding="utf-8")
