"""Letters among colleagues: inboxes read to their end, and what goes there."""

from __future__ import annotations

from clientlib.relay import RelayClient
from crypto import account, letter
from crypto.errors import BadProof, RemoteError
from crypto.keys import AccountSecret, KemPublic, KemSecret
from crypto.letter import Letter, LetterKind
from crypto.primitives import sign_public
from crypto.wire import boxes


async def read_inbox(relay: RelayClient, inbox16: bytes) -> list[boxes.StoredLetter]:
    """Read an inbox page by page to its end."""
    found: list[boxes.StoredLetter] = []
    while True:
        start = found[-1].letter + 1 if found else 0
        page = await relay.request(boxes.InboxRead(inbox16=inbox16, start=start))
        if not page.letters:
            return found
        if page.letters[0].letter < start:
            raise BadProof("an inbox that begins again never ends")
        found.extend(page.letters)


def opened(stored: boxes.StoredLetter, secret: KemSecret) -> Letter | None:
    """Open a letter; None for one that does not open, which must not stop the others."""
    try:
        return letter.open_letter(stored.e2, secret)
    except RemoteError:
        return None


def sealed_letter(
    ams: AccountSecret,
    certificate_hash: bytes,
    recipient: KemPublic,
    kind: LetterKind,
    payload: bytes,
    sent_ms: int,
) -> bytes:
    """Return a letter of a certified person, sealed to one key."""
    secret = account.staff_sign(ams)
    note = Letter(
        kind=kind,
        certificate_hash=certificate_hash,
        sign_pk=sign_public(secret),
        sent_ms=sent_ms,
        payload=payload,
    )
    return letter.seal_letter(recipient, secret, note)
