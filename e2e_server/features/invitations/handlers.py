"""The commands of inviter and newcomer; each is one transaction."""

from __future__ import annotations

from collections.abc import Iterable

from crypto.keys import KemPublic
from crypto.wire import invitations as wire
from crypto.wire.base import Done
from crypto.wire.boxes import LetterStored, StoredLetter
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.bus.port import Ref, Topic
from e2e_server.features.boxes import (
    LETTER_DAYS,
    Purger,
    delete_letters_in,
    has_letters,
    inbox_of,
    inbox_topic,
    is_staff_inbox,
    letters_in,
)
from e2e_server.features.enquiries import obey_newcomer
from e2e_server.features.invitations import store
from e2e_server.features.invitations.store import Answer, GivenRow
from e2e_server.kernel.clock import MS_PER_HOUR, hour_of
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.kernel.units import write_unique
from e2e_server.storage.port import ReadTransaction, WriteTransaction

VALID_HOURS = 48
# More than anybody needs who helps people back; beyond, somebody fills the table.
INVITES_PER_DAY = 50
# Of one network: whoever looks for invitations pays with time. 128 bits are not found anyway.
ANSWERS_PER_HOUR = 60
_HOURS_PER_DAY = 24


def topic(join_id16: bytes) -> Topic:
    """Name the announcements of an invitation."""
    return b"invitation:" + join_id16


# --- the inviter ----------------------------------------------------------------------------------


@handles(wire.Invite)
async def invite(context: Context, command: wire.Invite) -> wire.InviteReply:
    """Open a join id for one answer; who repeats it gets the first hour."""
    subject16 = context.signed_in().subject16
    known = await context.db.read(lambda tx: store.given(tx, command.join_id16))
    if known is None:
        counted = context.limits.count("invite", subject16)
        if counted.last_day > INVITES_PER_DAY:
            raise WireError(ErrorCode.RATE_LIMITED, retry_ms=MS_PER_HOUR)

    def work(tx: WriteTransaction) -> int:
        known = store.given(tx, command.join_id16)
        if known is None:
            expires_hour = hour_of(tx.now_ms) + VALID_HOURS
            store.give(tx, command.join_id16, subject16, expires_hour)
            return expires_hour
        return _own(context, tx, command.join_id16).expires_hour

    return wire.InviteReply(expires_hour=await write_unique(context, work))


@handles(wire.InviteRead)
async def invite_read(context: Context, command: wire.InviteRead) -> wire.InviteReadReply:
    """Show what was left; subscribe first, so that nothing falls between."""
    reader = _AnswerReader(command.join_id16)
    await context.db.read(lambda tx: _own(context, tx, command.join_id16))
    context.connection.subscribe(topic(command.join_id16), reader)
    found = await context.db.read(lambda tx: _own(context, tx, command.join_id16))
    left = () if found.answer is None else (_shown(found.answer),)
    return wire.InviteReadReply(answers=left, expires_hour=found.expires_hour)


@handles(wire.InviteTicket)
async def invite_ticket(context: Context, command: wire.InviteTicket) -> Done:
    """Move the hash of the ticket capability from the answer into the inviter's own ticket."""

    def work(tx: WriteTransaction) -> None:
        found = _own(context, tx, command.join_id16)
        if found.answer is None:
            raise WireError(ErrorCode.WRONG_STATE)
        if found.answer.ticket_hash is not None:
            obey_newcomer(context, tx, command.ticket16, found.answer.ticket_hash)
            store.forget_ticket(tx, command.join_id16)

    await write_unique(context, work)
    return Done()


@handles(wire.InviteEnd)
async def invite_end(context: Context, command: wire.InviteEnd) -> Done:
    """Take an own invitation away; what is not there, or somebody else's, is left as it is."""
    subject16 = context.signed_in().subject16

    def work(tx: WriteTransaction) -> bool:
        found = store.given(tx, command.join_id16)
        if found is None or found.subject16 != subject16:
            return False
        end(tx, found)
        return True

    if await context.db.write(work):
        context.services.get(Purger).owe(context.clock.now_ms())
    return Done()


def end(tx: WriteTransaction, found: GivenRow) -> None:
    """Delete an invitation; the inbox of who answered stays where letters lie in it."""
    store.end(tx, found.join_id16)
    if found.answer is not None:
        inbox16 = inbox_of(KemPublic(found.answer.kem_pk))
        if not has_letters(tx, inbox16):
            store.close_inbox(tx, inbox16)
        tx.announce(inbox_topic(inbox16), inbox16)
    tx.announce(topic(found.join_id16), b"")


# --- the newcomer ---------------------------------------------------------------------------------


@handles(wire.InviteLook)
async def invite_look(context: Context, command: wire.InviteLook) -> wire.InviteLookReply:
    """Say until when an invitation counts."""
    _count(context)
    found = await context.db.read(lambda tx: _in_force(tx, command.join_id16))
    return wire.InviteLookReply(
        expires_hour=found.expires_hour, is_answered=int(found.answer is not None)
    )


