"""The commit that seals a conversation anew to a new access of its seeker (protocol section 5).

    1 ticket    it obeys the new access from now on; before the commit, so that the relay never has
                box and ticket side by side
    2 remember  ES_e is in the keyring before it is used
    3 commit e  NEW_KEY: the seeker's old entry out, a new one in; WELCOME and GRANT in its inbox

The old access reads nothing from then on. Twin of web/js/features/workspace/readmission.js.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from clientlib import begin
from clientlib.case import Case
from clientlib.errors import Refused
from clientlib.invitednotes import Pending
from clientlib.staff import Staff
from crypto import account, commit, epoch, invitation, letter
from crypto.commit import Commit, Reason
from crypto.entry import KeptSecret
from crypto.envelope import Kind, Wrap, open_e1, seal_e1
from crypto.grant import Grant
from crypto.keys import CapSecret, EpochSecret, KemPublic, SignPublic
from crypto.letter import Letter, LetterKind, Welcome
from crypto.primitives import sign_public
from crypto.random import Rand
from crypto.roster import Place, Role, RosterEntry, RosterState
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """The commit before it is sealed, the secret of its epoch, who comes and who goes."""

    news: Commit
    wraps: tuple[Wrap, ...]
    secret: KeptSecret
    newcomer: RosterEntry
    author: RosterEntry
    granted: tuple[EpochSecret, ...]


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
        """Take all steps once; WireError stale when another commit was faster.

        Refused or BadStatement before anything is asked, for what cannot be let in.
        """
        made = self._make()
        # A list hangs on it and no conversation: a refusal is passed over.
        with suppress(WireError):
            join_id16 = invitation.join_id(self._pending.secret)
            await self._staff.relay.request(
                InviteTicket(join_id16=join_id16, ticket16=self._case.ticket16)
            )
        await self._remember(made.secret)
        if self._roster.epoch_hash != made.news.parent:
            # Heard meanwhile; sealed under the newer epoch it would break the box for everybody.
            raise WireError(ErrorCode.STALE)
        command = self._sealed(made)
        box16, box = self._roster.box16, self._case.box
        reply = await self._staff.relay.request(command, self._staff.caseload.cap(box16).raw)
        box.transcript.posted(reply.n, command.e1)

    @property
    def _roster(self) -> RosterState:
        roster = self._case.box.transcript.state.roster
        assert roster is not None, "an own case has been read"
        return roster

    def _make(self) -> _Made:
        """Make the commit, and judge it as others will: a bad one would break the box."""
        staff, transcript, roster = self._staff, self._case.box.transcript, self._roster
        author = transcript.own
        if transcript.sending_paused or author is None:
            raise Refused("what the service shows of this conversation does not fit")
        secret = self._next_secret(roster.epoch + 1)
        newcomer = RosterEntry(
            sidx=roster.highest_sidx + 1,
            role=Role.SEEKER,
            sign_pk=self._answer.sign_pk,
            kem_pk=self._answer.kem_pk,
        )
        staying = (one for one in roster.entries.values() if one.sidx != self._pending.sidx)
        news, wraps = commit.make_commit(
            roster, (*staying, newcomer), Reason.NEW_KEY, secret.es, rand=self._rand
        )
        place = Place(staff.log.view.size, staff.caseload.now_ms())
        commit.check_commit(roster, news, author.sidx, wraps, place, staff.log.staff)
        return _Made(
            news=news,
            wraps=wraps,
            secret=secret,
            newcomer=newcomer,
            author=author,
            granted=self._history(),
        )

    def _history(self) -> tuple[EpochSecret, ...]:
        """Return the secrets of all epochs so far, in order, by the commits that were read."""
        box = self._case.box
        commits = [
            Commit.decode(one.message.opened.body.payload)
            for one in box.taken
            if one.message is not None and one.message.opened.body.kind == Kind.COMMIT
        ]
        known = box.transcript.state.secrets
        found = [known[one.es_hash] for one in commits if one.es_hash in known]
        if len(found) != self._roster.epoch + 1:
            raise Refused("the history is not here to be granted")
        return tuple(found)

    def _next_secret(self, number: int) -> KeptSecret:
        """Return the secret of an earlier try, or draw one: a repeat adds none to the keyring."""
        entry = self._staff.keyring.entry(self._roster.box16)
        for kept in entry.secrets if entry else ():
            if kept.epoch == number:
                return kept
        return KeptSecret(epoch=number, es=EpochSecret(self._rand(EpochSecret.SIZE_BYTES)))

    async def _remember(self, secret: KeptSecret) -> None:
        keyring = self._staff.keyring
        entry = keyring.entry(self._roster.box16)
        assert entry is not None, "an own case is remembered"
        await keyring.remember(replace(entry, secrets=(*entry.secrets, secret)))

    def _sealed(self, made: _Made) -> boxes.Commit:
        """Seal it from the present view of the box, with the letters that let the newcomer in."""
        staff, transcript, box16 = self._staff, self._case.box.transcript, self._roster.box16
        transcript.staff = staff.log.staff
        body = transcript.draft(
            kind=Kind.COMMIT,
            stream=int.from_bytes(self._rand(4), "little"),
            i=0,
            sent_ms=staff.caseload.now_ms(),
            log_n=staff.log.view.size,
            payload=made.news.encode(),
        )
        key = transcript.key
        e1 = seal_e1(key, account.staff_sign(staff.ams), body, made.wraps, self._rand)
        given = boxes.NewCap(
            sidx=made.newcomer.sidx, cap_hash=self._answer.cap_hash, rights=int(_SEEKER_RIGHTS)
        )
        quoted = replace(open_e1(e1, key), wraps=())
        proof = invitation.welcome_proof(self._pending.secret, box16, self._answer.kem_pk)
        welcome = Welcome(
            box16=box16,
            epoch=made.news.epoch,
            es=made.secret.es,
            commit=quoted,
            join_cap=CapSecret(proof),
            ticket16=self._case.ticket16,
        )
        granted = Grant(box16=box16, secrets=made.granted)
        return boxes.Commit(
            box16=box16,
            old_kid=key.kid8,
            new_kid=epoch.kid(made.secret.es, box16, made.news.epoch),
            e1=e1,
            caps=(given,),
            out=(self._pending.sidx,),
            letters=(
                self._letter(made, LetterKind.WELCOME, welcome.encode()),
                self._letter(made, LetterKind.GRANT, granted.encode()),
            ),
        )

    def _letter(self, made: _Made, kind: LetterKind, payload: bytes) -> bytes:
        secret = account.staff_sign(self._staff.ams)
        note = Letter(
            kind=kind,
            certificate_hash=made.author.certificate_hash,
            sign_pk=sign_public(secret),
            sent_ms=self._staff.caseload.now_ms(),
            payload=payload,
        )
        return letter.seal_letter(self._answer.kem_pk, secret, note, self._rand)
