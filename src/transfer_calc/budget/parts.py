"""The small parts of a budget's form: numbers, names in two languages, pots, columns and figures."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from transfer_calc.method.form import FormError
from transfer_calc.method.model import NameOf, Part, Words
from transfer_calc.panel.cells import decimal_of

QUOTED = {"quoted": True}
"""The context of a file: there numbers are quoted texts, as in a method; in Python they may be numbers."""

Formula = Annotated[str, Field(min_length=1, max_length=2000)]
"""A formula of the formula language over the budget's inputs, parameters and figures."""


def _decimal(value: Any, info: ValidationInfo) -> Any:
    if (info.context or {}).get("quoted") and not isinstance(value, str):
        raise FormError(
            '数字要写成带引号的文字，如 "0.97"', 'write the number as a quoted text, such as "0.97"'
        )
    exact = decimal_of(value)
    if exact is None:
        raise FormError(f"「{value}」不是数字", f"“{value}” is not a number")
    return exact


_AS_TEXT = WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"})

Figure = Annotated[Decimal, BeforeValidator(_decimal), _AS_TEXT]
"""An exact decimal: a quoted text in a file, a number or a text in Python."""

Positive = Annotated[Figure, Field(gt=0)]
NotNegative = Annotated[Figure, Field(ge=0)]
Share = Annotated[Figure, Field(ge=0, le=1)]


def _amount(value: Any, info: ValidationInfo) -> Any:
    if isinstance(value, str) and decimal_of(value) is None:
        return value
    return _decimal(value, info)


Amount = Annotated[
    Decimal | str, BeforeValidator(_amount), WithJsonSchema({"type": "string", "minLength": 1})
]
"""An amount in the unit of the pot, or a formula for it."""


class Parameter(Part):
    """A figure that formulas may read; without `value` it is given at the run."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    unit: str = Field("1", min_length=1)
    value: Figure | None = None
    cite: str | None = None


class Derived(Part):
    """A figure computed from the inputs, under a name that other formulas may read."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    unit: str = Field("1", min_length=1)
    formula: Formula
    cite: str | None = None


class Pool(Part):
    """The one pot; without `amount` it is given at the run."""

    amount: NotNegative | None = None
    unit: str = Field(min_length=1, description="元, 万元, …; all amounts of the plan are in this unit.")
    spend: Literal["exact", "at_most"] = Field(description="exact: all of it; at_most: no more than it.")
    cite: str | None = None


class Pot(Part):
    """One of several pots."""

    id: NameOf
    name: Words
    amount: NotNegative
    spend: Literal["exact", "at_most"] = "exact"
    eligible: Formula | None = Field(None, description="Who may receive from it; everybody without.")
    target: Formula | None = Field(None, description="What this pot's formula gives.")
    cite: str | None = None


class Pots(Part):
    """Several pots at once.

    With `overlap: higher` a recipient that is eligible for several receives from one alone, the one whose
    formula gives it most (就高不就低、不重复); with `together` it receives from all of them.
    """

    unit: str = Field(min_length=1)
    overlap: Literal["higher", "together"]
    pots: tuple[Pot, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        ids = [pot.id for pot in self.pots]
        if len(set(ids)) < len(ids):
            raise FormError("两项资金的 id 相同", "two pots have the same id")
        if self.overlap == "higher" and any(pot.target is None for pot in self.pots):
            raise FormError(
                "就高不就低（overlap: higher）要有每项资金的 target",
                "overlap: higher needs the target of each pot",
            )
        return self


class MethodTarget(Part):
    """The target is a step of a method, computed on the same table."""

    method: str = Field(min_length=1, description="Id of a method, or the path of its file.")
    step: str | None = Field(None, min_length=1, description="The step that is the target.")
    formula: Formula | None = Field(None, description="Instead of step: the target from what is taken.")
    take: dict[NameOf, str] = Field(
        default_factory=dict, description="Further steps of the method: name in the budget → step."
    )
    parameters: dict[str, Any] = Field(default_factory=dict)
    on: dt.date | None = Field(None, description="The date whose values apply; by default that of the run.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.step is None) == (self.formula is None):
            raise FormError("step 与 formula 要写其中一个", "give either step or formula")
        return self

    @property
    def steps(self) -> tuple[str, ...]:
        """Every step that is read."""
        return (*(() if self.step is None else (self.step,)), *self.take.values())


def _pool_or_pots(value: Any) -> str:
    """Which of the two is meant, so that a mistake is reported once and by its own form."""
    listed = "pots" in value if isinstance(value, dict) else isinstance(value, Pots)
    return "pots" if listed else "pool"


def _formula_or_method(value: Any) -> str:
    return "method" if isinstance(value, (dict, MethodTarget)) else "formula"


AnyPool = Annotated[Annotated[Pool, Tag("pool")] | Annotated[Pots, Tag("pots")], Discriminator(_pool_or_pots)]
AnyTarget = Annotated[
    Annotated[Formula, Tag("formula")] | Annotated[MethodTarget, Tag("method")],
    Discriminator(_formula_or_method),
]


class Settle(Part):
    """The smallest amount that is paid, and who gets the odd unit of equals."""

    unit: str = Field(min_length=1)
    ties: Literal["code"] = "code"
