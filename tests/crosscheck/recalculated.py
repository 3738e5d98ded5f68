"""A written workbook recalculated by LibreOffice, its cached values poisoned first, and compared cell by cell."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from libreoffice import POISON, recalculate_all

_FORMULA = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)><f>(.*?)</f><v>.*?</v></c>', re.DOTALL)


@dataclass(frozen=True)
class Difference:
    cell: str
    formula: str
    written: object
    recalculated: object


def poison(source, target):
    """A copy in which every formula cell claims to be -987654321."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                text = content.decode()
                count = text.count("<f>")
                text, changed = _FORMULA.subn(_poisoned, text)
                assert changed == count, f"{item.filename}: {changed} of {count} formulas poisoned"
                content = text.encode()
            new.writestr(item, content)


def _poisoned(match):
    attributes = re.sub(r' t="[a-z]+"', "", match[2])
    return f'<c r="{match[1]}"{attributes}><f>{match[3]}</f><v>{POISON}</v></c>'


def compare(paths, folder):
    """Recalculate workbooks; for each, how many formula cells it has and those that differ."""
    poisoned = Path(folder) / "poisoned"
    poisoned.mkdir()
    for number, path in enumerate(paths):
        poison(path, poisoned / f"{number}.xlsx")
    recalculated = recalculate_all(sorted(poisoned.iterdir()), Path(folder))
    found = {}
    for number, path in enumerate(paths):
        found[path] = _differences(path, recalculated / f"{number}.xlsx")
    return found


def _differences(path, again):
    formulas, written, after = _cells(path), _cells(path, data_only=True), _cells(again, data_only=True)
    rows = max((at[0] for sheet, at in formulas if sheet == "结算"), default=0)
    count, differences = 0, []
    for (sheet, at), text in formulas.items():
        if not (isinstance(text, str) and text.startswith("=")):
            continue
        count += 1
        here, there = written.get((sheet, at)), after.get((sheet, at))
        head = str(formulas.get((sheet, (4, at[1])))) if sheet == "结算" else ""
        if not same(here, there, head, rows):
            differences.append(Difference(f"{sheet}!R{at[0]}C{at[1]}", text, here, there))
    return count, differences


def _cells(path, *, data_only=False):
    book = openpyxl.load_workbook(path, read_only=True, data_only=data_only)
    found = {}
    for sheet in book:
        sheet.reset_dimensions()
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    text = cell.data_type == "s" and not data_only and str(cell.value).startswith("=")
                    found[sheet.title, (cell.row, cell.column)] = "text" if text else cell.value
    book.close()
    return found


def same(one, other, head="", rows=0):
    """Equal to 1e-9 of their size, money to the cent; whole amounts, texts, truths and errors exactly.

    Two columns of the settlement hang on the last digits of an amount, where doubles end: the remainder may
    differ by a thousandth of the settled unit, and what is ranked by it by as much for each unit.
    """
    if isinstance(one, bool) or isinstance(other, bool):
        return bool(one) == bool(other) and one in (0, 1) and other in (0, 1)
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        if head.startswith("尾数"):
            return abs(one - other) <= 1e-3
        if head.startswith("排队数"):
            return abs(one - other) <= 1e3 * rows
        if head.startswith(("分配数", "名次", "取整")):
            return one == other
        size = max(abs(one), abs(other))
        return abs(one - other) <= max(min(1e-9 * size, 1e-6), 1e-13 * size, 1e-9)
    if one in (None, "") and other in (None, ""):
        return True
    return one == other
