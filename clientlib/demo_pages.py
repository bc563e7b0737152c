"""The pages of the demo: built anew when their sources change, and signed whenever they were."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from clientlib import demo_server, org, release
from clientlib import staff as staff_client
from clientlib.demo_people import Person
from clientlib.demo_server import PROGRAM_ROOT
from clientlib.org import Root
from clientlib.relay import RelayClient
from clientlib.release import Published
from clientlib.terminal import UsageError
from clientlib.translog import LogReader

BROTLI_QUALITY = "5"
# What the built pages are made of.
_SOURCES = (
    "e2e_server/web",
    "web/css",
    "web/img",
    "web/js",
    "web/package-lock.json",
    "web/templates",
    "web/text",
    "web/vendor",
    "web/vendor.lock.json",
)
_TAG_CHARS = 12


def build_pages(
    config: Path, site_json: Path, pages: Path, stamp: Path, tell: Callable[[str], None]
) -> None:
    """Build unless `stamp` says that `pages` were made of all this; `config` names the folder."""
    if not (PROGRAM_ROOT / "web" / "vendor").is_dir():
        raise UsageError("web/vendor fehlt: bitte mit »make run« starten.")
    found = _stamp([site_json, *(PROGRAM_ROOT / name for name in _SOURCES)])
    built = stamp.read_text("ascii") if stamp.exists() else ""
    if found == built and (pages / "headers.json").exists():
        return
    tell("Seiten bauen …")
    # Should it break off, the next start builds again.
    stamp.unlink(missing_ok=True)
    demo_server.run_command(config, "build-web", "--quality", BROTLI_QUALITY)
    stamp.write_text(found, "ascii")


async def sign_pages(
    url: str,
    root: Root,
    admin: Person,
    published: Published,
    now_ms: Callable[[], int],
    tell: Callable[[str], None],
) -> None:
    """Sign what is not signed yet; `tell` gets a line of progress for people where it does."""
    async with RelayClient(url) as relay:
        log = LogReader(relay, root.fingerprint, root.deployment_id)
        view = await log.update()
        if release.is_signed(view, published):
            return
        tell("Seiten unterschreiben …")
        if release.release_of(view, published.code_manifest) is None:
            manifest = release.sha384(published.code_manifest)
            tag = "demo-" + manifest.hex()[:_TAG_CHARS]
            await org.found_log(relay, root.release(now_ms(), tag=tag, manifest=manifest))
        signing = await staff_client.sign_in(
            relay,
            log,
            name=admin.name,
            phrase=admin.phrase,
            deployment_id=root.deployment_id,
            now_ms=now_ms,
        )
        await signing.log.update()
        await release.sign_site(signing, published, now_ms())


def _stamp(sources: Sequence[Path]) -> str:
    """Return a hash of everything below these paths."""
    whole = hashlib.sha256()
    for source in sources:
        for path in sorted(source.rglob("*")) if source.is_dir() else [source]:
            if path.is_file() and path.suffix != ".pyc":
                whole.update(path.as_posix().encode() + b"\0")
                whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
