"""Least squares between bounds and rows by a semismooth Newton method on the dual.

For row prices `y` the best amounts are `x(y) = clip(target + A'y / weight, lower, upper)`, each by itself.
The dual is smooth but for kinks at 0 and has one unknown a row, so a step is one sparse solve of the size
of the rows that act. An equation has a free price, an inequality a signed one, and a row with a price of its
own is given up where its price is reached. Sources: Qi and Sun, A nonsmooth version of Newton's method, 1993;
for the projected step Bertsekas, Projected Newton methods for optimization problems with simple constraints,
1982.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.sparse.linalg import splu

from transfer_calc.allocation.highs import Highs
from transfer_calc.allocation.interior import Quadratic, row_prices
from transfer_calc.allocation.linear import formulate, money_unit
from transfer_calc.allocation.problem import Floats, LeastDeviation, LeastSquares, Problem

Mask = NDArray[np.bool_]

STEPS = 400
PATIENCE = 25
"""Steps without coming twice as close after which the method gives up."""
CLOSE = 1e-12
"""Rows count as met within this part of the money that stands in them."""
DENSE = 400
"""Up to so many acting rows the step is solved densely."""


class NotConvergedError(ArithmeticError):
    """The method came to no end."""


class NoPointError(ArithmeticError):
    """The rows and bounds contradict each other."""


@dataclass(frozen=True)
class _Dual:
    """The problem in units of the order of one, every row normed."""

    target: Floats
    weight: Floats
    lower: Floats
    upper: Floats
    rows: sparse.csr_array
    columns: sparse.csr_array
    row_lower: Floats
    row_upper: Floats
    least: Floats
    most: Floats
    tolerance: Floats

    def amounts(self, lift: Floats) -> Floats:
        return np.minimum(np.maximum(self.target + lift / self.weight, self.lower), self.upper)

    def height(self, price: Floats, lift: Floats, amounts: Floats) -> float:
        """The dual function at a price, to be made as small as possible."""
        off = amounts - self.target
        # Plain sums: for vectors of this length a threaded product waits longer than it computes.
        inner = float(np.sum(0.5 * self.weight * off * off - lift * amounts))
        held = price != 0
        side = np.where(price > 0, self.row_lower, self.row_upper)
        return -inner - float(np.dot(price[held], side[held]))


def least_squares(problem: Problem, objective: LeastSquares) -> tuple[Floats, Floats]:
    """Amounts of least squares and the price of each row.

    Args:
        problem: Bounds and rows, without whole numbers.
        objective: Target and weight; every weight greater than 0.

    Returns:
        The amounts, and for each row what one unit more on its binding side adds to the objective.

    Raises:
        NoPointError: If the rows and bounds contradict each other.
        NotConvergedError: If no prices that meet the rows were found although there are some.
    """
    dual, row_unit, price_unit = _normed(problem, objective)
    try:
        price, amounts = _descend(dual, np.zeros(len(dual.row_lower)))
    except NotConvergedError:
        any_point = formulate(problem, LeastDeviation(objective.target, np.zeros(problem.size)))
        if Highs()(any_point).status == "infeasible":
            raise NoPointError from None
        price, amounts = _descend(dual, _from_inside(dual))
    unit = money_unit(problem)
    return np.clip(amounts * unit, problem.lower, problem.upper), price * price_unit / row_unit


def _normed(problem: Problem, objective: LeastSquares) -> tuple[_Dual, Floats, float]:
    unit = money_unit(problem)
    mean = float(objective.weight.mean())
    weight = objective.weight / mean
    matrix = problem.matrix
    square = sparse.csr_array((matrix.data**2, matrix.indices, matrix.indptr), shape=matrix.shape)
    norm = np.sqrt(square @ (1.0 / weight))
    norm[norm == 0] = 1.0
    scaled = sparse.csr_array(
        (matrix.data * np.repeat(1.0 / norm, np.diff(matrix.indptr)), matrix.indices, matrix.indptr),
        shape=matrix.shape,
    )
    row_lower, row_upper = problem.row_lower / norm / unit, problem.row_upper / norm / unit
    # A price in the objective's unit is unit² · mean weight times one in the scaled one, a money unit apart.
    ceiling = problem.row_price * norm / (unit * mean)
    size = np.abs(np.clip(objective.target, problem.lower, problem.upper)) / unit + 1.0
    touched = sparse.csr_array((np.abs(scaled.data), scaled.indices, scaled.indptr), shape=matrix.shape)
    dual = _Dual(
        target=objective.target / unit,
        weight=weight,
        lower=problem.lower / unit,
        upper=problem.upper / unit,
        rows=scaled,
        columns=sparse.csr_array(scaled.T),
        row_lower=row_lower,
        row_upper=row_upper,
        least=np.where(np.isfinite(row_upper), -ceiling, 0.0),
        most=np.where(np.isfinite(row_lower), ceiling, 0.0),
        tolerance=np.maximum(CLOSE * (touched @ size), 1e-300),
    )
    return dual, norm, unit * mean


def _from_inside(dual: _Dual) -> Floats:
    """Prices by the interior-point method, those of slack rows brought to 0."""
    priced = np.flatnonzero(np.isfinite(np.maximum(dual.most, -dual.least)))
    priced = priced[(dual.most[priced] > 0) | (dual.least[priced] < 0)]
    n, k = len(dual.target), len(priced)
    ceiling = np.maximum(dual.most, -dual.least)[priced]
    breaking = sparse.csr_array((np.ones(k), (priced, np.arange(k))), shape=(len(dual.row_lower), k))
    price = row_prices(
        Quadratic(
            target=np.concatenate([dual.target, np.zeros(2 * k)]),
            weight=np.concatenate([dual.weight, np.zeros(2 * k)]),
            cost=np.concatenate([np.zeros(n), ceiling, ceiling]),
            lower=np.concatenate([dual.lower, np.zeros(2 * k)]),
            upper=np.concatenate([dual.upper, np.full(2 * k, np.inf)]),
            rows=sparse.csr_array(sparse.hstack([dual.rows, -breaking, breaking], format="csr")),
            row_lower=dual.row_lower,
            row_upper=dual.row_upper,
        )
    )
    if price is None:
        raise NotConvergedError
    sums = dual.rows @ dual.amounts(dual.columns @ price)
    with np.errstate(invalid="ignore"):
        slack = np.minimum(np.abs(sums - dual.row_lower), np.abs(sums - dual.row_upper))
    price = np.clip(np.where(np.abs(price) < slack, 0.0, price), dual.least, dual.most)
    for row in priced:
        for end in (dual.least[row], dual.most[row]):
            if abs(price[row] - end) < slack[row]:
                price[row] = end
    return price


def _descend(dual: _Dual, price: Floats) -> tuple[Floats, Floats]:
    lift = dual.columns @ price
    amounts = dual.amounts(lift)
    height = dual.height(price, lift, amounts)
    best, stalled = np.inf, 0
    for _ in range(STEPS):
        slope, low, high = _slope(dual, price, dual.rows @ amounts)
        acting = (slope != 0) | ((price != 0) & (price > low) & (price < high))
        worst = float((np.abs(slope) / dual.tolerance).max(initial=0.0))
        if worst <= 1.0:
            return price, amounts
        stalled = 0 if worst < 0.5 * best else stalled + 1
        best = min(best, worst)
        if stalled > PATIENCE:
            break
        step = _step(dual, lift, slope, acting)
        moved = _search(dual, (price, amounts, height), (slope, step), (low, high))
        if moved is None:
            break
        price, lift, amounts, height = moved
    if best <= 1e3:
        return price, amounts
    raise NotConvergedError


def _slope(dual: _Dual, price: Floats, sums: Floats) -> tuple[Floats, Floats, Floats]:
    """Derivative of the dual function by each price, 0 where the price rests, and where the price may go."""
    equal = dual.row_lower == dual.row_upper
    under, over = sums < dual.row_lower, sums > dual.row_upper
    upward = (price > 0) | ((price == 0) & under)
    downward = (price < 0) | ((price == 0) & over)
    with np.errstate(invalid="ignore"):
        slope = np.where(upward, sums - dual.row_lower, np.where(downward, sums - dual.row_upper, 0.0))
    low = np.where(equal | downward, dual.least, 0.0)
    high = np.where(equal | upward, dual.most, 0.0)
    blocked = ((price >= high) & (slope < 0)) | ((price <= low) & (slope > 0))
    return np.where(blocked, 0.0, slope), low, high


def _step(dual: _Dual, lift: Floats, slope: Floats, acting: Mask) -> Floats:
    """Newton's step for the rows that act; a row without a free recipient goes to where one becomes free."""
    inner = dual.target + lift / dual.weight
    free = (inner > dual.lower) & (inner < dual.upper)
    flat = free / dual.weight
    at = np.flatnonzero(acting)
    rows = dual.rows if len(at) == len(acting) else dual.rows[at]
    curved = sparse.csr_array((rows.data * flat[rows.indices], rows.indices, rows.indptr), shape=rows.shape)
    hessian = curved @ (dual.columns if len(at) == len(acting) else dual.columns[:, at])
    diagonal = hessian.diagonal()
    step = np.zeros(len(slope))
    stiff = diagonal > 1e-11
    if stiff.any():
        inside = np.flatnonzero(stiff)
        chosen = hessian if stiff.all() else sparse.csr_array(hessian)[inside][:, inside]
        step[at[inside]] = -_solve(chosen, slope[at[inside]])
    for_kick = at[~stiff]
    if len(for_kick):
        step[for_kick] = -np.sign(slope[for_kick]) * _kick(dual, inner, slope, for_kick)
    return step


