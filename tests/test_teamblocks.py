"""Text blocks of a team: what members write at once, who leaves, and a relay that lies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from clientlib import org, teams
from clientlib.errors import Refused
from clientlib.restarts import RestartedTeam, newest, note_seen
from clientlib.sheets import NoKey, SheetFull, TeamSheet
from clientlib.staff import Staff
from clientlib.teamblocks import MAX_BLOCKS, TeamBlocks, encode
from clientlib.teamcare import look_after
from clientlib.teamproposals import propose_team, sign_proposals
from clientlib.textblocks import MAX_TEXT_CHARS
from crypto import account, encoding
from crypto.errors import BadProof, BadTag, RemoteError
from crypto.keys import KemSecret
from crypto.random import random_bytes
from crypto.sheet import STEPS, Sheet, SheetKind, open_sheet, seal_sheet, sheet_hash
from crypto.statement import RevokeReason, Role
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.sheets import SheetSave
from tests.helpers.actors import Cast
from tests.helpers.teamcast import fires, hired
from tests.helpers.written import all_at_once, centre, staff_again

KIND = int(SheetKind.TEXT_BLOCKS)
CANARY = "Kanarienvogel-Baustein"


def of(staff: Staff, cast: Cast) -> TeamBlocks:
    """The team's blocks at one desk."""
    return TeamBlocks(staff, cast.team16)


async def shown(staff: Staff, cast: Cast) -> list[str]:
    return [f"{one.title}: {one.text}" for one in await of(staff, cast).all()]


async def kept(cast: Cast) -> tuple[int, bytes]:
    """What lies at the relay."""
    sql = "SELECT version, sheet_sealed FROM sheets_sheets"
    rows = await cast.server.relay.parts.db.read(lambda tx: tx.all(sql))
    return rows[0][0], rows[0][1]


async def shows(cast: Cast, version: int, raw: bytes) -> None:
    """The relay shows something else from now on."""
    sql = "UPDATE sheets_sheets SET version = $1, sheet_sealed = $2"
    await cast.server.relay.parts.db.write(lambda tx: tx.run(sql, version, raw))


def seeds(staff: Staff) -> list[KemSecret]:
    return [one.seed for one in staff.keyring.team_seeds]


async def forged(author: Staff, cast: Cast, **other: Any) -> bytes:
    """A next version as somebody who has the key would make it."""
    version, raw = await kept(cast)
    sheet = open_sheet(seeds(author)[-1], cast.team16, KIND, raw).sheet
    changed = replace(sheet, version=version + 1, before=sheet_hash(raw), **other)
    return seal_sheet(seeds(author)[-1], account.staff_sign(author.ams), changed)


# --- writing together -------------------------------------------------------------------------


