"""Code lists of counties, shipped with the package: what a template is filled with before anybody types.

They are the codes for statistical use, republished; each file says its source and date in its first
lines. No list here is a legal list of recipients.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from transfer_calc.divisions.names import NATION, PROVINCES, Province
from transfer_calc.files.book import read_book
from transfer_calc.issues import DataError, Place, issue
from transfer_calc.panel.cells import is_total, text_of
from transfer_calc.text import Text

__all__ = ["Division", "Unit", "division_names", "load_division"]

_HERE = Path(__file__).parent
_CODES = ("代码", "区划代码", "行政区划代码", "地区代码", "code")
_NAMES = ("名称", "地区", "地区名称", "单位名称", "县(市、区)", "name")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a list; `groups` are its other columns by heading, such as 市州 and 功能区."""

    code: str
    name: str
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Division:
    """A list of units.

    Attributes:
        title: 甘肃省, or the name of the user's file.
        units: In the order of the list.
        remarks: Source, date and what else the list says of itself.
    """

    title: str
    units: tuple[Unit, ...]
    remarks: tuple[str, ...] = ()


def division_names() -> tuple[str, ...]:
    """The names of the shipped lists: `china` (the provinces themselves), then each province, in pinyin."""
    return tuple(province.pinyin for province in (NATION, *PROVINCES))


def load_division(name: str | Path) -> Division:
    """Load a list of units.

    Args:
        name: Pinyin (`gansu`; 陕西 is `shaanxi`, 山西 `shanxi`), a Chinese name (甘肃, 甘肃省), a
            two-digit code, or the path of a list of one's own: a CSV or a workbook with the columns
            代码 and 名称. Its other columns are taken along by their headings.

    Raises:
        DataError: If there is no such list (TC840), or it cannot be used (TC841).
    """
    asked = text_of(str(name)).lower()
    for province in (NATION, *PROVINCES):
        if asked in province.names:
            return _shipped(province)
    path = Path(name)
    if path.suffix.lower() in (".csv", ".xlsx"):
        return _own(path)
    known = {known: province for province in (NATION, *PROVINCES) for known in province.names}
    close = difflib.get_close_matches(asked, known, n=3, cutoff=0.5)
    near = dict.fromkeys(f"{known[one].pinyin}（{known[one].short}）" for one in close)
    raise DataError([issue("TC840", name=str(name), near="、".join(near or division_names()))])


def _shipped(province: Province) -> Division:
    with (_HERE / f"{province.pinyin}.csv").open(encoding="utf-8", newline="") as file:
        division = _division(province.title, list(csv.reader(file)))
    assert division is not None, province.pinyin
    return division


def _own(path: Path) -> Division:
    rows = [row for sheet in read_book(path).sheets[:1] for row in sheet.rows]
    division = _division(path.stem, rows)
    if division is None:
        raise _wrong(
            path, Text("没有「代码」和「名称」两列", "it lacks the columns 代码 and 名称 (code, name)")
        )
    if not division.units:
        raise _wrong(path, Text("没有一个地区", "it names no unit"))
    seen: set[str] = set()
    for unit in division.units:
        if unit.code in seen:
            raise _wrong(path, Text(f"代码 {unit.code} 重复", f"the code {unit.code} stands twice"))
        seen.add(unit.code)
    return division


def _division(title: str, rows: Sequence[Sequence[Any]]) -> Division | None:
    """A list from its rows; lines that begin with # are remarks. `None` where no heading is found."""
    remarks: list[str] = []
    for number, row in enumerate(rows):
        heads = [text_of(cell) for cell in row]
        plain = [head.lower() for head in heads]
        if heads and heads[0].startswith("#"):
            remarks.append("，".join(str(cell) for cell in row if text_of(cell)).lstrip("# "))
        code = next((plain.index(label) for label in _CODES if label in plain), None)
        name = next((plain.index(label) for label in _NAMES if label in plain), None)
        if code is not None and name is not None:
            units = tuple(
                Unit(cells[code], cells[name], _groups(heads, cells, {code, name}))
                for cells in (_cells(line, len(heads)) for line in rows[number + 1 :])
                if cells[code] and not is_total(cells[code]) and not is_total(cells[name])
            )
            return Division(title, units, tuple(remarks))
    return None


def _cells(row: Sequence[Any], width: int) -> list[str]:
    texts = [text_of(cell) for cell in row[:width]]
    return texts + [""] * (width - len(texts))


def _groups(heads: list[str], cells: list[str], used: set[int]) -> dict[str, str]:
    pairs = zip(heads, cells, strict=True)
    return {
        head: cell for position, (head, cell) in enumerate(pairs) if head and cell and position not in used
    }


def _wrong(path: Path, detail: Text) -> DataError:
    return DataError([issue("TC841", Place(file=path.name), detail=detail)])
