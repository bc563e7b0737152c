"""What every bus promises, whatever carries it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

Topic = bytes | str
Ref = bytes | int


class Announcement(NamedTuple):
    """Something about `topic` was committed; `ref` says where to look (a number, an id)."""

    topic: Topic
    ref: Ref


# Called once per published batch and topic, with the references in commit order. It must not
# block; what it raises goes to the event loop's exception handler and harms no other listener.
Listener = Callable[[tuple[Ref, ...]], None]


class Bus(Protocol):
    """Carries announcements to listeners, at most once, in the order of publishing."""

    def subscribe(self, topic: Topic, listener: Listener) -> Callable[[], None]:
        """Call `listener` for each later batch about `topic`; the result ends it (idempotent)."""
        ...

    def publish(self, batch: Sequence[Announcement]) -> None:
        """Hand over what one commit announced; never waits and never raises."""
        ...
