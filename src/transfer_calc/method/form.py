"""What is wrong with the form of a file, in both languages: our own rules, and pydantic's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transfer_calc.text import Text


class FormError(ValueError):
    """A rule of the form is broken; pydantic carries it to `said`."""

    def __init__(self, zh: str, en: str) -> None:
        self.text = Text(zh, en)
        super().__init__(en)


_TYPES = {
    "missing": Text("缺少这一项", "this entry is missing"),
    "extra_forbidden": Text("没有这一项", "there is no such entry"),
    "string_type": Text("应为文字", "this should be a text"),
    "string_too_short": Text("不能为空", "this may not be blank"),
    "string_pattern_mismatch": Text("写法不合规定", "this is not written as it should be"),
    "literal_error": Text("应为 {expected} 之一", "this should be one of {expected}"),
    "dict_type": Text("应为若干“名称: 值”", "this should be entries with names"),
    "model_type": Text("应为若干“名称: 值”", "this should be entries with names"),
    "tuple_type": Text("应为列表", "this should be a list"),
    "date_type": Text("应为日期，如 2024-01-01", "this should be a date such as 2024-01-01"),
    "date_from_datetime_parsing": Text("应为日期，如 2024-01-01", "this should be a date such as 2024-01-01"),
    "decimal_parsing": Text("不是数字", "this is not a number"),
    "too_short": Text("项数太少", "there are too few entries"),
    "too_long": Text("项数太多", "there are too many entries"),
    "invalid_key": Text("名称应为文字", "a name should be a text"),
}


def said(error: dict[str, Any]) -> Text:
    """The words for one of pydantic's errors."""
    context = error.get("ctx", {})
    own = context.get("error")
    if isinstance(own, FormError):
        return own.text
    words = _TYPES.get(error["type"])
    if words is None:
        return Text(f"格式不对（{error['msg']}）", error["msg"])
    expected = str(context.get("expected", "")).replace("'", "")
    return Text(words.zh.format(expected=expected), words.en.format(expected=expected))


def path_of(location: Sequence[Any], data: Any) -> tuple[int | str, ...]:
    """The path of an error as the file has it: pydantic names its own branches as well."""
    path: list[int | str] = []
    here = data
    for position, part in enumerate(location):
        if isinstance(here, dict):
            key = next((key for key in here if str(part) in (str(key), repr(key))), None)
            if key is not None:
                path.append(str(key))
                here = here[key]
            elif position == len(location) - 1 and str(part).isidentifier():
                path.append(str(part))  # an entry that is missing
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            path.append(part)
            here = here[part]
    return tuple(path)
