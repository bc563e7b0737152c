"""What a person gets to see of a judged message, and what a conversation learns from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from clientlib import consent, regulars
from clientlib.consent import HandOver
from clientlib.regulars import Given
from crypto.commit import Commit
from crypto.envelope import Body, Kind
from crypto.passphrase import BadCharacter, normalise_pseudonym
from crypto.roster import Role, RosterEntry
from crypto.verdict import Message
from crypto.wire import codec, content

# What people say to each other; after it, somebody waits.
WORDS = frozenset({Kind.TEXT, Kind.FILE, Kind.ENQUIRY})


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
    # Of the seeker's first ENQUIRY, whose number it is; 0 where there is none.
    enquiry_n: int = 0
    topic: str = ""
    subject: str = ""
    # A counsellor has written, be it only that they have read.
    has_counsellor_signed: bool = False
    # Done, as a counsellor marked it; the next word of either side takes it up again.
    is_done: bool = False
    # What to ask whoever says to be the seeker without their access, and since when it is agreed.
    agreed_question: str = ""
    agreed_answer: str = ""
    agreed_ms: int = 0
    # Who said the last word, and since when the seeker waits for one; None and 0: nobody does.
    last_word: Role | None = None
    waiting_since_ms: int = 0
    # Whether a colleague may go on, as it was asked last; None: nobody asks.
    hand_over: HandOver | None = None
    # Who was in it after the last commit that was read.
    members: tuple[RosterEntry, ...] = ()
    # What was said last of a regular counsellor; None: nothing ever.
    relation: Given | None = None
    # What a counsellor gave along when they marked it done, the newest; None: nothing.
    known: Given | None = None

    def learn(self, message: Message) -> None:
        """Take in a message; RemoteError for a genuine one of a broken shape.

        Only the seeker names themselves and their subject, and only once; only who counsels offers
        an access, or says that something is done. Of agreed questions the newest counts.
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
        elif body.kind == Kind.ENQUIRY:
            asked = codec.decode(content.Enquiry, body.payload)
            if role is Role.SEEKER and self.enquiry_n == 0:
                self.enquiry_n, self.topic, self.subject = message.n, asked.topic, asked.subject
        elif body.kind == Kind.COMMIT:
            self.members = Commit.decode(body.payload).roster
        elif body.kind == Kind.DONE:
            marked = codec.decode(content.MarkedDone, body.payload)
            self.known = regulars.marked(self.known, message, marked.relation)
            if role is Role.COUNSELLOR:
                self.is_done, self.waiting_since_ms = True, 0
        elif body.kind == Kind.AGREED_QUESTION:
            agreed = codec.decode(content.AgreedQuestion, body.payload)
            if role is Role.SEEKER:
                self.agreed_question, self.agreed_answer = agreed.question, agreed.answer
                self.agreed_ms = body.sent_ms
        self.hand_over = consent.heard(self.hand_over, message)
        self.relation = regulars.heard(self.relation, message)
        self._hear(body, role)

    def _hear(self, body: Body, role: Role) -> None:
        """Whose turn it is."""
        self.has_counsellor_signed = self.has_counsellor_signed or role is Role.COUNSELLOR
        if body.kind in WORDS:
            self.last_word, self.is_done = role, False
            if role is not Role.SEEKER:
                self.waiting_since_ms = 0
            elif self.waiting_since_ms == 0:
                self.waiting_since_ms = body.sent_ms


def said_of(message: Message, own: RosterEntry | None, own_role: Role | None = None) -> Said:
    """Return a message as a person sees it; RemoteError for a genuine one of a broken shape.

    `own_role`: what I was already when somebody else stood in my place, with an earlier access.
    """
    body = message.opened.body
    return Said(
        n=message.n,
        sidx=body.sidx,
        mine=message.author == own or message.author.role is own_role,
        kind=body.kind,
        sent_ms=body.sent_ms,
        text=_text_of(body),
        payload=body.payload,
    )


def _text_of(body: Body) -> str | None:
    """An enquiry shows as its text."""
    if body.kind == Kind.TEXT:
        return codec.decode(content.Text, body.payload).text
    if body.kind == Kind.ENQUIRY:
        return codec.decode(content.Enquiry, body.payload).text
    return None
