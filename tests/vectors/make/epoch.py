"""Keys of epochs."""

from __future__ import annotations

from typing import Any

from crypto import epoch
from crypto.keys import EpochSecret, Share
from tests.vectors.make.common import LOCAL_ERROR, SeededRand, case, document


def cases() -> dict[str, Any]:
    """Epochs at the edges of le32, and one beyond."""
    rand = SeededRand("epoch")
    box16, es, share = rand(16), rand(32), rand(32)
    made = []
    for number in (0, 1, 255, 256, 2**32 - 1):
        key = epoch.key(EpochSecret(es), box16, number, Share(share))
        out = {
            "es_hash": epoch.es_hash(box16, EpochSecret(es)),
            "share_hash": epoch.share_hash(box16, Share(share)),
            "kid8": key.kid8,
            "message_key": key.message_key,
        }
        given = {"box16": box16, "es": es, "share": share, "epoch": number}
        made.append(case(f"epoch {number}", "all keys of an epoch", given, out))
    given = {"box16": box16, "es": es, "share": share, "epoch": 2**32}
    made.append(case("epoch 2^32", "does not fit le32", given, expect=LOCAL_ERROR))
    return document("From ES and share to the keys of an epoch (section 5).", made)
