"""Conflicts: by hand, and against an independent solver: what is called a conflict is one, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import ROOT
from scipy.optimize import linprog
from scipy.sparse import csr_array

from transfer_calc.allocation.conflict import explain_conflict
from transfer_calc.allocation.conflict_parts import loosened
from transfer_calc.allocation.conflict_search import irreducible, scaled
from transfer_calc.allocation.preconditions import (
    caps_below_unit,
    empty_group,
    needs_not_above_zero,
    unlimited,
)
from transfer_calc.allocation.problem import Constraint, GreatestCoverage, LeastSquares, Problem
from transfer_calc.text import Text

SMALL = settings(max_examples=150, deadline=None, derandomize=True)
NAMES = ("资金总额", "庆阳市不少于", "定西市不少于", "保底", "增幅上限")
KINDS = ("pool", "group", "group", "floor", "cap")
LABELS = ("621021", "621022", "621102", "621121")
PREFECTURES = ([1, 1, 0, 0], [0, 0, 1, 1])


def pot(limits, rows=PREFECTURES, lower=0.0, upper=inf, floor_by=-1, cap_by=-1, **more):
    """A pot of four counties in two prefectures; the first limit is the pot's."""
    matrix = csr_array(np.asarray([[1] * 4, *rows], dtype=np.float64))
    count = matrix.shape[0]
    names = [*NAMES[:3], *(f"约束{row}" for row in range(3, count)), *NAMES[3:]]
    kinds = [*KINDS[:3], *["own"] * max(count - 3, 0), *KINDS[3:]]
    if count < 3:
        names, kinds = [*NAMES[:count], *NAMES[3:]], [*KINDS[:count], *KINDS[3:]]
    by = {"floor": len(names) - 2, "cap": len(names) - 1, -1: -1}

    def owner(given_by):
        return np.asarray([by.get(one, one) for one in np.broadcast_to(np.asarray(given_by, object), (4,))])

    return Problem(
        labels=LABELS,
        lower=np.broadcast_to(np.asarray(lower, dtype=np.float64), (4,)).copy(),
        upper=np.broadcast_to(np.asarray(upper, dtype=np.float64), (4,)).copy(),
        floor_by=owner(floor_by),
        cap_by=owner(cap_by),
        constraints=tuple(
            Constraint(Text(name, f"{kind} {position}"), kind=kind)
            for position, (name, kind) in enumerate(zip(names, kinds, strict=True))
        ),
        matrix=matrix,
        row_lower=np.asarray([low for low, _ in limits], dtype=np.float64),
        row_upper=np.asarray([high for _, high in limits], dtype=np.float64),
        row_of=np.arange(count),
        row_label=("",) * count,
        pool_row=0,
        **more,
    )


def feasible(problem):
    """Whether the hard rows and bounds can hold, by scipy's own solver."""
    if (problem.lower > problem.upper).any():
        return False
    hard = np.isinf(problem.row_price)
    matrix = problem.matrix.toarray()
    above, below = hard & np.isfinite(problem.row_upper), hard & np.isfinite(problem.row_lower)
    found = linprog(
        np.zeros(problem.size),
        np.vstack([matrix[above], -matrix[below], np.zeros((1, problem.size))]),
        np.concatenate([problem.row_upper[above], -problem.row_lower[below], [0.0]]),
        bounds=list(zip(problem.lower, problem.upper, strict=True)),
    )
    assert found.status in (0, 2), found.message
    return found.status == 0


def with_parts_only(problem, parts):
    """The problem with nothing but some parts of a conflict; nobody gets less than 0."""
    lower, upper = np.minimum(problem.lower, 0.0), np.full(problem.size, inf)
    row_lower, row_upper = np.full(problem.row_lower.size, -inf), np.full(problem.row_upper.size, inf)
    for part in parts:
        if part.kind == "floors":
            lower[part.variables] = problem.lower[part.variables]
        elif part.kind == "caps":
            upper[part.variables] = problem.upper[part.variables]
        else:
            row_lower[part.row], row_upper[part.row] = (
                problem.row_lower[part.row],
                problem.row_upper[part.row],
            )
    return replace(problem, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)


