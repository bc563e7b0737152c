"""A counsellor: sign in, be on duty, accept, open the letter, answer (sections 3 to 5).

Everything needed to find a running chat again lies in the keyring before it is first used, so a
crash at any point loses nothing: the next sign-in reads letters and boxes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from clientlib import accounts
from clientlib.accept import is_accepted_by
from clientlib.box import Box
from clientlib.errors import Refused
from clientlib.keyring import Keyring
from clientlib.relay import RelayClient
from clientlib.translog import LogReader
from crypto import acceptance, account, credential, encoding, kem, letter, profile, reading
from crypto.certificate import Certificate
from crypto.entry import Entry, EntryState, KeptSecret, gone
from crypto.epoch import es_hash
from crypto.errors import BadProof, LocalError, RemoteError
from crypto.keys import AccountSecret, CapSecret, Share, SignPublic
from crypto.letter import LetterKind, Welcome
from crypto.logview import LogView
from crypto.primitives import sign_public
from crypto.roster import BoxKind
from crypto.statement import Staff as StaffStatement
from crypto.wire import boxes, live
from crypto.wire.accounts import AccountKind
from crypto.wire.base import Event
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.staff import Duty, ProfilePut

NO_PIN = (0, bytes(32))
_HOUR_MS = 3_600_000
_MINUTES_OF_HOUR = 60
# A chat itself, and clocks that differ.
_MARGIN_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatNote:
    """What a counsellor's entry remembers of a live chat, sealed in its settings."""

    portal16: bytes
    number: int
    nickname: str = ""
    colour: int = 0
    joined_hour: int = 0

    def encode(self) -> bytes:
        """Return the settings bytes."""
        return encoding.encode(
            [self.portal16, self.number, self.nickname, self.colour, self.joined_hour]
        )

    @staticmethod
    def decode(raw: bytes) -> ChatNote:
        """Read the settings bytes."""
        portal16, number, nickname, colour, hour = encoding.decode_array(raw, 5)
        return ChatNote(
            portal16=encoding.binary(portal16, 16),
            number=encoding.uint(number),
            nickname=encoding.text(nickname, 40),
            colour=encoding.uint(colour),
            joined_hour=encoding.uint(hour),
        )

    def is_over(self, now_hour: int, retention_hours: int) -> bool:
        """Tell whether the purge must be past.

        Until then a relay that says there is no such box is not believed so far that the secrets
        go: it may be a lie, or a crash between two steps.
        """
        return now_hour - self.joined_hour > retention_hours + _MARGIN_HOURS


class FalseRow(Refused):
    """The relay shows a request with a seeker whom this account has not accepted."""


