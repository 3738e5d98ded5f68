"""The figures behind a budget, computed for a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.budget.model import Budget
from transfer_calc.budget.parts import MethodTarget, Pots
from transfer_calc.budget.prepare import TARGET, Prepared
from transfer_calc.budget.wanted import wanted
from transfer_calc.calculation.calculate import attempt
from transfer_calc.calculation.result import Result
from transfer_calc.calculation.settings import Settings, settle_settings
from transfer_calc.calculation.steps import Computed, compute_steps
from transfer_calc.issues import CalculationError, Collector, Issue
from transfer_calc.language.check import Level
from transfer_calc.language.world import Grouping
from transfer_calc.method.model import (
    POOL,
)
from transfer_calc.panel.panel import Panel
from transfer_calc.text import Text
from transfer_calc.units import plain, ratio

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Figures:
    """Every figure of a budget for one table.

    Attributes:
        prepared: The budget.
        panel: The table.
        settings: Pool and parameters used, with their origins.
        computed: The figures.
        target: The target of each recipient, `None` without one.
        result: The run of the target's method, `None` where there is none.
        issues: Warnings.
    """

    prepared: Prepared
    panel: Panel
    settings: Settings
    computed: Computed
    target: Floats | None
    result: Result | None = None
    issues: tuple[Issue, ...] = ()

    @property
    def size(self) -> int:
        return len(self.panel)

    @property
    def pool(self) -> float:
        """The pot, all pots together, in its unit."""
        assert self.settings.pool is not None
        return float(self.settings.pool)

    def has(self, name: str) -> bool:
        return name in self.prepared.method.file.steps

    def numbers(self, name: str) -> Floats:
        """A figure for each recipient, whatever its level."""
        world = self.computed.world
        if name in world.columns:
            return np.asarray(world.columns[name], dtype=np.float64)
        if name in world.by_group:
            group, values = world.by_group[name]
            return np.asarray(values[world.groups[group].codes], dtype=np.float64)
        return np.full(self.size, float(world.single[name]))

    def truths(self, name: str) -> NDArray[np.bool_]:
        """Yes or no for each recipient; everybody where no condition was written."""
        return self.numbers(name) != 0 if self.has(name) else np.ones(self.size, dtype=bool)

    def level(self, name: str) -> Level:
        return self.prepared.method.plan.shapes[name].level

    def single(self, name: str) -> float:
        return float(self.computed.world.single[name])

    def grouping(self, name: str) -> Grouping:
        """The groups of a text column, or of a column of numbers or flags by its values."""
        world = self.computed.world
        if name in world.groups:
            return world.groups[name]
        return Grouping.of(np.asarray([f"{value:.12g}" for value in self.numbers(name).tolist()]))


def compute(prepared: Prepared, panel: Panel, pool: Any, parameters: Mapping[str, Any]) -> Figures:
    """Compute the figures of a budget.

    Raises:
        CalculationError: With every problem of the table, the parameters and the arithmetic.
    """
    budget, method = prepared.budget, prepared.method
    problems = Collector()
    problems.extend(panel.issues)
    for amount in panel.entered:
        instead = Text(
            "预算没有录入数，请写成 floor 和 cap", "a budget has no entered amounts; write a floor and a cap"
        )
        problems.add("TC216", amount.place, detail=instead)
    own = {**method.file.parameters, **method.file.figures}
    titles = {label: name for name in own for label in (name, method.label(name).zh, method.label(name).en)}
    given = panel.given
    values = {name: value for name, value in given.values.items() if name in own or name == POOL}
    mine = {titles[name]: value for name, value in parameters.items() if name in titles}
    theirs = {name: value for name, value in parameters.items() if name not in titles}
    # What the file says is weaker than the workbook, and that weaker than the call.
    fixed = {name: each.value for name, each in budget.parameters.items() if each.value is not None}
    fixed |= {each.times[0]: each.times[2] for each in wanted(budget) if each.times is not None}
    supplied = {name: value for name, value in fixed.items() if name not in values} | mine
    target, result = None, None
    if prepared.target is not None:
        result = _run_target(prepared, panel, pool, theirs, problems)
        target = None if result is None else _taken_from(prepared, result)
    else:
        supplied |= theirs  # names that nothing answers to, for their issue
    settings = settle_settings(
        method, replace(given, values=values), pool=_pot(budget, pool, values), on=None, parameters=supplied,
        problems=problems,
    )  # fmt: skip
    if problems.errors:
        raise CalculationError(_once(problems))
    if target is not None:
        panel = replace(panel, columns={**panel.columns, **target})
    computed = compute_steps(method, panel, settings, {}, problems)
    if problems.errors:
        raise CalculationError(_once(problems))
    figures = Figures(prepared, panel, settings, computed, None, result, tuple(problems.issues))
    if budget.target is None:
        return figures
    own_name = TARGET if target is not None or figures.has(TARGET) else str(budget.target)
    return replace(figures, target=figures.numbers(own_name))


def _pot(budget: Budget, pool: Any, given: Mapping[str, Any]) -> Any:
    """The pot by the call, else by the workbook, else by the budget; several pots add up."""
    if isinstance(budget.pool, Pots):
        return sum(each.amount for each in budget.pool.pots)
    return pool if pool is not None or POOL in given else budget.pool.amount


def _run_target(
    prepared: Prepared, panel: Panel, pool: Any, parameters: Mapping[str, Any], problems: Collector
) -> Result | None:
    """The target's method computed for the same table."""
    method, written, budget = prepared.target, prepared.budget.target, prepared.budget
    assert method is not None
    assert isinstance(written, MethodTarget)
    known = {**method.file.parameters, **method.file.choices, **method.file.figures}
    has_pool = method.file.pays is not None and method.file.pays.pool is not None
    values = {name: value for name, value in panel.given.values.items() if name in known}
    part = replace(
        panel,
        columns={name: panel.columns[name] for name in method.file.columns if name in panel.columns},
        given=replace(panel.given, values=values),
        issues=(),
    )
    pot = None
    if has_pool:
        assert method.file.pays is not None
        assert method.file.pays.pool is not None
        amount = _pot(budget, pool, panel.given.values)
        pot = panel.given.values.get(POOL) if amount is None else amount
        if pot is not None and plain(budget.pool.unit) != plain(method.file.pays.pool.unit):
            change = ratio(budget.pool.unit, method.file.pays.pool.unit)
            pot = _times(pot, change)
    on = written.on or panel.given.on
    result, issues = attempt(method, part, pool=pot, on=on, parameters={**written.parameters, **parameters})
    problems.extend(issues)
    return result


def _taken_from(prepared: Prepared, result: Result) -> dict[str, NDArray[Any]]:
    """What is taken from the target's method; the target in the unit of the pot."""
    method, written, budget = result.method, prepared.budget.target, prepared.budget
    assert isinstance(written, MethodTarget)
    figures = {
        **result.columns,
        **{name: np.full(len(result.panel), value) for name, value in result.scalars.items()},
    }
    found: dict[str, NDArray[Any]] = {}
    if written.step is not None:
        size = float(ratio(method.file.steps[written.step].unit, budget.pool.unit))
        found[TARGET] = np.asarray(figures[written.step], dtype=np.float64) * size
    return found | {name: figures[step] for name, step in written.take.items()}


def _times(amount: Any, change: Fraction) -> Any:
    """An exact decimal in another unit; what is no number goes on as it is, for its issue."""
    from transfer_calc.panel.cells import decimal_of  # noqa: PLC0415 — only where it is needed

    exact = decimal_of(amount)
    return amount if exact is None else exact * change.numerator / change.denominator


def _once(problems: Collector) -> list[Issue]:
    """Each problem once, though the budget and the method of its target may both have found it."""
    return list(dict.fromkeys(problems.issues))
