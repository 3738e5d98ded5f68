"""Least squares by an interior-point method: from here the dual Newton method starts where it fails from 0.

A primal–dual path with Mehrotra's predictor and corrector (On the implementation of a primal–dual interior
point method, 1992). One sparse solve of the size of the rows a step, and some dozens of steps,
whatever the rows: chains of "no overtaking" with as many rows as counties are its case.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from transfer_calc.allocation.problem import Floats

STEPS = 120
CLOSE = 1e-11


@dataclass(frozen=True)
class Quadratic:
    """Minimise ½ Σ weight·(z − target)² + cost·z with bounds on z and on the rows; figures of order one."""

    target: Floats
    weight: Floats
    cost: Floats
    lower: Floats
    upper: Floats
    rows: sparse.csr_array
    row_lower: Floats
    row_upper: Floats


@dataclass
class _Side:
    """One bound of a vector: the distances to it and their prices; where there is no bound, nothing."""

    has: np.ndarray[tuple[int], np.dtype[np.bool_]]
    gap: Floats
    price: Floats

    def curve(self) -> Floats:
        return np.where(self.has, self.price / self.gap, 0.0)


def row_prices(model: Quadratic) -> Floats | None:
    """Nearly optimal row prices, `None` if no interior path was found (rows may contradict each other)."""
    fixed = model.upper - model.lower <= 1e-13 * np.maximum(np.abs(model.lower), 1.0)
    stay = np.flatnonzero(~fixed)
    away = np.where(fixed, model.lower, 0.0)
    shift = model.rows @ away
    matrix = sparse.csr_array(model.rows[:, stay])
    low, high = model.row_lower - shift, model.row_upper - shift
    return _path(
        model.weight[stay], model.weight[stay] * model.target[stay] - model.cost[stay],
        (model.lower[stay], model.upper[stay]), matrix, (low, high),
    )  # fmt: skip


def _inside(lower: Floats, upper: Floats, near: Floats) -> Floats:
    both = np.isfinite(lower) & np.isfinite(upper)
    width = np.where(both, upper - lower, 2.0)
    margin = np.minimum(0.1 * width, 0.1)
    return np.clip(near, lower + margin, upper - margin)


def _sides(lower: Floats, upper: Floats, at: Floats) -> tuple[_Side, _Side]:
    has_low, has_high = np.isfinite(lower), np.isfinite(upper)
    return (
        _Side(has_low, np.where(has_low, at - np.where(has_low, lower, 0.0), 1.0), has_low * 1.0),
        _Side(has_high, np.where(has_high, np.where(has_high, upper, 0.0) - at, 1.0), has_high * 1.0),
    )


def _path(
    weight: Floats,
    pull: Floats,
    bounds: tuple[Floats, Floats],
    matrix: sparse.csr_array,
    row_bounds: tuple[Floats, Floats],
) -> Floats | None:
    lower, upper = bounds
    low, high = row_bounds
    equal = low == high
    free_low, free_high = np.where(equal, -np.inf, low), np.where(equal, np.inf, high)
    transposed = sparse.csr_array(matrix.T)
    guess = np.where(weight > 0, pull / np.where(weight > 0, weight, 1.0), 0.0)
    z = _inside(lower, upper, guess)
    s = np.where(equal, low, _inside(free_low, free_high, matrix @ z))
    y = np.zeros(len(low))
    z_sides, s_sides = _sides(lower, upper, z), _sides(free_low, free_high, s)
    everything = [*z_sides, *s_sides]
    count = max(sum(int(one.has.sum()) for one in everything), 1)
    for _ in range(STEPS):
        dual_off = weight * z - pull - transposed @ y - z_sides[0].price + z_sides[1].price
        row_off = matrix @ z - s
        price_off = np.where(equal, 0.0, y - s_sides[0].price + s_sides[1].price)
        mean = sum(float(one.gap[one.has] @ one.price[one.has]) for one in everything) / count
        size = 1.0 + float(np.abs(pull).max(initial=0.0))
        worst = max(
            float(np.abs(dual_off).max(initial=0.0)), float(np.abs(row_off).max(initial=0.0)),
            float(np.abs(price_off).max(initial=0.0)),
        )  # fmt: skip
        if worst <= CLOSE * size and mean <= CLOSE:
            return y
        if not np.isfinite(worst):
            return None
        curve = weight + z_sides[0].curve() + z_sides[1].curve() + 1e-14
        row_curve = s_sides[0].curve() + s_sides[1].curve()
        soft = np.where(equal | (row_curve == 0), 0.0, 1.0 / np.where(row_curve > 0, row_curve, 1.0))
        normal = (
            sparse.csr_array(
                (matrix.data / curve[matrix.indices], matrix.indices, matrix.indptr), shape=matrix.shape
            )
            @ transposed
        )
        try:
            factor = splu(
                sparse.csc_array(normal + sparse.diags_array(soft + 1e-13)),
                permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True},
            )  # fmt: skip
        except RuntimeError:
            return None
        corrections = [np.zeros(len(one.gap)) for one in everything]
        goal = 0.0
        for predicting in (True, False):
            pulls = [
                np.where(one.has, (goal - more) / one.gap - one.price, 0.0)
                for one, more in zip(everything, corrections, strict=True)
            ]
            r_z = -dual_off + pulls[0] - pulls[1]
            r_s = -price_off + pulls[2] - pulls[3]
            dy = factor.solve(-row_off + soft * r_s - matrix @ (r_z / curve))
            dz = (r_z + transposed @ dy) / curve
            ds = np.where(equal, 0.0, soft * (r_s - dy))
            moves = [dz, -dz, ds, -ds]
            rises = [
                np.where(one.has, pull_ - one.price / one.gap * move, 0.0)
                for one, pull_, move in zip(everything, pulls, moves, strict=True)
            ]
            forward = min(_reach(one.gap, move, one.has) for one, move in zip(everything, moves, strict=True))
            upward = min(
                _reach(one.price, rise, one.has) for one, rise in zip(everything, rises, strict=True)
            )
            if predicting:
                after = (
                    sum(
                        float(((one.gap + forward * m) * (one.price + upward * r))[one.has].sum())
                        for one, m, r in zip(everything, moves, rises, strict=True)
                    )
                    / count
                )
                goal = mean * (after / mean) ** 3
                corrections = [m * r for m, r in zip(moves, rises, strict=True)]
        length = 0.995 * min(forward, upward)
        length = min(1.0, length)
        z, s, y = z + length * dz, s + length * ds, y + length * dy
        for one, move, rise in zip(everything, moves, rises, strict=True):
            one.gap = np.where(one.has, one.gap + length * move, 1.0)
            one.price = np.where(one.has, one.price + length * rise, 0.0)
    return y


def _reach(figure: Floats, move: Floats, has: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    falling = has & (move < 0)
    return float((figure[falling] / -move[falling]).min(initial=2.0))
