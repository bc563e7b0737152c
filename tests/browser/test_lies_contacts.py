"""Contact data for leads, and a relay that gives a lead's page those of somebody or something else.

Otto leads and counsels: `mine` is a conversation that he reads, `other` is Maria's. In a third one
nothing is left yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from clientlib.enquiry import Enquiry
from clientlib.staff import Staff
from crypto import account, kem, letter
from crypto.contact import SignedContact
from crypto.keys import KemSecret
from crypto.statement import Role
from crypto.wire.base import Command, Done, Reply
from crypto.wire.codec import CommandFrame
from crypto.wire.contacts import (
    ContactLook,
    ContactLookReply,
    ContactPut,
    ContactRead,
    ContactReadReply,
    Contacts,
    ContactsReply,
)
from crypto.wire.errors import ErrorCode
from tests.browser.conftest import Windows, house_of
from tests.browser.desk import DeskPage
from tests.browser.lies import LyingHouse, WaryWindows, sees, wary_windows, word
from tests.browser.shelf import Shelf
from tests.browser.test_contacts import room_of
from tests.browser.writing import WriterPage
from tests.helpers.actors import PHRASE, Cast
from tests.helpers.leads import LEADS16
from tests.helpers.organisation import Organisation
from tests.helpers.server import portal_entry
from tests.helpers.written import at_desk, new, takes
from tests.lying.contactletters import INVENTED, invented, made
from tests.lying.proxy import Lie, Line

__all__ = ["wary_windows"]

NAME = "kiesel-1"
FORMER, PRESENT, OTHERS = "frueher@example.org", "0431 55 55 1", "anders@example.org"
TYPED = "0431 66 66 2"
# In a letter: its inbox, and what is sealed to it.
IN_INBOX, IN_KEM = 5, 200


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LyingHouse]:
    portals = [portal_entry(Organisation(), leads16=LEADS16.hex())]

    async def enrol(cast: Cast) -> None:
        admin = await cast.found()
        maria = await cast.counsellor(admin, "maria", "Maria B.")
        otto = await cast.counsellor(admin, "otto", "Otto M.", Role.LEAD)
        await cast.team(admin, maria, otto)
        await cast.team(admin, otto, team16=LEADS16)

    with house_of(tmp_path_factory.mktemp("contacts"), portals, enrol) as honest:
        found = LyingHouse(honest.server)
        found.cast.leads16 = LEADS16
        yield found
        found.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What the relay has kept, now and before, and who could help it to something else."""

    mine: Enquiry
    former: ContactReadReply
    present: ContactReadReply
    others: ContactReadReply
    maria: Staff
    leads: KemSecret
    now_ms: int

    def made(self, **about: Any) -> ContactReadReply:
        """A letter that nobody left in `mine`."""
        false = invented(self.mine.box16, self.mine.note.ticket16, self.now_ms)
        return ContactReadReply(version=1, letter=made(kem.public(self.leads), false, **about))

    def by_maria(self) -> ContactReadReply:
        """What was left, as if a counsellor could seal it anew."""
        true = SignedContact.decode(letter.open_letter(self.present.letter, self.leads).payload)
        by = {
            "outer": account.staff_sign(self.maria.ams),
            "certificate_hash": self.maria.certificate.hash,
        }
        return replace(self.made(signed=true, **by), version=self.present.version)

    def flipped(self, at: int) -> ContactReadReply:
        raw = bytearray(self.present.letter)
        raw[at] ^= 1
        return replace(self.present, letter=bytes(raw))


@pytest.fixture(scope="module", name="left")
def what_was_left(house: LyingHouse) -> Left:
    async def play() -> Left:
        cast, maria = house.cast, house.maria
        otto, seeker = await cast.signs_in("otto"), await cast.registers(NAME)

        async def taken(subject: str, by: Staff) -> Enquiry:
            enquiry = new(cast, seeker)
            await enquiry.send("", subject, "Bitte rufen Sie mich an.")
            await takes(await at_desk(by, cast.teams), enquiry)
            return enquiry

        async def kept(enquiry: Enquiry) -> ContactReadReply:
            return await otto.relay.request(ContactRead(ticket16=enquiry.note.ticket16))

        mine, other = await taken("Meines", otto), await taken("Anderes", maria)
        await mine.contact.leave(FORMER, "", over=0)
        former = await kept(mine)
        await mine.contact.leave("", PRESENT, over=1)
        await other.contact.leave(OTHERS, "", over=0)
        await taken("Drittes", maria)
        (leads,) = [one.seed for one in otto.keyring.team_seeds if one.team16 == LEADS16]
        return Left(
            mine=mine,
            former=former,
            present=await kept(mine),
            others=await kept(other),
            maria=maria,
            leads=leads,
            now_ms=cast.now_ms(),
        )

    return house.server.run(play)


@dataclass(frozen=True, slots=True)
class Desk:
    """Otto's page in the room of the leads, and its line through the lies."""

    otto: DeskPage
    line: Line

    def row(self, number: int) -> Locator:
        card = self.otto.page.get_by_role("region", name=word("leadcontacts.title"))
        name = word("leadcontacts.row", n=number)
        return card.get_by_role("listitem").filter(has_text=name)

    def opens(self, number: int) -> Locator:
        """Anew, whatever was shown before; returns the row with what is shown of it now."""
        row = self.row(number)
        hide = row.get_by_role("button", name=word("leadcontacts.hide"))
        show = row.get_by_role("button", name=word("leadcontacts.show"))
        expect(hide.or_(show)).to_be_visible()
        if hide.is_visible():
            hide.click()
        show.click()
        return row

    def comes_again(self) -> None:
        """Away from the room and into it: the list is read anew."""
        page = self.otto.page
        page.get_by_role("button", name="Anfragen").first.click()
        page.get_by_role("button", name="Team", exact=True).click()


