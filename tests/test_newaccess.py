"""Passphrase and sheet are lost: a counsellor seals the conversation anew to a new access."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from clientlib.errors import Refused
from clientlib.newaccess import NewAccess
from clientlib.notes import NO_PIN, arrival_note
from clientlib.outbox import ItemState
from clientlib.standing import Standing
from crypto import account as keys
from crypto import invitewords
from crypto.commit import Commit, Reason
from crypto.entry import EntryState, gone
from crypto.envelope import Kind
from crypto.roster import Role
from crypto.verdict import NoticeKind
from crypto.wire import codec, content
from crypto.wire.base import Event
from crypto.wire.boxes import LetterStored, Post, Read
from crypto.wire.enquiries import EnquiryAgain, EnquiryState
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.actors import Cast
from tests.helpers.returning import (
    ANSWER,
    NEW_NAME,
    OLD_NAME,
    answers,
    comes_in,
    in_counselling,
    invited,
)
from tests.helpers.written import (
    SUBJECT,
    TEXT,
    again,
    alarms,
    at_desk,
    centre,
    has,
    portal_of,
    staff_again,
    texts,
)

MINUTE_MS = 60_000
HOUR_MS = 3_600_000


async def test_who_lost_everything_reads_and_writes_on(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    case, _ = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    access, words = await invited(maria, case)
    link = invitewords.link(maria.relay.url, "jugend", words)
    account = await cast.registers(NEW_NAME)
    arrival = await answers(cast, account, link)
    assert await arrival.check() is None
    there = await comes_in(access, arrival)

    assert there.box is not None
    assert texts(there.box) == [TEXT, ANSWER]
    # What was written with the lost access are the own words.
    assert [one.mine for one in there.box.said if one.text] == [True, False]
    assert (there.note.subject, there.note.is_open, there.standing) == (
        SUBJECT,
        True,
        Standing.ANSWERED,
    )
    assert alarms(there.box) == []
    await there.say("Da bin ich wieder.")
    await has(case.box, "Da bin ich wieder.")
    await case.say("Wie gut.")
    await has(there.box, "Wie gut.")
    assert alarms(case.box) == alarms(there.box) == []
    roster = case.box.transcript.state.roster
    assert roster is not None
    assert [(one.sidx, one.role) for one in roster.entries.values()] == [
        (2, Role.COUNSELLOR),
        (3, Role.SEEKER),
    ]
    assert access.pending is None

    # Other devices of both find it, and nothing of the invitation is left.
    (found,) = (await cast.comes_back(await again(cast, account))).enquiries
    assert found.box is not None
    assert texts(found.box) == [TEXT, ANSWER, "Da bin ich wieder.", "Wie gut."]
    assert [one.mine for one in found.box.said if one.text] == [True, False, True, False]
    await found.say("Von hier aus.")
    (there_too,) = await (await at_desk(await staff_again(cast, maria))).take_up()
    assert texts(there_too.box)[-1] == "Von hier aus."
    assert alarms(found.box) == alarms(there_too.box) == []
    for table in ("invitations_given", "invitations_inboxes", "boxes_letters"):
        assert await rows(cast, table) == 0


async def test_the_commit_says_what_it_is(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    case, _ = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    access, words = await invited(maria, case)
    await comes_in(access, await answers(cast, await cast.registers(NEW_NAME), words))
    commits = [
        Commit.decode(one.message.opened.body.payload)
        for one in case.box.taken
        if one.message is not None and one.message.opened.body.kind == Kind.COMMIT
    ]
    assert [one.reason for one in commits] == [Reason.CREATED, Reason.ACCEPTED, Reason.NEW_KEY]


async def test_the_old_access_reads_and_writes_nothing_more(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    old = await cast.registers(OLD_NAME)
    case, enquiry = await in_counselling(cast, maria, old)
    open_box = enquiry.box
    assert open_box is not None
    access, words = await invited(maria, case)
    there = await comes_in(access, await answers(cast, await cast.registers(NEW_NAME), words))
    # The commit that takes it out is the last that it hears: signed, so it proves who did it.
    await open_box.wait_until(lambda: open_box.transcript.stopped is not None)
    stopped = open_box.transcript.stopped
    assert stopped is not None
    assert stopped.kind is NoticeKind.YOU_WERE_REMOVED
    seen = open_box.transcript.state.number
    await there.say("Nur für Sie.")
    await has(case.box, "Nur für Sie.")
    # On the open line: nothing was pushed after the commit, and nothing is answered.
    own = keys.conversation(old.ams, enquiry.entry.key_context)
    for command in (
        Read(box16=enquiry.box16, start=1),
        Post(box16=enquiry.box16, e1=bytes(300)),
    ):
        with pytest.raises(WireError) as refused:
            await old.relay.request(command, own.cap.raw)
        assert refused.value.code in (ErrorCode.UNKNOWN, ErrorCode.MALFORMED)
    with pytest.raises(WireError) as refused:
        await old.relay.request(Read(box16=enquiry.box16, start=1), own.cap.raw)
    assert refused.value.code is ErrorCode.UNKNOWN
    assert (await open_box.say("Ich noch einmal.")).state is ItemState.PENDING
    assert open_box.transcript.state.number == seen
    assert "Nur für Sie." not in texts(open_box)
    # Its ticket obeys it no more either.
    with pytest.raises(WireError) as refused:
        await old.relay.request(EnquiryAgain(), own.ticket_cap.raw)
    assert refused.value.code is ErrorCode.UNKNOWN
    # At the next sign-in the person is told, not shown an empty list.
    found = await cast.comes_back(await again(cast, old))
    assert found.enquiries == ()
    assert [one.subject for one in found.lost] == [SUBJECT]
    # And where the proof was seen, every device says what it is, and none could open a copy.
    assert await old.note_if_moved(enquiry.entry, open_box)
    device = await again(cast, old)
    found = await cast.comes_back(device)
    assert (found.enquiries, found.lost, found.moved) == ((), (), (enquiry.box16,))
    entry = device.keyring.entry(enquiry.box16)
    assert entry is not None
    assert (entry.state, entry.secrets) == (EntryState.GONE, ())


async def test_the_list_hears_the_new_access(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    case, _ = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    access, words = await invited(maria, case)
    there = await comes_in(access, await answers(cast, await cast.registers(NEW_NAME), words))
    desk = await at_desk(maria)
    await case.say("Und nun?")
    await desk.wait_until(lambda: desk.rows[case.ticket16].state == EnquiryState.ANSWERED)
    await there.say("Ich weiß nicht.")
    await desk.wait_until(lambda: desk.rows[case.ticket16].state == EnquiryState.WAITING)
    await there.close()
    await desk.wait_until(lambda: desk.rows == {})


async def test_the_counsellor_hears_of_an_answer_at_once(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    case, _ = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    access, words = await invited(maria, case)
    waiting = asyncio.ensure_future(access.answered())
    arrival = await answers(cast, await cast.registers(NEW_NAME), words)
    async with asyncio.timeout(60):
        answer = await waiting
    heard = asyncio.Event()

    def hear(event: Event) -> None:
        if isinstance(event, LetterStored):
            heard.set()

    arrival.account.relay.listen(hear)
    assert await arrival.check() is None
    await access.confirm(answer)
    async with asyncio.timeout(60):
        await heard.wait()
    assert await arrival.check() is not None


async def test_no_means_no(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    case, enquiry = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    access, words = await invited(maria, case)
    account = await cast.registers(NEW_NAME)
    arrival = await answers(cast, account, words)
    assert await access.look() is not None
    await access.refuse()
    assert access.pending is None
    with pytest.raises(WireError) as refused:
        await arrival.check()
    assert refused.value.code is ErrorCode.UNKNOWN
    with pytest.raises(WireError) as refused:
        await answers(cast, await cast.registers("ein-dritter"), words)
    assert refused.value.code is ErrorCode.UNKNOWN
    # The invitation stays in the list until the person lets go of it; the access stays anyway.
    there = await again(cast, account)
    (waits,) = (await cast.comes_back(there)).arrivals
    await waits.forget()
    assert (await cast.comes_back(await again(cast, account))).arrivals == ()
    # Nothing has happened to the conversation.
    await enquiry.say("Ich bin noch da.")
    await has(case.box, "Ich bin noch da.")
    # And another invitation can be given.
    again_access, other = await invited(maria, case)
    assert other != words
    await comes_in(again_access, await answers(cast, there, other))


async def test_an_invitation_ends_after_48_hours_on_both_sides(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    case, _ = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    access, words = await invited(maria, case)
    arrival = await answers(cast, await cast.registers(NEW_NAME), words)
    answer = await access.look()
    assert answer is not None
    cast.server.clock.elapse(48 * HOUR_MS)
    # Before any sweep: neither side goes on with it.
    with pytest.raises(Refused):
        await access.confirm(answer)
    with pytest.raises(WireError) as refused:
        await arrival.answer()
    assert refused.value.code is ErrorCode.UNKNOWN
    with pytest.raises(WireError) as refused:
        await answers(cast, await cast.registers("ein-dritter"), words)
    assert refused.value.code is ErrorCode.UNKNOWN
    back = await cast.signs_in("maria")
    (there,) = await (await at_desk(back)).take_up()
    later = NewAccess(back, there)
    assert (await later.look(), later.pending) == (None, None)
    await cast.server.elapse(0)
    assert await rows(cast, "invitations_given") == await rows(cast, "invitations_inboxes") == 0


async def test_words_work_once(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    case, _ = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    access, words = await invited(maria, case)
    account = await cast.registers(NEW_NAME)
    arrival = await answers(cast, account, words)
    # The same access again, on another device: the same answer.
    assert (await answers(cast, await again(cast, account), words)).join_id16 == arrival.join_id16
    other = await cast.registers("ein-dritter")
    with pytest.raises(WireError) as refused:
        await answers(cast, other, words)
    assert refused.value.code is ErrorCode.TAKEN
    assert [one.state for one in other.keyring.entries] == [EntryState.GONE]
    await comes_in(access, arrival)
    with pytest.raises(WireError) as refused:
        await answers(cast, await cast.registers("ein-vierter"), words)
    assert refused.value.code is ErrorCode.UNKNOWN


async def test_wrong_words_are_no_invitation(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    case, _ = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    _, words = await invited(maria, case)
    account = await cast.registers(NEW_NAME)
    others = invitewords.new_words("de")
    with pytest.raises(WireError) as refused:
        await answers(cast, account, others)
    assert refused.value.code is ErrorCode.UNKNOWN
    assert account.keyring.entries == ()
    # As people write them.
    spoken = ", ".join(one.capitalize() for one in words.split())
    assert (await answers(cast, account, spoken)).note.portal16 == portal_of(cast).portal16


async def test_the_same_account_can_be_let_in_anew(cast: Cast) -> None:
    """Who has found the passphrase again and uses the invitation all the same."""
    (maria,) = await centre(cast, "maria")
    account = await cast.registers(OLD_NAME)
    case, enquiry = await in_counselling(cast, maria, account)
    access, words = await invited(maria, case)
    there = await comes_in(access, await answers(cast, account, words))
    assert there.box16 == enquiry.box16
    found = await cast.comes_back(await again(cast, account))
    (back,) = found.enquiries
    assert back.box is not None
    assert texts(back.box) == [TEXT, ANSWER]
    assert found.lost == ()
    await back.say("Noch da.")
    await has(case.box, "Noch da.")


async def test_an_access_that_it_was_moved_away_from_can_be_the_new_one(cast: Cast) -> None:
    """A signed commit took it out, and its keyring was emptied."""
    (maria,) = await centre(cast, "maria")
    account = await cast.registers(OLD_NAME)
    case, enquiry = await in_counselling(cast, maria, account)
    over = gone(enquiry.entry, cast.now_ms() // MINUTE_MS, *NO_PIN)
    access, words = await invited(maria, case)
    await comes_in(access, await answers(cast, await cast.registers(NEW_NAME), words))
    await account.keyring.remember(over)
    access, words = await invited(maria, case)
    arrival = await answers(cast, account, words)
    there = await comes_in(access, arrival)
    assert (there.entry.state, there.entry.generation) == (EntryState.OPEN, 3)
    # The end of the first time, on a device that hears of it late, empties nothing.
    device = await again(cast, account)
    await device.keyring.remember(over)
    (back,) = (await cast.comes_back(await again(cast, account))).enquiries
    assert back.box is not None
    assert texts(back.box) == [TEXT, ANSWER]
    await back.say("Wieder ich.")
    await has(case.box, "Wieder ich.")


async def test_the_letters_of_a_time_that_is_over_let_nobody_in(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    account = await cast.registers(OLD_NAME)
    case, enquiry = await in_counselling(cast, maria, account)
    access, words = await invited(maria, case)
    arrival = await answers(cast, account, words)
    answer = await access.look()
    assert answer is not None
    await access.confirm(answer)
    minute = cast.now_ms() // MINUTE_MS
    over = gone(replace(enquiry.entry, generation=2), minute, *NO_PIN)
    await account.keyring.remember(over)
    with pytest.raises(Refused):
        await arrival.check()
    assert account.keyring.entry(enquiry.box16) == over


async def test_two_devices_of_the_counsellor_confirm_at_once(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    case, _ = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    access, words = await invited(maria, case)
    arrival = await answers(cast, await cast.registers(NEW_NAME), words)
    other = await staff_again(cast, maria)
    (there,) = await (await at_desk(other)).take_up()
    both = (access, NewAccess(other, there))
    # The second device shows the very words that the first has drawn.
    assert both[1].pending is not None
    assert (await both[1].invite("de")).words == words
    looked = [await one.look() for one in both]
    assert None not in looked
    await asyncio.gather(
        *(one.confirm(answer) for one, answer in zip(both, looked, strict=True) if answer)
    )
    found = await arrival.check()
    assert found is not None
    assert found.box is not None
    assert texts(found.box) == [TEXT, ANSWER]
    roster = case.box.transcript.state.roster
    assert roster is not None
    assert (roster.epoch, sorted(roster.entries)) == (2, [2, 3])
    for box in (case.box, there.box, found.box):
        assert alarms(box) == []


async def test_a_second_new_access_follows_the_first(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    case, _ = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    for n in range(2):
        access, words = await invited(maria, case)
        account = await cast.registers(f"feder-{n}")
        there = await comes_in(access, await answers(cast, account, words))
        await there.say(f"Zum {n + 1}. Mal.")
        await has(case.box, f"Zum {n + 1}. Mal.")
    assert there.box is not None
    assert texts(there.box) == [TEXT, ANSWER, "Zum 1. Mal.", "Zum 2. Mal."]
    assert alarms(there.box) == []


async def test_nobody_is_invited_into_a_closed_conversation(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    case, _ = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    await case.close()
    with pytest.raises(Refused):
        await NewAccess(maria, case).invite("de")


async def test_the_letters_wait_thirty_days_and_no_longer(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    case, _ = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    access, words = await invited(maria, case)
    account = await cast.registers(NEW_NAME)
    await answers(cast, account, words)
    answer = await access.look()
    assert answer is not None
    await access.confirm(answer)
    await cast.server.elapse(34 * 24 * HOUR_MS)
    assert await rows(cast, "boxes_letters") == await rows(cast, "invitations_inboxes") == 0
    there = await cast.seeker_signs_in(NEW_NAME)
    found = await cast.comes_back(there)
    assert (found.arrivals, found.enquiries) == ((), ())
    assert [arrival_note(one) for one in there.keyring.entries] == [None]


# --- the agreed question --------------------------------------------------------------------------


async def test_only_the_seekers_newest_question_counts(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    account = await cast.registers(OLD_NAME)
    case, enquiry = await in_counselling(cast, maria, account)
    box = enquiry.box
    assert box is not None

    async def agrees(who, question: str, answer: str) -> None:  # type: ignore[no-untyped-def]  # a box
        agreed = content.AgreedQuestion(question=question, answer=answer)
        item = await who.send(Kind.AGREED_QUESTION, codec.encode(agreed))
        await case.box.wait_until(lambda: case.box.transcript.state.number >= item.n)

    await agrees(case.box, "Von der Beratung?", "Nein")
    assert case.box.learned.agreed_question == ""
    await agrees(box, "Wie hieß mein Hund?", "Bello")
    await agrees(box, "Und meine Katze?", "Minka")
    learned = case.box.learned
    assert (learned.agreed_question, learned.agreed_answer) == ("Und meine Katze?", "Minka")
    assert learned.agreed_ms == cast.now_ms()
    # It is no word in the conversation: nobody waits for an answer to it.
    assert case.standing is Standing.ANSWERED
    # The new access knows it too, and may take it back.
    access, words = await invited(maria, case)
    there = await comes_in(access, await answers(cast, await cast.registers(NEW_NAME), words))
    assert there.box is not None
    assert there.box.learned.agreed_question == "Und meine Katze?"
    await agrees(there.box, "", "")
    assert (learned.agreed_question, learned.agreed_answer) == ("", "")


async def rows(cast: Cast, table: str) -> int:
    """How many rows a table of the relay has."""
    found = await cast.server.relay.parts.db.read(
        lambda tx: tx.one(f"SELECT COUNT(*) FROM {table}")  # a constant of this file
    )
    assert found is not None
    return int(found[0])
