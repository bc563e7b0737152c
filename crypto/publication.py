"""What the service publishes about itself: the payloads of RELEASE, SITE and DELETIONS leaves.

As in `statement`: canonical arrays of fixed shape, no end of validity, subject16 of the leaf is the
deployment id. Manifests are named by SHA-384, so that common tools can compare them (protocol
sections 4 and 8).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from crypto import encoding, primitives
from crypto.errors import NotCanonical
from crypto.kinds import Kind

SHA384_BYTES = 48
ROOT_BYTES = 32
MAX_TAG_CHARS = 64
_NO_END_MS = 0
# ASCII, because the two languages normalise other text differently.
_TAG = re.compile(r"[!-~]+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The root releases the program at `tag`; `manifest`: SHA-384 of MANIFEST.code.json."""

    kind: ClassVar[Kind] = Kind.RELEASE
    max_ms: ClassVar[int] = _NO_END_MS

    tag: str
    manifest: bytes

    def encode(self) -> bytes:
        return encoding.encode([self.tag, self.manifest])

    @staticmethod
    def decode(raw: bytes) -> Release:
        tag, manifest = encoding.decode_array(raw, 2)
        named = encoding.text(tag, MAX_TAG_CHARS)
        if not _TAG.match(named):
            raise NotCanonical("a tag is visible ASCII")
        return Release(tag=named, manifest=encoding.binary(manifest, SHA384_BYTES))


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRelease:
    """An admin puts the pages of this service in force, over the program of one RELEASE.

    `release`: leaf hash of the RELEASE; `site_json` and `manifest`: SHA-384 of the published
    site.json and of MANIFEST.site.json.
    """

    kind: ClassVar[Kind] = Kind.SITE
    max_ms: ClassVar[int] = _NO_END_MS

    release: bytes
    site_json: bytes
    manifest: bytes

    def encode(self) -> bytes:
        return encoding.encode([self.release, self.site_json, self.manifest])

    @staticmethod
    def decode(raw: bytes) -> SiteRelease:
        release, site_json, manifest = encoding.decode_array(raw, 3)
        return SiteRelease(
            release=encoding.binary(release, primitives.HASH_BYTES),
            site_json=encoding.binary(site_json, SHA384_BYTES),
            manifest=encoding.binary(manifest, SHA384_BYTES),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletions:
    """The log key states what was purged on `day` (days since epoch, UTC).

    `count` tombs under the Merkle `root` of the day's sorted list; also for a day without any.
    """

    kind: ClassVar[Kind] = Kind.DELETIONS
    max_ms: ClassVar[int] = _NO_END_MS

    day: int
    count: int
    root: bytes

    def encode(self) -> bytes:
        return encoding.encode([self.day, self.count, self.root])

    @staticmethod
    def decode(raw: bytes) -> Deletions:
        day, count, root = encoding.decode_array(raw, 3)
        return Deletions(
            day=encoding.uint(day),
            count=encoding.uint(count),
            root=encoding.binary(root, ROOT_BYTES),
        )
