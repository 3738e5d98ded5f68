"""Small linear models on arrays, solved by HiGHS: what settlement and the search for conflicts ask for.

The arrays come scaled (figures of order one). HiGHS is imported when a model is solved, not before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from transfer_calc.allocation.highs import quiet

Floats = NDArray[np.float64]

TOLERANCE = 1e-9
"""By how much HiGHS may miss a row or bound of a model of order one."""
_WHOLE_TOLERANCE = 1e-7
_MOST_NODES = 2_000
_LEAST_NODES = 20
_WORK = 200_000


@dataclass(frozen=True)
class Model:
    """Rows and bounds with a cost: `row_lower <= matrix @ x <= row_upper`, `lower <= x <= upper`."""

    matrix: csr_array
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    cost: Floats
    whole: NDArray[np.bool_] | None = None


def loaded(model: Model) -> Any:
    """A `highspy.Highs` that holds the model."""
    import highspy  # noqa: PLC0415 — only where a model is solved

    highs: Any = quiet(highspy)
    highs.setOptionValue("parallel", "off")
    rows, columns = model.matrix.shape
    matrix = csr_array(model.matrix)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, rows
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.cost, model.lower, model.upper
    lp.row_lower_, lp.row_upper_ = model.row_lower, model.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
    lp.a_matrix_.value_ = matrix.data
    if model.whole is not None:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(one)] for one in model.whole]
        highs.setOptionValue("mip_rel_gap", 0.0)
        highs.setOptionValue("mip_abs_gap", _WHOLE_TOLERANCE)
        highs.setOptionValue("mip_feasibility_tolerance", _WHOLE_TOLERANCE)
        highs.setOptionValue("mip_max_nodes", most_nodes(int(model.whole.sum())))
    else:
        highs.setOptionValue("primal_feasibility_tolerance", TOLERANCE)
        highs.setOptionValue("dual_feasibility_tolerance", TOLERANCE)
    if highs.passModel(lp) == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS refuses the model")
    return highs


def most_nodes(count: int) -> int:
    """Branches after which a search over so many whole numbers takes the best it has.

    It is a count and not a time, so that every machine stops at the same place.
    """
    return min(max(_WORK // max(count, 1) ** 2, _LEAST_NODES), _MOST_NODES)


@dataclass(frozen=True)
class Cheapest:
    """What HiGHS found; the caller checks it.

    Attributes:
        values: The cheapest values, `None` where there are none, or none was found.
        ended: Whether the search came to its end: without values, that there are none.
    """

    values: Floats | None
    ended: bool


def least_cost(model: Model, start: Floats | None = None) -> Cheapest:
    """The cheapest values that keep a model, from a known answer if there is one."""
    import highspy  # noqa: PLC0415 — only where a model is solved

    highs = loaded(model)
    if start is not None:
        given = highspy.HighsSolution()
        given.col_value = start.tolist()
        highs.setSolution(given)
    highs.run()
    status = highspy.HighsModelStatus
    ended = highs.getModelStatus() in (status.kOptimal, status.kInfeasible, status.kUnboundedOrInfeasible)
    if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Cheapest(None, ended)
    return Cheapest(np.asarray(highs.getSolution().col_value, dtype=np.float64), ended)
