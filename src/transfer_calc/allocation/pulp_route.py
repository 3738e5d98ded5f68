"""The same linear model as a PuLP model (3.3 and 4.x), which users extend and auditors read as .lp or .mps.

The model is in natural units. Its objective is multiplied by a power of two, which its name states, so that
solvers with absolute tolerances keep their precision; HiGHS is also told the size of the money.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from scipy import sparse

from transfer_calc.allocation.highs import TOLERANCE, WHOLE_GAP, Outcome, Status, has_dense_column
from transfer_calc.allocation.linear import Linear, money_unit
from transfer_calc.allocation.problem import Constraint, Floats, Problem
from transfer_calc.issues import UsageError
from transfer_calc.text import Text

Extend: TypeAlias = Callable[[Any, Mapping[str, Any]], None]
"""A user's function: it receives the PuLP model and for each label the amount, and adds constraints."""


@dataclass(frozen=True)
class Built:
    """A PuLP model with the way back.

    Attributes:
        model: The `pulp.LpProblem`.
        columns: Its variables in the order of the linear model's columns.
        amounts: For each label the amount as a variable or an expression.
        rows: For each row of the linear model the names of its constraints (two where both sides differ).
        names: What each constraint's name stands for.
        linear: The linear model, with the user's rows and variables at its end.
    """

    model: Any
    columns: list[Any]
    amounts: dict[str, Any]
    rows: tuple[tuple[str, ...], ...]
    names: dict[str, Text]
    linear: Linear


def build(problem: Problem, linear: Linear, extend: Extend | None = None) -> Built:
    """Write a linear model for PuLP and let the user add to it.

    Raises:
        UsageError: If the user's function changes the objective.
    """
    import pulp  # noqa: PLC0415 - takes half a second

    money = f"{1 / linear.cost_unit:g}"
    model = pulp.LpProblem("allocation", pulp.LpMinimize)
    columns = [
        model.add_variable(
            name, low if low > -math.inf else None, high if high < math.inf else None, category
        )
        for name, low, high, category in zip(
            _column_names(problem, linear),
            linear.lower.tolist(),
            linear.upper.tolist(),
            _categories(linear, pulp),
            strict=True,
        )
    ]
    used = np.flatnonzero(linear.cost)
    cost = (linear.cost[used] * linear.cost_unit).tolist()
    model.setObjective(_expression(pulp, zip([columns[i] for i in used.tolist()], cost, strict=True)))
    rows, names = _add_rows(pulp, model, problem, linear, columns)
    names["objective"] = Text(f"目标值乘以{money}为原单位", f"times {money} for natural units")
    amounts = _amounts(problem, linear, columns)
    built = Built(model, columns, amounts, rows, names, linear)
    return built if extend is None else _extended(built, extend)


def _categories(linear: Linear, pulp: Any) -> list[str]:
    if linear.integer is None:
        return [pulp.LpContinuous] * len(linear.cost)
    return [pulp.LpInteger if one else pulp.LpContinuous for one in linear.integer]


def _expression(pulp: Any, pairs: Iterable[tuple[Any, float]]) -> Any:
    """A sum of terms at once: 4.x has a function for it, 3.3 takes the pairs themselves."""
    if hasattr(pulp, "lpSum_vars_coefs"):
        return pulp.lpSum_vars_coefs(list(pairs))
    return pulp.LpAffineExpression(list(pairs))


def _amounts(problem: Problem, linear: Linear, columns: list[Any]) -> dict[str, Any]:
    if linear.start is None:
        return dict(zip(problem.labels, columns, strict=False))
    n = problem.size
    return {
        label: up - down + start
        for label, up, down, start in zip(
            problem.labels, columns[:n], columns[n : 2 * n], linear.start.tolist(), strict=True
        )
    }


def safe(text: str) -> str:
    """A name that every solver's file format takes."""
    return re.sub(r"_+", "_", re.sub(r"[^0-9A-Za-z]", "_", text)).strip("_")


def _column_names(problem: Problem, linear: Linear) -> list[str]:
    names: list[str] = []
    labels = [safe(label) for label in problem.labels]
    if len(set(labels)) < len(labels):
        labels = [f"{label}_{place}" for place, label in enumerate(labels)]
    for block in linear.columns:
        if block.name in {"above", "below"}:
            names += [f"{block.name}_row{row}" for row in block.of.tolist()]
        else:
            names += [f"{block.name}_{labels[one]}" if one >= 0 else block.name for one in block.of.tolist()]
    return names


