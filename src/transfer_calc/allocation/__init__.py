"""Dividing a fixed pot: pure functions of arrays, which know nothing of methods or tables."""

from transfer_calc.allocation.levels import level_up
from transfer_calc.allocation.proportion import proportional
from transfer_calc.allocation.rules import equal_awards, equal_losses, talmud
from transfer_calc.allocation.settlement import settle
from transfer_calc.allocation.vectors import Division
from transfer_calc.issues import AllocationError

__all__ = [
    "AllocationError",
    "Division",
    "equal_awards",
    "equal_losses",
    "level_up",
    "proportional",
    "settle",
    "talmud",
]
