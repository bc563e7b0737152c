"""Answers that let a browser do nothing with them and tell nothing of what was sent."""

from __future__ import annotations

import asyncio

from aiohttp import web

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def make_bare(response: web.StreamResponse) -> None:
    """Put bare headers on an answer that was not sent yet; those that it has stay."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    # Which program and version answers is nobody's business.
    response.headers["Server"] = "e2e-server"


class BareHandler(web.RequestHandler):
    """One connection. What is no HTTP gets its status alone: the library would quote it."""

    __slots__ = ()

    def __init__(self, server: web.Server, loop: asyncio.AbstractEventLoop) -> None:
        # None is how aiohttp writes no access log, whatever its annotation says.
        super().__init__(server, loop=loop, access_log=None)  # type: ignore[arg-type]  # as above

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer without a word, log nothing, close the connection."""
        if request.writer.output_size > 0:
            raise ConnectionError("an answer was begun already") from exc
        response = web.Response(status=status)
        make_bare(response)
        response.force_close()
        return response
