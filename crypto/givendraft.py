"""A draft that goes along: what a counsellor has typed and not sent, for who answers next.

    payload of a DRAFT letter = [box16, e, certificate hash of who typed it, text in UTF-8]
    e: the epoch of the welcome that it comes with

It lies in the team's inbox beside welcome and grant, never in the box: the seeker does not read
it. Who typed it is the word of whoever sealed the letter.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crypto import encoding
from crypto.entry import MAX_DRAFT_BYTES
from crypto.envelope import BOX_BYTES
from crypto.epoch import MAX_EPOCH
from crypto.errors import NotCanonical
from crypto.primitives import HASH_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenDraft:
    """A text that was not sent, and by whom."""

    box16: bytes
    epoch: int
    certificate_hash: bytes
    text: str = field(repr=False)

    def encode(self) -> bytes:
        """Return the payload of a DRAFT letter."""
        text = self.text.encode("utf-8")
        return encoding.encode([self.box16, self.epoch, self.certificate_hash, text])

    @classmethod
    def decode(cls, raw: bytes) -> GivenDraft:
        """Read what `encode` wrote; NotCanonical for any other shape, or more than a draft."""
        box16, epoch, certificate_hash, text = encoding.decode_array(raw, 4)
        typed = encoding.binary(text)
        if not 0 < len(typed) <= MAX_DRAFT_BYTES:
            raise NotCanonical("no draft of this length")
        try:
            words = typed.decode("utf-8")
        except UnicodeDecodeError as error:
            raise NotCanonical("not UTF-8") from error
        return cls(
            box16=encoding.binary(box16, BOX_BYTES),
            epoch=encoding.uint(epoch, MAX_EPOCH),
            certificate_hash=encoding.binary(certificate_hash, HASH_BYTES),
            text=words,
        )
