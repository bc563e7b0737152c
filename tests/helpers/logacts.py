"""Honest acts in the log: (name, why, act). Each last leaf counts."""

from __future__ import annotations

from crypto.statement import DAY_MS, RevokeReason, Role
from tests.helpers.logscene import (
    Act,
    certify,
    change_root,
    other_team,
    revoked,
    team_of,
    then,
)
from tests.helpers.organisation import NOW_MS
from tests.helpers.organisation import sign_secret as secret

HONEST: tuple[tuple[str, str, Act], ...] = (
    ("the whole scene", "from the root to the first TEAM", lambda s: None),
    ("certificate renewed", "same subject, same keys", lambda s: certify(s, "Anna", s.anna)),
    (
        "role changed",
        "an unrevoked older certificate stays",
        lambda s: certify(s, "Anna", s.anna, Role.LEAD),
    ),
    ("90 days", "the most", lambda s: s.org.counsellor(s.ada, "Clara", days=90)),
    ("366 days", "the most", lambda s: s.org.admin("Adam", days=366)),
    (
        "issuer's clock ten minutes behind",
        "tolerance at the start only",
        lambda s: s.org.counsellor(s.ada, "Clara", at_ms=NOW_MS - 10 * 60 * 1000),
    ),
    ("team renewed", "by a member, same key", team_of("ben", "anna ben", 2)),
    ("team grown", "same key for one more", team_of("anna", "anna ben lea", 2)),
    ("team key changed without need", "allowed", team_of("anna", "anna ben", 2, "team key 2")),
    ("member left, new key", "", team_of("anna", "anna", 2, "team key 2")),
    (
        "team ended, still renewed by a member",
        "the log knows no time; the members are the same",
        team_of("anna", "anna ben", 2, at_ms=NOW_MS + 40 * DAY_MS),
    ),
    (
        "team restarted by the admin",
        "every client shows it as an alarm",
        team_of("ada", "lea", 2, "team key 2", restart=True),
    ),
    ("a second team", "", lambda s: other_team(s, "team key 9", [s.anna])),
    ("revoked by an admin", "", revoked("anna")),
    (
        "revoked by its holder",
        "",
        lambda s: s.org.revoke(s.anna.sign, s.anna.subject16, s.hash_of(s.anna)),
    ),
    (
        "revoked by the root",
        "",
        lambda s: s.org.revoke(s.org.root, s.anna.subject16, s.hash_of(s.anna)),
    ),
    ("admin revoked by the root", "", revoked("ada")),
    (
        "certified again after a change of role",
        "the same keys under a new certificate",
        then(
            revoked("anna", RevokeReason.ROLE_CHANGED),
            lambda s: certify(s, "Anna", s.anna, Role.LEAD),
        ),
    ),
    (
        "role changed, the older certificate revoked after it",
        "the later certificate stays and is renewed",
        then(
            lambda s: certify(s, "Anna", s.anna, Role.LEAD),
            revoked("anna", RevokeReason.ROLE_CHANGED),
            lambda s: certify(s, "Anna", s.anna),
        ),
    ),
    ("policy replaced", "", lambda s: s.org.policy(NOW_MS + 1, "example.org/two")),
    ("root replaced", "by the standby key", change_root),
    (
        "new root certifies",
        "",
        then(
            change_root,
            lambda s: setattr(s.org, "root", secret("new root")),
            lambda s: s.org.admin("Adam"),
        ),
    ),
    (
        "admin certified by the old root still issues",
        "issuers are judged at their place",
        then(change_root, lambda s: s.org.counsellor(s.ada, "Clara")),
    ),
)
