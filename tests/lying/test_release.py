"""A case that was given back, and a relay that lies: whose draft, whose history, of which time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from clientlib.errors import Refused
from crypto import kem, letter
from crypto.givendraft import GivenDraft
from crypto.grant import Grant
from crypto.keys import EpochSecret, KemSecret
from crypto.wire.boxes import StoredLetter
from crypto.wire.errors import WireError
from tests.helpers.handover import BEFORE, Scene, scene_of
from tests.helpers.written import TEXT, texts, writes
from tests.lying.handing import Shows, letters_of, resealed
from tests.lying.proxy import Lie
from tests.lying.stage import OUTSIDER, Stage
from tests.lying.test_doors import somebody
from tests.lying.test_enquiries import swept
from tests.lying.test_handover import _jonas_joins

DRAFT = "Liebe Kiesel, …"


@pytest.fixture(scope="module")
def built_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage of its own, with a second counsellor in the team."""
    with Stage(tmp_path_factory.mktemp("stage"), enquiries_per_day=1_000) as stage:
        stage.play(lambda: _jonas_joins(stage))
        yield stage


def play(stage: Stage, act: Callable[[Scene], Awaitable[None]]) -> None:
    """Maria gives a case back in truth, with a draft; then `act`."""

    async def scene() -> None:
        await swept(stage)
        maria, jonas = await stage.lied.signs_in("maria"), await stage.lied.signs_in("jonas")
        enquiry = await writes(stage.lied, (await somebody(stage)).account)
        case = await scene_of(stage.lied, maria, jonas, enquiry)
        await released(case)
        try:
            await act(case)
        finally:
            stage.tell(Lie())
            with suppress(WireError):
                await case.enquiry.account.leave(case.enquiry.entry)

    stage.play(scene)


async def released(scene: Scene, draft: str = DRAFT) -> None:
    await scene.maria.keyring.keep_draft(scene.theirs.box16, draft)
    await scene.desk.release(scene.ticket16)


def team_key(scene: Scene, stored: StoredLetter) -> KemSecret:
    address, _ = letter.parse_letter(stored.e2)
    keys = scene.jonas.caseload.kem_secrets
    return next(one for one in keys if letter.inbox16(kem.public(one)) == address)


def forged(scene: Scene, stored: StoredLetter, payload: bytes) -> StoredLetter:
    """By a certified stranger, under the name of who wrote the true one."""
    return resealed(stored, team_key(scene, stored), OUTSIDER.sign, payload=payload)


def test_what_was_given_back_in_truth_opens(stage: Stage) -> None:
    """Each refusal below differs from this in one thing."""

    async def act(scene: Scene) -> None:
        first = await scene.other.open(scene.ticket16)
        assert texts(first.box) == [TEXT, BEFORE]
        assert first.draft is not None
        assert first.draft.text == DRAFT

    play(stage, act)


def test_a_draft_by_somebody_else_is_none(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        welcome, grant, draft = await letters_of(scene)
        given = letter.open_letter(draft.e2, team_key(scene, draft)).payload
        stage.tell(Shows(welcome, grant, forged(scene, draft, given)))
        assert (await scene.other.open(scene.ticket16)).draft is None

    play(stage, act)


def test_the_draft_of_an_earlier_time_is_none(stage: Stage) -> None:
    """Genuine, by the same hand, and of this very box: but not what was given along this time."""

    async def act(scene: Scene) -> None:
        *_, old = await letters_of(scene)
        await scene.desk.accept(scene.ticket16)
        await released(scene, "")
        welcome, grant = await letters_of(scene)
        stage.tell(Shows(welcome, grant, old))
        assert (await scene.other.open(scene.ticket16)).draft is None

    play(stage, act)


def test_the_letters_of_an_earlier_time_open_nothing(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        old = await letters_of(scene)
        case = await scene.desk.accept(scene.ticket16)
        await case.say("Nur hier")
        await released(scene)
        stage.tell(Shows(*old))
        with pytest.raises((Refused, WireError)):
            await scene.other.open(scene.ticket16)

    play(stage, act)


def test_a_history_by_somebody_else_opens_nothing(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        welcome, grant, draft = await letters_of(scene)
        given = Grant.decode(letter.open_letter(grant.e2, team_key(scene, grant)).payload)
        other = replace(given, secrets=(EpochSecret(bytes(32)), *given.secrets[1:]))
        for payload in (given.encode(), other.encode()):
            made = forged(scene, grant, payload)
            stage.tell(Shows(welcome, made, draft))
            with pytest.raises(Refused):
                await scene.other.open(scene.ticket16)

    play(stage, act)


def test_a_draft_of_another_box_is_none(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        welcome, grant, draft = await letters_of(scene)
        truly = letter.open_letter(draft.e2, team_key(scene, draft))
        given = replace(GivenDraft.decode(truly.payload), box16=bytes(16))
        sign = scene.maria.caseload.sign_secret
        other = resealed(draft, team_key(scene, draft), sign, payload=given.encode())
        stage.tell(Shows(welcome, grant, other))
        assert (await scene.other.open(scene.ticket16)).draft is None

    play(stage, act)
