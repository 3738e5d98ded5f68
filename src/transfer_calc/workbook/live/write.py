"""The whole live workbook: which sheets there are, and in which order they build on each other."""

from __future__ import annotations

from transfer_calc.calculation.result import Result
from transfer_calc.workbook.live import checks, inputs, results, settling, singles, steps
from transfer_calc.workbook.live.desk import Desk
from transfer_calc.workbook.live.paying import settle_payment
from transfer_calc.workbook.live.singles import Singles
from transfer_calc.workbook.sheets import SheetWriter

LIVE_ROWS = 5000
"""Above so many units the sheets hold values: a spreadsheet that ranks each among all hangs."""


def tabs(result: Result, *, live: bool = True) -> list[str]:
    """The sheets of figures in the order of their tabs."""
    if not live:
        found = [results.RESULTS, inputs.DATA, inputs.PARAMETERS, steps.STEPS, singles.SHEET, checks.CHECKS]
        return found + ([inputs.ENTERED] if result.entered else [])
    found = [results.RESULTS, inputs.DATA, inputs.PARAMETERS, steps.STEPS]
    found += [settling.SETTLEMENT] if result.payment is not None else []
    found += [singles.SHEET, *(f"分组{at + 1}" for at in range(len(steps.groups(result))))]
    found += [inputs.TABLES] if result.settings.tables or result.settings.schedules else []
    found += [checks.CHECKS]
    return found + ([inputs.ENTERED] if result.entered else [])


def write_live(writer: SheetWriter, result: Result) -> None:
    """Write every sheet of figures; those of words are the caller's."""
    desk = Desk(writer, result)
    inputs.write_data(desk, result.method.file.columns, result.panel.columns)
    inputs.write_parameters(desk)
    inputs.write_tables(desk)
    by_hand = inputs.write_entered(desk)
    desk.singles = Singles(writer, desk.names, f"{desk.title}：全体一个数的量")
    steps.open_steps(desk)
    desk.prepare(steps.all_formulas(result))
    solved = steps.write_steps(desk, by_hand)
    conditions = checks.conditions_of(desk)
    settled = settle_payment(desk, solved)
    shown = results.write_results(desk, settled, solved, checks.PASSED)
    checks.write_checks(desk, settled, shown, solved, conditions)
    for sheet in (desk.data, desk.steps):
        sheet.print_wide()
    desk.close()
