"""A case goes to a colleague and comes back, any number of times, with a real relay.

What somebody remembers of a former time, and what lies on another device of theirs, opens and
undoes nothing of the present one.
"""

from __future__ import annotations

import pytest

from clientlib.answering import answer_hand_over
from clientlib.consent import Answer
from clientlib.errors import Refused
from clientlib.staffchats import Chat, StaffChats
from clientlib.succeeding import open_handed, take_over
from clientlib.tickets import WrittenTicket
from crypto.entry import Entry, EntryState, KeptSecret
from crypto.keys import EpochSecret
from crypto.wire.boxes import GetShare, Read
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers import handedchat as talk
from tests.helpers.actors import Cast
from tests.helpers.handedchat import WORRY, ChatScene, chatting
from tests.helpers.handover import BEFORE, Scene, alone_with, handed, passes, stands, waits_for
from tests.helpers.written import TEXT, alarms, all_at_once, has, outcome_of, texts

HERS = "Ich bin wieder für Sie da."
HIS = "Ich gehe jetzt mit Ihnen weiter."


def entry_of(scene: Scene) -> Entry:
    """What Maria's first device remembers."""
    found = scene.maria.keyring.entry(scene.theirs.box16)
    assert found is not None
    return found


async def test_to_and_fro_with_all_that_was_said(cast: Cast) -> None:
    scene = await handed(cast)
    said = [TEXT, BEFORE]
    for number in range(2):
        for giver, taker in ((scene.desk, scene.other), (scene.other, scene.desk)):
            case = await passes(scene, giver, taker)
            assert texts(case.box) == said
            said.append(f"{number}: {taker.staff.subject16.hex()}")
            await case.say(said[-1])
            await has(scene.theirs, said[-1])
            assert alarms(case.box) == alarms(scene.theirs) == []
            assert scene.theirs.transcript.alarms == []
    assert entry_of(scene).generation == 8
    desk = await scene.maria_again()
    assert texts(desk.cases[scene.ticket16].box) == said
    assert (await scene.jonas_again()).cases == {}


async def test_without_what_lay_between_nothing_of_it_is_read(cast: Cast) -> None:
    scene = await handed(cast)
    theirs = await passes(scene, scene.desk, scene.other)
    await theirs.say("Nur zwischen uns.")
    await scene.enquiry.say("Ja, nur zwischen uns.")
    await has(theirs.box, "Ja, nur zwischen uns.")
    case = await passes(scene, scene.other, scene.desk, with_history=False)
    assert texts(case.box) == []
    await case.say(HERS)
    await has(scene.theirs, HERS)
    # Not even the keys of what she read the first time are with her again.
    assert {kept.epoch for kept in entry_of(scene).secrets} == {4, 5}
    there = (await scene.maria_again()).cases[scene.ticket16]
    assert texts(there.box) == [HERS]
    assert not there.handing.has_history
    # And so it goes on to him: from where he comes in.
    again = await passes(scene, scene.desk, scene.other, with_history=False)
    assert texts(again.box) == []
    await again.say(HIS)
    await has(scene.theirs, HIS)


async def test_a_former_capability_opens_nothing(cast: Cast) -> None:
    scene = await handed(cast)
    box16, caseload = scene.theirs.box16, scene.maria.caseload
    former = caseload.cap(box16)
    await passes(scene, scene.desk, scene.other)
    await passes(scene, scene.other, scene.desk)
    assert caseload.cap(box16) != former
    for command in (Read(box16=box16, start=1), GetShare(box16=box16)):
        with pytest.raises(WireError) as refused:
            await scene.maria.relay.request(command, former.raw)
        assert refused.value.code is ErrorCode.UNKNOWN
    await scene.maria.relay.request(GetShare(box16=box16), caseload.cap(box16).raw)


async def test_the_end_of_the_first_time_does_not_end_the_second(cast: Cast) -> None:
    scene = await handed(cast)
    old = await scene.maria_again()
    await passes(scene, scene.desk, scene.other)
    # Not read on yet, when she is in again on the other device and it hears of that.
    await old.cases[scene.ticket16].box.wait_until(lambda: old.cases[scene.ticket16].is_out)
    await passes(scene, scene.other, scene.desk)
    await old.staff.keyring.refresh()
    assert await old.settle(scene.ticket16) is None
    await old.take_up()
    await scene.maria.keyring.refresh()
    assert (entry_of(scene).generation, entry_of(scene).state) == (4, EntryState.OPEN)
    case = old.cases[scene.ticket16]
    assert texts(case.box) == [TEXT, BEFORE]
    await case.say(HERS)
    await has(scene.theirs, HERS)


async def test_a_device_that_stood_still_spoils_nothing(cast: Cast) -> None:
    """It saves its open entry of the first time over what was saved since: the later one stays."""
    scene = await handed(cast)
    box16 = scene.theirs.box16
    still = (await scene.maria_again()).staff
    await passes(scene, scene.desk, scene.other)
    await passes(scene, scene.other, scene.desk)
    lost = KeptSecret(epoch=9, es=EpochSecret(bytes(32)))
    with pytest.raises(Refused):
        await still.caseload.keep_secret(box16, lost)
    await still.caseload.note_handed_over(box16, 0)
    await still.keyring.keep_draft(box16, "Ein Anfang")
    await scene.maria.keyring.refresh()
    entry = entry_of(scene)
    assert (entry.generation, entry.state) == (4, EntryState.OPEN)
    assert lost not in entry.secrets
    assert scene.maria.keyring.draft(box16) == "Ein Anfang"


