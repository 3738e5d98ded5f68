"""A fixed pot under balancing constraints as arrays: what every route solves and every answer is checked by.

The variables are amounts `x`, one a recipient (with several pots one for each pot and recipient). They lie
between `lower` and `upper`, and linear rows hold: `row_lower <= matrix @ x <= row_upper`. Each row belongs to
a constraint, which has a name, a citation, and either is hard or has a price at which it may be broken.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from transfer_calc.text import Text

Floats: TypeAlias = NDArray[np.float64]
Route: TypeAlias = Literal["closed_form", "highs", "pulp"]


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint as its author knows it; it has one row or many.

    Attributes:
        name: What a message calls it: `庆阳市不少于39000万元`.
        cite: Document and article, `None` where it is the user's own.
        price: What a broken unit costs, in the unit of the objective; `None` is hard.
        kind: `pool`, `floor`, `cap`, `group`, `share`, `pattern`, `overtaking`, `equal`, `ceiling`, `own`, …
    """

    name: Text
    cite: str | None = None
    price: float | None = None
    kind: str = "own"


@dataclass(frozen=True)
class Problem:
    """The feasible set.

    Attributes:
        labels: Code of each variable (`pot/code` with several pots), for messages and ties.
        lower: Least amounts, finite.
        upper: Greatest amounts; `inf` allowed.
        floor_by: For each variable the constraint that set its lower bound, −1 where it is the plain 0.
        cap_by: Likewise for the upper bound, −1 without one.
        constraints: All constraints; rows and bounds point at them.
        matrix: One line a row.
        row_lower: Least values, `-inf` allowed.
        row_upper: Greatest values, `inf` allowed; equal to `row_lower` for an equation.
        row_of: The constraint of each row.
        row_label: What tells rows of one constraint apart: a group, a pair of codes; may be empty.
        pool_row: The row of the pot.
        least_if_any: For each variable the least amount if any at all (a minimum award), 0 without; integer.
        most_recipients: At most so many variables above 0, `None` without; integer.
    """

    labels: tuple[str, ...]
    lower: Floats
    upper: Floats
    floor_by: NDArray[np.intp]
    cap_by: NDArray[np.intp]
    constraints: tuple[Constraint, ...]
    matrix: csr_array
    row_lower: Floats
    row_upper: Floats
    row_of: NDArray[np.intp]
    row_label: tuple[str, ...]
    pool_row: int
    least_if_any: Floats | None = None
    most_recipients: int | None = None

    @property
    def size(self) -> int:
        return len(self.labels)

    @property
    def pool(self) -> float:
        """The pot: the greatest amount that may be given out."""
        return float(self.row_upper[self.pool_row])

    @property
    def row_price(self) -> Floats:
        """The price of each row, `inf` where it is hard."""
        prices = np.asarray([np.inf if one.price is None else one.price for one in self.constraints])
        return prices[self.row_of]

    @property
    def is_integer(self) -> bool:
        return self.least_if_any is not None or self.most_recipients is not None


@dataclass(frozen=True)
class LeastSquares:
    """Minimise ½ Σ weight · (x − target)²."""

    target: Floats
    weight: Floats


@dataclass(frozen=True)
class LeastDeviation:
    """Minimise Σ weight · |x − target|."""

    target: Floats
    weight: Floats


@dataclass(frozen=True)
class GreatestCoverage:
    """Lexicographic max–min of (own + x) / need: raise the least covered first. need > 0.

    `enough` is the coverage beyond which a later objective may decide (1 for "cover the gaps first").
    """

    own: Floats
    need: Floats
    enough: float = math.inf


@dataclass(frozen=True)
class LeastDisparity:
    """Least spread of v = (own + x) / size.

    `range` is the greatest less the least v, `mean_deviation` is Σ size·|v − v̄| / Σ size.
    """

    own: Floats
    size: Floats
    measure: Literal["range", "mean_deviation"]


@dataclass(frozen=True)
class LeastCost:
    """Least Σ x with own + x >= coverage · need for each recipient."""

    own: Floats
    need: Floats
    coverage: float


Objective: TypeAlias = LeastSquares | LeastDeviation | GreatestCoverage | LeastDisparity | LeastCost


@dataclass(frozen=True)
class Solution:
    """An answer of one route, checked.

    Attributes:
        amounts: `x`.
        value: The objective, prices of broken constraints included.
        route: The route that found it.
        row_price: Shadow price of each row: what one unit more of its binding side would change `value` by
            (0 where it does not bind; `nan` where the route has none, as with integers).
        bound_price: Shadow price of the bound that holds a variable, likewise.
        broken: For each row by how much a priced constraint is broken (positive: above, negative: below).
        gap: Relative gap between `value` and the best bound proved; `nan` where the route proves none.
        levels: For max–min: the coverage of each variable's own level.
        reached: The value of each objective in their order; the last is `value`.
        held: Where an earlier objective and no bound of the problem's own fixes a variable.
    """

    amounts: Floats
    value: float
    route: Route
    row_price: Floats
    bound_price: Floats
    broken: Floats
    gap: float
    levels: Floats | None = None
    notes: tuple[Text, ...] = field(default=())
    reached: tuple[float, ...] = ()
    held: NDArray[np.bool_] | None = None
