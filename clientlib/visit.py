"""One visit of a seeker to the live chat: its secrets, and what a keyring remembers of it.

For an unregistered seeker all of it lives in memory, under an account secret that has no door.
"""

from __future__ import annotations

from dataclasses import dataclass

from crypto import acceptance, account, credential, encoding
from crypto.entry import Entry, EntryState, KeptSecret
from crypto.keys import AccountSecret, EpochSecret
from crypto.primitives import sign_public
from crypto.random import Rand, random_bytes
from crypto.roster import BoxKind

NO_PIN = (0, bytes(32))
_HOUR_MS = 3_600_000
# A chat itself, a night of rest before it, and clocks that differ.
_MARGIN_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitNote:
    """What a seeker's entry remembers of a live chat, sealed in its settings.

    `number` is 0 before the relay has drawn it; `since_ms` is when the chat was asked for, and
    once it has begun, when it began.
    """

    portal16: bytes
    number: int
    since_ms: int

    def encode(self) -> bytes:
        """Return the settings bytes: [portal16, number, since ms]."""
        return encoding.encode([self.portal16, self.number, self.since_ms])

    @staticmethod
    def decode(raw: bytes) -> VisitNote:
        """Read the settings bytes."""
        portal16, number, since_ms = encoding.decode_array(raw, 3)
        return VisitNote(
            portal16=encoding.binary(portal16, 16),
            number=encoding.uint(number),
            since_ms=encoding.uint(since_ms),
        )

    def is_over(self, now_ms: int, retention_hours: int) -> bool:
        """Tell whether the purge must be past; before, a relay that knows no such box may lie."""
        return now_ms - self.since_ms > (retention_hours + _MARGIN_HOURS) * _HOUR_MS


class Visit:
    """The secrets of one visit, and where it stands."""

    def __init__(
        self,
        ams: AccountSecret,
        box16: bytes,
        note: VisitNote,
        es: EpochSecret | None = None,
        rand: Rand = random_bytes,
    ) -> None:
        self.ams = ams
        self.box16 = box16
        self.note = note
        self.es = es
        self.keys = account.conversation(ams, box16)
        # Makes a repeated request for a place the same request.
        self.client_id16 = rand(16)
        self.ticket16 = b""
        self._rand = rand

    @staticmethod
    def begin(portal16: bytes, now_ms: int, ams: AccountSecret | None, rand: Rand) -> Visit:
        """Draw everything; without an account secret, one that has no door."""
        note = VisitNote(portal16=portal16, number=0, since_ms=now_ms)
        return Visit(ams or account.new_account_secret(rand), rand(16), note, None, rand)

    @staticmethod
    def remembered(ams: AccountSecret, entry: Entry) -> Visit:
        """Bring back what a keyring kept; RemoteError when that is not what a visit keeps."""
        es = entry.secrets[0].es if entry.secrets else None
        return Visit(ams, entry.box16, VisitNote.decode(entry.settings), es)

    @property
    def cap_hash(self) -> bytes:
        """What the relay may know of the ticket capability."""
        return credential.cap_hash(self.keys.ticket_cap)

    @property
    def key_hash(self) -> bytes:
        """What the relay and the queue may know of the signing key."""
        return acceptance.seeker_key_hash(sign_public(self.keys.sign))

    def draw_epoch(self) -> EpochSecret:
        """Draw the epoch secret, once; it must be remembered before it is used."""
        if self.es is None:
            self.es = EpochSecret(self._rand(EpochSecret.SIZE_BYTES))
        return self.es

    def entry(self) -> Entry:
        """Return what a keyring keeps; with the epoch secret it counts as newer than without."""
        secrets = () if self.es is None else (KeptSecret(epoch=0, es=self.es),)
        return Entry(
            box16=self.box16,
            kind=int(BoxKind.CASE),
            state=EntryState.OPEN,
            key_context=self.box16,
            secrets=secrets,
            pin_n=NO_PIN[0],
            pin_chain=NO_PIN[1],
            counter=1 + len(secrets),
            settings=self.note.encode(),
        )
