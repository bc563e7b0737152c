"""Invitations, profiles, duty, and when a portal is open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from crypto.errors import LocalError
from crypto.ownprofile import encode_profile, sign_profile
from crypto.picture import picture_hash
from crypto.profile import Profile
from crypto.wire import staff as wire
from crypto.wire.base import Role as WireRole
from crypto.wire.errors import ErrorCode
from crypto.wire.translog import LogPublish, Statement
from e2e_server.kernel.clock import MS_PER_DAY, MS_PER_MINUTE, MS_PER_S
from e2e_server.kernel.context import StaffDirectory, Standing
from tests.helpers.accounts import Account, enrol, publish
from tests.helpers.files import png, with_exif
from tests.helpers.organisation import NOW_MS, Organisation, Person, seed
from tests.helpers.portraits import portrait
from tests.helpers.rawclient import RawClient
from tests.helpers.server import PORTAL16, Server, portal_entry, serving

STATE = wire.PortalState(portal16=PORTAL16)
ON = wire.Duty(portals=(PORTAL16,), on=1)
OFF = wire.Duty(portals=(PORTAL16,), on=0)
ANSWER = wire.InvitationAnswer(
    join_id16=seed("join", 16),
    sign_pk=seed("sign"),
    kem_pk=seed("kem", 64) * 19,
    cap_hash=seed("cap"),
    mac=seed("mac"),
    stamp=b"",
)
READ = wire.InvitationRead(join_id16=ANSWER.join_id16)


class Centre:
    """An admin and two counsellors; Anna is in the team, Berta is not."""

    def __init__(self) -> None:
        self.organisation = Organisation()
        self.organisation.found()
        self.ada = self.organisation.admin("Ada")
        self.anna = self.organisation.counsellor(self.ada, "Anna")
        self.berta = self.organisation.counsellor(self.ada, "Berta")
        self.organisation.team(self.ada, [self.anna])


@asynccontextmanager
async def centre(folder: Path, **options: Any) -> AsyncIterator[tuple[Server, Centre]]:
    people = Centre()
    async with serving(folder, organisation=people.organisation, **options) as server:
        async with await server.connect() as client:
            await publish(client, people.organisation)
        yield server, people


async def revoke(client: RawClient, people: Centre, person: Person) -> None:
    """Take a person's certificate back."""
    certificate = people.organisation.view().own_certificates(person.subject16)[-1]
    people.organisation.revoke(people.ada.sign, person.subject16, certificate.hash)
    leaf, payload = people.organisation.log[-1]
    await client.call(LogPublish(statement=Statement(leaf=leaf, payload=payload)))


@asynccontextmanager
async def signed_in(server: Server, person: Person) -> AsyncIterator[RawClient]:
    async with await server.connect() as client:
        await enrol(client, person)
        yield client


def profile_of(
    person: Person, counter: int, name: str = "Anna B.", picture: bytes = b""
) -> wire.ProfilePut:
    stated = picture_hash(picture) if picture else b""
    raw = encode_profile(
        Profile(subject16=person.subject16, counter=counter, name=name, picture_hash=stated)
    )
    return wire.ProfilePut(profile=raw, signature=sign_profile(person.sign, raw), picture=picture)


async def stored(server: Server) -> list[bytes]:
    """Return every picture that lies in the database."""
    rows = await server.relay.parts.db.read(lambda tx: tx.all("SELECT picture FROM staff_profiles"))
    return [row[0] for row in rows]


# --- invitations -----------------------------------------------------------------------------


async def test_an_admin_reads_what_a_newcomer_left(tmp_path: Path) -> None:
    async with centre(tmp_path) as (server, people), signed_in(server, people.ada) as admin:
        async with await server.connect() as newcomer:
            await newcomer.call(ANSWER)
            await newcomer.call(ANSWER)
            other = replace(ANSWER, mac=seed("another"))
            assert await newcomer.refusal(other) is ErrorCode.TAKEN
        reply = await admin.call(READ)
        assert (reply.sign_pk, reply.kem_pk) == (ANSWER.sign_pk, ANSWER.kem_pk)
        assert (reply.cap_hash, reply.mac) == (ANSWER.cap_hash, ANSWER.mac)


