# ruff: noqa: E501 — a table: one line a text
"""The table of what a budget may aim at and ask for: fields, what it means, and its formula.

The reference page and its matrix are generated from this table. Symbols: x_i the amount of recipient i, t_i its
target, B the pot, l_i last year's amount, s_i heads, n_i need, o_i own resources, G a group.
"""

from __future__ import annotations

from dataclasses import dataclass

from transfer_calc.text import Text

COMMON = ("name", "cite")
PRICED = (*COMMON, "hard", "price")


@dataclass(frozen=True, slots=True)
class Kind:
    """One objective or constraint.

    Attributes:
        kind: The word of the file.
        title: What it is called.
        fields: Its own fields, then the common ones.
        about: What it means.
        latex: Its formula.
        priced: Whether it may be broken at a price.
        form: What it becomes: `bounds`, `rows`, `ratio rows`, `integer`, or `objective`.
    """

    kind: str
    title: Text
    fields: tuple[str, ...]
    about: Text
    latex: str
    priced: bool
    form: str


def _kinds(*each: Kind) -> dict[str, Kind]:
    return {one.kind: one for one in each}


OBJECTIVES = _kinds(
    Kind(
        "least_squares", Text("最小二乘（尽量接近测算数）", "Least squares"), ("relative", "weights"),
        Text(
            "加权偏差平方和最小；relative: true 时权重为 1/测算数，自由地区同比例增减，测算数为零的只给下限。",
            "The weighted sum of squared deviations from the target is least; with relative: true the weight is 1/target and "
            "free recipients move by one percentage; a target of 0 gets its floor alone.",
        ),
        r"\min_x\ \tfrac12 \sum_i w_i\,(x_i - t_i)^2,\qquad w_i = 1 \text{ or } \tfrac1{t_i}", False, "objective",
    ),
    Kind(
        "least_deviation", Text("最小绝对偏差", "Least absolute deviation"), ("relative", "weights"),
        Text("加权偏差绝对值之和最小，改动的地区最少。", "The weighted sum of absolute deviations is least; few recipients are moved."),
        r"\min_x\ \sum_i w_i\,\lvert x_i - t_i\rvert,\qquad w_i = 1 \text{ or } \tfrac1{t_i}", False, "objective",
    ),
    Kind(
        "greatest_coverage", Text("保障水平最大（先补最低的）", "Greatest equal coverage"), ("own", "need", "up_to"),
        Text(
            "先把保障水平最低的提到最高，再提次低的，依次类推；up_to 之上不再计算，余下资金归下一个目标。",
            "The least covered is raised as far as it goes, then the next, and so on; coverage beyond up_to counts for nothing "
            "and leaves the rest to the next objective.",
        ),
        r"\operatorname{lexmax}_x\ \operatorname{sort}\Bigl(\min\bigl(\tfrac{o_i + x_i}{n_i},\,u\bigr)\Bigr)_i", False, "objective",
    ),
    Kind(
        "least_disparity", Text("人均财力差距最小", "Least disparity"), ("own", "size", "measure"),
        Text("转移支付后人均财力的极差或平均离差最小。", "The range or the mean absolute deviation of resources per head after transfer is least."),
        r"v_i = \tfrac{o_i + x_i}{s_i}:\quad \min_x\ \max_i v_i - \min_i v_i \ \text{ or }\ "
        r"\min_x\ \frac{\sum_i s_i\,\lvert v_i - \bar v\rvert}{\sum_i s_i}", False, "objective",
    ),
    Kind(
        "least_cost", Text("达到保障水平花费最少", "Least cost"), ("own", "need", "coverage"),
        Text("每个地区都达到给定保障水平，花费最少；资金用 at_most。", "Everybody reaches a coverage with the least money; the pool is at_most."),
        r"\min_x\ \sum_i x_i\quad\text{with } o_i + x_i \ge c\,n_i", False, "objective",
    ),
)  # fmt: skip

