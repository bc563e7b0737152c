"""What keyring entries remember of a conversation, sealed in their settings.

    seeker, live chat   [portal16, number, since ms]
    seeker, enquiry     [portal16, ticket16, addressee, since ms, is_open, topic, subject]
    staff, live chat    [portal16, number, nickname, colour, joined hour]
    staff, enquiry      [ticket16, portal16, number, nickname, colour, joined hour, admitted, pin]

They are told apart by their length.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from crypto import encoding
from crypto.encoding import Value
from crypto.entry import Entry, EntryState, gone
from crypto.epoch import MAX_EPOCH
from crypto.roster import BoxKind
from crypto.wire.content import MAX_SUBJECT_CHARS, MAX_TOPIC_CHARS

NO_PIN = (0, bytes(32))
HOUR_MS = 3_600_000
_MINUTE_MS = 60_000
_MAX_NICKNAME_CHARS = 40
# A chat itself, a night of rest before it, and clocks that differ.
_MARGIN_HOURS = 24
_ITEMS_OF_ENQUIRY = 7
_ITEMS_OF_CASE = 8
_ITEMS_OF_CHAT = 5


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
    sending is done.
    """

    portal16: bytes
    ticket16: bytes
    addressee: bytes = b""
    since_ms: int
    is_open: bool = False
    topic: str = ""
    subject: str = ""

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
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatNote:
    """What a counsellor's entry remembers of a live chat."""

    portal16: bytes
    number: int
    nickname: str = ""
    colour: int = 0
    joined_hour: int = 0

    @property
    def since_ms(self) -> int:
        """When it was joined."""
        return self.joined_hour * HOUR_MS

    def encode(self) -> bytes:
        """Return the settings bytes."""
        return encoding.encode(_items_of(self))

    @staticmethod
    def decode(raw: bytes) -> ChatNote:
        """Read the settings bytes."""
        portal16, number, nickname, colour, hour = encoding.decode_array(raw, 5)
        return ChatNote(
            portal16=encoding.binary(portal16, 16),
            number=encoding.uint(number),
            nickname=encoding.text(nickname, _MAX_NICKNAME_CHARS),
            colour=encoding.uint(colour),
            joined_hour=encoding.uint(hour),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNote(ChatNote):
    """What a counsellor's entry remembers of a written enquiry that they have taken.

    `joined_hour` is when, and once it has ended, when that was seen. Of one that a colleague handed
    over, `admitted` is the epoch whose commit let me in, and `pin`, where nothing before that was
    granted, an encoded `boxstate.Pin` right after it.
    """

    ticket16: bytes
    admitted: int = 0
    pin: bytes = field(default=b"", repr=False)

    def encode(self) -> bytes:
        """Return the settings bytes."""
        return encoding.encode([self.ticket16, *_items_of(self), self.admitted, self.pin])

    @staticmethod
    def decode(raw: bytes) -> CaseNote:
        """Read the settings bytes."""
        items = encoding.decode_array(raw, _ITEMS_OF_CASE)
        ticket16, portal16, number, nickname, colour, hour, admitted, pin = items
        return CaseNote(
            ticket16=encoding.binary(ticket16, 16),
            portal16=encoding.binary(portal16, 16),
            number=encoding.uint(number),
            nickname=encoding.text(nickname, _MAX_NICKNAME_CHARS),
            colour=encoding.uint(colour),
            joined_hour=encoding.uint(hour),
            admitted=encoding.uint(admitted, MAX_EPOCH),
            pin=encoding.binary(pin),
        )


def _items_of(note: ChatNote) -> list[Value]:
    return [note.portal16, note.number, note.nickname, note.colour, note.joined_hour]


# --- which note it is ---------------------------------------------------------------------------


def enquiry_note(entry: Entry) -> EnquiryNote | None:
    """Return the note of a seeker's written enquiry; None for a live chat and for what is gone."""
    note = None if entry.state is EntryState.GONE else _note(entry)
    return note if isinstance(note, EnquiryNote) else None


def chat_note(entry: Entry) -> ChatNote | None:
    """Return what a counsellor remembers, of a chat or a written case; None when it is gone.

    None too for what is no box: things of the account lie in the keyring beside them.
    """
    if entry.state is EntryState.GONE or entry.kind not in list(BoxKind):
        return None
    note = _note(entry)
    return note if isinstance(note, ChatNote) else None


def _note(entry: Entry) -> VisitNote | EnquiryNote | ChatNote:
    """Read the settings of an entry that is not gone; NotCanonical for another shape."""
    raw = entry.settings
    length = len(encoding.array(encoding.decode(raw)))
    if length == _ITEMS_OF_ENQUIRY:
        return EnquiryNote.decode(raw)
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
        settings = replace(note, since_ms=now_ms).encode()
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
