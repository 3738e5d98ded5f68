"""Make the pictures of the sheets that the pages show: workbooks by the commands, pages by LibreOffice.

python docs/make_pictures.py           make them all
python docs/make_pictures.py marked    make those whose names begin so

Needs LibreOffice (soffice), poppler (pdftotext, pdftoppm), ImageMagick (convert) and Noto Sans CJK. Every figure
is of the demo workbook, made up by a program (演示数据).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs/pictures"
DEMO = ROOT / "examples/gansu-gap-demo.xlsx"
METHOD = "cn/model/equalization-gap"
NOTICE = "演示数据：财政数字均由程序随机生成，不是任何地区的真实数据"

_WIDTH, _MARGIN, _DPI, _COLOURS = 1400, 24, 220, 96
_FIRST, _FIGURES = 4, (4, 5, 6)
"""The first unit of the template, and the columns of money; those of the demo workbook are the same."""

_WRITTEN = "1767605400"
"""The moment that every run record tells, so that a picture only changes where its sheet does."""

_FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
 <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
 <match target="pattern">
  <test name="family"><string>等线</string></test>
  <edit name="family" mode="assign" binding="strong"><string>Noto Sans CJK SC</string></edit>
 </match>
</fontconfig>
"""
"""等线 comes with Excel; elsewhere another font takes its place."""


@dataclass(frozen=True)
class Picture:
    """A picture of a sheet.

    Attributes:
        name: Its file, without `.png`.
        book: The workbook, by its file name.
        title: What the sheet's page begins with.
        until: The code of the last unit that is shown; empty for the whole page.
        again: The code from which on the last page of the sheet is put below; empty for none.
    """

    name: str
    book: str
    title: str
    until: str = ""
    again: str = ""


_TITLE = "省对市县均衡性转移支付（缺口法，收支已测算）"
ALL = (
    Picture("template-notes", "模板.xlsx", _TITLE),
    Picture("template-data", "gansu.xlsx", f"{_TITLE}：数据", "620423"),
    Picture("template-parameters", "gansu.xlsx", f"{_TITLE}：参数"),
    Picture("marked", "gansu-标注.xlsx", f"{_TITLE}：数据", "620423"),
    Picture("result-notes", "gansu-结果.xlsx", _TITLE),
    Picture("result", "gansu-结果.xlsx", f"{_TITLE}：分配结果", "620525", "623021"),
    Picture("result-data", "gansu-结果.xlsx", f"{_TITLE}：输入数据", "620423"),
    Picture("result-parameters", "gansu-结果.xlsx", f"{_TITLE}：参数"),
    Picture("result-steps", "gansu-结果.xlsx", f"{_TITLE}：逐步计算", "620423"),
    Picture("result-settlement", "gansu-结果.xlsx", f"{_TITLE}：结算为整数", "620423"),
    Picture("result-singles", "gansu-结果.xlsx", f"{_TITLE}：全体一个数的量"),
    Picture("result-checks", "gansu-结果.xlsx", f"{_TITLE}：校验"),
    Picture("result-sources", "gansu-结果.xlsx", f"{_TITLE}：依据"),
    Picture("result-run", "gansu-结果.xlsx", f"{_TITLE}：运行记录"),
    Picture("batch-summary", "汇总.xlsx", f"{_TITLE}：汇总"),
)


def fill_in(source: Path, template: Path) -> None:
    """Fill the figures of the demo workbook into a template, as a person would: by code, in the yellow cells."""
    figures = {row[0].value: row for row in openpyxl.load_workbook(source)["数据"].iter_rows(min_row=3)}
    book = openpyxl.load_workbook(template)
    sheet = book["数据"]
    for row in sheet.iter_rows(min_row=_FIRST):
        unit = figures.get(row[0].value)
        if unit is not None:
            for column in _FIGURES:
                row[column].value = unit[column].value
    book.save(template)


