"""What methods there are, and what one of them says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from transfer_calc.calculation.evidence import EVIDENCE
from transfer_calc.cli.printing import console, plain_table
from transfer_calc.cli.speak import Speaker
from transfer_calc.method.cases import load_cases
from transfer_calc.method.library import load_all
from transfer_calc.method.load import Method
from transfer_calc.method.model import Condition, Evidence, Input, Parameter, Step, Value, Words, weakest
from transfer_calc.text import Text
from transfer_calc.units import plain


@dataclass(frozen=True, slots=True)
class Entry:
    """One method in the list."""

    method: Method
    evidence: Evidence
    unpublished: int
    cases: int

    def record(self) -> dict[str, Any]:
        law = self.method.file.law
        return {
            "id": self.method.id,
            "title": {"zh": self.method.title.zh, "en": self.method.title.en},
            "document": law.document,
            "in_force": {
                "from": str(law.in_force.from_),
                "until": None if law.in_force.until is None else str(law.in_force.until),
            },
            "evidence": self.evidence,
            "unpublished_parameters": self.unpublished,
            "cases": self.cases,
        }


def entries(words: Iterable[str] = ()) -> list[Entry]:
    """The methods that have all the words, each with the weakest grade of its steps and published values."""
    found = []
    for method in load_all():
        said = f"{method.id} {method.title.zh} {method.title.en} {method.file.law.document}".casefold()
        if not all(word.casefold() in said for word in words):
            continue
        grades: list[Evidence] = [
            step.evidence for step in method.file.steps.values() if step.evidence is not None
        ]
        unpublished = 0
        for parameter in method.file.parameters.values():
            if not parameter.values:
                unpublished += 1
            for value in parameter.values.values():
                own = value.evidence if isinstance(value, Value) else None
                grades.append(own or parameter.evidence or "assumed")
        found.append(Entry(method, weakest(grades), unpublished, len(load_cases(method.path, method.id))))
    return found


def print_list(found: list[Entry], speaker: Speaker) -> None:
    lang = speaker.lang
    if not found:
        nothing = Text(
            "没有办法的标识、名称、文号里有全部这些词。不写词就列出全部办法。",
            "No method has all these words in id, title or document number. Without words all are listed.",
        )
        speaker.say(nothing)
        return
    heads = Text("标识|名称|文号|施行|最弱依据|算例", "id|title|document|in force|weakest evidence|cases")[
        lang
    ].split("|")
    table = plain_table(heads, numbers=(5,))
    for entry in found:
        law = entry.method.file.law
        period = f"{law.in_force.from_} –" + (f" {law.in_force.until}" if law.in_force.until else "")
        grade = EVIDENCE[entry.evidence][lang]
        title = entry.method.title[lang]
        table.add_row(entry.method.id, title, law.document or "—", period, grade, str(entry.cases))
    console().print(table)


def print_formulas(method: Method, kind: str, speaker: Speaker) -> None:
    """Every formula of a method in one reading."""
    from transfer_calc.report.formulas import formulas, reading

    lang, out, read = speaker.lang, console(), reading(method, kind, speaker.lang)
    step = ""
    for formula in formulas(method):
        if formula.step != step:
            step = formula.step
            unit = plain(method.file.steps[step].unit)
            out.print(
                f"{method.label(step)[lang]}  {step}{'' if unit == '1' else f' ({unit})'}", style="bold"
            )
        head = "" if formula.part == "formula" else f"{formula.part}: "
        head += f"{formula.option}: " if formula.option else ""
        for line in read(formula):
            out.print(f"    {head}{line}", soft_wrap=True)


@dataclass(frozen=True, slots=True)
class _Page:
    """What is printed of one method, line by line."""

    method: Method
    lang: str
    out: Console

    def section(self, title: Text) -> None:
        self.out.print()
        self.out.print(title[self.lang], style="bold")

    def line(self, name: str, unit: str, rest: str) -> None:
        shown = "" if plain(unit) == "1" else f" ({plain(unit)})"
        label = self.method.label(name)[self.lang]
        self.out.print(f"  {name}  {label}{shown}{'  ' + rest if rest else ''}")

    def ground(self, name: str, unit: str, entry: Step | Condition) -> None:
        grade = EVIDENCE[entry.evidence or "assumed"][self.lang]
        self.line(name, unit, f"[{entry.cite or '—'}; {grade}]")

    def notes(self, *notes: Words | None) -> None:
        for note in dict.fromkeys(note for note in notes if note is not None):
            self.out.print(f"      {note.zh if self.lang == 'zh' else note.en}", style="dim")


def print_method(method: Method, speaker: Speaker) -> None:
    """The whole of a method in words: what goes in, what is fixed, what is computed, and on what ground."""
    lang, file, out = speaker.lang, method.file, console()
    until = f" – {file.law.in_force.until}" if file.law.in_force.until else " –"
    out.print(f"{method.title[lang]}  {method.id}", style="bold")
    out.print(f"{file.law.title.zh if lang == 'zh' else file.law.title.en}  {file.law.document or '—'}"
              f"  {file.law.in_force.from_}{until}")  # fmt: skip
    if file.about is not None:
        out.print(file.about.zh if lang == "zh" else file.about.en)
    page = _Page(method, lang, out)
    _print_inputs(page)
    _print_parameters(page)
    _print_choices(page)
    _print_tables(page)
    _print_steps(page)


def _print_inputs(page: _Page) -> None:
    file = page.method.file
    page.section(Text("输入", "Inputs"))
    for name, entry in file.inputs.items():
        rest: list[str] = [] if entry.kind == "number" else [entry.kind]
        rest += [Text("全体一个数", "one for all")[page.lang]] if entry.level == "all" else []
        rest += _limits(entry)
        rest += [f"{choice} = {option}" for choice, option in entry.when.items()]
        page.line(name, entry.unit, ", ".join(rest))
        page.notes(entry.note)
    if file.pays is not None and file.pays.pool is not None:
        page.line("pool", file.pays.pool.unit, "")


def _print_parameters(page: _Page) -> None:
    parameters = page.method.file.parameters
    if parameters:
        page.section(Text("参数", "Parameters"))
    for name, parameter in parameters.items():
        page.line(name, parameter.unit, "  ".join([*_limits(parameter), _values(parameter, page.lang)]))
        values = parameter.values.values()
        page.notes(parameter.note, *(value.note for value in values if isinstance(value, Value)))


def _print_choices(page: _Page) -> None:
    lang, choices = page.lang, page.method.file.choices
    if choices:
        page.section(Text("选项", "Choices"))
    for name, choice in choices.items():
        options = ", ".join(
            f"{key} ({option.zh if lang == 'zh' else option.en})" for key, option in choice.options.items()
        )
        default = Text("须选定", "to be chosen")[lang] if choice.default is None else f"= {choice.default}"
        page.line(name, "1", f"{default}: {options}")
        page.notes(choice.note)


def _print_tables(page: _Page) -> None:
    file = page.method.file
    if file.tables or file.schedules:
        page.section(Text("查值表和档次表", "Tables"))
    for name, table in file.tables.items():
        for since, held in table.values.items():
            page.line(name, table.unit, f"{since}: {_rows(held.rows)}")
            page.notes(held.note)
        page.notes(table.note)
    for name, schedule in file.schedules.items():
        for since, dated in schedule.values.items():
            rates = ", ".join(f"{bracket.from_} → {bracket.rate}" for bracket in dated.brackets)
            page.line(name, schedule.unit, f"{since}: {rates}")
            page.notes(dated.note)
        page.notes(schedule.note)


def _print_steps(page: _Page) -> None:
    file = page.method.file
    page.section(Text("步骤", "Steps"))
    for name in (planned.name for planned in page.method.plan.steps):
        step = file.steps[name]
        page.ground(name, step.unit, step)
        for text in _formulas(step, page.lang):
            page.out.print(f"      {text}")
        page.notes(step.note)
    if file.conditions:
        page.section(Text("条件", "Conditions"))
    for name, condition in file.conditions.items():
        page.ground(name, "1", condition)
        page.out.print(f"      {condition.formula}")
        page.notes(condition.note)


def _limits(entry: Input | Parameter) -> list[str]:
    """Between what a figure lies, or which texts may stand there."""
    if isinstance(entry, Input) and entry.allowed:
        return [" / ".join(entry.allowed)]
    if entry.min is not None and entry.max is not None:
        return [f"{entry.min:f} – {entry.max:f}"]
    if entry.min is not None:
        return [f"≥ {entry.min:f}"]
    return [] if entry.max is None else [f"≤ {entry.max:f}"]


def _values(parameter: Parameter, lang: str) -> str:
    if not parameter.values:
        return (
            Text("未公布，须由使用者给出", "not published: must be given")[lang]
            + f" [{parameter.cite or '—'}]"
        )
    said = []
    for since, entry in parameter.values.items():
        value = entry.value if isinstance(entry, Value) else entry
        own = entry if isinstance(entry, Value) else parameter
        grade = EVIDENCE[own.evidence or parameter.evidence or "assumed"][lang]
        until = f" – {entry.until}" if isinstance(entry, Value) and entry.until else ""
        said.append(f"{since}{until}: {value} [{own.cite or parameter.cite or '—'}; {grade}]")
    return "; ".join(said)


def _rows(rows: Mapping[str, Any]) -> str:
    """The rows of a table in one line; those of a long one are counted."""
    most = 12
    said = [
        f"{key} → {'{' + _rows(row) + '}' if isinstance(row, Mapping) else row}" for key, row in rows.items()
    ]
    return ", ".join(said[:most]) + (f", … ({len(said)})" if len(said) > most else "")


def _formulas(step: Step, lang: str) -> list[str]:
    conditions = "".join(f"{choice} = {option}: " for choice, option in step.when.items())
    if isinstance(step.formula, dict):
        return [f"{conditions}{step.choice} = {option}: {text}" for option, text in step.formula.items()]
    if step.solve is None:
        return [f"{conditions}{step.formula}"]
    solve = step.solve
    word = Text("分配", "divides")[lang]
    parts = [f"{conditions}{word}: claim = {solve.claim}; total = {solve.total}"]
    parts += [f"floor = {solve.floor}"] if solve.floor is not None else []
    parts += [f"cap = {solve.cap}"] if solve.cap is not None else []
    return parts
