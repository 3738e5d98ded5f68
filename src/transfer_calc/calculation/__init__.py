"""A method applied to a table: settings, steps, division, settlement, promises, result."""

from transfer_calc.calculation.calculate import calculate
from transfer_calc.calculation.result import Result

__all__ = ["Result", "calculate"]
