"""The promises of a method, checked on every run: exactly on the amounts, within one unit on what is paid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transfer_calc.calculation.payment import Payment
from transfer_calc.calculation.settings import Settings
from transfer_calc.calculation.steps import Computed
from transfer_calc.issues import Collector
from transfer_calc.method.load import Method
from transfer_calc.method.model import CODE, Promise
from transfer_calc.panel.panel import Panel
from transfer_calc.rounding import exact_sum
from transfer_calc.text import Text

PROMISES: dict[Promise, Text] = {
    "sums_to_pool": Text("分配数合计等于资金总额", "the allocations add up to the pool"),
    "zero_sum": Text("收支相抵，合计为零", "payments and receipts add up to zero"),
    "non_negative": Text("没有负的分配数", "no allocation is negative"),
    "within_bounds": Text("每个地区都在下限与上限之间", "every unit lies between its floor and its cap"),
    "equal_treatment": Text("情况相同的地区所得相同", "units with equal data get equal amounts"),
}


_CONDITION = Text("办法的条件成立", "a condition of the method; it holds")


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the check sheet; with nothing to check, `passed` is `None` and `detail` says why."""

    name: str
    title: Text
    passed: bool | None
    detail: Text


def check_promises(
    method: Method,
    panel: Panel,
    settings: Settings,
    computed: Computed,
    payment: Payment | None,
    by_hand: frozenset[int],
    problems: Collector,
) -> tuple[Check, ...]:
    """Check every promise; a broken one is an error, and then there is no result.

    The conditions stand first: they were checked with the steps, and a result means that they hold.
    """
    pays = method.file.pays
    amount = None if pays is None else computed.world.columns.get(pays.amount)
    checks = [Check(held.name, method.label(held.name), True, _CONDITION) for held in settings.conditions]
    if pays is not None and payment is None:
        switched_off = not settings.is_active(pays.amount)
        why = (
            Text(
                "收口步骤已关闭：只有测算数，没有分配数",
                "the closing step is off: entitlements only, no allocation",
            )
            if switched_off
            else Text(
                "没有资金总额：只有测算数，没有分配数", "there is no pool: entitlements only, no allocation"
            )
        )
        checks.append(Check("allocation", Text("分配", "allocation"), None, why))
    for promise in method.file.promises:
        if amount is None:
            checks.append(
                Check(promise, PROMISES[promise], None, Text("没有计算应付金额", "no amount was computed"))
            )
            continue
        checks.append(_check(promise, method, panel, settings, computed, payment, amount, by_hand))
    for check in checks:
        if check.passed is False:
            problems.add("TC406", promise=check.title, detail=check.detail)
    return tuple(checks)


def _check(
    promise: Promise,
    method: Method,
    panel: Panel,
    settings: Settings,
    computed: Computed,
    payment: Payment | None,
    amount: NDArray[np.float64],
    by_hand: frozenset[int],
) -> Check:
    title = PROMISES[promise]
    match promise:
        case "sums_to_pool" | "zero_sum":
            return _sum(promise, title, payment)
        case "non_negative":
            bad = np.flatnonzero(amount < 0).tolist()
            if payment is not None:
                bad = sorted({*bad, *np.flatnonzero(payment.allocation < 0).tolist()})
            return _of_rows(promise, title, panel, bad)
        case "within_bounds":
            return _bounds(title, panel, payment, by_hand)
        case "equal_treatment":
            groups = _alike(method, settings, computed, by_hand)
            bad = [row for rows in groups for row in rows if amount[row] != amount[rows[0]]]
            if payment is not None:
                paid = payment.allocation
                bad += [row for rows in groups for row in rows if paid[rows].max() - paid[rows].min() > 1]
            return _of_rows(promise, title, panel, sorted(set(bad)), by_hand)