@handles(wire.InviteAnswer)
async def invite_answer(context: Context, command: wire.InviteAnswer) -> Done:
    """Keep a newcomer's keys for the inviter, once; the same answer again is harmless."""
    _count(context)
    inbox16 = inbox_of(KemPublic(command.kem_pk))
    # Whoever is invited names a key; with a colleague's they would read that colleague's inbox.
    is_own = not is_staff_inbox(context, inbox16)

    def work(tx: WriteTransaction) -> None:
        found = _in_force(tx, command.join_id16)
        if not is_own:
            raise WireError(ErrorCode.CONFLICT)
        left = Answer(
            sign_pk=command.sign_pk,
            kem_pk=command.kem_pk,
            cap_hash=command.cap_hash,
            ticket_hash=command.ticket_hash,
            mac=command.mac,
        )
        if found.answer is None:
            store.answer(tx, command.join_id16, left)
            ends_hour = found.expires_hour + LETTER_DAYS * _HOURS_PER_DAY
            store.open_inbox(tx, inbox16, command.cap_hash, ends_hour)
            tx.announce(topic(command.join_id16), b"")
        elif found.answer._replace(ticket_hash=command.ticket_hash) != left:
            raise WireError(ErrorCode.TAKEN)

    await write_unique(context, work)
    return Done()


@handles(wire.InviteLetters)
async def invite_letters(context: Context, command: wire.InviteLetters) -> wire.InviteLettersReply:
    """Read the inbox of an answer; subscribe first, so that nothing falls between."""
    inbox16 = command.inbox16

    def look(tx: ReadTransaction) -> tuple[StoredLetter, ...]:
        _must_read(context, tx, inbox16)
        return letters_in(tx, inbox16, wire.MAX_LETTERS)

    await context.db.read(look)
    context.connection.subscribe(inbox_topic(inbox16), _LetterReader(inbox16))
    return wire.InviteLettersReply(letters=await context.db.read(look))


@handles(wire.InviteDone)
async def invite_done(context: Context, command: wire.InviteDone) -> Done:
    """Delete the letters that have done their work, and close the inbox."""

    def work(tx: WriteTransaction) -> bool:
        if not store.reads_inbox(tx, command.inbox16, context.cap_hash, hour_of(tx.now_ms)):
            return False
        delete_letters_in(tx, command.inbox16)
        store.close_inbox(tx, command.inbox16)
        return True

    if await context.db.write(work):
        context.services.get(Purger).owe(context.clock.now_ms())
    return Done()


# --- what both share ------------------------------------------------------------------------------


class _AnswerReader:
    """Tells the inviter's line that there is something to read."""

    def __init__(self, join_id16: bytes) -> None:
        self._join_id16 = join_id16

    async def __call__(self, refs: tuple[Ref, ...]) -> Iterable[wire.InviteAnsweredNow]:
        """Return one event, whatever has happened; reading it is judged anew."""
        return [wire.InviteAnsweredNow(join_id16=self._join_id16)] if refs else []


class _LetterReader:
    """Tells the newcomer's line that letters have come, or that the inbox has ended."""

    def __init__(self, inbox16: bytes) -> None:
        self._inbox16 = inbox16

    async def __call__(self, refs: tuple[Ref, ...]) -> Iterable[LetterStored]:
        """Return one event for any number of letters; reading them is judged anew."""
        return [LetterStored(inbox16=self._inbox16)] if refs else []


def _in_force(tx: ReadTransaction, join_id16: bytes) -> GivenRow:
    """Return an invitation that counts now; one answer for all that do not."""
    found = store.given(tx, join_id16)
    if found is None or found.expires_hour <= hour_of(tx.now_ms):
        raise WireError(ErrorCode.UNKNOWN)
    return found


def _own(context: Context, tx: ReadTransaction, join_id16: bytes) -> GivenRow:
    """Return an own invitation that counts now; a colleague's is as unknown as none."""
    found = _in_force(tx, join_id16)
    if found.subject16 != context.signed_in().subject16:
        raise WireError(ErrorCode.UNKNOWN)
    return found


def _must_read(context: Context, tx: ReadTransaction, inbox16: bytes) -> None:
    if not store.reads_inbox(tx, inbox16, context.cap_hash, hour_of(tx.now_ms)):
        raise WireError(ErrorCode.UNKNOWN)


def _count(context: Context) -> None:
    counted = context.limits.count("invitation", context.connection.prefix)
    if counted.last_hour > ANSWERS_PER_HOUR:
        raise WireError(ErrorCode.RATE_LIMITED, retry_ms=60_000)


def _shown(left: Answer) -> wire.InviteAnswered:
    return wire.InviteAnswered(
        sign_pk=left.sign_pk, kem_pk=left.kem_pk, cap_hash=left.cap_hash, mac=left.mac
    )