def _solve(hessian: sparse.csr_array, slope: Floats) -> Floats:
    size = hessian.shape[0]
    ridge = 1e-13
    if size <= DENSE:
        full = hessian.toarray()
        for _ in range(12):
            try:
                factor = cho_factor(full + ridge * np.eye(size))
            except LinAlgError:
                ridge *= 30
                continue
            solved: Floats = cho_solve(factor, slope)
            return solved
    loaded = sparse.csc_array(hessian + sparse.diags_array(np.full(size, 1e-12)))
    answer: Floats = splu(loaded, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True}).solve(slope)
    return answer


def _kick(dual: _Dual, inner: Floats, slope: Floats, at: NDArray[np.intp]) -> Floats:
    """How far the price of each row must go until the nearest of its held recipients comes free."""
    rows = dual.rows[at]
    upward = np.repeat(slope[at] < 0, np.diff(rows.indptr)) == (rows.data > 0)
    held = inner[rows.indices]
    away = np.where(upward, dual.lower[rows.indices] - held, held - dual.upper[rows.indices])
    away = np.where(away >= 0, away, np.inf) * dual.weight[rows.indices] / np.abs(rows.data)
    nearest = np.full(len(at), np.inf)
    filled = np.diff(rows.indptr) > 0
    if filled.any():
        nearest[filled] = np.minimum.reduceat(away, rows.indptr[:-1][filled])
    nearest[~np.isfinite(nearest)] = 0.0
    kick: Floats = np.maximum(nearest * (1 + 1e-9), np.abs(slope[at]))
    return kick


def _search(
    dual: _Dual,
    here: tuple[Floats, Floats, float],
    way: tuple[Floats, Floats],
    ends: tuple[Floats, Floats],
) -> tuple[Floats, Floats, Floats, float] | None:
    """Go along the step, held between the ends, until the dual function has fallen enough."""
    price, _, height = here
    slope, step = way
    length = 1.0
    noise = 1e-14 * (abs(height) + 1.0)
    before = float(np.abs(slope).max())
    for _ in range(60):
        new = np.clip(price + length * step, *ends)
        lift = dual.columns @ new
        amounts = dual.amounts(lift)
        reached = dual.height(new, lift, amounts)
        expected = float(np.dot(slope, new - price))
        if reached <= height + 1e-4 * min(expected, 0.0):
            return new, lift, amounts, reached
        if reached <= height + noise:
            after = _slope(dual, new, dual.rows @ amounts)[0]
            if float(np.abs(after).max()) <= 0.9 * before:
                return new, lift, amounts, reached
        length *= 0.4
    return None
