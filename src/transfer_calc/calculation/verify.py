"""Running the cases of a method: what was expected, what came out, how far apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from transfer_calc.calculation.calculate import attempt
from transfer_calc.calculation.result import ALLOCATION, Result
from transfer_calc.files.book import read_book
from transfer_calc.issues import MethodError, issue
from transfer_calc.method.cases import Case, CaseKind, Expectation, load_cases
from transfer_calc.method.load import Method
from transfer_calc.panel.beside import EnteredAmount
from transfer_calc.panel.cells import decimal_of, flag_of, text_of
from transfer_calc.panel.panel import Panel, read_panel
from transfer_calc.rounding import exact_sum


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one case went.

    Attributes:
        method: Id of the method.
        case: Id of the case.
        kind: See `CaseKind`.
        figures: How many figures were compared.
        error: The greatest absolute error; 0.0 for a refusal that came as expected.
        worst: The figure that has it.
        passed: Whether every figure is within its tolerance.
        detail: Why not, if not.
    """

    method: str
    case: str
    kind: CaseKind
    figures: int
    error: float
    worst: str
    passed: bool
    detail: str = ""


def verify(method: Method) -> list[Outcome]:
    """Run every case of a method.

    Raises:
        MethodError: If the case file is not in order.
    """
    return [run_case(method, case) for case in load_cases(method.path, method.id)]


def run_case(method: Method, case: Case) -> Outcome:
    """Run one case."""
    folder = method.path.parent
    panel = _panel(method, case, folder)
    entered = [EnteredAmount(e.code, e.step, e.value, e.reason, e.author) for e in case.entered]
    result, issues = attempt(
        method, panel, pool=case.pool, on=case.on, parameters=case.parameters, entered=entered
    )
    if case.refused is not None:
        codes = {found.code for found in issues}
        passed = result is None and case.refused in codes
        detail = "" if passed else f"expected {case.refused}, found {sorted(codes) or 'a result'}"
        return Outcome(method.id, case.id, case.kind, 1, 0.0, case.refused, passed, detail)
    if result is None:
        reasons = "; ".join(found.line("en") for found in issues)
        return Outcome(method.id, case.id, case.kind, 0, float("nan"), "", passed=False, detail=reasons)
    figures, error, worst, passed = 0, 0.0, "", True
    for name, expectation in case.expected.items():
        tolerance = float(expectation.tolerance)
        for what, expected, found in _pairs(result, name, expectation, case, folder):
            figures += 1
            apart = abs(expected - found)
            if apart > error or not worst:
                error, worst = max(apart, error), what
            # A nan on either side is no agreement.
            passed = passed and apart <= tolerance
    return Outcome(method.id, case.id, case.kind, figures, error, worst, passed and figures > 0)


def _panel(method: Method, case: Case, folder: Path) -> Panel:
    if case.given.file is not None:
        return read_panel(folder / case.given.file, method)
    assert case.given.columns is not None
    return Panel.from_columns(case.given.columns, method)


def _pairs(
    result: Result, name: str, expectation: Expectation, case: Case, folder: Path
) -> Iterator[tuple[str, float, float]]:
    """Each expected figure with the one found. A figure that was entered proves nothing and is left out."""
    if expectation.value is not None:
        if name not in result.scalars:
            raise _unknown(name)
        yield name, float(expectation.value), result.scalars[name]
        return
    if name == ALLOCATION:
        column = np.full(len(result.panel), np.nan) if result.payment is None else result.payment.allocation
    elif name in result.columns:
        column = result.columns[name]
    else:
        raise _unknown(name)
    found = dict(zip(result.panel.codes.tolist(), np.asarray(column, dtype=np.float64).tolist(), strict=True))
    if expectation.total is not None:
        yield f"total({name})", float(expectation.total), exact_sum(np.asarray(list(found.values())))
    by_hand = {entry.code for entry in case.entered if name in (entry.step, ALLOCATION)}
    for code, expected in _by_code(expectation, case, folder).items():
        if code not in by_hand:
            if code not in found:
                raise _unknown(code)
            yield f"{name} {code}", expected, found[code]


def _by_code(expectation: Expectation, case: Case, folder: Path) -> dict[str, float]:
    if expectation.values is not None:
        return {code: float(value) for code, value in expectation.values.items()}
    if expectation.column is None:
        return {}
    if case.given.file is None:
        raise _unknown(expectation.column)
    rows = [
        row
        for row in read_book(folder / case.given.file).sheets[0].rows
        if not text_of(row[0]).startswith("#")
    ]
    header = [text_of(cell) for cell in rows[0]]
    if expectation.column not in header:
        raise _unknown(expectation.column)
    position, code = header.index(expectation.column), header.index("code")
    return {text_of(row[code]): _figure(row[position]) for row in rows[1:]}


def _figure(cell: object) -> float:
    exact = decimal_of(cell)
    if exact is not None:
        return float(exact)
    flag = flag_of(cell)
    return float("nan") if flag is None else float(flag)


def _unknown(name: str) -> MethodError:
    return MethodError([issue("TC601", detail=f"“{name}”?")])
