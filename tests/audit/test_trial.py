"""The auditor's own trial in the portal for audits: it works, it goes, auditors stay there."""

from __future__ import annotations

import json
import stat
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from clientlib.audit.access import Access
from clientlib.audit.check import Check, Result, Runner, State
from clientlib.audit.claims import TRIAL
from clientlib.audit.fetch import Fetcher
from clientlib.audit.outside import Outside, Wanted
from clientlib.audit.state import StateDir
from clientlib.errors import Refused
from clientlib.seeker import Seeker
from clientlib.staff import Staff
from clientlib.terminal import UsageError
from crypto import encoding
from crypto.acceptance import AUDITS
from crypto.statement import DAY_MS, Role
from crypto.wire import codec
from crypto.wire.boxes import NumberReply, ShareReply
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.web import SiteError, build_web
from e2e_server.web.site import parse_site
from tests.audit.faults import Changed
from tests.audit.tamper import Answer, Fault, Tamperer
from tests.helpers.actors import NEW_PHRASE, PHRASE, Cast
from tests.helpers.organisation import Organisation, seed
from tests.helpers.server import PORTAL16, Server, portal_entry, serving, site_json
from tests.web.conftest import make_tree

AUDIT16, AUDIT_TEAM16 = seed("audit portal", 16), seed("audit team", 16)
HOUR_MS = 3_600_000


def audit_entry(organisation: Organisation, **changed: object) -> dict[str, object]:
    named = {"slug": "pruefung", "portal16": AUDIT16.hex(), "team16": AUDIT_TEAM16.hex()}
    return portal_entry(organisation, **{**named, "audit": True, **changed})


@asynccontextmanager
async def audited(folder: Path) -> AsyncIterator[tuple[Cast, Tamperer]]:
    """A service with a portal for audits and a portal of people, and a proxy before it."""
    organisation = Organisation()
    portals = [portal_entry(organisation), audit_entry(organisation)]
    published = site_json(organisation, portals, Server(folder).settings)
    (folder / "site.json").write_text(json.dumps(published), "utf-8")
    build_web(folder / "site.json", make_tree(folder / "web"), folder / "p", brotli_quality=1)
    options = {"organisation": organisation, "site_dir": folder / "p", "portals": portals}
    async with serving(folder, **options) as server:
        cast, tamperer = Cast(server), Tamperer()
        tamperer.target = server.url
        await tamperer.start()
        try:
            yield cast, tamperer
        finally:
            await cast.close()
            await tamperer.stop()


async def enrol(cast: Cast) -> tuple[Staff, Staff]:
    """Certify a counsellor and an auditor, each in the team of their portal."""
    admin = await cast.found()
    maria = await cast.counsellor(admin, "maria", "Maria B.")
    olga = await cast.counsellor(admin, "olga", "Olga P.", Role.AUDITOR)
    await cast.team(admin, maria)
    await cast.team(admin, olga, team16=AUDIT_TEAM16)
    return maria, olga


CHAT = tuple(one for one in TRIAL if one.id != "trial.enquiry")


async def trial(
    cast: Cast,
    tamperer: Tamperer,
    state: Path,
    checks: Sequence[Check[Outside]] = CHAT,
    **options: object,
) -> list[Result]:
    """Run the checks of the own trial; by default without the enquiry (test_trial_enquiry.py)."""
    async with Fetcher(tamperer.url) as fetcher:
        audit = Outside(
            url=tamperer.url,
            wanted=Wanted(raw=cast.root.fingerprint),
            fetcher=fetcher,
            state=StateDir(state),
            now_ms=cast.now_ms,
            **{"access": Access("olga", PHRASE), **options},  # type: ignore[arg-type]  # as named
        )
        return list(await Runner(audit, cast.now_ms).run(checks))


def ended(results: list[Result]) -> dict[str, State]:
    return {one.id: one.outcome.state for one in results}


