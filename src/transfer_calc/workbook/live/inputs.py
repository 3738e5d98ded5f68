"""The sheets that hold what is given: 数据, 参数, 查表, 录入数."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from transfer_calc.calculation.evidence import EVIDENCE
from transfer_calc.calculation.settings import ORIGINS, Setting
from transfer_calc.files.address import column_letter
from transfer_calc.language.excel_addresses import (
    GroupPlace,
    Reference,
    SchedulePlace,
    TablePlace,
    needs_exact,
)
from transfer_calc.language.world import Brackets, Table
from transfer_calc.method.model import CODE, POOL, Input
from transfer_calc.units import plain
from transfer_calc.workbook.exact import exact
from transfer_calc.workbook.live.columns import FIRST, ColumnSheet
from transfer_calc.workbook.live.desk import Desk
from transfer_calc.workbook.sheets import SheetWriter
from transfer_calc.workbook.styles import not_for_change

DATA, PARAMETERS, TABLES, ENTERED = "数据", "参数", "查表", "录入数"
MISSING = "#N/A"
_FOLLOWED = (
    "黄色格可以修改，修改后各表自动重算。",
    "日期和选项决定用哪一条公式，修改后要重新运行。",
)
_VALUES = ("各表写的是数值，改动参数要重新运行。",)
PARAMETER_HEADS = ("名称", "数值", "单位", "生效日期", "依据等级", "条款", "来源", "英文名／程序名")


def heading(label: str, unit: str) -> str:
    """A label with its unit, as the reader of tables knows it."""
    return label + ("" if unit == "1" else f"（{unit}）")


def write_data(desk: Desk, inputs: Mapping[str, Input], columns: Mapping[str, Any]) -> None:
    """The sheet 数据: yellow cells with what was read; a change recomputes the workbook.

    Args:
        desk: Takes the places of the columns.
        inputs: What each column is.
        columns: One figure, truth or text a unit.
    """
    panel, styles = desk.result.panel, desk.writer.styles
    sheet = desk.data = ColumnSheet(desk.writer, DATA, f"{desk.title}：输入数据", desk.rows)
    sheet.values(sheet.place("代码", width=11), panel.codes, styles.text)
    sheet.values(sheet.place(desk.recipients, width=24), panel.names, styles.text)
    desk.figures[CODE] = sheet.reference(0)
    for name, values in columns.items():
        entry, kind = inputs[name], values.dtype.kind
        column = sheet.place(heading(entry.zh, plain(entry.unit)), width=26 if kind == "U" else 17)
        style = {"U": styles.input_text, "b": styles.input_flag}.get(kind)
        number = styles.input_ratio if entry.unit == "1" else styles.input_number
        sheet.values(column, values, style or number)
        _limit(sheet, column, entry)
        place = desk.figures[name] = sheet.reference(column)
        if kind == "U":
            labels = np.unique(values).tolist()
            desk.group_places[name] = GroupPlace(place, place, needs_exact(labels))
    sheet.sheet.autofilter(FIRST - 2, 0, sheet.last - 1, sheet.next - 1)
    sheet.sheet.write_string(FIRST - 3, 0, "黄色格是输入，可以修改；修改后各表自动重算。", styles.muted)


def _limit(sheet: ColumnSheet, column: int, entry: Input) -> None:
    """What may be typed into a column of inputs."""
    rows = (FIRST - 1, column, sheet.last - 1, column)
    label = entry.zh[:20]
    if entry.kind == "flag":
        rule: dict[str, Any] = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 1}
        said = "是填1，否填0。"
    elif entry.kind == "number":
        low, high = entry.min, entry.max
        rule = {"validate": "decimal", "criteria": "between"}
        rule |= {"minimum": float(low if low is not None else Decimal("-1E+300"))}
        rule |= {"maximum": float(high if high is not None else Decimal("1E+300"))}
        bounds = ("" if low is None else f"，不小于{low}") + ("" if high is None else f"，不大于{high}")
        said = f"应为数字{bounds}；没有数据不要填0。"
    else:
        return
    sheet.sheet.data_validation(*rows, {**rule, "error_title": label, "error_message": said})


def write_parameters(desk: Desk, *others: Desk, live: bool = True) -> None:
    """The sheet 参数: every figure of the run in a named cell; yellow ones may be changed.

    Args:
        desk: The run, with its date and pot.
        others: Runs that it is built on: their parameters and choices stand below.
        live: Whether the other sheets follow a change.
    """
    sheet, row = desk.writer.sheet(PARAMETERS, f"{desk.title}：参数", (34, 22, 12, 14, 14, 26, 22, 46))
    desk.writer.heads(sheet, row, PARAMETER_HEADS)
    sheet.freeze_panes(row + 1, 1)
    lines = _ParameterLines(desk.writer, sheet, row + 1, live=live)
    lines.date_and_pool(desk, *others)
    for each in (desk, *others):
        lines.parameters(each)
        lines.choices(each)
    lines.below((desk, *others))


class _ParameterLines:
    def __init__(self, writer: SheetWriter, sheet: Any, row: int, *, live: bool) -> None:
        self.styles = writer.styles if live else not_for_change(writer.styles)
        self.said = _FOLLOWED if live else _VALUES
        self.sheet = sheet
        self.row = row

    def line(self, texts: Sequence[str], value: Any, style: Any) -> None:
        for column, text in zip((0, 2, 3, 4, 5, 6, 7), texts, strict=True):
            style_of_text = self.styles.centred if column == 2 else self.styles.wrapped
            self.sheet.write_string(self.row, column, text, style_of_text)
        if isinstance(value, str):
            self.sheet.write_string(self.row, 1, value, style)
        else:
            self.sheet.write_number(self.row, 1, exact(float(value)), style)
        self.row += 1

    def name(self, desk: Desk, label: str) -> Reference:
        return desk.names.define(label, f"{PARAMETERS}!$B${self.row + 1}")

    def date_and_pool(self, desk: Desk, *others: Desk) -> None:
        dated = (others or (desk,))[0].result.settings
        origin = ORIGINS[dated.on_origin].zh
        self.line(("计算日期", "", "", "", "", origin, "date / on"), str(dated.on), self.styles.text)
        settings, pays = desk.result.settings, desk.method.file.pays
        if settings.pool is None or settings.pool_origin is None or pays is None or pays.pool is None:
            return
        desk.figures[POOL] = self.name(desk, pays.pool.zh)
        origin = ORIGINS[settings.pool_origin].zh
        texts = (pays.pool.zh, plain(pays.pool.unit), "", "", "", origin, f"{pays.pool.en} / {POOL}")
        self.line(texts, settings.pool, self.styles.input_number)

    def parameters(self, desk: Desk) -> None:
        for name, setting in desk.result.settings.parameters.items():
            label = desk.method.label(name)
            desk.figures[name] = self.name(desk, label.zh)
            flag = isinstance(setting.value, bool)
            style = self.styles.input_flag if flag else self.styles.input_ratio
            self.line(_described(setting, label.zh, f"{label.en} / {name}"), setting.value, style)

    def choices(self, desk: Desk) -> None:
        for name, chosen in desk.result.settings.choices.items():
            choice = desk.method.file.choices[name]
            grade, origin = EVIDENCE[choice.evidence or "assumed"].zh, ORIGINS[chosen.origin].zh
            texts = (choice.zh, "", "", grade, choice.cite or "", origin, f"{choice.en} / {name}")
            self.line(texts, choice.options[chosen.option].zh, self.styles.text)

    def below(self, desks: Sequence[Desk]) -> None:
        """A word to the reader, and the figures that nobody gave.

        They stand in the third column, where the reader of this sheet does not look for names.
        """
        self.row += 1
        for said in self.said:
            self.sheet.write_string(self.row, 2, said, self.styles.muted)
            self.row += 1
        for desk in desks:
            for name in desk.result.settings.unset:
                label = desk.method.label(name).zh
                self.sheet.write_string(
                    self.row, 2, f"{label}：没有给出，本次没有地区用到", self.styles.muted
                )
                self.sheet.write_formula(self.row, 1, "=NA()", self.styles.muted, MISSING)
                desk.figures[name] = self.name(desk, label)
                self.row += 1


def _described(setting: Setting, label: str, names: str) -> tuple[str, ...]:
    since = "" if setting.since is None else str(setting.since)
    grade = "" if setting.evidence is None else EVIDENCE[setting.evidence].zh
    unit = "" if setting.unit == "1" else setting.unit
    return (label, unit, since, grade, setting.cite or "", ORIGINS[setting.origin].zh, names)


def write_tables(desk: Desk) -> None:
    """The sheet 查表: look-up and bracket tables in force, each as a list."""
    settings, styles = desk.result.settings, desk.writer.styles
    if not (settings.tables or settings.schedules):
        return
    sheet, row = desk.writer.sheet(TABLES, f"{desk.title}：查表", (24, 24, 18, 18, 60))
    for name, table in settings.tables.items():
        row = _table(desk, sheet, row + 1, name, table)
    for name, brackets in settings.schedules.items():
        row = _schedule(desk, sheet, row + 1, name, brackets)
    sheet.write_string(row + 1, 0, "本表是办法的数值，修改要改办法文件。", styles.muted)


def _title(desk: Desk, sheet: Any, row: int, name: str) -> None:
    cite, grade = desk.result.settings.sources[name]
    said = f"{desk.method.label(name).zh}　{cite or ''}　{EVIDENCE[grade].zh}"
    sheet.write_string(row, 0, said, desk.writer.styles.muted)


def _table(desk: Desk, sheet: Any, row: int, name: str, table: Table) -> int:
    styles, written = desk.writer.styles, desk.method.file.tables[name]
    _title(desk, sheet, row, name)
    heads = [*(key.zh for key in written.keys), heading(written.zh, plain(written.unit))]
    for column, text in enumerate(heads):
        sheet.write_string(row + 1, column, text, styles.head)
    first = row + 2
    # With prefixes the last text that fits must be the longest.
    lines = (
        sorted(table.figures.items(), key=lambda item: len(item[0][0]))
        if table.by_prefix
        else [*table.figures.items()]
    )
    for at, (keys, figure) in enumerate(lines, start=first):
        for column, key in enumerate(keys):
            sheet.write_string(at, column, key, styles.text)
        sheet.write_number(at, len(keys), exact(figure), styles.plain)
    last = first + len(lines)
    ranges = [
        f"{TABLES}!${column_letter(at)}${first + 1}:${column_letter(at)}${last}" for at in range(len(heads))
    ]
    mixed = any(needs_exact({keys[at] for keys, _ in lines}) for at in range(len(written.keys)))
    desk.tables[name] = TablePlace(tuple(ranges[:-1]), ranges[-1], mixed, table.by_prefix)
    return last


def _schedule(desk: Desk, sheet: Any, row: int, name: str, brackets: Brackets) -> int:
    styles, written = desk.writer.styles, desk.method.file.schedules[name]
    _title(desk, sheet, row, name)
    for column, text in enumerate(("起点", heading(written.zh, plain(written.unit)), "比前一档增加")):
        sheet.write_string(row + 1, column, text, styles.head)
    first, before = row + 2, 0.0
    for at, (start, rate) in enumerate(
        zip(brackets.starts.tolist(), brackets.rates.tolist(), strict=True), start=first
    ):
        sheet.write_number(at, 0, exact(start), styles.plain)
        sheet.write_number(at, 1, exact(rate), styles.plain)
        text = f"=B{at + 1}" if at == first else f"=B{at + 1}-B{at}"
        sheet.write_formula(at, 2, text, styles.plain, rate - before)
        before = rate
    last = first + len(brackets.starts)
    starts, rates, rises = (f"{TABLES}!${letter}${first + 1}:${letter}${last}" for letter in "ABC")
    desk.schedules[name] = SchedulePlace(starts, rates, rises, brackets.inclusive)
    return last


def write_entered(desk: Desk) -> dict[tuple[str, int], str]:
    """The sheet 录入数; gives the cell of each amount by step and row."""
    if not desk.result.entered:
        return {}
    styles, panel = desk.writer.styles, desk.result.panel
    sheet, row = desk.writer.sheet(ENTERED, f"{desk.title}：录入数", (12, 24, 30, 18, 8, 60, 30))
    recipients = desk.method.file.recipients.zh
    desk.writer.heads(sheet, row, ["代码", recipients, "步骤", "数值", "单位", "理由", "录入人"])
    rows = {code: at for at, code in enumerate(panel.codes.tolist())}
    found: dict[tuple[str, int], str] = {}
    for at, amount in enumerate(desk.result.entered, start=row + 1):
        own = rows[amount.code]
        texts = (amount.code, str(panel.names[own]), desk.method.label(amount.step).zh)
        desk.writer.lines(
            sheet, at, [(*texts, None, desk.result.units[amount.step], amount.reason, amount.author)]
        )
        sheet.write_number(at, 3, exact(float(amount.value)), styles.input_number)
        found[amount.step, own] = f"{ENTERED}!$D${at + 1}"
    return found
