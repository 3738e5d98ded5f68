"""Bad pools, parameters, choices, dates and entered amounts; many problems at once; slips of the command."""

from __future__ import annotations

import json
from decimal import Decimal

import openpyxl
import pytest
from builders import (
    attempt_columns,
    change_cells,
    command,
    county_columns,
    refusal,
    refused_run,
    write_method,
    write_workbook,
)

from transfer_calc import CalculationError, EnteredAmount, calculate, load_method, read_panel
from transfer_calc.calculation.calculate import attempt

COUNTY = "cn/model/equalization-gap"
PROVINCE = "cn/central/equalization-2022"
TINY_TABLE = {"代码": ["620102", "620103"], "常住人口": [1, 2], "成本": [10, 30]}


@pytest.fixture
def tiny(tmp_path):
    return load_method(write_method(tmp_path))


# --- pool, parameters, choices, date ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("pool", "code", "said"),
    [
        (None, "TC301", "没有给出资金总额"),
        ("-1", "TC303", "资金总额不能为负：-1"),
        ("很多", "TC302", "资金总额「很多」不是数字"),
        ("450万", "TC302", "资金总额「450万」不是数字"),
        ("1_000", "TC302", "资金总额「1_000」不是数字"),
        ("nan", "TC302", "不是数字"),
        ("inf", "TC302", "不是数字"),
        ("", "TC302", "不是数字"),
        ("100.00001", "TC304", "100.00001 万元 不是结算单位（元）的整数倍"),
        ("100.00000000000000000000000000001", "TC304", "不是结算单位（元）的整数倍"),
    ],
)
def test_a_bad_pool_is_refused(county_method, pool, code, said):
    found = refusal(attempt_columns(county_method, county_columns(), pool=pool))
    assert found.code == code
    assert said in found.message.zh


def test_a_pool_in_whole_settle_units_is_fine(county_method):
    result, _ = attempt_columns(county_method, county_columns(), pool="100.0001")
    assert result.payment.allocation.sum() == 1_000_001


def test_a_bad_pool_of_the_workbook_is_named_by_its_cell(demo, tmp_path):
    path = change_cells(demo, tmp_path / "changed.xlsx", {"参数!B2": "很多"})
    assert "TC302 changed.xlsx 参数!B2：资金总额「很多」不是数字" in refused_run(tmp_path, COUNTY, path)


def test_floors_above_the_pool_are_refused_with_the_amounts(demo, tmp_path):
    floors = sum(
        row[6] for row in openpyxl.load_workbook(demo)["数据"].iter_rows(min_row=3, values_only=True)
    )
    stderr = refused_run(tmp_path, COUNTY, demo, "--pool", "1000")
    assert f"TC501 transfer：下限合计 {floors} 超过资金总额 1000，差 {floors - 1000}" in stderr
    assert "降低保底" in stderr


def test_claims_that_are_all_zero_leave_nothing_to_divide_by(tiny):
    table = {"代码": ["620102", "620103"], "常住人口": [1, 2], "成本": [0, 0]}
    found = refusal(attempt_columns(tiny, table))
    assert found.code == "TC503"
    assert "所有地区的依据都是零，100 无从分配" in found.message.zh
    assert found.place.name == "grant"


def test_a_negative_claim_names_its_county(tiny):
    table = {"代码": ["620102", "620103"], "名称": ["甲县", "乙县"], "常住人口": [1, 2], "成本": [10, -4]}
    found = refusal(attempt_columns(tiny, table))
    assert found.code == "TC505"
    assert "不能为负：-2" in found.message.zh
    assert (found.place.code, found.place.name) == ("620103", "grant")


def test_an_unknown_parameter_names_the_near_one(tiny):
    found = refusal(attempt_columns(tiny, TINY_TABLE, parameters={"rat": "1"}))
    assert found.code == "TC305"
    assert "没有参数「rat」" in found.message.zh
    assert "相近的参数：rate" in found.hint.zh


def test_a_parameter_that_is_no_number_is_refused(tiny):
    found = refusal(attempt_columns(tiny, TINY_TABLE, parameters={"rate": "一半"}))
    assert found.code == "TC307"
    assert "「rate」的数值「一半」不是数字" in found.message.zh


