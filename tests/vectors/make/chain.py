"""Chain heads and tombs."""

from __future__ import annotations

from typing import Any

from crypto import chain
from tests.vectors.make.common import SeededRand, case, document


def cases() -> dict[str, Any]:
    """A chain of five envelopes, an empty one among them, and tombs."""
    rand = SeededRand("chain")
    box16 = rand(16)
    head = chain.start(box16)
    made = [case("empty box", "chain_0", {"op": "start", "box16": box16}, {"head": head})]
    for number, size in enumerate((0, 1, 300, 4096, 5), start=1):
        envelope = rand(size)
        env_id = chain.env_id(envelope)
        given = {"op": "extend", "head": head, "envelope": envelope}
        head = chain.extend(head, env_id)
        out = {"env_id": env_id, "head": head}
        made.append(case(f"envelope {number}", f"{size} bytes", given, out))
    for minute in (0, 127, 128, 30_000_000):
        asked = {"op": "tomb", "box16": box16, "head": head, "close_minute": minute}
        out = {"tomb": chain.tomb(box16, head, minute)}
        made.append(case(f"tomb {minute}", "minutes since the epoch", asked, out))
    return document("Chain heads and tombs (sections 5 and 8).", made)
