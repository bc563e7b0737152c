"""What happens to a box inside one transaction: number, chain, close. No network, no keeper."""

from __future__ import annotations

from collections.abc import Iterable

from crypto import chain
from crypto.wire.base import Right
from crypto.wire.boxes import BoxState, CloseReason, NewCap
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.outer import Outer
from e2e_server.features.boxes import cap_store, store
from e2e_server.features.boxes.owner import BoxOwner
from e2e_server.features.boxes.shown import Shown
from e2e_server.features.boxes.store import BoxRow, CapRow
from e2e_server.kernel.clock import MS_PER_HOUR, MS_PER_MINUTE, hour_of
from e2e_server.storage.port import ReadTransaction, WriteTransaction

NO_KID = bytes(8)
_TEAM_RIGHTS = Right.READ | Right.COMMIT


def topic(box16: bytes) -> bytes:
    """Name the announcements of a box."""
    return b"box:" + box16


def fleeting_topic(box16: bytes) -> bytes:
    """Name the stream of fleeting envelopes of a box."""
    return b"fleeting:" + box16


def inbox_topic(inbox16: bytes) -> bytes:
    """Name the announcements of an inbox."""
    return b"inbox:" + inbox16


def check_caps(caps: Iterable[NewCap]) -> None:
    """Refuse a team's capability that could do more than read and commit."""
    if any(one.team16 and one.rights & ~_TEAM_RIGHTS for one in caps):
        raise WireError(ErrorCode.MALFORMED)


def member(tx: ReadTransaction, box16: bytes, shown: Shown, right: Right) -> tuple[BoxRow, CapRow]:
    """Return box and capability; one answer for unknown box, unknown capability and purged."""
    found, cap = _held(tx, box16, shown)
    if waits_for_swap(found, cap):
        raise WireError(ErrorCode.UNKNOWN)
    if right and not cap.rights & right:
        closed = found.state is BoxState.CLOSED
        raise WireError(ErrorCode.CLOSED if closed else ErrorCode.FORBIDDEN)
    return found, cap


def reader(tx: ReadTransaction, box16: bytes, shown: Shown) -> tuple[BoxRow, CapRow]:
    """As `member` for who reads, or under a sign-in may still come to read."""
    found, cap = _held(tx, box16, shown)
    if shown.is_signed and waits_for_swap(found, cap):
        return found, cap
    return member(tx, box16, shown, Right.READ)


def waits_for_swap(found: BoxRow, cap: CapRow) -> bool:
    """Tell whether this is a join cap that nobody had swapped when the box closed.

    It reads nothing by itself, because whoever drew it knows it; swapped under a sign-in until the
    purge, it reads: the chat began and ended while its counsellor was away.
    """
    return found.state is BoxState.CLOSED and not cap.rights & Right.READ


def must_be_own(cap: CapRow) -> None:
    """Refuse to exchange or drop what a whole team holds."""
    if cap.team16 is not None:
        raise WireError(ErrorCode.FORBIDDEN)


def must_be_open(found: BoxRow, now_ms: int) -> None:
    """Refuse to write into a box that is closed, or whose time is over before the sweep came."""
    if _is_over(found, now_ms):
        raise WireError(ErrorCode.CLOSED)


def end_ms(found: BoxRow) -> int:
    """Return when an open box ends by itself: a live chat at its 180 minutes, by this clock only.

    The hour that a client names counts for other boxes; a wrong clock of a seeker ends no chat.
    """
    return found.ends_ms or found.closes_hour * MS_PER_HOUR


def append(
    tx: WriteTransaction, found: BoxRow, raw: bytes, outer: Outer, *, kid: bytes, new_kid: bytes
) -> int:
    """Number and store an envelope that must stand under `kid`; the same bytes keep their number.

    `new_kid` is the box's epoch afterwards.
    """
    if outer.box16 != found.box16:
        raise WireError(ErrorCode.MALFORMED)
    env_id = chain.env_id(raw)
    n, hour = found.last_n + 1, hour_of(tx.now_ms)
    refused = _refused(found, outer, kid, tx.now_ms)
    if refused is None and store.append(
        tx, box16=found.box16, n=n, env_id=env_id, hour=hour, envelope=raw
    ):
        head = chain.extend(found.head, env_id)
        store.advance(tx, found.box16, n=n, head=head, kid=new_kid)
        tx.announce(topic(found.box16), n)
        return n
    # Looked up only now: hardly any envelope comes twice, and the unique index has found those.
    known = store.number_of(tx, env_id)
    if known is not None:
        # The envelope names its box, so equal bytes are of the same box.
        return known[1]
    assert refused is not None  # else it would have been stored
    raise WireError(refused)


