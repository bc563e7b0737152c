"""What a relay could show a seeker's page with the help of somebody who holds the team's key."""

from __future__ import annotations

from typing import Any

from clientlib.firstrequest import FirstRequest
from clientlib.staff import Staff
from crypto import account
from crypto.envelope import Kind, seal_e1
from crypto.keys import EpochSecret
from crypto.primitives import sign_public
from crypto.random import random_bytes
from crypto.roster import Role, RosterEntry
from crypto.wire import codec, content
from tests.helpers.organisation import kem_public, sign_secret
from tests.lying.takeover import Takeover

OTHER_KEY = sign_secret("relay")
OTHER_SECRET = EpochSecret(random_bytes(EpochSecret.SIZE_BYTES))
# Somebody whom no log knows.
GHOST = RosterEntry(
    sidx=3,
    role=Role.COUNSELLOR,
    sign_pk=sign_public(OTHER_KEY),
    kem_pk=kem_public("relay"),
    certificate_hash=random_bytes(32),
)


def takeover(first: FirstRequest, staff: Staff, **changes: Any) -> bytes:
    """As this colleague would make it, with changes."""
    given: dict[str, Any] = {
        "first": first,
        "certificate": staff.certificate,
        "sign": account.staff_sign(staff.ams),
    }
    return Takeover(**(given | changes)).e1()


def signed_by(staff: Staff) -> dict[str, Any]:
    """Changes by which somebody else signs it in the team's name."""
    return {"by": staff.certificate.hash, "sign": account.staff_sign(staff.ams)}


def answer(first: FirstRequest, staff: Staff, text: str) -> bytes:
    """A text by a colleague who has not taken it, under the key that all of the team have."""
    transcript, team = first.box.transcript, first.team
    assert team is not None
    body = transcript.draft(
        kind=Kind.TEXT,
        stream=97,
        i=0,
        sent_ms=first.box._now_ms(),
        log_n=transcript.state.log_n,
        payload=codec.encode(content.Text(text=text)),
        sidx=team.sidx,
    )
    return seal_e1(transcript.key, account.staff_sign(staff.ams), body)
