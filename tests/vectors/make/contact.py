"""Contact data: signed and written, read back, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from crypto import contact, encoding, labels, primitives
from crypto.contact import MAX_EMAIL_BYTES, MAX_PHONE_CHARS, PAYLOAD_BYTES, Contact, SignedContact
from crypto.encoding import Value
from tests.helpers.box import ANNA, NOW_MS, SEEKER, seeded
from tests.vectors.make.common import case, document, flip, outcome, packed

LEFT = Contact(
    box16=seeded("a box", 16),
    ticket16=seeded("a ticket", 16),
    n=3,
    at_ms=NOW_MS,
    email="mara@example.org",
    phone="0431 55 55",
)


def cases() -> dict[str, Any]:
    """All cases."""
    return document("Contact data for the leads (section 5).", [*_written(), *_read()])


def fields_of(one: Contact) -> dict[str, Any]:
    """Return the fields of contact data as a vector has them."""
    return {
        "box16": one.box16,
        "ticket16": one.ticket16,
        "n": one.n,
        "at_ms": one.at_ms,
        "email": one.email,
        "phone": one.phone,
    }


def _written() -> list[dict[str, Any]]:
    table = [
        ("both", LEFT),
        ("e-mail only", replace(LEFT, phone="")),
        ("phone only", replace(LEFT, n=1, email="")),
        ("the longest", replace(LEFT, email="ü" * 127, phone="☎" * MAX_PHONE_CHARS)),
        ("neither", replace(LEFT, email="", phone="")),
        ("an e-mail too long", replace(LEFT, email="ü" * 127 + "x")),
        ("a phone too long", replace(LEFT, phone="1" * (MAX_PHONE_CHARS + 1))),
        ("before the first", replace(LEFT, n=0)),
        ("after the last", replace(LEFT, n=contact.MAX_N + 1)),
    ]
    made = []
    for name, one in table:
        given = {"op": "write", "sign": SEEKER.sign.raw, "contact": fields_of(one)}
        want, out = outcome(partial(_write, one))
        made.append(case(f"write {name}", "signed", given, out, want))
    return made


def _write(one: Contact) -> dict[str, Any]:
    signed = contact.sign_contact(SEEKER.sign, one)
    return {"sign_pk": signed.sign_pk.raw, "payload": signed.encode()}


def _read() -> list[dict[str, Any]]:
    good = contact.sign_contact(SEEKER.sign, LEFT).encode()
    inside = encoding.decode_array(primitives.sodium_unpad(good, PAYLOAD_BYTES), 8)
    table = [
        ("as written", good),
        ("by another key", _padded([*inside[:2], ANNA.sign_pk.raw, *inside[3:]])),
        ("of another ticket", _padded([inside[0], bytes(16), *inside[2:]])),
        ("of another box", _padded([bytes(16), *inside[1:]])),
        ("with another number", _padded([*inside[:3], 4, *inside[4:]])),
        ("with another address", _padded([*inside[:5], "eve@example.org", *inside[6:]])),
        ("with a short signature", _padded([*inside[:7], bytes(63)])),
        ("with nothing in it", _signed(replace(LEFT, email="", phone=""))),
        ("before the first", _signed(replace(LEFT, n=0))),
        ("with an address too long", _signed(replace(LEFT, email="ü" * MAX_EMAIL_BYTES))),
        ("without a phone at all", _padded(inside[:7])),
        ("a byte shorter", good[1:]),
        ("two of them", good + good),
        (
            "without the mark of the padding",
            good.rstrip(b"\x00")[:-1].ljust(PAYLOAD_BYTES, b"\x00"),
        ),
        ("a bit turned", flip(good, 8 * 40)),
    ]
    made = []
    for name, raw in table:
        want, out = outcome(partial(_fields, raw))
        made.append(
            case(f"read {name}", "judged", {"op": "read", "payload": packed(raw)}, out, want)
        )
    return made


def _fields(raw: bytes) -> dict[str, Any]:
    found = SignedContact.decode(raw)
    return {"sign_pk": found.sign_pk.raw, "contact": fields_of(found.contact)}


def _signed(one: Contact) -> bytes:
    """Contact data that a hostile client signs although they are none."""
    box16, ticket16, *rest = one.value()
    signature = primitives.sign(SEEKER.sign, labels.SIG_CONTACT, one.value())
    return _padded([box16, ticket16, SEEKER.sign_pk.raw, *rest, signature])


def _padded(items: list[Value]) -> bytes:
    inside = encoding.encode(items)
    return primitives.sodium_pad(inside, PAYLOAD_BYTES)
