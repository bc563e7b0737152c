"""Another passphrase, another recovery code: doors that take the place of doors (section 3).

Order: everything is judged, then the keeper adopts each new secret, then one transaction judges
once more and switches the rows, ends all other sign-ins and notes what the keeper has to forget,
then it forgets. Judged first, because nobody may have a secret adopted at somebody else's door.
"""

from __future__ import annotations

from crypto import credential
from crypto.credential import is_slot_shape
from crypto.errors import RemoteError
from crypto.keys import SignPublic
from crypto.wire import accounts as wire
from crypto.wire.accounts import AccountKind, ChangedDoor, DoorKind
from crypto.wire.base import Done
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.accounts import store
from e2e_server.features.accounts.creating import count_question
from e2e_server.features.accounts.doors import Begun, Doors
from e2e_server.features.accounts.settling import adopting
from e2e_server.features.accounts.signing_in import end_sign_ins
from e2e_server.features.accounts.store import DoorRow
from e2e_server.keeper.port import GenerationError, UnknownTokenError
from e2e_server.kernel.clock import hour_of
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import ReadTransaction, WriteTransaction

CHANGEABLE = {
    AccountKind.SEEKER: {DoorKind.PASSPHRASE, DoorKind.RECOVERY},
    AccountKind.STAFF: {DoorKind.PASSPHRASE},
}


@handles(wire.DoorChange)
async def door_change(context: Context, command: wire.DoorChange) -> Done:
    """Replace the doors of the kinds that are given; the same command again is harmless."""
    change = _Change(context, command)
    # The id of a new door may be another's: so this answers a question about a name.
    count_question(context)
    is_done = await context.db.read(change.is_done)
    try:
        async with adopting(context, () if is_done else change.begun):
            await context.db.write(change.switch)
    except (UnknownTokenError, GenerationError) as error:
        raise WireError(ErrorCode.EXPIRED) from error
    return Done()


class _Change:
    """One change: judged against the rows, before the keeper hears of it and while they switch."""

    def __init__(self, context: Context, command: wire.DoorChange) -> None:
        """Refuse `malformed` what no account can ask for."""
        self._sign_in = context.signed_in()
        self._deployment_id = context.site.deployment_id
        self._command = command
        _check_shape(command, AccountKind(self._sign_in.kind))
        doors = context.services.get(Doors)
        self._old32 = doors.key(command.old_id16)
        self.begun = [doors.begun(one.id16, one.keeper_token) for one in command.doors]

    def is_done(self, tx: ReadTransaction) -> bool:
        """Tell whether these doors stand already; WireError unless they may be put up."""
        hour = hour_of(tx.now_ms)
        if store.sign_in(tx, self._sign_in.token_hash, hour) is None:
            raise WireError(ErrorCode.UNAUTHORISED)
        own = self._own(tx)
        if all(_stands(own.get(one.kind), new, one) for new, one in self._pairs()):
            return True
        self._verify(next((row for row in own.values() if row.door32 == self._old32), None))
        for new, one in self._pairs():
            if one.kind == DoorKind.PASSPHRASE and new.door32 != own[one.kind].door32:
                raise WireError(ErrorCode.MALFORMED)
            holder = store.door(tx, new.door32)
            if holder is not None and own.get(one.kind) != holder:
                raise WireError(ErrorCode.NAME_TAKEN)
        return False

    def switch(self, tx: WriteTransaction) -> None:
        """Put the new doors in their places, unless they stand there."""
        if self.is_done(tx):
            return
        own = self._own(tx)
        for new, one in self._pairs():
            if one.kind in own:
                store.delete_door(tx, own[one.kind].door32)
                store.note_unsettled(tx, own[one.kind].door32)
            store.insert_door(
                tx,
                door32=new.door32,
                account16=self._sign_in.account16,
                kind=one.kind,
                gen=new.gen,
                auth_pk=one.auth_pk,
                slot=one.slot,
            )
            store.note_unsettled(tx, new.door32)
        end_sign_ins(tx, self._sign_in.account16, spared=self._sign_in.token_hash)

    def _own(self, tx: ReadTransaction) -> dict[int, DoorRow]:
        return {row.kind: row for row in store.doors_of(tx, self._sign_in.account16)}

    def _pairs(self) -> list[tuple[Begun, ChangedDoor]]:
        return list(zip(self.begun, self._command.doors, strict=True))

    def _verify(self, old: DoorRow | None) -> None:
        """Refuse alike a door that is not this account's and a signature that is not the door's."""
        if old is None:
            raise WireError(ErrorCode.UNAUTHORISED)
        try:
            for one in self._command.doors:
                change = credential.DoorChange(
                    deployment_id=self._deployment_id,
                    old_door_id=self._command.old_id16,
                    new_door_id=one.id16,
                    keeper_token=one.keeper_token,
                    auth_public=SignPublic(one.auth_pk),
                    slot=one.slot,
                )
                credential.verify_door(SignPublic(old.auth_pk), one.signature, change)
        except RemoteError as error:
            raise WireError(ErrorCode.UNAUTHORISED) from error


def _check_shape(command: wire.DoorChange, kind: AccountKind) -> None:
    kinds = {one.kind for one in command.doors}
    fits = (
        len(kinds) == len({one.id16 for one in command.doors}) == len(command.doors) > 0
        and kinds <= CHANGEABLE[kind]
        and all(is_slot_shape(one.slot) for one in command.doors)
    )
    if not fits:
        raise WireError(ErrorCode.MALFORMED)


def _stands(row: DoorRow | None, new: Begun, given: ChangedDoor) -> bool:
    """Tell whether a door is as given: somebody repeats a change that got no answer."""
    if row is None:
        return False
    stored = (row.door32, row.gen, row.auth_pk, row.slot)
    return stored == (new.door32, new.gen, given.auth_pk, given.slot)
