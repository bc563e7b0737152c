"""Grants: a member hands the secrets of earlier epochs to somebody whom a commit adds (section 5).

    payload of a GRANT letter = [box16, [ES_0 .. ES_{e-1}]]
    e: the epoch whose commit adds the reader

Who comes late sees no history unless it is granted. What is granted begins at the box's start, and
all of it is judged by the same rules as anybody's reading; the commit that adds the reader states
the chain up to itself, so the relay can neither leave out nor change what came before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from crypto import encoding, reading
from crypto.envelope import BOX_BYTES
from crypto.errors import BadStatement, NotCanonical
from crypto.keys import EpochSecret
from crypto.letter import Letter, Welcome
from crypto.reading import Holder
from crypto.roster import StaffView
from crypto.transcript import Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The secrets of all epochs before the one that the receiver was welcomed into, in order."""

    box16: bytes
    secrets: tuple[EpochSecret, ...]

    def encode(self) -> bytes:
        """Return the payload of a GRANT letter."""
        return encoding.encode([self.box16, [es.raw for es in self.secrets]])

    @classmethod
    def decode(cls, raw: bytes) -> Grant:
        """Read what `encode` wrote; NotCanonical for any other shape or a grant of nothing."""
        box16, secrets = encoding.decode_array(raw, 2)
        items = encoding.array(secrets)
        if not items:
            raise NotCanonical("a grant of nothing")
        return cls(
            box16=encoding.binary(box16, BOX_BYTES),
            secrets=tuple(
                EpochSecret(encoding.binary(one, EpochSecret.SIZE_BYTES)) for one in items
            ),
        )


def read_granted(
    letter: Letter, welcome: Welcome, grant: Grant, holder: Holder, staff: StaffView
) -> Transcript:
    """Read from number 1 what was granted with a welcome; checks all that `reading.join` checks.

    That the grant comes from somebody who may give it (who wrote the welcome, or the seeker) is for
    the caller. BadStatement when welcome and grant do not belong together.
    """
    reading.join(letter, welcome, holder, staff)
    if grant.box16 != welcome.box16 or len(grant.secrets) != welcome.epoch:
        raise BadStatement("not the history before this welcome")
    known = replace(holder, secrets=(*holder.secrets, *grant.secrets, welcome.es))
    transcript = reading.start(
        welcome.box16, grant.secrets[0], known, staff, admitted=welcome.epoch
    )
    stated = welcome.commit.body
    transcript.expect(stated.head_n, stated.head)
    return transcript