def assert_proved(problem, conflict):
    """Every finding is a conflict, without any one of its parts it is none, and the way out is one."""
    for finding in conflict.findings:
        assert not feasible(with_parts_only(problem, finding.parts))
        for position in range(len(finding.parts)):
            others = finding.parts[:position] + finding.parts[position + 1 :]
            assert feasible(with_parts_only(problem, others))
    assert conflict.cheapest
    assert feasible(slightly_more(loosened(problem, conflict.cheapest)))
    for one in conflict.alternatives:
        assert feasible(slightly_more(loosened(problem, [one])))


def slightly_more(problem):
    """Room for the last digits."""
    room = 1e-6
    return replace(
        problem,
        lower=problem.lower - room,
        upper=problem.upper + room,
        row_lower=problem.row_lower - room,
        row_upper=problem.row_upper + room,
    )


def explained(problem):
    assert not feasible(problem)
    conflict = explain_conflict(problem, "万元")
    assert conflict is not None
    assert_proved(problem, conflict)
    return conflict


def only_code(conflict):
    assert len(conflict.issues) == 1
    return conflict.issues[0].code


# --- the sums ------------------------------------------------------------------------------------------


def test_floors_above_the_pot_are_added_up_and_their_authors_named():
    problem = pot([(100, 100), (-inf, inf), (-inf, inf)], lower=[30, 40, 20, 20], floor_by="floor")
    conflict = explained(problem)
    assert only_code(conflict) == "TC536"
    found = conflict.issues[0]
    assert "「资金总额」（等于 100 万元）" in found.message.zh
    assert "「保底」的下限合计 110 万元（621021、621022、621102 等 4 个）" in found.message.zh
    assert "相差 10 万元" in found.message.zh
    assert "10 万元 too much" in found.message.en
    assert "621021, 621022, 621102 and 1 more" in found.message.en
    assert conflict.findings[0].excess == pytest.approx(10)
    assert conflict.cheapest[0].amount == pytest.approx(10)


def test_floors_that_the_conflict_does_not_need_are_left_out():
    # Without the floor of 1 by the first constraint the others still ask for 111 of 100.
    problem = pot(
        [(100, 100), (-inf, inf), (-inf, inf)], lower=[1, 60, 31, 20], floor_by=[1, "floor", "floor", "floor"]
    )
    conflict = explained(problem)
    assert [part.kind for part in conflict.findings[0].parts] == ["row", "floors"]
    assert conflict.findings[0].parts[1].amount == 111


def test_caps_below_an_exact_pot():
    problem = pot([(100, 100), (-inf, inf), (-inf, inf)], upper=[30, 20, 20, 20], cap_by="cap")
    conflict = explained(problem)
    assert only_code(conflict) == "TC537"
    assert "10 万元 short" in conflict.issues[0].message.en
    assert feasible(pot([(-inf, 100), (-inf, inf), (-inf, inf)], upper=[30, 20, 20, 20], cap_by="cap"))


def test_floors_above_the_maximum_of_their_group():
    problem = pot(
        [(100, 100), (-inf, 60), (-inf, inf)], lower=[30, 40, 0, 0], floor_by=["floor", "floor", -1, -1]
    )
    assert only_code(explained(problem)) == "TC538"


def test_a_minimum_above_the_caps_of_its_members_names_only_them():
    problem = pot([(100, 100), (70, inf), (-inf, inf)], upper=[30, 20, 40, 40], cap_by="cap")
    conflict = explained(problem)
    assert only_code(conflict) == "TC539"
    assert conflict.findings[0].parts[1].variables.tolist() == [0, 1]
    assert conflict.cheapest[0].text.zh == "「庆阳市不少于」降低 20 万元"
    assert conflict.cheapest[0].text.en == "“group 1” 20 万元 lower"


def test_minima_of_two_prefectures_above_the_pot():
    problem = pot([(100, 100), (70, inf), (40, inf)])
    conflict = explained(problem)
    assert only_code(conflict) == "TC541"
    greater = next(one for one in conflict.alternatives if one.row == 0)
    assert loosened(problem, [greater]).row_lower[0] == pytest.approx(110)
    assert loosened(problem, [greater]).row_upper[0] == pytest.approx(110)
    assert sorted(one.text.zh for one in conflict.alternatives) == [
        "「定西市不少于」降低 10 万元",
        "「庆阳市不少于」降低 10 万元",
        "「资金总额」增加 10 万元",
    ]


