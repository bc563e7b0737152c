"""The keeper inside the server process, on a database of its own. See `port.Keeper`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crypto import labels, oprf
from crypto.primitives import equal, kdf
from crypto.random import Rand, random_bytes
from e2e_server.keeper import store
from e2e_server.keeper.budget import Budgets, day_of
from e2e_server.keeper.founding import (
    SCHEMA_PATH,
    KeeperFolders,
    found,
    make_folders,
    must_not_replace_a_copy,
)
from e2e_server.keeper.mirror import MirroredDatabase
from e2e_server.keeper.port import (
    BEGIN_MS,
    BOX_BYTES,
    DOOR_BYTES,
    RESUME_ID_BYTES,
    SHARE_BYTES,
    TOKEN_BYTES,
    DoorState,
    HeldShare,
    KeeperError,
    KeeperFullError,
    KeeperState,
    NoShareError,
    Resumable,
    UnknownTokenError,
    WrongKeeperError,
    share_key,
)
from e2e_server.keeper.resume import ResumeSlots
from e2e_server.keeper.sealed_copy import KeeperCopy, write_copy
from e2e_server.storage.schema import load_schema

__all__ = ["EmbeddedKeeper", "KeeperFolders", "open_embedded"]

MAX_PENDING = 4096
_HOUR_MS = 3600 * 1000


@dataclass(slots=True)
class _Pending:
    """A secret that waits for `adopt`; `door` once it has served one."""

    scalar: bytes
    expires_ms: int
    door: tuple[bytes, int] | None = None

    def __repr__(self) -> str:
        return "_Pending(redacted)"


async def open_embedded(
    folders: KeeperFolders,
    *,
    seed: bytes,
    now_ms: Callable[[], int],
    expected_instance_id: bytes | None,
    operator_public: bytes | None = None,
    rand: Rand = random_bytes,
) -> EmbeddedKeeper:
    """Open the keeper, bring its two files together, write the sealed copy.

    `expected_instance_id` is what the relay's database names; only without one (the relay is new)
    a missing keeper is founded. WrongKeeperError for another, an empty or a lost keeper.
    """
    schema = load_schema(SCHEMA_PATH)
    if not any(path.exists() for path in folders.files):
        if expected_instance_id is not None:
            raise WrongKeeperError("the keeper is missing, but this relay has had one")
        must_not_replace_a_copy(folders)
        await asyncio.to_thread(make_folders, folders)
        founded = rand(16)
        await found(folders.files[0], schema, now_ms, lambda tx: store.found(tx, founded, 1))
    await asyncio.to_thread(make_folders, folders)
    database = MirroredDatabase(*folders.files, schema, now_ms)
    repaired = await database.open()
    try:
        instance_id, _ = await database.read(store.identity)
        if expected_instance_id is not None and not equal(instance_id, expected_instance_id):
            raise WrongKeeperError("this keeper belongs to another relay")
        day = day_of(now_ms())
        spent = await database.read(lambda tx: store.budgets(tx, day))
        budgets = Budgets(day, [(cell, used) for cell, used in spent])
        keeper = EmbeddedKeeper(
            folders, database, budgets, seed, now_ms, operator_public, rand, bytes(instance_id)
        )
        keeper.repaired = repaired
        if operator_public is not None:
            await keeper.write_copy()
    except BaseException:
        await database.close()
        raise
    return keeper


class EmbeddedKeeper:
    """A `port.Keeper`; made by `open_embedded`."""

    def __init__(
        self,
        folders: KeeperFolders,
        database: MirroredDatabase,
        budgets: Budgets,
        seed: bytes,
        now_ms: Callable[[], int],
        operator_public: bytes | None,
        rand: Rand,
        instance_id: bytes,
    ) -> None:
        self.instance_id = instance_id
        self.repaired = ""
        self._folders = folders
        self._database = database
        self._budgets = budgets
        self._copy_turn = asyncio.Lock()
        self._seed = seed
        self._now_ms = now_ms
        self._operator_public = operator_public
        self._rand = rand
        self._pending: dict[bytes, _Pending] = {}
        self._resume = ResumeSlots()
        self._copy_ms: int | None = None

    async def begin(self, alpha: bytes) -> tuple[bytes, bytes]:
        """Draw a secret that waits for `adopt`; return token and beta."""
        self._expire_pending()
        if len(self._pending) >= MAX_PENDING:
            raise KeeperFullError("too many doors are being made")
        scalar = oprf.random_scalar(self._rand)
        beta = oprf.evaluate(scalar, alpha)
        token = self._rand(TOKEN_BYTES)
        self._pending[token] = _Pending(scalar, self._now_ms() + BEGIN_MS)
        return token, beta

    async def adopt(self, door32: bytes, gen: int, token: bytes) -> None:
        """Make the pending secret generation `gen` of the door."""
        key = self._door_key(door32)
        self._expire_pending()
        pending = self._pending.get(token)
        if pending is None or pending.door not in (None, (key, gen)):
            raise UnknownTokenError("begin again")
        scalar, pending.door = pending.scalar, (key, gen)
        await self._database.write(lambda tx: store.adopt(tx, key, gen, scalar))

    async def settle(self, door32: bytes, gen: int) -> None:
        """Delete every other generation, physically."""
        key = self._door_key(door32)
        await self._database.write(lambda tx: store.settle(tx, key, gen))
        await self._database.checkpoint()

    async def door_states(self, doors: Sequence[tuple[bytes, int]]) -> list[DoorState]:
        """Tell what is held for each."""
        named = [(self._door_key(door32), gen) for door32, gen in doors]
        return await self._database.read(
            lambda tx: [store.door_state(tx, key, gen) for key, gen in named]
        )

    async def eval(self, door32: bytes, gen: int, alpha: bytes) -> bytes:
        """Return beta; the same steps for a known and an unknown door."""
        key = self._door_key(door32)
        await self._spend(key)
        held = await self._database.read(lambda tx: store.door_secret(tx, key, gen))
        decoy = oprf.scalar_from(kdf(self._seed, labels.DECOY_SCALAR, [key, gen], 64))
        return oprf.evaluate(decoy if held is None else held, alpha)

    async def drop(self, door32: bytes) -> None:
        """Delete every generation of the door, physically."""
        await self.drop_keys([self._door_key(door32)])

    async def drop_keys(self, door_keys: Sequence[bytes]) -> None:
        """Delete doors by their keys, physically."""
        keys = tuple(door_keys)
        await self._database.write(lambda tx: store.drop_doors(tx, keys))
        await self._database.checkpoint()

    async def unnamed_doors(self, doors: Sequence[bytes]) -> list[bytes]:
        """Keys of the doors that are held and are not among these."""
        named = {self._door_key(door32) for door32 in doors}
        return [key for key in await self._database.read(store.door_keys) if key not in named]

    async def share_new(self, box16: bytes) -> bytes:
        """Return the box's share, drawn at the first call."""
        key, drawn, hour = _share_key(box16), self._rand(SHARE_BYTES), self._now_ms() // _HOUR_MS
        return await self._database.write(lambda tx: store.add_share(tx, key, drawn, hour))

    async def share_get(self, box16: bytes) -> bytes:
        """Return the box's share."""
        key = _share_key(box16)
        held = await self._database.read(lambda tx: store.share(tx, key))
        if held is None:
            raise NoShareError("no share for this box")
        return held

    async def share_drop(self, box16: bytes) -> None:
        """Delete the box's share, physically."""
        await self.share_drop_keys([_share_key(box16)])

    async def share_drop_keys(self, share_keys: Sequence[bytes]) -> None:
        """Delete shares by their keys, physically."""
        keys = tuple(share_keys)
        await self._database.write(lambda tx: store.drop_shares(tx, keys))
        # Always, even when none was held: an earlier call may have failed exactly here.
        await self._database.checkpoint()

    async def share_list(self, after: bytes, limit: int) -> list[HeldShare]:
        """Shares in the order of their keys."""
        return await self._database.read(lambda tx: store.shares_after(tx, after, limit))

    async def resume_put(self, resume_id: bytes, kept: Resumable, expires_ms: int) -> None:
        """Keep a resume slot in memory."""
        _need(resume_id, RESUME_ID_BYTES)
        self._resume.put(resume_id, kept, expires_ms, self._now_ms())

    async def resume_get(self, resume_id: bytes) -> Resumable | None:
        """Return the slot, or None."""
        return self._resume.get(resume_id, self._now_ms())

    async def resume_drop(self, resume_id: bytes) -> None:
        """Forget the slot."""
        self._resume.drop(resume_id)

    async def sweep(self) -> None:
        """Forget what is due in memory, and how often doors were tried on earlier days."""
        self._resume.expire(self._now_ms())
        self._expire_pending()
        today = day_of(self._now_ms())
        if await self._database.read(lambda tx: store.has_budgets_before(tx, today)):
            await self._database.write(lambda tx: store.drop_budgets_before(tx, today))

    async def state(self) -> KeeperState:
        """Counts, instance id, age of the sealed copy."""
        doors, shares = await self._database.read(store.counts)
        return KeeperState(
            instance_id=self.instance_id,
            doors=doors,
            shares=shares,
            resume_slots=len(self._resume),
            copy_ms=self._copy_ms,
            repaired=self.repaired,
        )

    async def write_copy(self) -> None:
        """Replace the sealed copy; KeeperError without an operator key."""
        public = self._operator_public
        if public is None:
            raise KeeperError("no operator key: the sealed copy cannot be written")
        async with self._copy_turn:
            written_ms = self._now_ms()
            (_, version), doors, shares = await self._database.read(
                lambda tx: (store.identity(tx), store.all_doors(tx), store.all_shares(tx))
            )
            copy = KeeperCopy(
                instance_id=self.instance_id,
                version=version,
                written_ms=written_ms,
                seed=self._seed,
                doors=tuple(doors),
                shares=tuple(shares),
            )
            await asyncio.to_thread(write_copy, self._folders.copy, copy, public)
            self._copy_ms = written_ms

    async def close(self) -> None:
        """Let go of files and memory."""
        self._pending.clear()
        self._resume.clear()
        await self._database.close()

    async def _spend(self, door_key: bytes) -> None:
        cell = Budgets.cell(door_key)
        # Counted before it waits for the disk: should that fail, one is lost, never one gained.
        day, used = self._budgets.take(cell, self._now_ms())
        await self._database.write(lambda tx: store.keep_budget(tx, cell, day, used))

    def _door_key(self, door32: bytes) -> bytes:
        _need(door32, DOOR_BYTES)
        return kdf(self._seed, labels.DOOR, door32)

    def _expire_pending(self) -> None:
        now_ms = self._now_ms()
        # Insertion order is expiry order, unless the clock was set back: then they die later.
        while self._pending:
            token = next(iter(self._pending))
            if self._pending[token].expires_ms > now_ms:
                return
            del self._pending[token]


def _share_key(box16: bytes) -> bytes:
    _need(box16, BOX_BYTES)
    return share_key(box16)


def _need(raw: bytes, size: int) -> None:
    if len(raw) != size:
        raise KeeperError(f"an id of {size} bytes is needed")
