"""Can anybody tell from outside whether a name is taken? `python -m bench.enumeration`

A start and a wrong finish are sent for names that exist, names that do not, and blocked ones, in an
order drawn anew, with the budget raised so that nothing is slowed. Compared are the code, the size
of every answer, and the time. For times the table gives the ratio of medians and the chance to tell
one kind from the other by a single answer: 0.5 is a coin, and the share of pairs in which the
unknown name was slower (Mann-Whitney U / n1 n2). A second part leaves the budget as it is and shows
that its own answers – stamp, delay, end of the day – come at the same try and with the same bytes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from bisect import bisect_left, bisect_right
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bench.doors import NAMES_PER_KIND, Kind, made_accounts
from bench.processes import HOST, Running, running
from crypto import stamp
from crypto.random import random_bytes
from crypto.wire import accounts, catalogue, kernel
from crypto.wire.base import Command
from crypto.wire.codec import ReplyFrame, decode_from_relay, encode_command
from tests.helpers.accounts import Door

WARM_UP = 100
# A line that asks faster than a person can is slowed and cut; a new one begins afresh.
TRIES_PER_LINE = 40
# Where a single answer would tell the kind in more than 55 of 100 cases, something is wrong.
MOST_TELLING = 0.05
SLOWED_TRIES = 12
SMALL_DAY = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as somebody on the line sees it."""

    code: str
    size_bytes: int
    took_s: float


@dataclass(slots=True)
class Seen:
    """All answers about one kind of name."""

    starts: list[Answer] = field(default_factory=list)
    finishes: list[Answer] = field(default_factory=list)

    def shapes(self) -> set[tuple[str, int]]:
        """Return every (code, size) that occurred."""
        return {(one.code, one.size_bytes) for one in (*self.starts, *self.finishes)}


class Line:
    """Sends one command after the other and looks at the bytes that come back."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._request = 0

    async def ask(self, command: Command[Any]) -> tuple[Answer, ReplyFrame | None]:
        """Return the answer, and the reply itself where it was no refusal."""
        self._request += 1
        frame = encode_command(self._request, command, b"")
        began = time.perf_counter()
        await self._socket.send_bytes(frame)
        raw = await self._socket.receive_bytes()
        took_s = time.perf_counter() - began
        found = decode_from_relay(raw, catalogue.events())
        if isinstance(found, ReplyFrame):
            return Answer("reply", len(raw), took_s), found
        return Answer(str(getattr(found, "code", "")), len(raw), took_s), None


def as_start(door: Door, stamped: bytes = b"") -> accounts.SignInStart:
    """Return a start at a door."""
    return accounts.SignInStart(id16=door.id16, alpha=door.alpha(), device_token=b"", stamp=stamped)


WRONG = accounts.SignInFinish(signature=bytes(64), subject16=b"", staff_signature=b"")


async def compare(server: Running, attempts: int) -> dict[Kind, Seen]:
    """Try `attempts` names of the three kinds in a drawn order."""
    doors = _doors()
    order = [kind for kind in Kind for _ in range(attempts // len(Kind))]
    order.sort(key=lambda _: random_bytes(8))
    seen = {kind: Seen() for kind in Kind}
    async with _line(server) as line:
        for n in range(WARM_UP):
            await line.ask(as_start(Door(f"warm {n}")))
    for at in range(0, len(order), TRIES_PER_LINE):
        async with _line(server) as line:
            for i, kind in enumerate(order[at : at + TRIES_PER_LINE], start=at):
                start, _ = await line.ask(as_start(doors[kind][i % NAMES_PER_KIND]))
                finish, _ = await line.ask(WRONG)
                seen[kind].starts.append(start)
                seen[kind].finishes.append(finish)
    return seen


async def slowed(server: Running) -> dict[Kind, list[Answer]]:
    """Try one name of each kind again and again under the budget as it is, paying each stamp."""
    doors = _doors()
    told: dict[Kind, list[Answer]] = {}
    async with _line(server) as line:
        for kind in Kind:
            answers = []
            for _ in range(SLOWED_TRIES):
                answer, _ = await line.ask(as_start(doors[kind][0]))
                if answer.code == "stamp_needed":
                    answers.append(answer)
                    answer, _ = await line.ask(as_start(doors[kind][0], await _stamp(line)))
                answers.append(answer)
            told[kind] = answers
    return told


async def spent(server: Running) -> dict[Kind, list[Answer]]:
    """Use up the keeper's day of one name of each kind."""
    doors = _doors()
    async with _line(server) as line:
        return {
            kind: [(await line.ask(as_start(doors[kind][0])))[0] for _ in range(SMALL_DAY + 3)]
            for kind in Kind
        }


