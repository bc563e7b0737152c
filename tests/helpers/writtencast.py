"""People of a written enquiry over the raw wire: real commands, rows and signatures, no Argon2id.

async with house(tmp_path) as home:
    anna = await home.counsellor("Anna")
    sam = await writer(home, "Sam"); await sam.sends()   # box, commit 0 with a letter, text, open
    await accepts(anna, sam)                             # reserve, commit 1, taken

Envelopes have the true outside and random-looking insides, as in `livecast`.
"""

from __future__ import annotations

from typing import Any

from crypto import letter
from crypto.credential import cap_hash
from crypto.keys import CapSecret
from crypto.wire import boxes, enquiries
from crypto.wire.base import Right
from crypto.wire.enquiries import EnquiryRow, EnquiryRowChanged
from tests.helpers.accounts import Account, publish
from tests.helpers.livecast import (
    HOUR_MS,
    STAFF_RIGHTS,
    Counsellor,
    House,
    Seeker,
    e1,
    kid_of,
    new_cap,
    told,
)
from tests.helpers.organisation import Person, kem_public, seed
from tests.helpers.server import PORTAL16

DAY_MS = 24 * HOUR_MS
UNACCEPTED_DAYS = 30
IDLE_DAYS = 183
RESERVE_MS = 10 * 60_000
TEAM_RIGHTS = int(Right.READ | Right.COMMIT)
TEAM_KEY = "team key 1"


def team_inbox(key: str = TEAM_KEY) -> bytes:
    """Return the address under a key of the team."""
    return letter.inbox16(kem_public(key))


class Writer(Seeker):
    """A seeker with an account and one enquiry; all ids and secrets follow from the name."""

    def __init__(self, home: House, name: str, portal16: bytes = PORTAL16) -> None:
        super().__init__(home, name, portal16)
        self.ticket16 = seed(f"written ticket {name}", 16)
        self.account = Account(name)

    async def signs_in(self) -> None:
        """Sign in on a new line; the account exists."""
        await self.connects()
        await self.account.sign_in(self.client)

    def create_command(self, **changed: Any) -> boxes.Create:
        """Return the creation of the box, to end when nobody takes it."""
        hour = self.home.server.clock.now_ms() // HOUR_MS
        given: dict[str, Any] = {
            "caps": (new_cap(0, self.box_cap, STAFF_RIGHTS),),
            "closes_hour": hour + UNACCEPTED_DAYS * 24,
        }
        return super().create_command(**(given | changed))

    def team_cap(self, rights: int = TEAM_RIGHTS) -> boxes.NewCap:
        """Return the capability that the letter hands to the team; its secret is the join cap."""
        return boxes.NewCap(
            sidx=1,
            cap_hash=cap_hash(CapSecret(self.join_cap)),
            rights=rights,
            team16=self.home.organisation.team16,
        )

    def to_team(self, **changed: Any) -> boxes.Commit:
        """Return commit 0 of {seeker, team}."""
        given = {"caps": (self.team_cap(),), "ticket16": self.ticket16}
        return self.commit_command(team_inbox(), **(given | changed))

    def to_one(self, counsellor: Counsellor) -> boxes.Commit:
        """Return commit 0 of {seeker, counsellor}."""
        return self.commit_command(counsellor.inbox16, ticket16=self.ticket16)

    def open_command(self, **changed: Any) -> enquiries.EnquiryOpen:
        """Return the opening of the ticket."""
        given: dict[str, Any] = {
            "ticket16": self.ticket16,
            "portal16": self.portal16,
            "language": "de",
            "addressee": b"",
            "relation": b"",
        }
        return enquiries.EnquiryOpen(**(given | changed))

    async def creates(self) -> bytes:
        """Create the box; return its share."""
        return (await self.client.call(self.create_command(), self.box_cap)).share

    async def opens(self, **changed: Any) -> int:
        """Open the ticket; return its number."""
        return (await self.ticket(self.open_command(**changed))).number

    async def sends(self, addressee: Counsellor | None = None) -> int:
        """Do all steps; return the number of the ticket."""
        await self.creates()
        commit = self.to_one(addressee) if addressee else self.to_team()
        await self.client.call(commit, self.box_cap)
        await self.post(f"enquiry of {self.name}")
        return await self.opens(addressee=addressee.person.subject16 if addressee else b"")

    def taking(self, counsellor: Counsellor, name: str = "taken") -> boxes.Commit:
        """Return commit 1, with which a counsellor takes the team out."""
        return boxes.Commit(
            box16=self.box16,
            old_kid=self.kid,
            new_kid=kid_of(f"{name} {self.name}"),
            e1=e1(self.box16, self.kid, f"{name} {self.name}", 4096),
            caps=(new_cap(2, counsellor.cap_of(self), STAFF_RIGHTS),),
            out=(1,),
            letters=(),
        )


async def writer(home: House, name: str, portal16: bytes = PORTAL16) -> Writer:
    """Somebody makes an account and signs in."""
    one = Writer(home, name, portal16)
    await one.connects()
    await one.account.create(one.client)
    await one.account.sign_in(one.client)
    return one


async def listing(
    counsellor: Counsellor, portal16: bytes = PORTAL16, *, is_all: int = 0, start: int = 0
) -> tuple[EnquiryRow, ...]:
    """Read a page of the list and follow it."""
    command = enquiries.Enquiries(portal16=portal16, is_all=is_all, start=start)
    return (await counsellor.client.call(command)).rows


async def row_of(counsellor: Counsellor, one: Writer) -> EnquiryRow:
    """Return the row of an enquiry as a counsellor sees it."""
    rows = await listing(counsellor, one.portal16, is_all=1)
    return next(row for row in rows if row.ticket16 == one.ticket16)


def heard(counsellor: Counsellor) -> list[tuple[bytes, int]]:
    """Take (ticket, state) of every row that was told."""
    return [(one.row.ticket16, one.row.state) for one in told(counsellor.client, EnquiryRowChanged)]


async def accepts(counsellor: Counsellor, one: Writer) -> None:
    """Reserve, commit, report."""
    await counsellor.client.call(enquiries.EnquiryAccept(ticket16=one.ticket16))
    await counsellor.client.call(one.taking(counsellor), one.join_cap)
    one.kid = kid_of(f"taken {one.name}")
    await counsellor.client.call(enquiries.EnquiryTaken(ticket16=one.ticket16))


async def new_team(home: House, *members: str, key: str = TEAM_KEY) -> None:
    """Publish the next epoch of the team with other members."""
    people = [Person(name) for name in members]
    epoch = len(home.organisation.view().team_history(home.organisation.team16)) + 1
    home.organisation.team(people[0], people, epoch=epoch, key=key)
    await publish(await home.line(), home.organisation)
