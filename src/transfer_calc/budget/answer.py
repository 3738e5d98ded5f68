"""The answer to a budget: amounts, what is paid, what binds, prices in words, winners and losers, proof."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.allocation.problem import Problem, Solution
from transfer_calc.allocation.whole import WholeAmounts
from transfer_calc.budget import certificate as proofs
from transfer_calc.budget.binding import Binding
from transfer_calc.budget.build import Built
from transfer_calc.budget.model import Budget
from transfer_calc.budget.parts import Pots
from transfer_calc.budget.reading import Line, lines
from transfer_calc.budget.run import Stage
from transfer_calc.budget.words import value_said
from transfer_calc.issues import Issue, UsageError
from transfer_calc.text import Text, choose_language
from transfer_calc.units import plain, ratio

if TYPE_CHECKING:
    import pandas as pd

    from transfer_calc.manifest import Entry
    from transfer_calc.panel.panel import Panel

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Allocation:
    """A divided pot; made by `Budget.solve`.

    Attributes:
        built: The budget as arrays, with its figures.
        stages: The solves in order; the last gives the answer.
        whole: The settled amounts, one a variable.
        issues: Warnings.
    """

    built: Built = field(repr=False)
    stages: tuple[Stage, ...] = field(repr=False)
    whole: WholeAmounts = field(repr=False)
    issues: tuple[Issue, ...] = ()

    @property
    def budget(self) -> Budget:
        return self.built.figures.prepared.budget

    @property
    def panel(self) -> Panel:
        return self.built.figures.panel

    @property
    def problem(self) -> Problem:
        """The problem of the last stage, held floors and ceiling rows in it."""
        return self.stages[-1].problem

    @property
    def solution(self) -> Solution:
        return self.stages[-1].solution

    @property
    def notice(self) -> str | None:
        """A remark that every output carries, such as 演示数据."""
        return self.panel.given.notice

    @property
    def route(self) -> str:
        """The route that found the answer."""
        return self.solution.route

    @property
    def unit(self) -> str:
        """The unit of the amounts."""
        return plain(self.budget.pool.unit)

    @property
    def settle_unit(self) -> str:
        """The unit of the settled allocation."""
        return plain(self.budget.settle.unit)

    @property
    def pool(self) -> float:
        """The pot, all pots together, in its unit."""
        return self.built.figures.pool

    @property
    def proves(self) -> bool:
        """Whether multipliers prove it all: one objective in the last stage, no whole decisions."""
        return len(self.stages[-1].aims) == 1 and not self.problem.is_integer

    @cached_property
    def binding(self) -> Binding:
        return Binding(self.problem, self.solution)

    @cached_property
    def names_by_code(self) -> dict[str, str]:
        return dict(zip(self.panel.codes.tolist(), self.panel.names.tolist(), strict=True))

    def variable_name(self, at: int) -> str:
        """The name of a variable's recipient, with the pot where there are several."""
        row = int(self.built.layout.recipient[at])
        name = str(self.panel.names[row])
        pool = self.budget.pool
        if not isinstance(pool, Pots):
            return name
        return f"{name}（{pool.pots[int(self.built.layout.pot[at])].name.zh}）"

    @cached_property
    def by_recipient(self) -> Floats:
        """The exact amount of each recipient, in the unit of the pot."""
        return np.asarray(self.built.layout.sums(self.solution.amounts), dtype=np.float64)

    @cached_property
    def settled(self) -> NDArray[np.int64]:
        """What each recipient is paid, in whole settle units."""
        return np.asarray(self.built.layout.sums(self.whole.units), dtype=np.int64)

    @property
    def amounts(self) -> pd.Series[Any]:
        """The exact amounts by code, in the unit of the pot."""
        import pandas as pd  # noqa: PLC0415 — only where it is needed

        return pd.Series(self.by_recipient, index=self._index(), name="amount")

    @property
    def allocation(self) -> pd.Series[Any]:
        """The settled amounts by code, in whole settle units."""
        import pandas as pd  # noqa: PLC0415 — only where it is needed

        return pd.Series(self.settled, index=self._index(), name="allocation")

    def _index(self) -> Any:
        import pandas as pd  # noqa: PLC0415 — only where it is needed

        return pd.Index(self.panel.codes.tolist(), name="code")

    @cached_property
    def owners(self) -> list[list[int]]:
        """The constraints that hold each recipient; one past the last: what an earlier objective reached."""
        held = self.binding.owners()
        if self.solution.held is not None:
            for at in np.flatnonzero(self.solution.held).tolist():
                held[at].append(len(self.problem.constraints))
        if self.built.layout.plain:
            return held
        found: list[list[int]] = [[] for _ in range(len(self.panel))]
        for at, row in enumerate(self.built.layout.recipient.tolist()):
            found[row] += [owner for owner in held[at] if owner not in found[row]]
        return found

    def binds(self, lang: str) -> list[str]:
        """What holds each recipient, in words; empty where nothing but the pot does."""
        names = [each.name[lang] for each in self.problem.constraints]
        names.append(Text("守住前面目标的结果", "what an earlier objective reached")[lang])
        joined = "；" if lang == "zh" else "; "
        return [joined.join(names[owner] for owner in held) for held in self.owners]

    @property
    def table(self) -> pd.DataFrame:
        """One row a recipient, indexed by code, in the language of `TRANSFER_CALC_LANG`."""
        return self.table_in(choose_language(None))

    def table_in(self, lang: str) -> pd.DataFrame:
        """One row a recipient: name, target, last year, amount, allocation, what binds, the changes.

        Amounts are in the unit of the pot, `allocation` in whole settle units; changes are those of the
        settled allocation, in the unit of the pot. `attrs` names the units, and the notice if there is one.
        """
        import pandas as pd  # noqa: PLC0415 — only where it is needed

        columns: dict[str, Any] = {"name": self.panel.names.tolist()}
        columns |= self.by_pot()
        if self.built.target is not None:
            columns["target"] = self.built.target
        if self.built.last_year is not None:
            columns["last_year"] = self.built.last_year
        columns |= {"amount": self.by_recipient, "allocation": self.settled, "binds": self.binds(lang)}
        columns |= self.changes()
        table = pd.DataFrame(columns, index=self._index())
        table.attrs["units"] = {"amount": self.unit, "allocation": self.settle_unit}
        if self.notice:
            table.attrs["notice"] = self.notice
        return table

    def by_pot(self) -> dict[str, Any]:
        """With several pots: what each recipient is paid from each, in whole settle units."""
        pool, layout = self.budget.pool, self.built.layout
        found: dict[str, Any] = {}
        if isinstance(pool, Pots):
            for number, pot in enumerate(pool.pots):
                amounts = np.zeros(len(self.panel), dtype=np.int64)
                mine = layout.pot == number
                amounts[layout.recipient[mine]] = self.whole.units[mine]
                found[f"allocation_{pot.id}"] = amounts
        return found

    def changes(self) -> dict[str, Floats]:
        """The settled allocation less last year, and less the target, in the unit of the pot."""
        paid = self.settled * float(ratio(self.budget.settle.unit, self.budget.pool.unit))
        found = {}
        if self.built.last_year is not None:
            found["change"] = paid - self.built.last_year
        if self.built.target is not None:
            found["from_target"] = paid - self.built.target
        return found

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The constraints with slack, price and words."""
        return lines(self)

    @property
    def constraints(self) -> pd.DataFrame:
        """One line a constraint, or a group of it: name, cite, kind, slack, price, words."""
        return self.constraints_in(choose_language(None))

    def constraints_in(self, lang: str) -> pd.DataFrame:
        """The same in a given language."""
        import pandas as pd  # noqa: PLC0415 — only where it is needed

        return pd.DataFrame([line.record(lang) for line in self.lines])

    @property
    def winners(self) -> pd.DataFrame:
        """Who gets more than last year (than the target where there is no last year), most first."""
        return self.moved(self.compared[0], up=True)

    @property
    def losers(self) -> pd.DataFrame:
        """Who gets less, most first."""
        return self.moved(self.compared[0], up=False)

    @property
    def compared(self) -> tuple[str, ...]:
        """The columns of changes: `change` against last year, `from_target` against the formula.

        Raises:
            UsageError: If the budget names neither.
        """
        found = tuple(self.changes())
        if not found:
            raise UsageError("the budget names neither last_year nor a target to compare with")
        return found

    def moved(self, column: str, *, up: bool) -> pd.DataFrame:
        """Who gains (or loses) by one of `compared`, most first."""
        table = self.table
        moved = table[table[column] > 0] if up else table[table[column] < 0]
        return moved.sort_values(column, ascending=not up, kind="stable")

    @property
    def certificate(self) -> pd.DataFrame:
        """One line a variable: what pulls, what holds, what is left over; see `certificate_said`."""
        return proofs.certificate(self, choose_language(None))

    @property
    def multipliers(self) -> pd.DataFrame:
        """Free recipients by what holds them, and the multiplier at which they stand."""
        return proofs.summary(self, choose_language(None))

    @property
    def certificate_said(self) -> Text:
        """How the certificate is read."""
        return proofs.said(self)

    @property
    def path(self) -> pd.DataFrame | None:
        """For a phase-in: the amounts of each year on the way, `None` without one."""
        import pandas as pd  # noqa: PLC0415 — only where it is needed

        if self.built.path is None:
            return None
        years = {f"year_{number}": amounts for number, amounts in enumerate(self.built.path, start=1)}
        return pd.DataFrame({"name": self.panel.names.tolist(), **years}, index=self._index())

    @property
    def reached(self) -> tuple[Text, ...]:
        """What each objective reached, in words."""
        return tuple(
            value_said(value, aim.written, self.unit)
            for stage in self.stages
            for aim, value in zip(stage.aims, stage.reached, strict=True)
        )

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters used, with their origins."""
        return self.built.figures.settings.parameters

    @property
    def manifest(self) -> list[Entry]:
        """The run record: what was run on what, with which versions and hashes."""
        return self.manifest_of(None)

    def manifest_of(self, command: str | None) -> list[Entry]:
        """The run record with the command that made it."""
        from transfer_calc.budget.manifest import record  # noqa: PLC0415 — only where it is needed

        return record(self, command)

    @cached_property
    def sha256(self) -> str:
        """A hash of what is paid to whom. Equal runs have equal hashes."""
        digest = hashlib.sha256()
        for label, units in zip(self.problem.labels, self.whole.units.tolist(), strict=True):
            digest.update(f"{label}\t{units}\n".encode())
        return digest.hexdigest()

    def to_excel(self, path: str | Path, *, command: str | None = None) -> None:
        """Write the workbook: amounts, constraints, proof, winners and losers, parameters, data, run record.

        Raises:
            DataError: If the file cannot be written (TC902).
            UsageError: If its name does not end in .xlsx.
        """
        from transfer_calc.workbook.allocation import write_allocation  # noqa: PLC0415 — only where it is needed

        if Path(path).suffix.lower() != ".xlsx":
            raise UsageError(f"a result workbook ends in .xlsx, not {Path(path).suffix or path}")
        write_allocation(self, Path(path), command=command)

    def to_model(self, path: str | Path) -> Path:
        """Write the linear model of the last objective as `.lp` or `.mps`, for other solvers to check.

        Raises:
            UsageError: For another ending, or with least squares, which no linear model has.
        """
        from transfer_calc.allocation.linear import formulate  # noqa: PLC0415 — only where it is needed
        from transfer_calc.allocation.problem import LeastSquares  # noqa: PLC0415
        from transfer_calc.allocation.pulp_route import build, export  # noqa: PLC0415

        stage = self.stages[-1]
        objective = stage.aims[-1].arrays
        if isinstance(objective, LeastSquares):
            raise UsageError("least squares is no linear model; use least_deviation to write one")
        return export(build(stage.problem, formulate(stage.problem, objective)), path)

    def __repr__(self) -> str:
        total = int(self.settled.sum())
        name, count = self.budget.name.en, len(self.panel)
        return f"Allocation({name!r}, {count} units, Σ {total:,} {self.settle_unit}, {self.route})"

    def _repr_html_(self) -> str:
        from transfer_calc.budget.notebook import allocation_html  # noqa: PLC0415 — only where it is needed

        return allocation_html(self)
