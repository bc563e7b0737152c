"""Made-up boxes for the load: everything follows from a number, so that two processes agree.

`seed_boxes` puts them into a running relay through its own store and keeper, because the queue of a
portal would have to be walked once for each; from then on all traffic is the wire's.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crypto import chain, encoding
from crypto.credential import cap_hash
from crypto.encoding import Value
from crypto.keys import CapSecret
from crypto.primitives import NONCE_BYTES, TAG_BYTES
from crypto.wire.base import ALL_RIGHTS, Command
from crypto.wire.boxes import Post, Read
from crypto.wire.codec import encode_command
from e2e_server.app import Relay
from e2e_server.features.boxes import cap_store, store
from e2e_server.kernel.clock import hour_of
from e2e_server.storage.port import WriteTransaction

# A sealed message of some 900 characters fills this bucket; with its outside it is 1 KB on disk.
BUCKET_BYTES = 1_024
GROUP_NUMBER = 0
GROUP_MEMBERS = 30
_LIFE_HOURS = 48
_MASKED = 0x80
_FINAL_BINARY = 0x82


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Box number `number` with `members` members, each with all rights."""

    number: int
    members: int

    @property
    def box16(self) -> bytes:
        """The box's id."""
        return _drawn(f"box {self.number}", 16)

    @property
    def kid(self) -> bytes:
        """The epoch that its envelopes name."""
        return _drawn(f"kid {self.number}", 8)

    def cap(self, member: int) -> bytes:
        """The capability of one member."""
        return _drawn(f"cap {self.number} {member}", 32)

    def read(self, request: int, member: int, start: int) -> bytes:
        """A client's frame that reads from `start` on and subscribes."""
        return frame(request, Read(box16=self.box16, start=start), self.cap(member))

    def posts(self, member: int, series: int, count: int) -> Iterator[bytes]:
        """`count` frames, each with an envelope that no other member or series has posted."""
        cap = self.cap(member)
        for i in range(count):
            nonce = _drawn(f"nonce {series} {member} {i}", NONCE_BYTES)
            sealed = (nonce * BUCKET_BYTES)[: BUCKET_BYTES + TAG_BYTES]
            outside: list[Value] = [1, 1, self.box16, self.kid, nonce, sealed]
            e1 = encoding.encode(outside)
            yield frame(i + 10, Post(box16=self.box16, e1=e1), cap)


def made_boxes(chats: int) -> tuple[Box, ...]:
    """The group's box, and after it one box for each chat of two."""
    group = Box(number=GROUP_NUMBER, members=GROUP_MEMBERS)
    return (group, *(Box(number=i, members=2) for i in range(1, chats + 1)))


def frame(request: int, command: Command[object], credential: bytes) -> bytes:  # type: ignore[type-var]  # any reply
    """One command as a client's WebSocket frame; the mask is zero, which saves the client work."""
    payload = encode_command(request, command, credential)
    size = len(payload)
    if size < 126:
        return bytes((_FINAL_BINARY, _MASKED | size)) + bytes(4) + payload
    return bytes((_FINAL_BINARY, _MASKED | 126)) + size.to_bytes(2, "big") + bytes(4) + payload


async def seed_boxes(relay: Relay, boxes: Sequence[Box]) -> None:
    """Create the boxes, as the command `create` and a first commit would."""
    await asyncio.gather(*(relay.parts.keeper.share_new(one.box16) for one in boxes))

    def work(tx: WriteTransaction) -> None:
        for one in boxes:
            _insert(tx, one)

    await relay.parts.db.write(work)


def _insert(tx: WriteTransaction, box: Box) -> None:
    head, hour = chain.start(box.box16), hour_of(tx.now_ms)
    store.insert_box(
        tx,
        box16=box.box16,
        head=head,
        created_hour=hour,
        closes_hour=hour + _LIFE_HOURS,
        ends_ms=0,
    )
    for member in range(box.members):
        new = store.CapRow(
            sidx=member,
            cap_hash=cap_hash(CapSecret(box.cap(member))),
            rights=ALL_RIGHTS,
            under_sign_in=False,
        )
        cap_store.insert_cap(tx, box.box16, new, came_with_box=member == 0)
    store.advance(tx, box.box16, n=0, head=head, kid=box.kid)


def _drawn(name: str, size: int) -> bytes:
    return hashlib.blake2b(name.encode("ascii"), digest_size=size).digest()
