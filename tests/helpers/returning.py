"""Somebody comes back with a new access: the words, the answer, the commit, the letters.

case, enquiry = await in_counselling(cast, maria, account)     # a case with two sides
access, words = await invited(cast, maria, case)               # step 1, as the counsellor sees it
arrival = await answers(cast, words)                           # a new account answers
"""

from __future__ import annotations

from clientlib.account import SeekerAccount
from clientlib.arrival import Arrival
from clientlib.case import Case
from clientlib.enquiry import Enquiry
from clientlib.newaccess import NewAccess
from clientlib.staff import Staff
from tests.helpers.actors import Cast
from tests.helpers.written import at_desk, has, portal_of, takes, writes

OLD_NAME, NEW_NAME = "kiesel-407", "feder-112"
ANSWER = "Guten Tag. Schön, dass Sie schreiben."


async def in_counselling(
    cast: Cast, counsellor: Staff, account: SeekerAccount
) -> tuple[Case, Enquiry]:
    """A written enquiry that was taken and answered."""
    enquiry = await writes(cast, account)
    case = await takes(await at_desk(counsellor), enquiry)
    await case.say(ANSWER)
    assert enquiry.box is not None
    await has(enquiry.box, ANSWER)
    return case, enquiry


async def invited(staff: Staff, case: Case) -> tuple[NewAccess, str]:
    """The counsellor gives out six words."""
    access = NewAccess(staff, case)
    return access, (await access.invite("de")).words


async def answers(cast: Cast, account: SeekerAccount, words: str) -> Arrival:
    """Somebody with a new access says them."""
    return await Arrival.begin(account, portal_of(cast), words)


async def comes_in(access: NewAccess, arrival: Arrival) -> Enquiry:
    """The counsellor confirms, and the seeker finds the conversation."""
    answer = await access.look()
    assert answer is not None
    await access.confirm(answer)
    enquiry = await arrival.check()
    assert enquiry is not None
    return enquiry
