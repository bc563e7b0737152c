"""Commits in a conversation that runs: who comes in, who goes.

Sealed from the present view of the box, and judged as others will judge it: a bad one would break
the box for good. Twin of web/js/features/workspace/commits.js.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from clientlib.box import Box
from clientlib.caseload import Caseload
from clientlib.errors import Refused
from clientlib.translog import LogReader
from crypto import commit, epoch, letter
from crypto.commit import Commit, Reason
from crypto.entry import KeptSecret
from crypto.envelope import Kind, Opened, open_e1, seal_e1
from crypto.keys import EpochSecret, KemPublic, SignSecret
from crypto.letter import Letter, LetterKind
from crypto.primitives import sign_public
from crypto.random import Rand
from crypto.roster import Place, RosterEntry, RosterState
from crypto.transcript import Transcript
from crypto.wire import boxes


class Hand(Protocol):
    """Who makes one: a counsellor's caseload, or the seeker."""

    @property
    def log(self) -> LogReader:
        """The log to judge by."""

    @property
    def sign_secret(self) -> SignSecret:
        """The own key to sign with."""

    def now_ms(self) -> int:
        """The time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The next roster, and why. `sidx` signs: me, or the team that certificate `by` stands for."""

    entries: tuple[RosterEntry, ...]
    reason: Reason
    es: EpochSecret
    sidx: int
    by: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A commit ready to be sent, and itself as a letter quotes it."""

    box16: bytes
    epoch: int
    old_kid: bytes
    new_kid: bytes
    e1: bytes
    quoted: Opened

    def command(
        self,
        *,
        caps: tuple[boxes.NewCap, ...] = (),
        out: tuple[int, ...] = (),
        letters: tuple[bytes, ...] = (),
        ticket16: bytes = b"",
    ) -> boxes.Commit:
        """Return what the relay is asked, in one step."""
        return boxes.Commit(
            box16=self.box16,
            old_kid=self.old_kid,
            new_kid=self.new_kid,
            e1=self.e1,
            caps=caps,
            out=out,
            letters=letters,
            ticket16=ticket16,
        )


def roster_of(transcript: Transcript) -> RosterState:
    """Return who is in it; Refused where sending is paused, or the own joining is not there yet."""
    roster, state = transcript.state.roster, transcript.state
    if transcript.sending_paused or state.joining is not None or roster is None:
        raise Refused("what the service shows of this conversation does not fit")
    return roster


def history_of(box: Box, kept: Sequence[KeptSecret] = ()) -> tuple[EpochSecret, ...]:
    """Return the secrets of all epochs so far, in order, as their commits name them.

    `kept`: what the keyring opens the box by; who has just come in by a letter has not read the
    commit that it quotes. Refused where not all are here: what was never granted to me is not mine
    to grant.
    """
    secrets, roster = box.transcript.state.secrets, box.transcript.state.roster
    first = sorted(kept, key=lambda one: one.epoch)[:1]
    found = {one.epoch: one.es for one in first}
    made = (one.message.opened.body for one in box.taken if one.message is not None)
    steps = [Commit.decode(body.payload) for body in made if body.kind == Kind.COMMIT]
    found |= {one.epoch: secrets[one.es_hash] for one in steps if one.es_hash in secrets}
    if roster is None or len(found) != roster.epoch + 1:
        raise Refused("the history is not here to be granted")
    return tuple(found[epoch] for epoch in sorted(found))


def seal(hand: Hand, transcript: Transcript, change: Change, rand: Rand) -> Sealed:
    """Make and seal the next commit; Refused or BadStatement before anything is sent."""
    roster, log = roster_of(transcript), hand.log
    news, wraps = commit.make_commit(
        roster, change.entries, change.reason, change.es, change.by, rand
    )
    place = Place(log.view.size, hand.now_ms())
    commit.check_commit(roster, news, change.sidx, wraps, place, log.staff)
    transcript.staff = log.staff
    body = transcript.draft(
        kind=Kind.COMMIT,
        stream=int.from_bytes(rand(4), "little"),
        i=0,
        sent_ms=place.at_ms,
        log_n=place.log_n,
        payload=news.encode(),
        sidx=change.sidx,
    )
    key = transcript.key
    e1 = seal_e1(key, hand.sign_secret, body, wraps, rand)
    return Sealed(
        box16=roster.box16,
        epoch=news.epoch,
        old_kid=key.kid8,
        new_kid=epoch.kid(change.es, roster.box16, news.epoch),
        e1=e1,
        quoted=open_e1(e1, key),
    )


def trial(
    caseload: Caseload,
    transcript: Transcript,
    entries: tuple[RosterEntry, ...],
    reason: Reason,
    rand: Rand,
) -> None:
    """Judge a change of an own case and throw it away: Refused or BadStatement as for `make`."""
    _seal_mine(caseload, transcript, entries, reason, _drawn(rand), rand)


async def make(
    caseload: Caseload,
    box: Box,
    entries: tuple[RosterEntry, ...],
    reason: Reason,
    rand: Rand,
    fill: Callable[[Sealed, EpochSecret], boxes.Commit],
) -> None:
    """Change the roster of an own case: a new secret, remembered, then the commit, then read on.

    WireError stale when somebody else was first. The secret is drawn anew for each attempt: a
    letter of one whose answer was lost may be in the hands of whom the next does not let in.
    """
    es = _drawn(rand)
    sealed = _seal_mine(caseload, box.transcript, entries, reason, es, rand)
    await caseload.keep_secret(box.box16, KeptSecret(epoch=sealed.epoch, es=es))
    await caseload.relay.request(fill(sealed, es), caseload.cap(box.box16).raw)
    await box.read_on()


async def take_out(
    caseload: Caseload, box: Box, leaving: RosterEntry, reason: Reason, rand: Rand
) -> None:
    """As `make`, for a change by which somebody else goes; nothing to do where they are out.

    That may be by another device of mine.
    """
    roster = roster_of(box.transcript)
    entries = tuple(one for one in roster.entries.values() if one != leaving)
    if len(entries) < len(roster.entries):
        await make(
            caseload,
            box,
            entries,
            reason,
            rand,
            lambda sealed, _: sealed.command(out=(leaving.sidx,)),
        )


async def leave(
    caseload: Caseload,
    box: Box,
    entries: tuple[RosterEntry, ...],
    reason: Reason,
    rand: Rand,
    fill: Callable[[Sealed, EpochSecret], boxes.Commit],
) -> None:
    """As `make`, for a change that takes me out.

    The new secret is for those who stay, so nothing of it is kept, and nothing is read on.
    """
    es = _drawn(rand)
    sealed = _seal_mine(caseload, box.transcript, entries, reason, es, rand)
    await caseload.relay.request(fill(sealed, es), caseload.cap(box.box16).raw)


def letter_to(
    hand: Hand, box: Box, kem_pk: KemPublic, kind: LetterKind, payload: bytes, rand: Rand
) -> bytes:
    """Return a letter from me as the member of a box that I am."""
    own, secret = box.transcript.own, hand.sign_secret
    assert own is not None, "who lets somebody in is a member"
    note = Letter(
        kind=kind,
        certificate_hash=own.certificate_hash,
        sign_pk=sign_public(secret),
        sent_ms=hand.now_ms(),
        payload=payload,
    )
    return letter.seal_letter(kem_pk, secret, note, rand)


def _drawn(rand: Rand) -> EpochSecret:
    return EpochSecret(rand(EpochSecret.SIZE_BYTES))


def _seal_mine(
    caseload: Caseload,
    transcript: Transcript,
    entries: tuple[RosterEntry, ...],
    reason: Reason,
    es: EpochSecret,
    rand: Rand,
) -> Sealed:
    own = transcript.own
    if own is None:
        raise Refused("no member")
    change = Change(entries=entries, reason=reason, es=es, sidx=own.sidx)
    return seal(caseload, transcript, change, rand)
