"""Totals that the table states of itself, compared with the units they can stand for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.issues import Collector
from transfer_calc.method.model import Input, MethodFile
from transfer_calc.panel.cells import text_of, total_of, without_spaces
from transfer_calc.panel.forms import read_number
from transfer_calc.panel.rows import Rows, Total
from transfer_calc.panel.table import Table
from transfer_calc.text import Text
from transfer_calc.units import measure, plain

Mask = NDArray[np.bool_]

_AVERAGED = frozenset({"length", "time", "temperature_difference"})
"""Kinds of which a total row often states an average: metres above the sea, months of heating."""


@dataclass(frozen=True, slots=True)
class _Stated:
    """A figure in a total row, and its column."""

    name: str
    entry: Input
    value: float
    cell: Any


def check_totals(
    table: Table,
    positions: Mapping[str, int],
    rows: Rows,
    codes: Sequence[str],
    columns: Mapping[str, NDArray[Any]],
    method: MethodFile,
    problems: Collector,
) -> None:
    """Warn where a stated total is not the sum of its units (TC244).

    Of the groups that a total can stand for, the one counts with which most of its figures agree: 小计
    may stand below its units or above them. Rates, flags and texts are not compared.
    """
    if not rows.totals or not codes:
        return
    groups = [
        columns[name] for name, entry in method.columns.items() if entry.kind == "group" and name in columns
    ]
    for number, total in enumerate(rows.totals):
        stated = list(_stated(table, positions, total, columns, method))
        if not stated:
            continue
        filled = [
            without_spaces(text_of(table.columns[positions[name]][total.row]))
            for name, entry in method.columns.items()
            if entry.kind == "group" and name in columns
        ]
        best: list[tuple[_Stated, float, int]] | None = None
        for members in _candidates(number, rows, codes, groups, filled):
            apart = [
                (figure, computed, int(members.sum()))
                for figure in stated
                if (computed := _sum(columns[figure.name], members, figure)) is not None
                if not _agree(figure, computed)
            ]
            if best is None or len(apart) < len(best):
                best = apart
        for figure, computed, count in best or ():
            problems.add(
                "TC244",
                table.cell(total.row, positions[figure.name]),
                label=total.word,
                column=Text(figure.entry.zh, figure.entry.en),
                stated=f"{figure.value:,.12g}",
                computed=f"{computed:,.12g}",
                apart=f"{figure.value - computed:+,.12g}",
                count=count,
            )


def _stated(
    table: Table,
    positions: Mapping[str, int],
    total: Total,
    columns: Mapping[str, NDArray[Any]],
    method: MethodFile,
) -> Any:
    """The figures of a total row that can be a sum."""
    for name in columns:
        entry = method.columns[name]
        unit = plain(entry.unit)
        if entry.kind != "number" or not _adds_up(unit):
            continue
        cell = table.columns[positions[name]][total.row]
        value = read_number(cell, unit).value
        if value is not None and math.isfinite(value):
            yield _Stated(name, entry, value, cell)


def _adds_up(unit: str) -> bool:
    """Whether figures of a unit can be added: no plain number, no share, nothing per anything."""
    kind = measure(unit).kind
    return len(kind) == 1 and kind[0][1] > 0 and "/" not in unit


def _candidates(
    number: int,
    rows: Rows,
    codes: Sequence[str],
    groups: Sequence[NDArray[Any]],
    filled: Sequence[str],
) -> list[Mask]:
    """The groups of units that a total can stand for, the likeliest first."""
    total = rows.totals[number]
    everyone = np.ones(len(codes), dtype=bool)
    if total.code:
        prefix = total.code[:2] if total.code.endswith("0000") else total.code[:4]
        under = np.asarray([code.startswith(prefix) for code in codes])
        if under.any():
            return [under]
    stem = total_of(total.word) or ""
    for column, own in zip(groups, filled, strict=True):
        # The group stands in its own column, or before the word: 兰州市 | 小计, 兰州市小计, 兰州小计.
        if own and (column == own).any():
            return [column == own]
        if stem:
            named = np.asarray([str(value).startswith(stem) for value in column])
            if named.any():
                return [named]
    before = [each.row for each in rows.totals[:number]]
    after = [each.row for each in rows.totals[number + 1 :]]
    above = (rows.units < total.row) & (rows.units > max(before, default=-1))
    below = (rows.units > total.row) & (rows.units < min(after, default=rows.units[-1] + 1))
    small = "小计" in total.word or "subtotal" in total.word.lower()
    order = [above, below, everyone] if small else [everyone, above, below]
    return [members for members in order if members.any()]


def _sum(values: NDArray[Any], members: Mask, figure: _Stated) -> float | None:
    """The sum of the members' figures; `None` where one is missing, or what is stated is an average."""
    picked = values[members].astype(np.float64)
    if not np.isfinite(picked).all():
        return None
    averaged = measure(figure.entry.unit).kind[0][0] in _AVERAGED
    if averaged and picked.min() <= figure.value <= picked.max():
        return None
    return math.fsum(picked.tolist())


def _agree(figure: _Stated, computed: float) -> bool:
    """Whether a total is the sum, to the last decimal it shows."""
    decimals = 0 if figure.value.is_integer() else -int(Decimal(repr(figure.value)).as_tuple().exponent)
    shown = 0.5 * 10.0**-decimals * (1 + 1e-9)
    return abs(figure.value - computed) <= max(shown, 1e-9 * abs(computed))
