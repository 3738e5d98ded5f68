"""An allocation as a workbook: result, constraints, the formulas of target and plan, proof, run record.

Up to `LIVE_ROWS` recipients its figures are live formulas; above, the sheets hold values.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from transfer_calc._version import __version__
from transfer_calc.budget.titles import title_of
from transfer_calc.calculation.settings import ORIGINS
from transfer_calc.files.address import column_letter
from transfer_calc.manifest import written_at
from transfer_calc.panel.panel import Panel
from transfer_calc.units import plain
from transfer_calc.workbook.live.budget import budget_tabs, write_budget
from transfer_calc.workbook.live.inputs import DATA, PARAMETERS
from transfer_calc.workbook.live.write import LIVE_ROWS
from transfer_calc.workbook.record import RUN, write_run
from transfer_calc.workbook.sheets import SheetWriter, write_book

if TYPE_CHECKING:
    import pandas as pd

    from transfer_calc.budget.answer import Allocation
    from transfer_calc.budget.matching import Pairing

_SUMMED = ("target", "last_year", "amount", "allocation", "change", "from_target")


def write_allocation(allocation: Allocation, path: Path, *, command: str | None = None) -> None:
    """Write the workbook of an allocation, whole or not at all.

    Raises:
        DataError: If it cannot be written (TC902).
    """
    title = allocation.budget.title.zh
    live = len(allocation.panel) <= LIVE_ROWS
    write_book(
        path, title, allocation.notice, lambda book: _Writer(book, allocation, command).write(live=live)
    )


class _Writer(SheetWriter):
    def __init__(self, book: Any, allocation: Allocation, command: str | None) -> None:
        super().__init__(book, allocation.budget.title.zh, allocation.notice)
        self.allocation = allocation
        self.title = allocation.budget.title.zh
        self.command = command

    def write(self, *, live: bool) -> None:
        tabs = budget_tabs(self.allocation) if live else [PARAMETERS, DATA]
        path = ["分年路径"] if self.allocation.path is not None else []
        moved = ["赢家输家"] if self.allocation.changes() else []
        self.open(
            ["说明", "结果", "约束", *tabs, "最优性证明", *moved, *path, *(["校验"] if live else []), RUN]
        )
        self.cover(live=live)
        self.constraints()
        self.proof()
        self.moved()
        self.path()
        if live:
            write_budget(self, self.allocation)
        else:
            self.results()
            self.parameters()
            self.inputs()
        write_run(self, f"{self.title}：运行记录", self.allocation.manifest_of(self.command), self.given())

    def given(self) -> Panel:
        """The table as it was read, without what was taken from the target's method."""
        panel, file = self.allocation.panel, self.allocation.built.figures.prepared.reading.file
        return replace(
            panel, columns={name: values for name, values in panel.columns.items() if name in file.columns}
        )

    def cover(self, *, live: bool) -> None:
        allocation, budget = self.allocation, self.allocation.budget
        sheet, row = self.sheet("说明", self.title, (22, 96))
        lines = [("资金总额", f"{allocation.pool:,.12g} {allocation.unit}")]
        if budget.about is not None:
            lines.insert(0, ("内容", budget.about.zh))
        lines += [
            ("下达合计", f"{int(allocation.settled.sum()):,} {allocation.settle_unit}"),
            *(("目标", text.zh) for text in allocation.reached),
            ("求解路线", allocation.solution.route),
            *(("提示", found.line("zh")) for found in allocation.issues if found.code.startswith("TC5")),
            *(("求解说明", note.zh) for note in allocation.solution.notes),
            (
                "各表",
                "结果：分配数和各地受何约束；约束：余量和影子价格；最优性证明；赢家输家：比上年、比测算数；参数；数据；运行记录",
            ),
            (
                "公式",
                "测算、上下限、约束的合计和余量、结算都是公式；影子价格是求解得出的数，各占一格，旁边有校核。"
                "改动数据或参数以后校核变红的，要重新求解。核对：transfer-calc audit 本文件"
                if live
                else f"地区超过 {LIVE_ROWS:,} 个，各表写的是数值，不是公式。",
            ),
            ("影子价格", "约束每提高一个单位，目标值的变动；为零的约束放宽也不改变方案。"),
            ("结算", "先求精确数，再按最大余数法结算为整数，守住上下限和各组的合计，尾数相同时按代码先后。"),
        ]
        self.lines(sheet, row + 1, lines, (self.styles.head, self.styles.wrapped))

    def frame(self, sheet: Any, row: int, table: pd.DataFrame, *, sums: bool = False) -> None:
        """A table with its titles, from a heading row on."""
        allocation, styles = self.allocation, self.styles
        heads = [
            title_of("code", allocation, "zh"),
            *(title_of(name, allocation, "zh") for name in table.columns),
        ]
        self.heads(sheet, row, heads, 46)
        columns: list[tuple[Any, Any]] = [([str(code) for code in table.index], styles.text)]
        for name in table.columns:
            values = table[name].to_numpy()
            style = styles.text if values.dtype.kind not in "fi" else styles.number
            if values.dtype.kind == "i":
                style = styles.paid
            elif name in ("coverage", "level", "weight", "per_head"):
                style = styles.ratio
            elif name == "binds":
                style = styles.wrapped
            columns.append((values, style))
        self.columns(sheet, row + 1, columns)
        last = row + 1 + len(table)
        if sums:
            summed = [at for at, name in enumerate(table.columns, start=1)
                      if name in _SUMMED or str(name).startswith("allocation_")]  # fmt: skip
            self.sums(sheet, last, row + 1, columns, summed)
        sheet.freeze_panes(row + 1, 2)
        if len(table):
            sheet.autofilter(row, 0, last - 1, len(heads) - 1)

    def results(self) -> None:
        allocation = self.allocation
        table = allocation.table_in("zh")
        groups = [name for name, entry in allocation.budget.inputs.items()
                  if entry.kind == "group" and name in allocation.panel.columns]  # fmt: skip
        for position, name in enumerate(groups, start=1):
            table.insert(position, allocation.budget.inputs[name].zh, allocation.panel.columns[name])
        widths = [11, 30, *[36 if name == "binds" else 18 for name in table.columns[1:]]]
        sheet, row = self.sheet("结果", f"{self.title}：结果", widths)
        self.frame(sheet, row, table, sums=True)

    def constraints(self) -> None:
        sheet, row = self.sheet("约束", f"{self.title}：约束的余量和价格", (40, 20, 12, 18, 18, 90))
        self.heads(sheet, row, ["约束", "依据", "是否起作用", "余量", "影子价格", "说明"])
        lines = []
        for line in self.allocation.lines:
            said = line.record("zh")
            lines.append(
                (
                    said["name"],
                    said["cite"],
                    "起作用" if line.binding else "未触及",
                    line.slack,
                    line.price,
                    said["words"],
                )
            )
        styles = self.styles
        kinds = (styles.wrapped, styles.wrapped, styles.wrapped, styles.number, styles.ratio, styles.wrapped)
        self.lines(sheet, row + 1, lines, kinds)
        sheet.freeze_panes(row + 1, 1)

    def proof(self) -> None:
        from transfer_calc.budget.certificate import certificate, summary  # noqa: PLC0415

        allocation = self.allocation
        table, groups = certificate(allocation, "zh"), summary(allocation, "zh")
        sheet, row = self.sheet(
            "最优性证明", f"{self.title}：最优性证明", [18, 30, *[18] * len(table.columns)]
        )
        sheet.write_string(row, 0, allocation.certificate_said.zh, self.styles.muted)
        row += 2
        heads = [title_of(name, allocation, "zh") for name in ("held_by", *groups.columns)]
        self.heads(sheet, row, heads)
        for name, *values in groups.head(200).itertuples(name=None):
            row += 1
            sheet.write_string(row, 0, str(name), self.styles.text)
            sheet.write_number(row, 1, values[0], self.styles.whole)
            for column, value in enumerate(values[1:], start=2):
                if np.isfinite(value):
                    sheet.write_number(row, column, value, self.styles.ratio)
        row += 2
        self.frame(sheet, row, table)
        if "left" in table and np.isfinite(table["left"]).all():
            # A live formula, so that whoever opens the sheet sees it add up.
            letters = {name: column_letter(at) for at, name in enumerate(table.columns, start=1)}
            column = list(table.columns).index("left") + 1
            for offset, value in enumerate(table["left"].tolist()):
                line = row + 2 + offset
                formula = f"={letters['pull']}{line}-{letters['rows']}{line}-{letters['bound']}{line}"
                sheet.write_formula(line - 1, column, formula, self.styles.ratio, value)

    def moved(self) -> None:
        """Who gains and who loses, against last year and against the formula."""
        allocation = self.allocation
        if not allocation.changes():
            return
        table = allocation.table_in("zh")
        shown = ("name", "target", "last_year", "allocation", "change", "from_target")
        kept = [name for name in shown if name in table]
        sheet, row = self.sheet("赢家输家", f"{self.title}：赢家输家", [11, 30, *[18] * len(kept)])
        for column in allocation.compared:
            by = "上年" if column == "change" else "测算数"
            for word, up in (("增加", True), ("减少", False)):
                row = self.movers(sheet, row, f"比{by}{word}", allocation.moved(column, up=up)[kept], column)

    def movers(self, sheet: Any, row: int, title: str, table: pd.DataFrame, column: str) -> int:
        """One list of gainers or losers; gives the row for the next."""
        allocation, styles = self.allocation, self.styles
        total = f"{title}：{len(table)} 个，合计 {float(table[column].sum()):,.2f} {allocation.unit}"
        sheet.write_string(row, 0, total, styles.muted)
        self.heads(sheet, row + 1, [title_of(name, allocation, "zh") for name in ("code", *table.columns)])
        columns: list[tuple[Any, Any]] = [([str(code) for code in table.index], styles.text)]
        for name in table.columns:
            values = table[name].to_numpy()
            style = {"i": styles.paid, "f": styles.number}.get(values.dtype.kind, styles.text)
            columns.append((values, style))
        self.columns(sheet, row + 2, columns)
        return row + len(table) + 4

    def path(self) -> None:
        path = self.allocation.path
        if path is not None:
            sheet, row = self.sheet(
                "分年路径", f"{self.title}：分年路径", [11, 30, *[18] * len(path.columns)]
            )
            self.frame(sheet, row, path)

    def parameters(self) -> None:
        allocation = self.allocation
        budget, method = allocation.budget, allocation.built.figures.prepared.method
        sheet, row = self.sheet("参数", f"{self.title}：参数", (40, 20, 14, 30, 26, 40))
        self.heads(sheet, row, ["名称", "数值", "单位", "依据", "来源", "英文名／程序名"])
        settings = allocation.built.figures.settings
        origin = "" if settings.pool_origin is None else ORIGINS[settings.pool_origin].zh
        lines: list[tuple[Any, ...]] = [
            ("资金总额", allocation.pool, allocation.unit, "", origin, "Pool / pool")
        ]
        for name, setting in allocation.parameters.items():
            written = budget.parameters.get(name)
            label = method.label(name)
            value: Any = setting.said if isinstance(setting.value, bool) else float(setting.value)
            cite = "" if written is None else written.cite or ""
            kept = written is None or (written.value is not None and written.value == setting.value)
            said = "预算方案" if kept else ORIGINS[setting.origin].zh
            lines.append((label.zh, value, plain(setting.unit), cite, said, f"{label.en} / {name}"))
        styles = self.styles
        kinds = (styles.wrapped, styles.ratio, styles.wrapped, styles.wrapped, styles.wrapped, styles.wrapped)
        self.lines(sheet, row + 1, lines, kinds)

    def inputs(self) -> None:
        allocation = self.allocation
        file = allocation.built.figures.prepared.reading.file
        names = [name for name in allocation.panel.columns if name in file.inputs]
        sheet, row = self.sheet("数据", f"{self.title}：输入数据", [11, 30, *[17] * len(names)])
        titles = []
        for name in names:
            entry = file.inputs[name]
            titles.append(entry.zh + (f"（{plain(entry.unit)}）" if entry.unit != "1" else ""))
        self.heads(sheet, row, ["代码", file.recipients.zh, *titles], 46)
        text = self.styles.text
        styled = [
            (values, self.styles.number if values.dtype.kind == "f" else text)
            for values in (allocation.panel.columns[name] for name in names)
        ]
        self.columns(
            sheet, row + 1, [(allocation.panel.codes, text), (allocation.panel.names, text), *styled]
        )
        sheet.freeze_panes(row + 1, 2)


