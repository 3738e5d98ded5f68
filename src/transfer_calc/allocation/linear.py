"""The linear model of a problem and an objective: arrays in natural units, with the scales a solver needs.

A deviation from the target takes the compact form `x = start + up − down` with `start` the target clipped to
the bounds: two columns a recipient and no row beyond the problem's own. Other objectives keep `x` as columns
and add a few of their own. A row with a price gets two columns that say by how much it is broken.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from transfer_calc.allocation.problem import (
    Floats,
    GreatestCoverage,
    LeastCost,
    LeastDeviation,
    LeastDisparity,
    LeastSquares,
    Objective,
    Problem,
)

Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Block:
    """Columns or rows of one meaning, for names: the n-th has the name of `of[n]`."""

    name: str
    of: Indices


@dataclass(frozen=True)
class Linear:
    """Minimise `constant + cost @ z` with `lower <= z <= upper` and `row_lower <= matrix @ z <= row_upper`.

    Everything is in natural units (the unit of the pot); `column_unit` and `cost_unit` bring the model to
    the order of one. Solvers with absolute tolerances need that: unscaled, they call answers optimal that
    are some percent away.

    Attributes:
        integer: Which columns are whole numbers, `None` for none.
        sign: The objective's value is `sign * (constant + cost @ z)`; −1 where it is a greatest one.
        start: For the compact form the amounts at `z = 0`, else `None`; then the first columns are amounts.
        size: How many recipients.
        rows: How many rows are the problem's own; they come first.
        above: Column of "broken upwards" of each of these rows, −1 without.
        below: Likewise downwards.
        columns: The blocks of columns in their order.
        row_blocks: The blocks of rows after the problem's own.
        column_unit: What one unit of the scaled column is worth, a power of two.
        cost_unit: What the cost is multiplied by, a power of two.
    """

    cost: Floats
    constant: float
    matrix: sparse.csr_array
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    integer: NDArray[np.bool_] | None
    sign: float
    start: Floats | None
    size: int
    rows: int
    above: Indices
    below: Indices
    columns: tuple[Block, ...]
    row_blocks: tuple[Block, ...]
    column_unit: Floats
    cost_unit: float

    def amounts(self, values: Floats) -> Floats:
        """The amounts that a vector of columns stands for."""
        if self.start is None:
            return values[: self.size]
        given: Floats = self.start + values[: self.size] - values[self.size : 2 * self.size]
        return given

    def broken(self, values: Floats) -> Floats:
        """By how much each of the problem's rows is broken according to the columns for it."""
        padded = np.append(values, 0.0)
        amounts: Floats = padded[self.above] - padded[self.below]
        return amounts

    def value(self, values: Floats) -> float:
        """The objective in natural units."""
        return self.sign * (self.constant + float(self.cost @ values))


@dataclass(frozen=True)
class _Core:
    """A linear model before the columns for broken rows and for whole numbers are added."""

    cost: Floats
    constant: float
    lower: Floats
    upper: Floats
    columns: tuple[Block, ...]
    extra: sparse.csr_array | None = None
    extra_lower: Floats | None = None
    extra_upper: Floats | None = None
    row_blocks: tuple[Block, ...] = ()
    sign: float = 1.0
    start: Floats | None = None
    ratio: float | None = None
    """What a unit of the columns that are no money is worth in money; the last columns of the core."""
    ratios: int = 0


def formulate(problem: Problem, objective: Objective) -> Linear:
    """Write a problem and an objective as one linear model.

    Args:
        problem: The feasible set; what an objective demands of it (`LeastCost`) must already be in.
        objective: Any but `LeastSquares`, which is not linear.

    Raises:
        TypeError: For `LeastSquares`.
    """
    match objective:
        case LeastDeviation():
            core = _deviation(problem, objective)
        case GreatestCoverage():
            core = _coverage(problem, objective)
        case LeastDisparity(measure="range"):
            core = _range(problem, objective)
        case LeastDisparity():
            exact = mean_is_fixed(problem)
            core = (
                _deviation(problem, around_the_mean(problem, objective))
                if exact
                else _mean_deviation(problem, objective)
            )
        case LeastCost():
            core = _cost(problem)
        case LeastSquares():
            raise TypeError("least squares is not linear")
    return _assemble(problem, core)


