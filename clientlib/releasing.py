"""To give an own case back to a team: "Freigeben" (E1.19).

    1 commit   I go, and the team comes in; its letters hold all that was said, and my draft
    2 forget   nothing stays here that could open what is said from then on
    3 report   the ticket is open, for whoever takes it

What a crash after 1 has left undone, letters of the ticket tell: the welcome in the team's inbox
quotes a commit of mine that gives it back; where that team is not mine, because only leads are in
it, a receipt in my own inbox says so. Nothing else is kept for it. Twin of
web/js/features/workspace/releasing.js.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from clientlib import begin, commits, restarts
from clientlib.box import Box
from clientlib.caseload import Caseload
from clientlib.commits import Sealed
from clientlib.errors import Disconnected, Refused
from clientlib.leads import check_leads
from clientlib.notes import CaseNote
from crypto import credential, kem, letter
from crypto.commit import Commit, Reason
from crypto.errors import RemoteError
from crypto.givendraft import GivenDraft
from crypto.grant import Grant
from crypto.keys import CapSecret, EpochSecret, KemPublic
from crypto.letter import LetterKind, Welcome
from crypto.levels import Teams
from crypto.primitives import sign_public
from crypto.random import Rand, random_bytes
from crypto.receipt import Receipt
from crypto.roster import Role, RosterEntry
from crypto.wire import boxes
from crypto.wire.boxes import StoredLetter
from crypto.wire.enquiries import EnquiryLetter, EnquiryRelease
from crypto.wire.errors import ErrorCode, WireError

# Another device of mine; after that somebody keeps me from it.
_ATTEMPTS = 3


class Releasing:
    """One own case on its way back to the team to which its portal's level sends it."""

    def __init__(
        self,
        caseload: Caseload,
        note: CaseNote,
        box: Box,
        teams: Teams,
        rand: Rand = random_bytes,
    ) -> None:
        self._caseload = caseload
        self._note = note
        self._box = box
        self._teams = teams
        self._rand = rand

    @property
    def can_release(self) -> bool:
        """Tell whether what was said so far is mine to hand on; else only the seeker can say so."""
        return not self._note.pin

    async def run(self, draft: str) -> None:
        """Take all steps; `draft` goes along, unless it is empty.

        Refused where it cannot be given back, RestartedTeam before a restart was seen; WireError
        unknown when it is not mine any more, be it by a try whose answer was lost (`finish`).
        """
        newcomer = await self._newcomer()
        for attempt in range(_ATTEMPTS):
            try:
                await self._commit(newcomer, draft)
                break
            except WireError as error:
                if error.code is not ErrorCode.STALE or attempt == _ATTEMPTS - 1:
                    raise
                await self._box.read_on()
                newcomer = await self._newcomer()
        await self._caseload.note_handed_over(self._box.box16, self._note.admitted)
        await report(self._caseload, self._note.ticket16)

    async def _newcomer(self) -> begin.Recipient:
        """Return that team as it is now."""
        caseload, back16 = self._caseload, self._teams.back16
        view = await caseload.log.update()
        statement = view.current_team(back16, caseload.now_ms())
        if not self.can_release or statement is None:
            raise Refused("no history that is mine to hand on, or no team to go on")
        restarts.must_be_seen(view, back16, restarts.seen_of(caseload.keyring))
        check_leads(view, self._teams, statement.team, caseload.now_ms())
        return begin.to_team(statement)

    async def _commit(self, recipient: begin.Recipient, draft: str) -> None:
        """Everybody goes but the seeker: a deputy as well."""
        box = self._box
        roster = commits.roster_of(box.transcript)
        seekers = tuple(one for one in roster.entries.values() if one.role is Role.SEEKER)
        team = replace(recipient.entry, sidx=roster.highest_sidx + 1)
        leaving = tuple(one.sidx for one in roster.entries.values() if one not in seekers)
        join_cap = CapSecret(self._rand(CapSecret.SIZE_BYTES))
        cap = boxes.NewCap(
            sidx=team.sidx,
            cap_hash=credential.cap_hash(join_cap),
            rights=int(recipient.rights),
            team16=recipient.team16,
        )

        def fill(sealed: Sealed, es: EpochSecret) -> boxes.Commit:
            letters = self._letters(team, sealed, es, join_cap, draft)
            return sealed.command(
                caps=(cap,), out=leaving, letters=letters, ticket16=self._note.ticket16
            )

        await commits.leave(
            self._caseload, box, (*seekers, team), Reason.RELEASED, self._rand, fill
        )

    def _letters(
        self,
        team: RosterEntry,
        sealed: Sealed,
        es: EpochSecret,
        join_cap: CapSecret,
        draft: str,
    ) -> tuple[bytes, ...]:
        box16, own = sealed.box16, self._box.transcript.own
        assert own is not None, "who gives it back is a member"
        entry = self._caseload.keyring.entry(box16)
        kept = entry.secrets if entry else ()
        welcome = Welcome(
            box16=box16,
            epoch=sealed.epoch,
            es=es,
            commit=sealed.quoted,
            join_cap=join_cap,
            ticket16=self._note.ticket16,
        )
        grant = Grant(box16=box16, secrets=commits.history_of(self._box, kept))
        found = [(LetterKind.WELCOME, welcome.encode()), (LetterKind.GRANT, grant.encode())]
        if draft:
            given = GivenDraft(
                box16=box16, epoch=sealed.epoch, certificate_hash=own.certificate_hash, text=draft
            )
            found.append((LetterKind.DRAFT, given.encode()))
        letters = tuple(self._letter(team.kem_pk, kind, raw) for kind, raw in found)
        if not self._teams.is_leads(self._teams.back16):
            return letters
        receipt = Receipt(ticket16=self._note.ticket16, box16=box16, epoch=sealed.epoch)
        return (*letters, self._letter(own.kem_pk, LetterKind.RECEIPT, receipt.encode()))

    def _letter(self, kem_pk: KemPublic, kind: LetterKind, payload: bytes) -> bytes:
        return commits.letter_to(self._caseload, self._box, kem_pk, kind, payload, self._rand)


