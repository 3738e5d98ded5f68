"""The form of a method file: what a legal rule set looks like as data.

Numbers of law are quoted texts, read as exact decimals. Every parameter value, table and step says
where it comes from (`cite`) and how sure that is (`evidence`).
"""

from __future__ import annotations

import datetime as dt
import keyword
import re
import unicodedata
from decimal import Decimal
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from transfer_calc.language.functions import FUNCTIONS
from transfer_calc.method.form import FormError
from transfer_calc.text import Text

Evidence: TypeAlias = Literal[
    "official", "quoted", "reported", "derived", "assumed", "unpublished", "user-given"
]

STRENGTH: tuple[Evidence, ...] = ("official", "quoted", "reported", "derived", "assumed", "user-given")
"""From the strongest grade to the weakest."""

Promise: TypeAlias = Literal["sums_to_pool", "zero_sum", "non_negative", "within_bounds", "equal_treatment"]

POOL = "pool"
"""The name under which a formula reads the amount to divide."""

CODE = "code"
"""The name under which a formula reads the code of a recipient, where codes are those of GB/T 2260."""


RESERVED = frozenset({"and", "or", "not", "if", "else", POOL, CODE, "allocation", "name", "notice"})
"""Words of the language, and columns that every result has."""


def weakest(grades: list[Evidence]) -> Evidence:
    """The weakest of some grades; a figure is as sure as the least sure thing on its way."""
    return max(grades, key=STRENGTH.index, default="official")


def _quoted_decimal(value: Any) -> Any:
    if not isinstance(value, str):
        raise FormError(
            '数字要写成带引号的文字，如 "0.55"', 'write the number as a quoted text, such as "0.55"'
        )
    return value.strip()


def _name(value: str) -> str:
    if not value.isidentifier() or keyword.iskeyword(value) or value.startswith("_"):
        raise FormError(
            f"「{value}」不能作名称：只用文字、数字和 _，不以数字开头",
            f"“{value}” is not a name: letters, digits and _ only, no digit first",
        )
    if unicodedata.normalize("NFKC", value) != value:
        usual = unicodedata.normalize("NFKC", value)
        raise FormError(
            f"「{value}」里有形近字符，请写成「{usual}」",
            f"“{value}” has look-alike characters; write “{usual}”",
        )
    if value in FUNCTIONS or value in RESERVED:
        raise FormError(
            f"「{value}」是公式语言的词，不能作名称", f"“{value}” is a word of the formula language"
        )
    return value


def _name_or_pool(value: str) -> str:
    return value if value == POOL else _name(value)


Quoted = Annotated[
    Decimal,
    BeforeValidator(_quoted_decimal),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}),
]
NameOf = Annotated[str, AfterValidator(_name)]
Date = dt.date


