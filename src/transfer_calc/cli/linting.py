"""The findings of the linter on the terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from transfer_calc.cli.printing import console, plain_table
from transfer_calc.cli.speak import Speaker
from transfer_calc.issues import Collector, Issue
from transfer_calc.method.documents import load_documents
from transfer_calc.method.lint import lint, look_at
from transfer_calc.text import Text

SEVERITY = {"error": Text("错误", "error"), "warning": Text("警告", "warning")}


def examine(files: Sequence[Path], *, whole: bool) -> list[Issue]:
    """Look at some method files; what keeps one from being read is a finding like the others."""
    unreadable, subjects = Collector(), []
    for file in files:
        with unreadable.catching():
            subjects.append(look_at(file))
    return [*unreadable, *lint(subjects, load_documents(), whole=whole)]


def print_findings(findings: Sequence[Issue], files: int, speaker: Speaker) -> None:
    """One row a finding, errors first, and the totals."""
    lang = speaker.lang
    out = console()
    if findings:
        heads = Text("代码|程度|位置|问题|提示", "code|severity|place|problem|hint")[lang].split("|")
        table = plain_table(heads, whole=(0, 1))
        for found in sorted(findings, key=lambda each: each.severity):
            row = (found.code, SEVERITY[found.severity][lang], found.place.text()[lang])
            table.add_row(*row, found.message[lang], found.hint[lang])
        out.print(table)
    errors, warnings = count(findings)
    said = Text(
        f"{files} 个文件：错误 {errors}，警告 {warnings}",
        f"{files} files: {errors} errors, {warnings} warnings",
    )
    out.print(said[lang])


def record(findings: Sequence[Issue], files: Sequence[str], lang: str) -> dict[str, Any]:
    """The findings for JSON."""
    errors, warnings = count(findings)
    return {
        "files": list(files),
        "errors": errors,
        "warnings": warnings,
        "findings": [found.record(lang) for found in findings],
    }


def count(findings: Sequence[Issue]) -> tuple[int, int]:
    """How many errors and how many warnings."""
    errors = sum(found.severity == "error" for found in findings)
    return errors, len(findings) - errors