async def test_an_invitation_lasts_seven_days(tmp_path: Path) -> None:
    async with centre(tmp_path) as (server, people):
        async with await server.connect() as newcomer:
            await newcomer.call(ANSWER)
        server.clock.elapse(7 * MS_PER_DAY)
        async with signed_in(server, people.ada) as admin:
            assert await admin.refusal(READ) is ErrorCode.UNKNOWN
        await server.elapse(0)
        rows = await server.relay.parts.db.read(
            lambda tx: tx.all("SELECT join_id16 FROM staff_invitations")
        )
        assert rows == []


async def test_an_invitation_that_nobody_answered_is_unknown(tmp_path: Path) -> None:
    async with centre(tmp_path) as (server, people), signed_in(server, people.ada) as admin:
        assert await admin.refusal(READ) is ErrorCode.UNKNOWN


async def test_only_admins_read_invitations(tmp_path: Path) -> None:
    async with centre(tmp_path) as (server, people), signed_in(server, people.anna) as anna:
        assert await anna.refusal(READ) is ErrorCode.FORBIDDEN


# --- profiles --------------------------------------------------------------------------------


async def test_profiles_of_the_team_are_public(tmp_path: Path) -> None:
    async with centre(tmp_path) as (server, people):
        async with signed_in(server, people.anna) as anna:
            await anna.call(profile_of(people.anna, 1))
        async with signed_in(server, people.berta) as berta:
            await berta.call(profile_of(people.berta, 1))
        async with await server.connect() as client:
            team = wire.Profiles(team16=people.organisation.team16)
            found = (await client.call(team)).profiles
            assert [one.subject16 for one in found] == [people.anna.subject16]
            nobody = wire.Profiles(team16=bytes(16))
            assert (await client.call(nobody)).profiles == ()


async def test_who_was_revoked_is_shown_to_colleagues_alone_and_for_a_while(tmp_path: Path) -> None:
    people = Centre()
    people.organisation.team(
        people.ada, [people.anna, people.berta], restart=True, epoch=2, key="2"
    )
    both = {people.anna.subject16, people.berta.subject16}
    async with serving(tmp_path, organisation=people.organisation) as server:
        async with await server.connect() as client:
            await publish(client, people.organisation)
        async with signed_in(server, people.berta) as berta:
            await berta.call(profile_of(people.berta, 1, picture=portrait()))
            await berta.call(ON)
        async with signed_in(server, people.anna) as anna, await server.connect() as client:
            await anna.call(profile_of(people.anna, 1))
            team16 = people.organisation.team16
            team = wire.Profiles(team16=team16)
            of_berta = wire.ProfilePicture(team16=team16, subject16=people.berta.subject16)

            async def seen(by: RawClient) -> set[bytes]:
                return {one.subject16 for one in (await by.call(team)).profiles}

            assert await seen(client) == both
            await client.call(of_berta)
            await revoke(anna, people, people.berta)
            # TEAM lists her still: nobody has drawn a new key yet.
            assert await seen(client) == {people.anna.subject16}
            assert await client.refusal(of_berta) is ErrorCode.UNKNOWN
            assert await seen(anna) == both
            await server.elapse(0)
            assert (await client.call(STATE)).on_duty == 0
            await server.elapse(30 * MS_PER_DAY - 1)
            assert len(await stored(server)) == 2
            await server.elapse(1)
            assert len(await stored(server)) == 1


