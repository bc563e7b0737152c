"""A running relay against what it has published: each path, in each encoding, with each header."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import aiohttp
import pytest

from e2e_server.web import build_web
from tests.helpers.server import serving
from tests.web.built import QUALITY, SITE

ENTRY = "/.well-known/vieraugen.json"
MANIFESTS = ("/MANIFEST.code.json", "/MANIFEST.site.json")
# What a server adds changes nothing of what a browser may run.
ADDED = {"Content-Encoding", "Content-Length", "Date", "Server"}


@pytest.mark.parametrize("encoding", ["identity", "br", "gzip"])
async def test_what_is_served_is_what_is_promised(
    web_root: Path, tmp_path: Path, encoding: str
) -> None:
    build_web(SITE, web_root, tmp_path / "out", brotli_quality=QUALITY)
    asked = {"Accept-Encoding": encoding, "Accept-Language": "tr", "User-Agent": "somebody"}
    async with (
        serving(tmp_path / "server", site_dir=tmp_path / "out") as server,
        aiohttp.ClientSession(server.url, headers=asked) as http,
    ):

        async def fetch(path: str) -> tuple[aiohttp.ClientResponse, bytes]:
            async with http.get(path, allow_redirects=False) as answer:
                return answer, await answer.read()

        entry = json.loads((await fetch(ENTRY))[1])
        listed: dict[str, str] = dict(entry["files"])
        for path in MANIFESTS:
            listed |= json.loads((await fetch(path))[1])
        promised = json.loads((await fetch("/headers.json"))[1])
        assert listed.keys() | {ENTRY} == promised["routes"].keys()
        for path, digest in listed.items():
            answer, body = await fetch(path)
            assert hashlib.sha384(body).hexdigest() == digest, path
            route = promised["routes"][path]
            headers = promised["classes"][route["class"]] | {"Content-Type": route["type"]}
            assert answer.status == route["status"]
            assert {name: answer.headers[name] for name in headers} == headers, path
            assert set(answer.headers) - set(headers) <= ADDED, path
            is_packed = encoding != "identity" and not path.endswith(".woff2")
            assert answer.headers.get("Content-Encoding") == (encoding if is_packed else None)