def test_a_minimum_and_the_floors_outside_its_group():
    problem = pot(
        [(100, 100), (70, inf), (-inf, inf)], lower=[0, 0, 20, 20], floor_by=[-1, -1, "floor", "floor"]
    )
    conflict = explained(problem)
    assert only_code(conflict) == "TC541"
    assert [part.kind for part in conflict.findings[0].parts] == ["row", "row", "floors"]


def test_maxima_of_groups_below_an_exact_pot():
    conflict = explained(pot([(100, 100), (-inf, 40), (-inf, 50)]))
    assert only_code(conflict) == "TC542"
    assert conflict.findings[0].excess == pytest.approx(10)


def test_a_floor_above_a_cap_names_the_county_and_both_authors():
    problem = pot(
        [(100, 100), (-inf, inf), (-inf, inf)],
        lower=[0, 50, 0, 0],
        upper=[90, 40, 90, 90],
        floor_by=[-1, "floor", -1, -1],
        cap_by="cap",
    )
    conflict = explained(problem)
    assert only_code(conflict) == "TC535"
    found = conflict.issues[0]
    assert found.place.code == "621022"
    assert "下限 50 万元 高于上限 40 万元（由「保底」、「增幅上限」设定）" in found.message.zh
    assert sum(one.amount for one in conflict.cheapest) == pytest.approx(10)


def test_all_floors_above_caps_are_named_at_once():
    problem = pot(
        [(100, 100), (-inf, inf), (-inf, inf)],
        lower=50,
        upper=[40, 60, 40, 60],
        floor_by="floor",
        cap_by="cap",
    )
    conflict = explain_conflict(problem)
    assert [found.place.code for found in conflict.issues] == ["621021", "621102"]
    assert feasible(loosened(problem, conflict.cheapest))


def test_a_constraint_that_holds_for_nobody():
    problem = pot([(100, 100), (70, inf), (-inf, inf)], rows=([0, 0, 0, 0], PREFECTURES[1]))
    conflict = explain_conflict(problem, "万元")
    assert only_code(conflict) == "TC540"
    assert conflict.issues[0].message.zh == "「庆阳市不少于」没有涉及任何地区，却要求 70 万元"
    share = pot([(100, 100), (0, inf), (-inf, inf)], rows=([-0.3] * 4, PREFECTURES[1]))
    assert only_code(explain_conflict(share)) == "TC540"


def test_a_pot_equal_to_its_floors_is_no_conflict_for_the_last_digit():
    floors = [0.1, 0.2, 0.3, 0.4]
    third = 100 / 3
    assert (
        explain_conflict(pot([(100, 100), (-inf, inf), (-inf, inf)], lower=[third, third, third, 0])) is None
    )
    assert explain_conflict(pot([(1, 1), (-inf, inf), (-inf, inf)], lower=floors, floor_by="floor")) is None


def test_a_priced_row_takes_no_part():
    problem = pot([(100, 100), (170, inf), (-inf, inf)])
    constraints = list(problem.constraints)
    constraints[1] = replace(constraints[1], price=2.0)
    assert explain_conflict(replace(problem, constraints=tuple(constraints))) is None


# --- the search ----------------------------------------------------------------------------------------


def test_three_overlapping_groups_are_a_conflict_that_no_sum_shows():
    rows = ([1, 1, 0, 0], [0, 1, 1, 0], [1, 0, 1, 0])
    conflict = explained(pot([(10, 10), (8, inf), (8, inf), (8, inf)], rows))
    assert only_code(conflict) == "TC542"
    assert len(conflict.findings[0].parts) == 4
    # Each pair has 8, so the three have 12: the pot is 2 short, and one pair alone must give up 4.
    assert {round(one.amount, 6) for one in conflict.alternatives} == {2.0, 4.0}
    assert conflict.cheapest[0].row != 0
    assert conflict.cheapest[0].amount == pytest.approx(4)


