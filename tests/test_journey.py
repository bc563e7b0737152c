"""The first journey through the Python client and a real relay: from the queue to the purge."""

from __future__ import annotations

from crypto.wire.boxes import BoxState, CloseReason
from tests.helpers.actors import Cast, chat
from tests.helpers.enrolled import office
from tests.helpers.server import PORTAL16

HOUR_MS = 3_600_000


async def test_a_chat_from_the_queue_to_the_purge(cast: Cast) -> None:
    maria = await office(cast)
    theirs, hers, seeker = await chat(cast, maria)
    assert seeker.number == 1

    await theirs.say("Guten Abend. Ich weiß nicht weiter.")
    await hers.wait_until(lambda: len(hers.said) == 1)
    await hers.say("Schön, dass Sie da sind.")
    await theirs.wait_until(lambda: len([s for s in theirs.said if s.text]) == 2)
    assert [said.text for said in hers.said][:1] == ["Guten Abend. Ich weiß nicht weiter."]

    await theirs.close()
    await hers.wait_until(lambda: hers.clock.state is BoxState.CLOSED)
    assert hers.clock.reason is CloseReason.MESSAGE

    await cast.server.elapse(48 * HOUR_MS + 60_000)
    await hers.wait_until(lambda: hers.clock.purged)


async def test_a_chat_that_began_and_ended_while_the_counsellor_was_away_is_there(
    cast: Cast,
) -> None:
    maria = await office(cast)
    seeker = await cast.seeker()
    await maria.wait_until(lambda: seeker.ticket16 in maria.rows)
    await maria.accept(seeker.ticket16)
    await maria.relay.close()
    await seeker.offered()
    theirs = await seeker.confirm()
    await theirs.say("Sind Sie da?")
    await theirs.close()

    maria = await cast.signs_in("maria")
    await maria.read_queue((PORTAL16,))
    assert seeker.ticket16 not in maria.rows
    (hers,) = await maria.read_inbox()
    assert [said.text for said in hers.said if said.text] == ["Sind Sie da?"]
    assert hers.clock.state is BoxState.CLOSED
    await cast.server.elapse(48 * HOUR_MS + 60_000)
    await hers.wait_until(lambda: hers.clock.purged)
    # Another sign-in finds no box. Once the purge must be past, nothing that could open one stays.
    for hours, has_secrets in ((1, True), (48, False)):
        await cast.server.elapse(hours * HOUR_MS)
        maria = await cast.signs_in("maria")
        assert await maria.running() == []
        assert [bool(entry.secrets) for entry in maria.keyring.entries] == [has_secrets]
