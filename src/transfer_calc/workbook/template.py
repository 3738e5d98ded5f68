"""The input template of a method: a workbook that a clerk fills in, and that then runs as it is.

Sheets: 说明 says what to do and what each column means, 数据 takes one row a unit, 参数 takes pool, date,
choices and figures. Nothing is asked that the choices make needless.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transfer_calc.divisions import Division, Unit, load_division
from transfer_calc.issues import DataError, Issue, issue
from transfer_calc.method.load import Method
from transfer_calc.text import Text
from transfer_calc.workbook.sheets import SheetWriter, write_book
from transfer_calc.workbook.template_cover import Cover, write_cover
from transfer_calc.workbook.template_data import write_data
from transfer_calc.workbook.template_fields import Fields, fields_of
from transfer_calc.workbook.template_figures import write_figures
from transfer_calc.workbook.template_styles import make_template_styles

_GB2260 = re.compile(r"[1-9]\d{5}")


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was written.

    Attributes:
        path: The file.
        fields: What it asks for.
        units: The rows that are filled in.
        issues: Notes, such as units of the list that the method cannot take.
    """

    path: Path
    fields: Fields
    units: tuple[Unit, ...]
    issues: tuple[Issue, ...]


def write_template(
    method: Method,
    path: str | Path,
    units: Division | str | Path | None = None,
    choices: Mapping[str, str] | None = None,
    *,
    on: dt.date | str | None = None,
    lang: str = "zh",
) -> Template:
    """Write the input template of a method.

    Args:
        method: From `load_method`.
        path: The file, `.xlsx`.
        units: The rows to fill in: a list from `load_division`, or its name or path.
        choices: Options already chosen; columns and figures that they make needless are left out.
        on: The date of the calculation; it decides which parameters have a value of law.
        lang: `zh` or `en`.

    Raises:
        DataError: If the list, a choice or the date does not suit the method, or the file cannot be written.
    """
    division = units if units is None or isinstance(units, Division) else load_division(units)
    fields = fields_of(method, choices, on)
    rows, notes = _rows(method, division)
    file = Path(path)
    cover = Cover(file.name, division, tuple(found.message for found in notes))

    def write(book: Any) -> None:
        writer = SheetWriter(book, method.id, None)
        styles = make_template_styles(book)
        lists = write_cover(writer, styles, fields, cover, lang)
        write_data(writer, styles, fields, rows, lists, lang)
        write_figures(writer, styles, fields, lists, lang)
        book.get_worksheet_by_name("数据").activate()

    write_book(file, method.title[lang], None, write)
    return Template(file, fields, rows, tuple(notes))


def _rows(method: Method, division: Division | None) -> tuple[tuple[Unit, ...], list[Issue]]:
    """The units that the method takes; a city without counties has no county code to be taken by."""
    if division is None:
        return (), []
    recipients = method.file.recipients
    wanted = Text(recipients.zh, recipients.en)
    official = [unit for unit in division.units if _GB2260.fullmatch(unit.code)]
    above = [unit for unit in official if unit.code.endswith("00")]
    if recipients.code == "GB/T 2260" and len(official) < len(division.units):
        bad = next(unit.code for unit in division.units if unit not in official)
        detail = Text(f"{bad} 不是六位行政区划代码", f"{bad} is not a six-digit GB/T 2260 code")
        raise DataError([issue("TC841", detail=detail)])
    if recipients.tier == "province" and len(above) < len(official):
        raise DataError([issue("TC842", title=division.title, wanted=wanted, better="全国")])
    if recipients.tier != "county" or not above:
        return division.units, []
    rows = tuple(unit for unit in division.units if unit not in above)
    if not rows:
        raise DataError([issue("TC842", title=division.title, wanted=wanted, better="甘肃")])
    said = "、".join(f"{unit.code} {unit.name}" for unit in above)
    return rows, [issue("TC843", units=said)]
