"""Acceptances and profiles, each broken in one place. The pool is as in `logview`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from crypto import acceptance, primitives
from crypto.acceptance import Accept
from crypto.statement import DAY_MS, Role
from tests.helpers.logscene import Scene
from tests.helpers.organisation import NOW_MS, Person, seed, sign_secret
from tests.vectors.make.common import case, document, flip
from tests.vectors.make.logview import Pool

TICKET = seed("ticket", 16)
SEEKER = primitives.sign_public(sign_secret("seeker"))
SEEKER_HASH = acceptance.seeker_key_hash(SEEKER)
LATER_MS = NOW_MS + DAY_MS


class Stage:
    """A scene, who accepts in it, and what the seeker's client knows."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.signer = self.scene.anna
        self.certificate_hash = self.scene.hash_of(self.scene.anna)
        self.device_now_ms = LATER_MS
        self.relay_now_ms = LATER_MS
        self.expires_ms = LATER_MS + acceptance.VALID_MS
        self.size = self.scene.org.view().size
        self.root = self.scene.org.view().root()
        self.signed_for = SEEKER_HASH
        self.signed_ticket = TICKET
        self.sent: dict[str, Any] = {}
        self.known: dict[str, Any] = {
            "ticket16": TICKET,
            "seeker_hash": SEEKER_HASH,
            "team16": self.scene.org.team16,
        }

    def as_person(self, person: Person) -> None:
        """Let somebody else of the scene accept."""
        self.signer = person
        self.certificate_hash = self.scene.hash_of(person)

    def to_end_of_log(self) -> None:
        """State the log as it is now."""
        view = self.scene.org.view()
        self.size, self.root = view.size, view.root()

    def accept(self) -> Accept:
        """Sign, then change what `sent` says."""
        signature = acceptance.sign_accept(
            self.signer.sign,
            self.signed_ticket,
            self.signed_for,
            self.size,
            self.root,
            self.expires_ms,
        )
        made = Accept(
            ticket16=self.signed_ticket,
            certificate_hash=self.certificate_hash,
            log_size=self.size,
            log_root=self.root,
            expires_ms=self.expires_ms,
            signature=signature,
        )
        return replace(made, **self.sent)


Act = Callable[[Stage], object]


def cases() -> dict[str, Any]:
    pool = Pool()
    found = [_judged(pool, verdict, name, why, act) for verdict, name, why, act in _STAGES]
    statements = case(
        "pool", "every statement used below", {"op": "pool", "statements": pool.statements}
    )
    hashed = case(
        "seeker key hash", "", {"op": "hash", "public": SEEKER.raw}, {"hash": SEEKER_HASH}
    )
    return document("Judged acceptances of a live chat", [statements, hashed, *found])


def _judged(pool: Pool, verdict: str, name: str, why: str, act: Act) -> dict[str, Any]:
    stage = Stage()
    act(stage)
    made, org = stage.accept(), stage.scene.org
    judged = acceptance.judge_accept(
        org.view(),
        made,
        **stage.known,
        device_now_ms=stage.device_now_ms,
        relay_now_ms=stage.relay_now_ms,
    )
    assert judged == verdict, f"{name}: {judged}"
    given = {
        **pool.given(org, org.log),
        **stage.known,
        "op": "judge",
        "secret": stage.signer.sign.raw,
        "signed_for": stage.signed_for,
        "device_now_ms": stage.device_now_ms,
        "relay_now_ms": stage.relay_now_ms,
        "accept": [
            made.ticket16,
            made.certificate_hash,
            made.log_size,
            made.log_root,
            made.expires_ms,
            made.signature,
        ],
    }
    return case(f"{verdict}: {name}", why, given, {"verdict": verdict})


def _swap_root(stage: Stage) -> None:
    stage.root = flip(stage.root, 0)


def _ahead(stage: Stage) -> None:
    stage.size += 1


def _before_certificate(stage: Stage) -> None:
    stage.size = 3
    stage.root = stage.scene.org.view().root_at(3)


def _revoke(stage: Stage) -> None:
    stage.scene.org.revoke(
        stage.scene.ada.sign, stage.scene.anna.subject16, stage.scene.hash_of(stage.scene.anna)
    )


def _leave_team(stage: Stage) -> None:
    stage.scene.org.team(stage.scene.ben, [stage.scene.ben], 2, "team key 2")


def _lead_joins(stage: Stage) -> None:
    stage.scene.org.team(stage.scene.anna, [stage.scene.anna, stage.scene.ben, stage.scene.lea], 2)
    stage.as_person(stage.scene.lea)


def _auditor_joins(stage: Stage) -> None:
    stage.scene.org.team(stage.scene.anna, [stage.scene.anna, stage.scene.ben, stage.scene.olaf], 2)
    stage.as_person(stage.scene.olaf)


def _at(stage: Stage, now_ms: int) -> None:
    stage.device_now_ms = stage.relay_now_ms = now_ms
    stage.expires_ms = now_ms + acceptance.VALID_MS


def _young(stage: Stage, days: int = 30, ahead_ms: int = 0) -> None:
    """Let Clara, certified at another time, stand in the team."""
    org, scene = stage.scene.org, stage.scene
    clara = org.counsellor(scene.ada, "Clara", at_ms=LATER_MS + ahead_ms, days=days)
    org.team(scene.anna, [scene.anna, scene.ben, clara], 2)
    stage.as_person(clara)
    stage.to_end_of_log()


