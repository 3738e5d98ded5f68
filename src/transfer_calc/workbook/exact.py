"""Numbers that a workbook keeps to the last bit."""

from __future__ import annotations


class _AllDigits(float):
    """A double that is written with as many digits as it needs.

    XlsxWriter writes 16 digits, and one double in a few needs 17: a table that is read back would
    then not be the table that was computed.
    """

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return float.__repr__(self)


def exact(value: float) -> float:
    """The same number, written exactly."""
    return value if float(f"{value:.16G}") == value else _AllDigits(value)
