"""Contact data, and a relay that lies: of another ticket, of another time, by somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from clientlib import teams
from clientlib.errors import Refused
from clientlib.leadcontacts import LeadContacts
from clientlib.staff import Staff
from crypto import account, kem, letter
from crypto.contact import SignedContact
from crypto.errors import BadProof, RemoteError
from crypto.keys import KemPublic
from crypto.letter import LetterKind
from crypto.wire.contacts import ContactPut, ContactRead, ContactReadReply, ContactReseal
from tests.helpers.leads import LEADS16
from tests.helpers.leaving import revoked
from tests.helpers.organisation import seed
from tests.helpers.written import takes, writes
from tests.lying import contactletters
from tests.lying.contactletters import STRANGER, invented
from tests.test_contacts import EMAIL, PHONE, Scene, scene

Lie = Callable[[ContactReadReply], ContactReadReply]


@contextmanager
def lying(staff: Staff, lie: Lie) -> Iterator[None]:
    """Change what the relay gives a lead."""
    real = staff.relay.request

    async def request(command: Any, credential: bytes = b"") -> Any:
        reply = await real(command, credential)
        return lie(reply) if isinstance(command, ContactRead) else reply

    with mock.patch.object(staff.relay, "request", request):
        yield


async def kept(one: Scene, ticket16: bytes = b"") -> ContactReadReply:
    asked = ContactRead(ticket16=ticket16 or one.ticket16)
    return await one.here.ruth.staff.relay.request(asked)


def leads_key(one: Scene) -> KemPublic:
    """The newest that Ruth holds."""
    kept = one.here.ruth.staff.keyring.team_seeds
    return kem.public([found.seed for found in kept if found.team16 == LEADS16][-1])


def made(one: Scene, **about: Any) -> bytes:
    """A letter with contact data as somebody makes it who was not asked."""
    false = invented(one.enquiry.box16, one.ticket16, one.cast.now_ms())
    return contactletters.made(leads_key(one), false, **about)


def contacts_of(one: Scene, name: str = "ruth") -> LeadContacts:
    return one.contacts_of(getattr(one.here, name))


async def test_those_of_two_tickets_are_not_swapped(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        await one.enquiry.contact.leave(EMAIL, PHONE, over=0)
        other = await writes(one.cast, await one.cast.registers("moos-11"))
        await other.contact.leave("moos@example.org", "", over=0)
        theirs = await kept(one, other.note.ticket16)
        with lying(one.here.ruth.staff, lambda _: theirs), pytest.raises(Refused, match="another"):
            await contacts_of(one).open(one.ticket16)


async def test_a_former_one_is_not_shown_as_the_present_one(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        await one.enquiry.contact.leave(EMAIL, "", over=0)
        former = await kept(one)
        await one.enquiry.contact.leave("", PHONE, over=1)
        contacts = contacts_of(one)
        # Under the version of the present one.
        both = replace(former, version=2)
        with lying(one.here.ruth.staff, lambda _: both), pytest.raises(BadProof, match="version"):
            await contacts.open(one.ticket16)
        assert (await contacts.open(one.ticket16)).phone == PHONE
        # Under its own, after the later one was seen.
        with lying(one.here.ruth.staff, lambda _: former), pytest.raises(BadProof, match="earlier"):
            await contacts.open(one.ticket16)
        # Nor is it sealed anew as if it were the present one.
        await revoked(one.cast, one.here.otto.staff)
        await teams.succeed(one.here.ruth.staff, LEADS16)
        with lying(one.here.ruth.staff, lambda _: both):
            progress = await contacts_of(one).reseal()
        assert progress.skipped == (one.ticket16,)


async def test_what_a_stranger_makes_is_never_taken_for_the_seekers(tmp_path: Path) -> None:
    async with scene(tmp_path, taker="otto") as one:
        false = ContactReadReply(version=1, letter=made(one))
        (case,) = one.here.otto.cases.values()
        await one.enquiry.contact.leave(EMAIL, "", over=0)
        contacts = contacts_of(one, "otto")
        with lying(one.here.otto.staff, lambda _: false), pytest.raises(Refused, match="not left"):
            await contacts.open(one.ticket16, case.box)
        # Who does not read the conversation is told that nobody has checked it.
        with lying(one.here.ruth.staff, lambda _: false):
            assert not (await contacts_of(one).open(one.ticket16)).is_confirmed


async def test_who_brings_it_is_the_seeker_or_a_lead(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        await one.enquiry.contact.leave(EMAIL, "", over=0)
        ruth, maria = one.here.ruth.staff, one.here.maria.staff
        view = ruth.log.view
        payload = letter.open_letter(
            (await kept(one)).letter,
            next(kept.seed for kept in ruth.keyring.team_seeds if kept.team16 == LEADS16),
        ).payload
        true = SignedContact.decode(payload)
        by_maria, by_ruth = account.staff_sign(maria.ams), account.staff_sign(ruth.ams)
        false = {
            "a stranger": made(one, signed=true, outer=STRANGER),
            "a counsellor": made(
                one, signed=true, outer=by_maria, certificate_hash=maria.certificate.hash
            ),
            "a stranger in a lead's name": made(
                one, signed=true, outer=STRANGER, certificate_hash=ruth.certificate.hash
            ),
            "a certificate that is none": made(
                one, signed=true, outer=by_ruth, certificate_hash=seed("none")
            ),
            "another kind": made(
                one,
                signed=true,
                outer=by_ruth,
                certificate_hash=ruth.certificate.hash,
                kind=LetterKind.GRANT,
            ),
        }
        assert view.certificate(seed("none")) is None
        for raw in false.values():
            reply = ContactReadReply(version=1, letter=raw)
            with lying(ruth, lambda _, said=reply: said), pytest.raises(Refused):
                await contacts_of(one).open(one.ticket16)
        # By a lead it is what the seeker signed.
        raw = made(one, signed=true, outer=by_ruth, certificate_hash=ruth.certificate.hash)
        reply = ContactReadReply(version=1, letter=raw)
        with lying(ruth, lambda _: reply):
            assert (await contacts_of(one).open(one.ticket16)).email == EMAIL


async def test_who_has_left_seals_nothing_anew(tmp_path: Path) -> None:
    """A former lead, with the relay's help, brings an earlier version under the new key."""
    async with scene(tmp_path) as one:
        await one.enquiry.contact.leave(EMAIL, "", over=0)
        otto, ruth = one.here.otto.staff, one.here.ruth.staff
        certificate = otto.certificate.hash
        first = letter.open_letter(
            (await kept(one)).letter,
            next(kept.seed for kept in otto.keyring.team_seeds if kept.team16 == LEADS16),
        )
        await revoked(one.cast, otto)
        await teams.succeed(ruth, LEADS16)
        raw = made(
            one,
            signed=SignedContact.decode(first.payload),
            outer=account.staff_sign(otto.ams),
            certificate_hash=certificate,
        )
        reply = ContactReadReply(version=1, letter=raw)
        with lying(ruth, lambda _: reply), pytest.raises(Refused):
            await contacts_of(one).open(one.ticket16)


