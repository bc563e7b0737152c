"""What a client or the relay knows of the organisation's log after replaying all of it.

A `LogView` that anybody holds is never changed: `extend` returns a new one, so leaves that turn out
not to fit the log's checkpoint are dropped by keeping the old view. Order of use: `replay`, then
`check_checkpoint` and `check_pin`, and only then ask it anything (protocol section 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from crypto import certificate, checkpoint, logrules, merkle, primitives, statement, tiles
from crypto.certificate import Certificate, Leaf, TeamStatement
from crypto.checkpoint import Checkpoint
from crypto.errors import BadProof, BadStatement, RemoteError
from crypto.keys import SignPublic
from crypto.logstate import Reason, State
from crypto.publication import Deletions, Release, SiteRelease
from crypto.statement import Kind, Org, Payload, Policy
from crypto.tiles import Tile


class Position(StrEnum):
    """How a stated (size, root) lies to this view."""

    KNOWN = "known"
    AHEAD = "ahead"
    FORK = "fork"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One leaf as judged. `leaf` is None when malformed, `payload` also when the kind is unknown.

    `hash` is HASH("leaf", leaf), the certificate or TEAM hash.
    """

    index: int
    hash: bytes
    reason: Reason
    leaf: Leaf | None = None
    payload: Payload | None = None

    @property
    def is_valid(self) -> bool:
        """Tell whether the statement counts."""
        return self.reason is Reason.OK


