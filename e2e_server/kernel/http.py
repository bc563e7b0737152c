"""HTTP: the built pages, /ws, one-frame commands, health, and the paths that rooms add.

No access log: aiohttp's is off, and nothing here writes one. Every answer that is not a built page
carries headers that let a browser do nothing with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from aiohttp import web
from aiohttp.typedefs import Handler as WebHandler

from crypto.errors import RemoteError
from crypto.wire.codec import decode_command, encode_refusal
from crypto.wire.errors import ErrorCode
from e2e_server.kernel.bare import make_bare
from e2e_server.kernel.connection import Connection
from e2e_server.kernel.context import JobContext
from e2e_server.kernel.dispatch import Dispatcher
from e2e_server.kernel.errors import refusal_of
from e2e_server.kernel.gateway import Gateway
from e2e_server.kernel.jobs import Jobs
from e2e_server.kernel.origin import Origins
from e2e_server.kernel.session import Commands, Perform, fault_of
from e2e_server.kernel.slices import Route, Slice
from e2e_server.kernel.static import Page, response_of

FRAME_TYPE = "application/octet-stream"
# What browsers carry in a request that outlives its page: a resume slot with a draft fits.
MAX_HTTP_FRAME_BYTES = 64 * 1024
HTTP_COMMANDS_PER_TEN_MINUTES = 600
# Figures of which each must be 0 for all to be in time.
_FAULTS = (
    "jobs_failing",
    "purge_overdue",
    "purge_stalled",
    "deletions_overdue",
    "policy_differs",
)
_STATUS = {
    ErrorCode.UNAUTHORISED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.UNKNOWN: 404,
    ErrorCode.CONFLICT: 409,
    ErrorCode.CLOSED: 410,
    ErrorCode.EXPIRED: 410,
    ErrorCode.TOO_LARGE: 413,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.INTERNAL: 500,
    ErrorCode.STORAGE: 503,
}


class Http:
    """Builds the aiohttp application of one relay."""

    def __init__(
        self,
        parts: JobContext,
        dispatcher: Dispatcher,
        commands: Commands,
        gateway: Gateway,
        origins: Origins,
        jobs: Jobs,
        slices: Iterable[Slice],
        pages: Mapping[str, Page],
    ) -> None:
        self._parts = parts
        self._dispatcher = dispatcher
        self._commands = commands
        self._gateway = gateway
        self._origins = origins
        self._jobs = jobs
        self._slices = tuple(slices)
        self._pages = pages

    def application(self) -> web.Application:
        """Return the application; its paths are fixed from here on."""
        app = web.Application(middlewares=[self._shell], client_max_size=2 * 1024 * 1024)
        app.router.add_get("/ws", self._gateway.serve)
        app.router.add_get("/healthz", self._health)
        app.router.add_post("/api/command", self._command)
        for slice_ in self._slices:
            for route in slice_.routes:
                app.router.add_route(route.method, route.path, self._routed(route))
        app.router.add_get("/{path:.*}", self._page)
        return app

    @web.middleware
    async def _shell(self, request: web.Request, handler: WebHandler) -> web.StreamResponse:
        """Answer failures in one way, and bare headers on all that is not a built page."""
        try:
            response = await handler(request)
        except web.HTTPException as error:
            response = web.Response(status=error.status)
        except (asyncio.CancelledError, ConnectionError):
            raise
        except Exception as error:
            refusal = refusal_of(error)
            code = ErrorCode.INTERNAL if refusal is None else refusal.code
            if code in (ErrorCode.INTERNAL, ErrorCode.STORAGE):
                self._parts.oplog.fault("request_failed", error)
            response = web.Response(status=_STATUS.get(code, 400), text=code.value)
        if not response.prepared:
            make_bare(response)
        return response

    async def _page(self, request: web.Request) -> web.StreamResponse:
        page = self._pages.get(request.path)
        if page is None:
            return web.Response(status=404, text="404")
        return response_of(page, request.headers.get("Accept-Encoding", ""))

    async def _health(self, request: web.Request) -> web.StreamResponse:
        """Figures without ids: is everything in time?"""
        figures = {"jobs_failing": self._jobs.failing}
        for slice_ in self._slices:
            if slice_.health is not None:
                figures |= await slice_.health(self._parts)
        ok = not any(figures.get(name, 0) for name in _FAULTS)
        return web.json_response({"ok": ok, **figures}, status=200 if ok else 503)

    async def _command(self, request: web.Request) -> web.StreamResponse:
        """One frame in, one frame out: for a page that is about to vanish."""
        if not self._origins.is_ours(request):
            return web.Response(status=403)
        if (request.content_length or 0) > MAX_HTTP_FRAME_BYTES:
            return web.Response(status=413)
        prefix = self._origins.prefix_of(request)
        self._parts.limits.count("http", prefix)
        if self._parts.limits.recent("http", prefix) > HTTP_COMMANDS_PER_TEN_MINUTES:
            return web.Response(status=429)
        frame = await self._answer(await request.read(), prefix)
        return web.Response(body=frame, content_type=FRAME_TYPE)

    async def _answer(self, raw: bytes, prefix: bytes) -> bytes:
        if len(raw) > MAX_HTTP_FRAME_BYTES:
            return encode_refusal(0, ErrorCode.TOO_LARGE)
        try:
            frame = decode_command(raw, self._commands)
        except RemoteError:
            return encode_refusal(0, ErrorCode.MALFORMED)
        code = fault_of(frame, len(raw))
        if not frame.command.META.over_http:
            code = ErrorCode.FORBIDDEN
        if code is not None:
            return encode_refusal(frame.request, code)
        connection = Connection(self._parts.bus, prefix, lambda _: None)
        try:
            perform = Perform(frame.request, frame.command, frame.credential)
            return await self._dispatcher.answer(connection, perform)
        finally:
            connection.close()

    def _routed(self, route: Route) -> WebHandler:
        async def run(request: web.Request) -> web.StreamResponse:
            if route.method != "GET" and not self._origins.is_ours(request):
                return web.Response(status=403)
            connection = Connection(
                self._parts.bus, self._origins.prefix_of(request), lambda _: None
            )
            try:
                return await route.run(self._dispatcher.bare_context(connection), request)
            finally:
                connection.close()

        return run
