"""What somebody leaves in their own inbox who gives a case back to a team that is not theirs.

    payload of a RECEIPT letter = [ticket16, box16, e]
    e: the epoch of the welcome that lies in that team's inbox

That welcome they cannot open; after a crash this says that they have gone, under their own
signature. Nothing in it opens anything. Twin of web/js/crypto/receipt.js.
"""

from __future__ import annotations

from dataclasses import dataclass

from crypto import encoding
from crypto.envelope import BOX_BYTES
from crypto.epoch import MAX_EPOCH

TICKET_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A ticket that was given back, and the first epoch of its box that is not mine."""

    ticket16: bytes
    box16: bytes
    epoch: int

    def encode(self) -> bytes:
        """Return the payload of a RECEIPT letter."""
        return encoding.encode([self.ticket16, self.box16, self.epoch])

    @classmethod
    def decode(cls, raw: bytes) -> Receipt:
        """Read what `encode` wrote; NotCanonical for any other shape."""
        ticket16, box16, epoch = encoding.decode_array(raw, 3)
        return cls(
            ticket16=encoding.binary(ticket16, TICKET_BYTES),
            box16=encoding.binary(box16, BOX_BYTES),
            epoch=encoding.uint(epoch, MAX_EPOCH),
        )
