"""What the page about checking this service shows: words, hashes, every file and its origin."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import SimpleNamespace

from crypto import fingerprint
from e2e_server.web.contexts import FileRow, Frame, Link, VerifyPage
from e2e_server.web.origins import Origin
from e2e_server.web.published import (
    CODE_MANIFEST,
    ENTRY_PATH,
    HEADERS,
    LOG_PATH,
    SITE,
    SITE_MANIFEST,
    sha384,
)
from e2e_server.web.site import Site
from e2e_server.web.texts import fill

PROBE_JS = "js/unnamed.js"
SHORT_CHARS = 8
CHECKPOINT_PATH = f"{LOG_PATH}checkpoint"
HEALTH_PATH = "/healthz"


def verify_page(
    frame: Frame,
    t: SimpleNamespace,
    site: Site,
    code: Mapping[str, bytes],
    origins: Mapping[str, Origin],
    manifest_hash: str,
) -> VerifyPage:
    """`manifest_hash`: SHA-384 of MANIFEST.code.json in hex; `t`: the sentences of the page."""
    rows = {path: _row(t, path, code[path], origins[path]) for path in sorted(code)}
    return VerifyPage(
        frame=frame,
        heading=t.verify.title,
        words=fingerprint.words(
            bytes.fromhex(site.fingerprint), fingerprint.COMPARED_WORDS, site.words
        ),
        manifest_hash=manifest_hash,
        published=(
            Link(href=ENTRY_PATH, text=t.verify.entry),
            Link(href=f"/{CODE_MANIFEST}", text=t.verify.code_manifest),
            Link(href=f"/{SITE_MANIFEST}", text=t.verify.site_manifest),
            Link(href=f"/{SITE}", text=t.verify.site_json),
            Link(href=f"/{HEADERS}", text=t.verify.headers),
            Link(href=CHECKPOINT_PATH, text=t.verify.checkpoint),
        ),
        health=HEALTH_PATH,
        own=tuple(row for path, row in rows.items() if origins[path].is_ours),
        foreign=tuple(row for path, row in rows.items() if not origins[path].is_ours),
        texts=json.dumps(vars(t.verify.live), ensure_ascii=False, separators=(",", ":")),
    )


def _row(t: SimpleNamespace, path: str, content: bytes, origin: Origin) -> FileRow:
    sentence = t.verify.from_repository if origin.is_ours else t.verify.from_package
    about = fill(
        sentence,
        size=len(content),
        source=origin.source,
        package=origin.package,
        version=origin.version,
        licence=origin.licence,
    )
    return FileRow(path=path, sha384=sha384(content), about=about)