def _sum(promise: Promise, title: Text, payment: Payment | None) -> Check:
    if payment is None:
        return Check(promise, title, None, Text("没有分配数", "there is no allocation"))
    exact, paid = exact_sum(payment.exact), int(payment.allocation.sum())
    # What doubles can hold of the exact amounts: millionths of a unit, or the last digits of a large sum.
    close = abs(exact - payment.total) <= max(
        1e-6 * payment.exact.size, 1e-12 * float(np.abs(payment.exact).sum())
    )
    detail = Text(
        f"分配数合计 {paid:,} {payment.unit}，应为 {payment.total:,} {payment.unit}；结算前合计 {exact:,.6f}",
        f"allocations {paid:,} {payment.unit}, due {payment.total:,} {payment.unit}; unsettled {exact:,.6f}",
    )
    return Check(promise, title, close and paid == payment.total, detail)


def _bounds(title: Text, panel: Panel, payment: Payment | None, by_hand: frozenset[int]) -> Check:
    if payment is None or payment.floor is None or payment.cap is None:
        return Check("within_bounds", title, None, Text("没有上下限", "there are no bounds"))
    exact, paid = payment.exact, payment.allocation
    outside = (exact < payment.floor) | (exact > payment.cap)
    outside |= (paid <= payment.floor - 1) | (paid >= payment.cap + 1)
    return _of_rows("within_bounds", title, panel, np.flatnonzero(outside).tolist(), by_hand)


def _of_rows(
    name: str, title: Text, panel: Panel, bad: list[int], by_hand: frozenset[int] = frozenset()
) -> Check:
    """A promise to each unit; where an amount was entered, nobody but its author promised anything."""
    if not bad and by_hand:
        count, listed = (
            len(panel) - len(by_hand),
            "、".join(str(panel.codes[row]) for row in sorted(by_hand)[:5]),
        )
        zh = f"{count} 个地区符合；录入数 {len(by_hand)} 个（{listed}）不受此约束，由录入人负责"
        en = f"{count} units comply; {len(by_hand)} entered by hand ({listed}) are not held to it"
        return Check(name, title, True, Text(zh, en))
    if not bad:
        count = len(panel)
        return Check(name, title, True, Text(f"{count} 个地区全部符合", f"all {count} units comply"))
    listed = "、".join(f"{panel.codes[row]} {panel.names[row]}" for row in bad[:5])
    zh, en = f"{len(bad)} 个地区不符：{listed}", f"{len(bad)} units do not comply: {listed}"
    return Check(name, title, False, Text(zh, en))


def _alike(
    method: Method, settings: Settings, computed: Computed, by_hand: frozenset[int]
) -> list[NDArray[np.intp]]:
    """Groups of rows with equal data in every input that the amount depends on; entered rows stand apart.

    A step that reads the code counts by its figure: units of one tier are alike though their codes differ.
    """
    pays = method.file.pays
    assert pays is not None
    reads = {step.name: step.reads for step in settings.steps}
    needed: set[str] = set()
    by_code: list[str] = []
    waiting = [pays.amount]
    while waiting:
        name = waiting.pop()
        if name in needed:
            continue
        needed.add(name)
        waiting.extend(reads.get(name, ()))
        if CODE in reads.get(name, ()):
            by_code.append(name)
    world = computed.world
    if pays.amount in by_code:
        return []
    given = [name for name in method.file.columns if name in needed]
    keys = [
        world.groups[name].codes if name in world.groups else world.columns[name]
        for name in (*given, *by_code)
        if name in world.groups or name in world.columns
    ]
    if not keys:
        return []
    order = np.lexsort(keys)
    same = np.ones(max(order.size - 1, 0), dtype=bool)
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    starts = np.flatnonzero(np.concatenate([[True], ~same]))
    groups = np.split(order, starts[1:])
    kept = [
        np.asarray([row for row in rows if row not in by_hand], dtype=np.intp)
        for rows in groups
        if rows.size > 1
    ]
    return [rows for rows in kept if rows.size > 1]
