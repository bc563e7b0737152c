"""Regular counsellors: given in a box, kept in the seeker's keyring, shown where one writes anew.

What is said of it in a box is read again at every sign-in, so what has ended stays noted. One at a
portal. `learn` and `ended` are pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from clientlib.settings import Known, Regular
from crypto.envelope import Kind
from crypto.roster import Role
from crypto.verdict import Message
from crypto.wire import codec, content

# Of a portal, the newest; enough that no box which can still be read brings one back.
_MOST_ENDED = 32
# The newest; more counsellors than anybody writes to.
_MOST_KNOWN = 32
Regulars = tuple[Regular, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was said of it last in a box: by whom; an empty relation: not any more."""

    sidx: int
    certificate_hash: bytes
    relation: bytes = field(repr=False)
    is_first: bool


def heard(before: Given | None, message: Message) -> Given | None:
    """Return what holds after a message; RemoteError for a genuine one of a broken shape.

    Only who counsels gives one; it is ended by whoever gave it, or by the seeker.
    """
    body, author = message.opened.body, message.author
    if body.kind != Kind.RELATION:
        return before
    said = codec.decode(content.Relation, body.payload)
    if author.role is Role.COUNSELLOR and said.relation:
        return Given(
            sidx=body.sidx,
            certificate_hash=author.certificate_hash,
            relation=said.relation,
            is_first=said.is_first == 1,
        )
    is_allowed = author.role is Role.SEEKER or (before is not None and before.sidx == body.sidx)
    return replace(before, relation=b"") if before and is_allowed and not said.relation else before


def regular_at(regulars: Regulars, portal16: bytes) -> Regular | None:
    """Return whose regular client somebody is at a portal."""
    held = (one for one in regulars if one.portal16 == portal16 and not one.is_ended)
    return next(held, None)


def learn(regulars: Regulars, portal16: bytes, subject16: bytes, given: Given) -> Regulars:
    """Take in what holds in a box with somebody; what was ended once stays so."""
    known = regular_at(regulars, portal16)
    if not given.relation:
        is_theirs = known is not None and known.subject16 == subject16
        return ended(regulars, portal16) if is_theirs else regulars
    if any(one.relation == given.relation for one in regulars) or (given.is_first and known):
        return regulars
    new = Regular(portal16=portal16, subject16=subject16, relation=given.relation)
    return (*ended(regulars, portal16), new)


def ended(regulars: Regulars, portal16: bytes) -> Regulars:
    """Note that there is none at a portal any more."""
    noted = tuple(
        replace(one, is_ended=True) if one.portal16 == portal16 else one for one in regulars
    )
    over = [one for one in noted if one.is_ended]
    return tuple(one for one in noted if not one.is_ended or one in over[-_MOST_ENDED:])


# --- whom somebody knows --------------------------------------------------------------------------


def marked(before: Given | None, message: Message, relation: bytes) -> Given | None:
    """Return what holds after a counsellor marked it done, and gave this relation along."""
    author = message.author
    if author.role is not Role.COUNSELLOR or not relation:
        return before
    return Given(
        sidx=message.opened.body.sidx,
        certificate_hash=author.certificate_hash,
        relation=relation,
        is_first=False,
    )


def known_at(known: tuple[Known, ...], portal16: bytes, subject16: bytes) -> Known | None:
    """Return what proves that somebody has had a conversation with a counsellor at a portal."""
    held = (one for one in known if (one.portal16, one.subject16) == (portal16, subject16))
    return next(held, None)


def learn_known(
    known: tuple[Known, ...], portal16: bytes, subject16: bytes, given: Given
) -> tuple[Known, ...]:
    """Take in what a conversation has left; one with each counsellor at a portal, the newest."""
    new = Known(portal16=portal16, subject16=subject16, relation=given.relation)
    if new in known:
        return known
    former = known_at(known, portal16, subject16)
    return (*(one for one in known if one != former), new)[-_MOST_KNOWN:]
