"""From a budget and its figures to the arrays that every route solves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from transfer_calc.allocation import problem as arrays
from transfer_calc.allocation.problem import Constraint, Problem
from transfer_calc.budget import objectives as aims
from transfer_calc.budget.ceilings import Ratio, imply
from transfer_calc.budget.compose import MOST_NAMED, Composer, not_above_zero
from transfer_calc.budget.figures import Figures
from transfer_calc.budget.layout import Layout, layout_of, targets_of
from transfer_calc.budget.parts import Pots
from transfer_calc.budget.rows import Rows, picked
from transfer_calc.budget.wanted import LAST_YEAR, aim_of
from transfer_calc.issues import AllocationError, Collector, Issue
from transfer_calc.text import Text
from transfer_calc.units import plain, ratio

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Aim:
    """An objective as arrays, and up to which coverage it counts (`None`: all the way)."""

    arrays: arrays.Objective
    written: aims.AnyObjective
    up_to: float | None = None


@dataclass(frozen=True)
class Built:
    """A budget as arrays.

    Attributes:
        figures: What it was built from.
        layout: The variables.
        problem: The feasible set, ceilings left out.
        ceilings: Ratios of richest to poorest, which are added row by row where an answer breaks them.
        aims: What is aimed at, in order.
        target: The target of each recipient, `None` without.
        last_year: Last year's amount of each recipient, `None` without.
        path: For a phase-in: the amounts of each year on the way, shape (years, recipients).
        issues: Warnings.
    """

    figures: Figures
    layout: Layout
    problem: Problem
    ceilings: tuple[Ratio, ...]
    aims: tuple[Aim, ...]
    target: Floats | None
    last_year: Floats | None
    path: Floats | None = None
    issues: tuple[Issue, ...] = field(default=())


def build(figures: Figures) -> Built:
    """Build the arrays.

    Raises:
        AllocationError: With everything that stands against it, by cell: an empty group, a need of zero.
    """
    problems = Collector()
    layout = layout_of(figures)
    rows = Rows(layout)
    _pots(figures, rows, problems)
    composer = Composer(figures, layout, rows, problems)
    for position, written in enumerate(figures.prepared.budget.constraints):
        composer.take(position, written)
    found = tuple(_aims(figures, layout, problems))
    _reached(found, rows)
    _without_target(found, rows)
    for ceiling in composer.ceilings if layout.single else ():
        imply(ceiling, figures.pool, rows)
    _small_caps(figures, rows, problems)
    if problems.errors:
        raise AllocationError(problems.issues)
    labels = _labels(figures, layout)
    problem = rows.problem(labels, composer.least_if_any, composer.most_recipients)
    last_year = figures.numbers(LAST_YEAR) if figures.has(LAST_YEAR) else composer.last_year
    target = figures.target
    if isinstance(figures.prepared.budget.pool, Pots) and _has_targets(figures):
        target = np.asarray(layout.sums(targets_of(figures, layout)), dtype=np.float64)
    return Built(
        figures, layout, problem, tuple(composer.ceilings), found, target, last_year, composer.path,
        tuple(problems.issues),
    )  # fmt: skip


def _has_targets(figures: Figures) -> bool:
    pool = figures.prepared.budget.pool
    return isinstance(pool, Pots) and all(pot.target is not None for pot in pool.pots)


def _labels(figures: Figures, layout: Layout) -> tuple[str, ...]:
    codes = figures.panel.codes.tolist()
    pool = figures.prepared.budget.pool
    if not isinstance(pool, Pots):
        return tuple(codes)
    pairs = zip(layout.pot.tolist(), layout.recipient.tolist(), strict=True)
    return tuple(f"{pool.pots[pot].id}/{codes[row]}" for pot, row in pairs)


def _pots(figures: Figures, rows: Rows, problems: Collector) -> None:
    """The row of each pot, first of all rows."""
    budget = figures.prepared.budget
    pool, layout, count = budget.pool, rows.layout, rows.layout.recipient.size
    unit, settle = plain(pool.unit), plain(budget.settle.unit)
    if not isinstance(pool, Pots):
        said = Text(f"资金总额{_say(pool.spend).zh}", f"the pool, {_say(pool.spend).en}")
        owner = rows.constraint(Constraint(said, pool.cite, None, "pool"))
        amount = np.asarray([figures.pool])
        low = amount if pool.spend == "exact" else np.asarray([-np.inf])
        rows.add(owner, csr_array(np.ones((1, count))), low, amount, [""])
        return
    for position, pot in enumerate(pool.pots):
        if (Fraction(pot.amount) * ratio(pool.unit, budget.settle.unit)).denominator != 1:
            place = budget.source.place("pool", "pots", position, "amount")
            problems.add("TC304", place, value=pot.amount, unit=unit, settle=settle)
        members = np.flatnonzero(layout.pot == position)
        said = Text(f"{pot.name.zh}{_say(pot.spend).zh}", f"{pot.name.en}, {_say(pot.spend).en}")
        if not members.size:
            money = Text(f"分配 {pot.amount} {unit}", f"{pot.amount} {unit}")
            place = budget.source.place("pool", "pots", position)
            problems.add("TC540", place, name=Text(pot.name.zh, pot.name.en), amount=money)
        owner = rows.constraint(Constraint(said, pot.cite, None, "pool"))
        amount = np.asarray([float(pot.amount)])
        low = amount if pot.spend == "exact" else np.asarray([-np.inf])
        matrix = picked(np.zeros(members.size, dtype=np.intp), members, np.ones(1), (1, count))
        rows.add(owner, matrix, low, amount, [pot.id])


def _say(spend: str) -> Text:
    return Text("全部分完", "all of it") if spend == "exact" else Text("不得超过", "no more than it")


def _aims(figures: Figures, layout: Layout, problems: Collector) -> Iterable[Aim]:
    """The objectives over the variables."""
    for position, aim in enumerate(figures.prepared.budget.objective):

        def figure(part: str, at: int = position) -> Floats:
            return figures.numbers(aim_of(at, part))[layout.recipient]

        match aim:
            case aims.LeastSquares() | aims.LeastDeviation():
                target = targets_of(figures, layout)
                weight = np.ones(target.size)
                if aim.relative:
                    _positive(
                        figures, layout, np.where(target == 0, 1.0, target), "TC554", "target", problems
                    )
                    weight = 1 / np.where(target > 0, target, 1.0)
                elif aim.weights is not None:
                    weight = figure("weights")
                    _positive(figures, layout, weight, "TC554", aim.weights, problems)
                kind = arrays.LeastSquares if isinstance(aim, aims.LeastSquares) else arrays.LeastDeviation
                yield Aim(kind(target, weight), aim)
            case aims.GreatestCoverage():
                need = figure("need")
                _positive(figures, layout, need, "TC544", aim.need, problems)
                up_to = None if aim.up_to is None else float(aim.up_to)
                yield Aim(arrays.GreatestCoverage(figure("own"), need), aim, up_to)
            case aims.LeastDisparity():
                size = figure("size")
                _positive(figures, layout, size, "TC521", aim.size, problems)
                yield Aim(arrays.LeastDisparity(figure("own"), size, aim.measure), aim)
            case aims.LeastCost():
                coverage = float(aim.coverage)
                yield Aim(arrays.LeastCost(figure("own"), figure("need"), coverage), aim)


def _reached(found: Iterable[Aim], rows: Rows) -> None:
    """The coverage that least cost must reach, as floors that a reader sees."""
    for aim in found:
        if isinstance(aim.arrays, arrays.LeastCost):
            share = f"{aim.arrays.coverage * 100:.10g}%"
            name = Text(f"保障水平达到{share}", f"coverage reaches {share}")
            owner = rows.constraint(Constraint(name, None, None, "floor"))
            rows.raise_lower(owner, aim.arrays.coverage * aim.arrays.need - aim.arrays.own)


def _without_target(found: Iterable[Aim], rows: Rows) -> None:
    """A target of 0 cannot be moved by a percentage: such a recipient gets its floor."""
    for aim in found:
        if isinstance(aim.written, aims.Deviation) and aim.written.relative:
            assert isinstance(aim.arrays, (arrays.LeastSquares, arrays.LeastDeviation))
            none = aim.arrays.target == 0
            if none.any():
                name = Text("测算数为零的只给下限", "a target of 0 gets its floor alone")
                owner = rows.constraint(Constraint(name, None, None, "cap"))
                rows.cut_upper(owner, np.where(none, rows.lower, np.inf))


def _positive(
    figures: Figures, layout: Layout, values: Floats, code: str, formula: str, problems: Collector
) -> None:
    """What is divided by must be above zero for every variable."""
    at = np.flatnonzero(~(values > 0))
    rows, first = np.unique(layout.recipient[at], return_index=True)
    not_above_zero(figures, rows, values[at[first]], code, formula, problems)


def _small_caps(figures: Figures, rows: Rows, problems: Collector) -> None:
    """Caps above zero and below the settled unit: a warning, since nothing can be paid then."""
    budget, recipient = figures.prepared.budget, rows.layout.recipient
    one = float(ratio(budget.settle.unit, budget.pool.unit))
    small = np.flatnonzero((rows.upper > 0) & (rows.upper < one * (1 - 1e-9)))
    for at in small[:MOST_NAMED].tolist():
        cap = f"{rows.upper[at]:,.12g} {plain(budget.pool.unit)}"
        place = figures.panel.place(int(recipient[at]))
        problems.add("TC545", place, cap=cap, unit=plain(budget.settle.unit))
    if small.size > MOST_NAMED:
        problems.add("TC407", count=small.size - MOST_NAMED)
