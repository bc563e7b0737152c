"""Who is let into a box again: the key context of each time (protocol section 3).

    key context of generation g of a box = box16 for g = 0, else HASH("rejoin", box16, g)[:16]

With another context comes another capability: what somebody held who was taken out opens nothing,
though the same person is in again. It follows from box and generation alone, because two devices
that take one letter at once must come to the same capability.
"""

from __future__ import annotations

from crypto import labels
from crypto.account import CONTEXT_BYTES
from crypto.primitives import hash_


def key_context(box16: bytes, generation: int) -> bytes:
    """Return the key context of an entry; 16 bytes."""
    if generation == 0:
        return box16
    return hash_(labels.REJOIN, box16, generation)[:CONTEXT_BYTES]
