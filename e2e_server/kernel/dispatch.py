"""The one place where a command is let through to its room: sign-in, role, stamp, capability.

Frame size, shape, kind of credential and rate were judged by `session`; whether a capability opens
anything is in the room's rows. A handler never runs before all of it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from crypto.credential import cap_hash
from crypto.keys import CapSecret
from crypto.wire.base import Command, Credential, Reply
from crypto.wire.codec import encode_refusal, encode_reply
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.kernel import Challenge, ChallengeReply, Ping, Pong
from e2e_server.kernel.connection import Connection, SignIn
from e2e_server.kernel.context import Context, JobContext, StaffDirectory
from e2e_server.kernel.errors import refusal_of
from e2e_server.kernel.session import Perform
from e2e_server.kernel.slices import Handler, Slice, handles

_WITH_SIGN_IN = (Credential.SIGN_IN, Credential.STAFF)
_WITH_CAPABILITY = (Credential.TICKET, Credential.BOX)


class Dispatcher:
    """Answers commands with encoded frames; used by the WebSocket and by HTTP alike."""

    def __init__(self, parts: JobContext, handlers: Mapping[str, Handler[Any]]) -> None:
        self._parts = parts
        self._handlers = handlers

    async def answer(self, connection: Connection, perform: Perform) -> bytes:
        """Run one command and return its reply or refusal as a frame; raises nothing of its own."""
        try:
            reply = await self.run(connection, perform.command, perform.credential)
            return encode_reply(perform.request, reply)
        except Exception as error:
            refusal = refusal_of(error)
            if refusal is None:
                refusal = WireError(ErrorCode.INTERNAL)
            if refusal.code in (ErrorCode.INTERNAL, ErrorCode.STORAGE):
                name = perform.command.META.name
                self._parts.oplog.fault("command_failed", error, command=name)
            return encode_refusal(perform.request, refusal.code, refusal.retry_ms)

    async def run(self, connection: Connection, command: Command[Any], credential: bytes) -> Reply:
        """Check what the command declares, then let its room answer; WireError when refused."""
        context = self.context(connection, command, credential)
        reply: Reply = await self._handlers[command.META.name](context, command)
        return reply

    def context(self, connection: Connection, command: Command[Any], credential: bytes) -> Context:
        """Return the context of one command; WireError when it may not be performed."""
        meta = command.META
        sign_in = connection.sign_in
        if sign_in is not None and sign_in.expires_ms <= self._parts.clock.now_ms():
            sign_in = connection.sign_in = None
        if meta.credential in _WITH_SIGN_IN and sign_in is None:
            raise WireError(ErrorCode.UNAUTHORISED)
        if meta.credential is Credential.STAFF and sign_in is not None:
            sign_in = self._certified(sign_in, command)
        if meta.stamped:
            given: bytes = getattr(command, "stamp", b"")
            self._parts.limits.stamps.spend(meta.name, given)
        with_capability = meta.credential in _WITH_CAPABILITY
        hashed = cap_hash(CapSecret(credential)) if with_capability else b""
        return self.bare_context(connection, sign_in, hashed)

    def bare_context(
        self, connection: Connection, sign_in: SignIn | None = None, hashed: bytes = b""
    ) -> Context:
        """Return a context without any check, for the HTTP routes of rooms."""
        parts = self._parts
        return Context(
            db=parts.db,
            bus=parts.bus,
            keeper=parts.keeper,
            clock=parts.clock,
            settings=parts.settings,
            site=parts.site,
            limits=parts.limits,
            services=parts.services,
            oplog=parts.oplog,
            connection=connection,
            sign_in=sign_in,
            cap_hash=hashed,
        )

    def _certified(self, sign_in: SignIn, command: Command[Any]) -> SignIn:
        """Return the sign-in with the role of the certificate that is in force at this moment."""
        if not sign_in.subject16:
            raise WireError(ErrorCode.UNAUTHORISED)
        directory = self._parts.services.get(StaffDirectory)  # type: ignore[type-abstract]  # a key
        standing = directory.standing(sign_in.subject16, self._parts.clock.now_ms())
        # The person may have been certified anew under another key since this sign-in.
        if standing is None or standing.sign_pk != sign_in.staff_pk:
            raise WireError(ErrorCode.FORBIDDEN)
        if command.META.roles and standing.role not in command.META.roles:
            raise WireError(ErrorCode.FORBIDDEN)
        return dataclasses.replace(
            sign_in, role=standing.role, certificate_hash=standing.certificate_hash
        )


@handles(Ping)
async def ping(context: Context, command: Ping) -> Pong:
    """Answer the heartbeat."""
    return Pong(now_ms=context.clock.now_ms())


# A late sign-in start costs work whatever the load; the room `accounts` asks for at least this.
LATE_START_COMMAND = "sign_in_start"
LATE_START_BITS = 16


@handles(Challenge)
async def challenge(context: Context, command: Challenge) -> ChallengeReply:
    """Hand out a challenge for a stamp."""
    if not command.command.isascii():
        raise WireError(ErrorCode.UNKNOWN)
    minimum = LATE_START_BITS if command.command == LATE_START_COMMAND else 0
    offer = context.limits.stamps.offer(command.command, minimum)
    return ChallengeReply(
        challenge=offer.challenge, difficulty=offer.difficulty, expires_ms=offer.expires_ms
    )


KERNEL_SLICE = Slice(name="kernel", handlers=(ping, challenge))
