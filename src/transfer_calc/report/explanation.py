"""An explanation for people and for machines: text, HTML, LaTeX, and a dictionary for JSON.

Every rendering names the method, its document and the date, and carries the notice of the table.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from html import escape
from typing import Any, Literal, TypeAlias

from transfer_calc.calculation.evidence import EVIDENCE
from transfer_calc.explanation.tree import Explanation, Fact, Formula, Kind
from transfer_calc.language.latex import latex
from transfer_calc.language.nodes import Aggregate, Lookup, Name, Number, Schedule
from transfer_calc.language.prose import prose
from transfer_calc.language.written import Figure, figure_text
from transfer_calc.text import Text

Output: TypeAlias = Literal["text", "html", "latex", "json"]

WIDTH = 80
_SINGLE = (Aggregate, Lookup, Name, Number, Schedule)
_SHORT = 24
_DEEPEST = 12
"""Levels that are still set further in; a long chain of steps must not run out of the page."""

KINDS: dict[Kind, Text] = {
    "allocation": Text("分配数", "allocation"),
    "step": Text("步骤", "step"),
    "solve": Text("分配步骤", "division"),
    "aggregate": Text("汇总", "aggregate"),
    "input": Text("数据", "input"),
    "parameter": Text("参数", "parameter"),
    "table": Text("查表", "table"),
    "pool": Text("资金总额", "pool"),
    "multiplier": Text("系数", "multiplier"),
    "entered": Text("录入数", "entered by hand"),
}

FACTS: dict[str, Text] = {
    "choice": Text("选项 {words}", "choice {words}"),
    "condition": Text("条件 {text}（{words}）：{holds}", "condition {text} ({words}): {holds}"),
    "convert": Text("换算单位：{text}", "change of unit: {text}"),
    "group": Text("所在组：{words} {value}", "its group: {words} {value}"),
    "takes_part": Text("是否计入：{value}", "takes part: {value}"),
    "units": Text("计入的地区数：{value}", "units that take part: {value}"),
    "own": Text("本地区的数：{value}", "this unit's figure: {value}"),
    "weight": Text("本地区的权重：{value}", "this unit's weight: {value}"),
    "share": Text("占合计的比重：{value}", "its share of the total: {value}"),
    "total": Text("总额：{value}", "total: {value}"),
    "mean": Text("平均值：{value}", "mean: {value}"),
    "std": Text("标准差：{value}", "standard deviation: {value}"),
    "above": Text("前一位：{text}，{words}，{value}", "next above: {text}, {words}, {value}"),
    "below": Text("后一位：{text}，{words}，{value}", "next below: {text}, {words}, {value}"),
    "key": Text("键 {words}：{value}", "key {words}: {value}"),
    "looked_up": Text("查档的数：{value}", "value looked up: {value}"),
    "bracket": Text("档次 {text}，{words}{part}", "bracket {text}, {words}{part}"),
    "claim": Text("分配依据：{value}", "claim: {value}"),
    "floor": Text("下限（保底）：{value}", "floor: {value}"),
    "cap": Text("上限（封顶）：{value}", "cap: {value}"),
    "multiplier": Text("系数 {text}：{value}", "multiplier {text}: {value}"),
    "proportional": Text("系数 × 依据：{value}", "multiplier × claim: {value}"),
    "binds": Text("{binds}", "{binds}"),
    "solved_by": Text("由步骤「{words}」{text} 解出", "solved by the step “{words}” {text}"),
    "exact": Text("结算前：{value}", "before settlement: {value}"),
    "whole": Text("去尾取整：{value}", "cut to whole units: {value}"),
    "bounded": Text("按上下限调整后：{value}", "moved inside the bounds: {value}"),
    "remainder": Text("余数：{value}", "remainder: {value}"),
    "odd_unit": Text("{odd}", "{odd}"),
    "paid_total": Text("全部地区合计：{value}", "all units together: {value}"),
    "origin": Text("来源：{words}", "given by: {words}"),
    "reason": Text("理由：{text}", "reason: {text}"),
    "author": Text("录入人：{text}", "entered by: {text}"),
    "note": Text("说明：{words}", "note: {words}"),
    "cut": Text("不再展开：{words} {text} = {value}", "not told further: {words} {text} = {value}"),
}
"""How each fact is said."""

_BINDS = {
    "floor": Text(
        "保底生效：系数 × 依据低于下限，按下限", "the floor binds: it is more than multiplier × claim"
    ),
    "cap": Text("封顶生效：系数 × 依据高于上限，按上限", "the cap binds: it is less than multiplier × claim"),
    "none": Text("上下限均未生效，按系数 × 依据", "neither floor nor cap binds: multiplier × claim"),
}
_PARTS = {
    "": Text("公式", "formula"),
    "claim": Text("依据公式", "formula of the claim"),
    "total": Text("总额公式", "formula of the total"),
    "floor": Text("下限公式", "formula of the floor"),
    "cap": Text("上限公式", "formula of the cap"),
}


def render(explanation: Explanation, output: Output, lang: str) -> str:
    """Render an explanation.

    Args:
        explanation: From `Result.explain`.
        output: `text`, `html` (a fragment), `latex` (a fragment) or `json`.
        lang: `zh` or `en`.
    """
    match output:
        case "text":
            return as_text(explanation, lang)
        case "html":
            return as_html(explanation, lang)
        case "latex":
            return as_latex(explanation, lang)
        case "json":
            return json.dumps(as_dict(explanation, lang), ensure_ascii=False, indent=1, allow_nan=False)


def as_text(explanation: Explanation, lang: str) -> str:
    """The explanation as an indented tree of 80 columns; each figure has a number, for reference."""
    lines = [line for said in _heading(explanation, lang) for line in _wrap(said, "", "")]
    for number, first, depth, node in _numbered(explanation):
        indent = "  " * min(depth, _DEEPEST)
        lines.append("") if depth == 0 else None
        lines += _wrap(f"[{number}] {_headline(node, first, lang)}", indent, f"{indent}    ")
        for said in _body(node, explanation, lang):
            lines += _wrap(said, f"{indent}    ", f"{indent}      ")
    return "\n".join(lines) + "\n"


def as_html(explanation: Explanation, lang: str) -> str:
    """The explanation as a fragment of nested `<details>`: no script, nothing from a network."""
    title, *rest = _heading(explanation, lang)
    parts = [f'<section class="explanation" lang="{lang}">', f"<h4>{escape(title)}</h4>"]
    parts += [f"<p>{escape(said)}</p>" for said in rest]
    deep = -1
    for number, first, depth, node in _numbered(explanation):
        parts += ["</details>"] * (deep - depth + 1)
        deep = depth
        opened = " open" if depth < 2 else ""
        parts.append(f"<details{opened}><summary>[{number}] {escape(_headline(node, first, lang))}</summary>")
        said = "".join(f"<li>{escape(line)}</li>" for line in _body(node, explanation, lang))
        parts.append(f"<ul>{said}</ul>" if said else "")
    parts += ["</details>"] * (deep + 1)
    parts.append("</section>")
    return "\n".join(part for part in parts if part) + "\n"


def as_latex(explanation: Explanation, lang: str) -> str:
    """The explanation as an `itemize` for a document with `amsmath` (and `ctex` for Chinese).

    One list holds all levels, each set in by its depth: LaTeX nests lists no deeper than four.
    """
    parts = [f"\\noindent {_tex(said)}\\\\" for said in _heading(explanation, lang)]
    parts.append("\\begin{itemize}")
    for number, first, depth, node in _numbered(explanation):
        indent = f"\\hspace*{{{min(depth, _DEEPEST)}em}}"
        parts.append(f"\\item[{{[{number}]}}] {indent}{_tex(_headline(node, first, lang))}")
        for formula in node.formulas:
            word = _PARTS[formula.part][lang]
            parts.append(f"\\par {indent}{_tex(word)}: {_tex_formula(formula, explanation, lang)}")
            if formula.inserted[lang]:
                parts.append(f"\\par {indent}= \\texttt{{{_tex(formula.inserted[lang])}}}")
        parts += [f"\\par {indent}{_tex(said)}" for said in _body(node, explanation, lang, formulas=False)]
    parts.append("\\end{itemize}")
    return "\n".join(parts) + "\n"


def as_dict(explanation: Explanation, lang: str) -> dict[str, Any]:
    """The explanation as plain values for JSON; `below` holds what a figure came from."""
    subject = explanation.subject
    records: list[dict[str, Any]] = []
    open_records: list[dict[str, Any]] = []
    for number, first, depth, node in _numbered(explanation):
        record: dict[str, Any] = {"number": number, **_record(node, lang)}
        record |= {"see": first} if node.again else dict[str, Any](below=[])
        del open_records[depth:]
        (open_records[-1]["below"] if open_records else records).append(record)
        open_records.append(record)
    head: dict[str, Any] = {}
    if subject is not None:
        head = {
            "method": subject.method, "method_title": subject.title[lang],
            "document": subject.document[lang], "on": str(subject.on), "notice": subject.notice,
            "code": subject.code, "unit_name": subject.unit_name,
        }  # fmt: skip
    return {**head, "figure": records[0]}


def _record(node: Explanation, lang: str) -> dict[str, Any]:
    grade = None if node.weakest is None else {"weakest": node.weakest, "because": node.because}
    return {
        "name": node.name, "title": node.title[lang], "kind": node.kind, "value": _json(node.value),
        "unit": node.unit,
        "formulas": [
            {"part": part.part, "formula": part.text, "inserted": part.inserted[lang]}
            for part in node.formulas
        ],
        "facts": [
            {
                "key": fact.key, "value": _json(fact.value), "unit": fact.unit, "text": fact.text,
                "said": _said(fact, lang),
            }
            for fact in node.facts
        ],
        "cite": node.cite, "document": None if node.document is None else node.document[lang],
        "in_force_since": None if node.since is None else str(node.since), "evidence": node.evidence,
        "way": grade, "place": node.place,
    }  # fmt: skip


def _json(value: Figure | None) -> Any:
    """A figure for JSON: a decimal as a number where that is exact, and nothing for what is infinite."""
    if isinstance(value, Decimal):
        exact = float(value)
        return (
            int(value)
            if value == value.to_integral_value()
            else exact
            if str(value) == repr(exact)
            else str(value)
        )
    return None if isinstance(value, float) and value in (float("inf"), float("-inf")) else value


def _numbered(root: Explanation) -> Iterator[tuple[int, int, int, Explanation]]:
    """Each figure in the order of reading: its number, the number of its first mention, its depth."""
    firsts: dict[tuple[str, str], int] = {}
    waiting = [(0, root)]
    number = 0
    while waiting:
        depth, node = waiting.pop()
        number += 1
        yield number, firsts.setdefault((node.kind, node.name), number), depth, node
        waiting += [(depth + 1, child) for child in reversed(node.children)]


def _heading(explanation: Explanation, lang: str) -> list[str]:
    subject = explanation.subject
    if subject is None:
        return [explanation.title[lang]]
    words = Text("文件：{}；计算日期：{}", "document: {}; date: {}")[lang]
    unit = f"{subject.code} {subject.unit_name}" if subject.unit_name != subject.code else subject.code
    said = [f"{subject.title[lang]}  {subject.method}", words.format(subject.document[lang], subject.on)]
    return [*said, *([subject.notice] if subject.notice else []), unit]


def _headline(node: Explanation, first: int, lang: str) -> str:
    name = "" if node.kind in ("aggregate", "table") else f" {node.name}"
    value = "" if node.value is None else f" = {_with_unit(node.value, node.unit, lang)}"
    about = Text("，", ", ")[lang].join([KINDS[node.kind][lang], *([node.place] if node.place else [])])
    title = f"{node.title[lang]}{name}{value}"
    brackets = Text("（{}）", " ({})")[lang]
    again = Text("，见上 [{}]", ", see [{}] above")[lang].format(first) if node.again else ""
    return f"{title}{brackets.format(about)}{again}"


def _body(node: Explanation, root: Explanation, lang: str, *, formulas: bool = True) -> list[str]:
    """What is to be said of a figure, a line each."""
    if node.again:
        return []
    colon = Text("：", ": ")[lang]
    said = []
    for formula in node.formulas if formulas else ():
        said.append(f"{_PARTS[formula.part][lang]}{colon}{formula.text}")
        if node.kind in ("step", "solve") and not isinstance(formula.node, Number):
            said.append(f"{Text('读作', 'in words')[lang]}{colon}{_in_words(formula, root, lang)}")
        # Of a single piece the figure stands among the facts, or in the headline.
        if formula.inserted[lang] and (node.kind == "table" or not isinstance(formula.node, _SINGLE)):
            said.append(f"{Text('代入', 'with figures')[lang]}{colon}{formula.inserted[lang]}")
    said += [_said(fact, lang) for fact in node.facts]
    source = [node.cite] if node.cite is not None else []
    if node.document is not None and not (
        root.subject is not None
        and node.document == root.subject.document
        and _columns(node.document[lang]) > _SHORT
    ):
        # A document without a number has a long title, which already stands in the heading.
        source.insert(0, node.document[lang])
    stop = Text("；", "; ")[lang]
    named = " ".join(source).replace("） ", "）")
    parts = [f"{Text('依据', 'source')[lang]}{colon}{named}"] if source else []
    if node.since is not None:
        parts.append(Text("{} 起施行", "in force since {}")[lang].format(node.since))
    if node.evidence is not None:
        parts.append(f"{Text('依据等级', 'evidence')[lang]}{colon}{EVIDENCE[node.evidence][lang]}")
    if node.weakest is not None and node.because not in (None, node.name):
        labels = {} if root.subject is None else root.subject.labels
        label = labels.get(str(node.because))
        because = node.because if label is None else f"{label[lang]} {node.because}"
        words = Text("沿途最弱：{}（{}）", "weakest on the way: {} ({})")[lang]
        parts.append(words.format(EVIDENCE[node.weakest][lang], because))
    return [*said, *([stop.join(parts)] if parts else [])]


def _in_words(formula: Formula, root: Explanation, lang: str) -> str:
    labels = {} if root.subject is None else root.subject.labels
    return prose(formula.node, lambda name: labels.get(name, Text(name, name)))[lang]


def _said(fact: Fact, lang: str) -> str:
    """A fact in words."""
    value = "" if fact.value is None else _with_unit(fact.value, fact.unit, lang)
    part = Text("，本档 {}", ", of this bracket {}")[lang].format(value) if value else ""
    odd = ""
    if fact.key == "odd_unit":
        units = int(fact.value) if isinstance(fact.value, int) else 0
        odd = _odd(units, fact.unit)[lang]
    binds = _BINDS[str(fact.value)][lang] if fact.key == "binds" else ""
    words = "" if fact.words is None else fact.words[lang]
    holds = Text("成立", "holds") if fact.value is True else Text("不成立", "does not hold")
    said = FACTS[fact.key][lang].format(
        value=value, text=fact.text, words=words, part=part, odd=odd, binds=binds, holds=holds[lang]
    )
    return re.sub(r" +(?=[:：]| |$)", "", said)


def _odd(units: int, unit: str) -> Text:
    if units == 0:
        return Text("没有分到尾差", "it got no odd unit")
    verb = Text("分到", "it got") if units > 0 else Text("让出", "it gave up")
    return Text(f"{verb.zh}尾差 {abs(units):,} {unit}", f"{verb.en} {abs(units):,} odd {unit}")


def _with_unit(value: Figure, unit: str, lang: str) -> str:
    text = figure_text(value, lang)
    return text if unit in ("", "1") or isinstance(value, (bool, str)) else f"{text} {unit}"


def _tex(text: str) -> str:
    """A text with every sign that means something to LaTeX made harmless."""
    signs = {
        "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
        "<": "\\textless{}", ">": "\\textgreater{}", "|": "\\textbar{}", '"': "\\textquotedbl{}",
    }  # fmt: skip
    signs |= {sign: f"\\{sign}" for sign in "&%$#_{}"}
    return "".join(signs.get(char, char) for char in text)


def _tex_formula(formula: Formula, root: Explanation, lang: str) -> str:
    labels = {} if root.subject is None else root.subject.labels

    def label(name: str) -> str:
        return labels[name][lang] if name in labels else name

    return f"\\(\\displaystyle {latex(formula.node, label, lang=lang)}\\)"


_TOKEN = re.compile(
    r"\s+"
    # The address of a cell stays in one piece, for whoever looks for it.
    r"|[（(]?[^\s（）()，、；：]+![A-Z]+\d+[）),.]*"
    r"|[（「《“\[(]*(?:[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef（「《“]+)[，。；：、）」》”\])]*"
)


def _columns(text: str) -> int:
    """How wide a text is on a terminal: a Chinese character counts two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _wrap(text: str, first: str, rest: str) -> list[str]:
    """A text in lines of 80 columns."""
    lines, line, used, empty = list[str](), first, len(first), True
    for token in _TOKEN.findall(text):
        wide = _columns(token)
        if token.isspace():
            # At the end of a line it is dropped again.
            line, used = (line, used) if empty else (line + token, used + wide)
            continue
        if not empty and used + wide > WIDTH:
            lines.append(line.rstrip())
            line, used = rest, len(rest)
        piece = token
        while used + _columns(piece) > WIDTH:
            # Longer than a whole line.
            room = max(WIDTH - used, 2) // (1 if piece.isascii() else 2)
            lines.append(line + piece[:room])
            line, used, piece = rest, len(rest), piece[room:]
        line, used, empty = line + piece, used + _columns(piece), False
    return [*lines, line.rstrip()]
