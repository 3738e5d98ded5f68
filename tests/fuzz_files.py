"""Files changed at random: reading one ends in a book or in issues, never in another exception, never in a hang.

    python tests/fuzz_files.py [--number 10000] [--start 0] [--jobs 2]

Every file has a number, and the same number is the same file on every machine with the same versions. Each
process has a limit on its memory and on the time for one file; the number of a file that breaks it is
printed, and `--keep FOLDER --start NUMBER --number 1` writes that file down.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import faulthandler
import io
import random
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from paths import ROOT

from transfer_calc.files import Book, read_book
from transfer_calc.issues import DataError

BATCH = 250
SECONDS = 20
MEMORY = 2 << 30

TEXTS = [
    "", "0", "-1", "1", "2", "99999999999", "1e308", "-1e-320", "nan", "inf", "0x10", "A0", "A1", "XFD1048577",
    "ZZZZ9", "B1048576", "$A$1", "A1:ZZ9", "#REF!", "#SPILL!", "&amp;", "&#0;", "&x;", "<!-- -->", "<![CDATA[5]]>",
    "<!DOCTYPE a>", "<?x ?>", "\u3000", "\ufffe", "甘肃", "t", "s", "e", "str", "inlineStr", "b", "d", "'", '"', "<",
    ">", "</c>", "<c>", "<row>", "</row>", "<v>", "</v>", "<f>", "xml:space", "rId1", "true", "hidden", "utf-16",
]  # fmt: skip
BYTES = [
    b"\0",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b'"',
    b",",
    b"\n",
]
TOKEN = re.compile(r"<[^<>]*>|\"[^\"<>]*\"|[^<>\"]+")


# --- the files to begin with ------------------------------------------------------------------------


def seeds() -> list[tuple[str, bytes]]:
    """Small files of each kind: a result, a template with everything on it, a table, CSV; 演示数据."""
    demo = ROOT / "examples" / "gansu-gap-demo.xlsx"
    table = '代码,名称,数\r\n620102,城关区,"1,5"\r\n620103,七里河区,2\r\n'
    return [
        (".xlsx", demo.read_bytes()),
        (".xlsx", template()),
        (".xlsx", result()),
        (".csv", table.encode("gb18030")),
        (".csv", table.encode("utf-8-sig")),
        (".csv", table.replace(",", "\t").encode("utf-16")),
    ]


def template() -> bytes:
    """A workbook as openpyxl writes it, with notes, lists, merged cells, formulas, errors and hidden things."""
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.worksheet.datavalidation import DataValidation

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "数据"
    sheet.append(["县区财政数据（演示数据）"])
    sheet.merge_cells("A1:D1")
    sheet.append(["代码", "名称", "支出", "收入", "缺口"])
    for row in range(3, 9):
        sheet.append([f"62010{row}", "城关区 & <西>", row * 1.5, None, f"=C{row}-D{row}"])
    sheet["D4"], sheet["D5"], sheet["D6"] = "#DIV/0!", True, "1,234.5"
    sheet["A2"].comment = Comment("第三条", "演示")
    allowed = DataValidation(type="list", formula1='"是,否"')
    allowed.add("D3:D8")
    sheet.add_data_validation(allowed)
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["C"].hidden = True
    other = book.create_sheet("参数")
    other.append(["名称", "数值"])
    other.sheet_state = "hidden"
    book.create_chartsheet("图")
    out = io.BytesIO()
    book.save(out)
    parts = {
        name: re.sub(rb"20\d\d-[^<]*Z", b"2026-01-01T00:00:00Z", part)
        for name, part in unzipped(out.getvalue()).items()
    }
    return zipped(parts)


def result() -> bytes:
    """A workbook as XlsxWriter writes it, with formulas that have values."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    book.set_properties({"created": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)})
    for name in ("结果", "计算"):
        sheet = book.add_worksheet(name)
        bold = book.add_format({"bold": True, "num_format": "#,##0.00"})
        for row in range(12):
            sheet.write_string(row, 0, f"6201{row:02d}")
            sheet.write_number(row, 1, row / 7, bold)
            sheet.write_formula(row, 2, f"=B{row + 1}*参数", bold, row / 14)
            sheet.write_formula(row, 3, f'=A{row + 1}&""', None, f"6201{row:02d}")
            sheet.write_blank(row, 4, None, bold)
    book.close()
    return out.getvalue()


# --- the changes ------------------------------------------------------------------------------------


def mutated(number: int, files: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """The file of a number: how its name ends, and its bytes."""
    chance = random.Random(number)  # noqa: S311 — the same numbers each time are what is wanted
    suffix, content = chance.choice(files)
    if suffix == ".csv" or chance.random() < 0.25:
        for _ in range(chance.choice((1, 1, 2, 8))):
            content = change_bytes(content, chance)
        return suffix, content
    parts = unzipped(content)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        change_parts(parts, chance)
    method = chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))
    return suffix, zipped(parts, method)