async def test_the_own_trial_works_waits_and_is_gone_with_evidence(tmp_path: Path) -> None:
    async with audited(tmp_path) as (cast, tamperer):
        await enrol(cast)
        state = tmp_path / "state"
        first = await trial(cast, tamperer, state)
        assert ended(first) == {"trial.gone": State.NOT_RUN, "trial.written": State.PASSED}, first
        (kept,) = state.glob("canary-*.json")
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert len(json.loads(kept.read_text("utf-8"))["markers"]) == 3
        # While one waits, another is not begun, and nobody is told before its time.
        again = await trial(cast, tamperer, state)
        assert ended(again) == {"trial.gone": State.PENDING, "trial.written": State.NOT_RUN}
        assert again[0].outcome.until_ms == json.loads(kept.read_text("utf-8"))["due_ms"]
        # Signed in anew: sign-ins end with the days.
        await cast.server.elapse(49 * HOUR_MS)
        shown = await trial(cast, tamperer, state, access=None)
        assert ended(shown)["trial.gone"] is State.PENDING
        assert shown[0].outcome.until_ms > cast.now_ms()
        await cast.server.elapse(DAY_MS)
        # Each fault is named, and the trial is kept until all is well.
        box16 = json.loads(kept.read_text("utf-8"))["box16"]
        blob16 = json.loads(kept.read_text("utf-8"))["blob16"]
        still = Changed(f"/blob/{box16}/{blob16}", lambda a: Answer(200, (), b"still here"))
        tamperer.plant(still)
        assert ended(await trial(cast, tamperer, state, access=None))["trial.gone"] is State.FAILED
        tamperer.plant(NoTomb())
        lost = await trial(cast, tamperer, state, access=None)
        assert ended(lost)["trial.gone"] is State.FAILED
        assert "keine Tagesliste" in lost[0].outcome.findings[0].words.de
        tamperer.plant(Fault())
        last = await trial(cast, tamperer, state, access=None)
        assert ended(last)["trial.gone"] is State.PASSED, last
        assert not kept.exists()


async def test_a_conversation_that_goes_on_after_its_end_is_named(tmp_path: Path) -> None:
    async with audited(tmp_path) as (cast, tamperer):
        await enrol(cast)
        tamperer.plant(NeverCloses())
        (_, written) = await trial(cast, tamperer, tmp_path / "state")
        assert written.outcome.state is State.FAILED
        assert "nimmt noch Nachrichten an" in written.outcome.findings[0].words.de
        tamperer.plant(OpensAnything())
        (_, written) = await trial(cast, tamperer, tmp_path / "another")
        assert written.outcome.state is State.FAILED
        assert "mit einem fremden Geheimnis" in written.outcome.findings[0].words.de


class NeverCloses(Fault):
    """What is posted after the close gets a number all the same."""

    def __init__(self) -> None:
        self.is_over = False

    def sent(self, line: int, raw: bytes) -> bytes | None:
        _, request, name, *_ = encoding.array(encoding.decode(raw))
        self.is_over |= name == "close"
        if name == "post" and self.is_over:
            return codec.encode_reply(encoding.uint(request), NumberReply(n=99))
        return None


class OpensAnything(Fault):
    """After the close, a share is given to whoever asks."""

    def __init__(self) -> None:
        self.is_over = False

    def sent(self, line: int, raw: bytes) -> bytes | None:
        _, request, name, *_ = encoding.array(encoding.decode(raw))
        self.is_over |= name == "close"
        if name == "share" and self.is_over:
            return codec.encode_reply(encoding.uint(request), ShareReply(share=bytes(32)))
        return None


class NoTomb(Fault):
    """Every day's list is empty."""

    def answer(self, seen: object, answer: Answer) -> Answer:
        path = getattr(seen, "path", "")
        return Answer(200, (), b"") if path.startswith("/log/deletions/") else answer


async def test_a_purge_that_did_not_run_is_named(tmp_path: Path) -> None:
    async with audited(tmp_path) as (cast, tamperer):
        await enrol(cast)
        state = tmp_path / "state"
        assert ended(await trial(cast, tamperer, state))["trial.written"] is State.PASSED
        cast.server.clock.elapse(72 * HOUR_MS)
        (gone, _) = await trial(cast, tamperer, state, access=None)
        assert gone.outcome.state is State.FAILED
        assert any("lässt sich noch abrufen" in one.words.de for one in gone.outcome.findings)


async def test_without_access_or_portal_nothing_is_tried(tmp_path: Path) -> None:
    async with audited(tmp_path) as (cast, tamperer):
        await enrol(cast)
        state = tmp_path / "state"
        shown = await trial(cast, tamperer, state, access=None)
        assert ended(shown) == {"trial.gone": State.NOT_RUN, "trial.written": State.NOT_RUN}
        must = await trial(cast, tamperer, state, access=None, requires_canary=True)
        assert set(ended(must).values()) == {State.BROKEN}
        wrong = await trial(cast, tamperer, state, access=Access("olga", NEW_PHRASE))
        assert ended(wrong)["trial.written"] is State.BROKEN
        assert "Name oder Passphrase" in wrong[1].outcome.words.de