class Part(BaseModel):
    """The base of every part: nothing unknown is accepted, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _joined(text: str) -> str:
    return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])", "", text)


class Words(Part):
    """A text in both languages; the spaces where YAML folded a Chinese text are taken out."""

    zh: Annotated[str, AfterValidator(_joined)] = Field(min_length=1)
    en: str = Field(min_length=1)


class Sourced(Part):
    """Where something comes from, and how sure that is."""

    cite: str | None = Field(None, description="Article, table or page of the document.")
    evidence: Evidence | None = Field(None, description="How sure: official … assumed, or unpublished.")
    note: Words | None = Field(None, description="What a reader must know; the reason of an assumption.")


class Period(Part):
    """A time in force; `until` is the last day."""

    from_: Date = Field(alias="from")
    until: Date | None = None

    def holds(self, on: Date) -> bool:
        return self.from_ <= on and (self.until is None or on <= self.until)


class Law(Part):
    """The document that the method encodes."""

    document: str | None = Field(
        description="Document number, such as 财预〔2022〕58号; null where none is known."
    )
    title: Words
    issuer: Words | None = None
    issued: Date | None = None
    in_force: Period
    url: str | None = Field(None, description="Only the address of a government host.")


class Recipients(Part):
    """Who receives: one row of the table each."""

    zh: str
    en: str
    code: Literal["any", "GB/T 2260"] = "any"
    tier: Literal["province", "county", "other"] = Field(
        "other", description="A province's method refuses counties."
    )


class Input(Part):
    """A column of the table, or one figure for the whole run."""

    zh: str
    en: str
    unit: str = Field("1", min_length=1)
    kind: Literal["number", "flag", "text", "group"] = "number"
    level: Literal["county", "all"] = Field(
        "county", description="county: a column of the table; all: one figure for the whole run."
    )
    aliases: tuple[str, ...] = ()
    min: Quoted | None = None
    max: Quoted | None = None
    allowed: tuple[str, ...] = Field((), description="For text and group: the values that may stand there.")
    missing: Quoted | None = Field(None, description="What a blank means. Without it a blank is a problem.")
    when: dict[str, str] = Field(default_factory=dict, description="Needed only under these choices.")
    note: Words | None = None

    @model_validator(mode="after")
    def _missing_is_a_figure(self) -> Self:
        if self.missing is not None and self.kind in ("text", "group"):
            raise FormError("文字列不能写 missing", "a text has no missing")
        if self.level == "all" and self.kind in ("text", "group"):
            raise FormError("全体一个数的输入只能是数字或是否", "one figure for all is a number or a flag")
        return self


class Value(Sourced):
    """A figure from a date on."""

    value: Quoted
    until: Date | None = Field(None, description="Last day; without it the next value takes over.")


class Parameter(Sourced):
    """A figure of the law, or one that the law does not publish and the user gives."""

    zh: str
    en: str
    unit: str = Field(min_length=1)
    values: dict[Date, Quoted | Value] = Field(default_factory=dict)
    min: Quoted | None = None
    max: Quoted | None = None

    @model_validator(mode="after")
    def _published_or_not(self) -> Self:
        if not self.values and self.evidence != "unpublished":
            raise FormError(
                "没有数值的参数，依据等级要写 unpublished",
                "a parameter without values has evidence: unpublished",
            )
        for day, entry in self.values.items():
            grade = (entry.evidence if isinstance(entry, Value) else None) or self.evidence
            cite = (entry.cite if isinstance(entry, Value) else None) or self.cite
            _sourced(Text(f"{day} 的数值", f"the value of {day}"), grade, cite, self.note)
            value = entry.value if isinstance(entry, Value) else entry
            if (self.min is not None and value < self.min) or (self.max is not None and value > self.max):
                raise FormError(f"{day} 的数值超出 min、max", f"the value of {day} is outside min and max")
        return self


def _sourced(what: Text, grade: Evidence | None, cite: str | None, note: Words | None) -> None:
    if grade in ("unpublished", "user-given"):
        raise FormError(f"{what.zh}不能标作 {grade}", f"{what.en} cannot be graded {grade}")
    if grade is None:
        raise FormError(f"{what.zh}缺少依据等级（evidence）", f"{what.en} needs evidence")
    if cite is None and not (grade == "assumed" and note is not None):
        raise FormError(
            f"{what.zh}缺少依据（cite）；假设可以改在 note 里说明理由",
            f"{what.en} needs cite (an assumption may give its reason in note instead)",
        )


class Option(Part):
    """One declared reading of the law."""

    zh: str
    en: str


class Choice(Sourced):
    """A switch between declared readings; without `default` the user must choose."""

    zh: str
    en: str
    options: dict[NameOf, Option] = Field(min_length=2)
    default: str | None = None

    @model_validator(mode="after")
    def _default_is_an_option(self) -> Self:
        if self.default is not None and self.default not in self.options:
            raise FormError(
                f"缺省项「{self.default}」不在选项中", f"default “{self.default}” is not one of the options"
            )
        _sourced(Text("选项", "the choice"), self.evidence, self.cite, self.note)
        return self


class Rows(Sourced):
    """The figures of a table from a date on."""

    rows: dict[str, Quoted | dict[str, Quoted]] = Field(min_length=1)
    until: Date | None = None


class TableOf(Sourced):
    """Figures looked up by one key or two: `ratio[tier]`, `rate[tier, kind]`."""

    zh: str
    en: str
    unit: str = Field(min_length=1)
    keys: tuple[Words, ...] = Field(min_length=1, max_length=2)
    match: Literal["exact", "prefix"] = Field(
        "exact",
        description="prefix: the longest key that the looked-up text begins with, city before province.",
    )
    values: dict[Date, Rows] = Field(min_length=1)

    @model_validator(mode="after")
    def _rows_match_keys(self) -> Self:
        if self.match == "prefix" and len(self.keys) != 1:
            raise FormError("按开头匹配的表只有一个键", "a table matched by prefix has one key")
        for day, entry in self.values.items():
            _sourced(
                Text(f"{day} 的各行", f"the rows of {day}"),
                entry.evidence or self.evidence,
                entry.cite or self.cite,
                self.note,
            )
            for key, row in entry.rows.items():
                if isinstance(row, dict) != (len(self.keys) == 2):
                    raise FormError(
                        f"「{key}」行与 {len(self.keys)} 个键不符",
                        f"row {key} does not fit a table with {len(self.keys)} keys",
                    )
        return self


class Bracket(Part):
    """One bracket of a schedule."""

    from_: Quoted = Field(alias="from")
    rate: Quoted


class DatedBrackets(Sourced):
    """The brackets from a date on."""

    brackets: tuple[Bracket, ...] = Field(min_length=1)
    until: Date | None = None


class ScheduleOf(Sourced):
    """Brackets for `brackets(x, …)` and `graduated(x, …)`."""

    zh: str
    en: str
    unit: str = Field(min_length=1, description="Unit of the rates.")
    of: str = Field(min_length=1, description="Unit of the value that is looked up.")
    inclusive: Literal["from", "to"] = Field(description="Which end of a bracket belongs to it.")
    values: dict[Date, DatedBrackets] = Field(min_length=1)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        for day, entry in self.values.items():
            _sourced(
                Text(f"{day} 的档次", f"the brackets of {day}"),
                entry.evidence or self.evidence,
                entry.cite or self.cite,
                self.note,
            )
            starts = [bracket.from_ for bracket in entry.brackets]
            if sorted(set(starts)) != starts:
                raise FormError(f"{day} 的档次没有从低到高", f"the brackets of {day} do not rise")
        return self


class Multiplier(Part):
    """The name under which the solved multiplier is shown and can be used."""

    name: NameOf
    zh: str
    en: str
    unit: str = "1"


class Solve(Part):
    """A pot divided in proportion to a claim between floors and caps; all four are formulas."""

    claim: str
    total: str
    floor: str | None = None
    cap: str | None = None
    multiplier: Multiplier | None = None


class Step(Sourced):
    """One figure of the method: a formula, one formula for each reading of a choice, or a solve."""

    zh: str
    en: str
    unit: str = Field(min_length=1)
    formula: str | dict[str, str] | None = None
    choice: str | None = Field(None, description="The choice whose options are the keys of formula.")
    solve: Solve | None = None
    when: dict[str, str] = Field(default_factory=dict, description="Computed only under these choices.")
    requires: tuple[NameOf, ...] = Field(
        (), description="Conditions that come along where this step is taken over by `uses`."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.formula is None) == (self.solve is None):
            raise FormError("一步要么有 formula，要么有 solve", "a step has either formula or solve")
        if isinstance(self.formula, dict) != (self.choice is not None):
            raise FormError(
                "分选项的公式要写 choice，写了 choice 就要分选项写公式",
                "formulas by option need choice, and choice needs formulas by option",
            )
        _sourced(Text("步骤", "the step"), self.evidence, self.cite, self.note)
        return self


class Condition(Sourced):
    """What must hold for every recipient; where it does not, there is no result."""

    zh: str
    en: str
    formula: str
    when: dict[str, str] = Field(default_factory=dict, description="Checked only under these choices.")

    @model_validator(mode="after")
    def _graded(self) -> Self:
        _sourced(Text("条件", "the condition"), self.evidence, self.cite, self.note)
        return self


class PoolOf(Part):
    """The amount to divide, read in formulas as `pool`."""

    unit: str
    zh: str = "资金总额"
    en: str = "Pool"


class Settlement(Part):
    """The smallest amount that is paid, and who gets the odd unit of equals."""

    unit: str
    ties: Literal["code"] = "code"


class Pays(Part):
    """What is paid: an amount for each recipient, out of a pool or not."""

    amount: str = Field(description="The step whose figures are paid.")
    entitlement: str | None = Field(
        None, description="The step shown as the claim before the pot was closed."
    )
    pool: PoolOf | None = None
    settle: Settlement


class Use(Part):
    """Pieces taken over from another file by their names."""

    id: str
    take: tuple[str, ...] = Field(min_length=1)
    as_: dict[NameOf, Annotated[str, AfterValidator(_name_or_pool)]] = Field(
        default_factory=dict, alias="as", description="Name in the piece → name in this method."
    )
    when: dict[str, str] = Field(
        default_factory=dict,
        description="The steps, conditions and inputs that it brings are needed only then.",
    )


class MethodFile(Part):
    """A method, or (with `kind: shared`) a piece that methods share."""

    id: str = Field(pattern=r"^[a-z0-9]+(?:[-/][a-z0-9]+)*$")
    kind: Literal["method", "shared"] = "method"
    title: Words
    about: Words | None = None
    law: Law
    recipients: Recipients
    uses: tuple[Use, ...] = ()
    inputs: dict[NameOf, Input] = Field(default_factory=dict)
    parameters: dict[NameOf, Parameter] = Field(default_factory=dict)
    choices: dict[NameOf, Choice] = Field(default_factory=dict)
    tables: dict[NameOf, TableOf] = Field(default_factory=dict)
    schedules: dict[NameOf, ScheduleOf] = Field(default_factory=dict)
    steps: dict[NameOf, Step] = Field(default_factory=dict)
    conditions: dict[NameOf, Condition] = Field(default_factory=dict)
    pays: Pays | None = None
    promises: tuple[Promise, ...] = ()

    @property
    def columns(self) -> dict[str, Input]:
        """The inputs that are columns of the table."""
        return {name: entry for name, entry in self.inputs.items() if entry.level == "county"}

    @property
    def figures(self) -> dict[str, Input]:
        """The inputs that are one figure for the whole run."""
        return {name: entry for name, entry in self.inputs.items() if entry.level == "all"}

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind == "method" and not self.steps and not self.uses:
            raise FormError("办法没有步骤", "a method has steps")
        if "sums_to_pool" in self.promises and (self.pays is None or self.pays.pool is None):
            raise FormError("sums_to_pool 要有 pays.pool", "sums_to_pool needs pays.pool")
        if "zero_sum" in self.promises and (self.pays is None or self.pays.pool is not None):
            raise FormError("zero_sum 要有 pays 而没有 pool", "zero_sum needs pays without a pool")
        return self
