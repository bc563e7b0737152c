"""Contact data for the leads of a portal, one sealed letter beside a ticket (crypto/contact.py).

    ticket cap -> relay  contact_look   {} -> {version, is_current}     0: there are none
                         contact_put    {version, letter} -> {}
                         contact_drop   {version} -> {}
    lead -> relay        contacts       {portal16, start} -> {rows, has_more}
                         contact_read   {ticket16} -> {version, letter}
                         contact_reseal {ticket16, version, letter} -> {}   to the leads' next key

For whom the current TEAM of the portal's leads lists, judged at every use. To anybody else a ticket
with contact data is like one without. They go with the ticket. `version` counts the seeker's
changes: what comes late, from another device or from a lead with an older one, is `conflict`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from crypto.wire.base import (
    COUNSELLING_ROLES,
    Audience,
    Command,
    Credential,
    Done,
    Record,
    Reply,
    command,
)
from crypto.wire.fields import Bin, Bytes16, ListUpTo, Uint, UintUpTo

MAX_ROWS = 500
# An E2 of the one bucket that holds contact data, 1 KiB: see crypto/contact.py PAYLOAD_BYTES.
CONTACT_LETTER_BYTES = 2_184

ContactLetter = Annotated[bytes, Bin(CONTACT_LETTER_BYTES, CONTACT_LETTER_BYTES)]
# crypto/contact.py MAX_N, which the relay must not load.
Version = Annotated[int, UintUpTo(2**24 - 1)]
IsCurrent = Annotated[int, UintUpTo(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLookReply(Reply):
    """Which version is kept, 0 for none; `is_current` 1: under the leads' key of today."""

    version: Version
    is_current: IsCurrent


@command("contact_look", Credential.TICKET, ContactLookReply, audience=Audience.CONTACTS)
@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLook(Command[ContactLookReply]):
    """Ask what is kept beside the own ticket."""


@command("contact_put", Credential.TICKET, Done, audience=Audience.CONTACTS)
@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPut(Command[Done]):
    """Keep contact data in the place of any before; the same version may come again.

    `forbidden` where the portal has no leads, `stale` under another key than theirs of today,
    `conflict` where a later version is kept.
    """

    version: Version
    letter: ContactLetter


@command("contact_drop", Credential.TICKET, Done, audience=Audience.CONTACTS)
@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDrop(Command[Done]):
    """Delete them at once; harmless where there are none, `conflict` for a later version."""

    version: Version


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow(Record):
    """A ticket with contact data; `number` as in the list of enquiries."""

    ticket16: Bytes16
    number: Uint
    version: Version
    is_current: IsCurrent


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsReply(Reply):
    """At most MAX_ROWS from number `start` on, in rising order, and whether more follow."""

    rows: Annotated[tuple[ContactRow, ...], ListUpTo(MAX_ROWS)]
    has_more: Annotated[int, UintUpTo(1)]


@command(
    "contacts", Credential.STAFF, ContactsReply, roles=COUNSELLING_ROLES, audience=Audience.CONTACTS
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts(Command[ContactsReply]):
    """Read in which of a portal's tickets contact data are left; `forbidden` but for its leads."""

    portal16: Bytes16
    start: Uint


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactReadReply(Reply):
    """The letter as it is kept."""

    version: Version
    letter: ContactLetter


@command(
    "contact_read",
    Credential.STAFF,
    ContactReadReply,
    roles=COUNSELLING_ROLES,
    audience=Audience.CONTACTS,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRead(Command[ContactReadReply]):
    """Fetch the contact data of a ticket; `unknown` where there are none for me."""

    ticket16: Bytes16


@command(
    "contact_reseal", Credential.STAFF, Done, roles=COUNSELLING_ROLES, audience=Audience.CONTACTS
)
@dataclass(frozen=True, slots=True, kw_only=True)
class ContactReseal(Command[Done]):
    """The same contact data under the leads' key of today; the letter under a former one goes.

    `conflict` for another version, and where it lies under that key already: nothing is left to do.
    """

    ticket16: Bytes16
    version: Version
    letter: ContactLetter
