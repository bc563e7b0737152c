""" "Anfrage übernehmen": one colleague wins, and from then on only they and the seeker read.

    1 reserve   `enquiry_accept`: the first of all wins, the others are told `taken`
    2 remember  ES_1 is drawn; entry and note are in the keyring before either is used
    3 commit 1  in the team's name: {seeker, me}, the team's capability out, the own one in

An enquiry addressed to me needs neither 1 nor 3: the letter's capability is exchanged for the own
one. A crash after 2 leaves an entry that opens nothing, and the ticket opens again by itself; after
3 the box opens with the own capability. Twin of web/js/features/workspace/taking.js.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from clientlib import begin
from clientlib.errors import Refused
from clientlib.firstrequest import FirstRequest
from clientlib.notes import HOUR_MS, CaseNote
from clientlib.staff import Staff
from crypto import account, commit, credential, epoch
from crypto.commit import Commit, Reason
from crypto.entry import KeptSecret
from crypto.envelope import Kind, Wrap, seal_e1
from crypto.keys import EpochSecret
from crypto.random import Rand
from crypto.roster import Place, RosterEntry, RosterState
from crypto.wire import boxes
from crypto.wire.enquiries import EnquiryAccept, EnquiryReturn, EnquiryRow
from crypto.wire.errors import ErrorCode, WireError

# Somebody has moved the box on, or the ticket is no more.
TOO_LATE = (ErrorCode.STALE, ErrorCode.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """Commit 1 before it is sealed, the secret of its epoch, and the own entry in it."""

    news: Commit
    wraps: tuple[Wrap, ...]
    secret: KeptSecret
    me: RosterEntry
    team: RosterEntry


class Taking:
    """One first request on its way to be a case."""

    def __init__(self, staff: Staff, first: FirstRequest, row: EnquiryRow, rand: Rand) -> None:
        self._staff = staff
        self._caseload = staff.caseload
        self._first = first
        self._row = row
        self._rand = rand

    async def run(self) -> None:
        """Take all steps; the case then opens from the keyring.

        WireError taken when a colleague reserves it, TOO_LATE when the box has moved on. Refused or
        BadStatement before anything is asked, for what cannot be taken over.
        """
        await self._staff.log.update()
        box16, join_cap = self._first.box.box16, self._first.welcome.join_cap
        if self._first.team is None:
            await self._remember()
            await self._caseload.swap(box16, join_cap)
            return
        made = self._make(self._first.team)
        await self._staff.relay.request(EnquiryAccept(ticket16=self._row.ticket16))
        try:
            await self._remember(made.secret)
            await self._staff.relay.request(self._sealed(made), join_cap.raw)
        except WireError as error:
            if error.code not in TOO_LATE:
                await self.release()
            raise

    async def release(self) -> None:
        """Give the reservation back; nothing hangs on it, since it ends by itself."""
        with suppress(WireError):
            await self._staff.relay.request(EnquiryReturn(ticket16=self._row.ticket16))

    @property
    def _roster(self) -> RosterState:
        roster = self._first.box.transcript.state.roster
        assert roster is not None, "a joined box has a roster"
        return roster

    def _make(self, team: RosterEntry) -> _Made:
        """Make the commit, and judge it as others will: a bad one would break the seeker's box."""
        staff, transcript, roster = self._staff, self._first.box.transcript, self._roster
        if transcript.sending_paused or transcript.state.joining is not None:
            raise Refused("what the service shows of this request does not fit")
        secret = self._next_secret(roster.epoch + 1)
        me = begin.counsellor_entry(staff.certificate, roster.highest_sidx + 1)
        staying = (one for one in roster.entries.values() if one.sidx != team.sidx)
        news, wraps = commit.make_commit(
            roster, (*staying, me), Reason.ACCEPTED, secret.es, me.certificate_hash, self._rand
        )
        place = Place(staff.log.view.size, self._caseload.now_ms())
        commit.check_commit(roster, news, team.sidx, wraps, place, staff.log.staff)
        return _Made(news=news, wraps=wraps, secret=secret, me=me, team=team)

    def _next_secret(self, number: int) -> KeptSecret:
        """Return the secret of an earlier try, or draw one: a repeat adds none to the keyring."""
        entry = self._caseload.keyring.entry(self._first.box.box16)
        for kept in entry.secrets if entry else ():
            if kept.epoch == number:
                return kept
        return KeptSecret(epoch=number, es=EpochSecret(self._rand(EpochSecret.SIZE_BYTES)))

    async def _remember(self, *more: KeptSecret) -> None:
        note = CaseNote(
            ticket16=self._row.ticket16,
            portal16=self._row.portal16,
            number=self._row.number,
            joined_hour=self._caseload.now_ms() // HOUR_MS,
        )
        opened = self._first.secrets
        await self._caseload.remember(self._first.box.box16, (*opened, *more), note)

    def _sealed(self, made: _Made) -> boxes.Commit:
        """Seal it from the present view of the box, in the team's name, with the own key."""
        staff, transcript, box16 = self._staff, self._first.box.transcript, self._roster.box16
        transcript.staff = staff.log.staff
        body = transcript.draft(
            kind=Kind.COMMIT,
            stream=int.from_bytes(self._rand(4), "little"),
            i=0,
            sent_ms=self._caseload.now_ms(),
            log_n=staff.log.view.size,
            payload=made.news.encode(),
            sidx=made.team.sidx,
        )
        key = transcript.key
        own = boxes.NewCap(
            sidx=made.me.sidx,
            cap_hash=credential.cap_hash(self._caseload.cap(box16)),
            rights=int(begin.COUNSELLOR_RIGHTS),
        )
        return boxes.Commit(
            box16=box16,
            old_kid=key.kid8,
            new_kid=epoch.kid(made.secret.es, box16, made.news.epoch),
            e1=seal_e1(key, account.staff_sign(staff.ams), body, made.wraps, self._rand),
            caps=(own,),
            out=(made.team.sidx,),
            letters=(),
        )
