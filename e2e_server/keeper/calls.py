"""The closed set of calls on the line to a keeper of its own, and what each takes and gives.

`sweep`, `write_copy` and `close` are not among them: a keeper of its own tidies up, copies and ends
by itself. A repeat of any call is harmless; nothing on the line repeats one, because only who asked
knows whether it still matters:

    begin                           draws another secret; the first dies after ten minutes
    adopt                           the same while this keeper runs, unknown_token after its restart
    settle, drop, drop_keys         nothing left to do
    eval                            the same beta, counted twice against the day
    share_new                       the first share again
    share_drop, share_drop_keys     nothing left to do
    resume_put, resume_drop         the same; an older version replaces nothing
    all others                      only read
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from crypto.encoding import Value, array, binary, text, uint
from crypto.errors import BadKey, NotCanonical
from crypto.padding import MAX_RESUME_BYTES
from e2e_server.keeper.framing import MAX_FRAME_BYTES
from e2e_server.keeper.port import (
    DOOR_BYTES,
    BudgetSpentError,
    DoorState,
    GenerationError,
    HeldShare,
    KeeperError,
    KeeperFullError,
    KeeperState,
    NoShareError,
    Resumable,
    UnknownTokenError,
    WrongKeeperError,
)
from e2e_server.storage.port import StorageError

SMALL_BYTES = 512
# Longer than any disk takes that still works; the relay's own caller waits no longer either.
TIMEOUT_S = 15.0
BULK_TIMEOUT_S = 120.0
_KEY_BYTES = 32
_NUMBER_BYTES = 4
_MAX_CODE_CHARS = 40
INTERNAL = "internal"
_ERRORS: tuple[tuple[str, type[Exception]], ...] = (
    *(
        (kind.code, kind)
        for kind in (
            UnknownTokenError,
            GenerationError,
            BudgetSpentError,
            NoShareError,
            KeeperFullError,
            WrongKeeperError,
            KeeperError,
        )
    ),
    (BadKey.code, BadKey),
    (StorageError.code, StorageError),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How one value travels; `unpack` raises RemoteError, `pack` KeeperError."""

    pack: Callable[[Any], Value]
    unpack: Callable[[Value], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: shapes of arguments and result, largest request, seconds until it is given up."""

    takes: tuple[Shape, ...] = ()
    gives: Shape
    max_bytes: int = SMALL_BYTES
    timeout_s: float = TIMEOUT_S

    def pack(self, arguments: Sequence[Any]) -> Value:
        """Arguments as they travel."""
        return [one.pack(given) for one, given in zip(self.takes, arguments, strict=True)]

    def unpack(self, arguments: Value) -> list[Any]:
        """Undo `pack`; NotCanonical for another shape."""
        given = array(arguments, len(self.takes))
        return [one.unpack(value) for one, value in zip(self.takes, given, strict=True)]


def code_of(error: Exception) -> str:
    """The code that stands for `error` on the line; its text stays at home."""
    return next((code for code, kind in _ERRORS if isinstance(error, kind)), INTERNAL)


def error_of(code: Value) -> Exception:
    """What the embedded keeper would have raised; a fault of the keeper's own is a KeeperError."""
    named = text(code, _MAX_CODE_CHARS)
    kind = next((kind for known, kind in _ERRORS if known == named), KeeperError)
    return kind("the keeper refused or failed")


def _same(value: Any) -> Value:
    packed: Value = value
    return packed


def _nothing(value: Value) -> None:
    array(value, 0)


def _pack_keys(keys: Sequence[bytes]) -> bytes:
    """Packed, because arrays end at 4096 items."""
    if any(len(key) != _KEY_BYTES for key in keys):
        raise KeeperError(f"an id of {_KEY_BYTES} bytes is needed")
    return b"".join(keys)


def _records(packed: Value, size: int) -> list[bytes]:
    raw = binary(packed)
    if len(raw) % size:
        raise NotCanonical("a record is cut short")
    return [raw[start : start + size] for start in range(0, len(raw), size)]


def _number(value: int) -> bytes:
    return value.to_bytes(_NUMBER_BYTES, "big")


def _pack_doors(doors: Sequence[tuple[bytes, int]]) -> bytes:
    return _pack_keys([door32 for door32, _ in doors]) + b"".join(_number(gen) for _, gen in doors)


def _unpack_doors(packed: Value) -> list[tuple[bytes, int]]:
    raw = binary(packed)
    count, rest = divmod(len(raw), DOOR_BYTES + _NUMBER_BYTES)
    if rest:
        raise NotCanonical("a record is cut short")
    doors = _records(raw[: count * DOOR_BYTES], DOOR_BYTES)
    gens = _records(raw[count * DOOR_BYTES :], _NUMBER_BYTES)
    return [(door, int.from_bytes(gen, "big")) for door, gen in zip(doors, gens, strict=True)]


def _pack_states(states: Sequence[DoorState]) -> bytes:
    return b"".join(bytes([one.held, one.settled]) + _number(one.others) for one in states)


def _unpack_states(packed: Value) -> list[DoorState]:
    return [
        DoorState(held=bool(one[0]), settled=bool(one[1]), others=int.from_bytes(one[2:], "big"))
        for one in _records(packed, 2 + _NUMBER_BYTES)
    ]


def _pack_shares(shares: Sequence[HeldShare]) -> bytes:
    return b"".join(held.share_key + _number(held.created_hour) for held in shares)


def _unpack_shares(packed: Value) -> list[HeldShare]:
    return [
        HeldShare(share_key=one[:_KEY_BYTES], created_hour=int.from_bytes(one[_KEY_BYTES:], "big"))
        for one in _records(packed, _KEY_BYTES + _NUMBER_BYTES)
    ]


def _unpack_pair(value: Value) -> tuple[bytes, bytes]:
    token, beta = array(value, 2)
    return binary(token), binary(beta)


def _unpack_slot(value: Value) -> Resumable:
    version, sealed = array(value, 2)
    return Resumable(uint(version), binary(sealed))


def _unpack_perhaps(value: Value) -> Resumable | None:
    return _unpack_slot(value) if array(value) else None


def _pack_state(state: KeeperState) -> Value:
    copy_ms = [] if state.copy_ms is None else [state.copy_ms]
    counts = [state.doors, state.shares, state.resume_slots]
    return [state.instance_id, *counts, copy_ms, state.repaired]


def _unpack_state(value: Value) -> KeeperState:
    instance_id, doors, shares, resume_slots, copy_ms, repaired = array(value, 6)
    return KeeperState(
        instance_id=binary(instance_id),
        doors=uint(doors),
        shares=uint(shares),
        resume_slots=uint(resume_slots),
        copy_ms=uint(array(copy_ms, 1)[0]) if copy_ms else None,
        repaired=text(repaired, _MAX_CODE_CHARS),
    )


_BYTES = Shape(_same, binary)
_COUNT = Shape(_same, uint)
_NOTHING = Shape(lambda _: [], _nothing)
_KEYS = Shape(_pack_keys, lambda packed: _records(packed, _KEY_BYTES))
_DOORS = Shape(_pack_doors, _unpack_doors)
_STATES = Shape(_pack_states, _unpack_states)
_SHARES = Shape(_pack_shares, _unpack_shares)
_PAIR = Shape(list, _unpack_pair)
_SLOT = Shape(list, _unpack_slot)
_PERHAPS_SLOT = Shape(lambda kept: [] if kept is None else list(kept), _unpack_perhaps)
_STATE = Shape(_pack_state, _unpack_state)


def _bulk(takes: Shape, gives: Shape) -> Call:
    return Call(takes=(takes,), gives=gives, max_bytes=MAX_FRAME_BYTES, timeout_s=BULK_TIMEOUT_S)


CALLS: Mapping[str, Call] = MappingProxyType(
    {
        "begin": Call(takes=(_BYTES,), gives=_PAIR),
        "adopt": Call(takes=(_BYTES, _COUNT, _BYTES), gives=_NOTHING),
        "settle": Call(takes=(_BYTES, _COUNT), gives=_NOTHING),
        "door_states": _bulk(_DOORS, _STATES),
        "eval": Call(takes=(_BYTES, _COUNT, _BYTES), gives=_BYTES),
        "drop": Call(takes=(_BYTES,), gives=_NOTHING),
        "drop_keys": _bulk(_KEYS, _NOTHING),
        "unnamed_doors": _bulk(_KEYS, _KEYS),
        "share_new": Call(takes=(_BYTES,), gives=_BYTES),
        "share_get": Call(takes=(_BYTES,), gives=_BYTES),
        "share_drop": Call(takes=(_BYTES,), gives=_NOTHING),
        "share_drop_keys": _bulk(_KEYS, _NOTHING),
        "share_list": Call(takes=(_BYTES, _COUNT), gives=_SHARES, timeout_s=BULK_TIMEOUT_S),
        "resume_put": Call(
            takes=(_BYTES, _SLOT, _COUNT),
            gives=_NOTHING,
            max_bytes=MAX_RESUME_BYTES + SMALL_BYTES,
        ),
        "resume_get": Call(takes=(_BYTES,), gives=_PERHAPS_SLOT),
        "resume_drop": Call(takes=(_BYTES,), gives=_NOTHING),
        "state": Call(gives=_STATE),
    }
)
