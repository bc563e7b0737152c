"""One statement more: judged, signed, stored, announced. Every leaf comes in through here."""

from __future__ import annotations

from crypto.certificate import leaf_hash, make_leaf
from crypto.publication import Deletions
from crypto.statement import DAY_MS
from e2e_server.features.translog import publishing, store
from e2e_server.features.translog.log import LOG_TOPIC, Grown, log_of
from e2e_server.kernel.context import Context, JobContext
from e2e_server.storage.port import WriteTransaction


async def append(parts: Context | JobContext, leaf: bytes, payload: bytes) -> int:
    """Take a statement that counts and return its place; `bad_statement`. Under `log.turn`."""
    log, hashed = log_of(parts), leaf_hash(leaf)
    known = log.index_of(hashed)
    if known is not None:
        return known
    grown = log.judge(leaf, payload)
    row = store.LeafRow(leaf=leaf, payload=payload)
    await parts.db.write(lambda tx: _append(tx, hashed, row, grown))
    log.view = grown.view
    await publishing.write_grown(parts, log)
    return grown.view.size - 1


async def enter_deletions(parts: JobContext, day: int, count: int, root: bytes) -> bool:
    """Sign a day's deletions with the log key and append them; once a day, whoever asks again.

    `day`: days since epoch, UTC, over by now; every day since the last one entered, in order. False
    while no POLICY names the log: the organisation is just being founded.
    """
    log = log_of(parts)
    async with log.turn:
        if log.view.policy() is None:
            return False
        if log.view.deletions(day) is None:
            deletions = Deletions(day=day, count=count, root=root)
            now_ms = max(parts.clock.now_ms(), (day + 1) * DAY_MS)
            deployment_id = parts.site.deployment_id
            leaf = make_leaf(log.key, deployment_id, deletions, now_ms, Deletions.max_ms)
            await append(parts, leaf, deletions.encode())
    return True


def _append(tx: WriteTransaction, hashed: bytes, row: store.LeafRow, grown: Grown) -> None:
    store.append(tx, grown.view.size - 1, hashed, row)
    store.put_checkpoint(tx, grown.note)
    tx.announce(LOG_TOPIC, grown.view.size)
