"""What a team reads along in lies nowhere in the clear, and goes whole 48 hours after its end."""

from __future__ import annotations

from pathlib import Path

from crypto import account as keys
from crypto.account import ConversationKeys
from tests.helpers.handover import BEFORE
from tests.helpers.wideopen import Shared, open_house, shared
from tests.helpers.written import SUBJECT, TEXT, has, texts
from tests.test_newaccess_canary import on_disk

DRAFT, ANSWER = "Liebe Kiesel, das habe ich getippt", "Hier schreibt Jonas weiter"
PSEUDONYM = "kiesel-407"
HOUR_MS = 3_600_000


def marks_of(scene: Shared, *more: bytes) -> dict[str, bytes]:
    """What nobody but the people in it may know."""
    own: ConversationKeys = keys.conversation(
        scene.enquiry.account.ams, scene.enquiry.entry.key_context
    )
    said = (TEXT, SUBJECT, BEFORE, DRAFT, ANSWER, PSEUDONYM)
    box16 = scene.theirs.box16
    hers = [one.staff.caseload.cap_of(box16, epoch).raw for one in scene.desks for epoch in (0, 2)]
    return {
        **{one: one.encode() for one in said},
        "cap": own.cap.raw,
        "ticket cap": own.ticket_cap.raw,
        "key to sign": own.sign.raw,
        **{f"cap of a colleague {one}": raw for one, raw in enumerate(hers)},
        **{f"secret {one}": raw for one, raw in enumerate(more)},
    }


async def test_the_servers_files_hold_nothing_of_it(tmp_path: Path) -> None:
    async with open_house(tmp_path) as cast:
        scene = await shared(cast)
        await scene.maria.staff.keyring.keep_draft(scene.theirs.box16, DRAFT)
        first = await scene.jonas.open(scene.ticket16)
        his = await scene.jonas.take_over(scene.ticket16)
        await his.say(ANSWER)
        await has(scene.theirs, ANSWER)
        read = await scene.maria.open(scene.ticket16)
        assert texts(read.box) == [TEXT, BEFORE, ANSWER]
        secrets = [one.es.raw for one in read.secrets]
        assert len(secrets) == 3
        marks = marks_of(scene, first.welcome.join_cap.raw, *secrets)
        assert on_disk(cast, marks) == set()
        # The test looks where things lie.
        lying = {"ticket": scene.ticket16, "box": scene.theirs.box16}
        assert on_disk(cast, lying) == set(lying)

        (e2,) = await letters_of(scene)
        assert on_disk(cast, {"letter": e2[-64:]}) == {"letter"}
        await scene.enquiry.close()
        await scene.jonas.settle(scene.ticket16)
        assert await letters_of(scene) == []
        await cast.server.elapse(49 * HOUR_MS)
        # Of who had it and who read along, nothing that names the two together or opens anything.
        assert on_disk(cast, {**marks, **lying, "letter": e2[-64:]}) == set()


async def letters_of(scene: Shared) -> list[bytes]:
    """The ticket's letters as the relay holds them."""
    sql = """
        SELECT bytes_sealed FROM boxes_letters JOIN boxes_slots USING (slot) WHERE ticket16 = $1
    """
    db = scene.cast.server.relay.parts.db
    return [raw for (raw,) in await db.read(lambda tx: tx.all(sql, scene.ticket16))]