KINDS = _kinds(
    Kind(
        "pool", Text("资金总额", "The pot"), ("amount", "unit", "spend", "cite"),
        Text("spend: exact 全部分完；at_most 不得超过。写在 pool 一节。", "spend: exact pays out all of it, at_most no more than it. It stands in the section pool."),
        r"\sum_i x_i = B \quad\text{or}\quad \sum_i x_i \le B", False, "rows",
    ),
    Kind(
        "pots", Text("几项资金", "Several pots"), ("unit", "overlap", "pots"),
        Text(
            "overlap: higher 就高不就低、不重复：每个地区只领测算数最高的一项；together 可以叠加。写在 pool 一节。",
            "overlap: higher gives each recipient one pot alone, the one whose target is greatest; together adds them up. It "
            "stands in the section pool.",
        ),
        r"\sum_{i \in E_p} x_{pi} = B_p;\qquad x_{pi} > 0 \Rightarrow t_{pi} = \max_{q:\,i \in E_q} t_{qi}", False, "rows",
    ),
    Kind(
        "floor", Text("保底", "Floor"), ("amount", "of", "times", "unit", "where", "pot", *PRICED),
        Text("不低于一个数：给定数，或 of × times（上年数的0.97倍、人口×500元/人、需求的一成）。", "No less than an amount: one given, or of × times (0.97 of last year, 500 元/人 of population, a share of need)."),
        r"x_i \ge f_i,\qquad f_i = a \text{ or } k\,c_i", True, "bounds",
    ),
    Kind(
        "cap", Text("封顶", "Cap"), ("amount", "of", "times", "unit", "where", "pot", *PRICED),
        Text("不高于一个数，写法同保底。", "No more than an amount, written like a floor."),
        r"x_i \le g_i,\qquad g_i = a \text{ or } k\,c_i", True, "bounds",
    ),
    Kind(
        "group", Text("一组地区的合计或占比", "Total or share of a group"),
        ("by", "which", "where", "total", "min", "max", "min_share", "max_share", "pot", *PRICED),
        Text(
            "by 的每一组（which 所列的各组），或符合 where 条件的地区：合计等于、不少于、不多于，或占比的上下限。"
            "金额可以是公式；逐个地区的公式按组加总。",
            "Each group of by (those listed in which), or the recipients of a condition: its total, minimum, maximum, or limits "
            "of its share. An amount may be a formula; one for each recipient is added up over the group.",
        ),
        r"m_G \le \sum_{i \in G} x_i \le M_G \quad\text{or}\quad \alpha_G \sum_i x_i \le \sum_{i\in G} x_i \le \beta_G \sum_i x_i", True, "rows",
    ),
    Kind(
        "pattern", Text("财力格局（占比与上年相比的幅度）", "Pattern of shares"), ("by", "which", "where", "last_year", "band", "pot", *PRICED),
        Text("一组的占比（如省级、市县级）与上年占比相差不超过 band。", "The share of a group (the province, the counties) stays within band of its share last year."),
        r"\Bigl\lvert \frac{\sum_{i\in G} x_i}{\sum_i x_i} - \frac{\sum_{i\in G} l_i}{\sum_i l_i} \Bigr\rvert \le b", True, "rows",
    ),
    Kind(
        "no_overtaking", Text("不得倒挂", "No overtaking"), ("need", "size", "where", *PRICED),
        Text("人均需求低的，人均补助不高于人均需求高的；人均需求相等的人均补助相等。", "Whoever needs less per head gets no more per head; equal needs per head get equal amounts per head."),
        r"\tfrac{n_i}{s_i} \le \tfrac{n_j}{s_j} \Rightarrow \tfrac{x_i}{s_i} \le \tfrac{x_j}{s_j}", True, "rows",
    ),
    Kind(
        "equal_treatment", Text("同等对待", "Equal treatment of equals"), ("columns", "size", "where", *PRICED),
        Text("所列各列都相同的地区，补助（写了 size 则人均补助）相同。", "Who is equal in all listed columns gets equal amounts (with size, per head)."),
        r"c_i = c_j \Rightarrow \tfrac{x_i}{s_i} = \tfrac{x_j}{s_j}", True, "rows",
    ),
    Kind(
        "ceiling", Text("人均财力最高与最低之比", "Ratio of richest to poorest"), ("own", "size", "ratio", "where", *COMMON),
        Text(
            "转移支付后人均财力最高的不超过最低的若干倍。接近测算数的目标按最低人均财力逐步求解，其他目标按配对逐步加入，结果与一次写全所有配对相同。",
            "After transfer the richest per head has at most ratio times the poorest. It is solved by the "
            "level of the poorest, or by adding pairs; the answer is that of all pairs at once.",
        ),
        r"\tfrac{o_i + x_i}{s_i} \le r\,\tfrac{o_j + x_j}{s_j}\quad\text{for all } i, j", False, "ratio rows",
    ),
    Kind(
        "phase_in", Text("分年到位", "Phase-in"), ("last_year", "year", "years", "start", *PRICED),
        Text(
            "第 k 年（共 N 年）最多走完从起点到测算数的 k/N，也不后退；start 选上年数，或上年占比乘今年总额。",
            "In year k of N nobody moves further than k/N of the way from the start to the target, and nobody back; the start is "
            "last year's amount, or last year's share of this year's pot.",
        ),
        r"\min(a_i, p_i) \le x_i \le \max(a_i, p_i),\quad p_i = a_i + \tfrac kN (t_i - a_i),\quad a_i = l_i \text{ or } B\,\tfrac{l_i}{\sum_j l_j}",
        True, "bounds",
    ),
    Kind(
        "minimum_award", Text("起付额", "Minimum award if any"), ("amount", "where", *COMMON),
        Text("要么不补，补则不低于起付额。", "Nothing, or at least this."),
        r"x_i = 0 \quad\text{or}\quad x_i \ge a", False, "integer",
    ),
    Kind(
        "at_most_recipients", Text("受助个数", "At most so many recipients"), ("count", *COMMON),
        Text("最多补助若干个地区。", "At most so many receive anything."),
        r"\lvert\{i : x_i > 0\}\rvert \le k", False, "integer",
    ),
    Kind(
        "matching", Text("对口支援", "Matching of supporters"), ("supporters", "existing", "keep_price", "least", "most"),
        Text("支援方与县配对，尽量保留原有关系；单独的文件。", "Supporters for counties, existing pairs kept where they can be; a file of its own."),
        r"\min_y \sum c_{sc}\,y_{sc} + p \sum_{(s,c)\in P} (1 - y_{sc}),\quad \sum_s y_{sc} \in [a, b],\ \sum_c y_{sc} \le K_s", False, "integer",
    ),
)  # fmt: skip
