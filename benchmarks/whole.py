"""Whole amounts of a pot with rows, and the explanation of a conflict, at 100,000 counties.

    python benchmarks/whole.py [ROWS]

Four pots: no row that rounding breaks; 14 prefecture rows at their limits; the same with three shares that
cross the prefectures; a pot that cannot be divided. All figures are made up. Medians; nothing is asserted
but that rows and sums are kept.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import csr_array, vstack

from transfer_calc.allocation.conflict import explain_conflict
from transfer_calc.allocation.problem import Constraint, Problem
from transfer_calc.allocation.whole import settle_rows
from transfer_calc.text import Text

PREFECTURES = 14
RUNS = 5


def timed(name: str, work: Callable[[], Any]) -> Any:
    took, result = [], None
    for _ in range(RUNS):
        start = time.perf_counter()
        result = work()
        took.append(time.perf_counter() - start)
    print(f"{name:<44} {statistics.median(took):.3f} s")
    return result


def problem(matrix: Any, lower: Any, upper: Any, low: Any, high: Any) -> Problem:
    rows, count = matrix.shape
    names = [Text(f"约束{row}", f"row {row}") for row in range(rows)]
    kinds = ["pool", *["group"] * (rows - 1)]
    return Problem(
        labels=tuple(f"{row:06d}" for row in range(count)),
        lower=lower,
        upper=upper,
        floor_by=np.full(count, rows),
        cap_by=np.full(count, rows + 1),
        constraints=(
            *(Constraint(name, kind=kind) for name, kind in zip(names, kinds, strict=True)),
            Constraint(Text("保底", "hold harmless"), kind="floor"),
            Constraint(Text("增幅上限", "growth limit"), kind="cap"),
        ),
        matrix=csr_array(matrix),
        row_lower=low,
        row_upper=high,
        row_of=np.arange(rows),
        row_label=("",) * rows,
        pool_row=0,
    )


def main(count: int) -> None:
    random = np.random.default_rng(5)
    amounts = random.lognormal(8, 1, count)
    prefecture = random.integers(0, PREFECTURES, count)
    # Every prefecture stands at a whole total, half of them at a minimum and half at a maximum.
    totals = np.bincount(prefecture, weights=amounts, minlength=PREFECTURES)
    amounts *= (np.rint(totals) / totals)[prefecture]
    totals = np.rint(totals)
    total = int(totals.sum())
    groups = csr_array((np.ones(count), (prefecture, np.arange(count))), shape=(PREFECTURES, count))
    pot = vstack([csr_array(np.ones((1, count))), groups], format="csr")
    at_least = np.arange(PREFECTURES) % 2 == 0
    low = np.append(total, np.where(at_least, totals, -np.inf))
    high = np.append(total, np.where(at_least, np.inf, totals))
    lower, upper = 0.9 * amounts, 1.1 * amounts

    plain = problem(pot[[0]], lower, upper, low[:1], high[:1])
    whole = timed("no rows", lambda: settle_rows(plain, amounts, total, 1))
    assert whole.units.sum() == total
    rows = problem(pot, lower, upper, low, high)
    whole = timed(f"{PREFECTURES} prefecture rows", lambda: settle_rows(rows, amounts, total, 1))
    assert whole.units.sum() == total
    assert not whole.relaxed
    print(f"    by {whole.way}")

    members = [random.random(count) < part for part in (0.1, 0.2, 0.4)]
    shares = [amounts[member].sum() / total for member in members]
    # Each group holds exactly its share before rounding.
    crossing = [csr_array((member - share)[None, :]) for member, share in zip(members, shares, strict=True)]
    exact = np.zeros(len(members))
    wide = problem(
        vstack([pot, *crossing], format="csr"),
        lower,
        upper,
        np.append(low, exact),
        np.append(high, exact + np.inf),
    )
    whole = timed("the same and 3 shares across them", lambda: settle_rows(wide, amounts, total, 1))
    assert whole.units.sum() == total
    assert not whole.relaxed
    print(f"    by {whole.way}")

    minima = [csr_array(member[None, :] * 1.0) for member in members]
    asked = np.asarray([2.5 * amounts[member].sum() for member in members])
    none = problem(
        vstack([pot[[0]], *minima], format="csr"),
        lower,
        3 * amounts,
        np.append(total, asked),
        np.append(total, np.full(3, np.inf)),
    )
    conflict = timed("a conflict in words", lambda: explain_conflict(none, "万元"))
    print(conflict.text.zh)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
