"""Where a bureau's own workbook has its table: sheet, range, and its headings in the words of the method.

A layout is written by hand or by `remember`, as `<name of the workbook>.columns.yaml` beside the workbook.
"""

from __future__ import annotations

import difflib
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from transfer_calc.files.book import Book, Sheet
from transfer_calc.issues import Collector, DataError, Issue, MethodError, Place, issue
from transfer_calc.method.model import MethodFile
from transfer_calc.method.yaml_file import YamlFile, read_yaml
from transfer_calc.panel.block import Grid
from transfer_calc.panel.heading import IGNORED, labels_of, plain_label, without_unit
from transfer_calc.panel.table import Table
from transfer_calc.text import Text

SUFFIX = ".columns.yaml"
_KEYS = ("sheet", "range", "columns")
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6}):\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")
_HEAD = """\
# 数据表的版式：工作表、区域，以及本单位的表头各是办法的哪一项输入；留空（''）的列不读。
# Where the table stands: sheet, range, and what each heading means for the method; '' leaves a column alone.
"""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table stands, and what its headings mean.

    Attributes:
        sheet: The name of the sheet; `None` to find it by content.
        cells: The range, headings included, such as `B4:K95`; `None` for the whole sheet.
        columns: For a heading the input: by name or label, or `code` or `name`; an empty text leaves the
            column alone.
        source: The file it was read from, for the lines of messages.
    """

    sheet: str | None = None
    cells: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    source: YamlFile | None = field(default=None, compare=False, repr=False)

    @property
    def said(self) -> Text:
        """What it says, in a few words."""
        parts = [] if self.sheet is None else [(f"工作表「{self.sheet}」", f"sheet “{self.sheet}”")]
        parts += [] if self.cells is None else [(f"区域 {self.cells}", f"range {self.cells}")]
        parts += [(f"{len(self.columns)} 个列名", f"{len(self.columns)} headings")] if self.columns else []
        return Text("，".join(zh for zh, _ in parts), ", ".join(en for _, en in parts))

    def place(self, *where: str) -> Place:
        return Place() if self.source is None else self.source.place(*where)


def load_layout(path: str | Path) -> Layout:
    """Read a layout from a YAML file with `sheet`, `range` and `columns`; each may be left out.

    Raises:
        DataError: With every problem (TC237), by line.
    """
    try:
        source = read_yaml(Path(path))
    except MethodError as error:
        raise DataError([_of_layout(found) for found in error.issues]) from None
    problems = Collector()
    data = source.data if source.data is not None else {}
    if not isinstance(data, dict):
        _wrong(problems, source.place(), "要写成「键: 值」", "it takes “key: value”")
        raise DataError(problems.issues)
    for key in data:
        if key not in _KEYS:
            near = "、".join(difflib.get_close_matches(str(key), _KEYS, n=1)) or "、".join(_KEYS)
            said = f"没有「{key}」这一项，可写：{near}", f"there is no key “{key}”; there is: {near}"
            _wrong(problems, source.place(str(key)), *said)
    sheet, cells, columns = (data.get(key) for key in _KEYS)
    if cells is not None and (not isinstance(cells, str) or _corners(cells) is None):
        said = f"区域「{cells}」要写成 B4:K95 的样子", f"the range “{cells}” must look like B4:K95"
        _wrong(problems, source.place("range"), *said)
    if columns is not None and not isinstance(columns, dict):
        said = "columns 要写成「表头: 输入名」", "columns takes “heading: input”"
        _wrong(problems, source.place("columns"), *said)
        columns = None
    meant = {str(head): "" if name is None else name for head, name in (columns or {}).items()}
    for head, name in meant.items():
        if not isinstance(name, str):
            said = f"「{head}」要对应一个输入名", f"“{head}” takes the name of one input"
            _wrong(problems, source.place("columns", head), *said)
    if problems.errors:
        raise DataError(problems.issues)
    return Layout(None if sheet is None else str(sheet), cells, meant, source)


def _of_layout(found: Issue) -> Issue:
    """A problem of reading YAML in the words of this file: it is no method."""
    if found.code == "TC103":
        return found
    zh, en = found.message.zh.removeprefix("办法文件"), found.message.en.removeprefix("the method file ")
    return issue("TC237", found.place, detail=Text(zh, en))


def _wrong(problems: Collector, place: Place, zh: str, en: str) -> None:
    problems.add("TC237", place, detail=Text(zh, en))


def layout_file(path: Path) -> Path:
    """The file that remembers the layout of a workbook."""
    return path.with_name(path.stem + SUFFIX)


def remembered(path: str | Path) -> Layout | None:
    """The layout remembered beside a workbook, `None` where there is none.

    Raises:
        DataError: If there is one that cannot be used.
    """
    file = layout_file(Path(path))
    return load_layout(file) if file.is_file() else None


def remember(path: str | Path, layout: Layout) -> Path:
    """Write the layout of a workbook beside it, all of it or nothing.

    Returns:
        The file written.
    """
    target = layout_file(Path(path))
    said: dict[str, Any] = {"sheet": layout.sheet, "range": layout.cells, "columns": dict(layout.columns)}
    kept = {key: value for key, value in said.items() if value}
    text = _HEAD + yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=1000)
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=SUFFIX, dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return target


def own_labels(layout: Layout, method: MethodFile, problems: Collector) -> dict[str, str]:
    """The user's headings as plain labels, with the column that each means; unknown inputs are issues."""
    labels = labels_of(method)
    found: dict[str, str] = {}
    for head, wanted in layout.columns.items():
        name = IGNORED if not wanted.strip() else labels.get(plain_label(wanted))
        if name is None:
            near = difflib.get_close_matches(plain_label(wanted), labels, n=3, cutoff=0.4)
            shown = "、".join(dict.fromkeys(labels[label] for label in near)) or "—"
            zh, en = f"没有输入「{wanted}」，相近的：{shown}", f"there is no input “{wanted}”; near: {shown}"
            problems.add("TC237", layout.place("columns", head), detail=Text(zh, en))
        else:
            found[plain_label(head)] = name
    return found


