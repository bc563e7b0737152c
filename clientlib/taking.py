""" "Anfrage übernehmen": one colleague wins, and from then on only they and the seeker read.

    1 reserve   `enquiry_accept`: the first of all wins, the others are told `taken`
    2 remember  ES_1 is drawn; entry and note are in the keyring before either is used
    3 commit 1  in the team's name: {seeker, me}, the team's capability out, the own one in

Where the team reads along (E1.22), it stays in: {seeker, team, me}. And there a colleague's is
taken over by steps 2 and 3 alone, at any time: whoever had it goes with the commit.

An enquiry addressed to me needs neither 1 nor 3: the letter's capability is exchanged for the own
one. A crash after 2 leaves an entry that opens nothing, and the ticket opens again by itself; after
3 the box opens with the own capability. Twin of web/js/features/workspace/taking.js.
"""

from __future__ import annotations

from contextlib import suppress

from clientlib import begin, commits
from clientlib.commits import Change
from clientlib.firstrequest import FirstRequest
from clientlib.notes import HOUR_MS, CaseNote
from clientlib.staff import Staff
from crypto import credential
from crypto.commit import Reason
from crypto.entry import KeptSecret
from crypto.keys import EpochSecret
from crypto.random import Rand
from crypto.roster import RosterEntry
from crypto.wire import boxes
from crypto.wire.enquiries import EnquiryAccept, EnquiryReturn, EnquiryRow
from crypto.wire.errors import ErrorCode, WireError

# Somebody has moved the box on, or the ticket is no more.
TOO_LATE = (ErrorCode.STALE, ErrorCode.UNKNOWN)


class Taking:
    """One first request on its way to be a case."""

    def __init__(
        self,
        staff: Staff,
        first: FirstRequest,
        row: EnquiryRow,
        rand: Rand,
        *,
        reads_along: bool = False,
        former: tuple[RosterEntry, ...] | None = None,
    ) -> None:
        """`reads_along`: the team stays; `former`: from whom it is taken over, None at first.

        Nobody is left to take it over from where the log has revoked who had it.
        """
        self._reads_along = reads_along
        self._former = former
        self._staff = staff
        self._caseload = staff.caseload
        self._first = first
        self._row = row
        self._rand = rand

    async def run(self) -> None:
        """Take all steps; the case then opens from the keyring.

        WireError taken when a colleague reserves it, or has it by now, TOO_LATE when the box has
        moved on. Refused or BadStatement before anything is asked, for what cannot be taken over.
        """
        await self._staff.log.update()
        box16, join_cap = self._first.box.box16, self._first.welcome.join_cap
        if self._first.team is None:
            await self._remember()
            await self._caseload.swap(box16, join_cap)
            return
        if self._first.people != (self._former or ()):
            raise WireError(ErrorCode.TAKEN)
        secret, command = self._make(self._first.team)
        if self._former is None:
            await self._staff.relay.request(EnquiryAccept(ticket16=self._row.ticket16))
        try:
            await self._remember(secret)
            await self._staff.relay.request(command, join_cap.raw)
        except WireError as error:
            if error.code not in TOO_LATE:
                await self.release()
            raise

    async def release(self) -> None:
        """Give the reservation back; nothing hangs on it, since it ends by itself.

        To take it over from a colleague, nothing was reserved.
        """
        if self._former is not None:
            return
        with suppress(WireError):
            await self._staff.relay.request(EnquiryReturn(ticket16=self._row.ticket16))

    def _make(self, team: RosterEntry) -> tuple[KeptSecret, boxes.Commit]:
        """Make the commit in the team's name that lets me in, and its secret."""
        transcript, box16 = self._first.box.transcript, self._first.box.box16
        roster = commits.roster_of(transcript)
        secret = self._next_secret(roster.epoch + 1)
        me = begin.counsellor_entry(self._staff.certificate, roster.highest_sidx + 1)
        leaving = (self._former or ()) if self._reads_along else (team,)
        staying = (one for one in roster.entries.values() if one not in leaving)
        change = Change(
            entries=(*staying, me),
            reason=Reason.ACCEPTED,
            es=secret.es,
            sidx=team.sidx,
            by=me.certificate_hash,
        )
        sealed = commits.seal(self._caseload, transcript, change, self._rand)
        own = boxes.NewCap(
            sidx=me.sidx,
            cap_hash=credential.cap_hash(self._caseload.cap_of(box16, self._generation)),
            rights=int(begin.COUNSELLOR_RIGHTS),
        )
        return secret, sealed.command(caps=(own,), out=tuple(one.sidx for one in leaving))

    @property
    def _generation(self) -> int:
        """Of my time in the box: the epoch that lets me in, be it by the letter or by my commit.

        Where somebody had it before, that may have been me, by this very letter.
        """
        roster = self._first.box.transcript.state.roster
        is_later = roster is not None and self._first.has_gone_on
        return roster.epoch + 1 if roster and is_later else self._first.welcome.epoch

    def _next_secret(self, number: int) -> KeptSecret:
        """Return the secret of an earlier try, or draw one: a repeat adds none to the keyring."""
        entry = self._caseload.keyring.entry(self._first.box.box16)
        for kept in entry.secrets if entry else ():
            if kept.epoch == number:
                return kept
        return KeptSecret(epoch=number, es=EpochSecret(self._rand(EpochSecret.SIZE_BYTES)))

    async def _remember(self, *more: KeptSecret) -> None:
        draft = self._first.draft
        note = CaseNote(
            ticket16=self._row.ticket16,
            portal16=self._row.portal16,
            number=self._row.number,
            joined_hour=self._caseload.now_ms() // HOUR_MS,
            # What stands under a key of the team from before I came was granted.
            admitted=self._generation,
            draft_by=draft.certificate_hash if draft else b"",
        )
        opened = self._first.secrets
        box16 = self._first.box.box16
        typed = draft.text if draft else ""
        await self._caseload.remember(box16, (*opened, *more), note, note.admitted, typed)