def _row_names(problem: Problem, linear: Linear) -> list[tuple[str, Text]]:
    said: list[tuple[str, Text]] = []
    for row, of in enumerate(problem.row_of.tolist()):
        name, label = problem.constraints[of].name, problem.row_label[row]
        short = "_".join(part for part in (safe(name.en)[:80], safe(label)) if part) or f"row{row}"
        said.append((short, Text(f"{name.zh} {label}".strip(), f"{name.en} {label}".strip())))
    for block in linear.row_blocks:
        for one in block.of.tolist():
            label = problem.labels[one] if one >= 0 else ""
            short = "_".join(part for part in (block.name, safe(label)) if part)
            said.append((short, Text(f"{block.name} {label}".strip(), f"{block.name} {label}".strip())))
    counts: dict[str, int] = {}
    unique = []
    for short, text in said:
        counts[short] = counts.get(short, 0) + 1
        unique.append((short if counts[short] == 1 else f"{short}_no{counts[short]}", text))
    return unique


def _add_rows(
    pulp: Any, model: Any, problem: Problem, linear: Linear, columns: list[Any]
) -> tuple[tuple[tuple[str, ...], ...], dict[str, Text]]:
    starts = linear.matrix.indptr.tolist()
    at, entries = linear.matrix.indices.tolist(), linear.matrix.data.tolist()
    lows, highs = linear.row_lower.tolist(), linear.row_upper.tolist()
    rows: list[tuple[str, ...]] = []
    names: dict[str, Text] = {}
    named = _row_names(problem, linear)
    assert len(named) == len(lows)
    for row, (short, text) in enumerate(named):
        span = slice(starts[row], starts[row + 1])
        low, high = lows[row], highs[row]
        terms = list(zip((columns[i] for i in at[span]), entries[span], strict=True))
        made: list[str] = []
        if low == high:
            model.addConstraint(_expression(pulp, terms) == low, short)
            made.append(short)
        else:
            both = low > -math.inf and high < math.inf
            if low > -math.inf:
                made.append(f"{short}_min" if both else short)
                model.addConstraint(_expression(pulp, terms) >= low, made[-1])
            if high < math.inf:
                made.append(f"{short}_max" if both else short)
                model.addConstraint(_expression(pulp, terms) <= high, made[-1])
        names.update(dict.fromkeys(made, text))
        rows.append(tuple(made))
    return tuple(rows), names


def _extended(built: Built, extend: Extend) -> Built:
    """Call the user's function and read what it added back into arrays, so that the answer can be checked."""
    model, linear = built.model, built.linear
    before = len(model.constraints())
    objective = _terms(model.objective)
    extend(model, built.amounts)
    if _terms(model.objective) != objective:
        raise UsageError("extend may add constraints and variables; it may not change the objective")
    added = list(model.constraints())[before:]
    place = {column.name: at for at, column in enumerate(built.columns)}
    columns = list(built.columns)
    for row in added:
        for variable in row.keys():  # noqa: SIM118 - a PuLP object, not a dict
            if variable.name not in place:
                place[variable.name] = len(columns)
                columns.append(variable)
    new = columns[len(built.columns) :]
    entries = [
        (number, place[variable.name], float(value))
        for number, row in enumerate(added)
        for variable, value in row.items()
    ]
    body = sparse.csr_array(
        ([e[2] for e in entries], ([e[0] for e in entries], [e[1] for e in entries])),
        shape=(len(added), len(columns)),
    )
    low = np.array([-np.inf if row.getLb() is None else row.getLb() for row in added], dtype=np.float64)
    high = np.array([np.inf if row.getUb() is None else row.getUb() for row in added], dtype=np.float64)
    wide = sparse.hstack([linear.matrix, sparse.csr_array((linear.matrix.shape[0], len(new)))], format="csr")
    whole = np.array([str(one.cat) == "Integer" for one in new], dtype=bool)
    integer = linear.integer if linear.integer is not None else np.zeros(len(linear.cost), dtype=bool)
    integer = np.concatenate([integer, whole])
    joined = replace(
        linear,
        cost=np.concatenate([linear.cost, np.zeros(len(new))]),
        matrix=sparse.csr_array(sparse.vstack([wide, body], format="csr")),
        row_lower=np.concatenate([linear.row_lower, low]),
        row_upper=np.concatenate([linear.row_upper, high]),
        lower=np.concatenate([linear.lower, [_end(one.lowBound, -np.inf) for one in new]]),
        upper=np.concatenate([linear.upper, [_end(one.upBound, np.inf) for one in new]]),
        integer=integer if integer.any() else None,
        column_unit=np.concatenate([linear.column_unit, np.ones(len(new))]),
    )
    names = built.names | {row.name: Text(row.name, row.name) for row in added}
    return replace(
        built,
        columns=columns,
        rows=built.rows + tuple((row.name,) for row in added),
        names=names,
        linear=joined,
    )


def _terms(expression: Any) -> dict[str, float]:
    return {} if expression is None else {one.name: float(value) for one, value in expression.items()}


