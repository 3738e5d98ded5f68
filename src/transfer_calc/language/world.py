"""What a formula is computed on: columns, group figures, single figures, tables, and the row order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Value: TypeAlias = Any  # an Array along the rows, or one figure

BLOCK = 16_384
"""Rows computed at a time: 128 KiB a column, so that a formula's operands stay in the cache."""


@dataclass(frozen=True)
class Grouping:
    """A text column as numbers: `labels[codes[row]]` is the text of a row."""

    labels: tuple[str, ...]
    codes: NDArray[np.intp]

    @classmethod
    def of(cls, texts: Array) -> Grouping:
        labels, codes = np.unique(np.asarray(texts, dtype=str), return_inverse=True)
        return cls(tuple(str(label) for label in labels), codes.astype(np.intp).reshape(-1))

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """The rows, group by group."""
        return np.argsort(self.codes, kind="stable")

    @cached_property
    def bounds(self) -> NDArray[np.intp]:
        """Group `i` holds `order[bounds[i]:bounds[i + 1]]`."""
        return np.searchsorted(self.codes[self.order], np.arange(len(self.labels) + 1))


@dataclass(frozen=True, slots=True)
class Table:
    """A look-up table: figures by one or two text keys.

    With `by_prefix` a text is looked up by the longest key that it begins with.
    """

    name: str
    figures: Mapping[tuple[str, ...], float]
    by_prefix: bool = False

    def key(self, texts: tuple[str, ...]) -> tuple[str, ...] | None:
        """The key that answers to some texts, `None` without one."""
        if not self.by_prefix:
            return texts if texts in self.figures else None
        text = texts[0]
        return next(
            ((text[:size],) for size in range(len(text), 0, -1) if (text[:size],) in self.figures), None
        )


@dataclass(frozen=True, slots=True)
class Brackets:
    """A bracket table: from `starts[i]` on (up to the next start) the rate is `rates[i]`.

    `inclusive` is `from` where a value equal to a start belongs to the bracket that begins there,
    `to` where it still belongs to the bracket below.
    """

    name: str
    starts: NDArray[np.float64]
    rates: NDArray[np.float64]
    inclusive: str


@dataclass
class World:
    """The figures known so far; steps are added as they are computed.

    Attributes:
        codes: The code of each unit; breaks ties.
        columns: One figure a unit.
        by_group: For a name, its group column and one figure a group.
        single: One figure for all.
        unset: Figures for all that nobody gave, with the code and details of the issue that using one is.
            A branch that no unit takes may name one.
        groups: Group and other text columns.
        tables: Look-up tables by name.
        schedules: Bracket tables by name.
    """

    codes: NDArray[np.str_]
    columns: dict[str, Array] = field(default_factory=dict)
    by_group: dict[str, tuple[str, Array]] = field(default_factory=dict)
    single: dict[str, Value] = field(default_factory=dict)
    unset: Mapping[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    groups: dict[str, Grouping] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    schedules: dict[str, Brackets] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return len(self.codes)

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """Position of each row when rows are sorted by code."""
        places = np.empty(self.rows, dtype=np.intp)
        places[np.argsort(self.codes, kind="stable")] = np.arange(self.rows)
        return places

    def blocks(self) -> list[slice]:
        return [slice(start, min(start + BLOCK, self.rows)) for start in range(0, self.rows, BLOCK)]
