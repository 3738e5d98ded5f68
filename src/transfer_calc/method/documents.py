"""The register of legal documents: what there is, what of it was seen, and how sure that is.

A document number for which no source was seen is not entered anywhere; that is why every number in a
method has to be found here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import Field

from transfer_calc.method.library import formulas_folder
from transfer_calc.method.load import read_model
from transfer_calc.method.model import Date, Part, Words
from transfer_calc.method.yaml_file import read_yaml

Status: TypeAlias = Literal["in-force", "superseded", "repealed", "unknown"]
DocumentEvidence: TypeAlias = Literal["official", "quoted", "reported", "derived"]

_OPEN, _CLOSE = "〔［[（(", "〕］]）)"
NUMBER = re.compile(rf"[\w（）()]*\w[{re.escape(_OPEN)}]\d{{4}}[{re.escape(_CLOSE)}]\s*\d+\s*号")
"""A document number with the words right before it, which Chinese does not set apart by a space."""

_YEAR = re.compile(rf"[{re.escape(_OPEN)}](\d{{4}})[{re.escape(_CLOSE)}]")
_PROVINCES = frozenset("京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀贵黔云滇藏陕秦甘陇青宁新兵")
"""With one of these before it, 财预〔2022〕58号 is the number of another document."""

_OFFICES = frozenset({"政办", "府办", "委办", "党办"})
"""And so is 办字〔2012〕62号 after one of these first signs."""

_ASIDE = re.compile(r"（[^（）]*）$|\([^()]*\)$")
_GOVERNMENT = re.compile(r"(?:^|\.)gov(?:\.[a-z]{2})?$")


class Document(Part):
    """One legal document."""

    number: str | None = Field(
        description="Document number, such as 财预〔2022〕58号; null where none is known."
    )
    title: Words
    issuer: Words
    issued: Date | Annotated[str, Field(pattern=r"^\d{4}(-\d{2})?$")] | None = Field(
        description="The date; a year or a month as a quoted text where the day is not known."
    )
    status: Status
    replaces: tuple[str, ...] = Field((), description="Numbers, or titles of documents without a number.")
    replaced_by: tuple[str, ...] = Field((), description="Numbers, or titles of documents without a number.")
    evidence: DocumentEvidence = Field(description="The best grade that anything taken from it may have.")
    seen: Words = Field(description="What of its text was seen.")
    rules: Literal["yes", "no"] = Field(description="Whether a rule can be written down from what was seen.")
    url: str | None = Field(None, description="Only the address of a government host.")

    @property
    def key(self) -> str:
        """What other documents call it: its number, or its title where it has none."""
        return self.number or self.title.zh


class DocumentFile(Part):
    """The register as a file."""

    documents: tuple[Document, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Documents:
    """The register, to be asked by number or title."""

    entries: tuple[Document, ...]

    def __iter__(self) -> Iterator[Document]:
        return iter(self.entries)

    def numbered(self, number: str) -> Document | None:
        """The document of a number; its brackets may be of any kind, words before it do not matter."""
        written = plain_number(number)
        for entry in self.entries:
            known = None if entry.number is None else plain_number(entry.number)
            if known is not None and written.endswith(known):
                before = written[: -len(known)][-1:]
                if before not in _PROVINCES and before + known[0] not in _OFFICES:
                    return entry
        return None

    def titled(self, title: str) -> tuple[Document, ...]:
        """The documents of a title; an aside at its end, such as （2017年）, may be left out."""
        wanted = _plain(title)
        titles = [(_plain(entry.title.zh), entry) for entry in self.entries]
        exact = tuple(entry for known, entry in titles if known == wanted)
        bare = _ASIDE.sub("", wanted)
        return exact or tuple(entry for known, entry in titles if _ASIDE.sub("", known) == bare)

    def meant(self, document: str | None, title: str) -> tuple[tuple[Document, ...], tuple[str, ...]]:
        """The documents that a method encodes, and those of its numbers or titles that the register lacks.

        Args:
            document: One number, or several in one text; `None` where none is known.
            title: The title, or several with `；` between them; read where there is no number.
        """
        found: list[Document] = []
        lacking: list[str] = []
        if document is not None:
            for number in numbers_in(document) or [document]:
                entry = self.numbered(number)
                if entry is None:
                    lacking.append(number)
                else:
                    found.append(entry)
        else:
            for part in re.split("[；;]", title):
                entries = self.titled(part)
                found += entries
                if not entries:
                    lacking.append(part.strip())
        return tuple(found), tuple(lacking)


def numbers_in(text: str) -> list[str]:
    """Every document number that a text mentions."""
    return [found[0] for found in NUMBER.finditer(text)]


def plain_number(number: str) -> str:
    """A number without its ways of writing: brackets of every kind, full-width signs, spaces."""
    return _YEAR.sub(r"〔\1〕", _plain(number))


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def government(url: str) -> bool:
    """Whether an address is that of a government."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    return parts.scheme in ("http", "https") and _GOVERNMENT.search(host) is not None


def register_path() -> Path:
    """Where the shipped register stands."""
    return formulas_folder() / "documents.yaml"


@lru_cache(maxsize=8)
def read_documents(path: Path) -> Documents:
    """Read a register.

    Raises:
        MethodError: If the file is not in order.
    """
    file: DocumentFile = read_model(read_yaml(path), DocumentFile)
    return Documents(file.documents)


def load_documents() -> Documents:
    """The shipped register."""
    return read_documents(register_path())
