"""The SQL of the room: one statement a function, named for its meaning."""

from __future__ import annotations

from typing import NamedTuple

from crypto.daylist import HOURS_PER_DAY, Grave
from e2e_server.storage.port import ReadTransaction, WriteTransaction


class Days(NamedTuple):
    """Which days are over: those from `first` on that lie before `open`."""

    first: int
    open: int


def days(tx: ReadTransaction) -> Days | None:
    """Return which days are over; None before the first start."""
    row = tx.one("SELECT first_day, open_day FROM retention_days WHERE one = 1")
    return None if row is None else Days._make(row)


def begin_days(tx: WriteTransaction, day: int) -> None:
    """Note the day of the first start; nothing happens where one is noted."""
    tx.run(
        """
        INSERT INTO retention_days (one, first_day, open_day) VALUES (1, $1, $1)
        ON CONFLICT (one) DO NOTHING
        """,
        day,
    )


def open_day(tx: WriteTransaction, day: int) -> None:
    """End the lists of all days before `day`; a day that is over is never opened again."""
    tx.run("UPDATE retention_days SET open_day = $1 WHERE one = 1 AND open_day < $1", day)


def put_tomb(tx: WriteTransaction, grave: Grave) -> None:
    """Enter a tomb into the list of its hour's day."""
    tx.run("INSERT INTO retention_tombs (tomb, hour) VALUES ($1, $2)", grave.tomb, grave.hour)


def tombs_of(tx: ReadTransaction, day: int) -> list[Grave]:
    """Return the list of a day, in its order."""
    rows = tx.all(
        "SELECT tomb, hour FROM retention_tombs WHERE hour >= $1 AND hour < $2 ORDER BY tomb",
        day * HOURS_PER_DAY,
        (day + 1) * HOURS_PER_DAY,
    )
    return [Grave(tomb=tomb, hour=hour) for tomb, hour in rows]


def drop_before(tx: WriteTransaction, day: int) -> None:
    """Delete the lists of all days before `day`."""
    tx.run("DELETE FROM retention_tombs WHERE hour < $1", day * HOURS_PER_DAY)
