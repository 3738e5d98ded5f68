"""CSV: UTF-8, GB18030, and the UTF-16 that Excel calls Unicode text."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Any

from transfer_calc.files.guard import looks_like
from transfer_calc.files.tally import Tally
from transfer_calc.issues import DataError, Place, issue
from transfer_calc.text import Text

MAX_LINE = 1_000_000
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def is_unicode_text(content: bytes) -> bool:
    """Whether a file begins as UTF-16 does."""
    return content.startswith(_UTF_16)


def read_rows(content: bytes, place: Place, suffix: str = ".csv") -> list[list[Any]]:
    """The rows of a CSV file, all cells as text.

    Raises:
        DataError: If it is no text (TC804, TC828), in no encoding that is certain (TC212), too large
            (TC822–TC824, TC829), or not well formed (TC212).
    """
    what = looks_like(content)
    if what is not None:
        raise DataError([issue("TC804", place, suffix=suffix, what=what)])
    text = _text(content, place)
    if "\0" in text:
        raise DataError([issue("TC828", place)])
    # Excel puts tabs between the columns of its Unicode text.
    first = next((line for line in _lines(text, place) if line.strip()), "")
    separator = "\t" if is_unicode_text(content) and "\t" in first else ","
    tally = Tally(place)
    rows: list[list[Any]] = []
    try:
        for row in csv.reader(_lines(text, place), delimiter=separator, strict=True):
            rows.append(row)
            if row:
                tally.reach(len(rows), len(row))
    except csv.Error as error:
        if "field limit" in str(error):
            raise _too_long(place, len(rows) + 1) from None
        raise DataError([issue("TC212", place, detail=str(error))]) from None
    return rows


def _text(content: bytes, place: Place) -> str:
    encodings = ("utf-16",) if is_unicode_text(content) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    detail = Text("既不是 UTF-8 也不是 GB18030", "neither UTF-8 nor GB18030")
    raise DataError([issue("TC212", place, detail=detail)])


def _lines(text: str, place: Place) -> Iterator[str]:
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if len(line) > MAX_LINE:
            raise _too_long(place, number)
        yield line


def _too_long(place: Place, line: int) -> DataError:
    return DataError([issue("TC829", Place(file=place.file, line=line))])
