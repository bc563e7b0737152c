"""From a draft to an open ticket: the steps of sending a written enquiry (protocol section 5).

    1 remember ES_0 is drawn; entry and draft are saved in one page, before anything else
    2 create   the box, under the sign-in
    3 commit 0 {seeker, team or counsellor} with the welcome letter
    4 say      INTRODUCTION, ENQUIRY, files
    5 open     the ticket, last, so that nobody sees one that opens nothing
    6 note     that it is open; the draft goes

Each may be repeated, and none needs to be remembered: what is missing is read from the box. Twin of
web/js/features/enquiries/sending.js.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from clientlib import begin, restarts
from clientlib.account import SeekerAccount
from clientlib.attachments import inspect
from clientlib.begin import Beginning, Recipient
from clientlib.box import Box
from clientlib.counterpart import in_force
from clientlib.errors import Refused
from clientlib.leads import check_leads
from clientlib.notes import HOUR_MS, EnquiryNote
from clientlib.outbox import Item, ItemState
from clientlib.recipient import NoPlace, recipient, takers_of
from crypto import account as keys
from crypto.entry import Entry, KeptSecret
from crypto.envelope import Kind
from crypto.keys import EpochSecret
from crypto.levels import Teams
from crypto.passphrase import TooLong
from crypto.random import Rand
from crypto.transcript import Transcript
from crypto.wire import codec, content, enquiries
from crypto.wire.boxes import BoxState
from crypto.wire.content import MAX_SUBJECT_CHARS, MAX_TEXT_CHARS, MAX_TOPIC_CHARS
from crypto.wire.errors import ErrorCode, WireError

# As the service's settings say where site.json says nothing else.
UNACCEPTED_DAYS = 30
_HOURS_PER_DAY = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """Where an enquiry is written to: from the site, and the page's language.

    `teams` say who reads it, and to whom somebody may give it back.

    `unaccepted_days`: how long the service keeps what nobody takes.
    """

    portal16: bytes
    teams: Teams
    language: str
    unaccepted_days: int = UNACCEPTED_DAYS


class Sending:
    """The steps of one enquiry; the keyring's entry says whose they are."""

    def __init__(self, account: SeekerAccount, portal: Portal, box16: bytes, rand: Rand) -> None:
        self.account = account
        self.portal = portal
        self.box16 = box16
        self._files: list[tuple[bytes, str]] = []
        self._asked: Item | None = None
        self._rand = rand

    async def check(self, note: EnquiryNote, files: Sequence[tuple[bytes, str]]) -> None:
        """Refused where nobody could read it, UnfitFile for what is not passed on; keeps nothing.

        NoPlace, and with it who would get it instead, where the addressee takes on nothing new.
        `files`: bytes and names; they are in memory only until they are sent.
        """
        for raw, name in files:
            inspect(raw, name)
        await self.account.log.update()
        self._recipient(note)
        await self._check_place(note.addressee)
        self._files = list(files)

    async def _check_place(self, addressee: bytes) -> None:
        if not addressee:
            return
        told = await takers_of(self.account.relay, self.portal.portal16)
        known = self.account.regular_at(self.portal.portal16)
        is_regular = known is not None and known.subject16 == addressee
        is_known = self.account.is_known_to(self.portal.portal16, addressee)
        instead = recipient(told, addressee, is_regular=is_regular, is_known=is_known)
        if instead != addressee:
            raise NoPlace(instead)

    async def remember(self, entry: Entry, note: EnquiryNote, text: str) -> None:
        """Step 1: durable before it is used, and with it every word that was typed."""
        es = EpochSecret(self._rand(EpochSecret.SIZE_BYTES))
        sending = replace(
            entry,
            secrets=(KeptSecret(epoch=0, es=es),),
            counter=entry.counter + 1,
            settings=replace(note, since_ms=self.account.now_ms()).encode(),
        )
        await self.account.keyring.remember_typed(sending, text)

    async def run(self, box: Box | None = None) -> Box:
        """Steps 2 to 6, those that are missing; `box` where it has been opened already.

        What has closed meanwhile is only shown, and not begun once more after its purge.
        """
        box, stands = box or await self._begun(), ""
        if box.clock.state is BoxState.OPEN:
            stands = await self._say_enquiry(box)
            while self._files:
                await box.send_file(*self._files[0])
                del self._files[0]
            await self._open_ticket()
        await self._remember_open(stands)
        return box

    @property
    def _entry(self) -> Entry:
        entry = self.account.keyring.entry(self.box16)
        assert entry is not None, "remembered before it is used"
        return entry

    @property
    def _note(self) -> EnquiryNote:
        return EnquiryNote.decode(self._entry.settings)

    @property
    def _keys(self) -> keys.ConversationKeys:
        return keys.conversation(self.account.ams, self._entry.key_context)

    async def _begun(self) -> Box:
        """Steps 2 and 3: create the box and make its first commit, if nobody has."""
        beginning = await self._beginning()
        try:
            transcript = await begin.create_box(self.account.relay, beginning)
        except WireError as error:
            # What has ended since is there to be read; it is not made again.
            if error.code not in (ErrorCode.CLOSED, ErrorCode.CONFLICT):
                raise
            return await self._found()
        box = await self.account.reopen(self._entry, self.portal.teams)
        if box is not None:
            return box
        return await self._let_in(beginning, transcript)

    async def _let_in(self, beginning: Beginning, transcript: Transcript) -> Box:
        """Step 3; `stale`: another device of this account was faster, or the team has a new key."""
        relay = self.account.relay
        try:
            await begin.commit_first(relay, beginning, self._recipient(self._note), transcript)
        except WireError as error:
            if error.code is not ErrorCode.STALE:
                raise
            box = await self.account.find(self.box16, self.portal.teams)
            if box is not None:
                return box
            # The secret stays the one that the transcript began with.
            newer = replace(await self._beginning(), es=beginning.es)
            transcript.staff = newer.staff
            await begin.commit_first(relay, newer, self._recipient(self._note), transcript)
        return await self._found()

    async def _found(self) -> Box:
        box = await self.account.find(self.box16, self.portal.teams)
        if box is None:
            raise Refused("the box that was just begun is not there")
        return box

    async def _beginning(self) -> Beginning:
        now_ms, log = self.account.now_ms(), self.account.log
        await log.update()
        return Beginning(
            box16=self.box16,
            keys=self._keys,
            es=self._entry.secrets[0].es,
            ticket16=self._note.ticket16,
            is_written=True,
            closes_hour=now_ms // HOUR_MS + self.portal.unaccepted_days * _HOURS_PER_DAY,
            handle=self.account.handle,
            staff=log.staff,
            log_size=log.view.size,
            now_ms=now_ms,
            rand=self._rand,
        )

    def _recipient(self, note: EnquiryNote) -> Recipient:
        """Whom to let in, by the log; Refused where there is nobody, or a restart was not seen."""
        view, now_ms = self.account.log.view, self.account.now_ms()
        teams = self.portal.teams
        statement = view.current_team(teams.first16, now_ms)
        addressee = note.addressee
        if statement is None:
            raise Refused("no team in force")
        restarts.must_be_seen(view, teams.first16, self.account.settings.restarts)
        check_leads(view, teams, statement.team, now_ms)
        if not addressee:
            return begin.to_team(statement)
        certificate = in_force(view, addressee, now_ms)
        if certificate is None or addressee not in statement.team.members:
            raise Refused("not in this team")
        return begin.to_counsellor(certificate)

    async def _say_enquiry(self, box: Box) -> str:
        """Step 4: introduced is who comes back; the enquiry is said once. Returns what stands."""
        for said in box.said:
            if said.n == box.learned.enquiry_n:
                return said.text or ""
        if self._asked is None:
            draft = self.account.keyring.draft(self.box16)
            asked = checked(self._note.topic, self._note.subject, draft)
            self._asked = await box.send(Kind.ENQUIRY, codec.encode(asked))
        else:
            await box.flush()
        if self._asked.state is not ItemState.STORED:
            raise Refused("sending is paused")
        return codec.decode(content.Enquiry, self._asked.payload).text

    async def _open_ticket(self) -> None:
        note = self._note
        command = enquiries.EnquiryOpen(
            ticket16=note.ticket16,
            portal16=note.portal16,
            language=self.portal.language,
            addressee=note.addressee,
            relation=self.account.relation_to(note.portal16, note.addressee),
        )
        await self.account.relay.request(command, self._keys.ticket_cap.raw)

    async def _remember_open(self, stands: str) -> None:
        """Step 6: what stands in the box need not stand in the draft; anything else stays there."""
        entry = self._entry
        note = replace(self._note, is_open=True)
        opened = replace(entry, counter=entry.counter + 1, settings=note.encode())
        draft = self.account.keyring.draft(self.box16)
        left = "" if draft == stands else draft
        await self.account.keyring.remember_typed(opened, left)


def checked(topic: str, subject: str, text: str) -> content.Enquiry:
    """Return what would be sent; TooLong for more than an envelope takes."""
    whole = content.Enquiry(topic=_nfc(topic), subject=_nfc(subject), text=_nfc(text))
    if (
        len(whole.topic) > MAX_TOPIC_CHARS
        or len(whole.subject) > MAX_SUBJECT_CHARS
        or len(whole.text) > MAX_TEXT_CHARS
    ):
        raise TooLong
    return whole


def _nfc(typed: str) -> str:
    """As it is encoded: a lone surrogate becomes U+FFFD, and every character its one form."""
    whole = typed.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return unicodedata.normalize("NFC", whole)
