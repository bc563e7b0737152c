"""What the checks from outside share: the service, what was given to begin with, what was fetched.

Everything that several checks look at is fetched once, by the first that asks. Where that fails,
the first names it; the others say that they had nothing to look at.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from clientlib import rootwords
from clientlib.audit.access import Access
from clientlib.audit.check import CannotRun, Depends, Refuted, Words
from clientlib.audit.crawl import Crawl, crawl
from clientlib.audit.fetch import Fetcher
from clientlib.audit.rawlog import RawLog, read_log
from clientlib.audit.state import StateDir
from clientlib.audit.visitors import VISITORS, host_of, is_loopback, visitors
from clientlib.terminal import UsageError
from crypto import fingerprint
from crypto.errors import RemoteError
from crypto.logview import LogView
from crypto.random import Rand, random_bytes
from crypto.statement import Org

T = TypeVar("T")
FINGERPRINT_BYTES = 32
SITE_PATH = "/site.json"
HEADERS_PATH = "/headers.json"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The fingerprint as it was given: 32 bytes, or the eight words that people compare."""

    raw: bytes = b""
    words: tuple[str, ...] = ()

    @staticmethod
    def parse(given: str) -> Wanted:
        """Read the command line's fingerprint; UsageError when it is none."""
        words = tuple(given.lower().replace(",", " ").split())
        if len(words) == fingerprint.COMPARED_WORDS:
            return Wanted(words=words)
        try:
            raw = bytes.fromhex(given)
        except ValueError:
            raw = b""
        if len(raw) != FINGERPRINT_BYTES:
            raise UsageError("Ein Fingerabdruck hat 64 hexadezimale Zeichen oder acht Wörter.")
        return Wanted(raw=raw)

    def is_of(self, org: Org) -> bool:
        """Tell whether these are the keys of that organisation; by words, to 88 bits."""
        digest = fingerprint.organisation_hash(org.root_pk, org.standby_pk)
        if self.raw:
            return self.raw == digest
        language = rootwords.language_of(org.language)
        return self.words == fingerprint.words(digest, fingerprint.COMPARED_WORDS, language)


@dataclass(slots=True, kw_only=True)
class Outside:
    """One audit of one service, from outside."""

    url: str
    wanted: Wanted
    fetcher: Fetcher
    state: StateDir
    now_ms: Callable[[], int]
    rand: Rand = random_bytes
    visitor_count: int = VISITORS
    pause: Callable[[], Awaitable[None]] | None = None
    # A checkout of the program, to build the pages from; or only a manifest from elsewhere.
    checkout: Path | None = None
    release: Path | None = None
    may_attack: bool = False
    # For the auditor's own trial, in the portal that is for audits alone.
    access: Access | None = None
    requires_canary: bool = False
    _kept: dict[str, Any] = field(default_factory=dict)
    _failed: set[str] = field(default_factory=set)

    @property
    def is_own_machine(self) -> bool:
        """Tell whether the service runs on this machine."""
        return is_loopback(host_of(self.url))

    async def crawl(self) -> Crawl:
        """Return what all visitors were given; named by `files.served`."""

        async def make() -> Crawl:
            everybody = visitors(self.visitor_count, host_of(self.url), self.rand)
            return await crawl(self.fetcher, everybody, self.rand, self.pause)

        return await self._once("crawl", "files.served", make)

    async def site(self) -> dict[str, Any]:
        """Return the published site.json without the crawl, which compares its bytes."""

        async def make() -> dict[str, Any]:
            return _parsed(SITE_PATH, (await self.fetcher.get(SITE_PATH)).body)

        return await self._once("site", "files.served", make)

    async def published(self, path: str) -> bytes:
        """Return the bytes of a listed file, as listed; Depends when nobody was given them."""
        found = await self.crawl()
        body = found.body(path) if path in found.listed else None
        if body is None:
            raise Depends("files.served")
        return body

    async def published_json(self, path: str) -> dict[str, Any]:
        """Return a listed JSON file; CannotRun when it is none."""
        return _parsed(path, await self.published(path))

    async def raw_log(self) -> RawLog:
        """Return the log as read first; named by `log.organisation`."""
        return await self._once("raw", "log.organisation", lambda: read_log(self.url))

    async def view(self) -> LogView:
        """Return the judged log under the given fingerprint."""
        raw = await self.raw_log()
        if raw.unpaired():
            raise Depends("log.complete")
        return await self._once("view", "log.organisation", lambda: self._judge(raw))

    async def organisation(self) -> Org:
        """Return the first statement, once it is that of the given fingerprint."""
        raw = await self.raw_log()

        async def make() -> Org:
            return self._first(raw)

        return await self._once("org", "log.organisation", make)

    async def _judge(self, raw: RawLog) -> LogView:
        org = await self.organisation()
        digest = fingerprint.organisation_hash(org.root_pk, org.standby_pk)
        return LogView(digest, org.deployment_id).extend(raw.leaves, raw.payloads)

    def _first(self, raw: RawLog) -> Org:
        try:
            org = Org.decode(raw.payloads[0])
        except (IndexError, RemoteError) as error:
            raise Refuted(_NO_ORGANISATION) from error
        if not self.wanted.is_of(org):
            digest = fingerprint.organisation_hash(org.root_pk, org.standby_pk)
            raise Refuted(_ANOTHER, fingerprint=digest.hex())
        return org

    async def _once(self, name: str, owner: str, make: Callable[[], Awaitable[T]]) -> T:
        if name in self._failed:
            raise Depends(owner)
        if name not in self._kept:
            try:
                self._kept[name] = await make()
            except BaseException:
                self._failed.add(name)
                raise
        return cast(T, self._kept[name])


_NO_ORGANISATION = Words(
    de="Das Verzeichnis beginnt nicht mit der Erklärung einer Organisation.",
    en="The log does not begin with an organisation’s statement.",
)
_ANOTHER = Words(
    de="Das Verzeichnis gehört einer anderen Organisation als der mit diesem Fingerabdruck.",
    en="The log belongs to another organisation than the one with this fingerprint.",
)


def _parsed(path: str, raw: bytes) -> dict[str, Any]:
    try:
        read = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise CannotRun(_not_json(path)) from error
    if not isinstance(read, dict):
        raise CannotRun(_not_json(path))
    return read


def _not_json(path: str) -> Words:
    return Words(de=f"{path} ist nicht lesbar.", en=f"{path} cannot be read.")
