"""The public list of what was deleted on one day, and the root that the log holds of it.

    list = for each purged box a line  <tomb, 64 hex digits> <hour of deletion, decimal> \\n
    root = RFC 6962 root over the lines without their \\n

Lines are sorted by their bytes, none stands twice, an empty day has none (protocol section 8).
Text, so that `sort` and a few lines of any language check it: docs/spec/deletion.md, step Z16.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crypto import merkle
from crypto.errors import LocalError, NotCanonical
from crypto.primitives import HASH_BYTES

HOURS_PER_DAY = 24
# So long a list is published: members look for 60 days (keyring.py), auditors each quarter.
LISTED_DAYS = 90
_LINE = re.compile(rb"([0-9a-f]{64}) (0|[1-9][0-9]{0,9})")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Grave:
    """A purged box: its tomb (32 bytes) and the hour since the epoch in which it was deleted."""

    tomb: bytes
    hour: int


def write(graves: Iterable[Grave]) -> bytes:
    """Return the list; LocalError for two lines of one tomb."""
    lines = sorted(_line(one) for one in graves)
    if len({line[: 2 * HASH_BYTES] for line in lines}) != len(lines):
        raise LocalError("one tomb twice")
    return b"".join(line + b"\n" for line in lines)


def read(raw: bytes, day: int) -> tuple[Grave, ...]:
    """Return what the list of a day names; NotCanonical for anything that `write` would not write.

    `day` counts from the epoch; an hour of another day does not belong there.
    """
    lines = raw.split(b"\n")
    if lines.pop():
        raise NotCanonical("the last line does not end")
    graves = tuple(_grave(line) for line in lines)
    tombs = [one.tomb for one in graves]
    if tombs != sorted(set(tombs)):
        raise NotCanonical("out of order, or one tomb twice")
    if any(one.hour // HOURS_PER_DAY != day for one in graves):
        raise NotCanonical("an hour of another day")
    return graves


def root(graves: Iterable[Grave]) -> bytes:
    """Return the root that the day's statement names; 32 bytes."""
    return merkle.root_of(sorted(_line(one) for one in graves))


def _line(one: Grave) -> bytes:
    return f"{one.tomb.hex()} {one.hour}".encode("ascii")


def _grave(line: bytes) -> Grave:
    found = _LINE.fullmatch(line)
    if found is None:
        raise NotCanonical("no tomb and hour")
    return Grave(tomb=bytes.fromhex(found[1].decode("ascii")), hour=int(found[2]))