@pytest.mark.parametrize("at", [5, 40, -1])
async def test_changed_bytes_show_nothing(tmp_path: Path, at: int) -> None:
    async with scene(tmp_path) as one:
        await one.enquiry.contact.leave(EMAIL, "", over=0)
        raw = bytearray((await kept(one)).letter)
        raw[at] ^= 1
        reply = ContactReadReply(version=1, letter=bytes(raw))
        with lying(one.here.ruth.staff, lambda _: reply), pytest.raises(RemoteError):
            await contacts_of(one).open(one.ticket16)


async def test_a_list_that_never_ends(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        await one.enquiry.contact.leave(EMAIL, "", over=0)
        relay = one.here.ruth.staff.relay
        real = relay.request

        async def request(command: Any, credential: bytes = b"") -> Any:
            asked = replace(command, start=0) if command.META.name == "contacts" else command
            reply = await real(asked, credential)
            return replace(reply, has_more=1) if command.META.name == "contacts" else reply

        with mock.patch.object(relay, "request", request), pytest.raises(BadProof):
            await contacts_of(one).rows()


async def test_a_relay_that_keeps_the_former_key_current_gets_nothing_new(tmp_path: Path) -> None:
    """A seeker's client seals to the TEAM of the log, whatever the relay would take."""
    async with scene(tmp_path) as one:
        before = leads_key(one)
        await revoked(one.cast, one.here.otto.staff)
        await teams.succeed(one.here.ruth.staff, LEADS16)
        sent = list[ContactPut | ContactReseal]()
        relay = one.enquiry.account.relay
        real = relay.request

        async def request(command: Any, credential: bytes = b"") -> Any:
            if isinstance(command, ContactPut):
                sent.append(command)
            return await real(command, credential)

        with mock.patch.object(relay, "request", request):
            await one.enquiry.contact.leave(EMAIL, "", over=0)
        assert before != leads_key(one)
        addresses = [letter.parse_letter(command.letter)[0] for command in sent]
        assert addresses == [letter.inbox16(leads_key(one))]


async def test_a_case_of_another_box_confirms_nothing(tmp_path: Path) -> None:
    """The same key in a letter that names another box."""
    async with scene(tmp_path, taker="otto") as one:
        await one.enquiry.contact.leave(EMAIL, "", over=0)
        case = await takes(one.here.otto, await writes(one.cast, one.enquiry.account))
        with pytest.raises(Refused, match="not left by who writes"):
            await contacts_of(one, "otto").open(one.ticket16, case.box)
        own = account.conversation(one.enquiry.account.ams, one.enquiry.entry.key_context).sign
        raw = made(one, inner=own, box16=case.box.box16)
        reply = ContactReadReply(version=1, letter=raw)
        (first,) = (found for found in one.here.otto.cases.values() if found is not case)
        with lying(one.here.otto.staff, lambda _: reply), pytest.raises(Refused, match="not left"):
            await contacts_of(one, "otto").open(one.ticket16, first.box)
