"""The guard: what is dangerous in a file is refused here, before any parser sees it.

First what kind of file it is, then the directory of the zip: how many parts, under which names, how large
they say they are, where they lie. Only bytes are looked at, and none is unpacked.
"""

from __future__ import annotations

import codecs
import io
import struct
import zipfile
from pathlib import PurePosixPath
from typing import NoReturn

from transfer_calc.files.package import DEFLATED, STORED, Package, Part
from transfer_calc.issues import DataError, Place, issue
from transfer_calc.text import Text

# The limits leave twice the room that the largest honest file needs. 100,000 counties with 40 columns, each
# figure with all its digits, are 52 MB, of which the sheet unpacks to 176 MB (measured).
MAX_BYTES = 100_000_000
MAX_PART = 400_000_000
MAX_TOTAL = 800_000_000
MAX_PARTS = 2_000
# Measured on 100,000 rows: the same figure in 40 columns is packed 14 to 1, the same short text 29 to 1, one
# remark of 760 characters in every row 179 to 1. Zeros are packed 1,029 to 1.
MAX_RATIO = 500
_RATIO_COUNTS_FROM = 1_000_000

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_END = struct.Struct("<4s4H2LH")
_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,
    ValueError,
    OverflowError,
    EOFError,
    IndexError,
    OSError,
    struct.error,
)
_ENCRYPTED = 0x1 | 0x40 | 0x2000


def check_size(size: int, place: Place) -> None:
    """Refuse an empty or a too large file (TC830, TC801)."""
    if size == 0:
        raise DataError([issue("TC830", place)])
    if size > MAX_BYTES:
        raise DataError([issue("TC801", place, size=size // 1_000_000, limit=MAX_BYTES // 1_000_000)])


def looks_like(content: bytes) -> Text | None:
    """What a file is that is neither a workbook nor plain text, as far as its first bytes tell."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"pk\x03\x04"):
        return Text("Excel 工作簿或压缩包", "an Excel workbook or a zip archive")
    if start.startswith(_OLE):
        return Text("旧格式的 Excel 文件（.xls）", "an Excel file of the old format (.xls)")
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<div")):
        return Text("网页", "a web page")
    if start.startswith(b"<?xml"):
        return Text("XML 文件", "an XML file")
    if start.startswith(b"%pdf"):
        return Text("PDF 文件", "a PDF file")
    return None


def refuse_kind(content: bytes, place: Place, suffix: str) -> NoReturn:
    """Say what a file is instead of the workbook that it should be (TC802–TC804)."""
    if content.startswith(_OLE):
        # An encrypted workbook is an old compound file around the new one.
        locked = "EncryptedPackage".encode("utf-16-le") in content
        raise DataError([issue("TC802" if locked else "TC803", place)])
    what = looks_like(content) or _text_or_not(content)
    raise DataError([issue("TC804", place, suffix=suffix, what=what)])


def open_package(content: bytes, place: Place, suffix: str = ".xlsx") -> Package:
    """The parts of a workbook, after everything that can be seen without unpacking was found harmless.

    Raises:
        DataError: If the file is no workbook (TC802–TC805), or its zip is built to do harm (TC806–TC814).
    """
    if not content.startswith(b"PK\x03\x04"):
        refuse_kind(content, place, suffix)
    # Before the directory is read: this counts its entries, whatever it says their number is.
    if content.count(b"PK\x01\x02") > MAX_PARTS:
        raise DataError([issue("TC807", place, limit=MAX_PARTS)])
    members = _directory(content, place)
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise DataError([issue("TC806", place)])
    _check_names(members, place)
    _check_sizes(members, place)
    parts: dict[str, Part] = {}
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        # Parts that share bytes would make much out of little.
        if member.header_offset < end:
            raise DataError([issue("TC812", place, part=member.orig_filename)])
        part = _part(content, member, place)
        end = part.start + part.packed
        parts[part.name.lower()] = part
    return Package(content, parts, place)


def _text_or_not(content: bytes) -> Text:
    for encoding in ("utf-8", "gb18030"):
        try:
            # Step by step, for the cut may fall into a character.
            text = codecs.getincrementaldecoder(encoding)().decode(content[:4096])
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return Text("文本文件，如 CSV", "a text file, such as CSV")
    return Text(
        "未知格式，或被加密软件处理过的文件", "of an unknown format, or locked by an encryption program"
    )


def _directory(content: bytes, place: Place) -> list[zipfile.ZipInfo]:
    def damaged(zh: str, en: str) -> DataError:
        return DataError([issue("TC805", place, detail=Text(zh, en))])

    # Programs that write workbooks put nothing behind the directory; with something there, two readers
    # could find two directories.
    end = content[-_END.size :]
    if len(end) < _END.size or not end.startswith(b"PK\x05\x06") or _END.unpack(end)[-1] != 0:
        raise damaged("文件末尾缺失或多出内容", "its end is missing, or something stands behind it")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members, begins = archive.infolist(), archive.start_dir
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        ValueError,
        OverflowError,
        EOFError,
        OSError,
        struct.error,
    ):
        raise damaged("目录无法读取", "its directory cannot be read") from None
    if any(member.header_offset + _LOCAL_HEADER.size > begins for member in members):
        raise damaged("目录指向文件之外", "its directory points out of the file")
    return members


def _check_names(members: list[zipfile.ZipInfo], place: Place) -> None:
    seen: set[str] = set()
    for member in members:
        # Not `filename`, which was tidied already.
        name = member.orig_filename
        steps = PurePosixPath(name).parts
        if not name or "\\" in name or "\0" in name or ":" in name or name.startswith("/") or ".." in steps:
            raise DataError([issue("TC809", place, part=name[:80])])
        if name.lower() in seen:
            raise DataError([issue("TC808", place, part=name[:80])])
        seen.add(name.lower())


def _check_sizes(members: list[zipfile.ZipInfo], place: Place) -> None:
    total = 0
    for member in members:
        total += member.file_size
        if member.file_size > MAX_PART or total > MAX_TOTAL:
            limit = MAX_PART if member.file_size > MAX_PART else MAX_TOTAL
            raise DataError([issue("TC810", place, part=member.orig_filename, limit=limit // 1_000_000)])
    for member in members:
        if member.file_size > max(_RATIO_COUNTS_FROM, member.compress_size * MAX_RATIO):
            raise DataError([issue("TC811", place, part=member.orig_filename, limit=MAX_RATIO)])
        if member.compress_type not in (STORED, DEFLATED):
            raise DataError([issue("TC814", place, part=member.orig_filename)])


def _part(content: bytes, member: zipfile.ZipInfo, place: Place) -> Part:
    """A member with the place of its bytes, which only its own header tells."""
    header = _LOCAL_HEADER.unpack_from(content, member.header_offset)
    signature, _, flags, method, _, _, _, _, _, name_length, extra_length = header
    begins = member.header_offset + _LOCAL_HEADER.size
    name = content[begins : begins + name_length]
    encoded = member.orig_filename.encode("utf-8" if member.flag_bits & 0x800 else "cp437", "replace")
    if signature != b"PK\x03\x04" or name != encoded or method != member.compress_type or flags & _ENCRYPTED:
        detail = Text("目录与内容不一致", "its directory and its content differ")
        raise DataError([issue("TC805", place, detail=detail)])
    start = begins + name_length + extra_length
    return Part(member.orig_filename, method, start, member.compress_size, member.file_size, member.CRC)
