"""Addresses of cells: the letters of a column."""

from __future__ import annotations

from functools import cache


@cache
def column_letter(position: int) -> str:
    """The letters of a column, 0 for A."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@cache
def column_number(letters: str) -> int:
    """The number of a column, 1 for A."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
