"""A returned workbook computed again: its method or budget found, its own sheets read, the run repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from transfer_calc.budget.manifest import record as budget_record
from transfer_calc.budget.model import Budget, load_budget
from transfer_calc.budget.prepare import prepare
from transfer_calc.calculation.calculate import attempt
from transfer_calc.calculation.settings import ORIGINS
from transfer_calc.issues import DataError, Issue, IssuesError, Place, issue
from transfer_calc.manifest import Entry, record
from transfer_calc.method.library import load_method
from transfer_calc.method.load import Method
from transfer_calc.panel.beside import Given
from transfer_calc.panel.cells import decimal_of, text_of
from transfer_calc.panel.layout import Layout
from transfer_calc.panel.panel import Panel, read_panel
from transfer_calc.workbook.audit_record import BUDGET, METHOD, Record
from transfer_calc.workbook.cells import Cells
from transfer_calc.workbook.live.inputs import DATA, PARAMETERS


class Outcome(Protocol):
    """What was computed again: a result or an allocation."""

    @property
    def sha256(self) -> str:
        """Its hash."""

    def to_excel(self, path: str | Path, *, command: str | None = None) -> None:
        """Write it as a workbook."""


@dataclass(frozen=True)
class Again:
    """A run repeated.

    Attributes:
        subject: The id of the method, or the title of the budget.
        panel: The data as it stands in the workbook.
        outcome: The result, `None` where there is none.
        entries: Its run record.
        issues: Why there is no result.
    """

    subject: str
    panel: Panel
    outcome: Outcome | None
    entries: Sequence[Entry]
    issues: tuple[Issue, ...] = ()


def repeat(
    path: Path, recorded: Record, cells: Mapping[str, Cells], method: Method | None, budget: Budget | None
) -> Again:
    """Compute a workbook again from its own sheets.

    Args:
        path: The workbook.
        recorded: Its run record.
        cells: Its sheets.
        method: Its method, where that is not found by the record.
        budget: Its budget likewise.

    Raises:
        IssuesError: If its method, budget or data cannot be read.
    """
    if METHOD in recorded.entries:
        return _method(path, recorded, cells, method)
    return _budget(path, recorded, cells, budget)


def _read(path: Path, cells: Mapping[str, Cells], method: Method) -> Panel:
    """The data of the workbook, with the notice that it was written with."""
    panel = read_panel(path, method, Layout(sheet=DATA))
    notice = cells.get(DATA, {}).get((2, 1))
    return replace(panel, given=replace(panel.given, notice=None if notice is None else str(notice.value)))


def _method(path: Path, recorded: Record, cells: Mapping[str, Cells], given: Method | None) -> Again:
    method = given or _method_of(recorded, path)
    panel = _as_recorded(_read(path, cells, method), method, cells.get(PARAMETERS, {}))
    result, issues = attempt(method, panel)
    if result is None:
        return Again(method.id, panel, None, (), issues)
    return Again(method.id, panel, result, record(result, None))


def _method_of(recorded: Record, path: Path) -> Method:
    """The method of the record: from the library, or a file of its name beside the workbook."""
    wanted = recorded.entries[METHOD]
    beside = path.parent / f"{wanted.rsplit('/', 1)[-1]}.yaml"
    try:
        return load_method(wanted)
    except IssuesError:
        if beside.is_file():
            return load_method(beside)
        raise


def _budget(path: Path, recorded: Record, cells: Mapping[str, Cells], given: Budget | None) -> Again:
    budget = given or _budget_of(recorded, path)
    prepared = prepare(budget)
    panel = _read(path, cells, prepared.reading)
    if prepared.target is not None:
        panel = _as_recorded(panel, prepared.target, cells.get(PARAMETERS, {}))
    try:
        allocation = budget.solve(panel)
    except IssuesError as error:
        return Again(budget.title.zh, panel, None, (), error.issues)
    return Again(budget.title.zh, panel, allocation, budget_record(allocation, None))


def _budget_of(recorded: Record, path: Path) -> Budget:
    """The file of the budget, beside the workbook.

    Raises:
        DataError: If it is not there (TC869).
    """
    name = recorded.entries[BUDGET].rpartition("（")[2].removesuffix("）")
    beside = path.parent / Path(name).name
    if not name.endswith((".yaml", ".yml")) or not beside.is_file():
        raise DataError([issue("TC869", Place(file=path.name), name=name)])
    return load_budget(beside)


def _as_recorded(panel: Panel, method: Method, cells: Cells) -> Panel:
    """The panel without the figures that stand on the sheet 参数 only because the method has them.

    A value of law keeps its grade unless somebody changed it in the workbook.
    """
    from_law = {
        text_of(cells[row, 1].value)
        for (row, column), cell in cells.items()
        if column == 7 and (row, 1) in cells and text_of(cell.value) == ORIGINS["method"].zh
    }
    own = {
        name: value
        for name, value in panel.given.values.items()
        if not (text_of(method.label(name).zh) in from_law and _is_law(name, value, method, panel.given))
    }
    return replace(panel, given=replace(panel.given, values=own))


def _is_law(name: str, value: object, method: Method, given: Given) -> bool:
    """Whether a value is what the method says by itself."""
    choice = method.file.choices.get(name)
    if choice is not None and choice.default is not None:
        option = choice.options[choice.default]
        return text_of(value) in (choice.default, option.zh, option.en)
    entry = method.file.figures.get(name)
    if entry is not None:
        return entry.missing is not None and decimal_of(value) == entry.missing
    parameter = method.file.parameters.get(name)
    if parameter is None or given.on is None:
        return False
    started = [day for day in parameter.values if day <= given.on]
    if not started:
        return False
    written = parameter.values[max(started)]
    return decimal_of(value) == (written if isinstance(written, Decimal) else written.value)
