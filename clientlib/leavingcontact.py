"""Contact data that a seeker leaves for the leads of the portal, in one written conversation.

    remember  what is left, in the keyring, as the next version; before anything is sent
    put       sealed to the leads' key of today, beside the ticket

What a crash left undone `mend` makes up for, on any device: also a deletion, which is remembered
like a change. Twin of web/js/features/enquiries/leavingcontact.js.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from clientlib import restarts
from clientlib.account import SeekerAccount
from clientlib.errors import Disconnected, Refused
from clientlib.leads import check_leads
from clientlib.leftcontact import LeftContact, checked_contact
from clientlib.notes import EnquiryNote, enquiry_note
from clientlib.teams import leavers
from crypto import account as keys
from crypto import letter
from crypto.certificate import TeamStatement
from crypto.contact import MAX_N, Contact, sign_contact
from crypto.entry import Entry
from crypto.errors import RemoteError
from crypto.letter import NO_CERTIFICATE, Letter, LetterKind
from crypto.levels import Teams
from crypto.primitives import sign_public
from crypto.random import Rand
from crypto.wire.contacts import ContactDrop, ContactLook, ContactLookReply, ContactPut
from crypto.wire.errors import ErrorCode, WireError

_ATTEMPTS = 2


class ChangedElsewhere(Refused):
    """Another device has changed it meanwhile; nothing was saved, and what it left is shown."""

    code = "changed_elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactState:
    """What this account has left, and what the relay keeps.

    `is_kept`: this very version. `is_current`: under the leads' key of today. `is_anothers`: a
    later one, which was left under another access to this conversation.
    """

    left: LeftContact
    is_kept: bool
    is_current: bool
    is_anothers: bool


class LeavingContact:
    """The contact data of one enquiry; the keyring's entry says which."""

    def __init__(self, account: SeekerAccount, teams: Teams, box16: bytes, rand: Rand) -> None:
        self._account = account
        self._teams = teams
        self._box16 = box16
        self._rand = rand

    @property
    def is_offered(self) -> bool:
        """Tell whether the portal has leads of its own."""
        return bool(self._teams.leads16)

    @property
    def left(self) -> LeftContact:
        """What is left, as this device knows it."""
        return LeftContact.decode(self._note.contact)

    async def look(self) -> ContactState:
        """Read what other devices have left and what the relay keeps, and mend what differs."""
        await self._account.keyring.refresh(self._box16)
        return await self._mended(await self._look())

    async def mend(self) -> None:
        """Make up for what a crash left undone; a refusal is passed over, and looked at again."""
        with suppress(WireError, RemoteError, Disconnected):
            if self.left.n:
                await self._mended(await self._look())

    async def leave(self, email: str, phone: str, *, over: int) -> None:
        """Leave it in the place of version `over`, which the person has seen.

        UnfitContact or TooLong for what was typed; Refused where it could not be sealed to leads
        alone; ChangedElsewhere where another device was faster. Nothing is saved then.
        """
        email, phone = checked_contact(email, phone)
        if not email and not phone:
            await self.remove(over=over)
            return
        await self._account.log.update()
        self._recipient()
        await self._remember(email, phone, over)
        await self._put()

    async def remove(self, *, over: int) -> None:
        """Delete it, everywhere and at once."""
        await self._remember("", "", over)
        await self._drop()

    # --- the two steps --------------------------------------------------------------------------

    async def _remember(self, email: str, phone: str, over: int) -> None:
        await self._account.keyring.refresh(self._box16)
        if self.left.n != over:
            raise ChangedElsewhere("changed on another device")
        n = max(over, (await self._look()).version) + 1
        if n > MAX_N:
            raise Refused("changed too often")
        left = LeftContact(n=n, at_ms=self._account.now_ms(), email=email, phone=phone)
        entry = self._entry
        settings = replace(self._note, contact=left.encode()).encode()
        changed = replace(entry, counter=entry.counter + 1, settings=settings)
        await self._account.keyring.remember(changed)
        if self.left != left:
            raise ChangedElsewhere("changed on another device at the same moment")

    async def _put(self) -> None:
        """Seal it to the leads' key of today; once more where they have a new one by then."""
        for attempt in range(_ATTEMPTS):
            try:
                await self._ask(ContactPut(version=self.left.n, letter=self._sealed()))
                return
            except WireError as error:
                if error.code is ErrorCode.CONFLICT:
                    raise ChangedElsewhere("a later version is kept") from error
                if error.code is not ErrorCode.STALE or attempt + 1 == _ATTEMPTS:
                    raise
            await self._account.log.update()

    async def _drop(self) -> None:
        await self._ask(ContactDrop(version=self.left.n))

    async def _mended(self, kept: ContactLookReply) -> ContactState:
        left = self.left
        is_late = kept.version < left.n or (kept.version == left.n and not kept.is_current)
        # A refusal is no reason to show nothing: the state says what is not there.
        with suppress(WireError, RemoteError):
            if left.is_there and is_late:
                await self._account.log.update()
                await self._put()
            elif not left.is_there and 0 < kept.version <= left.n:
                await self._drop()
        kept = await self._look()
        return ContactState(
            left=left,
            is_kept=left.is_there and kept.version == left.n,
            is_current=bool(kept.is_current),
            is_anothers=kept.version > left.n,
        )

    # --- what they need -------------------------------------------------------------------------

    @property
    def _entry(self) -> Entry:
        entry = self._account.keyring.entry(self._box16)
        if entry is None or enquiry_note(entry) is None:
            raise Refused("no such conversation any more")
        return entry

    @property
    def _note(self) -> EnquiryNote:
        return EnquiryNote.decode(self._entry.settings)

    @property
    def _keys(self) -> keys.ConversationKeys:
        return keys.conversation(self._account.ams, self._entry.key_context)

    async def _look(self) -> ContactLookReply:
        return await self._account.relay.request(ContactLook(), self._keys.ticket_cap.raw)

    async def _ask(self, command: ContactPut | ContactDrop) -> None:
        await self._account.relay.request(command, self._keys.ticket_cap.raw)

    def _recipient(self) -> TeamStatement:
        """Return the leads' TEAM; Refused unless exactly leads have its key."""
        view, now_ms, leads16 = self._account.log.view, self._account.now_ms(), self._teams.leads16
        statement = view.current_team(leads16, now_ms) if leads16 else None
        if statement is None:
            raise Refused("no leads")
        restarts.must_be_seen(view, leads16, self._account.settings.restarts)
        check_leads(view, self._teams, statement.team, now_ms)
        if leavers(view, statement.team, now_ms):
            raise Refused("somebody who leads no more still has the leads' key")
        return statement

    def _sealed(self) -> bytes:
        left, secret = self.left, self._keys.sign
        contact = Contact(
            box16=self._box16,
            ticket16=self._note.ticket16,
            n=left.n,
            at_ms=left.at_ms,
            email=left.email,
            phone=left.phone,
        )
        note = Letter(
            kind=LetterKind.CONTACT,
            certificate_hash=NO_CERTIFICATE,
            sign_pk=sign_public(secret),
            sent_ms=self._account.now_ms(),
            payload=sign_contact(secret, contact).encode(),
        )
        return letter.seal_letter(self._recipient().team.kem_pk, secret, note, self._rand)
