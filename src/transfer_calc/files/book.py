"""Files as plain sheets of cells: a workbook (`.xlsx`), or a CSV file."""

from __future__ import annotations

import hashlib
from pathlib import Path

from transfer_calc.files.csv_file import is_unicode_text, read_rows
from transfer_calc.files.guard import MAX_BYTES, check_size, refuse_kind
from transfer_calc.files.sheet import Book, Sheet
from transfer_calc.issues import DataError, Place, issue
from transfer_calc.text import Text

__all__ = ["Book", "Sheet", "read_book"]


def read_book(path: Path) -> Book:
    """Read a workbook or a CSV file.

    The file is read at once and closed: what is checked is what is read, and whoever has it open in Excel
    may save it meanwhile.

    Raises:
        DataError: If there is no such file, or it is neither (TC212); if it is dangerous, damaged, too large
            or not read with certainty (TC801–TC834).
    """
    place = Place(file=path.name)
    content = _content(path, place)
    sha256 = hashlib.sha256(content).hexdigest()
    suffix = path.suffix.lower()
    if suffix == ".csv" or (suffix == ".txt" and is_unicode_text(content)):
        return Book(path, sha256, (Sheet("", read_rows(content, place, suffix)),))
    if suffix == ".xlsx":
        from transfer_calc.files.xlsx import read_sheets  # noqa: PLC0415 — only where a workbook is read

        try:
            return Book(path, sha256, read_sheets(content, place))
        except MemoryError:
            detail = Text("内存不足", "there is not enough memory")
            raise DataError([issue("TC831", place, detail=detail)]) from None
    if suffix == ".xlsm":
        raise DataError([issue("TC819", place)])
    if suffix in (".xls", ".et"):
        refuse_kind(content, place, suffix)
    raise _unreadable(
        place, f"不支持 {suffix or '没有扩展名的'} 文件", f"{suffix or 'no suffix'} is not supported"
    )


def _content(path: Path, place: Place) -> bytes:
    if path.name.startswith("~$"):
        raise DataError([issue("TC827", place)])
    try:
        if path.is_dir():
            raise DataError([issue("TC832", place)])
        if path.exists() and not path.is_file():
            raise _unreadable(place, "不是普通文件", "it is no regular file")
        check_size(path.stat().st_size, place)
        # One byte more than allowed is enough to see that it has grown meanwhile.
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except PermissionError:
        raise _unreadable(
            place, "没有读取权限，或正被 Excel、WPS 占用", "no permission, or Excel or WPS has it open"
        ) from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise _unreadable(place, said, said) from None
    check_size(len(content), place)
    return content


def _unreadable(place: Place, zh: str, en: str) -> DataError:
    return DataError([issue("TC212", place, detail=Text(zh, en))])
