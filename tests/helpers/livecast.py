"""People of a live chat over the raw wire: real commands, rows and signatures, no Argon2id.

async with house(tmp_path) as home:
    anna = await home.counsellor("Anna"); await anna.on_duty()
    sam = await home.seeker("Sam"); await anna.accept(sam)
    await sam.begins()                                   # confirm, create, commit 0 with a letter
    await sam.post("hello")

Envelopes have the true outside and random-looking insides: the relay can tell no difference.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from crypto import acceptance, encoding, letter
from crypto.credential import cap_hash
from crypto.keys import CapSecret
from crypto.wire import boxes, live, staff
from crypto.wire.base import Command, Event, Reply, Right
from crypto.wire.errors import ErrorCode
from crypto.wire.kernel import Ping
from crypto.wire.outer import KEM_CIPHERTEXT_BYTES
from e2e_server.features.boxes.shown import Held, Shown
from e2e_server.features.boxes.store import CapRow
from tests.helpers.accounts import Account, enrol, publish
from tests.helpers.organisation import Organisation, Person, seed
from tests.helpers.rawclient import RawClient
from tests.helpers.server import PORTAL16, Server, portal_entry, serving

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
WEEK_MS = 7 * 24 * HOUR_MS
SECOND_PORTAL16 = seed("second portal", 16)
TAG_BYTES = 16
SEEKER_RIGHTS = int(Right.READ | Right.POST | Right.COMMIT | Right.CLOSE)
STAFF_RIGHTS = SEEKER_RIGHTS | int(Right.KEEP)
MEMBERS = ("Anna", "Berta")
R = TypeVar("R", bound=Reply)
E = TypeVar("E", bound=Event)


def e1(box16: bytes, kid: bytes, name: str, bucket: int = 256, kind: int = 1) -> bytes:
    """Return an envelope of this bucket; everything inside follows from the name."""
    block = seed(f"sealed {name}", 64)
    sealed = (block * (bucket // 64 + 1))[: bucket + TAG_BYTES]
    return encoding.encode([1, kind, box16, kid, seed(f"nonce {name}", 24), sealed])


def e2(inbox16: bytes, name: str, bucket: int = 1024) -> bytes:
    """Return a letter of this bucket."""
    block = seed(f"letter {name}", 64)
    size = KEM_CIPHERTEXT_BYTES + bucket + TAG_BYTES
    return encoding.encode([1, 2, inbox16, (block * (size // 64 + 1))[:size]])


def kid_of(name: str) -> bytes:
    """Return a key id."""
    return seed(f"kid {name}", 8)


def new_cap(sidx: int, credential: bytes, rights: int) -> boxes.NewCap:
    """Return what a client sends about a member's capability."""
    return boxes.NewCap(sidx=sidx, cap_hash=cap_hash(CapSecret(credential)), rights=rights)


def held(hashed: bytes) -> Held:
    """Return a person's capability as a reader on a line of its own holds it."""
    cap = CapRow(sidx=1, cap_hash=hashed, rights=STAFF_RIGHTS, under_sign_in=1)
    return Held(Shown(cap_hash=hashed), cap)


async def settled(*clients: RawClient) -> None:
    """Return when every event that was announced before has arrived."""
    for client in clients:
        # News that waited behind the first answer leave before the second.
        for _ in range(2):
            await client.call(staff.PortalState(portal16=PORTAL16))


def told(client: RawClient, kind: type[E]) -> list[E]:
    """Take every event of a kind that has arrived."""
    found = [one for one in client.events if isinstance(one, kind)]
    client.events = [one for one in client.events if not isinstance(one, kind)]
    return found


