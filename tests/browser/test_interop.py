"""The Python client and the browser in one chat, both ways: the same messages, judged alike."""

from __future__ import annotations

from playwright.sync_api import expect

from clientlib.box import Box
from clientlib.staff import Staff
from crypto.verdict import Verdict
from crypto.wire.boxes import BoxState, CloseReason
from tests.browser.conftest import Windows
from tests.browser.people import CounsellorPage, House, SeekerPage
from tests.browser.scenes import asked, comes, field
from tests.helpers.actors import until
from tests.helpers.server import PORTAL16

# Each is said by one side and must arrive as the very same characters.
SAID = ("Grüße mit ÄÖÜß und 👩‍👩‍👧.", "**fett** und\nzwei Zeilen", "z" * 2_000)
SHOWN = ("Grüße mit ÄÖÜß und 👩‍👩‍👧.", "fett und\nzwei Zeilen", "z" * 2_000)


def test_a_python_seeker_and_a_counsellor_in_the_browser(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    run = house.server.run
    seeker = run(house.cast.seeker)
    maria.accepts(seeker.number)
    maria.answers()
    assert run(seeker.offered).name == "Maria B."
    box = run(seeker.confirm)
    talk(house, maria, box)
    maria.ends_the_chat()
    run(lambda: box.wait_until(lambda: box.clock.state is BoxState.CLOSED))
    assert box.clock.reason is CloseReason.MESSAGE
    run(box.stop)


def test_a_seeker_in_the_browser_and_a_python_counsellor(house: House, windows: Windows) -> None:
    run = house.server.run
    jonas = run(lambda: house.cast.signs_in("jonas"))
    run(lambda: house.cast.on_duty(jonas))
    seeker = comes(house, windows.phone())
    ticket16 = run(lambda: ticket_of(jonas, seeker.number))
    run(lambda: jonas.accept(ticket16))
    expect(asked(seeker)).to_contain_text("Jonas K.")
    seeker.says_yes()
    # The letter is at the relay before there is anything to write in.
    expect(field(seeker.page)).to_be_visible()
    (box,) = run(lambda: until(jonas.read_inbox, lambda boxes: len(boxes) == 1))
    talk(house, seeker, box)
    seeker.ends_the_chat()
    seeker.sees_the_end()
    run(lambda: box.wait_until(lambda: box.clock.state is BoxState.CLOSED))
    assert box.clock.reason is CloseReason.MESSAGE
    run(box.stop)


def talk(house: House, page: CounsellorPage | SeekerPage, box: Box) -> None:
    """Each side says everything once; both have the same in the same order, and no alarm."""
    run = house.server.run
    for text in SAID:
        page.writes(text)
    run(lambda: box.wait_until(lambda: len(texts(box)) == len(SAID)))
    run(lambda: says_all(box))
    page.has_read(*SHOWN, *SHOWN)
    run(lambda: box.wait_until(lambda: len(texts(box)) == 2 * len(SAID)))
    assert texts(box) == [*SAID, *SAID]
    bubbles = page.page.get_by_role("log").locator(".message__bubble")
    assert bubbles.all_inner_texts() == [*SHOWN, *SHOWN]
    assert [said.mine for said in box.said if said.text is not None] == [False] * 3 + [True] * 3
    assert {taken.verdict for taken in box.taken} == {Verdict.OK}
    assert box.transcript.alarms == []


async def says_all(box: Box) -> None:
    """The Python side says everything once."""
    for text in SAID:
        await box.say(text)


def texts(box: Box) -> list[str]:
    """What the Python client shows."""
    return [said.text for said in box.said if said.text is not None]


async def ticket_of(staff: Staff, number: int) -> bytes:
    """The waiting request with this number."""
    await staff.read_queue((PORTAL16,))
    return next(one.ticket16 for one in staff.rows.values() if one.number == number)
