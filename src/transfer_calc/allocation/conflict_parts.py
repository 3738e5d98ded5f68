"""The pieces of a conflict in words: which constraint takes part, with which recipients and which amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from transfer_calc.allocation.problem import Problem
from transfer_calc.allocation.vectors import Floats
from transfer_calc.rounding import exact_sum
from transfer_calc.text import Text

Positions: TypeAlias = NDArray[np.intp]
Kind: TypeAlias = Literal["row", "floors", "caps"]

FEW = 3
"""How many recipients a sentence names; the rest is counted."""
_MONEY = {"pool", "floor", "cap", "group", "share"}


@dataclass(frozen=True)
class Part:
    """One constraint as far as it takes part in a conflict.

    Attributes:
        kind: A row, or the floors or caps that a constraint sets.
        constraint: Its position in the problem.
        row: The row, −1 for floors and caps.
        variables: Whose floors or caps take part; empty for a row.
        amount: The limit of the row, or the sum of these floors or caps.
        text: The same in words.
    """

    kind: Kind
    constraint: int
    row: int
    variables: Positions
    amount: float
    text: Text


@dataclass(frozen=True)
class Loosening:
    """A limit moved until the pot can be divided.

    Attributes:
        kind: What is moved.
        constraint: Its constraint.
        row: The row, −1 for floors and caps.
        variables: Whose floors or caps are moved.
        amounts: By how much: for floors and caps one a variable, for a row one figure. Negative lowers a
            limit, positive raises it.
        text: The same in words.
        size: The largest coefficient of the row, 1 for floors and caps.
    """

    kind: Kind
    constraint: int
    row: int
    variables: Positions
    amounts: Floats
    text: Text
    size: float = 1.0

    @property
    def amount(self) -> float:
        """How far all limits together are moved."""
        return exact_sum(np.abs(self.amounts))

    @property
    def cost(self) -> float:
        """The same as money, by which ways out are compared: a row is divided by its largest coefficient."""
        return self.amount / self.size


def loosened(problem: Problem, loosenings: Sequence[Loosening]) -> Problem:
    """The problem with limits moved."""
    lower, upper = problem.lower.copy(), problem.upper.copy()
    row_lower, row_upper = problem.row_lower.copy(), problem.row_upper.copy()
    for one in loosenings:
        if one.kind == "floors":
            lower[one.variables] += one.amounts
        elif one.kind == "caps":
            upper[one.variables] += one.amounts
        elif one.amounts[0] < 0:
            row_lower[one.row] += one.amounts[0]
        else:
            row_upper[one.row] += one.amounts[0]
        if one.kind == "row" and one.row == problem.pool_row:
            # A pot is one figure: both of its sides move.
            fixed = problem.row_lower[one.row] == problem.row_upper[one.row]
            moved = problem.row_upper[one.row] + one.amounts[0]
            row_upper[one.row] = moved
            row_lower[one.row] = moved if fixed else min(row_lower[one.row], moved)
    return replace(problem, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)


def row_part(problem: Problem, row: int, side: Literal["least", "most"], unit: str) -> Part:
    """The part of one row, by the side that takes part."""
    low, high = float(problem.row_lower[row]), float(problem.row_upper[row])
    limit = low if side == "least" else high
    name = row_name(problem, row)
    if low == high:
        word = Text("等于", "exactly")
    elif side == "least":
        word = Text("不少于", "at least")
    else:
        word = Text("不超过", "at most")
    amount = money(limit, unit_of(problem, row, unit))
    span = slice(problem.matrix.indptr[row], problem.matrix.indptr[row + 1])
    data = problem.matrix.data[span]
    if limit == 0 and data.size and data.min() < 0 < data.max():
        text = name
    else:
        text = Text(f"{name.zh}（{word.zh} {amount}）", f"{name.en} ({word.en} {amount})")
    return Part("row", int(problem.row_of[row]), row, np.empty(0, dtype=np.intp), limit, text)


def bounds_parts(
    problem: Problem, kind: Literal["floors", "caps"], chosen: Positions, unit: str
) -> list[Part]:
    """The parts of the floors or caps of some variables, one a constraint that sets them."""
    owner = problem.floor_by if kind == "floors" else problem.cap_by
    values = problem.lower if kind == "floors" else problem.upper
    parts = []
    for constraint in np.unique(owner[chosen]).tolist():
        variables = chosen[owner[chosen] == constraint]
        total = exact_sum(values[variables])
        name = bound_name(problem, kind, constraint)
        one = variables.size == 1
        amount, who = money(total, unit), among(problem, variables)
        text = Text(
            f"{name.zh}{'' if one else '合计'} {amount}（{who.zh}）",
            f"{name.en}: {amount}{'' if one else ' together'} ({who.en})",
        )
        parts.append(Part(kind, constraint, -1, variables, total, text))
    return parts


def row_loosening(problem: Problem, row: int, amount: float, unit: str) -> Loosening:
    """A row moved by an amount; negative lowers its least value, positive raises its greatest."""
    name = row_name(problem, row)
    moved = money(abs(amount), unit_of(problem, row, unit))
    way = Text("降低", "lower") if amount < 0 else Text("提高", "higher")
    if row == problem.pool_row:
        way = Text("减少", "lower") if amount < 0 else Text("增加", "higher")
    text = Text(f"{name.zh}{way.zh} {moved}", f"{name.en} {moved} {way.en}")
    constraint = int(problem.row_of[row])
    data = problem.matrix.data[problem.matrix.indptr[row] : problem.matrix.indptr[row + 1]]
    size = float(np.abs(data).max(initial=0.0)) or 1.0
    nobody = np.empty(0, dtype=np.intp)
    return Loosening("row", constraint, row, nobody, np.asarray([amount]), text, size)


def bounds_loosening(
    problem: Problem, kind: Literal["floors", "caps"], constraint: int, moved: Floats, unit: str
) -> Loosening:
    """The floors of one constraint lowered, or its caps raised; `moved` has one amount a variable."""
    variables = np.flatnonzero(moved)
    order = variables[np.argsort(-np.abs(moved[variables]), kind="stable")]
    name = bound_name(problem, kind, constraint)
    total = money(exact_sum(np.abs(moved)), unit)
    way = Text("降低", "lower") if kind == "floors" else Text("提高", "higher")
    owner = problem.floor_by if kind == "floors" else problem.cap_by
    if int((owner == constraint).sum()) == 1:
        who = among(problem, variables)
        text = Text(f"{name.zh}（{who.zh}）{way.zh} {total}", f"{name.en} ({who.en}) {total} {way.en}")
    else:
        # Others of the same constraint may often do as well, so the recipients are an example.
        each = [(problem.labels[at], money(abs(moved[at]), unit)) for at in order[:FEW]]
        more = variables.size - len(each)
        zh = "、".join(f"{label} {amount}" for label, amount in each) + (
            f" 等 {variables.size} 个" if more else ""
        )
        en = ", ".join(f"{label} by {amount}" for label, amount in each) + (
            f" and {more} more" if more else ""
        )
        text = Text(
            f"{name.zh}合计{way.zh} {total}（例如：{zh}）",
            f"{name.en} {total} {way.en} in all (for example {en})",
        )
    return Loosening(kind, constraint, -1, variables, moved[variables], text)


def row_name(problem: Problem, row: int) -> Text:
    name, label = problem.constraints[problem.row_of[row]].name, problem.row_label[row]
    known = not label or (label in name.zh and label in name.en)
    return Text(f"「{name.zh}」{'' if known else label}", f"“{name.en}”{'' if known else ' ' + label}")


def bound_name(problem: Problem, kind: Literal["floors", "caps"], constraint: int) -> Text:
    word = Text("下限", "floors") if kind == "floors" else Text("上限", "caps")
    if constraint < 0:
        return Text(f"未注明来源的{word.zh}", f"the {word.en} that no constraint set")
    name = problem.constraints[constraint].name
    return Text(f"「{name.zh}」的{word.zh}", f"the {word.en} of “{name.en}”")


def among(problem: Problem, variables: Positions) -> Text:
    """The first few by name, the rest counted."""
    labels = [problem.labels[at] for at in variables[:FEW]]
    more = variables.size - len(labels)
    return Text(
        "、".join(labels) + (f" 等 {variables.size} 个" if more else ""),
        ", ".join(labels) + (f" and {more} more" if more else ""),
    )


def money(amount: float, unit: str) -> str:
    return f"{amount + 0.0:,.10g}{' ' + unit if unit else ''}"


def unit_of(problem: Problem, row: int, unit: str) -> str:
    """The unit of a row's limit: money for sums and shares, not told for anything else."""
    return unit if problem.constraints[problem.row_of[row]].kind in _MONEY else ""
