"""The meanings of the fields of a budget and an example of each objective and constraint, for the reference page."""

from __future__ import annotations

from transfer_calc.allocation.supported import Kind as Hardness
from transfer_calc.text import Text

HEAD = Text(
    """
[English](budgets.md)

# 预算方案文件

一笔固定的资金、一个目标、若干约束，写成一个 YAML 文件：`transfer-calc allocate 方案.yaml 数据.xlsx -o 结果.xlsx`。从头做一遍见[设计预算方案](../how-to/design-a-budget.zh.md)。

- 编辑器检查用的 JSON Schema：`docs/reference/budget.schema.json`，对口支援为 `matching.schema.json`。例子在 `examples/budgets/`。
- 数字写成带引号的文字（`"0.97"`）；`year`、`years`、`count`、`capacity` 这样的个数除外。金额用资金的单位。
- 公式用[公式语言](language.zh.md)，可以读 `inputs`、`parameters`、`figures`、`pool`、`target`，以及从办法里取来的步骤；单位在载入时核对。
- Python 里：`transfer_calc.budget.load_budget(路径).solve(表格)`，或者用同样的字段写 `Budget(…)`。
""",
    """
[中文](budgets.zh.md)

# The budget file

A fixed pot, what it aims at and the constraints it keeps, in one YAML file: `transfer-calc allocate BUDGET.yaml INPUT.xlsx -o OUT.xlsx`. [Design a budget](../how-to/design-a-budget.md) goes through it once.

- JSON Schemas for editors: `docs/reference/budget.schema.json`, and `matching.schema.json` for a matching. Examples are in `examples/budgets/`.
- Numbers are quoted texts (`"0.97"`), but for counts such as `year`, `years`, `count`, `capacity`. Amounts are in the unit of the pot.
- Formulas are those of the [formula language](language.md). They read `inputs`, `parameters`, `figures`, `pool`, `target` and the steps taken from a method; units are checked when the file is loaded.
- In Python: `transfer_calc.budget.load_budget(path).solve(table)`, or `Budget(…)` with the same fields.
""",
)

SECTIONS: dict[str, Text] = {
    "title": Text("名称，中英文", "the title in both languages"),
    "about": Text("说明", "what it is about"),
    "recipients": Text(
        "分给谁；写了 `code: GB/T 2260` 才核对地区代码，公式里也才能读 `code`",
        "who receives; codes are checked, and `code` may be read in formulas, only with `code: GB/T 2260`",
    ),
    "inputs": Text(
        "表里要的列，写法同办法文件。`target` 所用办法的输入不必再写",
        "columns of the table, as in a method file; those of the method behind `target` need not be repeated",
    ),
    "parameters": Text(
        "公式里用的数；没有 `value` 的在运行时给（参数 表或 `--set`）",
        "figures for formulas; without `value` given at the run (sheet 参数 or `--set`)",
    ),
    "figures": Text("由输入算出、供别的公式用的数", "figures computed from inputs, for other formulas"),
    "pool": Text("资金：一项或几项", "the pot, or several"),
    "target": Text(
        "测算数：一个公式，或 `{method: 办法, step: 步骤}`",
        "what the plan stays near: a formula, or `{method: id, step: name}`",
    ),
    "last_year": Text("上年数，用来比较谁多谁少", "last year's amount, to show who gains and who loses"),
    "objective": Text("目标，一个或按先后几个", "the objective, or several in order"),
    "constraints": Text("约束", "the constraints"),
    "settle": Text("下达的最小单位", "the smallest amount that is paid"),
}

_UNIT = Text("单位，缺省 `1`", "unit, `1` by default")
_CITE = Text("文件和条款", "document and article")

PARTS: dict[str, tuple[Text, dict[str, Text]]] = {
    "parameters": (
        Text("每个参数", "each parameter"),
        {
            "zh": Text("中文名", "Chinese name"),
            "en": Text("英文名", "English name"),
            "unit": _UNIT,
            "value": Text("数值；不写则在运行时给", "the value; given at the run without it"),
            "cite": _CITE,
        },
    ),
    "figures": (
        Text("每个算出的数", "each figure"),
        {
            "zh": Text("中文名", "Chinese name"),
            "en": Text("英文名", "English name"),
            "unit": _UNIT,
            "formula": Text("公式", "its formula"),
            "cite": _CITE,
        },
    ),
    "target": (
        Text("取自办法时", "taken from a method"),
        {
            "method": Text(
                "办法标识，或方案旁边的 YAML 文件", "id of a method, or a YAML file beside the budget"
            ),
            "step": Text("作为测算数的步骤", "the step that is the target"),
            "formula": Text(
                "不写 `step` 时：用取来的数算出测算数", "instead of `step`: the target from what is taken"
            ),
            "take": Text("还取哪些步骤：名字 → 步骤", "further steps to take: name → step"),
            "parameters": Text("办法的参数和选项", "parameters and choices of the method"),
            "on": Text(
                "取哪一天有效的数值；缺省为运行的日期",
                "the date whose values apply; that of the run by default",
            ),
        },
    ),
    "settle": (
        Text("结算", "settlement"),
        {
            "unit": Text("元、万元、0.01 元 …", "元, 万元, 0.01 元 …"),
            "ties": Text(
                "尾数相同的谁先得：只有 `code`（代码小的先）",
                "who gets the odd unit of equals: only `code` (the lower code first)",
            ),
        },
    ),
}

