"""Keeping the keeper's secrets in step with the rows of doors (protocol sections 1 and 3).

A door settles to the generation that its row names: the keeper deletes every other one, and all of
them where no row is left. If the keeper does not hold that generation, nothing is touched, because
the secret that would open the door may come back with the right copy.

Whoever writes or deletes the row of a door notes it in the same transaction, and the note stays
until the keeper has followed: at once, else by the regular job, which also runs at the start. So a
crash leaves nothing that an older copy of the rows could open. All doors are compared at the start
too, because either side may have been put back from an older copy.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress

from e2e_server.features.accounts import store
from e2e_server.features.accounts.doors import Begun, Doors
from e2e_server.features.boxes import Purger
from e2e_server.keeper.port import DoorState, GenerationError, Keeper, UnknownTokenError
from e2e_server.kernel.consent import Consent, is_large
from e2e_server.kernel.context import Context, JobContext
from e2e_server.storage.port import WriteTransaction

PAGE_DOORS = 1_000
CONSENT_FILE = "allow-door-sweep"


@asynccontextmanager
async def adopting(context: Context, begun: Iterable[Begun]) -> AsyncIterator[None]:
    """Have the keeper adopt secrets; the body stores their rows, and then all is settled.

    However the body ends, the keeper holds what the rows name: what was adopted in vain goes.
    UnknownTokenError, GenerationError.
    """
    async with context.services.get(Doors).turn:
        adopted = []
        try:
            for one in begun:
                # Before the answer, which may be lost although the keeper has adopted.
                adopted.append(one.door32)
                try:
                    await context.keeper.adopt(one.door32, one.gen, one.token)
                except (UnknownTokenError, GenerationError):
                    adopted.pop()
                    raise
            yield
        finally:
            await settle_noted(context, adopted)


async def settle_noted(parts: Context | JobContext, more: Sequence[bytes] = ()) -> None:
    """Settle the doors that are noted, and `more`; the caller has the turn. Idempotent."""
    owed = parts.services.get(Doors).owed
    owed.update(dict.fromkeys(more))
    noted = await parts.db.read(store.unsettled)
    doors = list(dict.fromkeys((*noted, *owed)))
    if not doors:
        return
    rows = await parts.db.read(lambda tx: [store.door(tx, one) for one in doors])
    for door32, row in zip(doors, rows, strict=True):
        if row is None:
            await parts.keeper.drop(door32)
        else:
            with suppress(GenerationError):
                await parts.keeper.settle(door32, row.gen)
        owed.pop(door32, None)
    if any(row is None for row in rows[: len(noted)]):
        # Slots, perhaps pages, were deleted: their bytes have to leave the files too.
        parts.services.get(Purger).owe(parts.clock.now_ms())

    def forget(tx: WriteTransaction) -> None:
        for door32 in noted:
            store.forget_unsettled(tx, door32)

    if noted:
        await parts.db.write(forget)


async def settle_doors(parts: JobContext) -> None:
    """Settle each door to its row, and drop those without; StartError where much would go.

    Nobody is served yet, so nothing that has no row is about to get one.
    """
    doors = await parts.db.read(store.door_generations)
    noted = await parts.db.read(store.unsettled)
    states = await _all_states(parts.keeper, doors)
    unnamed = await parts.keeper.unnamed_doors([*noted, *(door32 for door32, _ in doors)])
    losing = sum(state.held and state.others > 0 for state in states)
    consent = Consent(parts.settings.data_dir, CONSENT_FILE)
    if is_large(losing + len(unnamed), len(doors) + len(unnamed)):
        consent.need(
            f"{losing} of {len(doors)} doors have secrets that no account names,"
            f" and {len(unnamed)} secrets have lost their door"
        )
    pairs = zip(doors, states, strict=True)
    unsettled = [door for door, state in pairs if state.held and not state.is_settled_alone]
    for door32, gen in unsettled:
        await parts.keeper.settle(door32, gen)
    if unnamed:
        await parts.keeper.drop_keys(unnamed)
    consent.spend()
    unknown = sum(not state.held for state in states)
    if unsettled or unknown or unnamed:
        parts.oplog.note(
            "doors_settled", doors=len(unsettled), without_secret=unknown, without_row=len(unnamed)
        )


async def _all_states(keeper: Keeper, doors: Sequence[tuple[bytes, int]]) -> list[DoorState]:
    found: list[DoorState] = []
    for start in range(0, len(doors), PAGE_DOORS):
        found += await keeper.door_states(doors[start : start + PAGE_DOORS])
    return found
