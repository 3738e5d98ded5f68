"""Which rows of a formula failed, and which part of it: found only after something has failed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transfer_calc.language.check import ALL, COUNTY, Level
from transfer_calc.language.nodes import Aggregate, Arithmetic, Conditional, Expression, children
from transfer_calc.language.reading import InnerError, UndefinedError, read, strictly
from transfer_calc.language.world import Array, World

MAX_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong in a formula, for one row (`None`: for all)."""

    row: int | None
    code: str
    node: Expression
    details: tuple[tuple[str, object], ...] = ()


class FaultyError(Exception):
    """A formula could not be computed for some rows; at most `MAX_FAULTS` are named."""

    def __init__(self, faults: list[Fault], more: int = 0) -> None:
        self.faults = faults
        self.more = more
        super().__init__(f"{len(faults) + more} faults")


def faulty(
    error: FloatingPointError | InnerError, node: Expression, world: World, level: Level
) -> FaultyError:
    """The rows behind an error that a reading of `node` raised."""
    if isinstance(error, InnerError):
        return FaultyError(*find_faults(error.node, world, COUNTY, among=error.among))
    return FaultyError(*find_faults(node, world, level))


def find_faults(
    node: Expression, world: World, level: Level, among: Array | None = None
) -> tuple[list[Fault], int]:
    """Find the rows that have no value, by halving.

    Returns:
        The first rows with the part that fails, and how many more there are.
    """
    if level == ALL:
        return [_fault(None, node, world, level)], 0
    count = world.rows if level == COUNTY else len(world.groups[str(level.group)].labels)
    numbers = np.arange(count) if among is None else among
    reading = read(node, world, level)
    faults: list[Fault] = []
    more = 0
    waiting = [(0, numbers.size)]
    while waiting:
        start, stop = waiting.pop()
        try:
            with strictly():
                reading(numbers[start:stop])
        except FloatingPointError:
            if stop - start > 1:
                middle = (start + stop) // 2
                waiting += [(middle, stop), (start, middle)]
            elif len(faults) < MAX_FAULTS:
                faults.append(_fault(int(numbers[start]), node, world, level))
            else:
                more += 1
                if more >= 10 * MAX_FAULTS:
                    break
    return faults, more


def _fault(row: int | None, node: Expression, world: World, level: Level) -> Fault:
    """Name the innermost part of a formula that fails for one row, in the branch that the row takes."""
    rows = slice(None) if row is None else slice(row, row + 1)

    def failure(part: Expression) -> FloatingPointError | None:
        try:
            with strictly():
                read(part, world, level)(rows)
        except FloatingPointError as error:
            return error
        except InnerError:
            return FloatingPointError()
        return None

    part, error = node, failure(node)
    while True:
        below = children(part)
        if isinstance(part, Conditional) and failure(part.test) is None:
            with strictly():
                taken = bool(np.all(read(part.test, world, level)(rows)))
            below = (part.yes if taken else part.no,)
        elif isinstance(part, Aggregate):
            below = ()  # computed over all units, not for this row
        inner = next((child for child in below if failure(child) is not None), None)
        if inner is None:
            break
        part, error = inner, failure(inner)
    if isinstance(error, UndefinedError):
        return Fault(row, error.code, part, tuple(error.details.items()))
    if isinstance(part, Arithmetic) and part.operator == "/":
        with np.errstate(all="ignore"):
            divisor = read(part.right, world, level)(rows)
        if np.all(divisor == 0):
            return Fault(row, "TC401", part.right)
    return Fault(row, "TC403" if "overflow" in str(error) else "TC402", part)
