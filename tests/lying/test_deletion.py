"""A relay that lies about what it deleted: the right words, and no false comfort."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clientlib import cli_deletion
from clientlib.deletion import Deletion, deletions_of
from crypto.evidence import Evidence
from tests.helpers.actors import chat
from tests.lying.proxy import Lie
from tests.lying.stage import Stage
from tests.test_deletion import DAY_MS, RETENTION_MS, closed

PATH = "/log/deletions/"


class Lists(Lie):
    """Shows other lists than there are."""

    def __init__(self, change: Callable[[bytes], bytes | None]) -> None:
        self.change = change

    def page(self, path: str, body: bytes) -> bytes | None:
        return self.change(body) if path.startswith(PATH) and body else body


def another_hour(raw: bytes) -> bytes:
    head, hour = raw.rstrip(b"\n").rsplit(b" ", 1)
    shifted = int(hour) - 1 if int(hour) % 24 else int(hour) + 1
    return head + b" %d\n" % shifted


LIES: dict[str, tuple[Callable[[bytes], bytes | None], Evidence]] = {
    "the tomb is left out": (lambda raw: b"", Evidence.FALSE_LIST),
    "the list is held back": (lambda raw: None, Evidence.FALSE_LIST),
    "another tomb in its place": (lambda raw: b"0" * 64 + raw[64:], Evidence.FALSE_LIST),
    "one more than the log says": (lambda raw: b"0" * 64 + raw[64:] + raw, Evidence.FALSE_LIST),
    "another hour": (another_hour, Evidence.FALSE_LIST),
    "no list at all": (lambda raw: b"<!doctype html>", Evidence.FALSE_LIST),
}


@pytest.fixture(scope="module")
def deleted(built_stage: Stage) -> str:
    """A conversation of this name was purged, and its day is over."""
    name = "basalt-20"

    async def scene() -> None:
        account = await built_stage.honest.registers(name)
        built_stage.maria = await built_stage.honest.signs_in("maria")
        await built_stage.honest.on_duty(built_stage.maria)
        theirs, _, _ = await chat(built_stage.honest, built_stage.maria, account)
        await theirs.close()
        await closed(theirs)
        await account.sign_out()
        await built_stage.server.server.elapse(RETENTION_MS)
        await built_stage.server.server.elapse(DAY_MS)
        # The sign-ins of the stage have run out meanwhile.
        built_stage.maria = await built_stage.honest.signs_in("maria")

    built_stage.play(scene)
    return name


def looked(stage: Stage, name: str) -> Deletion:
    async def scene() -> Deletion:
        account = await stage.lied.seeker_signs_in(name)
        view = await account.log.update()
        (found,) = await deletions_of(
            account.keyring.entries, view, stage.relay.url, stage.now_ms()
        )
        return found

    return stage.play(scene)


def test_the_truth_is_found_through_the_same_line(stage: Stage, deleted: str) -> None:
    assert looked(stage, deleted).found.evidence is Evidence.ENTERED


@pytest.mark.parametrize("name", LIES)
def test_a_list_that_is_not_the_logs_is_an_alarm(stage: Stage, deleted: str, name: str) -> None:
    change, verdict = LIES[name]
    stage.tell(Lists(change))
    found = looked(stage, deleted)
    assert found.found.evidence is verdict
    assert "passt nicht zum öffentlichen Verzeichnis" in cli_deletion.words_of(found)
