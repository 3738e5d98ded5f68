"""Make the demo workbooks: real codes and names of 88 units of Gansu, every fiscal figure made up (演示数据).

    python examples/make_gansu_demo.py [FOLDER]

- `gansu-demo.xlsx` is for `cn/model/equalization-county`: tax bases, units, spending, cost factors.
- `gansu-gap-demo.xlsx` is for `cn/model/equalization-gap`: standard revenue and expenditure as given.

The figures come from a seeded generator; the same seed gives the same file, byte for byte. They are
estimates of nothing and describe no county. Only the flag of ethnic autonomous areas is real: it follows
the name.

Codes and names: GB/T 2260 for the 86 counties; 620201 (嘉峪关市, which has no counties) and 620171
(兰州新区, a functional zone) are statistical codes. They stand in the list of Gansu that the package ships.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from transfer_calc.divisions import load_division

HERE = Path(__file__).parent
SEED = 2019
NOTICE = "演示数据：财政数字均由程序随机生成，不是任何地区的真实数据"
POOL = 4_500_000
UNITS = ("代码", "市州", "名称", "功能区")
GAP_PARAMETERS = (
    ("保底", "不低于上年", "", "选项：不低于上年、不保底"),
    ("功能区是否参与分配", "参与", "", "选项：参与、不参与"),
)
COUNTY_PARAMETERS = (
    ("增幅控制", "不低于上年", "", "选项：不低于上年、上下限、不控制"),
    ("功能区是否参与分配", "参与", "", "选项：参与、不参与"),
    ("成本差异", "计入", "", "选项：计入、不计"),
    ("人口规模敏感度", 0.08, "", "演示数据"),
    ("人口密度敏感度", 0.05, "", "演示数据"),
    ("海拔敏感度", 0.1, "", "演示数据"),
    ("温度敏感度", 0.2, "", "演示数据"),
    ("运距敏感度", 0.05, "", "演示数据"),
    ("艰苦边远每类增加", 0.03, "", "演示数据"),
    ("民族地区增加", 0.05, "", "演示数据"),
    ("成本系数下限", 0.7, "", "演示数据"),
    ("成本系数上限", 1.5, "", "演示数据"),
    ("人员经费占比", 0.6, "", "演示数据"),
    ("取暖费占比", 0.05, "", "演示数据"),
    ("防暑费占比", 0.01, "", "演示数据"),
    ("燃油费占比", 0.04, "", "演示数据"),
    ("车辆维修费占比", 0.03, "", "演示数据"),
)


def units() -> list[dict[str, str]]:
    return [{"代码": unit.code, "名称": unit.name, **unit.groups} for unit in load_division("gansu").units]


def gap_figures(count: int) -> dict[str, list[Any]]:
    """Made-up figures in 万元: sizes spread as sizes of counties spread, nothing more."""
    random = np.random.default_rng(SEED)
    expenditure = random.lognormal(np.log(150_000), 0.45, count)
    revenue = expenditure * random.uniform(0.08, 0.75, count)
    # Three units are made rich, so that some have no gap.
    revenue[[0, 9, 41]] = expenditure[[0, 9, 41]] * 1.1
    gap = np.maximum(expenditure - revenue, 0)
    last_year = gap / gap.sum() * POOL * 0.95 * random.uniform(0.8, 1.15, count)
    named = {
        "标准财政支出（万元）": expenditure,
        "标准财政收入（万元）": revenue,
        "上年转移支付（万元）": last_year,
    }
    return {name: whole(values) for name, values in named.items()}


def county_figures(rows: Sequence[dict[str, str]]) -> dict[str, list[Any]]:
    """Made-up units, cost factors, tax bases, revenue and spending; money in 万元."""
    random, count = np.random.default_rng(SEED + 1), len(rows)

    def spread(low: float, high: float) -> Any:
        return random.uniform(low, high, count)

    people = random.lognormal(np.log(200_000), 0.6, count)
    urban = people * spread(0.25, 0.85)
    area = random.lognormal(np.log(3_000), 0.8, count)
    output = people * spread(2.0, 9.0)
    bases = {
        "增加值": (output * spread(0.5, 0.7), "增值税", 0.03),
        "企业利润": (output * spread(0.04, 0.12), "企业所得税", 0.05),
        "工资总额": (output * spread(0.15, 0.3), "个人所得税", 0.01),
        "矿产品销售额": (output * spread(0.0, 0.2) * (spread(0, 1) > 0.5), "资源税", 0.04),
        "增值税和消费税税额": (output * spread(0.03, 0.06), "城市维护建设税", 0.06),
        "土地房屋成交额": (output * spread(0.02, 0.1), "契税", 0.03),
        "地区生产总值": (output, "其他税费", 0.02),
    }
    spending = {
        "一般公共服务支出": people * 0.11,
        "教育支出": people * 0.22,
        "社会保障支出": people * 0.18,
        "卫生健康支出": people * 0.1,
        "农林水支出": (people - urban) * 0.35,
        "公路养护支出": people * 0.04,
        "节能环保支出": area * 1.5,
        "公共安全支出": people * 0.05,
        "城乡社区支出": urban * 0.08,
    }
    figures: dict[str, list[Any]] = {
        "民族自治地方": ["是" if "自治" in row["市州"] + row["名称"] else "否" for row in rows],
        "常住人口（人）": whole(people),
        "城镇人口（人）": whole(urban),
        "乡村人口（人）": whole(people - urban),
        "在校学生数（人）": whole(people * spread(0.09, 0.16)),
        "城乡居民养老保险参保人数（人）": whole(people * spread(0.3, 0.6)),
        "行政区域面积（平方公里）": whole(area),
        "公路里程（公里）": whole(np.sqrt(area) * spread(15, 40)),
        "平均海拔（米）": whole(spread(900, 3_400)),
        "取暖期（月）": whole(spread(4, 8)),
        "距市州政府驻地里程（公里）": whole(spread(0, 180)),
        "艰苦边远地区类别": whole(spread(-0.4, 6.4)),
    }
    own = np.zeros(count)
    for base, (amount, tax, rate) in bases.items():
        collected = amount * rate * spread(0.7, 1.3)
        own += collected
        figures |= {f"{base}（万元）": whole(amount), f"{tax}（万元）": whole(collected)}
    actual = {name: amount * spread(0.75, 1.3) for name, amount in spending.items()}
    total = np.sum(list(actual.values()), axis=0)
    fixed = total * spread(0.1, 0.35)
    # Three units are made rich, so that some have no gap.
    fixed[[0, 9, 41]] = total[[0, 9, 41]] * 1.2
    figures["返还和固定补助（万元）"] = whole(fixed)
    figures |= {f"{name}（万元）": whole(amount) for name, amount in actual.items()}
    gap = np.maximum(total - own - fixed, 0)
    figures["上年转移支付（万元）"] = whole(gap / gap.sum() * POOL * 0.9 * spread(0.75, 1.1))
    return figures


def whole(values: Any) -> list[int]:
    return [int(value) for value in np.rint(values)]


def write(path: Path, figures: dict[str, list[Any]], parameters: Sequence[Sequence[Any]]) -> None:
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": "甘肃演示数据", "comments": NOTICE, "created": dt.datetime(2026, 1, 1)})  # noqa: DTZ001
    title = book.add_format({"bold": True, "font_color": "#C00000", "font_size": 12})
    head = book.add_format(
        {"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "vcenter"}
    )
    text, number = book.add_format({"num_format": "@"}), book.add_format({"num_format": "#,##0"})
    plain = book.add_format({"num_format": "General"})
    data = book.add_worksheet("数据")
    data.write_string(0, 0, NOTICE, title)
    rows = units()
    columns = {name: [row[name] for row in rows] for name in UNITS} | figures
    for column, (label, cells) in enumerate(columns.items()):
        data.write_string(1, column, label, head)
        if label not in UNITS:
            note = "由名称得出" if label == "民族自治地方" else "演示数据（随机生成）"
            data.write_comment(1, column, note)
        for row, cell in enumerate(cells):
            data.write(row + 2, column, cell, text if isinstance(cell, str) else number)
    data.set_column(0, 0, 9)
    data.set_column(1, 2, 26)
    data.set_column(3, 3, 8)
    data.set_column(4, len(columns) - 1, 20 if len(columns) < 10 else 13)
    data.set_row(1, 32 if len(columns) < 10 else 48)
    data.freeze_panes(2, 3)
    given = book.add_worksheet("参数")
    lines = (
        ("名称", "数值", "单位", "说明"),
        ("资金总额", POOL, "万元", "演示数据"),
        ("计算日期", "2026-01-01", "", "取该日有效的数值"),
        *parameters,
        ("声明", NOTICE, "", "写入每一个结果"),
    )
    for row, line in enumerate(lines):
        for column, cell in enumerate(line):
            style = number if isinstance(cell, int) else plain if isinstance(cell, float) else text
            given.write(row, column, cell, head if row == 0 else style)
    given.set_column(0, 0, 22)
    given.set_column(1, 1, 52)
    given.set_column(2, 3, 34)
    book.close()


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    write(folder / "gansu-demo.xlsx", county_figures(units()), COUNTY_PARAMETERS)
    write(folder / "gansu-gap-demo.xlsx", gap_figures(len(units())), GAP_PARAMETERS)
