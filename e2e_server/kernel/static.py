"""The built pages: read once at start, sent with exactly the headers that the build wrote.

`headers.json` (by build-web) names every path with its file, its type and the class of its headers;
anything else is 404. Nothing is rendered per request and nothing outside that list can be reached.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from e2e_server.kernel.errors import StartError

TABLE_NAME = "headers.json"
# What else lies in a built folder, by name: the files whose hashes the log's leaves state.
CODE_MANIFEST = "MANIFEST.code.json"
SITE_MANIFEST = "MANIFEST.site.json"
SITE_NAME = "site.json"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One path: its bytes as they are and compressed, its status and headers."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    packed: Mapping[str, bytes]


def load_pages(site_dir: Path) -> Mapping[str, Page]:
    """Read the whole built site; StartError when it is missing or does not fit its list."""
    try:
        table = json.loads((site_dir / TABLE_NAME).read_text(encoding="utf-8"))
        return {
            path: _page(site_dir, route, table["classes"][route["class"]])
            for path, route in table["routes"].items()
        }
    except FileNotFoundError as error:
        raise StartError(
            f"the web pages are not built: {error.filename} is missing; run e2e-server build-web"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise StartError(
            f"{TABLE_NAME} does not fit this program; run e2e-server build-web"
        ) from error


def response_of(page: Page, accepted: str) -> web.Response:
    """Return the page in the best encoding of `accepted`, the request's Accept-Encoding."""
    offered = {part.partition(";")[0].strip() for part in accepted.split(",")}
    headers = dict(page.headers)
    body = page.content
    for name, _ in _ENCODINGS:
        if name in offered and name in page.packed:
            headers["Content-Encoding"] = name
            body = page.packed[name]
            break
    return web.Response(status=page.status, headers=headers, body=body)


def _page(site_dir: Path, route: Mapping[str, Any], headers: Mapping[str, str]) -> Page:
    file = site_dir / str(route["file"])
    packed = {
        name: file.with_name(file.name + suffix).read_bytes()
        for name, suffix in _ENCODINGS
        if file.with_name(file.name + suffix).is_file()
    }
    return Page(
        status=int(route["status"]),
        headers={**headers, "Content-Type": str(route["type"])},
        content=file.read_bytes(),
        packed=packed,
    )