class Seeker:
    """One request: all its ids and secrets follow from the name."""

    def __init__(self, home: House, name: str, portal16: bytes = PORTAL16) -> None:
        self.home = home
        self.name = name
        self.portal16 = portal16
        self.ticket_cap = seed(f"ticket cap {name}")
        self.box_cap = seed(f"box cap {name}")
        self.join_cap = seed(f"join cap {name}")
        self.box16 = seed(f"box {name}", 16)
        self.key_hash = seed(f"key {name}")
        self.kid = kid_of(name)
        self.ticket16 = b""
        self.number = 0
        self.client: RawClient

    async def connects(self) -> None:
        """Open a line, as after a reload."""
        self.client = await self.home.line()

    async def waits(self) -> live.WaitReply:
        """Ask for a chat."""
        reply = await self.client.call(self.wait_command())
        self.ticket16, self.number = reply.ticket16, reply.number
        return reply

    def wait_command(self) -> live.Wait:
        """Return the request."""
        return live.Wait(
            client_id16=seed(f"client id {self.name}", 16),
            portal16=self.portal16,
            language="de",
            cap_hash=cap_hash(CapSecret(self.ticket_cap)),
            key_hash=self.key_hash,
            stamp=b"",
        )

    async def ticket(self, command: Command[R]) -> R:
        """Send a command with the ticket's capability."""
        return await self.client.call(command, self.ticket_cap)

    async def refused(self, command: Command[Any]) -> ErrorCode:
        """Send a command with the ticket's capability that must be refused."""
        return await self.client.refusal(command, self.ticket_cap)

    async def resumes(self) -> live.TicketResumeReply:
        """Come back on the present line."""
        return await self.ticket(live.TicketResume())

    async def hangs_up(self) -> None:
        """Lose the line, and wait until the relay has noticed."""
        await self.client.close()
        await self.home.quiet()

    def create_command(self, **changed: Any) -> boxes.Create:
        """Return the creation of the box."""
        given: dict[str, Any] = {
            "box16": self.box16,
            "caps": (new_cap(0, self.box_cap, SEEKER_RIGHTS),),
            "closes_hour": self.home.server.clock.now_ms() // HOUR_MS + 8,
        }
        return boxes.Create(**(given | changed))

    def commit_command(self, inbox16: bytes, **changed: Any) -> boxes.Commit:
        """Return commit 0 with its welcome letter."""
        given: dict[str, Any] = {
            "box16": self.box16,
            "old_kid": bytes(8),
            "new_kid": self.kid,
            "e1": e1(self.box16, self.kid, f"commit {self.name}", 2048),
            "caps": (new_cap(1, self.join_cap, STAFF_RIGHTS),),
            "out": (),
            "letters": (e2(inbox16, f"welcome {self.name}"),),
        }
        return boxes.Commit(**(given | changed))

    async def begins(self, inbox16: bytes = bytes(16)) -> bytes:
        """Confirm, create, commit; return the share."""
        await self.ticket(live.Confirm())
        share = (await self.ticket(self.create_command())).share
        await self.client.call(self.commit_command(inbox16), self.box_cap)
        return share

    async def post(self, text: str, cap: bytes = b"", bucket: int = 256) -> int:
        """Post an envelope; return its number."""
        envelope = e1(self.box16, self.kid, text, bucket)
        command = boxes.Post(box16=self.box16, e1=envelope)
        return (await self.client.call(command, cap or self.box_cap)).n

    def post_command(self, text: str) -> boxes.Post:
        """Return a post."""
        return boxes.Post(box16=self.box16, e1=e1(self.box16, self.kid, text))

    def close_command(self, text: str = "close") -> boxes.Close:
        """Return a close with its message."""
        return boxes.Close(box16=self.box16, e1=e1(self.box16, self.kid, text))


class Counsellor:
    """A certified person, signed in on one line."""

    def __init__(self, home: House, person: Person, client: RawClient) -> None:
        self.home = home
        self.person = person
        self.client = client

    @property
    def inbox16(self) -> bytes:
        """The address of the own inbox."""
        return letter.inbox16(self.person.kem_pk)

    def cap_of(self, seeker: Seeker) -> bytes:
        """The own capability in a seeker's box."""
        return seed(f"cap of {self.person.name} with {seeker.name}")

    async def on_duty(self, *portals: bytes, on: int = 1) -> None:
        """Take or give back the lease."""
        await self.client.call(staff.Duty(portals=portals or (PORTAL16,), on=on))

    async def queue(self, *portals: bytes) -> tuple[live.QueueRow, ...]:
        """Read the queue and follow it."""
        return (await self.client.call(live.Queue(portals=portals or (PORTAL16,)))).rows

    def accept_command(self, seeker: Seeker, **changed: Any) -> live.Accept:
        """Return a signed acceptance; `changed` is what a liar would put instead, and signs."""
        view = self.home.organisation.view()
        now_ms = self.home.server.clock.now_ms()
        fields: dict[str, Any] = {
            "ticket16": seeker.ticket16,
            "certificate_hash": view.own_certificates(self.person.subject16)[-1].hash,
            "log_size": view.size,
            "log_root": view.root(),
            "expires_ms": now_ms + acceptance.VALID_MS,
        } | changed
        signature = acceptance.sign_accept(
            self.person.sign,
            fields["ticket16"],
            fields.pop("key_hash", seeker.key_hash),
            fields["log_size"],
            fields["log_root"],
            fields["expires_ms"],
        )
        return live.Accept(**({"signature": signature} | fields))

    async def accept(self, seeker: Seeker) -> int:
        """Accept; return until when the seeker may confirm."""
        reply = await self.client.call(self.accept_command(seeker))
        return reply.confirm_until_ms

    async def joins(self, seeker: Seeker) -> None:
        """Swap the join capability for the own one, under the sign-in."""
        own = cap_hash(CapSecret(self.cap_of(seeker)))
        await self.client.call(boxes.Swap(box16=seeker.box16, new_cap_hash=own), seeker.join_cap)

    async def read(self, seeker: Seeker, start: int = 1) -> boxes.ReadReply:
        """Read and follow a seeker's box."""
        return await self.client.call(
            boxes.Read(box16=seeker.box16, start=start), self.cap_of(seeker)
        )


