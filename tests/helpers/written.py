"""Written enquiries through the Python client: who writes, who reads, who takes over.

enquiry = await writes(cast, account, "Guten Tag")          # sent, every step of it
desk = await at_desk(maria)                                 # the list, read and followed
case = await takes(desk, enquiry)                           # "Anfrage übernehmen"
async with falls_over(relay, 3): ...                        # the device stops at its 4th request
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar
from unittest import mock

from clientlib.account import SeekerAccount
from clientlib.box import Box
from clientlib.case import Case
from clientlib.enquiry import Enquiry
from clientlib.relay import RelayClient
from clientlib.sending import Portal
from clientlib.staff import Staff
from clientlib.staffenquiries import StaffEnquiries
from crypto.levels import Teams
from crypto.verdict import Verdict
from crypto.wire.accounts import AccountKind
from crypto.wire.base import Command
from tests.helpers.actors import Cast
from tests.helpers.enrolled import attached, enrolled, goes_on
from tests.helpers.organisation import seed
from tests.helpers.server import PORTAL16

# Of the test organisation, behind the portal.
TEAM16 = seed("team Vieraugen", 16)
TEAMS = Teams(team16=TEAM16)
TOPIC, SUBJECT, TEXT = "Trennung", "Wie weiter?", "Guten Tag, ich weiß nicht weiter."
SCENE_S = 60
R = TypeVar("R")


class FellOver(Exception):
    """The device stops at this very moment."""


@asynccontextmanager
async def falls_over(relay: RelayClient, at: int, *, is_asked: bool = False) -> AsyncIterator[None]:
    """Stop this device at its request number `at`: before it is asked, or before the answer."""
    with counted(relay, at, is_asked=is_asked):
        try:
            yield
        except FellOver:
            pass
        else:
            raise AssertionError("it went through")
        finally:
            await relay.close()


@contextmanager
def counted(relay: RelayClient, at: int = -1, *, is_asked: bool = False) -> Iterator[list[str]]:
    """Count what a line asks by name; with `at`, FellOver there and ever after."""
    real, asked = relay.request, list[str]()

    async def request(command: Command[Any], credential: bytes = b"") -> Any:
        asked.append(command.META.name)
        if at < 0 or len(asked) <= at:
            return await real(command, credential)
        if is_asked and len(asked) == at + 1:
            await real(command, credential)
        raise FellOver

    with mock.patch.object(relay, "request", request):
        yield asked


async def centre(cast: Cast, *names: str) -> list[Staff]:
    """An organisation with one team of these counsellors; nobody is on duty."""
    return (await enrolled(cast, *((one, one.capitalize()) for one in names)))[1:]


async def again(cast: Cast, account: SeekerAccount) -> SeekerAccount:
    """The same sign-in on a new line, with nothing in memory: as after a crash."""
    relay = await cast.line()
    signed_in = await attached(relay, account.ams, account.token, AccountKind.SEEKER)
    return await cast.account_of(relay, signed_in)


async def staff_again(cast: Cast, staff: Staff, *, ahead_ms: int = 0) -> Staff:
    """As `again`, for a counsellor, on a device whose clock may be ahead."""
    return await goes_on(cast, staff.ams, staff.token, ahead_ms=ahead_ms)


def portal_of(cast: Cast) -> Portal:
    """The portal of the test organisation."""
    return Portal(portal16=PORTAL16, teams=cast.teams, language="de")


def new(cast: Cast, account: SeekerAccount, addressee: bytes = b"") -> Enquiry:
    """An enquiry of which nothing is typed yet."""
    return Enquiry.begin(account, portal_of(cast), addressee=addressee)


async def writes(
    cast: Cast, account: SeekerAccount, text: str = TEXT, addressee: bytes = b""
) -> Enquiry:
    """Write an enquiry and send it."""
    enquiry = new(cast, account, addressee)
    await enquiry.send(TOPIC, SUBJECT, text)
    return enquiry


async def at_desk(staff: Staff, teams: Teams = TEAMS) -> StaffEnquiries:
    """Read the list and follow it."""
    desk = StaffEnquiries(staff, {PORTAL16: teams})
    await desk.read((PORTAL16,))
    return desk


async def takes(desk: StaffEnquiries, enquiry: Enquiry) -> Case:
    """Wait until the enquiry stands in the list, and take it over."""
    ticket16 = enquiry.note.ticket16
    await desk.wait_until(lambda: ticket16 in desk.rows)
    return await desk.accept(ticket16)


def texts(box: Box) -> list[str]:
    """What people read in a conversation."""
    return [one.text for one in box.said if one.text is not None]


async def has(box: Box, *wanted: str) -> None:
    """Wait until these texts are there."""
    async with asyncio.timeout(SCENE_S):
        await box.wait_until(lambda: set(wanted) <= set(texts(box)))


def alarms(box: Box) -> list[Verdict | None]:
    """Everything that was not simply good."""
    return [one.verdict for one in box.taken if one.verdict not in (Verdict.OK, Verdict.DUP)]


async def all_at_once(*work: Callable[[], Coroutine[Any, Any, R]]) -> list[R]:
    """Do it at the same time; what one of them raises ends the test."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one()) for one in work]
    return [one.result() for one in tasks]


async def outcome_of(work: Awaitable[R]) -> R | Exception:
    """Return what it gives, or what it raises."""
    try:
        return await work
    except Exception as error:
        return error