def _end(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else float(value)


def own_rows(problem: Problem, extend: Extend) -> Problem | None:
    """The user's constraints as rows of the problem, or `None` if they bring variables of their own.

    As rows they take part in everything: every route, the checks, and the search for conflicts.
    """
    import pulp  # noqa: PLC0415 - takes half a second

    model = pulp.LpProblem("amounts", pulp.LpMinimize)
    labels = [safe(label) for label in problem.labels]
    names = [f"x_{label}_{place}" for place, label in enumerate(labels)]
    columns = [model.add_variable(name) for name in names]
    extend(model, dict(zip(problem.labels, columns, strict=True)))
    if _terms(model.objective):
        raise UsageError("extend may add constraints and variables; it may not change the objective")
    place = {name: at for at, name in enumerate(names)}
    added = list(model.constraints())
    used = [
        (number, variable.name, float(value))
        for number, row in enumerate(added)
        for variable, value in row.items()
    ]
    if any(name not in place for _, name, _ in used):
        return None
    body = sparse.csr_array(
        ([value for *_, value in used], ([row for row, *_ in used], [place[name] for _, name, _ in used])),
        shape=(len(added), problem.size),
    )
    own = tuple(Constraint(Text(row.name, row.name), kind="own") for row in added)
    return replace(
        problem,
        constraints=problem.constraints + own,
        matrix=sparse.csr_array(sparse.vstack([problem.matrix, body], format="csr")),
        row_lower=np.concatenate([problem.row_lower, [_end(row.getLb(), -np.inf) for row in added]]),
        row_upper=np.concatenate([problem.row_upper, [_end(row.getUb(), np.inf) for row in added]]),
        row_of=np.concatenate([problem.row_of, len(problem.constraints) + np.arange(len(own))]),
        row_label=problem.row_label + ("",) * len(own),
    )


def solve_built(built: Built, unit: float, *, solver: Any = None, seconds: float | None = None) -> Outcome:
    """Solve a PuLP model, by HiGHS unless another solver is given.

    Args:
        built: The model.
        unit: A power of two near the mean amount.
        solver: A PuLP solver object, e.g. `pulp.PULP_CBC_CMD(msg=False)`; `None` for HiGHS.
        seconds: A time limit for HiGHS.
    """
    import pulp  # noqa: PLC0415 - takes half a second

    if solver is None:
        solver = pulp.HiGHS(
            msg=False,
            gapRel=WHOLE_GAP,
            timeLimit=seconds,
            # Scaled bounds would turn yes and no into small fractions.
            user_bound_scale=-round(math.log2(unit)) if built.linear.integer is None else 0,
            primal_feasibility_tolerance=TOLERANCE,
            dual_feasibility_tolerance=TOLERANCE,
            presolve="off" if has_dense_column(built.linear) else "choose",
        )
    result = built.model.solve(solver)
    # A number in 3.3, an object in 4.x; the first numbers mean the same in both.
    code = int(getattr(result, "status", result))
    said = getattr(getattr(result, "status", None), "name", str(code))
    nothing = np.empty(0)
    statuses: dict[int, Status] = {1: "optimal", -1: "infeasible", -2: "unbounded"}
    status = statuses.get(code, "stopped")
    if status != "optimal":
        return Outcome(status, nothing, nothing, np.nan, said)
    linear = built.linear
    values = np.array([one.varValue or 0.0 for one in built.columns], dtype=np.float64)
    values = np.clip(values, linear.lower, linear.upper)
    if linear.integer is not None:
        values = np.where(linear.integer, np.round(values), values)
        return Outcome("optimal", values, nothing, _proved(built, linear), said)
    found = {row.name: row.pi or 0.0 for row in built.model.constraints()}
    price: Floats = np.array(
        [math.fsum(found[name] for name in made) for made in built.rows], dtype=np.float64
    )
    return Outcome("optimal", values, price / linear.cost_unit, np.nan, said)


def _proved(built: Built, linear: Linear) -> float:
    """The bound that HiGHS has proved; other solvers do not tell theirs."""
    solver = getattr(built.model, "solverModel", None)
    if solver is None or not hasattr(solver, "getInfo"):
        return math.nan
    return linear.constant + float(solver.getInfo().mip_dual_bound) / linear.cost_unit


def export(built: Built, path: str | Path) -> Path:
    """Write the model as `.lp` or `.mps`.

    Raises:
        UsageError: For another ending.
    """
    path = Path(path)
    if path.suffix == ".lp":
        built.model.writeLP(str(path))
    elif path.suffix == ".mps":
        built.model.writeMPS(str(path))
    else:
        raise UsageError(f"{path.name}: .lp or .mps")
    return path


def unit_of(problem: Problem) -> float:
    """The money unit handed to `solve_built`."""
    return money_unit(problem)
