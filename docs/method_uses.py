"""How a method takes over a shared piece, as a piece of YAML to copy."""

from __future__ import annotations

from transfer_calc.language.nodes import names
from transfer_calc.method.load import Method
from transfer_calc.report.formulas import formulas
from transfer_calc.text import Text
from transfer_calc.units import plain


def snippet(piece: Method, lang: str) -> list[str]:
    """The lines of `uses` for a piece, every opening in them."""
    step, openings = _last_step(piece)
    taken = [step, *_conditions_alone(piece)]
    lines = ["uses:", f"  - id: {piece.id}", f"    take: [{', '.join(taken)}]"]
    lines += ["    as:"] if openings else []
    for name in openings:
        entry = piece.file.inputs[name]
        title = entry.zh if lang == "zh" else entry.en
        unit = "" if plain(entry.unit) == "1" else f" ({plain(entry.unit)})"
        lines.append(f"      {name}: {name}  # {title}{unit}")
    how = Text(
        "左边是共用件里的名称，右边改成办法里的名称。右边的名称办法里没有的，成为办法的一个输入。",
        "On the left stands the name in the piece; put the name in your method on the right. What your method does "
        "not have becomes an input of it.",
    )
    others = Text("其他步骤引用的方法相同。", "The other steps are taken in the same way.")
    said = [how[lang]] if openings else []
    said += [others[lang]] if len(_last_steps(piece)) > 1 else []
    return [
        Text("## 怎样引用", "## How to use it")[lang],
        "",
        "```yaml",
        *lines,
        "```",
        "",
        *(line for text in said for line in (text, "")),
    ]


def _reads(piece: Method) -> dict[str, set[str]]:
    """What each step and condition reads or brings along."""
    found: dict[str, set[str]] = {name: set(step.requires) for name, step in piece.file.steps.items()}
    for formula in formulas(piece):
        found[formula.step] |= names(formula.node)
    solved = {
        step.solve.multiplier.name: name
        for name, step in piece.file.steps.items()
        if step.solve is not None and step.solve.multiplier is not None
    }
    found |= {planned.name: set(names(planned.formula)) for planned in piece.plan.conditions}
    return {name: {solved.get(read, read) for read in reads} for name, reads in found.items()}


def _last_steps(piece: Method) -> list[str]:
    """The steps that no other step of the piece reads."""
    read = {name for by, reads in _reads(piece).items() for name in reads if name != by}
    return [name for name in piece.file.steps if name not in read]


def _last_step(piece: Method) -> tuple[str, list[str]]:
    """The first step that a method would take, and the openings that it needs."""
    reads, step = _reads(piece), _last_steps(piece)[0]
    waiting, wanted = [step, *_conditions_alone(piece)], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += reads.get(name, ())
    return step, [name for name in piece.file.inputs if name in wanted]


def _conditions_alone(piece: Method) -> list[str]:
    """The conditions that no step brings along."""
    brought = {name for step in piece.file.steps.values() for name in step.requires}
    return [name for name in piece.file.conditions if name not in brought]
