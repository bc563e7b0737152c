"""Room `capacity`: how much new written work each counsellor takes on, and who steps in.

Tables: capacity_people, capacity_portals, capacity_relations. Commands: crypto/wire/capacity.py.
What the server learns: how many enquiries somebody wants at a time, who steps in for them, and how
many regular clients they have; not which.

The room that has the tickets registers `Cases` when it starts and asks `has_place`, `admits` and
`is_regular` inside its own transactions: two who come at once cannot both get the last place.
"""

from __future__ import annotations

from e2e_server.features.capacity import handlers, places, relations
from e2e_server.features.capacity.places import Cases, admits, has_place, is_regular
from e2e_server.kernel.slices import Job, Slice

__all__ = ["SLICE", "Cases", "admits", "has_place", "is_regular"]

SWEEP_EVERY_S = 3_600

SLICE = Slice(
    name="capacity",
    handlers=(
        handlers.takers,
        handlers.capacity,
        handlers.capacity_set,
        handlers.portal_rules,
        handlers.portal_rules_set,
        relations.relation_put,
        relations.relation_drop,
        relations.relation_end,
    ),
    jobs=(Job(name="capacity.sweep", run=places.sweep, every_s=SWEEP_EVERY_S),),
)