def split_by_prefecture(source: Path, folder: Path, prefectures: str) -> None:
    """A workbook of its own for some prefectures, named with 、 between them: heading, its rows, the parameters."""
    folder.mkdir()
    for prefecture in prefectures.split("、"):
        book = openpyxl.load_workbook(source)
        sheet = book["数据"]
        for number in range(sheet.max_row, 2, -1):
            if sheet.cell(number, 2).value != prefecture:
                sheet.delete_rows(number)
        book.save(folder / f"{prefecture}.xlsx")


def change(path: Path, cells: dict[str, Any]) -> None:
    """Change cells of a workbook, `{"数据!E9": 1}`."""
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        sheet, cell = place.split("!")
        book[sheet][cell] = value
    book.save(path)


def make_workbooks(folder: Path) -> None:
    """Every workbook that a picture shows, by the steps of the tutorial."""
    table, empty = folder / "gansu.xlsx", folder / "模板.xlsx"
    _command("template", METHOD, "--units", "gansu", "-o", table.name, folder=folder)
    empty.write_bytes(table.read_bytes())
    fill_in(DEMO, table)
    change(table, {"参数!B5": 4500000, "参数!B6": "2026-01-01", "参数!B11": NOTICE})
    _stamp(table)
    right = table.read_bytes()
    change(table, {"数据!E9": 1094810000, "数据!F15": None})
    _command("check", METHOD, table.name, "--mark", "gansu-标注.xlsx", folder=folder, code=1)
    _open_notes(folder / "gansu-标注.xlsx")
    table.write_bytes(right)
    _command("run", METHOD, table.name, "-o", "gansu-结果.xlsx", folder=folder)
    tables = folder / "tables"
    split_by_prefecture(DEMO, tables, "兰州市、天水市、定西市")
    change(tables / "兰州市.xlsx", {"参数!B2": 300000})
    change(tables / "天水市.xlsx", {"参数!B2": 350000})
    change(tables / "定西市.xlsx", {"参数!B2": 330000, "数据!F5": None})
    _command("batch", METHOD, "tables", "-o", "results", folder=folder, code=1)
    (folder / "results/汇总.xlsx").replace(folder / "汇总.xlsx")


def _stamp(path: Path) -> None:
    """The remark that the data are made up, at the head of the printed page: a picture goes about alone."""
    book = openpyxl.load_workbook(path)
    book["数据"].oddHeader.right.text = NOTICE.partition("：")[0]
    book.save(path)


