"""How reading a box begins: from the start, by a letter, or on from a pin (protocol section 5)."""

from __future__ import annotations

from dataclasses import dataclass

from crypto import chain, commit, epoch, kem
from crypto.boxstate import Pin, State
from crypto.envelope import Kind, verify
from crypto.errors import BadProof, BadStatement
from crypto.keys import EpochSecret, KemSecret, Share
from crypto.letter import Letter, Welcome
from crypto.primitives import equal
from crypto.roster import (
    Place,
    Role,
    RosterState,
    StaffView,
    active_certificate,
    check_keys,
    check_newcomer,
    check_shape,
    is_revoked,
)
from crypto.transcript import Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """What a reader of a box holds: KEM keys (own, and of teams), the share, epoch secrets kept."""

    kem_secrets: tuple[KemSecret, ...]
    share: Share
    secrets: tuple[EpochSecret, ...] = ()


def start(
    box16: bytes, es: EpochSecret, holder: Holder, staff: StaffView, admitted: int = 0
) -> Transcript:
    """Read from number 1 with the secret of epoch 0: the creator, or a device with the keyring.

    `admitted` is the epoch whose commit added me, where the earlier ones were granted: in those I
    am in no roster, and read with the secrets of the grant.
    """
    state = _state(box16, holder, 0, chain.start(box16))
    state.admitted = admitted
    _enter(state, 0, es)
    return Transcript(state, staff)


def join(letter: Letter, welcome: Welcome, holder: Holder, staff: StaffView) -> Transcript:
    """Read from where a commit added me; that commit is checked here as far as a newcomer can.

    Whether the letter's key is the one expected (who accepted, whom the page named) is for the
    caller. BadSignature, BadStatement or BadProof otherwise; the staff log must reach the commit's.
    """
    opened, box16 = welcome.commit, welcome.box16
    body = opened.body
    verify(opened, letter.sign_pk)
    root = staff.log_root(body.log_n)
    if root is None or not equal(root, body.log_root):
        raise BadProof("the writer's staff log is not mine")
    news = commit.Commit.decode(body.payload)
    if body.kind != Kind.COMMIT or news.epoch != welcome.epoch:
        raise BadStatement("not the commit of this epoch")
    if not equal(news.es_hash, epoch.es_hash(box16, welcome.es)):
        raise BadStatement("not the secret of this commit")
    if not equal(news.share_hash, epoch.share_hash(box16, holder.share)):
        raise BadStatement("not the share of this commit")
    place = Place(body.log_n, body.sent_ms)
    state = _state(box16, holder, body.head_n, body.head)
    if news.epoch == 0:
        if (body.head_n, body.head) != (0, chain.start(box16)):
            raise BadProof("a first commit stands at the start")
        state.roster = commit.check_commit0(box16, news, body.sidx, (), place, staff)
    else:
        state.roster = commit.state_of(box16, news)
        _check_roster(state.roster, state, place, staff)
        state.began_late = True
        state.old_kids.add(opened.outer.kid8)
    _check_author(letter, news, body.sidx, place, staff)
    _enter(state, news.epoch, welcome.es)
    if not any(entry.kem_pk in state.own_kem for entry in news.roster):
        raise BadStatement("the commit does not add me")
    state.joining = opened
    return Transcript(state, staff)


def resume(pin: Pin, holder: Holder, staff: StaffView) -> Transcript:
    """Read on from where this device stopped."""
    state = _state(pin.roster.box16, holder, pin.n, pin.head)
    state.roster = pin.roster
    state.began_late = True
    state.old_kids = set(pin.old_kids)
    state.streams = dict(pin.streams)
    state.log_n = pin.log_n
    _enter(state, pin.roster.epoch, pin.es)
    return Transcript(state, staff)


def _state(box16: bytes, holder: Holder, base: int, head: bytes) -> State:
    return State(
        box16=box16,
        share=holder.share,
        own_kem={kem.public(secret): secret for secret in holder.kem_secrets},
        secrets={epoch.es_hash(box16, es): es for es in holder.secrets},
        base=base,
        heads=[head],
    )


def _enter(state: State, number: int, es: EpochSecret) -> None:
    state.es = es
    state.key = epoch.key(es, state.box16, number, state.share)
    state.secrets[epoch.es_hash(state.box16, es)] = es


def _check_roster(roster: RosterState, state: State, place: Place, staff: StaffView) -> None:
    """A newcomer does not know who came when: the others' keys, and the own entry in full."""
    check_shape(roster.box_kind, tuple(roster.entries.values()))
    for entry in roster.entries.values():
        if entry.kem_pk in state.own_kem:
            check_newcomer(roster.box_kind, entry, place, staff)
        else:
            check_keys(entry, staff)


def _check_author(
    letter: Letter, news: commit.Commit, sidx: int, place: Place, staff: StaffView
) -> None:
    """Who signed is in the new roster, or is certified: it may have handed over and left."""
    entry = next((one for one in news.roster if one.sidx == sidx), None)
    if entry is not None and entry.role is not Role.TEAM:
        if entry.sign_pk != letter.sign_pk or is_revoked(entry, place.log_n, staff):
            raise BadStatement("the letter is not from the commit's author")
        return
    certificate = active_certificate(letter.certificate_hash, place, staff)
    if certificate.sign_pk != letter.sign_pk or news.by not in (b"", letter.certificate_hash):
        raise BadStatement("the letter is not from the commit's author")
