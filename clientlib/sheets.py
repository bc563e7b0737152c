"""A team's sheet as a member reads and writes it (protocol section 5, "Sheets").

Whatever the relay gives is believed only if a member wrote it, under the statement and the key that
it names, and nothing older than what this account has seen: its keyring pins version, hash and
epoch of the team. Whoever comes second to a version reads the first, changes that, and tries again.
Twin of web/js/features/workspace/sheets.js.

    pin: an entry of kind 130 named HASH("sheet-pin", team16, kind)[:16],
    settings = [version, hash, epoch of the team], counter = epoch * 2^24 + version
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from clientlib import restarts, teams
from clientlib.errors import Refused
from clientlib.notes import NO_PIN
from clientlib.staff import Staff
from crypto import account, encoding, kem
from crypto.certificate import TeamStatement
from crypto.entry import Entry, EntryState
from crypto.errors import BadProof, RemoteError
from crypto.keys import KemSecret
from crypto.logview import LogView
from crypto.random import Rand, random_bytes
from crypto.sheet import MAX_CONTENT_BYTES, OpenSheet, Sheet, open_sheet, pin_name, seal_sheet
from crypto.sheet import sheet_hash as hash_of
from crypto.statement import DAY_MS
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.sheets import SheetRead, SheetSave

# Beside 129, an own text block; see textblocks.py.
SHEET_PIN = 130
# The relay deletes the sheets of a team that has ended for so long; see e2e_server/features/sheets.
ENDED_DAYS = 90
_EPOCH_STEP = 2**24
# Colleagues may write at the same moment; each time it is looked at anew.
_ATTEMPTS = 8


class NoKey(Refused):
    """The sheet lies under a key that this account does not have, or not yet."""

    code = "no_key"


class SheetFull(Refused):
    """More than a sheet holds; nothing was saved."""

    code = "sheet_full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """What this account has seen of a sheet: its newest version, and the team's epoch in it."""

    version: int
    hash: bytes
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A sheet that may be believed; without content where the team has none."""

    version: int = 0
    hash: bytes = b""
    content: bytes = b""
    is_current: bool = True


class TeamSheet:
    """One kind of sheet of one team, for one signed-in member."""

    def __init__(self, staff: Staff, team16: bytes, kind: int, rand: Rand = random_bytes) -> None:
        self._staff = staff
        self._team16 = team16
        self._kind = int(kind)
        self._rand = rand

    async def read(self) -> Found:
        """Return the newest; BadProof for an older one, Refused for one that no member wrote."""
        view = await self._staff.log.update()
        seen = restarts.seen_of(self._staff.keyring)
        restarts.must_be_seen(view, self._team16, seen)
        command = SheetRead(team16=self._team16, kind=self._kind)
        reply = await self._staff.relay.request(command)
        pin = self._pin(view)
        if reply.version == 0:
            if pin is not None:
                raise BadProof("the service shows no sheet where there was one")
            return Found()
        opened, seed = self._opened(reply.sheet)
        statement = _judged(view, opened, seed)
        found = Pin(
            version=opened.sheet.version,
            hash=hash_of(reply.sheet),
            epoch=statement.team.epoch,
        )
        if opened.sheet.version != reply.version:
            raise BadProof("a sheet under another version")
        _check_follows(pin, found, opened.sheet.before)
        await self._keep(found)
        latest = view.latest_team(self._team16)
        return Found(
            version=found.version,
            hash=found.hash,
            content=opened.sheet.content,
            is_current=latest is not None and latest.team.kem_pk == statement.team.kem_pk,
        )

    async def write(self, change: Callable[[bytes], bytes]) -> None:
        """Save what `change` makes of the newest; again on top of a colleague's."""
        for _ in range(_ATTEMPTS):
            found = await self.read()
            content = change(found.content)
            if content == found.content and found.is_current:
                return
            if await self._save(found, content):
                return
        raise BadProof("the sheet changes with every look")

    async def reseal(self) -> bool:
        """Seal it to the team's present key; tell whether this client had to."""
        if (await self.read()).is_current:
            return False
        await self.write(lambda content: content)
        return True

    async def begin_anew(self) -> bool:
        """Put an empty sheet in the place of one that nobody opens any more; tell whether it did.

        Only after an admin has begun the team anew: else somebody has the key, and seals it anew.
        """
        try:
            await self.read()
        except NoKey:
            if restarts.newest(self._staff.log.view, self._team16) is None:
                raise
        else:
            return False
        command = SheetRead(team16=self._team16, kind=self._kind)
        left = await self._staff.relay.request(command)
        return await self._save(Found(version=left.version, hash=hash_of(left.sheet)), b"")

    async def _save(self, found: Found, content: bytes) -> bool:
        """Store the next version; False when a colleague was faster."""
        if len(content) > MAX_CONTENT_BYTES:
            raise SheetFull("the sheet is full")
        view, staff = self._staff.log.view, self._staff
        latest = view.current_team(self._team16, staff.caseload.now_ms())
        seed = None if latest is None else teams.seed_of(staff, latest.team)
        if latest is None or seed is None:
            raise NoKey("no key of this team here")
        sheet = Sheet(
            team16=self._team16,
            kind=self._kind,
            version=found.version + 1,
            certificate_hash=staff.certificate.hash,
            team_hash=latest.hash,
            before=found.hash,
            content=content,
        )
        raw = seal_sheet(seed, account.staff_sign(staff.ams), sheet, self._rand)
        command = SheetSave(team16=self._team16, kind=self._kind, version=sheet.version, sheet=raw)
        try:
            await staff.relay.request(command)
        except WireError as error:
            if error.code is not ErrorCode.CONFLICT:
                raise
            return False
        epoch = latest.team.epoch
        await self._keep(Pin(version=sheet.version, hash=hash_of(raw), epoch=epoch))
        return True

    def _opened(self, raw: bytes) -> tuple[OpenSheet, KemSecret]:
        """Open it with the newest key that fits, of this team."""
        for one in reversed(self._staff.keyring.team_seeds):
            if one.team16 != self._team16:
                continue
            try:
                return open_sheet(one.seed, self._team16, self._kind, raw), one.seed
            except RemoteError:
                continue
        raise NoKey("no key here opens the sheet")

    def _pin(self, view: LogView) -> Pin | None:
        """Return what was seen; None for nothing, and from before a time without a team."""
        entry = self._staff.keyring.entry(pin_name(self._team16, self._kind))
        if entry is None:
            return None
        version, hash_, epoch = encoding.decode_array(entry.settings, 3)
        pin = Pin(
            version=encoding.uint(version),
            hash=encoding.binary(hash_, 32),
            epoch=encoding.uint(epoch),
        )
        return None if _began_anew(view, self._team16, pin.epoch) else pin

    async def _keep(self, pin: Pin) -> None:
        name = pin_name(self._team16, self._kind)
        await self._staff.keyring.remember(
            Entry(
                box16=name,
                kind=SHEET_PIN,
                state=EntryState.OPEN,
                key_context=name,
                secrets=(),
                pin_n=NO_PIN[0],
                pin_chain=NO_PIN[1],
                counter=pin.epoch * _EPOCH_STEP + pin.version,
                settings=encoding.encode([pin.version, pin.hash, pin.epoch]),
            )
        )


