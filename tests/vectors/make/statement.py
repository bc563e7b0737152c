"""Payloads of statements and the leaves around them: shapes accepted and refused."""

from __future__ import annotations

from typing import Any

from crypto import certificate, encoding, statement
from crypto.encoding import Value
from crypto.statement import Kind, RevokeReason
from tests.helpers.organisation import NOW_MS, Organisation, Person, kem_public, seed
from tests.vectors.make.common import case, document

SIGN_PK = Person("Anna").sign_pk.raw
OTHER_PK = Person("Ben").sign_pk.raw
KEM_PK = kem_public("Anna").raw
ID16 = seed("id", 16)
HASH = seed("hash")
ORIGIN = "example.org/log"

_ORG: list[Value] = [SIGN_PK, OTHER_PK, ID16, "de"]
_POLICY: list[Value] = [1, ORIGIN, SIGN_PK, [["enquiry", 720], ["live", 48]], [], 0, 0]
_STAFF: list[Value] = [ID16, 2, SIGN_PK, KEM_PK]
_TEAM: list[Value] = [ID16, 1, KEM_PK, [bytes(16), ID16], 0]
_REVOKE: list[Value] = [HASH, int(RevokeReason.LEFT)]
_CHANGE: list[Value] = [SIGN_PK]
SHA384 = seed("manifest", 48)
_RELEASE: list[Value] = ["v1.2.3", SHA384]
_SITE: list[Value] = [HASH, seed("site.json", 48), SHA384]
_DELETIONS: list[Value] = [20_000, 3, HASH]


def cases() -> dict[str, Any]:
    found = [_decoding(name, kind, value) for name, kind, value in _FINE]
    found += [_decoding(name, kind, value, "not_canonical") for name, kind, value in _BAD]
    admin: list[Value] = [ID16, 1, SIGN_PK, KEM_PK]
    found += [
        _decoding("kind nobody knows", 11, _CHANGE, "bad_statement"),
        _decoding("admin as counsellor", Kind.COUNSELLOR, admin, "bad_statement"),
        _decoding("counsellor as admin", Kind.ADMIN, _STAFF, "bad_statement"),
        *_leaves(),
        *_makings(),
    ]
    return document("Payloads (`kind`, `payload`) and leaves", found)


def _changed(base: list[Value], place: int, value: Value) -> list[Value]:
    return [*base[:place], value, *base[place + 1 :]]


def _crowd(count: int) -> list[Value]:
    return [bytes([0] * 15 + [number]) for number in range(count)]


def _decoding(name: str, kind: int, payload: Value, expect: str = "success") -> dict[str, Any]:
    raw = encoding.encode(payload)
    out = {"encoded": raw, "hash": certificate.payload_hash(raw)} if expect == "success" else None
    given = {"op": "payload", "kind": int(kind), "payload": raw}
    return case(f"payload: {name}", "", given, out, expect)


_NAMES = [f"{chr(97 + i)}".ljust(200, "z") for i in range(16)]
_LARGEST: list[Value] = [
    1,
    "o" * 200,
    SIGN_PK,
    [[name, 1] for name in _NAMES],
    [[name, OTHER_PK] for name in _NAMES],
    16,
    366 * 24,
]

_FINE: tuple[tuple[str, int, list[Value]], ...] = (
    ("ORG", Kind.ORG, _ORG),
    ("POLICY", Kind.POLICY, _POLICY),
    ("POLICY without rules", Kind.POLICY, _changed(_POLICY, 3, [])),
    ("POLICY with witness", Kind.POLICY, [*_POLICY[:4], [["w/1", OTHER_PK]], 1, 24]),
    ("POLICY as large as can be", Kind.POLICY, _LARGEST),
    ("ORG with a long language", Kind.ORG, _changed(_ORG, 3, "d" * 16)),
    ("ADMIN", Kind.ADMIN, _changed(_STAFF, 1, 1)),
    ("COUNSELLOR", Kind.COUNSELLOR, _STAFF),
    ("lead", Kind.COUNSELLOR, _changed(_STAFF, 1, 3)),
    ("auditor", Kind.COUNSELLOR, _changed(_STAFF, 1, 4)),
    ("COUNSELLOR who comes back", Kind.COUNSELLOR, [*_STAFF, HASH[:16]]),
    ("TEAM", Kind.TEAM, _TEAM),
    ("TEAM restarted", Kind.TEAM, _changed(_TEAM, 4, 1)),
    ("TEAM of 200", Kind.TEAM, _changed(_TEAM, 3, _crowd(200))),
    ("REVOKE", Kind.REVOKE, _REVOKE),
    ("REVOKE for a reason not known", Kind.REVOKE, [HASH, 255]),
    ("ROOT_CHANGE", Kind.ROOT_CHANGE, _CHANGE),
    ("RELEASE", Kind.RELEASE, _RELEASE),
    ("RELEASE with a long tag", Kind.RELEASE, ["~" * 64, SHA384]),
    ("SITE", Kind.SITE, _SITE),
    ("DELETIONS", Kind.DELETIONS, _DELETIONS),
    ("DELETIONS of a day without any", Kind.DELETIONS, [0, 0, HASH]),
)

