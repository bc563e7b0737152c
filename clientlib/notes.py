"""What keyring entries remember of a conversation, sealed in their settings.

    seeker, live chat   [portal16, number, since ms]
    seeker, enquiry     [portal16, ticket16, addressee, since ms, is_open, topic, subject, admitted,
                         contact]
    seeker, invited     [[secret 32, portal16], since ms]
    staff, live chat    [portal16, number, nickname, colour, joined hour, handed]
    staff, enquiry      [ticket16, portal16, number, nickname, colour, joined hour,
                         admitted, pin, invitation, is_deputy, draft by]
    contact             empty, or what was left for the leads (leftcontact.py)
    handed              empty, or an encoding of [admitted, pin]
    invitation          empty, or [words, secret 32, expires hour, sidx of whom it replaces]

They are told apart by their length.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from clientlib.invitednotes import ITEMS_OF_ARRIVAL, NOBODY, ArrivalNote, Pending
from crypto import encoding
from crypto.encoding import Value
from crypto.entry import Entry, EntryState, gone
from crypto.epoch import MAX_EPOCH
from crypto.primitives import HASH_BYTES
from crypto.roster import BoxKind
from crypto.wire.content import MAX_SUBJECT_CHARS, MAX_TOPIC_CHARS

NO_PIN = (0, bytes(32))
HOUR_MS = 3_600_000
_MINUTE_MS = 60_000
_MAX_NICKNAME_CHARS = 40
# A chat itself, a night of rest before it, and clocks that differ.
_MARGIN_HOURS = 24
_ITEMS_OF_ENQUIRY = 9
_ITEMS_OF_CASE = 11
_ITEMS_OF_CHAT = 6
_ITEMS_OF_HANDED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitNote:
    """What a seeker's entry remembers of a live chat.

    `number` is 0 before the relay has drawn it; `since_ms` is when the chat was asked for, and
    once it has begun, when it began.
    """

    portal16: bytes
    number: int
    since_ms: int

    def encode(self) -> bytes:
        """Return the settings bytes."""
        return encoding.encode([self.portal16, self.number, self.since_ms])

    @staticmethod
    def decode(raw: bytes) -> VisitNote:
        """Read the settings bytes."""
        portal16, number, since_ms = encoding.decode_array(raw, 3)
        return VisitNote(
            portal16=encoding.binary(portal16, 16),
            number=encoding.uint(number),
            since_ms=encoding.uint(since_ms),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryNote:
    """What a seeker's entry remembers of a written enquiry, from the first draft on.

    `addressee` is a counsellor's subject16, or empty for the team. `since_ms` is when it was begun,
    then when it was sent, then when it was seen to have ended. `is_open` tells that every step of
    sending is done. `admitted` is the epoch whose commit let this access in, where the history
    before was granted to it; 0 for who began the conversation. `contact`: see leftcontact.py.
    """

    portal16: bytes
    ticket16: bytes
    addressee: bytes = b""
    since_ms: int
    is_open: bool = False
    topic: str = ""
    subject: str = ""
    admitted: int = 0
    contact: bytes = field(default=b"", repr=False)

    def encode(self) -> bytes:
        """Return the settings bytes."""
        return encoding.encode(
            [
                self.portal16,
                self.ticket16,
                self.addressee,
                self.since_ms,
                int(self.is_open),
                self.topic,
                self.subject,
                self.admitted,
                self.contact,
            ]
        )

    @staticmethod
    def decode(raw: bytes) -> EnquiryNote:
        """Read the settings bytes."""
        items = encoding.decode_array(raw, _ITEMS_OF_ENQUIRY)
        return EnquiryNote(
            portal16=encoding.binary(items[0], 16),
            ticket16=encoding.binary(items[1], 16),
            addressee=encoding.binary(items[2], 0, 16),
            since_ms=encoding.uint(items[3]),
            is_open=encoding.uint(items[4], 1) == 1,
            topic=encoding.text(items[5], MAX_TOPIC_CHARS),
            subject=encoding.text(items[6], MAX_SUBJECT_CHARS),
            admitted=encoding.uint(items[7], MAX_EPOCH),
            contact=encoding.binary(items[8]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatNote:
    """What a counsellor's entry remembers of a live chat.

    Of one that a colleague handed over, `admitted` is the epoch whose commit let me in, and `pin`,
    where nothing before that was granted, an encoded `boxstate.Pin` right after it.
    """

    portal16: bytes
    number: int
    nickname: str = ""
    colour: int = 0
    joined_hour: int = 0
    admitted: int = 0
    pin: bytes = field(default=b"", repr=False)

    @property
    def since_ms(self) -> int:
        """When it was joined."""
        return self.joined_hour * HOUR_MS

    def encode(self) -> bytes:
        """Return the settings bytes."""
        handed = encoding.encode([self.admitted, self.pin]) if self.admitted else b""
        return encoding.encode([*_items_of(self), handed])

    @staticmethod
    def decode(raw: bytes) -> ChatNote:
        """Read the settings bytes."""
        items = encoding.decode_array(raw, _ITEMS_OF_CHAT)
        portal16, number, nickname, colour, hour, handed = items
        admitted, pin = _handed(encoding.binary(handed))
        return ChatNote(
            portal16=encoding.binary(portal16, 16),
            number=encoding.uint(number),
            nickname=encoding.text(nickname, _MAX_NICKNAME_CHARS),
            colour=encoding.uint(colour),
            joined_hour=encoding.uint(hour),
            admitted=admitted,
            pin=pin,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNote(ChatNote):
    """What a counsellor's entry remembers of a written enquiry that they have taken.

    `joined_hour` is when, and once it has ended, when that was seen. `invitation`: for a new access
    of its seeker. `is_deputy`: it was lent to me, not handed over. `draft_by`: the certificate hash
    of the colleague whose draft came with it.
    """

    ticket16: bytes
    invitation: Pending | None = None
    is_deputy: bool = False
    draft_by: bytes = b""

    @property
    def is_prepared(self) -> bool:
        """Tell whether there is no conversation yet: it waits for who was invited into it."""
        return self.invitation is not None and self.invitation.sidx == NOBODY

    def encode(self) -> bytes:
        """Return the settings bytes."""
        invitation = self.invitation.encode() if self.invitation else b""
        more: list[Value] = [self.admitted, self.pin, invitation, int(self.is_deputy)]
        return encoding.encode([self.ticket16, *_items_of(self), *more, self.draft_by])

    @staticmethod
    def decode(raw: bytes) -> CaseNote:
        """Read the settings bytes."""
        items = encoding.decode_array(raw, _ITEMS_OF_CASE)
        ticket16, portal16, number, nickname, colour, hour, *more = items
        admitted, pin, invitation, is_deputy, draft_by = more
        return CaseNote(
            ticket16=encoding.binary(ticket16, 16),
            portal16=encoding.binary(portal16, 16),
            number=encoding.uint(number),
            nickname=encoding.text(nickname, _MAX_NICKNAME_CHARS),
            colour=encoding.uint(colour),
            joined_hour=encoding.uint(hour),
            admitted=encoding.uint(admitted, MAX_EPOCH),
            pin=encoding.binary(pin),
            invitation=Pending.decode(encoding.binary(invitation)),
            is_deputy=encoding.uint(is_deputy, 1) == 1,
            draft_by=encoding.binary(draft_by, 0, HASH_BYTES),
        )


def _handed(raw: bytes) -> tuple[int, bytes]:
    """Read from where on a chat is mine; (0, b"") for one from its beginning."""
    if not raw:
        return 0, b""
    admitted, pin = encoding.decode_array(raw, _ITEMS_OF_HANDED)
    return encoding.uint(admitted, MAX_EPOCH), encoding.binary(pin)


def _items_of(note: ChatNote) -> list[Value]:
    return [note.portal16, note.number, note.nickname, note.colour, note.joined_hour]


# --- which note it is ---------------------------------------------------------------------------


def enquiry_note(entry: Entry) -> EnquiryNote | None:
    """Return the note of a seeker's written enquiry; None for a live chat and for what is gone."""
    note = None if entry.state is EntryState.GONE else _note(entry)
    return note if isinstance(note, EnquiryNote) else None


