"""Regular clients: what a relation opens, who ends it, and what of it lies in the database."""

from __future__ import annotations

import asyncio
from pathlib import Path

from crypto.credential import cap_hash
from crypto.keys import CapSecret
from crypto.wire.capacity import RelationDrop, RelationEnd, RelationPut
from crypto.wire.errors import ErrorCode
from e2e_server.features.capacity.relations import RELATION_DAYS
from tests.features.capacity.test_places import sets, taken, team
from tests.helpers.livecast import Counsellor, House
from tests.helpers.organisation import seed
from tests.helpers.writtencast import DAY_MS, Writer, row_of, writer

RELATION = seed("relation of Sam with Anna")


def hash_of(relation: bytes) -> bytes:
    return cap_hash(CapSecret(relation))


async def gives(who: Counsellor, relation: bytes = RELATION, *, is_known: int = 0) -> None:
    """Make somebody a regular client, or one who is only known."""
    await who.client.call(RelationPut(relation_hash=hash_of(relation), is_known=is_known))


async def opens(home: House, name: str, to: Counsellor | None, relation: bytes) -> Writer:
    """Somebody new writes and shows a relation."""
    one = await writer(home, name)
    await one.creates()
    await one.client.call(one.to_one(to) if to else one.to_team(), one.box_cap)
    await one.opens(addressee=to.person.subject16 if to else b"", relation=relation)
    return one


async def refused(home: House, name: str, to: Counsellor, relation: bytes) -> ErrorCode:
    one = await writer(home, name)
    command = one.open_command(addressee=to.person.subject16, relation=relation)
    return await one.refused(command)


async def test_a_regular_client_passes_where_others_do_not(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, _):
        await gives(anna)
        for number, (places, only) in enumerate(((0, 0), (1, 0), (1_000, 1), (0, 1))):
            await sets(anna, places, only=only)
            if places == 1:
                assert await taken(anna) == 1
            assert await refused(home, f"Stranger {number}", anna, b"") is ErrorCode.AT_CAPACITY
            one = await opens(home, f"Sam {number}", anna, RELATION)
            assert (await row_of(anna, one)).has_regular == 1
        assert await taken(anna) == 4


async def test_who_is_known_passes_where_strangers_do_not_but_for_regular_clients_only(
    tmp_path: Path,
) -> None:
    async with team(tmp_path) as (home, anna, berta):
        await gives(anna, is_known=1)
        for number, places in enumerate((0, 1)):
            await sets(anna, places)
            if places == 1:
                assert await taken(anna) == 1
            assert await refused(home, f"Stranger {number}", anna, b"") is ErrorCode.AT_CAPACITY
            one = await opens(home, f"Sam {number}", anna, RELATION)
            # To the team it is nobody's regular client.
            assert (await row_of(anna, one)).has_regular == 0
        assert await taken(anna) == 2
        await sets(berta, 0)
        assert await refused(home, "Elsewhere", berta, RELATION) is ErrorCode.AT_CAPACITY
        for places in (0, 1_000):
            await sets(anna, places, only=1)
            refusal = await refused(home, f"Only {places}", anna, RELATION)
            assert refusal is ErrorCode.AT_CAPACITY
        # Made a regular client by the same relation, and only known again.
        await gives(anna)
        await opens(home, "Regular", anna, RELATION)
        await gives(anna, is_known=1)
        assert await refused(home, "No more", anna, RELATION) is ErrorCode.AT_CAPACITY


async def test_of_ten_at_once_whoever_is_known_passes_and_no_stranger(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, _):
        await sets(anna, 1)
        everybody = [await writer(home, f"Sam {n}") for n in range(10)]
        known = [seed(f"relation {n}") for n in range(4)]
        for relation in known:
            await gives(anna, relation, is_known=1)
        shown = [*known, *(seed(f"guessed {n}") for n in range(6))]
        found = await asyncio.gather(
            *(
                one.opens(addressee=anna.person.subject16, relation=relation)
                for one, relation in zip(everybody, shown, strict=True)
            ),
            return_exceptions=True,
        )
        assert not [one for one in found[:4] if isinstance(one, BaseException)]
        # Of strangers at most the one who was there before them all.
        assert sum(not isinstance(one, BaseException) for one in found[4:]) <= 1


