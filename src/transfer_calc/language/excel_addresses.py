"""What a workbook tells the Excel reading: where the figures stand; and what comes back.

A formula of a row is one text for all rows: the number of the row is left open (`ROW`) and filled in by
`ExcelFormula.at`, so that a method is written once and not once for every county.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from transfer_calc.language.check import Level, Scope
from transfer_calc.language.nodes import Aggregate, Expression

ROW = "\ue000"
"""Stands for the number of a row. A private character: no formula of the language can hold it."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a figure stands.

    Attributes:
        cell: For this row, such as `数据!$E` + `ROW`; for a single figure its named cell.
        column: All its figures, such as `数据!$E$5:$E$92`; the same as `cell` for a single figure.
    """

    cell: str
    column: str


@dataclass(frozen=True, slots=True)
class GroupPlace:
    """A group column.

    Attributes:
        member: The label in the row of a county.
        key: The label in the row of a group, where the figures of groups stand.
        exact: Excel's own way of comparing would mix labels up; see `needs_exact`.
    """

    member: Reference
    key: Reference
    exact: bool = False


@dataclass(frozen=True, slots=True)
class TablePlace:
    """A look-up table as a list: one range of texts for each key, and the range of figures beside them.

    With `by_prefix` the texts stand in order of their length: the last one that fits is the longest.
    """

    keys: tuple[str, ...]
    figures: str
    exact: bool = False
    by_prefix: bool = False


@dataclass(frozen=True, slots=True)
class SchedulePlace:
    """A bracket table.

    Attributes:
        starts: Range of the starts, ascending.
        rates: Range of the rates.
        rises: Range of each rate less the rate before it (the first: the rate itself). Excel can sum
            over brackets with it without an array formula.
        inclusive: `from` or `to`: which bracket a value equal to a start belongs to.
    """

    starts: str
    rates: str
    rises: str
    inclusive: str


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where everything stands that a formula may name.

    Attributes:
        scope: The kinds and levels of the names.
        figures: Inputs, parameters, steps, multipliers, the pool.
        codes: The codes of the counties. They break ties, compared with `<`: digits, or numbers.
        groups: Group columns.
        tables: Look-up tables.
        schedules: Bracket tables.
        factors: The named cells of the whole numbers that units are converted by.
        reserve: Finds a place for a helper, given its name and its level.
    """

    scope: Scope
    figures: Mapping[str, Reference]
    codes: Reference
    reserve: Callable[[str, Level], Reference]
    groups: Mapping[str, GroupPlace]
    tables: Mapping[str, TablePlace]
    schedules: Mapping[str, SchedulePlace]
    factors: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of a county's group stand before it in a ranking: strictly, at least as well, or by code."""

    ranking: Aggregate
    relation: Literal["better", "at_least", "tied_before"]


Meaning: TypeAlias = Expression | Counted
"""What a helper computes, so that numpy can say its value."""


@dataclass(frozen=True, slots=True)
class Helper:
    """A column (or a group's or a single cell) that a formula is built on.

    Attributes:
        name: The name that its place was reserved under.
        level: One for all, for each group, for each county.
        text: Its formula, without `=`, with `ROW` left open.
        node: What it shows, for its heading; `None` for a yes/no that only guards other cells.
        meaning: What it computes, on every row: 0 or no where it is not wanted.
    """

    name: str
    level: Level
    text: str
    node: Expression | None
    meaning: Meaning

    def at(self, row: int | None = None) -> str:
        """The formula of one row, with `=`."""
        return _at(self.text, row)


@dataclass(frozen=True, slots=True)
class ExcelFormula:
    """A formula in Excel's language; `helpers` stand in the order in which they build on each other."""

    text: str
    helpers: tuple[Helper, ...]

    def at(self, row: int | None = None) -> str:
        """The formula of one row, with `=`."""
        return _at(self.text, row)


def _at(text: str, row: int | None) -> str:
    return "=" + (text if row is None else text.replace(ROW, str(row)))


def needs_exact(labels: Iterable[str]) -> bool:
    """Whether SUMIF, MATCH and `=` could mix these labels up.

    They take `*`, `?` and `~` for wildcards, a leading `<`, `>` or `=` for a comparison, "A" for "a", and
    SUMIF takes "01" for 1. Such labels are compared by EXACT, which is slower and harder to read.
    """
    seen: set[str | float] = set()
    for label in labels:
        if not label or len(label) > 200 or label[0] in "<>=" or any(char in "*?~" for char in label):
            return True
        # "nan" and "inf" are texts to Excel, but to call them numbers costs no more than speed.
        plain: str | float = label.casefold().strip()
        try:
            plain = float(plain)
        except ValueError:
            if any(char.isdigit() for char in label) and not any(char.isalpha() for char in label):
                return True  # "1-2" is a date, "5%" and "1/2" are numbers to Excel
        if plain in seen:
            return True
        seen.add(plain)
    return False
