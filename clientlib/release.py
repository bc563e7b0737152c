"""What a service serves, compared with what was built here, and signed: RELEASE and SITE leaves.

Who signs names only bytes that were made on this machine: the root the manifest of the program, an
admin the manifest of the pages and the `site.json` they were rendered from. docs/spec/release.md.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from clientlib.errors import Disconnected
from clientlib.staff import Staff
from clientlib.terminal import UsageError
from crypto import account
from crypto.errors import BadStatement
from crypto.logview import LogView
from crypto.publication import Release, SiteRelease

PROGRAM_ROOT = Path(__file__).resolve().parents[1]
CODE_MANIFEST = "MANIFEST.code.json"
SITE_MANIFEST = "MANIFEST.site.json"
SITE_JSON = "site.json"
MAX_FILE_BYTES = 4 * 1024 * 1024
_SHA384_HEX = re.compile(r"[0-9a-f]{96}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The three files that name all others, as bytes: built here, or served somewhere."""

    code_manifest: bytes
    site_manifest: bytes
    site_json: bytes

    def site(self, release: bytes) -> SiteRelease:
        """Return what a SITE leaf over the RELEASE with this leaf hash has to say."""
        return SiteRelease(
            release=release, site_json=sha384(self.site_json), manifest=sha384(self.site_manifest)
        )


def sha384(content: bytes) -> bytes:
    """Manifests and their files are named by it, 48 bytes, as `sha384sum` computes it."""
    return hashlib.sha384(content).digest()


def read_manifest(raw: bytes) -> dict[str, str]:
    """Return served path -> SHA-384 in hex; BadStatement when it is no manifest."""
    try:
        found = json.loads(raw.decode("utf-8"))
    except ValueError as error:
        raise BadStatement("not a manifest") from error
    if not isinstance(found, dict) or not found:
        raise BadStatement("not a manifest")
    for path, digest in found.items():
        if not path.startswith("/") or not isinstance(digest, str):
            raise BadStatement("not a manifest")
        if _SHA384_HEX.fullmatch(digest) is None:
            raise BadStatement("not a manifest")
    return found


def changes(before: bytes, after: bytes) -> tuple[tuple[str, str], ...]:
    """Return (path, "new" | "gone" | "changed") between two manifests, in order of the paths."""
    old, new = read_manifest(before), read_manifest(after)
    found = []
    for path in sorted(old.keys() | new.keys()):
        if path not in old:
            found.append((path, "new"))
        elif path not in new:
            found.append((path, "gone"))
        elif old[path] != new[path]:
            found.append((path, "changed"))
    return tuple(found)


def release_of(view: LogView, code_manifest: bytes) -> tuple[bytes, Release] | None:
    """Return the newest RELEASE that names this program, with its leaf hash."""
    wanted = sha384(code_manifest)
    for one in reversed(view.entries):
        found = view.released(one.hash)
        if found is not None and found.manifest == wanted:
            return one.hash, found
    return None


def is_signed(view: LogView, published: Published) -> bool:
    """Tell whether the SITE in force names exactly these files."""
    site = view.site()
    release = view.released(site.release) if site else None
    return (
        site is not None
        and release is not None
        and release.manifest == sha384(published.code_manifest)
        and site == published.site(site.release)
    )


async def sign_site(admin: Staff, published: Published, now_ms: int) -> None:
    """Publish the SITE leaf over these files; BadStatement unless a RELEASE names their program."""
    release = release_of(admin.log.view, published.code_manifest)
    org = admin.log.view.org()
    if release is None or org is None:
        raise BadStatement("no RELEASE names this program")
    payload = published.site(release[0])
    secret = account.staff_sign(admin.ams)
    await admin.log.publish(secret, org.deployment_id, payload, now_ms, SiteRelease.max_ms)
    await admin.log.update()


def rebuild(site_json: Path, out: Path) -> Published:
    """Render the pages from `site_json` with the program on this machine; UsageError if it fails.

    The server's part is known here by its commands only.
    """
    command = [sys.executable, "-m", "e2e_server", "--config", str(PROGRAM_ROOT / "config.toml")]
    build = ["build-web", "--quality", "0", "--site", str(site_json.absolute()), "--out", str(out)]
    done = subprocess.run(  # noqa: S603 - our own program; the paths are the person's own
        [*command, *build], capture_output=True, text=True, cwd=PROGRAM_ROOT, check=False
    )
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise UsageError(f"Die Seiten ließen sich hier nicht bauen: {lines[-1] if lines else '?'}")
    return read_built(out)


def read_built(folder: Path) -> Published:
    """Read the three files of a built folder."""
    return _published(lambda name: (folder / name).read_bytes())


async def fetch(url: str) -> Published:
    """Fetch the three files of a service; Disconnected when it does not answer."""
    found = {}
    try:
        async with aiohttp.ClientSession(base_url=url) as http:
            for name in (CODE_MANIFEST, SITE_MANIFEST, SITE_JSON):
                async with http.get(f"/{name}") as answer:
                    if answer.status != 200:
                        raise UsageError(f"Der Dienst veröffentlicht keine {name}.")
                    found[name] = await _whole(answer)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Disconnected("cannot reach the service") from error
    return _published(lambda name: found[name])


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    parts, size = [], 0
    async for part in answer.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > MAX_FILE_BYTES:
            raise BadStatement("a published file is too large")
    return b"".join(parts)


def _published(read: Callable[[str], bytes]) -> Published:
    return Published(
        code_manifest=read(CODE_MANIFEST),
        site_manifest=read(SITE_MANIFEST),
        site_json=read(SITE_JSON),
    )
