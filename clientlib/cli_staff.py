"""The commands of people with an account: work, invite, join, approve, team, renew, fingerprint."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from clientlib import accounts, cli_profile, enrolment, evening, org, renewal
from clientlib.cli_common import Site, add_name, language_of, log_of, phrase_for, signed_in
from clientlib.relay import RelayClient
from clientlib.staff import Staff
from clientlib.terminal import UsageError, ask_secret, ask_yes, now_ms, open_terminal, say
from crypto import account, fingerprint, invitelink, kem
from crypto.errors import BadLength, BadTag, RemoteError
from crypto.keys import KemPublic, SignPublic
from crypto.logview import LogView
from crypto.primitives import sign_public
from crypto.random import random_bytes
from crypto.statement import Role
from crypto.wire.accounts import AccountKind
from crypto.wire.errors import ErrorCode, WireError
from crypto.words import Language

Run = Callable[[argparse.Namespace], Coroutine[Any, Any, None]]
ROLES = {"beratung": Role.COUNSELLOR, "leitung": Role.LEAD, "pruefung": Role.AUDITOR}


def add_commands(commands: Any) -> None:
    """Add the commands of this file."""
    working = _command(commands, "work", _work, "im Terminal beraten")
    working.add_argument("--portal", metavar="NAME", help="nur dieses Portal")
    _command(commands, "renew", _renew, "erneuern, was bald abläuft")
    inviting = commands.add_parser("invite", help="jemanden einladen (Verwaltung)")
    inviting.add_argument("--language", choices=("de", "en"), default="de", help="der Seite")
    inviting.set_defaults(run=_invite)
    joining = _command(commands, "join", _join, "einen Zugang anlegen und sich vorstellen")
    joining.add_argument("--new-phrase-file", type=Path, metavar="DATEI", help=_NEW_PHRASE)
    introduction = joining.add_mutually_exclusive_group()
    introduction.add_argument("--code-file", type=Path, metavar="DATEI", help=_CODE)
    introduction.add_argument(
        "--request", type=Path, metavar="DATEI", help="statt einer Einladung: für »org admin«"
    )
    approving = _command(commands, "approve", _approve, "eine Einladung bestätigen (Verwaltung)")
    approving.add_argument("--code-file", type=Path, metavar="DATEI", help=_CODE)
    approving.add_argument("--compared", action="store_true", help="Wörter sind schon verglichen")
    approving.add_argument("--role", choices=sorted(ROLES), default="beratung")
    cli_profile.add_options(
        _command(commands, "profile", cli_profile.publish, "was Ratsuchende von Ihnen sehen")
    )
    _add_team(commands.add_parser("team", help="der erste Schlüssel eines Teams"))
    showing = commands.add_parser("fingerprint", help="Wörter zum Vergleichen zeigen")
    showing.set_defaults(run=_later(_fingerprint))


_CODE = "Einladung, als Link oder als Code"
_NEW_PHRASE = "dorthin eine gewürfelte Passphrase schreiben, statt nach einer zu fragen"


def _add_team(parser: argparse.ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="step", required=True, metavar="SCHRITT")
    proposing = _command(steps, "propose", _propose, "Schlüssel ziehen und vorschlagen (Mitglied)")
    proposing.add_argument("--portal", metavar="NAME", help="Portal des Teams")
    proposing.add_argument(
        "--member", action="append", default=[], metavar="ID", help="weiteres Mitglied (hex)"
    )
    _command(steps, "sign", _sign, "Vorschläge unterschreiben (Verwaltung)")
    _command(steps, "take", _take, "Schlüssel aus dem Posteingang übernehmen (Mitglied)")


def _command(commands: Any, name: str, run: Run, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=words)
    add_name(parser)
    parser.set_defaults(run=_later(run))
    return parser


def _later(run: Run) -> Callable[[argparse.Namespace], None]:
    return lambda options: asyncio.run(run(options))


async def _work(options: argparse.Namespace) -> None:
    site = Site.load(options.site)
    chosen = (site.portal(options.portal),) if options.portal else site.portals
    async with signed_in(options) as staff:
        await org.renew_teams(staff, now_ms())
        own = {
            one.portal16: one.name
            for one in chosen
            if staff.log.view.in_team(one.team16, staff.subject16, now_ms())
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
    secret = None if options.request else _ask_code(options.code_file)
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
    say(_key_words(sign_pk, kem_pk, language))


async def _approve(options: argparse.Namespace) -> None:
    secret = _ask_code(options.code_file)
    async with signed_in(options) as admin:
        found = await _newcomer(admin, secret)
        known = enrolment.subject_of(admin.log.view, found)
        if known is not None:
            raise UsageError(f"Diese Person ist schon bestätigt: {known.hex()}")
        say("Diese Wörter sieht auch die neue Person. Lassen Sie sie sich vorlesen:")
        say(_key_words(found.sign_pk, found.kem_pk, language_of(admin.log)))
        if not (options.compared or ask_yes("Stimmen alle 8 Wörter?")):
            raise UsageError("Nichts unterschrieben. Bitte laden Sie die Person neu ein.")
        subject16 = await org.certify(
            admin, found.sign_pk, found.kem_pk, ROLES[options.role], random_bytes(16), now_ms()
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


async def _propose(options: argparse.Namespace) -> None:
    portal = Site.load(options.site).portal(options.portal)
    async with signed_in(options) as staff:
        admins = [
            found
            for entry in staff.log.view.entries
            if (found := staff.log.view.certificate(entry.hash)) is not None
            and found.role is Role.ADMIN
            and found.revoked_at is None
            and found.runs_at(now_ms())
        ]
        if not admins:
            raise UsageError("Es gibt noch keine Verwaltung, die unterschreiben könnte.")
        members = (staff.subject16, *(_subject(one) for one in options.member))
        unique = tuple(dict.fromkeys(members))
        if any(not staff.log.view.own_certificates(one) for one in unique):
            raise UsageError("Ein Mitglied hat kein Zertifikat.")
        await org.propose_team(staff, admins[-1].kem_pk, portal.team16, unique, now_ms())
        say(f"Vorgeschlagen: {len(unique)} Mitglieder für »{portal.name}«.")


async def _sign(options: argparse.Namespace) -> None:
    async with signed_in(options) as admin:
        say(f"Unterschrieben: {await org.sign_proposals(admin, now_ms())}")


async def _take(options: argparse.Namespace) -> None:
    async with signed_in(options) as staff:
        say(f"Übernommen: {await org.take_team_seeds(staff)}")


async def _renew(options: argparse.Namespace) -> None:
    async with signed_in(options) as staff:
        if staff.certificate.role is Role.ADMIN:
            say(f"Zertifikate erneuert: {await renewal.renew_colleagues(staff, now_ms())}")
        else:
            say(f"Teamschlüssel erneuert: {await org.renew_teams(staff, now_ms())}")


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


def words_of(view: LogView, subject16: bytes, language: Language) -> str:
    """Return the words of a certified person's keys."""
    newest = view.own_certificates(subject16)[-1]
    return _key_words(newest.sign_pk, newest.kem_pk, language)


def _key_words(sign_pk: SignPublic, kem_pk: KemPublic, language: Language) -> str:
    return " ".join(fingerprint.person_words(sign_pk, kem_pk, language))


def _ask_code(file: Path | None) -> bytes:
    typed = ask_secret("Einladung (Link oder Code)", file)
    try:
        found = invitelink.read(typed)
    except RemoteError as error:
        raise UsageError(
            "Das ist keine Einladung, oder nicht die ganze. Bitte kopieren Sie sie noch einmal."
        ) from error
    if found.is_over(now_ms()):
        raise UsageError("Diese Einladung ist abgelaufen. Bitte ziehen Sie eine neue.")
    return found.secret


def _subject(typed: str) -> bytes:
    try:
        return _sized(bytes.fromhex(typed), 16)
    except (ValueError, BadLength) as error:
        raise UsageError(f"»{typed}« ist nicht die ID einer Person.") from error


def _sized(raw: bytes, size_bytes: int) -> bytes:
    if len(raw) != size_bytes:
        raise BadLength("size")
    return raw
