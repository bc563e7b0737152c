"""A counsellor leaves, and somebody's conversation has nobody.

await revoked(cast, maria)                 # an admin revokes her certificate
await leaves(scene)                        # and the team has a key that she does not have
"""

from __future__ import annotations

import asyncio

from clientlib.enquiry import Enquiry
from clientlib.staff import Staff
from clientlib.staffenquiries import StaffEnquiries
from crypto import account
from crypto.statement import Revoke
from crypto.wire.enquiries import EnquiryState
from tests.helpers.actors import Cast
from tests.helpers.handover import Scene, team_is
from tests.helpers.written import SCENE_S, again, portal_of


async def revoked(cast: Cast, who: Staff) -> None:
    """An admin revokes somebody's certificate; the team still lists them."""
    admin, now_ms = await cast.signs_in("verwaltung"), cast.now_ms()
    statement = Revoke(certificate_hash=who.certificate.hash)
    await admin.log.publish(account.staff_sign(admin.ams), who.subject16, statement, now_ms, 0)


async def leaves(scene: Scene) -> None:
    """Maria has left, and Jonas has changed the team's key."""
    await revoked(scene.cast, scene.maria)
    await team_is(scene.cast, scene.jonas, scene.jonas)


async def on_another_device(cast: Cast, enquiry: Enquiry) -> Enquiry:
    """The same enquiry, with nothing in memory but the sign-in."""
    account_ = await again(cast, enquiry.account)
    entry = account_.keyring.entry(enquiry.box16)
    assert entry is not None
    return await Enquiry.take_up(account_, portal_of(cast), entry)


async def is_open(desk: StaffEnquiries, ticket16: bytes) -> None:
    """Wait until it stands in a list as one that nobody has."""
    async with asyncio.timeout(SCENE_S):
        await desk.wait_until(
            lambda: ticket16 in desk.rows and desk.rows[ticket16].state == EnquiryState.OPEN
        )
