"""Planted faults: each turns exactly its own check red, against a really tampered service."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

import pytest

from clientlib.audit.check import State
from clientlib.audit.outside import Wanted
from crypto.statement import DAY_MS
from crypto.wire.translog import LogReadReply
from e2e_server.features.translog import StaffLog
from tests.audit import faults
from tests.audit.faults import (
    CODE_MANIFEST,
    SITE_MANIFEST,
    Changed,
    Consistent,
    Everywhere,
    OtherLog,
    other_body,
)
from tests.audit.stand import ENOUGH_VISITORS, WITNESS, WITNESS_NAME, Stand, stand
from tests.audit.tamper import Fault, Seen
from tests.helpers.organisation import Organisation, Person

T = TypeVar("T")
PAGE = "/p/leben/chat"
# Over the line's frames alone; no HTTP answer matters to them.
FRAMES = ("relay.frames", "relay.locked", "relay.alike")
# Without an auditor's access; tests/audit/test_trial.py has one.
TRIALS = ("trial.gone", "trial.written", "trial.enquiry")


class Loop:
    """One stand for all faults, in a loop that runs while a test waits for it."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._resources = AsyncExitStack()
        self.stand = self.run(self._resources.enter_async_context(stand(folder)))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something to its end."""
        return self._loop.run_until_complete(work)

    def close(self) -> None:
        """Stop everything."""
        self.run(self._resources.aclose())
        self._loop.close()


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loop]:
    found = Loop(tmp_path_factory.mktemp("stand"))
    yield found
    found.close()


def module_of(found: Stand) -> str:
    """The served path of a module."""
    listed = json.loads((found.site / "MANIFEST.code.json").read_bytes())
    return next(path for path in listed if path.endswith("js/core/start.js"))


def one_in_ten(seen: Seen) -> bool:
    return seen.number % 10 == 8


def with_brotli(seen: Seen) -> bool:
    return seen.headers.get("Accept-Encoding", "").startswith("br")


def on_a_telephone(seen: Seen) -> bool:
    return "Mobile" in seen.headers.get("User-Agent", "")


def tile(answer: Any) -> Any:
    return answer.unpacked(answer.body[:-1] + bytes([answer.body[-1] ^ 1]))


def log_of(org: Organisation) -> Callable[[LogReadReply], LogReadReply]:
    def change(reply: LogReadReply) -> LogReadReply:
        added = (*reply.statements, faults.unknown_leaf(org))
        return faults.resigned(reply, added, org.log_key)

    return change


SERVED: tuple[tuple[str, str, Callable[[Stand], Fault]], ...] = (
    ("a module swapped", "files.served", lambda s: Changed(module_of(s), other_body)),
    ("a page swapped", "files.served", lambda s: Changed(PAGE, other_body)),
    (
        "a module swapped for one in ten",
        "files.served",
        lambda s: Changed(module_of(s), other_body, one_in_ten),
    ),
    (
        "a page swapped with brotli alone",
        "files.served",
        lambda s: Changed(PAGE, other_body, with_brotli),
    ),
    (
        "a page swapped for telephones",
        "files.served",
        lambda s: Changed(PAGE, other_body, on_a_telephone),
    ),
    (
        "another manifest for one in ten",
        "files.served",
        lambda s: Changed(CODE_MANIFEST, other_body, one_in_ten),
    ),
    (
        "a page missing for one in ten",
        "files.served",
        lambda s: Changed(PAGE, lambda a: faults.Answer(404, a.headers, a.body), one_in_ten),
    ),
    (
        "a header missing",
        "files.headers",
        lambda s: Changed(PAGE, lambda a: a.without("content-security-policy")),
    ),
    (
        "a header missing for one in ten",
        "files.headers",
        lambda s: Changed(PAGE, lambda a: a.without("referrer-policy"), one_in_ten),
    ),
    ("a header weakened", "files.headers", lambda s: Changed(PAGE, faults.weaker_policy)),
    (
        "a cookie",
        "files.headers",
        lambda s: Changed(PAGE, lambda a: a.having("Set-Cookie", "id=7")),
    ),
    (
        "every answer tells the program",
        "files.headers",
        lambda s: Everywhere(lambda a: a.having("Server", "nginx/1.2.3")),
    ),
    (
        "a module and its manifest changed",
        "files.logged",
        lambda s: Consistent(s.site, module_of(s), CODE_MANIFEST),
    ),
    (
        "pages and their manifest changed",
        "files.logged",
        lambda s: Consistent(s.site, "/datenschutz", SITE_MANIFEST),
    ),
    (
        "a file that is not listed",
        "files.listed",
        lambda s: Changed("/sw.js", faults.evil_file),
    ),
)
LOG: tuple[tuple[str, str, Callable[[Stand], Fault]], ...] = (
    (
        "a tile altered",
        "log.static",
        lambda s: Changed(f"/log/tile/0/000.p/{size_of(s)}", tile),
    ),
    (
        "a bundle of contents altered",
        "log.static",
        lambda s: Changed(f"/log/payload/000.p/{size_of(s)}", tile),
    ),
    (
        "the signed file of another key",
        "log.static",
        lambda s: Changed("/log/checkpoint", faults.note_by_another),
    ),
    ("a fork", "log.same", lambda s: OtherLog(faults.forked(s.organisation), since=2)),
    ("another key signs", "log.signed", lambda s: OtherLog(faults.signed_by_another)),
    (
        "less is signed than given",
        "log.signed",
        lambda s: OtherLog(faults.signed_over_less(s.organisation)),
    ),
    ("a content missing", "log.complete", lambda s: OtherLog(faults.without_payload)),
    (
        "no cosignature",
        "log.witnessed",
        lambda s: Changed("/log/cosigned", lambda a: faults.Answer(404, (), b"404")),
    ),
    (
        "a cosignature taken off",
        "log.witnessed",
        lambda s: Changed(
            "/log/cosigned", lambda a: a.unpacked(b"\n".join(a.body.split(b"\n")[:-2]) + b"\n")
        ),
    ),
    (
        "a list of deletions altered",
        "deletions.days",
        lambda s: Changed(
            f"/log/deletions/{last_day(s)}", lambda a: a.unpacked(b"00" * 32 + b" 7\n" + a.body)
        ),
    ),
    (
        "a list of deletions missing",
        "deletions.days",
        lambda s: Changed(
            f"/log/deletions/{last_day(s)}", lambda a: faults.Answer(404, (), b"unknown")
        ),
    ),
    (
        "a purge overdue",
        "deletions.health",
        lambda s: Changed(
            "/healthz",
            lambda a: faults.Answer(
                503, (), json.dumps({"ok": False, "purge_overdue": 3}).encode()
            ),
        ),
    ),
    (
        "a purge that stands still",
        "deletions.health",
        lambda s: Changed(
            "/healthz",
            lambda a: faults.Answer(200, (), json.dumps({"ok": True, "purge_stalled": 1}).encode()),
        ),
    ),
    (
        "health hidden",
        "deletions.health",
        lambda s: Changed("/healthz", lambda a: faults.Answer(404, (), b"404")),
    ),
)
RELAY: tuple[tuple[str, str, Callable[[Stand], Fault]], ...] = (
    ("a frame of another form taken", "relay.frames", lambda s: faults.Lenient()),
    ("a deep frame makes it fail", "relay.frames", lambda s: faults.Failing()),
    ("a command without right", "relay.locked", lambda s: faults.Sent(faults.answers_everybody)),
    ("names told apart", "relay.alike", lambda s: faults.OneNameKnown()),
    ("what is sent is echoed", "relay.http", lambda s: faults.Echo()),
    ("foreign pages may speak", "relay.http", lambda s: faults.OpenToPages()),
)


def size_of(found: Stand) -> int:
    return found.view().size


def last_day(found: Stand) -> int:
    return found.view().deletion_days()[-1]


def test_an_honest_service_is_green(loop: Loop) -> None:
    loop.stand.tamperer.plant(Fault())
    assert loop.run(loop.stand.red()) == set()
    ended = {one.id: one.outcome.state for one in loop.stand.results}
    assert {one for one, state in ended.items() if state is not State.PASSED} == set(TRIALS)


@pytest.mark.parametrize(("name", "check", "fault"), SERVED, ids=[name for name, *_ in SERVED])
def test_what_is_served_otherwise_turns_exactly_its_own_check_red(
    loop: Loop, name: str, check: str, fault: Callable[[Stand], Fault]
) -> None:
    loop.stand.tamperer.plant(fault(loop.stand))
    found = loop.stand.red(visitors=ENOUGH_VISITORS, without=FRAMES)
    assert loop.run(found) == {check}, name
    assert loop.stand.said(check)


@pytest.mark.parametrize(("name", "check", "fault"), LOG, ids=[name for name, *_ in LOG])
def test_a_log_that_lies_turns_exactly_its_own_check_red(
    loop: Loop, name: str, check: str, fault: Callable[[Stand], Fault]
) -> None:
    loop.stand.tamperer.plant(fault(loop.stand))
    assert loop.run(loop.stand.red(without=FRAMES)) == {check}, name
    assert loop.stand.said(check)


@pytest.mark.parametrize(("name", "check", "fault"), RELAY, ids=[name for name, *_ in RELAY])
def test_a_relay_that_takes_too_much_turns_exactly_its_own_check_red(
    loop: Loop, name: str, check: str, fault: Callable[[Stand], Fault]
) -> None:
    loop.stand.tamperer.plant(fault(loop.stand))
    assert loop.run(loop.stand.red()) == {check}, name
    assert loop.stand.said(check)


def test_another_organisation_is_named_and_nothing_of_its_log_believed(loop: Loop) -> None:
    loop.stand.tamperer.plant(Fault())
    wanted = Wanted(raw=Organisation("Somebody else").fingerprint)
    assert loop.run(loop.stand.red(wanted=wanted, without=FRAMES)) == {"log.organisation"}
    for check in ("log.judged", "log.signed", "log.witnessed", "files.logged", "deletions.days"):
        assert loop.stand.state_of(check) is State.NOT_RUN


def test_a_program_that_the_auditor_does_not_have_is_named(loop: Loop, tmp_path: Path) -> None:
    loop.stand.tamperer.plant(Fault())
    listed = json.loads((loop.stand.folder / "MANIFEST.code.json").read_bytes())
    listed[module_of(loop.stand)] = "00" * 48
    (tmp_path / "other.json").write_text(json.dumps(listed), "utf-8")
    assert loop.run(loop.stand.red(release=tmp_path / "other.json", without=FRAMES)) == {
        "files.rebuilt"
    }
    assert "js/core/start.js" in loop.stand.said("files.rebuilt")


def test_a_log_that_shrank_or_changed_since_last_time_is_named(loop: Loop, tmp_path: Path) -> None:
    found, state = loop.stand, tmp_path / "auditor"
    longer = OtherLog(log_of(found.organisation))
    found.tamperer.plant(longer)
    # The first auditor is shown one statement more, which nobody sees later.
    assert loop.run(found.red(state=state, without=FRAMES)) == {"log.judged"}
    found.tamperer.plant(Fault())
    assert loop.run(found.red(state=state, without=FRAMES)) == {"log.history"}
    assert "verkürzt oder veraltet" in found.said("log.history")
    # What contradicts is named again and again, never taken in.
    assert loop.run(found.red(state=state, without=FRAMES)) == {"log.history"}
    # Another log of the same size must not take the place of what was seen before.
    other = tmp_path / "another auditor"
    assert loop.run(found.red(state=other, without=FRAMES)) == set()
    found.tamperer.plant(OtherLog(faults.forked(found.organisation)))
    for _ in range(2):
        assert "log.history" in loop.run(found.red(state=other, without=FRAMES))
        assert "nicht mehr die" in found.said("log.history")


def test_a_database_put_back_is_named(loop: Loop, tmp_path: Path) -> None:
    found, state = loop.stand, tmp_path / "auditor"
    found.tamperer.plant(Fault())
    loop.run(found.keep_copy(tmp_path / "copy"))
    ada = Person("Ada")
    found.organisation.counsellor(ada, "Mia", at_ms=found.server.clock.now_ms())
    loop.run(found.publish_new())
    assert loop.run(found.red(state=state, without=FRAMES)) == set()
    loop.run(found.put_copy_back(tmp_path / "copy"))
    assert loop.run(found.red(state=state, without=FRAMES)) == {"log.history"}
    found.organisation.log.pop()
    found.published -= 1


def test_a_day_without_evidence_is_named_also_where_the_service_says_all_is_well(
    loop: Loop,
) -> None:
    found = loop.stand
    found.server.clock.elapse(DAY_MS + 2 * 3_600_000)
    loop.run(found.cosign())
    well = json.dumps({"ok": True, "purge_overdue": 0}).encode()
    found.tamperer.plant(Changed("/healthz", lambda a: faults.Answer(200, (), well)))
    assert loop.run(found.red(without=FRAMES)) == {"deletions.days"}
    found.tamperer.plant(Fault())
    loop.run(found.server.elapse(0))
    loop.run(found.cosign())
    assert loop.run(found.red(without=FRAMES)) == set()


def test_pages_that_promise_another_term_than_is_signed_are_named(
    loop: Loop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = loop.stand
    found.tamperer.plant(Fault())
    loop.run(found.keep_copy(tmp_path / "copy"))
    # A relay that takes and keeps any POLICY: ours refuses this one.
    log = found.server.relay.parts.services.get(StaffLog)
    monkeypatch.setattr(log, "retention_hours", 72)
    found.organisation.policy(
        found.server.clock.now_ms(),
        quorum=1,
        witnesses=((WITNESS_NAME, WITNESS.sign_pk),),
        retention=(("live", 72),),
    )
    loop.run(found.publish_new())
    loop.run(found.cosign())
    assert loop.run(found.red(without=FRAMES)) == {"deletions.promised"}
    assert "48 Stunden" in found.said("deletions.promised")
    loop.run(found.put_copy_back(tmp_path / "copy"))
    found.organisation.log.pop()
    found.published -= 1


def test_a_cosignature_that_is_too_old_is_named(loop: Loop) -> None:
    found = loop.stand
    found.tamperer.plant(Fault())
    loop.run(found.server.elapse(25 * 3_600_000))
    assert loop.run(found.red(without=FRAMES)) == {"log.witnessed"}
    loop.run(found.cosign())
    assert loop.run(found.red(without=FRAMES)) == set()
