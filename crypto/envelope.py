"""E1, what is numbered and stored in a box, and E3, what is only passed on (protocol section 5).

    E1 = [1, 1, box16, kid8, n24, c]        E3 = [1, 3, box16, kid8, n24, c], always 256 bytes
    c  = AEAD(KDF(K_e, "msg"), n24, ad = outer, pad([body, sig, wraps])),  outer = all but c
    body = [kind, sidx, stream, i, epoch_hash, sent_ms, head_n, head, log_n, log_root, payload]
    sig  = SIG(sender, "msg", outer, body)

`payload` is a bin that holds a canonical encoding of its own, so that kinds may grow without
touching this file. `wraps` is an array of [sidx, SEAL], empty except in a commit. The relay sees
outer and the bucket; who wrote and what kind it is lie inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from crypto import encoding, labels, padding, primitives
from crypto.encoding import Value
from crypto.epoch import KID_BYTES, EpochKey
from crypto.errors import BadLength, LocalError, NotCanonical, WrongKey
from crypto.keys import SignPublic, SignSecret
from crypto.primitives import HASH_BYTES, NONCE_BYTES, SIGNATURE_BYTES, TAG_BYTES
from crypto.random import Rand, random_bytes

SUITE = 1
FORM_STORED = 1
FORM_FLEETING = 3
BOX_BYTES = 16
# X-Wing ciphertext (1120), then the sealed epoch secret (32 + 16).
WRAP_BYTES = 1168
MAX_UINT32 = 2**32 - 1
# Numbers of members are never reused: 50 at a time, 65,535 in the whole life of a box. The relay
# files capabilities under the same numbers, so one limit holds on both sides.
MAX_SIDX = encoding.MAX_UINT16
FLEETING_BUCKET_BYTES = padding.MIN_BUCKET_BYTES
# The head: array, two small ints, three bins with two bytes of length each, and a bin32 for c.
MAX_ENVELOPE_BYTES = (
    3 + 6 + BOX_BYTES + KID_BYTES + NONCE_BYTES + 5 + padding.MAX_COMMIT_BUCKET_BYTES + TAG_BYTES
)
_BODY_ITEMS = 11


class Kind(IntEnum):
    """What an E1 carries. An unknown number is a newer client's and no fault."""

    COMMIT = 1
    TEXT = 2
    FILE = 3
    ACKNOWLEDGEMENT = 4
    CLOSE = 5
    RESEND_REQUEST = 6
    INTRODUCTION = 7
    ACCOUNT_OFFER = 8
    ENQUIRY = 9
    DONE = 10
    HAND_OVER = 11
    HAND_OVER_ANSWER = 12
    AGREED_QUESTION = 13
    RELATION = 15


