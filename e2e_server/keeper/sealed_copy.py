"""The one copy of the keeper: sealed to the operator's offline key, each replacing the one before.

Content before sealing: canonical [1, instance id, version, written ms, seed, doors, shares], doors
= per generation key32 || gen be32 || settled u8 || secret32, shares = key32 || hour be32 ||
secret32, packed because arrays end at 4096 items.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from crypto.encoding import binary, decode_array, encode, uint
from crypto.errors import NotCanonical, RemoteError
from crypto.primitives import sealed_box, sealed_box_open
from e2e_server.keeper.port import HeldShare, KeeperError
from e2e_server.keeper.store import HeldDoor
from e2e_server.storage.sqlite_files import create_private, replace_file

COPY_VERSION = 1
COPY_NAME = "keeper.sealed"
OPERATOR_FILE = "operator.pub"
_DOOR_BYTES = 32 + 4 + 1 + 32
_SHARE_BYTES = 32 + 4 + 32


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperCopy:
    """Everything a lost keeper can be rebuilt from."""

    instance_id: bytes
    version: int
    written_ms: int
    seed: bytes
    doors: tuple[HeldDoor, ...]
    shares: tuple[tuple[HeldShare, bytes], ...]

    def __repr__(self) -> str:
        return f"KeeperCopy({len(self.doors)} doors, {len(self.shares)} shares)"


def read_operator_key(data_dir: Path) -> bytes:
    """The operator's X25519 public key: 64 hex digits in `data_dir/operator.pub`."""
    path = data_dir / OPERATOR_FILE
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise KeeperError(f"{OPERATOR_FILE} cannot be read") from error
    if len(key) != 32:
        raise KeeperError(f"{OPERATOR_FILE} does not hold a key of 32 bytes")
    return key


def write_copy(folder: Path, copy: KeeperCopy, operator_public: bytes) -> None:
    """Seal `copy` and put it in the place of the one before, durably."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / (COPY_NAME + ".new")
    create_private(draft)
    draft.write_bytes(sealed_box(operator_public, encode_copy(copy)))
    os.chmod(draft, 0o600)
    replace_file(draft, folder / COPY_NAME)


def open_copy(folder: Path, operator_public: bytes, operator_secret: bytes) -> KeeperCopy:
    """Undo `write_copy`, with the key the operator fetched from the safe. KeeperError."""
    try:
        sealed = (folder / COPY_NAME).read_bytes()
        return decode_copy(sealed_box_open(operator_public, operator_secret, sealed))
    except (OSError, RemoteError) as error:
        raise KeeperError("the sealed copy cannot be opened") from error


def encode_copy(copy: KeeperCopy) -> bytes:
    """The bytes that are sealed."""
    doors = b"".join(
        door.door_key + door.gen.to_bytes(4, "big") + bytes([door.settled]) + door.secret
        for door in copy.doors
    )
    shares = b"".join(
        held.share_key + held.created_hour.to_bytes(4, "big") + secret
        for held, secret in copy.shares
    )
    return encode(
        [
            COPY_VERSION,
            copy.instance_id,
            copy.version,
            copy.written_ms,
            copy.seed,
            doors,
            shares,
        ]
    )


def decode_copy(raw: bytes) -> KeeperCopy:
    """Undo `encode_copy`; RemoteError when it is none."""
    version, instance_id, count, written_ms, seed, doors, shares = decode_array(raw, 7)
    if uint(version) != COPY_VERSION:
        raise NotCanonical("another version of the keeper's copy")
    return KeeperCopy(
        instance_id=binary(instance_id, 16),
        version=uint(count),
        written_ms=uint(written_ms),
        seed=binary(seed, 32),
        doors=tuple(
            HeldDoor(
                door_key=one[:32],
                gen=int.from_bytes(one[32:36], "big"),
                settled=bool(one[36]),
                secret=one[37:],
            )
            for one in _records(binary(doors), _DOOR_BYTES)
        ),
        shares=tuple(
            (
                HeldShare(share_key=one[:32], created_hour=int.from_bytes(one[32:36], "big")),
                one[36:],
            )
            for one in _records(binary(shares), _SHARE_BYTES)
        ),
    )


def _records(packed: bytes, size: int) -> list[bytes]:
    if len(packed) % size:
        raise NotCanonical("a record of the keeper's copy is cut short")
    return [packed[start : start + size] for start in range(0, len(packed), size)]