def _judged(view: LogView, opened: OpenSheet, seed: KemSecret) -> TeamStatement:
    """Return the statement under which it was written; Refused unless one of that team did."""
    sheet = opened.sheet
    statement = view.team(sheet.team_hash)
    author = view.certificate(sheet.certificate_hash)
    if statement is None:
        raise Refused("a sheet under no statement of a team")
    # A key is of one team for good (the log's rule), so this is a statement of that team.
    if statement.team.kem_pk != kem.public(seed):
        raise Refused("a sheet under another key than its statement's")
    if author is None or author.subject16 not in statement.team.members:
        raise Refused("a sheet that no member wrote")
    if author.revoked_at is not None and author.revoked_at < statement.index:
        raise Refused("a sheet under a certificate that was taken back")
    opened.verify(author.sign_pk)
    return statement


def _check_follows(pin: Pin | None, found: Pin, before: bytes) -> None:
    """Raise BadProof for what is older than, or beside, what this account has seen."""
    if pin is None:
        return
    if found.version < pin.version or found.epoch < pin.epoch:
        raise BadProof("the service shows an older sheet")
    if found.version == pin.version and found.hash != pin.hash:
        raise BadProof("another sheet under the same version")
    if found.version == pin.version + 1 and before != pin.hash:
        raise BadProof("a sheet that does not follow the one before")


def _began_anew(view: LogView, team16: bytes, epoch: int) -> bool:
    """Tell whether the team has ended since for so long that the relay let its sheets go."""
    since = [one for one in view.team_history(team16) if one.team.epoch >= epoch]
    gap_ms = ENDED_DAYS * DAY_MS
    return any(later.not_before_ms - one.not_after_ms >= gap_ms for one, later in pairwise(since))
