"""One box in the keyring: what an account must remember of it, and how two memories join.

    entry = [box16, kind, state, key context, [[epoch, HASH("es",box16,ES), ES]...],
             [pin n, pin chain], counter, settings, generation, close minute]

Who leaves a box and is let in again has a new *generation* of its entry: the epoch whose commit let
them in, so that every device says the same one, whatever it remembers; 0 for who was in it first.
`merge_entry` is a join (commutative, associative, idempotent): the higher generation wins whole.
Within one: secrets united by their hash, the larger pin, settings and key context with the higher
counter, then the larger bytes; "gone" wins and empties, but for what finds the tomb.
Entries lie on keyring pages (`keyring.py`) and, for a reload, in the resume slot (`resume.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum

from crypto.encoding import Value, array, binary, decode, encode, uint
from crypto.epoch import MAX_EPOCH, es_hash
from crypto.errors import LocalError, NotCanonical
from crypto.keys import EpochSecret

MAX_SETTINGS_BYTES = 8 * 1024
# Of a draft in the keyring and in the resume slot, in UTF-8.
MAX_DRAFT_BYTES = 32 * 1024

_ID_BYTES = 16
_HASH_BYTES = 32
_MAX_KIND = 255


class EntryState(IntEnum):
    """Only ever rises within a generation; a box that is gone has no secrets left."""

    OPEN = 1
    CLOSED = 2
    GONE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSecret:
    """The secret of one epoch; a lost commit may leave two for the same number."""

    epoch: int
    es: EpochSecret


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One box. `settings` is an encoding of the client's choosing, at most 8 KiB.

    `close_minute` is 0 until the end was seen together with all that was written before it; from
    then on the pin is the final head, and the two find the tomb. When gone, `settings` holds since
    when, and whether it has moved; the rest is empty.
    """

    box16: bytes
    kind: int
    state: EntryState
    key_context: bytes
    secrets: tuple[KeptSecret, ...]
    pin_n: int
    pin_chain: bytes
    counter: int
    settings: bytes
    generation: int = 0
    close_minute: int = 0


def ended(entry: Entry, close_minute: int, final_n: int, final_chain: bytes) -> Entry:
    """Note the end of a box that was read to it, for its tomb; the state stays, and a gone one.

    `close_minute` counts from the epoch, as the relay said it; (final_n, final_chain) is the last
    verified place.
    """
    if entry.state is EntryState.GONE:
        return entry
    return replace(entry, pin_n=final_n, pin_chain=final_chain, close_minute=close_minute)


def gone(
    entry: Entry, minute: int, last_n: int, last_chain: bytes, *, is_moved: bool = False
) -> Entry:
    """Empty an entry, keeping what finds its tomb; `minute` is the present one, since the epoch.

    (last_n, last_chain) is kept of one whose end was not seen. `is_moved`: it goes on elsewhere,
    under another access of the same person.
    """
    is_known = entry.close_minute > 0
    return replace(
        entry,
        state=EntryState.GONE,
        key_context=b"",
        secrets=(),
        pin_n=entry.pin_n if is_known else last_n,
        pin_chain=entry.pin_chain if is_known else last_chain,
        counter=0,
        settings=encode([minute, 1] if is_moved else [minute]),
    )


def gone_minute(entry: Entry) -> int:
    """Return the minute that `gone` wrote."""
    if entry.state != EntryState.GONE:
        raise LocalError("only a gone entry says since when")
    items = array(decode(entry.settings))
    if len(items) not in (1, 2) or any(uint(one) != 1 for one in items[1:]):
        raise NotCanonical("neither gone nor moved")
    return uint(items[0])


def has_moved(entry: Entry) -> bool:
    """Tell whether a gone entry's conversation goes on under another access."""
    return entry.state == EntryState.GONE and len(array(decode(entry.settings))) > 1


