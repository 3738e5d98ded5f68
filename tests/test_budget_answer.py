"""What an allocation says: prices in words, the proof, winners and losers, the record, the workbook."""

import json

import openpyxl
import pytest
from budgets import budget, counties
from paths import ROOT

from transfer_calc.cli.allocating import record
from transfer_calc.issues import DataError

MINIMUM = {
    "kind": "group", "by": "prefecture", "which": "庆阳市", "min": 120, "cite": "第七条",
    "name": {"zh": "庆阳市最低数", "en": "minimum of 庆阳市"},
}  # fmt: skip
PREFECTURES = ["庆阳市", "庆阳市", "兰州市"]


def solved(*constraints, objective="least_deviation", **more):
    frame = counties([50, 50, 100], prefecture=PREFECTURES, before=[40, 60, 110], **more)
    return budget(200, MINIMUM, *constraints, objective=objective).solve(frame)


def line_of(answer, name):
    return next(line for line in answer.lines if line.name.zh == name)


def test_the_price_of_a_minimum_is_read_aloud():
    line = line_of(solved(), "庆阳市最低数")
    assert line.price == pytest.approx(2)
    assert line.words.en == (
        "raising 庆阳市’s minimum by 1 万元 costs the others 1 万元 and moves the plan 2 万元 further from the formula"
    )
    assert line.words.zh == "庆阳市的最低数每提高 1 万元，其他地区就少 1 万元，方案离测算数远了 2 万元"
    assert line.cite == "第七条"


@pytest.mark.parametrize("objective", ["least_deviation", "least_squares"])
def test_a_price_is_what_one_unit_more_really_changes(objective):
    answer = solved(objective=objective)
    step = 0.001
    moved = MINIMUM | {"min": 120 + step}
    frame = counties([50, 50, 100], prefecture=PREFECTURES)
    again = budget(200, moved, objective=objective).solve(frame)
    change = (again.solution.value - answer.solution.value) / step
    assert line_of(answer, "庆阳市最低数").price == pytest.approx(change, rel=1e-3)


def test_a_constraint_with_room_says_that_loosening_changes_nothing():
    spare = {
        "kind": "group",
        "by": "prefecture",
        "which": "兰州市",
        "max": 150,
        "name": {"zh": "余", "en": "spare"},
    }
    line = line_of(solved(spare), "余")
    assert not line.binding
    assert line.slack == pytest.approx(70)
    assert line.words.en == "70 to spare; loosening it changes nothing"


def test_floors_are_told_together_with_the_dearest():
    floor = {"kind": "floor", "of": "before", "times": "1.1", "name": {"zh": "保底", "en": "floor"}}
    answer = budget(200, floor).solve(counties([50, 50, 100], before=[40, 60, 80]))
    line = line_of(answer, "保底")
    # Floors 44, 66, 88: only 66 binds; the others give 16 in halves, so 42 < 44 binds too: 44, 66, 90.
    assert answer.by_recipient == pytest.approx([44, 66, 90], abs=1e-6)
    assert line.words.en.startswith("2 of 3 recipients stand at the floor; the dearest is 乙")
    assert line.price == pytest.approx(26)  # 16 above and 10 below the formula


def test_what_binds_stands_beside_each_recipient():
    table = solved().table_in("zh")
    assert table["binds"].tolist() == ["庆阳市最低数", "庆阳市最低数", ""]


def test_the_certificate_of_least_squares_closes_and_the_free_stand_together():
    answer = solved(objective="least_squares")
    proof = answer.certificate
    assert proof["left"].abs().max() < 1e-9
    assert proof["pull"].tolist() == pytest.approx([10, 10, -20])
    groups = answer.multipliers
    assert groups["recipients"].tolist() == [2, 1]
    assert groups["spread"].tolist() == pytest.approx([0, 0])


def test_the_certificate_of_least_deviation_closes():
    proof = solved().certificate
    assert proof["left"].abs().max() < 1e-9
    assert proof["pull"].abs().max() <= 1 + 1e-9


def test_winners_and_losers_are_counted_against_last_year_in_the_unit_of_the_pot():
    answer = solved(objective="least_squares")
    assert answer.winners["change"].to_dict() == pytest.approx({"620101": 20})
    assert answer.losers["change"].to_dict() == pytest.approx({"620103": -30})
    assert answer.moved("from_target", up=True)["from_target"].tolist() == pytest.approx([10, 10])
    assert answer.moved("from_target", up=False).index.tolist() == ["620103"]


