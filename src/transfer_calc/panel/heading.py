"""From headings to a method's inputs: by English name, Chinese or English label, or alias."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from transfer_calc.issues import Collector, Place
from transfer_calc.method.model import Input, MethodFile
from transfer_calc.panel.cells import text_of
from transfer_calc.text import Text
from transfer_calc.units import is_unit, measure, plain

CODE, NAME = "code", "name"
_CODE_LABELS = ("code", "代码", "编码", "区划代码", "行政区划代码", "地区代码", "单位代码", "unit_code")
_NAME_LABELS = (
    "name",
    "名称",
    "地区",
    "地区名称",
    "单位",
    "单位名称",
    "县",
    "县市区",
    "县(市、区)",
    "unit_name",
)
_WITH_UNIT = re.compile(r"(?P<label>.+?)\s*\((?P<unit>[^()]+)\)")


@dataclass(frozen=True, slots=True)
class Heading:
    """Which column holds what: positions by `code`, `name` and input name."""

    positions: Mapping[str, int]


def plain_label(label: Any) -> str:
    """A label without what does not matter: spaces, line breaks, full-width forms, capitals."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text_of(label))).lower()


def labels_of(method: MethodFile) -> dict[str, str]:
    """Every accepted label, plain, and the column it means."""
    found = {plain_label(label): CODE for label in _CODE_LABELS}
    found |= {
        plain_label(label): NAME for label in (*_NAME_LABELS, method.recipients.zh, method.recipients.en)
    }
    for name, entry in method.columns.items():
        for label in (name, entry.zh, entry.en, *entry.aliases):
            found[plain_label(label)] = name
    return found


def count_matches(cells: Sequence[Any], labels: Mapping[str, str]) -> int:
    """How many cells of a row are known labels; 0 if none is the code."""
    found = {_meaning(cell, labels)[0] for cell in cells} - {None}
    return len(found) if CODE in found else 0


def _meaning(cell: Any, labels: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The column that a heading means, and the unit it names."""
    label = plain_label(cell)
    if label in labels:
        return labels[label], None
    written = _WITH_UNIT.fullmatch(label)
    if written is not None and written["label"] in labels:
        return labels[written["label"]], written_unit(written["unit"])
    return None, None


def written_unit(text: str) -> str | None:
    """The unit in a remark such as 单位:万元, 2026年预算,亿元 or 人民币元; `None` where it names none."""
    for part in re.split(r"[,、;/\s]", text):
        unit = re.sub(r"^(?:金额)?单位:?|^人民币", "", part)
        unit = {"亿": "亿元", "万": "万元"}.get(unit, unit)
        if is_unit(unit):
            return unit
    return text if is_unit(text) else None


def stated_unit(titles: Sequence[str]) -> str | None:
    """The unit that a title row states for the whole table: 单位：万元, or （亿元） in a cell of its own."""
    for title in titles:
        text = unicodedata.normalize("NFKC", title).strip()
        found = re.search(r"单位\s*:\s*(?:人民币)?([^\s,;()]+)", text) or re.fullmatch(r"\((.+)\)", text)
        unit = None if found is None else written_unit(found[1])
        if unit is not None:
            return unit
    return None


def match(
    cells: Sequence[Any],
    method: MethodFile,
    problems: Collector,
    places: Sequence[Place],
    whole: Place,
    stated: str | None = None,
) -> Heading:
    """Match a heading row, reporting missing, doubled and wrongly measured columns.

    Args:
        cells: The headings.
        method: Whose inputs are wanted.
        problems: Takes the issues.
        places: The place of each heading.
        whole: The place of the row, for columns that are missing.
        stated: The unit stated above the table; it holds for columns of its kind that name none.
    """
    labels = labels_of(method)
    positions: dict[str, int] = {}
    strangers: list[str] = []
    for position, cell in enumerate(cells):
        meaning, unit = _meaning(cell, labels)
        _check_remark(cell, meaning, unit, method, problems, places[position])
        if meaning is None:
            if text_of(cell):
                strangers.append(text_of(cell))
            continue
        if meaning in positions:
            first, second = places[positions[meaning]].cell, places[position].cell
            problems.add("TC210", places[position], column=text_of(cell), first=first, second=second)
            continue
        positions[meaning] = position
        if unit is None and stated is not None and meaning in method.columns:
            same_kind = is_unit(stated) and measure(stated).kind == measure(method.columns[meaning].unit).kind
            unit = stated if same_kind else None
        if unit is not None and meaning in method.columns:
            _check_unit(unit, plain(method.columns[meaning].unit), text_of(cell), problems, places[position])
    if CODE not in positions:
        problems.add("TC201", whole, column="代码", advice=_near("代码", _CODE_LABELS, strangers))
    for name, entry in method.columns.items():
        # Whether a column under a choice is needed shows only when the choices are known.
        if name not in positions and not entry.when:
            advice = _near(entry.zh, (name, entry.zh, entry.en, *entry.aliases), strangers)
            problems.add("TC201", whole, column=named(name, entry), advice=advice)
    return Heading(positions)


def named(name: str, entry: Input) -> Text:
    """A column as a message names it."""
    unit = f"（{plain(entry.unit)}）" if entry.unit != "1" else ""
    return Text(f"{entry.zh}{unit}", f"{entry.zh} / {name}")


def _check_remark(
    cell: Any, meaning: str | None, unit: str | None, method: MethodFile, problems: Collector, place: Place
) -> None:
    """Warn of a bracket that could be a unit nobody knows: （里） beside a length; （2023年） is a remark."""
    written = _WITH_UNIT.fullmatch(plain_label(cell))
    if meaning not in method.columns or unit is not None or written is None:
        return
    remark, wanted = written["unit"], plain(method.columns[meaning].unit)
    if wanted != "1" and not re.search(r"\d", remark) and written["label"] in labels_of(method):
        problems.add("TC223", place, column=text_of(cell), remark=remark, wanted=wanted)


def _differs(found: str, wanted: str) -> bool:
    """Whether two units are of different kind or size; another spelling of the same is no difference."""
    one, other = measure(found), measure(wanted)
    return one.kind != other.kind or one.factor != other.factor


def _check_unit(found: str, wanted: str, column: str, problems: Collector, place: Place) -> None:
    if plain_label(found) == plain_label(wanted):
        return
    # A remark such as （2023年） is no unit; only what is known to be one can contradict.
    if is_unit(found) and _differs(found, wanted):
        problems.add("TC213", place, column=column, found=found, wanted=wanted)


def _near(label: str, labels: Sequence[str], strangers: Sequence[str]) -> Text:
    for own in labels:
        near = difflib.get_close_matches(
            plain_label(own), [plain_label(cell) for cell in strangers], n=1, cutoff=0.6
        )
        if near:
            seen = next(cell for cell in strangers if plain_label(cell) == near[0])
            return Text(
                f"表中的「{seen}」是否应为「{label}」？", f"is “{seen}” in the table meant to be “{label}”?"
            )
    if not strangers:
        return Text(f"在表头加上「{label}」", f"add a column “{label}”")
    listed = "、".join(strangers[:8])
    return Text(f"表中未用到的列：{listed}", f"columns of the table that were not used: {listed}")
