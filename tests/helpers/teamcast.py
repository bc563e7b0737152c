"""Teams whose key changes, through the Python client.

    maria, jonas = await centre(cast, "maria", "jonas")
    anna = await hired(cast, "anna")                     # certified, in no team
    await fires(cast, jonas)                             # the admin takes the certificate back
    assert (await look_after(maria, cast.team16)).left == (jonas.subject16,)

`Former` is somebody who has left and kept everything: seeds, capabilities, a copy of the database.
"""

from __future__ import annotations

from dataclasses import dataclass

from clientlib import org
from clientlib.enquiry import Enquiry
from clientlib.firstrequest import FirstRequest
from clientlib.recommit import Progress
from clientlib.staff import Staff
from crypto import account, epoch, letter
from crypto.envelope import open_e1
from crypto.errors import RemoteError
from crypto.keys import KemSecret
from crypto.statement import RevokeReason, Role
from tests.helpers.actors import Cast


async def hired(cast: Cast, name: str, role: Role = Role.COUNSELLOR) -> Staff:
    """Invite and certify one more colleague, whom no team lists yet."""
    admin = await cast.signs_in("verwaltung")
    return await cast.counsellor(admin, name, name.capitalize(), role)


async def fires(cast: Cast, gone: Staff) -> None:
    """The admin takes a certificate back."""
    admin = await cast.signs_in("verwaltung")
    await org.revoke(admin, gone.certificate, RevokeReason.LEFT, cast.now_ms())


def told(steps: list[Progress]) -> list[str]:
    """What people read of it."""
    return [f"{one.done} of {one.total}" for one in steps]


def key_of(staff: Staff, team16: bytes) -> bytes:
    """The public half of the team's present key, as the log says."""
    latest = staff.log.view.latest_team(team16)
    assert latest is not None
    return latest.team.kem_pk.raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """What somebody took along: the keys of then, and what opened a request."""

    secrets: tuple[KemSecret, ...]
    first: FirstRequest

    @staticmethod
    def of(staff: Staff, first: FirstRequest) -> Former:
        """Take everything along."""
        seeds = tuple(one.seed for one in staff.keyring.team_seeds)
        return Former(secrets=(account.staff_kem(staff.ams), *seeds), first=first)

    def opens(self, letters: list[bytes]) -> int:
        """How many of these letters open to any key of then."""
        return sum(self._opens(one) for one in letters)

    def reads(self, envelopes: list[bytes]) -> int:
        """How many of these envelopes of the request open to the secrets of then."""
        state = self.first.box.transcript.state
        keys = [
            epoch.key(kept.es, state.box16, kept.epoch, state.share) for kept in self.first.secrets
        ]
        count = 0
        for raw in envelopes:
            for key in keys:
                try:
                    open_e1(raw, key)
                except RemoteError:
                    continue
                count += 1
                break
        return count

    def _opens(self, raw: bytes) -> bool:
        for secret in self.secrets:
            try:
                letter.open_letter(raw, secret)
            except RemoteError:
                continue
            return True
        return False


async def stolen(cast: Cast, enquiry: Enquiry) -> tuple[list[bytes], list[bytes]]:
    """From a copy of the database: the letters of a ticket, and the envelopes of its box."""
    db = cast.server.relay.parts.db
    letters = "SELECT bytes_sealed FROM boxes_letters JOIN boxes_slots USING (slot)"
    envelopes = "SELECT bytes_sealed FROM boxes_envelopes JOIN boxes_slots USING (slot)"
    ticket16, box16 = enquiry.note.ticket16, enquiry.box16
    found = await db.read(lambda tx: tx.all(f"{letters} WHERE ticket16 = $1", ticket16))
    inside = await db.read(lambda tx: tx.all(f"{envelopes} WHERE box16 = $1 ORDER BY n", box16))
    return [one[0] for one in found], [one[0] for one in inside]
