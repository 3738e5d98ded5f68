"""The form of a case file: worked examples beside a method, with their sources.

Expected figures come from the law, a published table or hand work, never from this library's output.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self, TypeAlias

from pydantic import Field, model_validator

from transfer_calc.issues import MethodError, issue
from transfer_calc.method.form import FormError
from transfer_calc.method.load import read_model
from transfer_calc.method.model import Date, Part, Quoted, Words
from transfer_calc.method.yaml_file import read_yaml

CaseKind: TypeAlias = Literal["published", "hand", "consistency"]
"""`published`: somebody else's outcome. `hand`: worked out in the file's comments. `consistency`: a constant
was fitted to the very figure it reproduces, so agreement proves nothing and is counted apart."""


class GivenTable(Part):
    """The table of a case: a CSV file beside it, or columns of quoted cells."""

    file: str | None = Field(None, pattern=r"^[^/\\]+\.csv$")
    columns: dict[str, tuple[str, ...]] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.file is None) == (self.columns is None):
            raise FormError("file 和 columns 要且只要一个", "give either file or columns")
        if self.columns is not None and len({len(column) for column in self.columns.values()}) > 1:
            raise FormError("各列长短不一", "the columns differ in length")
        return self


class Entry(Part):
    """An amount set by hand."""

    code: str
    step: str
    value: Quoted
    reason: str
    author: str


class Expectation(Part):
    """What a step must give: by code, from a column of the CSV file, or its total."""

    values: dict[str, Quoted] | None = None
    column: str | None = None
    total: Quoted | None = None
    value: Quoted | None = Field(None, description="For a figure that is one for all.")
    tolerance: Quoted = Field(description="Greatest absolute error, in the unit of the step.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.values is None and self.column is None and self.total is None and self.value is None:
            raise FormError("要有 values、column、total 或 value", "give values, column, total or value")
        return self


class Case(Part):
    """One worked example."""

    id: str = Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
    title: Words
    kind: CaseKind
    source: str = Field(min_length=1)
    on: Date
    pool: Quoted | None = None
    parameters: dict[str, str] = Field(default_factory=dict)
    given: GivenTable
    entered: tuple[Entry, ...] = ()
    expected: dict[str, Expectation] = Field(default_factory=dict)
    refused: str | None = Field(None, description="The code of the issue with which the run must fail.")

    @model_validator(mode="after")
    def _figures_or_refusal(self) -> Self:
        if bool(self.expected) == (self.refused is not None):
            raise FormError("expected 和 refused 要且只要一个", "give either expected or refused")
        return self


class CaseFile(Part):
    """All cases of one method."""

    method: str
    cases: tuple[Case, ...] = Field(min_length=1)


def cases_path(method: Path) -> Path:
    """Where the cases of a method file stand."""
    return method.with_name(method.name.removesuffix(method.suffix) + ".cases.yaml")


def load_cases(method: Path, name: str) -> tuple[Case, ...]:
    """The cases beside a method file; none if there is no file.

    Args:
        method: The method file.
        name: Its id, which the case file must name.

    Raises:
        MethodError: If the case file is not in order.
    """
    path = cases_path(method)
    if not path.is_file():
        return ()
    source = read_yaml(path)
    file: CaseFile = read_model(source, CaseFile, "TC601")
    if file.method != name:
        raise MethodError([issue("TC601", source.place("method"), detail=f"{file.method} ≠ {name}")])
    return file.cases
