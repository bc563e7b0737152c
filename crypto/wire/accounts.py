"""Accounts: doors, sign-in, keyring pages (protocol section 3).

    anyone -> relay   account_begin    {alpha, stamp}                  -> {beta, keeper_token}
    anyone -> relay   account_finish   {doors, pages, handle, kind}    -> {}        or name_taken
    anyone -> relay   sign_in_start    {id, alpha, device_token, stamp}-> {beta, slot, challenge}
    anyone -> relay   sign_in_finish   {signature, staff}              -> {token, pages}
    anyone -> relay   attach           {token}                         -> {kind, subject16}
    anyone -> relay   account_delete   {signature}                     -> {}
    signed in -> relay  page_read / page_save {page, version, sealed}  -> {version} or conflict
    signed in -> relay  door_change    {old_id16, doors}               -> {}
    signed in -> relay  account_stock  {}                              -> {counts}
    signed in -> relay  sign_out       {}
    relay -> signed in  signed_out     {}       ended elsewhere: passphrase changed, account deleted

`sign_in_finish` and `account_delete` answer the start made on the same connection; a wrong
signature, an unknown or a blocked account are refused alike (`unauthorised`). The sign-in binds to
the connection; `attach` binds it to a new one. Staff prove their certified key and their subject in
the same step.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated

from crypto.wire.base import (
    Audience,
    Command,
    Credential,
    Done,
    Event,
    Record,
    Reply,
    command,
    event,
)
from crypto.wire.fields import (
    Bytes16,
    Bytes32,
    Bytes64,
    ListUpTo,
    Opt16,
    Opt32,
    Opt64,
    Page,
    Slot,
    StampField,
    Uint,
    UintUpTo,
)


class AccountKind(IntEnum):
    """The only class the relay keeps of an account; it fixes the number of pages."""

    SEEKER = 1
    STAFF = 2


class DoorKind(IntEnum):
    """Which of its two doors an account has; staff have no recovery door."""

    PASSPHRASE = 1
    RECOVERY = 2


PAGES = {AccountKind.SEEKER: 1, AccountKind.STAFF: 16}
KindField = Annotated[int, UintUpTo(2)]
DoorKindField = Annotated[int, UintUpTo(2)]
PageNumber = Annotated[int, UintUpTo(15)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBeginReply(Reply):
    """The keeper's evaluation under a pending scalar; the token dies after 10 minutes."""

    beta: Bytes32
    keeper_token: Bytes32


@command(
    "account_begin", Credential.NONE, AccountBeginReply, stamped=True, audience=Audience.ACCOUNT
)
@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBegin(Command[AccountBeginReply]):
    """First step of a new door."""

    alpha: Bytes32
    stamp: StampField


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDoor(Record):
    """A door as the relay keeps it: public key and slot under the keyed hash of `id16`."""

    kind: DoorKindField
    id16: Bytes16
    keeper_token: Bytes32
    auth_pk: Bytes32
    slot: Slot


@command("account_finish", Credential.NONE, Done, max_bytes=400_000, audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFinish(Command[Done]):
    """Create the account with its doors and first pages, in one transaction.

    A seeker gives a passphrase door, alone or with a recovery door; staff a passphrase door.
    """

    kind: KindField
    handle: Bytes16
    doors: Annotated[tuple[NewDoor, ...], ListUpTo(2)]
    pages: Annotated[tuple[Page, ...], ListUpTo(16)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInStartReply(Reply):
    """What an unknown id gets looks the same (section 3)."""

    beta: Bytes32
    slot: Slot
    challenge: Bytes32


@command("sign_in_start", Credential.NONE, SignInStartReply, audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class SignInStart(Command[SignInStartReply]):
    """Ask the keeper through one door; `stamp` only when the free budget is used up."""

    id16: Bytes16
    alpha: Bytes32
    device_token: Opt32
    stamp: StampField


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyringPage(Record):
    """One page as stored; `version` is the relay's compare-and-swap counter."""

    version: Uint
    sealed: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFinishReply(Reply):
    """The sign-in token (keep in memory only) and all pages, in order."""

    token: Bytes32
    pages: Annotated[tuple[KeyringPage, ...], ListUpTo(16)]


@command("sign_in_finish", Credential.NONE, SignInFinishReply, audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFinish(Command[SignInFinishReply]):
    """Prove the door's auth key; staff also their certified key for `subject16`."""

    signature: Bytes64
    subject16: Opt16
    staff_signature: Opt64


@command("account_delete", Credential.NONE, Done, audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDelete(Command[Done]):
    """Prove the door's auth key once more: account, doors, pages and sign-ins go at once."""

    signature: Bytes64


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachReply(Reply):
    """What the token stands for; `subject16` is empty for seekers and uncertified staff."""

    kind: KindField
    subject16: Opt16


@command("attach", Credential.NONE, AttachReply, audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Attach(Command[AttachReply]):
    """Bind a sign-in to this connection, after a reconnect."""

    token: Bytes32


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyringPageReply(Reply):
    """One page as stored."""

    version: Uint
    sealed: Page


@command("page_read", Credential.SIGN_IN, KeyringPageReply)
@dataclass(frozen=True, slots=True, kw_only=True)
class PageRead(Command[KeyringPageReply]):
    """Fetch one page after a conflict."""

    page: PageNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSaveReply(Reply):
    """The version now stored."""

    version: Uint


@command("page_save", Credential.SIGN_IN, PageSaveReply, max_bytes=310_000)
@dataclass(frozen=True, slots=True, kw_only=True)
class PageSave(Command[PageSaveReply]):
    """Compare-and-swap: stored only if `version` is one above the stored one, else conflict."""

    page: PageNumber
    version: Uint
    sealed: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDoor(Record):
    """A door that takes the place of the account's door of this kind.

    `signature` is SIG(auth of old_id16, "door", ...): see crypto/credential.py `DoorChange`.
    """

    kind: DoorKindField
    id16: Bytes16
    keeper_token: Bytes32
    auth_pk: Bytes32
    slot: Slot
    signature: Bytes64


@command("door_change", Credential.SIGN_IN, Done)
@dataclass(frozen=True, slots=True, kw_only=True)
class DoorChange(Command[Done]):
    """New passphrase, new recovery code, or both; all other sign-ins of the account end.

    `old_id16` is the door whose auth key signed; a passphrase door keeps its id. Repeating a change
    whose answer was lost is harmless.
    """

    old_id16: Bytes16
    doors: Annotated[tuple[ChangedDoor, ...], ListUpTo(2)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStockReply(Reply):
    """Exact counts of what the relay holds about this account; days count from the epoch."""

    created_day: Uint
    doors: Uint
    pages: Uint
    page_bytes: Uint
    sign_ins: Uint


@command("account_stock", Credential.SIGN_IN, AccountStockReply)
@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStock(Command[AccountStockReply]):
    """What is still on the server about me, outside my conversations."""


@event("signed_out", audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(Event):
    """The sign-in that this connection was bound to is over; it is bound to none any more."""


@command("sign_out", Credential.SIGN_IN, Done)
@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut(Command[Done]):
    """End this sign-in everywhere."""
