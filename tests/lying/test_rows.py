"""Whom a counsellor has accepted, when the client that signed it has crashed: the relay's rows lie.

Only the own signature in the row lets a letter in. A lie costs nothing but time: with the truth the
real letter still opens its box.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from clientlib.accept import is_accepted_by
from clientlib.box import Box
from clientlib.seeker import Seeker
from clientlib.staff import Staff
from crypto import acceptance
from crypto.keys import SignSecret
from crypto.primitives import sign_public
from crypto.wire.base import Command, Event, Reply
from crypto.wire.live import Acceptance, QueueReply, QueueRow, QueueRowChanged
from tests.helpers.organisation import sign_secret
from tests.helpers.server import PORTAL16
from tests.lying.forge import Forged, Slips
from tests.lying.proxy import Lie, Line
from tests.lying.stage import Stage, seeker_secret

Change = Callable[[QueueRow], QueueRow]


class OtherRow(Slips):
    """Shows another row for one ticket, and slips in the letter that would fit it."""

    def __init__(self, forged: Forged, change: Change) -> None:
        super().__init__(forged)
        self.change = change

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(reply, QueueReply):
            return replace(reply, rows=tuple(self._shown(row) for row in reply.rows))
        return super().reply(line, command, reply)

    def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
        if isinstance(event, QueueRowChanged):
            return (replace(event, row=self._shown(event.row)),)
        return (event,)

    def _shown(self, row: QueueRow) -> QueueRow:
        return self.change(row) if row.ticket16 == self.forged.ticket16 else row


class Evening:
    """Maria has accepted one seeker, who has begun, and another; then her client fell over."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.seeker: Seeker
        self.other: Seeker
        self.box: Box
        self.forged: Forged
        self.others_row: QueueRow

    async def passes(self) -> None:
        """Up to the crash: the seeker's letter lies in Maria's inbox."""
        stage = self.stage
        maria = await stage.lied.signs_in("maria")
        await stage.lied.on_duty(maria)
        self.seeker, _ = await stage.waiting()
        self.other, _ = await stage.waiting()
        for one in (self.seeker, self.other):
            await maria.wait_until(lambda one=one: one.ticket16 in maria.rows)
            await maria.accept(one.ticket16)
        await self.seeker.offered()
        self.box = await self.seeker.confirm()
        self.others_row = maria.accepted[self.other.ticket16]
        self.forged = Forged(
            view=maria.log.view,
            certificate=maria.certificate,
            sign=seeker_secret(self.other),
            ticket16=self.seeker.ticket16,
            now_ms=stage.now_ms(),
        )
        await maria.relay.close()

    async def comes_again(self) -> Staff:
        """Maria signs in anew and reads the queue: all that she knows she has from the relay."""
        maria = await self.stage.lied.signs_in("maria")
        await maria.read_queue((PORTAL16,))
        return maria

    async def ends(self) -> None:
        """Nobody is left behind in the queue."""
        await self.box.stop()
        await self.other.withdraw()
        await self.seeker.withdraw()

    @property
    def others_hash(self) -> bytes:
        """The key of the other seeker, whom the relay would like to put behind the acceptance."""
        return acceptance.seeker_key_hash(sign_public(seeker_secret(self.other)))

    def signed(self, secret: SignSecret) -> Acceptance:
        """An acceptance of this ticket and the other seeker's key, by anybody."""
        view, expires_ms = self.forged.view, self.stage.now_ms() + acceptance.VALID_MS
        return Acceptance(
            certificate_hash=self.forged.certificate.hash,
            log_size=view.size,
            log_root=view.root(),
            expires_ms=expires_ms,
            signature=acceptance.sign_accept(
                secret, self.seeker.ticket16, self.others_hash, view.size, view.root(), expires_ms
            ),
        )


def _other_key(evening: Evening) -> Change:
    """Two seekers swapped behind one acceptance."""
    return lambda row: replace(row, key_hash=evening.others_hash)


def _nothing_signed(evening: Evening) -> Change:
    return lambda row: replace(row, key_hash=evening.others_hash, acceptance=())


def _signed_by_the_relay(evening: Evening) -> Change:
    signed = evening.signed(sign_secret("relay"))
    return lambda row: replace(row, key_hash=evening.others_hash, acceptance=(signed,))


def _of_another_ticket(evening: Evening) -> Change:
    """Genuine, by Maria, for the other seeker; but not on this ticket."""
    signed = evening.others_row.acceptance
    return lambda row: replace(row, key_hash=evening.others_hash, acceptance=signed)


@pytest.mark.parametrize(
    ("lie", "told"),
    [(_other_key, 2), (_signed_by_the_relay, 2), (_of_another_ticket, 2), (_nothing_signed, 0)],
)
def test_a_row_that_proves_nothing_lets_no_letter_in_and_costs_none(
    stage: Stage, lie: Callable[[Evening], Change], told: int
) -> None:
    async def scene() -> None:
        evening = Evening(stage)
        await evening.passes()
        stage.tell(OtherRow(evening.forged, lie(evening)))
        maria = await evening.comes_again()
        mark = stage.relay.mark()
        assert await maria.read_inbox() == []
        # The real letter and the one slipped in: both stay, neither opens anything.
        assert maria.refused_letters == told
        assert set(stage.relay.sent_since(mark)) == {"inbox_read"}
        assert maria.keyring.entry(evening.forged.box16) is None

        stage.tell(Lie())
        await maria.read_queue((PORTAL16,))
        (hers,) = await maria.read_inbox()
        assert hers.box16 == evening.box.box16
        await hers.stop()
        await evening.ends()

    stage.play(scene)


def test_a_letter_by_another_key_than_the_one_accepted_is_refused(stage: Stage) -> None:
    """The row is true; the letter is not by its key."""

    async def scene() -> None:
        evening = Evening(stage)
        await evening.passes()
        stage.tell(Slips(evening.forged))
        maria = await evening.comes_again()
        row = maria.rows[evening.seeker.ticket16]
        assert is_accepted_by(maria.sign_pk, row.ticket16, row)
        assert not is_accepted_by(maria.sign_pk, row.ticket16, replace(row, acceptance=()))
        (hers,) = await maria.read_inbox()
        assert hers.box16 == evening.box.box16
        assert maria.refused_letters == 1
        assert maria.keyring.entry(evening.forged.box16) is None
        await hers.stop()
        await evening.ends()

    stage.play(scene)
