"""The reference of the budget file: every objective and constraint with its formula and fields, and what goes together.

Generated from the tables that the program itself uses: `KINDS` and `OBJECTIVES` of the budget, `SUPPORTED` of the
allocation. The fields' meanings and the examples stand here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from budget_words import COUNTS_AS, EXAMPLES, FIELDS, HEAD, PARTS, SECTIONS

from transfer_calc.allocation.supported import KINDS as HARDNESS
from transfer_calc.allocation.supported import OBJECTIVES as AIMS
from transfer_calc.allocation.supported import QUADRATIC_LIMIT, SUPPORTED
from transfer_calc.budget.kinds import KINDS, OBJECTIVES, Kind
from transfer_calc.budget.matching import Matching
from transfer_calc.budget.model import Budget
from transfer_calc.text import LANGUAGES, Text

REFERENCE = Path(__file__).resolve().parent / "reference"
LETTERS = {"closed_form": "C", "highs": "H", "pulp": "P"}


def budget_pages() -> dict[Path, str]:
    """The page in both languages."""
    return {REFERENCE / page_name(lang): budget_page(lang) for lang in LANGUAGES}


def budget_schemas() -> dict[Path, str]:
    """The JSON Schemas of a budget and of a matching, for editors that check YAML."""
    return {
        REFERENCE / "budget.schema.json": _json(budget_schema()),
        REFERENCE / "matching.schema.json": _json(Matching.model_json_schema(by_alias=True)),
    }


def budget_schema() -> dict[str, Any]:
    """The form of a budget, with an objective that stands alone or is given by its name."""
    found = Budget.model_json_schema(by_alias=True)
    objective = found["properties"]["objective"]
    one = {"anyOf": [objective["items"], {"enum": ["least_squares", "least_deviation"]}]}
    about = {"description": objective.pop("description", "")}
    found["properties"]["objective"] = about | {"anyOf": [*one["anyOf"], {**objective, "items": one}]}
    return found


def _json(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def page_name(lang: str) -> str:
    return "budgets.zh.md" if lang == "zh" else "budgets.md"


def budget_page(lang: str) -> str:
    """The whole page."""
    parts = [[HEAD[lang].strip(), ""], _sections(lang), _symbols(lang)]
    parts.append([f"## {Text('目标', 'Objectives')[lang]}", "", _in_order(lang), ""])
    parts += [_kind(kind, lang) for kind in OBJECTIVES.values()]
    parts.append([f"## {Text('约束', 'Constraints')[lang]}", "", _priced(lang), ""])
    parts += [_kind(kind, lang) for kind in KINDS.values()]
    parts += [_matrix(lang), _own(lang)]
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def _sections(lang: str) -> list[str]:
    lines = [f"## {Text('各节', 'Sections')[lang]}", "", *_table_head(Text("节|内容", "section|what"), lang)]
    lines += [f"| `{name}` | {about[lang]} |" for name, about in SECTIONS.items()]
    for name, (title, fields) in PARTS.items():
        lines += [
            "",
            f"**`{name}`**: {title[lang]}",
            "",
            *_table_head(Text("字段|含义", "field|meaning"), lang),
        ]
        lines += [f"| `{field}` | {about[lang]} |" for field, about in fields.items()]
    return [*lines, ""]


def _symbols(lang: str) -> list[str]:
    said = Text(
        "公式里：$x_i$ 是地区 $i$ 的分配额，$t_i$ 测算数，$w_i$ 权重，$l_i$ 上年数，$s_i$ 人数，$n_i$ 需求，$o_i$ 自有财力，"
        "$B$ 资金总额，$G$ 一组地区。",
        "In the formulas $x_i$ is the amount of recipient $i$, $t_i$ its target, $w_i$ its weight, $l_i$ last year's amount, "
        "$s_i$ heads, $n_i$ need, $o_i$ own resources, $B$ the pot, $G$ a group.",
    )
    return [said[lang], ""]


def _in_order(lang: str) -> str:
    return Text(
        "可以写一个，也可以按先后写几个：后一个目标只在不损害前一个的范围内起作用。没有其他字段的可以只写名字。",
        "One, or several in order: a later one may change only what leaves the ones before it as good as they are. One "
        "without further fields may be given by its name.",
    )[lang]


def _priced(lang: str) -> str:
    return Text(
        "每条约束都可以有 `name` 和 `cite`。没写 `price` 的是硬约束，一定守住；写了 `price` 的可以突破，每突破一个单位，"
        "目标加上这个价格。守不住硬约束时不给数字，只说明是哪几条互相冲突、最少要放宽多少。",
        "Every constraint may have `name` and `cite`. Without `price` it is hard and is kept; with a `price` it may be "
        "broken, and every unit by which it is adds the price to the objective. Where hard constraints cannot be kept "
        "together there are no figures, but the names of those that conflict and the least loosening that helps.",
    )[lang]


def _kind(kind: Kind, lang: str) -> list[str]:
    lines = [f"### {kind.title[lang]} `{kind.kind}`", "", kind.about[lang], ""]
    lines += ["```math", kind.latex, "```", ""]
    lines += ["```yaml", EXAMPLES[kind.kind].strip(), "```", ""]
    lines += _table_head(Text("字段|含义", "field|meaning"), lang)
    lines += [f"| `{name}` | {meaning(kind.kind, name)[lang]} |" for name in kind.fields]
    return [*lines, ""]


def meaning(kind: str, name: str) -> Text:
    """What a field means, in this kind or in general."""
    return FIELDS.get(f"{kind}.{name}") or FIELDS[name]


def _matrix(lang: str) -> list[str]:
    lines = [
        f"## {Text('什么可以一起用', 'What goes together')[lang]}",
        "",
        Text(
            "三条路线：**C** 精确解法（closed_form：公式，最小二乘用对偶牛顿法），**H** HiGHS，**P** PuLP。"
            "排在前面的是自动选用的；`--route` 可以指定别的，用来互相核对。同时用到几行时，以最靠下的一行为准。"
            "— 表示不支持，会说明理由。",
            "Three routes: **C** closed_form (formulas; for least squares the dual Newton method), **H** HiGHS, **P** PuLP. "
            "The first is taken by itself; `--route` takes another, so that they check each other. Where a budget uses "
            "several rows, the one furthest down decides. — is refused, with the reason.",
        )[lang],
        "",
    ]
    heads = [Text("约束", "constraints")[lang], *(f"{title[lang]} `{name}`" for name, title in AIMS.items())]
    lines += ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for hardness, title in HARDNESS.items():
        used = COUNTS_AS[hardness][lang]
        cells = [", ".join(LETTERS[route] for route in SUPPORTED[aim][hardness]) or "—" for aim in AIMS]
        lines.append("| " + " | ".join([f"**{title[lang]}**: {used}", *cells]) + " |")
    limit = f"{QUADRATIC_LIMIT:,}"
    lines += [
        "",
        Text(
            f"- `range` 和 `mean_deviation` 是 `least_disparity` 的两种 `measure`。\n"
            f"- 最小二乘的 H 只到 {limit} 个地区；`mean_deviation` 的 C 只在 `spend: exact` 时有。\n"
            "- 最小二乘不能用 PuLP（没有二次目标），也不能有取整约束：改用 `least_deviation`。\n"
            "- 几个目标依次求解时，每个目标都按上表；最小二乘只能放在最后，有取整约束时只能有一个目标。\n"
            "- 对口支援自成一类，用 HiGHS 求解。",
            f"- `range` and `mean_deviation` are the two values of `measure` of `least_disparity`.\n"
            f"- H takes least squares up to {limit} recipients; C takes `mean_deviation` only with `spend: exact`.\n"
            "- Least squares has no PuLP route (PuLP has no quadratics) and no whole-number constraints: use "
            "`least_deviation`.\n"
            "- Of several objectives each follows the table; least squares comes last, and with whole-number constraints "
            "there is only one.\n"
            "- A matching is a thing of its own; HiGHS solves it.",
        )[lang],
        "",
    ]
    return lines


def _own(lang: str) -> list[str]:
    about = Text(
        "在 Python 里可以加自己的约束：函数收到 PuLP 模型和各地区的变量（按代码）。变量的单位就是资金的单位。",
        "In Python constraints of your own can be added: a function receives the PuLP model and the variables by code. "
        "Variables are in the unit of the pot.",
    )
    return [
        f"## {Text('自己的约束', 'Constraints of your own')[lang]}", "", about[lang], "",
        "```python", EXAMPLES["own"].strip(), "```", "",
    ]  # fmt: skip


def _table_head(heads: Text, lang: str) -> list[str]:
    names = heads[lang].split("|")
    return ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