async def report(caseload: Caseload, ticket16: bytes) -> None:
    """Say that it is open; nothing hangs on it, and `finish` repeats it."""
    with suppress(WireError, Disconnected):
        await caseload.relay.request(EnquiryRelease(ticket16=ticket16))


async def finish(caseload: Caseload, ticket16: bytes) -> bool:
    """Go on after a crash, or an answer that was lost; False where I have not given it back."""
    try:
        reply = await caseload.relay.request(EnquiryLetter(ticket16=ticket16))
    except WireError:
        return False
    for stored in reply.letters:
        receipt = _mine(caseload, stored)
        if receipt is None or receipt.ticket16 != ticket16:
            continue
        entry = caseload.keyring.entry(receipt.box16)
        if entry is not None and entry.generation >= receipt.epoch:
            # I have had it again since; a team that reads along keeps its letters.
            continue
        if entry is not None:
            await caseload.note_handed_over(receipt.box16, entry.generation)
        await report(caseload, ticket16)
        return True
    return False


def _mine(caseload: Caseload, stored: StoredLetter) -> Receipt | None:
    """Open a letter by which I have given a ticket back to a team; None for any other."""
    try:
        inbox16, _ = letter.parse_letter(stored.e2)
        keys = (k for k in caseload.kem_secrets if letter.inbox16(kem.public(k)) == inbox16)
        note = letter.open_letter(stored.e2, next(keys))
        if note.sign_pk != sign_public(caseload.sign_secret):
            return None
        if note.kind == LetterKind.RECEIPT:
            return Receipt.decode(note.payload)
        welcome = Welcome.decode(note.payload) if note.kind == LetterKind.WELCOME else None
        reason = Commit.decode(welcome.commit.body.payload).reason if welcome else None
    except (RemoteError, StopIteration):
        return None
    if welcome is None or reason != Reason.RELEASED:
        return None
    return Receipt(ticket16=welcome.ticket16, box16=welcome.box16, epoch=welcome.epoch)
