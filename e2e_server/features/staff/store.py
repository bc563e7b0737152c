"""The SQL of the room: one statement a function, named for its meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from e2e_server.storage.port import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRow:
    """What a newcomer left."""

    sign_pk: bytes
    kem_pk: bytes
    cap_hash: bytes
    mac: bytes
    expires_hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow:
    """A profile as its person signed it."""

    subject16: bytes
    counter: int
    profile: bytes
    signature: bytes
    picture: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A profile as it stands in a list."""

    subject16: bytes
    profile: bytes
    signature: bytes


def answer_invitation(tx: WriteTransaction, join_id16: bytes, row: InvitationRow) -> bool:
    """Store the answer; False when there is one already."""
    changed = tx.run(
        """
        INSERT INTO staff_invitations (join_id16, sign_pk, kem_pk, cap_hash, mac, expires_hour)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (join_id16) DO NOTHING
        """,
        join_id16,
        row.sign_pk,
        row.kem_pk,
        row.cap_hash,
        row.mac,
        row.expires_hour,
    )
    return changed == 1


def invitation(tx: ReadTransaction, join_id16: bytes) -> InvitationRow | None:
    """Return what was left at this id."""
    row = tx.one(
        """
        SELECT sign_pk, kem_pk, cap_hash, mac, expires_hour
        FROM staff_invitations
        WHERE join_id16 = $1
        """,
        join_id16,
    )
    if row is None:
        return None
    return InvitationRow(
        sign_pk=row[0], kem_pk=row[1], cap_hash=row[2], mac=row[3], expires_hour=row[4]
    )


def drop_invitations_until(tx: WriteTransaction, hour: int) -> None:
    """Delete answers that nobody fetched in time."""
    tx.run("DELETE FROM staff_invitations WHERE expires_hour <= $1", hour)


def profile(tx: ReadTransaction, subject16: bytes) -> ProfileRow | None:
    """Return a person's profile."""
    row = tx.one(
        """
        SELECT subject16, counter, profile, signature, picture
        FROM staff_profiles
        WHERE subject16 = $1
        """,
        subject16,
    )
    if row is None:
        return None
    return ProfileRow(
        subject16=row[0], counter=row[1], profile=row[2], signature=row[3], picture=row[4]
    )


def profiles(tx: ReadTransaction, subjects: Sequence[bytes]) -> list[ShownRow]:
    """Return what these people show, without their pictures, as far as they have a profile."""
    found = []
    for subject16 in subjects:
        row = tx.one(
            "SELECT profile, signature FROM staff_profiles WHERE subject16 = $1", subject16
        )
        if row is not None:
            found.append(ShownRow(subject16=subject16, profile=row[0], signature=row[1]))
    return found


def save_profile(tx: WriteTransaction, row: ProfileRow) -> None:
    """Store a profile in place of the one before."""
    tx.run(
        """
        INSERT INTO staff_profiles (subject16, counter, profile, signature, picture)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (subject16) DO UPDATE SET
          counter = excluded.counter,
          profile = excluded.profile,
          signature = excluded.signature,
          picture = excluded.picture
        """,
        row.subject16,
        row.counter,
        row.profile,
        row.signature,
        row.picture,
    )


def drop_profile(tx: WriteTransaction, subject16: bytes) -> None:
    """Delete what a person showed of themselves."""
    tx.run("DELETE FROM staff_profiles WHERE subject16 = $1", subject16)


def put_lease(tx: WriteTransaction, portal16: bytes, subject16: bytes, until_ms: int) -> None:
    """Begin or renew a person's duty at a portal."""
    tx.run(
        """
        INSERT INTO staff_duty (portal16, subject16, until_ms)
        VALUES ($1, $2, $3)
        ON CONFLICT (portal16, subject16) DO UPDATE SET until_ms = excluded.until_ms
        """,
        portal16,
        subject16,
        until_ms,
    )


def drop_lease(tx: WriteTransaction, portal16: bytes, subject16: bytes) -> None:
    """End a person's duty at a portal."""
    tx.run("DELETE FROM staff_duty WHERE portal16 = $1 AND subject16 = $2", portal16, subject16)


def drop_leases_of(tx: WriteTransaction, subject16: bytes) -> None:
    """End a person's duty everywhere."""
    tx.run("DELETE FROM staff_duty WHERE subject16 = $1", subject16)


def drop_leases_until(tx: WriteTransaction, now_ms: int) -> None:
    """Delete leases that have ended."""
    tx.run("DELETE FROM staff_duty WHERE until_ms <= $1", now_ms)


def duty_until(tx: ReadTransaction, portal16: bytes, subject16: bytes) -> int:
    """Return until when a person is on duty at a portal, 0 when not at all."""
    row = tx.one(
        "SELECT until_ms FROM staff_duty WHERE portal16 = $1 AND subject16 = $2",
        portal16,
        subject16,
    )
    return int(row[0]) if row else 0


def people_on_duty(tx: ReadTransaction, portal16: bytes, now_ms: int) -> int:
    """Count the leases of a portal that run."""
    row = tx.one(
        "SELECT COUNT(*) FROM staff_duty WHERE portal16 = $1 AND until_ms > $2", portal16, now_ms
    )
    return int(row[0]) if row else 0


def was_open(tx: ReadTransaction, portal16: bytes) -> bool:
    """Tell whether the portal was open when last looked at."""
    row = tx.one("SELECT open FROM staff_portals WHERE portal16 = $1", portal16)
    return bool(row and row[0])


def save_open(tx: WriteTransaction, portal16: bytes, now_open: bool) -> None:
    """Note whether the portal is open."""
    tx.run(
        """
        INSERT INTO staff_portals (portal16, open)
        VALUES ($1, $2)
        ON CONFLICT (portal16) DO UPDATE SET open = excluded.open
        """,
        portal16,
        int(now_open),
    )
