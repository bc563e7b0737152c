"""A running chat is handed over, with the seeker's yes: every way through it, with a real relay."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from clientlib.answering import answer_hand_over
from clientlib.consent import Answer, HandOver
from clientlib.errors import Refused
from crypto.entry import EntryState
from crypto.verdict import NoticeKind
from crypto.wire import live
from crypto.wire.boxes import BoxState, GetShare, Read
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.actors import Cast
from tests.helpers.handedchat import BEFORE, WORRY, ChatScene, at_chats, chat_scene_of, chatting
from tests.helpers.handover import alone_with, counsellors, stands
from tests.helpers.server import PORTAL16
from tests.helpers.written import alarms, all_at_once, centre, has, outcome_of, staff_again, texts

AFTER = "Ich bin jetzt für Sie da."
BETWEEN = "Ist jemand da?"


@pytest.fixture
def settings() -> dict[str, int]:
    return {"duty_lease_seconds": 3600}


@pytest.mark.parametrize("with_history", [True, False])
async def test_from_the_question_to_the_first_answer(cast: Cast, with_history: bool) -> None:
    scene = await chatting(cast)
    ends_ms = scene.theirs.clock.ends_ms
    await scene.asks(with_history=with_history)
    # Nothing stands still while the seeker thinks about it.
    await scene.theirs.say("Wer ist das?")
    await has(scene.chat.box, "Wer ist das?")
    await scene.answers()
    await scene.settles()
    assert scene.row.assignee == scene.maria.subject16
    await scene.theirs.say(BETWEEN)

    preview = await scene.other.open_handed(scene.ticket16)
    assert preview.giver.certificate_hash == scene.maria.certificate.hash
    await has(preview.box, BETWEEN)
    before = [WORRY, BEFORE, "Wer ist das?"] if with_history else []
    assert texts(preview.box) == [*before, BETWEEN]
    chat = await scene.succeeds()
    assert texts(chat.box) == [*before, BETWEEN]
    await alone_with(scene.theirs, scene.jonas)
    await chat.box.say(AFTER)
    await has(scene.theirs, AFTER)
    assert alarms(chat.box) == alarms(scene.theirs) == []
    assert scene.theirs.transcript.alarms == []
    await scene.jonas.wait_until(lambda: scene.row.assignee == scene.jonas.subject16)
    assert scene.row.successor == b""
    # The clock runs on.
    await scene.theirs.read_on()
    assert scene.theirs.clock.ends_ms == chat.box.clock.ends_ms == ends_ms

    # On another device of his, nothing is missing.
    there = (await scene.jonas_again()).chats[scene.ticket16]
    assert texts(there.box) == [*before, BETWEEN, AFTER]
    await scene.theirs.say("Danke.")
    await has(there.box, "Danke.")
    assert alarms(there.box) == []


async def test_who_has_handed_over_reads_nothing_more(cast: Cast) -> None:
    scene = await chatting(cast)
    cap = scene.maria.caseload.cap(scene.theirs.box16).raw
    await scene.asks()
    await scene.answers()
    await scene.settles()
    await scene.succeeds()
    box = scene.chat.box
    await box.wait_until(lambda: scene.chat.is_out)
    assert await scene.desk.settle(scene.ticket16) is None
    entry = scene.maria.keyring.entry(box.box16)
    assert entry is not None
    assert (entry.state, entry.secrets) == (EntryState.GONE, ())
    await scene.theirs.say("Nur für Jonas.")
    for command in (Read(box16=box.box16, start=1), GetShare(box16=box.box16)):
        with pytest.raises(WireError) as refused:
            await scene.maria.relay.request(command, cap)
        assert refused.value.code is ErrorCode.UNKNOWN
    assert "Nur für Jonas." not in texts(box)
    assert (await scene.maria_again()).chats == {}


async def test_until_the_end_and_the_purge(cast: Cast) -> None:
    scene = await chatting(cast)
    await scene.asks()
    await scene.answers()
    await scene.settles()
    chat = await scene.succeeds()
    await scene.theirs.close()
    await chat.box.wait_until(lambda: chat.box.clock.state is BoxState.CLOSED)
    await scene.other.settle(scene.ticket16)
    assert len((await staff_again(cast, scene.jonas)).keyring.entries) == 1
    await cast.server.elapse(49 * 3_600_000)
    await chat.box.wait_until(lambda: chat.box.clock.purged)
    rows = await cast.server.relay.parts.db.read(
        lambda tx: tx.all("SELECT 1 FROM boxes_letters UNION ALL SELECT 1 FROM live_tickets")
    )
    assert rows == []


async def test_with_an_account_the_same(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    await cast.on_duty(maria, jonas)
    account = await cast.registers("kiesel-407")
    scene = await chat_scene_of(cast, maria, jonas, account)
    await scene.asks()
    await scene.answers()
    await scene.settles()
    chat = await scene.succeeds()
    assert chat.box.pseudonym == "kiesel-407"
    await alone_with(scene.theirs, jonas)
    # The seeker's other device reads through all epochs.
    (found,) = (await cast.comes_back(await cast.seeker_signs_in("kiesel-407"))).boxes
    assert counsellors(found) == [jonas.certificate.hash]
    assert texts(found) == [WORRY, BEFORE]
    assert found.transcript.alarms == []


# --- who may have it ------------------------------------------------------------------------------


async def test_it_goes_to_who_is_on_duty(cast: Cast) -> None:
    scene = await chatting(cast)
    assert [one.name for one in await scene.chat.handing.colleagues()] == ["Jonas"]
    await scene.jonas.set_duty((PORTAL16,), on=False)
    assert await scene.chat.handing.colleagues() == ()
    with pytest.raises(Refused):
        await scene.asks()


async def test_who_goes_off_duty_before_the_yes_is_not_let_in(cast: Cast) -> None:
    scene = await chatting(cast)
    await scene.asks()
    await scene.jonas.set_duty((PORTAL16,), on=False)
    await scene.answers()
    await scene.desk.settle(scene.ticket16)
    await stands(scene.theirs, Answer.TAKEN_BACK)
    assert counsellors(scene.theirs) == [scene.maria.certificate.hash]


async def test_who_goes_off_duty_later_still_takes_it_or_not(cast: Cast) -> None:
    scene = await chatting(cast)
    await scene.asks()
    await scene.answers()
    await scene.settles()
    await scene.jonas.set_duty((PORTAL16,), on=False)
    await scene.desk.settle(scene.ticket16)
    await scene.succeeds()
    await alone_with(scene.theirs, scene.jonas)


# --- not at all -----------------------------------------------------------------------------------


async def test_the_seeker_says_no_and_all_stays_as_it_is(cast: Cast) -> None:
    scene = await chatting(cast)
    await scene.asks()
    await scene.answers(is_yes=False)
    await scene.desk.settle(scene.ticket16)
    assert counsellors(scene.theirs) == [scene.maria.certificate.hash]
    assert scene.row.successor == b""
    with pytest.raises(Refused):
        await answer_hand_over(scene.theirs, is_yes=True)
    # And may be asked again.
    await scene.asks(with_history=False)
    await scene.answers()
    await scene.settles()


@pytest.mark.parametrize("with_history", [True, False])
async def test_the_colleague_sends_it_back(cast: Cast, with_history: bool) -> None:
    scene = await chatting(cast)
    await scene.asks(with_history=with_history)
    await scene.answers()
    await scene.settles()
    await scene.other.send_back(scene.ticket16)
    await stands(scene.chat.box, Answer.SENT_BACK)
    await scene.desk.settle(scene.ticket16)
    await alone_with(scene.theirs, scene.maria)
    await scene.waits_for_nobody()
    assert scene.theirs.transcript.alarms == []
    with pytest.raises(WireError) as refused:
        await scene.succeeds()
    assert refused.value.code is ErrorCode.TAKEN
    # Once more, and this time it is taken.
    await scene.asks(with_history=with_history)
    await scene.answers()
    await scene.settles()
    await scene.succeeds()
    await alone_with(scene.theirs, scene.jonas)


@pytest.mark.parametrize("stage", ["asked", "yes", "let in", "previewed"])
async def test_who_asked_takes_it_back(cast: Cast, stage: str) -> None:
    scene = await chatting(cast)
    await scene.asks()
    if stage != "asked":
        await scene.answers()
    if stage in ("let in", "previewed"):
        await scene.settles()
    if stage == "previewed":
        await scene.other.open_handed(scene.ticket16)
    await scene.chat.handing.take_back()
    await alone_with(scene.theirs, scene.maria)
    await scene.waits_for_nobody()
    with pytest.raises(WireError) as refused:
        await scene.succeeds()
    assert refused.value.code is ErrorCode.TAKEN
    await scene.maria_again()
    assert counsellors(scene.theirs) == [scene.maria.certificate.hash]
    assert scene.theirs.transcript.alarms == []


# --- away, at once, and over ----------------------------------------------------------------------


async def test_the_yes_is_acted_on_at_the_next_sign_in(cast: Cast) -> None:
    scene = await chatting(cast)
    await scene.asks()
    await scene.maria.relay.close()
    await answer_hand_over(scene.theirs, is_yes=True)
    await scene.maria_again()
    await scene.waits_for_jonas()
    await scene.succeeds()
    await alone_with(scene.theirs, scene.jonas)
    assert scene.theirs.transcript.alarms == []


async def test_who_was_away_finds_it_gone(cast: Cast) -> None:
    scene = await chatting(cast)
    await scene.asks()
    await scene.answers()
    await scene.settles()
    await scene.maria.relay.close()
    await scene.succeeds()
    assert (await scene.maria_again()).chats == {}


async def test_what_was_sent_back_while_nobody_was_there_is_taken_back(cast: Cast) -> None:
    scene = await chatting(cast)
    await scene.asks()
    await scene.answers()
    await scene.settles()
    await scene.maria.relay.close()
    await scene.other.send_back(scene.ticket16)
    await scene.maria_again()
    await alone_with(scene.theirs, scene.maria)


async def test_of_taking_and_taking_back_at_once_one_counts(cast: Cast) -> None:
    scene = await chatting(cast)
    await scene.asks()
    await scene.answers()
    await scene.settles()
    await scene.other.open_handed(scene.ticket16)
    await all_at_once(
        lambda: outcome_of(scene.succeeds()),
        lambda: outcome_of(scene.chat.handing.take_back()),
    )
    # Whoever was later finds out by reading, at the latest at the next sign-in.
    await scene.maria_again()
    await scene.jonas_again()
    await scene.theirs.wait_until(lambda: len(counsellors(scene.theirs)) == 1)
    assert scene.theirs.transcript.alarms == []


async def test_two_devices_take_it_over_at_once(cast: Cast) -> None:
    scene = await chatting(cast)
    await scene.asks()
    await scene.answers()
    await scene.settles()
    second = await at_chats(await staff_again(cast, scene.jonas))
    await all_at_once(
        lambda: outcome_of(scene.succeeds()), lambda: outcome_of(second.succeed(scene.ticket16))
    )
    await alone_with(scene.theirs, scene.jonas)
    chat = (await scene.jonas_again()).chats[scene.ticket16]
    await chat.box.say(AFTER)
    await has(scene.theirs, AFTER)


@pytest.mark.parametrize("stage", ["asked", "yes", "let in"])
async def test_the_seeker_ends_it_in_the_middle(cast: Cast, stage: str) -> None:
    scene = await chatting(cast)
    await scene.asks()
    if stage != "asked":
        await scene.answers()
    if stage == "let in":
        await scene.settles()
        await scene.other.open_handed(scene.ticket16)
    await scene.theirs.close()
    box = scene.chat.box
    await box.wait_until(lambda: box.clock.state is BoxState.CLOSED)
    # It is Maria's until the purge, and nobody is let in any more.
    await scene.desk.settle(scene.ticket16)
    assert texts(box) == [WORRY, BEFORE]
    if stage == "let in":
        await scene.waits_for_nobody()
    with pytest.raises(WireError) as refused:
        await scene.succeeds()
    assert refused.value.code is ErrorCode.TAKEN


async def test_the_service_ends_it_in_the_middle(cast: Cast) -> None:
    scene = await chatting(cast)
    await scene.asks()
    await scene.answers()
    await scene.settles()
    await cast.server.elapse(scene.theirs.clock.ends_ms - cast.now_ms())
    await scene.waits_for_nobody()
    with pytest.raises(WireError):
        await scene.succeeds()


# --- nobody was asked -----------------------------------------------------------------------------


async def never_asked(scene: ChatScene) -> None:
    """Nothing was said about it."""


async def refused(scene: ChatScene) -> None:
    await scene.asks()
    await scene.answers(is_yes=False)


@pytest.mark.parametrize("before", [never_asked, refused])
async def test_whoever_is_let_in_without_a_yes_is_an_alarm(
    cast: Cast, before: Callable[[ChatScene], Awaitable[None]]
) -> None:
    scene = await chatting(cast)
    await before(scene)
    own = scene.chat.box.transcript.own
    assert own is not None
    certificate = scene.jonas.certificate
    forged = HandOver(
        n=1,
        sidx=own.sidx,
        certificate_hash=certificate.hash,
        with_history=True,
        answer=Answer.YES,
    )
    await scene.chat.handing._let_in(forged, certificate)  # a client that does not ask
    box = scene.theirs
    await box.wait_until(lambda: len(counsellors(box)) > 1)
    assert [one.kind for one in box.transcript.alarms] == [NoticeKind.UNINVITED]
    item = await box.say("Noch etwas")
    assert (item.n, box.transcript.sending_paused) == (0, True)
    # Who is let in refuses what the seeker has not agreed to.
    command = live.HandOver(ticket16=scene.ticket16, successor=scene.jonas.subject16)
    await scene.maria.relay.request(command)
    await scene.waits_for_jonas()
    with pytest.raises(Refused):
        await scene.succeeds()


async def test_nobody_stands_in_for_a_chat(cast: Cast) -> None:
    scene = await chatting(cast)
    handing, certificate = scene.chat.handing, scene.jonas.certificate
    await handing.ask(certificate, with_history=True, is_deputy=True)
    await stands(scene.theirs, Answer.OPEN)
    await scene.answers()
    await scene.settles()
    with pytest.raises(Refused):
        await scene.other.open_handed(scene.ticket16)
    with pytest.raises(Refused):
        await scene.succeeds()
