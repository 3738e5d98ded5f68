"""Divide transfer payments by legal formula: cited methods, exact sums, every figure explained.

The front door:

    import transfer_calc as tc

    method = tc.load_method("cn/model/equalization-county")
    panel = tc.read_panel("examples/gansu-demo.xlsx", method)
    result = tc.calculate(method, panel)
    result.table

Names are imported when first used, so that `import transfer_calc` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from transfer_calc._version import __version__

if TYPE_CHECKING:
    from transfer_calc import allocation
    from transfer_calc.budget.answer import Allocation
    from transfer_calc.budget.model import Budget, load_budget
    from transfer_calc.calculation.calculate import calculate
    from transfer_calc.calculation.result import Result
    from transfer_calc.issues import (
        AllocationError,
        CalculationError,
        DataError,
        Issue,
        IssuesError,
        MethodError,
        TransferCalcError,
        UsageError,
    )
    from transfer_calc.method.library import load_method
    from transfer_calc.method.load import Method
    from transfer_calc.panel.beside import EnteredAmount
    from transfer_calc.panel.doubts import doubts
    from transfer_calc.panel.layout import Layout, load_layout
    from transfer_calc.panel.panel import Panel, read_panel
    from transfer_calc.workbook.audit import audit
    from transfer_calc.workbook.mark import mark
    from transfer_calc.workbook.template import write_template

_HOMES = {
    "Allocation": "transfer_calc.budget.answer",
    "Budget": "transfer_calc.budget.model",
    "load_budget": "transfer_calc.budget.model",
    "calculate": "transfer_calc.calculation.calculate",
    "Result": "transfer_calc.calculation.result",
    "AllocationError": "transfer_calc.issues",
    "CalculationError": "transfer_calc.issues",
    "DataError": "transfer_calc.issues",
    "Issue": "transfer_calc.issues",
    "IssuesError": "transfer_calc.issues",
    "MethodError": "transfer_calc.issues",
    "TransferCalcError": "transfer_calc.issues",
    "UsageError": "transfer_calc.issues",
    "load_method": "transfer_calc.method.library",
    "Method": "transfer_calc.method.load",
    "EnteredAmount": "transfer_calc.panel.beside",
    "doubts": "transfer_calc.panel.doubts",
    "Layout": "transfer_calc.panel.layout",
    "load_layout": "transfer_calc.panel.layout",
    "Panel": "transfer_calc.panel.panel",
    "read_panel": "transfer_calc.panel.panel",
    "audit": "transfer_calc.workbook.audit",
    "mark": "transfer_calc.workbook.mark",
    "write_template": "transfer_calc.workbook.template",
}

__all__ = [
    "Allocation",
    "AllocationError",
    "Budget",
    "CalculationError",
    "DataError",
    "EnteredAmount",
    "Issue",
    "IssuesError",
    "Layout",
    "Method",
    "MethodError",
    "Panel",
    "Result",
    "TransferCalcError",
    "UsageError",
    "__version__",
    "allocation",
    "audit",
    "calculate",
    "doubts",
    "load_budget",
    "load_layout",
    "load_method",
    "mark",
    "read_panel",
    "write_template",
]


def __getattr__(name: str) -> Any:
    if name == "allocation":
        return import_module("transfer_calc.allocation")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
