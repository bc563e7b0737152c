"""A seeker whose counsellor has left, or has not, and a relay that lies about it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from clientlib.callingback import Departure
from clientlib.errors import Refused
from crypto.errors import BadProof
from crypto.wire.enquiries import EnquiryCallBack
from crypto.wire.translog import LogRead
from tests.helpers.handover import Scene, counsellors, handed, team_is
from tests.helpers.leaving import is_open, leaves, on_another_device, revoked
from tests.helpers.server import serving
from tests.helpers.written import TEXT, alarms, has
from tests.lying.proxy import Lie, LyingRelay
from tests.lying.stage import LiedTo
from tests.lying.test_teams import Drops, OldLog
from tests.lying.written import Forgets


@pytest.fixture
async def lied(tmp_path: Path) -> AsyncIterator[tuple[LiedTo, LyingRelay]]:
    """People whose lines all go through the lies, and the relay that tells them."""
    async with serving(tmp_path) as server:
        relay = LyingRelay(server.url)
        await relay.start()
        found = LiedTo(server, url=relay.url)
        yield found, relay
        relay.lie = Lie()
        await found.close()
        await relay.stop()
        assert relay.faults == []


Stage = tuple[LiedTo, LyingRelay]


async def refuses(scene: Scene, relay: LyingRelay) -> None:
    """The seeker's client makes no commit, and who counsels stays in it."""
    mark = relay.mark()
    with pytest.raises(Refused):
        await scene.enquiry.calling_back.run()
    assert relay.sent_since(mark).count("commit") == 0
    assert counsellors(scene.theirs) == [scene.maria.certificate.hash]


async def test_a_revocation_that_is_withheld_lets_nobody_in(lied: Stage) -> None:
    """Nothing is called back from somebody whom the log, as shown, does not revoke."""
    cast, relay = lied
    scene = await handed(cast)
    then = await scene.maria.relay.request(LogRead(start=0))
    await leaves(scene)
    relay.lie = OldLog(then)
    assert await scene.enquiry.calling_back.look() is Departure.NOBODY
    await refuses(scene, relay)
    relay.lie = Lie()
    assert await scene.enquiry.calling_back.look() is Departure.READY
    # And who has seen it does not unsee it.
    relay.lie = OldLog(then)
    with pytest.raises(BadProof):
        await scene.enquiry.calling_back.look()


async def test_a_team_that_the_log_does_not_lose_her_from_gets_nothing(lied: Stage) -> None:
    """She and the relay together: the key that she has is not what it is sealed to."""
    cast, relay = lied
    scene = await handed(cast)
    await revoked(cast, scene.maria)
    then = await scene.jonas.relay.request(LogRead(start=0))
    await team_is(cast, scene.jonas, scene.jonas)
    relay.lie = OldLog(then)
    assert await scene.enquiry.calling_back.look() is Departure.WAITS
    await refuses(scene, relay)


async def test_that_it_was_called_back_is_not_believed_without_the_commit(lied: Stage) -> None:
    cast, relay = lied
    scene = await handed(cast)
    await leaves(scene)
    assert await scene.enquiry.calling_back.look() is Departure.READY
    relay.lie = Forgets()
    item = await scene.enquiry.say("Nur für wen?")
    with pytest.raises(Refused):
        await scene.enquiry.calling_back.run()
    assert item.n == 0
    assert counsellors(scene.theirs) == [scene.maria.certificate.hash]
    relay.lie = Lie()
    await scene.enquiry.calling_back.run()
    await is_open(scene.other, scene.ticket16)
    case = await scene.other.accept(scene.ticket16)
    await has(case.box, TEXT, "Nur für wen?")
    assert alarms(case.box) == []


async def test_a_report_that_is_dropped_is_made_at_the_next_opening(lied: Stage) -> None:
    cast, relay = lied
    scene = await handed(cast)
    await leaves(scene)
    relay.lie = Drops(EnquiryCallBack)
    await scene.enquiry.calling_back.run()
    assert scene.ticket16 not in scene.other.rows
    relay.lie = Lie()
    await on_another_device(cast, scene.enquiry)
    await is_open(scene.other, scene.ticket16)
