"""What follows from the pepper: names of doors, and the decoys behind doors that do not exist."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from crypto import labels
from crypto.credential import SLOT_SEALED_BYTES, SlotParts, encode_slot
from crypto.keys import SignPublic, SignSecret
from crypto.primitives import HASH_BYTES, NONCE_BYTES, kdf, sign_public
from e2e_server.keeper.port import DOOR_BYTES

# The keeper holds no such generation, so it answers with a scalar from its PRF.
DECOY_GENERATION = 0
# The keeper's copy gives a generation four bytes; the top bit stays free for later changes.
_GENERATION_BYTES = 4
_DECOY_BYTES = NONCE_BYTES + HASH_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoy:
    """What an unknown id gets: always the same, and no one else can tell it from a real slot."""

    slot: bytes
    auth_pk: SignPublic


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A door whose secret waits in the keeper under a token."""

    door32: bytes
    gen: int
    token: bytes


class Doors:
    """Keyed by the pepper, which lies outside the database: rows name no door id.

    `turn`: held by whoever writes the rows of doors or tells the keeper what stands in them. What
    one has adopted and not yet stored would look like a leftover to another.
    """

    def __init__(self, pepper: bytes) -> None:
        self.turn = asyncio.Lock()
        # Doors whose secret may have been adopted in vain, while the keeper cannot be told; no row
        # names them, and a new start compares all doors.
        self.owed: dict[bytes, None] = {}
        self._pepper = pepper

    def key(self, id16: bytes) -> bytes:
        """Return KDF(pepper, "door", id), 32 bytes: the door's name in relay and keeper."""
        return kdf(self._pepper, labels.DOOR, id16, DOOR_BYTES)

    def generation(self, keeper_token: bytes) -> int:
        """Return the generation that a keeper token becomes: another for each token.

        Two people who create the same name at once so never replace each other's secret, and a
        repeated attempt adopts what the first one did.
        """
        drawn = kdf(self._pepper, labels.GENERATION, keeper_token)
        return 1 + (int.from_bytes(drawn[:_GENERATION_BYTES], "big") >> 1)

    def begun(self, id16: bytes, keeper_token: bytes) -> Begun:
        """Return what a door that is being made or changed is called."""
        return Begun(door32=self.key(id16), gen=self.generation(keeper_token), token=keeper_token)

    def decoy(self, id16: bytes) -> Decoy:
        """Return slot and public key for an id; made for every start, so the work is the same."""
        first = kdf(self._pepper, labels.DECOY_SLOT, [id16, 1], _DECOY_BYTES)
        second = kdf(self._pepper, labels.DECOY_SLOT, [id16, 2], SLOT_SEALED_BYTES)
        parts = SlotParts(nonce=first[:NONCE_BYTES], kek_commit=first[NONCE_BYTES:], sealed=second)
        auth = SignSecret(kdf(self._pepper, labels.DECOY_SLOT, [id16, 3]))
        return Decoy(slot=encode_slot(parts), auth_pk=sign_public(auth))
