"""Letters with contact data as somebody makes them who was not asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crypto import contact, letter
from crypto.contact import Contact, SignedContact
from crypto.keys import KemPublic, SignSecret
from crypto.letter import NO_CERTIFICATE, Letter, LetterKind
from crypto.primitives import sign_public
from tests.helpers.organisation import seed

STRANGER = SignSecret(seed("a stranger"))
INVENTED = "eve@example.org"


def made(
    leads: KemPublic,
    about: Contact,
    *,
    inner: SignSecret = STRANGER,
    outer: SignSecret | None = None,
    certificate_hash: bytes = NO_CERTIFICATE,
    kind: int = LetterKind.CONTACT,
    signed: SignedContact | None = None,
    **changed: Any,
) -> bytes:
    """To the leads: what `inner` signs of `about` with changes, or `signed`, brought by `outer`."""
    said = signed or contact.sign_contact(inner, replace(about, **changed))
    secret = outer or inner
    note = Letter(
        kind=kind,
        certificate_hash=certificate_hash,
        sign_pk=sign_public(secret),
        sent_ms=about.at_ms,
        payload=said.encode(),
    )
    return letter.seal_letter(leads, secret, note)


def invented(box16: bytes, ticket16: bytes, now_ms: int) -> Contact:
    """What nobody has left."""
    return Contact(box16=box16, ticket16=ticket16, n=1, at_ms=now_ms, email=INVENTED, phone="")