class House:
    """A server with a published organisation: Anna and Berta counsel, Clara is in no team."""

    def __init__(self, server: Server, organisation: Organisation, ada: Person) -> None:
        self.server = server
        self.organisation = organisation
        self.ada = ada
        self._lines: list[RawClient] = []

    async def line(self) -> RawClient:
        """Open a connection; `house` closes it."""
        client = await self.server.connect()
        self._lines.append(client)
        return client

    async def counsellor(self, name: str) -> Counsellor:
        """Give a certified person an account and sign them in."""
        client = await self.line()
        await enrol(client, Person(name))
        return Counsellor(self, Person(name), client)

    async def signs_in(self, name: str) -> Counsellor:
        """Sign in again on a new line: the account exists."""
        client = await self.line()
        await Account(name).sign_in(client, Person(name))
        return Counsellor(self, Person(name), client)

    async def seeker(self, name: str, portal16: bytes = PORTAL16) -> Seeker:
        """Somebody comes and waits."""
        seeker = Seeker(self, name, portal16)
        await seeker.connects()
        await seeker.waits()
        return seeker

    async def chat(self, counsellor: Counsellor, name: str) -> Seeker:
        """Lead a seeker into a running chat in which the counsellor has joined and reads."""
        seeker = await self.seeker(name)
        await counsellor.accept(seeker)
        await seeker.begins(counsellor.inbox16)
        await counsellor.joins(seeker)
        await counsellor.read(seeker)
        return seeker

    async def revokes(self, person: Person) -> None:
        """Publish that a colleague's certificate counts no longer; TEAM lists them still."""
        certificate = self.organisation.view().own_certificates(person.subject16)[-1].hash
        self.organisation.revoke(self.ada.sign, person.subject16, certificate)
        await publish(await self.line(), self.organisation)

    async def rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """Look into the database."""
        return await self.server.relay.parts.db.read(lambda tx: tx.all(sql, *params))

    async def quiet(self) -> None:
        """Return when connections that have ended are let go of, and what they left is done."""
        async with await self.server.connect() as probe:
            for _ in range(1_000):
                still_open = sum(not one.line.closed for one in self._lines) + 1
                if self.server.relay.fanout.connections <= still_open:
                    # The end of a line writes; a write of ours comes after it.
                    await self.server.relay.parts.db.write(lambda tx: None)
                    return
                await probe.call(Ping())
        raise AssertionError("a line that ended is still held")

    async def restart(self) -> None:
        """Stop and start; every line is lost."""
        await self.close_lines()
        await self.server.restart()

    async def close_lines(self) -> None:
        """Hang up all."""
        for client in self._lines:
            await client.close()
        self._lines.clear()

    async def elapse(self, duration_ms: int) -> None:
        """Move the clock and run every job."""
        await self.server.elapse(duration_ms)


def organised() -> tuple[Organisation, Person]:
    """Found the organisation: Anna and Berta are in the team, Clara is certified only."""
    organisation = Organisation()
    organisation.found()
    ada = organisation.admin("Ada")
    people = [organisation.counsellor(ada, name) for name in (*MEMBERS, "Clara")]
    organisation.team(ada, people[: len(MEMBERS)])
    return organisation, ada


@asynccontextmanager
async def house(folder: Path, **options: Any) -> AsyncIterator[House]:
    """Serve the organisation with two portals of one team; options as for `Server`."""
    organisation, ada = organised()
    second = portal_entry(organisation, slug="zweites", portal16=SECOND_PORTAL16.hex())
    portals = [portal_entry(organisation), second]
    options = {"duty_lease_seconds": 3600, "portals": portals} | options
    async with serving(folder, organisation=organisation, **options) as server:
        async with await server.connect() as client:
            await publish(client, organisation)
        home = House(server, organisation, ada)
        try:
            yield home
        finally:
            await home.close_lines()


def row_of(ticket16: bytes, events: list[live.QueueRowChanged]) -> live.QueueRow:
    """Return the newest row about a ticket."""
    return [one.row for one in events if one.row.ticket16 == ticket16][-1]


__all__ = [
    "HOUR_MS",
    "MINUTE_MS",
    "PORTAL16",
    "SECOND_PORTAL16",
    "SEEKER_RIGHTS",
    "STAFF_RIGHTS",
    "WEEK_MS",
    "Counsellor",
    "House",
    "Seeker",
    "e1",
    "e2",
    "held",
    "house",
    "kid_of",
    "new_cap",
    "organised",
    "row_of",
    "settled",
    "told",
]
