"""From headings to a method's inputs: by English name, Chinese or English label, or alias."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from transfer_calc.issues import Collector, Place
from transfer_calc.method.model import Input, MethodFile
from transfer_calc.panel.cells import text_of
from transfer_calc.panel.stated import for_kind
from transfer_calc.panel.table import Head, Table
from transfer_calc.text import Text
from transfer_calc.units import is_unit, measure, plain

CODE, NAME = "code", "name"
IGNORED = ""
"""What a heading means that the user told us to leave alone."""

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
    return count_meanings([Head((cell,)) for cell in cells], labels)


def count_meanings(heads: Sequence[Head], labels: Mapping[str, str]) -> int:
    """How many columns the headings name; 0 if none is the code."""
    found = {meaning(head, labels)[0] for head in heads} - {None, IGNORED}
    return len(found) if CODE in found else 0


def meaning(head: Head, labels: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The column that a heading means, and the unit it names.

    Of several rows the joined text counts before the lowest alone: 上年 over 转移支付 is 上年转移支付.
    """
    whole = [plain_label(part) for part in head.parts]
    split = [without_unit(label) for label in whole]
    unit = head.unit or next((unit for _, unit in reversed(split) if unit is not None), None)
    for label in (*_joined(whole), *_joined([label for label, _ in split])):
        if label in labels:
            return labels[label], unit
    return None, None


def _joined(parts: Sequence[str]) -> list[str]:
    """A heading's texts, from all of them to the lowest alone."""
    joined = ["".join(parts[start:]) for start in range(len(parts))]
    if len(parts) > 2:  # the highest and the lowest, without what stands between
        joined.insert(-1, parts[0] + parts[-1])
    return joined


def without_unit(label: str) -> tuple[str, str | None]:
    """A plain label without the bracket at its end, and the unit that stands in it."""
    written = _WITH_UNIT.fullmatch(label)
    return (label, None) if written is None else (written["label"], written_unit(written["unit"]))


def written_unit(text: str) -> str | None:
    """The unit in a remark such as 单位:万元, 2026年预算,亿元 or 人民币元; `None` where it names none."""
    if is_unit(text):
        return text  # 元/人 whole, before its parts
    for part in re.split(r"[,、;/\s]", text):
        unit = re.sub(r"^(?:金额)?单位:?|^人民币", "", part)
        unit = {"亿": "亿元", "万": "万元"}.get(unit, unit)
        if is_unit(unit):
            return unit
    return None


def match(
    table: Table, method: MethodFile, problems: Collector, own: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Match the headings, reporting missing, doubled and wrongly measured columns.

    A unit stated above the table holds for the columns of its kind that name none.

    Args:
        table: Whose headings they are.
        method: Whose inputs are wanted.
        problems: Takes the issues.
        own: What the user says of headings: the plain label, and the column it means.

    Returns:
        Which column holds what: positions by `code`, `name` and input name.
    """
    labels = labels_of(method) | dict(own or {})
    stated = () if table.origin is None else table.origin.stated_units
    positions: dict[str, int] = {}
    strangers: list[str] = []
    for position, head in enumerate(table.heads):
        found, unit = meaning(head, labels)
        place = table.heading(position)
        if unit is None and found in method.columns:
            _check_remark(head, plain(method.columns[found].unit), labels, problems, place)
        if found is None:
            if head.text:
                strangers.append(head.text)
            continue
        if found == IGNORED:
            continue
        if found in positions:
            first = table.heading(positions[found]).cell
            problems.add("TC210", place, column=head.text, first=first, second=place.cell)
            continue
        positions[found] = position
        if found in method.columns:
            entry = method.columns[found]
            unit = unit or for_kind(stated, entry.unit)
            if unit is not None:
                _check_unit(unit, plain(entry.unit), head.text, problems, place)
    if CODE not in positions:
        problems.add("TC201", table.whole, column="代码", advice=_near("代码", _CODE_LABELS, strangers))
    for name, entry in method.columns.items():
        # Whether a column under a choice is needed shows only when the choices are known.
        if name not in positions and not entry.when:
            advice = _near(entry.zh, (name, entry.zh, entry.en, *entry.aliases), strangers)
            problems.add("TC201", table.whole, column=named(name, entry), advice=advice)
    return positions


def named(name: str, entry: Input) -> Text:
    """A column as a message names it."""
    unit = f"（{plain(entry.unit)}）" if entry.unit != "1" else ""
    return Text(f"{entry.zh}{unit}", f"{entry.zh} / {name}")


def _check_remark(
    head: Head, wanted: str, labels: Mapping[str, str], problems: Collector, place: Place
) -> None:
    """Warn of a bracket that could be a unit nobody knows: （里） beside a length; （2023年） is a remark."""
    lowest = plain_label(head.parts[-1])
    written = _WITH_UNIT.fullmatch(lowest)
    # A heading that is known with its bracket has nothing unknown in it; capitals are lost in a plain label.
    if wanted == "1" or written is None or lowest in labels or written["unit"] == plain_label(wanted):
        return
    remark = written["unit"]
    if not re.search(r"\d", remark):
        problems.add("TC223", place, column=head.text, remark=remark, wanted=wanted)


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
