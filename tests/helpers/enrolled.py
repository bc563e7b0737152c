"""Houses in which people are enrolled already: `admin, maria = await enrolled(cast, MARIA)`.

The first test of a run enrols them through invitation, accounts and log; each further one begins on
a copy of what lay on the disk then, and everybody goes on with the sign-in they had.
"""

from __future__ import annotations

from collections.abc import Hashable

from clientlib.accounts import SignedIn
from clientlib.relay import RelayClient
from clientlib.staff import Staff
from crypto.keys import AccountSecret
from crypto.wire.accounts import PAGES, AccountKind, Attach, PageRead
from tests.helpers import atrest
from tests.helpers.actors import Cast

# Sign-in name and shown name.
MARIA = ("maria", "Maria B.")


async def enrolled(cast: Cast, *people: tuple[str, str]) -> list[Staff]:
    """The admin and these counsellors, one team, on a server that nobody has met; all signed in."""
    assert not cast.lines, "a house is enrolled before anything else happens in it"
    server = cast.server
    key: Hashable = ("enrolled", cast.now_ms(), cast.root.deployment_id, people)
    if not (kept := atrest.facts_of(key)):
        staff = await _enrol(cast, people)
        kept = [(one.ams, one.token) for one in staff]
        await cast.close()
        await server.stop()
        atrest.keep(key, server.settings, kept)
    else:
        await server.stop()
        atrest.lay_out(key, server.settings)
    await server.start()
    return [await goes_on(cast, ams, token) for ams, token in kept]


async def office(cast: Cast) -> Staff:
    """One counsellor, on duty."""
    _, maria = await enrolled(cast, MARIA)
    await cast.on_duty(maria)
    return maria


async def goes_on(cast: Cast, ams: AccountSecret, token: bytes, *, ahead_ms: int = 0) -> Staff:
    """A sign-in on a new line, with nothing in memory; the device's clock may be ahead."""
    relay = await cast.line()
    signed_in = await attached(relay, ams, token, AccountKind.STAFF)
    now_ms = cast.now_ms
    found = Staff(relay, await cast.log(relay), signed_in, lambda: now_ms() + ahead_ms)
    await found.begin()
    return found


async def attached(
    relay: RelayClient, ams: AccountSecret, token: bytes, kind: AccountKind
) -> SignedIn:
    """What the device that signed in has after it was attached to a new line."""
    subject16 = (await relay.request(Attach(token=token))).subject16
    read = [await relay.request(PageRead(page=page)) for page in range(PAGES[kind])]
    pages = tuple((one.version, one.sealed) for one in read)
    return SignedIn(ams=ams, token=token, subject16=subject16, pages=pages)


async def _enrol(cast: Cast, people: tuple[tuple[str, str], ...]) -> list[Staff]:
    admin = await cast.found()
    staff = [await cast.counsellor(admin, name, shown) for name, shown in people]
    if staff:
        await cast.team(admin, *staff)
    return [admin, *staff]
