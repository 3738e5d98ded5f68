"""A result as a workbook: 说明, 结果, 计算, 数据, 参数, 校验, 依据, 录入数, 运行记录.

Every sheet starts with the title of the method and, where there is one, the notice (演示数据). Text is
always written as text: nothing that stands in a cell of the input can become a formula here.
"""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from transfer_calc.calculation.evidence import EVIDENCE, Grade
from transfer_calc.calculation.result import ALLOCATION, Result
from transfer_calc.calculation.settings import ORIGINS
from transfer_calc.issues import DataError, Place, issue
from transfer_calc.manifest import record, written_at
from transfer_calc.method.model import STRENGTH
from transfer_calc.panel.cells import column_letter
from transfer_calc.text import Text
from transfer_calc.units import plain
from transfer_calc.workbook.styles import Styles, make_styles


def write_result(result: Result, path: Path, *, command: str | None = None) -> None:
    """Write the workbook of a result.

    The file appears whole or not at all: it is written beside its place and then moved there.

    Raises:
        DataError: If it cannot be written (TC902).
    """
    import xlsxwriter  # noqa: PLC0415 — only where a workbook is written

    if not path.parent.is_dir():
        missing = Text(f"文件夹 {path.parent} 不存在", f"there is no folder {path.parent}")
        raise DataError([issue("TC902", Place(file=path.name), detail=missing)])
    # Not by `tempfile`: its files can be read by their owner alone, and a result is for colleagues.
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.part")
    try:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        book = xlsxwriter.Workbook(str(temporary), options)
        book.set_properties(
            {"title": result.method.title.zh, "comments": result.notice or "", "created": written_at()}
        )
        _Writer(book, result, command).write()
        book.close()
        temporary.replace(path)
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        place = Place(file=path.name)
        raise DataError(
            [issue("TC902", place, detail=getattr(error, "strerror", None) or str(error))]
        ) from None


