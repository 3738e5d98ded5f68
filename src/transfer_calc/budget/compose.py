"""Each constraint of a budget as bounds and rows."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from transfer_calc.allocation.problem import Constraint
from transfer_calc.budget import constraints as written
from transfer_calc.budget.ceilings import Ratio
from transfer_calc.budget.figures import Figures
from transfer_calc.budget.layout import Layout
from transfer_calc.budget.naming import name_of_constraint
from transfer_calc.budget.parts import Pots
from transfer_calc.budget.rows import Rows, chain, picked
from transfer_calc.budget.wanted import name_of
from transfer_calc.issues import Collector
from transfer_calc.language.check import ALL, COUNTY
from transfer_calc.text import Text

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

KINDS_OF_ROWS = {
    "group": "group", "pattern": "pattern", "no_overtaking": "overtaking", "equal_treatment": "equal",
    "minimum_award": "minimum_award", "at_most_recipients": "at_most_recipients",
}  # fmt: skip
"""What the array problem calls a kind, where that differs from the file's word."""

MOST_NAMED = 20
"""How many recipients one kind of problem names; the rest is counted."""

SAME = 1e-12
"""Needs per head that differ by less than this, relative, are equal."""


class Composer:
    """Takes the constraints one by one."""

    def __init__(self, figures: Figures, layout: Layout, rows: Rows, problems: Collector) -> None:
        self.figures = figures
        self.budget = figures.prepared.budget
        self.layout = layout
        self.rows = rows
        self.problems = problems
        self.ceilings: list[Ratio] = []
        self.least_if_any: Floats | None = None
        self.most_recipients: int | None = None
        self.last_year: Floats | None = None
        self.path: Floats | None = None

    def take(self, position: int, each: written.AnyConstraint) -> None:
        """Turn one constraint into bounds and rows."""
        name = name_of_constraint(each, self.budget)
        price = getattr(each, "price", None)
        kind = KINDS_OF_ROWS.get(each.kind, each.kind)
        price = None if price is None else float(price)
        owner = self.rows.constraint(Constraint(name, each.cite, price, kind))
        match each:
            case written.Floor():
                self.floor(owner, position, each)
            case written.Cap():
                self.cap(owner, position, each)
            case written.Group():
                self.group(owner, position, each)
            case written.Pattern():
                self.pattern(owner, position, each)
            case written.NoOvertaking():
                self.no_overtaking(owner, position)
            case written.EqualTreatment():
                self.equal_treatment(owner, position, each)
            case written.Ceiling():
                self.ceiling(owner, position, each)
            case written.PhaseIn():
                self.phase_in(owner, position, each)
            case written.MinimumAward():
                self.minimum_award(position, each)
            case written.AtMostRecipients():
                self.most_recipients = min(each.count, self.most_recipients or each.count)

    def number(self, position: int, part: str) -> Floats:
        return self.figures.numbers(name_of(position, part))

    def whom(self, position: int, *, needed: bool = True) -> NDArray[np.bool_]:
        """The recipients that a condition picks; nobody is an issue."""
        found = self.figures.truths(name_of(position, "where"))
        if needed and not found.any():
            each = self.budget.constraints[position]
            self.nobody(position, "where", name_of_constraint(each, self.budget))
        return found

    def nobody(self, position: int, part: str, name: Text) -> None:
        """A constraint on recipients whom there are none of."""
        asked = name_of_constraint(self.budget.constraints[position], self.budget)
        self.problems.add(
            "TC540", self.budget.source.place("constraints", position, part), name=name, amount=asked
        )

    def pot(self, each: written.Base) -> int | None:
        pot = getattr(each, "pot", None)
        if pot is None or not isinstance(self.budget.pool, Pots):
            return None
        return [one.id for one in self.budget.pool.pots].index(pot)

    # --- floors, caps, phase-in ------------------------------------------------------------------

    def floor(self, owner: int, position: int, each: written.Floor) -> None:
        whom = self.whom(position)
        least = np.where(whom, self.amounts(position, each), -np.inf)
        self.between(owner, least, np.full(least.size, np.inf), self.pot(each), each.price)

    def cap(self, owner: int, position: int, each: written.Cap) -> None:
        whom = self.whom(position)
        most = np.where(whom, self.amounts(position, each), np.inf)
        self.between(owner, np.full(most.size, -np.inf), most, self.pot(each), each.price)

    def amounts(self, position: int, each: written.Floor | written.Cap) -> Floats:
        if each.amount is not None:
            return np.full(self.figures.size, float(each.amount))
        return self.number(position, "of")

    def between(
        self, owner: int, least: Floats, most: Floats, pot: int | None, price: Decimal | None
    ) -> None:
        """Bounds of each recipient: of its variable where it has one and they are hard, else as rows."""
        layout, rows = self.layout, self.rows
        of = layout.recipient if pot is None else layout.recipient[layout.pot == pot]
        has = np.zeros(layout.size, dtype=bool)
        has[of] = True
        lost = np.flatnonzero(~has & (least > 0))
        if lost.size:
            names = self.rows.constraints[owner].name
            for row in lost[:MOST_NAMED].tolist():
                self.problems.add(
                    "TC555", self.figures.panel.place(row), name=names, floor=f"{least[row]:,.12g}"
                )
            if lost.size > MOST_NAMED:
                self.problems.add("TC407", count=lost.size - MOST_NAMED)
        if price is None and (pot is not None or layout.single):
            mine = np.ones(layout.recipient.size, dtype=bool) if pot is None else layout.pot == pot
            rows.raise_lower(owner, np.where(mine, least[layout.recipient], -np.inf))
            rows.cut_upper(owner, np.where(mine, most[layout.recipient], np.inf))
            return
        asked = np.flatnonzero((np.isfinite(least) | np.isfinite(most)) & has)
        count = np.arange(asked.size, dtype=np.intp)
        matrix = picked(count, asked, np.ones(1), (asked.size, layout.size))
        labels = [str(code) for code in self.figures.panel.codes[asked].tolist()]
        rows.add(owner, layout.spread(matrix, pot), least[asked], most[asked], labels)

    def phase_in(self, owner: int, position: int, each: written.PhaseIn) -> None:
        """Between the start and the point that year k of N reaches; the path of all years is kept."""
        last, target = self.number(position, "last_year"), self.figures.target
        assert target is not None
        start, end = last, target
        if each.start == "last_year_share":
            for values, what in ((last, Text("上年数", "last year")), (target, Text("测算数", "target"))):
                if not values.sum() > 0:
                    self.problems.add("TC556", self.budget.source.place("constraints", position), what=what)
                    return
            pool = self.figures.pool
            start, end = last * (pool / last.sum()), target * (pool / target.sum())
        years = np.arange(1, each.years + 1)[:, np.newaxis] / each.years
        self.path = start + years * (end - start)
        self.last_year = last
        reached = self.path[each.year - 1]
        self.between(owner, np.minimum(start, reached), np.maximum(start, reached), None, each.price)

    # --- sums of groups --------------------------------------------------------------------------

    def members(self, position: int, each: written.Group | written.Pattern) -> tuple[csr_array, list[str]]:
        """Who belongs to each group: shape (groups, recipients), and the names of the groups."""
        size = self.figures.size
        if each.by is None:
            columns = np.flatnonzero(self.whom(position))
            rows = np.zeros(columns.size, dtype=np.intp)
            return picked(rows, columns, np.ones(1), (1, size)), [""]
        whom = self.whom(position, needed=each.where is not None)
        grouping = self.figures.grouping(each.by)
        known = {label: number for number, label in enumerate(grouping.labels)}
        asked = each.which if isinstance(each.which, tuple) else (each.which,)
        names = list(grouping.labels) if each.which is None else [str(one) for one in asked]
        counts = np.bincount(grouping.codes[whom], minlength=len(known))
        for name in names:
            if each.which is not None and (name not in known or counts[known[name]] == 0):
                self.nobody(position, "which", Text(name, name))
        names = [name for name in names if name in known and counts[known[name]] > 0]
        row_of = np.full(len(known), -1, dtype=np.intp)
        row_of[[known[name] for name in names]] = np.arange(len(names))
        rows_of = np.where(whom, row_of[grouping.codes], -1)
        columns = np.flatnonzero(rows_of >= 0)
        return picked(rows_of[columns], columns, np.ones(1), (len(names), size)), names

    def group(self, owner: int, position: int, each: written.Group) -> None:
        matrix, names = self.members(position, each)
        if each.min_share is not None or each.max_share is not None:
            low = None if each.min_share is None else np.full(len(names), float(each.min_share))
            high = None if each.max_share is None else np.full(len(names), float(each.max_share))
            self.shares(owner, matrix, names, low, high, self.pot(each))
            return
        if each.total is not None:
            low = high = self.of_groups(position, "total", each.total, matrix)
        else:
            low = np.full(len(names), -np.inf)
            high = np.full(len(names), np.inf)
            if each.min is not None:
                low = self.of_groups(position, "min", each.min, matrix)
            if each.max is not None:
                high = self.of_groups(position, "max", each.max, matrix)
        self.rows.add(owner, self.layout.spread(matrix, self.pot(each)), low, high, names)

    def of_groups(self, position: int, part: str, amount: Decimal | str, matrix: csr_array) -> Floats:
        """An amount of each group: one given, a figure of the group, or its members' figures added up."""
        if isinstance(amount, Decimal):
            return np.full(matrix.shape[0], float(amount))
        name = name_of(position, part)
        values, level = self.figures.numbers(name), self.figures.level(name)
        if level == COUNTY:
            return np.asarray(matrix @ values, dtype=np.float64)
        if level == ALL:
            return np.full(matrix.shape[0], self.figures.single(name))
        first = matrix.indices[matrix.indptr[:-1]]
        return np.asarray(values[first], dtype=np.float64)

    def pattern(self, owner: int, position: int, each: written.Pattern) -> None:
        matrix, names = self.members(position, each)
        last = self.number(position, "last_year")
        if not last.sum() > 0:
            what = Text("上年数", "last year")
            self.problems.add(
                "TC556", self.budget.source.place("constraints", position, "last_year"), what=what
            )
            return
        share = np.asarray(matrix @ last) / last.sum()
        band = float(each.band)
        self.shares(
            owner, matrix, names, np.maximum(share - band, 0.0), np.minimum(share + band, 1.0), self.pot(each)
        )

    def shares(
        self, owner: int, matrix: csr_array, names: list[str], low: Floats | None, high: Floats | None,
        pot: int | None,
    ) -> None:  # fmt: skip
        """Shares of what is paid out: amounts where all of the pot is, else relations of two sums."""
        pool = self.budget.pool
        pots = (pool,) if not isinstance(pool, Pots) else pool.pots if pot is None else (pool.pots[pot],)
        over = self.layout.spread(matrix, pot)
        open_low, open_high = np.full(len(names), -np.inf), np.full(len(names), np.inf)
        if all(one.spend == "exact" for one in pots):
            paid = self.figures.pool if pot is None else float(pots[0].amount or 0)
            least = open_low if low is None else low * paid
            most = open_high if high is None else high * paid
            self.rows.add(owner, over, least, most, names)
            return
        mine = np.ones(self.layout.recipient.size) if pot is None else (self.layout.pot == pot).astype(float)
        zero = np.zeros(len(names))
        for share, least, most in ((low, zero, open_high), (high, open_low, zero)):
            if share is not None:
                whole = csr_array(share[:, np.newaxis] * mine[np.newaxis, :])
                self.rows.add(owner, csr_array(over - whole), least, most, names)

    # --- one against another ---------------------------------------------------------------------

    def sizes(self, position: int, whom: NDArray[np.bool_]) -> Floats:
        """Heads, greater than 0 for everybody compared; 1 where the constraint is not per head."""
        name = name_of(position, "size")
        if not self.figures.has(name):
            return np.ones(self.figures.size)
        size = self.figures.numbers(name)
        formula = str(getattr(self.budget.constraints[position], "size", ""))
        bad = np.flatnonzero(whom & ~(size > 0))
        not_above_zero(self.figures, bad, size[bad], "TC521", formula, self.problems)
        return np.where(size > 0, size, 1.0)

    def no_overtaking(self, owner: int, position: int) -> None:
        whom = self.whom(position)
        size = self.sizes(position, whom)
        need = self.number(position, "need") / size
        among = np.flatnonzero(whom)
        order = among[np.lexsort((self.figures.panel.codes[among], need[among]))]
        step = np.diff(need[order])
        equal = step <= SAME * np.maximum(np.abs(need[order][1:]), np.abs(need[order][:-1]))
        matrix = chain(order, size, np.ones(step.size, dtype=bool), self.figures.size)
        labels = self.pairs(order[:-1], order[1:])
        high = np.where(equal, 0.0, np.inf)
        self.rows.add(owner, self.layout.spread(matrix), np.zeros(step.size), high, labels)

    def equal_treatment(self, owner: int, position: int, each: written.EqualTreatment) -> None:
        whom = self.whom(position)
        size = self.sizes(position, whom)
        among = np.flatnonzero(whom)
        classes = np.zeros(among.size, dtype=np.intp)
        for column in each.columns:
            grouping = self.figures.grouping(column)
            joined = classes * len(grouping.labels) + grouping.codes[among]
            classes = np.unique(joined, return_inverse=True)[1].reshape(-1)
        sort = np.lexsort((self.figures.panel.codes[among], classes))
        order, linked = among[sort], np.diff(classes[sort]) == 0
        matrix = chain(order, size, linked, self.figures.size)
        zero = np.zeros(matrix.shape[0])
        labels = self.pairs(order[:-1][linked], order[1:][linked])
        if matrix.shape[0]:
            self.rows.add(owner, self.layout.spread(matrix), zero, zero, labels)

    def pairs(self, first: Positions, second: Positions) -> list[str]:
        codes = self.figures.panel.codes
        return [
            f"{one}–{two}" for one, two in zip(codes[first].tolist(), codes[second].tolist(), strict=True)
        ]

    def ceiling(self, owner: int, position: int, each: written.Ceiling) -> None:
        whom = self.whom(position)
        size = self.sizes(position, whom)
        self.ceilings.append(
            Ratio(owner, self.number(position, "own"), size, float(each.ratio), np.flatnonzero(whom))
        )

    # --- whole decisions -------------------------------------------------------------------------

    def minimum_award(self, position: int, each: written.MinimumAward) -> None:
        whom = self.whom(position)[self.layout.recipient]
        before = np.zeros(whom.size) if self.least_if_any is None else self.least_if_any
        self.least_if_any = np.where(whom, np.maximum(before, float(each.amount)), before)


def not_above_zero(
    figures: Figures, rows: Positions, values: Floats, code: str, formula: str, problems: Collector
) -> None:
    """One issue for each recipient whose figure is not above zero, by its cell where it is a column."""
    for row, value in zip(rows[:MOST_NAMED].tolist(), values.tolist(), strict=False):
        problems.add(code, figures.panel.place(row, formula.strip()), value=f"{value:.12g}")
    if rows.size > MOST_NAMED:
        problems.add("TC407", count=rows.size - MOST_NAMED)
