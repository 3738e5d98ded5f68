"""The table of functions: what a formula may call, with how many values, and what comes out.

The checker, every reading and the language reference read this one table; the tests run its examples.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from transfer_calc.text import Text

EXAMPLE_COLUMNS: dict[str, tuple[float | str, ...]] = {
    "x": (3.0, 1.0, 2.0, 2.0),
    "y": (10.0, 20.0, 30.0, 40.0),
    "area": ("甲", "甲", "乙", "乙"),
}
"""Four counties in two areas: what the examples of the functions are computed on."""

EXAMPLE_BRACKETS: tuple[tuple[float, float], ...] = ((0.0, 0.1), (2.0, 0.2))
"""The schedule `award` of the examples: 0.1 from 0, 0.2 from 2 (inclusive: from)."""

_SAME = Text("同 x", "that of x")
_PLAIN = Text("纯数", "a plain number")
_ONE_KIND = Text("各值同一种量；得数同第一个", "all of one kind; that of the first")
_NEVER = Text("无", "none")
_NOBODY = Text("TC405：没有地区可算", "TC405: no unit takes part")


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function of the language.

    Attributes:
        name: As written in a formula.
        kind: `each` works county by county; `many` looks at all counties, or at those of a group;
            `schedule` reads a bracket table.
        least: Fewest values.
        most: Most values, `None` for any number.
        result: `one` figure (for all, or for each group) or one for each `county`.
        usage: How it is written.
        about: What it gives.
        units: The unit of the result, and what the values must be.
        errors: The issues it can lead to.
        example: A formula on the example columns, and its figures.
        options: Keyword options besides `by` and `where`, with the values each may take. All are
            required: a tie rule that nobody chose is a hidden rule.
    """

    name: str
    kind: Literal["each", "many", "schedule"]
    least: int
    most: int | None
    usage: str
    about: Text
    units: Text
    example: tuple[str, tuple[float, ...]]
    errors: Text = _NEVER
    result: Literal["one", "county"] = "county"
    options: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())


_KIND = (("kind", ("population", "sample")),)