def write_pairing(pairing: Pairing, path: Path, *, command: str | None = None) -> None:
    """Write the workbook of a matching: 说明, 配对, 支援方.

    Raises:
        DataError: If it cannot be written (TC902).
    """
    title = pairing.matching.title.zh

    def write(book: Any) -> None:
        writer = SheetWriter(book, title, pairing.notice)
        styles = writer.styles
        sheet, row = writer.sheet("说明", title, (22, 96))
        lines = [
            ("结果", pairing.words.zh),
            ("目标值", f"{pairing.value:,.12g}；任何配对不会低于 {pairing.bound:,.12g}"),
            ("软件", f"transfer_calc {__version__}"),
            ("命令", command or "—"),
            ("生成时间", written_at().isoformat(sep=" ")),
        ]
        writer.lines(sheet, row + 1, lines, (styles.head, styles.wrapped))
        sheet, row = writer.sheet("配对", f"{title}：配对", (12, 30, 24, 12, 18))
        writer.heads(sheet, row, ["代码", "名称", "支援方", "状态", "费用"])
        kinds = (styles.text, styles.text, styles.text, styles.text, styles.number)
        writer.lines(sheet, row + 1, pairing.table_in("zh").itertuples(index=False, name=None), kinds)
        sheet, row = writer.sheet("支援方", f"{title}：支援方", (24, 12, 12, 90))
        writer.heads(sheet, row, ["支援方", "能力", "支援个数", "支援的县"])
        few = (styles.text, styles.whole, styles.whole, styles.wrapped)
        writer.lines(sheet, row + 1, pairing.supporters_in("zh").itertuples(index=False, name=None), few)

    write_book(path, title, pairing.notice, write)
