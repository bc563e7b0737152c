"""Stamps: a little work for anonymous commands that create something (section 3).

x fits when HASH("stamp", challenge, command, x) starts with d zero bits. The relay sets d by load;
20 costs a slow phone 2.4 s, and no client works for more.
"""

from __future__ import annotations

from crypto import labels
from crypto.errors import BadLength, BadProof, LocalError
from crypto.primitives import hash_

MAX_DIFFICULTY = 20
CHALLENGE_BYTES = 32
X_BYTES = 8


def check(challenge: bytes, command: str, x: bytes, difficulty: int) -> None:
    """Raise BadProof unless `x` is a stamp for this challenge and command."""
    if not 0 <= difficulty <= MAX_DIFFICULTY:
        raise LocalError("stamp difficulty out of range")
    if len(challenge) != CHALLENGE_BYTES or len(x) != X_BYTES:
        raise BadLength("stamp")
    if not _fits(challenge, command, x, difficulty):
        raise BadProof("stamp")


def make(challenge: bytes, command: str, difficulty: int) -> bytes:
    """Search the first x; BadProof when the relay asks for more than MAX_DIFFICULTY."""
    if not 0 <= difficulty <= MAX_DIFFICULTY:
        raise BadProof("stamp difficulty out of range")
    if len(challenge) != CHALLENGE_BYTES:
        raise BadLength("stamp challenge")
    counter = 0
    while not _fits(challenge, command, counter.to_bytes(X_BYTES, "big"), difficulty):
        counter += 1
    return counter.to_bytes(X_BYTES, "big")


def _fits(challenge: bytes, command: str, x: bytes, difficulty: int) -> bool:
    digest = hash_(labels.STAMP, challenge, command.encode("ascii"), x)
    return int.from_bytes(digest, "big") >> (len(digest) * 8 - difficulty) == 0
