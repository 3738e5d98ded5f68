"""The main job: a budget and a table become an allocation, or the reasons why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from transfer_calc.allocation.problem import Route
from transfer_calc.allocation.whole import WholeAmounts, settle_rows
from transfer_calc.budget.answer import Allocation
from transfer_calc.budget.build import Built, build
from transfer_calc.budget.figures import compute
from transfer_calc.budget.model import Budget
from transfer_calc.budget.prepare import prepare
from transfer_calc.budget.run import Stage, at_home, run
from transfer_calc.issues import AllocationError, UsageError
from transfer_calc.panel.panel import Panel, read_panel
from transfer_calc.units import ratio


def solve_budget(
    budget: Budget,
    table: Any,
    *,
    pool: Any = None,
    parameters: Mapping[str, Any] | None = None,
    route: Route | None = None,
    extend: Callable[..., None] | None = None,
) -> Allocation:
    """Divide the pot of a budget; see `Budget.solve`."""
    prepared = prepare(budget)
    if isinstance(table, (str, Path)):
        panel = read_panel(table, prepared.reading)
    elif isinstance(table, Panel):
        panel = table
    elif hasattr(table, "iloc"):
        panel = Panel.from_frame(table, prepared.reading)
    else:
        raise UsageError(f"a budget takes a Panel, a DataFrame or a path, not {type(table).__name__}")
    built = build(compute(prepared, panel, pool, parameters or {}))
    stages = run(built, route, extend)
    whole = _settled(built, stages[-1])
    home = [at_home(found, built, stages[-1].problem) for found in whole.issues]
    return Allocation(built, stages, whole, (*built.figures.issues, *built.issues, *home))


def _settled(built: Built, stage: Stage) -> WholeAmounts:
    """Whole settle units: their sum is the pot where it is paid out to the last unit."""
    budget, problem = built.figures.prepared.budget, stage.problem
    unit = ratio(budget.settle.unit, budget.pool.unit)
    size = float(unit)
    amounts = stage.solution.amounts
    pots = [
        row for row, owner in enumerate(problem.row_of.tolist()) if problem.constraints[owner].kind == "pool"
    ]
    exact = all(problem.row_lower[row] == problem.row_upper[row] for row in pots)
    if exact:
        total = round(sum(Fraction(str(float(problem.row_upper[row]))) for row in pots) / unit)
    else:
        # Where money may be left over, floors are settled upwards as far as the pot goes.
        raised = np.maximum(amounts, np.ceil(problem.lower / size - 1e-6) * size)
        sums = problem.matrix @ raised
        if all(sums[row] <= problem.row_upper[row] * (1 + 1e-12) for row in pots):
            amounts = raised
        total = int(np.floor(amounts.sum() / size + 0.5 - 1e-9))
    ties = built.figures.panel.codes[built.layout.recipient].tolist()
    try:
        return settle_rows(problem, amounts, total, _exactly(unit), ties)
    except AllocationError as error:
        raise AllocationError([at_home(found, built, problem) for found in error.issues]) from None


def _exactly(unit: Fraction) -> str:
    """A unit as a decimal text: 1/10000 is 0.0001."""
    digits = 0
    while (unit * 10**digits).denominator != 1:
        digits += 1
        if digits > 12:
            raise UsageError(f"the settle unit {unit} has no decimal form in the unit of the pot")
    return f"{float(unit):.{digits}f}"
