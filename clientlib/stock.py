"""What is still on the server about a signed-in seeker: exact counts, asked of the relay."""

from __future__ import annotations

from dataclasses import dataclass

from clientlib.account import SeekerAccount
from clientlib.notes import enquiry_note
from clientlib.relay import RelayClient
from crypto import account
from crypto.entry import EntryState
from crypto.wire.accounts import AccountStock, AccountStockReply
from crypto.wire.blobs import BlobStock, BlobStockReply
from crypto.wire.boxes import BoxStock, BoxStockReply
from crypto.wire.contacts import CONTACT_LETTER_BYTES, ContactLook
from crypto.wire.errors import ErrorCode, WireError


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One conversation that the relay still holds.

    `contact_bytes`: of what was left for leads; 0 for nothing.
    """

    box16: bytes
    box: BoxStockReply
    blobs: BlobStockReply
    contact_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Everything the relay holds about an account; what is gone is not in it."""

    account: AccountStockReply
    conversations: tuple[Conversation, ...]

    @property
    def stored_bytes(self) -> int:
        """All sealed bytes: pages, envelopes, files."""
        held = (
            one.box.envelope_bytes + one.blobs.attachment_bytes + one.contact_bytes
            for one in self.conversations
        )
        return self.account.page_bytes + sum(held)


async def stock(relay: RelayClient) -> AccountStockReply:
    """Count what the relay holds of the account itself, outside the conversations."""
    return await relay.request(AccountStock())


async def stock_of(signed_in: SeekerAccount) -> Stock:
    """Count everything; a conversation that the relay has no more is left out."""
    found = []
    for entry in signed_in.keyring.entries:
        # Where no secret was drawn, no box was made.
        if entry.state is EntryState.GONE or not entry.secrets:
            continue
        keys = account.conversation(signed_in.ams, entry.key_context)
        try:
            box = await signed_in.relay.request(BoxStock(box16=entry.box16), keys.cap.raw)
            blobs = await signed_in.relay.request(BlobStock(box16=entry.box16), keys.cap.raw)
        except WireError as error:
            if error.code is not ErrorCode.UNKNOWN:
                raise
            continue
        is_written = enquiry_note(entry) is not None
        held = await _contact_bytes(signed_in, keys.ticket_cap.raw) if is_written else 0
        found.append(Conversation(box16=entry.box16, box=box, blobs=blobs, contact_bytes=held))
    return Stock(account=await stock(signed_in.relay), conversations=tuple(found))


async def _contact_bytes(signed_in: SeekerAccount, ticket_cap: bytes) -> int:
    """What lies beside the ticket for leads."""
    try:
        kept = await signed_in.relay.request(ContactLook(), ticket_cap)
    except WireError as error:
        if error.code is not ErrorCode.UNKNOWN:
            raise
        return 0
    return CONTACT_LETTER_BYTES if kept.version else 0
