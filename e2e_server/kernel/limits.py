"""Rate limits and stamps, in memory only, under salts that change every ten minutes.

A count is kept under KDF(salt of its ten minutes, what is counted), so memory holds neither door
ids nor addresses, and salt and counts are gone after a day. Stamps make anonymous commands cost
work by load (protocol section 3): difficulty 0 while little happens.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from crypto import labels, stamp
from crypto.encoding import Value
from crypto.errors import RemoteError
from crypto.primitives import equal, kdf
from crypto.random import Rand, random_bytes
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.kernel.clock import MS_PER_MINUTE, Clock

SALT_BYTES = 32
SLOT_MS = 10 * MS_PER_MINUTE
SLOTS_PER_HOUR = 6
SLOTS_PER_DAY = 144
# A flood of invented names makes everybody pay a stamp; it pushes no honest count out.
MAX_COUNTS_PER_SLOT = 200_000

CHALLENGE_LIFE_MS = 5 * MS_PER_MINUTE
# Stamped commands of ten minutes that cost nothing; each doubling beyond costs two bits more.
FREE_STAMPED = 200
FIRST_DIFFICULTY = 10
MAX_USED_STAMPS = 200_000
_KEY_BYTES = 16
_HEAD_BYTES = 16
_MAC_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How often something has happened, this time included."""

    last_hour: int
    last_day: int


@dataclass(slots=True)
class _Slot:
    number: int
    salt: bytes
    counts: dict[bytes, int] = field(default_factory=dict)

    def key(self, name: str, parts: tuple[bytes, ...]) -> bytes:
        named: list[Value] = [name, *parts]
        return kdf(self.salt, labels.LIMIT, named, _KEY_BYTES)


class Limits:
    """Counts events by name and parts; `stamps` asks for work."""

    def __init__(self, clock: Clock, rand: Rand = random_bytes) -> None:
        self.stamps = Stamps(self, clock, rand)
        self._clock = clock
        self._rand = rand
        self._slots: deque[_Slot] = deque()

    def count(self, name: str, *parts: bytes) -> Counted:
        """Count one event `name` about `parts` and return the sums of the last hour and day."""
        slot = self._current()
        key = slot.key(name, parts)
        if key in slot.counts or len(slot.counts) < MAX_COUNTS_PER_SLOT:
            slot.counts[key] = slot.counts.get(key, 0) + 1
            extra = 0
        else:
            extra = MAX_COUNTS_PER_SLOT
        return Counted(
            last_hour=extra + self._sum(name, parts, SLOTS_PER_HOUR),
            last_day=extra + self._sum(name, parts, SLOTS_PER_DAY),
        )

    def forgive(self, name: str, *parts: bytes) -> None:
        """Undo the newest count of one event within the hour; nothing where there is none."""
        newest = self._number()
        for slot in reversed(self._slots):
            key = slot.key(name, parts)
            if slot.number > newest - SLOTS_PER_HOUR and slot.counts.get(key, 0) > 0:
                slot.counts[key] -= 1
                return

    def recent(self, name: str, *parts: bytes) -> int:
        """Return how often it was counted within the present ten minutes, counting nothing."""
        slot = self._current()
        return slot.counts.get(slot.key(name, parts), 0)

    def _sum(self, name: str, parts: tuple[bytes, ...], slots: int) -> int:
        oldest = self._number() - slots
        return sum(
            slot.counts.get(slot.key(name, parts), 0)
            for slot in self._slots
            if slot.number > oldest and slot.counts
        )

    def _current(self) -> _Slot:
        number = self._number()
        while self._slots and self._slots[0].number <= number - SLOTS_PER_DAY:
            self._slots.popleft()
        if not self._slots or self._slots[-1].number < number:
            self._slots.append(_Slot(number, self._rand(SALT_BYTES)))
        return self._slots[-1]

    def _number(self) -> int:
        return self._clock.now_ms() // SLOT_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A challenge of 32 bytes, how many zero bits it asks for, and when it dies."""

    challenge: bytes
    difficulty: int
    expires_ms: int