@pytest.fixture(scope="module", name="desk")
def open_desk(house: LyingHouse, shelf: Shelf, left: Left) -> Iterator[Desk]:
    windows = WaryWindows(shelf)
    house.tell(Lie())
    otto = DeskPage(house, windows.desk().page)
    otto.signs_in("otto")
    # Whose conversation it is is known once it was read.
    otto.opens_case("Meines")
    found = Desk(otto, house.relay.lines[-1])
    found.comes_again()
    yield found
    house.tell(Lie())
    windows.close()


class Gives(Lie):
    """Gives this for whatever contact data are asked for."""

    def __init__(self, found: ContactReadReply) -> None:
        self.found = found

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        return self.found if isinstance(command, ContactRead) else reply


MINE, OTHER = 1, 2
LIES: dict[str, tuple[Callable[[Left], ContactReadReply], int, str]] = {
    # What the relay gives, of which request, and what a lead reads in its place.
    "another's": (lambda left: left.present, OTHER, "refused"),
    "former": (lambda left: left.former, MINE, "older"),
    "as a later one": (lambda left: replace(left.present, version=3), MINE, "older"),
    "invented": (lambda left: replace(left.made(n=2), version=2), MINE, "refused"),
    "by a counsellor": (lambda left: left.by_maria(), MINE, "refused"),
    "changed": (lambda left: left.flipped(IN_KEM), MINE, "refused"),
    "under another key": (lambda left: left.flipped(IN_INBOX), MINE, "noKey"),
}


@pytest.mark.parametrize("name", LIES)
def test_contact_data_that_are_not_those_are_not_shown_and_it_is_told(
    house: LyingHouse, desk: Desk, left: Left, name: str
) -> None:
    make, number, problem = LIES[name]
    house.tell(Lie())
    expect(desk.opens(MINE)).to_contain_text(PRESENT)
    expect(desk.row(MINE)).to_contain_text(word("leadcontacts.confirmed"))
    house.tell(Gives(make(left)))
    mark = house.relay.mark()
    row = desk.opens(number)
    expect(row).to_contain_text(word(f"leadcontacts.problem_{problem}"))
    for text in (FORMER, PRESENT, OTHERS, INVENTED):
        expect(row).not_to_contain_text(text)
    sent = house.relay.sent_since(mark, desk.line)
    # Once: a page asks for a letter that is not to be believed no second time.
    asked = [one for one in sent if one.startswith(("log_", "contact"))]
    assert asked == ["log_read", "contact_read"]


def test_what_this_page_cannot_check_says_so(house: LyingHouse, desk: Desk) -> None:
    """Who writes in Maria's conversation only she can tell; a lead reads that beside it."""
    house.tell(Lie())
    row = desk.opens(OTHER)
    expect(row).to_contain_text(OTHERS)
    expect(row).to_contain_text(word("leadcontacts.not_confirmed"))


class NeverEnds(Lie):
    """Begins the list again and again."""

    def __init__(self) -> None:
        self.first: ContactsReply | None = None

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if not isinstance(reply, ContactsReply):
            return reply
        self.first = self.first or reply
        return replace(self.first, has_more=1)


def test_a_list_that_never_ends_is_not_asked_for_ever(house: LyingHouse, desk: Desk) -> None:
    house.tell(NeverEnds())
    mark = house.relay.mark()
    desk.comes_again()
    sees(desk.otto.page, "leadcontacts.problem_older")
    starts = [
        one.command.start for one in house.relay.sent[mark:] if isinstance(one.command, Contacts)
    ]
    assert len(starts) <= 2 * starts.count(0)
    house.tell(Lie())
    # A reading from before may end only now, so that there is nothing to try again.
    desk.comes_again()
    expect(desk.row(MINE)).to_be_visible()


# --- the page of whoever leaves them --------------------------------------------------------------


class KeepsNothing(Lie):
    """Says yes to what is left, and has none."""

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | Reply:
        if isinstance(sent.command, ContactPut):
            return Done()
        if isinstance(sent.command, ContactLook):
            return ContactLookReply(version=0, is_current=0)
        return sent


class OtherKeyForEver(Lie):
    """Says each time that the leads have another key by now."""

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | ErrorCode:
        return ErrorCode.STALE if isinstance(sent.command, ContactPut) else sent


@pytest.mark.parametrize("lie", [KeepsNothing(), OtherKeyForEver()])
def test_what_is_not_kept_is_not_said_to_be_left(
    house: LyingHouse, wary: Windows, left: Left, lie: Lie
) -> None:
    anna = WriterPage(house, wary.phone().page)
    anna.signs_in(NAME, PHRASE)
    anna.opens("Drittes")
    room = room_of(anna)
    room.get_by_label(word("contact.phone")).fill(TYPED)
    house.tell(lie)
    mark = house.relay.mark()
    room.locator("button[type=submit]").click()
    expect(room.get_by_role("alert")).to_contain_text(word("contact.problem_failed"))
    expect(room).not_to_contain_text(word("contact.saved"))
    expect(room.get_by_label(word("contact.phone"))).to_have_value(TYPED)
    assert house.relay.sent_since(mark).count("contact_put") == 2
