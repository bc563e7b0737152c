"""From an epoch secret to its keys (protocol section 5).

    kid_e = KDF(ES_e, "kid", box16 || le32(e), 8)          in clear on each envelope
    K_e   = KDF(ES_e, "epoch", box16 || le32(e) || share)  the share is the keeper's, one per box
    c is sealed under KDF(K_e, "msg")

Once the keeper has deleted the share, nobody derives K_e again, not even from a backup.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crypto import labels
from crypto.errors import LocalError
from crypto.keys import EpochSecret, Share
from crypto.primitives import hash_, kdf

KID_BYTES = 8
MAX_EPOCH = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochKey:
    """What seals and opens the envelopes of one epoch of one box."""

    box16: bytes
    epoch: int
    kid8: bytes
    # KDF(K_e, "msg"), derived once per epoch and not once per envelope; 32 bytes.
    message_key: bytes = field(repr=False)


def es_hash(box16: bytes, es: EpochSecret) -> bytes:
    """Name an epoch secret in a commit and in the keyring; 32 bytes."""
    return hash_(labels.ES_HASH, box16, es.raw)


def share_hash(box16: bytes, share: Share) -> bytes:
    """Pin the keeper's share in every commit; 32 bytes."""
    return hash_(labels.SHARE, box16, share.raw)


def kid(es: EpochSecret, box16: bytes, epoch: int) -> bytes:
    """Return the 8 bytes that name the epoch to the relay."""
    return kdf(es.raw, labels.KID, box16 + _le32(epoch), KID_BYTES)


def key(es: EpochSecret, box16: bytes, epoch: int, share: Share) -> EpochKey:
    """Derive the key of an epoch; without the share there is none."""
    epoch_key = kdf(es.raw, labels.EPOCH, box16 + _le32(epoch) + share.raw)
    return EpochKey(
        box16=box16,
        epoch=epoch,
        kid8=kid(es, box16, epoch),
        message_key=kdf(epoch_key, labels.MSG),
    )


def _le32(epoch: int) -> bytes:
    if not 0 <= epoch <= MAX_EPOCH:
        raise LocalError("epoch out of range")
    return epoch.to_bytes(4, "little")
