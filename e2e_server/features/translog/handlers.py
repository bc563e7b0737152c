"""Publishing and reading the log."""

from __future__ import annotations

from crypto.errors import RemoteError
from crypto.keys import SignSecret
from crypto.logview import replay
from crypto.primitives import sign_public
from crypto.statement import Policy
from crypto.wire import translog
from crypto.wire.base import Event
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.bus.port import Ref
from e2e_server.config import Settings
from e2e_server.features.translog import store
from e2e_server.features.translog.appending import append
from e2e_server.features.translog.cosigned import Cosigned
from e2e_server.features.translog.files import LogFiles
from e2e_server.features.translog.log import LOG_TOPIC, StaffLog, log_of
from e2e_server.features.translog.publishing import open_files, write_notes
from e2e_server.kernel.context import Connection, Context, JobContext, StaffDirectory
from e2e_server.kernel.errors import StartError
from e2e_server.kernel.slices import handles
from e2e_server.secrets_dir import SecretName, SecretsDir
from e2e_server.storage.port import ReadTransaction

PUBLISHED_PER_HOUR = 600
_ALL = 2**53 - 1


@handles(translog.LogPublish)
async def log_publish(context: Context, command: translog.LogPublish) -> translog.LogPublishReply:
    """Take a statement that counts; its signature decides, so no sign-in is asked for."""
    counted = context.limits.count("log_publish", context.connection.prefix)
    if counted.last_hour > PUBLISHED_PER_HOUR:
        raise WireError(ErrorCode.RATE_LIMITED, retry_ms=60_000)
    leaf, payload = command.statement.leaf, command.statement.payload
    log = log_of(context)
    async with log.turn:
        index = await append(context, leaf, payload)
    return translog.LogPublishReply(index=index)


@handles(translog.LogRead)
async def log_read(context: Context, command: translog.LogRead) -> translog.LogReadReply:
    """Return statements from `start` on; the connection hears of later ones."""
    log = log_of(context)
    _follow(context.connection, log)
    cosigned = context.services.get(Cosigned).newest(log.view)
    return await context.db.read(lambda tx: _read(tx, log, command.start, cosigned))


async def start(parts: JobContext) -> None:
    """Judge the stored log again, whole: rows are not believed."""
    rows = await parts.db.read(lambda tx: store.from_index(tx, 0, _ALL))
    try:
        view = replay(
            parts.site.fingerprint,
            [row.leaf for row in rows],
            [row.payload for row in rows],
            parts.site.deployment_id,
        )
    except RemoteError as error:
        raise StartError("the stored staff log does not belong to this site.json") from error
    keys = _keys(parts.settings, view.policy())
    log = StaffLog(keys, view, parts.site.deployment_id, parts.settings.retention_hours)
    parts.services.put(StaffLog, log)
    parts.services.put(Cosigned, Cosigned(await parts.db.read(store.cosigned)))
    parts.services.put(LogFiles, open_files(parts, view, rows))
    await write_notes(parts, log)
    parts.services.put(StaffDirectory, log)


def _keys(settings: Settings, policy: Policy | None) -> tuple[SignSecret, ...]:
    """Return the log key and the next one, if it waits; one that POLICY names waits no longer."""
    secrets = SecretsDir(settings.data_dir)
    names = [SecretName.LOG_KEY]
    names += [SecretName.NEXT_LOG_KEY] if secrets.has(SecretName.NEXT_LOG_KEY) else []
    keys = tuple(SignSecret(secrets.read(one)) for one in names)
    if policy is None or policy.log_pk == sign_public(keys[0]):
        return keys
    if policy.log_pk != sign_public(keys[-1]):
        raise StartError("POLICY names a log key that is not here: put the key file log-key back")
    return keys[-1:]


def _read(tx: ReadTransaction, log: StaffLog, start: int, cosigned: bytes) -> translog.LogReadReply:
    rows = store.from_index(tx, start, translog.MAX_STATEMENTS)
    note = store.checkpoint(tx)
    return translog.LogReadReply(
        statements=tuple(translog.Statement(leaf=row.leaf, payload=row.payload) for row in rows),
        size=store.size(tx),
        checkpoint=log.sign(log.view) if note is None else note,
        cosigned=cosigned,
    )


def _follow(connection: Connection, log: StaffLog) -> None:
    told = log.view.size

    async def grown(refs: tuple[Ref, ...]) -> tuple[Event, ...]:
        nonlocal told
        if log.view.size <= told:
            return ()
        told = log.view.size
        return (translog.LogGrown(size=told),)

    if not connection.is_subscribed(LOG_TOPIC):
        connection.subscribe(LOG_TOPIC, grown)
