"""Contact data through the Python client: left by seekers, opened by leads, by nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from clientlib import teamproposals, teams
from clientlib.enquiry import Enquiry
from clientlib.errors import Refused
from clientlib.leadcontacts import LeadContacts
from clientlib.leavingcontact import ChangedElsewhere
from clientlib.leftcontact import LeftContact, UnfitContact, checked_contact
from clientlib.notes import EnquiryNote
from clientlib.restarts import RestartedTeam
from clientlib.staffenquiries import StaffEnquiries
from clientlib.stock import stock_of
from clientlib.teamcare import look_after
from crypto import letter
from crypto.errors import RemoteError
from crypto.levels import Level
from crypto.passphrase import TooLong
from crypto.wire.contacts import ContactRead
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.actors import Cast
from tests.helpers.leads import LEADS16, Office, led, office
from tests.helpers.leaving import on_another_device, revoked
from tests.helpers.server import PORTAL16
from tests.helpers.written import counted, falls_over, takes, writes

EMAIL, PHONE = "kiesel@example.org", "+49 431 5555-1"
NAME = "kiesel-407"


@dataclass(frozen=True, slots=True)
class Scene:
    """Somebody has written, and Maria has taken it."""

    here: Office
    enquiry: Enquiry

    @property
    def cast(self) -> Cast:
        return self.here.cast

    @property
    def ticket16(self) -> bytes:
        return self.enquiry.note.ticket16

    def contacts_of(self, desk: StaffEnquiries) -> LeadContacts:
        return LeadContacts(desk.staff, PORTAL16, self.cast.teams)

    async def other_device(self) -> Enquiry:
        return await on_another_device(self.cast, self.enquiry)

    async def shown_to(self, desk: StaffEnquiries) -> tuple[str, str]:
        """Return what a lead reads who is not in the conversation."""
        found = await self.contacts_of(desk).open(self.ticket16)
        assert not found.is_confirmed
        return found.email, found.phone


@asynccontextmanager
async def scene(
    folder: Path, level: Level = Level.OPEN, taker: str = "maria"
) -> AsyncIterator[Scene]:
    async with led(folder, level) as cast:
        here = await office(cast)
        enquiry = await writes(cast, await cast.registers(NAME))
        await takes(getattr(here, taker), enquiry)
        yield Scene(here, enquiry)


async def test_leads_read_what_was_left_and_counsellors_do_not(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        await one.enquiry.contact.leave(EMAIL, PHONE, over=0)
        # Ruth only leads: the ticket itself is none of hers.
        assert one.ticket16 not in one.here.ruth.rows
        (row,) = await one.contacts_of(one.here.ruth).rows()
        assert (row.ticket16, row.number, row.is_current) == (one.ticket16, 1, 1)
        for lead in (one.here.ruth, one.here.otto):
            assert await one.shown_to(lead) == (EMAIL, PHONE)
        for desk in (one.here.maria, one.here.jonas):
            with pytest.raises(WireError) as refused:
                await one.contacts_of(desk).open(one.ticket16)
            assert refused.value.code is ErrorCode.UNKNOWN
            with pytest.raises(WireError) as refused:
                await one.contacts_of(desk).rows()
            assert refused.value.code is ErrorCode.FORBIDDEN
        # A relay that gives it to a counsellor: it is sealed to others.
        raw = await one.here.ruth.staff.relay.request(ContactRead(ticket16=one.ticket16))
        for seed in one.here.maria.staff.caseload.kem_secrets:
            with pytest.raises(RemoteError):
                letter.open_letter(raw.letter, seed)


@pytest.mark.parametrize("level", [Level.RESTRICTED, Level.STRICT])
async def test_at_every_level_with_leads(tmp_path: Path, level: Level) -> None:
    taker = "otto" if level is Level.STRICT else "maria"
    async with scene(tmp_path, level, taker) as one:
        await one.enquiry.contact.leave("", PHONE, over=0)
        assert await one.shown_to(one.here.ruth) == ("", PHONE)


async def test_who_reads_the_conversation_sees_that_it_is_the_same_person(tmp_path: Path) -> None:
    async with scene(tmp_path, taker="otto") as one:
        await one.enquiry.contact.leave(EMAIL, "", over=0)
        contacts, (case,) = one.contacts_of(one.here.otto), one.here.otto.cases.values()
        found = await contacts.open(one.ticket16, case.box)
        assert (found.email, found.phone, found.is_confirmed) == (EMAIL, "", True)
        # Of another conversation, by the same person: another key.
        other = await writes(one.cast, one.enquiry.account)
        second = await takes(one.here.otto, other)
        with pytest.raises(Refused):
            await contacts.open(one.ticket16, second.box)


async def test_it_is_changed_on_every_device_and_deleted_at_once(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        await one.enquiry.contact.leave(EMAIL, "", over=0)
        second = await one.other_device()
        state = await second.contact.look()
        assert (state.left.email, state.is_kept, state.is_current) == (EMAIL, True, True)
        await second.contact.leave(EMAIL, PHONE, over=1)
        assert await one.shown_to(one.here.ruth) == (EMAIL, PHONE)
        # The first device has typed over what it last saw: nothing is lost, and nothing saved.
        with pytest.raises(ChangedElsewhere):
            await one.enquiry.contact.leave("other@example.org", "", over=1)
        assert (await one.enquiry.contact.look()).left == second.contact.left
        assert await one.shown_to(one.here.ruth) == (EMAIL, PHONE)
        await one.enquiry.contact.remove(over=2)
        with pytest.raises(WireError) as refused:
            await one.shown_to(one.here.ruth)
        assert refused.value.code is ErrorCode.UNKNOWN
        state = await second.contact.look()
        assert (state.left.is_there, state.left.n, state.is_kept) == (False, 3, False)
        await second.contact.leave("", PHONE, over=3)
        assert await one.shown_to(one.here.ruth) == ("", PHONE)
        # Both empty is a deletion.
        await second.contact.leave(" ", "", over=4)
        assert await one.contacts_of(one.here.ruth).rows() == []


async def test_two_devices_at_the_same_moment(tmp_path: Path) -> None:
    """Whoever is second is told; the leads read what the account remembers."""
    async with scene(tmp_path) as one:
        second = await one.other_device()
        real, hit = second.account.relay.request, list[str]()

        async def request(command, credential=b""):  # type: ignore[no-untyped-def]
            if command.META.name == "page_save" and not hit:
                hit.append("faster")
                await one.enquiry.contact.leave(EMAIL, "", over=0)
            return await real(command, credential)

        second.account.relay.request = request  # type: ignore[method-assign]  # at this moment
        with suppress(ChangedElsewhere):
            await second.contact.leave("", PHONE, over=0)
        await second.contact.look()
        await one.enquiry.contact.look()
        left = second.contact.left
        assert hit
        assert one.enquiry.contact.left == left
        assert await one.shown_to(one.here.ruth) == (left.email, left.phone)


async def test_it_stays_with_the_conversation_and_goes_with_it(tmp_path: Path) -> None:
    async with scene(tmp_path, Level.RESTRICTED) as one:
        (before,) = (await stock_of(one.enquiry.account)).conversations
        await one.enquiry.contact.leave(EMAIL, PHONE, over=0)
        (held,) = (await stock_of(one.enquiry.account)).conversations
        assert (before.contact_bytes, held.contact_bytes) == (0, 2_184)
        await one.here.maria.release(one.ticket16)
        assert await one.shown_to(one.here.ruth) == (EMAIL, PHONE)
        case = await takes(one.here.ruth, one.enquiry)
        found = await one.contacts_of(one.here.ruth).open(one.ticket16, case.box)
        assert found.is_confirmed
        await one.enquiry.close()
        assert await one.contacts_of(one.here.ruth).rows() == []
        # Nor does the own account remember it.
        assert (await one.other_device()).note.contact == b""
        (held,) = (await stock_of(one.enquiry.account)).conversations
        assert held.contact_bytes == 0


async def test_a_key_of_the_leads_that_somebody_left_with(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        await one.enquiry.contact.leave(EMAIL, PHONE, over=0)
        ruth = one.here.ruth.staff
        read = ContactRead(ticket16=one.ticket16)
        before = (await ruth.relay.request(read)).letter
        await revoked(one.cast, one.here.otto.staff)
        # As long as who left has the leads' key nothing is sealed to it.
        with pytest.raises(Refused):
            await one.enquiry.contact.leave(EMAIL, "", over=1)
        assert one.enquiry.contact.left.phone == PHONE
        care = await look_after(ruth, LEADS16, is_leads=True, led={PORTAL16: one.cast.teams})
        assert (care.contacts.done, care.contacts.total, care.contacts.skipped) == (1, 1, ())
        after = (await ruth.relay.request(read)).letter
        assert letter.parse_letter(before)[0] != letter.parse_letter(after)[0]
        assert await one.shown_to(one.here.ruth) == (EMAIL, PHONE)
        # By a lead sealed anew, and still signed by who left it.
        case = one.here.maria.cases[one.ticket16]
        found = await one.contacts_of(one.here.ruth).open(one.ticket16, case.box)
        assert found.is_confirmed
        for seed in one.here.otto.staff.caseload.kem_secrets:
            with pytest.raises(RemoteError):
                letter.open_letter(after, seed)
        # Another run finds nothing to do.
        care = await look_after(ruth, LEADS16, is_leads=True, led={PORTAL16: one.cast.teams})
        assert care.contacts.total == 0
        # A seeker's change goes on from there.
        await one.enquiry.contact.leave("", PHONE, over=1)
        assert await one.shown_to(one.here.ruth) == ("", PHONE)


async def test_the_seekers_own_client_seals_it_anew(tmp_path: Path) -> None:
    """Where no lead who has the former key comes by."""
    async with scene(tmp_path) as one:
        await one.enquiry.contact.leave(EMAIL, PHONE, over=0)
        await revoked(one.cast, one.here.otto.staff)
        await teams.succeed(one.here.ruth.staff, LEADS16)
        assert [row.is_current for row in await one.contacts_of(one.here.ruth).rows()] == [0]
        await one.other_device()
        assert [row.is_current for row in await one.contacts_of(one.here.ruth).rows()] == [1]
        assert await one.shown_to(one.here.ruth) == (EMAIL, PHONE)


async def test_a_lead_seals_nothing_over_what_the_seeker_changed(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        await one.enquiry.contact.leave(EMAIL, "", over=0)
        ruth = one.here.ruth.staff
        await revoked(one.cast, one.here.otto.staff)
        await teams.succeed(ruth, LEADS16)
        real = ruth.relay.request

        async def request(command, credential=b""):  # type: ignore[no-untyped-def]
            if command.META.name == "contact_reseal":
                await one.enquiry.contact.leave("", PHONE, over=1)
            return await real(command, credential)

        ruth.relay.request = request  # type: ignore[method-assign]  # at this moment
        progress = await one.contacts_of(one.here.ruth).reseal()
        assert (progress.done, progress.skipped) == (1, ())
        assert await one.shown_to(one.here.ruth) == ("", PHONE)


async def test_one_that_does_not_open_holds_up_no_other(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        await one.enquiry.contact.leave(EMAIL, "", over=0)
        other = await writes(one.cast, one.enquiry.account)
        await other.contact.leave("", PHONE, over=0)
        await revoked(one.cast, one.here.otto.staff)
        await teams.succeed(one.here.ruth.staff, LEADS16)
        db = one.cast.server.relay.parts.db
        where = "slot = (SELECT MIN(slot) FROM enquiries_contacts)"
        rows = await db.read(
            lambda tx: tx.all(f"SELECT bytes_sealed FROM boxes_slots WHERE {where}")
        )
        damaged = rows[0][0][:-1] + bytes([rows[0][0][-1] ^ 1])
        await db.write(
            lambda tx: tx.run(f"UPDATE boxes_slots SET bytes_sealed = $1 WHERE {where}", damaged)
        )
        progress = await one.contacts_of(one.here.ruth).reseal()
        assert (progress.done, progress.total, len(progress.skipped)) == (1, 2, 1)


async def test_a_lead_seals_nothing_anew_to_who_is_no_lead(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        await one.enquiry.contact.leave(EMAIL, "", over=0)
        ruth = one.here.ruth.staff
        await revoked(one.cast, one.here.otto.staff)
        await teams.succeed(ruth, LEADS16)
        # A client that admits whom it should not.
        await teams.admit(ruth, LEADS16, one.here.jonas.staff.subject16)
        with pytest.raises(Refused):
            await one.contacts_of(one.here.ruth).reseal()
        assert [row.is_current for row in await one.contacts_of(one.here.ruth).rows()] == [0]


async def test_nothing_goes_to_a_leads_team_that_is_none(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        with counted(one.enquiry.account.relay) as asked:
            await teams.admit(one.here.ruth.staff, LEADS16, one.here.jonas.staff.subject16)
            with pytest.raises(Refused):
                await one.enquiry.contact.leave(EMAIL, PHONE, over=0)
        assert not {"page_save", "contact_put"} & set(asked)
        assert one.enquiry.contact.left == LeftContact()


async def test_nothing_goes_to_leads_begun_anew_that_nobody_has_seen(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        ruth, now_ms = one.here.ruth.staff, one.cast.now_ms()
        admin_kem = one.here.admin.certificate.kem_pk
        await teamproposals.propose_team(ruth, admin_kem, LEADS16, (ruth.subject16,), now_ms)
        assert await teamproposals.sign_proposals(one.here.admin, now_ms, may_restart=True) == 1
        with pytest.raises(RestartedTeam):
            await one.enquiry.contact.leave(EMAIL, PHONE, over=0)
        assert one.enquiry.contact.left == LeftContact()


async def test_a_portal_without_leads_offers_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        alone = replace(one.enquiry.portal, teams=replace(one.cast.teams, leads16=b""))
        other = Enquiry(one.enquiry.account, alone, one.enquiry.entry)
        assert one.enquiry.contact.is_offered
        assert not other.contact.is_offered
        with pytest.raises(Refused):
            await other.contact.leave(EMAIL, PHONE, over=0)


@pytest.mark.parametrize("what", ["leave", "change", "remove"])
async def test_a_device_that_stops_at_any_moment(tmp_path: Path, what: str) -> None:
    """The next opening, on any device, brings it to its end: all of it, or none."""
    async with scene(tmp_path) as one:
        contacts, over = one.contacts_of(one.here.ruth), 0
        at = 0
        while True:
            device = await one.other_device()
            over = device.contact.left.n
            if what != "leave":
                await device.contact.leave(EMAIL, "", over=over)
                over = device.contact.left.n
            elif device.contact.left.is_there:
                await device.contact.remove(over=over)
                over = device.contact.left.n
            email = "" if what == "remove" else f"try{at}@example.org"
            try:
                async with falls_over(device.account.relay, at, is_asked=bool(at % 2)):
                    await device.contact.leave(email, "", over=over)
            except AssertionError:
                break
            fresh = await one.other_device()
            left = fresh.contact.left
            rows = await contacts.rows()
            assert bool(rows) is left.is_there
            if rows:
                assert await one.shown_to(one.here.ruth) == (left.email, left.phone)
            assert left.email in (email, "" if what == "leave" else EMAIL)
            at += 1
        assert at > 3


async def test_a_new_access_sees_that_something_is_left_and_can_replace_it(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        await one.enquiry.contact.leave(EMAIL, "", over=0)
        # As an access that has the ticket and knows nothing of what the one before left.
        account, entry = one.enquiry.account, one.enquiry.entry
        note = replace(EnquiryNote.decode(entry.settings), contact=b"")
        await account.keyring.remember(
            replace(entry, counter=entry.counter + 1, settings=note.encode())
        )
        state = await one.enquiry.contact.look()
        assert (state.is_anothers, state.is_kept, state.left.n) == (True, False, 0)
        await one.enquiry.contact.leave("", PHONE, over=0)
        assert await one.shown_to(one.here.ruth) == ("", PHONE)
        assert one.enquiry.contact.left.n == 2


def test_what_is_typed_is_checked_gently() -> None:
    assert checked_contact(" Ü@exämple.org \n", " 0431/55 (55)-1 ") == (
        "Ü@exämple.org",
        "0431/55 (55)-1",
    )
    assert checked_contact("", "") == ("", "")
    for email in ("kiesel", "kiesel@", "@example.org", "a b@example.org", "a@b@c", "<a@b>"):
        with pytest.raises(UnfitContact, match="email"):
            checked_contact(email, "")
    for phone in ("1234", "call me", "0431 55 55 x", "++49 431 5555"):
        with pytest.raises(UnfitContact, match="phone"):
            checked_contact("", phone)
    for email, phone in (("a" * 250 + "@b.de", ""), ("", "1" * 41)):
        with pytest.raises(TooLong):
            checked_contact(email, phone)


async def test_what_does_not_fit_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        with counted(one.enquiry.account.relay) as asked:
            for email, phone in (("kiesel", ""), ("", "1234")):
                with pytest.raises(UnfitContact):
                    await one.enquiry.contact.leave(email, phone, over=0)
        assert asked == []


def test_what_an_account_remembers_reads_back_and_is_in_no_traceback() -> None:
    left = LeftContact(n=3, at_ms=1, email=EMAIL, phone=PHONE)
    assert LeftContact.decode(left.encode()) == left
    assert LeftContact().encode() == b""
    assert LeftContact.decode(b"") == LeftContact()
    note = EnquiryNote(portal16=bytes(16), ticket16=bytes(16), since_ms=0, contact=left.encode())
    assert EnquiryNote.decode(note.encode()) == note
    assert EMAIL not in repr(left) + repr(note)
    for raw in (b"\x90", b"\x94\x01\x02\xa0\x05"):
        with pytest.raises(RemoteError):
            LeftContact.decode(raw)
