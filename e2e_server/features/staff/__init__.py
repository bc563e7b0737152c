"""Room `staff`: invitations, public profiles, who is on duty, whether a portal is open.

Tables: staff_invitations, staff_profiles, staff_duty, staff_portals. Commands:
crypto/wire/staff.py; also GET /api/portal/<portal16> for the portal page, which opens no
connection. The server learns who is on duty and where, as it must to open a portal; profiles are
public and signed by their people.

Other rooms use the names below. A portal is open when its hours say so and somebody is on duty; a
change is announced on `portal_topic(portal16)`.
"""

from __future__ import annotations

from e2e_server.features.staff import handlers, portals
from e2e_server.features.staff.portals import (
    Queues,
    is_on_duty,
    is_open,
    on_duty,
    portal_is_open,
    portal_topic,
)
from e2e_server.kernel.slices import Job, Route, Slice

__all__ = [
    "SLICE",
    "Queues",
    "is_on_duty",
    "is_open",
    "on_duty",
    "portal_is_open",
    "portal_topic",
]

SLICE = Slice(
    name="staff",
    handlers=(
        handlers.invitation_answer,
        handlers.invitation_read,
        handlers.profile_put,
        handlers.profiles,
        handlers.profile_picture,
        handlers.duty,
        handlers.portal_state,
    ),
    jobs=(Job(name="staff.sweep", run=portals.sweep, every_s=5),),
    routes=(Route(method="GET", path="/api/portal/{portal16}", run=handlers.portal_page),),
)
