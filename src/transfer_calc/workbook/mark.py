"""A copy of a workbook in which every cell with a problem is coloured and says what is wrong.

Nothing else changes: the copy is made part by part, and of the parts with marks only the bytes of the
marks are new. What openpyxl would drop (saved values of formulas, pictures, what it does not know) stays.
"""

from __future__ import annotations

import contextlib
import os
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from transfer_calc.files.book import Book, read_book
from transfer_calc.issues import DataError, Issue, Place, Severity, issue
from transfer_calc.text import Text
from transfer_calc.workbook.mark_notes import NO_BOXES, NO_NOTES, last_block, with_boxes, with_notes
from transfer_calc.workbook.mark_package import Package
from transfer_calc.workbook.mark_sheet import Cell, SheetEditor, cell_of, top_left
from transfer_calc.workbook.mark_styles import MINIMAL, MarkStyles
from transfer_calc.workbook.mark_table import write_table
from transfer_calc.workbook.mark_xml import PartError

Marks: TypeAlias = Mapping[Cell, Sequence[Issue]]

WORST: tuple[Severity, ...] = ("error", "warning", "note")
SEVERITIES: dict[Severity, Text] = {
    "error": Text("错误", "error"),
    "warning": Text("提醒", "warning"),
    "note": Text("说明", "note"),
}
_TABLES = ("数据", "data")
_ASIDE = ("参数", "parameters", "录入数", "entered", "说明", "notes", "readme")
_MOST_IN_A_NOTE = 20
"""Problems that one note tells; the others are counted."""
_MOST_CHARACTERS = 30_000
"""A little less than Excel takes."""

_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"


def mark(source: Path, issues: Sequence[Issue], target: Path, lang: str = "zh") -> int:
    """Write a copy of a file with the problems in their cells.

    Args:
        source: A workbook, or a CSV file, which becomes a workbook.
        issues: The problems. One without a cell goes on cell A1 of its sheet, or of the table's.
        target: The copy, never the source itself.
        lang: The language of the notes.

    Returns:
        How many cells are marked.

    Raises:
        DataError: If the source cannot be read and so there is no copy, or the copy cannot be written.
    """
    book = read_book(source)
    _may_be_written(source, target)
    marks = by_cell(issues, book)
    if source.suffix.lower() == ".csv":
        cells = marks.get(book.sheets[0].name, {})
        notes = {cell: note_text(found, source.name, lang) for cell, found in cells.items()}
        write_table(book.sheets[0].rows, {cell: worst(found) for cell, found in cells.items()}, notes, target)
        return len(cells)
    temporary = target.with_name(f".{target.stem}.{os.getpid()}.part")
    try:
        with zipfile.ZipFile(source) as archive:
            package = Package(archive)
            marked = _mark(package, marks, source.name, lang)
            with temporary.open("wb") as file:
                package.save(file)
        temporary.replace(target)
    except OSError as error:
        raise DataError(
            [issue("TC902", Place(file=target.name), detail=error.strerror or str(error))]
        ) from None
    except (PartError, zipfile.BadZipFile, KeyError, ValueError, NotImplementedError) as error:
        raise DataError([issue("TC844", Place(file=source.name), detail=str(error))]) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return marked


def _may_be_written(source: Path, target: Path) -> None:
    place = Place(file=target.name)
    if target.resolve() == source.resolve():
        raise DataError([issue("TC845", place)])
    wanted = ".xlsx" if source.suffix.lower() == ".csv" else source.suffix.lower()
    if target.suffix.lower() != wanted:
        raise DataError([issue("TC846", place, ending=wanted)])
    if not target.parent.is_dir():
        missing = Text(f"文件夹 {target.parent} 不存在", f"there is no folder {target.parent}")
        raise DataError([issue("TC902", place, detail=missing)])


def by_cell(issues: Iterable[Issue], book: Book) -> dict[str, dict[Cell, list[Issue]]]:
    """The problems by sheet and cell: on A1 where there is no cell, on the table where there is no sheet."""
    sheets = {sheet.name for sheet in book.sheets}
    issues = list(issues)
    table = _table(issues, book)
    found: dict[str, dict[Cell, list[Issue]]] = {}
    for each in issues:
        place = each.place
        cell = _own_cell(place, book.path.name) if place.sheet in sheets or len(sheets) == 1 else None
        here = place.file in (None, book.path.name) and place.sheet in sheets
        sheet = place.sheet if here and place.sheet is not None else table
        found.setdefault(sheet, {}).setdefault(cell or (1, 1), []).append(each)
    return found


