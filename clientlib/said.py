"""What a person gets to see of a judged message, and what a conversation learns from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from crypto.envelope import Kind
from crypto.passphrase import BadCharacter, normalise_pseudonym
from crypto.roster import Role
from crypto.verdict import Message
from crypto.wire import codec, content


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A judged message as a person sees it; `text` is None for what is not a text."""

    n: int
    sidx: int
    mine: bool
    kind: int
    sent_ms: int
    text: str | None
    payload: bytes = field(repr=False)


@dataclass(slots=True, kw_only=True)
class Learned:
    """What the members have said about the conversation itself."""

    # Who signed a close message; None: nobody did, so the service ended it.
    closed_by: int | None = None
    # Under which the seeker writes; empty for an unregistered one.
    pseudonym: str = ""
    is_account_offered: bool = False

    def learn(self, message: Message) -> None:
        """Take in a message; RemoteError for a genuine one of a broken shape.

        Only the seeker names themselves, and only once; only who counsels offers an access.
        """
        body, role = message.opened.body, message.author.role
        if body.kind == Kind.CLOSE:
            self.closed_by = body.sidx
        elif body.kind == Kind.INTRODUCTION:
            given = codec.decode(content.Introduction, body.payload).pseudonym
            if normalise_pseudonym(given) != given:
                raise BadCharacter("not a pseudonym")
            if role is Role.SEEKER and not self.pseudonym:
                self.pseudonym = given
        elif body.kind == Kind.ACCOUNT_OFFER:
            codec.decode(content.AccountOffer, body.payload)
            self.is_account_offered = self.is_account_offered or role is Role.COUNSELLOR


def said_of(message: Message, own_sidx: int | None) -> Said:
    """Return a message as a person sees it; RemoteError for a genuine one of a broken shape."""
    body = message.opened.body
    text = codec.decode(content.Text, body.payload).text if body.kind == Kind.TEXT else None
    return Said(
        n=message.n,
        sidx=body.sidx,
        mine=own_sidx == body.sidx,
        kind=body.kind,
        sent_ms=body.sent_ms,
        text=text,
        payload=body.payload,
    )