def test_a_parameter_outside_its_range_is_refused(tmp_path):
    method = load_method(write_method(tmp_path, ("cite: 第一条,", 'cite: 第一条, min: "0", max: "1",')))
    found = refusal(attempt_columns(method, TINY_TABLE, parameters={"rate": "1.01"}))
    assert found.code == "TC308"
    assert "= 1.01 超出范围 [0, 1]" in found.message.zh


def test_a_parameter_without_a_value_on_the_date_is_refused(tmp_path):
    method = load_method(write_method(tmp_path, ('{2020-01-01: "0.5"}', '{2025-01-01: "0.5"}')))
    found = refusal(attempt_columns(method, TINY_TABLE, on="2024-12-31"))
    assert found.code == "TC309"
    assert "（rate）在 2024-12-31 没有生效的数值，已知：2025-01-01" in found.message.zh


def test_parameters_and_choices_that_the_law_leaves_open_must_be_given():
    table = {
        "代码": ["620000", "630000"],
        "标准财政支出": [9, 9],
        "标准财政收入": [5, 4],
        "must_fund": [4, 4],
    }
    result, issues = attempt_columns(load_method(PROVINCE), table)
    assert result is None
    said = {found.code: found for found in issues}
    names = {(found.code, found.message.zh.split("（")[1].split("）")[0]) for found in issues}
    assert names == {
        ("TC306", "weight_pool"),
        ("TC306", "weight_difficulty"),
        ("TC310", "deviation"),
        ("TC310", "reference"),
    }
    assert "文件未公布" in said["TC306"].message.zh
    assert "--set weight_" in said["TC306"].hint.zh
    assert "可选：" in said["TC310"].hint.zh


def test_an_unknown_option_of_a_choice_lists_the_options(demo, tmp_path):
    stderr = refused_run(tmp_path, COUNTY, demo, "--set", "hold_harmless=maybe")
    assert "TC311 选项「hold_harmless」没有「maybe」这一项" in stderr
    assert "last_year（不低于上年）、none（不保底）" in stderr


def test_a_date_outside_the_law_is_refused(demo, tmp_path):
    stderr = refused_run(tmp_path, COUNTY, demo, "--on", "2022-04-12")
    assert f"TC118 办法「{COUNTY}」在 2022-04-12 尚未施行或已经失效" in stderr
    assert "2022-04-13" in stderr


def test_a_date_that_is_none_is_refused(demo, tmp_path):
    assert "TC313 日期「2024-13-01」无法识别" in refused_run(tmp_path, COUNTY, demo, "--on", "2024-13-01")


# --- entered amounts --------------------------------------------------------------------------------

ENTERED = ["代码", "步骤", "数值", "理由", "录入人"]


@pytest.mark.parametrize(
    ("row", "code", "said", "cell"),
    [
        (["620102", "应补助额", 5, None, "张三"], "TC216", "「理由」为空", "D2"),
        (["620102", "应补助额", 5, "核定", " "], "TC216", "「录入人」为空", "E2"),
        (["620102", "应补助额", "约五", "核定", "张三"], "TC216", "「约五」不是数字", "C2"),
        (["620102", "奖励", 5, "核定", "张三"], "TC216", "办法没有步骤「奖励」", "B2"),
        (["629999", "应补助额", 5, "核定", "张三"], "TC317", "代码 629999 不在表中", "2"),
    ],
)
def test_a_bad_entered_amount_is_named_by_its_cell(tmp_path, county_method, row, code, said, cell):
    columns = county_columns()
    rows = [list(columns), *zip(*columns.values(), strict=True)]
    path = write_workbook(tmp_path / "entered.xlsx", 数据=rows, 录入数=[ENTERED, row])
    panel = read_panel(path, county_method)
    found = refusal(attempt(county_method, panel, pool=100, on="2024-01-01"))
    assert found.code == code
    assert said in found.message.zh
    assert found.place.sheet == "录入数"
    assert found.place.cell.endswith(cell)


def test_an_amount_entered_twice_is_refused(county_method):
    twice = [EnteredAmount("620102", "transfer", Decimal(value), "核定", "张三") for value in (5, 6)]
    found = refusal(attempt_columns(county_method, county_columns(), entered=twice))
    assert found.code == "TC318"
    assert "620102 的步骤「应补助额」录入了两次" in found.message.zh


