"""Written conversations in a terminal: a list, a new enquiry, reading on and answering.

Nothing is printed that the transcript has not judged, and what others wrote passes `plain`.
"""

from __future__ import annotations

import asyncio

from clientlib import restarts
from clientlib.account import SeekerAccount
from clientlib.box import Box
from clientlib.comeback import Found
from clientlib.consent import Answer
from clientlib.counterpart import name_of, readers_of
from clientlib.enquiry import Enquiry
from clientlib.errors import Refused
from clientlib.leftcontact import UnfitContact
from clientlib.restarts import RestartedTeam
from clientlib.said import WORDS
from clientlib.sending import Portal
from clientlib.standing import Standing
from clientlib.talk import END, SOMEBODY, Ended, typed_before
from clientlib.terminal import Terminal, plain
from crypto.envelope import Kind
from crypto.levels import Level
from crypto.passphrase import TooLong
from crypto.wire.content import MAX_SUBJECT_CHARS, MAX_TEXT_CHARS

# Before a number: what is left for the leads there.
_CONTACT = "k"
_CONTACT_WORDS = (
    "Hier können Sie für die Leitung eine E-Mail-Adresse oder Telefonnummer hinterlegen, müssen "
    "aber nicht. Lesen kann es nur sie: {}. Wer Sie berät, sieht es nicht. Es wird gelöscht, wenn "
    "das Gespräch beendet ist, und wir schicken nichts dorthin."
)
_UNFIT = {
    "email": "Das sieht nicht nach einer E-Mail-Adresse aus.",
    "phone": "Das sieht nicht nach einer Telefonnummer aus.",
}
# Alone on a line: that was all of it.
SEND = "."
_HOW = f"Schreiben Sie; eine Zeile mit nur „{SEND}“ sendet. {END}: nicht senden."
YES, NO = "ja", "nein"
_QUESTION = (
    "Ihre Ansprechperson möchte dieses Gespräch übergeben: {} soll für Sie weiterschreiben. "
    "Ihre bisherige Ansprechperson liest danach nicht mehr mit."
)
_WITH_HISTORY = "Mit bisherigem Verlauf: Alles bisher Geschriebene kann dann gelesen werden."
_WITHOUT_HISTORY = "Ohne bisherigen Verlauf: Lesen lässt sich nur, was ab der Übergabe kommt."
_RESTARTED = (
    "ACHTUNG: Die Verwaltung hat dieses Team neu begonnen, ohne dass ein bisheriges Mitglied "
    "unterschrieben hat. Fragen Sie im Zweifel erst bei der Beratungsstelle nach. Senden? [ja/nein]"
)
_FROM_THE_SERVICE = "[Hier stimmt etwas nicht: Der Dienst zeigt nicht alles, oder anderes.]"
# Who reads a new enquiry, and what follows once somebody has taken it; the names of each team.
_LEVEL_WORDS = {
    Level.WIDE_OPEN: (
        "Das liest das ganze Team, die ganze Zeit: {}.",
        "Eine Person übernimmt es und antwortet; die anderen lesen weiter mit und können es "
        "jederzeit übernehmen.",
    ),
    Level.OPEN: ("Das lesen, bis jemand es übernimmt: {}.", "Danach nur noch diese Person."),
    Level.RESTRICTED: (
        "Das lesen, bis jemand es übernimmt: {}.",
        "Danach nur noch diese Person. Gibt sie es zurück, liest es nur die Leitung: {}.",
    ),
    Level.STRICT: (
        "Das liest nur die Leitung: {}.",
        "Wer es übernimmt, gibt es mit Ihrem Einverständnis an eine Beratungsperson weiter.",
    ),
}