def test_the_record_names_what_was_run_and_its_result():
    answer = solved()
    said = {entry.title.en: entry.value for entry in answer.manifest}
    assert said["route"] == answer.route
    assert said["result SHA-256"] == answer.sha256
    assert said["pool"] == "200 万元"


def test_the_json_record_is_plain_json():
    told = record(solved(), "en")
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    paid = [row["allocation"] for row in told["rows"]]
    assert (paid[0] + paid[1], paid[2]) == (1_200_000, 800_000)
    assert told["constraints"][1]["words"].startswith("raising 庆阳市’s minimum")


def test_a_notebook_shows_names_as_text():
    frame = counties([50, 50, 100], prefecture=PREFECTURES)
    frame.attrs["notice"] = "演示数据<b>"
    shown = budget(200, MINIMUM).solve(frame)._repr_html_()
    assert "演示数据&lt;b&gt;" in shown
    assert "庆阳市" in shown


def test_the_workbook_has_its_sheets_sums_and_live_proof(tmp_path):
    frame = counties([50, 50, 100], prefecture=PREFECTURES, before=[40, 60, 110])
    frame.attrs["notice"] = "演示数据：测试"
    frame.loc[0, "name"] = "=1+1"
    answer = budget(200, MINIMUM).solve(frame)
    path = tmp_path / "out.xlsx"
    answer.to_excel(path, command="test")
    values, formulas = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    assert values.sheetnames == [
        "说明", "结果", "约束", "数据", "参数", "方案计算", "方案", "约束核对", "结算", "总量", "最优性证明",
        "赢家输家", "校验", "运行记录",
    ]  # fmt: skip
    assert all(sheet["A2"].value == "演示数据：测试" for sheet in values.worksheets)
    rows = list(values["结果"].iter_rows(values_only=True))
    heads = rows[3]
    paid = heads.index("分配数（元）")
    assert [row[paid] for row in rows[4:8]] == [600_000, 600_000, 800_000, 2_000_000]
    assert rows[4][1] == "=1+1"
    assert not any(
        cell.data_type == "f" and "1+1" in str(cell.value)
        for sheet in formulas
        for row in sheet
        for cell in row
    )
    proof = [cell.value for row in formulas["最优性证明"] for cell in row if cell.data_type == "f"]
    assert len(proof) == 3
    assert all(text.count("-") == 2 for text in proof)


def test_the_path_of_a_phase_in_has_a_sheet(tmp_path):
    phase = {"kind": "phase_in", "last_year": "before", "year": 1, "years": 2, "start": "last_year_amount"}
    answer = budget(200, phase).solve(counties([140, 60], before=[100, 100]))
    answer.to_excel(tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["分年路径"]
    assert [row[2] for row in sheet.iter_rows(values_only=True)][-2:] == [120, 80]


def test_a_workbook_that_cannot_be_written_leaves_nothing(tmp_path):
    with pytest.raises(DataError):
        solved().to_excel(tmp_path / "none" / "out.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_linear_plan_is_written_for_another_solver_to_check(tmp_path):
    import highspy

    import transfer_calc as tc

    text = (ROOT / "examples/budgets/gansu.yaml").read_text(encoding="utf-8")
    written = tmp_path / "plan.yaml"
    written.write_text(text.replace("kind: least_squares", "kind: least_deviation"), encoding="utf-8")
    plan = tc.load_budget(written).solve(ROOT / "examples/gansu-gap-demo.xlsx")
    path = plan.to_model(tmp_path / "plan.mps")
    solver = highspy.Highs.__base__()
    solver.setOptionValue("output_flag", False)
    solver.readModel(str(path))
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    with pytest.raises(tc.UsageError):
        plan.to_model(tmp_path / "plan.txt")


def test_least_squares_has_no_linear_model():
    import transfer_calc as tc

    plan = tc.load_budget(ROOT / "examples/budgets/gansu.yaml").solve(ROOT / "examples/gansu-gap-demo.xlsx")
    with pytest.raises(tc.UsageError):
        plan.to_model("plan.lp")


def test_both_languages_say_the_same_of_every_price():
    import transfer_calc as tc

    plan = tc.load_budget(ROOT / "examples/budgets/gansu.yaml").solve(ROOT / "examples/gansu-gap-demo.xlsx")
    for line in plan.lines:
        assert ("增加" in line.words.zh) == ("rises" in line.words.en)
        assert ("减少" in line.words.zh) == ("falls" in line.words.en)
