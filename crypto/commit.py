"""Commits: the only way a roster and its epoch secret change (protocol section 5).

    payload = [e, parent epoch_hash, box kind, about16, roster, reason, by,
               HASH("es", box16, ES_e), HASH("share", box16, share), HASH("wraps", wraps)]
    epoch_hash_e = HASH("commit", payload)
    wraps = [[sidx, SEAL(kem_pk, ["es", box16, e, sidx], ES_e)]...], for those who were in and stay

A commit e stands under epoch e-1; commit 0 under its own, with zero parent and no wraps. The rules
here are pure: every member reaches the same verdict from the same bytes and the same log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from crypto import encoding, epoch, kem, labels
from crypto.encoding import Value
from crypto.envelope import BOX_BYTES, Wrap
from crypto.errors import BadStatement, LocalError, NotCanonical
from crypto.keys import EpochSecret, KemSecret, Share
from crypto.primitives import HASH_BYTES, equal, hash_
from crypto.random import Rand, random_bytes
from crypto.roster import (
    MAX_MEMBERS,
    BoxKind,
    Place,
    Role,
    RosterEntry,
    RosterState,
    StaffView,
    active_certificate,
    check_newcomer,
    check_shape,
    may_remove,
    rights,
)

NO_EPOCH_HASH = bytes(HASH_BYTES)
NO_WRAPS: tuple[Wrap, ...] = ()
MAX_REASON = 255
_ITEMS = 10


class Reason(IntEnum):
    """Why the roster changed, for the line that people read. An unknown number is kept."""

    CREATED = 0
    ADDED = 1
    REMOVED = 2
    HAND_OVER = 3
    ACCEPTED = 4
    RELEASED = 5
    REVOKED = 6
    TEAM_KEY = 7
    NEW_KEY = 8
    DEPUTY = 9
    CALLED_BACK = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """The payload of an E1 of kind commit."""

    epoch: int
    parent: bytes
    box_kind: BoxKind
    about16: bytes  # another box that this one is about or continues, or empty
    roster: tuple[RosterEntry, ...]
    reason: int
    by: bytes  # certificate hash of who signs for a team entry, or empty
    es_hash: bytes
    share_hash: bytes
    wraps_hash: bytes

    def encode(self) -> bytes:
        """Return the payload bytes of the E1."""
        return encoding.encode(
            [
                self.epoch,
                self.parent,
                int(self.box_kind),
                self.about16,
                [entry.to_value() for entry in self.roster],
                int(self.reason),
                self.by,
                self.es_hash,
                self.share_hash,
                self.wraps_hash,
            ]
        )

    @classmethod
    def decode(cls, raw: bytes) -> Commit:
        """Read what `encode` wrote; NotCanonical for any other shape."""
        items = encoding.decode_array(raw, _ITEMS)
        roster = encoding.array(items[4])
        if items[2] not in list(BoxKind) or len(roster) > MAX_MEMBERS:
            raise NotCanonical("unknown kind of box, or too many members")
        return cls(
            epoch=encoding.uint(items[0], epoch.MAX_EPOCH),
            parent=encoding.binary(items[1], HASH_BYTES),
            box_kind=BoxKind(encoding.uint(items[2])),
            about16=encoding.binary(items[3], 0, BOX_BYTES),
            roster=tuple(RosterEntry.from_value(item) for item in roster),
            reason=encoding.uint(items[5], MAX_REASON),
            by=encoding.binary(items[6], 0, HASH_BYTES),
            es_hash=encoding.binary(items[7], HASH_BYTES),
            share_hash=encoding.binary(items[8], HASH_BYTES),
            wraps_hash=encoding.binary(items[9], HASH_BYTES),
        )


def epoch_hash(payload: bytes) -> bytes:
    """Return epoch_hash_e of an encoded commit; 32 bytes."""
    return hash_(labels.COMMIT, payload)


def wraps_hash(wraps: Sequence[Wrap]) -> bytes:
    """Return HASH("wraps", wraps); 32 bytes."""
    return hash_(labels.WRAPS, [wrap.to_value() for wrap in wraps])


def make_commit0(
    box16: bytes,
    box_kind: BoxKind,
    roster: Sequence[RosterEntry],
    es: EpochSecret,
    share: Share,
    about16: bytes = b"",
) -> Commit:
    """Build the first commit of a box; the caller seals it under epoch 0 and head_n 0."""
    if len(box16) != BOX_BYTES:
        raise LocalError("a box has 16 bytes")
    return Commit(
        epoch=0,
        parent=NO_EPOCH_HASH,
        box_kind=box_kind,
        about16=about16,
        roster=tuple(roster),
        reason=Reason.CREATED,
        by=b"",
        es_hash=epoch.es_hash(box16, es),
        share_hash=epoch.share_hash(box16, share),
        wraps_hash=wraps_hash(NO_WRAPS),
    )


def make_commit(
    previous: RosterState,
    roster: Sequence[RosterEntry],
    reason: int,
    es: EpochSecret,
    by: bytes = b"",
    rand: Rand = random_bytes,
) -> tuple[Commit, tuple[Wrap, ...]]:
    """Build the next commit and the wraps of `es` for those who stay."""
    number = previous.epoch + 1
    wraps = tuple(
        wrap(entry, previous.box16, number, es, rand)
        for entry in roster
        if entry.sidx in previous.entries
    )
    commit = Commit(
        epoch=number,
        parent=previous.epoch_hash,
        box_kind=previous.box_kind,
        about16=previous.about16,
        roster=tuple(roster),
        reason=reason,
        by=by,
        es_hash=epoch.es_hash(previous.box16, es),
        share_hash=previous.share_hash,
        wraps_hash=wraps_hash(wraps),
    )
    return commit, wraps


def wrap(
    entry: RosterEntry, box16: bytes, number: int, es: EpochSecret, rand: Rand = random_bytes
) -> Wrap:
    """Seal the secret of epoch `number` to one member."""
    context = _wrap_context(box16, number, entry.sidx)
    return Wrap(sidx=entry.sidx, sealed=kem.seal(entry.kem_pk, context, es.raw, rand))


def open_wrap(wrap: Wrap, box16: bytes, number: int, secret: KemSecret) -> EpochSecret:
    """Open the own wrap; the caller compares the secret's hash with the commit's."""
    return EpochSecret(kem.open_(secret, _wrap_context(box16, number, wrap.sidx), wrap.sealed))


def state_of(box16: bytes, commit: Commit, highest_sidx: int = 0) -> RosterState:
    """Return the state a good commit leaves; the caller has checked it, or trusts a letter."""
    return RosterState(
        box16=box16,
        epoch=commit.epoch,
        epoch_hash=epoch_hash(commit.encode()),
        box_kind=commit.box_kind,
        about16=commit.about16,
        share_hash=commit.share_hash,
        entries={entry.sidx: entry for entry in commit.roster},
        highest_sidx=max([highest_sidx, *(entry.sidx for entry in commit.roster)]),
    )


def check_commit0(
    box16: bytes, commit: Commit, signer: int, wraps: Sequence[Wrap], place: Place, staff: StaffView
) -> RosterState:
    """Judge the first commit; BadStatement names the broken rule."""
    if commit.epoch != 0 or commit.parent != NO_EPOCH_HASH or commit.by or wraps:
        raise BadStatement("not a first commit")
    _check_wraps(commit, wraps)
    check_shape(commit.box_kind, commit.roster)
    state = state_of(box16, commit)
    author = state.entries.get(signer)
    if author is None or not rights(commit.box_kind, author.role).create:
        raise BadStatement("this member may not create such a box")
    if commit.box_kind is BoxKind.CASE and len(commit.roster) == 1:
        raise BadStatement("a case begins with somebody to answer")
    for entry in commit.roster:
        check_newcomer(commit.box_kind, entry, place, staff)
    return state


def check_commit(
    previous: RosterState,
    commit: Commit,
    signer: int,
    wraps: Sequence[Wrap],
    place: Place,
    staff: StaffView,
) -> RosterState:
    """Judge a later commit against the state before it; BadStatement names the broken rule."""
    if commit.epoch != previous.epoch + 1 or commit.parent != previous.epoch_hash:
        raise BadStatement("epoch or parent does not follow")
    if (commit.box_kind, commit.about16) != (previous.box_kind, previous.about16):
        raise BadStatement("kind and subject of a box never change")
    if not equal(commit.share_hash, previous.share_hash):
        raise BadStatement("the share changed")
    _check_wraps(commit, wraps)
    check_shape(commit.box_kind, commit.roster)
    author = previous.entries.get(signer)
    if author is None:
        raise BadStatement("the author is no member")
    _check_by(commit, author, place, staff)
    _check_changes(previous, commit, author.role, place, staff)
    staying = [entry.sidx for entry in commit.roster if entry.sidx in previous.entries]
    if [wrap.sidx for wrap in wraps] != staying:
        raise BadStatement("wraps are for exactly those who stay")
    return state_of(previous.box16, commit, previous.highest_sidx)


def _check_wraps(commit: Commit, wraps: Sequence[Wrap]) -> None:
    if not equal(commit.wraps_hash, wraps_hash(wraps)):
        raise BadStatement("wraps are not the ones signed")


def _check_by(commit: Commit, author: RosterEntry, place: Place, staff: StaffView) -> None:
    """For a team entry somebody signs whom TEAM lists; nobody else names a `by`."""
    if author.role is not Role.TEAM:
        if commit.by:
            raise BadStatement("only for a team somebody else signs")
        return
    team = staff.team(author.certificate_hash)
    certificate = active_certificate(commit.by, place, staff)
    if team is None or not staff.in_team(
        team.team.team16, certificate.subject16, place.log_n, place.at_ms
    ):
        raise BadStatement("TEAM does not list who signed")


def _check_changes(
    previous: RosterState, commit: Commit, author: Role, place: Place, staff: StaffView
) -> None:
    after = {entry.sidx: entry for entry in commit.roster}
    added = [entry for entry in commit.roster if entry.sidx not in previous.entries]
    removed = [entry for sidx, entry in previous.entries.items() if sidx not in after]
    if not added and not removed:
        raise BadStatement("no commit without a change of the roster")
    if any(after.get(sidx, entry) != entry for sidx, entry in previous.entries.items()):
        raise BadStatement("an entry never changes")
    allowed = rights(previous.box_kind, author)
    for entry in added:
        if entry.sidx <= previous.highest_sidx:
            raise BadStatement("sidx used before")
        if entry.role not in allowed.add:
            raise BadStatement("this member may not add this role")
        check_newcomer(previous.box_kind, entry, place, staff)
    if not all(may_remove(previous.box_kind, author, one, place, staff) for one in removed):
        raise BadStatement("this member may not remove this one")


def _wrap_context(box16: bytes, number: int, sidx: int) -> Value:
    return ["es", box16, number, sidx]
