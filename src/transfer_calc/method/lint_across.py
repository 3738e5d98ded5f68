"""What shows only when method files are seen together: one name, one meaning; one day, one version."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from transfer_calc.issues import Issue, MethodError, Place, issue
from transfer_calc.method.documents import Document, Documents
from transfer_calc.method.glossary import TERMS
from transfer_calc.method.load import Method
from transfer_calc.method.model import Law, MethodFile, Period
from transfer_calc.method.yaml_file import YamlFile
from transfer_calc.units import measure

Seen = tuple[Method, MethodFile, YamlFile]

_ASIDE = re.compile(r"（[^）]*）|\([^)]*\)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_CURRENCY = re.compile("[A-Z]{3}")
_VERSION = re.compile(r"(?P<stem>.+)-\d{4}")
_FAR = "—"


@dataclass(frozen=True, slots=True)
class _Figure:
    """A name as one method uses it."""

    method: str
    place: Place
    unit: str
    title: str


def across(seen: Sequence[Seen]) -> Iterator[Issue]:
    """TC708, TC709, TC712: what two of the files do not agree on."""
    yield from _meanings([each for each in seen if each[1].kind == "method"])
    for (one, own, source), (other, others, _) in combinations(seen, 2):
        first, second = _VERSION.fullmatch(one.id), _VERSION.fullmatch(other.id)
        if first is None or second is None or first["stem"] != second["stem"] or one.id == other.id:
            continue
        if _overlap(own.law.in_force, others.law.in_force):
            until = others.law.in_force.until or _FAR
            yield issue("TC712", source.place("law", "in_force"), other=other.id, until=until)


def _overlap(one: Period, other: Period) -> bool:
    return (one.until is None or other.from_ <= one.until) and (
        other.until is None or one.from_ <= other.until
    )


def _meanings(seen: Sequence[Seen]) -> Iterator[Issue]:
    """What most of the files mean by a name is its meaning; the others are told."""
    figures: dict[str, list[_Figure]] = {}
    for method, own, source in seen:
        for section, name, unit, title in _figures(own):
            figures.setdefault(name, []).append(_Figure(method.id, source.place(section, name), unit, title))
    for name, uses in figures.items():
        for usual, odd in _odd(uses, lambda one, other: _kind(one.unit) == _kind(other.unit)):
            yield issue("TC708", odd.place, name=name, other=usual.method, was=usual.unit, unit=odd.unit)
        for usual, odd in _odd(uses, lambda one, other: _alike(one.title, other.title)):
            yield issue("TC709", odd.place, name=name, other=usual.method, was=usual.title, title=odd.title)


def _odd(
    uses: Sequence[_Figure], same: Callable[[_Figure, _Figure], bool]
) -> Iterator[tuple[_Figure, _Figure]]:
    """Each use that differs from the usual one, which agrees with the most; of equals the first."""
    usual = max(uses, key=lambda one: sum(same(one, other) for other in uses))
    yield from ((usual, other) for other in uses if not same(usual, other))


def _figures(file: MethodFile) -> Iterator[tuple[str, str, str, str]]:
    for name, entry in file.inputs.items():
        if entry.kind == "number":
            yield "inputs", name, entry.unit, entry.zh
    for section in ("parameters", "tables", "steps"):
        for name, entry in getattr(file, section).items():
            yield section, name, entry.unit, entry.zh


def _kind(unit: str) -> object:
    try:
        kind = measure(unit).kind
        # 元 and AUD are both money, though nothing converts them.
        return tuple(("money" if _CURRENCY.fullmatch(name) else name, power) for name, power in kind)
    except MethodError:  # a table's or a text's unit is not measured; two such units are compared as written
        return unit


def _alike(one: str, other: str) -> bool:
    """Whether two titles speak of one term, or have a sign in common, asides left out."""
    if any(term.said(one) and term.said(other) for term in TERMS):
        return True
    left, right = ({*_CHINESE.findall(_ASIDE.sub("", title))} for title in (one, other))
    return not left or not right or bool(left & right)


def versions(laws: Sequence[Law], documents: Documents) -> Iterator[Issue]:
    """TC715: where two versions of a law are known well enough, each has a method file."""
    encoded = {document.key for law in laws for document in documents.meant(law.document, law.title.zh)[0]}
    by_key = {document.key: document for document in documents}
    told = set[str]()
    for document in documents:
        for later in _later(document, by_key):
            for one, other in ((document, later), (later, document)):
                both = one.rules == "yes" and other.rules == "yes"
                if both and one.key not in encoded and one.key not in told:
                    told.add(one.key)
                    yield issue("TC715", document=one.key, other=other.key)


def _later(document: Document, by_key: dict[str, Document]) -> Iterator[Document]:
    """Every version that came after a document, however many lie between."""
    waiting, seen = list(document.replaced_by), {document.key}
    while waiting:
        key = waiting.pop()
        if key in seen or key not in by_key:
            continue
        seen.add(key)
        yield by_key[key]
        waiting.extend(by_key[key].replaced_by)
