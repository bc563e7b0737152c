"""The auditor's own trial in writing: it works, goes, and is taken up where it was broken off."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from clientlib import accounts
from clientlib.audit import enquiry
from clientlib.audit.access import Access
from clientlib.audit.canary import Canary
from clientlib.audit.check import Result, State
from clientlib.audit.claims import TRIAL
from clientlib.audit.inside.run import load_trial
from clientlib.case import Case
from clientlib.enquiry import Enquiry
from clientlib.staffenquiries import StaffEnquiries
from crypto import encoding
from crypto.errors import WrongKey
from crypto.statement import DAY_MS
from crypto.wire import codec
from crypto.wire.base import Done
from tests.audit.faults import Changed
from tests.audit.tamper import Answer, Fault, Tamperer
from tests.audit.test_trial import (
    HOUR_MS,
    NeverCloses,
    NoTomb,
    OpensAnything,
    audited,
    ended,
    enrol,
    trial,
)
from tests.helpers.actors import NEW_PHRASE, Cast

WRITTEN = tuple(one for one in TRIAL if one.id != "trial.written")
PASSED = {"trial.gone": State.NOT_RUN, "trial.enquiry": State.PASSED}


async def written(cast: Cast, tamperer: Tamperer, state: Path, **options: object) -> list[Result]:
    return await trial(cast, tamperer, state, WRITTEN, **options)


def kept_in(state: Path) -> dict[str, Any]:
    (path,) = state.glob("canary-*.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return kept


async def test_an_own_enquiry_works_waits_and_is_gone_with_evidence(tmp_path: Path) -> None:
    async with audited(tmp_path) as (cast, tamperer):
        await enrol(cast)
        state = tmp_path / "state"
        first = await written(cast, tamperer, state)
        assert ended(first) == PASSED, first
        kept = kept_in(state)
        assert not list(state.glob("begun-*"))
        (path,) = state.glob("canary-*.json")
        assert {kept["name"], kept["phrase"]} < set(load_trial(path).markers)
        assert nowhere(cast, kept["markers"])
        # What would let the access write to the auditor later was given back.
        db = cast.server.relay.parts.db
        assert not await db.read(lambda tx: tx.all("SELECT ends_day FROM capacity_relations"))
        # While it waits, no other is written, and nobody is told before its time.
        again = await written(cast, tamperer, state)
        assert ended(again) == {"trial.gone": State.PENDING, "trial.enquiry": State.NOT_RUN}
        assert again[0].outcome.until_ms == kept["due_ms"]
        await cast.server.elapse(49 * HOUR_MS)
        await cast.server.elapse(DAY_MS)
        # Each fault is named, and the trial is kept until all is well.
        blob = f"/blob/{kept['box16']}/{kept['blob16']}"
        for fault, words in (
            (Changed(blob, lambda _: Answer(200, (), b"still")), "Eine Datei, deren Frist"),
            (NoTomb(), "keine Tagesliste"),
            (KeepsAccounts(), "Ein gelöschter Zugang"),
        ):
            tamperer.plant(fault)
            gone, _ = await written(cast, tamperer, state, access=None)
            assert gone.outcome.state is State.FAILED
            assert {words in one.words.de for one in gone.outcome.findings} == {True}
        tamperer.plant(Fault())
        last, _ = await written(cast, tamperer, state, access=None)
        assert last.outcome.state is State.PASSED, last
        assert not list(state.glob("canary-*"))
        with pytest.raises(WrongKey):
            await cast.seeker_signs_in(kept["name"], kept["phrase"])


async def test_a_purge_of_enquiries_that_did_not_run_is_named(tmp_path: Path) -> None:
    async with audited(tmp_path) as (cast, tamperer):
        await enrol(cast)
        state = tmp_path / "state"
        assert set(ended(await trial(cast, tamperer, state, TRIAL)).values()) == {
            State.NOT_RUN,
            State.PASSED,
        }
        assert len(list(state.glob("canary-*.json"))) == 2
        cast.server.clock.elapse(72 * HOUR_MS)
        results = await trial(cast, tamperer, state, TRIAL, access=None)
        red = [one for one in results if one.outcome.state is State.FAILED]
        assert [one.id for one in red] == ["trial.gone"]
        still = [one for one in red[0].outcome.findings if "noch abrufen" in one.words.de]
        # Of the chat and of the enquiry.
        assert len({dict(one.evidence)["tomb"] for one in still}) == 2
        assert len(list(state.glob("canary-*.json"))) == 2


async def test_an_enquiry_that_goes_on_after_its_end_is_named(tmp_path: Path) -> None:
    async with audited(tmp_path) as (cast, tamperer):
        await enrol(cast)
        for fault, words in (
            (NeverCloses(), "nimmt noch Nachrichten an"),
            (OpensAnything(), "mit einem fremden Geheimnis"),
        ):
            tamperer.plant(fault)
            gone, asked = await written(cast, tamperer, tmp_path / type(fault).__name__)
            assert gone.outcome.state is State.NOT_RUN
            assert asked.outcome.state is State.FAILED
            assert words in asked.outcome.findings[0].words.de


# Where a run may be broken off: before each, and when it is done and nobody knows it yet.
STEPS: tuple[tuple[Any, str], ...] = (
    (accounts, "create"),
    (enquiry, "_signed_in"),
    (Enquiry, "send"),
    (StaffEnquiries, "accept"),
    (enquiry, "_taken"),
    (Case, "say"),
    (Case, "mark_done"),
    (enquiry, "_end_relations"),
    (Enquiry, "close"),
    (enquiry, "_kept"),
    (Canary, "keep"),
)


async def test_a_run_broken_off_anywhere_goes_on_where_it_stopped(tmp_path: Path) -> None:
    async with audited(tmp_path) as (cast, tamperer):
        await enrol(cast)
        state = tmp_path / "state"
        names = set()
        for where, name in STEPS:
            for is_done in (False, True):
                with breaks_off(where, name, is_done=is_done):
                    _, asked = await written(cast, tamperer, state)
                assert asked.outcome.state is State.BROKEN, name
                assert "broken off" in asked.outcome.findings[0].evidence[0][1], (name, asked)
                (begun,) = state.glob("begun-*.json")
                names.add(json.loads(begun.read_text("utf-8"))["name"])
        # All of them went on with the same access.
        assert len(names) == 1
        last = ended(await written(cast, tamperer, state))
        assert last == {"trial.gone": State.PENDING, "trial.enquiry": State.NOT_RUN}
        assert {kept_in(state)["name"]} == names
        await cast.server.elapse(49 * HOUR_MS)
        await cast.server.elapse(DAY_MS)
        gone, _ = await written(cast, tamperer, state, access=None)
        assert gone.outcome.state is State.PASSED, gone
        assert not list(state.glob("*.json"))


async def test_what_went_before_its_end_was_seen_is_cleared_up_and_said(tmp_path: Path) -> None:
    async with audited(tmp_path) as (cast, tamperer):
        await enrol(cast)
        state = tmp_path / "state"
        with breaks_off(StaffEnquiries, "accept", is_done=False):
            await written(cast, tamperer, state)
        (begun,) = state.glob("begun-*.json")
        kept = json.loads(begun.read_text("utf-8"))
        told, _ = await written(cast, tamperer, state, access=None)
        assert told.outcome.state is State.NOT_RUN
        assert "nicht zu Ende gekommen" in told.outcome.words.de
        # Nobody has taken it for as long as it is kept.
        await cast.server.elapse(31 * DAY_MS)
        await cast.server.elapse(3 * DAY_MS)
        _, asked = await written(cast, tamperer, state)
        assert asked.outcome.state is State.BROKEN
        assert "Der Zugang dafür ist gelöscht" in asked.outcome.words.de
        assert not begun.exists()
        with pytest.raises(WrongKey):
            await cast.seeker_signs_in(kept["name"], kept["phrase"])


async def test_a_wrong_access_leaves_nothing_behind(tmp_path: Path) -> None:
    async with audited(tmp_path) as (cast, tamperer):
        await enrol(cast)
        state = tmp_path / "state"
        _, asked = await written(cast, tamperer, state, access=Access("olga", NEW_PHRASE))
        assert asked.outcome.state is State.BROKEN
        assert "Name oder Passphrase" in asked.outcome.words.de
        assert not list(state.glob("*.json"))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"phrase": "ganz andere Worte als zuvor"}, "lässt sich nicht öffnen"),
        ({"markers": []}, "beschädigt"),
    ],
)
async def test_what_was_kept_and_does_not_fit_is_said(
    tmp_path: Path, changed: dict[str, object], words: str
) -> None:
    async with audited(tmp_path) as (cast, tamperer):
        await enrol(cast)
        state = tmp_path / "state"
        with breaks_off(Enquiry, "send", is_done=False):
            await written(cast, tamperer, state)
        (begun,) = state.glob("begun-*.json")
        altered = json.dumps(json.loads(begun.read_text("utf-8")) | changed)
        begun.write_text(altered, "utf-8")
        _, asked = await written(cast, tamperer, state)
        assert asked.outcome.state is State.BROKEN
        assert words in asked.outcome.words.de
        # Whoever looks into the folder finds what was there.
        assert begun.read_text("utf-8") == altered


async def test_a_trial_kept_for_another_service_is_not_looked_for_here(tmp_path: Path) -> None:
    async with audited(tmp_path) as (cast, tamperer):
        await enrol(cast)
        state = tmp_path / "state"
        assert ended(await written(cast, tamperer, state)) == PASSED
        (path,) = state.glob("canary-*.json")
        other = kept_in(state) | {"deployment": "ab" * 16}
        path.write_text(json.dumps(other), "utf-8")
        await cast.server.elapse(49 * HOUR_MS)
        gone, _ = await written(cast, tamperer, state, access=None)
        assert gone.outcome.state is State.NOT_RUN
        assert path.exists()


def nowhere(cast: Cast, markers: list[str]) -> bool:
    files = [one for one in cast.server.settings.data_dir.rglob("*") if one.is_file()]
    return not [one for one in files for word in markers if word.encode() in one.read_bytes()]


class BrokenOff(Exception):
    """The run stops at this very moment."""


@contextmanager
def breaks_off(where: Any, name: str, *, is_done: bool) -> Iterator[None]:
    """Stop a run at one step: before it, or when it is done."""
    real: Callable[..., Any] = getattr(where, name)

    async def stops(*args: Any, **named: Any) -> Any:
        if is_done:
            await real(*args, **named)
        raise BrokenOff("broken off")

    def keeps(*args: Any) -> None:
        if is_done:
            real(*args)
        raise BrokenOff("broken off")

    with mock.patch.object(where, name, keeps if where is Canary else stops):
        yield


class KeepsAccounts(Fault):
    """What is to be deleted is answered well, and stays."""

    def sent(self, line: int, raw: bytes) -> bytes | None:
        _, request, name, *_ = encoding.array(encoding.decode(raw))
        if name == "account_delete":
            return codec.encode_reply(encoding.uint(request), Done())
        return None
