"""The command `check`: every problem of a table, by cell, and a copy of the workbook with the marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typer

from transfer_calc.calculation.calculate import attempt
from transfer_calc.cli.speak import Speaker, misuse
from transfer_calc.cli.tables import TablePlace
from transfer_calc.files.address import column_letter
from transfer_calc.issues import Collector, Issue, IssuesError, Place
from transfer_calc.method.load import Method
from transfer_calc.panel.beside import EnteredAmount, read_entered_file
from transfer_calc.panel.cells import date_of
from transfer_calc.panel.changes import load_changes
from transfer_calc.panel.doubts import doubts
from transfer_calc.panel.panel import Panel, read_panel
from transfer_calc.text import Text
from transfer_calc.workbook.mark import SEVERITIES, mark
from transfer_calc.workbook.mark_sheet import cell_of


@dataclass(frozen=True, slots=True)
class Asked:
    """What a check is asked for, beside the method and the table.

    Attributes:
        pool: The amount to divide.
        on: The date of the calculation.
        parameters: Parameters and choices by name.
        entered: A file of entered amounts.
        last: Last year's table, for what jumped.
        changes: A table of what became of codes.
        sheet: The sheet of the table.
        cells: Its range.
        columns: A layout file, with the headings.
    """

    pool: str | None = None
    on: str | None = None
    parameters: Mapping[str, Any] | None = None
    entered: Path | None = None
    last: Path | None = None
    changes: Path | None = None
    sheet: str | None = None
    cells: str | None = None
    columns: Path | None = None


def check(
    method: Method, table: Path, asked: Asked, speaker: Speaker, *, mark_to: Path | None, as_json: bool
) -> None:
    """Look for every problem, print them, and mark them in a copy; ends with 1 where there is an error."""
    files = (table, method.path, asked.entered, asked.last, asked.changes, asked.columns)
    if mark_to is not None and any(
        each is not None and mark_to.resolve() == each.resolve() for each in files
    ):
        misuse(speaker, Text("标注的副本不能覆盖输入文件", "the marked copy may not overwrite an input"))
    with speaker.progress(Text("正在检查", "checking")):
        issues = find_problems(method, table, asked)
    marked, failed = _marked(table, issues, mark_to, speaker)
    if as_json:
        speaker.json(record(method.id, table, issues, marked, speaker.lang))
    else:
        print_problems(issues, speaker)
        typer.echo(closing(issues, marked, speaker.lang))
    if mark_to is not None and marked is None:
        typer.echo(Text("没有写出标注的副本。", "No marked copy was written.")[speaker.lang], err=True)
    speaker.warn(failed)
    if failed or any(found.severity == "error" for found in issues):
        raise typer.Exit(1)


def find_problems(method: Method, table: Path, asked: Asked) -> tuple[Issue, ...]:
    """Every problem of a table: of reading, of computing, and what a finance person would ask."""
    problems = Collector()
    with problems.catching():
        panel = TablePlace(table, asked.sheet, asked.cells, asked.columns).read(method)
        amounts: tuple[EnteredAmount, ...] = ()
        if asked.entered is not None:
            with problems.catching():
                amounts = read_entered_file(asked.entered, method.file)
        _, found = attempt(
            method, panel, pool=asked.pool, on=asked.on, parameters=asked.parameters, entered=amounts
        )
        problems.extend(found)
        with problems.catching():
            problems.extend(_doubts(method, panel, asked))
    return tuple(problems.issues)


def _doubts(method: Method, panel: Panel, asked: Asked) -> tuple[Issue, ...]:
    if not len(panel):
        return ()
    last = None if asked.last is None else read_panel(asked.last, method)
    changes = None if asked.changes is None else load_changes(asked.changes)
    return doubts(panel, method, last=last, changes=changes, on=date_of(asked.on))


def _marked(
    table: Path, issues: Sequence[Issue], target: Path | None, speaker: Speaker
) -> tuple[Path | None, tuple[Issue, ...]]:
    """The copy that was written, or why there is none. That a file cannot be read has been said already."""
    if target is None:
        return None, ()
    try:
        with speaker.progress(Text("正在标注", "marking")):
            mark(table, issues, target, speaker.lang)
    except IssuesError as error:
        return None, tuple(found for found in error.issues if found not in issues)
    return target, ()


def print_problems(issues: Iterable[Issue], speaker: Speaker) -> None:
    """Print errors, warnings and notes, each by sheet and cell; equal problems of many cells on one line."""
    found = list(issues)
    for severity, title in SEVERITIES.items():
        group = [each for each in found if each.severity == severity]
        if group:
            heads = Text(f"{title.zh}（{len(group)}）", f"{title.en}s ({len(group)})")
            typer.echo(heads[speaker.lang])
        for line in _lines(group, speaker.lang):
            typer.echo(f"  {line}")


def closing(issues: Iterable[Issue], marked: Path | None, lang: str) -> str:
    """How many problems there are, and where the marks went."""
    count = dict.fromkeys(SEVERITIES, 0)
    for each in issues:
        count[each.severity] += 1
    zh = "，".join(f"{number} 个{SEVERITIES[severity].zh}" for severity, number in count.items())
    en = ", ".join(
        f"{number} {SEVERITIES[severity].en}{'' if number == 1 else 's'}"
        for severity, number in count.items()
    )
    said = Text(zh, en)[lang]
    return said if marked is None else said + Text(f"；标注已写入 {marked}", f"; marked in {marked}")[lang]


def record(
    method: str, table: Path, issues: Sequence[Issue], marked: Path | None, lang: str
) -> dict[str, Any]:
    """The problems for JSON, one by one."""
    count = {f"{severity}s": sum(each.severity == severity for each in issues) for severity in SEVERITIES}
    ordered = [
        each for _, each in sorted(((_order(each), each) for each in issues), key=lambda pair: pair[0])
    ]
    return {
        "method": method,
        "file": str(table),
        **count,
        "marked": None if marked is None else str(marked),
        "issues": [each.record(lang) for each in ordered],
    }


def _lines(issues: Sequence[Issue], lang: str) -> list[str]:
    """One line a problem; the same problem of several cells of a sheet is one line that names them all."""
    groups: dict[tuple[object, ...], list[Issue]] = {}
    for each in sorted(issues, key=_order):
        place = each.place
        alone = place if _position(place) is None else None
        groups.setdefault((each.code, each.message, place.file, place.sheet, alone), []).append(each)
    return [group[0].line(lang) if len(group) == 1 else _together(group, lang) for group in groups.values()]


def _together(issues: Sequence[Issue], lang: str) -> str:
    first = issues[0]
    positions = [position for each in issues if (position := _position(each.place)) is not None]
    if not positions:
        return first.line(lang)
    where = replace(first.place, cell=_ranges(positions), code=None, unit_name=None, name=None)
    said = where.text()[lang]
    count = Text(f"（{len(issues)} 处）", f" ({len(issues)} cells)")[lang]
    return replace(first, place=where).line(lang).replace(said, said + count, 1)


def _ranges(cells: Iterable[tuple[int, int]]) -> str:
    """Cells as ranges down their columns: D5:D9、D12."""
    runs: list[tuple[int, int, int]] = []
    for row, column in sorted(set(cells), key=lambda cell: (cell[1], cell[0])):
        if runs and runs[-1][0] == column and runs[-1][2] == row - 1:
            runs[-1] = (column, runs[-1][1], row)
        else:
            runs.append((column, row, row))
    said = []
    for column, first, last in runs:
        letter = column_letter(column - 1)
        said.append(f"{letter}{first}" if first == last else f"{letter}{first}:{letter}{last}")
    return "、".join(said)


def _order(found: Issue) -> tuple[int, str, str, int, int, str]:
    """Errors first; in each what has no cell, then by file, sheet, row and column."""
    place = found.place
    row, column = _position(place) or (0, 0)
    severity = list(SEVERITIES).index(found.severity)
    return severity, place.file or "", place.sheet or "", row, column, found.code


def _position(place: Place) -> tuple[int, int] | None:
    return None if place.cell is None else cell_of(place.cell)
