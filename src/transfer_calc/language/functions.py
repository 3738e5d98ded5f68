"""The table of functions: what a formula may call, with how many values, and what comes out.

The checker, every reading and the language reference read this one table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from transfer_calc.text import Text


@dataclass(frozen=True, slots=True)
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
        options: Keyword options besides `by` and `where`, with the values each may take. All are
            required: a tie rule that nobody chose is a hidden rule.
    """

    name: str
    kind: Literal["each", "many", "schedule"]
    least: int
    most: int | None
    usage: str
    about: Text
    result: Literal["one", "county"] = "county"
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()


_ALL = (
    Function("min", "each", 2, None, "min(a, b, …)", Text("最小的一个", "the least of the values")),
    Function("max", "each", 2, None, "max(a, b, …)", Text("最大的一个", "the greatest of the values")),
    Function("abs", "each", 1, 1, "abs(x)", Text("绝对值", "the value without its sign")),
    Function(
        "clip", "each", 3, 3, "clip(x, low, high)",
        Text("限制在 low 与 high 之间", "x, but not below low and not above high"),
    ),
    Function(
        "round", "each", 2, 2, "round(x, digits)",
        Text("按十进制四舍五入", "rounded half up on the decimal, as Excel and the law mean it"),
    ),
    Function("floor", "each", 1, 1, "floor(x)", Text("向下取整", "the next whole number below")),
    Function("ceil", "each", 1, 1, "ceil(x)", Text("向上取整", "the next whole number above")),
    Function("ln", "each", 1, 1, "ln(x)", Text("自然对数", "the natural logarithm")),
    Function("exp", "each", 1, 1, "exp(x)", Text("指数函数", "e to the x")),
    Function("sqrt", "each", 1, 1, "sqrt(x)", Text("平方根", "the square root")),
    Function("total", "many", 1, 1, "total(x)", Text("合计", "the sum over the units"), "one"),
    Function("mean", "many", 1, 1, "mean(x)", Text("平均值", "the plain average over the units"), "one"),
    Function(
        "weighted_mean", "many", 2, 2, "weighted_mean(x, weight)",
        Text("加权平均值", "the average of x, each unit counting by its weight"), "one",
    ),
    Function("count", "many", 0, 0, "count(where=…)", Text("个数", "the number of units"), "one"),
    Function("largest", "many", 1, 1, "largest(x)", Text("最大值", "the greatest over the units"), "one"),
    Function("smallest", "many", 1, 1, "smallest(x)", Text("最小值", "the least over the units"), "one"),
    Function(
        "std", "many", 1, 1, 'std(x, kind="population")',
        Text("标准差", "the standard deviation over the units"), "one",
        (("kind", ("population", "sample")),),
    ),
    Function(
        "rank", "many", 1, 1, 'rank(x, order="descending", ties="same")',
        Text("名次", "the place of each unit, 1 first"), "county",
        (("order", ("ascending", "descending")), ("ties", ("same", "average", "code"))),
    ),
    Function("share", "many", 1, 1, "share(x)", Text("占合计的比重", "x divided by its total"), "county"),
    Function(
        "standardize", "many", 1, 1, 'standardize(x, kind="population")',
        Text("标准化：(x − 平均值) ÷ 标准差", "(x − mean) / standard deviation"), "county",
        (("kind", ("population", "sample")),),
    ),
    Function(
        "brackets", "schedule", 2, 2, "brackets(x, schedule)",
        Text("x 所在档次的数值", "the rate of the bracket that x falls in"),
    ),
    Function(
        "graduated", "schedule", 2, 2, "graduated(x, schedule)",
        Text("分档累计", "the sum over brackets, each part of x at the rate of its own bracket"),
    ),
)  # fmt: skip

FUNCTIONS: dict[str, Function] = {function.name: function for function in _ALL}
