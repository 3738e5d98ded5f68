"""What a budget aims at, as its file says it."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from transfer_calc.budget.parts import Formula, Positive
from transfer_calc.method.form import FormError
from transfer_calc.method.model import Part


class Deviation(Part):
    """What both deviations from the target share."""

    relative: bool = Field(False, description="Weight 1/target: a deviation counts in percent.")
    weights: Formula | None = None

    @model_validator(mode="after")
    def _one_weight(self) -> Self:
        if self.relative and self.weights is not None:
            raise FormError("relative 与 weights 只能写一个", "give relative or weights, not both")
        return self


class LeastSquares(Deviation):
    """Stay near the target: half the sum of the weighted squares is least."""

    kind: Literal["least_squares"]


class LeastDeviation(Deviation):
    """Stay near the target: the sum of the weighted absolute deviations is least."""

    kind: Literal["least_deviation"]


class GreatestCoverage(Part):
    """Raise the least covered first: (own + amount) / need, lexicographically."""

    kind: Literal["greatest_coverage"]
    own: Formula
    need: Formula
    up_to: Positive | None = Field(None, description="Coverage beyond this counts for nothing.")


class LeastDisparity(Part):
    """The least spread of (own + amount) / size."""

    kind: Literal["least_disparity"]
    own: Formula
    size: Formula
    measure: Literal["range", "mean_deviation"]


class LeastCost(Part):
    """The least money with which everybody reaches a coverage."""

    kind: Literal["least_cost"]
    own: Formula
    need: Formula
    coverage: Positive


AnyObjective: TypeAlias = Annotated[
    LeastSquares | LeastDeviation | GreatestCoverage | LeastDisparity | LeastCost, Field(discriminator="kind")
]