def _renewed(stage: Stage) -> None:
    """The certificate named in the acceptance has ended, a newer one runs."""
    org, scene = stage.scene.org, stage.scene
    start = NOW_MS + 80 * DAY_MS
    payload = org.staff(scene.anna, Role.COUNSELLOR)
    org.add(scene.ada.sign, scene.anna.subject16, payload, start, start + 90 * DAY_MS)
    org.team(scene.anna, [scene.anna, scene.ben], 2, at_ms=start)
    _at(stage, NOW_MS + 91 * DAY_MS)


def _revived(stage: Stage) -> None:
    """A relay and somebody who has left: its clock shows the day when the certificate still ran."""
    _young(stage, days=1)
    stage.device_now_ms = LATER_MS + DAY_MS


def _begun_early(stage: Stage) -> None:
    """The certificate begins in ten days; the relay's clock is there already."""
    _young(stage, ahead_ms=10 * DAY_MS)
    stage.relay_now_ms = LATER_MS + 10 * DAY_MS
    stage.expires_ms = stage.relay_now_ms + acceptance.VALID_MS


def _next_year(stage: Stage) -> None:
    stage.relay_now_ms = LATER_MS + 365 * DAY_MS
    stage.expires_ms = stage.relay_now_ms + acceptance.VALID_MS


def _set(**changes: Any) -> Act:
    def act(stage: Stage) -> None:
        for name, value in changes.items():
            setattr(stage, name, value)

    return act


def _sent(**changes: Any) -> Act:
    return lambda stage: stage.sent.update(changes)


_STAGES: tuple[tuple[str, str, str, Act], ...] = (
    ("ok", "a counsellor of the team", "", lambda s: None),
    ("ok", "a lead of the team", "", _lead_joins),
    ("ok", "stated an older log", "still the same log", lambda s: s.scene.org.admin("Adam")),
    ("ok", "one ms before the end", "", _set(relay_now_ms=LATER_MS + acceptance.VALID_MS - 1)),
    ("ok", "signed ten minutes ahead", "clocks differ", _set(relay_now_ms=LATER_MS - 600_000)),
    ("ok", "a phone 20 minutes slow", "", _set(device_now_ms=LATER_MS - 1_200_000)),
    ("ok", "a phone 20 minutes fast", "", _set(device_now_ms=LATER_MS + 1_200_000)),
    ("ok", "a relay that says it is next year", "it ends nothing", _next_year),
    ("ok", "certified ten minutes ahead", "clocks differ", lambda s: _young(s, 30, 600_000)),
    ("wrong_ticket", "another ticket", "signed for it", _set(signed_ticket=seed("other", 16))),
    ("wrong_ticket", "ticket swapped on the way", "", _sent(ticket16=seed("other", 16))),
    ("log_unknown", "a longer log", "fetch it, ask again", _ahead),
    ("log_fork", "another root", "alarm", _swap_root),
    ("log_fork", "size changed on the way", "", _sent(log_size=4)),
    ("unknown_certificate", "not in the log", "", _set(certificate_hash=bytes(32))),
    (
        "unknown_certificate",
        "a TEAM hash",
        "not a person",
        lambda s: s.sent.update(certificate_hash=s.scene.org.view().entries[-1].hash),
    ),
    (
        "bad_signature",
        "two seekers behind one acceptance",
        "signed for another seeker's key",
        _set(signed_for=acceptance.seeker_key_hash(primitives.sign_public(sign_secret("two")))),
    ),
    ("bad_signature", "signed by a stranger", "", _set(signer=Person("Eve"))),
    (
        "bad_signature",
        "a colleague's certificate",
        "",
        lambda s: s.sent.update(certificate_hash=s.scene.hash_of(s.scene.ben)),
    ),
    ("bad_signature", "expiry changed on the way", "", _sent(expires_ms=LATER_MS + 1)),
    ("bad_signature", "signature of 63 bytes", "", _sent(signature=bytes(63))),
    ("wrong_role", "an auditor in the team", "wrong purpose", _auditor_joins),
    ("wrong_role", "an admin", "wrong purpose", lambda s: s.as_person(s.scene.ada)),
    ("revoked", "revoked after accepting", "the seeker's log is newer", _revoke),
    ("not_yet_valid", "eleven minutes early", "", lambda s: _young(s, 30, 660_000)),
    ("ended", "certificate ended, another runs", "", _renewed),
    ("ended", "revived by the relay's clock", "the device's own counts", _revived),
    ("not_yet_valid", "begun by the relay's clock", "the device's own counts", _begun_early),
    ("not_in_team", "a lead outside the team", "", lambda s: s.as_person(s.scene.lea)),
    ("not_in_team", "taken out since", "the newest TEAM counts", _leave_team),
    ("not_in_team", "TEAM has ended", "", lambda s: _at(s, NOW_MS + 30 * DAY_MS)),
    (
        "not_in_team",
        "TEAM revived by the relay's clock",
        "the device's own counts",
        _set(device_now_ms=NOW_MS + 30 * DAY_MS),
    ),
    (
        "not_in_team",
        "another team's page",
        "",
        lambda s: s.known.update(team16=seed("other team", 16)),
    ),
    ("log_stale", "stated a log without the own certificate", "", _before_certificate),
    ("expired", "at the end", "", _set(relay_now_ms=LATER_MS + acceptance.VALID_MS)),
    (
        "too_long",
        "beyond twelve minutes and tolerance",
        "",
        _set(expires_ms=LATER_MS + acceptance.VALID_MS + 10 * 60 * 1000 + 1),
    ),
)