class LogView:
    """The judged log under one organisation fingerprint; starts empty."""

    def __init__(self, fingerprint: bytes, deployment_id: bytes | None = None) -> None:
        self.fingerprint = fingerprint
        self._wanted_deployment = deployment_id
        self._tree = merkle.Tree()
        self._entries: list[Entry] = []
        self._seen: set[bytes] = set()
        self._state: State | None = None

    def extend(self, leaves: Sequence[bytes], payloads: Sequence[bytes]) -> LogView:
        """Return the view with these leaves added, each beside its payload.

        BadStatement when the first leaf of all is not this organisation's; BadProof when a payload
        is not the one its leaf names: such a relay is hiding a statement, perhaps a REVOKE.
        """
        longer = self.copy()
        longer.take(leaves, payloads)
        return longer

    def copy(self) -> LogView:
        """Return an equal view, which its maker alone may `take` leaves into."""
        twin = LogView(self.fingerprint, self._wanted_deployment)
        twin._tree = self._tree.copy()
        twin._entries = list(self._entries)
        twin._seen = set(self._seen)
        twin._state = self._state.copy() if self._state else None
        return twin

    def take(self, leaves: Sequence[bytes], payloads: Sequence[bytes]) -> None:
        """Add leaves to a copy that nobody else has; raises as `extend`, and is then of no use.

        A long log comes in many parts, and copying it for each would cost its square.
        """
        if len(leaves) != len(payloads):
            raise BadProof("leaves and payloads do not pair")
        for leaf, payload in zip(leaves, payloads, strict=True):
            self._append(leaf, payload)

    def judge_next(self, leaf: bytes, payload: bytes) -> Reason:
        """Tell how the statement would be judged if it were the next leaf (the relay's question).

        Raises as `extend` does.
        """
        return self.extend([leaf], [payload])._entries[-1].reason

    # --- the tree ---------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """Number of leaves, bad ones included."""
        return self._tree.size

    def root(self) -> bytes:
        """Return the Merkle root over all leaves."""
        return self._tree.root()

    def root_at(self, size: int) -> bytes:
        """Return the root when the log had `size` leaves; LocalError beyond the present size."""
        return self._tree.root_at(size)

    def tile(self, tile: Tile) -> bytes:
        """Return the bytes of a tile of hashes; LocalError beyond the present size."""
        return tiles.hash_tile(self._tree, tile)

    def leaf_hashes(self) -> list[bytes]:
        """Return the RFC 6962 hash of every leaf, in order: the log without what it says."""
        return [self._tree.node(0, index) for index in range(self.size)]

    def position(self, size: int, root: bytes) -> Position:
        """Tell how somebody else's (size, root) lies to this view: FORK is an alarm."""
        if size > self.size:
            return Position.AHEAD
        fits = primitives.equal(self._tree.root_at(size), root)
        return Position.KNOWN if fits else Position.FORK

    def check_pin(self, size: int, root: bytes) -> None:
        """Raise BadProof unless this view continues the log that was pinned earlier."""
        if self.position(size, root) is not Position.KNOWN:
            raise BadProof("the log does not continue what this client has seen")

    def check_checkpoint(self, note: bytes) -> Checkpoint:
        """Return the checkpoint; BadProof unless the log key signed exactly this size and root.

        The key is the one that POLICY names at the end of this view. Whether witnesses have seen
        the log is asked in `witnesses`.
        """
        policy = self.policy()
        if policy is None:
            raise BadProof("no policy names a log key")
        try:
            opened = checkpoint.open_checkpoint(note, policy.log_origin, policy.log_pk)
        except RemoteError as error:
            raise BadProof("checkpoint does not open") from error
        if opened.size != self.size or not primitives.equal(opened.root, self.root()):
            raise BadProof("checkpoint and leaves do not fit")
        return opened

    # --- what it says -----------------------------------------------------------------------

    @property
    def entries(self) -> Sequence[Entry]:
        """All leaves in order, as judged."""
        return tuple(self._entries)

    def org(self) -> Org | None:
        """Return the first statement; None while the log is empty."""
        return self._state.org if self._state else None

    def root_pk(self) -> SignPublic | None:
        """Return the root key in force (the standby key may have replaced the first)."""
        return self._state.root_pk if self._state else None

    def policy(self) -> Policy | None:
        """Return the policy in force."""
        return self._state.policy if self._state else None

    def release(self) -> tuple[bytes, Release] | None:
        """Return the newest RELEASE with its leaf hash."""
        releases = self._state.releases if self._state else {}
        newest = next(reversed(releases), None)
        return None if newest is None else (newest, releases[newest])

    def released(self, leaf_hash: bytes) -> Release | None:
        """Return the valid RELEASE with this leaf hash: what a SITE stands on."""
        return self._state.releases.get(leaf_hash) if self._state else None

    def site(self) -> SiteRelease | None:
        """Return the SITE in force."""
        return self._state.site if self._state else None

    def deletions(self, day: int) -> Deletions | None:
        """Return what was entered about a day (days since epoch, UTC)."""
        return self._state.days.get(day) if self._state else None

    def deletion_days(self) -> tuple[int, ...]:
        """Return the days that were entered, one after the other without a gap."""
        return tuple(self._state.days) if self._state else ()

    def retention_hours(self, kind: str) -> int:
        """Return the hours from the close to the purge; 0 where POLICY does not say."""
        policy = self.policy()
        return dict(policy.retention).get(kind, 0) if policy else 0

    def certificate(self, certificate_hash: bytes) -> Certificate | None:
        """Return a valid ADMIN or COUNSELLOR certificate, ended and revoked ones too."""
        return self._state.certificates.get(certificate_hash) if self._state else None

    def own_certificates(self, subject16: bytes) -> tuple[Certificate, ...]:
        """Return all valid certificates of a person, oldest first."""
        if self._state is None:
            return ()
        hashes = self._state.own.get(subject16, ())
        return tuple(self._state.certificates[one] for one in hashes)

    def replaces(self, subject16: bytes) -> bytes:
        """Return under which subject16 a person was certified before; b"" for no other."""
        first = self._state.people.get(subject16) if self._state else None
        return first.replaces if first else b""

    def people_in_force(self, kind: Kind, at_ms: int) -> tuple[Certificate, ...]:
        """Return everybody's newest certificate of this kind that runs and is not revoked."""
        every = self._state.certificates.values() if self._state else ()
        running = (one for one in every if one.kind is kind and one.revoked_at is None)
        return tuple({one.subject16: one for one in running if one.runs_at(at_ms)}.values())

    def team_history(self, team16: bytes) -> tuple[TeamStatement, ...]:
        """Return all valid statements of a team, epoch 1 first."""
        return self._state.teams.get(team16, ()) if self._state else ()

    def latest_team(self, team16: bytes) -> TeamStatement | None:
        """Return the newest statement of a team, ended or not: what a renewal follows."""
        history = self.team_history(team16)
        return history[-1] if history else None

    def current_team(self, team16: bytes, at_ms: int) -> TeamStatement | None:
        """Return the newest statement if it is in force at `at_ms`; an older one never is."""
        latest = self.latest_team(team16)
        return latest if latest and latest.runs_at(at_ms) else None

    def team(self, team_hash: bytes) -> TeamStatement | None:
        """Return the valid TEAM statement with this hash."""
        if self._state is None:
            return None
        every = (one for history in self._state.teams.values() for one in history)
        return next((one for one in every if one.hash == team_hash), None)

    def team_ids(self) -> tuple[bytes, ...]:
        """Return the team16 of every team, in order of first appearance."""
        return tuple(self._state.teams) if self._state else ()

    def in_team(self, team16: bytes, subject16: bytes, at_ms: int) -> bool:
        """Tell whether the current TEAM lists the person; their certificate is not looked at."""
        current = self.current_team(team16, at_ms)
        return current is not None and subject16 in current.team.members

    def staff_statements_since(self, size: int) -> tuple[Entry, ...]:
        """Return the valid statements from leaf number `size` on: staff are shown each of them."""
        return tuple(entry for entry in self._entries[size:] if entry.is_valid)

    def _append(self, raw: bytes, payload: bytes) -> None:
        leaf_hash = certificate.leaf_hash(raw)
        index = self.size
        entry = self._judged(raw, payload, leaf_hash, index)
        self._tree.append(raw)
        self._seen.add(leaf_hash)
        self._entries.append(entry)

    def _judged(self, raw: bytes, payload: bytes, leaf_hash: bytes, index: int) -> Entry:
        """Judge one leaf and take it into the state when it counts."""
        try:
            leaf = Leaf.decode(raw)
        except RemoteError as error:
            if self._state is None:
                raise BadStatement("the first leaf is malformed") from error
            return Entry(index=index, hash=leaf_hash, reason=Reason.MALFORMED)
        if leaf.payload_hash != certificate.payload_hash(payload):
            raise BadProof("payload does not fit its leaf")
        if self._state is None:
            return self._first(leaf, payload, leaf_hash)
        reason, decoded = _read(leaf, payload)
        if leaf_hash in self._seen:
            reason = Reason.DUPLICATE
        if decoded and reason is Reason.OK:
            reason = logrules.judge(self._state, leaf, decoded)
        if decoded and reason is Reason.OK:
            logrules.apply(self._state, leaf, decoded, leaf_hash, index)
        return Entry(index=index, hash=leaf_hash, reason=reason, leaf=leaf, payload=decoded)

    def _first(self, leaf: Leaf, payload: bytes, leaf_hash: bytes) -> Entry:
        try:
            org = Org.decode(payload)
            state = logrules.found(leaf, org)
        except RemoteError as error:
            raise BadStatement("the log does not begin with an organisation") from error
        if certificate.fingerprint(org.root_pk, org.standby_pk) != self.fingerprint:
            raise BadStatement("another organisation's log")
        if self._wanted_deployment not in (None, org.deployment_id):
            raise BadStatement("another deployment of this organisation")
        self._state = state
        return Entry(index=0, hash=leaf_hash, reason=Reason.OK, leaf=leaf, payload=org)


def replay(
    fingerprint: bytes,
    leaves: Sequence[bytes],
    payloads: Sequence[bytes],
    deployment_id: bytes | None = None,
) -> LogView:
    """Judge a whole log under the organisation's fingerprint (32 bytes); raises as `extend`.

    Clients also give the deployment id that the page or command line states.
    """
    return LogView(fingerprint, deployment_id).extend(leaves, payloads)


def _read(leaf: Leaf, payload: bytes) -> tuple[Reason, Payload | None]:
    if not statement.is_known(leaf.kind):
        return Reason.UNKNOWN_KIND, None
    try:
        return Reason.OK, statement.decode(leaf.kind, payload)
    except RemoteError:
        return Reason.MALFORMED, None
