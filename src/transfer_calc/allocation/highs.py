"""HiGHS on arrays: one model kept, its bounds and costs changed, so that a run starts from the last basis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from scipy import sparse

from transfer_calc.allocation.linear import Linear
from transfer_calc.allocation.problem import Floats

Status: TypeAlias = Literal["optimal", "infeasible", "unbounded", "stopped"]

TOLERANCE = 1e-9
"""Feasibility and optimality in the scaled model, whose figures are of the order of one."""
DENSE_COLUMN = 500
WHOLE_GAP = 1e-7
"""Relative gap at which the search over whole numbers ends."""


UNCLEAR = {"kUnboundedOrInfeasible", "kUnknown", "kSolveError", "kPresolveError", "kPostsolveError"}
AGAIN: tuple[dict[str, str | float], ...] = (
    {"presolve": "off"},
    {"solver": "ipm"},
    {"presolve": "off", "primal_feasibility_tolerance": 1e-7, "dual_feasibility_tolerance": 1e-7},
)
"""What is tried one after the other, each from the beginning, where HiGHS comes to no clear end."""


@dataclass(frozen=True)
class Outcome:
    """What a solver says, in natural units; `row_price` is what one unit more on a row adds to the minimum.

    Attributes:
        status: Its own word, not yet believed.
        values: The columns; empty without an answer.
        row_price: One a row; empty with whole numbers.
        bound: The best proved bound of the minimised objective with whole numbers, else `nan`.
        said: The solver's status in its own words.
    """

    status: Status
    values: Floats
    row_price: Floats
    bound: float
    said: str


class Highs:
    """A solver that remembers the last model: the same matrix again only changes bounds and costs."""

    def __init__(self, *, seconds: float | None = None) -> None:
        import highspy  # noqa: PLC0415 - the import takes a quarter of a second

        self._module = highspy
        self._seconds = seconds
        self._matrix: sparse.csr_array | None = None
        self._row_unit: Floats = np.empty(0)
        self._solver: Any = None

    def __call__(self, linear: Linear) -> Outcome:
        """Solve a linear model."""
        if self._matrix is not linear.matrix or linear.integer is not None:
            self._pass(linear)
        else:
            self._change(linear)
        self._solver.run()
        status = self._solver.getModelStatus()
        for options in AGAIN:
            if status.name not in UNCLEAR or linear.integer is not None:
                break
            self._pass(linear)
            for name, value in options.items():
                self._solver.setOptionValue(name, value)
            self._solver.run()
            status = self._solver.getModelStatus()
        return self._outcome(linear, status)

    def _pass(self, linear: Linear) -> None:
        highspy = self._module
        solver = quiet(highspy)
        solver.setOptionValue("primal_feasibility_tolerance", TOLERANCE)
        solver.setOptionValue("dual_feasibility_tolerance", TOLERANCE)
        solver.setOptionValue("mip_rel_gap", WHOLE_GAP)
        solver.setOptionValue("mip_feasibility_tolerance", TOLERANCE)
        if has_dense_column(linear):
            solver.setOptionValue("presolve", "off")
        if self._seconds is not None:
            solver.setOptionValue("time_limit", self._seconds)
        entries = linear.matrix.data * linear.column_unit[linear.matrix.indices]
        self._row_unit = row_units(linear, entries)
        entries *= np.repeat(1.0 / self._row_unit, np.diff(linear.matrix.indptr))
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(linear.cost), len(linear.row_lower)
        model.col_cost_ = linear.cost * linear.column_unit * linear.cost_unit
        model.col_lower_ = linear.lower / linear.column_unit
        model.col_upper_ = linear.upper / linear.column_unit
        model.row_lower_ = linear.row_lower / self._row_unit
        model.row_upper_ = linear.row_upper / self._row_unit
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = linear.matrix.indptr.astype(np.int32)
        model.a_matrix_.index_ = linear.matrix.indices.astype(np.int32)
        model.a_matrix_.value_ = entries
        if linear.integer is not None:
            kinds = highspy.HighsVarType
            model.integrality_ = [kinds.kInteger if one else kinds.kContinuous for one in linear.integer]
        solver.passModel(model)
        self._solver, self._matrix = solver, linear.matrix

    def _change(self, linear: Linear) -> None:
        columns = np.arange(len(linear.cost), dtype=np.int32)
        rows = np.arange(len(linear.row_lower), dtype=np.int32)
        unit = linear.column_unit
        self._solver.changeColsCost(len(columns), columns, linear.cost * unit * linear.cost_unit)
        self._solver.changeColsBounds(len(columns), columns, linear.lower / unit, linear.upper / unit)
        low, high = linear.row_lower / self._row_unit, linear.row_upper / self._row_unit
        self._solver.changeRowsBounds(len(rows), rows, low, high)

    def _outcome(self, linear: Linear, status: Any) -> Outcome:
        statuses = self._module.HighsModelStatus
        said = self._solver.modelStatusToString(status)
        info = self._solver.getInfo()
        nothing = np.empty(0)
        if status == statuses.kInfeasible:
            return Outcome("infeasible", nothing, nothing, np.nan, said)
        if status in {statuses.kUnbounded, statuses.kUnboundedOrInfeasible}:
            return Outcome("unbounded", nothing, nothing, np.nan, said)
        if status not in {statuses.kOptimal, statuses.kModelEmpty} and not (
            linear.integer is not None and info.primal_solution_status == 2
        ):
            return Outcome("stopped", nothing, nothing, np.nan, said)
        solution = self._solver.getSolution()
        values = np.asarray(solution.col_value) * linear.column_unit
        values = np.clip(values, linear.lower, linear.upper)
        if linear.integer is not None:
            bound = linear.constant + info.mip_dual_bound / linear.cost_unit
            return Outcome("optimal", values, nothing, bound, said)
        price = np.asarray(solution.row_dual) / self._row_unit / linear.cost_unit
        return Outcome("optimal", values, price, np.nan, said)


def has_dense_column(linear: Linear) -> bool:
    """Whether a column stands in very many rows, as the common level of all does.

    Presolve substitutes such a column into every row it stands in: at 100,000 recipients it does not end.
    """
    counts = np.bincount(linear.matrix.indices, minlength=1)
    return linear.integer is None and int(counts.max()) > DENSE_COLUMN


def quiet(module: Any) -> Any:
    """A solver that writes nothing.

    The constructor of `highspy.Highs` already prints a banner, before any option can be set; its base class,
    which has every method used here, does not.
    """
    solver = module.Highs.__base__()
    solver.setOptionValue("output_flag", False)
    return solver


def row_units(linear: Linear, entries: Floats) -> Floats:
    """For each row the power of two that brings its greatest scaled coefficient to the order of one."""
    starts = linear.matrix.indptr[:-1]
    filled = np.diff(linear.matrix.indptr) > 0
    greatest = np.ones(len(starts))
    if filled.any():
        greatest[filled] = np.maximum.reduceat(np.abs(entries), starts[filled])
    greatest[greatest == 0] = 1.0
    units: Floats = np.exp2(np.round(np.log2(greatest)))
    return units


def quadratic(
    target: Floats, weight: Floats, rows: sparse.csr_array, bounds: tuple[Floats, Floats, Floats, Floats]
) -> tuple[str, Floats, Floats]:
    """Least squares by HiGHS's own quadratic solver, in the units given: a check up to a few thousand.

    Args:
        target: One a column.
        weight: Greater than 0, or 0 for a column that is not measured.
        rows: The matrix.
        bounds: Column and row bounds: lower, upper, row lower, row upper.

    Returns:
        The status in words, the columns and the row prices.
    """
    import highspy  # noqa: PLC0415 - the import takes a quarter of a second

    solver = quiet(highspy)
    solver.setOptionValue("qp_regularization_value", 0.0)
    model = highspy.HighsModel()
    size = len(target)
    lp = model.lp_
    lp.num_col_, lp.num_row_ = size, rows.shape[0]
    lp.col_cost_ = -weight * target
    lp.col_lower_, lp.col_upper_, lp.row_lower_, lp.row_upper_ = bounds
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = rows.indptr.astype(np.int32)
    lp.a_matrix_.index_ = rows.indices.astype(np.int32)
    lp.a_matrix_.value_ = rows.data
    measured = weight > 0
    model.hessian_.dim_ = size
    model.hessian_.start_ = np.concatenate([[0], np.cumsum(measured)]).astype(np.int32)
    model.hessian_.index_ = np.flatnonzero(measured).astype(np.int32)
    model.hessian_.value_ = weight[measured]
    solver.passModel(model)
    solver.run()
    solution = solver.getSolution()
    said = solver.modelStatusToString(solver.getModelStatus())
    return said, np.asarray(solution.col_value), np.asarray(solution.row_dual)