def prolong(tx: WriteTransaction, found: BoxRow, idle_ms: int) -> None:
    """A written box was used: unless it waits for a team, it ends when idle for this long."""
    closes_hour = hour_of(tx.now_ms + idle_ms)
    # Within an hour the statement would change nothing.
    if not found.ends_ms and found.closes_hour != closes_hour:
        store.move_end(tx, found.box16, closes_hour)


def close_box(
    tx: WriteTransaction,
    box16: bytes,
    reason: CloseReason,
    owners: Iterable[BoxOwner],
    retention_minutes: int,
) -> tuple[int, int]:
    """Close a box: every right but `keep` ends, the purge is planned; harmless when closed.

    Returns (close minute, purge minute). The close is rounded up, so that nobody loses a second of
    the promised hours. What ran out of time closed at that very moment, however late this comes.
    """
    found, caps = store.box_and_caps(tx, box16)
    if found is None:
        raise WireError(ErrorCode.UNKNOWN)
    if found.state is BoxState.CLOSED:
        return found.close_minute, found.purge_minute
    close_ms = tx.now_ms
    if end_ms(found) <= close_ms:
        close_ms, reason = end_ms(found), CloseReason.TIME_OVER
    close_minute = -(-close_ms // MS_PER_MINUTE)
    purge_minute = close_minute + retention_minutes
    store.close(tx, box16, reason=reason, close_minute=close_minute, purge_minute=purge_minute)
    for cap in caps.values():
        if cap.rights & Right.KEEP:
            # Else it `waits_for_swap`: a live chat's seeker drew it, who reads nothing afterwards.
            reads = cap.under_sign_in or not found.ends_ms
            rights = Right.READ | Right.KEEP if reads else Right.KEEP
            cap_store.set_rights(tx, box16, cap.sidx, int(rights))
        else:
            cap_store.delete_cap(tx, box16, cap.sidx)
    for owner in owners:
        owner.ended(tx, box16, reason, close_ms)
    tx.announce(topic(box16), found.last_n)
    return close_minute, purge_minute


def take_out(tx: WriteTransaction, box16: bytes, sidx: int) -> None:
    """Take a member's capability out, and tell readers who held it that they read no more."""
    _, caps = store.box_and_caps(tx, box16)
    for cap in caps.values():
        if cap.sidx == sidx:
            tx.announce(topic(box16), cap.cap_hash)
    cap_store.delete_cap(tx, box16, sidx)


def keep_own(tx: WriteTransaction, box16: bytes) -> None:
    """Let whoever created the box read on after its close; `wrong_state` unless they may yet."""
    found = store.box(tx, box16)
    if found is None or _is_over(found, tx.now_ms) or not cap_store.keep_own(tx, box16):
        raise WireError(ErrorCode.WRONG_STATE)


def _is_over(found: BoxRow, now_ms: int) -> bool:
    return found.state is BoxState.CLOSED or end_ms(found) <= now_ms


def _refused(found: BoxRow, outer: Outer, kid: bytes, now_ms: int) -> ErrorCode | None:
    """Say why the box takes no such envelope, unless it has it already."""
    if _is_over(found, now_ms):
        return ErrorCode.CLOSED
    return ErrorCode.STALE if outer.kid != kid or kid == NO_KID else None


def _held(tx: ReadTransaction, box16: bytes, shown: Shown) -> tuple[BoxRow, CapRow]:
    """Find what is shown. That a team's capability needs a member is judged here, for every use."""
    held = store.box_and_cap(tx, box16, shown.cap_hash)
    if held is None or not shown.works(held[1]):
        raise WireError(ErrorCode.UNKNOWN)
    return held
