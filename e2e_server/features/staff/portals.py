"""Whether a portal is open: its hours and the leases of who is on duty, decided inside one view."""

from __future__ import annotations

from typing import Protocol

from e2e_server.bus.port import Topic
from e2e_server.features.staff import store
from e2e_server.features.translog import NEVER_MS, log_of
from e2e_server.kernel.clock import MS_PER_DAY, hour_of
from e2e_server.kernel.context import Context, JobContext
from e2e_server.kernel.site import Portal
from e2e_server.storage.port import ReadTransaction, WriteTransaction

# How long colleagues see what somebody was called whose certificate was taken back.
FORMER_DAYS = 30


class Queues(Protocol):
    """Counts who waits; the room that has the queue registers it when it starts."""

    def waiting(self, tx: ReadTransaction, portal16: bytes) -> int:
        """Return how many people wait at a portal."""
        ...


def portal_topic(portal16: bytes) -> Topic:
    """Name the announcements of a portal: its opening and closing, and its queue."""
    return b"portal:" + portal16


def on_duty(tx: ReadTransaction, portal16: bytes) -> int:
    """Return how many people are on duty at a portal."""
    return store.people_on_duty(tx, portal16, tx.now_ms)


def is_on_duty(tx: ReadTransaction, portal16: bytes, subject16: bytes) -> bool:
    """Tell whether one person is on duty at a portal."""
    return store.duty_until(tx, portal16, subject16) > tx.now_ms


def is_open(tx: ReadTransaction, portal: Portal) -> bool:
    """Tell whether the hours say open and somebody is on duty."""
    return portal.is_open_hour(tx.now_ms) and on_duty(tx, portal.portal16) > 0


def portal_is_open(context: Context | JobContext, tx: ReadTransaction, portal16: bytes) -> bool:
    """As `is_open`, by id; a portal that the site does not know is never open."""
    portal = context.site.portal(portal16)
    return portal is not None and is_open(tx, portal)


def note_state(tx: WriteTransaction, portal: Portal) -> None:
    """Announce the portal if it has opened or closed since it was last looked at."""
    now_open = is_open(tx, portal)
    if now_open != store.was_open(tx, portal.portal16):
        store.save_open(tx, portal.portal16, now_open)
        tx.announce(portal_topic(portal.portal16), b"")


async def sweep(parts: JobContext) -> None:
    """End leases and invitations whose time is over; tell when hours begin or end.

    Of who was revoked the duty ends at once, the profile after a while.
    """
    log, now_ms = log_of(parts), parts.clock.now_ms()
    gone = log.departed(NEVER_MS - 1)
    forgotten = log.departed(now_ms - FORMER_DAYS * MS_PER_DAY)

    def work(tx: WriteTransaction) -> None:
        store.drop_leases_until(tx, tx.now_ms)
        for subject16 in gone:
            store.drop_leases_of(tx, subject16)
        for subject16 in forgotten:
            store.drop_profile(tx, subject16)
        store.drop_invitations_until(tx, hour_of(tx.now_ms))
        for portal in parts.site.portals:
            note_state(tx, portal)

    await parts.db.write(work)