def mean_is_fixed(problem: Problem) -> bool:
    """Whether every feasible point has the same sum: the pot is paid out exactly and is the sum of all."""
    row = problem.pool_row
    if problem.row_lower[row] != problem.row_upper[row] or math.isfinite(problem.row_price[row]):
        return False
    begin, end = problem.matrix.indptr[row], problem.matrix.indptr[row + 1]
    return bool(end - begin == problem.size and (problem.matrix.data[begin:end] == 1.0).all())


def around_the_mean(problem: Problem, objective: LeastDisparity) -> LeastDeviation:
    """The mean deviation of resources as a deviation from a target, where the sum of amounts is fixed."""
    size = objective.size
    mean = (math.fsum(objective.own) + problem.pool) / math.fsum(size)
    return LeastDeviation(size * mean - objective.own, np.full(problem.size, 1.0 / math.fsum(size)))


def _deviation(problem: Problem, objective: LeastDeviation) -> _Core:
    n, target, weight = problem.size, objective.target, objective.weight
    start = np.clip(target, problem.lower, problem.upper)
    every = np.arange(n)
    return _Core(
        cost=np.concatenate([weight, weight]),
        constant=float(weight @ np.abs(start - target)),
        lower=np.zeros(2 * n),
        upper=np.concatenate([problem.upper - start, start - problem.lower]),
        columns=(Block("up", every), Block("down", every)),
        start=start,
    )


def _coverage(problem: Problem, objective: GreatestCoverage) -> _Core:
    n, own, need = problem.size, objective.own, objective.need
    every = np.arange(n)
    return _Core(
        cost=np.append(np.zeros(n), -1.0),
        constant=0.0,
        lower=np.append(problem.lower, -np.inf),
        upper=np.append(problem.upper, np.inf),
        columns=(Block("x", every), Block("level", np.array([-1]))),
        extra=sparse.hstack([sparse.eye_array(n), -need[:, None]], format="csr"),
        extra_lower=-own,
        extra_upper=np.full(n, np.inf),
        row_blocks=(Block("coverage", every),),
        sign=-1.0,
        ratio=float(need.mean()),
        ratios=1,
    )


def _range(problem: Problem, objective: LeastDisparity) -> _Core:
    n, own, size = problem.size, objective.own, objective.size
    every = np.arange(n)
    identity, empty = sparse.eye_array(n), np.zeros((n, 1))
    return _Core(
        cost=np.concatenate([np.zeros(n), [1.0, -1.0]]),
        constant=0.0,
        lower=np.concatenate([problem.lower, [-np.inf, -np.inf]]),
        upper=np.concatenate([problem.upper, [np.inf, np.inf]]),
        columns=(Block("x", every), Block("highest", np.array([-1])), Block("lowest", np.array([-1]))),
        extra=sparse.vstack(
            [
                sparse.hstack([identity, -size[:, None], empty], format="csr"),
                sparse.hstack([identity, empty, -size[:, None]], format="csr"),
            ],
            format="csr",
        ),
        extra_lower=np.concatenate([np.full(n, -np.inf), -own]),
        extra_upper=np.concatenate([-own, np.full(n, np.inf)]),
        row_blocks=(Block("not_above", every), Block("not_below", every)),
        ratio=float(size.mean()),
        ratios=2,
    )


