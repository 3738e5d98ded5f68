"""The run record of a returned workbook against the workbook as it is now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from transfer_calc._version import __version__
from transfer_calc.calculation.settings import ORIGINS
from transfer_calc.issues import Collector, DataError, Place, issue
from transfer_calc.manifest import COLUMN_MARK, Entry, fingerprints
from transfer_calc.panel.cells import decimal_of
from transfer_calc.panel.panel import Panel
from transfer_calc.text import Text
from transfer_calc.workbook.cells import Cells
from transfer_calc.workbook.live.inputs import DATA
from transfer_calc.workbook.record import FINGERPRINT_HEADS, HEADS, RUN

METHOD, BUDGET, RESULT = "办法", "预算方案", "结果 SHA-256"
SOFTWARE = "软件"
_SHA = " SHA-256"
_HASHES = ("办法文件 ", "预算文件")
_ELSEWHERE = (
    "输入文件",
    "输入文件 SHA-256",
    "命令",
    "numpy",
    "scipy",
    "highspy",
    "pulp",
    "Python",
    "生成时间",
)
_FOUND_ANEW = ("对偶间隙（相对）",)
"""Entries that may differ between a run and its audit: where and with what it ran, noise of the solver."""


@dataclass(frozen=True)
class Record:
    """A run record as it stands in a workbook: the entries by title, and the hashes of rows and columns."""

    entries: Mapping[str, str]
    marks: Mapping[tuple[str, str], str]

    @property
    def subject(self) -> str:
        """The id of the method, or the title of the budget."""
        return self.entries.get(METHOD) or self.entries[BUDGET]


def read_record(cells: Cells, file: str) -> Record:
    """The run record of a workbook.

    Raises:
        DataError: If there is none (TC850).
    """
    rows: dict[int, dict[int, str]] = {}
    for (row, column), cell in cells.items():
        rows.setdefault(row, {})[column] = "" if cell.value is None else str(cell.value)
    entries: dict[str, str] = {}
    marks: dict[tuple[str, str], str] = {}
    begun = False
    for row in sorted(rows):
        line = rows[row]
        if (line.get(1), line.get(2)) == HEADS:
            begun = True
        elif begun and 1 in line:
            entries.setdefault(line[1], line.get(2, ""))
        if begun and 4 in line and line[4] != FINGERPRINT_HEADS[0]:
            marks[line[4], line.get(5, "")] = line.get(6, "")
    if RESULT not in entries or (METHOD not in entries and BUDGET not in entries):
        raise DataError([issue("TC850", Place(file=file))])
    return Record(entries, marks)


def check_files(recorded: Record, again: Iterable[Entry], problems: Collector) -> None:
    """Method files, the budget file and the software against those of the run."""
    then = {title: value for title, value in recorded.entries.items() if _is_hash(title)}
    now = {entry.title.zh: entry.value for entry in again if _is_hash(entry.title.zh)}
    for title in sorted(then.keys() | now.keys()):
        if then.get(title) != now.get(title):
            problems.add("TC851", Place(sheet=RUN), name=_file(title))
    software = f"transfer_calc {__version__}"
    if recorded.entries.get(SOFTWARE, software) != software:
        problems.add("TC866", Place(sheet=RUN), recorded=recorded.entries[SOFTWARE], found=software)


def check_entries(recorded: Record, again: Iterable[Entry], problems: Collector) -> None:
    """Parameters, date, pool, choices and amounts set by hand against what the record says."""
    now = {entry.title.zh: entry.value for entry in again}
    for title, value in recorded.entries.items():
        if title in (*_ELSEWHERE, *_FOUND_ANEW, RESULT, SOFTWARE) or _is_hash(title):
            continue
        here = now.get(title)
        if here is None or plainly(here) != plainly(value):
            shown = Text("没有", "nothing") if here is None else plainly(here)
            problems.add("TC863", Place(sheet=RUN), name=title, recorded=plainly(value), found=shown)


def check_data(recorded: Record, panel: Panel, problems: Collector) -> None:
    """What was added, taken away or changed in the data since the run."""
    if not recorded.marks:
        return
    now = {(kind, name): mark for kind, name, mark in fingerprints(panel)}
    codes = {name for kind, name in recorded.marks if kind != COLUMN_MARK}
    present = panel.codes.tolist()
    rows = {code: at for at, code in enumerate(present)}
    added, removed = set(present) - codes, codes - set(present)
    for code in sorted(added):
        problems.add("TC860", panel.place(rows[code], "code"), value=code)
    for code in sorted(removed):
        problems.add("TC861", Place(sheet=DATA, code=code), value=code)
    changed = [key for key, mark in now.items() if key in recorded.marks and recorded.marks[key] != mark]
    columns = [name for kind, name in changed if kind == COLUMN_MARK]
    lines = [name for kind, name in changed if kind != COLUMN_MARK]
    if min(len(lines), len(columns)) <= 1:
        for code in lines:
            for name in columns:
                problems.add("TC862", panel.place(rows[code], name), code=code)
        return
    # Several rows and several columns: which of their cells, the hashes cannot tell.
    letters = "、".join(sorted((panel.place(0, name).cell or "").rstrip("0123456789") for name in columns))
    for code in lines:
        own = panel.place(rows[code], "code")
        row = (own.cell or "").lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        problems.add("TC872", own, row=row, columns=letters)


def _file(title: str) -> Text:
    """What a hash is of: `办法文件 cn/model/x SHA-256` is of the method file cn/model/x."""
    zh = title.removesuffix(_SHA)
    return Text(zh, zh.replace("办法文件", "the method file").replace("预算文件", "the file of the budget"))


def _is_hash(title: str) -> bool:
    return title.endswith(_SHA) and title.startswith(_HASHES)


def plainly(value: str) -> str:
    """An entry without its origin: whoever gave a figure, it is the same figure."""
    head, bracket, tail = value.rpartition("（")
    origins = {origin.zh for origin in ORIGINS.values()}
    text = head if bracket and tail.removesuffix("）") in origins else value
    number, space, unit = text.partition(" ")
    exact = decimal_of(number)
    return text if exact is None else f"{exact.normalize():f}{space}{unit}"
