"""Which objective goes with which constraints on which route: data for refusals and the reference page."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from transfer_calc.allocation.coverage import is_laminar
from transfer_calc.allocation.filling import only_the_pot
from transfer_calc.allocation.linear import mean_is_fixed
from transfer_calc.allocation.problem import (
    GreatestCoverage,
    LeastCost,
    LeastDeviation,
    LeastDisparity,
    LeastSquares,
    Objective,
    Problem,
    Route,
)
from transfer_calc.issues import AllocationError, issue
from transfer_calc.text import Text

QUADRATIC_LIMIT = 3_000
"""Up to so many recipients HiGHS's quadratic solver is used, as a check."""

Kind: TypeAlias = Literal["pot", "groups", "rows", "priced", "whole", "own"]

KINDS: dict[Kind, Text] = {
    "pot": Text("只有资金总额和上下限", "pot and bounds only"),
    "groups": Text("各组合计（互不相交或逐级包含）", "sums over groups that lie apart or inside each other"),
    "rows": Text("其他线性约束", "any other linear rows"),
    "priced": Text("可以付价突破的约束", "rows with a price at which they may be broken"),
    "whole": Text(
        "取整约束（有则不少于、最多若干个）", "whole-number constraints (least if any, most recipients)"
    ),
    "own": Text("自定义变量（PuLP）", "variables of one's own (PuLP)"),
}

OBJECTIVES: dict[str, Text] = {
    "least_squares": Text("最小二乘", "least squares"),
    "least_deviation": Text("最小绝对偏差", "least absolute deviation"),
    "greatest_coverage": Text(
        "最大均等保障（字典序最大最小）", "greatest equal coverage (lexicographic max–min)"
    ),
    "range": Text("人均财力极差最小", "least range of resources per head"),
    "mean_deviation": Text("人均财力平均差最小", "least mean deviation of resources per head"),
    "least_cost": Text("达到保障水平的最小成本", "least cost to reach a coverage"),
}

_LINEAR: dict[Kind, tuple[Route, ...]] = {
    "pot": ("closed_form", "highs", "pulp"),
    "groups": ("highs", "pulp"),
    "rows": ("highs", "pulp"),
    "priced": ("highs", "pulp"),
    "whole": ("highs", "pulp"),
    "own": ("pulp",),
}

SUPPORTED: dict[str, dict[Kind, tuple[Route, ...]]] = {
    "least_squares": {
        "pot": ("closed_form", "highs"),
        "groups": ("closed_form", "highs"),
        "rows": ("closed_form", "highs"),
        "priced": ("closed_form",),
        "whole": (),
        "own": (),
    },
    "least_deviation": _LINEAR,
    "greatest_coverage": {
        "pot": ("closed_form", "highs", "pulp"),
        "groups": ("closed_form", "highs", "pulp"),
        "rows": ("highs", "pulp"),
        "priced": ("highs", "pulp"),
        "whole": (),
        "own": (),
    },
    "range": _LINEAR,
    "mean_deviation": _LINEAR,
    "least_cost": _LINEAR,
}
"""For each objective and kind of constraint the routes that support it, the one taken by itself first.

Two limits beside it: HiGHS takes least squares up to `QUADRATIC_LIMIT` recipients; the closed form of the
mean deviation needs a pot that is paid out exactly.
"""


class Pair(NamedTuple):
    """An objective and the hardest kind of constraint it meets."""

    objective: str
    kind: Kind


def name_of(objective: Objective) -> str:
    """The objective's name in `SUPPORTED`."""
    match objective:
        case LeastSquares():
            return "least_squares"
        case LeastDeviation():
            return "least_deviation"
        case GreatestCoverage():
            return "greatest_coverage"
        case LeastDisparity():
            return objective.measure
        case LeastCost():
            return "least_cost"


def kind_of(problem: Problem, *, extended: bool = False) -> Kind:
    """The kind of constraint that decides which routes there are."""
    if extended:
        return "own"
    if problem.is_integer:
        return "whole"
    if np.isfinite(problem.row_price).any():
        return "priced"
    if only_the_pot(problem):
        return "pot"
    return "groups" if is_laminar(problem) else "rows"


def routes_for(problem: Problem, objective: Objective, *, extended: bool = False) -> tuple[Route, ...]:
    """The routes that support the pair, the one taken by itself first."""
    name, kind = name_of(objective), kind_of(problem, extended=extended)
    routes = SUPPORTED[name][kind]
    if name == "least_squares" and problem.size > QUADRATIC_LIMIT:
        routes = tuple(one for one in routes if one != "highs")
    if name == "mean_deviation" and not mean_is_fixed(problem):
        routes = tuple(one for one in routes if one != "closed_form")
    return routes


def refuse_unsupported(
    problem: Problem, objective: Objective, route: Route | None, *, extended: bool = False
) -> Route:
    """The route to take.

    Raises:
        AllocationError: TC525 for least squares by PuLP, TC526 with whole numbers, TC527 for another pair.
    """
    if isinstance(objective, LeastSquares):
        if problem.is_integer:
            raise AllocationError([issue("TC526")])
        if route == "pulp" or extended:
            raise AllocationError([issue("TC525")])
    routes = routes_for(problem, objective, extended=extended)
    if route is None and routes:
        return routes[0]
    if route is not None and route in routes:
        return route
    kind = kind_of(problem, extended=extended)
    raise AllocationError(
        [
            issue(
                "TC527",
                route=route or "—",
                objective=OBJECTIVES[name_of(objective)],
                constraints=KINDS[kind],
                routes=", ".join(routes) or "—",
            )
        ]
    )
