"""What many open enquiries and many counsellors cost: `python -m bench.enquiries [rows] [lines]`.

One portal holds `rows` written enquiries, and `lines` lines of a counsellor follow its list. Timed
are the first page, the whole list, and taking one: until the answer, and until every line has heard
of it. The same is timed with ten rows and one line, and the ratio of both is what counts: a list
that grows must cost only who reads all of it. Lines share one sign-in, which the relay does not
know from as many people, and one process with the relay, which makes it look slower than it is.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from clientlib.relay import RelayClient
from clientlib.staff import Staff
from crypto.random import random_bytes
from crypto.wire import enquiries as wire
from crypto.wire.accounts import Attach
from crypto.wire.base import Event
from e2e_server.features.enquiries import store
from e2e_server.features.enquiries.machine import HOUR_MS, EnquiryLife
from e2e_server.features.enquiries.store import TicketRow
from e2e_server.storage.port import WriteTransaction
from tests.helpers.actors import Cast
from tests.helpers.enrolled import office
from tests.helpers.server import PORTAL16, Server, serving

ROWS = 10_000
LINES = 200
FEW_ROWS = 10
ONE_LINE = 1
ROUNDS = 30
FAR_HOUR = 2**40


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Medians in ms."""

    first_page: float
    whole_list: float
    taken: float
    heard: float


async def measure(folder: Path, rows: int, lines: int, rounds: int = ROUNDS) -> Times:
    """Found a house, fill the portal, open the lines, take and give back `rounds` times."""
    async with serving(folder) as server:
        cast = Cast(server)
        maria = await office(cast)
        tickets = await fill(server, rows)
        crowd = await Crowd.gather(cast, maria, lines)
        pages = [await _timed(lambda: _page(maria, 0)) for _ in range(rounds)]
        lists = [await _timed(lambda: _whole(maria)) for _ in range(max(1, rounds // 10))]
        takes = [await crowd.takes(maria, tickets[n % rows]) for n in range(rounds)]
        await cast.close()
    taken, heard = zip(*takes, strict=True)
    return Times(
        first_page=statistics.median(pages),
        whole_list=statistics.median(lists),
        taken=statistics.median(taken),
        heard=statistics.median(heard),
    )


class Crowd:
    """Lines that follow the list, and how many of them have heard of a row."""

    def __init__(self) -> None:
        self.lines: list[RelayClient] = []
        self._heard: dict[int, wire.EnquiryRow] = {}
        self._wanted: tuple[bytes, int] = (b"", 0)
        self._all_heard = asyncio.Event()

    @classmethod
    async def gather(cls, cast: Cast, staff: Staff, count: int) -> Crowd:
        """Open the lines under the sign-in of one counsellor."""
        crowd = cls()
        for n in range(count):
            line = await cast.line()
            await line.request(Attach(token=staff.token))
            line.listen(lambda event, n=n: crowd._hear(n, event))  # type: ignore[misc]  # a default
            await line.request(wire.Enquiries(portal16=PORTAL16, is_all=1, start=0))
            crowd.lines.append(line)
        return crowd

    async def takes(self, staff: Staff, ticket16: bytes) -> tuple[float, float]:
        """Take an enquiry and give it back; ms until the answer, and until every line heard."""
        started = time.perf_counter()
        heard = asyncio.create_task(self._hears(ticket16, wire.EnquiryState.RESERVED))
        await staff.relay.request(wire.EnquiryAccept(ticket16=ticket16))
        taken_ms = _ms_since(started)
        await heard
        heard_ms = _ms_since(started)
        heard = asyncio.create_task(self._hears(ticket16, wire.EnquiryState.OPEN))
        await staff.relay.request(wire.EnquiryReturn(ticket16=ticket16))
        await heard
        return taken_ms, heard_ms

    async def _hears(self, ticket16: bytes, state: wire.EnquiryState) -> None:
        self._wanted = (ticket16, state)
        self._heard.clear()
        self._all_heard.clear()
        await self._all_heard.wait()

    def _hear(self, n: int, event: Event) -> None:
        if not isinstance(event, wire.EnquiryRowChanged):
            return
        if (event.row.ticket16, event.row.state) == self._wanted:
            self._heard[n] = event.row
        if len(self._heard) == len(self.lines):
            self._all_heard.set()


async def fill(server: Server, rows: int, first: int = 1) -> list[bytes]:
    """Store open tickets that open nothing, numbered from `first` on; return their ids."""
    tickets = [random_bytes(16) for _ in range(rows)]

    def work(tx: WriteTransaction) -> None:
        for number, ticket16 in enumerate(tickets, first):
            store.insert(tx, _open(ticket16, number, tx.now_ms // HOUR_MS))

    await server.relay.parts.db.write(work)
    return tickets


def _open(ticket16: bytes, number: int, since_hour: int) -> TicketRow:
    return TicketRow(
        ticket16=ticket16,
        portal16=PORTAL16,
        number=number,
        language="de",
        cap_hash=random_bytes(32),
        is_addressed=False,
        has_regular=False,
        for_leads=False,
        reads_along=False,
        assignee=None,
        successor=None,
        deputy=None,
        life=EnquiryLife(
            state=wire.EnquiryState.OPEN,
            since_hour=since_hour,
            until_ms=0,
            ends_hour=FAR_HOUR,
        ),
    )


async def _page(staff: Staff, start: int) -> wire.EnquiriesReply:
    return await staff.relay.request(wire.Enquiries(portal16=PORTAL16, is_all=0, start=start))


async def _whole(staff: Staff) -> None:
    start = 0
    while True:
        reply = await _page(staff, start)
        if not reply.rows or not reply.has_more:
            return
        start = reply.rows[-1].number + 1


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await work()
    return _ms_since(started)


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


async def main(rows: int, lines: int) -> None:
    """Measure both and print."""
    with tempfile.TemporaryDirectory() as folder:
        few = await measure(Path(folder) / "few", FEW_ROWS, ONE_LINE)
        many = await measure(Path(folder) / "many", rows, lines)
    title = f"{rows:,}/{lines}"
    sys.stdout.write(f"ms, median{'':12}{FEW_ROWS}/{ONE_LINE:<8}{title:>12}{'ratio':>10}\n")
    for name in Times.__dataclass_fields__:
        small, large = getattr(few, name), getattr(many, name)
        sys.stdout.write(f"{name:18}{small:10.2f}{large:16.2f}{large / small:10.1f}\n")


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:3]]
    asyncio.run(main(*(given + [ROWS, LINES][len(given) :])))
