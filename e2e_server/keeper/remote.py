"""The relay's end of the line: a `port.Keeper` that lives in another process.

Nothing is repeated by itself. Without a line a call fails at once and was not made; when the line
ends meanwhile, or no answer comes in time, it fails too, and may have been made: KeeperLostError.
The next call looks for the keeper again, so the relay is back when the keeper is. At each new line
the user at the other end and the keeper's id are compared before anything is sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from crypto.encoding import Value, array, binary, decode, encode, uint
from crypto.errors import RemoteError
from crypto.primitives import equal
from e2e_server.keeper.calls import CALLS, error_of
from e2e_server.keeper.framing import (
    LINE_VERSION,
    MAX_GREETING_BYTES,
    RESULT,
    LineError,
    peer_uid,
    read_frame,
    read_triple,
    write_frame,
)
from e2e_server.keeper.port import (
    COPY_EVERY_S,
    DoorState,
    HeldShare,
    KeeperError,
    KeeperLostError,
    KeeperState,
    Resumable,
    WrongKeeperError,
)

GREETING_S = 5.0
_COPY_OVERDUE_MS = 2 * COPY_EVERY_S * 1000


async def open_remote(
    path: Path,
    *,
    keeper_uid: int,
    now_ms: Callable[[], int],
    expected_instance_id: bytes | None,
) -> RemoteKeeper:
    """Find the keeper that listens at `path`; KeeperLostError, WrongKeeperError.

    `keeper_uid` is the user it must run as. Without an expected id (the relay is new) the one found
    now is the right one from then on.
    """
    keeper = RemoteKeeper(path, keeper_uid, now_ms, expected_instance_id)
    await keeper.find()
    return keeper


class RemoteKeeper:
    """A `port.Keeper`; made by `open_remote`."""

    def __init__(
        self,
        path: Path,
        keeper_uid: int,
        now_ms: Callable[[], int],
        expected_instance_id: bytes | None,
    ) -> None:
        self._path = path
        self._keeper_uid = keeper_uid
        self._now_ms = now_ms
        self._expected = expected_instance_id
        self._line: _Line | None = None
        self._turn = asyncio.Lock()
        self._closed = False

    @property
    def instance_id(self) -> bytes:
        """Which keeper this is; known once it was found."""
        assert self._expected is not None, "not found yet"
        return self._expected

    async def find(self) -> None:
        """Make sure that there is a line."""
        await self._found()

    async def begin(self, alpha: bytes) -> tuple[bytes, bytes]:
        """Draw a secret that waits for `adopt`; return token and beta."""
        token, beta = await self._ask("begin", alpha)
        return token, beta

    async def adopt(self, door32: bytes, gen: int, token: bytes) -> None:
        """Make the pending secret generation `gen` of the door."""
        await self._ask("adopt", door32, gen, token)

    async def settle(self, door32: bytes, gen: int) -> None:
        """Delete every other generation, physically."""
        await self._ask("settle", door32, gen)

    async def door_states(self, doors: Sequence[tuple[bytes, int]]) -> list[DoorState]:
        """Tell what is held for each."""
        states: list[DoorState] = await self._ask("door_states", doors)
        if len(states) != len(doors):
            raise KeeperError("the keeper told of other doors than it was asked for")
        return states

    async def eval(self, door32: bytes, gen: int, alpha: bytes) -> bytes:
        """Return beta; the same steps for a known and an unknown door."""
        beta: bytes = await self._ask("eval", door32, gen, alpha)
        return beta

    async def drop(self, door32: bytes) -> None:
        """Delete every generation of the door, physically."""
        await self._ask("drop", door32)

    async def drop_keys(self, door_keys: Sequence[bytes]) -> None:
        """Delete doors by their keys, physically."""
        await self._ask("drop_keys", door_keys)

    async def unnamed_doors(self, doors: Sequence[bytes]) -> list[bytes]:
        """Keys of the doors that are held and are not among these."""
        keys: list[bytes] = await self._ask("unnamed_doors", doors)
        return keys

    async def share_new(self, box16: bytes) -> bytes:
        """Return the box's share, drawn at the first call."""
        share: bytes = await self._ask("share_new", box16)
        return share

    async def share_get(self, box16: bytes) -> bytes:
        """Return the box's share."""
        share: bytes = await self._ask("share_get", box16)
        return share

    async def share_drop(self, box16: bytes) -> None:
        """Delete the box's share, physically."""
        await self._ask("share_drop", box16)

    async def share_drop_keys(self, share_keys: Sequence[bytes]) -> None:
        """Delete shares by their keys, physically."""
        await self._ask("share_drop_keys", share_keys)

    async def share_list(self, after: bytes, limit: int) -> list[HeldShare]:
        """Shares in the order of their keys."""
        shares: list[HeldShare] = await self._ask("share_list", after, limit)
        return shares

    async def resume_put(self, resume_id: bytes, kept: Resumable, expires_ms: int) -> None:
        """Keep a resume slot in the keeper's memory."""
        await self._ask("resume_put", resume_id, kept, expires_ms)

    async def resume_get(self, resume_id: bytes) -> Resumable | None:
        """Return the slot, or None."""
        kept: Resumable | None = await self._ask("resume_get", resume_id)
        return kept

    async def resume_drop(self, resume_id: bytes) -> None:
        """Forget the slot."""
        await self._ask("resume_drop", resume_id)

    async def sweep(self) -> None:
        """Look whether the keeper is there; it tidies up by itself."""
        await self._found()

    async def state(self) -> KeeperState:
        """Counts, instance id, age of the sealed copy."""
        state: KeeperState = await self._ask("state")
        return state

    async def write_copy(self) -> None:
        """KeeperError when the sealed copy is overdue; the keeper writes it by itself."""
        copy_ms = (await self.state()).copy_ms
        if copy_ms is None or copy_ms + _COPY_OVERDUE_MS <= self._now_ms():
            raise KeeperError("the keeper has written no sealed copy for two hours")

    async def close(self) -> None:
        """End the line; idempotent. The keeper goes on."""
        self._closed = True
        async with self._turn:
            if self._line is not None:
                await self._line.close()

    async def _ask(self, name: str, *arguments: Any) -> Any:
        call = CALLS[name]
        packed = call.pack(arguments)
        line = await self._found()
        answer = await line.ask(name, packed, call.timeout_s)
        try:
            return call.gives.unpack(answer)
        except RemoteError as error:
            raise KeeperError("the keeper's answer has another shape") from error

    async def _found(self) -> _Line:
        if self._line is not None and not self._line.is_over:
            return self._line
        async with self._turn:  # one looks for it, all others wait for what that one finds
            if self._closed:
                raise KeeperLostError("the line to the keeper is closed")
            if self._line is None or self._line.is_over:
                if self._line is not None:
                    await self._line.close()
                self._line = await self._connect()
            return self._line

    async def _connect(self) -> _Line:
        try:
            reader, writer = await asyncio.open_unix_connection(os.fspath(self._path))
        except OSError as error:
            raise KeeperLostError(f"no keeper at {self._path}: {error.strerror}") from error
        is_right = False
        try:
            if peer_uid(writer) != self._keeper_uid:
                raise WrongKeeperError("another user than keeper_user listens at the socket")
            async with asyncio.timeout(GREETING_S):
                instance_id = _read_greeting(await read_frame(reader, MAX_GREETING_BYTES))
            if self._expected is not None and not equal(instance_id, self._expected):
                raise WrongKeeperError("this keeper belongs to another relay")
            is_right = True
        except (LineError, RemoteError, TimeoutError) as error:
            raise KeeperLostError(
                "the keeper does not let this user in, or does not answer"
            ) from error
        finally:
            if not is_right:
                await _hang_up(writer)
        self._expected = instance_id
        return _Line(reader, writer)


