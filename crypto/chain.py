"""Chain heads and tombs (protocol sections 5 and 8); the relay computes them too.

    env_id = HASH("env", envelope bytes)
    chain_0 = HASH("box", box16);  chain_m = HASH("chain", chain_{m-1}, env_id_m)
    tomb = HASH("tomb", box16, final head, close minute)

Whatever the bytes of an envelope are, readable or not, they count: the pair (head_n, head) covers
every envelope that the relay numbered.
"""

from __future__ import annotations

from crypto import labels
from crypto.primitives import HASH_BYTES, hash_

HEAD_BYTES = HASH_BYTES


def env_id(envelope: bytes) -> bytes:
    """Name an envelope by its bytes; 32 bytes."""
    return hash_(labels.ENV, envelope)


def start(box16: bytes) -> bytes:
    """Return chain_0, the head of an empty box; 32 bytes."""
    return hash_(labels.BOX, box16)


def extend(head: bytes, env_id: bytes) -> bytes:
    """Return the head after one more envelope; 32 bytes."""
    return hash_(labels.CHAIN, head, env_id)


def tomb(box16: bytes, head: bytes, close_minute: int) -> bytes:
    """Name a purged box for those who knew it; `close_minute` counts minutes since the epoch."""
    return hash_(labels.TOMB, box16, head, close_minute)
