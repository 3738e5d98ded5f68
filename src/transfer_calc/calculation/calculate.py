"""The main job: a method and a county table become a result, or a list of reasons why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from transfer_calc.calculation.evidence import grades
from transfer_calc.calculation.payment import pay, pot
from transfer_calc.calculation.promises import check_promises
from transfer_calc.calculation.result import Result
from transfer_calc.calculation.settings import Settings, settle_settings
from transfer_calc.calculation.steps import compute_steps
from transfer_calc.issues import CalculationError, Collector, Issue, Place, UsageError
from transfer_calc.language.check import COUNTY
from transfer_calc.method.load import Method
from transfer_calc.panel.beside import EnteredAmount
from transfer_calc.panel.heading import named
from transfer_calc.panel.panel import Panel
from transfer_calc.text import Text


def calculate(
    method: Method,
    panel: Panel,
    *,
    pool: Decimal | float | str | None = None,
    on: dt.date | str | None = None,
    parameters: Mapping[str, Any] | None = None,
    entered: Iterable[EnteredAmount] | None = None,
) -> Result:
    """Compute a method for a table.

    Args:
        method: From `load_method`.
        panel: From `read_panel` or `Panel.from_frame`.
        pool: The amount to divide, in the method's pool unit; overrides the workbook's.
        on: The date whose values apply; overrides the workbook's, and is today if neither says.
        parameters: Values of parameters and options of choices, by name; override the workbook's.
        entered: Amounts set by hand, beside those of the workbook.

    Returns:
        Every step for every unit; with a pot also the settled allocation, whose sum is the pot exactly.

    Raises:
        CalculationError: With every problem of table, parameters, arithmetic and division. There is
            no partial result.
    """
    result, problems = attempt(method, panel, pool=pool, on=on, parameters=parameters, entered=entered)
    if result is None:
        raise CalculationError(problems)
    return result


def attempt(
    method: Method,
    panel: Panel,
    *,
    pool: Any = None,
    on: dt.date | str | None = None,
    parameters: Mapping[str, Any] | None = None,
    entered: Iterable[EnteredAmount] | None = None,
) -> tuple[Result | None, tuple[Issue, ...]]:
    """Compute a method; the result, or `None`, and every issue found."""
    if not isinstance(panel, Panel):
        raise UsageError(
            f"calculate takes a Panel, not {type(panel).__name__}; see read_panel, Panel.from_frame"
        )
    problems = Collector()
    problems.extend(panel.issues)
    settings = settle_settings(
        method, panel.given, pool=pool, on=on, parameters=dict(parameters or {}), problems=problems
    )
    for name, entry in method.file.columns.items():
        if entry.when and name in settings.read and name not in panel.columns:
            labels = [method.label(choice) for choice in entry.when]
            under = Text("、".join(label.zh for label in labels), ", ".join(label.en for label in labels))
            problems.add("TC222", Place(file=panel.file), column=named(name, entry), choice=under)
    amounts = (*panel.entered, *(entered or ()))
    by_hand = _by_hand(method, panel, settings, amounts, problems)
    if problems.errors:
        return None, tuple(problems.issues)
    computed = compute_steps(method, panel, settings, by_hand, problems)
    if problems.errors:
        return None, tuple(problems.issues)
    pays = method.file.pays
    paid_by_hand = {} if pays is None else by_hand.get(pays.amount, {})
    payment = pay(method, panel, settings, computed, paid_by_hand, problems)
    if problems.errors or (payment is None and pot(method, settings) is not None):
        return None, tuple(problems.issues)
    rows_by_hand = frozenset(row for rows in by_hand.values() for row in rows)
    checks = check_promises(method, panel, settings, computed, payment, rows_by_hand, problems)
    if problems.errors:
        return None, tuple(problems.issues)
    graded = grades(method, settings, by_hand)
    result = Result(
        method, panel, settings, computed, payment, checks, graded, amounts, tuple(problems.issues)
    )
    return result, tuple(problems.issues)


def _by_hand(
    method: Method, panel: Panel, settings: Settings, amounts: Iterable[EnteredAmount], problems: Collector
) -> dict[str, dict[int, float]]:
    """The entered amounts by step and row, checked against the table and the method."""
    rows = {code: row for row, code in enumerate(panel.codes.tolist())} if amounts else {}
    found: dict[str, dict[int, float]] = {}
    shapes = {step.name: step.planned.shape for step in settings.steps}
    for amount in amounts:
        place = amount.place if amount.place.cell else Place(code=amount.code, name=amount.step)
        shape = shapes.get(amount.step)
        if amount.code not in rows:
            problems.add("TC317", place, value=amount.code)
        elif shape is None or shape.level != COUNTY or shape.kind != "number":
            said = Text(
                f"步骤「{amount.step}」不是逐个地区的金额", f"step “{amount.step}” is no figure of a unit"
            )
            problems.add("TC216", place, detail=said)
        elif not (amount.reason.strip() and amount.author.strip()):
            said = Text("理由和录入人不能为空", "reason and author may not be blank")
            problems.add("TC216", place, detail=said)
        elif rows[amount.code] in found.get(amount.step, {}):
            problems.add("TC318", place, value=amount.code, step=method.label(amount.step))
        else:
            found.setdefault(amount.step, {})[rows[amount.code]] = float(amount.value)
    return found
