"""Contact data: how somebody who has written can be reached, for the leads of the portal alone.

    payload of a CONTACT letter = padded [box16, ticket16, sign_pk, n, at_ms, e-mail, phone, sig]
    sig = SIG(the seeker's key in this box, "contact", [box16, ticket16, n, at_ms, e-mail, phone])

The signature is inside, beside that of the letter: when the leads have a new key one of them seals
the same words to it, and it still shows who left them. All payloads have one size, so that nobody
outside sees which of the two was left. Twin of web/js/crypto/contact.js.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crypto import encoding, labels
from crypto.encoding import Value
from crypto.envelope import BOX_BYTES
from crypto.errors import BadLength, LocalError, NotCanonical
from crypto.keys import SignPublic, SignSecret
from crypto.primitives import SIGNATURE_BYTES, sign, sign_public, sodium_pad, sodium_unpad, verify

TICKET_BYTES = 16
# Of UTF-8: as long as an address may be (RFC 5321, errata 1690).
MAX_EMAIL_BYTES = 254
MAX_PHONE_CHARS = 40
# How often somebody may change it.
MAX_N = 2**24 - 1
# More than the longest of both with everything beside them.
PAYLOAD_BYTES = 640


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What somebody left in a ticket as its `n`-th version; one of the two may be empty.

    `at_ms` is when, by the seeker's clock.
    """

    box16: bytes
    ticket16: bytes
    n: int
    at_ms: int
    email: str = field(repr=False)
    phone: str = field(repr=False)

    def value(self) -> list[Value]:
        """Return what the seeker signs."""
        return [self.box16, self.ticket16, self.n, self.at_ms, self.email, self.phone]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedContact:
    """Contact data, and the key in the box whose signature under them was verified or just made."""

    contact: Contact
    sign_pk: SignPublic
    signature: bytes

    def encode(self) -> bytes:
        """Return the payload of a CONTACT letter; always PAYLOAD_BYTES."""
        box16, ticket16, *rest = self.contact.value()
        inside = encoding.encode([box16, ticket16, self.sign_pk.raw, *rest, self.signature])
        return sodium_pad(inside, PAYLOAD_BYTES)

    @classmethod
    def decode(cls, raw: bytes) -> SignedContact:
        """Read what `encode` wrote; BadLength or NotCanonical for any other shape.

        BadSignature unless the key that it names signed it; whose key that is, is for the caller.
        """
        if len(raw) != PAYLOAD_BYTES:
            raise BadLength("contact data have one size")
        items = encoding.decode_array(sodium_unpad(raw, PAYLOAD_BYTES), 8)
        contact = Contact(
            box16=encoding.binary(items[0], BOX_BYTES),
            ticket16=encoding.binary(items[1], TICKET_BYTES),
            n=encoding.uint(items[3], MAX_N),
            at_ms=encoding.uint(items[4]),
            email=encoding.text(items[5], MAX_EMAIL_BYTES),
            phone=encoding.text(items[6], MAX_PHONE_CHARS),
        )
        if not is_fit(contact):
            raise NotCanonical("no contact data, or too long")
        found = cls(
            contact=contact,
            sign_pk=SignPublic(encoding.binary(items[2], SignPublic.SIZE_BYTES)),
            signature=encoding.binary(items[7], SIGNATURE_BYTES),
        )
        verify(found.sign_pk, labels.SIG_CONTACT, found.signature, contact.value())
        return found


def sign_contact(secret: SignSecret, contact: Contact) -> SignedContact:
    """Sign with the seeker's key of this box; LocalError for what `decode` would refuse."""
    if not is_fit(contact):
        raise LocalError("no contact data, or too long")
    signature = sign(secret, labels.SIG_CONTACT, contact.value())
    return SignedContact(contact=contact, sign_pk=sign_public(secret), signature=signature)


def is_fit(contact: Contact) -> bool:
    """Tell whether something is there, and fits."""
    is_short = len(contact.email.encode("utf-8")) <= MAX_EMAIL_BYTES
    is_short = is_short and len(contact.phone) <= MAX_PHONE_CHARS
    return is_short and 1 <= contact.n <= MAX_N and bool(contact.email or contact.phone)
