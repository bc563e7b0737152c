"""Invitations of seekers: where a counsellor and somebody without an access meet, once.

Tables: invitations_given, invitations_inboxes. Commands: crypto/wire/invitations.py. What the
server learns: that a counsellor has invited somebody, that somebody has answered, and once it is
confirmed, which capability in which box that was. Neither the secret nor the account, and never
box and ticket side by side.
"""

from __future__ import annotations

from e2e_server.features.invitations import handlers, jobs
from e2e_server.kernel.slices import Job, Slice

SWEEP_EVERY_S = 5

SLICE = Slice(
    name="invitations",
    handlers=(
        handlers.invite,
        handlers.invite_read,
        handlers.invite_ticket,
        handlers.invite_end,
        handlers.invite_look,
        handlers.invite_answer,
        handlers.invite_letters,
        handlers.invite_done,
    ),
    jobs=(Job(name="invitations.sweep", run=jobs.sweep, every_s=SWEEP_EVERY_S),),
)
