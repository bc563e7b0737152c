"""The day's list of tombs: grows until the day is over, then its root goes into the log, once.

A day is over for good as soon as a transaction has opened a later one: from then on a purge enters
its tomb there, even if the clock was put back. So what the log states of a day never changes, and
each step may be repeated: after a crash, and for every day that the service did not run.
"""

from __future__ import annotations

from functools import partial

from crypto import daylist
from crypto.daylist import HOURS_PER_DAY, LISTED_DAYS, Grave
from e2e_server.features.boxes import Registrar
from e2e_server.features.retention import store
from e2e_server.features.translog import enter_deletions, log_of
from e2e_server.kernel.clock import MS_PER_DAY, MS_PER_HOUR, hour_of
from e2e_server.kernel.context import Context, JobContext
from e2e_server.storage.port import ReadTransaction, WriteTransaction

# The root of a day stands in the log an hour after its end at the latest.
GRACE_MS = MS_PER_HOUR


class Daybook(Registrar):
    """Enters tombs into the list of the open day."""

    def bury(self, tx: WriteTransaction, tomb: bytes) -> None:
        """Enter a tomb with the present hour; in a list that is over it would be missing."""
        days = store.days(tx)
        assert days is not None  # noted at the start
        hour = max(hour_of(tx.now_ms), days.open * HOURS_PER_DAY)
        store.put_tomb(tx, Grave(tomb=tomb, hour=hour))


async def begin(parts: JobContext) -> None:
    """Note the first day, before anything is purged."""
    await parts.db.write(lambda tx: store.begin_days(tx, _day_of(tx.now_ms)))


async def close_days(parts: JobContext) -> None:
    """Enter the root of every day that is over into the log, in order; delete old lists."""
    today = _day_of(parts.clock.now_ms())
    days = await parts.db.read(store.days)
    if days is not None and days.open < today:
        await parts.db.write(lambda tx: store.open_day(tx, _day_of(tx.now_ms)))
    for day in await parts.db.read(lambda tx: _to_enter(parts, tx)):
        graves = await parts.db.read(partial(store.tombs_of, day=day))
        await enter_deletions(parts, day, len(graves), daylist.root(graves))
    if days is not None and days.open < today:
        await parts.db.write(lambda tx: store.drop_before(tx, today - LISTED_DAYS))


async def overdue(parts: JobContext) -> int:
    """Return of how many days that ended more than an hour ago the log says nothing."""
    # By the clock and not by the open day, which only a running job opens.
    over = _day_of(parts.clock.now_ms() - GRACE_MS)
    return len(await parts.db.read(lambda tx: _missing(parts, tx, over)))


def list_of(context: Context, tx: ReadTransaction, day: int) -> bytes | None:
    """Return a day's list, the present one as it stands; None where there is none."""
    days, today = store.days(tx), _day_of(tx.now_ms)
    if days is None or not max(days.first, today - LISTED_DAYS) <= day <= max(days.open, today):
        return None
    return daylist.write(store.tombs_of(tx, day))


def _to_enter(parts: JobContext, tx: ReadTransaction) -> list[int]:
    """Return the days before the open one whose root the log does not have."""
    days = store.days(tx)
    return [] if days is None else _missing(parts, tx, days.open)


def _missing(parts: JobContext, tx: ReadTransaction, end: int) -> list[int]:
    """Return the days before `end` whose root the log does not have."""
    days, view = store.days(tx), log_of(parts).view
    if days is None or view.policy() is None:
        # Until POLICY names it, there is no log key, and no client reads a log.
        return []
    entered = view.deletion_days()
    first = entered[-1] + 1 if entered else days.first
    return list(range(first, end))


def _day_of(now_ms: int) -> int:
    return now_ms // MS_PER_DAY
