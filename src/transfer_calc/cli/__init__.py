"""The command `transfer-calc`: it parses, calls and prints; everything else is the library's."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A pipe or a file gets UTF-8 everywhere; a console keeps its own encoding and never fails on a sign.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(**({"errors": "replace"} if stream.isatty() else {"encoding": "utf-8"}))
    from transfer_calc.cli.app import app

    app()
