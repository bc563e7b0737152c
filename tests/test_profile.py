"""The own profile in the Python client: published, read back, seen by a seeker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clientlib.counterpart import picture_of, profile_of
from clientlib.staff import Staff
from crypto.errors import BadStatement, NotCanonical
from crypto.picture import picture_hash
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.actors import Cast
from tests.helpers.files import png, with_exif
from tests.helpers.portraits import portrait

TEXTS = ("Ich höre zu.\nGern auch abends.", "I listen.")


async def _maria(cast: Cast) -> Staff:
    admin = await cast.found()
    maria = await cast.counsellor(admin, "maria", "Maria B.")
    await cast.team(admin, maria)
    return maria


async def test_everything_that_is_published_is_seen(cast: Cast) -> None:
    maria = await _maria(cast)
    photo = with_exif(portrait(), b"52.5N 13.4E")
    await maria.publish_profile(
        " Mar\u200bia ", 2, languages=("de", "tr"), texts=TEXTS, status="Urlaub\n", picture=photo
    )
    shown = await profile_of(await cast.line(), cast.team16, maria.certificate)
    assert shown is not None
    assert (shown.name, shown.languages, shown.texts) == ("Maria", ("de", "tr"), TEXTS)
    assert (shown.status, shown.counter) == ("Urlaub", 2)
    # What the camera had written beside it stayed with her.
    assert await picture_of(await cast.line(), cast.team16, shown) == portrait()
    assert await maria.own_profile() == shown
    assert await maria.own_picture(shown) == portrait()


async def test_of_two_devices_the_higher_counter_wins(cast: Cast) -> None:
    maria = await _maria(cast)
    phone = await cast.signs_in("maria")
    await phone.publish_profile("Vom Telefon", 2)
    with pytest.raises(WireError) as refused:
        await maria.publish_profile("Vom Rechner", 2)
    assert refused.value.code is ErrorCode.CONFLICT
    found = await maria.own_profile()
    assert found is not None
    assert found.name == "Vom Telefon"
    await maria.publish_profile("Vom Rechner", found.counter + 1)


async def test_before_there_is_a_team_nobody_sees_a_profile(cast: Cast) -> None:
    admin = await cast.found()
    maria = await cast.counsellor(admin, "maria", "Maria B.")
    assert await maria.own_profile() is None


@pytest.mark.parametrize(
    "picture", [png(256, 256), portrait(width=512, height=512), b"<svg onload=alert(1)>"]
)
async def test_what_is_no_portrait_is_not_sent(cast: Cast, picture: bytes) -> None:
    maria = await _maria(cast)
    with pytest.raises(NotCanonical):
        await maria.publish_profile("Maria B.", 2, picture=picture)
    assert (await maria.own_profile() or pytest.fail("none")).counter == 1


async def test_another_picture_than_the_stated_one_is_not_believed(cast: Cast) -> None:
    maria = await _maria(cast)
    await maria.publish_profile("Maria B.", 2, picture=portrait())
    shown = await maria.own_profile()
    assert shown is not None
    stated = replace(shown, picture_hash=picture_hash(portrait(90)))
    with pytest.raises(BadStatement):
        await picture_of(maria.relay, cast.team16, stated)
