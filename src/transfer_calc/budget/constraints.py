"""The constraints of a budget, as its file says them. Their formulas stand in `kinds.KINDS`."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from transfer_calc.budget.parts import Amount, Figure, Formula, Positive, Share
from transfer_calc.method.form import FormError
from transfer_calc.method.model import Part, Words


class Base(Part):
    """What every constraint has: a name, a citation, and whether it is hard or has a price."""

    name: Words | None = Field(None, description="What messages call it; made from its fields without.")
    cite: str | None = None


class Priced(Base):
    """A constraint that may be broken at a price."""

    hard: bool | None = None
    price: Positive | None = Field(
        None, description="What one broken unit of money costs, in units of the objective; hard without."
    )

    @model_validator(mode="after")
    def _hard_or_priced(self) -> Self:
        if self.hard is False and self.price is None:
            raise FormError("不是硬约束就要写 price", "a constraint that is not hard has a price")
        if self.hard and self.price is not None:
            raise FormError("hard 与 price 只能取一个", "a constraint is hard or has a price, not both")
        return self


class _Amounts(Priced):
    """An amount a recipient: `amount`, or `of × times`."""

    amount: Figure | None = Field(None, description="The same amount for each, in the unit of the pot.")
    of: Formula | None = Field(None, description="Last year, need, population, …: a column or a formula.")
    times: Figure | None = Field(None, description="A factor of `of`: 0.97 of last year, 500 元/人, …")
    unit: str = Field("1", min_length=1, description="The unit of times, such as 元/人.")
    where: Formula | None = Field(None, description="Whom it holds for; all without.")
    pot: str | None = Field(None, description="With several pots: the one it is about; all without.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.amount is None) == (self.of is None):
            raise FormError("amount 与 of 要写其中一个", "give either amount or of")
        if self.of is None and self.times is not None:
            raise FormError("times 要与 of 一起用", "times needs of")
        return self


class Floor(_Amounts):
    """No less than an amount."""

    kind: Literal["floor"]


class Cap(_Amounts):
    """No more than an amount."""

    kind: Literal["cap"]


class _OfGroup(Priced):
    """Whom a constraint on a sum is about: groups of a column, or a condition."""

    by: str | None = Field(None, description="A group column.")
    which: str | tuple[str, ...] | None = Field(
        None, description="The groups, each by itself; every group of the column without."
    )
    where: Formula | None = Field(None, description="A condition, instead of by or within its groups.")
    pot: str | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.by is None and self.where is None:
            raise FormError(
                "要写 by（分组列）或 where（条件）", "give by (a group column) or where (a condition)"
            )
        if self.which is not None and self.by is None:
            raise FormError("which 要与 by 一起用", "which needs by")
        return self


class Group(_OfGroup):
    """The sum of a group: its total, minimum, maximum, or share of what is paid out."""

    kind: Literal["group"]
    total: Amount | None = None
    min: Amount | None = None
    max: Amount | None = None
    min_share: Share | None = None
    max_share: Share | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        sums = (self.total, self.min, self.max)
        shares = (self.min_share, self.max_share)
        if all(each is None for each in (*sums, *shares)):
            raise FormError(
                "要写 total、min、max、min_share、max_share 之一",
                "give one of total, min, max, min_share, max_share",
            )
        if self.total is not None and any(each is not None for each in (*sums[1:], *shares)):
            raise FormError("total 不能与其他界限并用", "total stands alone")
        if any(each is not None for each in sums) and any(each is not None for each in shares):
            raise FormError("金额与占比请写成两条约束", "write amounts and shares as two constraints")
        return self


class Pattern(_OfGroup):
    """The share of a group stays within a band of its share last year (财力格局)."""

    kind: Literal["pattern"]
    last_year: Formula
    band: Share = Field(description="How far the share may move, as a share: 0.01 is one percentage point.")


class NoOvertaking(Priced):
    """Whoever needs less per head never gets more per head."""

    kind: Literal["no_overtaking"]
    need: Formula
    size: Formula | None = Field(
        None, description="Heads; without it amounts and needs are compared as they are."
    )
    where: Formula | None = None


class EqualTreatment(Priced):
    """Who is equal in the listed columns gets equal amounts, or equal amounts per head."""

    kind: Literal["equal_treatment"]
    columns: tuple[str, ...] = Field(min_length=1)
    size: Formula | None = None
    where: Formula | None = None


class Ceiling(Base):
    """The richest has at most so many times the resources per head of the poorest, after transfer."""

    kind: Literal["ceiling"]
    own: Formula
    size: Formula
    ratio: Figure = Field(ge=1)
    where: Formula | None = None


class PhaseIn(Priced):
    """In year k of N nobody moves further than k/N of the way to the target, and nobody back."""

    kind: Literal["phase_in"]
    last_year: Formula
    year: int = Field(ge=1)
    years: int = Field(ge=1)
    start: Literal["last_year_amount", "last_year_share"] = Field(
        description="Where the way begins: last year's amount, or last year's share of this year's pot."
    )

    @model_validator(mode="after")
    def _within(self) -> Self:
        if self.year > self.years:
            raise FormError("year 不能大于 years", "year may not exceed years")
        return self


class MinimumAward(Base):
    """Whoever gets anything gets at least this; whole decisions, so the problem becomes an integer one."""

    kind: Literal["minimum_award"]
    amount: Positive
    where: Formula | None = None


class AtMostRecipients(Base):
    """At most so many receive anything."""

    kind: Literal["at_most_recipients"]
    count: int = Field(ge=1)


AnyConstraint: TypeAlias = Annotated[
    Floor
    | Cap
    | Group
    | Pattern
    | NoOvertaking
    | EqualTreatment
    | Ceiling
    | PhaseIn
    | MinimumAward
    | AtMostRecipients,
    Field(discriminator="kind"),
]

__all__ = [
    "AnyConstraint", "AtMostRecipients", "Base", "Cap", "Ceiling", "EqualTreatment", "Floor", "Group",
    "MinimumAward", "NoOvertaking", "Pattern", "PhaseIn", "Priced",
]  # fmt: skip
