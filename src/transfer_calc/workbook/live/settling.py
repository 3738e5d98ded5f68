"""Settlement as formulas: whole units by largest remainder inside the bounds, to the last unit of the pot.

It is the way of `allocation.settlement`, written out: the amount to six decimals of the unit, cut down to a
whole number inside floor and cap; the units left over go one each to the largest remainders, equal ones by
code. Where that is not how the run settled (bounds that need more than a unit from one county, rows of a
budget that need a search), the column holds what the run paid, and a check says when it is stale.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.allocation.settlement import DECIMALS
from transfer_calc.language.excel_addresses import Reference
from transfer_calc.rounding import round_half_up
from transfer_calc.workbook.live.columns import ColumnSheet
from transfer_calc.workbook.live.desk import Desk

SETTLEMENT = "结算"
WRITTEN = "写出时的分配数"

LOOSE = {"尾数": 1e-3, "排队数": 1e3, "名次": 2.0}
"""How far apart two programs may be in what hangs on the last digits of a large amount; a rank per unit."""

_MILLION = 1_000_000
_HUGE = 9e15

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Amounts:
    """What is settled.

    Attributes:
        place: The exact amounts in the workbook, in their own unit.
        exact: The same in the settle unit.
        scale: How many settle units one unit of the amounts is.
        unit: The settle unit.
        total_text: A formula of what the settled amounts add up to.
        total: What that gives.
        allocation: What the run paid.
        floor: Least amounts in the workbook, `None` without.
        cap: Greatest amounts likewise.
        lows: The least amounts in the settle unit, −inf where there is none; `None` without bounds.
        highs: The greatest likewise.
    """

    place: Reference
    exact: Floats
    scale: Fraction
    unit: str
    total_text: str
    total: int
    allocation: NDArray[np.int64]
    floor: Reference | None = None
    cap: Reference | None = None
    lows: Floats | None = None
    highs: Floats | None = None


@dataclass(frozen=True)
class Settled:
    """The settlement as it stands in the workbook.

    Attributes:
        allocation: What is paid, in whole units.
        least: Least whole amounts, `None` without.
        most: Greatest whole amounts, `None` without.
        total: The named cell of what they add up to.
        short: A formula that is 0 while the settlement is good: of units that could not be handed out, or of
            amounts that are no longer those that were settled.
        live: Whether it is computed anew when anything changes.
        written: What was paid when the workbook was written, for comparison.
    """

    allocation: Reference
    least: Reference | None
    most: Reference | None
    total: str
    short: str
    live: bool
    written: Reference


def scaled(desk: Desk, cell: str, factor: Fraction) -> str:
    """A cell times an exact factor between units."""
    text = cell
    text += f"*{desk.factor(factor.numerator)}" if factor.numerator != 1 else ""
    return text + (f"/{desk.factor(factor.denominator)}" if factor.denominator != 1 else "")


def write_settlement(desk: Desk, amounts: Amounts) -> Settled:
    """The sheet 结算."""
    return _Settlement(desk, amounts).write()


def _too_close(exact: Floats, owed: Floats, units: int) -> bool:
    """Whether the last unit goes to one of two remainders that another program may put the other way round.

    Equal remainders are decided by code, in every program alike.
    """
    if not 0 < units < owed.size:
        return False
    ordered = np.sort(owed)[::-1]
    apart = ordered[units - 1] - ordered[units]
    return bool(0 < apart <= 32 * np.finfo(float).eps * np.abs(exact).max(initial=0.0))


class _Settlement:
    def __init__(self, desk: Desk, amounts: Amounts) -> None:
        self.desk = desk
        self.amounts = amounts
        self.positions: dict[str, int] = {}
        self.sheet = ColumnSheet(desk.writer, SETTLEMENT, f"{desk.title}：结算为整数", desk.rows)

    def column(
        self, title: str, text: str, values: Any, *, unit: bool = True, style: Any = None
    ) -> Reference:
        heading = f"{title}（{self.amounts.unit}）" if unit else title
        column = self.positions[title] = self.sheet.place(heading)
        self.sheet.formulas(column, text, values, style or self.desk.writer.styles.whole)
        return self.sheet.reference(column)

    def kept(self, title: str, values: Any, style: Any) -> Reference:
        """A column of what was written down at the run."""
        column = self.positions[title] = self.sheet.place(f"{title}（{self.amounts.unit}）")
        self.sheet.values(column, values, style)
        return self.sheet.reference(column)

    def rounded(self, cell: str) -> str:
        """An amount in the settle unit, to the decimals that settlement looks at."""
        return f"ROUND({scaled(self.desk, cell, self.amounts.scale)},{DECIMALS})"

    def write(self) -> Settled:
        desk, sheet, amounts, styles = self.desk, self.sheet, self.amounts, self.desk.writer.styles
        panel = desk.result.panel
        sheet.values(sheet.place("代码", width=11), panel.codes, styles.text)
        sheet.values(sheet.place(desk.recipients, width=24), panel.names, styles.text)
        exact = round_half_up(amounts.exact, DECIMALS)
        before = self.column("结算前", self.rounded(amounts.place.cell), exact, style=styles.millionths)
        total = self.single(f"应分配合计（{amounts.unit}）", amounts.total_text, amounts.total)
        least, most, lows, highs = self.bounds()
        base = np.floor(exact)
        if lows is not None and highs is not None:
            base = np.minimum(np.maximum(base, lows), highs)
        rest = amounts.total - int(base.sum())
        sign = int(np.sign(rest))
        room = np.ones(base.size)
        if lows is not None and highs is not None:
            room = ((base + sign >= lows) & (base + sign <= highs)).astype(float)
        owed = sign * (exact - base)
        keys = np.rint(owed * _MILLION) * desk.rows - (desk.world.order + 1.0)
        keys = keys - (1 - room) * 2 * _MILLION * desk.rows
        places = np.empty(desk.rows)
        places[np.argsort(-keys, kind="stable")] = np.arange(1.0, desk.rows + 1)
        handed = base + sign * room * (places <= abs(rest))
        live = bool((handed == amounts.allocation).all()) and not _too_close(exact, owed[room > 0], abs(rest))
        if live:
            allocation, short = self.live(before, total, least, most, base, rest, owed, room, keys, places)
        else:
            allocation = self.kept("分配数", amounts.allocation, styles.paid)
            then = self.kept("写出时的结算前", exact, styles.millionths)
            short = f"SUMPRODUCT(--(ROUND({before.column}-{then.column},{DECIMALS})<>0))"
        written = self.kept(WRITTEN, amounts.allocation, styles.whole)
        sums = [(self.positions["结算前"], float(exact.sum()), styles.sum_number)]
        if live:
            sums.append((self.positions["取整"], float(base.sum()), styles.sum_whole))
        sums.append((self.positions["分配数"], amounts.total, styles.sum_whole))
        sheet.sums(sums, sheet.next)
        return Settled(allocation, least, most, total, short, live, written)

    def live(
        self, before: Reference, total: str, least: Reference | None, most: Reference | None, base: Floats,
        rest: int, owed: Floats, room: Floats, keys: Floats, places: Floats,
    ) -> tuple[Reference, str]:  # fmt: skip
        """Largest remainder, step by step."""
        desk, styles = self.desk, self.desk.writer.styles
        text = f"INT({before.cell})"
        text = text if least is None else f"MAX({text},{least.cell})"
        text = text if most is None else f"MIN({text},{most.cell})"
        whole = self.column("取整", text, base)
        left = self.single("待分尾数", f"{total}-SUM({whole.column})", rest)
        direction = self.single("尾数的方向", f"SIGN({left})", int(np.sign(rest)))
        text = f"ROUND({direction}*({before.cell}-{whole.cell}),{DECIMALS})"
        behind = self.column("尾数", text, np.round(owed, DECIMALS), style=styles.millionths)
        free = None
        tests = [] if least is None else [f"{whole.cell}+{direction}>={least.cell}"]
        tests += [] if most is None else [f"{whole.cell}+{direction}<={most.cell}"]
        if tests:
            free = self.column("可加减", f"IF(AND({','.join(tests)}),1,0)", room, unit=False)
        million = desk.constant("尾数精度", _MILLION, "尾数看到百万分之一。", "尾数精度")
        position = self.sheet.place("代码次序", width=10)
        self.sheet.values(position, desk.world.order + 1, styles.whole)
        by_code = self.sheet.reference(position)
        key = f"ROUND({behind.cell}*{million},0)*ROWS({by_code.column})-{by_code.cell}"
        if free is not None:
            # Whoever has no room comes last: behind by more than any remainder.
            last = desk.constant("没有余地的排位", 2 * _MILLION, "比任何尾数都大，排在最后。", "排在最后")
            key += f"-(1-{free.cell})*{last}*ROWS({by_code.column})"
        queue = self.column("排队数", key, keys, unit=False, style=styles.plain)
        place = self.column("名次", f"RANK({queue.cell},{queue.column},0)", places, unit=False)
        text = f"{whole.cell}+{direction}*({place.cell}<=ABS({left}))"
        text += "" if free is None else f"*{free.cell}"
        allocation = self.column("分配数", text, self.amounts.allocation, style=styles.paid)
        able = f"ROWS({behind.column})" if free is None else f"SUM({free.column})"
        return allocation, f"MAX(ABS({left})-{able},0)"

    def single(self, what: str, text: str, value: float) -> str:
        singles = self.desk.singles
        line = singles.spare()
        style = self.desk.writer.styles.plain
        singles.write(line, what, text, value, style, note="结算用，见 结算 表。")
        return singles.reference(line, what).cell

    def bounds(self) -> tuple[Reference | None, Reference | None, Floats | None, Floats | None]:
        """Whole floors and caps; where none lies between the two, the whole numbers around them."""
        amounts, style = self.amounts, self.desk.writer.styles.millionths
        if amounts.lows is None or amounts.highs is None:
            return None, None, None, None
        low, high = round_half_up(amounts.lows, DECIMALS), round_half_up(amounts.highs, DECIMALS)
        floor = cap = None
        if amounts.floor is not None:
            floor = self.column("下限", self.rounded(amounts.floor.cell), low, style=style)
        if amounts.cap is not None:
            high = np.minimum(high, _HUGE)
            note = "比任何金额都大的整数。"
            huge = self.desk.constant("没有上限时的上限（整数）", _HUGE, note, "整数上限")
            cap = self.column("上限", f"MIN({self.rounded(amounts.cap.cell)},{huge})", high, style=style)
        none_between = np.ceil(low) > np.floor(high)
        lows = np.where(none_between, np.floor(low), np.ceil(low))
        highs = np.where(none_between, np.ceil(high), np.floor(high))
        if floor is None or cap is None:
            least = None if floor is None else self.column("最少", f"-INT(-{floor.cell})", lows)
            most = None if cap is None else self.column("最多", f"INT({cap.cell})", highs)
            return least, most, lows, highs
        crossed = f"-INT(-{floor.cell})>INT({cap.cell})"
        least = self.column("最少", f"IF({crossed},INT({floor.cell}),-INT(-{floor.cell}))", lows)
        most = self.column("最多", f"IF({crossed},-INT(-{cap.cell}),INT({cap.cell}))", highs)
        return least, most, lows, highs
