"""All open connections, and the slow poll that makes a lost announcement cost latency only."""

from __future__ import annotations

from collections import deque

from e2e_server.kernel.connection import Connection

# Each tick polls this share; with a tick every 30 s a connection is polled every 5 minutes.
POLL_EVERY_S = 30
_TICKS_PER_ROUND = 10


class Fanout:
    """Knows who is connected; the delivery itself is `Connection.read_news` after each commit."""

    def __init__(self) -> None:
        self._connections: set[Connection] = set()
        self._round: deque[Connection] = deque()
        self._share = 0

    @property
    def connections(self) -> int:
        """Return how many are connected."""
        return len(self._connections)

    def add(self, connection: Connection) -> None:
        """Take in an open connection."""
        self._connections.add(connection)

    def remove(self, connection: Connection) -> None:
        """Let go of a closed one; harmless when unknown."""
        self._connections.discard(connection)

    def poll_some(self) -> None:
        """Poll the next share of the connections."""
        if not self._round:
            self._round.extend(self._connections)
            self._share = -(-len(self._round) // _TICKS_PER_ROUND)
        for _ in range(min(self._share, len(self._round))):
            connection = self._round.popleft()
            if connection in self._connections:
                connection.poll()

    def poll_all(self) -> None:
        """Poll everybody: after a restart of the bus, and in tests."""
        for connection in tuple(self._connections):
            connection.poll()
