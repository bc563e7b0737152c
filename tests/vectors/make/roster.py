"""Rosters: numbers and rights by hand from the spec (conversations.md 6), shapes judged."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from crypto import encoding
from crypto.errors import BadStatement
from crypto.keys import KemPublic, SignPublic
from crypto.roster import BoxKind, Place, Role, RosterEntry, check_newcomer, check_shape
from crypto.statement import Role as StaffRole
from tests.helpers import box, script
from tests.helpers.box import ANNA, CARL, EVE, LOG_N, NOW_MS, FactStaff
from tests.vectors.make.common import case, document, outcome

NUMBERS = {
    "BoxKind": {"CASE": 1, "GROUP": 2, "STAFF": 3},
    "Role": {
        "SEEKER": 1,
        "COUNSELLOR": 2,
        "LEAD": 3,
        "TEAM": 4,
        "MODERATOR": 5,
        "PARTICIPANT": 6,
        "STAFF": 7,
    },
    "Reason": {
        "CREATED": 0,
        "ADDED": 1,
        "REMOVED": 2,
        "HAND_OVER": 3,
        "ACCEPTED": 4,
        "RELEASED": 5,
        "REVOKED": 6,
        "TEAM_KEY": 7,
        "NEW_KEY": 8,
        "DEPUTY": 9,
        "CALLED_BACK": 10,
    },
}
# G4: box kind, role, whom it may add, whom remove, create, close.
RIGHTS: list[tuple[int, int, list[int], list[int], bool, bool]] = [
    (1, 1, [4], [2, 3], True, True),
    (1, 2, [1, 2, 3, 4], [1, 2, 3, 4], True, True),
    (1, 3, [1, 2, 3, 4], [1, 2, 3, 4], True, False),
    (1, 4, [2, 3, 4], [2, 3, 4], False, False),
    (2, 5, [5, 6], [5, 6], True, True),
    (2, 6, [], [], False, False),
    (3, 7, [7], [7], True, True),
]
PLACE = Place(LOG_N, NOW_MS)
Short = tuple[int, int, int, int, int]


def cases() -> dict[str, Any]:
    """All cases."""
    made = [
        case(name, "as the spec numbers them", {"op": "numbers", "of": name}, out)
        for name, out in NUMBERS.items()
    ]
    allowed = {(kind, role): rest for kind, role, *rest in RIGHTS}
    for kind in BoxKind:
        for role in Role:
            made.append(_rights(int(kind), int(role), allowed.get((int(kind), int(role)))))
    made += [_shape(name, kind, entries) for name, kind, entries in _shapes()]
    made += _newcomers()
    return document("Rosters (section 5): numbers, rights, and what shape one may have.", made)


def _rights(kind: int, role: int, row: list[Any] | None) -> dict[str, Any]:
    name, given = f"rights {kind} {role}", {"op": "rights", "kind": kind, "role": role}
    if row is None:
        return case(name, "no place in such a box", given, expect=BadStatement.code)
    return case(
        name,
        "the table G4",
        given,
        dict(zip(("add", "remove", "create", "close"), row, strict=True)),
    )


def _shapes() -> list[tuple[str, BoxKind, list[Short]]]:
    crowd: list[Short] = [(1, 5, 1, 1, 1), *((n, 6, n, n, 0) for n in range(2, 53))]
    seeker: Short = (1, 1, 1, 1, 0)
    teams: list[Short] = [(2, 4, 0, 2, 2), (3, 4, 0, 3, 3)]
    group, case_ = BoxKind.GROUP, BoxKind.CASE
    return [
        ("nobody", group, []),
        ("one", group, crowd[:1]),
        ("fifty", group, crowd[:50]),
        ("fifty-one", group, crowd[:51]),
        ("two teams, neither of which signs", case_, [seeker, *teams]),
        ("one signing key twice", group, [*crowd[:2], (3, 6, 1, 3, 0)]),
        ("one KEM key twice", group, [*crowd[:2], (3, 6, 3, 1, 0)]),
        ("one KEM key for two teams", case_, [seeker, teams[0], (3, 4, 0, 2, 3)]),
        ("a participant that cannot sign", group, [crowd[0], (2, 6, 0, 2, 0)]),
        ("the last out of order", group, [*crowd[:2], crowd[3], crowd[2]]),
        ("one number twice", group, [*crowd[:2], (2, 6, 3, 3, 0)]),
        ("a team that nobody certified", case_, [seeker, (2, 4, 0, 2, 0)]),
        ("a certified participant", group, [crowd[0], (2, 6, 2, 2, 2)]),
    ]


def _shape(name: str, kind: BoxKind, entries: list[Short]) -> dict[str, Any]:
    """Keys are a number each, of which every byte is one."""
    expect, _ = outcome(lambda: check_shape(kind, tuple(entry_of(one) for one in entries)))
    given = {"op": "shape", "kind": int(kind), "entries": entries}
    return case(f"shape: {name}", "entries as [sidx, role, key, key, hash]", given, None, expect)


def _newcomers() -> list[dict[str, Any]]:
    """Each judged by itself: what carries an entry, from which place of the log, and until when."""
    anna, carl = ANNA.entry(2, Role.COUNSELLOR), CARL.entry(1, Role.STAFF)
    late = NOW_MS + 2 * 10**9
    admin, newer = box.staff(), box.staff()
    admin.certificates[ANNA.certificate_hash] = ANNA.certificate(1, StaffRole.ADMIN)
    again = replace(box.team_statement([ANNA], index=8), hash=box.seeded("newer team"))
    newer.teams[again.hash] = again
    judged: list[tuple[str, BoxKind, RosterEntry, Place, FactStaff | None]] = [
        ("at its place", BoxKind.STAFF, carl, Place(5, NOW_MS), None),
        ("before its place", BoxKind.STAFF, carl, Place(4, NOW_MS), None),
        ("ended", BoxKind.STAFF, carl, Place(LOG_N, late), None),
        ("an admin", BoxKind.CASE, anna, PLACE, admin),
        ("another KEM key", BoxKind.CASE, replace(anna, kem_pk=EVE.kem_pk), PLACE, None),
        ("another signing key", BoxKind.CASE, replace(anna, sign_pk=EVE.sign_pk), PLACE, None),
        ("a team's newest", BoxKind.CASE, box.team_entry(2), Place(8, NOW_MS), newer),
        ("a superseded team", BoxKind.CASE, box.team_entry(2), Place(9, NOW_MS), newer),
    ]
    made = []
    for name, kind, entry, place, view in judged:
        call = partial(check_newcomer, kind, entry, place, view or box.staff())
        given = {
            "op": "newcomer",
            "kind": int(kind),
            "entry": encoding.encode(entry.to_value()),
            "log_n": place.log_n,
            "at_ms": place.at_ms,
            "staff": script.facts(view) if view else "default",
        }
        comment = "what carries a new entry; the default staff is that of commits"
        made.append(case(f"newcomer: {name}", comment, given, None, outcome(call)[0]))
    return made


def entry_of(short: Short) -> RosterEntry:
    """Read an entry whose keys and hash are one number each."""
    sidx, role, sign, kem, certificate = short
    return RosterEntry(
        sidx=sidx,
        role=Role(role),
        sign_pk=SignPublic(bytes([sign]) * SignPublic.SIZE_BYTES),
        kem_pk=KemPublic(bytes([kem]) * KemPublic.SIZE_BYTES),
        certificate_hash=bytes([certificate]) * 32,
    )
