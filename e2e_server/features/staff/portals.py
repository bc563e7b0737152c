"""Whether a portal is open: its hours and the leases of who is on duty, decided inside one view."""

from __future__ import annotations

from typing import Protocol

from e2e_server.bus.port import Topic
from e2e_server.features.staff import store
from e2e_server.kernel.clock import hour_of
from e2e_server.kernel.context import Context, JobContext
from e2e_server.kernel.site import Portal
from e2e_server.storage.port import ReadTransaction, WriteTransaction


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
    """End leases and invitations whose time is over; tell when hours begin or end."""

    def work(tx: WriteTransaction) -> None:
        store.drop_leases_until(tx, tx.now_ms)
        store.drop_invitations_until(tx, hour_of(tx.now_ms))
        for portal in parts.site.portals:
            note_state(tx, portal)

    await parts.db.write(work)
