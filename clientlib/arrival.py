"""A seeker with a new access on the way back into their conversation (S2.15, protocol section 4).

    1 look      whether the invitation counts, before an access is made for it
    2 remember  secret and join id are in the keyring before the relay hears of any key
    3 answer    public keys, hashes and the MAC under the secret are left; once
    4 wait      until the inviter has confirmed: over a reload, on another device
    5 join      the letters are judged, all of the conversation is read, the keyring has it
    6 report    the letters go

Every step is repeated harmlessly. What the relay refuses is not believed so far that anything is
forgotten: that is for the person, or for time. Twin of web/js/features/newaccess/arrival.js.
"""

from __future__ import annotations

from dataclasses import dataclass

from clientlib import accounts
from clientlib.account import SeekerAccount
from clientlib.box import Box
from clientlib.enquiry import Enquiry
from clientlib.errors import Refused
from clientlib.invitednotes import ArrivalNote, secret_of
from clientlib.notes import HOUR_MS, NO_PIN, EnquiryNote, arrival_note
from clientlib.sending import Portal
from crypto import account as keys
from crypto import credential, grant, invitation, invitewords, kem, letter, reading
from crypto.commit import Commit, Reason
from crypto.entry import Entry, EntryState, KeptSecret, gone
from crypto.errors import RemoteError
from crypto.grant import Grant
from crypto.keys import Share
from crypto.letter import Letter, LetterKind, Welcome
from crypto.primitives import sign_public
from crypto.roster import BoxKind, Role
from crypto.transcript import Transcript
from crypto.wire import boxes
from crypto.wire import invitations as wire
from crypto.wire.errors import ErrorCode, WireError

