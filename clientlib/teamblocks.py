"""Text blocks of a team: one sheet that all members read and write.

A block is never changed: whoever edits one writes another in its place. Two members who change
different blocks at once lose nothing, since whoever comes second changes what the first has left;
of two who edit the same one, both versions stay. At most one block is the team's for emergencies.
Twin of web/js/features/workspace/teamblocks.js.

    content = [[block16, title, text, for emergencies 0 | 1, subject16, hour]...], by block16

Who wrote a block, and when, is what the members' clients say: the sheet as a whole is signed by
whoever changed it last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from clientlib.errors import Refused
from clientlib.notes import HOUR_MS
from clientlib.sheets import SheetFull, TeamSheet
from clientlib.staff import Staff
from clientlib.textblocks import MAX_TEXT_CHARS, MAX_TITLE_CHARS
from crypto import encoding
from crypto.encoding import Value
from crypto.errors import NotCanonical
from crypto.random import Rand, random_bytes
from crypto.sheet import SheetKind

MAX_BLOCKS = 100
_NAME_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamBlock:
    """One block; `subject16` wrote it in `hour`."""

    block16: bytes
    title: str
    text: str
    is_emergency: bool
    subject16: bytes
    hour: int


Blocks = tuple[TeamBlock, ...]


class TeamBlocks:
    """The text blocks of one team, for one signed-in member."""

    def __init__(self, staff: Staff, team16: bytes, rand: Rand = random_bytes) -> None:
        self._staff = staff
        self._rand = rand
        self._sheet = TeamSheet(staff, team16, SheetKind.TEXT_BLOCKS, rand)

    async def all(self) -> Blocks:
        """Read them: the one for emergencies first, then by title."""
        found = decode(await self._content())
        return tuple(sorted(found, key=lambda one: (not one.is_emergency, one.title, one.block16)))

    async def save(
        self, title: str, text: str, *, is_emergency: bool = False, former: bytes = b""
    ) -> bytes:
        """Keep a block, in the place of `former` if one is named; return its name.

        Marked for emergencies it takes the mark from the one that had it. SheetFull for one more
        than a team may have.
        """
        block = TeamBlock(
            block16=self._rand(_NAME_BYTES),
            title=title,
            text=text,
            is_emergency=is_emergency,
            subject16=self._staff.subject16,
            hour=self._staff.caseload.now_ms() // HOUR_MS,
        )
        await self._change(lambda blocks: with_block(blocks, block, former))
        return block.block16

    async def remove(self, block16: bytes) -> None:
        """Take a block away; what a colleague has made of it meanwhile stays."""
        await self._change(lambda blocks: tuple(one for one in blocks if one.block16 != block16))

    async def reseal(self) -> bool:
        """Seal them to the team's present key; tell whether this client had to."""
        return await self._sheet.reseal()

    async def begin_anew(self) -> bool:
        """After a restart of the team: begin with none, where the former key is lost to all."""
        return await self._sheet.begin_anew()

    async def _content(self) -> bytes:
        return (await self._sheet.read()).content

    async def _change(self, change: Callable[[Blocks], Blocks]) -> None:
        await self._sheet.write(lambda content: encode(change(decode(content))))


def with_block(blocks: Blocks, block: TeamBlock, former: bytes) -> Blocks:
    """Put a block in; the mark for emergencies is one."""
    kept = tuple(one for one in blocks if one.block16 not in (former, block.block16))
    if len(kept) >= MAX_BLOCKS:
        raise SheetFull("a team has no more text blocks than this")
    if block.is_emergency:
        kept = tuple(replace(one, is_emergency=False) for one in kept)
    return (*kept, block)


def encode(blocks: Blocks) -> bytes:
    """Write the content of the sheet; nothing for no blocks."""
    items: list[Value] = [
        [one.block16, one.title, one.text, int(one.is_emergency), one.subject16, one.hour]
        for one in sorted(blocks, key=lambda one: one.block16)
    ]
    return encoding.encode(items) if items else b""


def decode(content: bytes) -> Blocks:
    """Undo `encode`; Refused for a form that this client does not know, so that it writes none."""
    if not content:
        return ()
    try:
        blocks = tuple(_block_of(one) for one in encoding.array(encoding.decode(content)))
    except NotCanonical as error:
        raise Refused("text blocks of an unknown form") from error
    names = [one.block16 for one in blocks]
    if names != sorted(set(names)) or len(names) > MAX_BLOCKS:
        raise Refused("text blocks out of order")
    if sum(one.is_emergency for one in blocks) > 1:
        raise Refused("more than one text block for emergencies")
    return blocks


def _block_of(value: Value) -> TeamBlock:
    block16, title, text, is_emergency, subject16, hour = encoding.array(value, 6)
    return TeamBlock(
        block16=encoding.binary(block16, _NAME_BYTES),
        title=encoding.text(title, MAX_TITLE_CHARS),
        text=encoding.text(text, MAX_TEXT_CHARS),
        is_emergency=encoding.uint(is_emergency, 1) == 1,
        subject16=encoding.binary(subject16, _NAME_BYTES),
        hour=encoding.uint(hour),
    )
