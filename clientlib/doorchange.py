"""Changing the doors of an account: a new passphrase, a new recovery sheet, or both after one was
used (protocol section 3).

Each needs a sign-in on this connection and a proof of one door, made anew here. The old door's key
signs each new one; the relay switches them in one step and ends all other sign-ins. Whether it did
shows at the next sign-in.
"""

from __future__ import annotations

from clientlib.accounts import (
    Door,
    Made,
    Proof,
    make_door,
    new_passphrase_door,
    passphrase_door,
    prove,
    recovery_door,
)
from clientlib.relay import RelayClient
from crypto import doors
from crypto.wire.accounts import ChangedDoor, DoorChange


async def change_passphrase(
    relay: RelayClient, *, name: str, old: str, new: str, deployment_id: bytes
) -> None:
    """Put the account behind another passphrase; TooWeak before anything is sent."""
    wanted = await new_passphrase_door(name, new, deployment_id)
    known = await passphrase_door(name, old, deployment_id)
    await _change(relay, known, (wanted,), deployment_id)


async def change_code(
    relay: RelayClient, *, name: str, phrase: str, code: str, deployment_id: bytes
) -> None:
    """Put a new recovery sheet in the place of the old one, or of none."""
    known = await passphrase_door(name, phrase, deployment_id)
    await _change(relay, known, (recovery_door(code),), deployment_id)


async def renew(
    relay: RelayClient,
    *,
    name: str,
    code: str,
    new_phrase: str,
    new_code: str,
    deployment_id: bytes,
) -> None:
    """After the sheet with `code` was used: another passphrase and another sheet, in one step."""
    wanted = await new_passphrase_door(name, new_phrase, deployment_id)
    await _change(relay, recovery_door(code), (wanted, recovery_door(new_code)), deployment_id)


async def _change(
    relay: RelayClient, known: Door, wanted: tuple[Door, ...], deployment_id: bytes
) -> None:
    proof = await prove(relay, known)
    made = [await make_door(relay, door, proof.opened.ams) for door in wanted]
    changed = tuple(_changed(proof, one, deployment_id) for one in made)
    await relay.request(DoorChange(old_id16=known.door_id, doors=changed))


def _changed(proof: Proof, made: Made, deployment_id: bytes) -> ChangedDoor:
    signature = doors.change_signature(proof.opened, deployment_id, made.door, made.keeper_token)
    return ChangedDoor(
        kind=made.kind,
        id16=made.door.door_id,
        keeper_token=made.keeper_token,
        auth_pk=made.door.auth_public.raw,
        slot=made.door.slot,
        signature=signature,
    )
