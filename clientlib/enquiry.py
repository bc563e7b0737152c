"""A seeker's written enquiry: the draft, the conversation, the end (protocol section 5).

Box and ticket are drawn when something is first kept; how it is sent stands in `sending.py`. What
people see of it is read from the box itself. Twin of web/js/features/enquiries/enquiry.js.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from clientlib.account import SeekerAccount
from clientlib.answering import answer_hand_over
from clientlib.box import Box
from clientlib.callingback import CallingBack
from clientlib.consent import HandOver
from clientlib.errors import Disconnected, Refused, over_is_fine
from clientlib.leavingcontact import LeavingContact
from clientlib.notes import NO_PIN, EnquiryNote, closed, enquiry_note
from clientlib.outbox import Item
from clientlib.seeker import Seeker
from clientlib.sending import Portal, Sending, checked
from clientlib.standing import Standing, standing
from crypto import account as keys
from crypto.entry import Entry, EntryState, gone
from crypto.envelope import Kind
from crypto.errors import RemoteError
from crypto.random import Rand, random_bytes
from crypto.roster import BoxKind, Role
from crypto.wire import codec, content
from crypto.wire.boxes import BoxState
from crypto.wire.enquiries import EnquiryAgain, EnquiryWithdraw
from crypto.wire.errors import WireError

_MINUTE_MS = 60_000


class Enquiry:
    """One written enquiry of a signed-in seeker; `box` once it has been sent."""

    def __init__(
        self, account: SeekerAccount, portal: Portal, entry: Entry, rand: Rand = random_bytes
    ) -> None:
        self.account = account
        self.portal = portal
        self.box: Box | None = None
        # Why sending stopped half-way, for the person; `resume` goes on.
        self.halted: RemoteError | WireError | None = None
        self._first = entry
        self._ticket_cap = keys.conversation(account.ams, entry.key_context).ticket_cap.raw
        self._sending = Sending(account, portal, entry.box16, rand)
        self._rand = rand

    # --- beginning ----------------------------------------------------------------------------

    @classmethod
    def begin(
        cls,
        account: SeekerAccount,
        portal: Portal,
        *,
        addressee: bytes = b"",
        rand: Rand = random_bytes,
    ) -> Enquiry:
        """Draw the ids; nothing is kept before something is typed.

        `addressee`: subject16 of the only one who shall read it; empty for the whole team.
        """
        note = EnquiryNote(
            portal16=portal.portal16,
            ticket16=rand(16),
            addressee=addressee,
            since_ms=account.now_ms(),
        )
        box16 = rand(16)
        entry = Entry(
            box16=box16,
            kind=int(BoxKind.CASE),
            state=EntryState.OPEN,
            key_context=box16,
            secrets=(),
            pin_n=NO_PIN[0],
            pin_chain=NO_PIN[1],
            counter=0,
            settings=note.encode(),
        )
        return cls(account, portal, entry, rand)

    @classmethod
    async def instead_of(cls, seeker: Seeker, portal: Portal) -> Enquiry:
        """Leave the waiting room for writing: what was typed there goes along.

        `seeker` has an account and still waits. Kept first, given back then: nothing typed is lost.
        """
        account = seeker.account
        assert account is not None, "who writes has an access"
        enquiry, waiting = cls.begin(account, portal), seeker.visit.entry()
        await enquiry.keep("", "", account.keyring.draft(waiting.box16))
        with over_is_fine():
            await seeker.withdraw()
        await account.keyring.remember(gone(waiting, account.now_ms() // _MINUTE_MS, *NO_PIN))
        return enquiry

    @classmethod
    async def take_up(cls, account: SeekerAccount, portal: Portal, entry: Entry) -> Enquiry:
        """Go on with what the keyring remembers; `box` stays None for a draft and where it is gone.

        What was being sent is sent to the end; what stops that is told by `halted`.
        """
        enquiry = cls(account, portal, entry)
        if not enquiry.is_sent:
            with suppress(RemoteError, WireError):
                await enquiry.resume()
            return enquiry
        enquiry.box = await account.reopen(entry, portal.teams)
        if enquiry.box is None:
            await account.forget_if_over(entry)
        else:
            await enquiry._make_up(enquiry.box)
        return enquiry

    # --- what it is ---------------------------------------------------------------------------

    @property
    def box16(self) -> bytes:
        """The box's address, also before there is one."""
        return self._first.box16

    @property
    def entry(self) -> Entry:
        """What the keyring remembers; before anything is kept, what it would."""
        return self.account.keyring.entry(self.box16) or self._first

    @property
    def note(self) -> EnquiryNote:
        """The entry's note; of an enquiry that is gone, the last that there was."""
        return enquiry_note(self.entry) or EnquiryNote.decode(self._first.settings)

    @property
    def draft(self) -> str:
        """What is being typed: the enquiry, and once it is sent, the next message."""
        return self.account.keyring.draft(self.box16)

    @property
    def is_draft(self) -> bool:
        """Tell that nobody has pressed "Senden" yet, on any device."""
        return not self.entry.secrets

    @property
    def is_sent(self) -> bool:
        """Tell that every step of sending is done."""
        return self.note.is_open

    @property
    def standing(self) -> Standing:
        """Where it stands, as people see it; `box` is there."""
        assert self.box is not None, "not sent"
        is_closed = self.box.clock.state is BoxState.CLOSED
        return standing(self.box.transcript.state.roster, self.box.learned, is_closed=is_closed)

    # --- draft --------------------------------------------------------------------------------

    async def keep(self, topic: str, subject: str, text: str) -> None:
        """Keep what is typed for every device; TooLong for what could not be sent.

        Once it is sent, topic and subject stay as they are.
        """
        entry, note = self.entry, self.note
        asked = checked(topic, subject, text)
        if not self.is_draft:
            await self.account.keyring.keep_draft(self.box16, asked.text)
            return
        typed = replace(note, topic=asked.topic, subject=asked.subject)
        is_new = typed != note or (entry.counter == 0 and asked.text != "")
        if is_new:
            entry = replace(entry, counter=entry.counter + 1, settings=typed.encode())
        if entry.counter > 0:
            await self.account.keyring.remember_typed(entry, asked.text)

    async def discard(self) -> None:
        """Throw it away, with what may be at the service already."""
        entry = self.entry
        if entry.secrets:
            await self.account.leave(entry)
        if entry.counter > 0:
            now_minute = self.account.now_ms() // _MINUTE_MS
            await self.account.keyring.remember(gone(entry, now_minute, *NO_PIN))

    async def anew(self, addressee: bytes = b"") -> Enquiry:
        """Begin again with what was typed, where sending cannot be brought to its end."""
        other = Enquiry.begin(self.account, self.portal, addressee=addressee, rand=self._rand)
        await other.keep(self.note.topic, self.note.subject, self.draft)
        await self.discard()
        return other

    # --- sending ------------------------------------------------------------------------------

    async def send(
        self, topic: str, subject: str, text: str, files: Sequence[tuple[bytes, str]] = ()
    ) -> Box:
        """Send it, `files` as bytes and names; whatever stops it half-way, `resume` goes on.

        Refused, TooLong or UnfitFile before anything is kept.
        """
        asked = checked(topic, subject, text)
        note = replace(self.note, topic=asked.topic, subject=asked.subject)
        await self._sending.check(note, files)
        if self.is_draft:
            await self._sending.remember(self.entry, note, asked.text)
        return await self.resume()

    async def resume(self) -> Box:
        """Take the steps of sending that are missing; Refused for a draft: nobody sent it."""
        if self.is_draft:
            raise Refused("a draft")
        try:
            self.box = await self._sending.run(self.box)
        except (RemoteError, WireError) as error:
            self.halted = error
            raise
        self.halted = None
        if self.box.clock.state is BoxState.CLOSED:
            await self._ended()
        return self.box

    # --- the conversation ---------------------------------------------------------------------

    async def say(self, text: str) -> Item:
        """Send a text, and tell that the enquiry waits again."""
        item = await self._conversation.say(text)
        await self._tell_again()
        return item

    async def send_file(self, raw: bytes, name: str) -> Item:
        """Send a file, and tell that the enquiry waits again."""
        item = await self._conversation.send_file(raw, name)
        await self._tell_again()
        return item

    @property
    def hand_over(self) -> HandOver | None:
        """Whether a colleague may go on, as the counsellor asked last; None: nobody asks."""
        return self._conversation.learned.hand_over

    async def answer(self, *, is_yes: bool) -> None:
        """Say yes or no to the question that stands; Refused where none does."""
        await answer_hand_over(self._conversation, is_yes=is_yes)

    @property
    def calling_back(self) -> CallingBack:
        """The way back to the team, where who should answer has left."""
        return CallingBack(self.account, self._conversation, self.portal.teams, self._rand)

    @property
    def contact(self) -> LeavingContact:
        """What is left for the leads in this conversation."""
        return LeavingContact(self.account, self.portal.teams, self.box16, self._rand)

    async def learn_regular(self) -> None:
        """Keep what this leaves of a regular counsellor, and of who has been one at all, for every
        device and the next time."""
        learned = self._conversation.learned
        if learned.relation is not None:
            await self.account.keep_regular(self.note.portal16, learned.relation)
        if learned.known is not None:
            await self.account.keep_known(self.note.portal16, learned.known)

    async def end_regular(self) -> None:
        """Have no regular counsellor here any more; told to them where this box is still open."""
        await self.account.end_regular(self.note.portal16)
        given, box = self._conversation.learned.relation, self._conversation
        if given is not None and given.relation and box.clock.state is BoxState.OPEN:
            await box.send(Kind.RELATION, codec.encode(content.Relation(relation=b"", is_first=0)))

    async def flush(self) -> None:
        """Send what an alarm held back, and tell that the enquiry waits again."""
        await self._conversation.flush()
        await self._tell_again()

    async def close(self) -> None:
        """End the conversation for both with a signed word; it stays readable until the purge."""
        await self._conversation.close()
        await self._ended()

    @property
    def _conversation(self) -> Box:
        assert self.box is not None, "not sent"
        return self.box

    async def _make_up(self, box: Box) -> None:
        """Tell the relay what a crash may have kept from it."""
        await self.learn_regular()
        if box.clock.state is BoxState.CLOSED:
            await self._ended()
            return
        if await self.account.note_if_moved(self.entry, box):
            return
        await self.calling_back.report()
        await self.contact.mend()
        if box.learned.last_word is Role.SEEKER:
            await self._tell_again()

    async def _tell_again(self) -> None:
        """Nothing hangs on it: a refusal is passed over, and a lost line repeats it later."""
        with suppress(WireError, Disconnected):
            await self.account.relay.request(EnquiryAgain(), self._ticket_cap)

    async def _ended(self) -> None:
        """The ticket goes, once; the entry remembers since when."""
        if self.entry.state is EntryState.OPEN:
            with over_is_fine():
                withdraw = EnquiryWithdraw()
                await self.account.relay.request(withdraw, self._ticket_cap)
            over = closed(self.entry, self.account.now_ms())
            await self.account.keyring.remember(self.box.with_end(over) if self.box else over)
