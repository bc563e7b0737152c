"""Letters: sealed notes to one reader's key. The address is a hash of it, the sender is inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crypto import chain
from crypto.wire import boxes as wire
from crypto.wire.base import Done
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.outer import parse_e2
from e2e_server.features.boxes import letter_store, relay
from e2e_server.features.boxes.outside import PAGE_BYTES, outer_of
from e2e_server.features.boxes.owner import BoxOwners
from e2e_server.features.boxes.purge import Purger
from e2e_server.features.boxes.readers import InboxReader
from e2e_server.features.boxes.team_inboxes import TeamInboxes, inbox_of
from e2e_server.features.translog import is_listed, staff_certificate
from e2e_server.kernel.clock import MS_PER_DAY, hour_of
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import ReadTransaction, WriteTransaction

LETTER_DAYS = 30


@handles(wire.InboxRead)
async def inbox_read(context: Context, command: wire.InboxRead) -> wire.InboxReadReply:
    """Read the own inbox, or that of a team, about one MiB at a time."""
    may_read = _may_read(context, command.inbox16)
    if not may_read():
        raise WireError(ErrorCode.FORBIDDEN)
    topic = relay.inbox_topic(command.inbox16)
    context.connection.subscribe(topic, InboxReader(command.inbox16, may_read))
    rows = await context.db.read(
        lambda tx: letter_store.letters(tx, command.inbox16, command.start, wire.MAX_ROWS)
    )
    found: list[wire.StoredLetter] = []
    size = 0
    for row in rows:
        size += len(row.e2)
        if found and size > PAGE_BYTES:
            break
        found.append(_stored(row))
    return wire.InboxReadReply(letters=tuple(found))


@handles(wire.LetterSend)
async def letter_send(context: Context, command: wire.LetterSend) -> Done:
    """Leave a letter among colleagues; to whom it goes is inside its address only."""
    inbox16, _ = outer_of(parse_e2, command.e2)
    refuse_superseded(context, inbox16)
    await context.db.write(lambda tx: put_letter(tx, inbox16, None, command.e2))
    return Done()


@handles(wire.LetterDelete)
async def letter_delete(context: Context, command: wire.LetterDelete) -> Done:
    """Delete a letter of the own inbox; what a team has not taken yet stays for the others."""
    if command.inbox16 != own_inbox(context):
        raise WireError(ErrorCode.FORBIDDEN)
    await context.db.write(
        lambda tx: letter_store.delete_letter(tx, command.inbox16, command.letter)
    )
    return Done()


def put_letter(tx: WriteTransaction, inbox16: bytes, ticket16: bytes | None, raw: bytes) -> None:
    """Store a letter and tell whoever reads this inbox; the same bytes again are stored once.

    It ends after 30 days, but no earlier than others of its ticket, in whose place it may come.
    """
    others_end = letter_store.last_end(tx, ticket16) if ticket16 else 0
    letter_store.insert_letter(
        tx,
        inbox16=inbox16,
        ticket16=ticket16,
        env_id=chain.env_id(raw),
        ends_hour=max(hour_of(tx.now_ms + LETTER_DAYS * MS_PER_DAY), others_end),
        letter=raw,
    )
    tx.announce(relay.inbox_topic(inbox16), inbox16)


def letters_for(
    context: Context, tx: ReadTransaction, ticket16: bytes, limit: int
) -> tuple[wire.StoredLetter, ...]:
    """Return the newest letters of a ticket in the inboxes that this connection may read.

    Among them are those under a team's former keys: until somebody has sealed an enquiry to the new
    one, its members open it with the key of before.
    """
    rows = letter_store.letters_of(tx, ticket16)
    mine = [row for inbox16, row in rows if _may_read(context, inbox16)()]
    return tuple(_stored(row) for row in mine[:limit])


def letters_in(tx: ReadTransaction, inbox16: bytes, limit: int) -> tuple[wire.StoredLetter, ...]:
    """Return the oldest letters of an inbox; whether they may be read is for the caller."""
    return tuple(_stored(row) for row in letter_store.letters(tx, inbox16, 0, limit))


def refuse_superseded(context: Context, inbox16: bytes) -> None:
    """Refuse a letter under a team's former key: those who left the team still have that."""
    if context.services.get(TeamInboxes).is_superseded(context, inbox16):
        raise WireError(ErrorCode.STALE)


def put_letters(
    context: Context,
    tx: WriteTransaction,
    command: wire.Commit,
    inboxes: Sequence[bytes],
    team16: bytes | None,
) -> None:
    """Store the letters of a commit that stands; `team16`: in whose name it was made, or None.

    When a team seals a ticket to its newest key, the letters under its former ones go in the same
    step: whoever left the team still has those keys.
    """
    live16 = context.services.get(BoxOwners).ticket_of(tx, command.box16)
    ticket16, teams = live16 or command.ticket16 or None, context.services.get(TeamInboxes)
    for inbox16, letter in zip(inboxes, command.letters, strict=True):
        refuse_superseded(context, inbox16)
        put_letter(tx, inbox16, ticket16, letter)
    is_sealed_anew = any(teams.team_of(context, one) == team16 for one in inboxes)
    if ticket16 is None or team16 is None or not is_sealed_anew:
        return
    for former16 in teams.former_of(context, team16):
        if letter_store.delete_ticket_letters_in(tx, ticket16, former16):
            context.services.get(Purger).owe(tx.now_ms)


def own_inbox(context: Context) -> bytes:
    """Return the inbox of the person signed in: a hash of the certified key."""
    return inbox_of(staff_certificate(context).kem_pk)


def _stored(row: letter_store.LetterRow) -> wire.StoredLetter:
    return wire.StoredLetter(letter=row.letter, ticket16=row.ticket16 or b"", e2=row.e2)


def _may_read(context: Context, inbox16: bytes) -> Callable[[], bool]:
    """Return a way to ask, now and later, whether this connection may read an inbox."""
    team16 = context.services.get(TeamInboxes).team_of(context, inbox16)
    if team16 is not None:
        return lambda: is_listed(context, team16, context.connection.sign_in)
    is_own = inbox16 == own_inbox(context)
    return lambda: is_own
