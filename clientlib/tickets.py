"""How the relay is told of a hand-over: the same steps for a written case and a running chat.

What decides stands in the box; a ticket only brings it into the colleague's list, and its letters
to them (E1.14). Twin of web/js/features/workspace/tickets.js.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from clientlib.caseload import Caseload
from clientlib.letters import read_inbox
from clientlib.notes import CaseNote, ChatNote
from crypto import kem, letter
from crypto.wire import live
from crypto.wire.base import Command, Done
from crypto.wire.boxes import StoredLetter
from crypto.wire.enquiries import (
    EnquiryHandOver,
    EnquiryLetter,
    EnquiryReturn,
    EnquiryRow,
    EnquiryTaken,
)
from crypto.wire.staff import Profiles

# Both tell whose it is, and who is to have it.
Row = EnquiryRow | live.QueueRow


@dataclass(frozen=True, slots=True)
class Ticket(ABC):
    """A case or a chat as the relay lists it."""

    ticket16: bytes

    @abstractmethod
    async def letters(self, caseload: Caseload) -> tuple[StoredLetter, ...]:
        """Fetch what a colleague has sent me about it."""

    @abstractmethod
    def handed_to(self, successor16: bytes) -> Command[Done]:
        """From who has it: to whom it goes; empty: to nobody any more."""

    @abstractmethod
    def taken(self) -> Command[Done]:
        """From who has taken it over: it is mine."""

    @abstractmethod
    def given_back(self) -> Command[Done]:
        """From who was to take it over: I do not."""

    @abstractmethod
    async def may_go_to(self, caseload: Caseload, team16: bytes, subject16: bytes) -> bool:
        """Tell whether a listed colleague could take it over now, as far as the relay knows."""

    @abstractmethod
    def note(self, row: Row, joined_hour: int, admitted: int, pin: bytes) -> ChatNote:
        """Return what the keyring remembers of it."""


@dataclass(frozen=True, slots=True)
class WrittenTicket(Ticket):
    """Of a written case: there is time, whoever is away."""

    async def letters(self, caseload: Caseload) -> tuple[StoredLetter, ...]:
        """Fetch what a colleague has sent me about it."""
        reply = await caseload.relay.request(EnquiryLetter(ticket16=self.ticket16))
        return reply.letters

    def handed_to(self, successor16: bytes) -> Command[Done]:
        """From who has it: to whom it goes; empty: to nobody any more."""
        return EnquiryHandOver(ticket16=self.ticket16, successor=successor16)

    def taken(self) -> Command[Done]:
        """From who has taken it over: it is mine."""
        return EnquiryTaken(ticket16=self.ticket16)

    def given_back(self) -> Command[Done]:
        """From who was to take it over: I do not."""
        return EnquiryReturn(ticket16=self.ticket16)

    async def may_go_to(self, caseload: Caseload, team16: bytes, subject16: bytes) -> bool:
        """Tell whether a listed colleague could take it over now."""
        return True

    def note(self, row: Row, joined_hour: int, admitted: int, pin: bytes) -> ChatNote:
        """Return what the keyring remembers of it."""
        return CaseNote(
            ticket16=self.ticket16,
            portal16=row.portal16,
            number=row.number,
            joined_hour=joined_hour,
            admitted=admitted,
            pin=pin,
        )


@dataclass(frozen=True, slots=True)
class LiveTicket(Ticket):
    """Of a running chat: somebody waits at this moment, so it goes to who is on duty."""

    async def letters(self, caseload: Caseload) -> tuple[StoredLetter, ...]:
        """Fetch what a colleague has sent me about it."""
        inbox16 = letter.inbox16(kem.public(caseload.kem_secrets[0]))
        stored = await read_inbox(caseload.relay, inbox16)
        return tuple(one for one in stored if one.ticket16 == self.ticket16)

    def handed_to(self, successor16: bytes) -> Command[Done]:
        """From who has it: to whom it goes; empty: to nobody any more."""
        return live.HandOver(ticket16=self.ticket16, successor=successor16)

    def taken(self) -> Command[Done]:
        """From who has taken it over: it is mine."""
        return live.HandedOver(ticket16=self.ticket16)

    def given_back(self) -> Command[Done]:
        """From who was to take it over: I do not."""
        return live.Return(ticket16=self.ticket16)

    async def may_go_to(self, caseload: Caseload, team16: bytes, subject16: bytes) -> bool:
        """Tell whether a listed colleague is on duty, by the relay's word."""
        reply = await caseload.relay.request(Profiles(team16=team16))
        return any(one.on_duty and one.subject16 == subject16 for one in reply.profiles)

    def note(self, row: Row, joined_hour: int, admitted: int, pin: bytes) -> ChatNote:
        """Return what the keyring remembers of it."""
        return ChatNote(
            portal16=row.portal16,
            number=row.number,
            joined_hour=joined_hour,
            admitted=admitted,
            pin=pin,
        )