def change_bytes(content: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(content) + 1)
    other = chance.randrange(len(content) + 1)
    first, last = min(place, other), max(place, other)
    match chance.randrange(6):
        case 0:
            return content[:place]
        case 1:
            return content[:place] + chance.choice(BYTES) + content[place:]
        case 2:
            return content[:place] + chance.choice(BYTES) + content[place + 1 :]
        case 3:
            return content[:first] + content[last:]
        case 4:
            return content[:last] + content[first:last] * chance.choice((1, 3)) + content[last:]
        case _:
            flipped = bytes([content[place - 1] ^ (1 << chance.randrange(8))]) if place else b""
            return content[: max(place - 1, 0)] + flipped + content[place:]


def change_parts(parts: dict[str, bytes], chance: random.Random) -> None:
    # The sheets and what lists them are changed most: the rest is only looked through.
    names = sorted(parts)
    name = chance.choice([n for n in names if "sheet" in n.lower() or "workbook" in n] or names)
    if chance.random() < 0.2:
        name = chance.choice(names)
    match chance.randrange(10):
        case 0:
            parts[name] = change_bytes(parts[name], chance)
        case 1:
            other = chance.choice(names)
            parts[name], parts[other] = parts[other], parts[name]
        case 2:
            del parts[name]
        case 3:
            parts[chance.choice((f"{name}x", name.upper(), f"../{name}", "xl/vbaProject.bin"))] = parts[name]
        case 4:
            encoding = chance.choice(("utf-16", "utf-16-le", "utf-32", "gb18030", "utf-7"))
            with contextlib.suppress(UnicodeDecodeError):
                parts[name] = parts[name].decode().encode(encoding)
        case _:
            parts[name] = change_tokens(parts[name], chance)


def change_tokens(content: bytes, chance: random.Random) -> bytes:
    """Change a tag, the value of an attribute or a text."""
    tokens = TOKEN.findall(content.decode("utf-8", "replace"))
    if not tokens:
        return content
    place = chance.randrange(len(tokens))
    match chance.randrange(7):
        case 0:
            del tokens[place]
        case 1:
            tokens.insert(place, chance.choice(tokens))
        case 2:
            tokens[place] = chance.choice(tokens)
        case 3:
            text = chance.choice(TEXTS)
            tokens[place] = f'"{text}"' if tokens[place].startswith('"') else text
        case 4:
            tokens.insert(place, chance.choice(TEXTS))
        case 5:  # a piece of the part within itself, as deep as it gets
            end = min(place + chance.randrange(1, 30), len(tokens))
            tokens[place:end] = tokens[place:end] * chance.choice((2, 50, 2_000))
        case _:
            tokens[place] = re.sub(r"\d+", lambda _: chance.choice(TEXTS), tokens[place], count=1)
    return "".join(tokens).encode("utf-8", "surrogatepass")


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip without the time of its making."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


# --- the runs ---------------------------------------------------------------------------------------


def outcome(number: int, files: list[tuple[str, bytes]], folder: Path) -> str:
    """What reading the file of a number ends in: `book`, or the code of its first issue."""
    suffix, content = mutated(number, files)
    path = folder / f"{number}{suffix}"
    path.write_bytes(content)
    try:
        book = read_book(path)
    except DataError as error:
        return error.issues[0].code
    assert isinstance(book, Book)
    return "book"


def run_batch(start: int, number: int, keep: Path | None) -> None:
    """Read files in this process; each prints its number before, so that one that kills it is known."""
    with contextlib.suppress(ImportError):  # there is none on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    files = seeds()
    with tempfile.TemporaryDirectory() as scratch:
        for one in range(start, start + number):
            sys.stdout.write(f"{one} ")
            sys.stdout.flush()
            faulthandler.dump_traceback_later(SECONDS, exit=True)
            sys.stdout.write(f"{outcome(one, files, keep or Path(scratch))}\n")
            faulthandler.cancel_dump_traceback_later()


def run_all(start: int, number: int, jobs: int) -> int:
    """Read files in several processes; gives how many of them broke one."""

    def batch(first: int) -> tuple[str, str | None]:
        size = min(BATCH, start + number - first)
        arguments = [sys.executable, __file__, "--start", str(first), "--number", str(size), "--batch"]
        done = subprocess.run(arguments, capture_output=True, encoding="utf-8", check=False)
        return done.stdout, done.stderr if done.returncode else None

    ends: Counter[str] = Counter()
    broken = 0
    with ThreadPoolExecutor(jobs) as pool:
        for said, fault in pool.map(batch, range(start, start + number, BATCH)):
            ends.update(line.split()[1] for line in said.splitlines() if " " in line.strip())
            if fault is not None:
                broken += 1
                last = said.rstrip().rpartition("\n")[2].split()[0]
                sys.stdout.write(f"file {last} broke its process:\n{fault[-2000:]}\n")
    for end, count in sorted(ends.items()):
        sys.stdout.write(f"{end:8} {count:>7,}\n")
    sys.stdout.write(f"{sum(ends.values()):,} files, {broken} processes broken\n")
    return broken


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--batch", action="store_true", help="in this process, one line a file")
    parser.add_argument("--keep", type=Path, help="where to keep the files")
    given = parser.parse_args()
    if given.batch or given.keep:
        run_batch(given.start, given.number, given.keep)
        return 0
    return min(run_all(given.start, given.number, given.jobs), 1)


if __name__ == "__main__":
    sys.exit(main())