def arrival_note(entry: Entry) -> ArrivalNote | None:
    """Return the note of an invitation that is under way; None for everything else."""
    note = None if entry.state is EntryState.GONE else _note(entry)
    return note if isinstance(note, ArrivalNote) else None


def chat_note(entry: Entry) -> ChatNote | None:
    """Return what a counsellor remembers, of a chat or a written case; None when it is gone.

    None too for what is no box: things of the account lie in the keyring beside them.
    """
    if entry.state is EntryState.GONE or entry.kind not in list(BoxKind):
        return None
    note = _note(entry)
    return note if isinstance(note, ChatNote) else None


def _note(entry: Entry) -> VisitNote | EnquiryNote | ArrivalNote | ChatNote:
    """Read the settings of an entry that is not gone; NotCanonical for another shape."""
    raw = entry.settings
    length = len(encoding.array(encoding.decode(raw)))
    if length == _ITEMS_OF_ENQUIRY:
        return EnquiryNote.decode(raw)
    if length == ITEMS_OF_ARRIVAL:
        return ArrivalNote.decode(raw)
    if length == _ITEMS_OF_CASE:
        return CaseNote.decode(raw)
    return ChatNote.decode(raw) if length == _ITEMS_OF_CHAT else VisitNote.decode(raw)


# --- the end ------------------------------------------------------------------------------------


def closed(entry: Entry, now_ms: int) -> Entry:
    """Note that a conversation has ended; a written one remembers when that was first seen."""
    if entry.state is not EntryState.OPEN:
        return entry
    ended, note = replace(entry, state=EntryState.CLOSED), _note(entry)
    if isinstance(note, EnquiryNote):
        # Its contact data went with the ticket.
        settings = replace(note, since_ms=now_ms, contact=b"").encode()
    elif isinstance(note, CaseNote):
        settings = replace(note, joined_hour=now_ms // HOUR_MS).encode()
    else:
        return ended
    return replace(ended, counter=entry.counter + 1, settings=settings)


def missed(entry: Entry, now_ms: int, retention_hours: int) -> Entry:
    """Return the entry of a conversation that the relay knows no more.

    Once its purge must be past, nothing stays that could open a copy of it. Before, a relay that
    knows no such box is not believed so far: it may be a lie, or a crash between two steps. A
    written conversation has no length of its own, so its time runs from when it is first missed.
    """
    note = _note(entry)
    if isinstance(note, EnquiryNote | CaseNote) and entry.state is EntryState.OPEN:
        return closed(entry, now_ms)
    if now_ms - note.since_ms <= (retention_hours + _MARGIN_HOURS) * HOUR_MS:
        return entry
    pin = (entry.pin_n, entry.pin_chain) if entry.pin_n else NO_PIN
    return gone(entry, now_ms // _MINUTE_MS, *pin)
