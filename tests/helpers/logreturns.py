"""People who come back under another key: what counts, and what does not (spec J13)."""

from __future__ import annotations

from crypto.statement import RevokeReason
from tests.helpers.logscene import Act, certify, comes_back, revoked, then
from tests.helpers.organisation import Person

_LOST = revoked("anna", RevokeReason.KEY_LOST)

HONEST: tuple[tuple[str, str, Act], ...] = (
    ("back under another key", "the old one was revoked", then(_LOST, comes_back)),
    (
        "back, and renewed",
        "the first certificate says whom it replaces",
        then(_LOST, comes_back, lambda s: certify(s, "Anna again", Person("Anna again"))),
    ),
    (
        "back twice",
        "each time under the last key",
        then(
            _LOST,
            comes_back,
            lambda s: s.org.revoke(
                s.ada.sign, Person("Anna again").subject16, s.hash_of(Person("Anna again"))
            ),
            lambda s: comes_back(s, "Anna once more", "Anna again"),
        ),
    ),
)
ATTACKS: tuple[tuple[str, str, str, Act], ...] = (
    ("not_revoked", "back while the old key counts", "nobody counsels under two keys", comes_back),
    (
        "not_revoked",
        "back while one of two certificates counts",
        "",
        then(lambda s: certify(s, "Anna", s.anna), _LOST, comes_back),
    ),
    (
        "not_revoked",
        "back after a change of role",
        "that key may be certified again",
        then(revoked("anna", RevokeReason.ROLE_CHANGED), comes_back),
    ),
    ("unknown_target", "back, and was never here", "", lambda s: comes_back(s, before="Eve")),
    (
        "unknown_target",
        "replaces themselves",
        "",
        lambda s: comes_back(s, "Eve", "Eve"),
    ),
    (
        "already_replaced",
        "two in one place",
        "of two invitations for one person one counts",
        then(_LOST, comes_back, lambda s: comes_back(s, "Eve")),
    ),
    (
        "key_taken",
        "back with the lost key",
        "whoever found it would be the person",
        then(_LOST, lambda s: comes_back(s, keys="Anna")),
    ),
    (
        "subject_taken",
        "somebody known takes over a name",
        "only a first certificate says whom it replaces",
        then(_LOST, lambda s: comes_back(s, "Ben")),
    ),
)
