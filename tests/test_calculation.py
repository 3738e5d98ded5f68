"""The engine between table and result: levels, choices, shared pieces, entered amounts, pots and promises."""

from __future__ import annotations

from decimal import Decimal
from textwrap import dedent

import pandas as pd
import pytest

from transfer_calc import CalculationError, EnteredAmount, Panel, calculate, load_method

HEAD = """
    id: test/method
    title: {zh: 测试, en: Test}
    law: {document: null, title: {zh: 演示数据, en: made up}, in_force: {from: 2020-01-01}}
    recipients: {zh: 县, en: county}
"""


@pytest.fixture
def made(tmp_path):
    """Write a method file from its body and load it."""

    def make(body, name="method.yaml"):
        path = tmp_path / name
        path.write_text(dedent(HEAD) + dedent(body), encoding="utf-8")
        return load_method(path)

    return make


def step(formula, unit="万元", **more):
    entries = {
        "zh": "步",
        "en": "step",
        "unit": unit,
        "formula": formula,
        "evidence": "assumed",
        "cite": "演示",
        **more,
    }
    return "{" + ", ".join(f"{key}: {value if key == 'when' else chr(34) + str(value) + chr(34)}"
                           for key, value in entries.items()) + "}"  # fmt: skip


def panel(method, **columns):
    return Panel.from_frame(pd.DataFrame(columns), method)


def test_scalars_are_scalars_and_group_figures_reach_every_county_of_the_group(made):
    method = made(f"""
        inputs:
          city: {{zh: 市州, en: city, kind: group}}
          x: {{zh: 数, en: x, unit: 万元}}
        steps:
          all: {step("total(x)")}
          of_city: {step("total(x, by=city)")}
          part: {step("x / of_city", unit="1")}
    """)
    result = calculate(
        method, panel(method, code=["1", "2", "3"], city=["a", "a", "b"], x=[1.0, 3.0, 5.0]), on="2024-01-01"
    )
    assert result.scalars == {"all": 9.0}
    assert result.table["of_city"].tolist() == [4.0, 4.0, 5.0]
    assert result.table["part"].tolist() == [0.25, 0.75, 1.0]
    assert "allocation" not in result.table


def test_a_method_without_a_pool_gives_entitlements_and_says_why(made):
    method = made(f"""
        inputs: {{x: {{zh: 数, en: x, unit: 人}}}}
        parameters:
          standard: {{zh: 标准, en: standard, unit: 元/人, cite: 演示, evidence: assumed, values: {{2020-01-01: "2.5"}}}}
        steps: {{due: {step("x * standard", unit="元")}}}
        pays: {{amount: due, settle: {{unit: 元}}}}
        promises: [non_negative]
    """)
    result = calculate(method, panel(method, code=["1"], x=[3]), on="2024-01-01")
    assert result.payment is None
    assert "没有资金总额" in result.checks[0].detail.zh
    with pytest.raises(CalculationError, match="TC312"):
        calculate(method, panel(method, code=["1"], x=[3]), pool=1, on="2024-01-01")


def test_what_some_pay_others_receive_to_the_cent(made):
    method = made(f"""
        inputs: {{x: {{zh: 数, en: x, unit: 万元}}}}
        steps: {{net: {step("x - mean(x)")}}}
        pays: {{amount: net, settle: {{unit: 分}}}}
        promises: [zero_sum]
    """)
    result = calculate(method, panel(method, code=["1", "2", "3"], x=[1.0, 1.0, 2.0]), on="2024-01-01")
    # -1/3, -1/3, 2/3 of a 万元 is -333333.33 分 twice and 666666.67 分: the parts below the point are
    # 2/3, 2/3 and 2/3, so of the units over all three floors two go to the first codes.
    assert result.table["allocation"].tolist() == [-333333, -333333, 666666]
    assert result.payment.total == 0


CLOSING = f"""
    inputs: {{x: {{zh: 数, en: x, unit: 万元, min: "0"}}}}
    choices:
      closing:
        zh: 收口
        en: closing
        evidence: assumed
        cite: 演示
        options: {{keep: {{zh: 收口, en: closed}}, none: {{zh: 不收口, en: open}}}}
    steps:
      due: {step("x")}
      closed: {{zh: 收口数, en: closed, unit: 万元, evidence: assumed, cite: 演示,
               when: {{closing: keep}}, solve: {{claim: due, total: pool}}}}
    pays: {{amount: closed, entitlement: due, pool: {{unit: 万元}}, settle: {{unit: 元}}}}
    promises: [sums_to_pool]
"""


