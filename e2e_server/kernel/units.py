"""A unit of work that the schema itself may refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from crypto.wire.errors import ErrorCode, WireError
from e2e_server.kernel.context import Context
from e2e_server.storage.port import ConstraintError, WriteTransaction

T = TypeVar("T")


async def write_unique(context: Context, work: Callable[[WriteTransaction], T]) -> T:
    """Run a unit that stores what may be there only once; `conflict` when it is there already."""
    try:
        return await context.db.write(work)
    except ConstraintError as error:
        raise WireError(ErrorCode.CONFLICT) from error
