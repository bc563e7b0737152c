"""All files of a service, fetched by all visitors in mixed order: what each of them was given."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from clientlib.audit.check import Refuted, Words
from clientlib.audit.fetch import BadBody, Fetched, Fetcher
from clientlib.audit.visitors import Visitor, shuffled
from clientlib.errors import Disconnected
from crypto.random import Rand

MANIFESTS = ("/MANIFEST.code.json", "/MANIFEST.site.json")
AT_ONCE = 16
MAX_PATHS = 20_000
_PER_FETCH = {"date", "connection", "keep-alive", "content-length", "content-encoding"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One way in which a path was answered; visitors with the same are counted together."""

    status: int
    digest: str
    # Without what differs by nature: date, length, packing.
    headers: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Crawl:
    """What everybody was given."""

    manifests: Mapping[str, bytes]
    # Served path -> SHA-384 in hex, of both manifests.
    listed: Mapping[str, str]
    visitors: tuple[Visitor, ...]
    given: dict[str, dict[Given, list[Visitor]]] = field(default_factory=dict)
    # The first bytes of each path with each digest.
    bodies: dict[tuple[str, str], bytes] = field(default_factory=dict, repr=False)
    fetches: int = 0

    def body(self, path: str) -> bytes | None:
        """Return a listed path's bytes as the manifest names them; None if nobody was given them.

        Checks that read files read these alone: what was swapped is named once.
        """
        return self.bodies.get((path, self.listed[path]))

    def take(self, path: str, visitor: Visitor, fetched: Fetched, digest: str) -> None:
        """Note one answer."""
        given = Given(
            status=fetched.status,
            digest=digest,
            headers=tuple(sorted(one for one in fetched.headers if one[0] not in _PER_FETCH)),
        )
        self.given.setdefault(path, {}).setdefault(given, []).append(visitor)
        self.bodies.setdefault((path, digest), fetched.body)
        self.fetches += 1


def read_manifest(raw: bytes) -> dict[str, str]:
    """Return path -> SHA-384 in hex; Refuted when it is no manifest."""
    try:
        found = json.loads(raw)
        listed = {str(path): str(one) for path, one in found.items()}
    except (ValueError, AttributeError, RecursionError) as error:
        raise Refuted(_NO_MANIFEST) from error
    is_sane = all(
        path.startswith("/") and len(one) == 96 and not set(one) - set("0123456789abcdef")
        for path, one in listed.items()
    )
    if not listed or not is_sane or len(listed) > MAX_PATHS:
        raise Refuted(_NO_MANIFEST)
    return listed


async def crawl(
    fetcher: Fetcher,
    everybody: Sequence[Visitor],
    rand: Rand,
    pause: Callable[[], Awaitable[None]] | None = None,
) -> Crawl:
    """Let every visitor fetch every listed path and both manifests.

    `pause` is awaited before each fetch, to spread them over time.
    """
    manifests = {}
    for path in MANIFESTS:
        fetched = await fetcher.get(path)
        if fetched.status != 200:
            raise Refuted(_NO_MANIFEST)
        manifests[path] = fetched.body
    listed = {path: one for raw in manifests.values() for path, one in read_manifest(raw).items()}
    found = Crawl(manifests=manifests, listed=listed, visitors=tuple(everybody))
    paths = (*listed, *MANIFESTS)
    jobs = iter(shuffled([(path, one) for path in paths for one in everybody], rand))

    async def work() -> None:
        for path, visitor in jobs:
            if pause is not None:
                await pause()
            try:
                fetched = await fetcher.get(path, visitor)
            except BadBody as error:
                fetched = Fetched(status=0, headers=(("error", str(error)),), body=b"")
            found.take(path, visitor, fetched, fetcher.digest(fetched.body))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(work())
    except* Disconnected as lost:
        raise Disconnected("cannot fetch from the service") from lost
    return found


_NO_MANIFEST = Words(
    de="Der Dienst veröffentlicht keine lesbaren Dateilisten (MANIFEST.code.json und "
    "MANIFEST.site.json).",
    en="The service publishes no readable lists of files (MANIFEST.code.json and "
    "MANIFEST.site.json).",
)