def chance_to_tell(one: Sequence[float], other: Sequence[float]) -> float:
    """Return U / (n1 n2): how often a value of `other` is larger than one of `one`; ties half."""
    ordered = sorted(one)
    below = sum(bisect_left(ordered, value) + bisect_right(ordered, value) for value in other)
    return below / (2 * len(one) * len(other))


def judged(seen: dict[Kind, Seen]) -> list[dict[str, Any]]:
    """Return one row per pair of kinds and step."""
    rows = []
    for kind in (Kind.UNKNOWN, Kind.BLOCKED):
        for step in ("starts", "finishes"):
            known, other = ([a.took_s for a in getattr(seen[k], step)] for k in (Kind.KNOWN, kind))
            telling = chance_to_tell(known, other)
            rows.append(
                {
                    "name": f"{kind} beside known, {step}",
                    "known_us": statistics.median(known) * 1e6,
                    "other_us": statistics.median(other) * 1e6,
                    "ratio": statistics.median(other) / statistics.median(known),
                    "chance": telling,
                    "met": abs(telling - 0.5) <= MOST_TELLING,
                }
            )
    return rows


def shapes_of(answers: Sequence[Answer]) -> list[tuple[str, int]]:
    """Return what each answer looked like, without its time."""
    return [(one.code, one.size_bytes) for one in answers]


async def measure(attempts: int, folder: Path) -> dict[str, Any]:
    """Run all three parts, each against a server of its own."""
    async with running("doors", str(folder / "raised"), "1000000", "0") as server:
        seen = await compare(server, attempts)
    async with running("doors", str(folder / "plain"), "0", "0") as server:
        slow = await slowed(server)
    async with running("doors", str(folder / "spent"), "1000000", str(SMALL_DAY)) as server:
        ended = await spent(server)
    return {
        "attempts": attempts,
        "shapes": {str(kind): sorted(seen[kind].shapes()) for kind in Kind},
        "times": judged(seen),
        "slowed": {str(kind): shapes_of(slow[kind]) for kind in Kind},
        "slowed_s": {str(kind): [round(a.took_s, 2) for a in slow[kind]] for kind in Kind},
        "spent": {str(kind): shapes_of(ended[kind]) for kind in Kind},
    }


def is_uniform(found: dict[str, Any]) -> bool:
    """Tell whether codes and sizes are the same for all kinds, in all three parts."""
    return all(
        len({json.dumps(found[part][str(kind)]) for kind in Kind}) == 1
        for part in ("shapes", "slowed", "spent")
    )


def _doors() -> dict[Kind, list[Door]]:
    return {kind: [account.door for account in made_accounts(kind)] for kind in Kind}


async def _stamp(line: Line) -> bytes:
    _, frame = await line.ask(kernel.Challenge(command="sign_in_start"))
    assert frame is not None
    challenge, difficulty, *_ = frame.fields
    assert isinstance(challenge, bytes)
    assert isinstance(difficulty, int)
    return challenge + stamp.make(challenge, "sign_in_start", difficulty)


@asynccontextmanager
async def _line(server: Running) -> AsyncIterator[Line]:
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"http://{HOST}:{server.port}/ws", max_msg_size=0) as socket,
    ):
        await socket.receive_bytes()  # the greeting
        yield Line(socket)


def main() -> None:
    """Measure and print; the exit status is 1 where something can be told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=2_000, help="names tried in all")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measure(options.attempts, Path(folder)))
    sys.stdout.write(json.dumps(found, indent=1) + "\n" if options.json else _as_text(found))
    sys.exit(0 if is_uniform(found) and all(row["met"] for row in found["times"]) else 1)


def _as_text(found: dict[str, Any]) -> str:
    lines = [f"{found['attempts']} attempts; codes and sizes alike: {is_uniform(found)}"]
    for row in found["times"]:
        lines.append(
            f"{row['name']:32} {row['known_us']:8.0f} {row['other_us']:8.0f} us"
            f"  ratio {row['ratio']:.3f}  chance {row['chance']:.3f}"
        )
    lines += [f"slowed, {kind}: {found['slowed_s'][kind]} s" for kind in found["slowed_s"]]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
