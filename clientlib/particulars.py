"""What a counsellor notes about a person, beside their conversations (Angaben zur Person).

Sealed in the own keyring, for the counsellor alone, on all devices of the account. A version is
named at random and written by one device; whoever edits writes another that names it, and the
former one goes. So two devices that write at once end with two versions, and nobody's words are
lost. What is typed and not saved is such an entry too, marked as a draft.

    settings = [is a draft 0 | 1, [ticket16...], [former...], minute of the change,
                [address, age, place, situation, topic, concern, notes]]

A version is of the conversations that it names by their tickets, and goes with the last of them.
Twin of web/js/features/workspace/particulars.js.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass, fields

from clientlib.keyring import Keyring
from clientlib.notes import NO_PIN, CaseNote, chat_note
from crypto import encoding
from crypto.entry import MAX_SETTINGS_BYTES, Entry, EntryState, gone
from crypto.errors import RemoteError
from crypto.passphrase import TooLong
from crypto.random import Rand, random_bytes

# Beside 128 to 130: a bookmark, a text block, the pin of a team's sheet.
PARTICULARS = 131
# In code points. Together with as many names as fit, any signs fit into the settings of an entry.
MAX_CHARS = {
    "address": 60,
    "age": 40,
    "place": 80,
    "situation": 300,
    "topic": 100,
    "concern": 200,
    "notes": 1_000,
}
MAX_TICKETS = 32
MAX_FORMERS = 8
_NAME_BYTES = 16
_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is noted; each of it may be empty."""

    address: str = ""
    age: str = ""
    place: str = ""
    situation: str = ""
    topic: str = ""
    concern: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What was noted at one time, of which conversations, and in the place of what."""

    name16: bytes
    tickets: tuple[bytes, ...]
    formers: tuple[bytes, ...]
    minute: int
    about: About
    is_draft: bool = False


class Particulars:
    """What one signed-in counsellor has noted about people."""

    def __init__(self, keyring: Keyring, now_ms: Callable[[], int], rand: Rand = random_bytes):
        self._keyring = keyring
        self._now_ms = now_ms
        self._rand = rand

    def of(self, ticket16: bytes) -> tuple[Version, ...]:
        """What stands beside a conversation, the newest first; two, where two devices wrote."""
        return tuple(one for one in self._standing() if ticket16 in one.tickets)

    def drafts(self, ticket16: bytes) -> tuple[Version, ...]:
        """What was typed beside a conversation and not saved, the newest first."""
        known = self._known()
        named = {former for one in known for former in one.formers}
        found = (one for one in known if one.is_draft and one.name16 not in named)
        return tuple(sorted((one for one in found if ticket16 in one.tickets), key=_newest_first))

    async def save(
        self,
        tickets: Iterable[bytes],
        about: About,
        formers: Iterable[bytes] = (),
        *,
        is_draft: bool = False,
    ) -> bytes:
        """Keep a version in the place of others, or what is typed so far; return its name.

        TooLong beyond MAX_CHARS; of a draft, beyond what fits into an entry.
        """
        about = About(**{name: _clean(typed) for name, typed in _items(about)})
        if not is_draft and any(len(typed) > MAX_CHARS[name] for name, typed in _items(about)):
            raise TooLong
        name16, replaced = self._rand(_NAME_BYTES), tuple(formers)[:MAX_FORMERS]
        entry = self._entry(name16, tuple(tickets)[:MAX_TICKETS], replaced, about, is_draft)
        if len(entry.settings) > MAX_SETTINGS_BYTES:
            raise TooLong
        # Before the former ones go: a line that breaks in between leaves the new one to be seen.
        await self._keyring.remember(entry)
        if not is_draft:
            await self._drop(replaced)
        return name16

    async def remove(self, ticket16: bytes) -> None:
        """Take away everything that was noted beside a conversation, on all devices."""
        known = [one for one in self._known() if ticket16 in one.tickets]
        # Those that others hide first: a line that breaks in between brings none of them back.
        standing = {one.name16 for one in self._standing()}
        await self._drop(one.name16 for one in known if one.name16 not in standing)
        await self._drop(one.name16 for one in known if one.name16 in standing)

    async def tidy(self) -> None:
        """Let go of what belongs to no conversation any more, and of what was replaced."""
        ended = self._ended()
        if ended:
            # A page that another device saved since may hold a conversation of theirs.
            await self._keyring.refresh()
        await self._drop(ended & self._ended())
        await self._drop(
            former for one in self._known() if not one.is_draft for former in one.formers
        )

    def _ended(self) -> set[bytes]:
        notes = (
            chat_note(one) for one in self._keyring.entries if one.state is not EntryState.GONE
        )
        mine = {note.ticket16 for note in notes if isinstance(note, CaseNote)}
        return {one.name16 for one in self._known() if mine.isdisjoint(one.tickets)}

    def _known(self) -> list[Version]:
        return [version for one in self._keyring.entries if (version := _version_of(one))]

    def _standing(self) -> list[Version]:
        """All that is saved and that no other replaces, the newest first."""
        saved = [one for one in self._known() if not one.is_draft]
        # After a crash between two steps both may be there.
        replaced = {former for one in saved for former in one.formers}
        return sorted((one for one in saved if one.name16 not in replaced), key=_newest_first)

    async def _drop(self, names: Iterable[bytes]) -> None:
        minute = self._now_ms() // _MINUTE_MS
        found = [self._keyring.entry(one) for one in names]
        known = [one for one in found if one is not None and one.state is not EntryState.GONE]
        await self._keyring.remember(*(gone(one, minute, *NO_PIN) for one in known))

    def _entry(
        self,
        name16: bytes,
        tickets: tuple[bytes, ...],
        formers: tuple[bytes, ...],
        about: About,
        is_draft: bool,
    ) -> Entry:
        minute = self._now_ms() // _MINUTE_MS
        about_items: list[encoding.Value] = list(astuple(about))
        named: list[encoding.Value] = [[*tickets], [*formers]]
        settings: encoding.Value = [int(is_draft), *named, minute, about_items]
        return Entry(
            box16=name16,
            kind=PARTICULARS,
            state=EntryState.OPEN,
            key_context=name16,
            secrets=(),
            pin_n=NO_PIN[0],
            pin_chain=NO_PIN[1],
            counter=1,
            settings=encoding.encode(settings),
        )


def _items(about: About) -> list[tuple[str, str]]:
    return [(one.name, getattr(about, one.name)) for one in fields(about)]


def _clean(typed: str) -> str:
    return unicodedata.normalize("NFC", typed).strip()


def _newest_first(version: Version) -> tuple[int, bytes]:
    return -version.minute, version.name16


def _names(value: encoding.Value, most: int) -> tuple[bytes, ...]:
    found = tuple(encoding.binary(one, _NAME_BYTES) for one in encoding.array(value))
    return found[:most]


def _version_of(entry: Entry) -> Version | None:
    """Read a version; None for anything else, and for a form that a newer client wrote."""
    if entry.kind != PARTICULARS or entry.state is EntryState.GONE:
        return None
    try:
        is_draft, tickets, formers, minute, about = encoding.decode_array(entry.settings, 5)
        # A draft may be longer than what can be saved.
        texts = [
            encoding.text(one, MAX_SETTINGS_BYTES) for one in encoding.array(about, len(MAX_CHARS))
        ]
        return Version(
            name16=entry.box16,
            tickets=_names(tickets, MAX_TICKETS),
            formers=_names(formers, MAX_FORMERS),
            minute=encoding.uint(minute),
            about=About(**dict(zip(MAX_CHARS, texts, strict=True))),
            is_draft=encoding.uint(is_draft, 1) == 1,
        )
    except RemoteError:
        return None
