"""What people say, inside the envelope: decoded by clients, never by the relay.

One class per `envelope.Kind` that carries content. Commits and files have decoders of their own,
`crypto/commit.py` and `crypto/attachment.py`, because their fields bind each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from crypto.wire.base import Content
from crypto.wire.fields import Bytes32, Opt32, TextUpTo, Uint, UintUpTo

MAX_TEXT_CHARS = 12_000
MAX_SUBJECT_CHARS = 120
MAX_TOPIC_CHARS = 80
MAX_AGREED_CHARS = 200
# As passphrase.MAX_PSEUDONYM_CHARS, which the relay must not load.
MAX_PSEUDONYM_CHARS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Content):
    """A text with the light mark-up of the composer; shown only after our own parser."""

    text: Annotated[str, TextUpTo(MAX_TEXT_CHARS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement(Content):
    """I hold everything up to my head_n; read up to `read_n`, 0 where marks are off."""

    read_n: Uint


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Content):
    """I end this conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendRequest(Content):
    """I could not open number `n`: please send it again."""

    n: Uint


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction(Content):
    """The pseudonym under which this registered seeker writes; the relay never sees it."""

    pseudonym: Annotated[str, TextUpTo(MAX_PSEUDONYM_CHARS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOffer(Content):
    """From a counsellor: you may make an access now and go on later, without telling all again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry(Content):
    """How a written conversation begins; its subject stays as first written (S2.43).

    Only the seeker's first one counts. `topic` is one that the portal offers, or empty.
    """

    topic: Annotated[str, TextUpTo(MAX_TOPIC_CHARS)]
    subject: Annotated[str, TextUpTo(MAX_SUBJECT_CHARS)]
    text: Annotated[str, TextUpTo(MAX_TEXT_CHARS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedDone(Content):
    """From a counsellor: this is done; the next message of either side takes it up again.

    `relation`: who shows it later has had a conversation with me; empty where I give none.
    """

    relation: Opt32


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(Content):
    """From a counsellor: I should like a colleague to go on in my place. May they?

    The colleague is named by certificate; `with_history` 1: they may also read what was said so
    far; `is_deputy` 1: beside me and for a time, not in my place. It asks; only a commit lets them
    in.
    """

    certificate_hash: Bytes32
    with_history: Annotated[int, UintUpTo(1)]
    is_deputy: Annotated[int, UintUpTo(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverAnswer(Content):
    """The seeker's word to the HAND_OVER at number `n`; a 0 from who asked takes it back."""

    n: Uint
    is_yes: Annotated[int, UintUpTo(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedQuestion(Content):
    """From a seeker: what to ask whoever says to be me without my access, and what I will answer.

    Only the seeker's newest counts; with an empty question there is none any more.
    """

    question: Annotated[str, TextUpTo(MAX_AGREED_CHARS)]
    answer: Annotated[str, TextUpTo(MAX_AGREED_CHARS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Content):
    """From a counsellor: I am your regular counsellor, and who shows this gets through to me.

    `is_first` 1: given by itself, so it counts only where there is no other. An empty one ends it,
    from the counsellor who gave it or from the seeker.
    """

    relation: Opt32
    is_first: Annotated[int, UintUpTo(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing(Content):
    """I am writing (1) or have stopped (0); only ever in an E3."""

    active: Annotated[int, UintUpTo(1)]
