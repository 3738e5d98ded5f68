"""From exact amounts to what is paid: whole units of money inside the bounds, adding up to the pot."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from transfer_calc.allocation import AllocationError, settle
from transfer_calc.allocation.settlement import DECIMALS
from transfer_calc.calculation.settings import Settings
from transfer_calc.calculation.steps import Computed
from transfer_calc.issues import Collector, Issue, Place
from transfer_calc.method.load import Method
from transfer_calc.panel.panel import Panel
from transfer_calc.rounding import round_half_up
from transfer_calc.units import plain, ratio


@dataclass(frozen=True, slots=True)
class Payment:
    """What is paid.

    Attributes:
        allocation: `int64`, in the settle unit, one a county.
        unit: The settle unit.
        total: Its sum, in the settle unit.
        exact: The amounts before settlement, in the settle unit.
        floor: Least amounts in the settle unit, `None` without.
        cap: Greatest amounts likewise.
    """

    allocation: NDArray[np.int64]
    unit: str
    total: int
    exact: NDArray[np.float64]
    floor: NDArray[np.float64] | None
    cap: NDArray[np.float64] | None


def pot(method: Method, settings: Settings) -> int | None:
    """The sum that the payments must have, in the settle unit; `None` where only entitlements exist.

    Without a pool there is nothing to close, and with the closing step switched off nothing closes it.
    A method that promises a zero sum has a pot of 0: what some pay, others receive.
    """
    pays = method.file.pays
    if pays is None or not settings.is_active(pays.amount):
        return None
    if pays.pool is None:
        return 0 if "zero_sum" in method.file.promises else None
    if settings.pool is None:
        return None
    return int(Fraction(settings.pool) * ratio(pays.pool.unit, pays.settle.unit))


def pay(
    method: Method,
    panel: Panel,
    settings: Settings,
    computed: Computed,
    by_hand: dict[int, float],
    problems: Collector,
) -> Payment | None:
    """Settle the paid step.

    Args:
        method: What is paid, and in which unit.
        panel: For the codes, which break ties.
        settings: The pool.
        computed: The exact amounts, with floors and caps where a solve step had them.
        by_hand: Rows whose amount was entered; settlement must not move them.
        problems: Takes one issue for each reason why the sum cannot be met.

    Returns:
        The payment; `None` where there is no pot, or no settlement.
    """
    pays = method.file.pays
    total = pot(method, settings)
    if pays is None or total is None:
        return None
    scale = float(ratio(method.file.steps[pays.amount].unit, pays.settle.unit))
    exact = np.asarray(computed.world.columns[pays.amount], dtype=np.float64) * scale
    floor, cap = computed.bounds.get(pays.amount, (None, None))
    floor = None if floor is None else floor * scale
    cap = None if cap is None else cap * scale
    if by_hand and floor is None:
        floor, cap = np.full(exact.size, -np.inf), np.full(exact.size, np.inf)
    if floor is not None and cap is None:
        cap = np.full(exact.size, np.inf)
    if cap is not None and floor is None:
        floor = np.full(exact.size, -np.inf)
    for row in by_hand:
        assert floor is not None
        assert cap is not None
        floor[row] = cap[row] = exact[row]
    try:
        allocation = settle(exact, total, **_whole_bounds(floor, cap), ties=panel.codes.tolist())
    except AllocationError as error:
        problems.extend(_named(found, panel, pays.amount) for found in error.issues)
        return None
    return Payment(allocation, plain(pays.settle.unit), total, exact, floor, cap)


def _whole_bounds(
    floor: NDArray[np.float64] | None, cap: NDArray[np.float64] | None
) -> dict[str, NDArray[np.float64] | None]:
    """Bounds for settlement, kept to the unit wherever that can be.

    Where floor and cap leave no whole unit between them (a minimum grant of 3,317,393.11 is both), the
    two whole numbers around them are allowed.
    """
    if floor is None or cap is None:
        return {"floor": floor, "cap": cap}
    floor, cap = round_half_up(floor, DECIMALS), round_half_up(cap, DECIMALS)
    none_between = np.ceil(floor) > np.floor(cap)
    return {
        "floor": np.where(none_between, np.floor(floor), floor),
        "cap": np.where(none_between, np.ceil(cap), cap),
    }


def _named(found: Issue, panel: Panel, step: str) -> Issue:
    code = found.place.code
    row = int(code) if code is not None and code.isdigit() else None
    own = Place() if row is None else panel.place(row)
    place = Place(code=own.code, unit_name=own.unit_name, name=step)
    return Issue(found.code, found.severity, place, found.message, found.hint)
