"""kill -9 of the real server, again and again, in the middle of a conversation of two clients.

What was acknowledged is there afterwards, exactly once and in order; what was not is sent again by
the client that still has it.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from clientlib.box import Box
from clientlib.outbox import Item, ItemState
from clientlib.relay import RelayClient
from crypto.verdict import Verdict
from e2e_server.kernel.clock import SystemClock
from tests.helpers.actors import Cast, chat
from tests.helpers.clock import FakeClock
from tests.helpers.server import HOST, Server, free_port, write_config

ROOT = Path(__file__).parents[3]
ROUNDS = 3
TEXTS_PER_ROUND = 8
KILL_AFTER = 5


class Killable(Server):
    """The server as a process of its own, on the machine's clock, always on the same port."""

    def __init__(self, folder: Path) -> None:
        # The certificates of this cast begin now, and nobody moves the clock.
        super().__init__(folder, clock=FakeClock(SystemClock().now_ms()))
        self.port = free_port()
        self.process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    async def start(self) -> None:
        config = write_config(self, listen_port=self.port)
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "e2e_server", "--config", str(config), "serve"),
            cwd=ROOT,
            stderr=asyncio.subprocess.PIPE,
        )
        assert self.process.stderr is not None
        while b'"serving"' not in (line := await self.process.stderr.readline()):
            assert line, "the server ended"

    async def end(self, how: signal.Signals) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(how)
            await self.process.communicate()


async def again(server: Killable, boxes: list[Box]) -> list[RelayClient]:
    """Start again, give each client a new line, and send what waits."""
    await server.start()
    lines = []
    for box in boxes:
        await box.stop()
        box.relay = RelayClient(server.url)
        await box.relay.open()
        lines.append(box.relay)
        await box.open()
        await box.flush()
    return lines


async def reaches(box: Box, number: int) -> None:
    """Wait until a client has judged that many envelopes."""
    await box.wait_until(lambda: box.transcript.state.number == number)


@pytest.mark.slow
async def test_every_acknowledged_message_is_there_once_and_in_order(tmp_path: Path) -> None:
    server = Killable(tmp_path)
    await server.set_up()
    await server.start()
    cast = Cast(server)
    try:
        admin = await cast.found()
        maria = await cast.counsellor(admin, "maria", "Maria B.")
        await cast.team(admin, maria)
        await cast.on_duty(maria)
        theirs, hers, _ = await chat(cast, maria)
        both, said = [theirs, hers], {id(theirs): list[Item](), id(hers): list[Item]()}

        async def talk(box: Box, who: str, number: int) -> None:
            for i in range(TEXTS_PER_ROUND):
                said[id(box)].append(await box.say(f"{who} {number} {i}"))
                stored = sum(one.state is ItemState.STORED for one in said[id(box)])
                if box is theirs and stored == number * TEXTS_PER_ROUND + KILL_AFTER:
                    await server.end(signal.SIGKILL)

        for number in range(ROUNDS):
            await asyncio.gather(talk(theirs, "seeker", number), talk(hers, "maria", number))
            assert any(item.state is ItemState.PENDING for item in said[id(theirs)])
            cast.lines += await again(server, both)
        for box in both:
            total = 1 + 2 * ROUNDS * TEXTS_PER_ROUND
            await reaches(box, total)
            assert {item.state for item in said[id(box)]} == {ItemState.STORED}
            assert {taken.verdict for taken in box.taken} == {Verdict.OK}
            assert [one.n for one in box.taken] == list(range(1, total + 1))
            for who in ("seeker", "maria"):
                texts = [one.text for one in box.said if one.text and one.text.startswith(who)]
                assert texts == [
                    f"{who} {number} {i}"
                    for number in range(ROUNDS)
                    for i in range(TEXTS_PER_ROUND)
                ]
        await theirs.close()
    finally:
        await cast.close()
        await server.end(signal.SIGTERM)