def _table(issues: Sequence[Issue], book: Book) -> str:
    """The sheet of the table: the one called so, else the one with the most problems, else the first."""
    named = book.sheet(*_TABLES)
    if named is not None:
        return named.name
    names = [sheet.name for sheet in book.sheets if sheet.name.strip().lower() not in _ASIDE]
    names = names or [sheet.name for sheet in book.sheets]
    return max(names, key=lambda name: sum(each.place.sheet == name for each in issues))


def _own_cell(place: Place, file: str) -> Cell | None:
    """The cell of a place in this file; of a range its first, of a column its first row."""
    if place.cell is None or place.file not in (None, file):
        return None
    first = place.cell.partition(":")[0]
    return cell_of(first) or (cell_of(f"{first}1") if re.fullmatch("[A-Z]{1,3}", first) else None)


def worst(issues: Iterable[Issue]) -> Severity:
    return min((each.severity for each in issues), key=WORST.index)


def note_text(issues: Sequence[Issue], file: str, lang: str) -> str:
    """The note of a cell: each problem with its code, what to do, and its place where that is another."""
    parts = []
    ordered = sorted(issues, key=lambda each: WORST.index(each.severity))
    for each in ordered[:_MOST_IN_A_NOTE]:
        place = each.place.text()[lang] if _own_cell(each.place, file) is None else ""
        head = Text(
            f"【{SEVERITIES[each.severity].zh}】{each.code} ",
            f"[{SEVERITIES[each.severity].en}] {each.code} ",
        )
        where = place and place + Text("：", ": ")[lang]
        hint = each.hint[lang] and f"\n→ {each.hint[lang]}"
        parts.append(f"{head[lang]}{where}{each.message[lang]}{hint}")
    more = len(issues) - _MOST_IN_A_NOTE
    if more > 0:
        parts.append(
            Text(f"另有 {more} 个问题，见检查的输出", f"{more} more; see what the check printed")[lang]
        )
    return "\n\n".join(parts)[:_MOST_CHARACTERS]


def _mark(package: Package, marks: Mapping[str, Marks], file: str, lang: str) -> int:
    """Change the parts of the sheets with marks; gives the number of cells."""
    main = package.workbook()
    part = package.related(main, "styles")
    if part is None:
        part = "xl/styles.xml" if not package.has("xl/styles.xml") else package.free_name("xl/styles{}.xml")
        package.write(part, MINIMAL)
        package.declare(part, _STYLES)
        package.relate(main, "styles", part)
    styles = MarkStyles(package.read(part))
    sheets = package.sheets()
    count = 0
    for name, cells in marks.items():
        if name not in sheets:
            raise PartError(name)
        moved = top_left(package.read(sheets[name]), cells)
        together: dict[Cell, list[Issue]] = {}
        for cell, found in cells.items():
            together.setdefault(moved[cell], []).extend(found)
        notes = {cell: note_text(found, file, lang) for cell, found in together.items()}
        worsts = {cell: worst(found) for cell, found in together.items()}
        _mark_sheet(package, sheets[name], worsts, notes, styles)
        count += len(notes)
    package.write(part, styles.written())
    return count


def _mark_sheet(
    package: Package,
    sheet: str,
    worsts: Mapping[Cell, Severity],
    notes: Mapping[Cell, str],
    styles: MarkStyles,
) -> None:
    editor = SheetEditor(package.read(sheet), worsts, styles.marked)
    part = package.related(sheet, "comments")
    if part is None:
        part = package.free_name("xl/comments{}.xml")
        package.write(part, NO_NOTES)
        package.declare(part, _COMMENTS)
        package.relate(sheet, "comments", part)
    text, without_box = with_notes(package.read(part), notes)
    package.write(part, text)
    drawing = _boxes(package, sheet, editor, {cell: notes[cell] for cell in without_box})
    package.write(sheet, editor.written(drawing))


def _boxes(package: Package, sheet: str, editor: SheetEditor, notes: Mapping[Cell, str]) -> bytes | None:
    """Draw the boxes of new notes; gives the element that a sheet without such a drawing needs."""
    if not notes:
        return None
    drawings = [name for name in package.names.values() if name.lower().endswith(".vml")]
    block = 1 + max((last_block(package.read(name)) for name in drawings), default=0)
    by_id = {relation.id: relation.part for relation in package.relations(sheet)}
    if editor.drawing is not None:
        part = by_id.get(editor.drawing, "")
        package.write(part, with_boxes(package.read(part), notes, block))
        return None
    part = package.free_name("xl/drawings/vmlDrawing{}.vml")
    package.write(part, with_boxes(NO_BOXES, notes, block))
    package.declare(part, _DRAWING, by_ending=True)
    relation = package.relate(sheet, "vmlDrawing", part)
    space = package.relation_space()
    return f'<{editor.prefix}legacyDrawing xmlns:r="{space}" r:id="{relation}"/>'.encode()