_ALL = (
    Function(
        name="min", kind="each", least=2, most=None, usage="min(a, b, …)",
        about=Text("最小的一个", "the least of the values"), units=_ONE_KIND,
        example=("min(x, y / y)", (1, 1, 1, 1)),
    ),
    Function(
        name="max", kind="each", least=2, most=None, usage="max(a, b, …)",
        about=Text("最大的一个", "the greatest of the values"), units=_ONE_KIND,
        example=("max(x - 1, 0)", (2, 0, 1, 1)),
    ),
    Function(
        name="abs", kind="each", least=1, most=1, usage="abs(x)",
        about=Text("绝对值", "the value without its sign"), units=_SAME,
        example=("abs(1 - x)", (2, 0, 1, 1)),
    ),
    Function(
        name="clip", kind="each", least=3, most=3, usage="clip(x, low, high)",
        about=Text("限制在 low 与 high 之间", "x, but not below low and not above high"), units=_ONE_KIND,
        example=("clip(x, 1, 1 + 1)", (2, 1, 2, 2)),
    ),
    Function(
        name="round", kind="each", least=2, most=2, usage="round(x, digits)",
        about=Text("按十进制四舍五入", "rounded half up on the decimal, as Excel and the law mean it"), units=_SAME,
        example=("round(x / (1 + 1), 0)", (2, 1, 1, 1)),
    ),
    Function(
        name="floor", kind="each", least=1, most=1, usage="floor(x)",
        about=Text("向下取整", "the next whole number below"), units=_SAME,
        example=("floor(x / (1 + 1))", (1, 0, 1, 1)),
    ),
    Function(
        name="ceil", kind="each", least=1, most=1, usage="ceil(x)",
        about=Text("向上取整", "the next whole number above"), units=_SAME,
        example=("ceil(x / (1 + 1))", (2, 1, 1, 1)),
    ),
    Function(
        name="ln", kind="each", least=1, most=1, usage="ln(x)",
        about=Text("自然对数", "the natural logarithm"), units=_PLAIN,
        errors=Text("TC402、TC401：x 不大于 0", "TC402, TC401: x is not above 0"),
        example=("ln(x / x)", (0, 0, 0, 0)),
    ),
    Function(
        name="exp", kind="each", least=1, most=1, usage="exp(x)",
        about=Text("指数函数", "e to the x"), units=_PLAIN,
        errors=Text("TC403：结果太大", "TC403: the result is too large"),
        example=("exp(x - x)", (1, 1, 1, 1)),
    ),
    Function(
        name="sqrt", kind="each", least=1, most=1, usage="sqrt(x)",
        about=Text("平方根", "the square root"), units=Text("x 的单位开方", "the root of that of x"),
        errors=Text("TC402：x 小于 0", "TC402: x is below 0"),
        example=("sqrt(x * x)", (3, 1, 2, 2)),
    ),
    Function(
        name="total", kind="many", least=1, most=1, usage="total(x)", result="one",
        about=Text("合计", "the sum over the units"), units=_SAME,
        example=("total(x, by=area)", (4, 4, 4, 4)),
    ),
    Function(
        name="mean", kind="many", least=1, most=1, usage="mean(x)", result="one",
        about=Text("平均值", "the plain average over the units"), units=_SAME, errors=_NOBODY,
        example=("mean(y, where=x > 1 + 1)", (10, 10, 10, 10)),
    ),
    Function(
        name="weighted_mean", kind="many", least=2, most=2, usage="weighted_mean(x, weight)", result="one",
        about=Text("加权平均值", "the average of x, each unit counting by its weight"), units=_SAME,
        errors=Text("TC405：权重合计为 0", "TC405: the weights add up to 0"),
        example=("weighted_mean(x, y)", (1.9, 1.9, 1.9, 1.9)),
    ),
    Function(
        name="count", kind="many", least=0, most=0, usage="count(where=…)", result="one",
        about=Text("个数", "the number of units"), units=_PLAIN,
        example=("count(where=x > 1)", (3, 3, 3, 3)),
    ),
    Function(
        name="largest", kind="many", least=1, most=1, usage="largest(x)", result="one",
        about=Text("最大值", "the greatest over the units"), units=_SAME, errors=_NOBODY,
        example=("largest(x, by=area)", (3, 3, 2, 2)),
    ),
    Function(
        name="smallest", kind="many", least=1, most=1, usage="smallest(x)", result="one",
        about=Text("最小值", "the least over the units"), units=_SAME, errors=_NOBODY,
        example=("smallest(x, by=area)", (1, 1, 2, 2)),
    ),
    Function(
        name="std", kind="many", least=1, most=1, usage='std(x, kind="population")', result="one", options=_KIND,
        about=Text("标准差", "the standard deviation over the units"), units=_SAME,
        errors=Text("TC405：没有地区，或样本只有一个", "TC405: no unit, or a sample of one"),
        example=('std(x, kind="population", by=area)', (1, 1, 0, 0)),
    ),
    Function(
        name="rank", kind="many", least=1, most=1, usage='rank(x, order="descending", ties="same")',
        options=(("order", ("ascending", "descending")), ("ties", ("same", "average", "code"))),
        about=Text("名次，1 在前", "the place of each unit, 1 first"), units=_PLAIN,
        errors=Text("TC405：被 where 排除的地区", "TC405: for a unit that where leaves out"),
        example=('rank(x, order="descending", ties="average")', (1, 4, 2.5, 2.5)),
    ),
    Function(
        name="share", kind="many", least=1, most=1, usage="share(x)",
        about=Text("占合计的比重", "x divided by its total"), units=_PLAIN,
        errors=Text("TC405：合计为 0", "TC405: the total is 0"),
        example=("share(x)", (0.375, 0.125, 0.25, 0.25)),
    ),
    Function(
        name="standardize", kind="many", least=1, most=1, usage='standardize(x, kind="population")', options=_KIND,
        about=Text("标准化：(x − 平均值) ÷ 标准差", "(x − mean) / standard deviation"), units=_PLAIN,
        errors=Text("TC405：各地数值相同", "TC405: all are equal"),
        example=('standardize(y, kind="population", by=area)', (-1, 1, -1, 1)),
    ),
    Function(
        name="brackets", kind="schedule", least=2, most=2, usage="brackets(x, schedule)",
        about=Text("x 所在档次的数值", "the rate of the bracket that x falls in"),
        units=Text("x 同档次表的 of；得数同其 unit", "x as the schedule's of; the result as its unit"),
        errors=Text("TC404：x 低于第一档", "TC404: x is below the first bracket"),
        example=("brackets(x, award)", (0.2, 0.1, 0.2, 0.2)),
    ),
    Function(
        name="graduated", kind="schedule", least=2, most=2, usage="graduated(x, schedule)",
        about=Text("分档累计", "the sum over brackets, each part of x at the rate of its own bracket"),
        units=Text("of × unit", "of × unit"),
        example=("graduated(x, award)", (0.4, 0.1, 0.2, 0.2)),
    ),
)  # fmt: skip

FUNCTIONS: dict[str, Function] = {function.name: function for function in _ALL}