_BAD: tuple[tuple[str, int, Value], ...] = (
    ("ORG, an item more", Kind.ORG, [*_ORG, 0]),
    ("ORG, short key", Kind.ORG, _changed(_ORG, 0, SIGN_PK[1:])),
    ("ORG, short standby key", Kind.ORG, _changed(_ORG, 1, SIGN_PK[1:])),
    ("ORG, long deployment id", Kind.ORG, _changed(_ORG, 2, bytes(17))),
    ("ORG, long language", Kind.ORG, _changed(_ORG, 3, "d" * 17)),
    ("POLICY, suite 2", Kind.POLICY, _changed(_POLICY, 0, 2)),
    ("POLICY, suite 0", Kind.POLICY, _changed(_POLICY, 0, 0)),
    ("POLICY, origin with space", Kind.POLICY, _changed(_POLICY, 1, "a b")),
    ("POLICY, origin empty", Kind.POLICY, _changed(_POLICY, 1, "")),
    ("POLICY, origin of 201", Kind.POLICY, _changed(_POLICY, 1, "o" * 201)),
    ("POLICY, rule named with 201", Kind.POLICY, _changed(_POLICY, 3, [["r" * 201, 1]])),
    ("POLICY, witness named with 201", Kind.POLICY, [*_POLICY[:4], [["w" * 201, OTHER_PK]], 1, 1]),
    ("POLICY, age of an hour more", Kind.POLICY, [*_LARGEST[:6], 366 * 24 + 1]),
    ("POLICY, short log key", Kind.POLICY, _changed(_POLICY, 2, bytes(31))),
    ("POLICY, rules unsorted", Kind.POLICY, _changed(_POLICY, 3, [["live", 1], ["enquiry", 2]])),
    ("POLICY, rule twice", Kind.POLICY, _changed(_POLICY, 3, [["live", 1], ["live", 2]])),
    ("POLICY, rule beyond ASCII", Kind.POLICY, _changed(_POLICY, 3, [["\u00e4", 1]])),
    ("POLICY, rule of three", Kind.POLICY, _changed(_POLICY, 3, [["live", 1, 2]])),
    ("POLICY, 17 rules", Kind.POLICY, _changed(_POLICY, 3, [[chr(97 + i), 1] for i in range(17)])),
    ("POLICY, quorum too large", Kind.POLICY, [*_POLICY[:4], [["w/1", OTHER_PK]], 2, 24]),
    ("POLICY, 17 witnesses", Kind.POLICY, [*_POLICY[:4], [["w", OTHER_PK]] * 17, 1, 24]),
    ("POLICY, quorum without an age", Kind.POLICY, [*_POLICY[:4], [["w/1", OTHER_PK]], 1, 0]),
    ("POLICY, age without a quorum", Kind.POLICY, _changed(_POLICY, 6, 24)),
    ("POLICY, age of two years", Kind.POLICY, [*_POLICY[:4], [["w/1", OTHER_PK]], 1, 17_568]),
    ("POLICY, six items", Kind.POLICY, _POLICY[:6]),
    ("COUNSELLOR, role 0", Kind.COUNSELLOR, _changed(_STAFF, 1, 0)),
    ("COUNSELLOR, role 5", Kind.COUNSELLOR, _changed(_STAFF, 1, 5)),
    ("COUNSELLOR, short KEM key", Kind.COUNSELLOR, _changed(_STAFF, 3, KEM_PK[1:])),
    ("COUNSELLOR, deployment missing", Kind.COUNSELLOR, _changed(_STAFF, 0, b"")),
    ("COUNSELLOR, replaces nobody", Kind.COUNSELLOR, [*_STAFF, b""]),
    ("COUNSELLOR, replaces by hash", Kind.COUNSELLOR, [*_STAFF, HASH]),
    ("COUNSELLOR, an item more", Kind.COUNSELLOR, [*_STAFF, ID16, 0]),
    ("COUNSELLOR, an item less", Kind.COUNSELLOR, _STAFF[:3]),
    ("COUNSELLOR, no array", Kind.COUNSELLOR, 7),
    ("TEAM, epoch 0", Kind.TEAM, _changed(_TEAM, 1, 0)),
    ("TEAM, nobody", Kind.TEAM, _changed(_TEAM, 3, [])),
    ("TEAM, unsorted", Kind.TEAM, _changed(_TEAM, 3, [ID16, bytes(16)])),
    ("TEAM, somebody twice", Kind.TEAM, _changed(_TEAM, 3, [ID16, ID16])),
    ("TEAM of 201", Kind.TEAM, _changed(_TEAM, 3, _crowd(201))),
    ("TEAM, member of 15 bytes", Kind.TEAM, _changed(_TEAM, 3, [bytes(15)])),
    ("TEAM, restart 2", Kind.TEAM, _changed(_TEAM, 4, 2)),
    ("REVOKE, short hash", Kind.REVOKE, [HASH[1:], 0]),
    ("REVOKE, reason 256", Kind.REVOKE, [HASH, 256]),
    ("REVOKE, reason in words", Kind.REVOKE, [HASH, "left"]),
    ("ROOT_CHANGE, two keys", Kind.ROOT_CHANGE, [SIGN_PK, OTHER_PK]),
    ("RELEASE, tag empty", Kind.RELEASE, ["", SHA384]),
    ("RELEASE, tag of 65", Kind.RELEASE, ["v" * 65, SHA384]),
    ("RELEASE, tag with a space", Kind.RELEASE, ["v 1", SHA384]),
    ("RELEASE, tag with a line end", Kind.RELEASE, ["v1\n", SHA384]),
    ("RELEASE, tag beyond ASCII", Kind.RELEASE, ["v\u00e4", SHA384]),
    ("RELEASE, SHA-256", Kind.RELEASE, ["v1", HASH]),
    ("RELEASE, an item more", Kind.RELEASE, [*_RELEASE, 0]),
    ("SITE, short release", Kind.SITE, _changed(_SITE, 0, HASH[1:])),
    ("SITE, site.json by SHA-256", Kind.SITE, _changed(_SITE, 1, HASH)),
    ("SITE, manifest by SHA-256", Kind.SITE, _changed(_SITE, 2, HASH)),
    ("SITE, an item less", Kind.SITE, _SITE[:2]),
    ("DELETIONS, day as text", Kind.DELETIONS, _changed(_DELETIONS, 0, "today")),
    ("DELETIONS, count as bytes", Kind.DELETIONS, _changed(_DELETIONS, 1, b"\x03")),
    ("DELETIONS, short root", Kind.DELETIONS, _changed(_DELETIONS, 2, HASH[1:])),
    ("DELETIONS, an item more", Kind.DELETIONS, [*_DELETIONS, 0]),
    ("no array", Kind.REVOKE, 7),
)


