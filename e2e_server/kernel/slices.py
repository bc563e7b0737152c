"""How a room shows itself to the kernel: handlers, jobs, routes, a start hook, a health figure.

@handles(live.Wait)
async def wait(context: Context, command: live.Wait) -> live.WaitReply: ...

SLICE = Slice(name="live", handlers=(wait, ...), jobs=(Job(name="live.sweep", ...),))
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from aiohttp import web

from crypto.wire.base import Command, Reply
from e2e_server.kernel.context import Context, JobContext
from e2e_server.kernel.errors import StartError

R = TypeVar("R", bound=Reply)
Health = Callable[[JobContext], Awaitable[Mapping[str, int]]]
Start = Callable[[JobContext], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Handler(Generic[R]):
    """A room's function for one command; calling it calls the function."""

    command: type[Command[R]]
    run: Callable[[Context, Any], Awaitable[R]]

    def __call__(self, context: Context, command: Command[R]) -> Awaitable[R]:
        return self.run(context, command)


def handles(
    command: type[Command[R]],
) -> Callable[[Callable[[Context, Any], Awaitable[R]]], Handler[R]]:
    """Declare which command a function answers."""

    def mark(run: Callable[[Context, Any], Awaitable[R]]) -> Handler[R]:
        return Handler(command, run)

    return mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something regular. It runs at start-up too, so a week of downtime is caught up with.

    A job must be idempotent and safe to lose: deadlines lie in rows, this is only the trigger.
    """

    name: str
    run: Callable[[JobContext], Awaitable[None]]
    every_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An HTTP path of a room, in aiohttp's notation; the handler gets a context without sign-in."""

    method: str
    path: str
    run: Callable[[Context, web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One room. `start` runs before anything is served; `health` gives figures without ids."""

    name: str
    handlers: tuple[Handler[Any], ...] = ()
    jobs: tuple[Job, ...] = ()
    routes: tuple[Route, ...] = ()
    start: Start | None = None
    health: Health | None = None


def handlers_by_name(
    slices: Iterable[Slice], commands: Mapping[str, type[Command[Any]]]
) -> Mapping[str, Handler[Any]]:
    """Return each command's handler; StartError unless every command has exactly one."""
    found: dict[str, Handler[Any]] = {}
    for slice_ in slices:
        for handler in slice_.handlers:
            name = handler.command.META.name
            if commands.get(name) is not handler.command:
                raise StartError(f"room {slice_.name} answers {name}, which the wire does not know")
            if name in found:
                raise StartError(f"the command {name} has two handlers")
            found[name] = handler
    missing = sorted(set(commands) - set(found))
    if missing:
        raise StartError(f"no room answers {', '.join(missing)}")
    return found
