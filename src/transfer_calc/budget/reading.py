"""The constraints of an answer, one line each (one a group where it is about groups): slack, price, words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.budget.binding import COMPARING, Binding
from transfer_calc.budget.ceilings import resources
from transfer_calc.budget.objectives import GreatestCoverage
from transfer_calc.budget.words import bounds_said, many_said, row_said
from transfer_calc.budget.words import number as number_said
from transfer_calc.text import Text
from transfer_calc.units import plain

if TYPE_CHECKING:
    from transfer_calc.budget.answer import Allocation

MOST_ROWS = 5_000
"""Rows of one constraint that are told one by one; where there are more, together."""


@dataclass(frozen=True, slots=True)
class Line:
    """One constraint, or one group of it.

    Attributes:
        name: The constraint's name.
        group: The group, empty where it is about everybody.
        kind: See `Constraint.kind`.
        slack: How far from its limit; negative where broken at a price; nan without meaning.
        price: What one unit more of its limit changes the objective by; nan where the route has none.
        binding: Whether it holds somebody.
        words: The same in a sentence.
    """

    name: Text
    group: str
    cite: str | None
    kind: str
    slack: float
    price: float
    binding: bool
    words: Text

    def record(self, lang: str) -> dict[str, Any]:
        """Flat, for a table or JSON."""
        return {
            "name": self.name[lang]
            + (f" {self.group}" if self.group and self.group not in self.name[lang] else ""),
            "cite": self.cite or "",
            "kind": self.kind,
            "slack": self.slack,
            "price": self.price,
            "binding": self.binding,
            "words": self.words[lang],
        }


def lines(allocation: Allocation) -> tuple[Line, ...]:
    """Every constraint of the last stage in its order."""
    teller = _Teller(allocation)
    return tuple(line for number in range(len(teller.problem.constraints)) for line in teller.of(number))


class _Teller:
    def __init__(self, allocation: Allocation) -> None:
        self.allocation = allocation
        self.binding: Binding = allocation.binding
        self.problem = allocation.problem
        self.solution = allocation.solution
        self.aim = allocation.stages[-1].aims[-1].written
        self.unit = plain(allocation.budget.pool.unit)
        lower, upper = self.problem.row_lower, self.problem.row_upper
        pots = [row for row, owner in enumerate(self.problem.row_of.tolist())
                if self.problem.constraints[owner].kind == "pool"] if len(lower) else []  # fmt: skip
        self.exact = all(lower[row] == upper[row] for row in pots)

    def of(self, number: int) -> Iterator[Line]:
        constraint = self.problem.constraints[number]
        rows = np.flatnonzero(self.problem.row_of == number)
        if constraint.kind == "ceiling":
            yield self.ceiling(number)
            return
        if constraint.kind in ("minimum_award", "at_most_recipients"):
            yield self.whole(number)
        elif rows.size and (constraint.kind in COMPARING or rows.size > MOST_ROWS):
            yield self.many(number, rows)
        elif rows.size:
            yield from (self.row(number, row) for row in rows.tolist())
        elif constraint.kind in COMPARING:
            said = Text("没有起作用：没有一对地区触及", "no pair of recipients comes up against it")
            yield self.line(number, "", np.nan, 0.0, said, binding=False)
        for low in (True, False):
            owner = self.problem.floor_by if low else self.problem.cap_by
            if (owner == number).any():
                yield self.bounds(number, np.flatnonzero(owner == number), low=low)
        unused = not (self.problem.floor_by == number).any() and not (self.problem.cap_by == number).any()
        if not rows.size and unused and constraint.kind in ("floor", "cap", "phase_in"):
            said = bounds_said(0, 0, "", np.nan, self.aim, self.unit, low=True, exact=self.exact)
            yield self.line(number, "", np.nan, 0.0, said, binding=False)

    def line(
        self, number: int, group: str, slack: float, price: float, words: Text, *, binding: bool
    ) -> Line:
        constraint = self.problem.constraints[number]
        return Line(constraint.name, group, constraint.cite, constraint.kind, slack, price, binding, words)

    def row(self, number: int, row: int) -> Line:
        constraint, group = self.problem.constraints[number], self.group_name(row)
        price, slack = float(self.solution.row_price[row]), float(self.binding.slack[row])
        broken = float(self.solution.broken[row])
        low, high = float(self.problem.row_lower[row]), float(self.problem.row_upper[row])
        below = float(self.binding.sums[row]) - low <= high - float(self.binding.sums[row])
        side = "both" if low == high else "least" if below else "most"
        who = Text(group, group) if group else constraint.name
        said = row_said(
            constraint, who, side, max(slack, 0.0), price, broken, self.aim, self.unit, exact=self.exact
        )
        binds = bool(self.binding.at_least[row] or self.binding.at_most[row])
        shown = -abs(broken) if abs(broken) > self.binding.close else slack if not binds else 0.0
        return self.line(number, group, shown, price, said, binding=binds)

    def group_name(self, row: int) -> str:
        label = self.problem.row_label[row]
        names = self.allocation.names_by_code
        return f"{label} {names[label]}" if label in names and names[label] != label else label

    def many(self, number: int, rows: NDArray[np.intp]) -> Line:
        held = rows[(self.binding.at_least | self.binding.at_most)[rows]]
        prices = self.solution.row_price[rows]
        dearest = int(rows[np.argmax(np.abs(np.nan_to_num(prices)))])
        price = float(self.solution.row_price[dearest])
        said = many_said(held.size, rows.size, price, self.problem.row_label[dearest], self.aim, self.unit)
        return self.line(
            number, "", float(self.binding.slack[rows].min()), price, said, binding=held.size > 0
        )

    def bounds(self, number: int, members: NDArray[np.intp], *, low: bool) -> Line:
        problem, amounts = self.problem, self.solution.amounts
        limit = problem.lower if low else problem.upper
        held = members[(self.binding.at_floor if low else self.binding.at_cap)[members]]
        prices = self.solution.bound_price[held]
        if not isinstance(self.aim, GreatestCoverage):
            # Where floor and cap are one, the price belongs to the side that holds the amount back.
            prices = np.maximum(prices, 0.0) if low else np.minimum(prices, 0.0)
        dearest, price = "", 0.0
        if held.size and np.isfinite(prices).any():
            most = int(held[np.argmax(np.abs(np.nan_to_num(prices)))])
            dearest = self.allocation.variable_name(most)
            price = float(prices[np.flatnonzero(held == most)[0]])
        elif held.size:
            price = float("nan")
        slack = float(np.abs(amounts[members] - limit[members]).min()) if not held.size else 0.0
        said = bounds_said(
            held.size, members.size, dearest, price, self.aim, self.unit, low=low, exact=self.exact
        )  # fmt: skip
        return self.line(number, "", slack, price, said, binding=held.size > 0)

    def ceiling(self, number: int) -> Line:
        """The richest and the poorest after transfer, and how many stand at each."""
        allocation = self.allocation
        ratio = next(one for one in allocation.built.ceilings if one.owner == number)
        heads = resources(ratio, allocation.built.layout, self.solution.amounts)
        low, high = float(heads.min()), float(heads.max())
        poor = int((heads <= low * (1 + 1e-6)).sum())
        rich = int((heads >= high * (1 - 1e-6)).sum())
        slack = ratio.ratio * low - high
        binding = slack <= 1e-6 * abs(high)
        found = number_said(high / low) if low > 0 else "—"
        said = Text(
            f"最高 {number_said(high)}（{rich} 个），最低 {number_said(low)}（{poor} 个），之比 {found}，"
            f"限 {number_said(ratio.ratio)}",
            f"highest {number_said(high)} ({rich}), lowest {number_said(low)} ({poor}), ratio {found} of at "
            f"most {number_said(ratio.ratio)}",
        )
        return self.line(number, "", 0.0 if binding else slack, np.nan, said, binding=binding)

    def whole(self, number: int) -> Line:
        problem, amounts = self.problem, self.solution.amounts
        served = int((amounts > self.binding.close).sum())
        if problem.constraints[number].kind == "at_most_recipients":
            most = problem.most_recipients or 0
            said = Text(f"补助 {served} 个，最多 {most} 个", f"{served} recipients, at most {most} allowed")
            return self.line(number, "", float(most - served), float("nan"), said, binding=served >= most)
        assert problem.least_if_any is not None
        least = (amounts > self.binding.close) & (amounts <= problem.least_if_any + self.binding.close)
        count = int((least & (problem.least_if_any > 0)).sum())
        said = Text(
            f"补助 {served} 个，其中 {count} 个正好是最低额",
            f"{served} recipients, {count} of them at the least award",
        )
        return self.line(number, "", float("nan"), float("nan"), said, binding=count > 0)