async def test_a_relation_opens_the_way_to_whom_it_is_with_and_to_nobody_else(
    tmp_path: Path,
) -> None:
    async with team(tmp_path) as (home, anna, berta):
        await gives(anna)
        await sets(berta, 0)
        assert await refused(home, "Sam", berta, RELATION) is ErrorCode.AT_CAPACITY
        await sets(anna, 0)
        for number, wrong in enumerate((bytes(32), hash_of(RELATION), seed("guessed"))):
            refusal = await refused(home, f"Liar {number}", anna, wrong)
            assert refusal is ErrorCode.AT_CAPACITY


async def test_the_team_sees_that_somebody_has_a_regular_counsellor_and_not_whom(
    tmp_path: Path,
) -> None:
    async with team(tmp_path) as (home, anna, berta):
        await gives(anna)
        proves = await opens(home, "Sam", None, RELATION)
        lies = await opens(home, "Tom", None, seed("guessed"))
        silent = await opens(home, "Uma", None, b"")
        rows = [await row_of(berta, one) for one in (proves, lies, silent)]
        assert [row.has_regular for row in rows] == [1, 0, 0]
        # Nothing of the relation lies with the ticket.
        (columns,) = await home.rows(
            "SELECT * FROM enquiries_tickets WHERE ticket16 = $1", proves.ticket16
        )
        assert not {RELATION, hash_of(RELATION), anna.person.subject16} & set(columns)


async def test_either_side_ends_it(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, berta):
        await sets(anna, 0)
        sam = await writer(home, "Sam")
        for by_seeker in (True, False):
            await gives(anna)
            await gives(anna)
            # A colleague can neither take it for their own nor end it.
            put = RelationPut(relation_hash=hash_of(RELATION), is_known=0)
            assert await berta.client.refusal(put) is ErrorCode.CONFLICT
            await berta.client.call(RelationDrop(relation_hash=hash_of(RELATION)))
            await opens(home, f"Regular {by_seeker}", anna, RELATION)
            for _ in range(2):
                if by_seeker:
                    await sam.client.call(RelationEnd(), RELATION)
                else:
                    await anna.client.call(RelationDrop(relation_hash=hash_of(RELATION)))
            assert await refused(home, f"Late {by_seeker}", anna, RELATION) is (
                ErrorCode.AT_CAPACITY
            )
        assert await home.rows("SELECT * FROM capacity_relations") == []


async def test_only_counsellors_give_relations(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, _, _):
        sam, ada = await writer(home, "Sam"), await home.counsellor("Ada")
        for command in (
            RelationPut(relation_hash=hash_of(RELATION), is_known=0),
            RelationDrop(relation_hash=hash_of(RELATION)),
        ):
            assert await sam.client.refusal(command) is ErrorCode.UNAUTHORISED
            assert await ada.client.refusal(command) is ErrorCode.FORBIDDEN


async def test_it_ends_by_itself_also_before_the_sweep(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, _):
        await gives(anna)
        (row,) = await home.rows("SELECT * FROM capacity_relations")
        today = home.server.clock.now_ms() // DAY_MS
        # Hash, whose, its kind, and a day; neither who has it nor when it is shown.
        assert row == (hash_of(RELATION), anna.person.subject16, 0, today + RELATION_DAYS)
        store = home.server.relay.parts.db

        def end(tx: object) -> None:
            tx.run("UPDATE capacity_relations SET ends_day = $1", today)  # type: ignore[attr-defined]

        await store.write(end)
        await sets(anna, 0)
        assert await refused(home, "Sam", anna, RELATION) is ErrorCode.AT_CAPACITY
        await home.elapse(2 * 3_600_000)
        assert await home.rows("SELECT * FROM capacity_relations") == []