def test_with_the_closing_step_off_there_is_no_allocation_and_the_checks_say_so(made):
    method = made(CLOSING)
    table = panel(method, code=["1", "2"], x=[1, 2])
    closed = calculate(method, table, pool="6", parameters={"closing": "keep"}, on="2024-01-01")
    assert closed.table["allocation"].tolist() == [20000, 40000]
    opened = calculate(method, table, pool="6", parameters={"closing": "none"}, on="2024-01-01")
    assert list(opened.table) == ["name", "due"]
    assert "收口步骤已关闭" in opened.checks[0].detail.zh


def test_a_choice_that_nobody_made_is_an_issue(made):
    method = made(CLOSING)
    with pytest.raises(CalculationError, match="TC310"):
        calculate(method, panel(method, code=["1"], x=[1]), pool="6", on="2024-01-01")


def test_an_entered_amount_stands_and_the_others_share_the_rest(made):
    method = made(CLOSING)
    table = panel(method, code=["1", "2", "3"], x=[1, 2, 3])
    by_hand = EnteredAmount("2", "closed", Decimal("1"), "会议纪要", "张三")
    result = calculate(
        method, table, pool="5", parameters={"closing": "keep"}, entered=[by_hand], on="2024-01-01"
    )
    assert result.table["allocation"].tolist() == [10000, 10000, 30000]
    assert result.grades["closed"].weakest == "user-given"


def test_an_entered_amount_of_an_earlier_step_is_what_later_steps_read(made):
    method = made(f"""
        inputs: {{x: {{zh: 数, en: x, unit: 万元}}}}
        steps: {{a: {step("x + x")}, b: {step("a + x")}, c: {step("total(a)")}}}
    """)
    by_hand = EnteredAmount("2", "a", Decimal("100"), "核定", "李四")
    result = calculate(method, panel(method, code=["1", "2"], x=[1, 2]), entered=[by_hand], on="2024-01-01")
    assert result.table["b"].tolist() == [3.0, 102.0]
    assert result.scalars["c"] == 102.0


def test_dated_values_apply_from_their_day_and_a_gap_is_a_gap(made):
    method = made(f"""
        inputs: {{x: {{zh: 数, en: x, unit: 万元}}}}
        parameters:
          rate:
            zh: 率
            en: rate
            unit: "1"
            cite: 演示
            evidence: assumed
            values:
              2020-01-01: {{value: "0.5", until: 2021-12-31}}
              2023-01-01: "0.6"
        steps: {{due: {step("x * rate")}}}
    """)
    table = panel(method, code=["1"], x=[10])
    assert calculate(method, table, on="2021-12-31").table["due"].tolist() == [5.0]
    assert calculate(method, table, on="2023-01-01").table["due"].tolist() == [6.0]
    with pytest.raises(CalculationError, match="TC309"):
        calculate(method, table, on="2022-06-01")
    given = calculate(method, table, on="2022-06-01", parameters={"rate": "0.7"})
    assert given.table["due"].tolist() == [7.0]
    assert given.grades["due"].weakest == "user-given"


def test_tables_and_schedules_are_looked_up_by_date(made):
    method = made(f"""
        inputs:
          tier: {{zh: 档, en: tier, kind: text}}
          x: {{zh: 数, en: x, unit: 万元}}
        tables:
          portion:
            zh: 比例
            en: portion
            unit: "1"
            cite: 演示
            evidence: assumed
            keys: [{{zh: 档, en: tier}}]
            values: {{2020-01-01: {{rows: {{一: "0.8", 二: "0.6"}}}}}}
        schedules:
          award:
            zh: 奖
            en: award
            unit: "1"
            of: 万元
            inclusive: from
            cite: 演示
            evidence: assumed
            values: {{2020-01-01: {{brackets: [{{from: "0", rate: "0.1"}}, {{from: "100", rate: "0.2"}}]}}}}
        steps:
          shared: {step("x * portion[tier]")}
          rate: {step("brackets(x, award)", unit="1")}
          sum: {step("graduated(x, award)")}
    """)
    result = calculate(
        method, panel(method, code=["1", "2"], tier=["一", "二"], x=[100, 50]), on="2024-01-01"
    )
    assert result.table["shared"].tolist() == [80.0, 30.0]
    assert result.table["rate"].tolist() == [0.2, 0.1]
    assert result.table["sum"].tolist() == [10.0, 5.0]
    with pytest.raises(CalculationError, match="TC404"):
        calculate(method, panel(method, code=["1"], tier=["三"], x=[1]), on="2024-01-01")