def test_an_amount_given_in_a_call_without_a_reason_names_its_county(county_method):
    silent = [EnteredAmount("620102", "transfer", Decimal(5), " ", "张三")]
    found = refusal(attempt_columns(county_method, county_columns(), entered=silent))
    assert found.code == "TC216"
    assert "理由" in found.message.zh
    assert found.place.code == "620102"


def test_a_bad_file_of_entered_amounts_stops_the_command(demo, tmp_path):
    path = tmp_path / "entered.csv"
    path.write_bytes((",".join(ENTERED) + "\n620102,应补助额,5,,张三\n").encode("gb18030"))
    stderr = refused_run(tmp_path, COUNTY, demo, "--entered", path)
    assert "TC216 entered.csv D2：录入数有误：「理由」为空" in stderr


# --- all at once, and on the command line -----------------------------------------------------------

MANY = {
    "数据!B2": "地市",
    "数据!E4": "暂无",
    "数据!F5": -1,
    "数据!A7": "620105",
    "数据!G8": None,
    "数据!D9": "也许",
    "参数!B2": "很多",
    "参数!B3": "明天",
}
FOUND = {
    ("TC201", None),
    ("TC202", "E4"),
    ("TC204", "F5"),
    ("TC206", "A7"),
    ("TC203", "G8"),
    ("TC214", "D9"),
    ("TC302", "B2"),
    ("TC313", "B3"),
    ("TC305", None),
}


def test_all_problems_are_reported_in_one_pass_and_there_is_no_result(demo, tmp_path, county_method):
    path = change_cells(demo, tmp_path / "many.xlsx", MANY)
    with pytest.raises(CalculationError) as caught:
        calculate(county_method, read_panel(path, county_method), parameters={"rate": 1})
    assert {(found.code, found.place.cell) for found in caught.value.issues} == FOUND
    assert len(caught.value.issues) == len(FOUND)


def test_the_command_prints_all_problems_and_writes_nothing(demo, tmp_path):
    path = change_cells(demo, tmp_path / "many.xlsx", MANY)
    lines = refused_run(tmp_path, COUNTY, path, "--set", "rate=1").splitlines()
    assert sorted(line[:5] for line in lines[:-1]) == sorted(code for code, _ in FOUND)
    assert lines[-1] == f"共 {len(FOUND)} 个问题，未写出任何结果。"
    assert any(line.startswith("TC202 many.xlsx 数据!E4（620103 七里河区）：") for line in lines)


def test_json_of_a_refusal_has_the_issues_and_no_rows(demo, tmp_path):
    path = change_cells(demo, tmp_path / "changed.xlsx", {"数据!E3": "暂无"})
    said = command("run", COUNTY, path, "--format", "json")
    assert said.exit_code == 1
    answer = json.loads(said.stdout)
    assert answer["rows"] == []
    assert [(found["code"], found["cell"], found["unit"]) for found in answer["issues"]] == [
        ("TC202", "E3", "620102")
    ]


def test_a_result_of_last_time_survives_a_refusal(demo, tmp_path):
    out = tmp_path / "out.xlsx"
    out.write_bytes(b"last time")
    assert command("run", COUNTY, demo, "--pool", "1", "-o", out).exit_code == 1
    assert out.read_bytes() == b"last time"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "hold_harmless"], "--set 要写成 名称=数值，这里是 hold_harmless"),
        (["--set", "=1"], "--set 要写成 名称=数值"),
        (["--set", "zones=included", "--set", "zones=excluded"], "--set 给了两次 zones"),
        (["-o", "result.csv"], "要以 .xlsx 结尾"),
    ],
)
def test_a_slip_of_the_command_ends_with_2(demo, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    done = command("run", COUNTY, demo, *arguments)
    assert done.exit_code == 2
    assert "TC901 用法有误" in done.stderr
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_result_never_overwrites_the_table(demo, tmp_path):
    table = change_cells(demo, tmp_path / "table.xlsx", {})
    before = table.read_bytes()
    assert command("run", COUNTY, table, "-o", table).exit_code == 2
    assert table.read_bytes() == before


def test_a_place_that_cannot_be_written_is_said(demo, tmp_path):
    done = command("run", COUNTY, demo, "-o", tmp_path / "absent" / "out.xlsx")
    assert done.exit_code == 1
    assert "TC902 out.xlsx：无法写出文件" in done.stderr
