"""The parts that judge without a service: references, policies, packings, visitors."""

from __future__ import annotations

import base64
import gzip
import hashlib
import zlib
from pathlib import Path

import brotli
import pytest

from clientlib.audit import fetch
from clientlib.audit.check import Runner, State
from clientlib.audit.claims import OUTSIDE
from clientlib.audit.fetch import BadBody, unpack
from clientlib.audit.headers import faults_of, policy_faults
from clientlib.audit.outside import Outside, Wanted
from clientlib.audit.references import references_of
from clientlib.audit.state import StateDir
from clientlib.audit.visitors import ENCODINGS, is_loopback, missed_share, visitors
from e2e_server.web.headers import content_security_policy, shell_headers
from tests.vectors.make.common import SeededRand

MAP = b'{"imports":{"a":"/static/x/a.js"},"integrity":{"/static/x/b.js":"sha384-x"}}'
PAGE = b'<!doctype html><script type="importmap">' + MAP + b"</script>"
HASH = "sha384-" + base64.b64encode(hashlib.sha384(MAP).digest()).decode("ascii")


@pytest.mark.parametrize(
    ("path", "body", "found"),
    [
        ("/p", b'<script src="/a.js"></script><link href="b.css">', ("/a.js", "/b.css")),
        ("/p/", b'<img src="c.svg?v=1#x"><a href="#top">', ("/p/c.svg",)),
        ("/p", b'<a href="https://example.org/">', ()),
        ("/p", b'<script src="https://evil.example/x.js">', ("https://evil.example/x.js",)),
        ("/p", b'<script src="//evil.example/x.js">', ("https://evil.example/x.js",)),
        ("/p", b'<img srcset="a.png 1x, b.png 2x">', ("/a.png", "/b.png")),
        (
            "/p",
            b'<meta http-equiv="refresh" content="0; url=https://evil.example/">',
            ("https://evil.example/",),
        ),
        ("/p", b"<style>@import 'x.css'; a{background:url(y.png)}</style>", ("/x.css", "/y.png")),
        ("/p", PAGE, ("/static/x/a.js", "/static/x/b.js")),
        ("/p", b'<script type="importmap">{</script>', ()),
        ("/s/a.js", b"import './b.js';\nimport {c} from \"../c.js\";", ("/c.js", "/s/b.js")),
        ("/s/a.js", b"export * from './d.js'; import('./e.js')", ("/s/d.js", "/s/e.js")),
        ("/s/a.js", b"new Worker('./w.js'); new URL('x.wasm', import.meta.url)", ("/s/w.js",)),
        ("/s/a.js", b"new URL('./', import.meta.url); import 'bare';", ()),
        (
            "/s/a.js",
            b"importScripts('https://evil.example/i.js')",
            ("https://evil.example/i.js",),
        ),
        ("/s/a.css", b"@font-face{src:url('../f.woff2')} b{background:url(data:x)}", ("/f.woff2",)),
        ("/m.json", b'{"src": "/x"}', ()),
    ],
)
def test_what_a_file_leads_to(path: str, body: bytes, found: tuple[str, ...]) -> None:
    assert references_of(path, body) == found


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("'self'", "'self' 'unsafe-inline'"), "'unsafe-inline'"),
        (("script-src 'self'", "script-src 'self' https:"), "https:"),
        (("connect-src 'self'", "connect-src *"), "connect-src"),
        (("default-src 'none'", "default-src 'self'"), "default-src"),
        (("base-uri 'none'; ", ""), "base-uri fehlt"),
        (("frame-ancestors 'none'; ", ""), "frame-ancestors fehlt"),
        (("require-trusted-types-for 'script'; ", ""), "require-trusted-types-for fehlt"),
        ((HASH, "sha384-" + "A" * 64), "sha384-AAAA"),
    ],
)
def test_a_policy_that_allows_more_is_named(change: tuple[str, str], words: str) -> None:
    good = content_security_policy((HASH,))
    assert policy_faults(good, PAGE) == []
    weaker = good.replace(*change, 1) if change[0] in good else ""
    assert any(words in one.words.de for one in policy_faults(weaker, PAGE))


def test_an_inline_script_is_allowed_on_no_other_file() -> None:
    assert policy_faults(content_security_policy((HASH,)), None)


def test_a_promise_that_protects_nobody_is_named_though_it_is_kept() -> None:
    promised = {name.lower(): value for name, value in shell_headers((HASH,)).items()}
    promised["content-type"] = "text/html; charset=utf-8"
    assert faults_of(promised, list(promised.items()), PAGE, is_secure=False) == []
    for name in ("referrer-policy", "x-content-type-options", "content-security-policy"):
        less = {head: one for head, one in promised.items() if head != name}
        assert faults_of(less, list(less.items()), PAGE, is_secure=False), name
    twice = [*promised.items(), ("referrer-policy", "unsafe-url")]
    assert faults_of(promised, twice, PAGE, is_secure=False)
    assert faults_of(promised, list(promised.items()), PAGE, is_secure=True)


def test_what_is_packed_is_unpacked_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    # A small limit, so that a bomb need not be large.
    monkeypatch.setattr(fetch, "MAX_BODY_BYTES", 10_000)
    body = b"page " * 100
    for packing, raw in (("br", brotli.compress(body)), ("gzip", gzip.compress(body))):
        assert unpack(packing, raw) == body
        for bad in (raw[:-3], raw + b"x", b"noise", b""):
            with pytest.raises(BadBody):
                unpack(packing, bad)
    bomb = bytes(10_001)
    for packing, raw in (("br", brotli.compress(bomb)), ("gzip", gzip.compress(bomb))):
        with pytest.raises(BadBody):
            unpack(packing, raw)
    with pytest.raises(BadBody):
        unpack("deflate", zlib.compress(body))


def test_visitors_differ_and_each_packing_occurs_equally_often() -> None:
    many = visitors(60, "127.0.0.1", SeededRand("visitors"))
    assert {many.count(one) for one in many} == {1}
    packed = [one.encoding for one in many]
    assert {packed.count(one) for one in ENCODINGS} == {10}
    assert len({one.source for one in many}) == 6
    assert len({one.headers for one in many}) > 50
    assert {one.source for one in visitors(5, "beratung.example", SeededRand("x"))} == {""}


def test_the_chance_of_missing_a_rare_swap_is_said_rightly() -> None:
    assert missed_share(60) == pytest.approx(0.0018, abs=0.0001)
    assert missed_share(1, one_in=2) == 0.5


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost", True),
        ("beratung.example", False),
        ("192.0.2.1", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
    ],
)
def test_only_this_machine_is_attacked_without_consent(host: str, is_ours: bool) -> None:
    assert is_loopback(host) is is_ours


async def test_a_foreign_service_is_sent_nothing_hostile_without_consent(tmp_path: Path) -> None:
    async with fetch.Fetcher("https://beratung.example") as fetcher:
        audit = Outside(
            url="https://beratung.example",
            wanted=Wanted(raw=bytes(32)),
            fetcher=fetcher,
            state=StateDir(tmp_path / "state"),
            now_ms=lambda: 7,
        )
        hostile = [one for one in OUTSIDE if one.id.startswith("relay.")]
        results = await Runner(audit, lambda: 7).run(hostile)
        assert len(results) == 4
        assert {one.outcome.state for one in results} == {State.NOT_RUN}
        assert all("--with-consent" in one.outcome.words.de for one in results)
        assert fetcher.count == 0
