"""Make `gansu-demo.xlsx`: real codes and names of 88 units of Gansu, every fiscal figure made up (演示数据).

    python examples/make_gansu_demo.py [OUT.xlsx]

The figures come from a seeded generator; the same seed gives the same file, byte for byte. They are
estimates of nothing and describe no county.

Codes and names: GB/T 2260 for the 86 counties; 620201 (嘉峪关市, which has no counties) and 620171
(兰州新区, a functional zone) are statistical codes. Both stand in `gansu-units.csv`.
"""

from __future__ import annotations

import csv
import datetime as dt
import sys
from pathlib import Path

import numpy as np
import xlsxwriter

HERE = Path(__file__).parent
SEED = 2019
NOTICE = "演示数据：财政数字均由程序随机生成，不是任何地区的真实数据"
POOL = 4_500_000
COLUMNS = (
    ("代码", ""),
    ("市州", ""),
    ("名称", ""),
    ("功能区", ""),
    ("标准财政支出（万元）", "standard_expenditure"),
    ("标准财政收入（万元）", "standard_revenue"),
    ("上年转移支付（万元）", "last_year"),
)


def units() -> list[dict[str, str]]:
    with (HERE / "gansu-units.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figures(count: int) -> dict[str, list[int]]:
    """Made-up figures in 万元: sizes spread as sizes of counties spread, nothing more."""
    random = np.random.default_rng(SEED)
    expenditure = random.lognormal(np.log(150_000), 0.45, count)
    revenue = expenditure * random.uniform(0.08, 0.75, count)
    # Three units are made rich, so that some have no gap.
    revenue[[0, 9, 41]] = expenditure[[0, 9, 41]] * 1.1
    gap = np.maximum(expenditure - revenue, 0)
    last_year = gap / gap.sum() * POOL * 0.95 * random.uniform(0.8, 1.15, count)
    named = {"standard_expenditure": expenditure, "standard_revenue": revenue, "last_year": last_year}
    return {name: [int(value) for value in np.rint(values)] for name, values in named.items()}


def write(path: Path) -> None:
    rows, made_up = units(), figures(len(units()))
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": "甘肃演示数据", "comments": NOTICE, "created": dt.datetime(2026, 1, 1)})  # noqa: DTZ001
    title = book.add_format({"bold": True, "font_color": "#C00000", "font_size": 12})
    head = book.add_format(
        {"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "vcenter"}
    )
    text, number = book.add_format({"num_format": "@"}), book.add_format({"num_format": "#,##0"})
    data = book.add_worksheet("数据")
    data.write_string(0, 0, NOTICE, title)
    for column, (label, figure) in enumerate(COLUMNS):
        data.write_string(1, column, label, head)
        if figure:
            data.write_comment(1, column, "演示数据（随机生成）")
    for row, unit in enumerate(rows):
        for column, (label, figure) in enumerate(COLUMNS):
            if figure:
                data.write_number(row + 2, column, made_up[figure][row], number)
            else:
                data.write_string(row + 2, column, unit[label], text)
    data.set_column(0, 0, 9)
    data.set_column(1, 2, 26)
    data.set_column(3, 3, 8)
    data.set_column(4, 6, 20)
    data.set_row(1, 32)
    data.freeze_panes(2, 3)
    given = book.add_worksheet("参数")
    lines = (
        ("名称", "数值", "单位", "说明"),
        ("资金总额", POOL, "万元", "演示数据"),
        ("计算日期", "2026-01-01", "", "取该日有效的数值"),
        ("保底", "不低于上年", "", "选项：不低于上年、不保底"),
        ("功能区是否参与分配", "参与", "", "选项：参与、不参与"),
        ("声明", NOTICE, "", "写入每一个结果"),
    )
    for row, line in enumerate(lines):
        for column, cell in enumerate(line):
            style = head if row == 0 else number if isinstance(cell, int) else text
            given.write(row, column, cell, style)
    given.set_column(0, 0, 22)
    given.set_column(1, 1, 52)
    given.set_column(2, 3, 28)
    book.close()


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "gansu-demo.xlsx")
