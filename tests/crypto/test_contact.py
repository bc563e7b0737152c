"""Contact data: written and read as in the vectors; one size, and one bucket of a letter."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import contact, letter
from crypto.contact import Contact, SignedContact
from crypto.errors import RemoteError
from crypto.keys import SignSecret
from crypto.letter import NO_CERTIFICATE, Letter, LetterKind
from crypto.primitives import sign_public
from crypto.wire.contacts import CONTACT_LETTER_BYTES
from tests.helpers.box import BELA
from tests.helpers.vectors import Case, assert_reproduced, name_of, vectors
from tests.vectors.make.contact import LEFT, fields_of

SIGN = SignSecret(bytes(32))


def contact_in(fields: dict[str, Any]) -> Contact:
    """Read contact data of a vector."""
    return Contact(
        box16=bytes.fromhex(fields["box16"]),
        ticket16=bytes.fromhex(fields["ticket16"]),
        **{name: fields[name] for name in ("n", "at_ms", "email", "phone")},
    )


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("contact")


@pytest.mark.parametrize("case", vectors("contact", "write"), ids=name_of)
def test_it_is_written_as_in_the_vectors(case: Case) -> None:
    def work() -> dict[str, Any]:
        secret = SignSecret(case.bytes_of("sign"))
        signed = contact.sign_contact(secret, contact_in(case.given["contact"]))
        return {"sign_pk": signed.sign_pk.raw, "payload": signed.encode()}

    case.check(work)


@pytest.mark.parametrize("case", vectors("contact", "read"), ids=name_of)
def test_it_is_read_as_in_the_vectors(case: Case) -> None:
    def work() -> dict[str, Any]:
        found = SignedContact.decode(case.bytes_of("payload"))
        return {"sign_pk": found.sign_pk.raw, "contact": fields_of(found.contact)}

    case.check(work)


@given(
    email=st.text(alphabet="abü.@", max_size=120),
    phone=st.text(alphabet="+0123456789 ", max_size=40),
    sent_ms=st.integers(min_value=0, max_value=2**53 - 1),
)
def test_what_was_left_tells_nothing_by_its_size(email: str, phone: str, sent_ms: int) -> None:
    left = Contact(
        box16=LEFT.box16,
        ticket16=LEFT.ticket16,
        n=contact.MAX_N,
        at_ms=sent_ms,
        email=email,
        phone=phone or "1",
    )
    signed = contact.sign_contact(SIGN, left)
    assert SignedContact.decode(signed.encode()) == signed
    note = Letter(
        kind=LetterKind.CONTACT,
        certificate_hash=NO_CERTIFICATE,
        sign_pk=sign_public(SIGN),
        sent_ms=sent_ms,
        payload=signed.encode(),
    )
    assert len(letter.seal_letter(BELA.kem_pk, SIGN, note)) == CONTACT_LETTER_BYTES


@given(st.binary(max_size=700) | st.binary(min_size=640, max_size=640))
def test_arbitrary_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(RemoteError):
        SignedContact.decode(raw)


def test_neither_address_nor_number_stands_in_a_traceback() -> None:
    shown = repr(contact.sign_contact(SIGN, LEFT))
    assert LEFT.email not in shown
    assert LEFT.phone not in shown
