"""A text in Chinese and in English, and the choice between them."""

from __future__ import annotations

import locale
import os
from dataclasses import dataclass

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages: `text["zh"]`, `text["en"]`."""

    zh: str
    en: str

    def __getitem__(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


def choose_language(asked: str | None) -> str:
    """The language to speak: what was asked, else `TRANSFER_CALC_LANG`, else the locale's."""
    wanted = asked or os.environ.get("TRANSFER_CALC_LANG") or ""
    if wanted in LANGUAGES:
        return wanted
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    # Windows sets none of these; there the locale of the user decides.
    tag = (locale.getlocale()[0] or "").lower()
    return "zh" if tag.startswith(("zh", "chinese")) else "en"
