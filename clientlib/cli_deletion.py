"""What is still at the service, and what shows that the rest was deleted: stock, deleted."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from clientlib import accounts, deletion
from clientlib.account import SeekerAccount
from clientlib.cli_common import Site, add_name, log_of, signed_in, staff_command
from clientlib.deletion import Deletion
from clientlib.relay import RelayClient
from clientlib.stock import Conversation, stock_of
from clientlib.terminal import ask_secret, now_ms, say
from crypto.evidence import Evidence
from crypto.wire.boxes import BoxState

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_UNSEEN = "Gespräche, deren Ende dieser Zugang nicht gesehen hat, stehen hier nicht."
_ASK = "Das darf nicht sein. Bitte fragen Sie bei der Stelle nach."
WORDS_FOR = {
    Evidence.LATER: "noch da, wird gelöscht am {due}.",
    Evidence.TONIGHT: "gelöscht, in der Stunde ab {hour}. Die Liste des Tages kommt in der Nacht "
    "ins öffentliche Verzeichnis.",
    Evidence.ENTERED: "gelöscht, in der Stunde ab {hour}. Das steht in der Liste des Tages, und "
    "die Liste im öffentlichen Verzeichnis.",
    Evidence.MISSING: f"sollte seit {{due}} gelöscht sein, aber keine Liste nennt es. {_ASK}",
    Evidence.NOT_ENTERED: "steht in der Liste des Tages als gelöscht (Stunde ab {hour}), aber die "
    f"Liste fehlt im öffentlichen Verzeichnis. {_ASK}",
    Evidence.FALSE_LIST: "die Liste der Löschungen passt nicht zum öffentlichen Verzeichnis: sie "
    f"wurde geändert oder wird zurückgehalten. {_ASK}",
    Evidence.PAST: "so lange her, dass die Liste nicht mehr veröffentlicht wird.",
}


def add_commands(commands: Any) -> None:
    """Add the commands of this file."""
    counting = commands.add_parser("stock", help="was noch auf dem Server ist (Ratsuchende)")
    add_name(counting)
    counting.set_defaults(run=lambda options: asyncio.run(_stock(options)))
    staff_command(commands, "deleted", _deleted, "Nachweise gelöschter Gespräche (Beratung)")


async def tell_stock(account: SeekerAccount, tell: Callable[[str], None]) -> None:
    """Tell what the relay holds of this account, until when, and what of the rest it deleted."""
    held = await stock_of(account)
    tell(f"Noch auf dem Server: {held.stored_bytes} Byte, alles verschlüsselt.")
    for one in held.conversations:
        tell(f"- {_held(one)}")
    await tell_deletions(account.keyring.entries, account, tell)


async def tell_deletions(
    entries: Iterable[Any], who: Any, tell: Callable[[str], None]
) -> tuple[Deletion, ...]:
    """Tell of each conversation whose end was seen; `who` has relay, log and now_ms."""
    view = await who.log.update()
    # The later of the two clocks counts: a relay whose time stands still puts off no alarm.
    at_ms = max(who.now_ms(), await who.relay.relay_now_ms())
    found = await deletion.deletions_of(tuple(entries), view, who.relay.url, at_ms)
    gone = tuple(one for one in found if one.found.evidence is not Evidence.LATER)
    tell("Gelöscht:" if gone else "Gelöschte Gespräche: noch keine.")
    for one in gone:
        tell(f"- {words_of(one)}")
    tell(_UNSEEN)
    return found


def words_of(one: Deletion) -> str:
    """Say in one sentence what was found."""
    words = WORDS_FOR[one.found.evidence].format(
        due=_when(one.due_minute * _MINUTE_MS), hour=_when(one.found.hour * _HOUR_MS)
    )
    return f"Beendet am {_when(one.entry.close_minute * _MINUTE_MS)}: {words}"


def _held(one: Conversation) -> str:
    size = one.box.envelope_bytes + one.blobs.attachment_bytes + one.contact_bytes
    what = f"Gespräch mit {one.box.envelopes} Umschlägen und {one.blobs.attachments} Dateien"
    if one.box.state == BoxState.OPEN:
        return f"{what}, {size} Byte; es läuft noch."
    return f"{what}, {size} Byte; wird gelöscht am {_when(one.box.purge_minute * _MINUTE_MS)}."


def _when(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%d.%m.%Y, %H:%M Uhr UTC")


async def _stock(options: argparse.Namespace) -> None:
    site = Site.load(options.site)
    phrase = ask_secret("Passphrase", options.phrase_file)
    async with RelayClient(options.url) as relay:
        log = await log_of(relay, site)
        came = await accounts.sign_in(
            relay, name=options.name, phrase=phrase, deployment_id=site.deployment_id
        )
        account = SeekerAccount(relay, log, came, now_ms)
        await account.begin()
        await tell_stock(account, say)
        await account.sign_out()


async def _deleted(options: argparse.Namespace) -> None:
    async with signed_in(options) as staff:
        await tell_deletions(staff.keyring.entries, staff.caseload, say)
