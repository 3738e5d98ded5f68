"""The outcome of a run: every step for every unit, single figures as single figures, and the allocation."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.calculation.evidence import Grade
from transfer_calc.calculation.payment import Payment
from transfer_calc.calculation.promises import Check
from transfer_calc.calculation.settings import Settings
from transfer_calc.calculation.steps import Computed
from transfer_calc.issues import Issue, UsageError
from transfer_calc.language.check import ALL
from transfer_calc.language.nodes import Number
from transfer_calc.method.load import Method
from transfer_calc.panel.beside import EnteredAmount
from transfer_calc.panel.panel import Panel
from transfer_calc.text import Text
from transfer_calc.units import plain

if TYPE_CHECKING:
    import pandas as pd

    from transfer_calc.explanation import Explanation

ALLOCATION = "allocation"
ALLOCATION_TITLE = Text("分配数", "Allocation")


@dataclass(frozen=True)
class Result:
    """What a run gave; made by `calculate`.

    Attributes:
        method: The method.
        panel: The table.
        settings: Date, pool, parameters and choices used, with their origins.
        computed: All figures.
        payment: The settled allocation; `None` where there are entitlements only.
        checks: The promises, each kept or not applicable.
        grades: The evidence of each step.
        entered: Amounts set by hand.
        issues: Warnings.
    """

    method: Method
    panel: Panel
    settings: Settings
    computed: Computed = field(repr=False)
    payment: Payment | None
    checks: tuple[Check, ...]
    grades: Mapping[str, Grade]
    entered: tuple[EnteredAmount, ...] = ()
    issues: tuple[Issue, ...] = ()

    @property
    def notice(self) -> str | None:
        """A remark that every output carries, such as 演示数据."""
        return self.panel.given.notice

    @property
    def pool(self) -> Decimal | None:
        """The pool, in the method's pool unit."""
        return self.settings.pool

    @cached_property
    def columns(self) -> dict[str, NDArray[Any]]:
        """One column a step that has a figure for each unit or group, in the order of the method."""
        world = self.computed.world
        found: dict[str, NDArray[Any]] = {}
        for step in self.settings.steps:
            if step.name in world.columns:
                found[step.name] = world.columns[step.name]
            elif step.name in world.by_group:
                group, figures = world.by_group[step.name]
                found[step.name] = figures[world.groups[group].codes]
            elif step.name in world.groups:
                grouping = world.groups[step.name]
                found[step.name] = np.asarray(grouping.labels)[grouping.codes]
        return found

    @cached_property
    def scalars(self) -> dict[str, float]:
        """The figures that are one for all: total steps and multipliers, in the order of the method."""
        found: dict[str, float] = {}
        for step in self.settings.steps:
            if step.planned.shape.level == ALL:
                value = self.computed.world.single[step.name]
                found[step.name] = bool(value) if isinstance(value, np.bool_) else float(value)
            if step.solve is not None and step.solve.multiplier is not None:
                found[step.solve.multiplier] = float(self.computed.world.single[step.solve.multiplier])
        return found

    @cached_property
    def headline(self) -> dict[str, float]:
        """The single figures worth showing first: not those that shared pieces work with, nor a plain 1."""
        plain_numbers = {step.name for step in self.settings.steps if isinstance(step.formula, Number)}
        hidden = plain_numbers | self.method.origins.keys()
        return {name: value for name, value in self.scalars.items() if name not in hidden}

    @cached_property
    def units(self) -> dict[str, str]:
        """The unit of every column and single figure."""
        found = {}
        for step in self.settings.steps:
            written = self.method.file.steps[step.name]
            found[step.name] = plain(written.unit)
            if written.solve is not None and written.solve.multiplier is not None:
                found[written.solve.multiplier.name] = plain(written.solve.multiplier.unit)
        if self.payment is not None:
            found[ALLOCATION] = self.payment.unit
        return found

    def label(self, name: str) -> Text:
        """The title of a column or single figure."""
        return ALLOCATION_TITLE if name == ALLOCATION else self.method.label(name)

    @property
    def table(self) -> pd.DataFrame:
        """One row a unit, indexed by code: name, every step, and last the allocation.

        A frame of its own each time: what is done to it does not change the result.
        `table.attrs` names the units, and the notice where there is one.
        """
        import pandas as pd  # noqa: PLC0415 — only where a table is asked for

        columns: dict[str, Any] = {"name": self.panel.names.tolist(), **self.columns}
        if self.payment is not None:
            columns[ALLOCATION] = self.payment.allocation
        table = pd.DataFrame(columns, index=pd.Index(self.panel.codes.tolist(), name="code"))
        table.attrs["units"] = self.units
        if self.notice:
            table.attrs["notice"] = self.notice
        return table

    @cached_property
    def sha256(self) -> str:
        """A hash of the outcome: codes, every figure, the allocation. Equal runs have equal hashes."""
        digest = hashlib.sha256()
        for code in self.panel.codes.tolist():
            digest.update(f"{code}\n".encode())
        for name, values in self.columns.items():
            digest.update(f"{name}\n".encode())
            digest.update(
                "\n".join(values.tolist()).encode() if values.dtype.kind == "U" else values.tobytes()
            )
        for name, value in self.scalars.items():
            digest.update(f"{name}={value!r}\n".encode())
        if self.payment is not None:
            digest.update(self.payment.allocation.tobytes())
        return digest.hexdigest()

    def explain(self, code: str, figure: str) -> Explanation:
        """Explain one figure of one county: the steps, clauses and cells that it came from.

        Args:
            code: The code of the county.
            figure: A step or another figure by its name or title; `allocation` for what is paid.

        Raises:
            UsageError: If there is no such county, or no such figure in this run.
        """
        from transfer_calc.explanation import explain  # noqa: PLC0415 — only where a reason is asked for

        return explain(self, code, figure)

    def to_excel(self, path: str | Path, *, command: str | None = None) -> None:
        """Write the workbook: results, parameters, sources, checks and the run record.

        Raises:
            DataError: If the file cannot be written (TC902).
            UsageError: If its name does not end in .xlsx.
        """
        from transfer_calc.workbook.write import write_result  # noqa: PLC0415 — only where a workbook is asked for

        if Path(path).suffix.lower() != ".xlsx":
            raise UsageError(f"a result workbook ends in .xlsx, not {Path(path).suffix or path}")
        write_result(self, Path(path), command=command)

    def __repr__(self) -> str:
        paid = (
            "entitlements only" if self.payment is None else f"Σ {self.payment.total:,} {self.payment.unit}"
        )
        return f"Result({self.method.id!r}, {len(self.panel)} units, {paid})"

    def _repr_html_(self) -> str:
        from transfer_calc.calculation.notebook import result_html  # noqa: PLC0415 — only in a notebook

        return result_html(self)
