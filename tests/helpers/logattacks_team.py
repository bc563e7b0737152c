"""Hostile acts around TEAM statements: (reason, name, why, act)."""

from __future__ import annotations

from crypto.statement import DAY_MS, Kind
from tests.helpers.logscene import (
    Act,
    add_raw,
    next_team,
    other_team,
    other_team_by,
    revoked,
    team_of,
    then,
)
from tests.helpers.organisation import NOW_MS, Person, seed

ON_TEAMS: tuple[tuple[str, str, str, Act], ...] = (
    (
        "epoch_taken",
        "two statements for one epoch",
        "the earlier counts",
        team_of("anna", "anna ben lea", 1),
    ),
    (
        "epoch_taken",
        "the slower of two renewals",
        "the earlier leaf counts",
        then(team_of("anna", "anna ben", 2), team_of("ben", "anna ben lea", 2)),
    ),
    ("epoch_skipped", "epoch left out", "", team_of("anna", "anna ben", 3)),
    (
        "epoch_skipped",
        "first epoch is not 1",
        "",
        lambda s: other_team(s, "team key 9", [s.anna], epoch=2),
    ),
    ("not_member", "signed by a colleague outside", "", team_of("lea", "anna ben lea", 2)),
    ("not_member", "signed by the admin without restart", "", team_of("ada", "anna ben", 2)),
    (
        "not_member",
        "signed by who was taken out",
        "",
        then(team_of("anna", "anna", 2, "team key 2"), team_of("ben", "anna ben", 3, "team key 3")),
    ),
    (
        "issuer_revoked",
        "signed by a revoked member",
        "",
        then(revoked("ben"), team_of("ben", "anna", 2, "team key 2")),
    ),
    (
        "issuer_ended",
        "signed by a member whose certificate ended",
        "",
        team_of("anna", "anna ben", 2, at_ms=NOW_MS + 90 * DAY_MS),
    ),
    (
        "no_right",
        "restart by a member",
        "",
        team_of("anna", "anna ben", 2, "team key 2", restart=True),
    ),
    (
        "no_right",
        "first statement by a counsellor",
        "",
        lambda s: other_team_by(s, s.anna),
    ),
    (
        "malformed",
        "first statement as restart",
        "nothing to restart",
        lambda s: other_team(s, "team key 9", [s.anna], restart=True),
    ),
    (
        "malformed",
        "TEAM under another subject",
        "",
        lambda s: add_raw(s, s.anna, Kind.TEAM, next_team(s), seed("other team", 16)),
    ),
    (
        "unknown_member",
        "lists a revoked colleague",
        "",
        then(revoked("ben"), team_of("anna", "anna ben", 2)),
    ),
    (
        "unknown_member",
        "lists somebody not certified",
        "an admin would choose later whose key that is",
        lambda s: s.org.team(s.anna, [s.anna, s.ben, Person("Eve")], 2),
    ),
    ("unknown_member", "lists an admin as such", "", team_of("anna", "anna ben ada", 2)),
    ("key_kept", "member left, key kept", "who left knows it", team_of("anna", "anna", 2)),
    (
        "key_kept",
        "restart with the old key",
        "",
        team_of("ada", "anna ben", 2, restart=True),
    ),
    (
        "key_reused",
        "back to a former key",
        "",
        then(team_of("anna", "anna", 2, "team key 2"), team_of("anna", "anna ben", 3)),
    ),
    ("key_taken", "another team's key", "", lambda s: other_team(s, "team key 1", [s.anna])),
    ("key_taken", "a person's key as team key", "", team_of("anna", "anna ben", 2, "Ben")),
)
