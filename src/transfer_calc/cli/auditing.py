"""The command `audit`: what is printed of a returned workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from transfer_calc.cli.speak import Speaker
from transfer_calc.issues import IssuesError
from transfer_calc.text import Text

if TYPE_CHECKING:
    from transfer_calc.method.load import Method


def audit(
    workbook: Path, method: Method | None, budget: Path | None, speaker: Speaker, *, as_json: bool
) -> None:
    """Audit a workbook and say what was found; exits with 1 where something differs."""
    from transfer_calc.budget.model import load_budget
    from transfer_calc.cli.allocating import quietly
    from transfer_calc.workbook.audit import audit as examine

    try:
        plan = None if budget is None else load_budget(budget)
        with speaker.progress(Text("正在重算", "computing it again")), quietly():
            found = examine(workbook, method, plan)
    except IssuesError as error:
        speaker.warn(error.issues)
        raise typer.Exit(1) from None
    if as_json:
        speaker.json(
            {
                "method": found.subject,
                "same": found.same,
                "units": found.units,
                "formulas": found.formulas,
                "recorded": found.recorded,
                "recomputed": found.recomputed,
                "issues": [each.record(speaker.lang) for each in found.issues],
            }
        )
    else:
        for each in found.issues:
            typer.echo(each.line(speaker.lang))
        different = sum(1 for each in found.issues if each.severity == "error")
        many = "difference" if different == 1 else "differences"
        said = Text(
            f"一致：{found.units} 个地区，{found.formulas:,} 个公式逐格核对，重算结果相同"
            f"（{found.recomputed[:12]}…）",
            f"same: {found.units} units, {found.formulas:,} formulas compared cell by cell, "
            f"the same result ({found.recomputed[:12]}…)",
        )
        if different:
            said = Text(f"不一致：{different} 处差异", f"not the same: {different} {many}")
        speaker.say(said)
    if not found.same:
        raise typer.Exit(1)
