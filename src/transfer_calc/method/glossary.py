"""The standard names: what a term of the field is called in formulas, so that methods read alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from transfer_calc.method.model import RESERVED
from transfer_calc.text import Text


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the field and its standard name.

    Attributes:
        names: The standard name first; any of them will do.
        zh: The titles that ask for it: a title that is exactly one of these.
        en: The term in English.
        also: Further words; a title of something with the standard name holds one of these or of `zh`.
    """

    names: tuple[str, ...]
    zh: tuple[str, ...]
    en: str
    also: tuple[str, ...] = ()

    def named(self, name: str) -> bool:
        """Whether a name is the standard name or holds it as a whole part: `central_share` holds `share`."""
        parts = f"_{name}_"
        return any(f"_{standard}_" in parts for standard in self.names)

    def said(self, title: str) -> bool:
        """Whether a title speaks of this term."""
        return any(_plain(word) in _plain(title) for word in (*self.zh, *self.also))


TERMS: tuple[Term, ...] = (
    Term(("method",), ("办法",), "method", ("方法",)),
    Term(("standard_expenditure",), ("标准财政支出", "标准支出"), "standard expenditure"),
    Term(("standard_revenue",), ("标准财政收入", "标准收入"), "standard revenue"),
    Term(("gap",), ("标准财政收支缺口", "标准收支缺口", "财政收支缺口"), "standard gap", ("缺口",)),
    Term(("coefficient",), ("转移支付系数", "补助系数"), "transfer coefficient", ("系数",)),
    Term(("difficulty",), ("财政困难程度系数", "困难程度系数"), "difficulty coefficient", ("困难",)),
    Term(("eligible",), ("是否纳入",), "eligible", ("纳入", "符合", "资格", "条件", "享受", "参与")),
    Term(("cost_index",), ("成本差异系数", "支出成本差异系数"), "cost index", ("成本差异",)),
    Term(("must_fund",), ("基本公共服务必保支出", "必保支出"), "must-fund spending", ("必保",)),
    Term(("pool", "fund"), ("资金总额",), "pool", ("资金", "总额", "基金")),
    Term(("entitlement",), ("应补助额", "测算数"), "entitlement", ("应补", "应得", "测算", "应分")),
    Term(("transfer", "grant"), ("转移支付额",), "transfer", ("转移支付", "补助", "应补", "测算", "奖")),
    Term(("allocation",), ("下达数", "分配数"), "allocation", ("下达", "分配")),
    Term(("collar", "growth_limits", "growth_limit"), ("增幅控制",), "growth limits", ("增幅",)),
    Term(("hold_harmless", "guaranteed", "floor"), ("保底", "保底数", "不低于上年"), "floor", ("保", "下限")),
    Term(("last_year",), ("上年", "上年数", "上年补助", "上年补助额", "上年转移支付"), "last year"),
    Term(("tiered_share",), ("分档分担",), "tiered share", ("分档", "分担")),
    Term(("share", "ratio"), ("分担比例", "中央分担比例", "省级分担比例"), "share borne", ("比例", "比")),
    Term(("factor_shares",), ("因素法",), "shares by factors", ("因素",)),
    Term(("tier",), ("档次", "分担档次"), "tier", ("档",)),
    Term(("weight",), ("权重",), "weight"),
    Term(("population",), ("人口", "总人口", "常住人口"), "population"),
    Term(("prefecture",), ("市州", "市（州）"), "prefecture", ("设区市", "地市", "地级市")),
    Term(("county",), ("县（市、区）", "市县"), "county", ("县",)),
    Term(("equalization",), ("均等化",), "equalization", ("均衡",)),
    Term(("coefficient_of_variation",), ("差异系数", "变异系数"), "coefficient of variation"),
)


BY_NAME: Mapping[str, Term] = MappingProxyType({name: term for term in TERMS for name in term.names})
BY_TITLE: Mapping[str, Term] = MappingProxyType(
    {unicodedata.normalize("NFKC", title): term for term in TERMS for title in term.zh}
)


def asked_by(name: str, title: str) -> Term | None:
    """The term whose standard name this title asks for, where the name does not hold it.

    A name in Chinese says what it is by itself and is left alone; `pool` and `allocation` are no names
    that a method can give.
    """
    term = BY_TITLE.get(_plain(title))
    if term is None or term.names[0] in RESERVED or not name.isascii() or term.named(name):
        return None
    return term


def meant_by(name: str, title: str) -> Term | None:
    """The term that this name stands for, where the title does not speak of it."""
    term = BY_NAME.get(name)
    return None if term is None or term.said(title) else term


def table() -> list[tuple[Text, str]]:
    """The glossary as rows: the term in both languages, and its name in formulas."""
    return [(Text("、".join(term.zh), term.en), term.names[0]) for term in TERMS]


def _plain(title: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", title))
