"""The resume slot: sealed, opened, refused."""

from __future__ import annotations

from functools import partial
from typing import Any

from crypto import credential, labels, resume
from crypto.encoding import Value, encode
from crypto.entry import MAX_DRAFT_BYTES, Entry, EntryState, KeptSecret, entry_value
from crypto.keys import AccountSecret, EpochSecret, ResumeSecret
from crypto.padding import pad
from crypto.primitives import aead_seal, kdf
from tests.vectors.make.common import (
    SUCCESS,
    SeededRand,
    case,
    document,
    flip,
    outcome,
    packed,
)

_RAND = SeededRand("resume")
_RESUME = ResumeSecret(_RAND(32))
_AMS = AccountSecret(_RAND(32))
_NONCE = _RAND(24)
_BOX = _RAND(16)
_ENTRY = Entry(
    box16=_BOX,
    kind=1,
    state=EntryState.OPEN,
    key_context=_BOX,
    secrets=(KeptSecret(epoch=0, es=EpochSecret(_RAND(32))),),
    pin_n=4,
    pin_chain=_RAND(32),
    counter=0,
    settings=b"",
)


def cases() -> dict[str, Any]:
    """Drafts of several kinds, then every refusal."""
    return document("Resume slot (section 3).", [*_sealed(), *_refused()])


def _sealed() -> list[dict[str, Any]]:
    most = MAX_DRAFT_BYTES
    drafts = [
        ("no draft", "only the secret and the box", "", 1),
        ("a draft", "as typed", "Ich weiß nicht, wie ich anfangen soll …", 1),
        ("not NFC", "kept decomposed", "u\u0308ber", 1),
        ("byte order mark", "kept at the start", "\ufeffHallo", 1),
        ("lone surrogate", "becomes U+FFFD", "a\ud83cb", 1),
        ("too long", "32 KiB and a byte", "a", most + 1),
        ("too long in bytes", "not in characters", "ä", most // 2 + 1),
    ]
    made = []
    for name, comment, draft, times in drafts:
        given = _facts() | {"op": "seal", "draft": draft, "times": times, "rand": _NONCE}
        got, sealed = outcome(partial(_seal, draft * times))
        out = {"id": credential.resume_id(_RESUME), "sealed": sealed}
        made.append(case(name, comment, given, out if got == SUCCESS else None, got))
    return made


def _seal(draft: str) -> bytes:
    memory = resume.Memory(ams=_AMS, entry=_ENTRY, draft=draft)
    return resume.seal_resume(_RESUME, memory, lambda _: _NONCE)


def _facts() -> dict[str, Any]:
    return {"resume": _RESUME.raw, "ams": _AMS.raw, "entry": encode(entry_value(_ENTRY))}


def _refused() -> list[dict[str, Any]]:
    good, entry = _seal("Hallo"), entry_value(_ENTRY)
    plain: list[Value] = [_AMS.raw, entry, b"Hallo"]
    table = [
        ("nonce flipped", "one bit", flip(good, 8 * 5), "bad_tag"),
        ("seal flipped", "one bit", flip(good, 8 * 60), "bad_tag"),
        ("tag flipped", "last bit", flip(good, len(good) * 8 - 1), "bad_tag"),
        ("seal too short", "below a tag", encode([_NONCE, bytes(15)]), "bad_length"),
        ("short nonce", "23 bytes", encode([bytes(23), bytes(528)]), "not_canonical"),
        ("one item", "wrong shape", encode([_NONCE]), "not_canonical"),
        ("empty", "no bytes", b"", "not_canonical"),
        ("no bucket", "300 bytes", _resealed(bytes(300)), "bad_length"),
        ("two items inside", "wrong shape", _resealed(pad(encode(plain[:2]))), "not_canonical"),
        ("short AMS", "31 bytes", _resealed(pad(encode([bytes(31), *plain[1:]]))), "not_canonical"),
        ("no entry", "empty bin", _resealed(pad(encode([_AMS.raw, b"", b""]))), "not_canonical"),
        ("no UTF-8", "c3 28", _resealed(pad(encode([*plain[:2], b"\xc3\x28"]))), "not_canonical"),
        ("draft as text", "a str", _resealed(pad(encode([*plain[:2], "Hallo"]))), "not_canonical"),
    ]
    made = []
    for name, comment, raw, want in table:
        got, _ = outcome(partial(resume.open_resume, _RESUME, raw))
        assert got == want, (name, got)
        given = {"op": "open", "resume": _RESUME.raw, "sealed": packed(raw)}
        made.append(case(f"open: {name}", comment, given, None, want))
    return made


def _resealed(padded: bytes) -> bytes:
    key = kdf(_RESUME.raw, labels.RESUME)
    return encode([_NONCE, aead_seal(key, _NONCE, b"", padded)])