def test_a_circle_of_orders_needs_no_pot():
    rows = ([1, -1, 0, 0], [0, 1, -1, 0], [-1, 0, 1, 0])
    conflict = explained(pot([(10, 10), (1, inf), (1, inf), (1, inf)], rows))
    assert [part.row for part in conflict.findings[0].parts] == [1, 2, 3]


def test_a_group_inside_a_group():
    rows = ([1, 1, 1, 0], [1, 1, 0, 0])
    conflict = explained(pot([(100, 100), (-inf, 40), (50, inf)], rows))
    assert [part.row for part in conflict.findings[0].parts] == [1, 2]


def test_the_sums_and_the_search_agree_on_a_conflict_of_sums():
    problem = pot([(100, 100), (70, inf), (-inf, inf)], upper=[30, 20, 40, 40], cap_by="cap")
    found = irreducible(problem, scaled(problem), "")
    assert {(part.kind, part.row) for part in found} == {("row", 1), ("caps", -1)}


def test_money_of_any_size_gives_the_same_conflict():
    for size in (1e-4, 1.0, 1e8):
        rows = ([1, 1, 0, 0], [0, 1, 1, 0], [1, 0, 1, 0])
        limits = [(10 * size, 10 * size), *[(8 * size, inf)] * 3]
        conflict = explain_conflict(pot(limits, rows))
        assert conflict.cheapest[0].amount == pytest.approx(4 * size, rel=1e-6)


def test_too_few_recipients_for_everybody_who_must_get_something():
    problem = pot(
        [(100, 100), (-inf, inf), (-inf, inf)],
        lower=[10, 10, 10, 0],
        upper=100,
        most_recipients=2,
        least_if_any=np.full(4, 5.0),
    )
    conflict = explain_conflict(problem)
    assert only_code(conflict) == "TC548"
    assert "至少要有 3 个，只允许 2 个" in conflict.issues[0].message.zh
    assert explain_conflict(replace(problem, most_recipients=3)) is None


def test_a_least_award_that_the_pot_cannot_pay():
    problem = pot([(100, 100), (-inf, inf), (-inf, inf)], upper=100, least_if_any=np.full(4, 101.0))
    assert only_code(explain_conflict(problem)) == "TC548"


@st.composite
def problems(draw):
    """Small pots with floors, caps and rows of any kind, about half of them without an answer."""
    rows, limits = [], [(40.0, 40.0)] if draw(st.booleans()) else [(-inf, 40.0)]
    for _ in range(draw(st.integers(1, 5))):
        rows.append(draw(st.lists(st.sampled_from([0.0, 1.0, 1.0, -1.0, 0.7, -0.3]), min_size=4, max_size=4)))
        low = draw(st.integers(-10, 40))
        side = draw(st.sampled_from(["least", "most", "equal", "band"]))
        limits.append(
            {"least": (low, inf), "most": (-inf, low), "equal": (low, low), "band": (low, low + 3)}[side]
        )
    lower = draw(st.lists(st.integers(0, 12), min_size=4, max_size=4))
    upper = [low + draw(st.integers(0, 20)) for low in lower]
    by = st.lists(st.sampled_from(["floor", 1]), min_size=4, max_size=4)
    return pot(limits, rows, lower, upper, draw(by), "cap")


@SMALL
@given(problems())
def test_there_is_a_proved_conflict_exactly_where_there_is_no_answer(problem):
    conflict = explain_conflict(problem)
    if feasible(problem):
        assert conflict is None
    else:
        assert conflict is not None
        assert_proved(problem, conflict)
        assert all(found.severity == "error" for found in conflict.issues)


@SMALL
@given(problems())
def test_no_cheaper_way_out_exists_than_the_one_named(problem):
    if feasible(problem):
        return
    conflict = explain_conflict(problem)
    weight = 1 / np.abs(problem.matrix.toarray()).max(axis=1, initial=0).clip(1e-9)
    paid = sum(one.amount * (weight[one.row] if one.kind == "row" else 1.0) for one in conflict.cheapest)
    if any(one.row == 0 for one in conflict.cheapest):
        return
    assert paid == pytest.approx(least_loosening(problem, weight), abs=1e-5)


