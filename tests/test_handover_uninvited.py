"""A counsellor who hands over what nobody agreed to: the seeker is told, the colleague refuses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from clientlib import begin, commits
from clientlib.consent import Answer, HandOver
from clientlib.enquiry import Enquiry
from clientlib.errors import Refused
from clientlib.standing import Standing
from clientlib.tickets import Given
from crypto.commit import Reason
from crypto.verdict import Notice, NoticeKind
from tests.helpers.actors import Cast
from tests.helpers.handover import Scene, counsellors, handed
from tests.helpers.written import again, has, portal_of, texts


async def lets_in(scene: Scene, *, with_history: bool = False, is_deputy: bool = False) -> None:
    """Maria's dishonest client lets Jonas in, whatever was said."""
    own = scene.case.box.transcript.own
    assert own is not None
    certificate = scene.jonas.certificate
    forged = HandOver(
        n=1,
        sidx=own.sidx,
        certificate_hash=certificate.hash,
        with_history=with_history,
        is_deputy=is_deputy,
        answer=Answer.YES,
    )
    await scene.case.handing._let_in(forged, certificate)  # a client that does not ask


async def met(scene: Scene) -> None:
    """Wait until the seeker's client has seen the commit."""
    await scene.theirs.wait_until(lambda: len(counsellors(scene.theirs)) > 1)


async def never_asked(scene: Scene) -> None:
    """Nothing was said about it."""


async def not_answered(scene: Scene) -> None:
    await scene.asks()


async def refused(scene: Scene) -> None:
    await scene.asks()
    await scene.answers(is_yes=False)


async def taken_back(scene: Scene) -> None:
    await scene.asks()
    await scene.answers()
    await scene.case.handing.take_back()


async def asked_anew(scene: Scene) -> None:
    """The yes was to an older question."""
    await scene.asks()
    await scene.answers()
    asked = scene.case.handing.asked
    assert asked is not None
    scene.case.box.learned.hand_over = None
    await scene.case.handing.ask(scene.jonas.certificate, with_history=True)
    n = asked.n
    await scene.theirs.wait_until(
        lambda: scene.enquiry.hand_over is not None and scene.enquiry.hand_over.n > n
    )


async def used_up(scene: Scene) -> None:
    """The yes let him in once; he has sent it back."""
    await scene.asks()
    await scene.answers()
    await scene.settles()
    await scene.other.send_back(scene.ticket16)
    await scene.maria_again()
    await scene.theirs.wait_until(lambda: len(counsellors(scene.theirs)) == 1)
    await scene.case.box.wait_until(lambda: len(counsellors(scene.case.box)) == 1)


@pytest.mark.parametrize(
    "before", [never_asked, not_answered, refused, taken_back, asked_anew, used_up]
)
async def test_whoever_is_let_in_without_a_yes_is_an_alarm(
    cast: Cast, before: Callable[[Scene], Awaitable[None]]
) -> None:
    scene = await handed(cast)
    await before(scene)
    await lets_in(scene)
    await met(scene)
    box = scene.theirs
    assert [one.kind for one in box.transcript.alarms] == [NoticeKind.UNINVITED]
    # It is the seeker's word that was missing, and so the seeker's alarm.
    assert scene.case.box.transcript.alarms == []
    item = await box.say("Noch etwas")
    assert (item.n, box.transcript.sending_paused) == (0, True)
    # The person decides, and it goes on, also for every other device.
    box.transcript.proceed()
    await scene.enquiry.flush()
    await has(scene.case.box, "Noch etwas")
    assert box.transcript.alarms == []
    other = await take_up(cast, scene)
    assert other.box is not None
    assert other.box.transcript.alarms == []
    assert "Noch etwas" in texts(other.box)


async def take_up(cast: Cast, scene: Scene) -> Enquiry:
    account = await again(cast, scene.enquiry.account)
    entry = account.keyring.entry(scene.theirs.box16)
    assert entry is not None
    return await Enquiry.take_up(account, portal_of(cast), entry)


async def test_another_device_is_told_too_until_somebody_decides(cast: Cast) -> None:
    scene = await handed(cast)
    await lets_in(scene)
    await met(scene)
    other = await take_up(cast, scene)
    assert other.box is not None
    assert [one.kind for one in other.box.transcript.alarms] == [NoticeKind.UNINVITED]


async def test_a_yes_is_for_one_and_not_for_a_second_beside_them(cast: Cast) -> None:
    scene = await handed(cast, "paula")
    paula = await cast.signs_in("paula")
    await paula.log.update()
    await scene.asks()
    await scene.answers()
    roster = commits.roster_of(scene.case.box.transcript)
    sidx = roster.highest_sidx + 1
    entries = (
        *roster.entries.values(),
        begin.counsellor_entry(scene.jonas.certificate, sidx),
        begin.counsellor_entry(paula.certificate, sidx + 1),
    )
    caseload, box = scene.maria.caseload, scene.case.box
    await commits.make(
        caseload, box, entries, Reason.HAND_OVER, scene.desk._rand, lambda one, _: one.command()
    )
    await scene.theirs.wait_until(lambda: len(counsellors(scene.theirs)) == 3)
    assert scene.theirs.transcript.alarms == [Notice(NoticeKind.UNINVITED, sidx + 1)]


async def test_the_end_is_not_held_back(cast: Cast) -> None:
    scene = await handed(cast)
    await lets_in(scene)
    await met(scene)
    await scene.enquiry.close()
    assert scene.enquiry.standing is Standing.CLOSED


async def test_a_history_that_nobody_agreed_to_is_not_read(cast: Cast) -> None:
    scene = await handed(cast)
    await lets_in(scene, with_history=True)
    with pytest.raises(Refused):
        await scene.other.open_handed(scene.ticket16)


async def test_a_history_is_not_read_where_only_the_rest_was_agreed_to(cast: Cast) -> None:
    scene = await handed(cast)
    await scene.asks(with_history=False)
    await scene.answers()
    asked = scene.case.handing.asked
    assert asked is not None
    await scene.case.handing._let_in(replace(asked, with_history=True), scene.jonas.certificate)
    with pytest.raises(Refused):
        await scene.other.open_handed(scene.ticket16)


@pytest.mark.parametrize("agreed", [False, True])
async def test_a_yes_to_the_one_is_none_to_the_other(cast: Cast, agreed: bool) -> None:
    scene = await handed(cast)
    await scene.asks(is_deputy=agreed)
    await scene.answers()
    await lets_in(scene, with_history=True, is_deputy=not agreed)
    await met(scene)
    assert [one.kind for one in scene.theirs.transcript.alarms] == [NoticeKind.UNINVITED]
    report = scene.case.handing._ticket.handed_to(Given(scene.jonas.subject16, not agreed))
    await scene.maria.relay.request(report)
    await scene.waits_for_jonas()
    with pytest.raises(Refused):
        await scene.other.open_handed(scene.ticket16)