async def test_what_one_member_writes_the_others_read_and_nobody_else(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    assert await shown(jonas, cast) == []
    await of(maria, cast).save("Gruß", CANARY)
    (block,) = await of(jonas, cast).all()
    assert (block.title, block.text, block.subject16) == ("Gruß", CANARY, maria.subject16)
    _, raw = await kept(cast)
    assert CANARY.encode() not in raw
    auditor = await hired(cast, "anna")
    with pytest.raises(WireError) as refused:
        await of(auditor, cast).all()
    assert refused.value.code is ErrorCode.FORBIDDEN


async def test_two_who_write_at_once_lose_nothing(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    first = await of(maria, cast).save("Gruß", "Guten Tag.")
    await all_at_once(
        lambda: of(maria, cast).save("Ablauf", "So gehen wir vor."),
        lambda: of(jonas, cast).save("Adresse", "Hier sind wir."),
    )
    assert await shown(maria, cast) == [
        "Ablauf: So gehen wir vor.",
        "Adresse: Hier sind wir.",
        "Gruß: Guten Tag.",
    ]
    # The same one: both versions stay, and both are shown.
    await all_at_once(
        lambda: of(maria, cast).save("Gruß", "Guten Morgen.", former=first),
        lambda: of(jonas, cast).save("Gruß", "Guten Abend.", former=first),
    )
    assert sorted(await shown(jonas, cast))[2:] == ["Gruß: Guten Abend.", "Gruß: Guten Morgen."]


async def test_a_deletion_costs_nobody_what_they_wrote_meanwhile(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    first = await of(maria, cast).save("Gruß", "Guten Tag.")
    await of(jonas, cast).save("Gruß", "Guten Abend.", former=first)
    await of(maria, cast).remove(first)
    assert await shown(maria, cast) == ["Gruß: Guten Abend."]


async def test_a_team_has_one_block_for_emergencies_and_it_stands_first(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    await of(maria, cast).save("Notfall", "Wählen Sie 112.", is_emergency=True)
    await of(maria, cast).save("Ablauf", "So gehen wir vor.")
    await of(jonas, cast).save("Notruf", "Rufen Sie 112.", is_emergency=True)
    blocks = await of(maria, cast).all()
    assert [(one.title, one.is_emergency) for one in blocks] == [
        ("Notruf", True),
        ("Ablauf", False),
        ("Notfall", False),
    ]


async def test_sizes_tell_little_and_there_is_an_end(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    blocks, sizes = of(maria, cast), set[int]()
    for n in range(3):
        await blocks.save(f"Nr. {n}", "x" * 500 * n)
        sizes.add(len((await kept(cast))[1]))
    assert len(sizes) == 1
    await blocks.save("lang", "x" * MAX_TEXT_CHARS)
    sheet = TeamSheet(maria, cast.team16, KIND)
    with pytest.raises(SheetFull):
        await sheet.write(lambda _: bytes(STEPS[-1]))
    (one,) = [found for found in await blocks.all() if found.title == "lang"]
    many = tuple(replace(one, block16=random_bytes(16), text="x") for _ in range(MAX_BLOCKS))
    await sheet.write(lambda _: encode(many))
    with pytest.raises(SheetFull):
        await blocks.save("zu viel", "x")
    # An edit takes the place of what it changes.
    await blocks.save("geändert", "x", former=many[0].block16)
    assert len(await blocks.all()) == MAX_BLOCKS


async def puts(staff: Staff, cast: Cast, content: bytes) -> None:
    """A newer client of a member writes this."""
    await TeamSheet(staff, cast.team16, KIND).write(lambda _: content)


async def test_an_unknown_form_is_shown_to_nobody_and_overwritten_by_nobody(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    blocks = of(maria, cast)
    await blocks.save("Gruß", "Guten Tag.")
    (one,) = await blocks.all()
    other = replace(one, block16=random_bytes(16))
    twice = tuple(replace(found, is_emergency=True) for found in (one, other))
    for content in (encode(twice), encoding.encode([[1, 2]]), encoding.encode(5)):
        await puts(maria, cast, content)
        for work in (blocks.all(), blocks.save("Neu", "x")):
            with pytest.raises(Refused):
                await work


# --- who leaves -------------------------------------------------------------------------------


async def test_who_has_left_reads_no_more_once_they_are_sealed_anew(cast: Cast) -> None:
    maria, jonas, anna = await centre(cast, "maria", "jonas", "anna")
    await of(jonas, cast).save("Gruß", "Guten Tag.")
    taken_along = seeds(jonas)
    await fires(cast, jonas)
    await look_after(maria, cast.team16)
    version, raw = await kept(cast)
    assert version == 2
    for seed in taken_along:
        with pytest.raises(BadTag):
            open_sheet(seed, cast.team16, KIND, raw)
    # Who wrote it stays, whoever sealed it anew; and who comes second has nothing to do.
    (block,) = await of(maria, cast).all()
    assert block.subject16 == jonas.subject16
    await look_after(anna, cast.team16)
    assert (await shown(anna, cast), (await kept(cast))[0]) == (["Gruß: Guten Tag."], 2)


async def test_sealing_anew_goes_on_where_a_crash_ended_it(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    await of(jonas, cast).save("Gruß", "Guten Tag.")
    await fires(cast, jonas)
    await teams.succeed(maria, cast.team16)
    assert (await kept(cast))[0] == 1
    again = await staff_again(cast, maria)
    await look_after(again, cast.team16)
    assert ((await kept(cast))[0], await of(again, cast).reseal()) == (2, False)


async def test_a_leaver_writes_nothing_even_with_the_relays_help(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    await of(maria, cast).save("Gruß", "Guten Tag.")
    raw = await forged(jonas, cast, certificate_hash=jonas.certificate.hash)
    left = jonas.certificate.hash
    await fires(cast, jonas)
    with pytest.raises(WireError) as refused:
        await jonas.relay.request(SheetSave(team16=cast.team16, kind=KIND, version=2, sheet=raw))
    assert refused.value.code is ErrorCode.FORBIDDEN
    await look_after(maria, cast.team16)
    # Under the former key, as if it were newer than what was sealed anew.
    version, _ = await kept(cast)
    statement = maria.log.view.team_history(cast.team16)[0]
    sheet = Sheet(
        team16=cast.team16,
        kind=KIND,
        version=version + 1,
        certificate_hash=left,
        team_hash=statement.hash,
        before=b"",
        content=b"",
    )
    await shows(
        cast, version + 1, seal_sheet(seeds(jonas)[-1], account.staff_sign(jonas.ams), sheet)
    )
    with pytest.raises(BadProof, match="older"):
        await of(maria, cast).all()
    # The former key under the name of the present one.
    latest = maria.log.view.latest_team(cast.team16)
    assert latest is not None
    mine = replace(sheet, certificate_hash=maria.certificate.hash, team_hash=latest.hash)
    raw = seal_sheet(seeds(jonas)[-1], account.staff_sign(maria.ams), mine)
    await shows(cast, version + 1, raw)
    with pytest.raises(Refused, match="another key"):
        await of(maria, cast).all()


# --- a relay that lies ------------------------------------------------------------------------


async def test_an_older_version_is_refused_on_every_device(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    await of(maria, cast).save("Gruß", "Alt.")
    old = await kept(cast)
    await of(jonas, cast).save("Ablauf", "Neu.")
    await shown(maria, cast)
    await shows(cast, *old)
    again = await staff_again(cast, maria)
    for desk in (maria, again):
        with pytest.raises(BadProof, match="older"):
            await of(desk, cast).all()
        with pytest.raises(BadProof):
            await of(desk, cast).save("Gruß", "Auf Altem.")
    # Another number outside does not make it newer.
    await shows(cast, 3, old[1])
    with pytest.raises(BadProof, match="another version"):
        await of(maria, cast).all()
    db = cast.server.relay.parts.db
    await db.write(lambda tx: tx.run("DELETE FROM sheets_sheets"))
    with pytest.raises(BadProof, match="no sheet"):
        await of(maria, cast).all()


async def test_two_sheets_under_one_version_and_a_broken_row_are_found(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    await of(maria, cast).save("Gruß", "Eins.")
    first = await kept(cast)
    other = await forged(jonas, cast, certificate_hash=jonas.certificate.hash)
    await of(maria, cast).save("Gruß", "Zwei.")
    await shows(cast, 2, other)
    with pytest.raises(BadProof, match="same version"):
        await of(maria, cast).all()
    await shows(cast, *first)
    stray = seal_sheet(
        seeds(jonas)[-1],
        account.staff_sign(jonas.ams),
        replace(
            open_sheet(seeds(jonas)[-1], cast.team16, KIND, other).sheet,
            version=3,
            before=random_bytes(32),
        ),
    )
    await shows(cast, 3, stray)
    with pytest.raises(BadProof, match="follow"):
        await of(maria, cast).all()


async def test_a_sheet_that_no_member_wrote_is_refused(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    anna = await hired(cast, "anna")
    await maria.log.update()
    await of(maria, cast).save("Gruß", "Guten Tag.")
    true = await kept(cast)
    # The key in wrong hands: a stranger's certificate, somebody else's name, none at all.
    stranger = account.staff_sign(anna.ams)
    sheet = open_sheet(seeds(jonas)[-1], cast.team16, KIND, true[1]).sheet
    bad = replace(sheet, version=2, before=sheet_hash(true[1]))
    for certificate_hash, error in (
        (anna.certificate.hash, Refused),
        (maria.certificate.hash, RemoteError),
        (bytes(32), Refused),
    ):
        changed = replace(bad, certificate_hash=certificate_hash)
        await shows(cast, 2, seal_sheet(seeds(jonas)[-1], stranger, changed))
        with pytest.raises(error):
            await of(maria, cast).all()
    by_jonas = replace(bad, certificate_hash=jonas.certificate.hash)
    for team_hash in (random_bytes(32), maria.certificate.hash):
        raw = seal_sheet(
            seeds(jonas)[-1],
            account.staff_sign(jonas.ams),
            replace(by_jonas, team_hash=team_hash),
        )
        await shows(cast, 2, raw)
        with pytest.raises(Refused, match="statement"):
            await of(maria, cast).all()
    await shows(cast, *true)
    assert await shown(maria, cast) == ["Gruß: Guten Tag."]


async def test_who_lost_the_certificate_before_the_statement_is_no_author(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    await of(maria, cast).save("Gruß", "Guten Tag.")
    gone = jonas.certificate.hash
    await fires(cast, jonas)
    await look_after(maria, cast.team16)
    latest = maria.log.view.latest_team(cast.team16)
    assert latest is not None
    seed = teams.seed_of(maria, latest.team)
    assert seed is not None
    version, raw = await kept(cast)
    sheet = replace(
        open_sheet(seed, cast.team16, KIND, raw).sheet,
        version=version + 1,
        certificate_hash=gone,
        before=sheet_hash(raw),
    )
    await shows(cast, version + 1, seal_sheet(seed, account.staff_sign(jonas.ams), sheet))
    with pytest.raises(Refused, match="no member"):
        await of(maria, cast).all()


async def test_a_former_certificate_signs_nothing_although_its_subject_is_back(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    await of(maria, cast).save("Gruß", "Guten Tag.")
    admin, former = await cast.signs_in("verwaltung"), jonas.certificate
    # A change of role in a team that has nobody in between: out, and in again.
    await org.revoke(admin, former, RevokeReason.ROLE_CHANGED, cast.now_ms())
    await look_after(maria, cast.team16)
    args = (former.sign_pk, former.kem_pk, Role.LEAD, jonas.subject16, cast.now_ms())
    await org.certify(admin, *args)
    await teams.admit(maria, cast.team16, jonas.subject16)
    await of(maria, cast).save("Ablauf", "So.")
    await maria.log.update()
    latest = maria.log.view.latest_team(cast.team16)
    seed = teams.seed_of(maria, latest.team) if latest else None
    assert seed is not None
    version, raw = await kept(cast)
    sheet = replace(
        open_sheet(seed, cast.team16, KIND, raw).sheet,
        version=version + 1,
        certificate_hash=former.hash,
        before=sheet_hash(raw),
    )
    await shows(cast, version + 1, seal_sheet(seed, account.staff_sign(jonas.ams), sheet))
    with pytest.raises(Refused, match="taken back"):
        await of(maria, cast).all()


async def test_another_teams_sheet_opens_nowhere(cast: Cast) -> None:
    maria, _ = await centre(cast, "maria", "jonas")
    await of(maria, cast).save("Gruß", "Guten Tag.")
    _, raw = await kept(cast)
    with pytest.raises(RemoteError):
        open_sheet(seeds(maria)[-1], random_bytes(16), KIND, raw)
    with pytest.raises(RemoteError):
        open_sheet(seeds(maria)[-1], cast.team16, KIND + 1, raw)
    await shows(cast, 1, seal_elsewhere(maria, cast, raw))
    with pytest.raises(NoKey):
        await of(maria, cast).all()


def seal_elsewhere(staff: Staff, cast: Cast, raw: bytes) -> bytes:
    """The same words, as a sheet of another team whose key this account has too."""
    sheet = open_sheet(seeds(staff)[-1], cast.team16, KIND, raw).sheet
    other = replace(sheet, team16=random_bytes(16))
    return seal_sheet(seeds(staff)[-1], account.staff_sign(staff.ams), other)


# --- a team that was begun anew ---------------------------------------------------------------


async def test_after_a_restart_whose_key_is_lost_the_team_begins_with_none(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    await of(jonas, cast).save("Gruß", "Guten Tag.")
    admin = await cast.signs_in("verwaltung")
    members = (maria.subject16, jonas.subject16)
    await propose_team(maria, admin.certificate.kem_pk, cast.team16, members, cast.now_ms())
    assert await sign_proposals(admin, cast.now_ms(), may_restart=True) == 1
    with pytest.raises(RestartedTeam):
        await of(maria, cast).all()
    view = await maria.log.update()
    statement = newest(view, cast.team16)
    assert statement is not None
    await note_seen(maria.keyring, view, statement)
    # Whoever has the former key still seals it anew.
    assert await of(maria, cast).reseal()
    assert await shown(maria, cast) == ["Gruß: Guten Tag."]
    assert not await of(maria, cast).begin_anew()
    # Under a key that nobody has any more: the next version is an empty one.
    version, raw = await kept(cast)
    lost = replace(open_sheet(seeds(maria)[-1], cast.team16, KIND, raw).sheet, version=version + 1)
    secret = account.staff_sign(maria.ams)
    await shows(cast, version + 1, seal_sheet(KemSecret(random_bytes(32)), secret, lost))
    with pytest.raises(NoKey):
        await of(maria, cast).save("Gruß", "Neu.")
    assert await of(maria, cast).begin_anew()
    await of(maria, cast).save("Gruß", "Neu.")
    assert await shown(maria, cast) == ["Gruß: Neu."]


async def test_without_a_restart_nobody_begins_with_none(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    await of(maria, cast).save("Gruß", "Guten Tag.")
    version, raw = await kept(cast)
    sheet = open_sheet(seeds(maria)[-1], cast.team16, KIND, raw).sheet
    secret = account.staff_sign(maria.ams)
    other = seal_sheet(KemSecret(random_bytes(32)), secret, replace(sheet, version=version + 1))
    await shows(cast, version + 1, other)
    with pytest.raises(NoKey):
        await of(maria, cast).begin_anew()
