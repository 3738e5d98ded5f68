"""Supporters matched to counties: kept pairs, capacities, and who stays without one."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest
from budgets import issues_of
from builders import write_workbook
from pydantic import ValidationError

from transfer_calc.budget.matching import Matching, load_matching
from transfer_calc.cli.allocating import pairing_record


def matching(*capacities, keep_price=3, **more):
    supporters = [
        {"name": {"zh": name, "en": english}, "capacity": capacity}
        for name, english, capacity in zip("津鲁苏", "ABC", capacities, strict=False)
    ]
    return Matching.model_validate(
        {"supporters": supporters, "existing": "现支援方", "keep_price": keep_price} | more
    )


def table(existing, **costs):
    size = len(existing)
    codes = [f"62010{number}" for number in range(1, size + 1)]
    return pd.DataFrame({"代码": codes, "名称": list("甲乙丙丁"[:size]), "现支援方": existing, **costs})


FULL = table(["津", "津", "津"], 津=[1, 5, 2], 鲁=[9, 1, 9])


def test_an_existing_pair_is_broken_only_where_that_is_worth_its_price():
    pairing = matching(2, 1).solve(FULL)
    # One pair must go; the second saves 4 by going, the others would cost more.
    assert pairing.chosen.tolist() == [[True, False], [False, True], [True, False]]
    assert pairing.value == pytest.approx(1 + 1 + 2 + 3)
    assert pairing.bound == pytest.approx(pairing.value)
    assert matching(3, 3, keep_price=5).solve(FULL).broken == 0
    assert matching(3, 3, keep_price=3).solve(FULL).broken == 1


def test_the_matching_is_the_best_of_all():
    rng = np.random.default_rng(3)
    for _ in range(10):
        cost = rng.integers(1, 20, (4, 3)).astype(float)
        existing = rng.integers(0, 3, 4)
        frame = table([list("津鲁苏")[one] for one in existing], 津=cost[:, 0], 鲁=cost[:, 1], 苏=cost[:, 2])
        best = min(
            sum(cost[county, one] + 4 * (one != existing[county]) for county, one in enumerate(choice))
            for choice in itertools.product(range(3), repeat=4)
            if all(choice.count(one) <= capacity for one, capacity in enumerate((2, 1, 2)))
        )
        assert matching(2, 1, 2, keep_price=4).solve(frame).value == pytest.approx(best)


def test_a_county_may_have_two_supporters():
    pairing = matching(3, 3, least=2, most=2).solve(FULL)
    assert pairing.chosen.all()


def test_too_little_capacity_is_told_with_its_amount():
    found = issues_of(lambda: matching(1, 1).solve(FULL))
    assert [one.code for one in found] == ["TC561"]
    assert "2" in found[0].message.zh


def test_the_county_that_is_left_over_is_named():
    frame = table(["津", "", ""], 津=[1, 1, None], 鲁=[None, None, 1])
    found = issues_of(lambda: matching(1, 2).solve(frame))
    assert [one.code for one in found] == ["TC563"]
    assert ("620101 甲" in found[0].message.zh) != ("620102 乙" in found[0].message.zh)


def test_a_county_nobody_may_support_is_named():
    found = issues_of(lambda: matching(1, 2).solve(table(["津", ""], 津=[1, None], 鲁=[1, None])))
    assert [(one.code, one.place.code) for one in found] == [("TC560", "620102")]


def test_bad_cells_are_named(tmp_path):
    rows = [
        ["代码", "名称", "现支援方", "津", "鲁"],
        ["620101", "甲", "沪", "一", 2],
        ["620102", "乙", None, -1, 2],
    ]
    path = write_workbook(tmp_path / "pairs.xlsx", 数据=rows)
    found = issues_of(lambda: matching(2, 1).solve(path))
    assert [(one.code, one.place.cell) for one in found] == [
        ("TC562", "D2"),
        ("TC562", "C2"),
        ("TC562", "D3"),
    ]


def test_a_file_a_workbook_and_back(tmp_path):
    path = tmp_path / "match.yaml"
    path.write_text(
        'supporters:\n  - {name: {zh: 津, en: A}, capacity: 2}\n  - {name: {zh: 鲁, en: B}, capacity: 2}\n'
        'existing: 现支援方\nkeep_price: "3"\n', encoding="utf-8",
    )  # fmt: skip
    rows = [["演示数据"], list(FULL.columns), *FULL.to_numpy().tolist()]
    pairing = load_matching(path).solve(write_workbook(tmp_path / "pairs.xlsx", 数据=rows))
    assert pairing.notice == "演示数据"
    pairing.to_excel(tmp_path / "out.xlsx")
    written = pd.read_excel(tmp_path / "out.xlsx", sheet_name="配对", header=2, dtype=str, engine="openpyxl")
    assert written["状态"].tolist() == ["保留", "解除", "新增", "保留"]
    assert json.dumps(pairing_record(pairing, "zh"), allow_nan=False)


def test_limits_out_of_order_are_refused():
    with pytest.raises(ValidationError):
        matching(1, least=2, most=1)
