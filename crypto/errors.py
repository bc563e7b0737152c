"""What can go wrong in the agreement, and whose fault it is.

`RemoteError`: bytes from outside broke a rule; only code that decodes, opens or verifies raises it.
`LocalError`: our own caller broke a contract; a bug, never an answer to a peer. No message carries
content, key or id: these texts may reach logs.
"""

from __future__ import annotations


class LocalError(Exception):
    """A caller on our side broke a documented contract."""


class RemoteError(Exception):
    """Bytes from outside broke a rule; `code` is the stable name used in vectors and verdicts."""

    code = "refused"

    def __init__(self, reason: str = "") -> None:
        super().__init__(f"{self.code}: {reason}" if reason else self.code)


class NotCanonical(RemoteError):
    """Not in the canonical msgpack subset, or not the fixed shape (protocol section 2)."""

    code = "not_canonical"


class BadLength(RemoteError):
    """A key, nonce, tag, bucket or list has a size the protocol does not know."""

    code = "bad_length"


class BadTag(RemoteError):
    """An AEAD or MAC did not verify."""

    code = "bad_tag"


class BadSignature(RemoteError):
    """An Ed25519 signature did not verify."""

    code = "bad_signature"


class BadKey(RemoteError):
    """A public key, group element or share that must not be used (low order, not canonical)."""

    code = "bad_key"


class WrongKey(RemoteError):
    """The key commitment does not fit: this key was never meant to open this object."""

    code = "wrong_key"


class BadStatement(RemoteError):
    """A statement, chain or roster breaks the rules of sections 4 and 5."""

    code = "bad_statement"


class BadProof(RemoteError):
    """A Merkle proof, checkpoint or chain head does not fit."""

    code = "bad_proof"


class NotWitnessed(RemoteError):
    """The witnesses whom POLICY names have not cosigned this log, too few, or too long ago."""

    code = "not_witnessed"
