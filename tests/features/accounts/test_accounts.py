"""Creating an account and signing in, over a real line."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from crypto import labels
from crypto.credential import sign_sign_in
from crypto.keys import SignSecret
from crypto.primitives import kdf, sign_public
from crypto.wire import accounts as wire
from crypto.wire.accounts import PAGES, AccountKind
from crypto.wire.errors import ErrorCode
from e2e_server.features.accounts.doors import Doors
from e2e_server.features.accounts.signing_in import SIGN_IN_HOURS
from e2e_server.features.accounts.starting import START_LIFE_MS
from e2e_server.kernel.clock import MS_PER_HOUR, MS_PER_MINUTE
from e2e_server.secrets_dir import SecretName, SecretsDir
from tests.helpers.accounts import PAGE, Account, generations, publish
from tests.helpers.organisation import Organisation, seed
from tests.helpers.server import serving

ANNA = Account("anna")


async def test_a_new_account_signs_in_and_gets_its_pages(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await ANNA.create(client)
        reply = await ANNA.sign_in(client)
        assert len(reply.token) == 32
        assert [(one.version, one.sealed) for one in reply.pages] == [(1, PAGE)]


async def test_the_keeper_answers_under_the_secret_that_made_the_door(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        alpha = ANNA.alpha()
        begun = await client.call(wire.AccountBegin(alpha=alpha, stamp=b""))
        finish = await ANNA.finish(client)
        door = dataclasses.replace(finish.doors[0], keeper_token=begun.keeper_token)
        await client.call(dataclasses.replace(finish, doors=(door,)))
        start = wire.SignInStart(id16=ANNA.id16, alpha=alpha, device_token=b"", stamp=b"")
        assert (await client.call(start)).beta == begun.beta


async def test_a_repeated_finish_is_harmless_and_another_is_told_that_the_name_is_taken(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        finish = await ANNA.finish(client)
        await client.call(finish)
        await client.call(finish)
        rival = await ANNA.finish(client)
        door = dataclasses.replace(rival.doors[0], auth_pk=seed("another key"))
        rival = dataclasses.replace(rival, doors=(door,), handle=seed("another", 16))
        assert await client.refusal(rival) is ErrorCode.NAME_TAKEN
        # The rival's attempt has changed nothing behind the door.
        await ANNA.sign_in(client)
        assert await generations(server) == 1


async def test_a_door_that_changed_since_the_start_does_not_sign_in(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await ANNA.create(client)
        facts = await ANNA.begin_sign_in(client)
        await server.relay.parts.db.write(
            lambda tx: tx.run("UPDATE accounts_doors SET gen = gen + 1")
        )
        assert await client.refusal(ANNA.proof(facts)) is ErrorCode.UNAUTHORISED


async def test_a_decoys_own_key_does_not_sign_in(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        pepper = SecretsDir(server.settings.data_dir).read(SecretName.PEPPER)
        facts = await ANNA.begin_sign_in(client)
        auth = SignSecret(kdf(pepper, labels.DECOY_SLOT, [ANNA.id16, 3]))
        assert sign_public(auth) == Doors(pepper).decoy(ANNA.id16).auth_pk
        forged = dataclasses.replace(ANNA.proof(facts), signature=sign_sign_in(auth, facts))
        assert await client.refusal(forged) is ErrorCode.UNAUTHORISED


async def test_a_taken_name_is_told_only_for_a_token_of_the_keeper(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await ANNA.create(client)
        finish = await ANNA.finish(client)
        door = dataclasses.replace(
            finish.doors[0], keeper_token=bytes(32), auth_pk=seed("another key")
        )
        invented = dataclasses.replace(finish, doors=(door,))
        assert await client.refusal(invented) is ErrorCode.EXPIRED


async def test_a_keeper_token_dies_after_ten_minutes(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        finish = await ANNA.finish(client)
        server.clock.elapse(10 * MS_PER_MINUTE)
        assert await client.refusal(finish) is ErrorCode.EXPIRED


async def test_a_crash_between_keeper_and_row_leaves_nothing_that_blocks(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        async with await server.connect() as client:
            finish = await ANNA.finish(client)
            # What the relay does before it dies: the keeper adopts, no row follows.
            doors = server.relay.parts.services.get(Doors)
            token = finish.doors[0].keeper_token
            await server.relay.parts.keeper.adopt(
                doors.key(ANNA.id16), doors.generation(token), token
            )
        await server.restart()
        async with await server.connect() as client:
            assert await client.refusal(finish) is ErrorCode.EXPIRED
            await ANNA.create(client)
            await ANNA.sign_in(client)
        assert await generations(server) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"kind": 0},
        {"doors": ()},
        {"pages": ()},
        {"pages": (PAGE, PAGE)},
        {"kind": AccountKind.STAFF},
    ],
)
async def test_an_account_of_the_wrong_shape_is_refused(
    tmp_path: Path, change: dict[str, object]
) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        finish = dataclasses.replace(await ANNA.finish(client), **change)  # type: ignore[arg-type]
        assert await client.refusal(finish) is ErrorCode.MALFORMED


async def test_one_door_twice_and_a_slot_of_another_shape_are_refused(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        finish = await ANNA.finish(client)
        twice = dataclasses.replace(finish, doors=finish.doors * 2)
        assert await client.refusal(twice) is ErrorCode.MALFORMED
        odd = dataclasses.replace(finish.doors[0], slot=bytes(113))
        assert (
            await client.refusal(dataclasses.replace(finish, doors=(odd,))) is ErrorCode.MALFORMED
        )


async def test_an_alpha_that_is_no_element_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        for alpha in (bytes(32), b"\xff" * 32):
            begin = wire.AccountBegin(alpha=alpha, stamp=b"")
            assert await client.refusal(begin) is ErrorCode.MALFORMED
            start = wire.SignInStart(id16=ANNA.id16, alpha=alpha, device_token=b"", stamp=b"")
            assert await client.refusal(start) is ErrorCode.MALFORMED


async def test_a_finish_without_a_start_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        finish = wire.SignInFinish(signature=bytes(64), subject16=b"", staff_signature=b"")
        assert await client.refusal(finish) is ErrorCode.WRONG_STATE


async def test_a_start_allows_one_finish_only(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await ANNA.create(client)
        facts = await ANNA.begin_sign_in(client)
        wrong = wire.SignInFinish(signature=bytes(64), subject16=b"", staff_signature=b"")
        assert await client.refusal(wrong) is ErrorCode.UNAUTHORISED
        assert await client.refusal(ANNA.proof(facts)) is ErrorCode.WRONG_STATE


async def test_a_second_start_replaces_the_first(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await ANNA.create(client)
        first = await ANNA.begin_sign_in(client)
        await ANNA.begin_sign_in(client)
        assert await client.refusal(ANNA.proof(first)) is ErrorCode.UNAUTHORISED


async def test_a_start_lives_two_minutes(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await ANNA.create(client)
        facts = await ANNA.begin_sign_in(client)
        server.clock.elapse(START_LIFE_MS)
        assert await client.refusal(ANNA.proof(facts)) is ErrorCode.EXPIRED


async def test_a_finish_works_on_the_connection_of_its_start_only(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        await server.connect() as client,
        await server.connect() as other,
    ):
        await ANNA.create(client)
        facts = await ANNA.begin_sign_in(client)
        assert await other.refusal(ANNA.proof(facts)) is ErrorCode.WRONG_STATE


@pytest.mark.parametrize("part", ["deployment_id", "door_id", "challenge", "alpha", "beta", "slot"])
async def test_the_signature_covers_everything_that_was_sent(tmp_path: Path, part: str) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await ANNA.create(client)
        facts = await ANNA.begin_sign_in(client)
        value: bytes = getattr(facts, part)
        flipped = bytes([value[0] ^ 1]) + value[1:]
        other = dataclasses.replace(facts, **{part: flipped})
        proof = wire.SignInFinish(
            signature=sign_sign_in(ANNA.auth, other), subject16=b"", staff_signature=b""
        )
        assert await client.refusal(proof) is ErrorCode.UNAUTHORISED


async def test_another_key_does_not_sign_in(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await ANNA.create(client)
        facts = await ANNA.begin_sign_in(client)
        forged = sign_sign_in(SignSecret(seed("a stranger")), facts)
        proof = wire.SignInFinish(signature=forged, subject16=b"", staff_signature=b"")
        assert await client.refusal(proof) is ErrorCode.UNAUTHORISED
        assert await client.refusal(wire.PageRead(page=0)) is ErrorCode.UNAUTHORISED


async def test_staff_prove_their_certified_key_in_the_same_step(tmp_path: Path) -> None:
    organisation = Organisation()
    organisation.found()
    admin = organisation.admin("Ada")
    anna = organisation.counsellor(admin, "Anna")
    account = Account("Anna", AccountKind.STAFF)
    async with serving(tmp_path) as server, await server.connect() as client:
        await publish(client, organisation)
        await account.create(client)
        reply = await account.sign_in(client, anna)
        assert len(reply.pages) == PAGES[AccountKind.STAFF]
        async with await server.connect() as again:
            attached = await again.call(wire.Attach(token=reply.token))
            assert (attached.kind, attached.subject16) == (AccountKind.STAFF, anna.subject16)


async def test_a_foreign_staff_key_and_a_seekers_account_do_not_become_staff(
    tmp_path: Path,
) -> None:
    organisation = Organisation()
    organisation.found()
    admin = organisation.admin("Ada")
    anna = organisation.counsellor(admin, "Anna")
    staff, seeker = Account("Anna", AccountKind.STAFF), Account("seeker")
    async with serving(tmp_path) as server, await server.connect() as client:
        await publish(client, organisation)
        await staff.create(client)
        await seeker.create(client)
        proof = staff.proof(await staff.begin_sign_in(client), anna)
        forged = dataclasses.replace(proof, staff_signature=bytes(64))
        assert await client.refusal(forged) is ErrorCode.UNAUTHORISED
        proof = staff.proof(await staff.begin_sign_in(client), anna)
        another = dataclasses.replace(proof, subject16=admin.subject16)
        assert await client.refusal(another) is ErrorCode.UNAUTHORISED
        proof = staff.proof(await staff.begin_sign_in(client), anna)
        nobody = dataclasses.replace(proof, subject16=b"")
        assert await client.refusal(nobody) is ErrorCode.UNAUTHORISED
        as_seeker = seeker.proof(await seeker.begin_sign_in(client), anna)
        assert await client.refusal(as_seeker) is ErrorCode.UNAUTHORISED


async def test_a_sign_in_survives_a_restart_and_ends_after_twelve_hours(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        async with await server.connect() as client:
            await ANNA.create(client)
            token = (await ANNA.sign_in(client)).token
        await server.restart()
        async with await server.connect() as client:
            assert (await client.call(wire.Attach(token=token))).kind == AccountKind.SEEKER
            assert (await client.call(wire.PageRead(page=0))).version == 1
            server.clock.elapse(SIGN_IN_HOURS * MS_PER_HOUR)
            assert await client.refusal(wire.PageRead(page=0)) is ErrorCode.UNAUTHORISED
            assert await client.refusal(wire.Attach(token=token)) is ErrorCode.UNAUTHORISED
        await server.elapse(0)
        rows = await server.relay.parts.db.read(
            lambda tx: tx.all("SELECT token_hash FROM accounts_sign_ins")
        )
        assert rows == []


async def test_signing_out_ends_the_sign_in_on_every_connection(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        await server.connect() as client,
        await server.connect() as other,
    ):
        await ANNA.create(client)
        token = (await ANNA.sign_in(client)).token
        await other.call(wire.Attach(token=token))
        await client.call(wire.SignOut())
        assert await client.refusal(wire.PageRead(page=0)) is ErrorCode.UNAUTHORISED
        assert await client.refusal(wire.Attach(token=token)) is ErrorCode.UNAUTHORISED
        assert await other.refusal(wire.PageRead(page=0)) is ErrorCode.UNAUTHORISED


async def test_an_invented_token_does_not_attach(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        assert await client.refusal(wire.Attach(token=bytes(32))) is ErrorCode.UNAUTHORISED


async def test_pages_are_saved_by_compare_and_swap(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await ANNA.create(client)
        await ANNA.sign_in(client)
        second = wire.PageSave(page=0, version=2, sealed=b"\x02" * 4_096)
        assert (await client.call(second)).version == 2
        assert (await client.call(second)).version == 2
        rival = wire.PageSave(page=0, version=2, sealed=b"\x03" * 4_096)
        assert await client.refusal(rival) is ErrorCode.CONFLICT
        ahead = wire.PageSave(page=0, version=4, sealed=b"\x03" * 4_096)
        assert await client.refusal(ahead) is ErrorCode.CONFLICT
        stored = await client.call(wire.PageRead(page=0))
        assert (stored.version, stored.sealed) == (2, second.sealed)


async def test_a_page_that_the_account_does_not_have_is_unknown(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await ANNA.create(client)
        await ANNA.sign_in(client)
        assert await client.refusal(wire.PageRead(page=1)) is ErrorCode.UNKNOWN
        save = wire.PageSave(page=1, version=1, sealed=PAGE)
        assert await client.refusal(save) is ErrorCode.UNKNOWN


@pytest.mark.parametrize(
    "command",
    [
        wire.PageRead(page=0),
        wire.PageSave(page=0, version=2, sealed=PAGE),
        wire.SignOut(),
    ],
)
async def test_nothing_of_an_account_opens_without_a_sign_in(
    tmp_path: Path, command: wire.PageRead
) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        assert await client.refusal(command) is ErrorCode.UNAUTHORISED
