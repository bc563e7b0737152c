"""E2: sealed letters into an inbox, the sender hidden inside (protocol section 5).

    inbox16 = HASH("inbox", kem_pk)[:16]
    E2      = [1, 2, inbox16, SEAL(kem_pk, [1, 2, inbox16], pad(letter))]
    letter  = [1, kind, [certificate hash or zeros, sign_pk], sent_ms, payload, sig]
    sig     = SIG(sender, "letter", [1, 2, inbox16], recipient kem_pk, [all before])

A signature that opens proves only that the named key wrote; whether that key may is for the caller:
the certificate, or the key that accepted a ticket.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from crypto import encoding, kem, labels, padding, primitives
from crypto.encoding import Value
from crypto.envelope import BOX_BYTES, SUITE, Body, Opened, Outer
from crypto.epoch import MAX_EPOCH
from crypto.errors import BadLength, BadSignature, LocalError, NotCanonical, WrongKey
from crypto.keys import CapSecret, EpochSecret, KemPublic, KemSecret, SignPublic, SignSecret
from crypto.primitives import HASH_BYTES, SIGNATURE_BYTES
from crypto.random import Rand, random_bytes

FORM_LETTER = 2
VERSION = 1
INBOX_BYTES = 16
TICKET_BYTES = 16
HANDLE_BYTES = 16
TEAM_BYTES = 16
NO_CERTIFICATE = bytes(HASH_BYTES)
# array and two small ints (3), inbox16 (2 + 16), bin32 header (5), SEAL of the largest bucket.
MAX_LETTER_BYTES = 26 + padding.MAX_COMMIT_BUCKET_BYTES + kem.SEAL_OVERHEAD_BYTES


class LetterKind(IntEnum):
    """What a letter carries."""

    WELCOME = 1
    GRANT = 2  # payload: crypto/grant.py
    TEAM_SEED = 3
    TEAM_PROPOSAL = 4  # payload: the first TEAM statement's, for an admin to sign
    DRAFT = 5  # payload: crypto/givendraft.py
    RECEIPT = 6  # payload: crypto/receipt.py
    CONTACT = 7  # payload: crypto/contact.py


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An opened letter, its signature verified against the `sign_pk` it names."""

    kind: int
    certificate_hash: bytes  # zeros from a seeker
    sign_pk: SignPublic
    sent_ms: int
    payload: bytes = field(repr=False)

    def to_value(self) -> list[Value]:
        """Return what is signed: all but the signature."""
        sender: list[Value] = [self.certificate_hash, self.sign_pk.raw]
        return [VERSION, int(self.kind), sender, self.sent_ms, self.payload]


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuity:
    """A seeker's proof: SIG(old box key, "continues", new box16, new sign_pk)."""

    old_box16: bytes
    signature: bytes

    def encode(self) -> bytes:
        """Return the part of a welcome."""
        return encoding.encode([self.old_box16, self.signature])

    def verify(self, old_sign_pk: SignPublic, new_box16: bytes, new_sign_pk: SignPublic) -> None:
        """Raise BadSignature unless the old box's key names the new box and key."""
        primitives.verify(
            old_sign_pk, labels.SIG_CONTINUES, self.signature, new_box16, new_sign_pk.raw
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """What a newcomer needs: the epoch's secret, the commit that adds them, and a join cap.

    `commit` has no wraps: they are for others. `ticket16` and `handle` are empty where there is
    none; `handle` is the seeker's account for blocking.
    """

    box16: bytes
    epoch: int
    es: EpochSecret
    commit: Opened
    join_cap: CapSecret
    ticket16: bytes = b""
    handle: bytes = b""
    continuity: Continuity | None = None

    def encode(self) -> bytes:
        """Return the payload of a WELCOME letter."""
        return encoding.encode(
            [
                self.box16,
                self.epoch,
                self.es.raw,
                self.commit.outer.to_value(),
                self.commit.body.to_value(),
                self.commit.signature,
                self.join_cap.raw,
                self.ticket16,
                self.handle,
                self.continuity.encode() if self.continuity else b"",
            ]
        )

    @classmethod
    def decode(cls, raw: bytes) -> Welcome:
        """Read what `encode` wrote; NotCanonical for any other shape."""
        items = encoding.decode_array(raw, 10)
        commit = Opened(
            outer=Outer.from_value(items[3]),
            body=Body.from_value(items[4]),
            signature=encoding.binary(items[5], SIGNATURE_BYTES),
        )
        box16 = encoding.binary(items[0], BOX_BYTES)
        if commit.outer.box16 != box16:
            raise NotCanonical("commit of another box")
        return cls(
            box16=box16,
            epoch=encoding.uint(items[1], MAX_EPOCH),
            es=EpochSecret(encoding.binary(items[2], EpochSecret.SIZE_BYTES)),
            commit=commit,
            join_cap=CapSecret(encoding.binary(items[6], CapSecret.SIZE_BYTES)),
            ticket16=encoding.binary(items[7], 0, TICKET_BYTES),
            handle=encoding.binary(items[8], 0, HANDLE_BYTES),
            continuity=_continuity(encoding.binary(items[9])),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSeed:
    """A team's KEM seed for one listed member, who checks that it gives the team's kem_pk."""

    team16: bytes
    epoch: int
    seed: KemSecret

    def encode(self) -> bytes:
        """Return the payload of a TEAM_SEED letter."""
        return encoding.encode([self.team16, self.epoch, self.seed.raw])

    @classmethod
    def decode(cls, raw: bytes) -> TeamSeed:
        """Read what `encode` wrote; NotCanonical for any other shape."""
        team16, epoch, seed = encoding.decode_array(raw, 3)
        return cls(
            team16=encoding.binary(team16, TEAM_BYTES),
            epoch=encoding.uint(epoch, MAX_EPOCH),
            seed=KemSecret(encoding.binary(seed, KemSecret.SIZE_BYTES)),
        )


def make_continuity(
    old_secret: SignSecret, old_box16: bytes, new_box16: bytes, new_sign_pk: SignPublic
) -> Continuity:
    """Sign with the key of an old box that `new_sign_pk` goes on in `new_box16`."""
    signature = primitives.sign(old_secret, labels.SIG_CONTINUES, new_box16, new_sign_pk.raw)
    return Continuity(old_box16=old_box16, signature=signature)


def inbox16(kem_pk: KemPublic) -> bytes:
    """Return the address of the inbox whose letters `kem_pk`'s owner opens; 16 bytes."""
    return primitives.hash_(labels.INBOX, kem_pk.raw)[:INBOX_BYTES]


def seal_letter(
    recipient: KemPublic,
    secret: SignSecret,
    letter: Letter,
    rand: Rand = random_bytes,
) -> bytes:
    """Sign `letter` with `secret` and seal it into the recipient's inbox; returns an E2."""
    if primitives.sign_public(secret) != letter.sign_pk:
        raise LocalError("the letter names another signer")
    head = _head(recipient)
    value = letter.to_value()
    signature = primitives.sign(secret, labels.SIG_LETTER, head, recipient.raw, value)
    message = encoding.encode([*value, signature])
    padded = padding.pad(message, padding.MAX_COMMIT_BUCKET_BYTES)
    return encoding.encode([*head, kem.seal(recipient, head, padded, rand)])


def parse_letter(raw: bytes) -> tuple[bytes, bytes]:
    """Read the outside of an E2: (inbox16, sealed); canonical, known form, a bucket."""
    if len(raw) > MAX_LETTER_BYTES:
        raise BadLength("larger than any letter")
    items = encoding.decode_array(raw, 4)
    if items[:2] != [SUITE, FORM_LETTER]:
        raise NotCanonical("unknown suite or form")
    sealed = encoding.binary(items[3])
    bucket = len(sealed) - kem.SEAL_OVERHEAD_BYTES
    if not padding.is_bucket(bucket, padding.MAX_COMMIT_BUCKET_BYTES):
        raise BadLength("not a bucket")
    return encoding.binary(items[2], INBOX_BYTES), sealed


def open_letter(raw: bytes, secret: KemSecret) -> Letter:
    """Open an E2 with the inbox's key and verify that the key it names signed it, for this inbox.

    WrongKey for another inbox, BadTag for changed bytes, BadSignature for another signer.
    """
    recipient = kem.public(secret)
    head = _head(recipient)
    address, sealed = parse_letter(raw)
    if address != head[2]:
        raise WrongKey("another inbox")
    message = padding.unpad(kem.open_(secret, head, sealed), padding.MAX_COMMIT_BUCKET_BYTES)
    items = encoding.decode_array(message, 6)
    if items[0] != VERSION:
        raise NotCanonical("unknown version of letter")
    sender = encoding.array(items[2], 2)
    letter = Letter(
        kind=encoding.uint(items[1], 255),
        certificate_hash=encoding.binary(sender[0], HASH_BYTES),
        sign_pk=SignPublic(encoding.binary(sender[1], SignPublic.SIZE_BYTES)),
        sent_ms=encoding.uint(items[3]),
        payload=encoding.binary(items[4]),
    )
    signature = encoding.binary(items[5])
    if len(signature) != SIGNATURE_BYTES:
        raise BadSignature("wrong size")
    primitives.verify(
        letter.sign_pk, labels.SIG_LETTER, signature, head, recipient.raw, letter.to_value()
    )
    return letter


def _head(recipient: KemPublic) -> list[Value]:
    return [SUITE, FORM_LETTER, inbox16(recipient)]


def _continuity(raw: bytes) -> Continuity | None:
    if not raw:
        return None
    old_box16, signature = encoding.decode_array(raw, 2)
    return Continuity(
        old_box16=encoding.binary(old_box16, BOX_BYTES),
        signature=encoding.binary(signature, SIGNATURE_BYTES),
    )