class Staff:
    """A signed-in colleague on one device."""

    def __init__(
        self,
        relay: RelayClient,
        log: LogReader,
        signed_in: accounts.SignedIn,
        now_ms: Callable[[], int],
    ) -> None:
        self.relay = relay
        self.log = log
        self.ams: AccountSecret = signed_in.ams
        self.token = signed_in.token
        self.subject16 = signed_in.subject16
        self.keyring = Keyring(relay, signed_in.ams, signed_in.pages, AccountKind.STAFF, now_ms)
        self.rows: dict[bytes, live.QueueRow] = {}
        self.accepted: dict[bytes, live.QueueRow] = {}
        self.refused_letters = 0
        self._now_ms = now_ms
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        relay.listen(self._hear)

    @property
    def certificate(self) -> Certificate:
        """The own certificate in force; LocalError when there is none."""
        running = [
            one
            for one in self.log.view.own_certificates(self.subject16)
            if one.revoked_at is None and one.runs_at(self._now_ms())
        ]
        if not running:
            raise LocalError("no certificate in force")
        return running[-1]

    @property
    def sign_pk(self) -> SignPublic:
        """The own signing key, derived and never fetched."""
        return sign_public(account.staff_sign(self.ams))

    async def begin(self) -> None:
        """Check that the log continues what was pinned and holds exactly the own keys; pin it."""
        self.log.pin(*self.keyring.log_pin)
        view = await self.log.update()
        for one in view.own_certificates(self.subject16):
            if one.revoked_at is None and one.sign_pk != self.sign_pk:
                raise Refused("a certificate of mine that is not mine")
        await self.keyring.pin_log(view.size, view.root())

    async def publish_profile(self, name: str, counter: int, text: str = "") -> None:
        """Publish the own signed profile."""
        raw = profile.Profile(
            subject16=self.subject16, name=name, text=text, counter=counter
        ).encode()
        signature = profile.sign_profile(account.staff_sign(self.ams), raw)
        await self.relay.request(ProfilePut(profile=raw, signature=signature))

    async def set_duty(self, portals: tuple[bytes, ...], on: bool) -> int:
        """Take or give back the lease; repeat while on duty. Returns its end in ms."""
        return (await self.relay.request(Duty(portals=portals, on=int(on)))).until_ms

    async def read_queue(self, portals: tuple[bytes, ...]) -> None:
        """Read the queue and follow it."""
        reply = await self.relay.request(live.Queue(portals=portals))
        self.rows = {}
        for row in reply.rows:
            self._take(row)
        await self._tell()

    async def accept(self, ticket16: bytes) -> None:
        """ "Chat starten"; WireError taken when a colleague was first."""
        row = self.rows[ticket16]
        view = await self.log.update()
        expires_ms = await self.relay.relay_now_ms() + acceptance.VALID_MS
        signature = acceptance.sign_accept(
            account.staff_sign(self.ams),
            ticket16,
            row.key_hash,
            view.size,
            view.root(),
            expires_ms,
        )
        signed = live.Acceptance(
            certificate_hash=self.certificate.hash,
            log_size=view.size,
            log_root=view.root(),
            expires_ms=expires_ms,
            signature=signature,
        )
        await self.relay.request(live.Accept(ticket16=ticket16, **asdict(signed)))
        self.accepted[ticket16] = replace(row, acceptance=(signed,))

    async def hand_back(self, ticket16: bytes) -> None:
        """Give an offered request back."""
        await self.relay.request(live.Return(ticket16=ticket16))
        self.accepted.pop(ticket16, None)

    async def read_inbox(self) -> list[Box]:
        """Join the boxes that letters in the own inbox open; read the queue first.

        A letter goes once its box is joined, or when it can never be: forged, or its box is gone.
        Without the proof of the own signature that its ticket was accepted it opens nothing and
        stays: a row that the relay forged must not cost a real letter.
        """
        inbox16 = letter.inbox16(kem.public(account.staff_kem(self.ams)))
        joined = []
        for stored in await self._letters(inbox16):
            try:
                box = await self._join(stored)
                if box is None:
                    continue
                joined.append(box)
            except FalseRow:
                self.refused_letters += 1
                continue
            except RemoteError:
                self.refused_letters += 1
            except WireError as error:
                if error.code is not ErrorCode.UNKNOWN:
                    raise
            await self.relay.request(boxes.LetterDelete(inbox16=inbox16, letter=stored.letter))
        return joined

    async def running(self) -> list[Box]:
        """Open every box of the keyring again, after a new sign-in."""
        found = []
        for entry in tuple(self.keyring.entries):
            if entry.state is EntryState.GONE:
                continue
            try:
                found.append(await self._reopen(entry))
            except WireError as error:
                if error.code is not ErrorCode.UNKNOWN:
                    raise
                await self._forget_if_over(entry)
        return found

    def note_of(self, box16: bytes) -> ChatNote | None:
        """Return what the keyring says about a live chat."""
        entry = self.keyring.entry(box16)
        return None if entry is None or not entry.settings else ChatNote.decode(entry.settings)

    async def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition` holds; it is asked after every event about the queue."""
        async with self._changed:
            await self._changed.wait_for(condition)

    async def _letters(self, inbox16: bytes) -> list[boxes.StoredLetter]:
        """Read the inbox page by page to its end."""
        found: list[boxes.StoredLetter] = []
        while True:
            start = found[-1].letter + 1 if found else 0
            page = await self.relay.request(boxes.InboxRead(inbox16=inbox16, start=start))
            if not page.letters:
                return found
            if page.letters[0].letter < start:
                raise BadProof("an inbox that begins again never ends")
            found.extend(page.letters)

    async def _join(self, stored: boxes.StoredLetter) -> Box | None:
        """Protocol section 5: check who signed, save the keyring, swap the cap; in this order."""
        note = letter.open_letter(stored.e2, account.staff_kem(self.ams))
        if note.kind != LetterKind.WELCOME:
            return None  # team keys and proposals wait for who asks for them
        welcome = Welcome.decode(note.payload)
        row = self.accepted.get(welcome.ticket16)
        if row is None:
            return None
        if not is_accepted_by(self.sign_pk, welcome.ticket16, row):
            raise FalseRow("an acceptance that is not mine")
        # The letter must come from the very key that was accepted: the relay cannot put anybody
        # else behind an acceptance.
        if row.key_hash != acceptance.seeker_key_hash(note.sign_pk):
            raise Refused("not the seeker who was accepted")
        keys = account.conversation(self.ams, welcome.box16)
        share = await self.relay.request(boxes.GetShare(box16=welcome.box16), welcome.join_cap.raw)
        holder = reading.Holder(
            kem_secrets=(account.staff_kem(self.ams),), share=Share(share.share)
        )
        if welcome.commit.body.log_n > self.log.view.size:
            await self.log.update()
        transcript = reading.join(note, welcome, holder, self.log.staff)
        await self.keyring.remember(
            Entry(
                box16=welcome.box16,
                kind=int(BoxKind.CASE),
                state=EntryState.OPEN,
                key_context=welcome.box16,
                secrets=(KeptSecret(epoch=welcome.epoch, es=welcome.es),),
                pin_n=NO_PIN[0],
                pin_chain=NO_PIN[1],
                counter=1,
                settings=ChatNote(
                    portal16=row.portal16, number=row.number, joined_hour=self._hour()
                ).encode(),
            )
        )
        await self._swap(welcome.box16, welcome.join_cap, keys.cap)
        box = Box(
            self.relay,
            self.log,
            transcript,
            keys.cap,
            account.staff_sign(self.ams),
            self._now_ms,
        )
        await box.open()
        return box

    async def _swap(self, box16: bytes, join_cap: CapSecret, cap: CapSecret) -> None:
        await self.relay.request(
            boxes.Swap(box16=box16, new_cap_hash=credential.cap_hash(cap)), join_cap.raw
        )

    async def _forget_if_over(self, entry: Entry) -> None:
        """Purged while nobody was signed in: nothing stays that could open a copy of it."""
        retention_hours = self.log.view.retention_hours("live")
        if ChatNote.decode(entry.settings).is_over(self._hour(), retention_hours):
            await self.keyring.remember(gone(entry, self._hour() * _MINUTES_OF_HOUR, *NO_PIN))

    def _hour(self) -> int:
        return self._now_ms() // _HOUR_MS

    async def _reopen(self, entry: Entry) -> Box:
        keys = account.conversation(self.ams, entry.key_context)
        share = await self.relay.request(boxes.GetShare(box16=entry.box16), keys.cap.raw)
        secrets = {es_hash(entry.box16, kept.es): kept.es for kept in entry.secrets}
        holder = reading.Holder(
            kem_secrets=(account.staff_kem(self.ams),),
            share=Share(share.share),
            secrets=tuple(secrets.values()),
        )
        first = min(entry.secrets, key=lambda kept: kept.epoch)
        transcript = reading.start(entry.box16, first.es, holder, self.log.staff)
        if entry.pin_n:
            transcript.expect(entry.pin_n, entry.pin_chain)
        box = Box(
            self.relay,
            self.log,
            transcript,
            keys.cap,
            account.staff_sign(self.ams),
            self._now_ms,
        )
        await box.open()
        return box

    def _hear(self, event: Event) -> None:
        if isinstance(event, live.QueueRowChanged):
            self._take(event.row)
        elif not isinstance(event, live.Confirmed | boxes.LetterStored):
            return
        task = asyncio.get_running_loop().create_task(self._tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _take(self, row: live.QueueRow) -> None:
        """Learn a row; one that claims an own acceptance also for a letter after the close."""
        if row.acceptance:
            self.accepted[row.ticket16] = row
        if row.state in (live.TicketState.GONE, live.TicketState.CLOSED):
            self.rows.pop(row.ticket16, None)
        else:
            self.rows[row.ticket16] = row

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


async def sign_in(
    relay: RelayClient,
    log: LogReader,
    *,
    name: str,
    phrase: str,
    deployment_id: bytes,
    now_ms: Callable[[], int],
) -> Staff:
    """Sign in under the own certificate and check the log."""

    async def subject_of(sign_pk: SignPublic) -> bytes:
        return certified_subject(await log.update(), sign_pk)

    signed_in = await accounts.sign_in(
        relay, name=name, phrase=phrase, deployment_id=deployment_id, subject_of=subject_of
    )
    staff = Staff(relay, log, signed_in, now_ms)
    await staff.begin()
    return staff


def certified_subject(view: LogView, sign_pk: SignPublic) -> bytes:
    """Return the subject16 of the newest certificate for a signing key; b"" when there is none."""
    for entry in reversed(view.entries):
        statement = entry.payload if entry.is_valid else None
        if isinstance(statement, StaffStatement) and entry.leaf and statement.sign_pk == sign_pk:
            return entry.leaf.subject16
    return b""
