"""Text blocks of one's own, sealed in the keyring, on all devices of the account.

A block is never changed: whoever edits one writes another that names it, and the former one goes.
So two devices that edit the same block at once end with two, and nobody's words are lost.

    settings = [title, text, is for emergencies 0 | 1, the block it replaces, or empty]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clientlib.keyring import Keyring
from clientlib.notes import NO_PIN
from crypto import encoding
from crypto.entry import Entry, EntryState, gone
from crypto.errors import RemoteError
from crypto.random import Rand, random_bytes

# Beside 128, a bookmark; see bookmarks.py.
TEXT_BLOCK = 129
MAX_TITLE_CHARS = 40
# What fits into the settings of an entry, whatever signs it is written with.
MAX_TEXT_CHARS = 1_500
_NAME_BYTES = 16
_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock:
    """One block; `block16` names it, `replaces` the one before it, empty for a new one."""

    block16: bytes
    title: str
    text: str
    is_emergency: bool = False
    replaces: bytes = b""


class TextBlocks:
    """The text blocks of one signed-in counsellor."""

    def __init__(self, keyring: Keyring, now_ms: Callable[[], int], rand: Rand = random_bytes):
        self._keyring = keyring
        self._now_ms = now_ms
        self._rand = rand

    def all(self) -> tuple[TextBlock, ...]:
        """What this device knows: for emergencies first, then by title."""
        found = [block for one in self._keyring.entries if (block := _block_of(one))]
        # After a crash between two steps both may be there.
        replaced = {one.replaces for one in found}
        kept = (one for one in found if one.block16 not in replaced)
        return tuple(sorted(kept, key=lambda one: (not one.is_emergency, one.title, one.block16)))

    async def save(
        self, title: str, text: str, *, is_emergency: bool = False, former: bytes = b""
    ) -> bytes:
        """Keep a block, in the place of `former` if one is named; return its name."""
        block16 = self._rand(_NAME_BYTES)
        await self._keyring.remember(
            Entry(
                box16=block16,
                kind=TEXT_BLOCK,
                state=EntryState.OPEN,
                key_context=block16,
                secrets=(),
                pin_n=NO_PIN[0],
                pin_chain=NO_PIN[1],
                counter=1,
                settings=encoding.encode([title, text, int(is_emergency), former]),
            )
        )
        if former:
            await self.remove(former)
        return block16

    async def remove(self, block16: bytes) -> None:
        """Take a block away, on all devices."""
        entry = self._keyring.entry(block16)
        if entry is not None and entry.state is not EntryState.GONE:
            await self._keyring.remember(gone(entry, self._now_ms() // _MINUTE_MS, *NO_PIN))


def _block_of(entry: Entry) -> TextBlock | None:
    """Read a block; None for anything else, and for a form that a newer client wrote."""
    if entry.kind != TEXT_BLOCK or entry.state is EntryState.GONE:
        return None
    try:
        title, text, is_emergency, replaces = encoding.decode_array(entry.settings, 4)
        return TextBlock(
            block16=entry.box16,
            title=encoding.text(title, MAX_TITLE_CHARS),
            text=encoding.text(text, MAX_TEXT_CHARS),
            is_emergency=encoding.uint(is_emergency, 1) == 1,
            replaces=encoding.binary(replaces, 0, _NAME_BYTES),
        )
    except RemoteError:
        return None
