"""A first request, read before anybody has taken it: by everybody in the team, or its addressee.

Nothing is saved and nothing is written: whoever only reads leaves no trace in box or keyring. Twin
of web/js/features/workspace/opening.js.
"""

from __future__ import annotations

from dataclasses import dataclass

from clientlib.box import Box
from clientlib.caseload import Caseload
from clientlib.errors import Refused
from crypto import kem, letter, reading
from crypto.errors import RemoteError
from crypto.keys import KemPublic, KemSecret
from crypto.letter import LetterKind, Welcome
from crypto.roster import Role, RosterEntry, RosterState
from crypto.wire.boxes import StoredLetter
from crypto.wire.enquiries import EnquiryLetter
from crypto.wire.errors import ErrorCode, WireError


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRequest:
    """What opens it, and the open box; `stop` the box when nobody looks any more."""

    welcome: Welcome
    box: Box

    @property
    def team(self) -> RosterEntry | None:
        """The team in whose name it is read; None for the addressee."""
        roster = self.box.transcript.state.roster
        entries = roster.entries.values() if roster else ()
        return next((one for one in entries if one.role is Role.TEAM), None)


async def open_first(caseload: Caseload, ticket16: bytes) -> FirstRequest:
    """Open the letter of a ticket and read its box.

    WireError taken when there is no letter any more; RemoteError when none of them is to be
    believed.
    """
    reply = await caseload.relay.request(EnquiryLetter(ticket16=ticket16))
    reason: Exception = WireError(ErrorCode.TAKEN)
    for stored in reply.letters:
        try:
            return await _open_letter(caseload, ticket16, stored)
        except RemoteError as error:
            reason = error
        except WireError as error:
            # Of a box that is gone, or where the team is out already.
            if error.code is not ErrorCode.UNKNOWN:
                raise
    raise reason


async def _open_letter(caseload: Caseload, ticket16: bytes, stored: StoredLetter) -> FirstRequest:
    secret = _secret_for(caseload, stored)
    note = letter.open_letter(stored.e2, secret)
    if note.kind != LetterKind.WELCOME:
        raise Refused("not a welcome")
    welcome = Welcome.decode(note.payload)
    # The seeker sealed it in: the relay cannot show one ticket's letter as another's.
    if welcome.ticket16 != ticket16:
        raise Refused("the letter of another ticket")
    share = await caseload.share_of(welcome.box16, welcome.join_cap)
    if welcome.commit.body.log_n > caseload.log.view.size:
        await caseload.log.update()
    holder = reading.Holder(kem_secrets=(secret,), share=share)
    transcript = reading.join(note, welcome, holder, caseload.log.staff)
    _check_members(transcript.state.roster, kem.public(secret))
    box = caseload.box(transcript, welcome.join_cap)
    await box.open()
    return FirstRequest(welcome=welcome, box=box)


def _check_members(roster: RosterState | None, reader: KemPublic) -> None:
    """A first request is read by those to whose key its letter came, and by nobody else."""
    members = roster.entries.values() if roster else ()
    others = [one.kem_pk for one in members if one.role is not Role.SEEKER]
    if others != [reader]:
        raise Refused("not the members of a first request")


def _secret_for(caseload: Caseload, stored: StoredLetter) -> KemSecret:
    """Find the key of the inbox that the letter is in: the own one, or a team's."""
    address, _ = letter.parse_letter(stored.e2)
    for secret in caseload.kem_secrets:
        if letter.inbox16(kem.public(secret)) == address:
            return secret
    raise Refused("a letter to a key that is not here")