def check_heads(layout: Layout, table: Table, problems: Collector) -> None:
    """Warn of headings that a layout knows and the table has not: it may be that of another table."""
    labels = [plain_label(part) for head in table.heads for part in (*head.parts, head.text)]
    labels += ["".join(plain_label(part) for part in head.parts) for head in table.heads]
    present = {*labels, *(without_unit(label)[0] for label in labels)}
    gone = [head for head in layout.columns if plain_label(head) not in present]
    if gone:
        problems.add("TC254", table.whole, heads="、".join(gone[:8]), count=len(gone))


def chosen_sheet(layout: Layout, book: Book) -> Sheet | None:
    """The sheet that a layout names.

    Raises:
        DataError: If the workbook has none of that name.
    """
    if layout.sheet is None:
        return None
    wanted = layout.sheet.strip()
    if [each.name for each in book.sheets] == [""]:
        return book.sheets[0]  # a CSV file beside a workbook of the same name
    sheet = next((each for each in book.sheets if each.name.strip() == wanted), None)
    if sheet is None:
        listed = "、".join(each.name for each in book.sheets[:20])
        zh, en = f"没有工作表「{wanted}」，有：{listed}", f"there is no sheet “{wanted}”; there are: {listed}"
        place = layout.place("sheet") if layout.source is not None else Place(file=book.path.name)
        raise DataError([issue("TC237", place, detail=Text(zh, en))])
    return sheet


def cut(sheet: Sheet, cells: str | None, place: Place) -> Grid:
    """The part of a sheet that a range names; all of it without one.

    Raises:
        DataError: If that is no range, or nothing of the sheet lies in it.
    """
    if cells is None:
        return Grid(sheet, sheet.rows)
    corners = _corners(cells)
    if corners is None:
        zh, en = f"区域「{cells}」要写成 B4:K95 的样子", f"the range “{cells}” must look like B4:K95"
        raise DataError([issue("TC237", place, detail=Text(zh, en))])
    left, top, right, bottom = corners
    rows: list[Sequence[Any]] = [row[left : right + 1] for row in sheet.rows[top : bottom + 1]]
    if not any(rows):
        zh = f"区域 {cells} 在工作表「{sheet.name}」的数据之外"
        en = f"the range {cells} lies outside the data of the sheet “{sheet.name}”"
        raise DataError([issue("TC237", place, detail=Text(zh, en))])
    return Grid(sheet, rows, top, left)


def _corners(cells: str) -> tuple[int, int, int, int] | None:
    """A range as its first column and row and its last ones, from 0."""
    found = _RANGE.fullmatch(cells.strip())
    if found is None:
        return None
    first, top, last, bottom = found.groups()
    corners = _position(first), int(top) - 1, _position(last), int(bottom) - 1
    return corners if corners[0] <= corners[2] and corners[1] <= corners[3] else None


def _position(letters: str) -> int:
    position = 0
    for letter in letters.upper():
        position = position * 26 + ord(letter) - 64
    return position - 1
