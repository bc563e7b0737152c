"""The rooms, in the order in which they start: each may use what stands before it."""

from __future__ import annotations

from e2e_server.features import (
    accounts,
    blobs,
    boxes,
    capacity,
    enquiries,
    invitations,
    live,
    release,
    retention,
    sheets,
    staff,
    translog,
)
from e2e_server.kernel.dispatch import KERNEL_SLICE
from e2e_server.kernel.slices import Slice

SLICES: tuple[Slice, ...] = (
    KERNEL_SLICE,
    translog.SLICE,
    release.SLICE,
    boxes.SLICE,
    accounts.SLICE,
    staff.SLICE,
    blobs.SLICE,
    live.SLICE,
    capacity.SLICE,
    enquiries.SLICE,
    invitations.SLICE,
    sheets.SLICE,
    retention.SLICE,
)
