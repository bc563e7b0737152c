"""A counsellor's evening through the Python client: several chats, crashes, sign in again."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest

from clientlib.box import Box
from clientlib.errors import Disconnected
from clientlib.staff import Staff
from crypto.wire.boxes import BoxState
from tests.helpers.actors import Cast, chat, until
from tests.helpers.server import PORTAL16, serving


async def comes_again(cast: Cast) -> tuple[Staff, dict[bytes, Box]]:
    """Sign in on a new device, read the queue, and open every chat there is."""
    maria = await cast.signs_in("maria")
    await cast.on_duty(maria)
    boxes = [*await maria.running(), *await maria.read_inbox()]
    return maria, {box.box16: box for box in boxes}


async def test_an_evening_with_three_chats_and_crashes(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        cast = Cast(server)
        admin = await cast.found()
        maria = await cast.counsellor(admin, "maria", "Maria B.")
        await cast.team(admin, maria)
        await cast.on_duty(maria)
        chats = [await chat(cast, maria) for _ in range(3)]
        for i, (theirs, hers, seeker) in enumerate(chats):
            assert seeker.number == i + 1
            await theirs.say(f"from {i}")
            await hers.wait_until(lambda hers=hers: any(one.text for one in hers.said))
            await hers.say(f"to {i}")
        # Nothing of one chat is in another.
        for i, (_, hers, _) in enumerate(chats):
            assert [one.text for one in hers.said if not one.mine and one.text] == [f"from {i}"]

        # A fourth seeker begins, and her device falls over between keyring and swap.
        late = await cast.seeker()
        await maria.wait_until(lambda: late.ticket16 in maria.rows)
        await maria.accept(late.ticket16)
        await late.offered()
        theirs = await late.confirm()
        with (
            mock.patch.object(maria.caseload, "swap", side_effect=Disconnected("fell over")),
            pytest.raises(Disconnected),
        ):
            await until(maria.read_inbox, bool)
        await theirs.say("Sind Sie da?")
        await maria.relay.close()

        maria, found = await comes_again(cast)
        assert set(found) == {theirs.box16, *(one.box16 for one, _, _ in chats)}
        assert [one.text for one in found[theirs.box16].said if one.text] == ["Sind Sie da?"]
        assert maria.note_of(theirs.box16) is not None
        assert maria.refused_letters == 0
        await found[theirs.box16].say("Ja, wieder.")
        await theirs.wait_until(lambda: len([one for one in theirs.said if one.text]) == 2)

        # Between accept and letter: another seeker is accepted, then her device falls over again.
        fifth = await cast.seeker()
        await maria.wait_until(lambda: fifth.ticket16 in maria.rows)
        await maria.accept(fifth.ticket16)
        await maria.relay.close()
        await fifth.offered()
        fifth_box = await fifth.confirm()
        maria, found = await comes_again(cast)
        assert len(found) == 5
        assert found[fifth_box.box16].clock.state is BoxState.OPEN
        assert maria.note_of(fifth_box.box16).number == 5  # type: ignore[union-attr]  # joined
        await maria.set_duty((PORTAL16,), on=False)
        await cast.close()
