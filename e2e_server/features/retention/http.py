"""GET /log/deletions/<day>: the public list of a day, as text that anybody can check."""

from __future__ import annotations

import re

from aiohttp import web

from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.retention import daybook
from e2e_server.kernel.context import Context

_DAY = re.compile(r"0|[1-9][0-9]{0,5}")


async def get_list(context: Context, request: web.Request) -> web.StreamResponse:
    """Return the list of a day (days since epoch, UTC); `unknown` where there is none."""
    text = request.match_info["day"]
    if _DAY.fullmatch(text) is None:
        raise WireError(ErrorCode.UNKNOWN)
    found = await context.db.read(lambda tx: daybook.list_of(context, tx, int(text)))
    if found is None:
        raise WireError(ErrorCode.UNKNOWN)
    return web.Response(body=found, content_type="text/plain", charset="us-ascii")
