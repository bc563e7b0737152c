"""A case is handed over, with the seeker's yes: every way through it, with a real relay."""

from __future__ import annotations

import pytest

from clientlib.consent import Answer
from clientlib.errors import Refused
from clientlib.standing import Standing
from crypto.entry import EntryState
from crypto.wire.boxes import GetShare, Post, Read
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.actors import Cast
from tests.helpers.handover import (
    BEFORE,
    alone_with,
    counsellors,
    handed,
    stands,
)
from tests.helpers.written import (
    SUBJECT,
    TEXT,
    alarms,
    at_desk,
    has,
    staff_again,
    texts,
)

AFTER = "Ich gehe jetzt mit Ihnen weiter."
BETWEEN = "Und noch etwas, solange niemand da ist."


@pytest.mark.parametrize("with_history", [True, False])
async def test_from_the_question_to_the_first_answer(cast: Cast, with_history: bool) -> None:
    scene = await handed(cast)
    await scene.asks(with_history=with_history)
    # Nothing stands still while the seeker thinks about it.
    await scene.enquiry.say("Wer ist das?")
    await has(scene.case.box, "Wer ist das?")
    await scene.answers()
    await scene.settles()
    assert scene.row.assignee == scene.maria.subject16
    await scene.enquiry.say(BETWEEN)

    preview = await scene.other.open_handed(scene.ticket16)
    assert preview.giver.certificate_hash == scene.maria.certificate.hash
    await has(preview.box, BETWEEN)
    before = [TEXT, BEFORE, "Wer ist das?"] if with_history else []
    assert texts(preview.box) == [*before, BETWEEN]
    case = await scene.succeeds()
    assert texts(case.box) == [*before, BETWEEN]
    await alone_with(scene.theirs, scene.jonas)
    await case.say(AFTER)
    await has(scene.theirs, AFTER)
    assert scene.enquiry.standing is Standing.ANSWERED
    assert alarms(case.box) == alarms(scene.theirs) == []
    assert scene.theirs.transcript.alarms == []
    await scene.other.wait_until(lambda: scene.row.state == EnquiryState.ANSWERED)
    assert (scene.row.assignee, scene.row.successor) == (scene.jonas.subject16, b"")

    # On another device of his, nothing is missing.
    desk = await scene.jonas_again()
    there = desk.cases[scene.ticket16]
    assert texts(there.box) == [*before, BETWEEN, AFTER]
    assert there.box.learned.subject == (SUBJECT if with_history else "")
    await scene.enquiry.say("Danke.")
    await has(there.box, "Danke.")
    assert alarms(there.box) == []


async def test_who_has_handed_over_reads_and_writes_nothing_more(cast: Cast) -> None:
    scene = await handed(cast)
    cap = scene.maria.caseload.cap(scene.theirs.box16).raw
    await scene.asks()
    await scene.answers()
    await scene.settles()
    await scene.succeeds()
    box = scene.case.box
    await box.wait_until(lambda: scene.case.is_out)
    assert await scene.desk.settle(scene.ticket16) is None
    entry = scene.maria.keyring.entry(box.box16)
    assert entry is not None
    assert (entry.state, entry.secrets) == (EntryState.GONE, ())
    await scene.enquiry.say("Nur für Jonas.")
    e1 = b"\x96" + bytes(300)
    for command in (
        Read(box16=box.box16, start=1),
        GetShare(box16=box.box16),
    ):
        with pytest.raises(WireError) as refused:
            await scene.maria.relay.request(command, cap)
        assert refused.value.code is ErrorCode.UNKNOWN
    with pytest.raises(WireError):
        await scene.maria.relay.request(Post(box16=box.box16, e1=e1), cap)
    assert "Nur für Jonas." not in texts(box)
    assert (await scene.maria_again()).cases == {}


async def test_who_was_away_finds_it_gone(cast: Cast) -> None:
    scene = await handed(cast)
    await scene.asks()
    await scene.answers()
    await scene.settles()
    await scene.maria.relay.close()
    await scene.succeeds()
    staff = await staff_again(cast, scene.maria)
    desk = await at_desk(staff)
    assert await desk.take_up() == ()
    entry = staff.keyring.entry(scene.theirs.box16)
    assert entry is not None
    assert entry.state is EntryState.CLOSED


async def test_the_yes_is_acted_on_at_the_next_sign_in(cast: Cast) -> None:
    scene = await handed(cast)
    await scene.asks()
    await scene.maria.relay.close()
    await scene.enquiry.answer(is_yes=True)
    await scene.maria_again()
    await scene.waits_for_jonas()
    await scene.succeeds()
    await alone_with(scene.theirs, scene.jonas)
    assert scene.theirs.transcript.alarms == []


# --- no ---------------------------------------------------------------------------------------


async def test_the_seeker_says_no_and_all_stays_as_it_is(cast: Cast) -> None:
    scene = await handed(cast)
    await scene.asks()
    await scene.answers(is_yes=False)
    await scene.desk.settle(scene.ticket16)
    await (await scene.maria_again()).cases[scene.ticket16].settle()
    assert counsellors(scene.theirs) == [scene.maria.certificate.hash]
    assert scene.desk.rows[scene.ticket16].successor == b""
    with pytest.raises(Refused):
        await scene.enquiry.answer(is_yes=True)
    # And may be asked again.
    await scene.asks(with_history=False)
    await scene.answers()
    await scene.settles()


@pytest.mark.parametrize("with_history", [True, False])
async def test_the_colleague_sends_it_back(cast: Cast, with_history: bool) -> None:
    scene = await handed(cast)
    await scene.asks(with_history=with_history)
    await scene.answers()
    await scene.settles()
    await scene.other.send_back(scene.ticket16)
    await stands(scene.case.box, Answer.SENT_BACK)
    await scene.desk.settle(scene.ticket16)
    await alone_with(scene.theirs, scene.maria)
    assert scene.row.successor == b""
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


async def test_what_was_sent_back_while_nobody_was_there_is_taken_back(cast: Cast) -> None:
    scene = await handed(cast)
    await scene.asks()
    await scene.answers()
    await scene.settles()
    await scene.maria.relay.close()
    await scene.other.send_back(scene.ticket16)
    await scene.maria_again()
    await alone_with(scene.theirs, scene.maria)
    await scene.other.wait_until(lambda: scene.row.successor == b"")


@pytest.mark.parametrize("stage", ["asked", "yes", "let in", "previewed"])
async def test_who_asked_takes_it_back(cast: Cast, stage: str) -> None:
    scene = await handed(cast)
    await scene.asks()
    if stage != "asked":
        await scene.answers()
    if stage in ("let in", "previewed"):
        await scene.settles()
    if stage == "previewed":
        await scene.other.open_handed(scene.ticket16)
    await scene.case.handing.take_back()
    await alone_with(scene.theirs, scene.maria)
    await scene.desk.wait_until(lambda: scene.desk.rows[scene.ticket16].successor == b"")
    if stage != "asked":
        with pytest.raises(WireError) as refused:
            await scene.succeeds()
        assert refused.value.code is ErrorCode.TAKEN
    else:
        with pytest.raises(Refused):
            await scene.enquiry.answer(is_yes=True)
    # Nothing of it happens later.
    await scene.maria_again()
    assert counsellors(scene.theirs) == [scene.maria.certificate.hash]
    assert scene.theirs.transcript.alarms == []
