"""How long the rows of each table stay: what the schema's words and the settings come to.

`RULES` says for each table which column ends a row and how far ahead that may lie; `ENDLESS` names
the tables of which no row has an end of its own, with the words of the schema.
"""

from __future__ import annotations

from dataclasses import dataclass

from clientlib.audit.inside.config import Config
from clientlib.audit.inside.machine import DAY_MS, HOUR_MS, MINUTE_MS, Database

_YEARS_2_MS = 2 * 366 * DAY_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When the rows of a table end: `column` counts in units of `unit_ms`.

    `where`: the rows of which it holds. `ahead`: how far ahead it may lie, the longest counts: ms,
    or settings and sums of settings. `after_ms`: how long a row may stay beyond it.
    """

    table: str
    column: str
    unit_ms: int
    ahead: tuple[int | str, ...]
    where: str = "1"
    after_ms: int = 0

    def ahead_ms(self, config: Config) -> int:
        """How far ahead the end may lie."""
        return max(one if isinstance(one, int) else _sum_ms(config, one) for one in self.ahead)


RULES = (
    Rule(table="accounts_sign_ins", column="expires_hour", unit_ms=HOUR_MS, ahead=(12 * HOUR_MS,)),
    Rule(table="staff_invitations", column="expires_hour", unit_ms=HOUR_MS, ahead=(7 * DAY_MS,)),
    Rule(table="staff_duty", column="until_ms", unit_ms=1, ahead=(HOUR_MS,)),
    Rule(
        table="live_tickets",
        column="deadline_ms",
        unit_ms=1,
        ahead=("resting_hours", "chat_minutes", "retention_hours"),
        # A chat with a box goes with it, by its purge.
        where="deadline_ms > 0 AND box16 IS NULL",
    ),
    Rule(table="capacity_relations", column="ends_day", unit_ms=DAY_MS, ahead=(_YEARS_2_MS,)),
    Rule(
        table="enquiries_tickets",
        column="ends_hour",
        unit_ms=HOUR_MS,
        ahead=("unaccepted_days", "idle_days + retention_hours"),
    ),
    Rule(
        table="enquiries_tickets",
        column="until_ms",
        unit_ms=1,
        ahead=("reserve_minutes",),
        where="until_ms > 0",
    ),
    Rule(
        table="boxes_boxes",
        column="ends_ms",
        unit_ms=1,
        ahead=("chat_minutes",),
        where="ends_ms > 0",
    ),
    Rule(
        table="boxes_boxes",
        column="closes_hour",
        unit_ms=HOUR_MS,
        ahead=("unaccepted_days", "idle_days"),
        where="state = 1 AND ends_ms = 0",
    ),
    Rule(
        table="boxes_letters",
        column="ends_hour",
        unit_ms=HOUR_MS,
        ahead=(30 * DAY_MS, "unaccepted_days", "idle_days + retention_hours"),
    ),
    Rule(
        table="blobs_blobs",
        column="expires_minute",
        unit_ms=MINUTE_MS,
        ahead=(HOUR_MS,),
        where="expires_minute > 0",
    ),
    Rule(table="invitations_given", column="expires_hour", unit_ms=HOUR_MS, ahead=(2 * DAY_MS,)),
    Rule(table="invitations_inboxes", column="ends_hour", unit_ms=HOUR_MS, ahead=(32 * DAY_MS,)),
    # As long as the days of the public list are given out.
    Rule(
        table="retention_tombs",
        column="hour",
        unit_ms=HOUR_MS,
        ahead=(HOUR_MS,),
        after_ms=91 * DAY_MS,
    ),
    # Counted on the day itself; the night after may pass before anybody signs in again.
    Rule(table="keeper_budgets", column="day", unit_ms=DAY_MS, ahead=(DAY_MS,), after_ms=DAY_MS),
)
# table -> what the schema declares of its first column; it has to say so still.
ENDLESS = {
    "kernel_keeper": "always",
    "accounts_accounts": "until the account is deleted",
    "accounts_doors": "until the door is replaced or the account deleted",
    "accounts_unsettled": "until the keeper has done it, within moments",
    "accounts_pages": "until the account is deleted",
    "translog_leaves": "always, the log is public",
    "translog_checkpoint": "always",
    "translog_cosigned": "until enough have seen a larger size",
    "staff_profiles": ("until replaced, at most 30 days after the last certificate was revoked"),
    "staff_portals": "while the portal exists",
    "capacity_people": "until set back, or until the hour after the last certificate was revoked",
    "capacity_portals": "until changed",
    "sheets_sheets": "while a portal has the team, until 90 days after its last TEAM ended",
    "enquiries_contacts": "until the seeker deletes them, or with the ticket",
    "boxes_caps": "until it is taken out, or the purge",
    "boxes_slots": "always, used again",
    "boxes_free_slots": "until used again",
    "boxes_envelopes": "as box16",
    "retention_days": "always",
    "blobs_parts": "until committed, at most 1 h",
    "storage_schema": "always",
    "keeper_identity": "as long as the keeper",
    "keeper_secrets": "always, reused",
    "keeper_free_slots": "until reused",
    "keeper_doors": "until the account is deleted",
    "keeper_shares": "until the purge",
}


def _sum_ms(config: Config, names: str) -> int:
    return sum(config.hours(one) for one in names.split(" + ")) * HOUR_MS


def unruled(database: Database) -> list[str]:
    """Published tables of which neither an end nor its absence is known, or other than declared."""
    ruled = {rule.table for rule in RULES}
    return [
        table
        for table in database.schema.tables
        if table not in ruled
        and ENDLESS.get(table) not in {one.keep for one in database.schema.of(table)[:1]}
    ]
