"""What a service publishes about itself, honestly and not: (reason, name, why, act)."""

from __future__ import annotations

from crypto.publication import Deletions, Release, SiteRelease
from crypto.statement import DAY_MS, Payload
from tests.helpers.logscene import Act, Scene, change_root, revoked, then
from tests.helpers.organisation import NOW_MS, Person, seed
from tests.helpers.organisation import sign_secret as secret

DAY = NOW_MS // DAY_MS - 1


def release(
    at_ms: int = NOW_MS, by: str = "root Vieraugen", subject16: bytes = b"", tag: str = "v1.0.0"
) -> Act:
    """Return an act: a RELEASE is signed by `by`."""
    return _published(Release(tag=tag, manifest=seed(tag, 48)), by, at_ms, subject16)


def site(at_ms: int = NOW_MS, by: str = "ada", subject16: bytes = b"", tells: bytes = b"") -> Act:
    """Return an act: somebody puts pages over the newest RELEASE, or over `tells`, in force."""

    def act(scene: Scene) -> None:
        newest = scene.org.view().release()
        payload = SiteRelease(
            release=tells or (newest[0] if newest else bytes(32)),
            site_json=seed("site.json", 48),
            manifest=seed("site", 48),
        )
        _published(payload, by, at_ms, subject16)(scene)

    return act


def deletions(day: int, by: str = "log Vieraugen", at_ms: int = 0, subject16: bytes = b"") -> Act:
    """Return an act: the log key enters a day, as soon as it is over or at `at_ms`."""
    payload = Deletions(day=day, count=2, root=seed(f"day {day}"))
    return _published(payload, by, at_ms or (day + 1) * DAY_MS, subject16)


def _published(payload: Payload, by: str, at_ms: int, subject16: bytes) -> Act:
    def act(scene: Scene) -> None:
        staff = getattr(scene, by, None)
        key = staff.sign if isinstance(staff, Person) else secret(by)
        scene.org.add(key, subject16 or scene.org.deployment_id, payload, at_ms, 0)

    return act


def repolicied(scene: Scene) -> None:
    """The root names another log key."""
    scene.org.log_key = secret("another log")
    scene.org.policy(NOW_MS + 5)


HONEST: tuple[tuple[str, str, Act], ...] = (
    ("release", "by the root", release()),
    ("release and pages", "by an admin over a release", then(release(), site())),
    ("newer pages", "", then(release(), site(NOW_MS), site(NOW_MS + 1))),
    (
        "pages over an older release",
        "a rollback is visible, not impossible",
        then(
            release(),
            release(NOW_MS + 1),
            lambda s: site(tells=s.org.view().entries[-2].hash)(s),
        ),
    ),
    (
        "release by the new root",
        "after a change of root",
        then(change_root, release(NOW_MS + 2, by="new root")),
    ),
    ("the first day", "any day begins", deletions(DAY)),
    ("day after day", "", then(deletions(DAY), deletions(DAY + 1), deletions(DAY + 2))),
    (
        "days under a new log key",
        "the key of the policy in force",
        then(deletions(DAY), repolicied, deletions(DAY + 1, by="another log")),
    ),
)

ATTACKS: tuple[tuple[str, str, str, Act], ...] = (
    ("no_right", "release by an admin", "only the root releases", release(by="ada")),
    ("no_right", "release by the old root", "", then(change_root, release(by="root Vieraugen"))),
    ("no_right", "release by the log key", "", release(by="log Vieraugen")),
    ("foreign_deployment", "release for another service", "", release(subject16=bytes(16))),
    ("stale", "release of the same moment", "", then(release(), release(tag="v2"))),
    (
        "stale",
        "older release later",
        "signed and held back",
        then(release(NOW_MS + 1), release(NOW_MS)),
    ),
    ("no_right", "pages by a counsellor", "", then(release(), site(by="anna"))),
    (
        "no_right",
        "pages by the root",
        "an admin answers for them",
        then(release(), site(by="root Vieraugen")),
    ),
    ("issuer_revoked", "pages by a former admin", "", then(release(), revoked("ada"), site())),
    ("unknown_target", "pages over no release", "", site()),
    (
        "unknown_target",
        "pages over a release nobody made",
        "",
        then(release(), site(tells=seed("r"))),
    ),
    (
        "foreign_deployment",
        "pages of another service",
        "",
        then(release(), site(subject16=bytes(16))),
    ),
    ("stale", "older pages later", "", then(release(), site(NOW_MS + 1), site(NOW_MS))),
    ("no_right", "a day by an admin", "only the log key knows", deletions(DAY, by="ada")),
    ("no_right", "a day by the former log key", "", then(repolicied, deletions(DAY))),
    ("foreign_deployment", "a day of another service", "", deletions(DAY, subject16=bytes(16))),
    ("bad_validity", "a day that is not over", "", deletions(DAY, at_ms=(DAY + 1) * DAY_MS - 1)),
    (
        "day_taken",
        "a day twice",
        "the first root stands",
        then(deletions(DAY), deletions(DAY, at_ms=NOW_MS + DAY_MS)),
    ),
    ("day_taken", "a day before the first", "", then(deletions(DAY), deletions(DAY - 1))),
    ("day_skipped", "a day left out", "", then(deletions(DAY), deletions(DAY + 2))),
    (
        "key_taken",
        "staff under the log key",
        "a day is nobody's to enter",
        lambda s: s.org.counsellor(s.ada, "log Vieraugen"),
    ),
)
