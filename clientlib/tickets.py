"""How the relay is told of a hand-over: the same steps for a written case and a running chat.

What decides stands in the box; a ticket only brings it into the colleague's list, and its letters
to them (E1.14). Twin of web/js/features/workspace/tickets.js.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

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


class Given(NamedTuple):
    """To whom it goes, or who stands in for a time; nobody: an empty subject."""

    subject16: bytes
    is_deputy: bool


NOBODY = Given(b"", is_deputy=False)


class Entered(NamedTuple):
    """How I came in: when, by the commit of which epoch, and from where on I read."""

    joined_hour: int
    admitted: int
    pin: bytes
    is_deputy: bool


@dataclass(frozen=True, slots=True)
class Ticket(ABC):
    """A case or a chat as the relay lists it."""

    ticket16: bytes

    @abstractmethod
    async def letters(self, caseload: Caseload) -> tuple[StoredLetter, ...]:
        """Fetch what a colleague has sent me about it."""

    # Whether a colleague may stand in.
    CAN_BE_LENT: ClassVar[bool] = False

    @abstractmethod
    def handed_to(self, whom: Given) -> Command[Done]:
        """From who has it: to whom it goes, or who stands in."""

    @abstractmethod
    def told_of(self, row: Row) -> Given:
        """Return to whom it goes by its row, or who stands in."""

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
    def note(self, row: Row, entered: Entered) -> ChatNote:
        """Return what the keyring remembers of it."""


@dataclass(frozen=True, slots=True)
class WrittenTicket(Ticket):
    """Of a written case: there is time, whoever is away."""

    CAN_BE_LENT = True

    async def letters(self, caseload: Caseload) -> tuple[StoredLetter, ...]:
        """Fetch what a colleague has sent me about it."""
        reply = await caseload.relay.request(EnquiryLetter(ticket16=self.ticket16))
        mine = letter.inbox16(kem.public(caseload.kem_secrets[0]))
        # Those of a team that reads along hand nothing over.
        return tuple(one for one in reply.letters if letter.parse_letter(one.e2)[0] == mine)

    def handed_to(self, whom: Given) -> Command[Done]:
        """From who has it: to whom it goes, or who stands in."""
        return EnquiryHandOver(
            ticket16=self.ticket16, successor=whom.subject16, is_deputy=int(whom.is_deputy)
        )

    def told_of(self, row: Row) -> Given:
        """Return to whom it goes by its row, or who stands in."""
        deputy16 = row.deputy if isinstance(row, EnquiryRow) else b""
        return Given(deputy16 or row.successor, is_deputy=bool(deputy16))

    def taken(self) -> Command[Done]:
        """From who has taken it over: it is mine."""
        return EnquiryTaken(ticket16=self.ticket16)

    def given_back(self) -> Command[Done]:
        """From who was to take it over: I do not."""
        return EnquiryReturn(ticket16=self.ticket16)

    async def may_go_to(self, caseload: Caseload, team16: bytes, subject16: bytes) -> bool:
        """Tell whether a listed colleague could take it over now."""
        return True

    def note(self, row: Row, entered: Entered) -> ChatNote:
        """Return what the keyring remembers of it."""
        return CaseNote(
            ticket16=self.ticket16,
            portal16=row.portal16,
            number=row.number,
            joined_hour=entered.joined_hour,
            admitted=entered.admitted,
            pin=entered.pin,
            is_deputy=entered.is_deputy,
        )


@dataclass(frozen=True, slots=True)
class LiveTicket(Ticket):
    """Of a running chat: somebody waits at this moment, so it goes to who is on duty."""

    async def letters(self, caseload: Caseload) -> tuple[StoredLetter, ...]:
        """Fetch what a colleague has sent me about it."""
        inbox16 = letter.inbox16(kem.public(caseload.kem_secrets[0]))
        stored = await read_inbox(caseload.relay, inbox16)
        return tuple(one for one in stored if one.ticket16 == self.ticket16)

    def handed_to(self, whom: Given) -> Command[Done]:
        """From who has it: to whom it goes; nobody stands in for a chat."""
        return live.HandOver(ticket16=self.ticket16, successor=whom.subject16)

    def told_of(self, row: Row) -> Given:
        """Return to whom it goes by its row."""
        return Given(row.successor, is_deputy=False)

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

    def note(self, row: Row, entered: Entered) -> ChatNote:
        """Return what the keyring remembers of it."""
        return ChatNote(
            portal16=row.portal16,
            number=row.number,
            joined_hour=entered.joined_hour,
            admitted=entered.admitted,
            pin=entered.pin,
        )