async def test_the_counter_of_a_profile_rises(tmp_path: Path) -> None:
    async with centre(tmp_path) as (server, people), signed_in(server, people.anna) as anna:
        await anna.call(profile_of(people.anna, 2))
        await anna.call(profile_of(people.anna, 2))
        changed = profile_of(people.anna, 2, "Another")
        assert await anna.refusal(changed) is ErrorCode.CONFLICT
        assert await anna.refusal(profile_of(people.anna, 1)) is ErrorCode.CONFLICT
        await anna.call(profile_of(people.anna, 3, "Another"))


async def test_a_profile_is_signed_by_its_person(tmp_path: Path) -> None:
    async with centre(tmp_path) as (server, people), signed_in(server, people.anna) as anna:
        good = profile_of(people.anna, 1)
        forged = replace(good, signature=bytes(64))
        assert await anna.refusal(forged) is ErrorCode.BAD_STATEMENT
        raw = profile_of(people.berta, 1).profile
        for_another = replace(good, profile=raw, signature=sign_profile(people.anna.sign, raw))
        assert await anna.refusal(for_another) is ErrorCode.BAD_STATEMENT
        noise = replace(good, profile=b"\x01", signature=sign_profile(people.anna.sign, b"\x01"))
        assert await anna.refusal(noise) is ErrorCode.BAD_STATEMENT


async def test_a_picture_is_the_one_that_the_profile_states(tmp_path: Path) -> None:
    async with centre(tmp_path) as (server, people), signed_in(server, people.anna) as anna:
        good = profile_of(people.anna, 1, picture=portrait())
        for picture in (portrait(90), b"", portrait() + b"\0"):
            assert await anna.refusal(replace(good, picture=picture)) is ErrorCode.BAD_STATEMENT
        unstated = replace(profile_of(people.anna, 1), picture=portrait())
        assert await anna.refusal(unstated) is ErrorCode.BAD_STATEMENT
        await anna.call(good)


@pytest.mark.parametrize(
    "picture",
    [
        b"<svg onload=alert(1)>",
        png(256, 256),
        with_exif(portrait(), b"52.5N 13.4E"),
        portrait()[:-9],
    ],
)
async def test_what_is_no_plain_picture_is_refused(tmp_path: Path, picture: bytes) -> None:
    async with centre(tmp_path) as (server, people), signed_in(server, people.anna) as anna:
        hostile = profile_of(people.anna, 1, picture=picture)
        assert await anna.refusal(hostile) is ErrorCode.BAD_STATEMENT
        assert await stored(server) == []


async def test_a_frame_with_a_larger_picture_is_no_frame(tmp_path: Path) -> None:
    async with centre(tmp_path) as (server, people), signed_in(server, people.anna) as anna:
        larger = profile_of(people.anna, 1, picture=bytes(wire.MAX_PICTURE_BYTES + 1))
        with pytest.raises(LocalError):
            await anna.call(larger)


async def test_a_picture_is_fetched_by_itself_and_only_of_the_team(tmp_path: Path) -> None:
    async with centre(tmp_path) as (server, people), await server.connect() as client:
        of_anna = wire.ProfilePicture(
            team16=people.organisation.team16, subject16=people.anna.subject16
        )
        of_berta = replace(of_anna, subject16=people.berta.subject16)
        assert await client.refusal(of_anna) is ErrorCode.UNKNOWN
        async with signed_in(server, people.anna) as anna:
            await anna.call(profile_of(people.anna, 1, picture=portrait()))
            assert (await client.call(of_anna)).picture == portrait()
            await anna.call(profile_of(people.anna, 2))
            assert await client.refusal(of_anna) is ErrorCode.UNKNOWN
        async with signed_in(server, people.berta) as berta:
            await berta.call(profile_of(people.berta, 1, picture=portrait()))
        assert await client.refusal(of_berta) is ErrorCode.UNKNOWN
        elsewhere = replace(of_anna, team16=bytes(16))
        assert await client.refusal(elsewhere) is ErrorCode.UNKNOWN


