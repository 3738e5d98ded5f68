"""A result as a workbook: 说明, 结果, 数据, 参数, 计算, 结算, 总量, 校验, 依据, 运行记录 and more.

Every sheet starts with the title of the method and, where there is one, the notice (演示数据). Text is
always written as text: nothing that stands in a cell of the input can become a formula here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transfer_calc.calculation.evidence import EVIDENCE, Grade
from transfer_calc.calculation.result import Result
from transfer_calc.manifest import record
from transfer_calc.method.model import STRENGTH
from transfer_calc.units import plain
from transfer_calc.workbook.live.write import LIVE_ROWS, tabs, write_live
from transfer_calc.workbook.record import RUN, write_run
from transfer_calc.workbook.sheets import SheetWriter, write_book
from transfer_calc.workbook.values import write_values

COVER, SOURCES = "说明", "依据"


def write_result(result: Result, path: Path, *, command: str | None = None) -> None:
    """Write the workbook of a result.

    The file appears whole or not at all: it is written beside its place and then moved there. Up to
    `LIVE_ROWS` units every figure is a live formula with its value beside it; above, the sheets hold values.

    Raises:
        DataError: If it cannot be written (TC902).
    """

    def write(book: Any) -> None:
        writer = SheetWriter(book, result.method.id, result.notice)
        words = _Words(writer, result, command)
        writer.open([COVER, *tabs(result, live=live), SOURCES, RUN])
        words.cover(live=live)
        (write_live if live else write_values)(writer, result)
        words.sources()
        words.run()

    live = len(result.panel) <= LIVE_ROWS
    write_book(path, result.method.title.zh, result.notice, write, row_by_row=not live)


class _Words:
    """The sheets of words around the figures."""

    def __init__(self, writer: SheetWriter, result: Result, command: str | None) -> None:
        self.writer = writer
        self.result = result
        self.method = result.method
        self.command = command
        self.styles = writer.styles

    def cover(self, *, live: bool) -> None:
        result, law = self.result, self.method.file.law
        sheet, row = self.writer.sheet(COVER, self.method.title.zh, (26, 96))
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
            (
                "各表",
                "结果：分配数；数据、参数：输入；计算：每一步；"
                + ("结算：取整；" if live and result.payment is not None else "")
                + "总量：全体一个数的量和系数；校验；依据；运行记录",
            ),
            (
                "公式",
                "每个数都是公式。黄色格可以修改，修改后各表重算到分配数；选项和日期修改后要重新运行。"
                "核对：transfer-calc audit 本文件"
                if live
                else f"地区超过 {LIVE_ROWS:,} 个，各表写的是数值，不是公式。",
            ),
            (
                "结算",
                "先按精确数计算，再按最大余数法结算为整数，尾数相同时按代码先后。合计与资金总额分毫不差。",
            ),
        ]
        self.writer.lines(sheet, row + 1, lines, (self.styles.head, self.styles.wrapped))

    def sources(self) -> None:
        result, law = self.result, self.method.file.law
        sheet, row = self.writer.sheet(
            SOURCES, f"{self.method.title.zh}：依据", (28, 8, 16, 10, 10, 20, 44, 36)
        )
        sheet.write_string(row, 0, f"{law.title.zh}　{law.document or '（无文号）'}", self.styles.muted)
        self.writer.heads(
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
        self.writer.lines(sheet, row + 2, lines)

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

    def run(self) -> None:
        title = f"{self.method.title.zh}：运行记录"
        write_run(self.writer, title, record(self.result, self.command), self.result.panel)


def _bracketed(unit: str) -> str:
    return "" if unit == "1" else f"（{unit}）"


def _strength(grade: Grade) -> int:
    return STRENGTH.index(grade.weakest)
