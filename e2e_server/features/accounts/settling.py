"""Doors and the keeper's generations compared at the start (protocol section 1).

After a crash between two steps of making or changing a door, or when either side was put back from
an older copy, the keeper may hold a generation that no row names. A door settles to the row's
generation if the keeper holds it; if not, nothing is touched, because the secret that would open
the door may come back with the right copy.
"""

from __future__ import annotations

from collections.abc import Sequence

from e2e_server.features.accounts import store
from e2e_server.keeper.port import DoorState, Keeper
from e2e_server.kernel.consent import Consent, is_large
from e2e_server.kernel.context import JobContext

PAGE_DOORS = 1_000
CONSENT_FILE = "allow-door-sweep"


async def settle_doors(parts: JobContext) -> None:
    """Settle each door to its row; StartError where an operator has to say yes first."""
    doors = await parts.db.read(store.door_generations)
    states = await _all_states(parts.keeper, doors)
    pairs = list(zip(doors, states, strict=True))
    losing = sum(state.held and state.others > 0 for state in states)
    consent = Consent(parts.settings.data_dir, CONSENT_FILE)
    if is_large(losing, len(doors)):
        consent.need(f"{losing} of {len(doors)} doors have secrets that no account names")
    unsettled = [door for door, state in pairs if state.held and not state.is_settled_alone]
    for door32, gen in unsettled:
        await parts.keeper.settle(door32, gen)
    consent.spend()
    unknown = sum(not state.held for state in states)
    if unsettled or unknown:
        parts.oplog.note("doors_settled", doors=len(unsettled), without_secret=unknown)


async def _all_states(keeper: Keeper, doors: Sequence[tuple[bytes, int]]) -> list[DoorState]:
    found: list[DoorState] = []
    for start in range(0, len(doors), PAGE_DOORS):
        found += await keeper.door_states(doors[start : start + PAGE_DOORS])
    return found
