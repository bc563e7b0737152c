"""Contact data as a lead opens them, and seals them anew when the leads have a new key.

A letter is believed if it is of this very ticket, signed inside by a key that a seeker's client
made, and brought by that key or by a lead. Whose conversation it is, only who reads the box can
tell: with the box, the key must be that of who writes there. Opening leaves no trace. Twin of
web/js/features/workspace/leadcontacts.js.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from clientlib.box import Box
from clientlib.errors import OVER, Refused
from clientlib.leads import check_leads
from clientlib.letters import sealed_letter
from clientlib.recommit import Progress
from clientlib.staff import Staff
from crypto import kem, letter
from crypto.certificate import TeamStatement
from crypto.contact import SignedContact
from crypto.errors import BadProof, RemoteError
from crypto.keys import KemPublic, KemSecret
from crypto.letter import NO_CERTIFICATE, Letter, LetterKind
from crypto.levels import Teams
from crypto.logview import LogView
from crypto.roster import Role
from crypto.wire.contacts import (
    ContactRead,
    ContactReadReply,
    ContactReseal,
    ContactRow,
    Contacts,
)
from crypto.wire.errors import ErrorCode, WireError

# Somebody was faster, the seeker has changed or deleted them, or the ticket is gone.
_DONE_BY_OTHERS = (ErrorCode.CONFLICT, *OVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundContact:
    """Contact data that may be shown, left at `at_ms` as the `n`-th version.

    `is_confirmed`: by who writes in the conversation, which this client reads; else only that they
    were left in this enquiry can be told, by whoever had its ticket.
    """

    n: int
    at_ms: int
    email: str = field(repr=False)
    phone: str = field(repr=False)
    is_confirmed: bool


class LeadContacts:
    """The contact data of one portal, for one signed-in lead."""

    def __init__(self, staff: Staff, portal16: bytes, teams: Teams) -> None:
        self._staff = staff
        self._portal16 = portal16
        self._teams = teams
        # What this client has seen: an earlier version is not shown after a later one.
        self._seen: dict[bytes, int] = {}

    async def rows(self) -> list[ContactRow]:
        """Return in which enquiries something is left, by number."""
        found: list[ContactRow] = []
        while True:
            start = found[-1].number + 1 if found else 0
            ask = Contacts(portal16=self._portal16, start=start)
            page = await self._staff.relay.request(ask)
            if page.rows and page.rows[0].number < start:
                raise BadProof("a list that begins again never ends")
            found.extend(page.rows)
            if not page.rows or not page.has_more:
                return found

    async def open(self, ticket16: bytes, box: Box | None = None) -> FoundContact:
        """Open what is left in an enquiry; `box`: its conversation, where it is mine to read.

        Refused, BadProof or another RemoteError for what is not to be believed: it is not shown.
        """
        view = await self._staff.log.update()
        reply = await self._staff.relay.request(ContactRead(ticket16=ticket16))
        signed = self._opened(view, ticket16, reply)
        contact = signed.contact
        if box is not None and (box.box16, signed.sign_pk) != (contact.box16, _writer(box)):
            raise Refused("not left by who writes in this conversation")
        if contact.n < self._seen.get(ticket16, 0):
            raise BadProof("the service shows earlier contact data")
        self._seen[ticket16] = contact.n
        return FoundContact(
            n=contact.n,
            at_ms=contact.at_ms,
            email=contact.email,
            phone=contact.phone,
            is_confirmed=box is not None,
        )

    async def reseal(self) -> Progress:
        """Seal to the leads' key of today what lies under a former one; another run may go on.

        Refused where somebody who is no lead would get it.
        """
        view = await self._staff.log.update()
        latest = view.current_team(self._teams.leads16, self._staff.caseload.now_ms())
        if latest is None or self._staff.subject16 not in latest.team.members:
            raise Refused("not in this team")
        check_leads(view, self._teams, latest.team, self._staff.caseload.now_ms())
        waiting = [one.ticket16 for one in await self.rows() if not one.is_current]
        progress = Progress(done=0, total=len(waiting))
        for ticket16 in waiting:
            try:
                await self._seal_anew(view, latest, ticket16)
            except (RemoteError, WireError) as error:
                if not isinstance(error, WireError) or error.code not in _DONE_BY_OTHERS:
                    progress = replace(progress, skipped=(*progress.skipped, ticket16))
                    continue
            progress = replace(progress, done=progress.done + 1)
        return progress

    async def _seal_anew(self, view: LogView, latest: TeamStatement, ticket16: bytes) -> None:
        staff = self._staff
        reply = await staff.relay.request(ContactRead(ticket16=ticket16))
        signed = self._opened(view, ticket16, reply)
        raw = sealed_letter(
            staff.ams,
            staff.certificate.hash,
            latest.team.kem_pk,
            LetterKind.CONTACT,
            signed.encode(),
            staff.caseload.now_ms(),
        )
        command = ContactReseal(ticket16=ticket16, version=reply.version, letter=raw)
        await staff.relay.request(command)

    def _opened(self, view: LogView, ticket16: bytes, reply: ContactReadReply) -> SignedContact:
        """Open a letter that is of this ticket, under the version that the relay names."""
        seed = self._seed_for(reply.letter)
        note = letter.open_letter(reply.letter, seed)
        if note.kind != LetterKind.CONTACT:
            raise Refused("no contact data")
        signed = SignedContact.decode(note.payload)
        # The seeker signed it in: the relay cannot show one ticket's as another's.
        if signed.contact.ticket16 != ticket16:
            raise Refused("contact data of another ticket")
        if signed.contact.n != reply.version:
            raise BadProof("contact data under another version")
        if note.certificate_hash == NO_CERTIFICATE:
            if note.sign_pk != signed.sign_pk:
                raise Refused("contact data that somebody else brings")
        elif not _is_leads(view, self._teams.leads16, note, kem.public(seed)):
            raise Refused("contact data that no lead has sealed anew")
        return signed

    def _seed_for(self, raw: bytes) -> KemSecret:
        """Find the leads' key of the inbox that the letter is in."""
        address, _ = letter.parse_letter(raw)
        for kept in self._staff.keyring.team_seeds:
            is_leads = kept.team16 == self._teams.leads16
            if is_leads and letter.inbox16(kem.public(kept.seed)) == address:
                return kept.seed
        raise Refused("contact data under a key that is not here")


def _is_leads(view: LogView, leads16: bytes, note: Letter, key: KemPublic) -> bool:
    """Tell whether somebody wrote it whom the leads' team listed while it had this key."""
    author = view.certificate(note.certificate_hash)
    if author is None or author.sign_pk != note.sign_pk:
        return False
    return any(
        author.revoked_at is None or author.revoked_at >= one.index
        for one in _statements(view, leads16, key)
        if author.subject16 in one.team.members
    )


def _statements(view: LogView, team16: bytes, key: KemPublic) -> Iterator[TeamStatement]:
    return (one for one in view.team_history(team16) if one.team.kem_pk == key)


def _writer(box: Box) -> object:
    """Return the key of the seeker who writes in a box now; None where there is none."""
    roster = box.transcript.state.roster
    members = roster.entries.values() if roster else ()
    return next((one.sign_pk for one in members if one.role is Role.SEEKER), None)
