"""Two words about one log that cannot both be true, in files that anybody can check.

    {"format": "vieraugen-log-proof-1", "log_key": "<origin>+<id>+<key>", "leaves": "<hex>",
     "notes": ["<signed note>", ...], "stated": [size, "<hex root>"] or null}

The first note is about the log whose leaf hashes stand in `leaves`. A note by the same log key
about a size within it and another root proves that whoever holds that key has shown two logs.
`stated` is what somebody else says to have seen, without a signature: the one over a message covers
its text, which is nobody's business here. Their own file beside this one brings the note. Twin of
the writing half: web/js/core/logproof.js.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum

from crypto import checkpoint
from crypto.checkpoint import Checkpoint
from crypto.errors import BadProof, RemoteError
from crypto.keys import SignPublic
from crypto.logview import LogView
from crypto.merkle import HASH_BYTES, Tree
from crypto.primitives import equal

FORMAT = "vieraugen-log-proof-1"
Claim = tuple[int, bytes]


class Finding(Enum):
    """What files prove: that the log key signed two logs, or only that somebody says so."""

    TWO_LOGS = "two_logs"
    CLAIM = "claim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A contradiction about the first `size` leaves of the log whose key is `log_key`."""

    finding: Finding
    log_key: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    log_key: str
    tree: Tree
    notes: tuple[Checkpoint, ...]
    stated: Claim | None


def write(view: LogView, note: bytes, *others: bytes, stated: Claim | None = None) -> str:
    """Return the file: the log of `view` under `note`, and what does not fit it."""
    policy = view.policy()
    content = {
        "format": FORMAT,
        "log_key": checkpoint.verifier_key(policy.log_origin, policy.log_pk) if policy else "",
        "leaves": b"".join(view.leaf_hashes()).hex(),
        "notes": [one.decode("utf-8", "replace") for one in (note, *others)],
        "stated": [stated[0], stated[1].hex()] if stated else None,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read(*texts: str) -> Verdict:
    """Check one file, or those of both sides together; BadProof when they prove nothing."""
    files = [_read(text) for text in texts]
    if len({one.log_key for one in files}) != 1:
        raise BadProof("files about different logs")
    for one in files:
        for note in (note for other in files for note in other.notes):
            if _differs(one.tree, (note.size, note.root)):
                return Verdict(finding=Finding.TWO_LOGS, log_key=one.log_key, size=note.size)
    for one in files:
        if one.stated is not None and _differs(one.tree, one.stated):
            return Verdict(finding=Finding.CLAIM, log_key=one.log_key, size=one.stated[0])
    raise BadProof("nothing here contradicts itself")


def _differs(tree: Tree, claim: Claim) -> bool:
    """Tell whether a log had another root at that size; beyond its own size it had none."""
    size, root = claim
    return size <= tree.size and not equal(root, tree.root_at(size))


def _read(text: str) -> _File:
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            raise BadProof("not a file of this form")
        origin, public = _log_key(str(content["log_key"]))
        notes = [str(one).encode() for one in content["notes"]]
        tree = _tree(bytes.fromhex(content["leaves"]))
        stated = None if content["stated"] is None else _stated(*content["stated"])
        opened = tuple(checkpoint.open_checkpoint(note, origin, public) for note in notes)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadProof("not a file of this form") from error
    except BadProof:
        raise
    except RemoteError as error:
        raise BadProof("a note that the log key did not sign") from error
    if not opened or opened[0].size != tree.size or not equal(opened[0].root, tree.root()):
        raise BadProof("the leaves are not those of the first note")
    return _File(log_key=content["log_key"], tree=tree, notes=opened, stated=stated)


def _log_key(line: str) -> tuple[str, SignPublic]:
    origin, *rest = line.split("+", 2)
    public = SignPublic(checkpoint.from_base64(rest[-1] if rest else "")[1:])
    if checkpoint.verifier_key(origin, public) != line:
        raise BadProof("not the key of a log")
    return origin, public


def _tree(raw: bytes) -> Tree:
    if len(raw) % HASH_BYTES:
        raise BadProof("leaf hashes of another size")
    tree = Tree()
    for start in range(0, len(raw), HASH_BYTES):
        tree.append_hash(raw[start : start + HASH_BYTES])
    return tree


def _stated(size: object, root: str) -> Claim:
    raw = bytes.fromhex(root)
    if not isinstance(size, int) or size < 0 or len(raw) != HASH_BYTES:
        raise BadProof("a size or root that cannot be")
    return size, raw
