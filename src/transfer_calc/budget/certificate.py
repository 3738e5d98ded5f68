"""The proof of an answer, laid out so that a reader can check it by eye.

Deviation objectives: at the best plan the objective's pull on each recipient (for least squares weight ×
(amount − target)) is exactly what its rows and its own floor or cap hold against. So free recipients under
the same rows stand at the same multiplier, and the last column is 0. Coverage: whoever is above the lowest
level is at a floor, or stands at a level of its own because rows or caps stop those below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from transfer_calc.allocation.problem import (
    GreatestCoverage,
    LeastCost,
    LeastDeviation,
    LeastDisparity,
    LeastSquares,
)
from transfer_calc.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from transfer_calc.budget.answer import Allocation

Floats = NDArray[np.float64]

STATES = {
    "free": Text("自由", "free"),
    "floor": Text("在下限", "at floor"),
    "cap": Text("在上限", "at cap"),
    "fixed": Text("固定", "fixed"),
}


def states(allocation: Allocation) -> list[str]:
    """Free, at the floor, at the cap, or fixed by both: one a variable."""
    low, high = allocation.binding.at_floor, allocation.binding.at_cap
    names = np.asarray(["free", "floor", "cap", "fixed"])
    return names[low.astype(int) + 2 * high.astype(int)].tolist()  # type: ignore[no-any-return]


def certificate(allocation: Allocation, lang: str) -> pd.DataFrame:
    """One line a variable: what pulls, what holds, and what is left over (0 at the best plan)."""
    import pandas as pd  # noqa: PLC0415 — only where it is needed

    aim = allocation.stages[-1].aims[-1].arrays
    amounts = allocation.solution.amounts
    columns: dict[str, object] = {
        "name": [allocation.variable_name(at) for at in range(amounts.size)],
        "amount": amounts,
        "state": [STATES[state][lang] for state in states(allocation)],
    }
    if isinstance(aim, (LeastSquares, LeastDeviation)):
        columns |= {"target": aim.target, "weight": aim.weight} | _forces(allocation, aim)
    elif isinstance(aim, (GreatestCoverage, LeastCost)):
        columns |= {"own": aim.own, "need": aim.need, "coverage": (aim.own + amounts) / _safe(aim.need)}
        if isinstance(aim, GreatestCoverage) and allocation.solution.levels is not None:
            columns["level"] = allocation.solution.levels
    elif isinstance(aim, LeastDisparity):
        columns |= {"own": aim.own, "size": aim.size, "per_head": (aim.own + amounts) / aim.size}
    return pd.DataFrame(columns, index=pd.Index(list(allocation.problem.labels), name="code"))


def _safe(values: Floats) -> Floats:
    return np.where(values > 0, values, np.nan)


def _forces(allocation: Allocation, aim: LeastSquares | LeastDeviation) -> dict[str, Floats]:
    """The multipliers: the objective's pull, the sum of its rows' prices, its bound's price, the rest."""
    solution, problem = allocation.solution, allocation.problem
    rows = np.asarray(problem.matrix.T @ np.nan_to_num(solution.row_price), dtype=np.float64)
    bound, away = solution.bound_price, solution.amounts - aim.target
    if not allocation.proves or np.isnan(solution.row_price).any() or np.isnan(bound).any():
        rows, bound = np.full(away.size, np.nan), np.full(away.size, np.nan)
    held = rows + bound
    if isinstance(aim, LeastSquares):
        pull = aim.weight * away
        return {"pull": pull, "rows": rows, "bound": bound, "left": pull - held}
    at_target = np.abs(away) <= allocation.binding.close
    # At the target any pull between −weight and weight is possible; it takes the one that is needed.
    pull = np.where(at_target, np.clip(held, -aim.weight, aim.weight), np.sign(away) * aim.weight)
    return {"pull": pull, "rows": rows, "bound": bound, "left": pull - held}


