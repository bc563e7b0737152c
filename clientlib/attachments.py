"""Files up and down: sealed on this side, in parts that may be sent again, checked as a whole.

`Upload.run` and `Download.run` go on where they stood when they are called again after a lost line.
Nothing of a received file is handed out before every chunk, the final tag, count, hash and size
agree and the content is what name and type of the message say.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp

from clientlib.errors import Disconnected
from clientlib.relay import RelayClient
from crypto import attachment, encoding, filestream, filetype
from crypto.attachment import Attachment
from crypto.filestream import CHUNK_BYTES, PART_BYTES, SEALED_CHUNK_BYTES
from crypto.filetype import UnfitFile
from crypto.random import Rand, random_bytes
from crypto.wire import blobs as wire
from crypto.wire.errors import ErrorCode, WireError

Progress = Callable[[int, int], None]
_READ_BYTES = 65_536
_CODES = {code.value: code for code in ErrorCode}


def quiet(done_bytes: int, all_bytes: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """A file whose every byte was checked; `name` is safe to be used in a folder."""

    name: str
    mime: str
    raw: bytes = field(repr=False)


def read_message(payload: bytes) -> Attachment:
    """Read what a message says about its file; RemoteError when it breaks a rule."""
    return Attachment.from_items(encoding.decode(payload))


def write_message(sent: Attachment) -> bytes:
    """Write what a message says about its file: the payload of an envelope of kind FILE."""
    return encoding.encode(sent.items())


def inspect(raw: bytes, name: str) -> tuple[filetype.FileType, str]:
    """Return type and cleaned name of a file that may be sent; UnfitFile otherwise."""
    if len(raw) > attachment.MAX_FILE_BYTES:
        raise UnfitFile("too_large")
    found = filetype.judge(raw)
    return found, filetype.clean_name(name, found)


class Upload:
    """One file on its way up. `blob16` and key are drawn once, so parts can be repeated."""

    def __init__(
        self,
        relay: RelayClient,
        box16: bytes,
        cap: bytes,
        raw: bytes,
        name: str,
        *,
        progress: Progress = quiet,
        rand: Rand = random_bytes,
    ) -> None:
        found, self._name = inspect(raw, name)
        self._mime = found.mime
        self._relay, self._box16, self._cap = relay, box16, cap
        self._raw, self._progress = raw, progress
        self.blob16 = rand(attachment.BLOB_BYTES)
        self._sealer = filestream.Sealer(self.blob16, len(raw), rand)
        self._all_bytes = filestream.sealed_size(len(raw))
        self._chunks = 0
        self._sealed = b""
        self._sent_parts = 0
        self._sent: Attachment | None = None
        self._is_cancelled = False

    async def run(self) -> Attachment:
        """Send what is missing, commit, and return what the message says; Disconnected, WireError.

        WireError `expired` after `cancel`.
        """
        async with aiohttp.ClientSession() as http:
            while part := self._next_part():
                await self._put(http, part)
                self._sealed = self._sealed[len(part) :]
                self._sent_parts += 1
                done = min(self._sent_parts * PART_BYTES, self._all_bytes)
                self._progress(done, self._all_bytes)
        self._must_run()
        sent = self._finish()
        command = wire.BlobCommit(
            box16=self._box16,
            blob16=self.blob16,
            parts=self._sent_parts,
            ciphertext_hash=sent.hash,
        )
        await self._relay.request(command, self._cap)
        return sent

    async def cancel(self) -> None:
        """Send no more and leave no parts behind."""
        self.stop()
        forget = wire.BlobForget(box16=self._box16, blob16=self.blob16)
        await self._relay.request(forget, self._cap)

    def stop(self) -> None:
        """Send no more; `cancel` also takes back what the relay has."""
        self._is_cancelled = True

    def _next_part(self) -> bytes:
        """Return the part that is due, sealing on; it is kept until the relay has it."""
        while len(self._sealed) < PART_BYTES and self._chunks < self._sealer.count:
            start = self._chunks * CHUNK_BYTES
            self._sealed += self._sealer.seal(self._raw[start : start + CHUNK_BYTES])
            self._chunks += 1
        return self._sealed[:PART_BYTES]

    async def _put(self, http: aiohttp.ClientSession, part: bytes) -> None:
        self._must_run()
        url = f"{_url(self._relay, self._box16, self.blob16)}/{self._sent_parts}"
        try:
            async with http.put(url, data=part, headers=_headers(self._cap)) as answer:
                if answer.status != 204:
                    raise _refusal(await answer.text())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Disconnected("connection lost") from error

    def _must_run(self) -> None:
        if self._is_cancelled:
            raise WireError(ErrorCode.EXPIRED)

    def _finish(self) -> Attachment:
        if self._sent is None:
            self._sent = self._sealer.finish(self._mime, self._name)
        return self._sent


class Download:
    """One file on its way down, kept back until all of it is checked."""

    def __init__(
        self,
        relay: RelayClient,
        box16: bytes,
        cap: bytes,
        wanted: Attachment,
        *,
        progress: Progress = quiet,
    ) -> None:
        self._relay, self._box16, self._cap = relay, box16, cap
        self._wanted, self._progress = wanted, progress
        self._opener = filestream.Opener(wanted)
        self._all_bytes = filestream.sealed_size(wanted.size)
        self._got = 0
        self._sealed = b""

    async def run(self) -> ReceivedFile:
        """Fetch the rest and return the file; Disconnected, WireError, RemoteError."""
        async with aiohttp.ClientSession() as http:
            if self._got < self._all_bytes:
                await self._fetch(http)
        if self._got < self._all_bytes:
            raise Disconnected("connection lost")
        if self._sealed:
            self._opener.open(self._sealed)
            self._sealed = b""
        raw = b"".join(self._opener.finish())
        found = filetype.check(raw, self._wanted.mime, self._wanted.name)
        name = filetype.clean_name(self._wanted.name, found)
        return ReceivedFile(name=name, mime=found.mime, raw=raw)

    async def _fetch(self, http: aiohttp.ClientSession) -> None:
        headers = _headers(self._cap)
        if self._got:
            headers["Range"] = f"bytes={self._got}-"
        url = _url(self._relay, self._box16, self._wanted.blob16)
        try:
            async with http.get(url, headers=headers) as answer:
                if answer.status != (206 if self._got else 200):
                    raise _refusal(await answer.text())
                async for piece in answer.content.iter_chunked(_READ_BYTES):
                    self._take(piece)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Disconnected("connection lost") from error

    def _take(self, piece: bytes) -> None:
        self._got += len(piece)
        self._sealed += piece
        while len(self._sealed) >= SEALED_CHUNK_BYTES:
            self._opener.open(self._sealed[:SEALED_CHUNK_BYTES])
            self._sealed = self._sealed[SEALED_CHUNK_BYTES:]
        self._progress(self._got, self._all_bytes)


def _url(relay: RelayClient, box16: bytes, blob16: bytes) -> str:
    return f"{relay.url}/blob/{box16.hex()}/{blob16.hex()}"


def _headers(cap: bytes) -> dict[str, str]:
    given = base64.urlsafe_b64encode(cap).decode("ascii").rstrip("=")
    return {"Authorization": f"{wire.AUTHORIZATION_SCHEME} {given}"}


def _refusal(text: str) -> WireError:
    return WireError(_CODES.get(text, ErrorCode.INTERNAL))
