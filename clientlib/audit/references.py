"""What a served file leads a browser to: paths of the same service that it would load or open."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

_ORIGIN = "https://service.invalid"
# Attributes that make a browser fetch or run something, or lead a person on.
_LINKS = {
    "src",
    "href",
    "action",
    "formaction",
    "poster",
    "data",
    "srcset",
    "imagesrcset",
    "background",
    "ping",
    "manifest",
    "codebase",
    "xlink:href",
}
# A person follows these by hand; what lies outside is no part of the service.
_BY_HAND = {("a", "href"), ("area", "href")}
_IMPORTS = re.compile(
    r"""(?:\bimport\s*\(\s*|\bimport\s*|\bfrom\s*)(["'])([^"'\n]+)\1"""
    r"""|\bnew\s+(?:URL|Worker|SharedWorker)\s*\(\s*(["'])([^"'\n]+)\3"""
    r"""|\bimportScripts\s*\(\s*(["'])([^"'\n]+)\5"""
)
_STYLES = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)|@import\s+["']([^"']+)["']""")
_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\";]+)", re.IGNORECASE)


def references_of(path: str, body: bytes) -> tuple[str, ...]:
    """Return every path, or whole foreign address, that this file refers to; sorted, each once."""
    name = path.rsplit("/", 1)[-1]
    suffix = name.rsplit(".", 1)[-1] if "." in name else "html"
    text = body.decode("utf-8", "replace")
    if suffix == "html":
        raw = _of_page(text)
    elif suffix in ("js", "mjs"):
        raw = _of_module(text)
    elif suffix in ("css", "svg"):
        raw = [one for found in _STYLES.findall(text) for one in found if one]
    else:
        raw = []
    # A folder is no file: modules name it as the base of what they name in full.
    targets = {target_of(path, one) for one in raw}
    if suffix != "html":
        targets = {one for one in targets if not one.endswith("/")}
    return tuple(sorted(targets - {""}))


def target_of(path: str, reference: str) -> str:
    """Return the path that a reference means; a whole address where it leads elsewhere, "" if none.

    A bare name in a module is no path: the page's import map says where it lies.
    """
    whole = urlsplit(urljoin(_ORIGIN + path, reference.strip()))
    if whole.scheme in ("data", "blob", "mailto", "tel", "about"):
        return ""
    if f"{whole.scheme}://{whole.netloc}" != _ORIGIN:
        return whole.geturl()
    return whole.path or "/"


def _of_module(text: str) -> list[str]:
    found = ["".join(groups[1::2]) for groups in _IMPORTS.findall(text)]
    return [one for one in found if one.startswith((".", "/")) or "://" in one]


def _of_page(text: str) -> list[str]:
    page = _Page()
    page.feed(text)
    page.close()
    return page.found


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside = given.get("type", "") if tag == "script" else tag if tag == "style" else ""
        for name, value in given.items():
            if name not in _LINKS:
                continue
            is_by_hand = (tag, name) in _BY_HAND
            if is_by_hand and (urlsplit(value).netloc or value.startswith("#")):
                continue
            if name in ("srcset", "imagesrcset"):
                self.found += [one.split()[0] for one in value.split(",") if one.strip()]
            elif value:
                self.found.append(value)
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.found += _REFRESH.findall(given.get("content", ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.found += [one for found in _STYLES.findall(data) for one in found if one]
        elif self._inside == "importmap":
            self.found += _of_map(data)


def _of_map(data: str) -> list[str]:
    try:
        read = json.loads(data)
        maps = [
            read.get("imports", {}),
            read.get("integrity", {}),
            *read.get("scopes", {}).values(),
        ]
        keyed = list(read.get("integrity", {}))
        return [str(one) for one in (*maps[0].values(), *keyed)] + [
            str(one) for scope in maps[2:] for one in scope.values()
        ]
    except (ValueError, AttributeError, RecursionError):
        # A browser takes nothing from it either.
        return []
