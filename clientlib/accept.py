"""An acceptance as the relay tells it: for the seeker to judge, for its signer to know again."""

from __future__ import annotations

from crypto import acceptance
from crypto.acceptance import Accept
from crypto.errors import BadSignature
from crypto.keys import SignPublic
from crypto.wire import live


def accept_of(ticket16: bytes, told: live.Acceptance) -> Accept:
    """Return what was signed; `ticket16` is the caller's own knowledge."""
    return Accept(
        ticket16=ticket16,
        certificate_hash=told.certificate_hash,
        log_size=told.log_size,
        log_root=told.log_root,
        expires_ms=told.expires_ms,
        signature=told.signature,
    )


def is_accepted_by(sign_pk: SignPublic, ticket16: bytes, row: live.QueueRow) -> bool:
    """Tell whether the row proves that the owner of `sign_pk` accepted exactly its seeker key.

    Portal and number of the row stay the relay's word: they only name a chat.
    """
    try:
        for told in row.acceptance:
            acceptance.verify_accept(sign_pk, accept_of(ticket16, told), row.key_hash)
    except BadSignature:
        return False
    return row.acceptance != ()
