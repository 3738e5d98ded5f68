"""Slack and shadow prices in sentences that can be read aloud."""

from __future__ import annotations

import math

from transfer_calc.allocation.problem import Constraint
from transfer_calc.budget import objectives as aims
from transfer_calc.text import Text

_SIDES = {
    "least": Text("最低数", "minimum"),
    "most": Text("最高数", "maximum"),
    "both": Text("总额", "total"),
}


_SHARE = 10.0
"""A coverage above this is no share of a need."""


def number(value: float) -> str:
    """A figure for reading: thousands apart, six digits that count."""
    if not math.isfinite(value):
        return "—"
    if value == 0 or abs(value) < 1e-9:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:.6g}"


def effect(change: float, aim: aims.AnyObjective, unit: str) -> Text:
    """What a change of the objective's value means."""
    more, size = change > 0, number(abs(change))
    way, grows = ("further from", "增加") if more else ("nearer to", "减少")
    if abs(change) < 1e-12:
        return Text("方案不变", "leaves the plan as it is")
    match aim:
        case aims.LeastDeviation(relative=True):
            return Text(
                f"相对偏差合计{grows} {size}",
                f"moves the plan {size} (in shares of the target) {way} the formula",
            )
        case aims.LeastDeviation(weights=None):
            return Text(
                f"方案离测算数{'远' if more else '近'}了 {size} {unit}",
                f"moves the plan {size} {unit} {way} the formula",
            )
        case aims.LeastDeviation():
            return Text(
                f"加权偏差合计{grows} {size}",
                f"moves the plan {size} (weighted) {way} the formula",
            )
        case aims.LeastSquares():
            return Text(
                f"方案离测算数更{'远' if more else '近'}：加权偏差平方和之半{grows} {size}",
                f"moves the plan {way} the formula: half the weighted sum of squares "
                f"{'rises' if more else 'falls'} by {size}",
            )
        case aims.GreatestCoverage():
            points = number(abs(change) * 100)
            return Text(
                f"最低保障水平{'提高' if more else '降低'} {points} 个百分点",
                f"{'raises' if more else 'lowers'} the lowest coverage by {points} percentage points",
            )
        case aims.LeastDisparity():
            return Text(
                f"人均财力差距{'扩大' if more else '缩小'} {size}",
                f"{'widens' if more else 'narrows'} the disparity per head by {size}",
            )
        case aims.LeastCost():
            return Text(
                f"{'多' if more else '少'}花 {size} {unit}",
                f"costs {size} {unit} {'more' if more else 'less'}",
            )


def value_said(value: float, aim: aims.AnyObjective, unit: str) -> Text:
    """The value of the objective that was reached."""
    size = number(value)
    match aim:
        case aims.LeastSquares():
            return Text(f"加权偏差平方和之半 {size}", f"half the weighted sum of squared deviations: {size}")
        case aims.LeastDeviation(relative=True):
            return Text(f"相对偏差合计 {size}", f"sum of relative deviations: {size}")
        case aims.LeastDeviation(weights=None):
            return Text(f"离测算数合计 {size} {unit}", f"distance from the formula: {size} {unit}")
        case aims.LeastDeviation():
            return Text(f"加权偏差合计 {size}", f"weighted sum of deviations: {size}")
        case aims.GreatestCoverage():
            # A need counted in heads or pupils gives money a head, not a share.
            level = f"{number(value * 100)}%" if value <= _SHARE else number(value)
            return Text(f"最低保障水平 {level}", f"lowest coverage: {level}")
        case aims.LeastDisparity(measure="range"):
            return Text(f"人均财力极差 {size}", f"range per head: {size}")
        case aims.LeastDisparity():
            return Text(f"人均财力平均离差 {size}", f"mean deviation per head: {size}")
        case aims.LeastCost():
            return Text(f"花费 {size} {unit}", f"cost: {size} {unit}")


