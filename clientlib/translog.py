"""Reading the staff log: fetched whole, replayed, checked against what this client has seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clientlib.relay import RelayClient
from clientlib.terminal import now_ms as device_now_ms
from crypto import witnesses
from crypto.certificate import make_leaf
from crypto.errors import BadProof
from crypto.keys import SignSecret
from crypto.logview import LogView
from crypto.staffview import LogStaff
from crypto.statement import Payload
from crypto.wire.translog import LogPublish, LogRead, LogReadReply, Statement
from crypto.witnesses import Witnessed


@dataclass(frozen=True, slots=True)
class Heard:
    """What the relay showed at the last read, whether it was believed or not."""

    view: LogView
    note: bytes


class LogReader:
    """Keeps one replayed log. `pin` is (size, root) from the keyring, checked at the first read.

    `witnessed`: what the witnesses of POLICY have seen, as of the last read; None where it asks for
    none. Who is a witness, or looks after them, reads with `is_witness` and demands none. `note`:
    the log key's newest note about `view`; b"" before the first read. `for_audit`: see `LogStaff`.
    """

    def __init__(
        self,
        relay: RelayClient,
        fingerprint: bytes,
        deployment_id: bytes | None,
        pin: tuple[int, bytes] | None = None,
        *,
        now_ms: Callable[[], int] = device_now_ms,
        is_witness: bool = False,
        for_audit: bool = False,
    ) -> None:
        self._relay = relay
        self._pin = pin
        self._now_ms = now_ms
        self._is_witness = is_witness
        self._for_audit = for_audit
        self.witnessed: Witnessed | None = None
        self.note = b""
        self.heard: Heard | None = None
        self.view = LogView(fingerprint, deployment_id)
        self._staff = LogStaff(self.view, for_audit=for_audit)

    @property
    def staff(self) -> LogStaff:
        """The present view, as boxes ask it; one for all of them, since it remembers roots."""
        if self._staff.view is not self.view:
            self._staff = LogStaff(self.view, for_audit=self._for_audit)
        return self._staff

    def pin(self, size: int, root: bytes) -> None:
        """Take what this account has seen before; a log that does not continue it is refused."""
        if size:
            self._pin = (size, root)
            if self.view.size:
                self.view.check_pin(size, root)

    async def update(self) -> LogView:
        """Read on; new leaves count only once checkpoint, witnesses and pin fit (RemoteError)."""
        view, witnessed = self.view, None
        before = view
        while True:
            reply: LogReadReply = await self._relay.request(LogRead(start=view.size))
            if reply.statements:
                view = before.copy() if view is before else view
                view.take(
                    [one.leaf for one in reply.statements],
                    [one.payload for one in reply.statements],
                )
            if view.size >= reply.size or not reply.statements:
                break
        self.heard = Heard(view, reply.checkpoint)
        if view.size == 0:
            raise BadProof("the log is empty")
        # Before POLICY there is no log key yet: the organisation is just being founded.
        if view.policy() is not None:
            view.check_checkpoint(reply.checkpoint)
            if not self._is_witness:
                witnessed = witnesses.check(view, reply.cosigned, self._now_ms())
        if self._pin is not None and self._pin[0]:
            view.check_pin(*self._pin)
        # Another read may have ended meanwhile; the longer of two views that agree stays.
        is_overtaken = view.size < self.view.size
        shorter, longer = (view, self.view) if is_overtaken else (self.view, view)
        longer.check_pin(shorter.size, shorter.root())
        if not is_overtaken:
            self.view, self.note = view, reply.checkpoint
        self.witnessed = witnessed
        return self.view

    async def publish(
        self,
        issuer: SignSecret,
        subject16: bytes,
        payload: Payload,
        not_before_ms: int,
        not_after_ms: int,
    ) -> int:
        """Sign a statement, have it appended, and return its place."""
        leaf = make_leaf(issuer, subject16, payload, not_before_ms, not_after_ms)
        return await publish(self._relay, leaf, payload.encode())


async def publish(relay: RelayClient, leaf: bytes, payload: bytes) -> int:
    """Have a signed statement appended; repeating it gives the same place."""
    reply = await relay.request(LogPublish(statement=Statement(leaf=leaf, payload=payload)))
    return reply.index
