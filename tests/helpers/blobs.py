"""Sealed files over the raw paths of the relay, and what lies in its folders."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import aiohttp

from crypto import filestream
from crypto.wire import blobs as wire
from crypto.wire.base import Done
from tests.helpers.livecast import House, Seeker
from tests.helpers.organisation import seed
from tests.helpers.rawclient import RawClient
from tests.vectors.make.common import SeededRand

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the relay said over HTTP."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def code(self) -> str:
        """The refusal's code."""
        return self.body.decode("ascii")


class SealedFile:
    """A sealed file of `size` bytes; everything follows from the name."""

    def __init__(self, name: str, size: int = 5_000) -> None:
        self.blob16 = seed(f"blob {name}", 16)
        plain = (seed(f"plain {name}", 64) * (size // 64 + 1))[:size]
        self.sent, self.sealed = filestream.seal_file(
            self.blob16, plain, "application/pdf", "Plan.pdf", SeededRand(name)
        )
        self.parts = [self.sealed[at : at + MIB] for at in range(0, len(self.sealed), MIB)]

    def commit(self, box16: bytes, **changed: object) -> wire.BlobCommit:
        """Return the commit."""
        given: dict[str, object] = {
            "box16": box16,
            "blob16": self.blob16,
            "parts": len(self.parts),
            "ciphertext_hash": hashlib.blake2b(self.sealed, digest_size=32).digest(),
        }
        return wire.BlobCommit(**(given | changed))  # type: ignore[arg-type]  # by name

    def forget(self, box16: bytes) -> wire.BlobForget:
        """Return the cancellation."""
        return wire.BlobForget(box16=box16, blob16=self.blob16)


class Line:
    """Somebody's HTTP in one box: `cap` as the header's capability."""

    def __init__(self, home: House, seeker: Seeker, cap: bytes, client: RawClient) -> None:
        self.home, self.seeker, self.cap, self.client = home, seeker, cap, client

    async def put(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> Answer:
        """Send a part."""
        return await self.call("PUT", path, body, headers)

    async def get(self, blob16: bytes, headers: dict[str, str] | None = None) -> Answer:
        """Fetch a blob."""
        return await self.call("GET", self.path(blob16), None, headers)

    async def call(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str] | None
    ) -> Answer:
        """Send one request under the own capability."""
        given = authorization(self.cap) | (headers or {})
        content = None if body is None else BytesIO(body)
        url = self.home.server.url + path
        async with (
            aiohttp.ClientSession() as http,
            http.request(method, url, data=content, headers=given) as answer,
        ):
            return Answer(
                status=answer.status, body=await answer.read(), headers=dict(answer.headers)
            )

    def path(self, blob16: bytes, part: int | None = None) -> str:
        """Return the path of a blob of this box, or of one of its parts."""
        path = f"/blob/{self.seeker.box16.hex()}/{blob16.hex()}"
        return path if part is None else f"{path}/{part}"

    async def put_parts(self, file: SealedFile) -> list[int]:
        """Send all parts; return the statuses."""
        answers = [
            await self.put(self.path(file.blob16, number), part)
            for number, part in enumerate(file.parts)
        ]
        return [one.status for one in answers]

    async def sends(self, file: SealedFile) -> None:
        """Send all of a file and commit it."""
        assert await self.put_parts(file) == [204] * len(file.parts)
        done = await self.client.call(file.commit(self.seeker.box16), self.cap)
        assert done == Done()


def authorization(cap: bytes) -> dict[str, str]:
    """Return the header that carries a capability."""
    return {"Authorization": "Box " + base64.urlsafe_b64encode(cap).decode("ascii").rstrip("=")}


def stored_files(home: House) -> list[Path]:
    """Return every file of the blob store."""
    folder = home.server.settings.data_dir / "blobs"
    return sorted(path for path in folder.rglob("*") if path.is_file())


def files_with(home: House, needle: bytes) -> list[str]:
    """Return the names of all files of the server whose bytes hold `needle`."""
    root = home.server.settings.data_dir.parent
    found = [path for path in root.rglob("*") if path.is_file()]
    return [path.name for path in found if needle in path.read_bytes() or needle in bytes(path)]
