"""Fetching as a visitor does: the bytes as they came, unpacked with care, every header kept."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field
from types import TracebackType

import aiohttp
import brotli
from yarl import URL

from clientlib.audit.visitors import Visitor
from clientlib.errors import Disconnected
from crypto.errors import RemoteError

MAX_BODY_BYTES = 32 * 1024 * 1024
TIMEOUT_S = 30
PER_SOURCE = 4
PLAIN = Visitor(number=-1, headers=(("Accept-Encoding", "identity"),))


class BadBody(RemoteError):
    """An answer that no browser could unpack."""

    code = "bad_body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One answer: header names in lower case, in order; `body` as unpacked."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    def all_of(self, name: str) -> tuple[str, ...]:
        """Return every value of a header, by its name in lower case."""
        return tuple(one for head, one in self.headers if head == name)


class Fetcher:
    """Asks one service; an asynchronous context manager. It keeps no cookie and follows nothing."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._sessions: dict[str, aiohttp.ClientSession] = {}
        # Sixty visitors get the same packed bytes: each is unpacked once.
        self._unpacked: dict[tuple[str, bytes], bytes] = {}
        self._digests: dict[bytes, str] = {}
        self.count = 0

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def get(self, path: str, visitor: Visitor = PLAIN) -> Fetched:
        """Fetch a path; Disconnected when nobody answers, BadBody when it does not unpack."""
        return await self.ask("GET", path, visitor)

    async def ask(
        self,
        method: str,
        path: str,
        visitor: Visitor = PLAIN,
        body: bytes | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> Fetched:
        """Send any request; `path` goes out exactly as given."""
        self.count += 1
        try:
            async with self._session(visitor.source).request(
                method,
                URL(self.url + path, encoded=True),
                headers=[*visitor.headers, *headers],
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
                data=body,
                allow_redirects=False,
            ) as answer:
                raw = await answer.content.read(MAX_BODY_BYTES + 1)
                while len(raw) <= MAX_BODY_BYTES and not answer.content.at_eof():
                    raw += await answer.content.read(MAX_BODY_BYTES + 1)
                got = tuple((name.lower(), one) for name, one in answer.headers.items())
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Disconnected("cannot fetch from the service") from error
        if len(raw) > MAX_BODY_BYTES:
            raise BadBody("answer too large")
        packing = next((one for name, one in got if name == "content-encoding"), "identity")
        return Fetched(status=status, headers=got, body=self._unpack(packing, raw))

    def digest(self, body: bytes) -> str:
        """Return SHA-384 in hex, as manifests write it; computed once for the same bytes."""
        if body not in self._digests:
            self._digests[body] = hashlib.sha384(body).hexdigest()
        return self._digests[body]

    def _session(self, source: str) -> aiohttp.ClientSession:
        if source not in self._sessions:
            self._sessions[source] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=PER_SOURCE, local_addr=(source, 0) if source else None
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
            )
        return self._sessions[source]

    def _unpack(self, packing: str, raw: bytes) -> bytes:
        if packing == "identity":
            return raw
        key = (packing, hashlib.sha256(raw).digest())
        if key not in self._unpacked:
            self._unpacked[key] = unpack(packing, raw)
        return self._unpacked[key]


def unpack(packing: str, raw: bytes) -> bytes:
    """Return what was packed; BadBody when it is not packed so, or has no sane size."""
    try:
        if packing == "br":
            opened = brotli.Decompressor()
            found = bytes(opened.process(raw, output_buffer_limit=MAX_BODY_BYTES + 1))
            is_whole = opened.is_finished()
        elif packing in ("gzip", "x-gzip"):
            inflater = zlib.decompressobj(wbits=31)
            found = inflater.decompress(raw, MAX_BODY_BYTES + 1)
            is_whole = inflater.eof and not inflater.unused_data
        else:
            raise BadBody("an encoding that nobody asked for")
    except (zlib.error, brotli.error) as error:
        raise BadBody("does not unpack") from error
    if not is_whole or len(found) > MAX_BODY_BYTES:
        raise BadBody("does not unpack as a whole")
    return found
