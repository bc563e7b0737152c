"""What people with an access see when the service lies, and what is sent after it: nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from playwright.sync_api import expect

from crypto import encoding
from crypto.wire.accounts import SignInFinishReply, SignInStart, SignInStartReply
from crypto.wire.base import Command, Reply
from crypto.wire.boxes import ReadReply
from tests.browser.access import OWN_PHRASE, AccessPage
from tests.browser.conftest import Windows
from tests.browser.lies import LyingHouse, OwnScalar, lying_house, sees, wary_windows, word
from tests.helpers.actors import until
from tests.lying.proxy import Lie, Line

__all__ = ["lying_house", "wary_windows"]


def known(house: LyingHouse, name: str) -> None:
    """Somebody of this name has an access, made from another device."""

    async def work() -> None:
        await house.cast.registers(name)

    house.server.run(work)


def sent(house: LyingHouse, mark: int) -> list[str]:
    """What the page has sent since then that says anything."""
    return [name for name in house.relay.sent_since(mark) if name != "ping"]


class KeepsSlots(Lie):
    """Tells the truth and keeps each slot; then gives the first one to whoever comes."""

    def __init__(self) -> None:
        self.slots: list[bytes] = []
        self.swaps = False

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if not isinstance(command, SignInStart) or not isinstance(reply, SignInStartReply):
            return reply
        self.slots.append(reply.slot)
        return replace(reply, slot=self.slots[0]) if self.swaps else reply


class KeepsPages(Lie):
    """Gives everybody the keyring of whoever came first."""

    def __init__(self) -> None:
        self.first: SignInFinishReply | None = None

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if not isinstance(reply, SignInFinishReply):
            return reply
        self.first = self.first or reply
        return replace(reply, pages=self.first.pages)


class HidesTheLast(Lie):
    """Shows one envelope less of every box."""

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if not isinstance(reply, ReadReply) or not reply.rows:
            return reply
        return replace(reply, rows=reply.rows[:-1], head_n=reply.rows[-1].n - 1)


def test_a_relay_with_its_own_scalar_gets_nothing(house: LyingHouse, wary: Windows) -> None:
    anna = AccessPage(house, wary.phone().page)
    anna.comes()
    house.tell(OwnScalar())
    mark = house.relay.mark()
    anna.types_name_and_phrase("Kiesel-1", OWN_PHRASE)
    expect(anna.page.get_by_text("Name oder Passphrase stimmt nicht.")).to_be_visible()
    assert sent(house, mark)[-1] == "sign_in_start"
    assert "sign_in_finish" not in sent(house, mark)


def test_nor_does_it_from_a_sheet(house: LyingHouse, wary: Windows) -> None:
    anna = AccessPage(house, wary.phone().page)
    anna.has_an_access("Kiesel-2")
    anna.signs_out()
    anna.presses("Mit Zugangsblatt anmelden")
    house.tell(OwnScalar())
    mark = house.relay.mark()
    anna.types_the_code(anna.code)
    anna.presses("Zugang öffnen")
    expect(anna.page.get_by_text("Mit diesem Code gibt es keinen Zugang.")).to_be_visible()
    assert sent(house, mark)[-1] == "sign_in_start"
    assert "sign_in_finish" not in sent(house, mark)


def test_the_slot_of_another_account_opens_nothing(house: LyingHouse, wary: Windows) -> None:
    lie = KeepsSlots()
    house.tell(lie)
    first = AccessPage(house, wary.phone().page)
    first.has_an_access("Kiesel-3")
    known(house, "kiesel-4")
    lie.swaps = True
    other = AccessPage(house, wary.desk().page)
    other.comes()
    mark = house.relay.mark()
    other.types_name_and_phrase("Kiesel-4", OWN_PHRASE)
    expect(other.page.get_by_text("Name oder Passphrase stimmt nicht.")).to_be_visible()
    assert "sign_in_finish" not in sent(house, mark)


class OtherSuite(Lie):
    """Says that the slot was made by another suite."""

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if not isinstance(reply, SignInStartReply):
            return reply
        items = list(encoding.decode_array(reply.slot, 5))
        return replace(reply, slot=encoding.encode([items[0], 0, *items[2:]]))


def test_a_slot_of_a_lower_suite_is_told_and_opens_nothing(
    house: LyingHouse, wary: Windows
) -> None:
    house.tell(OtherSuite())
    anna = AccessPage(house, wary.desk().page)
    anna.comes()
    mark = house.relay.mark()
    # Of whom there is no access comes a slot too: the page cannot tell, and has no need to.
    anna.types_name_and_phrase("Kiesel-9", OWN_PHRASE)
    sees(anna.page, "access.problem_damaged")
    assert sent(house, mark)[-1] == "sign_in_start"


def test_the_keyring_of_another_account_is_told_and_stops(house: LyingHouse, wary: Windows) -> None:
    house.tell(KeepsPages())
    first = AccessPage(house, wary.phone().page)
    first.has_an_access("Kiesel-5")
    other = AccessPage(house, wary.desk().page)
    other.comes()
    other.presses("Zugang anlegen")
    other.name_field().fill("Kiesel-6")
    other.presses("Weiter")
    other.chooses_a_passphrase(OWN_PHRASE)
    mark = house.relay.mark()
    other.presses("Zugang anlegen")
    expect(other.page.get_by_text("passt nicht zusammen").first).to_be_visible()
    assert sent(house, mark)[-1] == "sign_in_finish"


def test_less_of_a_chat_than_was_read_before_is_told(house: LyingHouse, wary: Windows) -> None:
    anna = AccessPage(house, wary.phone().page)
    anna.has_an_access("Kiesel-7")
    house.server.run(lambda: house.cast.on_duty(house.maria))
    before = set(house.maria.rows)
    anna.asks_for_a_chat()

    async def let_in() -> None:
        await house.maria.wait_until(lambda: set(house.maria.rows) > before)
        (ticket,) = set(house.maria.rows) - before
        await house.maria.accept(ticket)

    house.server.run(let_in)
    anna.says_yes()
    anna.writes("eins")
    anna.reads("eins")

    async def answer() -> None:
        (box,) = await until(house.maria.read_inbox, lambda boxes: len(boxes) == 1)
        await box.wait_until(lambda: any(one.text == "eins" for one in box.said))
        await box.say("zwei")
        await box.close()
        await box.stop()

    house.server.run(answer)
    expect(anna.page.get_by_role("heading", name=re.compile("beendet"))).to_be_visible()
    anna.goes_home()
    anna.signs_out()

    house.tell(HidesTheLast())
    anna.types_name_and_phrase("Kiesel-7", OWN_PHRASE)
    anna.page.get_by_role("button", name=re.compile("lesbar bis")).click()
    expect(anna.page.get_by_text(word("chat.stop_withheld")).first).to_be_visible()
