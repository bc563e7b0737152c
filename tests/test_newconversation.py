"""A counsellor begins: the conversation is there when somebody has answered the invitation."""

from __future__ import annotations

import pytest

from clientlib.errors import Refused
from clientlib.invitednotes import Pending
from clientlib.newaccess import NewAccess
from clientlib.newconversation import NewConversation
from clientlib.notes import HOUR_MS
from clientlib.standing import Standing
from crypto import invitation
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.actors import Cast
from tests.helpers.returning import NEW_NAME, answers, comes_in
from tests.helpers.written import (
    again,
    alarms,
    all_at_once,
    at_desk,
    centre,
    counted,
    falls_over,
    has,
    portal_of,
    staff_again,
    texts,
)


async def test_somebody_invited_finds_the_conversation(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    new = await NewConversation.begin(maria, portal_of(cast), "de", "Frau K.")
    account = await cast.registers(NEW_NAME)
    arrival = await answers(cast, account, new.pending.words)
    answer = await new.look()
    assert answer is not None
    await new.confirm(answer)
    desk = await at_desk(maria)
    (case,) = await desk.take_up()
    assert (case.note.nickname, case.note.number) == ("Frau K.", 1)
    assert case.standing is Standing.TAKEN
    assert desk.rows[case.ticket16].state == EnquiryState.WAITING
    there = await arrival.check()
    assert there is not None
    assert there.box is not None
    await case.box.wait_until(lambda: case.box.pseudonym == NEW_NAME)
    assert there.standing is Standing.TAKEN
    await case.say("Willkommen.")
    await has(there.box, "Willkommen.")
    await desk.wait_until(lambda: desk.rows[case.ticket16].state == EnquiryState.ANSWERED)
    await there.say("Danke.")
    await has(case.box, "Danke.")
    assert case.standing is Standing.TAKEN
    await desk.wait_until(lambda: desk.rows[case.ticket16].state == EnquiryState.WAITING)
    (found,) = (await cast.comes_back(await again(cast, account))).enquiries
    assert found.box is not None
    assert texts(found.box) == ["Willkommen.", "Danke."]
    assert [one.mine for one in found.box.said if one.text] == [False, True]
    assert alarms(case.box) == alarms(found.box) == []
    assert NewConversation.under_way(maria, portal_of(cast)) == ()
    # It is a case like any other: its seeker can be given a new access.
    access = NewAccess(maria, case)
    words = (await access.invite("de")).words
    anew = await comes_in(access, await answers(cast, await cast.registers("ein-dritter"), words))
    assert anew.box is not None
    assert texts(anew.box) == ["Willkommen.", "Danke."]


async def test_a_counsellor_goes_on_from_wherever_it_stopped(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    account = await cast.registers(NEW_NAME)
    portal = portal_of(cast)
    new = await NewConversation.begin(maria, portal, "de")
    await answers(cast, await again(cast, account), new.pending.words)
    answer = await new.look()
    assert answer is not None
    with counted(maria.relay) as asked:
        await new.confirm(answer)
    steps = ["create", "enquiry_open", "enquiry_taken", "invite_ticket", "commit"]
    steps += ["page_save", "invite_end"]
    assert [one for one in asked if one in steps] == steps
    for at in range(len(asked)):
        for is_asked in (False, True):
            device = await staff_again(cast, maria)
            new = await NewConversation.begin(device, portal, "de")
            arrival = await answers(cast, await again(cast, account), new.pending.words)
            answer = await new.look()
            assert answer is not None
            async with falls_over(device.relay, at, is_asked=is_asked):
                await new.confirm(answer)
            device = await staff_again(cast, maria)
            for waiting in NewConversation.under_way(device, portal):
                same = await waiting.look()
                assert same is not None
                await waiting.confirm(same)
            desk = await at_desk(device)
            cases = {one.box.box16: one for one in await desk.take_up()}
            found = await arrival.check()
            assert found is not None
            await found.say("Da bin ich.")
            await has(cases[new.box16].box, "Da bin ich.")
            await cases[new.box16].close()


async def test_who_is_not_wanted_finds_nothing(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    new = await NewConversation.begin(maria, portal_of(cast), "de")
    (waiting,) = NewConversation.under_way(await staff_again(cast, maria), portal_of(cast))
    assert waiting.pending == new.pending
    arrival = await answers(cast, await cast.registers(NEW_NAME), new.pending.words)
    await new.refuse()
    with pytest.raises(WireError) as refused:
        await arrival.check()
    assert refused.value.code is ErrorCode.UNKNOWN
    with pytest.raises(Refused):
        await new.look()
    assert (await (await at_desk(maria)).take_up()) == ()


async def test_two_devices_that_confirm_at_once_make_one_conversation(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    portal = portal_of(cast)
    here = await NewConversation.begin(maria, portal, "de")
    arrival = await answers(cast, await cast.registers(NEW_NAME), here.pending.words)
    (there,) = NewConversation.under_way(await staff_again(cast, maria), portal)
    answer, same = await here.look(), await there.look()
    assert answer is not None
    assert same is not None
    await all_at_once(lambda: here.confirm(answer), lambda: there.confirm(same))
    (case,) = await (await at_desk(await staff_again(cast, maria))).take_up()
    found = await arrival.check()
    assert found is not None
    await found.say("Da bin ich.")
    await has(case.box, "Da bin ich.")
    assert alarms(case.box) == []


async def test_who_comes_to_the_ticket_when_another_device_has_ended_the_invitation(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    (maria,) = await centre(cast, "maria")
    portal = portal_of(cast)
    here = await NewConversation.begin(maria, portal, "de")
    arrival = await answers(cast, await cast.registers(NEW_NAME), here.pending.words)
    (there,) = NewConversation.under_way(await staff_again(cast, maria), portal)
    answer, same = await here.look(), await there.look()
    assert answer is not None
    assert same is not None
    opens = there._open_ticket

    async def later(pending: Pending) -> int:
        await here.confirm(answer)
        return await opens(pending)

    monkeypatch.setattr(there, "_open_ticket", later)
    await there.confirm(same)
    (case,) = await (await at_desk(await staff_again(cast, maria))).take_up()
    found = await arrival.check()
    assert found is not None
    await found.say("Da bin ich.")
    await has(case.box, "Da bin ich.")


async def test_after_its_hour_none_is_begun(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    new = await NewConversation.begin(maria, portal_of(cast), "de")
    await answers(cast, await cast.registers(NEW_NAME), new.pending.words)
    answer = await new.look()
    assert answer is not None
    cast.server.clock.elapse(48 * HOUR_MS)
    back = await cast.signs_in("maria")
    (same,) = NewConversation.under_way(back, portal_of(cast))
    with counted(back.relay) as asked, pytest.raises(Refused):
        await same.confirm(answer)
    assert "create" not in asked
    # It is forgotten then, and nothing can be confirmed any more.
    assert await same.look() is None
    assert NewConversation.under_way(back, portal_of(cast)) == ()


async def test_the_name_that_is_suggested_is_the_newcomers_too(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    new = await NewConversation.begin(maria, portal_of(cast), "de")
    arrival = await answers(cast, await cast.registers(NEW_NAME), new.pending.words)
    assert new.suggested_name("de") == invitation.suggested_name(arrival.note.secret, "de")
