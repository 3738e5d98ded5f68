"""Every problem as a value: a code, a place, a message and a hint, in Chinese and in English.

Data problems are collected, all in one pass, and travel inside one exception, because half an
allocation must not exist. The texts stand in one table, `messages.MESSAGES`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from transfer_calc.messages import MESSAGES
from transfer_calc.text import Text

Severity = Literal["error", "warning", "note"]
"""An error stops the run. A warning is for a person to look at. A note says what was read in another form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a problem stands, as far as it is known: a cell, a line, a county, a name of the method."""

    file: str | None = None
    line: int | None = None
    sheet: str | None = None
    cell: str | None = None
    code: str | None = None
    unit_name: str | None = None
    name: str | None = None

    def text(self) -> Text:
        """The place in words, e.g. `数据!D17（620522 秦安县）`."""
        parts = []
        if self.file:
            parts.append(self.file if self.line is None else f"{self.file}:{self.line}")
        if self.cell:
            parts.append(f"{self.sheet}!{self.cell}" if self.sheet else self.cell)
        elif self.sheet:
            parts.append(self.sheet)
        if self.name:
            parts.append(self.name)
        where = " ".join(parts)
        if self.code is None:
            return Text(where, where)
        unit = f"{self.code} {self.unit_name}" if self.unit_name not in (None, self.code) else self.code
        return Text(f"{where}（{unit}）", f"{where} ({unit})" if where else f"({unit})")


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem. The code never changes its meaning and is never used again for another."""

    code: str
    severity: Severity
    place: Place
    message: Text
    hint: Text

    def line(self, lang: str) -> str:
        """The problem on one line, as the command line prints it."""
        place = self.place.text()[lang]
        hint = self.hint[lang]
        end = f"  → {hint}" if hint else ""
        separator = "：" if lang == "zh" else ": "
        return f"{self.code} {place}{separator if place else ''}{self.message[lang]}{end}"

    def record(self, lang: str) -> dict[str, str | None]:
        """The problem as a flat record for JSON."""
        return {
            "code": self.code,
            "severity": self.severity,
            "place": self.place.text()[lang],
            "cell": self.place.cell,
            "sheet": self.place.sheet,
            "unit": self.place.code,
            "message": self.message[lang],
            "hint": self.hint[lang],
        }


def issue(code: str, place: Place | None = None, /, **details: object) -> Issue:
    """Make an issue from the message table; `details` fill the gaps of its texts."""
    entry = MESSAGES[code]
    return Issue(
        code,
        entry.severity,
        place or Place(),
        Text(entry.zh.format(**_said(details, "zh")), entry.en.format(**_said(details, "en"))),
        Text(entry.hint_zh.format(**_said(details, "zh")), entry.hint_en.format(**_said(details, "en"))),
    )


def _said(details: dict[str, object], lang: str) -> dict[str, object]:
    """The details in one language. Lists are joined in Chinese; an English sentence has commas."""
    said = {key: value[lang] if isinstance(value, Text) else value for key, value in details.items()}
    if lang == "zh":
        return said
    return {
        key: value.replace("、", ", ") if isinstance(value, str) else value for key, value in said.items()
    }


class TransferCalcError(Exception):
    """The base of every exception this library raises on purpose."""


class UsageError(TransferCalcError):
    """The library was called in a way that can never be right, whatever the data."""


class IssuesError(TransferCalcError):
    """Problems were found, and so there is no result. `issues` holds all of them."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(found.line("en") for found in self.issues))


class MethodError(IssuesError):
    """A method file cannot be used."""


class DataError(IssuesError):
    """A table, or what was entered beside it, cannot be used."""


class CalculationError(IssuesError):
    """A calculation has no result: its data, its parameters or its arithmetic are at fault."""


class AllocationError(IssuesError):
    """A pot cannot be divided as asked."""


class Collector:
    """Collects issues on the way through a check; a place in one list, nothing more."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []

    def add(self, code: str, place: Place | None = None, /, **details: object) -> None:
        self.issues.append(issue(code, place, **details))

    def extend(self, issues: Iterable[Issue]) -> None:
        self.issues.extend(issues)

    def __iter__(self) -> Iterator[Issue]:
        return iter(self.issues)

    @property
    def errors(self) -> tuple[Issue, ...]:
        return tuple(found for found in self.issues if found.severity == "error")

    @contextmanager
    def catching(self, kind: type[IssuesError] = IssuesError) -> Iterator[None]:
        """Take the issues of an exception over and go on with the next check."""
        try:
            yield
        except kind as error:
            self.extend(error.issues)
