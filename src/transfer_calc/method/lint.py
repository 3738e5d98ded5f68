"""What can be wrong with a method file although it works: sources, names, dates, languages.

`look_at` reads a file, `lint` judges; what a file of one's own may leave open is a warning there and an
error among the shipped ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from transfer_calc.issues import Issue, Place, issue
from transfer_calc.language.nodes import names
from transfer_calc.method import glossary
from transfer_calc.method.cases import Case, cases_path, load_cases
from transfer_calc.method.documents import Document, Documents, government, numbers_in, plain_number
from transfer_calc.method.library import find, formulas_folder
from transfer_calc.method.lint_across import across, versions
from transfer_calc.method.load import Method, load, read_model
from transfer_calc.method.model import STRENGTH, Date, Evidence, MethodFile, Value, Words
from transfer_calc.method.yaml_file import Path_, YamlFile, read_yaml
from transfer_calc.text import Text
from transfer_calc.units import is_unit

_SOFT = frozenset({"TC702", "TC703", "TC713", "TC716"})
"""What only the shipped files must have: a bureau has documents of its own and may write in one language."""

_NAMED = ("inputs", "parameters", "choices", "tables", "schedules", "steps")
_USED = ("inputs", "parameters", "choices", "tables", "schedules")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_QUOTED = re.compile(r"《[^》]*》|“[^”]*”|\"[^\"]*\"|‘[^’]*’|`[^`]*`")
_TITLES = re.compile(r"《([^》]+)》")


@dataclass(frozen=True)
class Subject:
    """A method file as the linter looks at it.

    Attributes:
        method: The method, shared pieces merged in.
        own: What the file itself says.
        source: The file with its lines.
        texts: The method file and its case file as they are written, by file name.
        cases: Its cases.
        shipped: Whether it lies in the shipped folder.
    """

    method: Method
    own: MethodFile
    source: YamlFile
    texts: Mapping[str, str]
    cases: tuple[Case, ...]
    shipped: bool


@dataclass(frozen=True, slots=True)
class _Cited:
    """Something that must say where it comes from."""

    where: Path_
    cite: str | None
    grade: Evidence | None
    note: Words | None


def look_at(path: Path) -> Subject:
    """Read a method file with its cases.

    Raises:
        MethodError: If the method or its case file cannot be used.
    """
    method = load(path, find)
    source = read_yaml(path)
    files = [file for file in (path, cases_path(path)) if file.is_file()]
    return Subject(
        method,
        read_model(source, MethodFile),
        source,
        {file.name: file.read_text(encoding="utf-8-sig") for file in files},
        load_cases(path, method.id),
        path.resolve().is_relative_to(formulas_folder().resolve()),
    )


def lint(subjects: Sequence[Subject], documents: Documents, *, whole: bool = False) -> list[Issue]:
    """Find what is wrong with some method files.

    Args:
        subjects: The files.
        documents: The register of legal documents.
        whole: Whether these are all there are; only then can a version be missing.
    """
    found = [each for subject in subjects for each in _one(subject, documents)]
    found += across([(subject.method, subject.own, subject.source) for subject in subjects])
    if whole:
        found += versions([subject.own.law for subject in subjects], documents)
    return found


def _one(subject: Subject, documents: Documents) -> Iterator[Issue]:
    for rule in (_sources, _law, _numbers, _grades, _standard_names, _unused, _dates, _words, _case_file):
        for found in rule(subject, documents):
            soft = not subject.shipped and found.code in _SOFT
            yield replace(found, severity="warning") if soft else found


# --- sources ------------------------------------------------------------------------------------------


def _cited(file: MethodFile) -> Iterator[_Cited]:
    """Everything of a method that has a source, with what it inherits."""
    for name, parameter in file.parameters.items():
        if not parameter.values:
            yield _Cited(("parameters", name), parameter.cite, parameter.evidence, parameter.note)
        for day, entry in parameter.values.items():
            own = entry if isinstance(entry, Value) else parameter
            yield _dated(("parameters", name, "values", str(day)), own, parameter)
    for section in ("tables", "schedules"):
        for name, holder in getattr(file, section).items():
            for day, entry in holder.values.items():
                yield _dated((section, name, "values", str(day)), entry, holder)
    for section in ("choices", "steps", "conditions"):
        for name, entry in getattr(file, section).items():
            yield _Cited((section, name), entry.cite, entry.evidence, entry.note)


def _dated(where: Path_, own: Any, holder: Any) -> _Cited:
    return _Cited(where, own.cite or holder.cite, own.evidence or holder.evidence, own.note or holder.note)


def _sources(subject: Subject, _: Documents) -> Iterator[Issue]:
    """TC701, TC714: nothing without a source, and no value that is said to be unpublished."""
    for each in _cited(subject.method.file):
        excused = each.grade in ("assumed", "unpublished") and each.note is not None
        if each.grade is None or not ((each.cite or "").strip() or excused):
            yield issue("TC701", subject.source.place(*each.where), what=_said(each.where))
    for name, parameter in subject.own.parameters.items():
        if parameter.evidence == "unpublished" and parameter.values:
            yield issue("TC714", subject.source.place("parameters", name), what=name)


def _law(subject: Subject, documents: Documents) -> Iterator[Issue]:
    """TC702, TC705: the document is known, its address is that of a government."""
    law = subject.own.law
    _, lacking = documents.meant(law.document, law.title.zh)
    if law.document is not None or not _is_model(subject.own):
        for missing in lacking:
            yield issue("TC702", subject.source.place("law", "document"), document=missing)
    if law.url is not None and not government(law.url):
        yield issue("TC705", subject.source.place("law", "url"), url=law.url)


def _is_model(file: MethodFile) -> bool:
    """Whether a file encodes no document: it says so in its title, or every figure is assumed or the user's.

    A model may hold values of law; those name their documents themselves.
    """
    if file.law.title.zh.startswith("参考模型"):
        return True
    modelled = {"assumed", "unpublished"} | ({"derived"} if file.kind == "shared" else set())
    return {each.grade for each in _cited(file)} <= modelled


def _numbers(subject: Subject, documents: Documents) -> Iterator[Issue]:
    """TC703: every number that is mentioned anywhere, remarks included, is known."""
    law = subject.own.law
    seen = {plain_number(missing) for missing in documents.meant(law.document, law.title.zh)[1]}
    for file, text in subject.texts.items():
        for line, written in enumerate(text.splitlines(), 1):
            for number in numbers_in(written):
                if documents.numbered(number) is None and plain_number(number) not in seen:
                    seen.add(plain_number(number))
                    yield issue("TC703", Place(file=file, line=line), number=number.strip("（()）"))


def _grades(subject: Subject, documents: Documents) -> Iterator[Issue]:
    """TC704: nothing is surer than the document it is taken from."""
    law = subject.own.law
    own, _ = documents.meant(law.document, law.title.zh)
    for each in _cited(subject.own):
        sources = _named_by(each.cite or "", own, documents)
        if not sources or each.grade not in STRENGTH:
            continue
        best = min(sources, key=lambda document: STRENGTH.index(document.evidence))
        if STRENGTH.index(each.grade) < STRENGTH.index(best.evidence):
            yield issue(
                "TC704", subject.source.place(*each.where),
                what=_said(each.where), grade=each.grade, bound=best.evidence, document=best.key,
            )  # fmt: skip


def _named_by(cite: str, law: tuple[Document, ...], documents: Documents) -> tuple[Document, ...]:
    """The documents of a citation: those that it names, else those of the law."""
    numbers, titles = numbers_in(cite), _TITLES.findall(cite)
    named = [documents.numbered(number) for number in numbers]
    found = [document for document in named if document is not None]
    found += [document for title in titles for document in documents.titled(title)]
    return tuple(found) if numbers or titles else law


# --- names --------------------------------------------------------------------------------------------


def _standard_names(subject: Subject, _: Documents) -> Iterator[Issue]:
    """TC706, TC707: a term of the field has its standard name, and the name its meaning."""
    named = {
        (section, name): entry for section in _NAMED for name, entry in getattr(subject.own, section).items()
    }
    names_here = {name for _, name in named}
    for (section, name), entry in named.items():
        if "{" in entry.zh:
            continue  # the title of a piece is whole only in the method that takes it
        place = subject.source.place(section, name)
        asked, meant = glossary.asked_by(name, entry.zh), glossary.meant_by(name, entry.zh)
        # 测算数 and 应补助额 are one term; a method with both can name only one of them so.
        if asked is not None and names_here.isdisjoint(asked.names):
            yield issue("TC706", place, title=entry.zh, standard=asked.names[0], name=name)
        elif meant is not None:
            yield issue("TC707", place, name=name, term=Text(meant.zh[0], meant.en), title=entry.zh)


def _unused(subject: Subject, _: Documents) -> Iterator[Issue]:
    """TC710: what no formula reads and no step answers to. A piece is there for others to use."""
    file, plan = subject.method.file, subject.method.plan
    if file.kind == "shared":
        return
    used = set[str]().union(
        *(step.reads for step in plan.steps),
        *(names(condition.formula) for condition in plan.conditions),
        *(step.when for step in file.steps.values()),
        *(condition.when for condition in file.conditions.values()),
        {step.choice for step in file.steps.values() if step.choice is not None},
    )
    for section in _USED:
        for name, entry in getattr(subject.own, section).items():
            # A group column stands in the result though no formula reads it.
            if name not in used and getattr(entry, "kind", None) != "group":
                place = subject.source.place(section, name)
                yield issue("TC710", place, what=Text(f"{entry.zh}（{name}）", f"{entry.en} ({name})"))


# --- dates --------------------------------------------------------------------------------------------


def _dates(subject: Subject, _: Documents) -> Iterator[Issue]:
    """TC711: a value ends before the next one begins."""
    for section in ("parameters", "tables", "schedules"):
        for name, holder in getattr(subject.own, section).items():
            for (first, entry), (second, _next) in pairwise(sorted(holder.values.items())):
                until: Date | None = getattr(entry, "until", None)
                if until is not None and until >= second:
                    place = subject.source.place(section, name, "values", str(first))
                    yield issue("TC711", place, what=name, first=first, until=until, second=second)


# --- languages ----------------------------------------------------------------------------------------


def _words(subject: Subject, _: Documents) -> Iterator[Issue]:
    """TC713: Chinese is Chinese and English is English."""
    for where, zh, en in _texts(subject.own, ()):
        yield from _judged(zh, en, subject.source.place(*where), _said(where))
    for case in subject.cases:
        file = cases_path(subject.source.path).name
        yield from _judged(case.title.zh, case.title.en, Place(file=file), case.id)


def _texts(part: Any, where: Path_) -> Iterator[tuple[Path_, str, str]]:
    if isinstance(part, BaseModel):
        zh, en = getattr(part, "zh", None), getattr(part, "en", None)
        if isinstance(zh, str) and isinstance(en, str):
            yield where, zh, en
        for name in type(part).model_fields:
            yield from _texts(getattr(part, name), (*where, name.rstrip("_")))
    elif isinstance(part, dict):
        for key, entry in part.items():
            yield from _texts(entry, (*where, str(key)))
    elif isinstance(part, tuple):
        for position, entry in enumerate(part):
            yield from _texts(entry, (*where, position))


def _judged(zh: str, en: str, place: Place, where: str) -> Iterator[Issue]:
    def wrong(lang: str, in_chinese: str, in_english: str) -> Issue:
        return issue("TC713", place, where=where, lang=lang, detail=Text(in_chinese, in_english))

    if not zh.strip():
        yield wrong("zh", "没有写", "it is blank")
    elif not _CHINESE.search(zh) and re.search(r"[a-z]", zh):
        # GDP and COD are as good in Chinese.
        yield wrong("zh", "没有汉字", "there is no Chinese in it")
    rest = _QUOTED.sub("", en)
    for number in numbers_in(rest):
        rest = rest.replace(number, "")
    strange = [run for run in _CHINESE.findall(rest) if not is_unit(run)]
    if not en.strip():
        yield wrong("en", "没有写", "it is blank")
    elif strange:
        yield wrong("en", f"有中文「{strange[0]}」", f"there is Chinese in it: {strange[0]}")


# --- cases --------------------------------------------------------------------------------------------


def _case_file(subject: Subject, _: Documents) -> Iterator[Issue]:
    """TC716: at least one case that has a result."""
    if subject.own.kind == "method" and all(case.refused is not None for case in subject.cases):
        yield issue("TC716", subject.source.place())


def _said(where: Path_) -> str:
    return ".".join(str(part) for part in where)
