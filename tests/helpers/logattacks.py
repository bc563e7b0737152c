"""Hostile acts around certificates: (reason, name, why, act). Each last leaf is judged `reason`."""

from __future__ import annotations

from crypto import statement
from crypto.statement import DAY_MS, Kind, RevokeReason, Role
from tests.helpers.logscene import (
    Act,
    add_raw,
    certify,
    change_root,
    flipped_leaf,
    foreign_staff,
    mixed,
    revoked,
    team_of,
    then,
)
from tests.helpers.organisation import NOW_MS, Person, seed
from tests.helpers.organisation import sign_secret as secret

ON_STAFF: tuple[tuple[str, str, str, Act], ...] = (
    (
        "duplicate",
        "statement repeated",
        "no rollback by repetition",
        lambda s: s.org.log.append(s.org.log[1]),
    ),
    (
        "duplicate",
        "revoked certificate repeated",
        "stays revoked",
        then(revoked("anna"), lambda s: s.org.log.append(s.org.log[3])),
    ),
    (
        "unknown_kind",
        "a kind of a later version",
        "carried, gives no rights",
        lambda s: add_raw(s, "root Vieraugen", 11, b"manifest", bytes(16)),
    ),
    (
        "malformed",
        "payload of another shape",
        "",
        lambda s: add_raw(s, s.ada, Kind.COUNSELLOR, b"\x90", bytes(16)),
    ),
    (
        "malformed",
        "admin role in a counsellor certificate",
        "role and kind must fit",
        lambda s: add_raw(
            s,
            s.ada,
            Kind.COUNSELLOR,
            s.org.staff(Person("Clara"), Role.ADMIN).encode(),
            Person("Clara").subject16,
        ),
    ),
    ("malformed", "leaf is not msgpack", "", lambda s: s.org.log.append((b"\xc1", b""))),
    ("malformed", "leaf is empty", "", lambda s: s.org.log.append((b"", b""))),
    ("malformed", "leaf version 2", "bit of the version", lambda s: flipped_leaf(s, 8)),
    (
        "bad_signature",
        "signature flipped",
        "last bit",
        lambda s: flipped_leaf(s, len(s.org.log[-1][0]) * 8 - 1),
    ),
    ("bad_signature", "subject flipped", "signed", lambda s: flipped_leaf(s, 5 * 8)),
    ("unknown_issuer", "issuer flipped", "names nobody", lambda s: flipped_leaf(s, 24 * 8)),
    ("bad_validity", "91 days", "too long", lambda s: s.org.counsellor(s.ada, "Clara", days=91)),
    ("bad_validity", "367 days", "too long", lambda s: s.org.admin("Adam", days=367)),
    ("bad_validity", "31 days", "too long", team_of("anna", "anna ben", 2, days=31)),
    ("bad_validity", "no time at all", "", lambda s: s.org.counsellor(s.ada, "Clara", days=0)),
    (
        "bad_validity",
        "ends before it starts",
        "",
        lambda s: s.org.counsellor(s.ada, "Clara", days=-1),
    ),
    (
        "bad_validity",
        "certificate without end",
        "0 means no end",
        lambda s: s.org.add(
            s.ada.sign,
            Person("Clara").subject16,
            s.org.staff(Person("Clara"), Role.COUNSELLOR),
            NOW_MS,
            0,
        ),
    ),
    (
        "bad_validity",
        "policy with an end",
        "",
        lambda s: add_raw(s, "root Vieraugen", Kind.POLICY, s.org.log[1][1], s.org.deployment_id),
    ),
    (
        "unknown_issuer",
        "self-signed admin",
        "under no root",
        lambda s: s.org.add(
            Person("Eve").sign,
            Person("Eve").subject16,
            s.org.staff(Person("Eve"), Role.ADMIN),
            NOW_MS,
            NOW_MS + DAY_MS,
        ),
    ),
    (
        "unknown_issuer",
        "under another root",
        "",
        then(
            lambda s: setattr(s.org, "root", secret("another root")), lambda s: s.org.admin("Eve")
        ),
    ),
    (
        "no_right",
        "admin certifies an admin",
        "only the root does",
        lambda s: s.org.add(
            s.ada.sign,
            Person("Eve").subject16,
            s.org.staff(Person("Eve"), Role.ADMIN),
            NOW_MS,
            NOW_MS + DAY_MS,
        ),
    ),
    ("no_right", "counsellor certifies", "", lambda s: s.org.counsellor(s.anna, "Eve")),
    ("no_right", "auditor certifies", "", lambda s: s.org.counsellor(s.olaf, "Eve")),
    ("no_right", "lead certifies", "", lambda s: s.org.counsellor(s.lea, "Eve")),
    (
        "no_right",
        "root certifies a counsellor",
        "the root certifies admins",
        then(
            lambda s: s.org.add(
                s.org.root,
                Person("Eve").subject16,
                s.org.staff(Person("Eve"), Role.COUNSELLOR),
                NOW_MS,
                NOW_MS + DAY_MS,
            )
        ),
    ),
    (
        "no_right",
        "second first leaf",
        "",
        lambda s: add_raw(
            s, "root Vieraugen", Kind.ORG, s.org.log[0][1], seed("again", 16), days=0
        ),
    ),
    (
        "no_right",
        "policy by an admin",
        "",
        lambda s: add_raw(s, s.ada, Kind.POLICY, s.org.log[1][1], s.org.deployment_id, days=0),
    ),
    (
        "no_right",
        "policy by the standby key",
        "",
        lambda s: add_raw(
            s, "standby Vieraugen", Kind.POLICY, s.org.log[1][1], s.org.deployment_id, days=0
        ),
    ),
    (
        "foreign_deployment",
        "policy for another deployment",
        "",
        lambda s: add_raw(
            s, "root Vieraugen", Kind.POLICY, s.org.log[1][1], seed("elsewhere", 16), days=0
        ),
    ),
    (
        "stale",
        "older policy held back",
        "must not come into force after a newer one",
        lambda s: s.org.policy(NOW_MS - 1, "example.org/old"),
    ),
    (
        "foreign_deployment",
        "admin of another deployment",
        "one root, two deployments",
        lambda s: add_raw(
            s, "root Vieraugen", Kind.ADMIN, foreign_staff(s), Person("Clara").subject16
        ),
    ),
    (
        "no_right",
        "root replaces itself",
        "only the standby key does",
        lambda s: s.org.change_root(s.org.root, secret("new root"), NOW_MS + 1),
    ),
    (
        "foreign_deployment",
        "root change for another deployment",
        "",
        lambda s: add_raw(
            s,
            "standby Vieraugen",
            Kind.ROOT_CHANGE,
            b"\x91\xc4\x20" + bytes(32),
            seed("elsewhere", 16),
            days=0,
        ),
    ),
    (
        "stale",
        "older root change held back",
        "",
        lambda s: s.org.change_root(s.org.standby, secret("new root"), NOW_MS),
    ),
    (
        "key_taken",
        "root change to a known key",
        "",
        lambda s: s.org.change_root(s.org.standby, s.ada.sign, NOW_MS + 1),
    ),
    (
        "no_right",
        "old root after the change",
        "",
        then(change_root, lambda s: s.org.admin("Adam")),
    ),
    (
        "issuer_revoked",
        "issuer revoked before",
        "",
        then(revoked("ada"), lambda s: s.org.counsellor(s.ada, "E")),
    ),
    (
        "issuer_ended",
        "issuer ended before",
        "",
        lambda s: s.org.counsellor(s.ada, "Clara", at_ms=NOW_MS + 365 * DAY_MS),
    ),
    (
        "issuer_ended",
        "issuer not yet certified",
        "eleven minutes early",
        lambda s: s.org.counsellor(s.ada, "Clara", at_ms=NOW_MS - 11 * 60 * 1000),
    ),
    (
        "subject_taken",
        "listed subject with other keys",
        "else an admin alone places somebody in a live chat",
        lambda s: certify(s, "Anna", Person("Eve")),
    ),
    (
        "subject_taken",
        "listed subject with another KEM key",
        "",
        lambda s: s.org.add(
            s.ada.sign,
            s.anna.subject16,
            statement.Staff(
                deployment_id=s.org.deployment_id,
                role=Role.COUNSELLOR,
                sign_pk=s.anna.sign_pk,
                kem_pk=Person("Eve").kem_pk,
            ),
            NOW_MS,
            NOW_MS + DAY_MS,
        ),
    ),
    *(
        (
            "key_revoked",
            f"certified again, revoked for {reason.name.lower()}",
            "a revoked key never comes back under its name",
            then(revoked("anna", reason), lambda s: certify(s, "Anna", s.anna)),
        )
        for reason in (RevokeReason.OTHER, RevokeReason.LEFT, RevokeReason.KEY_LOST)
    ),
    (
        "key_revoked",
        "certified again, revoked for a reason not known",
        "only a change of role leaves the key alone",
        then(
            lambda s: s.org.add(
                s.ada.sign,
                s.anna.subject16,
                statement.Revoke(certificate_hash=s.hash_of(s.anna), reason=255),
                NOW_MS,
                0,
            ),
            lambda s: certify(s, "Anna", s.anna),
        ),
    ),
    (
        "key_revoked",
        "renewed beside a certificate that was not revoked",
        "one revocation speaks about the key",
        then(
            lambda s: certify(s, "Anna", s.anna, Role.LEAD),
            revoked("anna", RevokeReason.KEY_LOST),
            lambda s: certify(s, "Anna", s.anna),
        ),
    ),
    (
        "key_revoked",
        "a revoked counsellor as admin",
        "the root is bound too",
        then(revoked("anna", RevokeReason.LEFT), lambda s: s.org.admin("Anna")),
    ),
    (
        "key_revoked",
        "a change of role after the key was lost",
        "the later reason mends nothing",
        then(
            lambda s: certify(s, "Anna", s.anna, Role.LEAD),
            revoked("anna", RevokeReason.KEY_LOST),
            lambda s: s.org.revoke(
                s.ada.sign,
                s.anna.subject16,
                s.org.view().own_certificates(s.anna.subject16)[-1].hash,
                reason=RevokeReason.ROLE_CHANGED,
            ),
            lambda s: certify(s, "Anna", s.anna),
        ),
    ),
    (
        "subject_taken",
        "a revoked subject with other keys",
        "a new key is a new subject",
        then(revoked("anna", RevokeReason.KEY_LOST), lambda s: certify(s, "Anna", Person("Eve"))),
    ),
    ("key_taken", "Anna's keys for another subject", "", lambda s: certify(s, "Eve", s.anna)),
    (
        "key_taken",
        "Anna's signing key for another",
        "",
        lambda s: mixed(s, s.anna, Person("Clara")),
    ),
    ("key_taken", "Anna's KEM key for another", "", lambda s: mixed(s, Person("Clara"), s.anna)),
    (
        "unknown_target",
        "revokes what is not there",
        "",
        lambda s: s.org.revoke(s.ada.sign, s.anna.subject16, bytes(32)),
    ),
    (
        "unknown_target",
        "revokes a TEAM",
        "only certificates",
        lambda s: s.org.revoke(s.ada.sign, s.org.team16, s.org.view().entries[-1].hash),
    ),
    (
        "malformed",
        "revokes under another subject",
        "",
        lambda s: s.org.revoke(s.ada.sign, s.ben.subject16, s.hash_of(s.anna)),
    ),
    (
        "already_revoked",
        "revoked twice",
        "the first counts",
        then(
            revoked("anna"),
            lambda s: s.org.revoke(s.org.root, s.anna.subject16, s.hash_of(s.anna)),
        ),
    ),
    (
        "no_right",
        "counsellor revokes a colleague",
        "",
        lambda s: s.org.revoke(s.ben.sign, s.anna.subject16, s.hash_of(s.anna)),
    ),
    (
        "no_right",
        "admin revokes an admin",
        "only root and holder do",
        then(
            lambda s: s.org.admin("Adam"),
            lambda s: s.org.revoke(s.ada.sign, Person("Adam").subject16, s.hash_of(Person("Adam"))),
        ),
    ),
    (
        "issuer_revoked",
        "revoked admin revokes",
        "",
        then(revoked("ada"), revoked("anna")),
    ),
)
