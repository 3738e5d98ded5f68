"""The Excel reading of the functions that look at many counties.

Everything is a plain formula of Excel 2010: no array formulas, no MAXIFS. What a `where` leaves out stands
as 0 in a helper column beside a column of 1 (takes part) and 0, so that sums and counts need no condition.
A criterion such as `">"&E5` is avoided: it passes through a text of 15 digits and misses near ties.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, Protocol

from transfer_calc.language.aggregate import PER_COUNTY
from transfer_calc.language.check import ALL, COUNTY, Level
from transfer_calc.language.excel_addresses import Addresses, Counted, Reference
from transfer_calc.language.nodes import Aggregate, Arithmetic, Expression


class Desk(Protocol):
    """What an aggregate needs from the writer of the formula around it."""

    @property
    def addresses(self) -> Addresses:
        """Where everything stands."""

    def column(self, node: Expression, where: Expression | None) -> Reference:
        """A whole column of a formula: itself if it is a name, else a helper; 0 outside `where`."""

    def taking_part(self, where: Expression) -> Reference:
        """A column of 1 and 0."""

    def aside(self, text: str, meaning: Counted) -> str:
        """A cell in the row of a county for a part of an aggregate that would make it too long."""

    def figure(self, node: Aggregate, level: Level) -> str:
        """An aggregate's figure as seen from a row of `level`."""


def own_level(node: Aggregate) -> Level:
    """The level on which an aggregate is computed."""
    if node.function in PER_COUNTY:
        return COUNTY
    return ALL if node.by is None else Level("group", node.by)


def write_aggregate(node: Aggregate, desk: Desk) -> str:
    """An aggregate as a formula of its own level: at most a product or quotient outside of functions."""
    match node.function:
        case "total":
            return _sum(node, desk.column(node.arguments[0], node.where), desk)
        case "count":
            return _count(node, desk)
        case "mean":
            return _mean(node, desk)
        case "weighted_mean":
            return _weighted_mean(node, desk)
        case "largest" | "smallest":
            return _extreme(node, desk)
        case "std":
            return _std(node, desk)
        case "rank":
            return _among(node, _rank(node, desk), desk)
        case "share":
            whole = desk.figure(replace(node, function="total"), COUNTY)
            return _among(node, f"{desk.column(node.arguments[0], node.where).cell}/{whole}", desk)
        case _:
            spread = desk.figure(replace(node, function="std"), COUNTY)
            return _among(node, f"{desk.column(_apart(node), node.where).cell}/{spread}", desk)


def _members(node: Aggregate, desk: Desk) -> str | None:
    """TRUE for the counties of this row's group, as a factor inside SUMPRODUCT."""
    if node.by is None:
        return None
    group = desk.addresses.groups[node.by]
    key = group.member.cell if own_level(node) == COUNTY else group.key.cell
    return f"EXACT({group.member.column},{key})" if group.exact else f"({group.member.column}={key})"


def _sum(node: Aggregate, values: Reference, desk: Desk) -> str:
    if node.by is None:
        return f"SUM({values.column})"
    group = desk.addresses.groups[node.by]
    if group.exact:
        return f"SUMPRODUCT({_members(node, desk)}*{values.column})"
    return f"SUMIF({group.member.column},{group.key.cell},{values.column})"


def _count(node: Aggregate, desk: Desk) -> str:
    if node.where is not None:
        return _sum(node, desk.taking_part(node.where), desk)
    if node.by is None:
        return f"ROWS({desk.addresses.codes.column})"
    group = desk.addresses.groups[node.by]
    if group.exact:
        return f"SUMPRODUCT(--{_members(node, desk)})"
    return f"COUNTIF({group.member.column},{group.key.cell})"


def _size(node: Aggregate, desk: Desk) -> str:
    """How many take part, in a cell of its own."""
    return desk.figure(replace(node, function="count", arguments=(), options=()), own_level(node))


def _mean(node: Aggregate, desk: Desk) -> str:
    values = desk.column(node.arguments[0], node.where)
    if node.by is None and node.where is None:
        return f"AVERAGE({values.column})"
    return f"{_sum(node, values, desk)}/{_count(node, desk)}"


def _weighted_mean(node: Aggregate, desk: Desk) -> str:
    values, weights = (desk.column(argument, node.where) for argument in node.arguments)
    return f"{_products(node, [values.column, weights.column], desk)}/{_sum(node, weights, desk)}"


def _products(node: Aggregate, columns: list[str], desk: Desk) -> str:
    members = _members(node, desk)
    return f"SUMPRODUCT({'*'.join([*([members] if members else []), *columns])})"


def _extreme(node: Aggregate, desk: Desk) -> str:
    values = desk.column(node.arguments[0], node.where)
    if node.by is None and node.where is None:
        return f"{'MAX' if node.function == 'largest' else 'MIN'}({values.column})"
    # MAXIFS is younger than 2010, and LibreOffice has no AGGREGATE over computed lists. So: the value at
    # the first place. Dividing by how many there are, at most one, makes an error of nobody.
    order = "descending" if node.function == "largest" else "ascending"
    ranking = replace(node, function="rank", options=(("order", order), ("ties", "code")))
    first = f"({desk.column(ranking, node.where).column}=1)"
    return f"{_products(node, [first, values.column], desk)}/MIN({_size(node, desk)},1)"


def _apart(node: Aggregate) -> Arithmetic:
    """How far each county is from the mean."""
    return Arithmetic("-", node.arguments[0], replace(node, function="mean", options=()))


def _std(node: Aggregate, desk: Desk) -> str:
    apart = desk.column(_apart(node), node.where).column
    size = _size(node, desk)
    # Divided by the size first: with nobody this is an error and not the root of 0 / -1.
    sample = f"*{size}/({size}-1)" if dict(node.options)["kind"] == "sample" else ""
    return f"SQRT({_products(node, [apart, apart], desk)}/{size}{sample})"


def _rank(node: Aggregate, desk: Desk) -> str:
    options = dict(node.options)
    values = desk.column(node.arguments[0], node.where)
    sign, flag = (">", 0) if options["order"] == "descending" else ("<", 1)
    if node.by is None and node.where is None and options["ties"] == "same":
        return f"RANK({values.cell},{values.column},{flag})"
    part = [] if node.where is None else [desk.taking_part(node.where).column]

    def how_many(relation: Literal["better", "at_least", "tied_before"], *conditions: str) -> str:
        factors = [*part, *(f"({condition})" for condition in conditions)]
        # A product turns TRUE and FALSE into 1 and 0; where there is nothing else to multiply, 1 does.
        alone = len(factors) == 1 and node.by is None
        text = _products(node, [*factors, "1"] if alone else factors, desk)
        return text if alone else desk.aside(text, Counted(node, relation))

    better = how_many("better", f"{values.column}{sign}{values.cell}")
    match options["ties"]:
        case "same":
            return f"(1+{better})"
        case "average":
            # The mean of the first and the last place of those that are equal.
            at_least = how_many("at_least", f"{values.column}{sign}={values.cell}")
            return f"AVERAGE(1+{better},{at_least})"
        case _:
            codes = desk.addresses.codes
            equal = how_many("tied_before", f"{values.column}={values.cell}", f"{codes.column}<{codes.cell}")
            return f"(1+{better}+{equal})"


def _among(node: Aggregate, text: str, desk: Desk) -> str:
    """Undefined for a county that takes no part: dividing by its 0 says so without an IF."""
    return text if node.where is None else f"{text}/{desk.taking_part(node.where).cell}"
