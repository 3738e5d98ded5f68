"""Doubts: valid figures that a finance person would ask about; and silence where there is nothing to ask."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from builders import write_method, write_workbook
from paths import ROOT

from transfer_calc import DataError, Panel, load_method, read_panel
from transfer_calc.panel.beside import Given
from transfer_calc.panel.changes import Change, load_changes
from transfer_calc.panel.doubts import doubts

MONEY = ("standard_expenditure", "standard_revenue", "last_year")


@pytest.fixture(scope="module")
def whole_method():
    return load_method("cn/model/equalization-county")


@pytest.fixture(scope="module")
def whole_demo(whole_method):
    return read_panel(ROOT / "examples/gansu-demo.xlsx", whole_method)


@pytest.fixture
def gap_demo(demo, county_method):
    return read_panel(demo, county_method)


def changed(panel, name, factor, rows=slice(None)):
    """A panel in which some figures of a column are multiplied."""
    values = panel.columns[name].astype(float)
    values[rows] = values[rows] * factor
    return replace(panel, columns={**panel.columns, name: values})


def grown(panel, seed=1, spread=0.05):
    """The table of the year before: every figure smaller by about 4 %, give or take."""
    random = np.random.default_rng(seed)
    columns = {
        name: values / (1.04 * random.lognormal(0, spread, len(values))) if values.dtype == float else values
        for name, values in panel.columns.items()
    }
    return replace(panel, columns=columns)


def typical(panel, name):
    """The row of a figure in the middle of its column."""
    values = panel.columns[name]
    return int(np.argsort(values)[len(values) // 2])


# --- silence ------------------------------------------------------------------------------------------


def test_the_demo_tables_raise_no_doubt(gap_demo, county_method, whole_demo, whole_method):
    for panel, method in ((gap_demo, county_method), (whole_demo, whole_method)):
        assert not panel.issues
        assert not doubts(panel, method)
        assert not doubts(panel, method, last=panel)
        assert not doubts(panel, method, last=grown(panel))


def random_table(random, method, count=88, spread=None):
    """Made-up figures (演示数据) spread as sizes of counties spread: lognormal, sigma 0.45 to 1."""
    codes = np.asarray([str(620100 + row) for row in range(count)])
    columns = {
        "prefecture": np.repeat([f"市{number}" for number in range(count)], random.integers(3, 13, count))[
            :count
        ]
    }
    columns["functional_zone"] = np.zeros(count, dtype=bool)
    for name, middle in zip(MONEY, (150_000, 60_000, 45_000), strict=True):
        sigma = spread or random.uniform(0.45, 1.0)
        columns[name] = np.rint(middle * random.lognormal(0, sigma, count)) + 1
    assert set(columns) == set(method.file.columns)
    return Panel(codes, codes, columns)


def test_random_tables_raise_no_doubt(county_method):
    random = np.random.default_rng(11)
    tables = [random_table(random, county_method) for _ in range(40)]
    assert [found for table in tables for found in doubts(table, county_method)] == []


# --- another unit ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factor", "unit", "times"), [(10_000, "元", "10,000 倍"), (1 / 10_000, "亿元", "1/10,000")]
)
def test_one_figure_in_another_unit_is_asked_about_with_its_cell(
    gap_demo, county_method, factor, unit, times
):
    row = typical(gap_demo, "standard_expenditure")
    right = gap_demo.columns["standard_expenditure"][row]
    (found,) = doubts(changed(gap_demo, "standard_expenditure", factor, row), county_method)
    assert (found.code, found.severity) == ("TC245", "warning")
    assert found.place.cell == gap_demo.place(row, "standard_expenditure").cell
    assert f"像是按{unit}填的：换算成万元是 {right:,.12g}" in found.message.zh
    assert "中位数的" in found.message.zh
    assert times[:2] in found.message.zh


def test_nearly_all_figures_in_another_unit_are_found(county_method):
    """Of 60 figures in 元, 54 and more; a figure near the end of its column may be hidden by the rest."""
    random = np.random.default_rng(12)
    found = 0
    for number in range(60):
        table = random_table(random, county_method, spread=(0.45, 0.7, 1.0)[number % 3])
        row, name = int(random.integers(88)), MONEY[number % 3]
        issues = doubts(changed(table, name, 10_000, row), county_method)
        found += [issue.place.code for issue in issues] == [str(table.codes[row])]
    assert found >= 54


def test_a_whole_prefecture_in_another_unit_is_found(gap_demo, county_method):
    """Among themselves its figures agree: only the whole table shows that they are off."""
    rows = np.flatnonzero(gap_demo.columns["prefecture"] == "兰州市")
    assert len(rows) >= 8
    issues = doubts(changed(gap_demo, "standard_revenue", 10_000, rows), county_method)
    assert len(issues) >= len(rows) - 1
    assert {issue.code for issue in issues} == {"TC245"}


@pytest.mark.parametrize("factor", [3, 10, 300])
def test_a_rich_county_is_no_doubt(gap_demo, county_method, factor):
    row = typical(gap_demo, "standard_revenue")
    assert not doubts(changed(gap_demo, "standard_revenue", factor, row), county_method)


def test_an_area_in_hectares_is_asked_about(whole_demo, whole_method):
    row = typical(whole_demo, "area")
    (found,) = doubts(changed(whole_demo, "area", 100, row), whole_method)
    assert found.code == "TC245"
    assert "像是按公顷填的：换算成平方公里是" in found.message.zh


def test_people_in_ten_thousands_and_kilometres_in_metres_are_asked_about(whole_demo, whole_method):
    for name, factor, unit in (("population", 1e-4, "万人"), ("road_length", 1000, "米")):
        row = typical(whole_demo, name)
        (found,) = doubts(changed(whole_demo, name, factor, row), whole_method)
        assert f"像是按{unit}填的" in found.message.zh


@pytest.mark.parametrize("name", MONEY)
@pytest.mark.parametrize(("factor", "unit"), [(10_000, "元"), (1 / 10_000, "亿元")])
def test_a_whole_column_is_compared_with_the_other_columns_of_money(
    gap_demo, county_method, name, factor, unit
):
    (found,) = doubts(changed(gap_demo, name, factor), county_method)
    assert found.code == "TC246"
    assert found.place.cell == gap_demo.headings[name].cell
    assert found.place.cell[1:] == "2"
    assert f"像是按{unit}填的，而办法要万元" in found.message.zh


@pytest.mark.parametrize(("factor", "unit"), [(10_000, "元"), (10, "千元"), (1 / 10_000, "亿元")])
def test_a_whole_column_is_compared_with_last_year(whole_demo, whole_method, factor, unit):
    now = changed(whole_demo, "gdp", factor)
    found = [issue for issue in doubts(now, whole_method, last=grown(whole_demo)) if issue.code == "TC246"]
    assert len(found) == 1
    assert "整列约为上年的" in found[0].message.zh
    assert f"像是按{unit}填的" in found[0].message.zh


def test_all_columns_in_another_unit_are_seen_against_last_year_only(gap_demo, county_method):
    now = gap_demo
    for name in MONEY:
        now = changed(now, name, 10_000)
    assert not doubts(now, county_method)
    assert [issue.code for issue in doubts(now, county_method, last=gap_demo)] == ["TC246"] * 3


def test_a_whole_column_is_compared_with_the_methods_own_last_year(tmp_path):
    columns = "cost: {zh: 成本, en: Cost, unit: 万元}"
    own = columns + "\n  cost_before: {zh: 上年成本, en: Cost before, unit: 万元}"
    method = load_method(write_method(tmp_path, (columns, own)))
    codes = np.asarray([str(620101 + row) for row in range(10)])
    figures = np.linspace(1000, 2000, 10)
    panel = Panel(codes, codes, {"cost": figures * 10_000, "cost_before": figures})
    (found,) = doubts(panel, method)
    assert found.code == "TC246"
    assert "「成本」整列约为上年成本的 10,000 倍，像是按元填的" in found.message.zh
    assert not doubts(Panel(codes, codes, {"cost": figures, "cost_before": figures}), method)


def test_one_figure_is_compared_with_last_year_even_by_a_factor_of_ten(gap_demo, county_method):
    row = typical(gap_demo, "standard_expenditure")
    now = changed(gap_demo, "standard_expenditure", 10, row)
    (found,) = doubts(now, county_method, last=grown(gap_demo))
    assert found.code == "TC245"
    assert "约为上年的" in found.message.zh
    assert "像是按千元填的" in found.message.zh


# --- jumps and counties -----------------------------------------------------------------------------------


def test_a_jump_is_asked_about_and_the_usual_growth_is_not(gap_demo, county_method):
    row = typical(gap_demo, "standard_revenue")
    last = changed(gap_demo, "standard_revenue", 1 / 1.05)
    (found,) = doubts(changed(gap_demo, "standard_revenue", 2, row), county_method, last=last)
    assert (found.code, found.place.code) == ("TC247", gap_demo.codes[row])
    assert "（+110.0%），而各地区变化的中位数是 +5.0%" in found.message.zh


def test_a_change_below_30_per_cent_is_no_jump(gap_demo, county_method):
    row = typical(gap_demo, "standard_revenue")
    now = changed(gap_demo, "standard_revenue", 1.29, row)
    assert not doubts(now, county_method, last=gap_demo)
    assert doubts(changed(gap_demo, "standard_revenue", 1.31, row), county_method, last=gap_demo)


def test_a_jump_among_jumps_is_none(gap_demo, county_method):
    row = typical(gap_demo, "standard_revenue")
    now = changed(gap_demo, "standard_revenue", 2, row)
    assert not doubts(now, county_method, last=grown(gap_demo, spread=0.4))


def test_a_figure_that_is_gone_is_a_jump(gap_demo, county_method):
    (found,) = doubts(
        changed(gap_demo, "last_year", 0, 5), county_method, last=changed(gap_demo, "last_year", 1 / 1.05)
    )
    assert found.code == "TC247"
    assert "-100.0%" in found.message.zh


def test_the_order_of_the_rows_of_last_year_does_not_matter(gap_demo, county_method):
    order = np.arange(len(gap_demo))[::-1]
    last = replace(
        gap_demo, codes=gap_demo.codes[order], names=gap_demo.names[order],
        columns={name: values[order] for name, values in gap_demo.columns.items()},
    )  # fmt: skip
    assert not doubts(gap_demo, county_method, last=last)


def test_counties_in_one_of_the_two_tables_only_are_asked_about(gap_demo, county_method):
    codes = gap_demo.codes.copy()
    codes[3] = "629999"
    issues = doubts(gap_demo, county_method, last=replace(gap_demo, codes=codes))
    assert [issue.code for issue in issues] == ["TC248", "TC251"]
    assert "629999" in issues[0].message.zh
    assert f"{gap_demo.codes[3]} {gap_demo.names[3]}" in issues[1].message.zh


def test_a_small_table_raises_no_doubt_by_itself(county_method):
    random = np.random.default_rng(3)
    table = random_table(random, county_method, count=5)
    assert not doubts(changed(table, "last_year", 10_000, 1), county_method)


# --- changes of codes ---------------------------------------------------------------------------------------

HEADS = ["旧代码", "新代码", "日期", "类型", "依据"]


def test_a_code_that_was_merged_names_its_successor_and_the_basis(gap_demo, county_method):
    change = Change("620102", ("620103",), dt.date(2025, 3, 1), "merged", "某文件（演示数据）")
    (found,) = doubts(gap_demo, county_method, changes=[change], on=dt.date(2026, 1, 1))
    assert (found.code, found.severity, found.place.cell) == ("TC249", "warning", "A3")
    assert "代码 620102 自 2025-03-01 起已合并，现为 620103；依据：某文件（演示数据）" in found.message.zh


@pytest.mark.parametrize(("on", "count"), [(dt.date(2025, 2, 28), 0), (dt.date(2025, 3, 1), 1), (None, 1)])
def test_a_change_counts_from_its_date_on(gap_demo, county_method, on, count):
    change = Change("620102", (), dt.date(2025, 3, 1), "abolished", "某文件（演示数据）")
    undated = replace(gap_demo, given=Given())
    assert len(doubts(undated, county_method, changes=[change], on=on)) == count
    dated = replace(gap_demo, given=Given(on=on))
    assert len(doubts(dated, county_method, changes=[change])) == count


def test_a_change_of_a_code_that_is_not_in_the_table_is_of_no_account(gap_demo, county_method):
    change = Change("629999", ("620103",), dt.date(2025, 3, 1), "recoded", "某文件（演示数据）")
    assert not doubts(gap_demo, county_method, changes=[change])


def test_a_table_of_changes_is_read_from_a_workbook_and_a_csv(tmp_path):
    rows = [
        ["区划变更（演示数据）"],
        HEADS,
        [620102, "620103、620104", "2025年3月1日", "拆分", "某文件"],
        ["620105", None, 45292, "撤销", "某文件"],
    ]
    wanted = (
        Change("620102", ("620103", "620104"), dt.date(2025, 3, 1), "split", "某文件"),
        Change("620105", (), dt.date(2024, 1, 1), "abolished", "某文件"),
    )
    assert load_changes(write_workbook(tmp_path / "c.xlsx", 变更=rows)) == wanted
    path = tmp_path / "c.csv"
    path.write_text("\n".join(",".join(str(cell or "") for cell in row) for row in rows), encoding="utf-8")
    assert load_changes(path) == wanted


@pytest.mark.parametrize(
    ("row", "cell", "said"),
    [
        (["62010", "620103", "2025-03-01", "合并", "某文件"], "A2", "「62010」不是六位行政区划代码"),
        (["620102", "62010x", "2025-03-01", "合并", "某文件"], "B2", "「62010x」不是六位行政区划代码"),
        (["620102", None, "2025-03-01", "合并", "某文件"], "B2", "要写出新代码"),
        (["620102", "620103", "春天", "合并", "某文件"], "C2", "日期「春天」无法识别"),
        (["620102", "620103", "2025-03-01", "变", "某文件"], "D2", "类型「变」应为：合并、拆分、改码、撤销"),
        (["620102", "620103", "2025-03-01", "合并", " "], "E2", "要写出依据"),
    ],
)
def test_a_bad_table_of_changes_is_refused_by_cell(tmp_path, row, cell, said):
    with pytest.raises(DataError) as caught:
        load_changes(write_workbook(tmp_path / "c.xlsx", 变更=[HEADS, row]))
    (found,) = caught.value.issues
    assert (found.code, found.place.cell) == ("TC250", cell)
    assert said in found.message.zh


def test_a_table_of_changes_without_its_headings_is_refused(tmp_path):
    with pytest.raises(DataError) as caught:
        load_changes(write_workbook(tmp_path / "c.xlsx", 变更=[HEADS[:4], ["620102"]]))
    assert "依据" in caught.value.issues[0].message.zh