async def test_a_draft_of_the_first_time_does_not_come_back(cast: Cast) -> None:
    scene = await handed(cast)
    box16 = scene.theirs.box16
    still = (await scene.maria_again()).staff
    await still.keyring.keep_draft(box16, "Was ich sagen wollte")
    await passes(scene, scene.desk, scene.other)
    await scene.desk.settle(scene.ticket16)
    await passes(scene, scene.other, scene.desk)
    await scene.maria.keyring.refresh()
    assert scene.maria.keyring.draft(box16) == ""


async def test_the_letter_of_a_time_that_is_over_lets_nobody_in(cast: Cast) -> None:
    """A device that looked at it then, and heard nothing since, must not begin that time again."""
    scene = await handed(cast)
    await passes(scene, scene.desk, scene.other)
    await waits_for(scene, scene.other, scene.desk)
    still = (await scene.maria_again()).staff
    ticket = WrittenTicket(scene.ticket16)
    preview = await open_handed(still.caseload, ticket)
    row = scene.desk.rows[scene.ticket16]
    await preview.box.stop()
    await scene.desk.succeed(scene.ticket16)
    await alone_with(scene.theirs, scene.maria)
    await passes(scene, scene.desk, scene.other)
    await scene.desk.settle(scene.ticket16)
    with pytest.raises(Refused):
        await take_over(still.caseload, ticket, preview, row)
    entry = still.keyring.entry(scene.theirs.box16)
    assert entry is not None
    assert (entry.generation, entry.state, entry.secrets) == (4, EntryState.GONE, ())


async def test_two_devices_take_it_back_at_once(cast: Cast) -> None:
    scene = await handed(cast)
    await passes(scene, scene.desk, scene.other)
    second = await scene.maria_again()
    await waits_for(scene, scene.other, scene.desk)
    mine, rows = scene.maria.subject16, second.rows
    await second.wait_until(
        lambda: scene.ticket16 in rows and rows[scene.ticket16].successor == mine
    )
    outcomes = await all_at_once(
        lambda: outcome_of(scene.desk.succeed(scene.ticket16)),
        lambda: outcome_of(second.succeed(scene.ticket16)),
    )
    lost = [one for one in outcomes if isinstance(one, Exception)]
    assert all(isinstance(one, WireError) and one.code is ErrorCode.TAKEN for one in lost)
    assert len(lost) < 2
    await alone_with(scene.theirs, scene.maria)
    case = (await scene.maria_again()).cases[scene.ticket16]
    assert texts(case.box) == [TEXT, BEFORE]
    await case.say(HERS)
    await has(scene.theirs, HERS)


async def test_sent_back_and_taken_at_another_time(cast: Cast) -> None:
    scene = await handed(cast)
    theirs = await passes(scene, scene.desk, scene.other)
    await waits_for(scene, scene.other, scene.desk)
    await scene.desk.send_back(scene.ticket16)
    await theirs.box.wait_until(lambda: theirs.handing.asked is not None)
    await scene.other.settle(scene.ticket16)
    await alone_with(scene.theirs, scene.jonas)
    case = await passes(scene, scene.other, scene.desk)
    assert entry_of(scene).generation == 6
    assert texts(case.box) == [TEXT, BEFORE]


# --- a running chat -----------------------------------------------------------------------------


async def chat_passes(
    scene: ChatScene, giver: StaffChats, taker: StaffChats, *, with_history: bool = True
) -> Chat:
    """Hand the chat over, with every step in its turn; returns it as the taker has it."""
    ticket16, chat, me = scene.ticket16, giver.chats[scene.ticket16], taker.staff
    await chat.handing.ask(me.certificate, with_history=with_history)
    await stands(scene.theirs, Answer.OPEN)
    await answer_hand_over(scene.theirs, is_yes=True)
    await stands(chat.box, Answer.YES)
    await giver.settle(ticket16)
    await me.wait_until(lambda: ticket16 in me.rows and me.rows[ticket16].successor == me.subject16)
    found = await taker.succeed(ticket16)
    await alone_with(scene.theirs, me)
    await chat.box.wait_until(lambda: chat.is_out)
    await me.wait_until(lambda: me.rows[ticket16].assignee == me.subject16)
    return found


@pytest.mark.parametrize("with_history", [True, False])
async def test_a_running_chat_comes_back_too(cast: Cast, with_history: bool) -> None:
    scene = await chatting(cast)
    theirs = await chat_passes(scene, scene.desk, scene.other)
    await theirs.box.say(HIS)
    await has(scene.theirs, HIS)
    chat = await chat_passes(scene, scene.other, scene.desk, with_history=with_history)
    await chat.box.say(HERS)
    await has(scene.theirs, HERS)
    said = [WORRY, talk.BEFORE, HIS] if with_history else []
    assert texts(chat.box) == [*said, HERS]
    assert alarms(chat.box) == alarms(scene.theirs) == []
    there = (await scene.maria_again()).chats[scene.ticket16]
    assert texts(there.box) == [*said, HERS]
    entry = scene.maria.keyring.entry(scene.theirs.box16)
    assert entry is not None
    assert (entry.generation, entry.state) == (3, EntryState.OPEN)