# 48 hours to be confirmed, 30 days of a letter, and clocks that differ.
_FORGOTTEN_HOURS = 33 * 24
_MINUTE_MS = 60_000
_INVITERS = (Role.COUNSELLOR, Role.LEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letters:
    """What lets me in: a welcome, and where there was a history, the grant of it."""

    note: Letter
    welcome: Welcome
    granted: Grant | None


class Arrival:
    """One invitation that this account has answered, or is about to."""

    def __init__(self, account: SeekerAccount, portal: Portal, entry: Entry) -> None:
        note = arrival_note(entry)
        assert note is not None, "an entry of an invitation"
        self.account = account
        self.note = note
        self._portal = portal
        self._entry = entry
        self._keys = keys.conversation(account.ams, entry.key_context)
        self._sign_pk = sign_public(self._keys.sign)
        self._kem_pk = kem.public(self._keys.kem)
        self._inbox16 = letter.inbox16(self._kem_pk)

    @classmethod
    async def begin(cls, account: SeekerAccount, portal: Portal, typed: str) -> Arrival:
        """Take an invitation, as a link or as words, and answer it.

        RemoteError for what is no invitation; WireError unknown for one that does not count (any
        more), taken when somebody else was first: then this account remembers nothing of it.
        """
        secret = await secret_of(invitewords.read(typed), await account.log.update())
        join_id16 = invitation.join_id(secret)
        await account.relay.request(wire.InviteLook(join_id16=join_id16))
        note = ArrivalNote(secret=secret, portal16=portal.portal16, since_ms=account.now_ms())
        entry = account.keyring.entry(join_id16) or Entry(
            box16=join_id16,
            kind=int(BoxKind.CASE),
            state=EntryState.OPEN,
            key_context=join_id16,
            secrets=(),
            pin_n=NO_PIN[0],
            pin_chain=NO_PIN[1],
            counter=1,
            settings=note.encode(),
        )
        if entry.state is EntryState.GONE:
            raise WireError(ErrorCode.UNKNOWN)
        await account.keyring.remember(entry)
        arrival = cls(account, portal, entry)
        try:
            await arrival.answer()
        except WireError as error:
            if error.code in (ErrorCode.UNKNOWN, ErrorCode.TAKEN, ErrorCode.CONFLICT):
                await arrival.forget()
            raise
        return arrival

    @property
    def join_id16(self) -> bytes:
        """Under which it was answered."""
        return self._entry.box16

    @property
    def is_forgotten(self) -> bool:
        """Tell whether nothing can come of it any more, whatever the relay says."""
        waited_ms = self.account.now_ms() - self.note.since_ms
        return waited_ms > _FORGOTTEN_HOURS * HOUR_MS

    async def answer(self) -> None:
        """Leave the keys, or the same keys once more; WireError unknown or taken."""
        relay, own = self.account.relay, self._keys
        cap_hash = credential.cap_hash(own.cap)
        stamp = await accounts.make_stamp(relay, "invite_answer")
        await relay.request(
            wire.InviteAnswer(
                join_id16=self.join_id16,
                sign_pk=self._sign_pk.raw,
                kem_pk=self._kem_pk.raw,
                cap_hash=cap_hash,
                ticket_hash=credential.cap_hash(own.ticket_cap),
                mac=invitation.join_mac(self.note.secret, self._sign_pk, self._kem_pk, cap_hash),
                stamp=stamp,
            )
        )

    async def check(self) -> Enquiry | None:
        """Return the conversation once it is confirmed; None while the inviter has said nothing.

        The relay tells by its event `letter` when to ask again. WireError unknown when it was
        refused or is over, taken when somebody else was first; RemoteError when what came is not to
        be believed.
        """
        relay, ask = self.account.relay, wire.InviteLetters(inbox16=self._inbox16)
        try:
            reply = await relay.request(ask, self._keys.cap.raw)
        except WireError as error:
            if error.code is not ErrorCode.UNKNOWN:
                raise
            # A crash may lie between remembering and answering.
            await self.answer()
            reply = await relay.request(ask, self._keys.cap.raw)
        if not reply.letters:
            return None
        reason: Exception = Refused("no letters that let me in")
        for letters in self._pairs(reply.letters):
            try:
                return await self._join(letters)
            except RemoteError as error:
                reason = error
        raise reason

    async def forget(self) -> None:
        """Nothing comes of it: only the invitation is forgotten, the access stays."""
        await self.account.keyring.remember(self._gone())

    def _pairs(self, stored: tuple[boxes.StoredLetter, ...]) -> list[_Letters]:
        """Return each welcome with each grant of the same author, the newest first."""
        notes, found = list[Letter](), list[_Letters]()
        for one in reversed(stored):
            try:
                notes.append(letter.open_letter(one.e2, self._keys.kem))
            except RemoteError:
                continue
        for note in (one for one in notes if one.kind == LetterKind.WELCOME):
            author = (note.sign_pk, note.certificate_hash)
            payloads = [
                one.payload
                for one in notes
                if one.kind == LetterKind.GRANT and (one.sign_pk, one.certificate_hash) == author
            ]
            try:
                welcome = Welcome.decode(note.payload)
                grants = [Grant.decode(one) for one in payloads] if welcome.epoch else [None]
            except RemoteError:
                continue
            found += [_Letters(note=note, welcome=welcome, granted=one) for one in grants]
        return found

    async def _join(self, letters: _Letters) -> Enquiry:
        """Judge the letters, read all of it, keep it, and only then let the letters go."""
        account, welcome = self.account, letters.welcome
        transcript = await self._transcript(letters)
        box = Box(
            account.relay,
            account.log,
            transcript,
            self._keys.cap,
            self._keys.sign,
            account.now_ms,
            Role.SEEKER,
        )
        await box.open()
        entry = self._joined(letters, box)
        try:
            if transcript.own is None:
                raise Refused("what was granted does not lead to me")
            await account.keyring.remember(entry, self._gone())
            _must_be_mine(account.keyring.entry(entry.box16), entry.generation)
        except BaseException:
            await box.stop()
            raise
        await account.relay.request(wire.InviteDone(inbox16=self._inbox16), self._keys.cap.raw)
        account.take_in(box)
        # Into a conversation that was only begun for me, I come by my name.
        await box.introduce(account.pseudonym)
        enquiry = Enquiry(account, self._portal, entry)
        enquiry.box = box
        assert welcome.box16 == enquiry.box16
        return enquiry

    async def _transcript(self, letters: _Letters) -> Transcript:
        """Begin to read; RemoteError unless my inviter let exactly me in, as the seeker."""
        account, welcome, note = self.account, letters.welcome, letters.note
        proof = welcome.join_cap.raw
        invitation.check_welcome(self.note.secret, proof, box16=welcome.box16, kem_pk=self._kem_pk)
        self._check_commit(note, welcome)
        _must_be_mine(account.keyring.entry(welcome.box16), welcome.epoch)
        ask = boxes.GetShare(box16=welcome.box16)
        share = Share((await account.relay.request(ask, self._keys.cap.raw)).share)
        if welcome.commit.body.log_n > account.log.view.size:
            await account.log.update()
        holder = reading.Holder(kem_secrets=(self._keys.kem,), share=share)
        if letters.granted is None:
            return reading.join(note, welcome, holder, account.log.staff)
        return grant.read_granted(note, welcome, letters.granted, holder, account.log.staff)

    def _check_commit(self, note: Letter, welcome: Welcome) -> None:
        """The commit is a counsellor's own, for a new access, and its seeker is me."""
        news = Commit.decode(welcome.commit.body.payload)
        author = next((one for one in news.roster if one.sidx == welcome.commit.body.sidx), None)
        if author is None or author.role not in _INVITERS:
            raise Refused("not from a counsellor of this conversation")
        if (author.sign_pk, author.certificate_hash) != (note.sign_pk, note.certificate_hash):
            raise Refused("not the letter of who made the commit")
        seeker = next((one for one in news.roster if one.role is Role.SEEKER), None)
        if seeker is None or (seeker.sign_pk, seeker.kem_pk) != (self._sign_pk, self._kem_pk):
            raise Refused("another seeker is in this conversation")
        if welcome.epoch and news.reason != Reason.NEW_KEY:
            raise Refused("not a new access")

    def _joined(self, letters: _Letters, box: Box) -> Entry:
        """Return what the keyring is to remember of the conversation."""
        welcome, learned = letters.welcome, box.learned
        note = EnquiryNote(
            portal16=self.note.portal16,
            ticket16=welcome.ticket16,
            since_ms=self.account.now_ms(),
            is_open=True,
            topic=learned.topic,
            subject=learned.subject,
            admitted=welcome.epoch,
        )
        earlier = letters.granted.secrets if letters.granted else ()
        secrets = (*earlier, welcome.es)
        # An account that had it before, with the key that was lost, has it anew.
        known = self.account.keyring.entry(welcome.box16)
        return Entry(
            box16=welcome.box16,
            kind=int(BoxKind.CASE),
            state=EntryState.OPEN,
            key_context=self.join_id16,
            secrets=tuple(KeptSecret(epoch=e, es=es) for e, es in enumerate(secrets)),
            pin_n=NO_PIN[0],
            pin_chain=NO_PIN[1],
            counter=known.counter + 1 if known else 1,
            settings=note.encode(),
            generation=welcome.epoch,
        )

    def _gone(self) -> Entry:
        return gone(self._entry, self.account.now_ms() // _MINUTE_MS, *NO_PIN)


def _must_be_mine(known: Entry | None, generation: int) -> None:
    """Refuse the letters of a time that is over: it was given up, or this account came in later."""
    if known is not None and (known.generation, known.state) >= (generation, EntryState.GONE):
        raise Refused("the letters of a time that is over")