def least_loosening(problem, weight):
    """The least money by which all limits but the pot must give way, by scipy's own solver."""
    matrix, size, rows = problem.matrix.toarray(), problem.size, problem.matrix.shape[0]
    soft = np.eye(rows)[:, 1:]
    each = np.eye(size)
    none, wide = np.zeros((size, rows - 1)), np.zeros((rows, size))
    above, below = np.isfinite(problem.row_upper), np.isfinite(problem.row_lower)
    capped = np.isfinite(problem.upper)
    found = linprog(
        np.concatenate([np.zeros(size), weight[1:], np.ones(2 * size)]),
        np.vstack(
            [
                np.hstack([matrix, -soft, wide, wide])[above],
                np.hstack([-matrix, -soft, wide, wide])[below],
                np.hstack([-each, none, -each, 0 * each]),
                np.hstack([each, none, 0 * each, -each])[capped],
            ]
        ),
        np.concatenate(
            [problem.row_upper[above], -problem.row_lower[below], -problem.lower, problem.upper[capped]]
        ),
        bounds=[(None, None)] * size + [(0, None)] * (rows - 1 + 2 * size),
    )
    return found.fun


# --- issues of their own -------------------------------------------------------------------------------


def test_an_empty_group_is_named():
    found = empty_group(Text("藏区", "Tibetan areas"), Text("不少于 5000 万元", "at least 5000 万元"))
    assert found.code == "TC540"
    assert "藏区" in found.message.zh


def test_a_need_that_is_not_above_zero_is_named_by_county():
    found = needs_not_above_zero(np.asarray([1.0, 0.0, -2.0, nan]), LABELS)
    assert [(one.code, one.place.code) for one in found] == [
        ("TC544", "621022"),
        ("TC544", "621102"),
        ("TC544", "621121"),
    ]


def test_a_cap_below_one_settle_unit_is_a_warning():
    found = caps_below_unit(np.asarray([0.0, 0.5, 1.0, inf]), 1, LABELS)
    assert [(one.code, one.severity, one.place.code) for one in found] == [("TC545", "warning", "621022")]
    assert not caps_below_unit(np.asarray([0.0001]), "0.0001", LABELS[:1])


def test_coverage_without_a_pot_or_caps_has_no_end():
    open_pot = pot([(-inf, inf), (-inf, inf), (-inf, 50)], upper=[10, inf, inf, inf])
    coverage = GreatestCoverage(np.zeros(4), np.ones(4))
    found = unlimited(open_pot, coverage)
    assert found.code == "TC543"
    assert "621022" in found.message.zh
    assert "621021" not in found.message.zh
    assert unlimited(open_pot, LeastSquares(np.zeros(4), np.ones(4))) is None
    assert unlimited(pot([(100, 100), (-inf, inf), (-inf, inf)]), coverage) is None


# --- the page ------------------------------------------------------------------------------------------


def example_of_the_page():
    """Four counties, 100,000 万元: 庆阳市 at least 39,000, and outside it nobody below last year's 61,039."""
    problem = pot(
        [(100_000, 100_000), (39_000, inf), (-inf, inf)],
        lower=[15_000, 18_000, 30_039, 31_000],
        floor_by="floor",
    )
    names = list(problem.constraints)
    names[0] = replace(names[0], name=Text("资金总额", "Pot"))
    names[1] = replace(names[1], name=Text("庆阳市不少于39000万元", "庆阳市 at least 39000"))
    names[3] = replace(names[3], name=Text("不低于上年", "Not below last year"))
    return replace(problem, constraints=tuple(names))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_what_the_library_says(lang):
    conflict = explain_conflict(example_of_the_page(), "万元")
    assert only_code(conflict) == "TC541"
    assert conflict.cheapest[0].amount == pytest.approx(39)
    page = ROOT / "docs" / "explanation" / ("infeasible.zh.md" if lang == "zh" else "infeasible.md")
    assert conflict.issues[0].line(lang) in page.read_text(encoding="utf-8")
