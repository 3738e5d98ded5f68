"""Supporters matched to counties (对口支援): existing pairs are kept where that costs less than it is worth.

    minimise   Σ cost[s, c] · y[s, c]  +  price · Σ over existing pairs (1 − y[s, c])
    subject to least ≤ Σ_s y[s, c] ≤ most          for each county c
               Σ_c y[s, c] ≤ capacity[s]           for each supporter s
               y[s, c] ∈ {0, 1}, and 0 where the table gives no cost

Rows are sums over counties and over supporters, so the matrix is totally unimodular: the linear program has
whole answers (Hoffman and Kruskal 1956), and its value proves the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from transfer_calc.budget.matching_table import Table, read_table
from transfer_calc.budget.parts import QUOTED, NotNegative
from transfer_calc.issues import AllocationError, Collector, Issue, Place, UsageError, issue
from transfer_calc.method.form import FormError
from transfer_calc.method.load import read_model
from transfer_calc.method.model import Part, Words
from transfer_calc.method.yaml_file import read_yaml
from transfer_calc.text import Text, choose_language

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
MOST_NAMED = 20


class Supporter(Part):
    """Who supports: its column in the table holds the cost of each county, blank where it cannot be."""

    name: Words
    column: str | None = Field(None, description="Heading of its costs; by default its Chinese name.")
    capacity: int = Field(ge=0, description="How many counties it can take.")

    @property
    def heading(self) -> str:
        return self.column or self.name.zh


class Matching(Part):
    """Supporters for counties, as data."""

    title: Words = Words(zh="对口支援", en="Matching of supporters")
    supporters: tuple[Supporter, ...] = Field(min_length=1)
    existing: str | None = Field(None, description="Column with the present supporters, several with 、.")
    keep_price: NotNegative = Field(
        description="What breaking an existing pair costs, in the unit of the costs."
    )
    least: int = Field(1, ge=0, description="Fewest supporters of a county.")
    most: int = Field(1, ge=1, description="Most supporters of a county.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.least > self.most:
            raise FormError("least 不能大于 most", "least may not exceed most")
        if len({one.name.zh for one in self.supporters}) < len(self.supporters):
            raise FormError("两个支援方同名", "two supporters have the same name")
        return self

    def solve(self, table: pd.DataFrame | str | Path) -> Pairing:
        """Match.

        Args:
            table: One row a county: code, name, the existing supporters, and a column of costs a supporter.

        Raises:
            AllocationError: If there is no matching; the counties without one are named.
            DataError: With every bad cell.
        """
        headings = [(one.heading, one.name.zh, one.name.en) for one in self.supporters]
        return _match(self, read_table(table, headings, self.existing))


def load_matching(path: str | Path) -> Matching:
    """Load a matching from YAML.

    Raises:
        MethodError: With every problem of its form, by file and line (TC550).
    """
    found: Matching = read_model(read_yaml(Path(path)), _Quoted, "TC550")
    return found


class _Quoted:
    @staticmethod
    def model_validate(data: Any) -> Matching:
        return Matching.model_validate(data, context=QUOTED)


@dataclass(frozen=True)
class Pairing:
    """A matching that was found.

    Attributes:
        matching: What was asked.
        codes: County codes.
        names: County names.
        chosen: Who supports whom, shape (counties, supporters).
        existing: The pairs there were.
        cost: The costs, nan where a pair cannot be.
        notice: A remark that every output carries, such as 演示数据.
        value: Costs and prices of broken pairs together.
        bound: No matching has a lower value than this.
    """

    matching: Matching
    codes: tuple[str, ...]
    names: tuple[str, ...]
    chosen: NDArray[np.bool_]
    existing: NDArray[np.bool_]
    cost: Floats
    notice: str | None
    value: float
    bound: float

    @property
    def kept(self) -> int:
        """How many existing pairs are kept."""
        return int((self.chosen & self.existing).sum())

    @property
    def broken(self) -> int:
        return int((self.existing & ~self.chosen).sum())

    @property
    def table(self) -> pd.DataFrame:
        """One row a pair, kept, new or broken: county, supporter, cost."""
        return self.table_in(choose_language(None))

    def table_in(self, lang: str) -> pd.DataFrame:
        """The same in a given language."""
        import pandas as pd  # noqa: PLC0415 — only where it is needed

        words = {
            "kept": Text("保留", "kept"), "new": Text("新增", "new"), "broken": Text("解除", "broken"),
        }  # fmt: skip
        rows = []
        for county, supporter in np.argwhere(self.chosen | self.existing).tolist():
            state = "kept" if self.existing[county, supporter] else "new"
            state = state if self.chosen[county, supporter] else "broken"
            title = self.matching.supporters[supporter].name
            rows.append(
                {
                    "code": self.codes[county],
                    "name": self.names[county],
                    "supporter": title.zh if lang == "zh" else title.en,
                    "state": words[state][lang],
                    "cost": float(self.cost[county, supporter]),
                }
            )
        return pd.DataFrame(rows, columns=["code", "name", "supporter", "state", "cost"])

    @property
    def supporters(self) -> pd.DataFrame:
        """One row a supporter: capacity, how many counties it has, which."""
        return self.supporters_in(choose_language(None))

    def supporters_in(self, lang: str) -> pd.DataFrame:
        """The same in a given language."""
        import pandas as pd  # noqa: PLC0415 — only where it is needed

        rows = []
        for number, one in enumerate(self.matching.supporters):
            has = [self.names[county] for county in np.flatnonzero(self.chosen[:, number]).tolist()]
            title = one.name.zh if lang == "zh" else one.name.en
            rows.append(
                {"supporter": title, "capacity": one.capacity, "has": len(has), "counties": "、".join(has)}
            )
        return pd.DataFrame(rows)

    @property
    def words(self) -> Text:
        """The outcome in a sentence."""
        had, new = int(self.existing.sum()), int((self.chosen & ~self.existing).sum())
        spent = float(self.cost[self.chosen].sum())
        price = float(self.matching.keep_price)
        return Text(
            f"原有 {had} 对保留 {self.kept} 对、解除 {self.broken} 对，新增 {new} 对；费用 {spent:,.10g}，"
            f"解除代价 {price * self.broken:,.10g}",
            f"of {had} pairs {self.kept} are kept and {self.broken} broken, {new} are new; the costs are "
            f"{spent:,.10g}, the price of broken pairs {price * self.broken:,.10g}",
        )

    def to_excel(self, path: str | Path, *, command: str | None = None) -> None:
        """Write the workbook: pairs, supporters, run record.

        Raises:
            DataError: If the file cannot be written (TC902).
            UsageError: If its name does not end in .xlsx.
        """
        from transfer_calc.workbook.allocation import write_pairing  # noqa: PLC0415 — only where it is needed

        if Path(path).suffix.lower() != ".xlsx":
            raise UsageError(f"a result workbook ends in .xlsx, not {Path(path).suffix or path}")
        write_pairing(self, Path(path), command=command)

    def __repr__(self) -> str:
        counties, supporters = self.chosen.shape
        return f"Pairing({counties} counties, {supporters} supporters, {self.words.en})"


def _match(matching: Matching, table: Table) -> Pairing:
    from scipy.sparse import csr_array  # noqa: PLC0415 — only where it is needed

    from transfer_calc.allocation.feasibility import Model, least_cost  # noqa: PLC0415 — only where it is needed

    counties, supporters = table.cost.shape
    _check(matching, table)
    pair_county, pair_supporter = np.nonzero(np.isfinite(table.cost))
    count = pair_county.size
    at = np.arange(count)
    rows = np.concatenate([pair_county, counties + pair_supporter])
    matrix = csr_array(
        (np.ones(2 * count), (rows, np.concatenate([at, at]))), shape=(counties + supporters, count)
    )
    price = float(matching.keep_price)
    cost = table.cost[pair_county, pair_supporter] - price * table.existing[pair_county, pair_supporter]
    scale = float(np.abs(cost).max(initial=0.0)) or 1.0
    capacity = np.asarray([one.capacity for one in matching.supporters], dtype=np.float64)
    model = Model(
        matrix,
        np.concatenate([np.full(counties, float(matching.least)), np.zeros(supporters)]),
        np.concatenate([np.full(counties, float(matching.most)), capacity]),
        np.zeros(count),
        np.ones(count),
        cost / scale,
    )
    found = least_cost(model).values  # noqa: PD011 — no DataFrame
    if found is None:
        raise AllocationError(_unserved(matching, table, model))
    # A vertex of the linear program is whole; where a solver stops beside one, whole numbers are asked for.
    bound = float(cost @ found)
    if np.abs(found - np.rint(found)).max(initial=0.0) > 1e-6:
        whole = least_cost(replace(model, whole=np.ones(count, dtype=np.bool_))).values  # noqa: PD011 — no DataFrame
        if whole is None:
            raise AllocationError(_unserved(matching, table, model))
        found = whole
    chosen = np.zeros(table.cost.shape, dtype=bool)
    chosen[pair_county, pair_supporter] = np.rint(found) == 1
    _kept_to(matching, chosen)
    lost = price * float(table.existing.sum())
    value = float(np.nansum(table.cost[chosen])) + price * float((table.existing & ~chosen).sum())
    return Pairing(
        matching,
        table.codes,
        table.names,
        chosen,
        table.existing,
        table.cost,
        table.notice,
        value,
        bound + lost,
    )


def _kept_to(matching: Matching, chosen: NDArray[np.bool_]) -> None:
    """The answer is counted again: no status of a solver is trusted."""
    by_county, by_supporter = chosen.sum(axis=1), chosen.sum(axis=0)
    capacity = np.asarray([one.capacity for one in matching.supporters])
    if (
        (by_county < matching.least).any()
        or (by_county > matching.most).any()
        or (by_supporter > capacity).any()
    ):
        raise AllocationError([issue("TC563", counties="—")])


def _check(matching: Matching, table: Table) -> None:
    """What can be seen without solving: counties without a supporter, too little capacity."""
    problems = Collector()
    possible = np.isfinite(table.cost).sum(axis=1)
    few = np.flatnonzero(possible < matching.least)
    for county in few[:MOST_NAMED].tolist():
        place = Place(code=table.codes[county], unit_name=table.names[county])
        problems.add("TC560", place, possible=int(possible[county]), wanted=matching.least)
    if few.size > MOST_NAMED:
        problems.add("TC407", count=few.size - MOST_NAMED)
    capacity, wanted = sum(one.capacity for one in matching.supporters), matching.least * len(table.codes)
    if capacity < wanted:
        problems.add("TC561", capacity=capacity, wanted=wanted)
    if problems.errors:
        raise AllocationError(problems.issues)


def _unserved(matching: Matching, table: Table, model: Any) -> list[Issue]:
    """Name the counties that stay without a supporter when as many as possible have theirs."""
    from scipy.sparse import csr_array, hstack  # noqa: PLC0415 — only where it is needed

    from transfer_calc.allocation.feasibility import Model, least_cost  # noqa: PLC0415 — only where it is needed

    counties, supporters = table.cost.shape
    short = csr_array(
        (np.ones(counties), (np.arange(counties), np.arange(counties))),
        shape=(counties + supporters, counties),
    )
    pairs = model.cost.size
    elastic = Model(
        csr_array(hstack([model.matrix, short], format="csr")), model.row_lower, model.row_upper,
        np.zeros(pairs + counties),
        np.concatenate([np.ones(pairs), np.full(counties, float(matching.least))]),
        np.concatenate([np.zeros(pairs), np.ones(counties)]),
    )  # fmt: skip
    found = least_cost(elastic).values  # noqa: PD011 — no DataFrame
    left = np.flatnonzero(found[pairs:] > 0.5) if found is not None else np.empty(0, dtype=np.intp)
    names = [f"{table.codes[county]} {table.names[county]}" for county in left[:MOST_NAMED].tolist()]
    return [issue("TC563", counties="、".join(names) or "—")]
