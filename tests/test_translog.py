"""A reader of the log that is asked twice at once: neither question spoils the other."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from clientlib.relay import RelayClient
from clientlib.translog import LogReader
from crypto.errors import BadProof
from crypto.wire.translog import LogRead, LogReadReply, Statement
from tests.helpers.organisation import Organisation


class Relay:
    """Answers with what the log was when it was asked; the first answer waits for `go`."""

    def __init__(self, *logs: Organisation) -> None:
        self.replies = [_reply(one) for one in logs]
        self.asked, self.go = asyncio.Event(), asyncio.Event()

    async def request(self, command: LogRead) -> LogReadReply:
        reply = self.replies.pop(0)
        self.asked.set()
        if self.replies:
            await self.go.wait()
        return LogReadReply(
            statements=reply.statements[command.start :],
            size=reply.size,
            checkpoint=reply.checkpoint,
            cosigned=reply.cosigned,
        )


def _reply(log: Organisation) -> LogReadReply:
    statements = tuple(Statement(leaf=leaf, payload=payload) for leaf, payload in log.log)
    note = log.checkpoint()
    return LogReadReply(statements=statements, size=len(statements), checkpoint=note, cosigned=note)


def organisation(*names: str) -> Organisation:
    found = Organisation()
    found.found()
    found.policy()
    for name in names:
        found.admin(name)
    return found


async def both(*logs: Organisation) -> tuple[LogReader, list[Any]]:
    """Ask twice, and let the first answer come last."""
    relay = Relay(*logs)
    reader = LogReader(cast(RelayClient, relay), logs[0].fingerprint, logs[0].deployment_id)
    slower = asyncio.ensure_future(reader.update())
    await relay.asked.wait()
    faster = await reader.update()
    relay.go.set()
    (told,) = await asyncio.gather(slower, return_exceptions=True)
    return reader, [faster, told]


async def test_an_answer_that_was_overtaken_keeps_the_longer_view() -> None:
    longer = organisation("Ada", "Anna")
    reader, told = await both(organisation("Ada"), longer)
    assert [view.size for view in told] == [len(longer.log)] * 2
    assert reader.view is told[0]
    assert reader.note == longer.checkpoint()


async def test_an_overtaken_answer_of_another_log_is_an_alarm() -> None:
    longer = organisation("Ada", "Anna")
    reader, (faster, told) = await both(organisation("Eve"), longer)
    assert isinstance(told, BadProof)
    assert reader.view is faster
