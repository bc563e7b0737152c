"""The log as it came over the wire, before anything is believed: leaves, payloads, notes."""

from __future__ import annotations

from dataclasses import dataclass

from clientlib.relay import RelayClient
from crypto import certificate
from crypto.certificate import Leaf
from crypto.errors import RemoteError
from crypto.merkle import Tree
from crypto.wire.translog import LogRead, LogReadReply

MAX_LEAVES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLog:
    """One reading. `size` and `note` as the relay states them with the last leaves."""

    leaves: tuple[bytes, ...]
    payloads: tuple[bytes, ...]
    size: int
    note: bytes

    def tree(self) -> Tree:
        """Return the tree over what was read."""
        tree = Tree()
        for leaf in self.leaves:
            tree.append(leaf)
        return tree

    def unpaired(self) -> tuple[int, ...]:
        """Return the places whose payload is not the one that the leaf names."""
        pairs = zip(self.leaves, self.payloads, strict=True)
        return tuple(place for place, pair in enumerate(pairs) if not _fits(*pair))


async def read_log(url: str) -> RawLog:
    """Read the whole log over a line of its own."""
    leaves: list[bytes] = []
    payloads: list[bytes] = []
    async with RelayClient(url) as relay:
        while True:
            reply: LogReadReply = await relay.request(LogRead(start=len(leaves)))
            leaves += [one.leaf for one in reply.statements]
            payloads += [one.payload for one in reply.statements]
            if not reply.statements or not len(leaves) < min(reply.size, MAX_LEAVES):
                return RawLog(
                    leaves=tuple(leaves),
                    payloads=tuple(payloads),
                    size=reply.size,
                    note=reply.checkpoint,
                )


def _fits(raw: bytes, payload: bytes) -> bool:
    try:
        leaf = Leaf.decode(raw)
    except RemoteError:
        # No payload is named; how it is judged is another check's affair.
        return True
    return leaf.payload_hash == certificate.payload_hash(payload)
