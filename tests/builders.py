"""Small inputs for tests: a method of our own, tables as dictionaries, the demo workbook with changed cells."""

from __future__ import annotations

import openpyxl
from typer.testing import CliRunner

from transfer_calc.calculation.calculate import attempt
from transfer_calc.cli.app import app
from transfer_calc.panel.panel import Panel

TINY = """\
id: test/tiny
title: {zh: 小办法, en: Tiny method}
law:
  document: null
  title: {zh: 测试, en: Test}
  in_force: {from: 2020-01-01}
recipients: {zh: 县, en: county, code: GB/T 2260, tier: county}
inputs:
  population: {zh: 常住人口, en: Population, unit: 人, min: "0"}
  cost: {zh: 成本, en: Cost, unit: 万元}
parameters:
  rate: {zh: 比例, en: Rate, unit: "1", evidence: official, cite: 第一条, values: {2020-01-01: "0.5"}}
steps:
  need:
    {zh: 需求, en: Need, unit: 万元, evidence: official, cite: 第二条, formula: "cost * rate"}
  per_head:
    {zh: 人均需求, en: Need per head, unit: 万元/人, evidence: official, cite: 第三条, formula: "need / population"}
  grant:
    zh: 补助
    en: Grant
    unit: 万元
    evidence: official
    cite: 第四条
    solve:
      claim: need
      total: pool
pays:
  amount: grant
  pool: {unit: 万元}
  settle: {unit: 元}
promises: [sums_to_pool]
"""


def write_method(folder, *changes):
    """Write the tiny method with some texts replaced; each must stand in it exactly once."""
    text = TINY
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / "tiny.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def line_of(path, part):
    """The number of the last line that holds a text."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return max(number for number, line in enumerate(lines, 1) if part in line)


def county_columns(**changes):
    """Two counties for cn/model/equalization-gap, with gaps of 50 and 150."""
    columns = {
        "代码": ["620102", "620103"],
        "名称": ["甲县", "乙县"],
        "市州": ["兰州市", "兰州市"],
        "功能区": ["否", "否"],
        "标准财政支出": [100, 200],
        "标准财政收入": [50, 50],
        "上年转移支付": [0, 0],
    }
    assert changes.keys() <= columns.keys()
    return columns | changes


def attempt_columns(method, columns, **settings):
    """Compute a table given as columns: the result, or `None`, and the issues."""
    settings = {"pool": "100", "on": "2024-01-01", **settings}
    return attempt(method, Panel.from_columns(columns, method), **settings)


def refusal(outcome):
    """The one issue of a computation that must have no result."""
    result, issues = outcome
    assert result is None
    assert len(issues) == 1, [found.line("en") for found in issues]
    return issues[0]


def change_cells(workbook, target, cells):
    """Copy a workbook with some cells changed: `{"数据!E3": "暂无"}`."""
    book = openpyxl.load_workbook(workbook)
    for address, value in cells.items():
        sheet, cell = address.split("!")
        book[sheet][cell] = value
    book.save(target)
    return target


def write_workbook(target, **sheets):
    """Write a workbook from lists of rows by sheet name."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(target)
    return target


def command(*arguments):
    """Run the command line in Chinese."""
    return CliRunner().invoke(app, [*map(str, arguments), "--lang", "zh"])


def refused_run(folder, method, table, *arguments):
    """Run the command with an output file in a folder; it must end with 1 and leave nothing. Gives what it says."""
    before = sorted(folder.iterdir())
    said = command("run", method, table, "-o", folder / "out.xlsx", *arguments)
    assert said.exit_code == 1, said.output
    assert "未写出任何结果" in said.stderr
    assert said.stdout == ""
    assert sorted(folder.iterdir()) == before
    return said.stderr