def _open_notes(path: Path) -> None:
    """The notes of the marks stand open and are printed, and the page has room for them."""
    with zipfile.ZipFile(path) as archive:
        parts = {item: archive.read(item) for item in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for item, data in parts.items():
            text = data.decode(errors="surrogateescape")
            if item.filename.endswith(".vml"):
                text = re.sub(r"<(\w+):shape .*?</\1:shape>", _opened, text, flags=re.DOTALL)
            elif item.filename.startswith("xl/worksheets/sheet"):
                text = text.replace("<pageSetup ", '<pageSetup cellComments="asDisplayed" ')
            elif item.filename == "xl/workbook.xml":
                text = text.replace("$A$3:$G$101", "$A$3:$L$22")
            archive.writestr(item, text.encode(errors="surrogateescape"))


def _opened(shape: re.Match[str]) -> str:
    row = re.search(r"<\w+:Row>(\d+)<", shape[0])
    if row is None or int(row[1]) < _FIRST - 1:
        return shape[0]
    return re.sub(
        r"(<(\w+):ClientData [^>]*>)",
        r"\1<\2:Visible/>",
        shape[0].replace("visibility:hidden", "visibility:visible"),
    )


def _command(*arguments: str, folder: Path, code: int = 0) -> None:
    done = subprocess.run(  # noqa: S603 — our own command
        [sys.executable, "-m", "transfer_calc", *arguments, "--lang", "zh"],
        cwd=folder, env=os.environ | {"SOURCE_DATE_EPOCH": _WRITTEN}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode != code:
        raise SystemExit(done.stdout + done.stderr)


def print_pages(folder: Path, books: list[str]) -> None:
    """Print workbooks into PDF files, with a profile of LibreOffice of our own."""
    fonts = folder / "fonts.conf"
    fonts.write_text(_FONTS, encoding="utf-8")
    profile = (folder / "profile").as_uri()
    _program(
        "soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", *books,
        folder=folder, environment={"FONTCONFIG_FILE": str(fonts)},
    )  # fmt: skip


def make(picture: Picture, folder: Path, target: Path) -> None:
    """Cut a picture out of the pages of its sheet."""
    pdf = Path(picture.book).with_suffix(".pdf").name
    titles = [
        _first_words(page) for page in _program("pdftotext", "-layout", pdf, "-", folder=folder).split("\f")
    ]
    first = titles.index(picture.title)
    last = first
    while titles[last + 1] and titles[last + 1] not in {each.title for each in ALL}:
        last += 1
    parts = [_cut(folder, pdf, first + 1, f"{picture.name}-1", until=picture.until)]
    if picture.again:
        parts.append(_cut(folder, pdf, last + 1, f"{picture.name}-2", start=picture.again))
        # A white strip: here rows are left out.
        _program("convert", parts[1], "-background", "white", "-splice", "0x40", parts[1], folder=folder)
    _program(
        "convert", *parts, "-append", "-trim", "+repage", "-resize", f"{_WIDTH - 2 * _MARGIN}x",
        "-bordercolor", "white", "-border", str(_MARGIN), "+dither", "-colors", str(_COLOURS), "-strip",
        str(target), folder=folder,
    )  # fmt: skip


def _first_words(page: str) -> str:
    """The title of a page, without what stands to the right of it."""
    line = next((line.strip() for line in page.splitlines() if line.strip()), "")
    return line.split("  ")[0]


def _cut(folder: Path, pdf: str, page: int, name: str, *, start: str = "", until: str = "") -> str:
    """What is printed on a page, from one unit or to another, without the foot of the page."""
    limits = ("-f", str(page), "-l", str(page))
    found = _program("pdftotext", "-bbox", *limits, pdf, "-", folder=folder)
    words = [
        (float(top), float(bottom), text)
        for top, bottom, text in re.findall(
            r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">(.*?)</word>', found
        )
    ]
    height = float(re.findall(r'<page width="[\d.]+" height="([\d.]+)"', found)[0])
    upper, lower = 0.0, height * 0.92
    if start:
        row = next(top for top, _, text in words if text == start)
        upper = (row + max(bottom for _, bottom, _ in words if bottom <= row)) / 2
    if until:
        row = next(bottom for _, bottom, text in words if text == until)
        lower = (row + min(top for top, _, _ in words if top >= row)) / 2
    scale, piece = _DPI / 72, f"{name}.png"
    _program("pdftoppm", "-r", str(_DPI), "-png", "-singlefile", *limits, pdf, name, folder=folder)
    _program(
        "convert", piece, "-crop", f"x{(lower - upper) * scale:.0f}+0+{upper * scale:.0f}", "+repage", piece,
        folder=folder,
    )  # fmt: skip
    return piece


def _program(*call: str, folder: Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(  # noqa: S603 — programs of this script, named in it
        call,
        cwd=folder,
        env=os.environ | (environment or {}),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def main(arguments: list[str]) -> int:
    """Make the pictures."""
    wanted = [each for each in ALL if not arguments or each.name.startswith(tuple(arguments))]
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_workbooks(folder)
        print_pages(folder, sorted({each.book for each in wanted}))
        for each in wanted:
            make(each, folder, PICTURES / f"{each.name}.png")
            print(f"{each.name}: {(PICTURES / f'{each.name}.png').stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
