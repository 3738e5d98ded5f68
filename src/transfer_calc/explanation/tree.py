"""An explanation as data: a tree of figures, each with what it was made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from transfer_calc.issues import UsageError
from transfer_calc.language.nodes import (
    Expression,
)
from transfer_calc.language.written import Figure
from transfer_calc.method.model import Evidence
from transfer_calc.text import Text, choose_language

Kind: TypeAlias = Literal[
    "allocation", "step", "solve", "aggregate", "input", "parameter", "table", "pool", "multiplier", "entered"
]
Part: TypeAlias = Expression | str
"""What a formula reads: a name, or an aggregate, a look-up or a bracket reading inside it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to know about a figure; `report.explanation` has the words for each `key`."""

    key: str
    value: Figure | None = None
    unit: str = "1"
    text: str = ""
    words: Text | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as written, and with the figures of this county in it; `part` is that of a solve step."""

    part: str
    text: str
    inserted: Text
    node: Expression


@dataclass(frozen=True, slots=True)
class Subject:
    """What is explained: the county, the method, the date, and the labels of all names in formulas."""

    code: str
    unit_name: str
    method: str
    title: Text
    document: Text
    on: dt.date
    notice: str | None
    labels: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Explanation:
    """One figure and what it came from.

    Attributes:
        name: Its name in the method; of an aggregate or look-up its formula.
        kind: What it is.
        unit: Its unit; 1 for a plain number, empty where the parts of a formula leave it open.
        value: The figure for this county, `None` where it has none of its own.
        formulas: None for what is given, one for a step, up to four for a solve step.
        since: From when the step or the value has been in force.
        evidence: Its own grade.
        weakest: The weakest grade on the way, which `because` has.
        place: The cell that it was read from, such as `数据!E31`.
        again: It has been explained further up; nothing of that is repeated.
        subject: Of the topmost figure only.
    """

    name: str
    title: Text
    kind: Kind
    value: Figure | None
    unit: str
    formulas: tuple[Formula, ...] = ()
    facts: tuple[Fact, ...] = ()
    cite: str | None = None
    document: Text | None = None
    since: dt.date | None = None
    evidence: Evidence | None = None
    weakest: Evidence | None = None
    because: str | None = None
    place: str | None = None
    again: bool = False
    children: tuple[Explanation, ...] = ()
    subject: Subject | None = field(default=None, repr=False)

    def _repr_html_(self) -> str:
        from transfer_calc.report.explanation import as_html  # noqa: PLC0415 — only in a notebook

        return as_html(self, choose_language(None))


class UnknownError(UsageError):
    """There is no such county or no such figure; `text` says so in both languages."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)