def summary(allocation: Allocation, lang: str) -> pd.DataFrame:
    """Free recipients by the rows that hold them: how many, and the multiplier at which all of them stand.

    For coverage: the recipients at each level.
    """
    import pandas as pd  # noqa: PLC0415 — only where it is needed

    aim = allocation.stages[-1].aims[-1].arrays
    free = np.asarray([state == "free" for state in states(allocation)], dtype=bool)
    if isinstance(aim, (LeastSquares, LeastDeviation)):
        forces = _forces(allocation, aim)
        keys, values = _under(allocation, lang), forces["pull"]
    elif isinstance(aim, (GreatestCoverage, LeastCost)):
        values = (aim.own + allocation.solution.amounts) / _safe(aim.need)
        keys = [f"{value * 100:.6g}%" for value in np.nan_to_num(values).tolist()]
    else:
        values = (aim.own + allocation.solution.amounts) / aim.size
        keys = _under(allocation, lang)
    table = pd.DataFrame({"held_by": keys, "value": values, "free": free})
    freed = table[table["free"]]
    found = freed.groupby("held_by", sort=False)["value"].agg(["count", "min", "max"])
    found["spread"] = found["max"] - found["min"]
    return found.rename(columns={"count": "recipients"})


def _under(allocation: Allocation, lang: str) -> list[str]:
    """The rows with a price that hold each variable, as one text; equal texts stand under equal rows."""
    problem, solution = allocation.problem, allocation.solution
    priced = np.flatnonzero(np.nan_to_num(solution.row_price) != 0)
    held: list[list[str]] = [[] for _ in range(problem.size)]
    for row in priced.tolist():
        name, label = problem.constraints[problem.row_of[row]].name[lang], problem.row_label[row]
        said = name if not label or label in name else f"{name} {label}"
        span = slice(problem.matrix.indptr[row], problem.matrix.indptr[row + 1])
        for at in problem.matrix.indices[span].tolist():
            held[at].append(said)
    return [" + ".join(each) or "—" for each in held]


def said(allocation: Allocation) -> Text:
    """How to read the certificate."""
    aim = allocation.stages[-1].aims[-1].arrays
    gap = allocation.solution.gap
    proof = Text("", "")
    if np.isfinite(gap):
        proof = Text(f"对偶间隙（相对）{gap:.1e}。", f" The relative duality gap is {gap:.1e}.")
    if allocation.built.ceilings and isinstance(aim, (LeastSquares, LeastDeviation)):
        proof = Text(
            f"{proof.zh}人均财力之比的上下限：价格乘人数，在下限的合计与在上限的合计（再乘倍数）相抵，"
            "最高者自己已在下限上时除外。",
            f"{proof.en} The bounds of a ceiling balance, unless the richest is at its own floor: price × "
            "heads at the floors against price × heads × ratio at the caps.",
        )
    if isinstance(aim, LeastSquares):
        return Text(
            "权重×（分配数−测算数）应等于所在约束的价格之和加自身上下限的价格；"
            f"同样约束下的自由地区处在同一个乘数上，“剩余”一列应为 0。{proof.zh}",
            "Weight × (amount − target) equals the prices of the rows it stands under plus that of its own "
            "bound; free recipients under the same rows stand at the same multiplier, and the column “left” "
            f"is 0.{proof.en}",
        )
    if isinstance(aim, LeastDeviation):
        return Text(
            "高于测算数的地区受力为其权重，低于的为负权重，正好等于的在两者之间；"
            f"受力应等于约束价格之和，“剩余”一列应为 0。{proof.zh}",
            "Above the target the pull is the weight, below it minus the weight, at it anything between; it "
            f"equals the sum of the prices, and the column “left” is 0.{proof.en}",
        )
    if isinstance(aim, GreatestCoverage):
        return Text(
            f"保障水平高于最低水平的地区，不是在下限上，就是因为更低的地区已到上限或受约束限制。{proof.zh}",
            "Whoever is covered above the lowest level is at a floor, or those below are stopped by a cap "
            f"or a row.{proof.en}",
        )
    if isinstance(aim, LeastCost):
        return Text(
            f"每个地区都刚好达到要求的水平，或者受别的下限约束。{proof.zh}",
            f"Each stands at what it must reach, or at another floor.{proof.en}",
        )
    return Text(
        f"目标值与可能达到的最好值之差见对偶间隙。{proof.zh}",
        f"The duality gap bounds how much better any plan could be.{proof.en}",
    )