class _Writer:
    def __init__(self, book: Any, result: Result, command: str | None) -> None:
        self.book = book
        self.result = result
        self.method = result.method
        self.command = command
        self.styles: Styles = make_styles(book)
        self.widths: Sequence[float] = ()

    def write(self) -> None:
        self.cover()
        self.results()
        self.steps()
        self.inputs()
        self.parameters()
        self.checks()
        self.sources()
        if self.result.entered:
            self.entered()
        self.run()

    def sheet(self, name: str, title: str, widths: Sequence[float]) -> tuple[Any, int]:
        """A sheet with its title and notice; gives the row for the headings."""
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L" + self.method.id + "&C第 &P 页 共 &N 页&R" + (self.result.notice or "")[:60])
        self.widths = widths
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, title, self.styles.title)
        sheet.set_row(0, 24)
        row = 1
        if self.result.notice:
            sheet.write_string(row, 0, self.result.notice, self.styles.notice)
            row += 1
        return sheet, row

    def heads(self, sheet: Any, row: int, titles: Iterable[str], height: float = 32) -> None:
        for column, title in enumerate(titles):
            sheet.write_string(row, column, title, self.styles.head)
        sheet.set_row(row, height)
        sheet.repeat_rows(row)

    def lines(
        self, sheet: Any, row: int, lines: Iterable[Sequence[str]], styles: Sequence[Any] | None = None
    ) -> int:
        for line in lines:
            for column, cell in enumerate(line):
                sheet.write_string(
                    row, column, cell, self.styles.wrapped if styles is None else styles[column]
                )
            # Not every program fits the height of a row to wrapped text by itself.
            deepest = max(
                (_lines(cell, width) for cell, width in zip(line, self.widths, strict=False)), default=1
            )
            if deepest > 1:
                sheet.set_row(row, 15 * deepest)
            row += 1
        return row

    def cover(self) -> None:
        result, law = self.result, self.method.file.law
        sheet, row = self.sheet("说明", self.method.title.zh, (22, 96))
        document = law.document or "—"
        until = f" 至 {law.in_force.until}" if law.in_force.until else " 起"
        lines = [
            ("办法", f"{self.method.title.zh}（{self.method.id}）"),
            ("文件", f"{law.title.zh}；文号 {document}"),
            ("施行", f"{law.in_force.from_}{until}"),
            ("计算日期", str(result.settings.on)),
        ]
        if self.method.file.about is not None:
            lines.insert(1, ("内容", self.method.file.about.zh))
        pays = self.method.file.pays
        if result.pool is not None and pays is not None and pays.pool is not None:
            lines.append((pays.pool.zh, f"{result.pool:,} {plain(pays.pool.unit)}"))
        if result.payment is not None:
            lines.append(("分配数合计", f"{result.payment.total:,} {result.payment.unit}"))
        else:
            lines.append(("分配数", "没有：本次只有测算数，原因见 校验 表"))
        for name, value in result.headline.items():
            lines.append((result.label(name).zh, f"{value:.12g} {_bracketed(result.units[name])}".strip()))
        weakest = max((grade for grade in result.grades.values()), key=_strength, default=None)
        if weakest is not None:
            said = EVIDENCE[weakest.weakest].zh
            lines.append(
                ("依据等级", f"最弱为「{said}」，出自「{result.label(weakest.because).zh}」；逐项见 依据 表")
            )
        if result.entered:
            lines.append(("录入数", f"{len(result.entered)} 笔，见 录入数 表"))
        lines += [
            ("各表", "结果：分配数；计算：每一步；数据：输入；参数：所用数值；校验；依据；运行记录"),
            (
                "结算",
                "先按精确数计算，再按最大余数法结算为整数，尾数相同时按代码先后。合计与资金总额分毫不差。",
            ),
        ]
        self.lines(sheet, row + 1, lines, (self.styles.head, self.styles.wrapped))

    def results(self) -> None:
        """Codes, names, groups, the entitlement, the amount and the allocation, with their sums."""
        result, styles = self.result, self.styles
        pays = self.method.file.pays
        given = self.method.file.columns
        groups = [name for name in result.panel.columns if given[name].kind == "group"]
        shown = [] if pays is None else [pays.entitlement, pays.amount]
        figures = [name for name in dict.fromkeys(shown) if name is not None and name in result.columns]
        if not figures:
            figures = [name for name in result.columns if result.columns[name].dtype.kind == "f"]
        sheet, row = self.sheet(
            "结果", f"{self.method.title.zh}：结果", [11, 30, *[18] * (len(groups) + len(figures) + 1)]
        )
        titles = ["代码", self.method.file.recipients.zh, *(self.method.label(name).zh for name in groups)]
        titles += [self.titled(name) for name in figures]
        if result.payment is not None:
            titles.append(self.titled(ALLOCATION))
        self.heads(sheet, row, titles)
        first = row + 1
        columns: list[tuple[Any, Any]] = [
            (result.panel.codes, styles.text),
            (result.panel.names, styles.text),
        ]
        columns += [(result.panel.columns[name], styles.text) for name in groups]
        columns += [(result.columns[name], self.figure_style(name)) for name in figures]
        if result.payment is not None:
            columns.append((result.payment.allocation, styles.paid))
        self.columns(sheet, first, columns)
        last = first + len(result.panel)
        sheet.write_string(last, 0, "合计", styles.sum_text)
        for column, (values, _) in enumerate(columns[1:], start=1):
            if values.dtype.kind in "fi":
                letter = column_letter(column)
                total = int(values.sum()) if values.dtype.kind == "i" else float(np.sum(values))
                sheet.write_formula(
                    last, column, f"=SUM({letter}{first + 1}:{letter}{last})", styles.sum_whole, total
                )
            else:
                sheet.write_blank(last, column, None, styles.sum_text)
        sheet.freeze_panes(first, 2)
        sheet.autofilter(row, 0, last - 1, len(titles) - 1)

    def steps(self) -> None:
        result = self.result
        names = list(result.columns)
        sheet, row = self.sheet("计算", f"{self.method.title.zh}：逐步计算", [11, 30, *[17] * len(names)])
        self.heads(
            sheet, row, ["代码", self.method.file.recipients.zh, *(self.titled(name) for name in names)], 46
        )
        styled = [(result.columns[name], self.figure_style(name)) for name in names]
        text = self.styles.text
        self.columns(sheet, row + 1, [(result.panel.codes, text), (result.panel.names, text), *styled])
        sheet.freeze_panes(row + 1, 2)

    def inputs(self) -> None:
        result, text = self.result, self.styles.text
        names = list(result.panel.columns)
        sheet, row = self.sheet("数据", f"{self.method.title.zh}：输入数据", [11, 30, *[17] * len(names)])
        titles = []
        for name in names:
            entry = self.method.file.inputs[name]
            titles.append(entry.zh + (f"（{plain(entry.unit)}）" if entry.unit != "1" else ""))
        self.heads(sheet, row, ["代码", self.method.file.recipients.zh, *titles], 46)
        styled = [
            (values, self.styles.number if values.dtype.kind == "f" else text)
            for values in (result.panel.columns[name] for name in names)
        ]
        self.columns(sheet, row + 1, [(result.panel.codes, text), (result.panel.names, text), *styled])
        sheet.freeze_panes(row + 1, 2)

    def columns(self, sheet: Any, row: int, columns: Sequence[tuple[Any, Any]]) -> None:
        for column, (values, style) in enumerate(columns):
            for offset, value in enumerate(values.tolist()):
                if isinstance(value, bool):
                    sheet.write_string(row + offset, column, "是" if value else "否", self.styles.text)
                elif isinstance(value, str):
                    sheet.write_string(row + offset, column, value, style)
                else:
                    sheet.write_number(row + offset, column, value, style)

    def parameters(self) -> None:
        settings = self.result.settings
        sheet, row = self.sheet("参数", f"{self.method.title.zh}：参数", (30, 20, 10, 14, 18, 24, 22, 44))
        self.heads(
            sheet, row, ["名称", "数值", "单位", "生效日期", "依据等级", "条款", "来源", "英文名／程序名"]
        )
        row += 1
        pays = self.method.file.pays
        cells: list[tuple[str, Any, str, str, str, str, str, str]] = [
            ("计算日期", str(settings.on), "", "", "", "", ORIGINS[settings.on_origin].zh, "date / on")
        ]
        if (
            settings.pool is not None
            and settings.pool_origin is not None
            and pays is not None
            and pays.pool is not None
        ):
            origin = ORIGINS[settings.pool_origin].zh
            cells.append((pays.pool.zh, settings.pool, plain(pays.pool.unit), "", "", "", origin, "pool"))
        for name, setting in settings.parameters.items():
            since = "" if setting.since is None else str(setting.since)
            grade = "" if setting.evidence is None else EVIDENCE[setting.evidence].zh
            origin = ORIGINS[setting.origin].zh
            label = self.method.label(name)
            named = f"{label.en} / {name}"
            cells.append(
                (
                    label.zh,
                    setting.said if isinstance(setting.value, bool) else setting.value,
                    setting.unit,
                    since,
                    grade,
                    setting.cite or "",
                    origin,
                    named,
                )
            )
        for name, chosen in settings.choices.items():
            choice = self.method.file.choices[name]
            grade, origin = EVIDENCE[choice.evidence or "assumed"].zh, ORIGINS[chosen.origin].zh
            said = choice.options[chosen.option].zh
            cells.append((choice.zh, said, "", "", grade, choice.cite or "", origin, f"{choice.en} / {name}"))
        for line in cells:
            for column, cell in enumerate(line):
                if isinstance(cell, str):
                    sheet.write_string(row, column, cell, self.styles.wrapped)
                else:
                    sheet.write_number(row, column, float(cell), self.exact_style(cell))
            row += 1

    def checks(self) -> None:
        sheet, row = self.sheet("校验", f"{self.method.title.zh}：校验", (36, 12, 90))
        self.heads(sheet, row, ["项目", "结论", "说明"])
        for offset, check in enumerate(self.result.checks, start=row + 1):
            said = "不适用" if check.passed is None else "符合"
            sheet.write_string(offset, 0, check.title.zh, self.styles.wrapped)
            sheet.write_string(
                offset, 1, said, self.styles.muted if check.passed is None else self.styles.good
            )
            sheet.write_string(offset, 2, check.detail.zh, self.styles.wrapped)

    def sources(self) -> None:
        result, law = self.result, self.method.file.law
        sheet, row = self.sheet("依据", f"{self.method.title.zh}：依据", (24, 8, 16, 10, 10, 20, 44, 36))
        sheet.write_string(row, 0, f"{law.title.zh}　{law.document or '（无文号）'}", self.styles.muted)
        self.heads(
            sheet, row + 1, ["步骤", "单位", "条款", "本步等级", "沿途最弱", "最弱出自", "公式", "说明"]
        )
        lines = []
        for step in result.settings.steps:
            written = self.method.file.steps[step.name]
            grade = result.grades[step.name]
            lines.append(
                (
                    written.zh,
                    plain(written.unit),
                    written.cite or "",
                    EVIDENCE[grade.own].zh,
                    EVIDENCE[grade.weakest].zh,
                    result.label(grade.because).zh,
                    self.formula_text(step.name),
                    "" if written.note is None else written.note.zh,
                )
            )
        self.lines(sheet, row + 2, lines)

    def formula_text(self, name: str) -> str:
        written = self.method.file.steps[name]
        if written.solve is not None:
            solve = written.solve
            parts = [f"按 {solve.claim} 分配 {solve.total}"]
            if solve.floor is not None:
                parts.append(f"不低于 {solve.floor}")
            if solve.cap is not None:
                parts.append(f"不高于 {solve.cap}")
            return "，".join(parts)
        if isinstance(written.formula, dict) and written.choice is not None:
            return written.formula[self.result.settings.choices[written.choice].option]
        return str(written.formula)

    def entered(self) -> None:
        sheet, row = self.sheet("录入数", f"{self.method.title.zh}：录入数", (12, 24, 30, 18, 8, 60, 30))
        self.heads(
            sheet, row, ["代码", self.method.file.recipients.zh, "步骤", "数值", "单位", "理由", "录入人"]
        )
        names = dict(zip(self.result.panel.codes.tolist(), self.result.panel.names.tolist(), strict=True))
        for offset, amount in enumerate(self.result.entered, start=row + 1):
            self.lines(sheet, offset, [(amount.code, names[amount.code], self.method.label(amount.step).zh)])
            sheet.write_number(offset, 3, float(amount.value), self.exact_style(amount.value))
            for column, text in ((4, self.result.units[amount.step]), (5, amount.reason), (6, amount.author)):
                sheet.write_string(offset, column, text, self.styles.wrapped)

    def run(self) -> None:
        sheet, row = self.sheet("运行记录", f"{self.method.title.zh}：运行记录", (40, 100))
        self.heads(sheet, row, ["项目", "内容"])
        lines = [(entry.title.zh, entry.value) for entry in record(self.result, self.command)]
        self.lines(sheet, row + 1, lines)

    def titled(self, name: str) -> str:
        unit = self.result.units[name]
        return self.result.label(name).zh + _bracketed(unit)

    def figure_style(self, name: str) -> Any:
        return self.styles.ratio if self.result.units[name] == "1" else self.styles.number

    def exact_style(self, value: Any) -> Any:
        return self.styles.whole if value == value.to_integral_value() else self.styles.ratio


def _lines(text: str, width: float) -> int:
    """How many lines a text needs in a column; a Chinese character is as wide as two others."""
    return math.ceil(sum(2 if ord(char) > 0x2E80 else 1 for char in text) / max(width - 2, 1)) or 1


def _bracketed(unit: str) -> str:
    return "" if unit == "1" else f"（{unit}）"


def _strength(grade: Grade) -> int:
    return STRENGTH.index(grade.weakest)