class _Line:
    """One connection: many calls at once, answers in any order."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.is_over = False
        self._reader = reader
        self._writer = writer
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Value]] = {}
        self._reading = asyncio.get_running_loop().create_task(self._read())

    async def ask(self, name: str, arguments: Value, timeout_s: float) -> Value:
        """Send a request and return the result; raises what the keeper raised, KeeperLostError."""
        if self.is_over:
            raise KeeperLostError("the line to the keeper has ended")
        number = next(self._numbers)
        answer: asyncio.Future[Value] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        # Looked at even where its asker has already gone.
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            async with asyncio.timeout(timeout_s):
                write_frame(self._writer, encode([number, name, arguments]))
                await self._writer.drain()
                return await answer
        except TimeoutError as error:
            raise KeeperLostError("the keeper did not answer in time") from error
        except OSError as error:
            raise KeeperLostError("the line to the keeper has ended") from error
        finally:
            del self._waiting[number]

    async def close(self) -> None:
        """End it; whoever waits hears so."""
        self.is_over = True
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        # Here too: a task that is cancelled before its first step runs no `finally`.
        await _hang_up(self._writer)

    async def _read(self) -> None:
        try:
            while True:
                number, kind, value = read_triple(await read_frame(self._reader))
                answer = self._waiting.get(number)
                if answer is None or answer.done():
                    continue  # whoever asked has gone
                if uint(kind) == RESULT:
                    answer.set_result(value)
                else:
                    answer.set_exception(error_of(value))
        except (LineError, RemoteError):
            return
        finally:
            self.is_over = True
            self._writer.transport.abort()
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(KeeperLostError("the line to the keeper has ended"))


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def _read_greeting(raw: bytes) -> bytes:
    version, instance_id = array(decode(raw), 2)
    if uint(version) != LINE_VERSION:
        raise WrongKeeperError("the keeper runs another version of the program")
    return binary(instance_id, 16)
