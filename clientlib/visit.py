"""One visit of a seeker to the live chat: its secrets, and the entry that remembers them.

For an unregistered seeker all of it lives in memory, under an account secret that has no door.
"""

from __future__ import annotations

from clientlib.notes import NO_PIN, VisitNote
from crypto import acceptance, account, credential
from crypto.entry import Entry, EntryState, KeptSecret
from crypto.keys import AccountSecret, EpochSecret
from crypto.primitives import sign_public
from crypto.random import Rand, random_bytes
from crypto.roster import BoxKind


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
