"""The auditor's own trial, in writing: an enquiry to the portal for audits by an access of its own.

    1 keep     name, passphrase and markers are drawn and kept, before anything is sent
    2 access   made, or signed in to
    3 send     the enquiry: a marker, a file
    4 take     the auditor takes it over; their capability is kept
    5 answer   a marker; marked as done
    6 end      by the seeker, whose keyring then knows the tomb; kept as a `Canary`
    7 leave    once the deletion has its evidence: the access is deleted (`leave`)

Whatever breaks it off, the next run takes the same steps, those that are missing: what is done is
read from the access's keyring and from the box.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from clientlib import accounts
from clientlib.account import SeekerAccount
from clientlib.attachments import read_message
from clientlib.audit import access as auditors
from clientlib.audit import begun, canary
from clientlib.audit.access import Access, AuditPortal
from clientlib.audit.begun import Begun
from clientlib.audit.canary import Canary
from clientlib.audit.check import CannotRun, Findings, Words
from clientlib.audit.outside import Outside
from clientlib.box import Box
from clientlib.case import Case
from clientlib.enquiry import Enquiry
from clientlib.errors import over_is_fine
from clientlib.notes import enquiry_note
from clientlib.relay import RelayClient
from clientlib.said import Said
from clientlib.sending import Portal
from clientlib.staff import Staff
from clientlib.staffenquiries import StaffEnquiries
from clientlib.standing import Standing
from clientlib.translog import LogReader
from crypto import account as keys
from crypto import evidence
from crypto.envelope import Kind
from crypto.errors import WrongKey
from crypto.levels import Teams
from crypto.wire.accounts import AccountKind
from crypto.wire.boxes import BoxState
from crypto.wire.capacity import RelationEnd
from crypto.wire.errors import ErrorCode, WireError

FILE_NAME = "pruefung.pdf"
# For all steps: both sides are played here, and nobody thinks for long.
PATIENCE_S = 180
_TOPIC, _SUBJECT = "Prüfung", "Eigene Probe"


async def play(audit: Outside, access: Access, portal: AuditPortal, found: Findings) -> Canary:
    """Write one enquiry to oneself, from the access to the end; what is odd goes into `found`."""
    async with asyncio.timeout(PATIENCE_S), RelayClient(audit.url) as theirs:
        # First, so that a wrong access leaves nothing behind.
        auditor = await auditors.sign_in(theirs, access, await audit.view(), audit.now_ms)
        kept = await begun.load(audit) or await begun.draw(audit)
        async with RelayClient(audit.url) as mine:
            account = await _account(audit, mine, kept)
            one = await _through(audit, auditor, account, portal, kept, found)
            one.keep(audit)
            await begun.forget(audit)
            return one


async def leave(audit: Outside, one: Canary, found: Findings) -> None:
    """Delete the access that wrote it; then it must open no more. A chat had none."""
    if not one.name:
        return
    left = await begun.load(audit)
    if left is not None and left.name == one.name:
        # The run was broken off at the very end.
        await begun.forget(audit)
    deployment_id = (await audit.organisation()).deployment_id
    async with RelayClient(audit.url) as relay:
        try:
            account = await _signed_in(audit, relay, one.name, one.phrase)
            await account.delete(phrase=one.phrase, deployment_id=deployment_id)
            await _signed_in(audit, relay, one.name, one.phrase)
        except WrongKey:
            # Deleted, now or by an earlier run.
            return
    found.add(_STILL_OPENS, tomb=one.tomb)


# --- the steps ------------------------------------------------------------------------------------


async def _account(audit: Outside, relay: RelayClient, kept: Begun) -> SeekerAccount:
    """Step 2; the name is taken only by an earlier run: nobody else draws it."""
    try:
        await accounts.create(
            relay,
            name=kept.name,
            phrase=kept.phrase,
            deployment_id=(await audit.organisation()).deployment_id,
            kind=AccountKind.SEEKER,
        )
    except WireError as error:
        if error.code is not ErrorCode.NAME_TAKEN:
            raise
    try:
        return await _signed_in(audit, relay, kept.name, kept.phrase)
    except WrongKey as error:
        raise CannotRun(_OWN_ACCESS) from error


async def _through(
    audit: Outside,
    auditor: Staff,
    account: SeekerAccount,
    portal: AuditPortal,
    kept: Begun,
    found: Findings,
) -> Canary:
    teams = Teams(team16=portal.team16)
    written_to = Portal(portal16=portal.portal16, teams=teams, language="de")
    enquiry = await _sent(account, written_to, kept)
    desk = StaffEnquiries(auditor, {portal.portal16: teams})
    try:
        asking = enquiry.box
        if asking is not None and asking.clock.state is BoxState.OPEN:
            await desk.read((portal.portal16,))
            await desk.wait_until(lambda: enquiry.note.ticket16 in desk.rows)
            case = await desk.accept(enquiry.note.ticket16)
            kept = await _taken(audit, auditor, case, kept)
            await _answered(case, asking, kept, found)
            await _end_relations(asking)
            await enquiry.close()
            await case.box.wait_until(lambda: case.box.clock.state is BoxState.CLOSED)
            await case.settle()
        return await _kept(audit, enquiry, kept)
    finally:
        for box in (enquiry.box, *(one.box for one in desk.cases.values())):
            if box is not None:
                await box.stop()


async def _sent(account: SeekerAccount, portal: Portal, kept: Begun) -> Enquiry:
    """Step 3; a file that was not sent is no more in memory, and is sent by itself."""
    question, _, file = kept.said
    entry = next((one for one in account.keyring.entries if enquiry_note(one)), None)
    if entry is None:
        enquiry = Enquiry.begin(account, portal)
        await enquiry.send(_TOPIC, _SUBJECT, question, [(file, FILE_NAME)])
        return enquiry
    enquiry = await Enquiry.take_up(account, portal, entry)
    if enquiry.halted is not None:
        raise enquiry.halted
    box = enquiry.box
    if box is not None and box.clock.state is BoxState.OPEN and not _first(box, Kind.FILE):
        await enquiry.send_file(file, FILE_NAME)
    return enquiry


async def _taken(audit: Outside, auditor: Staff, case: Case, kept: Begun) -> Begun:
    """Step 4, once the file has come."""
    box = case.box
    await box.wait_until(lambda: _first(box, Kind.FILE) is not None)
    taken = replace(
        kept,
        cap=auditor.caseload.cap(box.box16).raw.hex(),
        blob16=read_message(_the(box, Kind.FILE).payload).blob16.hex(),
    )
    await taken.keep(audit)
    return taken


async def _answered(case: Case, asking: Box, kept: Begun, found: Findings) -> None:
    """Step 5, and whether each heard what the other said."""
    box = case.box
    if _first(box, Kind.TEXT) is None:
        await case.say(kept.said[1])
    if case.standing is not Standing.DONE:
        await case.mark_done()
    await asking.wait_until(lambda: asking.learned.is_done)
    received = await box.fetch_file(_the(box, Kind.FILE))
    heard = (_the(box, Kind.ENQUIRY).text, _the(asking, Kind.TEXT).text, received.raw)
    if heard != kept.said:
        found.add(canary.GARBLED)


async def _end_relations(asking: Box) -> None:
    """Take back what would let this seeker write to the auditor for years."""
    for given in (asking.learned.relation, asking.learned.known):
        if given is not None and given.relation:
            with over_is_fine():
                await asking.relay.request(RelationEnd(), given.relation)


async def _kept(audit: Outside, enquiry: Enquiry, kept: Begun) -> Canary:
    """Step 6; what ended or went without being seen is cleared up, and said."""
    entry, deployment_id = enquiry.entry, (await audit.organisation()).deployment_id
    tomb = evidence.tomb_of(entry)
    if tomb is None or not kept.cap:
        await enquiry.account.delete(phrase=kept.phrase, deployment_id=deployment_id)
        await begun.forget(audit)
        raise CannotRun(_LOST)
    return Canary(
        deployment=deployment_id.hex(),
        box16=enquiry.box16.hex(),
        caps=(keys.conversation(enquiry.account.ams, enquiry.box16).cap.raw.hex(), kept.cap),
        blob16=kept.blob16,
        tomb=tomb.hex(),
        close_minute=entry.close_minute,
        due_ms=canary.due_ms(await audit.view(), entry.close_minute),
        markers=(*kept.markers, kept.name, kept.phrase),
        name=kept.name,
        phrase=kept.phrase,
    )


# --- helpers --------------------------------------------------------------------------------------


async def _signed_in(audit: Outside, relay: RelayClient, name: str, phrase: str) -> SeekerAccount:
    view, deployment_id = await audit.view(), (await audit.organisation()).deployment_id
    signed_in = await accounts.sign_in(relay, name=name, phrase=phrase, deployment_id=deployment_id)
    log = LogReader(relay, view.fingerprint, deployment_id, for_audit=True)
    account = SeekerAccount(relay, log, signed_in, audit.now_ms)
    await account.begin()
    return account


def _first(box: Box, kind: Kind) -> Said | None:
    """Each kind is said by one side alone here, so whose it is need not be asked."""
    return next((one for one in box.said if one.kind == kind), None)


def _the(box: Box, kind: Kind) -> Said:
    said = _first(box, kind)
    assert said is not None, "waited for"
    return said


_OWN_ACCESS = Words(
    de="Der Zugang, den ein früherer Lauf für die eigene Anfrage angelegt hat, lässt sich nicht "
    "öffnen. Der Ordner des Prüfers nennt ihn in »begun-….json«.",
    en="The access that an earlier run made for the own enquiry does not open. The auditor’s "
    "folder names it in “begun-….json”.",
)
_LOST = Words(
    de="Eine abgebrochene Anfrage eines früheren Laufs ist vor der Zeit zu Ende gegangen; ihr "
    "Nachweis lässt sich nicht mehr suchen. Der Zugang dafür ist gelöscht, es bleibt nichts "
    "zurück. Der nächste Aufruf beginnt von vorn.",
    en="An enquiry that an earlier run broke off has ended before its time; its evidence can no "
    "longer be looked for. The access for it is deleted, nothing remains. The next call begins "
    "anew.",
)
_STILL_OPENS = Words(
    de="Ein gelöschter Zugang lässt sich noch öffnen.",
    en="An access that was deleted still opens.",
)
