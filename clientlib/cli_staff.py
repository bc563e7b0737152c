"""The commands of people with an account: work, invite, join, approve, renew, fingerprint."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from clientlib import accounts, cli_again, cli_profile, enrolment, evening, logproof, org, renewal
from clientlib.cli_common import (
    Site,
    key_words,
    language_of,
    later,
    log_of,
    phrase_for,
    signed_in,
    staff_command,
    words_of,
)
from clientlib.cli_team import look_after_teams
from clientlib.privatefile import write_private
from clientlib.relay import RelayClient
from clientlib.staff import Staff
from clientlib.terminal import UsageError, ask_secret, ask_yes, now_ms, open_terminal, say
from crypto import account, fingerprint, invitelink, kem
from crypto.errors import BadTag, RemoteError
from crypto.primitives import sign_public
from crypto.random import random_bytes
from crypto.statement import Role
from crypto.wire.accounts import AccountKind
from crypto.wire.errors import ErrorCode, WireError

ROLES = {"beratung": Role.COUNSELLOR, "leitung": Role.LEAD, "pruefung": Role.AUDITOR}


def add_commands(commands: Any) -> None:
    """Add the commands of this file."""
    working = staff_command(commands, "work", _work, "im Terminal beraten")
    working.add_argument("--portal", metavar="NAME", help="nur dieses Portal")
    staff_command(commands, "renew", _renew, "erneuern, was bald abläuft")
    inviting = commands.add_parser("invite", help="jemanden einladen (Verwaltung)")
    inviting.add_argument("--language", choices=("de", "en"), default="de", help="der Seite")
    inviting.set_defaults(run=_invite)
    joining = staff_command(commands, "join", _join, "einen Zugang anlegen und sich vorstellen")
    joining.add_argument("--new-phrase-file", type=Path, metavar="DATEI", help=_NEW_PHRASE)
    introduction = joining.add_mutually_exclusive_group()
    introduction.add_argument("--code-file", type=Path, metavar="DATEI", help=_CODE)
    introduction.add_argument(
        "--request", type=Path, metavar="DATEI", help="statt einer Einladung: für »org admin«"
    )
    approving = staff_command(
        commands, "approve", _approve, "eine Einladung bestätigen (Verwaltung)"
    )
    approving.add_argument("--code-file", type=Path, metavar="DATEI", help=_CODE)
    approving.add_argument("--compared", action="store_true", help="Wörter sind schon verglichen")
    approving.add_argument("--role", choices=sorted(ROLES), help=_ROLE)
    cli_profile.add_options(
        staff_command(commands, "profile", cli_profile.publish, "was Ratsuchende von Ihnen sehen")
    )
    showing = commands.add_parser("fingerprint", help="Wörter zum Vergleichen zeigen")
    showing.set_defaults(run=later(_fingerprint))
    keeping = commands.add_parser(
        "log-proof", help="sichern, welches Verzeichnis der Dienst hier zeigt, unterschrieben"
    )
    keeping.add_argument("out", type=Path, metavar="DATEI")
    keeping.set_defaults(run=later(_log_proof))


_ROLE = "beratung, wenn nichts anderes da steht; wer neu eingeladen ist, behält die eigene"
_CODE = "Einladung, als Link oder als Code"
_NEW_PHRASE = "dorthin eine gewürfelte Passphrase schreiben, statt nach einer zu fragen"


async def _work(options: argparse.Namespace) -> None:
    site = Site.load(options.site)
    chosen = (site.portal(options.portal),) if options.portal else site.portals
    async with signed_in(options) as staff:
        await look_after_teams(staff, site)
        own = {
            one.portal16: one.name
            for one in chosen
            if staff.log.view.in_team(one.teams.team16, staff.subject16, now_ms())
        }
        if not own:
            raise UsageError("Sie sind in keinem Team dieser Portale.")
        await evening.work(open_terminal(), staff.relay, staff, own)


def _invite(options: argparse.Namespace) -> None:
    drawn = invitelink.new_invitation(now_ms())
    say("Einladung, 7 Tage gültig. Geben Sie sie von Hand weiter, nicht per Mail:")
    say(invitelink.link(options.url, drawn, options.language))
    say("Oder im Terminal, mit »vieraugen join«, dieser Code:")
    say(invitelink.written(drawn))


async def _join(options: argparse.Namespace) -> None:
    site = Site.load(options.site)
    secret = None if options.request else _ask_code(options.code_file).secret
    phrase = phrase_for(options)
    async with RelayClient(options.url) as relay:
        language = language_of(await log_of(relay, site))
        ams = await accounts.create(
            relay,
            name=options.name,
            phrase=phrase,
            deployment_id=site.deployment_id,
            kind=AccountKind.STAFF,
        )
        sign_pk = sign_public(account.staff_sign(ams))
        kem_pk = kem.public(account.staff_kem(ams))
        if secret is None:
            request = {"sign_pk": sign_pk.raw.hex(), "kem_pk": kem_pk.raw.hex()}
            options.request.write_text(json.dumps(request) + "\n", encoding="ascii")
        else:
            stamp = await accounts.make_stamp(relay, "invitation_answer")
            await enrolment.answer_invitation(relay, ams, secret, stamp)
    say("Ihr Zugang ist angelegt. Wer Sie bestätigt, vergleicht mit Ihnen diese Wörter:")
    say(key_words(sign_pk, kem_pk, language))


async def _approve(options: argparse.Namespace) -> None:
    invited = _ask_code(options.code_file)
    async with signed_in(options) as admin:
        found = await _newcomer(admin, invited.secret)
        known = enrolment.subject_of(admin.log.view, found)
        if known is not None:
            raise UsageError(f"Diese Person ist schon bestätigt: {known.hex()}")
        role = ROLES[options.role or "beratung"]
        if invited.replaces:
            before = cli_again.role_before(admin, invited.replaces)
            role = role if options.role else before
            say(f"Neuer Schlüssel für {invited.replaces.hex()}; der alte ist gesperrt.")
        say("Diese Wörter sieht auch die neue Person. Lassen Sie sie sich vorlesen:")
        say(key_words(found.sign_pk, found.kem_pk, language_of(admin.log)))
        if not (options.compared or ask_yes("Stimmen alle 8 Wörter?")):
            raise UsageError("Nichts unterschrieben. Bitte laden Sie die Person neu ein.")
        subject16 = await org.certify(
            admin,
            found.sign_pk,
            found.kem_pk,
            role,
            random_bytes(16),
            now_ms(),
            replaces=invited.replaces,
        )
        say(f"Bestätigt: {subject16.hex()}")


async def _newcomer(admin: Staff, secret: bytes) -> enrolment.Newcomer:
    try:
        return await enrolment.newcomer(admin, secret)
    except BadTag as error:
        raise UsageError(
            "Unter dieser Einladung liegen Schlüssel von jemandem, der sie nicht kennt. "
            "Nichts unterschrieben. Bitte laden Sie die Person neu ein."
        ) from error
    except WireError as error:
        if error.code is not ErrorCode.UNKNOWN:
            raise
        raise UsageError("Auf diese Einladung hat noch niemand geantwortet.") from error


async def _renew(options: argparse.Namespace) -> None:
    async with signed_in(options) as staff:
        if staff.certificate.role is Role.ADMIN:
            say(f"Zertifikate erneuert: {await renewal.renew_colleagues(staff, now_ms())}")
        else:
            say(f"Teamschlüssel erneuert: {await look_after_teams(staff, Site.load(options.site))}")


async def _fingerprint(options: argparse.Namespace) -> None:
    site = Site.load(options.site)
    async with RelayClient(options.url) as relay:
        log = await log_of(relay, site)
    language = language_of(log)
    words = fingerprint.words(site.fingerprint, fingerprint.COMPARED_WORDS, language)
    say(f"Organisation: {' '.join(words)}")
    subjects = {
        found.subject16: found.role.name.lower()
        for entry in log.view.entries
        if (found := log.view.certificate(entry.hash)) is not None
    }
    for subject16, role in subjects.items():
        say(f"{subject16.hex()} ({role}): {words_of(log.view, subject16, language)}")


async def _log_proof(options: argparse.Namespace) -> None:
    async with RelayClient(options.url) as relay:
        log = await log_of(relay, Site.load(options.site))
    write_private(options.out, logproof.write(log.view, log.note))
    say(f"{log.view.size} Einträge stehen unterschrieben in {options.out}.")
    say("Passt die Datei der anderen Seite nicht dazu, beweisen beide zusammen zwei Verzeichnisse:")
    say(f"python -m clientlib.audit proof {options.out} ANDERE-DATEI")


def _ask_code(file: Path | None) -> invitelink.Invitation:
    typed = ask_secret("Einladung (Link oder Code)", file)
    try:
        found = invitelink.read(typed)
    except RemoteError as error:
        raise UsageError(
            "Das ist keine Einladung, oder nicht die ganze. Bitte kopieren Sie sie noch einmal."
        ) from error
    if found.is_over(now_ms()):
        raise UsageError("Diese Einladung ist abgelaufen. Bitte ziehen Sie eine neue.")
    return found
