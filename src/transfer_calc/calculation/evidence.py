"""How sure each figure is: the weakest grade on its way, and which piece made it weak."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from transfer_calc.calculation.settings import Settings
from transfer_calc.method.load import Method
from transfer_calc.method.model import STRENGTH, Evidence
from transfer_calc.text import Text

EVIDENCE: dict[Evidence, Text] = {
    "official": Text("原文", "official"),
    "quoted": Text("转引", "quoted"),
    "reported": Text("报道", "reported"),
    "derived": Text("推算", "derived"),
    "assumed": Text("假设", "assumed"),
    "unpublished": Text("未公布", "unpublished"),
    "user-given": Text("使用者给出", "user-given"),
}
"""The words for the grades."""


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade of a figure.

    Attributes:
        own: The grade of the step itself.
        weakest: The weakest grade on its way.
        because: The step, parameter, table or choice that has it.
    """

    own: Evidence
    weakest: Evidence
    because: str


def grades(method: Method, settings: Settings, entered: Iterable[str]) -> dict[str, Grade]:
    """Grade every active step. Inputs carry no grade; an entered amount is as weak as a user's word."""
    by_hand = frozenset(entered)
    of_parts: dict[str, tuple[Evidence, str]] = {
        name: (setting.evidence, name)
        for name, setting in settings.parameters.items()
        if setting.evidence is not None
    }
    of_parts |= {name: (grade, name) for name, (_, grade) in settings.sources.items()}
    found: dict[str, Grade] = {}
    for step in settings.steps:
        written = method.file.steps[step.name]
        own: Evidence = written.evidence or "assumed"
        parts = [(own, step.name)]
        parts += [of_parts[name] for name in sorted(step.reads) if name in of_parts]
        parts += [
            (method.file.choices[name].evidence or "assumed", name)
            for name in (written.choice, *written.when)
            if name is not None
        ]
        if step.name in by_hand:
            parts.append(("user-given", step.name))
        weakest, because = max(parts, key=lambda part: STRENGTH.index(part[0]))
        found[step.name] = Grade(own, weakest, because)
        of_parts[step.name] = (weakest, because)
        if step.solve is not None and step.solve.multiplier is not None:
            of_parts[step.solve.multiplier] = (weakest, because)
            found[step.solve.multiplier] = Grade(own, weakest, because)
    return found