def test_the_pool_is_exact_in_its_own_unit():
    method = load_method("cn/model/equalization-gap")
    columns = {
        "代码": ["620102", "620121"], "市州": ["兰州市"] * 2, "功能区": ["否"] * 2,
        "标准财政支出": [3, 2], "标准财政收入": [0, 1], "上年转移支付": [0, 0],
    }  # fmt: skip
    result = calculate(method, Panel.from_columns(columns, method), pool="0.0007", on="2024-01-01")
    # 7 元 by 3 : 1 is 5.25 and 1.75: the larger remainder takes the last 元.
    assert result.table["allocation"].tolist() == [5, 2]
    with pytest.raises(CalculationError, match="TC304"):
        calculate(method, Panel.from_columns(columns, method), pool="0.00075", on="2024-01-01")


def test_division_by_zero_names_the_county_and_the_step(made):
    method = made(f"""
        inputs: {{x: {{zh: 收入, en: x, unit: 万元}}, y: {{zh: 人口, en: y, unit: 人}}}}
        steps: {{per_head: {step("x / y", unit="元/人")}, later: {step("per_head + per_head", unit="元/人")}}}
    """)
    with pytest.raises(CalculationError) as caught:
        calculate(
            method,
            panel(method, code=["1", "2", "3"], name=["甲", "乙", "丙"], x=[1, 1, 1], y=[1, 0, 0]),
            on="2024-01-01",
        )
    assert [(found.code, found.place.code) for found in caught.value.issues] == [
        ("TC401", "2"),
        ("TC401", "3"),
    ]
    assert "人口" in caught.value.issues[0].message.zh


def test_pieces_are_shared_by_name_and_their_inputs_are_openings(tmp_path):
    from transfer_calc.method.load import load

    (tmp_path / "piece.yaml").write_text(dedent(HEAD).replace("test/method", "test/piece") + dedent(f"""
        kind: shared
        inputs: {{need: {{zh: 需求, en: need, unit: 万元}}, people: {{zh: 人口, en: people, unit: 人}}}}
        steps: {{per_head: {step("need / people", unit="元/人")}, other: {step("need")}}}
    """), encoding="utf-8")  # fmt: skip
    own = tmp_path / "own.yaml"
    own.write_text(dedent(HEAD) + dedent(f"""
        uses: [{{id: test/piece, take: [per_head]}}]
        inputs: {{x: {{zh: 数, en: x, unit: 万元}}}}
        steps: {{need: {step("x + x")}, twice: {step("per_head + per_head", unit="元/人")}}}
    """), encoding="utf-8")  # fmt: skip
    method = load(own, lambda _id: tmp_path / "piece.yaml")
    assert method.origins == {"per_head": "test/piece", "people": "test/piece"}
    assert "other" not in method.file.steps
    result = calculate(method, panel(method, code=["1"], x=[6], people=[4]), on="2024-01-01")
    # 2 × 6 万元 over 4 people are 3 万元 = 30,000 元 a head, twice 60,000.
    assert result.table["twice"].tolist() == [60000.0]
    assert set(method.hashes) == {"test/method", "test/piece"}


def test_a_result_shows_itself_in_a_notebook(demo, county_method):
    from transfer_calc import read_panel

    html = calculate(county_method, read_panel(demo, county_method))._repr_html_()
    assert "演示数据" in html
    assert "秦安县" in html
    assert "分配数（元）" in html


def test_the_order_of_the_rows_changes_nothing(demo, county_method):
    table = pd.read_excel(demo, sheet_name="数据", header=1, dtype={"代码": str}, engine="openpyxl")
    straight = calculate(
        county_method, Panel.from_frame(table, county_method), pool=4_500_000, on="2026-01-01"
    )
    mixed = table.sample(frac=1, random_state=3)
    other = calculate(county_method, Panel.from_frame(mixed, county_method), pool=4_500_000, on="2026-01-01")
    pd.testing.assert_frame_equal(straight.table, other.table.loc[straight.table.index], check_exact=True)


def test_what_is_done_to_a_table_does_not_change_the_result(demo, county_method):
    from transfer_calc import read_panel

    result = calculate(county_method, read_panel(demo, county_method))
    table = result.table
    table["allocation"] = 7
    assert result.table["allocation"].sum() == 45_000_000_000


def test_an_entered_amount_is_not_said_to_keep_the_promises(demo, county_method):
    from transfer_calc import read_panel

    by_hand = EnteredAmount("620522", "transfer", Decimal(50000), "会议纪要", "张三")
    result = calculate(county_method, read_panel(demo, county_method), entered=[by_hand])
    bounds = next(check for check in result.checks if check.name == "within_bounds")
    assert bounds.detail.zh.startswith("87 个地区符合；录入数 1 个（620522）")


def test_parameters_may_be_named_by_their_titles(demo, county_method):
    from transfer_calc import read_panel

    result = calculate(county_method, read_panel(demo, county_method), parameters={"保底": "不保底"})
    assert result.settings.choices["hold_harmless"].option == "none"
