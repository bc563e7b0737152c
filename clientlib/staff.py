"""A counsellor: sign in, be on duty, accept, open the letter, answer (sections 3 to 5).

Everything needed to find a conversation again lies in the keyring before it is first used, so a
crash at any point loses nothing: the next sign-in reads letters and boxes on (`caseload.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, replace

from clientlib import accounts
from clientlib.box import Box
from clientlib.caseload import Caseload
from clientlib.counterpart import in_force, picture_of, profile_of
from clientlib.errors import Refused
from clientlib.inbox import Inbox
from clientlib.keyring import Keyring
from clientlib.notes import ChatNote, chat_note
from clientlib.relay import RelayClient
from clientlib.translog import LogReader
from crypto import acceptance, account, ownprofile
from crypto.certificate import Certificate
from crypto.errors import LocalError
from crypto.keys import AccountSecret, SignPublic
from crypto.logview import Entry, LogView
from crypto.picture import check_picture, picture_hash, plain
from crypto.primitives import sign_public
from crypto.profile import Profile
from crypto.statement import Kind
from crypto.statement import Staff as StaffStatement
from crypto.wire import boxes, live
from crypto.wire.accounts import AccountKind
from crypto.wire.base import Event
from crypto.wire.staff import Duty, ProfilePut


class Staff:
    """A signed-in colleague on one device."""

    def __init__(
        self,
        relay: RelayClient,
        log: LogReader,
        signed_in: accounts.SignedIn,
        now_ms: Callable[[], int],
    ) -> None:
        self.relay = relay
        self.log = log
        self.ams: AccountSecret = signed_in.ams
        self.token = signed_in.token
        self.subject16 = signed_in.subject16
        self.keyring = Keyring(relay, signed_in.ams, signed_in.pages, AccountKind.STAFF, now_ms)
        self.rows: dict[bytes, live.QueueRow] = {}
        self.accepted: dict[bytes, live.QueueRow] = {}
        self.caseload = Caseload(relay, log, signed_in.ams, self.keyring, now_ms)
        self.inbox = Inbox(self.caseload, signed_in.ams)
        self._now_ms = now_ms
        self._changed = asyncio.Condition()
        self.news: tuple[Entry, ...] = ()
        self._tasks: set[asyncio.Task[None]] = set()
        relay.listen(self._hear)

    @property
    def certificate(self) -> Certificate:
        """The own certificate in force; LocalError when there is none."""
        found = in_force(self.log.view, self.subject16, self._now_ms())
        if found is None:
            raise LocalError("no certificate in force")
        return found

    @property
    def sign_pk(self) -> SignPublic:
        """The own signing key, derived and never fetched."""
        return sign_public(account.staff_sign(self.ams))

    async def begin(self) -> None:
        """Check that the log continues what was pinned and holds exactly the own keys; pin it."""
        self.log.pin(*self.keyring.log_pin)
        view = await self.log.update()
        for one in view.own_certificates(self.subject16):
            if one.revoked_at is None and one.sign_pk != self.sign_pk:
                raise Refused("a certificate of mine that is not mine")
        since, _ = self.keyring.log_pin
        new = view.staff_statements_since(since) if since else ()
        # Each day's deletions are no news about anybody.
        self.news = tuple(one for one in new if one.leaf and one.leaf.kind != Kind.DELETIONS)
        await self.keyring.pin_log(view.size, view.root())

    async def own_profile(self) -> Profile | None:
        """Return what a team shows of me now; None before there is a profile and a team."""
        team16 = await self._own_team()
        if team16 is None:
            return None
        return await profile_of(self.relay, team16, self.certificate)

    async def own_picture(self, shown: Profile) -> bytes:
        """Fetch the picture of the own profile; b"" when it has none."""
        team16 = await self._own_team()
        return b"" if team16 is None else await picture_of(self.relay, team16, shown)

    async def publish_profile(
        self,
        name: str,
        counter: int,
        *,
        languages: tuple[str, ...] = (),
        texts: tuple[str, str] = ("", ""),
        status: str = "",
        picture: bytes = b"",
    ) -> None:
        """Publish the own signed profile; `texts` are German and English.

        `picture` is a square JPEG of 256 pixels; what stands beside it in the file is taken out.
        """
        shown = picture and plain(picture)
        if shown:
            check_picture(shown)
        raw = ownprofile.encode_profile(
            Profile(
                subject16=self.subject16,
                counter=counter,
                name=ownprofile.clean_line(name),
                languages=languages,
                texts=(ownprofile.clean_text(texts[0]), ownprofile.clean_text(texts[1])),
                status=ownprofile.clean_line(status),
                picture_hash=picture_hash(shown) if shown else b"",
            )
        )
        signature = ownprofile.sign_profile(account.staff_sign(self.ams), raw)
        await self.relay.request(ProfilePut(profile=raw, signature=signature, picture=shown))

    async def _own_team(self) -> bytes | None:
        view, now_ms = await self.log.update(), self._now_ms()
        teams = (one for one in view.team_ids() if view.in_team(one, self.subject16, now_ms))
        return next(teams, None)

    async def set_duty(self, portals: tuple[bytes, ...], on: bool) -> int:
        """Take or give back the lease; repeat while on duty. Returns its end in ms."""
        return (await self.relay.request(Duty(portals=portals, on=int(on)))).until_ms

    async def read_queue(self, portals: tuple[bytes, ...]) -> None:
        """Read the queue and follow it."""
        reply = await self.relay.request(live.Queue(portals=portals))
        self.rows = {}
        for row in reply.rows:
            self._take(row)
        await self._tell()

    async def accept(self, ticket16: bytes) -> None:
        """ "Chat starten"; WireError taken when a colleague was first."""
        row = self.rows[ticket16]
        view = await self.log.update()
        expires_ms = await self.relay.relay_now_ms() + acceptance.VALID_MS
        signature = acceptance.sign_accept(
            account.staff_sign(self.ams),
            ticket16,
            row.key_hash,
            view.size,
            view.root(),
            expires_ms,
        )
        signed = live.Acceptance(
            certificate_hash=self.certificate.hash,
            log_size=view.size,
            log_root=view.root(),
            expires_ms=expires_ms,
            signature=signature,
        )
        await self.relay.request(live.Accept(ticket16=ticket16, **asdict(signed)))
        self.accepted[ticket16] = replace(row, acceptance=(signed,))

    async def hand_back(self, ticket16: bytes) -> None:
        """Give an offered request back."""
        await self.relay.request(live.Return(ticket16=ticket16))
        self.accepted.pop(ticket16, None)

    async def read_inbox(self) -> list[Box]:
        """Join the live chats that letters in the own inbox open; read the queue first."""
        return await self.inbox.read(self.accepted)

    @property
    def refused_letters(self) -> int:
        """How many letters were not believed."""
        return self.inbox.refused_letters

    async def running(self) -> list[Box]:
        """Open every live chat of the keyring again, after a new sign-in."""
        return await self.caseload.running(written=False)

    def note_of(self, box16: bytes) -> ChatNote | None:
        """Return what the keyring says about a conversation."""
        entry = self.keyring.entry(box16)
        return None if entry is None else chat_note(entry)

    async def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition` holds; it is asked after every event about the queue."""
        async with self._changed:
            await self._changed.wait_for(condition)

    def _hear(self, event: Event) -> None:
        if isinstance(event, live.QueueRowChanged):
            self._take(event.row)
        elif not isinstance(event, live.Confirmed | boxes.LetterStored):
            return
        task = asyncio.get_running_loop().create_task(self._tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _take(self, row: live.QueueRow) -> None:
        """Learn a row; one that claims an own acceptance also for a letter after the close."""
        if row.acceptance:
            self.accepted[row.ticket16] = row
        if row.state in (live.TicketState.GONE, live.TicketState.CLOSED):
            self.rows.pop(row.ticket16, None)
        else:
            self.rows[row.ticket16] = row

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


async def sign_in(
    relay: RelayClient,
    log: LogReader,
    *,
    name: str,
    phrase: str,
    deployment_id: bytes,
    now_ms: Callable[[], int],
) -> Staff:
    """Sign in under the own certificate and check the log."""

    async def subject_of(sign_pk: SignPublic) -> bytes:
        return checked_subject(await log.update(), sign_pk, now_ms())

    signed_in = await accounts.sign_in(
        relay, name=name, phrase=phrase, deployment_id=deployment_id, subject_of=subject_of
    )
    staff = Staff(relay, log, signed_in, now_ms)
    await staff.begin()
    return staff


class NotInForce(Refused):
    """The passphrase was right, and no certificate of this key counts any more."""

    code = "not_in_force"


def checked_subject(view: LogView, sign_pk: SignPublic, now_ms: int) -> bytes:
    """Return under whom a signing key may sign in; b"" for one that nobody certified.

    NotInForce, `revoked` or `ended`, before the relay is told anything: its refusal could not be
    told from that of a wrong passphrase.
    """
    subject16 = certified_subject(view, sign_pk)
    if subject16 and in_force(view, subject16, now_ms) is None:
        held = view.own_certificates(subject16)
        is_revoked = all(one.revoked_at is not None for one in held)
        raise NotInForce("revoked" if is_revoked else "ended")
    return subject16


def certified_subject(view: LogView, sign_pk: SignPublic) -> bytes:
    """Return the subject16 of the newest certificate for a signing key; b"" when there is none."""
    for entry in reversed(view.entries):
        statement = entry.payload if entry.is_valid else None
        if isinstance(statement, StaffStatement) and entry.leaf and statement.sign_pk == sign_pk:
            return entry.leaf.subject16
    return b""
