"""Headings of the tables of an allocation, in both languages and with their units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transfer_calc.budget.parts import Pots
from transfer_calc.text import Text

if TYPE_CHECKING:
    from transfer_calc.budget.answer import Allocation

_MONEY = {
    "target": Text("测算数", "Target"),
    "last_year": Text("上年数", "Last year"),
    "amount": Text("分配额（精确）", "Amount (exact)"),
    "change": Text("比上年", "Change on last year"),
    "from_target": Text("比测算数", "Change on target"),
    "own": Text("自有财力", "Own resources"),
    "need": Text("需求", "Need"),
}
_PLAIN = {
    "code": Text("代码", "Code"),
    "name": Text("名称", "Name"),
    "binds": Text("受何约束", "What binds"),
    "state": Text("状态", "State"),
    "weight": Text("权重", "Weight"),
    "pull": Text("受力", "Pull"),
    "rows": Text("约束价格之和", "Prices of its rows"),
    "bound": Text("自身上下限的价格", "Price of its bound"),
    "left": Text("剩余", "Left"),
    "coverage": Text("保障水平", "Coverage"),
    "level": Text("所在水平", "Level"),
    "size": Text("人数", "Size"),
    "per_head": Text("人均财力", "Resources per head"),
    "held_by": Text("约束", "Held by"),
    "recipients": Text("自由地区数", "Free recipients"),
    "min": Text("最小", "Least"),
    "max": Text("最大", "Greatest"),
    "spread": Text("相差", "Difference"),
}


def title_of(name: str, allocation: Allocation, lang: str) -> str:
    """The heading of a column."""
    if name == "allocation":
        return Text("分配数", "Allocation")[lang] + f"（{allocation.settle_unit}）"
    if name in _MONEY:
        return f"{_MONEY[name][lang]}（{allocation.unit}）"
    if name in _PLAIN:
        return _PLAIN[name][lang]
    if name.startswith("allocation_") and isinstance(allocation.budget.pool, Pots):
        identity = name.removeprefix("allocation_")
        pot = next((pot for pot in allocation.budget.pool.pots if pot.id == identity), None)
        if pot is not None:
            return (pot.name.zh if lang == "zh" else pot.name.en) + f"（{allocation.settle_unit}）"
    if name.startswith("year_"):
        year = name.removeprefix("year_")
        return Text(f"第{year}年（{allocation.unit}）", f"Year {year}（{allocation.unit}）")[lang]
    return name
