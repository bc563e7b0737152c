"""What is still on the server about a signed-in seeker: exact counts, asked of the relay."""

from __future__ import annotations

from dataclasses import dataclass

from clientlib.account import SeekerAccount
from clientlib.relay import RelayClient
from crypto import account
from crypto.entry import EntryState
from crypto.wire.accounts import AccountStock, AccountStockReply
from crypto.wire.blobs import BlobStock, BlobStockReply
from crypto.wire.boxes import BoxStock, BoxStockReply
from crypto.wire.errors import ErrorCode, WireError


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One conversation that the relay still holds."""

    box16: bytes
    box: BoxStockReply
    blobs: BlobStockReply


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Everything the relay holds about an account; what is gone is not in it."""

    account: AccountStockReply
    conversations: tuple[Conversation, ...]

    @property
    def stored_bytes(self) -> int:
        """All sealed bytes: pages, envelopes, files."""
        held = (one.box.envelope_bytes + one.blobs.attachment_bytes for one in self.conversations)
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
        cap = account.conversation(signed_in.ams, entry.key_context).cap.raw
        try:
            box = await signed_in.relay.request(BoxStock(box16=entry.box16), cap)
            blobs = await signed_in.relay.request(BlobStock(box16=entry.box16), cap)
        except WireError as error:
            if error.code is not ErrorCode.UNKNOWN:
                raise
            continue
        found.append(Conversation(box16=entry.box16, box=box, blobs=blobs))
    return Stock(account=await stock(signed_in.relay), conversations=tuple(found))
