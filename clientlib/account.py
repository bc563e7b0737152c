"""A signed-in seeker on one device: the keyring, and the conversations that it opens again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clientlib import accounts, regulars
from clientlib.box import Box
from clientlib.errors import over_is_fine
from clientlib.keyring import Keyring
from clientlib.notes import arrival_note, closed, enquiry_note, missed
from clientlib.regulars import Given, Regulars
from clientlib.relay import RelayClient
from clientlib.settings import Regular, Settings
from clientlib.translog import LogReader
from crypto import account, epoch, reading
from crypto.account import ConversationKeys
from crypto.entry import Entry, EntryState, gone
from crypto.envelope import parse_outer
from crypto.keys import AccountSecret, EpochSecret, Share
from crypto.levels import NO_TEAMS, Teams
from crypto.roster import Role
from crypto.verdict import NoticeKind
from crypto.wire import boxes, enquiries, live
from crypto.wire.accounts import AccountKind, SignOut
from crypto.wire.capacity import RelationEnd
from crypto.wire.errors import ErrorCode, WireError

_MINUTE_MS = 60_000


class SeekerAccount:
    """A registered seeker; made from what `accounts.sign_in` or `sign_in_by_code` returned."""

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
        self.keyring = Keyring(relay, signed_in.ams, signed_in.pages, AccountKind.SEEKER, now_ms)
        self.now_ms = now_ms
        self._boxes: dict[bytes, Box] = {}

    @property
    def pseudonym(self) -> str:
        """The own name, from the keyring: a sign-in by the sheet does not need it."""
        return self.keyring.pseudonym

    @property
    def handle(self) -> bytes:
        """What the relay and a counsellor know the account by; 16 bytes."""
        return account.handle(self.ams)

    @property
    def settings(self) -> Settings:
        """The settings that all devices share."""
        return Settings.decode(self.keyring.settings)

    async def keep_settings(self, *, sheet_noted: bool) -> None:
        """Keep the settings for all devices."""
        await self.keyring.keep_settings(
            lambda raw: replace(Settings.decode(raw), sheet_noted=sheet_noted).encode()
        )

    def regular_at(self, portal16: bytes) -> Regular | None:
        """Return who is the regular counsellor at a portal."""
        return regulars.regular_at(self.settings.regulars, portal16)

    async def keep_regular(self, portal16: bytes, given: Given) -> None:
        """Take in what a box says of a regular counsellor."""
        certificate = self.log.view.certificate(given.certificate_hash)
        if certificate is not None:
            subject16 = certificate.subject16
            await self._keep_regulars(lambda now: regulars.learn(now, portal16, subject16, given))

    def relation_to(self, portal16: bytes, addressee: bytes) -> bytes:
        """Return what to show where somebody is written to: theirs, else that of a regular one."""
        regular = self.regular_at(portal16)
        known = regulars.known_at(self.settings.known, portal16, addressee)
        is_regulars = regular is not None and regular.subject16 == addressee
        shown = regular if is_regulars or known is None else known
        return shown.relation if shown else b""

    def is_known_to(self, portal16: bytes, subject16: bytes) -> bool:
        """Tell whether this account has had a conversation with somebody at a portal."""
        return regulars.known_at(self.settings.known, portal16, subject16) is not None

    async def keep_known(self, portal16: bytes, given: Given) -> None:
        """Keep what a conversation has left, for every device and the next time."""
        certificate = self.log.view.certificate(given.certificate_hash)
        if certificate is None:
            return
        subject16 = certificate.subject16

        def changed(raw: bytes) -> bytes:
            settings = Settings.decode(raw)
            after = regulars.learn_known(settings.known, portal16, subject16, given)
            return replace(settings, known=after).encode() if after != settings.known else raw

        await self.keyring.keep_settings(changed)

    async def end_regular(self, portal16: bytes) -> None:
        """Have none at a portal any more: the relay forgets it first, then the keyring."""
        known = self.regular_at(portal16)
        if known is not None:
            await self.relay.request(RelationEnd(), known.relation)
            await self._keep_regulars(lambda now: regulars.ended(now, portal16))

    async def _keep_regulars(self, change: Callable[[Regulars], Regulars]) -> None:
        def changed(raw: bytes) -> bytes:
            settings = Settings.decode(raw)
            after = change(settings.regulars)
            return replace(settings, regulars=after).encode() if after != settings.regulars else raw

        await self.keyring.keep_settings(changed)

    async def begin(self) -> None:
        """Check that the log continues what this account has seen, and pin it."""
        self.log.pin(*self.keyring.log_pin)
        view = await self.log.update()
        await self.keyring.pin_log(view.size, view.root())

    def take_in(self, box: Box) -> None:
        """Know a running conversation: at the sign-out its place is kept."""
        self._boxes[box.box16] = box

    async def find(self, box16: bytes, teams: Teams = NO_TEAMS) -> Box | None:
        """Open a box that another device of this account has begun; None where there is none."""
        await self.keyring.refresh(box16)
        entry = self.keyring.entry(box16)
        return None if entry is None or not entry.secrets else await self.reopen(entry, teams)

    async def reopen(self, entry: Entry, teams: Teams = NO_TEAMS) -> Box | None:
        """Read a box from its start by the entry's secrets; None where nothing stands in it.

        `teams`: of a written one, to whom it may be given back, and who reads along.

        What is still owed to a running chat is made up for: the right to keep it, and the name.
        Sending pauses where less is shown than this account has read before.
        """
        keys = account.conversation(self.ams, entry.key_context)
        try:
            share = await self.relay.request(boxes.GetShare(box16=entry.box16), keys.cap.raw)
        except WireError as error:
            if error.code is not ErrorCode.UNKNOWN:
                raise
            return None
        first = await self._first_secret(entry, keys)
        if first is None:
            return None
        holder = reading.Holder(
            kem_secrets=(keys.kem,),
            share=Share(share.share),
            secrets=tuple(kept.es for kept in entry.secrets),
        )
        note = enquiry_note(entry)
        admitted = note.admitted if note else 0
        transcript = reading.start(entry.box16, first, holder, self.log.staff, admitted)
        if entry.pin_n:
            transcript.expect(entry.pin_n, entry.pin_chain)
        role = Role.SEEKER
        box = Box(self.relay, self.log, transcript, keys.cap, keys.sign, self.now_ms, role, teams)
        await box.open()
        if transcript.state.number < entry.pin_n:
            # This account has read more than the service shows: it holds something back.
            transcript.withheld = True
        if transcript.own is not None and box.clock.state is boxes.BoxState.OPEN:
            await self._make_up(box, entry, keys)
        self.take_in(box)
        return box

    async def forget_if_over(self, entry: Entry) -> None:
        """The relay knows no such box; once it must be purged, nothing stays that could open it."""
        retention_hours = self.log.view.retention_hours("live")
        await self.keyring.remember(missed(entry, self.now_ms(), retention_hours))

    async def note_if_moved(self, entry: Entry, box: Box) -> bool:
        """Tell whether a signed commit has taken this access out: it goes on under another.

        Nothing stays that could open a copy of it, and every device is told.
        """
        stopped, state = box.transcript.stopped, box.transcript.state
        if stopped is None or stopped.kind is not NoticeKind.YOU_WERE_REMOVED:
            return False
        minute = self.now_ms() // _MINUTE_MS
        await self.keyring.remember(
            gone(entry, minute, state.number, state.heads[-1], is_moved=True)
        )
        return True

    async def sign_out(self) -> None:
        """Keep how far each conversation was read, and end this sign-in."""
        await self.keyring.remember(*(self._standing(box) for box in self._boxes.values()))
        for box in self._boxes.values():
            await box.stop()
        await self.relay.request(SignOut())

    async def delete(self, *, phrase: str, deployment_id: bytes) -> None:
        """End or leave all conversations and delete the account; WrongKey before any of it."""
        await accounts.delete(
            self.relay,
            name=self.pseudonym,
            phrase=phrase,
            deployment_id=deployment_id,
            before=self.leave_all,
        )

    async def delete_by_code(self, *, code: str, deployment_id: bytes) -> None:
        """As `delete`, with the recovery sheet."""
        await accounts.delete_by_code(
            self.relay, code=code, deployment_id=deployment_id, before=self.leave_all
        )

    async def leave_all(self) -> None:
        """End what runs, withdraw what waits, and give up the right to read what is closed."""
        for entry in self.keyring.entries:
            # A draft that was never sent has no secrets, and no service has heard of it.
            # Nor has an invitation that is not confirmed let anybody into a box.
            is_draft = enquiry_note(entry) is not None and not entry.secrets
            is_arrival = arrival_note(entry) is not None
            if entry.state is not EntryState.GONE and not is_draft and not is_arrival:
                await self.leave(entry)

    async def leave(self, entry: Entry) -> None:
        keys = account.conversation(self.ams, entry.key_context)
        with over_is_fine():
            box = self._boxes.get(entry.box16) or await self.reopen(entry)
            if box is not None:
                await box.close()
                await box.stop()
        is_written = enquiry_note(entry) is not None
        withdraw = enquiries.EnquiryWithdraw() if is_written else live.Withdraw()
        with over_is_fine():
            await self.relay.request(withdraw, keys.ticket_cap.raw)
        with over_is_fine():
            await self.relay.request(boxes.Leave(box16=entry.box16), keys.cap.raw)

    async def _first_secret(self, entry: Entry, keys: ConversationKeys) -> EpochSecret | None:
        """Return the secret of epoch 0; of two, drawn by two devices at once, the one that won."""
        page = await self.relay.request(boxes.Read(box16=entry.box16, start=1), keys.cap.raw)
        if not page.rows:
            return None
        firsts = [kept.es for kept in entry.secrets if kept.epoch == 0]
        kid = parse_outer(page.rows[0].e1).kid8
        won = (es for es in firsts if epoch.kid(es, entry.box16, 0) == kid)
        # None fits: a relay that lies, which the transcript finds out.
        return next(won, firsts[0] if firsts else None)

    async def _make_up(self, box: Box, entry: Entry, keys: ConversationKeys) -> None:
        with over_is_fine():
            if enquiry_note(entry) is None:
                await self.relay.request(live.Keep(), keys.ticket_cap.raw)
            await box.introduce(self.pseudonym)

    def _standing(self, box: Box) -> Entry:
        """Return the entry of a box with the place up to which this device has read it."""
        entry = self.keyring.entry(box.box16)
        assert entry is not None, "a box is remembered before it is used"
        state = box.transcript.state
        pinned = replace(entry, pin_n=state.number, pin_chain=state.heads[-1])
        is_closed = box.clock.state is boxes.BoxState.CLOSED
        return box.with_end(closed(pinned, self.now_ms())) if is_closed else pinned
