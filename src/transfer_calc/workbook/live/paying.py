"""What a method pays, as the settlement takes it."""

from __future__ import annotations

from collections.abc import Sequence

from transfer_calc.method.model import POOL
from transfer_calc.units import plain, ratio
from transfer_calc.workbook.live.desk import Desk
from transfer_calc.workbook.live.settling import Amounts, Settled, scaled, write_settlement
from transfer_calc.workbook.live.solving import Solved


def settle_payment(desk: Desk, solved: Sequence[Solved]) -> Settled | None:
    """Settle the paid step of a method; `None` where nothing is settled."""
    payment, pays = desk.result.payment, desk.method.file.pays
    if payment is None or pays is None:
        return None
    division = next((each for each in solved if each.step == pays.amount), None)
    bounded = division is not None and (division.floor is not None or division.cap is not None)
    total = "0"
    if pays.pool is not None:
        total = scaled(desk, desk.figures[POOL].cell, ratio(pays.pool.unit, pays.settle.unit))
    amounts = Amounts(
        desk.figures[pays.amount],
        payment.exact,
        ratio(desk.method.file.steps[pays.amount].unit, pays.settle.unit),
        plain(pays.settle.unit),
        total,
        payment.total,
        payment.allocation,
        None if division is None else division.floor,
        None if division is None else division.cap,
        payment.floor if bounded else None,
        payment.cap if bounded else None,
    )
    return write_settlement(desk, amounts)