class Stamps:
    """Hands out challenges and checks stamps; each works once, for one command, five minutes.

    A challenge carries its own facts under a MAC, so that asking for many of them fills no memory;
    only stamps that were used are remembered, and each of those cost its sender work.
    """

    def __init__(self, limits: Limits, clock: Clock, rand: Rand) -> None:
        self._limits = limits
        self._clock = clock
        self._rand = rand
        self._secret = rand(SALT_BYTES)
        self._used: dict[bytes, int] = {}

    def offer(self, command: str, minimum: int = 0) -> Offer:
        """Return a challenge for `command` at today's difficulty, at least `minimum` bits."""
        difficulty = max(minimum, self.difficulty(command))
        expires_ms = self._clock.now_ms() + CHALLENGE_LIFE_MS
        head = expires_ms.to_bytes(7, "big") + bytes([difficulty]) + self._rand(8)
        return Offer(
            challenge=head + self._mac(head, command), difficulty=difficulty, expires_ms=expires_ms
        )

    def difficulty(self, command: str) -> int:
        """Return the bits that `command` costs at the present load; 0 is free."""
        used = self._limits.recent("stamped", command.encode("ascii"))
        if used < FREE_STAMPED:
            return 0
        return min(stamp.MAX_DIFFICULTY, FIRST_DIFFICULTY + 2 * (used // FREE_STAMPED).bit_length())

    def spend(self, command: str, given: bytes, minimum: int = 0) -> None:
        """Take a stamp; `stamp_needed` unless it is good, or none is needed and none was given."""
        free = minimum == 0 and self.difficulty(command) == 0
        self._limits.count("stamped", command.encode("ascii"))
        if free and not given:
            return
        if not given or not self._is_good(command, given, minimum):
            raise WireError(ErrorCode.STAMP_NEEDED)

    def _is_good(self, command: str, given: bytes, minimum: int) -> bool:
        challenge = given[: stamp.CHALLENGE_BYTES]
        head, mac = challenge[:_HEAD_BYTES], challenge[_HEAD_BYTES:]
        now_ms = self._clock.now_ms()
        expires_ms, difficulty = int.from_bytes(head[:7], "big"), head[7]
        if not equal(mac, self._mac(head, command)):
            return False
        if expires_ms <= now_ms or difficulty < minimum or challenge in self._used:
            return False
        try:
            stamp.check(challenge, command, given[stamp.CHALLENGE_BYTES :], difficulty)
        except RemoteError:
            return False
        return self._remember(challenge, expires_ms, now_ms)

    def _remember(self, challenge: bytes, expires_ms: int, now_ms: int) -> bool:
        if len(self._used) >= MAX_USED_STAMPS:
            self._used = {one: end for one, end in self._used.items() if end > now_ms}
        if len(self._used) >= MAX_USED_STAMPS:
            return False
        self._used[challenge] = expires_ms
        return True

    def _mac(self, head: bytes, command: str) -> bytes:
        return kdf(self._secret, labels.STAMP_CHALLENGE, [head, command], _MAC_BYTES)


class Bucket:
    """A token bucket for one connection: `burst` at once, then `per_s`; time is a parameter."""

    def __init__(self, burst: int, per_s: int, now_ms: int) -> None:
        self._burst = burst
        self._per_s = per_s
        self._left = float(burst)
        self._at_ms = now_ms

    def take(self, now_ms: int) -> int:
        """Take one; return 0, or after how many ms to try again."""
        passed_ms = max(0, now_ms - self._at_ms)
        self._left = min(self._burst, self._left + passed_ms * self._per_s / 1000)
        self._at_ms = now_ms
        if self._left >= 1:
            self._left -= 1
            return 0
        return max(1, int((1 - self._left) * 1000 / self._per_s))
