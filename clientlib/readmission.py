"""The commit that seals a conversation anew to a new access of its seeker (protocol section 5).

    1 ticket    it obeys the new access from now on; before the commit, so that the relay never has
                box and ticket side by side
    2 remember  ES_e is in the keyring before it is used
    3 commit e  NEW_KEY: the seeker's old entry out, a new one in; WELCOME and GRANT in its inbox

The old access reads nothing from then on. Twin of web/js/features/workspace/readmission.js.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from clientlib import begin, commits
from clientlib.case import Case
from clientlib.commits import Sealed
from clientlib.invitednotes import Pending
from clientlib.staff import Staff
from crypto import account, invitation, letter
from crypto.commit import Reason
from crypto.grant import Grant
from crypto.keys import CapSecret, EpochSecret, KemPublic, SignPublic
from crypto.letter import Letter, LetterKind, Welcome
from crypto.primitives import sign_public
from crypto.random import Rand
from crypto.roster import Role, RosterEntry
from crypto.wire import boxes
from crypto.wire.base import Right
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.invitations import InviteTicket

# A seeker with an access keeps the right to read what is closed.
_SEEKER_RIGHTS = begin.SEEKER_RIGHTS | Right.KEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The keys of whoever knew the words; the inviter decides whether they are let in."""

    sign_pk: SignPublic
    kem_pk: KemPublic
    cap_hash: bytes


class Readmission:
    """One answer on its way into one case."""

    def __init__(
        self, staff: Staff, case: Case, pending: Pending, answer: Answer, rand: Rand
    ) -> None:
        self._staff = staff
        self._case = case
        self._pending = pending
        self._answer = answer
        self._rand = rand

    async def run(self) -> None:
        """Take all steps once, then read on; WireError stale when another commit was faster.

        Refused or BadStatement before anything is asked, for what cannot be let in.
        """
        box, caseload = self._case.box, self._staff.caseload
        commits.history_of(box)
        # Judged before the ticket obeys keys that nobody can let in; sealed once more below.
        commits.trial(caseload, box.transcript, self._entries(), Reason.NEW_KEY, self._rand)
        # A list hangs on it and no conversation: a refusal is passed over.
        with suppress(WireError):
            join_id16 = invitation.join_id(self._pending.secret)
            await self._staff.relay.request(
                InviteTicket(join_id16=join_id16, ticket16=self._case.ticket16)
            )
        # What was read meanwhile counts.
        *_, newcomer = entries = self._entries()
        await commits.make(
            caseload,
            box,
            entries,
            Reason.NEW_KEY,
            self._rand,
            lambda sealed, es: self._command(sealed, es, newcomer.sidx),
        )

    def _entries(self) -> tuple[RosterEntry, ...]:
        """Return the next roster, the newcomer last; stale when the old access is out already."""
        roster = commits.roster_of(self._case.box.transcript)
        if self._pending.sidx not in roster.entries:
            raise WireError(ErrorCode.STALE)
        newcomer = RosterEntry(
            sidx=roster.highest_sidx + 1,
            role=Role.SEEKER,
            sign_pk=self._answer.sign_pk,
            kem_pk=self._answer.kem_pk,
        )
        staying = (one for one in roster.entries.values() if one.sidx != self._pending.sidx)
        return (*staying, newcomer)

    def _command(self, sealed: Sealed, es: EpochSecret, sidx: int) -> boxes.Commit:
        """Return the commit with the letters that let the newcomer in."""
        kem_pk, secret = self._answer.kem_pk, self._pending.secret
        welcome = Welcome(
            box16=sealed.box16,
            epoch=sealed.epoch,
            es=es,
            commit=sealed.quoted,
            join_cap=CapSecret(invitation.welcome_proof(secret, sealed.box16, kem_pk)),
            ticket16=self._case.ticket16,
        )
        grant = Grant(box16=sealed.box16, secrets=commits.history_of(self._case.box))
        cap = boxes.NewCap(sidx=sidx, cap_hash=self._answer.cap_hash, rights=int(_SEEKER_RIGHTS))
        return sealed.command(
            caps=(cap,),
            out=(self._pending.sidx,),
            letters=(
                self._letter(LetterKind.WELCOME, welcome.encode()),
                self._letter(LetterKind.GRANT, grant.encode()),
            ),
        )

    def _letter(self, kind: LetterKind, payload: bytes) -> bytes:
        own, secret = self._case.box.transcript.own, account.staff_sign(self._staff.ams)
        assert own is not None, "who seals a conversation anew is a member"
        note = Letter(
            kind=kind,
            certificate_hash=own.certificate_hash,
            sign_pk=sign_public(secret),
            sent_ms=self._staff.caseload.now_ms(),
            payload=payload,
        )
        return letter.seal_letter(self._answer.kem_pk, secret, note, self._rand)
