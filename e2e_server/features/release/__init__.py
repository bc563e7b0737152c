"""Release: whether the pages that are served are those that an admin signed.

Tables: none. Commands: none. `/healthz` says `pages_signed` 1 or 0, `e2e-server check` says it in
words, and so does the log of a start. A relay whose pages nobody has signed yet goes on serving: a
rebuild must not send away who needs help (docs/decisions/0034-released-client.md). Whoever wants to
rely on it asks from outside.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crypto.publication import SiteRelease
from e2e_server.features.translog import log_of
from e2e_server.kernel.context import JobContext
from e2e_server.kernel.slices import Slice
from e2e_server.kernel.static import CODE_MANIFEST, SITE_MANIFEST, SITE_NAME


@dataclass(frozen=True, slots=True)
class _Built:
    """SHA-384 of the three files that name all others, as they lay there at the start."""

    code_manifest: bytes
    site_manifest: bytes
    site_json: bytes


def pages_signed(parts: JobContext) -> bool:
    """Tell whether the SITE in force, and the RELEASE it stands on, name the files served."""
    view, built = log_of(parts).view, parts.services.get(_Built)
    site = view.site()
    release = view.released(site.release) if site else None
    return (
        site is not None
        and release is not None
        and release.manifest == built.code_manifest
        and site
        == SiteRelease(
            release=site.release, site_json=built.site_json, manifest=built.site_manifest
        )
    )


async def _start(parts: JobContext) -> None:
    folder = parts.settings.site_dir
    built = _Built(
        code_manifest=_sha384(folder / CODE_MANIFEST),
        site_manifest=_sha384(folder / SITE_MANIFEST),
        site_json=_sha384(folder / SITE_NAME),
    )
    parts.services.put(_Built, built)


def _sha384(path: Path) -> bytes:
    """Of a file that may be missing: nobody can have signed that."""
    return hashlib.sha384(path.read_bytes()).digest() if path.is_file() else b""


async def _health(parts: JobContext) -> Mapping[str, int]:
    return {"pages_signed": int(pages_signed(parts))}


SLICE = Slice(name="release", start=_start, health=_health)
