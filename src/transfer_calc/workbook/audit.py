"""The audit of a returned workbook: computed again from its own sheets, and every difference named.

The workbook says what it was computed with (数据, 参数, 录入数) and by which method or budget. From these
the result is computed anew and written as a workbook; what stands in the returned one is compared with it,
cell by cell. The hashes in the run record tell what was changed in the data since.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from transfer_calc.budget.model import Budget
from transfer_calc.files.book import read_book
from transfer_calc.issues import Collector, Issue, Place
from transfer_calc.method.load import Method
from transfer_calc.workbook.audit_record import RESULT, check_data, check_entries, check_files, read_record
from transfer_calc.workbook.audit_run import repeat
from transfer_calc.workbook.cells import read_cells, read_names
from transfer_calc.workbook.compare import compare_names, compare_sheets
from transfer_calc.workbook.record import RUN


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes:
        subject: Id of the method, or title of the budget.
        units: How many units the workbook has.
        formulas: How many formula cells were compared.
        recorded: The result hash of the run record.
        recomputed: That of the result computed anew; empty where it could not be computed.
        issues: Every difference; notes for what could not be compared.
    """

    subject: str
    units: int
    formulas: int
    recorded: str
    recomputed: str
    issues: tuple[Issue, ...]

    @property
    def same(self) -> bool:
        """Whether the workbook is what its method, data and parameters give."""
        return not any(found.severity == "error" for found in self.issues)


def audit(path: str | Path, method: Method | None = None, budget: Budget | None = None) -> Audit:
    """Compute a returned workbook again and compare.

    Args:
        path: The workbook.
        method: The method, where it is neither in the library nor beside the workbook.
        budget: The budget of an allocation, where its file is not beside the workbook.

    Returns:
        The differences.

    Raises:
        DataError: If the file is refused, is no result workbook of this program (TC850), or its budget is not
            there (TC869).
        MethodError: If its method cannot be loaded.
    """
    path = Path(path)
    read_book(path)
    found = read_cells(path)
    recorded = read_record(found.get(RUN, {}), path.name)
    problems = Collector()
    again = repeat(path, recorded, found, method, budget)
    if again.subject not in recorded.subject:
        problems.add("TC863", Place(sheet=RUN), name="办法", recorded=recorded.subject, found=again.subject)
    check_data(recorded, again.panel, problems)
    if again.outcome is None:
        problems.add("TC859", Place(file=path.name))
        problems.extend(again.issues)
        return Audit(again.subject, len(again.panel), 0, recorded.entries[RESULT], "", tuple(problems.issues))
    check_files(recorded, again.entries, problems)
    check_entries(recorded, again.entries, problems)
    with tempfile.TemporaryDirectory() as folder:
        rewritten = Path(folder) / "again.xlsx"
        again.outcome.to_excel(rewritten)
        expected, names = read_cells(rewritten), read_names(rewritten)
    changed = bool(problems.errors)
    compare_names(names, read_names(path), problems)
    formulas = compare_sheets(expected, found, (RUN,), problems, changed=changed)
    then, now = recorded.entries[RESULT], again.outcome.sha256
    if then != now and not problems.errors and not _saved_elsewhere(problems):
        problems.add("TC868", Place(sheet=RUN), recorded=then[:12], found=now[:12])
    return Audit(again.subject, len(again.panel), formulas, then, now, tuple(problems.issues))


def _saved_elsewhere(problems: Collector) -> bool:
    """Whether another program or version saved the workbook: it may have kept fifteen digits of seventeen."""
    return any(found.code in ("TC858", "TC866") for found in problems.issues)
