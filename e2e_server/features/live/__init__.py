"""Live chat: who waits, who accepted, whose clock runs.

Tables: live_tickets. Commands: crypto/wire/live.py. What the server learns: that somebody waits in
a portal, the page's language, when, which counsellor accepted, and the box of a running chat. It
never learns who it is, or a word. The life of a ticket is the table in `machine`.
"""

from __future__ import annotations

from e2e_server.features.boxes import BoxOwners, Purger
from e2e_server.features.live import counselling, handing, handlers, jobs, store
from e2e_server.features.live.queue import LiveOwner
from e2e_server.features.staff import Queues
from e2e_server.kernel.context import JobContext
from e2e_server.kernel.slices import Job, Slice
from e2e_server.storage.port import ReadTransaction

SWEEP_EVERY_S = 5


class _Waiting(Queues):
    """Tells the room `staff` how many wait, for the portal's page."""

    def waiting(self, tx: ReadTransaction, portal16: bytes) -> int:
        """Return how many people wait at a portal."""
        return store.waiting_in(tx, portal16)


async def _start(parts: JobContext) -> None:
    parts.services.put(Queues, _Waiting())
    parts.services.get(BoxOwners).all.append(LiveOwner(parts.settings, parts.services.get(Purger)))
    await jobs.everybody_is_away(parts)


SLICE = Slice(
    name="live",
    handlers=(
        handlers.wait,
        handlers.ticket_resume,
        handlers.withdraw,
        handlers.more_time,
        handlers.confirm,
        handlers.keep,
        handlers.resume_put,
        handlers.resume_get,
        handlers.resume_drop,
        counselling.read_queue,
        counselling.accept,
        counselling.hand_back,
        handing.hand_over,
        handing.handed_over,
    ),
    jobs=(Job(name="live.sweep", run=jobs.sweep, every_s=SWEEP_EVERY_S),),
    start=_start,
)