async def test_an_auditor_serves_no_portal_of_people_and_nobody_else_the_audits(
    tmp_path: Path,
) -> None:
    async with audited(tmp_path) as (cast, _):
        maria, olga = await enrol(cast)
        # A slip, or an admin's trick: the auditor stands in the team of people, too.
        admin = await cast.signs_in("verwaltung")
        both = seed("both", 16)
        await cast.team(admin, olga, maria, team16=both)
        for person, portal16 in ((olga, PORTAL16), (maria, AUDIT16)):
            with pytest.raises(WireError) as refused:
                await person.read_queue((portal16,))
            assert refused.value.code is ErrorCode.FORBIDDEN
            with pytest.raises(WireError) as refused:
                await person.set_duty((portal16,), on=True)
            assert refused.value.code is ErrorCode.FORBIDDEN


async def test_an_auditor_listed_by_the_team_of_people_is_refused_all_the_same(
    tmp_path: Path,
) -> None:
    async with audited(tmp_path) as (cast, _):
        admin = await cast.found()
        maria = await cast.counsellor(admin, "maria", "Maria B.")
        olga = await cast.counsellor(admin, "olga", "Olga P.", Role.AUDITOR)
        await cast.team(admin, maria, olga)
        await maria.set_duty((PORTAL16,), on=True)
        with pytest.raises(WireError) as refused:
            await olga.set_duty((PORTAL16,), on=True)
        assert refused.value.code is ErrorCode.FORBIDDEN
        with pytest.raises(WireError):
            await olga.read_queue((PORTAL16,))


async def test_a_seeker_of_the_audit_believes_no_counsellor(tmp_path: Path) -> None:
    async with audited(tmp_path) as (cast, _):
        maria, _ = await enrol(cast)
        line = await cast.line()
        seeker = Seeker(
            line,
            await cast.log(line),
            portal16=PORTAL16,
            team16=cast.team16,
            language="de",
            now_ms=cast.now_ms,
            roles=AUDITS,
        )
        await cast.on_duty(maria)
        await seeker.wait()
        await maria.wait_until(lambda: seeker.ticket16 in maria.rows)
        await maria.accept(seeker.ticket16)
        with pytest.raises(Refused, match="wrong_role"):
            await seeker.offered()


def test_no_page_leads_to_the_portal_for_audits(tmp_path: Path) -> None:
    organisation = Organisation()
    portals = [portal_entry(organisation), audit_entry(organisation)]
    published = site_json(organisation, portals, Server(tmp_path).settings)
    (tmp_path / "site.json").write_text(json.dumps(published), "utf-8")
    build_web(tmp_path / "site.json", make_tree(tmp_path / "web"), tmp_path / "p", brotli_quality=1)
    routes = json.loads((tmp_path / "p" / "headers.json").read_bytes())["routes"]
    assert "/p/leben" in routes
    assert not [path for path in routes if "pruefung" in path]
    pages = [one.read_bytes() for one in (tmp_path / "p" / "pages").rglob("*.html")]
    assert pages
    assert not [page for page in pages if AUDIT16.hex().encode() in page]


@pytest.mark.parametrize(
    "changed",
    [
        {"audit": "yes"},
        {"audit": 1},
        {"leads16": "00" * 16, "level": "offen"},
        {"level": "ganz-offen"},
        {"team16": Organisation().team16.hex()},
    ],
)
def test_a_portal_for_audits_has_a_team_of_its_own_alone(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    organisation = Organisation()
    portals = [portal_entry(organisation), audit_entry(organisation, **changed)]
    with pytest.raises(SiteError):
        parse_site(site_json(organisation, portals, Server(tmp_path).settings))


def test_an_access_file_is_private_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "access.json"
    Access("olga", PHRASE).save(path)
    assert Access.load(path) == Access("olga", PHRASE)
    assert PHRASE not in repr(Access.load(path))
    path.chmod(0o644)
    with pytest.raises(UsageError, match="chmod 600"):
        Access.load(path)
    for bad in ("{", "[]", '{"name": "olga"}'):
        (tmp_path / "bad.json").write_text(bad, "utf-8")
        with pytest.raises(UsageError):
            Access.load(tmp_path / "bad.json")
