"""Letters: sealed notes to one reader's key. The address is a hash of it, the sender is inside."""

from __future__ import annotations

from crypto import chain, labels
from crypto.primitives import hash_
from crypto.wire import boxes as wire
from crypto.wire.base import Done
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.outer import parse_e2
from e2e_server.features.boxes import letter_store, relay
from e2e_server.features.boxes.outside import PAGE_BYTES, outer_of
from e2e_server.features.boxes.readers import InboxReader
from e2e_server.features.translog import staff_certificate
from e2e_server.kernel.clock import hour_of
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import WriteTransaction


@handles(wire.InboxRead)
async def inbox_read(context: Context, command: wire.InboxRead) -> wire.InboxReadReply:
    """Read the own inbox, about one MiB at a time: the address is a hash of the certified key."""
    _own_inbox(context, command.inbox16)
    topic = relay.inbox_topic(command.inbox16)
    context.connection.subscribe(topic, InboxReader(command.inbox16))
    rows = await context.db.read(
        lambda tx: letter_store.letters(tx, command.inbox16, command.start, wire.MAX_ROWS)
    )
    found: list[wire.StoredLetter] = []
    size = 0
    for row in rows:
        size += len(row.e2)
        if found and size > PAGE_BYTES:
            break
        found.append(wire.StoredLetter(letter=row.letter, ticket16=row.ticket16 or b"", e2=row.e2))
    return wire.InboxReadReply(letters=tuple(found))


@handles(wire.LetterSend)
async def letter_send(context: Context, command: wire.LetterSend) -> Done:
    """Leave a letter among colleagues; to whom it goes is inside its address only."""
    inbox16, _ = outer_of(parse_e2, command.e2)
    await context.db.write(lambda tx: put_letter(tx, inbox16, None, command.e2))
    return Done()


@handles(wire.LetterDelete)
async def letter_delete(context: Context, command: wire.LetterDelete) -> Done:
    """Delete a letter of the own inbox."""
    _own_inbox(context, command.inbox16)
    await context.db.write(
        lambda tx: letter_store.delete_letter(tx, command.inbox16, command.letter)
    )
    return Done()


def put_letter(tx: WriteTransaction, inbox16: bytes, ticket16: bytes | None, raw: bytes) -> None:
    """Store a letter and tell whoever reads this inbox; the same bytes again are stored once."""
    letter_store.insert_letter(
        tx,
        inbox16=inbox16,
        ticket16=ticket16,
        env_id=chain.env_id(raw),
        hour=hour_of(tx.now_ms),
        letter=raw,
    )
    tx.announce(relay.inbox_topic(inbox16), inbox16)


def _own_inbox(context: Context, inbox16: bytes) -> None:
    certificate = staff_certificate(context)
    if hash_(labels.INBOX, certificate.kem_pk.raw)[:16] != inbox16:
        raise WireError(ErrorCode.FORBIDDEN)
