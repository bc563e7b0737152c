"""To whom an enquiry goes that somebody wants to write to one person: said before it is sent.

Only the seeker's client can seal, so only it can choose: the relay refuses what there is no place
for, and never passes on. Pure but for `takers_of`. Twin of web/js/features/enquiries/recipient.js.
"""

from __future__ import annotations

from clientlib.errors import Refused
from clientlib.relay import RelayClient
from crypto.wire.capacity import Taker, Takers, TakersReply

WHOLE_TEAM = b""


class NoPlace(Refused):
    """The addressee takes on nothing new now; `instead` is who would get it, empty: the team."""

    code = "no_place"

    def __init__(self, instead: bytes) -> None:
        super().__init__("the addressee takes on nothing new now")
        self.instead = instead


async def takers_of(relay: RelayClient, portal16: bytes) -> TakersReply:
    """Ask who of a portal's team takes on new enquiries now."""
    return await relay.request(Takers(portal16=portal16))


def recipient(
    told: TakersReply, wanted: bytes, *, is_regular: bool = False, is_known: bool = False
) -> bytes:
    """Return who gets what is written to `wanted`: them, who steps in, or the team (empty).

    `is_regular`: the writer is a regular client of theirs, and passes without a place; `is_known`:
    has had a conversation with them, and passes too unless they want regular clients only.
    """
    found = _find(told, wanted)
    passes = found is not None and (is_regular or (is_known and not found.is_regulars_only))
    if wanted == WHOLE_TEAM or passes or _is_open(told, wanted):
        return wanted
    return told.fallback if _is_open(told, told.fallback) else WHOLE_TEAM


def _find(told: TakersReply, subject16: bytes) -> Taker | None:
    return next((one for one in told.takers if one.subject16 == subject16), None)


def _is_open(told: TakersReply, subject16: bytes) -> bool:
    found = _find(told, subject16)
    return found is not None and found.is_open == 1
