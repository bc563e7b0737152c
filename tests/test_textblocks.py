"""A counsellor's own text blocks: sealed in the keyring; what two devices write, both keep."""

from __future__ import annotations

from pathlib import Path

from clientlib.staff import Staff
from clientlib.textblocks import TextBlocks
from tests.helpers.actors import Cast
from tests.helpers.enrolled import MARIA, enrolled, goes_on
from tests.helpers.server import serving


def of(staff: Staff) -> TextBlocks:
    """The blocks of one device."""
    return TextBlocks(staff.keyring, staff.caseload.now_ms)


def titles(staff: Staff) -> list[tuple[str, str]]:
    return [(one.title, one.text) for one in of(staff).all()]


async def test_two_devices_edit_one_block_at_once_and_lose_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        cast = Cast(server)
        _, desk = await enrolled(cast, MARIA)
        first = await of(desk).save("Gruß", "Guten Tag.")
        phone = await goes_on(cast, desk.ams, desk.token)
        await of(desk).save("Gruß", "Guten Tag und willkommen.", former=first)
        await of(phone).save("Gruß", "Guten Abend.", former=first)
        again = await goes_on(cast, desk.ams, desk.token)
        assert sorted(titles(again)) == [
            ("Gruß", "Guten Abend."),
            ("Gruß", "Guten Tag und willkommen."),
        ]
        await cast.close()


async def test_an_edit_survives_a_deletion_elsewhere_and_emergencies_stand_first(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server:
        cast = Cast(server)
        _, desk = await enrolled(cast, MARIA)
        first = await of(desk).save("Ablauf", "So gehen wir vor.")
        await of(desk).save("Notruf", "Wählen Sie 112.", is_emergency=True)
        phone = await goes_on(cast, desk.ams, desk.token)
        await of(phone).remove(first)
        await of(desk).save("Ablauf", "So geht es weiter.", former=first)
        again = await goes_on(cast, desk.ams, desk.token)
        assert titles(again) == [("Notruf", "Wählen Sie 112."), ("Ablauf", "So geht es weiter.")]
        await cast.close()