def _leaves() -> list[dict[str, Any]]:
    org = Organisation()
    org.found()
    raw = org.log[0][0]
    items = encoding.decode_array(raw, 8)
    public = encoding.decode_array(org.log[0][1], 4)[0]
    shapes: dict[str, tuple[bytes, str]] = {
        "as signed": (raw, "success"),
        "seven items": (encoding.encode(items[:7]), "not_canonical"),
        "nine items": (encoding.encode([*items, 0]), "not_canonical"),
        "version 2": (encoding.encode([2, *items[1:]]), "not_canonical"),
        "short subject": (encoding.encode(_changed(items, 2, b"")), "not_canonical"),
        "short issuer": (encoding.encode(_changed(items, 3, b"")), "not_canonical"),
        "short payload hash": (encoding.encode(_changed(items, 6, b"")), "not_canonical"),
        "short signature": (encoding.encode(_changed(items, 7, b"")), "not_canonical"),
        "time as text": (encoding.encode(_changed(items, 4, "now")), "not_canonical"),
        "trailing byte": (raw + b"\x00", "not_canonical"),
        "other kind": (encoding.encode(_changed(items, 1, 2)), "bad_signature"),
        "other subject": (encoding.encode(_changed(items, 2, ID16)), "bad_signature"),
        "other issuer": (encoding.encode(_changed(items, 3, HASH)), "bad_signature"),
        "other start": (encoding.encode(_changed(items, 4, 1)), "bad_signature"),
        "other end": (encoding.encode(_changed(items, 5, 1)), "bad_signature"),
        "other payload": (encoding.encode(_changed(items, 6, HASH)), "bad_signature"),
    }
    found = []
    for name, (leaf, expect) in shapes.items():
        out = {"hash": certificate.leaf_hash(leaf)} if expect == "success" else None
        given = {"op": "leaf", "leaf": leaf, "issuer": public}
        found.append(case(f"leaf: {name}", "", given, out, expect))
    return found


def _makings() -> list[dict[str, Any]]:
    """Every payload that decodes, signed; and validities that `make_leaf` refuses to sign."""
    key = Person("Anna").sign
    found = []
    for name, kind, value in _FINE:
        payload = statement.decode(int(kind), encoding.encode(value))
        end = NOW_MS + payload.max_ms if payload.max_ms else 0
        leaf = certificate.make_leaf(key, ID16, payload, NOW_MS, end)
        found.append(_making(name, kind, value, end, {"leaf": leaf}))
    for name, kind, value, end in (
        ("endless certificate", Kind.COUNSELLOR, _STAFF, 0),
        ("91 days", Kind.COUNSELLOR, _STAFF, NOW_MS + statement.MAX_COUNSELLOR_MS + 1),
        ("empty validity", Kind.TEAM, _TEAM, NOW_MS),
        ("POLICY with an end", Kind.POLICY, _POLICY, NOW_MS + 1),
    ):
        found.append(_making(name, kind, value, end, None))
    return found


def _making(
    name: str, kind: int, value: list[Value], end: int, out: dict[str, Any] | None
) -> dict[str, Any]:
    given = {
        "op": "make",
        "secret": Person("Anna").sign.raw,
        "subject16": ID16,
        "kind": int(kind),
        "payload": encoding.encode(value),
        "not_before_ms": NOW_MS,
        "not_after_ms": end,
    }
    return case(f"make: {name}", "", given, out, "success" if out else "local_error")
