"""The bus inside one process: a dict of topics, listeners run by the event loop's next turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from e2e_server.bus.port import Announcement, Listener, Ref, Topic


class LocalBus:
    """Delivers within this process; belongs to the event loop that publishes."""

    def __init__(self) -> None:
        self._listeners: dict[Topic, dict[object, Listener]] = {}

    def subscribe(self, topic: Topic, listener: Listener) -> Callable[[], None]:
        """Call `listener` for each later batch about `topic` until the result is called."""
        ticket = object()
        self._listeners.setdefault(topic, {})[ticket] = listener

        def unsubscribe() -> None:
            listeners = self._listeners.get(topic, {})
            listeners.pop(ticket, None)
            if not listeners:
                self._listeners.pop(topic, None)

        return unsubscribe

    def publish(self, batch: Sequence[Announcement]) -> None:
        """Wake each listener of a named topic once, with all references of this batch."""
        refs: dict[Topic, list[Ref]] = {}
        for announcement in batch:
            if announcement.topic in self._listeners:
                refs.setdefault(announcement.topic, []).append(announcement.ref)
        if not refs:
            return
        loop = asyncio.get_running_loop()
        for topic, found in refs.items():
            for ticket in tuple(self._listeners[topic]):
                # call_soon keeps a listener that raises away from the writer and from the others.
                loop.call_soon(self._deliver, topic, ticket, tuple(found))

    @property
    def topics(self) -> int:
        """Number of topics somebody listens to; for tests and metrics."""
        return len(self._listeners)

    def _deliver(self, topic: Topic, ticket: object, refs: tuple[Ref, ...]) -> None:
        # Looked up again: whoever unsubscribed since publishing must not be called any more.
        listener = self._listeners.get(topic, {}).get(ticket)
        if listener is not None:
            listener(refs)