def _mean_deviation(problem: Problem, objective: LeastDisparity) -> _Core:
    """The textbook form: own + x − size·mean = over − under, and the mean is a column."""
    n, own, size = problem.size, objective.own, objective.size
    every, total = np.arange(n), math.fsum(objective.size)
    identity = sparse.eye_array(n)
    about = sparse.hstack([identity, -identity, identity, -size[:, None]], format="csr")
    mean = sparse.csr_array(np.concatenate([np.ones(n), np.zeros(2 * n), [-total]])[None, :])
    return _Core(
        cost=np.concatenate([np.zeros(n), np.full(2 * n, 1.0 / total), [0.0]]),
        constant=0.0,
        lower=np.concatenate([problem.lower, np.zeros(2 * n), [-np.inf]]),
        upper=np.concatenate([problem.upper, np.full(2 * n, np.inf), [np.inf]]),
        columns=(
            Block("x", every),
            Block("over", every),
            Block("under", every),
            Block("mean", np.array([-1])),
        ),
        extra=sparse.vstack([about, mean], format="csr"),
        extra_lower=np.append(-own, -math.fsum(own)),
        extra_upper=np.append(-own, -math.fsum(own)),
        row_blocks=(Block("about_mean", every), Block("mean", np.array([-1]))),
        ratio=float(size.mean()),
        ratios=1,
    )


def _cost(problem: Problem) -> _Core:
    return _Core(
        cost=np.ones(problem.size),
        constant=0.0,
        lower=problem.lower,
        upper=problem.upper,
        columns=(Block("x", np.arange(problem.size)),),
    )


def money_unit(problem: Problem) -> float:
    """A power of two near the mean amount, the unit in which a solver sees money."""
    ends = np.concatenate([problem.lower, problem.upper[np.isfinite(problem.upper)]])
    pool = problem.pool if math.isfinite(problem.pool) else 0.0
    size = max(pool / max(problem.size, 1), float(np.abs(ends).mean()) if ends.size else 0.0)
    return 2.0 ** round(math.log2(size)) if size > 0 else 1.0


def _power(value: float) -> float:
    return 2.0 ** round(math.log2(value)) if value > 0 and math.isfinite(value) else 1.0


def _assemble(problem: Problem, core: _Core) -> Linear:
    n, rows = problem.size, problem.matrix
    count = rows.shape[0]
    unit = money_unit(problem)
    units = np.full(len(core.cost), unit)
    if core.ratio is not None:
        units[-core.ratios :] = _power(unit / core.ratio)
    spread = float(np.abs(core.cost) @ units)
    above, below, prices = _broken_columns(problem, len(core.cost))
    priced = len(prices)
    top = [rows, -rows] if core.start is not None else [rows]
    if core.start is None and len(core.cost) > n:
        top.append(sparse.csr_array((count, len(core.cost) - n)))
    if priced:
        top.append(_breaking(count, above, below, len(core.cost), priced))
    body = sparse.hstack(top, format="csr") if len(top) > 1 else rows
    shift = rows @ core.start if core.start is not None else 0.0
    row_lower, row_upper = problem.row_lower - shift, problem.row_upper - shift
    if core.extra is not None:
        assert core.extra_lower is not None
        assert core.extra_upper is not None
        extra = core.extra
        if priced:
            extra = sparse.hstack([extra, sparse.csr_array((extra.shape[0], priced))], format="csr")
        body = sparse.vstack([body, extra], format="csr")
        row_lower = np.concatenate([row_lower, core.extra_lower])
        row_upper = np.concatenate([row_upper, core.extra_upper])
    columns = core.columns
    if priced:
        columns += (
            Block("above", np.flatnonzero(above >= 0)),
            Block("below", np.flatnonzero(below >= 0)),
        )
    linear = Linear(
        cost=np.concatenate([core.cost, prices]),
        constant=core.constant,
        matrix=sparse.csr_array(body),
        row_lower=row_lower,
        row_upper=row_upper,
        lower=np.concatenate([core.lower, np.zeros(priced)]),
        upper=np.concatenate([core.upper, np.full(priced, np.inf)]),
        integer=None,
        sign=core.sign,
        start=core.start,
        size=n,
        rows=count,
        above=above,
        below=below,
        columns=columns,
        row_blocks=core.row_blocks,
        column_unit=np.concatenate([units, np.full(priced, unit)]),
        cost_unit=_power(n / spread) if spread > 0 else 1.0,
    )
    return _with_whole_numbers(problem, linear) if problem.is_integer else linear


