"""What a team keeps in common, sealed to its key: text blocks (protocol section 5, "Sheets").

    counsellor -> relay  sheet_read {team16, kind} -> {version, sheet}   0 and empty: none yet
                         sheet_save {team16, kind, version, sheet} -> {}

For whom the current TEAM lists, judged at every use (`forbidden` else). The relay keeps one sheet
of each kind and takes the next version only (`conflict`): whoever comes second reads, joins, and
tries again. What is inside, and who wrote it, only members see (crypto/sheet.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from crypto.wire.base import COUNSELLING_ROLES, Command, Credential, Done, Reply, command
from crypto.wire.fields import Bin, Bytes16, SheetBytes, Uint8, UintUpTo

# crypto/sheet.py MAX_VERSION, which the relay must not load.
Version = Annotated[int, UintUpTo(2**24 - 1)]
# Of the largest step, with the frame around it.
MAX_SHEET_FRAME_BYTES = 272_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReadReply(Reply):
    """The newest version; 0 and empty where the team has none of this kind."""

    version: Version
    sheet: Annotated[bytes, Bin(0, 270_000)]


@command("sheet_read", Credential.STAFF, SheetReadReply, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRead(Command[SheetReadReply]):
    """Read a sheet of a team that lists me."""

    team16: Bytes16
    kind: Uint8


@command(
    "sheet_save",
    Credential.STAFF,
    Done,
    roles=COUNSELLING_ROLES,
    max_bytes=MAX_SHEET_FRAME_BYTES,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSave(Command[Done]):
    """Keep the next version; `conflict` unless it is the one after what is kept.

    `unknown` for a kind that there is not.
    """

    team16: Bytes16
    kind: Uint8
    version: Version
    sheet: SheetBytes
