"""A counsellor begins a conversation with somebody who has no access yet (S2.13).

    1 begin     box, ES_0 and six words are drawn; the keyring has them before the relay does
    2 look      somebody has answered, who knew the words
    3 confirm   box, ticket, commit 0 {me, seeker} with the welcome letter
    4 report    the invitation goes, and it is a case like any other

Nothing lies at the relay before somebody has answered but the invitation itself. Every step is
repeated harmlessly, on any device of the counsellor. Twin of
web/js/features/workspace/newconversation.js.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from clientlib.begin import COUNSELLOR_RIGHTS, SEEKER_RIGHTS, counsellor_entry
from clientlib.errors import Refused
from clientlib.invitednotes import NOBODY, Pending
from clientlib.newaccess import checked, draw, join_id_of
from clientlib.notes import HOUR_MS, NO_PIN, CaseNote, chat_note
from clientlib.readmission import Answer
from clientlib.sending import Portal
from clientlib.staff import Staff
from crypto import account, commit, credential, epoch, invitation, invitewords, letter, reading
from crypto.entry import Entry, EntryState, KeptSecret, gone
from crypto.envelope import Kind, open_e1, seal_e1
from crypto.keys import CapSecret, EpochSecret, Share
from crypto.letter import Letter, LetterKind, Welcome
from crypto.primitives import sign_public
from crypto.random import Rand, random_bytes
from crypto.roster import BoxKind, Place, Role, RosterEntry
from crypto.transcript import Transcript
from crypto.verdict import NeedKind
from crypto.wire import boxes, enquiries
from crypto.wire import invitations as wire
from crypto.wire.base import Right
from crypto.wire.errors import ErrorCode, WireError
from crypto.words import Language

_OWN_SIDX, _SEEKER_SIDX = 0, 1
_MINUTE_MS = 60_000


class NewConversation:
    """One conversation that waits for its seeker."""

    def __init__(self, staff: Staff, portal: Portal, box16: bytes, rand: Rand) -> None:
        self.box16 = box16
        self._staff = staff
        self._portal = portal
        self._rand = rand
        self._keys = account.conversation(staff.ams, box16)

    @classmethod
    async def begin(
        cls,
        staff: Staff,
        portal: Portal,
        language: Language,
        nickname: str = "",
        rand: Rand = random_bytes,
    ) -> NewConversation:
        """Draw everything and invite; `nickname` is for the own list and nobody else."""
        now_ms = staff.caseload.now_ms()
        note = CaseNote(
            ticket16=rand(16),
            portal16=portal.portal16,
            number=0,
            nickname=nickname,
            joined_hour=now_ms // HOUR_MS,
            invitation=await draw(staff, language, NOBODY, rand),
        )
        box16 = rand(16)
        # All devices begin with one secret, so that two of them at once make one conversation.
        es = KeptSecret(epoch=0, es=EpochSecret(rand(EpochSecret.SIZE_BYTES)))
        await staff.caseload.remember(box16, (es,), note, 0)
        found = cls(staff, portal, box16, rand)
        await found._give()
        return found

    @classmethod
    def under_way(cls, staff: Staff, portal: Portal) -> tuple[NewConversation, ...]:
        """Return those of a portal that wait, on any device."""
        notes = ((one.box16, chat_note(one)) for one in staff.keyring.entries)
        return tuple(
            cls(staff, portal, box16, random_bytes)
            for box16, note in notes
            if isinstance(note, CaseNote) and note.is_prepared and note.portal16 == portal.portal16
        )

    @property
    def pending(self) -> Pending:
        """The invitation, to be shown again; Refused when it is settled, on any device."""
        invited = self._note.invitation
        if invited is None or not self._note.is_prepared:
            raise Refused("nobody is invited")
        return invited

    def suggested_name(self, language: Language) -> str:
        """Return a pseudonym for whoever comes, which their page suggests too."""
        return invitation.suggested_name(self.pending.secret, language)

    async def look(self) -> Answer | None:
        """Return who has answered; None while nobody has. BadTag as `NewAccess.look`."""
        pending = self.pending
        if pending.is_over(self._staff.caseload.now_ms()):
            await self.refuse()
            return None
        ask = wire.InviteRead(join_id16=join_id_of(pending))
        try:
            reply = await self._staff.relay.request(ask)
        except WireError as error:
            if error.code is not ErrorCode.UNKNOWN:
                raise
            await self._give()
            return None
        return next((checked(pending, one) for one in reply.answers), None)

    async def confirm(self, answer: Answer) -> None:
        """Begin the conversation with whoever gave this answer; it is then among the cases."""
        await self._staff.keyring.refresh(self.box16)
        pending = self.pending
        if pending.is_over(self._staff.caseload.now_ms()):
            raise Refused("nobody is invited")
        await self._staff.log.update()
        es = self._entry.secrets[0].es
        transcript = await self._create(es)
        # Judged before the ticket obeys keys that nobody can let in.
        command = self._commit(transcript, answer, pending, es)
        number = self._note.number
        try:
            number = await self._open_ticket(pending)
            await self._staff.relay.request(command, self._keys.cap.raw)
        except WireError as error:
            # Another device was faster; it may have ended the invitation already.
            if error.code not in (ErrorCode.STALE, ErrorCode.UNKNOWN):
                raise
            await self._check_standing(transcript, answer)
            await self._staff.keyring.refresh(self.box16)
            if self._note.invitation is None:
                return
        await self._keep(replace(self._note, number=number, invitation=None))
        with suppress(WireError):
            await self._staff.relay.request(wire.InviteEnd(join_id16=join_id_of(pending)))

    async def refuse(self) -> None:
        """Nobody is invited any more; the keyring forgets it first."""
        join_id16 = join_id_of(self.pending)
        now_minute = self._staff.caseload.now_ms() // _MINUTE_MS
        await self._staff.keyring.remember(gone(self._entry, now_minute, *NO_PIN))
        with suppress(WireError):
            await self._staff.relay.request(wire.InviteEnd(join_id16=join_id16))

    # --- the steps ----------------------------------------------------------------------------

    async def _give(self) -> None:
        await self._staff.relay.request(wire.Invite(join_id16=join_id_of(self.pending)))

    async def _create(self, es: EpochSecret) -> Transcript:
        hour = self._staff.caseload.now_ms() // HOUR_MS
        own = boxes.NewCap(
            sidx=_OWN_SIDX,
            cap_hash=credential.cap_hash(self._keys.cap),
            rights=int(COUNSELLOR_RIGHTS),
        )
        create = boxes.Create(
            box16=self.box16,
            caps=(own,),
            # Once the commit stands, each word moves it on.
            closes_hour=hour + invitewords.VALID_HOURS,
        )
        reply = await self._staff.relay.request(create, self._keys.cap.raw)
        holder = reading.Holder(
            kem_secrets=self._staff.caseload.kem_secrets, share=Share(reply.share), secrets=(es,)
        )
        return reading.start(self.box16, es, holder, self._staff.log.staff)

    async def _open_ticket(self, pending: Pending) -> int:
        """Open it for myself, take it, and let it obey the newcomer; returns its number."""
        relay, note, number = self._staff.relay, self._note, self._note.number
        opening = enquiries.EnquiryOpen(
            ticket16=note.ticket16,
            portal16=note.portal16,
            language=self._portal.language,
            addressee=self._staff.subject16,
            relation=b"",
        )
        try:
            number = (await relay.request(opening, self._keys.ticket_cap.raw)).number
        except WireError as error:
            # It obeys the newcomer already.
            if error.code is not ErrorCode.CONFLICT:
                raise
        await relay.request(enquiries.EnquiryTaken(ticket16=note.ticket16))
        join_id16 = join_id_of(pending)
        await relay.request(wire.InviteTicket(join_id16=join_id16, ticket16=note.ticket16))
        return number

    def _commit(
        self, transcript: Transcript, answer: Answer, pending: Pending, es: EpochSecret
    ) -> boxes.Commit:
        """Make commit 0 and judge it as others will, with the letter that lets the newcomer in."""
        staff, rand = self._staff, self._rand
        me = counsellor_entry(staff.certificate, _OWN_SIDX)
        seeker = RosterEntry(
            sidx=_SEEKER_SIDX, role=Role.SEEKER, sign_pk=answer.sign_pk, kem_pk=answer.kem_pk
        )
        share = transcript.state.share
        news = commit.make_commit0(self.box16, BoxKind.CASE, (me, seeker), es, share)
        place = Place(staff.log.view.size, staff.caseload.now_ms())
        commit.check_commit0(self.box16, news, _OWN_SIDX, (), place, staff.log.staff)
        body = transcript.draft(
            kind=Kind.COMMIT,
            stream=int.from_bytes(rand(4), "little"),
            i=0,
            sent_ms=staff.caseload.now_ms(),
            log_n=staff.log.view.size,
            payload=news.encode(),
            sidx=_OWN_SIDX,
        )
        secret = account.staff_sign(staff.ams)
        e1 = seal_e1(transcript.key, secret, body, rand=rand)
        proof = invitation.welcome_proof(pending.secret, self.box16, answer.kem_pk)
        welcome = Welcome(
            box16=self.box16,
            epoch=0,
            es=es,
            commit=open_e1(e1, transcript.key),
            join_cap=CapSecret(proof),
            ticket16=self._note.ticket16,
        )
        note = Letter(
            kind=LetterKind.WELCOME,
            certificate_hash=me.certificate_hash,
            sign_pk=sign_public(secret),
            sent_ms=staff.caseload.now_ms(),
            payload=welcome.encode(),
        )
        given = boxes.NewCap(
            sidx=_SEEKER_SIDX, cap_hash=answer.cap_hash, rights=int(SEEKER_RIGHTS | Right.KEEP)
        )
        return boxes.Commit(
            box16=self.box16,
            old_kid=bytes(8),
            new_kid=epoch.kid(es, self.box16, 0),
            e1=e1,
            caps=(given,),
            out=(),
            letters=(letter.seal_letter(answer.kem_pk, secret, note, rand),),
        )

    async def _check_standing(self, transcript: Transcript, answer: Answer) -> None:
        """Refused unless what stands is this: by another device, or a try whose answer was lost."""
        ask = boxes.Read(box16=self.box16, start=1)
        for row in (await self._staff.relay.request(ask, self._keys.cap.raw)).rows[:1]:
            transcript.take(row.n, row.e1, set(NeedKind))
        roster = transcript.state.roster
        seekers = (
            (one for one in roster.entries.values() if one.role is Role.SEEKER) if roster else ()
        )
        if answer.kem_pk not in [one.kem_pk for one in seekers]:
            raise Refused("another access was let in")

    # --- the keyring --------------------------------------------------------------------------

    @property
    def _entry(self) -> Entry:
        entry = self._staff.keyring.entry(self.box16)
        if entry is None or entry.state is EntryState.GONE:
            raise Refused("nobody is invited")
        return entry

    @property
    def _note(self) -> CaseNote:
        note = chat_note(self._entry)
        assert isinstance(note, CaseNote), "written by `begin`"
        return note

    async def _keep(self, note: CaseNote) -> None:
        entry = self._entry
        kept = replace(entry, counter=entry.counter + 1, settings=note.encode())
        await self._staff.keyring.remember(kept)
