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
    formulas = openpyxl.load_workbook(path)
    written = openpyxl.load_workbook(path, data_only=True)
    after = openpyxl.load_workbook(again, data_only=True)
    count, differences = 0, []
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                count += 1
                here = written[sheet.title][cell.coordinate].value
                there = after[sheet.title][cell.coordinate].value
                if not same(here, there):
                    differences.append(
                        Difference(f"{sheet.title}!{cell.coordinate}", cell.value, here, there)
                    )
    return count, differences


def same(one, other):
    """Equal to 1e-9 of their size; texts, truths and errors exactly."""
    if isinstance(one, bool) or isinstance(other, bool):
        return bool(one) == bool(other) and one in (0, 1) and other in (0, 1)
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= max(1e-9 * max(abs(one), abs(other)), 1e-9)
    if one in (None, "") and other in (None, ""):
        return True
    return one == other
