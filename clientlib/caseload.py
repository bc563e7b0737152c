"""The conversations that a counsellor's keyring opens: remembered before used, found after a crash.

The same for live chats and written enquiries, on every device of the account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from clientlib.box import Box
from clientlib.errors import Refused
from clientlib.keyring import Keyring
from clientlib.notes import NO_PIN, CaseNote, ChatNote, chat_note, closed, missed
from clientlib.relay import RelayClient
from clientlib.translog import LogReader
from crypto import account, credential, reading
from crypto.boxstate import Pin
from crypto.entry import Entry, EntryState, KeptSecret, gone
from crypto.epoch import es_hash
from crypto.generation import key_context
from crypto.keys import AccountSecret, CapSecret, KemSecret, Share, SignSecret
from crypto.roster import BoxKind
from crypto.transcript import Transcript
from crypto.wire import boxes
from crypto.wire.errors import ErrorCode, WireError

_MINUTE_MS = 60_000


class Caseload:
    """What one signed-in colleague may open."""

    def __init__(
        self,
        relay: RelayClient,
        log: LogReader,
        ams: AccountSecret,
        keyring: Keyring,
        now_ms: Callable[[], int],
    ) -> None:
        self.relay = relay
        self.log = log
        self.keyring = keyring
        self.now_ms = now_ms
        self._ams = ams

    @property
    def kem_secrets(self) -> tuple[KemSecret, ...]:
        """The own key first, then those of the teams: a case began before it was mine."""
        teams = (kept.seed for kept in self.keyring.team_seeds)
        return (account.staff_kem(self._ams), *teams)

    @property
    def sign_secret(self) -> SignSecret:
        """The own key to sign with."""
        return account.staff_sign(self._ams)

    def cap(self, box16: bytes) -> CapSecret:
        """The own capability in a box as it is remembered, the same on every device."""
        entry = self.keyring.entry(box16)
        return self.cap_of(box16, entry.generation if entry else 0)

    def cap_of(self, box16: bytes, generation: int) -> CapSecret:
        """The own capability of one time of being in a box."""
        return account.conversation(self._ams, key_context(box16, generation)).cap

    def box(self, transcript: Transcript, cap: CapSecret) -> Box:
        """Return a box that is read with `cap`; the caller opens it."""
        return Box(self.relay, self.log, transcript, cap, self.sign_secret, self.now_ms)

    async def share_of(self, box16: bytes, cap: CapSecret) -> Share:
        """Fetch the erase share; WireError unknown when the box is gone, or the right to it."""
        return Share((await self.relay.request(boxes.GetShare(box16=box16), cap.raw)).share)

    async def remember(
        self,
        box16: bytes,
        secrets: Iterable[KeptSecret],
        note: ChatNote,
        generation: int,
        draft: str = "",
    ) -> None:
        """Durable before it is used: without an entry no device would find this box again.

        `generation` is the epoch of the letter that lets me in. Refused where one of this epoch is
        over already, or a later one is known: the letter is an old one. `draft`: what came with it.
        """
        known = self.keyring.entry(box16)
        entry = Entry(
            box16=box16,
            kind=int(BoxKind.CASE),
            state=EntryState.OPEN,
            key_context=key_context(box16, generation),
            secrets=tuple(secrets),
            pin_n=NO_PIN[0],
            pin_chain=NO_PIN[1],
            # A note of an attempt that came to nothing yields to the next.
            counter=known.counter + 1 if known else 1,
            settings=note.encode(),
            generation=generation,
        )
        if draft:
            await self.keyring.remember_typed(entry, draft)
        else:
            await self.keyring.remember(entry)
        self._must_be_in(box16, generation)

    def _must_be_in(self, box16: bytes, generation: int) -> None:
        """Refuse where another device has left it meanwhile, or was let in again."""
        entry = self.keyring.entry(box16)
        if entry is None or (entry.generation, entry.state) >= (generation, EntryState.GONE):
            raise Refused("a conversation that is not mine any more")

    async def keep_secret(self, box16: bytes, secret: KeptSecret) -> None:
        """Remember the secret of a coming epoch; Refused where the box is not remembered."""
        entry = self.keyring.entry(box16)
        if entry is None or entry.state is EntryState.GONE:
            raise Refused("a conversation that is not mine any more")
        await self.keyring.remember(replace(entry, secrets=(*entry.secrets, secret)))
        self._must_be_in(box16, entry.generation)

    async def swap(self, box16: bytes, join_cap: CapSecret) -> None:
        """Exchange the letter's capability for the own one."""
        new = credential.cap_hash(self.cap(box16))
        await self.relay.request(boxes.Swap(box16=box16, new_cap_hash=new), join_cap.raw)

    async def running(self, *, written: bool) -> list[Box]:
        """Open every live chat, or every written case, after a new sign-in."""
        found = []
        for entry in tuple(self.keyring.entries):
            note = chat_note(entry)
            is_prepared = isinstance(note, CaseNote) and note.is_prepared
            if note is not None and isinstance(note, CaseNote) is written and not is_prepared:
                box = await self.reopen(entry)
                if box is None:
                    await self._missed(entry)
                else:
                    found.append(box)
        return found

    async def find(self, box16: bytes) -> Box | None:
        """Open a box that any device of this account may have let in; None where none has."""
        await self.keyring.refresh(box16)
        entry = self.keyring.entry(box16)
        return None if entry is None or not entry.secrets else await self.reopen(entry)

    async def reopen(self, entry: Entry) -> Box | None:
        """Read a box from its start with the own capability; None when the relay knows none.

        One that was handed over without what came before is read from where that let me in.
        """
        cap = account.conversation(self._ams, entry.key_context).cap
        try:
            share = await self.share_of(entry.box16, cap)
        except WireError as error:
            if error.code is not ErrorCode.UNKNOWN:
                raise
            return None
        secrets = {es_hash(entry.box16, kept.es): kept.es for kept in entry.secrets}
        holder = reading.Holder(
            kem_secrets=self.kem_secrets, share=share, secrets=tuple(secrets.values())
        )
        transcript = self._begin(entry, holder)
        if entry.pin_n:
            transcript.expect(entry.pin_n, entry.pin_chain)
        box = self.box(transcript, cap)
        await box.open()
        return box

    def _begin(self, entry: Entry, holder: reading.Holder) -> Transcript:
        note = chat_note(entry)
        if note is not None and note.pin:
            return reading.resume(Pin.decode(note.pin), holder, self.log.staff)
        first = min(entry.secrets, key=lambda kept: kept.epoch)
        admitted = note.admitted if note is not None else 0
        return reading.start(entry.box16, first.es, holder, self.log.staff, admitted)

    async def note_handed_over(self, box16: bytes, generation: int) -> None:
        """A signed commit has taken me out: nothing stays that could open a copy of it.

        What I was let into again since is another generation, and stays.
        """
        entry = self.keyring.entry(box16)
        if entry is not None and entry.generation == generation:
            await self.keyring.remember(gone(entry, self.now_ms() // _MINUTE_MS, *NO_PIN))

    async def note_closed(self, box: Box) -> None:
        """Remember that a conversation has ended, since when, and what will find its tomb."""
        entry = self.keyring.entry(box.box16)
        if entry is not None:
            await self.keyring.remember(box.with_end(closed(entry, self.now_ms())))

    async def _missed(self, entry: Entry) -> None:
        """Purged while nobody was signed in: in time nothing stays that could open a copy of it."""
        retention_hours = self.log.view.retention_hours("live")
        await self.keyring.remember(missed(entry, self.now_ms(), retention_hours))
