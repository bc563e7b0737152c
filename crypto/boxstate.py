"""What a device knows about a box: the state it judges by, and the pin it keeps (section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crypto import encoding
from crypto.encoding import Value
from crypto.envelope import BOX_BYTES, MAX_SIDX, MAX_UINT32, Opened
from crypto.epoch import KID_BYTES, MAX_EPOCH, EpochKey
from crypto.errors import NotCanonical
from crypto.keys import EpochSecret, KemPublic, KemSecret, Share
from crypto.primitives import HASH_BYTES
from crypto.roster import BoxKind, RosterEntry, RosterState

Stream = tuple[int, int]


@dataclass(slots=True, kw_only=True)
class State:
    """Everything a reader knows about a box."""

    box16: bytes
    share: Share
    own_kem: Mapping[KemPublic, KemSecret]
    secrets: dict[bytes, EpochSecret]  # by HASH("es", box16, ES): the keyring's
    base: int  # the number that heads[0] belongs to
    heads: list[bytes]
    roster: RosterState | None = None  # None before commit 0, or the commit that added me
    key: EpochKey | None = None
    es: EpochSecret | None = None
    old_kids: set[bytes] = field(default_factory=set)
    streams: dict[Stream, int] = field(default_factory=dict)
    expected_heads: dict[int, bytes] = field(default_factory=dict)  # the keyring's pins
    own_posts: dict[int, bytes] = field(default_factory=dict)  # number -> env_id, by the relay
    joining: Opened | None = None  # the commit that adds me, until it is seen in the box
    began_late: bool = False
    admitted: int = 0  # the epoch whose commit added me, where earlier ones were granted
    log_n: int = 0  # the largest log size that a verified envelope stated

    @property
    def number(self) -> int:
        """The number of the last envelope taken."""
        return self.base + len(self.heads) - 1

    def head_at(self, n: int) -> bytes | None:
        """Return the chain at number `n`, if this reader has it."""
        return self.heads[n - self.base] if self.base <= n <= self.number else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """Where a device stopped reading, so that it can read on: the state after envelope `n`.

    It is the device's own, kept sealed under AMS, and shows a relay that goes back behind it. It
    holds the streams, because an envelope from before the pin, shown once more, is known only by
    its place in its stream.
    """

    n: int
    head: bytes
    roster: RosterState
    es: EpochSecret
    old_kids: tuple[bytes, ...]
    streams: Mapping[Stream, int]  # (sidx, stream) -> last i
    log_n: int  # the largest log size that a verified envelope stated

    def encode(self) -> bytes:
        """Return the canonical bytes to be sealed."""
        roster = self.roster
        return encoding.encode(
            [
                self.n,
                self.head,
                roster.box16,
                roster.epoch,
                roster.epoch_hash,
                int(roster.box_kind),
                roster.about16,
                roster.share_hash,
                [entry.to_value() for entry in roster.entries.values()],
                roster.highest_sidx,
                self.es.raw,
                list(self.old_kids),
                [[sidx, stream, last] for (sidx, stream), last in self.streams.items()],
                self.log_n,
            ]
        )

    @classmethod
    def decode(cls, raw: bytes) -> Pin:
        """Read what `encode` wrote; NotCanonical for any other shape."""
        items = encoding.decode_array(raw, 14)
        streams = [_stream(item) for item in encoding.array(items[12])]
        if len(dict(streams)) != len(streams):
            raise NotCanonical("a stream twice")
        return cls(
            n=encoding.uint(items[0]),
            head=encoding.binary(items[1], HASH_BYTES),
            roster=_roster(items[2:10]),
            es=EpochSecret(encoding.binary(items[10], EpochSecret.SIZE_BYTES)),
            old_kids=tuple(encoding.binary(kid, KID_BYTES) for kid in encoding.array(items[11])),
            streams=dict(streams),
            log_n=encoding.uint(items[13]),
        )


def _roster(items: list[Value]) -> RosterState:
    box16, epoch, epoch_hash, box_kind, about16, share_hash, entries, highest_sidx = items
    if box_kind not in list(BoxKind):
        raise NotCanonical("unknown kind of box")
    members = {one.sidx: one for one in map(RosterEntry.from_value, encoding.array(entries))}
    if len(members) != len(encoding.array(entries)):
        raise NotCanonical("a member twice")
    return RosterState(
        box16=encoding.binary(box16, BOX_BYTES),
        epoch=encoding.uint(epoch, MAX_EPOCH),
        epoch_hash=encoding.binary(epoch_hash, HASH_BYTES),
        box_kind=BoxKind(encoding.uint(box_kind)),
        about16=encoding.binary(about16, 0, BOX_BYTES),
        share_hash=encoding.binary(share_hash, HASH_BYTES),
        entries=members,
        highest_sidx=encoding.uint(highest_sidx, MAX_SIDX),
    )


def _stream(value: Value) -> tuple[Stream, int]:
    sidx, stream, last = encoding.array(value, 3)
    key = (encoding.uint(sidx, MAX_SIDX), encoding.uint(stream, MAX_UINT32))
    return key, encoding.uint(last)
