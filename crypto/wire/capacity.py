"""How much new written work each counsellor takes on, who steps in, who comes back to whom.

    account -> relay     takers       {portal16} -> {takers, fallback}     before writing
    relation -> relay    relation_end {}  -> {}        the seeker wants no regular counsellor
    staff -> relay       capacity     {subject16} -> {places, is_regulars_only, taken}
                         capacity_set {subject16, places, is_regulars_only} -> {}
                         portal_rules {portal16} -> {fallback, is_automatic}
    counsellor -> relay  relation_put  {relation_hash, is_known} -> {}
                         relation_drop {relation_hash} -> {}
    admin -> relay       portal_rules_set {portal16, fallback, is_automatic} -> {}

The relay counts the tickets that somebody has (protocol section 5, "Ticket") and refuses one more
(`at_capacity`); where it goes instead is the seeker's client's affair, since only that can seal.
A *relation* is a capability that a counsellor gives to a seeker inside a box.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from crypto.wire.base import (
    COUNSELLING_ROLES,
    STAFF_ROLES,
    Audience,
    Command,
    Credential,
    Done,
    Record,
    Reply,
    Role,
    command,
)
from crypto.wire.fields import Bytes16, Bytes32, ListUpTo, Opt16, Uint, UintUpTo

# As many as a TEAM has.
MAX_TAKERS = 200
# As many places as nobody needs.
UNLIMITED = 1_000
Places = Annotated[int, UintUpTo(UNLIMITED)]
Flag = Annotated[int, UintUpTo(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker(Record):
    """Whether somebody in the team takes on what is written to them alone: from anybody, from
    their regular clients only (both 0: from nobody but those, for now)."""

    subject16: Bytes16
    is_open: Flag
    is_regulars_only: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class TakersReply(Reply):
    """Everybody whom the portal's TEAM lists; `fallback` is empty where nobody steps in."""

    takers: Annotated[tuple[Taker, ...], ListUpTo(MAX_TAKERS)]
    fallback: Opt16


@command("takers", Credential.SIGN_IN, TakersReply)
@dataclass(frozen=True, slots=True, kw_only=True)
class Takers(Command[TakersReply]):
    """Ask who of a portal's team takes on new enquiries now, and who steps in for the others."""

    portal16: Bytes16


@command("relation_end", Credential.TICKET, Done, audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class RelationEnd(Command[Done]):
    """The seeker gives a relation back, which is the credential; harmless when there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityReply(Reply):
    """How many enquiries somebody wants to have at a time, and how many they have."""

    places: Places
    is_regulars_only: Flag
    taken: Uint


@command("capacity", Credential.STAFF, CapacityReply, roles=STAFF_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity(Command[CapacityReply]):
    """Read the own one (empty), or as an admin somebody's."""

    subject16: Opt16


@command("capacity_set", Credential.STAFF, Done, roles=STAFF_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class CapacitySet(Command[Done]):
    """Change the own one (empty), or as an admin somebody's.

    `places` 0: none, UNLIMITED: as many as come. `is_regulars_only`: what is written to me alone
    comes from my regular clients only.
    """

    subject16: Opt16
    places: Places
    is_regulars_only: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalRulesReply(Reply):
    """Who steps in (empty: the team), and whether the first who takes somebody's enquiry becomes
    their regular counsellor by that."""

    fallback: Opt16
    is_automatic: Flag


@command("portal_rules", Credential.STAFF, PortalRulesReply, roles=STAFF_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class PortalRules(Command[PortalRulesReply]):
    """Read the rules of a portal."""

    portal16: Bytes16


@command("portal_rules_set", Credential.STAFF, Done, roles=(Role.ADMIN,))
@dataclass(frozen=True, slots=True, kw_only=True)
class PortalRulesSet(Command[Done]):
    """Change the rules of a portal; `unknown` for a fallback whom its TEAM does not list."""

    portal16: Bytes16
    fallback: Opt16
    is_automatic: Flag


@command("relation_put", Credential.STAFF, Done, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class RelationPut(Command[Done]):
    """Whoever shows this capability is a regular client of mine, or (`is_known`) has had a
    conversation with me; again prolongs it."""

    relation_hash: Bytes32
    is_known: Flag


@command("relation_drop", Credential.STAFF, Done, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class RelationDrop(Command[Done]):
    """Not any more; harmless where it is not mine, or gone."""

    relation_hash: Bytes32
