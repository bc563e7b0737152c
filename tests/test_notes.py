"""What keyring entries remember of a conversation, and when they forget it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clientlib.invitednotes import ArrivalNote, Pending
from clientlib.notes import (
    HOUR_MS,
    CaseNote,
    ChatNote,
    EnquiryNote,
    VisitNote,
    arrival_note,
    chat_note,
    closed,
    enquiry_note,
    missed,
)
from crypto.entry import MAX_SETTINGS_BYTES, Entry, EntryState, KeptSecret
from crypto.errors import RemoteError
from crypto.keys import EpochSecret
from crypto.wire.content import MAX_SUBJECT_CHARS, MAX_TOPIC_CHARS

NOW_MS = 1_795_431_600_000
RETENTION_HOURS = 48
# Retention, and the margin for clocks that differ.
PATIENCE_MS = (RETENTION_HOURS + 24) * HOUR_MS
VISIT = VisitNote(portal16=b"p" * 16, number=7, since_ms=NOW_MS)
ENQUIRY = EnquiryNote(
    portal16=b"p" * 16,
    ticket16=b"t" * 16,
    addressee=b"a" * 16,
    since_ms=NOW_MS,
    is_open=True,
    topic="Trennung",
    subject="Wie weiter?",
    admitted=2,
)
ARRIVAL = ArrivalNote(secret=b"s" * 32, portal16=b"p" * 16, since_ms=NOW_MS)
CHAT = ChatNote(
    portal16=b"p" * 16, number=7, nickname="Igel", colour=3, joined_hour=NOW_MS // HOUR_MS
)
CASE = CaseNote(
    ticket16=b"t" * 16,
    portal16=b"p" * 16,
    number=7,
    nickname="Igel",
    colour=3,
    joined_hour=NOW_MS // HOUR_MS,
)
HANDED = replace(CASE, admitted=2, pin=b"where reading begins")
INVITING = replace(
    CASE,
    invitation=Pending(
        words="sektor ausdruck kran lila knacken halle",
        secret=b"s" * 32,
        expires_hour=NOW_MS // HOUR_MS + 48,
        sidx=3,
    ),
)
Note = VisitNote | EnquiryNote | ChatNote
ALL: tuple[Note, ...] = (VISIT, ENQUIRY, CHAT, CASE, HANDED, INVITING)
WRITTEN: tuple[Note, ...] = (ENQUIRY, CASE, HANDED, INVITING)


def entry_of(note: Note, state: EntryState = EntryState.OPEN) -> Entry:
    return Entry(
        box16=b"b" * 16,
        kind=1,
        state=state,
        key_context=b"b" * 16,
        secrets=(KeptSecret(epoch=0, es=EpochSecret(b"e" * 32)),),
        pin_n=4,
        pin_chain=b"c" * 32,
        counter=5,
        settings=note.encode(),
    )


@pytest.mark.parametrize("note", ALL)
def test_notes_are_told_apart_by_their_length(note: Note) -> None:
    entry = entry_of(note)
    assert type(note).decode(note.encode()) == note
    assert enquiry_note(entry) == (note if isinstance(note, EnquiryNote) else None)
    assert chat_note(entry) == (note if isinstance(note, ChatNote) else None)
    gone = missed(closed(entry, NOW_MS), NOW_MS + PATIENCE_MS + HOUR_MS, RETENTION_HOURS)
    assert gone.state is EntryState.GONE
    assert (enquiry_note(gone), chat_note(gone)) == (None, None)


def test_an_invitation_is_neither_a_chat_nor_written_yet() -> None:
    entry = replace(entry_of(VISIT), settings=ARRIVAL.encode())
    assert arrival_note(entry) == ARRIVAL
    assert (enquiry_note(entry), chat_note(entry)) == (None, None)
    assert [arrival_note(entry_of(one)) for one in ALL] == [None] * len(ALL)


def test_words_count_until_their_hour() -> None:
    pending = INVITING.invitation
    assert pending is not None
    end_ms = pending.expires_hour * HOUR_MS
    assert [pending.is_over(one) for one in (end_ms - 1, end_ms)] == [False, True]


def test_a_note_of_no_known_length_is_refused() -> None:
    with pytest.raises(RemoteError):
        enquiry_note(replace(entry_of(VISIT), settings=b"\x94\x01\x02\x03\x04"))


def test_the_longest_note_fits_an_entry() -> None:
    widest = "\U0001f98a"
    longest = replace(ENQUIRY, topic=widest * MAX_TOPIC_CHARS, subject=widest * MAX_SUBJECT_CHARS)
    assert len(longest.encode()) <= MAX_SETTINGS_BYTES
    assert EnquiryNote.decode(longest.encode()) == longest
    invitation = replace(INVITING.invitation, words="w" * 120) if INVITING.invitation else None
    inviting = replace(INVITING, nickname=widest * 40, invitation=invitation)
    assert len(inviting.encode()) <= MAX_SETTINGS_BYTES


@pytest.mark.parametrize("note", ALL)
def test_the_end_is_noted_once(note: Note) -> None:
    later_ms = NOW_MS + 90 * 24 * HOUR_MS
    ended = closed(entry_of(note), later_ms)
    assert ended.state is EntryState.CLOSED
    assert closed(ended, later_ms + HOUR_MS) == ended
    kept = type(note).decode(ended.settings)
    assert kept.since_ms == (later_ms if note in WRITTEN else note.since_ms)
    # A newer note must win when two devices save.
    assert (ended.counter > 5) is (note in WRITTEN)


@pytest.mark.parametrize("note", [VISIT, CHAT])
def test_a_chat_that_is_missed_is_forgotten_once_its_purge_must_be_past(note: Note) -> None:
    entry = entry_of(note)
    assert missed(entry, NOW_MS + PATIENCE_MS, RETENTION_HOURS) == entry
    gone = missed(entry, NOW_MS + PATIENCE_MS + HOUR_MS, RETENTION_HOURS)
    assert (gone.state, gone.secrets) == (EntryState.GONE, ())
    # By the final head its members find its tomb.
    assert (gone.pin_n, gone.pin_chain) == (entry.pin_n, entry.pin_chain)


@pytest.mark.parametrize("note", WRITTEN)
def test_a_written_conversation_is_not_forgotten_because_it_began_long_ago(note: Note) -> None:
    entry, later_ms = entry_of(note), NOW_MS + 300 * 24 * HOUR_MS
    once = missed(entry, later_ms, RETENTION_HOURS)
    assert (once.state, once.secrets) == (EntryState.CLOSED, entry.secrets)
    assert missed(once, later_ms + PATIENCE_MS - HOUR_MS, RETENTION_HOURS) == once
    gone = missed(once, later_ms + PATIENCE_MS + HOUR_MS, RETENTION_HOURS)
    assert (gone.state, gone.secrets) == (EntryState.GONE, ())