def row_said(
    constraint: Constraint, who: Text, side: str, slack: float, price: float, broken: float,
    aim: aims.AnyObjective, unit: str, *, exact: bool,
) -> Text:  # fmt: skip
    """One row in a sentence.

    Args:
        constraint: Whose row.
        who: The group, or the constraint's name where a row has none.
        side: `least`, `most` or `both`: which limit of the row is the nearer.
        slack: How far it is from that limit.
        price: What one unit more of the limit changes the objective by; nan where there is none.
        broken: By how much a priced row is broken.
        aim: The last objective.
        unit: Of the pot.
        exact: Whether the pot is paid out to the last unit, so that somebody else pays.
    """
    if abs(broken) > 1e-9 and constraint.price is not None:
        size, fine = number(abs(broken)), number(abs(broken) * constraint.price)
        return Text(
            f"按每单位 {number(constraint.price)} 的价格突破了 {size}，代价 {fine}",
            f"broken by {size} at a price of {number(constraint.price)} a unit, which costs {fine}",
        )
    if math.isnan(price):
        return Text(
            f"余量 {number(slack)}；本路线没有影子价格",
            f"{number(slack)} to spare; this route has no shadow prices",
        )
    if abs(price) < 1e-12:
        if slack <= 1e-9:
            return Text("刚好满足，没有代价", "just kept, at no cost")
        return Text(
            f"有余量 {number(slack)}，放宽也不改变方案",
            f"{number(slack)} to spare; loosening it changes nothing",
        )
    done = effect(price, aim, unit)
    if constraint.kind == "pool":
        return Text(f"资金每多 1 {unit}，{done.zh}", f"1 {unit} more in the pot {done.en}")
    word = _SIDES[side]
    cost = Text("", "")
    if exact and constraint.kind in ("group", "pattern", "floor", "cap"):
        cost = Text(f"其他地区就少 1 {unit}，", f"costs the others 1 {unit} and ")
        if side == "most":
            cost = Text(f"其他地区就少 1 {unit}，", f"takes 1 {unit} from the others and ")
    return Text(
        f"{who.zh}的{word.zh}每提高 1 {unit}，{cost.zh}{done.zh}",
        f"raising {_possessive(who.en)} {word.en} by 1 {unit} {cost.en}{done.en}",
    )


def bounds_said(
    held: int, total: int, dearest: str, price: float, aim: aims.AnyObjective, unit: str, *, low: bool,
    exact: bool,
) -> Text:  # fmt: skip
    """The floors or caps of one constraint in a sentence."""
    word = Text("下限", "floor") if low else Text("上限", "cap")
    if total == 0:
        return Text("别的约束更严，没有起作用", "other constraints are stricter; it has no effect")
    if held == 0:
        return Text(f"{total} 个地区都有余量", f"all {total} recipients have room to spare")
    head = Text(
        f"{total} 个地区中 {held} 个正好在{word.zh}上", f"{held} of {total} recipients stand at the {word.en}"
    )
    if math.isnan(price) or abs(price) < 1e-12 or not dearest:
        return head
    done = effect(price, aim, unit)
    cost = Text(f"其他地区就少 1 {unit}，", f"costs the others 1 {unit} and ") if exact else Text("", "")
    return Text(
        f"{head.zh}；代价最大的是{dearest}：{word.zh}每提高 1 {unit}，{cost.zh}{done.zh}",
        f"{head.en}; the dearest is {dearest}: raising its {word.en} by 1 {unit} {cost.en}{done.en}",
    )


def many_said(binding: int, total: int, price: float, where: str, aim: aims.AnyObjective, unit: str) -> Text:
    """A constraint of many rows, such as one that compares recipients with one another, in a sentence."""
    if binding == 0:
        return Text(f"{total} 处都有余量", f"all {total} limits have room to spare")
    head = Text(f"{total} 处中 {binding} 处正好触及", f"{binding} of {total} limits are just reached")
    if math.isnan(price) or abs(price) < 1e-12:
        return head
    done = effect(-abs(price) if not isinstance(aim, aims.GreatestCoverage) else abs(price), aim, unit)
    return Text(
        f"{head.zh}；代价最大的一处是 {where}：放宽 1 {unit}，{done.zh}",
        f"{head.en}; the dearest is {where}: loosening it by 1 {unit} {done.en}",
    )


def _possessive(name: str) -> str:
    return f"{name}’s"