async def test_a_removed_picture_is_gone_from_the_database(tmp_path: Path) -> None:
    async with centre(tmp_path) as (server, people), signed_in(server, people.anna) as anna:
        await anna.call(profile_of(people.anna, 1, picture=portrait()))
        assert await stored(server) == [portrait()]
        await anna.call(profile_of(people.anna, 2))
        assert await stored(server) == [b""]


async def test_a_profile_says_whether_a_live_chat_would_find_its_person(tmp_path: Path) -> None:
    async with (
        centre(tmp_path) as (server, people),
        signed_in(server, people.anna) as anna,
        await server.connect() as client,
    ):
        await anna.call(profile_of(people.anna, 1))
        team = wire.Profiles(team16=people.organisation.team16)

        async def is_reachable() -> int:
            (shown,) = (await client.call(team)).profiles
            return shown.on_duty

        assert await is_reachable() == 0
        await anna.call(ON)
        assert await is_reachable() == 1
        server.clock.elapse(90 * MS_PER_S)
        assert await is_reachable() == 0


# --- duty and portals ------------------------------------------------------------------------


async def test_a_portal_is_open_while_somebody_of_its_team_is_on_duty(tmp_path: Path) -> None:
    async with (
        centre(tmp_path) as (server, people),
        signed_in(server, people.anna) as anna,
        await server.connect() as client,
    ):
        assert (await client.call(STATE)).open == 0
        until_ms = (await anna.call(ON)).until_ms
        assert until_ms == server.clock.now_ms() + 90 * MS_PER_S
        state = await client.call(STATE)
        assert (state.open, state.on_duty, state.next_open_ms) == (1, 1, 0)
        server.clock.elapse(60 * MS_PER_S)
        await anna.call(ON)
        await server.elapse(60 * MS_PER_S)
        assert (await client.call(STATE)).open == 1
        await server.elapse(30 * MS_PER_S)
        assert (await client.call(STATE)).open == 0
        await anna.call(ON)
        assert (await anna.call(OFF)).until_ms == 0
        assert (await client.call(STATE)).on_duty == 0


async def test_duty_is_for_members_of_the_team(tmp_path: Path) -> None:
    async with centre(tmp_path) as (server, people):
        async with signed_in(server, people.berta) as berta:
            assert await berta.refusal(ON) is ErrorCode.FORBIDDEN
            await berta.call(OFF)
        async with signed_in(server, people.ada) as admin:
            assert await admin.refusal(ON) is ErrorCode.FORBIDDEN


async def test_an_unknown_portal_is_unknown(tmp_path: Path) -> None:
    async with centre(tmp_path) as (server, people), signed_in(server, people.anna) as anna:
        assert await anna.refusal(wire.PortalState(portal16=bytes(16))) is ErrorCode.UNKNOWN
        assert await anna.refusal(wire.Duty(portals=(bytes(16),), on=1)) is ErrorCode.UNKNOWN


async def test_hours_close_a_portal_and_say_when_it_opens(tmp_path: Path) -> None:
    # NOW_MS is Friday, 15 January 2027, 09:00 in Berlin.
    people = Centre()
    hours = [[4, "09:30", "12:00"]]
    portals = [portal_entry(people.organisation, hours=hours)]
    async with (
        centre(tmp_path, portals=portals) as (server, people),
        signed_in(server, people.anna) as anna,
    ):
        await anna.call(ON)
        state = await anna.call(STATE)
        assert (state.open, state.next_open_ms) == (0, NOW_MS + 30 * MS_PER_MINUTE)
        assert state.closes_ms == 0
        server.clock.elapse(30 * MS_PER_MINUTE)
        await anna.call(ON)
        state = await anna.call(STATE)
        assert (state.open, state.next_open_ms) == (1, 0)
        assert state.closes_ms == NOW_MS + 180 * MS_PER_MINUTE