async def write(
    terminal: Terminal, account: SeekerAccount, portal: Portal, found: Found, answer_days: int
) -> None:
    """Show what was written and go on with it, or write something new, until `/ende`."""
    desk = _Desk(terminal, account)
    enquiries = list(found.enquiries)
    try:
        while True:
            for i, one in enumerate(enquiries, 1):
                terminal.say(f"{i} · {plain(_title(one))} · {_where(one)}")
            contact = (
                f" {_CONTACT} und Zahl: Kontakt für die Leitung." if desk.has_leads(portal) else ""
            )
            terminal.say(f"Eingabetaste: neues Anliegen. Zahl: lesen.{contact} {END}: Schluss.")
            chosen = (await desk.line()).strip()
            if chosen == "":
                enquiry = Enquiry.begin(account, portal)
                if await desk.sends(enquiry, answer_days):
                    enquiries.append(enquiry)
            elif chosen.isdecimal() and 0 < int(chosen) <= len(enquiries):
                await desk.goes_on(enquiries[int(chosen) - 1], answer_days)
            elif contact and (found_at := _contact_at(chosen, len(enquiries))) is not None:
                await desk.leaves_contact(enquiries[found_at])
    except Ended:
        terminal.say("Auf Wiedersehen.")


class _Desk:
    """One person's keyboard and screen."""

    def __init__(self, terminal: Terminal, account: SeekerAccount) -> None:
        self._terminal = terminal
        self._account = account

    async def line(self) -> str:
        """Read a line; Ended for `/ende`."""
        forever = asyncio.Event()
        return await typed_before(self._terminal, self._account.relay, forever.wait()) or ""

    async def sends(self, enquiry: Enquiry, answer_days: int) -> bool:
        """Ask for subject and text, say who will read it, send; tell whether it was sent."""
        say = self._terminal.say
        subject, typed = enquiry.note.subject, enquiry.draft.splitlines()
        try:
            if enquiry.entry.counter == 0:
                say("Betreff:")
                subject = await self.line()
            say(await self._readers(enquiry))
            say(_HOW)
            for one in typed:
                say(plain(one))
            await self._text(typed)
        except Ended:
            await enquiry.keep("", subject, "\n".join(typed))
            say("Nicht gesendet. Der Entwurf ist aufgehoben.")
            return enquiry.entry.counter > 0
        try:
            await self._trusts(enquiry)
            await enquiry.send("", subject, "\n".join(typed))
        except TooLong:
            say(f"Zu lang: {MAX_SUBJECT_CHARS} Zeichen im Betreff, {MAX_TEXT_CHARS} im Text.")
            return False
        except (RestartedTeam, Ended):
            await enquiry.keep("", subject, "\n".join(typed))
            say("Nicht gesendet. Der Entwurf ist aufgehoben.")
            return enquiry.entry.counter > 0
        say(f"Gesendet. Eine Antwort bekommen Sie innerhalb von {answer_days} Werktagen.")
        return True

    async def _trusts(self, enquiry: Enquiry) -> None:
        """Show the alarm for a team that was begun anew, once; RestartedTeam without a yes."""
        account, team16 = self._account, enquiry.portal.teams.first16
        view = await account.log.update()
        found = restarts.unseen(view, team16, account.settings.restarts)
        if found is None:
            return
        self._terminal.say(_RESTARTED)
        if (await self.line()).strip().lower() != "ja":
            raise RestartedTeam(found)
        await restarts.note_seen(account.keyring, view, found)

    async def goes_on(self, enquiry: Enquiry, answer_days: int) -> None:
        """Show a conversation and say more in it; a draft is written to its end."""
        box = enquiry.box
        if box is None:
            await self.sends(enquiry, answer_days)
            return
        self._show(box)
        if enquiry.standing is Standing.CLOSED:
            self._terminal.say("Dieses Gespräch ist geschlossen.")
            return
        await self._consents(enquiry)
        self._terminal.say(_HOW)
        typed: list[str] = []
        try:
            await self._text(typed)
        except Ended:
            await enquiry.keep("", "", "\n".join(typed))
            return
        await enquiry.say("\n".join(typed))
        self._terminal.say("Gesendet.")

    @staticmethod
    def has_leads(portal: Portal) -> bool:
        """Tell whether contact data can be left here."""
        return bool(portal.teams.leads16)

    async def leaves_contact(self, enquiry: Enquiry) -> None:
        """Show what is left for the leads, and take what is typed in its place; empty deletes."""
        say, contact = self._terminal.say, enquiry.contact
        if enquiry.box is None or enquiry.standing is Standing.CLOSED:
            say("Das geht, solange das Gespräch läuft.")
            return
        left = (await contact.look()).left
        say(_CONTACT_WORDS.format(await self._names(enquiry.portal.teams.leads16)))
        for name, value in (("E-Mail", left.email), ("Telefon", left.phone)):
            say(f"{name} bisher: {plain(value) or 'nichts'}")
        try:
            say("E-Mail-Adresse (leer: keine):")
            email = await self.line()
            say("Telefonnummer (leer: keine):")
            phone = await self.line()
        except Ended:
            say("Nichts geändert.")
            return
        try:
            await contact.leave(email, phone, over=left.n)
        except UnfitContact as error:
            say(f"{_UNFIT[str(error)]} Nichts geändert.")
        except TooLong:
            say("Das ist zu lang. Nichts geändert.")
        except Refused:
            say("Das geht gerade nicht. Bitte versuchen Sie es später noch einmal.")
        else:
            say("Hinterlegt." if contact.left.is_there else "Es ist nichts hinterlegt.")

    async def _consents(self, enquiry: Enquiry) -> None:
        """Ask whether a colleague may go on, if that was asked; neither yes nor no means later."""
        asked, account = enquiry.hand_over, self._account
        if asked is None or asked.answer is not Answer.OPEN:
            return
        certificate = (await account.log.update()).certificate(asked.certificate_hash)
        if certificate is None:
            return
        every = enquiry.portal.teams.all16
        names = [await name_of(account.relay, one, certificate) for one in every]
        name = next((one for one in names if one), "")
        self._terminal.say(_QUESTION.format(plain(name) or SOMEBODY))
        self._terminal.say(_WITH_HISTORY if asked.with_history else _WITHOUT_HISTORY)
        self._terminal.say(f"{YES}: einverstanden. {NO}: nicht einverstanden. Sonst: später.")
        said = (await self.line()).strip().lower()
        if said in (YES, NO):
            await enquiry.answer(is_yes=said == YES)
            self._terminal.say("Ihre Antwort ist gesendet.")

    async def _text(self, typed: list[str]) -> None:
        """Read lines into `typed` until the one that sends; Ended leaves what was typed there."""
        while (line := await self.line()) != SEND or not any(one.strip() for one in typed):
            typed.append(line)

    async def _readers(self, enquiry: Enquiry) -> str:
        portal, teams = enquiry.portal, enquiry.portal.teams
        names = {one: await self._names(one) for one in {teams.first16, teams.back16}}
        who, taken = _LEVEL_WORDS[teams.level]
        return (
            f"{who.format(names[teams.first16])} {taken.format(names[teams.back16])} "
            f"Übernimmt es niemand, endet es nach {portal.unaccepted_days} Tagen."
        )

    async def _names(self, team16: bytes) -> str:
        account = self._account
        view = await account.log.update()
        readers = await readers_of(account.relay, view, team16, account.now_ms())
        return ", ".join(plain(one.name) or "jemand ohne Namen" for one in readers)

    def _show(self, box: Box) -> None:
        for said in box.said:
            if said.text is not None:
                self._terminal.say(f"{'Sie' if said.mine else 'Antwort'}: {plain(said.text)}")
            elif said.kind in WORDS:
                self._terminal.say("[Eine Datei; im Browser lässt sie sich öffnen.]")
            elif said.kind == Kind.DONE:
                self._terminal.say("[Als abgeschlossen markiert. Schreiben Sie gern wieder.]")
        if box.transcript.sending_paused:
            self._terminal.say(_FROM_THE_SERVICE)


def _contact_at(chosen: str, count: int) -> int | None:
    """Which conversation is meant, as an index; None for another word."""
    number = chosen.removeprefix(_CONTACT)
    is_one = number != chosen and number.isdecimal() and 0 < int(number) <= count
    return int(number) - 1 if is_one else None


def _title(enquiry: Enquiry) -> str:
    """The subject as first written."""
    learned = enquiry.box.learned if enquiry.box else None
    return (learned.subject if learned else enquiry.note.subject) or "ohne Betreff"


def _where(enquiry: Enquiry) -> str:
    if enquiry.box is not None:
        return enquiry.standing.value
    return "Entwurf" if enquiry.is_draft else "noch nicht gesendet"
