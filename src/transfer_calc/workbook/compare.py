"""Two workbooks of one form compared: formulas overwritten, formulas changed, values that differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from transfer_calc.issues import Collector, Place
from transfer_calc.text import Text
from transfer_calc.workbook.cells import Cell, Cells, address, agree
from transfer_calc.workbook.live.checks import CHANGED, CHECKS
from transfer_calc.workbook.live.columns import FIRST
from transfer_calc.workbook.live.inputs import PARAMETERS
from transfer_calc.workbook.live.results import RESULTS, SIGNATURES
from transfer_calc.workbook.live.settling import LOOSE, SETTLEMENT, WRITTEN

_ORIGIN = 7
"""The column of 参数 that says who gave a figure; in an audit it is always the workbook."""

_WORDS = ("说明", "校验", "依据")
"""Sheets whose words tell of the run."""

_AGAIN = Text("在 Excel 或 WPS 里重算（F9）后保存，再核对一次", "recalculate (F9), save, and audit again")
Apart = tuple[Place, str, str]
"""A cell whose formula is right and whose value is not: what is due, and what stands there."""

MOST = 200
"""Differences of cells that are listed; the others are counted."""


def compare_names(expected: Mapping[str, str], found: Mapping[str, str], problems: Collector) -> None:
    """Compare what the names of cells stand for: a formula that reads the same may mean another cell."""
    for name in sorted(expected.keys() | found.keys()):
        due, here = expected.get(name, ""), found.get(name, "")
        if plain_formula(due).lstrip("=") != plain_formula(here).lstrip("="):
            problems.add("TC871", Place(name=name), name=name, value=due or "—", found=here or "—")


def compare_sheets(
    expected: Mapping[str, Cells],
    found: Mapping[str, Cells],
    aside: Iterable[str],
    problems: Collector,
    *,
    changed: bool = False,
) -> int:
    """Compare every sheet; gives how many formula cells were compared.

    Args:
        expected: The workbook as it should be.
        found: The workbook as it is.
        aside: Sheets that are not compared.
        problems: Takes one issue for each difference.
        changed: Whether data or parameters were changed since the run: then what was written down at the run
            cannot agree with them, and is not compared.
    """
    skipped, formulas, unsaved = set(aside), 0, 0
    differences, apart = Collector(), list[Apart]()
    for sheet in expected:
        if sheet in skipped:
            continue
        if sheet not in found:
            problems.add("TC856", Place(sheet=sheet), name=sheet)
            continue
        formulas += sum(cell.formula is not None for cell in expected[sheet].values())
        unsaved += _compare(sheet, expected[sheet], found[sheet], differences, apart, changed=changed)
    for sheet in found.keys() - expected.keys():
        problems.add("TC867", Place(sheet=sheet), name=sheet)
    # What somebody did stands before what may follow from it.
    caused = changed or bool(differences.issues)
    for place, due, here in apart:
        advice = Text("", "") if caused else _AGAIN
        differences.add("TC854", place, value=due, found=here, advice=advice)
    listed = differences.issues
    problems.extend(listed[:MOST])
    if len(listed) > MOST:
        problems.add("TC865", count=len(listed) - MOST)
    if unsaved:
        problems.add("TC858", count=unsaved)
    return formulas


def _compare(
    sheet: str, expected: Cells, found: Cells, problems: Collector, apart: list[Apart], *, changed: bool
) -> int:
    """Compare one sheet; gives how many formulas have no saved value."""
    unsaved = 0
    then = _of_the_run(sheet, expected) if changed else None
    signed = next((row for (row, _), cell in expected.items() if cell.value == SIGNATURES), 0)
    nothing, loose = Cell(None), _loose(sheet, expected)
    for at in sorted(expected.keys() | found.keys()):
        due, here = expected.get(at, nothing), found.get(at, nothing)
        place = Place(sheet=sheet, cell=address(at))
        if then is not None and _tells_of_changes(sheet, at, expected):
            continue
        if due.formula is not None:
            if here.formula is None:
                said = "" if here.value is None else here.value
                problems.add("TC852", place, formula=due.formula, found=said, value=_shown(due.value))
            elif plain_formula(here.formula) != plain_formula(due.formula):
                problems.add("TC853", place, formula=due.formula, found=here.formula)
            elif here.value is None and due.value not in (None, ""):
                unsaved += 1
            elif not agree(due.value, here.value, loose.get(at[1], 0.0)):
                apart.append((place, _shown(due.value), _shown(here.value)))
        elif (
            (sheet == PARAMETERS and at[1] == _ORIGIN)
            or (then is not None and (sheet in _WORDS or at[1] == then))
            or (sheet == RESULTS and due.value == SIGNATURES)
            or (due.value is None and at[0] == signed)
        ):
            continue
        elif due.value is None:
            problems.add("TC857", place, found=here.formula or _shown(here.value))
        elif here.formula is not None or not agree(due.value, here.value):
            value, other = _apart(due.value, here.value)
            problems.add("TC855", place, value=value, found=here.formula or other)
    return unsaved


def _tells_of_changes(sheet: str, at: tuple[int, int], expected: Cells) -> bool:
    """The line of 校验 that counts what was changed since the run."""
    title = expected.get((at[0], 1))
    return sheet == CHECKS and title is not None and title.value == CHANGED


def _of_the_run(sheet: str, expected: Cells) -> int:
    """The column of what was paid when the workbook was written; 0 where there is none."""
    return next(
        (column for (row, column), cell in expected.items()
         if sheet == SETTLEMENT and row == FIRST - 1 and str(cell.value).startswith(WRITTEN)),
        0,
    )  # fmt: skip


def _loose(sheet: str, expected: Cells) -> dict[int, float]:
    """How far apart figures may be, by column: remainders, and what is ranked by them."""
    if sheet != SETTLEMENT:
        return {}
    rows = max(row for row, _ in expected)
    return {
        column: loose * (rows if name == "排队数" else 1)
        for (row, column), cell in expected.items()
        for name, loose in LOOSE.items()
        if row == FIRST - 1 and str(cell.value).startswith(name)
    }


def plain_formula(text: str) -> str:
    """A formula without what programs write in their own ways: spaces, quotes round a sheet's name."""
    parts = re.split(r'("(?:[^"]|"")*")', text)
    return "".join(
        part if part.startswith('"') else re.sub(r"'([^']+)'!", r"\1!", re.sub(r"\s+", "", part))
        for part in parts
    )


def _apart(due: object, here: object) -> tuple[str, str]:
    """Two values as a message shows them; with their kinds where they would look the same."""
    one, other = _shown(due), _shown(here)
    if one != other:
        return one, other
    return tuple(f"{said}（{'文本' if isinstance(value, str) else '数字'}）"
                 for said, value in ((one, due), (other, here)))  # type: ignore[return-value]  # fmt: skip


def _shown(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)