@pytest.mark.parametrize(
    "command", [ON, READ, wire.ProfilePut(profile=b"x", signature=bytes(64), picture=b"")]
)
async def test_nothing_of_staff_works_without_a_sign_in(tmp_path: Path, command: wire.Duty) -> None:
    async with centre(tmp_path) as (server, _), await server.connect() as client:
        assert await client.refusal(command) is ErrorCode.UNAUTHORISED


async def test_a_seekers_sign_in_is_no_staff_sign_in(tmp_path: Path) -> None:
    async with centre(tmp_path) as (server, _), await server.connect() as client:
        seeker = Account("seeker")
        await seeker.create(client)
        await seeker.sign_in(client)
        assert await client.refusal(ON) is ErrorCode.UNAUTHORISED


async def test_a_revoked_and_an_ended_certificate_are_nobodys_any_more(tmp_path: Path) -> None:
    async with centre(tmp_path) as (server, people), signed_in(server, people.anna) as anna:
        await anna.call(ON)
        await revoke(anna, people, people.anna)
        assert await anna.refusal(ON) is ErrorCode.FORBIDDEN
    async with centre(tmp_path / "ended") as (server, people):
        server.clock.elapse(90 * MS_PER_DAY - MS_PER_MINUTE)
        async with signed_in(server, people.anna) as anna:
            await anna.call(OFF)
            server.clock.elapse(MS_PER_MINUTE)
            assert await anna.refusal(OFF) is ErrorCode.FORBIDDEN


async def test_a_renewed_certificate_carries_a_sign_in_on(tmp_path: Path) -> None:
    async with centre(tmp_path) as (server, people), signed_in(server, people.anna) as anna:
        organisation, ada = people.organisation, people.ada
        old = organisation.view().own_certificates(people.anna.subject16)[0]
        organisation.counsellor(ada, "Anna", at_ms=NOW_MS + 1)
        organisation.revoke(ada.sign, people.anna.subject16, old.hash, at_ms=NOW_MS + 2)
        await publish(anna, organisation)
        assert organisation.view().entries[-1].is_valid
        await anna.call(ON)


async def test_a_certificate_under_another_key_does_not_inherit_a_sign_in(tmp_path: Path) -> None:
    class Renewed(StaffDirectory):
        def standing(self, subject16: bytes, now_ms: int) -> Standing:
            return Standing(
                certificate_hash=bytes(32), role=WireRole.COUNSELLOR, sign_pk=seed("new key")
            )

    async with centre(tmp_path) as (server, people), signed_in(server, people.anna) as anna:
        await anna.call(OFF)
        server.relay.parts.services.put(StaffDirectory, Renewed())
        assert await anna.refusal(OFF) is ErrorCode.FORBIDDEN


async def test_the_portal_page_asks_over_http(tmp_path: Path) -> None:
    async with (
        centre(tmp_path) as (server, people),
        signed_in(server, people.anna) as anna,
        aiohttp.ClientSession() as http,
    ):
        await anna.call(ON)
        async with http.get(f"{server.url}/api/portal/{PORTAL16.hex()}") as answer:
            assert answer.status == 200
            state = {"open": True, "waiting": 0, "next_open_ms": 0, "closes_ms": 0}
            assert await answer.json() == state
        for odd in ("00" * 16, "zz" * 16, "00", "0" * 31 + " "):
            async with http.get(f"{server.url}/api/portal/{odd}") as answer:
                assert answer.status == 404


async def test_opening_and_closing_are_announced(tmp_path: Path) -> None:
    async with centre(tmp_path) as (server, people), signed_in(server, people.anna) as anna:
        heard: list[tuple[object, ...]] = []
        end = server.relay.parts.bus.subscribe(b"portal:" + PORTAL16, heard.append)
        await anna.call(ON)
        await anna.call(ON)
        assert len(heard) == 1
        await server.elapse(90 * MS_PER_S)
        await anna.call(STATE)
        assert len(heard) == 2
        end()
