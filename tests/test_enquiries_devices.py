"""A written enquiry on several devices of a seeker, and of a counsellor."""

from __future__ import annotations

import pytest

from clientlib.errors import Refused
from clientlib.standing import Standing
from crypto.entry import EntryState
from crypto.passphrase import TooLong
from tests.helpers.actors import Cast
from tests.helpers.server import PORTAL16
from tests.helpers.written import (
    SUBJECT,
    TEXT,
    TOPIC,
    again,
    alarms,
    all_at_once,
    at_desk,
    centre,
    counted,
    has,
    new,
    staff_again,
    takes,
    texts,
    writes,
)

NAME = "kiesel-407"
ANSWER = "Guten Tag. Schön, dass Sie schreiben."
PDF = b"%PDF-1.7\n" + b"x" * 3_000 + b"\n%%EOF\n"


async def test_a_draft_goes_on_on_another_device(cast: Cast) -> None:
    await centre(cast, "maria")
    account = await cast.registers(NAME)
    here = new(cast, account)
    with counted(account.relay) as asked:
        await here.keep("", "", "")
    assert asked == []  # who types nothing leaves nothing
    await here.keep(TOPIC, "Wie", "Guten")
    (there,) = (await cast.comes_back(await again(cast, account))).enquiries
    assert (there.note.topic, there.note.subject, there.draft) == (TOPIC, "Wie", "Guten")
    await there.keep(TOPIC, SUBJECT, "Guten Tag")
    await account.keyring.refresh()
    assert (here.note.subject, here.draft) == (SUBJECT, "Guten Tag")
    await here.send(TOPIC, SUBJECT, here.draft)
    # The other device has typed on: what it has stays there as the next thing to be said.
    await there.keep(TOPIC, "Ein anderer Betreff", "Guten Tag, und noch etwas")
    box = await there.send(TOPIC, "Ein anderer Betreff", there.draft)
    assert (texts(box), box.learned.subject) == (["Guten Tag"], SUBJECT)
    assert there.draft == "Guten Tag, und noch etwas"
    await there.say(there.draft)
    assert here.box is not None
    await has(here.box, "Guten Tag, und noch etwas")


async def test_two_devices_that_send_one_draft_at_once_make_one_enquiry(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    account = await cast.registers(NAME)
    here = new(cast, account)
    await here.keep(TOPIC, SUBJECT, TEXT)
    (there,) = (await cast.comes_back(await again(cast, account))).enquiries
    boxes = await all_at_once(
        *((lambda one=one: one.send(TOPIC, SUBJECT, TEXT)) for one in (here, there))
    )
    for box in boxes:
        await has(box, TEXT)
        assert alarms(box) == []
    desk = await at_desk(maria)
    assert len(desk.rows) == 1
    first = await desk.open(here.note.ticket16)
    assert set(texts(first.box)) == {TEXT}
    (found,) = (await cast.comes_back(await again(cast, account))).enquiries
    assert found.is_sent


async def test_what_could_not_be_sent_is_refused_before_it_is_kept(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    account = await cast.registers(NAME)
    for topic, subject, text in (("t" * 81, "", ""), ("", "s" * 121, ""), ("", "", "x" * 12_001)):
        with pytest.raises(TooLong):
            await new(cast, account).keep(topic, subject, text)
        with pytest.raises(TooLong):
            await new(cast, account).send(topic, subject, text)
    with pytest.raises(Refused):
        await new(cast, account, addressee=b"x" * 16).send(TOPIC, SUBJECT, TEXT)
    with pytest.raises(Refused):
        await new(cast, account).resume()
    assert account.keyring.entries == ()
    # Decomposed, as some keyboards write it: kept and sent in the one form there is.
    enquiry = new(cast, account)
    await enquiry.send(TOPIC, "Scho\u0308n", "Gru\u0308\u00dfe \ud800")
    desk = await at_desk(maria)
    first = await desk.open(enquiry.note.ticket16)
    assert (first.box.learned.subject, texts(first.box)) == ("Schön", ["Grüße \ufffd"])


async def test_a_draft_is_thrown_away_on_all_devices(cast: Cast) -> None:
    await centre(cast, "maria")
    account = await cast.registers(NAME)
    enquiry = new(cast, account)
    await enquiry.keep(TOPIC, SUBJECT, TEXT)
    await enquiry.discard()
    there = await again(cast, account)
    assert (await cast.comes_back(there)).enquiries == ()
    assert there.keyring.draft(enquiry.box16) == ""
    (entry,) = there.keyring.entries
    assert entry.state is EntryState.GONE


async def test_on_her_second_device_a_counsellor_finds_her_cases(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    desk = await at_desk(maria)
    enquiry = await writes(cast, await cast.registers(NAME))
    case = await takes(desk, enquiry)
    await case.say(ANSWER)
    other = await at_desk(await staff_again(cast, maria))
    (there,) = await other.take_up()
    assert texts(there.box) == [TEXT, ANSWER]
    assert there.standing is Standing.ANSWERED
    note = there.note
    assert (note.portal16, note.number) == (PORTAL16, 1)
    await there.say("Von hier aus.")
    await has(case.box, "Von hier aus.")
    # Who takes it over once more, on either device, is given what is there.
    assert (await other.accept(case.ticket16)).box is there.box
    third = await at_desk(await staff_again(cast, maria))
    assert texts((await third.accept(case.ticket16)).box)[-1] == "Von hier aus."
    assert alarms(there.box) == alarms(case.box) == []


async def test_two_devices_of_one_counsellor_take_one_enquiry_over(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    enquiry = await writes(cast, await cast.registers(NAME))
    desks = [await at_desk(one) for one in (maria, await staff_again(cast, maria))]
    for desk in desks:
        await desk.open(enquiry.note.ticket16)
    cases = await all_at_once(
        *((lambda desk=desk: desk.accept(enquiry.note.ticket16)) for desk in desks)
    )
    await cases[0].say("eins")
    await cases[1].say("zwei")
    for case in cases:
        await has(case.box, "eins", "zwei")
        assert alarms(case.box) == []
    roster = cases[0].box.transcript.state.roster
    assert roster is not None
    assert (roster.epoch, list(roster.entries)) == (1, [0, 2])


async def test_a_conversation_goes_on_when_another_has_read_the_log_further(cast: Cast) -> None:
    """All conversations of a sign-in share one log; each states it as it is by then."""
    (maria,) = await centre(cast, "maria")
    account = await cast.registers(NAME)
    first = await writes(cast, account)
    await maria.publish_profile("Maria B.", counter=2)
    await cast.counsellor(await cast.signs_in("verwaltung"), "jonas", "Jonas")
    second = await writes(cast, account, "Etwas anderes")
    size = account.log.view.size
    for enquiry in (first, second):
        item = await enquiry.say("Und noch etwas")
        assert item.n > 0
        assert enquiry.box is not None
        await has(enquiry.box, "Und noch etwas")
        assert enquiry.box.transcript.state.log_n == size
