"""Drawn problems for the engine's benchmarks, and HiGHS alone on the same arrays."""

from __future__ import annotations

import resource
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import csr_array, vstack

from transfer_calc.allocation.linear import Linear, formulate
from transfer_calc.allocation.problem import (
    Constraint,
    GreatestCoverage,
    LeastDeviation,
    LeastSquares,
    Problem,
)
from transfer_calc.allocation.solving import solve
from transfer_calc.text import Text

PREFECTURES = 14


def drawn(rows: int, prefectures: int = PREFECTURES) -> tuple[Problem, Any]:
    """Counties in 万元 between 97 and 115 % of last year, with prefecture minima."""
    random = np.random.default_rng(7)
    last = 1e4 * np.exp(random.normal(0, 0.8, rows))
    group = np.arange(rows) % max(prefectures, 1)
    sums = csr_array((np.ones(rows), (group, np.arange(rows))), shape=(max(prefectures, 1), rows))[
        :prefectures
    ]
    pool = 1.05 * float(last.sum())
    problem = Problem(
        labels=tuple(str(620000 + place) for place in range(rows)),
        lower=0.97 * last,
        upper=1.15 * last,
        floor_by=np.full(rows, -1),
        cap_by=np.full(rows, -1),
        constraints=(
            Constraint(Text("资金总额", "pot")),
            Constraint(Text("市州最低数", "prefecture minimum")),
        ),
        matrix=csr_array(vstack([csr_array(np.ones((1, rows))), sums], format="csr")),
        row_lower=np.append(pool, random.uniform(1.03, 1.06, prefectures) * (sums @ last)),
        row_upper=np.append(pool, np.full(prefectures, np.inf)),
        row_of=np.append(0, np.ones(prefectures, dtype=int)),
        row_label=("", *(str(one) for one in range(prefectures))),
        pool_row=0,
    )
    return problem, last * random.uniform(0.8, 1.4, rows)


def raw(linear: Linear) -> Callable[[], Any]:
    """HiGHS alone, nothing of ours between: a model in money of the order of one, passed, run and read back."""
    import highspy  # noqa: PLC0415 — only for this reference

    unit = float(np.median(linear.upper[np.isfinite(linear.upper)]))
    matrix = csr_array(linear.matrix)
    rows, columns = matrix.shape
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, rows
    model.col_cost_ = linear.cost
    model.col_lower_, model.col_upper_ = linear.lower / unit, linear.upper / unit
    model.row_lower_, model.row_upper_ = linear.row_lower / unit, linear.row_upper / unit
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data

    def run() -> Any:
        solver: Any = highspy.Highs.__base__()  # type: ignore[misc]
        solver.setOptionValue("output_flag", False)
        solver.passModel(model)
        solver.run()
        return np.asarray(solver.getSolution().col_value)

    return run


def works() -> list[tuple[str, Callable[[], Any], Callable[[], Any], float | None]]:
    """Title, our work, the reference, and the limit in milliseconds."""
    large, target = drawn(100_000)
    small, near = drawn(3_000)
    alone, aim = drawn(100_000, 0)
    deviation = LeastDeviation(target, np.ones(100_000))
    squares, coverage = LeastSquares(target, 1 / target), GreatestCoverage(0.4 * aim, 1.6 * aim)
    compact, tiny = formulate(large, deviation), LeastDeviation(near, np.ones(3_000))
    reference, little = raw(compact), raw(formulate(small, tiny))
    return [
        ("least squares, prefectures, 100,000", lambda: solve(large, squares), reference, 150.0),
        ("compact LP, 100,000", lambda: solve(large, deviation), reference, None),
        ("max–min, pot and bounds, 100,000", lambda: solve(alone, coverage), reference, 150.0),
        ("PuLP route, 3,000", lambda: solve(small, tiny, "pulp"), little, 300.0),
    ]


def peak() -> float:
    """The greatest memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
