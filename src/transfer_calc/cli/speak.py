"""Speaking to the person at the terminal: results on stdout, problems and progress on stderr."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer

from transfer_calc.issues import Issue, issue
from transfer_calc.text import Text

_ORDER = ("error", "warning", "note")

PATIENCE = 1.0
"""Seconds after which a command says what it is doing."""


class Speaker:
    """Speaks one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def say(self, text: Text) -> None:
        typer.echo(text[self.lang])

    def json(self, value: Any) -> None:
        typer.echo(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))

    def warn(self, issues: Iterable[Issue]) -> None:
        """Print problems, what stops the run first and mere notes last."""
        for found in sorted(issues, key=lambda each: _ORDER.index(each.severity)):
            typer.echo(found.line(self.lang), err=True)

    def stop(self, issues: Iterable[Issue], code: int = 1) -> NoReturn:
        """Print every problem and end the command; nothing has been written."""
        found = list(issues)
        self.warn(found)
        errors = sum(1 for each in found if each.severity == "error")
        many = "problem" if errors == 1 else "problems"
        ending = Text(f"共 {errors} 个问题，未写出任何结果。", f"{errors} {many}; nothing was written.")
        typer.echo(ending[self.lang], err=True)
        raise typer.Exit(code)

    @contextmanager
    def progress(self, stage: Text) -> Iterator[None]:
        """Say on stderr what is going on, once it has taken longer than a second."""
        timer = threading.Timer(PATIENCE, lambda: print(f"{stage[self.lang]} …", file=sys.stderr, flush=True))  # noqa: T201
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def command_line() -> str:
    """The command as it was typed, in the quotes of the system that it was typed on."""
    words = ["transfer-calc", *sys.argv[1:]]
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def misuse(speaker: Speaker, detail: Text) -> NoReturn:
    """End the command because it was called wrongly."""
    speaker.stop([issue("TC901", detail=detail)], code=2)
