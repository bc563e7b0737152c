"""The letters of live chats: whose seeker was accepted is let open the box (protocol section 5)."""

from __future__ import annotations

from collections.abc import Mapping

from clientlib.accept import is_accepted_by
from clientlib.box import Box
from clientlib.caseload import Caseload
from clientlib.errors import Refused
from clientlib.letters import read_inbox
from clientlib.notes import HOUR_MS, ChatNote
from crypto import acceptance, account, kem, letter, reading
from crypto.entry import KeptSecret
from crypto.errors import RemoteError
from crypto.keys import AccountSecret
from crypto.letter import LetterKind, Welcome
from crypto.primitives import sign_public
from crypto.wire import boxes, live
from crypto.wire.errors import ErrorCode, WireError


class FalseRow(Refused):
    """The relay shows a request with a seeker whom this account has not accepted."""


class Inbox:
    """The own inbox; letters of written enquiries and of the team's keys are left to who asks."""

    def __init__(self, caseload: Caseload, ams: AccountSecret) -> None:
        self.refused_letters = 0
        self._caseload = caseload
        self._relay = caseload.relay
        self._log = caseload.log
        self._kem = account.staff_kem(ams)
        self._sign_pk = sign_public(account.staff_sign(ams))
        self._inbox16 = letter.inbox16(kem.public(self._kem))

    async def read(self, accepted: Mapping[bytes, live.QueueRow]) -> list[Box]:
        """Join the boxes that letters open; `accepted`: rows that claim an own acceptance.

        A letter goes once its box is joined, or when it can never be: forged, or its box is gone.
        Without the proof of the own signature that its ticket was accepted it opens nothing and
        stays: a row that the relay forged must not cost a real letter.
        """
        joined = []
        for stored in await read_inbox(self._relay, self._inbox16):
            try:
                box = await self._join(stored, accepted)
                if box is None:
                    continue
                joined.append(box)
            except FalseRow:
                self.refused_letters += 1
                continue
            except RemoteError:
                self.refused_letters += 1
            except WireError as error:
                if error.code is not ErrorCode.UNKNOWN:
                    raise
            delete = boxes.LetterDelete(inbox16=self._inbox16, letter=stored.letter)
            await self._relay.request(delete)
        return joined

    async def _join(
        self, stored: boxes.StoredLetter, accepted: Mapping[bytes, live.QueueRow]
    ) -> Box | None:
        """Check who signed, save the keyring, swap the cap; in this order."""
        note = letter.open_letter(stored.e2, self._kem)
        if note.kind != LetterKind.WELCOME:
            return None  # team keys and proposals wait for who asks for them
        welcome = Welcome.decode(note.payload)
        row = accepted.get(welcome.ticket16)
        if row is None:
            return None
        if not is_accepted_by(self._sign_pk, welcome.ticket16, row):
            raise FalseRow("an acceptance that is not mine")
        # The letter must come from the very key that was accepted: the relay cannot put anybody
        # else behind an acceptance.
        if row.key_hash != acceptance.seeker_key_hash(note.sign_pk):
            raise Refused("not the seeker who was accepted")
        caseload, box16 = self._caseload, welcome.box16
        share = await caseload.share_of(box16, welcome.join_cap)
        if welcome.commit.body.log_n > self._log.view.size:
            await self._log.update()
        holder = reading.Holder(kem_secrets=(self._kem,), share=share)
        transcript = reading.join(note, welcome, holder, self._log.staff)
        joined_hour = caseload.now_ms() // HOUR_MS
        chat = ChatNote(portal16=row.portal16, number=row.number, joined_hour=joined_hour)
        secret = KeptSecret(epoch=welcome.epoch, es=welcome.es)
        await caseload.remember(box16, (secret,), chat, welcome.epoch)
        await caseload.swap(box16, welcome.join_cap)
        box = caseload.box(transcript, caseload.cap(box16))
        await box.open()
        return box
