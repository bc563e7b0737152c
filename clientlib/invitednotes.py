"""What keyring entries remember of an invitation to a new access, on both sides.

seeker, invited     [[secret 32, portal16], since ms]
in a case's note    empty, or [words, secret 32, expires hour, sidx of whom it replaces]
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from crypto import encoding, invitation
from crypto.envelope import MAX_SIDX
from crypto.invitation import WORDS_SECRET_BYTES
from crypto.logview import LogView

ITEMS_OF_ARRIVAL = 2
# In the place of a seeker's sidx: the conversation itself waits for the answer.
NOBODY = MAX_SIDX
_HOUR_MS = 3_600_000
_MAX_WORDS_CHARS = 120


async def secret_of(words: str, view: LogView) -> bytes:
    """Return the secret behind six words, for this deployment; slow."""
    org = view.org()
    assert org is not None, "the log has been read"
    return await asyncio.to_thread(invitation.secret_from_words, words, org.deployment_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalNote:
    """What a seeker's entry remembers of an invitation that is not confirmed yet.

    The portal is the one on whose page it was answered.
    """

    secret: bytes = field(repr=False)
    portal16: bytes
    since_ms: int

    def encode(self) -> bytes:
        """Return the settings bytes."""
        return encoding.encode([[self.secret, self.portal16], self.since_ms])

    @staticmethod
    def decode(raw: bytes) -> ArrivalNote:
        """Read the settings bytes."""
        invited, since_ms = encoding.decode_array(raw, ITEMS_OF_ARRIVAL)
        secret, portal16 = encoding.array(invited, 2)
        return ArrivalNote(
            secret=encoding.binary(secret, WORDS_SECRET_BYTES),
            portal16=encoding.binary(portal16, 16),
            since_ms=encoding.uint(since_ms),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An invitation that was given out and not confirmed yet.

    `sidx` is the seeker's entry that it is to replace: with another in its place, it is done.
    """

    words: str = field(repr=False)
    secret: bytes = field(repr=False)
    expires_hour: int
    sidx: int

    def encode(self) -> bytes:
        """Return it as a part of a case's note."""
        return encoding.encode([self.words, self.secret, self.expires_hour, self.sidx])

    @staticmethod
    def decode(raw: bytes) -> Pending | None:
        """Read the part; None where there is none."""
        if not raw:
            return None
        words, secret, expires_hour, sidx = encoding.decode_array(raw, 4)
        return Pending(
            words=encoding.text(words, _MAX_WORDS_CHARS),
            secret=encoding.binary(secret, WORDS_SECRET_BYTES),
            expires_hour=encoding.uint(expires_hour),
            sidx=encoding.uint(sidx, MAX_SIDX),
        )

    def is_over(self, now_ms: int) -> bool:
        """Tell whether it counts no more, by the own clock."""
        return now_ms >= self.expires_hour * _HOUR_MS
