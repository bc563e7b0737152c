"""Reads JSON strictly, key by key: whatever is wrong is refused by its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class BuildError(RuntimeError):
    """`web/` is not what the build expects; the text names the file."""


class SiteError(ValueError):
    """`site.json` says something that cannot be built; the text names the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """One thing said in each language."""

    de: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.de


class Reader:
    """One JSON object, read key by key; `finish` refuses what nobody asked for."""

    def __init__(self, place: str, loaded: object) -> None:
        if not isinstance(loaded, Mapping):
            raise SiteError(f"{place} is not an object")
        self.place = place
        self._left: dict[str, Any] = dict(loaded)

    def take(self, key: str, default: object = None) -> Any:
        if key not in self._left and default is None:
            raise SiteError(f"{self.place}.{key} is missing")
        return self._left.pop(key, default)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.take(key, default)
        if not isinstance(value, str) or (not value and default is None):
            raise SiteError(f"{self.place}.{key} is not a text")
        return value

    def number(self, key: str, default: int | None = None, least: int = 0) -> int:
        value = self.take(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            at_least = f" of at least {least}" if least else ""
            raise SiteError(f"{self.place}.{key} is not a whole number{at_least}")
        return value

    def hexadecimal(self, key: str, size_bytes: int, default: str | None = None) -> str:
        value = self.text(key, default)
        if value == default:
            return value
        if re.fullmatch(f"[0-9a-f]{{{size_bytes * 2}}}", value) is None:
            raise SiteError(f"{self.place}.{key} is not {size_bytes} bytes in lower-case hex")
        return value

    def worded(self, key: str, *, may_be_empty: bool = False) -> Worded:
        return self.child(key).both(may_be_empty=may_be_empty)

    def both(self, *, may_be_empty: bool = False) -> Worded:
        """This object itself as one thing said in each language."""
        default = "" if may_be_empty else None
        worded = Worded(de=self.text("de", default), en=self.text("en", default))
        self.finish()
        return worded

    def child(self, key: str, default: object = None) -> Reader:
        return Reader(f"{self.place}.{key}", self.take(key, default))

    def items(self, key: str, *, may_be_empty: bool = False) -> list[Reader]:
        value = self.take(key, [] if may_be_empty else None)
        if not isinstance(value, list) or not (value or may_be_empty):
            with_entries = "" if may_be_empty else " with entries"
            raise SiteError(f"{self.place}.{key} is not a list{with_entries}")
        return [Reader(f"{self.place}.{key}[{i}]", item) for i, item in enumerate(value)]

    def finish(self) -> None:
        if self._left:
            raise SiteError(f"{self.place}.{min(self._left)} is not known")