FIELDS: dict[str, Text] = {
    "name": Text("名称 `{zh: …, en: …}`；不写则由字段拼成", "name `{zh: …, en: …}`; made from the fields without"),
    "cite": _CITE,
    "hard": Text("`true` 即硬约束（缺省）；`false` 时要写 `price`", "`true` is hard (the default); with `false` give a `price`"),
    "price": Text("突破一个单位的代价，按目标的单位", "what one broken unit costs, in the unit of the objective"),
    "amount": Text("每个地区同一个数", "the same amount for each recipient"),
    "of": Text("列或公式，如 `last_year`、`population`、`need`", "a column or formula, such as `last_year`, `population`, `need`"),
    "times": Text("`of` 的倍数", "a factor of `of`"),
    "unit": Text("`times` 的单位，如 `元/人`", "the unit of `times`, such as `元/人`"),
    "where": Text("条件；不写则全部地区", "a condition; everybody without"),
    "pot": Text("几项资金时指哪一项；不写则合计", "with several pots: which; their sum without"),
    "by": Text("分组的列", "a column that groups"),
    "which": Text("哪一组或哪几组；不写则每一组", "the group, or a list; every group without"),
    "last_year": Text("上年数：列或公式", "last year's amount: a column or formula"),
    "own": Text("自有财力", "own resources"),
    "need": Text("需求，大于零", "need, above zero"),
    "size": Text("人数，大于零；不写则不按人均", "heads, above zero; not per head without"),
    "least_disparity.size": Text("人数，大于零", "heads, above zero"),
    "no_overtaking.need": Text("需求", "need"),
    "group.where": Text("条件：代替 `by`，或只计组内符合条件的", "a condition: instead of `by`, or within its groups"),
    "pattern.where": Text("条件：代替 `by`，或只计组内符合条件的", "a condition: instead of `by`, or within its groups"),
    "relative": Text("`true` 时权重为 1/测算数，偏差按百分比计", "with `true` the weight is 1/target: deviations count in percent"),
    "weights": Text("权重公式；与 `relative` 只写一个", "a formula for the weight; not together with `relative`"),
    "up_to": Text("到此为止；之后必须再有一个目标", "coverage beyond it counts for nothing; another objective must follow"),
    "measure": Text("`range` 极差，`mean_deviation` 平均离差（按人数加权）", "`range`, or `mean_deviation` (weighted by heads)"),
    "coverage": Text("要达到的保障水平", "the coverage to reach"),
    "total": Text("合计正好是：数或公式；单独用", "the sum is just this: a number or formula; stands alone"),
    "min": Text("合计不少于：数或公式", "least sum: a number or formula"),
    "max": Text("合计不多于：数或公式", "greatest sum: a number or formula"),
    "min_share": Text("占已分资金的比重不低于", "least share of what is paid out"),
    "max_share": Text("占已分资金的比重不高于", "greatest share of what is paid out"),
    "band": Text("占比最多变动多少：`0.01` 是一个百分点", "by how much the share may move: `0.01` is one percentage point"),
    "columns": Text("要相同的各列", "the columns in which they are equal"),
    "ratio": Text("最多几倍，不小于 1", "at most so many times, 1 or more"),
    "year": Text("第几年", "which year"),
    "years": Text("共几年", "of how many years"),
    "start": Text("`last_year_amount` 从上年数起，`last_year_share` 从上年占比乘今年总额起", "`last_year_amount`: from last year's amount; `last_year_share`: from last year's share of this year's pot"),
    "count": Text("最多几个", "how many at most"),
    "pool.amount": Text("金额；不写则在运行时给（参数 表的资金总额或 `--pool`）", "the amount; given at the run without (资金总额 on the sheet 参数, or `--pool`)"),
    "pool.unit": Text("元、万元 …；方案里的金额都用它", "元, 万元 …; all amounts of the budget are in it"),
    "spend": Text("`exact` 全部分完，`at_most` 不得超过", "`exact`: all of it; `at_most`: no more than it"),
    "pots.unit": Text("各项资金共同的单位", "the unit of all pots"),
    "overlap": Text("`higher` 就高不就低、不重复；`together` 可以叠加", "`higher`: one pot each, the one with the greatest target; `together`: all of them"),
    "pots": Text("每项有 `id`、`name`、`amount`、`spend`（缺省 `exact`）、`eligible`（条件）、`target`、`cite`", "each has `id`, `name`, `amount`, `spend` (`exact` by default), `eligible` (a condition), `target`, `cite`"),
    "minimum_award.amount": Text("补就不低于此数", "whoever gets anything gets at least this"),
    "supporters": Text("每个支援方有 `name`、`capacity`（能带几个县）、`column`（费用列的表头，缺省为中文名）；费用空着即不能结对", "each has `name`, `capacity` (how many counties), `column` (heading of its costs, by default its Chinese name); a blank cost rules the pair out"),
    "existing": Text("写有原支援方的列，几个用顿号分开", "the column of present supporters, several with 、"),
    "keep_price": Text("解除一对原有关系的代价，与费用同单位", "what breaking an existing pair costs, in the unit of the costs"),
    "least": Text("一个县最少几个支援方，缺省 1", "fewest supporters of a county, 1 by default"),
    "most": Text("一个县最多几个支援方，缺省 1", "most supporters of a county, 1 by default"),
}  # fmt: skip