def merge_entry(one: Entry, other: Entry) -> Entry:
    """Join two entries of one box; of one generation, a gone one wins over any that is not."""
    if one.box16 != other.box16:
        raise LocalError("entries of different boxes")
    if one.generation != other.generation:
        return max(one, other, key=lambda entry: entry.generation)
    last = max(one, other, key=_last)
    if (one.state == EntryState.GONE) != (other.state == EntryState.GONE):
        emptied = one if one.state == EntryState.GONE else other
        return replace(
            emptied,
            pin_n=last.pin_n,
            pin_chain=last.pin_chain,
            close_minute=last.close_minute,
        )
    # The settings and whose keys are meant belong together: a new access to a box that this account
    # has had before brings keys of its own.
    counter, settings, key_context = max(
        (e.counter, e.settings, e.key_context) for e in (one, other)
    )
    return Entry(
        box16=one.box16,
        kind=max(one.kind, other.kind),
        state=max(one.state, other.state),
        key_context=key_context,
        secrets=_merge_secrets(one.box16, one.secrets + other.secrets),
        pin_n=last.pin_n,
        pin_chain=last.pin_chain,
        counter=counter,
        settings=settings,
        generation=one.generation,
        close_minute=last.close_minute,
    )


def _last(entry: Entry) -> tuple[int, bool, int, bytes]:
    """Order what is known of the newest place: the end, then who says gone, then the pin."""
    says_gone = not entry.close_minute and entry.state == EntryState.GONE
    return entry.close_minute, says_gone, entry.pin_n, entry.pin_chain


def entry_value(entry: Entry) -> Value:
    """Return an entry as an encodable array: on a page, and in the resume slot."""
    secrets: list[Value] = [
        [kept.epoch, es_hash(entry.box16, kept.es), kept.es.raw] for kept in entry.secrets
    ]
    return [
        entry.box16,
        entry.kind,
        int(entry.state),
        entry.key_context,
        secrets,
        [entry.pin_n, entry.pin_chain],
        entry.counter,
        entry.settings,
        entry.generation,
        entry.close_minute,
    ]


def entry_of(value: Value) -> Entry:
    """Undo `entry_value`; NotCanonical for anything that it would not write."""
    box16, kind, state, context, secrets, pin, counter, settings, generation, closed = array(
        value, 10
    )
    pin_n, pin_chain = array(pin, 2)
    entry = Entry(
        box16=binary(box16, _ID_BYTES),
        kind=uint(kind, _MAX_KIND),
        state=_state_of(state),
        key_context=binary(context, 0, _ID_BYTES),
        secrets=tuple(_secret_of(item) for item in array(secrets)),
        pin_n=uint(pin_n),
        pin_chain=binary(pin_chain, _HASH_BYTES),
        counter=uint(counter),
        settings=binary(settings),
        generation=uint(generation, MAX_EPOCH),
        close_minute=uint(closed),
    )
    _check_entry(entry)
    if entry_value(merge_entry(entry, entry)) != value:
        raise NotCanonical("secrets out of order, or under another hash")
    return entry


def _merge_secrets(box16: bytes, secrets: Iterable[KeptSecret]) -> tuple[KeptSecret, ...]:
    by_hash: dict[bytes, KeptSecret] = {}
    # Whoever merges one thing with itself, to bring it into order, pays for each hash once.
    for secret in dict.fromkeys(secrets):
        found = es_hash(box16, secret.es)
        by_hash[found] = max(by_hash.get(found, secret), secret, key=lambda s: s.epoch)
    ordered = sorted(by_hash.items(), key=lambda item: (item[1].epoch, item[0]))
    return tuple(secret for _, secret in ordered)


def _state_of(value: Value) -> EntryState:
    try:
        return EntryState(uint(value))
    except ValueError as error:
        raise NotCanonical("unknown state") from error


def _secret_of(value: Value) -> KeptSecret:
    epoch, _, es = array(value, 3)
    return KeptSecret(
        epoch=uint(epoch, MAX_EPOCH), es=EpochSecret(binary(es, EpochSecret.SIZE_BYTES))
    )


def _check_entry(entry: Entry) -> None:
    if len(entry.settings) > MAX_SETTINGS_BYTES:
        raise NotCanonical("settings too large")
    if entry.state == EntryState.GONE:
        gone_minute(entry)
        if entry.secrets or entry.key_context or entry.counter:
            raise NotCanonical("a gone entry keeps nothing")
    elif not entry.key_context:
        raise NotCanonical("an entry without key context")
