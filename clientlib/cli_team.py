"""The commands about who is in a team: team, admit, revoke; and what `work` does by itself."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from clientlib import duedates, org, restarts, teamproposals, teams
from clientlib.cli_common import (
    Site,
    TeamIds,
    language_of,
    signed_in,
    staff_command,
    team_of,
    words_of,
)
from clientlib.counterpart import name_of
from clientlib.duedates import Due, DueNotice
from clientlib.recommit import Progress
from clientlib.staff import Staff
from clientlib.staffenquiries import StaffEnquiries
from clientlib.teamcare import look_after
from clientlib.terminal import UsageError, ask_yes, now_ms, plain, say
from clientlib.workdays import day_of
from crypto.certificate import Certificate, TeamStatement
from crypto.errors import BadLength
from crypto.logview import LogView
from crypto.statement import RevokeReason, Role

_SUBJECT_BYTES = 16
REASONS = {
    "ausgeschieden": RevokeReason.LEFT,
    "verloren": RevokeReason.KEY_LOST,
    "anderes": RevokeReason.OTHER,
}
_CAME = {
    teams.Came.NEW: "neu",
    teams.Came.ELSEWHERE: "schon in einem anderen Team",
    teams.Came.FORMER: "war schon einmal in diesem Team",
}
_MEANING = """Wenn Sie das unterschreiben:
  - ist dieser Zugang sofort zu Ende, für immer: Derselbe Schlüssel wird nie wieder bestätigt.
  - Das nächste Mitglied, das sich anmeldet, gibt dem Team einen neuen Schlüssel und verschließt die
    offenen Anliegen neu. Bis dahin könnte die Person sie noch lesen, zusammen mit dem Server.
  - Was sie schon gelesen hat, holt niemand zurück; ihre laufenden Gespräche übernimmt niemand von
    selbst."""


def add_commands(commands: Any) -> None:
    """Add the commands of this file."""
    steps = commands.add_parser("team", help="Schlüssel eines Teams").add_subparsers(
        dest="step", required=True, metavar="SCHRITT"
    )
    proposing = staff_command(
        steps, "propose", _propose, "Schlüssel ziehen, vorschlagen (Mitglied)"
    )
    proposing.add_argument(
        "--member", action="append", default=[], metavar="ID", help="weiteres Mitglied (hex)"
    )
    signing = staff_command(steps, "sign", _sign, "Vorschläge unterschreiben (Verwaltung)")
    for parser in (proposing, signing):
        parser.add_argument("--restart", action="store_true", help=_RESTART)
    staff_command(steps, "take", _take, "Schlüssel aus dem Posteingang übernehmen (Mitglied)")
    removing = staff_command(steps, "remove", _remove, "jemanden herausnehmen (Mitglied)")
    removing.add_argument("person", metavar="PERSON", help=_PERSON)
    admitting = staff_command(commands, "admit", _admit, "jemanden ins Team aufnehmen (Mitglied)")
    for parser in (proposing, removing, admitting):
        parser.add_argument("--portal", metavar="NAME", help="Portal des Teams")
        parser.add_argument("--leads", action="store_true", help="statt des Teams dessen Leitung")
    admitting.add_argument("--member", metavar="ID", help="nur diese Person (hex)")
    admitting.add_argument("--compared", action="store_true", help="Wörter sind schon verglichen")
    revoking = staff_command(commands, "revoke", _revoke, "ein Zertifikat zurücknehmen")
    revoking.add_argument("person", nargs="?", metavar="PERSON", help=_PERSON)
    revoking.add_argument("--own", action="store_true", help="das eigene")
    revoking.add_argument("--reason", choices=sorted(REASONS), default="ausgeschieden")
    revoking.add_argument("--sure", action="store_true", help="ohne Rückfrage")


_PERSON = "Name im Team, oder ID (hex)"
_RESTART = "ein Team neu beginnen, dessen Schlüssel verloren ist: ein Alarm bei allen"


async def look_after_teams(staff: Staff, site: Site) -> int:
    """Do for the own teams what is to be done, and say so; return how many have a new statement."""
    known = site.teams
    before = {one.team.team16: one.hash for one in _own(staff, await staff.log.update())}
    for team16 in before:
        await _look_after(staff, known.get(team16) or TeamIds(team16, team16.hex(), b""))
    for notice in duedates.due_notices(staff.log.view, staff.subject16, now_ms()):
        _say_due(notice, known.get(notice.team16))
    return sum(before.get(one.team.team16) != one.hash for one in _own(staff, staff.log.view))


def _own(staff: Staff, view: LogView) -> tuple[TeamStatement, ...]:
    return teams.own_teams(view, staff.subject16)


async def _look_after(staff: Staff, team: TeamIds) -> None:
    team16, name = team.team16, team.name
    await _show_restart(staff, team16, name)

    def tell(progress: Progress) -> None:
        if progress.total:
            say(f"  {progress.done} von {progress.total} neu verschlossen")

    care = await look_after(staff, team16, tell, is_leads=team.is_leads, led=team.led)
    if care.left:
        say(f"»{name}«: neuer Teamschlüssel; nicht mehr im Team: {_ids(care.left)}")
    if care.progress.skipped:
        say(f"»{name}«: nicht neu zu verschließen: {await _numbers(staff, team, care.progress)}")
    if care.contacts.total:
        say(f"  Kontaktdaten: {care.contacts.done} von {care.contacts.total} neu verschlossen")
    found = teams.newcomers(staff.log.view, team16, now_ms(), is_leads=team.is_leads)
    new = [one for one in found if one.came is teams.Came.NEW]
    if new:
        back = [one for one in new if one.before is not None]
        again = f", davon mit neuem Schlüssel zurück: {len(back)}" if back else ""
        say(f"»{name}«: {len(new)} bestätigt und noch nicht im Team{again}: vieraugen admit")


async def _show_restart(staff: Staff, team16: bytes, name: str) -> None:
    """Show an alarm once; UsageError where the person does not go on."""
    view = await staff.log.update()
    found = restarts.unseen(view, team16, restarts.seen_of(staff.keyring))
    if found is None:
        return
    say(restart_words(found.not_before_ms, name))
    say(f"Darin stehen: {_ids(found.team.members)}. Wer das ist, zeigt »vieraugen fingerprint«.")
    if not ask_yes("Haben Sie nachgefragt, und stimmt das so?"):
        raise UsageError("Dann geht es hier nicht weiter. Bitte fragen Sie im Team nach.")
    await restarts.note_seen(staff.keyring, view, found)


def restart_words(not_before_ms: int, name: str) -> str:
    """Return the alarm for a team that was begun anew."""
    day = day_of(not_before_ms).strftime("%d.%m.%Y")
    return (
        f"ACHTUNG: Die Verwaltung hat das Team »{name}« am {day} neu begonnen, "
        "ohne dass ein bisheriges Mitglied unterschrieben hat."
    )


def _say_due(notice: DueNotice, team: TeamIds | None) -> None:
    """A TEAM is renewed by itself; it is told only where that has not happened."""
    day = datetime.fromtimestamp(notice.not_after_ms / 1000).strftime("%d.%m.%Y")
    is_own = notice.what is Due.CERTIFICATE
    if not is_own and notice.told_days > teams.RENEW_TEAM_DAYS:
        return
    what = "Ihr Zertifikat" if is_own else f"Der Schlüssel von »{team.name if team else '?'}«"
    how = "Bitte geben Sie der Verwaltung Bescheid." if is_own else "Er wird gerade nicht erneuert."
    ends = "ist abgelaufen" if notice.told_days == 0 else f"läuft am {day} ab"
    say(f"{what} {ends}. {how}")


async def _numbers(staff: Staff, team: TeamIds, progress: Progress) -> str:
    """Name what was skipped as the list does; by its id where the list does not know it."""
    desk = StaffEnquiries(staff)
    if team.portal16:
        await desk.read((team.portal16,))
    desk.stop()
    known = {one: f"Anliegen {row.number}" for one, row in desk.rows.items()}
    return ", ".join(known.get(one, one.hex()[:8]) for one in progress.skipped)


async def _propose(options: argparse.Namespace) -> None:
    team = team_of(Site.load(options.site).portal(options.portal), is_leads=options.leads)
    async with signed_in(options) as staff:
        view = staff.log.view
        admins = [one for one in _people(view, now_ms()) if one.role is Role.ADMIN]
        if not admins:
            raise UsageError("Es gibt noch keine Verwaltung, die unterschreiben könnte.")
        if (view.latest_team(team.team16) is not None) != options.restart:
            raise UsageError(
                "Dieses Team hat noch keinen Schlüssel."
                if options.restart
                else "Dieses Team hat schon einen Schlüssel. Neue nimmt »vieraugen admit« auf."
            )
        members = (staff.subject16, *(_subject(one) for one in options.member))
        unique = tuple(dict.fromkeys(members))
        if any(not view.own_certificates(one) for one in unique):
            raise UsageError("Ein Mitglied hat kein Zertifikat.")
        leads = [one.subject16 for one in _people(view, now_ms()) if one.role is Role.LEAD]
        if team.is_leads and not set(unique) <= set(leads):
            raise UsageError("In die Leitung kommt nur, wer als Leitung bestätigt ist.")
        await teamproposals.propose_team(staff, admins[-1].kem_pk, team.team16, unique, now_ms())
        say(f"Vorgeschlagen: {len(unique)} Mitglieder für »{team.name}«.")


async def _sign(options: argparse.Namespace) -> None:
    async with signed_in(options) as admin:
        signed = await teamproposals.sign_proposals(admin, now_ms(), may_restart=options.restart)
        say(f"Unterschrieben: {signed}")


async def _take(options: argparse.Namespace) -> None:
    async with signed_in(options) as staff:
        say(f"Übernommen: {await teams.take_team_seeds(staff)}")


async def _remove(options: argparse.Namespace) -> None:
    site = Site.load(options.site)
    team = team_of(site.portal(options.portal), is_leads=options.leads)
    async with signed_in(options) as staff:
        await _look_after(staff, team)
        latest = staff.log.view.latest_team(team.team16)
        subject16 = await find_person(staff, site, options.person)
        if latest is None or subject16 not in latest.team.members:
            raise UsageError("Diese Person ist nicht in diesem Team.")
        if subject16 == staff.subject16:
            raise UsageError("Sich selbst nimmt niemand heraus: Das tut ein anderes Mitglied.")
        await teams.succeed(staff, team.team16, out=(subject16,))
        say(f"Nicht mehr in »{team.name}«: {subject16.hex()}. Neuer Teamschlüssel.")
        await _look_after(staff, team)


async def _admit(options: argparse.Namespace) -> None:
    site = Site.load(options.site)
    team = team_of(site.portal(options.portal), is_leads=options.leads)
    wanted = _subject(options.member) if options.member else None
    async with signed_in(options) as staff:
        await _look_after(staff, team)
        every = teams.newcomers(staff.log.view, team.team16, now_ms(), is_leads=team.is_leads)
        found = [one for one in every if wanted in (None, one.certificate.subject16)]
        if not found:
            raise UsageError("Niemand Bestätigtes fehlt in diesem Team.")
        for one in found:
            await _admit_one(staff, team, one, is_compared=options.compared and wanted is not None)


async def _admit_one(
    staff: Staff, team: TeamIds, one: teams.Newcomer, *, is_compared: bool
) -> None:
    """Show name and words; a member says yes only after comparing them with the person."""
    certificate = one.certificate
    name = plain(await name_of(staff.relay, team.team16, certificate)) or "(noch ohne Namen)"
    if one.before is None:
        say(f"{name}, {_CAME[one.came]} ({certificate.subject16.hex()})")
    else:
        before = plain(await name_of(staff.relay, team.team16, one.before)) or "jemand ohne Namen"
        say(f"{before} kommt mit neuem Schlüssel zurück: {name} ({certificate.subject16.hex()})")
        say("Der alte Schlüssel ist gesperrt. Rufen Sie an, und achten Sie auf die Stimme.")
    say("Diese Wörter sieht auch die neue Person. Lassen Sie sie sich vorlesen:")
    say(words_of(staff.log.view, certificate.subject16, language_of(staff.log)))
    if is_compared or ask_yes("Stimmen alle 8 Wörter? Dann aufnehmen?"):
        subject16 = certificate.subject16
        await teams.admit(staff, team.team16, subject16, is_leads=team.is_leads)
        say(f"Aufgenommen in »{team.name}«: {name}. Offene Anliegen liest diese Person jetzt mit.")
    else:
        say("Nicht aufgenommen.")


async def _revoke(options: argparse.Namespace) -> None:
    site = Site.load(options.site)
    if options.own == bool(options.person):
        raise UsageError("Bitte nennen Sie eine Person, oder --own für das eigene Zertifikat.")
    async with signed_in(options) as issuer:
        view = issuer.log.view
        if options.own:
            subject16 = issuer.subject16
        else:
            subject16 = await find_person(issuer, site, options.person)
        held = [one for one in view.own_certificates(subject16) if one.revoked_at is None]
        if not held:
            raise UsageError("Diese Person hat kein Zertifikat, das noch gilt.")
        say(f"{held[-1].role.name.lower()}, {subject16.hex()}:")
        say(words_of(view, subject16, language_of(issuer.log)))
        say(_MEANING)
        if not (options.sure or ask_yes("Das Zertifikat wirklich zurücknehmen?")):
            raise UsageError("Nichts unterschrieben.")
        for one in held:
            await org.revoke(issuer, one, REASONS[options.reason], now_ms())
        say("Zurückgenommen.")


async def find_person(issuer: Staff, site: Site, typed: str) -> bytes:
    """Find a person by id, or by the name under which a team knows them."""
    view, found = issuer.log.view, set[bytes]()
    people = {one.subject16: one for one in _people(view, now_ms())}
    for team16 in site.teams:
        for one in people.values():
            if await name_of(issuer.relay, team16, one) == typed:
                found.add(one.subject16)
    if len(found) > 1:
        raise UsageError(f"»{typed}« heißen mehrere: {_ids(found)}. Bitte nennen Sie die ID.")
    return found.pop() if found else _subject(typed)


def _people(view: LogView, at_ms: int) -> tuple[Certificate, ...]:
    """Return the certificates in force of everybody."""
    every = (view.certificate(entry.hash) for entry in view.entries)
    running = (one for one in every if one is not None and one.revoked_at is None)
    return tuple(one for one in running if one.runs_at(at_ms))


def _subject(typed: str) -> bytes:
    try:
        raw = bytes.fromhex(typed)
        if len(raw) != _SUBJECT_BYTES:
            raise BadLength("size")
        return raw
    except (ValueError, BadLength) as error:
        raise UsageError(f"»{typed}« ist nicht die ID einer Person.") from error


def _ids(subjects: Iterable[bytes]) -> str:
    return ", ".join(one.hex() for one in subjects)