EXAMPLES: dict[str, str] = {
    "least_squares": "objective: {kind: least_squares, relative: true}",
    "least_deviation": "objective: least_deviation",
    "greatest_coverage": """
objective:
  - {kind: greatest_coverage, own: own, need: basic_need, up_to: "1"}
  - {kind: least_squares, relative: true}
""",
    "least_disparity": "objective: {kind: least_disparity, own: own, size: population, measure: range}",
    "least_cost": 'objective: {kind: least_cost, own: own, need: basic_need, coverage: "0.8"}',
    "pool": 'pool: {amount: "4500000", unit: 万元, spend: exact}',
    "pots": """
pool:
  unit: 万元
  overlap: higher
  pots:
    - {id: old_base, name: {zh: 革命老区, en: Old bases}, amount: "300", eligible: old_base, target: population * one_each}
    - {id: border, name: {zh: 边境地区, en: Border}, amount: "200", eligible: border, target: population * two_each}
""",
    "floor": '- {kind: floor, of: last_year, times: "0.97"}',
    "cap": '- {kind: cap, of: population, times: "500", unit: 元/人}',
    "group": '- {kind: group, by: prefecture, which: [庆阳市, 定西市], min: "300", name: {zh: 两市下限, en: minimum of two prefectures}}',
    "pattern": '- {kind: pattern, by: tier, which: 省级, last_year: last_year, band: "0.01"}',
    "no_overtaking": "- {kind: no_overtaking, need: basic_need, size: population}",
    "equal_treatment": "- {kind: equal_treatment, columns: [tier], size: population}",
    "ceiling": '- {kind: ceiling, own: own, size: population, ratio: "3"}',
    "phase_in": "- {kind: phase_in, last_year: last_year, year: 1, years: 3, start: last_year_share}",
    "minimum_award": '- {kind: minimum_award, amount: "100"}',
    "at_most_recipients": "- {kind: at_most_recipients, count: 4}",
    "matching": """
title: {zh: 对口支援结对, en: Supporters matched to counties}
supporters:
  - {name: {zh: 甲市, en: City A}, capacity: 3}
  - {name: {zh: 乙市, en: City B}, capacity: 2}
existing: 原支援方
keep_price: "20"
""",
    "own": """
def pair_gets_the_same(model, amount):
    model += amount["620121"] - amount["620122"] == 0, "both_get_the_same"


allocation = budget.solve(table, extend=pair_gets_the_same)
""",
}

COUNTS_AS: dict[Hardness, Text] = {
    "pot": Text("`pool`、`floor`、`cap`、`phase_in`", "`pool`, `floor`, `cap`, `phase_in`"),
    "groups": Text(
        "`pots`；`spend: exact` 时的 `group`、`pattern`，各组不相交或逐级包含",
        "`pots`; `group` and `pattern` with `spend: exact`, where no two groups overlap in part",
    ),
    "rows": Text(
        "`no_overtaking`、`equal_treatment`、`ceiling`；部分重叠的 `group`、`pattern`；`spend: at_most` 时的占比",
        "`no_overtaking`, `equal_treatment`, `ceiling`; `group` and `pattern` that overlap in part; shares with `spend: at_most`",
    ),
    "priced": Text("任何写了 `price` 的约束", "any constraint with a `price`"),
    "whole": Text("`minimum_award`、`at_most_recipients`", "`minimum_award`, `at_most_recipients`"),
    "own": Text("`extend` 函数", "the function `extend`"),
}