class Fleeting(IntEnum):
    """What an E3 carries."""

    TYPING = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    """What the relay sees. `sealed` (c) is not part of what is signed and compared."""

    form: int
    box16: bytes
    kid8: bytes
    nonce24: bytes
    sealed: bytes = field(default=b"", compare=False, repr=False)

    def to_value(self) -> list[Value]:
        """Return [1, form, box16, kid8, n24], the associated data and first signed part."""
        return [SUITE, self.form, self.box16, self.kid8, self.nonce24]

    @classmethod
    def from_value(cls, value: Value) -> Outer:
        """Read what `to_value` wrote, of a stored envelope: letters quote commits so."""
        items = encoding.array(value, 5)
        if items[:2] != [SUITE, FORM_STORED]:
            raise NotCanonical("unknown suite or form")
        return _outer(FORM_STORED, items[2:], b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a member signs: the message, its place in the stream, and the writer's view."""

    kind: int
    sidx: int
    stream: int  # random 32-bit number per sign-in
    i: int  # 0, 1, 2... in the stream through all epochs; of an E3, a count of its own
    epoch_hash: bytes
    sent_ms: int
    head_n: int
    head: bytes
    log_n: int
    log_root: bytes
    payload: bytes = field(repr=False)

    def to_value(self) -> list[Value]:
        """Return the array of eleven that is signed."""
        return [
            int(self.kind),
            self.sidx,
            self.stream,
            self.i,
            self.epoch_hash,
            self.sent_ms,
            self.head_n,
            self.head,
            self.log_n,
            self.log_root,
            self.payload,
        ]

    @classmethod
    def from_value(cls, value: Value) -> Body:
        """Read what `to_value` wrote; NotCanonical for any other shape."""
        items = encoding.array(value, _BODY_ITEMS)
        return cls(
            kind=encoding.uint(items[0], 255),
            sidx=encoding.uint(items[1], MAX_SIDX),
            stream=encoding.uint(items[2], MAX_UINT32),
            i=encoding.uint(items[3]),
            epoch_hash=encoding.binary(items[4], HASH_BYTES),
            sent_ms=encoding.uint(items[5]),
            head_n=encoding.uint(items[6]),
            head=encoding.binary(items[7], HASH_BYTES),
            log_n=encoding.uint(items[8]),
            log_root=encoding.binary(items[9], HASH_BYTES),
            payload=encoding.binary(items[10]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrap:
    """An epoch secret sealed to one member who stays."""

    sidx: int
    sealed: bytes = field(repr=False)

    def to_value(self) -> list[Value]:
        """Return [sidx, SEAL]."""
        return [self.sidx, self.sealed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An envelope that the epoch's key opened; its signature is not verified yet."""

    outer: Outer
    body: Body
    signature: bytes
    wraps: tuple[Wrap, ...] = ()


def seal_e1(
    key: EpochKey,
    secret: SignSecret,
    body: Body,
    wraps: Sequence[Wrap] = (),
    rand: Rand = random_bytes,
) -> bytes:
    """Sign and seal a message to be stored; LocalError when it fits no bucket."""
    if wraps and body.kind != Kind.COMMIT:
        raise LocalError("only a commit has wraps")
    return _seal(FORM_STORED, key, secret, body, wraps, rand)


def seal_e3(key: EpochKey, secret: SignSecret, body: Body, rand: Rand = random_bytes) -> bytes:
    """Sign and seal a fleeting message; LocalError when it does not fit 256 bytes."""
    return _seal(FORM_FLEETING, key, secret, body, (), rand)


def parse_outer(raw: bytes) -> Outer:
    """Read the outside of an E1 or E3: canonical, known suite and form, sizes, a bucket."""
    if len(raw) > MAX_ENVELOPE_BYTES:
        raise BadLength("larger than any envelope")
    items = encoding.decode_array(raw, 6)
    if items[0] != SUITE or items[1] not in (FORM_STORED, FORM_FLEETING):
        raise NotCanonical("unknown suite or form")
    form = encoding.uint(items[1])
    sealed = encoding.binary(items[5])
    if not padding.is_bucket(len(sealed) - TAG_BYTES, _largest_bucket(form)):
        raise BadLength("not a bucket")
    return _outer(form, items[2:], sealed)


def open_e1(raw: bytes, key: EpochKey) -> Opened:
    """Open a stored envelope of the epoch of `key`; the signature is left to `verify`."""
    return open_outer(parse_outer(raw), FORM_STORED, key)


def open_e3(raw: bytes, key: EpochKey) -> Opened:
    """Open a fleeting envelope of the epoch of `key`; the signature is left to `verify`."""
    return open_outer(parse_outer(raw), FORM_FLEETING, key)


def open_outer(outer: Outer, form: int, key: EpochKey) -> Opened:
    """Open what `parse_outer` read; WrongKey when it belongs to another box, epoch or form."""
    if (outer.form, outer.box16, outer.kid8) != (form, key.box16, key.kid8):
        raise WrongKey("another box, epoch or form")
    padded = primitives.aead_open(key.message_key, outer.nonce24, outer.to_value(), outer.sealed)
    items = encoding.decode_array(padding.unpad(padded, _largest_bucket(form)), 3)
    body = Body.from_value(items[0])
    wraps = tuple(_wrap(item) for item in encoding.array(items[2]))
    # A fleeting one has room for neither: this looks at the kind alone.
    if body.kind != Kind.COMMIT:
        if wraps:
            raise NotCanonical("only a commit has wraps")
        if len(padded) > padding.MAX_BUCKET_BYTES:
            raise BadLength("only a commit may fill the largest bucket")
    signature = encoding.binary(items[1], SIGNATURE_BYTES)
    return Opened(outer=outer, body=body, signature=signature, wraps=wraps)


def verify(opened: Opened, sign_public: SignPublic) -> None:
    """Raise BadSignature unless the owner of `sign_public` signed outer and body."""
    primitives.verify(
        sign_public,
        labels.SIG_MSG,
        opened.signature,
        opened.outer.to_value(),
        opened.body.to_value(),
    )


def _seal(
    form: int,
    key: EpochKey,
    secret: SignSecret,
    body: Body,
    wraps: Sequence[Wrap],
    rand: Rand,
) -> bytes:
    outer = Outer(form=form, box16=key.box16, kid8=key.kid8, nonce24=rand(NONCE_BYTES)).to_value()
    value = body.to_value()
    signature = primitives.sign(secret, labels.SIG_MSG, outer, value)
    message = encoding.encode([value, signature, [wrap.to_value() for wrap in wraps]])
    is_text = form == FORM_STORED and body.kind != Kind.COMMIT
    padded = padding.pad(message, padding.MAX_BUCKET_BYTES if is_text else _largest_bucket(form))
    nonce24 = encoding.binary(outer[4])
    sealed = primitives.aead_seal(key.message_key, nonce24, outer, padded)
    return encoding.encode([*outer, sealed])


def _largest_bucket(form: int) -> int:
    """The outside does not tell a commit from a text, so both may have a commit's size there."""
    return padding.MAX_COMMIT_BUCKET_BYTES if form == FORM_STORED else FLEETING_BUCKET_BYTES


def _outer(form: int, items: list[Value], sealed: bytes) -> Outer:
    return Outer(
        form=form,
        box16=encoding.binary(items[0], BOX_BYTES),
        kid8=encoding.binary(items[1], KID_BYTES),
        nonce24=encoding.binary(items[2], NONCE_BYTES),
        sealed=sealed,
    )


def _wrap(value: Value) -> Wrap:
    items = encoding.array(value, 2)
    return Wrap(
        sidx=encoding.uint(items[0], MAX_SIDX), sealed=encoding.binary(items[1], WRAP_BYTES)
    )
