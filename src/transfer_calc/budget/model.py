"""The form of a budget: a fixed pot, what it aims at, and the constraints it keeps.

Read from YAML (`load_budget`, numbers quoted as in a method file) or made in Python (`Budget(…)`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, PrivateAttr, field_validator, model_validator

from transfer_calc.budget.constraints import AnyConstraint, PhaseIn
from transfer_calc.budget.objectives import (
    AnyObjective,
    Deviation,
    GreatestCoverage,
    LeastCost,
)
from transfer_calc.budget.parts import (
    QUOTED,
    AnyPool,
    AnyTarget,
    Derived,
    Formula,
    Parameter,
    Pool,
    Pots,
    Settle,
)
from transfer_calc.method.form import FormError
from transfer_calc.method.load import digest, read_model
from transfer_calc.method.model import Input, NameOf, Part, Recipients, Words
from transfer_calc.method.yaml_file import YamlFile, read_yaml
from transfer_calc.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from transfer_calc.allocation.problem import Route
    from transfer_calc.budget.answer import Allocation
    from transfer_calc.panel.panel import Panel

_NAMELESS = Words(zh="预算方案", en="Budget")
_ANYBODY = Recipients.model_validate({"zh": "地区", "en": "Unit"})


class Budget(Part):
    """A budget problem as data."""

    title: Words = _NAMELESS
    about: Words | None = None
    recipients: Recipients = _ANYBODY
    inputs: dict[NameOf, Input] = Field(
        default_factory=dict, description="Columns of the table, as in a method."
    )
    parameters: dict[NameOf, Parameter] = Field(default_factory=dict)
    figures: dict[NameOf, Derived] = Field(default_factory=dict)
    pool: AnyPool
    target: AnyTarget | None = None
    last_year: Formula | None = Field(None, description="For the comparison with last year.")
    objective: tuple[AnyObjective, ...] = Field(min_length=1, description="One, or several in order.")
    constraints: tuple[AnyConstraint, ...] = ()
    settle: Settle

    _source: YamlFile | None = PrivateAttr(None)

    @field_validator("objective", mode="before")
    @classmethod
    def _as_list(cls, value: Any) -> Any:
        """One objective may stand alone, and one without settings by its name."""
        listed = list(value) if isinstance(value, (list, tuple)) else [value]
        return [{"kind": each} if isinstance(each, str) else each for each in listed]

    @model_validator(mode="after")
    def _aims_are_possible(self) -> Self:
        several = isinstance(self.pool, Pots)
        deviates = any(isinstance(each, Deviation) for each in self.objective)
        if isinstance(self.pool, Pots):
            if self.target is not None:
                raise FormError(
                    "有几项资金时，target 写在每项资金里", "with several pots each has its own target"
                )
            if deviates and any(pot.target is None for pot in self.pool.pots):
                raise FormError(
                    "接近测算数的目标要有每项资金的 target",
                    "an objective near the target needs that of each pot",
                )
            if self.pool.overlap == "together" and not all(
                isinstance(each, Deviation) for each in self.objective
            ):
                raise FormError(
                    "几项资金可以叠加（together）时，只能用 least_squares 或 least_deviation",
                    "with pots that add up (together) only least_squares and least_deviation are possible",
                )
        elif deviates and self.target is None:
            raise FormError("接近测算数的目标要有 target", "an objective near the target needs target")
        if any(isinstance(each, PhaseIn) for each in self.constraints) and (several or self.target is None):
            raise FormError("phase_in 要有一项资金和 target", "phase_in needs one pot and a target")
        last = self.objective[-1]
        if isinstance(last, GreatestCoverage) and last.up_to is not None:
            raise FormError(
                "up_to 之后要再有一个目标，说明余下的资金怎么分",
                "after up_to another objective must say how the rest is divided",
            )
        if (
            isinstance(self.objective[0], LeastCost)
            and isinstance(self.pool, Pool)
            and self.pool.spend == "exact"
        ):
            raise FormError(
                "花费最少的目标要配 spend: at_most", "least_cost needs a pool with spend: at_most"
            )
        return self

    @model_validator(mode="after")
    def _pots_are_known(self) -> Self:
        known = [pot.id for pot in self.pool.pots] if isinstance(self.pool, Pots) else []
        for each in self.constraints:
            pot = getattr(each, "pot", None)
            if pot is not None and pot not in known:
                raise FormError(f"没有「{pot}」这项资金", f"there is no pot “{pot}”")
        return self

    @property
    def name(self) -> Text:
        """The title in both languages."""
        return Text(self.title.zh, self.title.en)

    @property
    def source(self) -> YamlFile:
        """The file it was read from, for the lines of messages; nameless where it was made in Python."""
        return self._source or YamlFile(Path("Budget"), {}, {})

    @property
    def sha256(self) -> str | None:
        """SHA-256 of the file it was read from."""
        return None if self._source is None else digest(self._source.path)

    def read_panel(self, path: str | Path) -> Panel:
        """Read the table this budget needs: its own inputs, and those of the method behind its target.

        Raises:
            DataError: If the file cannot be read at all.
            MethodError: If a formula of the budget, or the method of its target, is at fault.
        """
        from transfer_calc.budget.prepare import prepare  # noqa: PLC0415 — only where it is needed
        from transfer_calc.panel.panel import read_panel  # noqa: PLC0415 — only where it is needed

        return read_panel(path, prepare(self).reading)

    def solve(
        self,
        panel: Panel | pd.DataFrame | str | Path,
        *,
        pool: Any = None,
        parameters: Mapping[str, Any] | None = None,
        route: Route | None = None,
        extend: Callable[..., None] | None = None,
    ) -> Allocation:
        """Divide the pot.

        Args:
            panel: From `read_panel`, a DataFrame with the columns of `inputs`, or the path of a table.
            pool: The pot in its unit; overrides the workbook's and the budget's.
            parameters: Values of parameters by name; override the workbook's and the budget's.
            route: `closed_form`, `highs` or `pulp`; chosen by the shape of the problem without.
            extend: Receives the PuLP model and its variables, to add constraints of one's own.

        Returns:
            The allocation with its proof.

        Raises:
            AllocationError: With what conflicts, by name and amount, where no allocation keeps everything.
            CalculationError: With every problem of the table and the formulas.
            MethodError: If a formula of the budget, or the method of its target, is at fault.
        """
        from transfer_calc.budget.budget import solve_budget  # noqa: PLC0415 — only where it is needed

        return solve_budget(self, panel, pool=pool, parameters=parameters or {}, route=route, extend=extend)


class _Quoted:
    """The form as a file must have it: numbers in quotes."""

    @staticmethod
    def model_validate(data: Any) -> Budget:
        return Budget.model_validate(data, context=QUOTED)


def load_budget(path: str | Path) -> Budget:
    """Load a budget from YAML.

    Raises:
        MethodError: With every problem of its form, by file and line (TC550).
    """
    source = read_yaml(Path(path))
    budget: Budget = read_model(source, _Quoted, "TC550")
    budget._source = source  # noqa: SLF001 — its own module
    return budget
