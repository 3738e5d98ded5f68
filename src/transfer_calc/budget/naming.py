"""What a constraint is called where its author gave no name: its fields in words."""

from __future__ import annotations

from decimal import Decimal

from transfer_calc.budget import constraints as written
from transfer_calc.budget.model import Budget
from transfer_calc.budget.parts import Pots
from transfer_calc.text import Text
from transfer_calc.units import plain


def name_of_constraint(each: written.AnyConstraint, budget: Budget) -> Text:
    """The name of a constraint: the given one, else one made from its fields."""
    if each.name is not None:
        return Text(each.name.zh, each.name.en)
    said = _made(each, budget)
    pot = getattr(each, "pot", None)
    if pot is None or not isinstance(budget.pool, Pots):
        return said
    title = next(one.name for one in budget.pool.pots if one.id == pot)
    return Text(f"{title.zh}：{said.zh}", f"{title.en}: {said.en}")


def said_formula(formula: str, budget: Budget) -> Text:
    """A formula as a name says it: a column by its title, anything longer as written."""
    name = formula.strip()
    for section in (budget.inputs, budget.figures, budget.parameters):
        entry = section.get(name)
        if entry is not None:
            return Text(entry.zh, entry.en)
    return Text("测算数", "the target") if name == "target" else Text(name, name)


def _made(each: written.AnyConstraint, budget: Budget) -> Text:
    unit = plain(budget.pool.unit)
    who = _who(each, budget)
    match each:
        case written.Floor() | written.Cap():
            low = isinstance(each, written.Floor)
            amount = _of(each, budget, unit)
            return Text(
                f"{who.zh}{'不低于' if low else '不高于'}{amount.zh}",
                f"{who.en}: {'at least' if low else 'at most'} {amount.en}",
            )
        case written.Group():
            return Text(f"{who.zh}{_limits(each, unit).zh}", f"{who.en}: {_limits(each, unit).en}")
        case written.Pattern():
            band = f"{each.band * 100:f}".rstrip("0").rstrip(".") if each.band else "0"
            return Text(
                f"{who.zh}占比与上年相差不超过{band}个百分点",
                f"{who.en}: share within {band} percentage points of last year’s",
            )
        case written.NoOvertaking():
            return Text(
                "人均需求低的不超过人均需求高的", "no overtaking: less need per head, no more per head"
            )
        case written.EqualTreatment():
            columns = [said_formula(column, budget) for column in each.columns]
            zh, en = "、".join(one.zh for one in columns), ", ".join(one.en for one in columns)
            return Text(f"{zh}相同的同等对待", f"equal treatment of equals by {en}")
        case written.Ceiling():
            return Text(
                f"人均财力最高不超过最低的{each.ratio}倍", f"richest at most {each.ratio} × poorest per head"
            )
        case written.PhaseIn():
            return Text(
                f"分{each.years}年到位，第{each.year}年", f"phase-in, year {each.year} of {each.years}"
            )
        case written.MinimumAward():
            return Text(f"补助则不低于{each.amount}{unit}", f"at least {each.amount} {unit} if any")
        case written.AtMostRecipients():
            return Text(f"最多补助{each.count}个", f"at most {each.count} recipients")


def _who(each: written.AnyConstraint, budget: Budget) -> Text:
    by, which, where = (getattr(each, part, None) for part in ("by", "which", "where"))
    parts = []
    if which is not None:
        parts.append(Text("、".join(_listed(which)), ", ".join(_listed(which))))
    elif by is not None:
        said = said_formula(by, budget)
        parts.append(Text(f"每个{said.zh}", f"each {said.en}"))
    if where is not None:
        parts.append(said_formula(where, budget))
    if not parts:
        return Text("各地", "everybody")
    return Text("".join(one.zh for one in parts), ", ".join(one.en for one in parts))


def _listed(which: str | tuple[str, ...]) -> tuple[str, ...]:
    return (which,) if isinstance(which, str) else which


def _of(each: written.Floor | written.Cap, budget: Budget, unit: str) -> Text:
    if each.of is None:
        return Text(f"{each.amount}{unit}", f"{each.amount} {unit}")
    said = said_formula(each.of, budget)
    if each.times is None:
        return said
    if each.unit != "1":
        return Text(
            f"{said.zh}×{each.times}{plain(each.unit)}", f"{said.en} × {each.times} {plain(each.unit)}"
        )
    return Text(f"{said.zh}的{each.times}倍", f"{each.times} × {said.en}")


def _limits(each: written.Group, unit: str) -> Text:
    zh, en = [], []
    for part, word, english in (
        ("total", "合计为", "total"), ("min", "合计不少于", "at least"), ("max", "合计不多于", "at most"),
    ):  # fmt: skip
        amount = getattr(each, part)
        if amount is not None:
            said = f"{amount}{unit}" if isinstance(amount, Decimal) else str(amount)
            zh.append(f"{word}{said}")
            en.append(f"{english} {amount} {unit}" if isinstance(amount, Decimal) else f"{english} {amount}")
    for part, word, english in (
        ("min_share", "占比不低于", "share at least"),
        ("max_share", "占比不高于", "share at most"),
    ):
        share = getattr(each, part)
        if share is not None:
            zh.append(f"{word}{_percent(share)}")
            en.append(f"{english} {_percent(share)}")
    return Text("、".join(zh), ", ".join(en))


def _percent(share: Decimal) -> str:
    return f"{float(share) * 100:.10g}%"
