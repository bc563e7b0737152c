"""Reads a finished build the way a browser would meet it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

SITE = Path(__file__).parent / "fixtures" / "site.json"
QUALITY = 1  # of brotli; the slow setting changes only sizes


def keep_exit_here(out: Path) -> None:
    """Let /exit of a finished build answer with "Wetter": nothing may leave this machine.

    A route in the browser would do too, but it leads every request of a page through the test. What
    the real answer clears stays, so that a test sees whether the page itself has cleared it.
    """
    table = json.loads((out / "headers.json").read_text("utf-8"))
    (out / "wetter.html").write_text("<!doctype html><title>Wetter</title>", "utf-8")
    table["classes"]["here"] = {"Cache-Control": "no-store"}
    table["routes"]["/exit"] |= {"file": "wetter.html", "class": "here", "status": 200}
    (out / "headers.json").write_text(json.dumps(table), "utf-8")


# Those that count: Firefox keeps one that it has refused in its list, without a rule.
SHEETS = """[...document.styleSheets]
  .filter((one) => one.cssRules.length > 0).map((one) => one.href.split('/').at(-1))"""


def swapped(out: Path, name: str) -> str:
    """Put other bytes in the place of a file of part `code`; return the path where it is served."""
    tree = next((out / "static").iterdir())
    path = tree / name
    path.write_bytes(path.read_bytes() + b" ")
    return f"/static/{tree.name}/{name}"


class Tags(HTMLParser):
    """Every start tag of a page, in order, with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


class Built:
    def __init__(self, out: Path) -> None:
        self.out = out
        self.table: dict[str, Any] = json.loads((out / "headers.json").read_text("utf-8"))
        self.routes: dict[str, Any] = self.table["routes"]

    def body(self, path: str) -> bytes:
        return (self.out / str(self.routes[path]["file"])).read_bytes()

    def html(self, path: str) -> str:
        return self.body(path).decode("utf-8")

    def headers(self, path: str) -> dict[str, str]:
        headers: dict[str, str] = self.table["classes"][self.routes[path]["class"]]
        return headers

    def pages(self) -> list[str]:
        return [path for path, route in self.routes.items() if route["class"].startswith("shell-")]

    def code(self) -> dict[str, bytes]:
        return {path: self.body(path) for path in self.routes if path.startswith("/static/")}


def site_with(tmp_path: Path, **changes: Any) -> Path:
    loaded = json.loads(SITE.read_text("utf-8"))
    loaded.update(changes)
    path = tmp_path / "site.json"
    path.write_text(json.dumps(loaded), "utf-8")
    return path


def inline_map(html: str) -> str:
    found = re.search(r'<script type="importmap">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return found[1]
