"""Vectors in and out of the division functions: lists, arrays or Series, checked and named by county."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transfer_calc.issues import AllocationError, Collector, Place, UsageError
from transfer_calc.text import Text

if TYPE_CHECKING:
    import pandas as pd

Floats: TypeAlias = NDArray[np.float64]
Vector: TypeAlias = "ArrayLike | Sequence[float] | pd.Series[Any]"

CLAIM = Text("依据", "claim")

MOST_NAMED = 20
"""How many counties one kind of problem names; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Division:
    """A pot divided.

    Attributes:
        amounts: One amount a county, of the kind the claim had: list, array or Series.
        multiplier: The one figure that solves the division.
        binding: For each county `""` (free), `"floor"` or `"cap"`; of the same kind as `amounts`.
    """

    amounts: Any
    multiplier: float
    binding: Any


@dataclass(frozen=True, slots=True)
class Shape:
    """How a vector was given, so that the answer can be given alike."""

    size: int
    labels: tuple[str, ...] | None
    restore: Callable[[NDArray[Any]], Any]
    index: Any = None

    @property
    def order(self) -> NDArray[np.intp]:
        """The rows by their labels, numbers by size and codes by their text; as they are without labels."""
        if self.labels is None:
            return np.arange(self.size)
        numbers = getattr(self.index, "dtype", None) is not None and self.index.dtype.kind in "iu"
        return np.argsort(np.asarray(self.index if numbers else self.labels), kind="stable")

    def place(self, position: int, name: str) -> Place:
        label = str(position) if self.labels is None else self.labels[position]
        return Place(code=label, name=name)


def shape_of(values: Vector) -> Shape:
    """Remember the kind, the length and the labels of a vector."""
    index = getattr(values, "index", None)
    if index is not None and not callable(index):
        kind: Any = type(values)
        labels = tuple(str(label) for label in index)
        return Shape(len(index), labels, lambda array: kind(array, index=index), index)
    size = np.asarray(values).size
    if isinstance(values, np.ndarray):
        return Shape(size, None, lambda array: array)
    return Shape(size, None, lambda array: array.tolist())


def column(values: Any, shape: Shape, name: Text, problems: Collector, *, infinite: bool = False) -> Floats:
    """A vector as doubles, aligned with the claim; a single figure stands for every county.

    Raises:
        UsageError: If lengths or labels do not match.
    """
    labels = getattr(values, "index", None)
    if labels is not None and not callable(labels) and not _same(labels, shape.index):
        own = tuple(str(label) for label in labels)
        if shape.labels is not None and own != shape.labels:
            if sorted(own) != sorted(shape.labels) or len(set(own)) < len(own):
                raise UsageError(f"{name.en}: the labels differ from those of the claim")
            position = {label: place for place, label in enumerate(own)}
            values = np.asarray(values)[[position[label] for label in shape.labels]]
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 0:
        array = np.full(shape.size, float(array))
    if array.shape != (shape.size,):
        raise UsageError(f"{name.en}: {array.size} values for {shape.size} counties")
    bad = np.isnan(array) if infinite else ~np.isfinite(array)
    report(
        problems, "TC506", np.flatnonzero(bad), shape, name.zh, lambda i: {"what": name, "value": array[i]}
    )
    return array


def _same(labels: Any, others: Any) -> bool:
    """Whether two indexes are one, found without a look at every label where that is possible."""
    if labels is others:
        return True
    return type(labels) is type(others) and hasattr(labels, "equals") and bool(labels.equals(others))


def check_pool(pool: float, problems: Collector) -> None:
    """A pool is a finite figure, not negative."""
    if not math.isfinite(pool):
        problems.add("TC506", what=Text("资金总额", "pool"), value=pool)
    elif pool < 0:
        problems.add("TC507", value=f"{pool:.12g}")


def check_claims(claims: Floats, shape: Shape, problems: Collector) -> None:
    """Claims are not negative."""
    report(
        problems,
        "TC505",
        np.flatnonzero(claims < 0),
        shape,
        CLAIM.zh,
        lambda i: {"value": f"{claims[i]:.12g}"},
    )


def report(
    problems: Collector,
    code: str,
    positions: NDArray[np.intp],
    shape: Shape,
    name: str,
    details: Callable[[int], dict[str, object]],
) -> None:
    """Add one issue for each position, the first few by name."""
    for position in positions[:MOST_NAMED]:
        problems.add(code, shape.place(int(position), name), **details(int(position)))
    if len(positions) > MOST_NAMED:
        problems.add("TC407", Place(name=name), count=len(positions) - MOST_NAMED)


def stop_if_any(problems: Collector) -> None:
    """Raise what was found, if anything was."""
    if problems.errors:
        raise AllocationError(problems.issues)