def _broken_columns(problem: Problem, first: int) -> tuple[Indices, Indices, Floats]:
    price = problem.row_price
    up = np.flatnonzero(np.isfinite(price) & np.isfinite(problem.row_upper))
    down = np.flatnonzero(np.isfinite(price) & np.isfinite(problem.row_lower))
    above, below = np.full(len(price), -1), np.full(len(price), -1)
    above[up] = first + np.arange(len(up))
    below[down] = first + len(up) + np.arange(len(down))
    return above, below, np.concatenate([price[up], price[down]])


def _breaking(count: int, above: Indices, below: Indices, first: int, priced: int) -> sparse.csr_array:
    up, down = np.flatnonzero(above >= 0), np.flatnonzero(below >= 0)
    at = np.concatenate([above[up], below[down]]) - first
    entries = np.concatenate([-np.ones(len(up)), np.ones(len(down))])
    return sparse.csr_array((entries, (np.concatenate([up, down]), at)), shape=(count, priced))


def reachable(problem: Problem) -> Floats:
    """A finite upper bound for each amount: its cap, or what the pot leaves when all others stand lowest."""
    row = problem.pool_row
    begin, end = problem.matrix.indptr[row], problem.matrix.indptr[row + 1]
    held, weight = problem.matrix.indices[begin:end], problem.matrix.data[begin:end]
    most = problem.upper.copy()
    if math.isfinite(problem.row_price[row]) or not (weight > 0).all():
        return most
    rest = problem.pool - float(weight @ problem.lower[held])
    most[held] = np.minimum(most[held], problem.lower[held] + max(rest, 0.0) / weight)
    return most


def _with_whole_numbers(problem: Problem, linear: Linear) -> Linear:
    """Add a yes/no column for each amount that needs one: least if any, most recipients."""
    n = problem.size
    least = np.zeros(n) if problem.least_if_any is None else problem.least_if_any
    counted = problem.most_recipients is not None
    chosen = np.arange(n) if counted else np.flatnonzero(least > problem.lower)
    k, width = len(chosen), len(linear.cost)
    most = reachable(problem)[chosen]
    pick = sparse.csr_array((np.ones(k), (np.arange(k), chosen)), shape=(k, width))
    if linear.start is not None:
        pick = pick - sparse.csr_array((np.ones(k), (np.arange(k), n + chosen)), shape=(k, width))
    offset = np.zeros(k) if linear.start is None else linear.start[chosen]
    wide = sparse.hstack([linear.matrix, sparse.csr_array((linear.matrix.shape[0], k))], format="csr")
    parts = [wide]
    parts.append(sparse.hstack([pick, sparse.diags_array(-most)], format="csr"))
    parts.append(sparse.hstack([pick, sparse.diags_array(-least[chosen])], format="csr"))
    lows = [linear.row_lower, np.full(k, -np.inf), -offset]
    highs = [linear.row_upper, -offset, np.full(k, np.inf)]
    blocks = (*linear.row_blocks, Block("only_if_any", chosen), Block("least_if_any", chosen))
    if counted:
        count = np.concatenate([np.zeros(width), np.ones(k)])[None, :]
        parts.append(sparse.csr_array(count))
        lows.append(np.array([-np.inf]))
        highs.append(np.array([float(problem.most_recipients or 0)]))
        blocks += (Block("recipients", np.array([-1])),)
    return replace(
        linear,
        cost=np.concatenate([linear.cost, np.zeros(k)]),
        matrix=sparse.vstack(parts, format="csr"),
        row_lower=np.concatenate(lows),
        row_upper=np.concatenate(highs),
        lower=np.concatenate([linear.lower, (problem.lower[chosen] > 0).astype(float)]),
        upper=np.concatenate([linear.upper, np.ones(k)]),
        integer=np.concatenate([np.zeros(width, dtype=bool), np.ones(k, dtype=bool)]),
        columns=(*linear.columns, Block("any", chosen)),
        row_blocks=blocks,
        column_unit=np.concatenate([linear.column_unit, np.ones(k)]),
    )
