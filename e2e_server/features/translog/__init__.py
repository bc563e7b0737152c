"""Room `translog`: the organisation's public log of staff statements, append-only, read whole.

Tables: translog_leaves, translog_checkpoint, translog_cosigned. Commands: log_publish, log_read,
log_cosign; event log_grown. GET /log/...: the same as static files, in the forms of C2SP.
The server learns what is public anyway: who is certified, which teams exist. It judges every
statement as clients do and takes only what counts, so nobody can fill the log with noise.

Other rooms use `log_of(context)`, the judged log in memory, and ask `is_listed`, `is_in_force`,
`serves` and `counsels` who is in a team. Topic announced: LOG_TOPIC.
"""

from __future__ import annotations

from e2e_server.features.translog.appending import enter_deletions
from e2e_server.features.translog.cosigning import log_cosign
from e2e_server.features.translog.handlers import log_publish, log_read, start
from e2e_server.features.translog.log import (
    LOG_TOPIC,
    NEVER_MS,
    StaffLog,
    counsels,
    is_in_force,
    is_listed,
    log_of,
    serves,
    staff_certificate,
)
from e2e_server.features.translog.publishing import health, serve_file
from e2e_server.kernel.slices import Route, Slice

__all__ = [
    "LOG_TOPIC",
    "NEVER_MS",
    "SLICE",
    "StaffLog",
    "counsels",
    "enter_deletions",
    "is_in_force",
    "is_listed",
    "log_of",
    "serves",
    "staff_certificate",
]

SLICE = Slice(
    name="translog",
    handlers=(log_publish, log_read, log_cosign),
    routes=(Route(method="GET", path="/log/{path:.*}", run=serve_file),),
    start=start,
    health=health,
)
