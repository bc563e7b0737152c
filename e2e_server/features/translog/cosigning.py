"""What a witness hands in: its cosignature over a checkpoint that this relay made."""

from __future__ import annotations

from crypto import cosignature
from crypto.certificate import CLOCK_TOLERANCE_MS
from crypto.cosignature import Witness, with_line
from crypto.errors import RemoteError
from crypto.statement import Policy
from crypto.wire import translog
from crypto.wire.base import Done
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.translog import publishing, store
from e2e_server.features.translog.cosigned import Cosigned, joined
from e2e_server.features.translog.log import StaffLog, log_of
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles

COSIGNED_PER_HOUR = 600


@handles(translog.LogCosign)
async def log_cosign(context: Context, command: translog.LogCosign) -> Done:
    """Keep a witness's line; `forbidden` unless it is one of POLICY's over a log of this relay.

    `stale`: this witness has cosigned that size at that time or later. `wrong_state`: its clock is
    more than ten minutes ahead.
    """
    counted = context.limits.count("log_cosign", context.connection.prefix)
    if counted.last_hour > COSIGNED_PER_HOUR:
        raise WireError(ErrorCode.RATE_LIMITED, retry_ms=60_000)
    log = log_of(context)
    async with log.turn:
        policy = log.view.policy()
        if policy is None or not 0 < command.size <= log.view.size:
            raise WireError(ErrorCode.FORBIDDEN)
        plain = log.sign_at(command.size)
        witness, time_s = _witness(policy, plain, command.line)
        if time_s * 1000 > context.clock.now_ms() + CLOCK_TOLERANCE_MS:
            raise WireError(ErrorCode.WRONG_STATE)
        await _keep(context, log, command, plain, witness, time_s)
        await publishing.write_notes_or_tell(context, log)
    return Done()


async def _keep(
    context: Context,
    log: StaffLog,
    command: translog.LogCosign,
    plain: bytes,
    witness: Witness,
    time_s: int,
) -> None:
    cosigned = context.services.get(Cosigned)
    before = cosigned.note_of(command.size)
    # A note from before a POLICY that renamed the log has lines that fit no more.
    if not before.startswith(plain):
        before = b""
    known = cosignature.cosigned(before, [witness]).get(witness[1].raw) if before else None
    if known is not None and known >= time_s:
        raise WireError(ErrorCode.STALE)
    note = joined(plain, before, command.line, witness)
    kept = cosigned.with_note(log.view, command.size, note)
    await context.db.write(lambda tx: store.put_cosigned(tx, kept.notes))
    context.services.put(Cosigned, kept)


def _witness(policy: Policy, plain: bytes, line: str) -> tuple[Witness, int]:
    """Return who of POLICY's witnesses gave the line, and its time (s)."""
    for witness in policy.witnesses:
        try:
            if "\n" in line:
                break
            times = cosignature.cosigned(with_line(plain, line), [witness])
        except RemoteError as error:
            raise WireError(ErrorCode.FORBIDDEN) from error
        if times:
            return witness, times[witness[1].raw]
    raise WireError(ErrorCode.FORBIDDEN)
