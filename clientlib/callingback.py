"""To give a conversation back to the team when who answered has left: the seeker's side (E1.20).

    1 commit   who left goes, and the team comes in; its letters hold all that was said
    2 report   the ticket is open, for whoever takes it

Who has left is read from the log alone, whatever the relay says of it. Nothing is kept of a step:
the box tells whether the team is in it, and as long as it is, any device reports that again. Twin
of web/js/features/enquiries/callingback.js and departed.js.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum

from clientlib import begin, commits, restarts
from clientlib.account import SeekerAccount
from clientlib.box import Box
from clientlib.commits import Change
from clientlib.counterpart import in_force
from clientlib.errors import Disconnected, Refused
from clientlib.leads import check_leads
from clientlib.notes import EnquiryNote
from clientlib.standing import has_team, is_with_team
from clientlib.translog import LogReader
from crypto import account as keys
from crypto import credential
from crypto.account import ConversationKeys
from crypto.commit import Reason
from crypto.entry import Entry
from crypto.grant import Grant
from crypto.keys import CapSecret, EpochSecret, SignSecret
from crypto.letter import LetterKind, Welcome
from crypto.levels import Teams
from crypto.random import Rand
from crypto.roster import Role, RosterEntry, is_revoked
from crypto.wire import boxes
from crypto.wire.boxes import BoxState
from crypto.wire.enquiries import EnquiryCallBack
from crypto.wire.errors import ErrorCode, WireError

# Another device of mine, or the team's key has changed meanwhile; the last of them only looks.
_ATTEMPTS = 4


class Departure(Enum):
    """Whether the people of a conversation are still there, as the log has it."""

    NOBODY = "somebody is there who can answer, or all of the team is, and nobody was revoked"
    UNLISTED = "who is there is not in the team any more, or their certificate has ended"
    OTHERS = "somebody was revoked, and who takes them out is in it: a colleague or the team"
    WAITS = "all were revoked, and the team has not changed its key since"
    READY = "all were revoked, and the team can go on"


@dataclass(frozen=True, slots=True)
class _Hand:
    """The seeker, as who makes a commit."""

    account: SeekerAccount
    sign_secret: SignSecret

    @property
    def log(self) -> LogReader:
        return self.account.log

    def now_ms(self) -> int:
        return self.account.now_ms()


def departure(box: Box, log: LogReader, teams: Teams, now_ms: int) -> Departure:
    """Tell who is missing; `teams`: those behind the page on which the seeker wrote.

    Whom the log does not revoke, nobody but themselves or a colleague takes out (G4). And while
    TEAM lists somebody who was revoked, they have its key: what is sealed to it is not out of
    their reach. Where a team reads along, any of them goes on.
    """
    roster = box.transcript.state.roster
    if roster is None or box.clock.state is BoxState.CLOSED:
        return Departure.NOBODY
    persons = [one for one in roster.entries.values() if one.role not in (Role.SEEKER, Role.TEAM)]
    revoked = [one for one in persons if is_revoked(one, log.view.size, log.staff)]
    if has_team(roster):
        return Departure.OTHERS if revoked else Departure.NOBODY
    if len(revoked) < len(persons):
        if revoked:
            return Departure.OTHERS
        is_here = any(_counsels(log, one, teams, now_ms) for one in persons)
        return Departure.NOBODY if is_here else Departure.UNLISTED
    listed = any(log.view.in_team(teams.back16, one, now_ms) for one in _subjects(log, revoked))
    is_waiting = listed or log.view.current_team(teams.back16, now_ms) is None
    return Departure.WAITS if is_waiting else Departure.READY


class CallingBack:
    """One conversation on its way back to the team."""

    def __init__(self, account: SeekerAccount, box: Box, teams: Teams, rand: Rand) -> None:
        self._account = account
        self._box = box
        self._teams = teams
        self._rand = rand

    async def look(self) -> Departure:
        """Read the log on, and tell whether who should answer is still there."""
        log = self._account.log
        await log.update()
        return departure(self._box, log, self._teams, self._account.now_ms())

    async def run(self) -> None:
        """Take both steps, those that are missing; then goes what was held back.

        Refused where somebody is there, or the team cannot go on; RestartedTeam before a restart of
        it was seen.
        """
        for _ in range(_ATTEMPTS):
            where = await self.look()
            if has_team(self._box.transcript.state.roster):
                break
            try:
                await self._commit(self._recipient(where))
            except WireError as error:
                if error.code is not ErrorCode.STALE:
                    raise
            await self._box.read_on()
        else:
            raise Refused("the service does not show the commit")
        await self.report()
        await self._box.flush()

    async def report(self) -> None:
        """Say that the team has it; nothing hangs on it, and the next opening says it again.

        What the team has been in from the beginning is open already, and what it reads along in is
        somebody's.
        """
        roster = self._box.transcript.state.roster
        if roster is None or roster.epoch == 0 or not is_with_team(roster):
            return
        with suppress(WireError, Disconnected):
            await self._account.relay.request(EnquiryCallBack(), self._keys.ticket_cap.raw)

    @property
    def _entry(self) -> Entry:
        entry = self._account.keyring.entry(self._box.box16)
        assert entry is not None, "remembered before it is used"
        return entry

    @property
    def _keys(self) -> ConversationKeys:
        return keys.conversation(self._account.ams, self._entry.key_context)

    def _recipient(self, where: Departure) -> begin.Recipient:
        view, back16 = self._account.log.view, self._teams.back16
        statement = view.current_team(back16, self._account.now_ms())
        if where is not Departure.READY or statement is None:
            raise Refused("somebody is there, or no team that could go on")
        restarts.must_be_seen(view, back16, self._account.settings.restarts)
        check_leads(view, self._teams, statement.team, self._account.now_ms())
        return begin.to_team(statement)

    async def _commit(self, recipient: begin.Recipient) -> None:
        """Everybody goes but me, and all that was said is the team's to read."""
        box, rand = self._box, self._rand
        roster, hand = commits.roster_of(box.transcript), _Hand(self._account, self._keys.sign)
        ticket16 = EnquiryNote.decode(self._entry.settings).ticket16
        me = tuple(one for one in roster.entries.values() if one.role is Role.SEEKER)
        team = replace(recipient.entry, sidx=roster.highest_sidx + 1)
        es, join_cap = EpochSecret(rand(32)), CapSecret(rand(32))
        change = Change(entries=(*me, team), reason=Reason.CALLED_BACK, es=es, sidx=me[0].sidx)
        sealed = commits.seal(hand, box.transcript, change, rand)
        welcome = Welcome(
            box16=sealed.box16,
            epoch=sealed.epoch,
            es=es,
            commit=sealed.quoted,
            join_cap=join_cap,
            ticket16=ticket16,
            handle=self._account.handle,
        )
        grant = Grant(box16=sealed.box16, secrets=commits.history_of(box))
        letters = tuple(
            commits.letter_to(hand, box, team.kem_pk, kind, payload, rand)
            for kind, payload in (
                (LetterKind.WELCOME, welcome.encode()),
                (LetterKind.GRANT, grant.encode()),
            )
        )
        cap = boxes.NewCap(
            sidx=team.sidx,
            cap_hash=credential.cap_hash(join_cap),
            rights=int(recipient.rights),
            team16=recipient.team16,
        )
        out = tuple(sidx for sidx in roster.entries if sidx != me[0].sidx)
        command = sealed.command(caps=(cap,), out=out, letters=letters, ticket16=ticket16)
        await self._account.relay.request(command, self._keys.cap.raw)


def _counsels(log: LogReader, entry: RosterEntry, teams: Teams, now_ms: int) -> bool:
    """Tell whether a member is certified now, under whichever certificate, and in a team."""
    return any(
        in_force(log.view, one, now_ms) is not None
        and any(log.view.in_team(team16, one, now_ms) for team16 in teams.all16)
        for one in _subjects(log, [entry])
    )


def _subjects(log: LogReader, entries: list[RosterEntry]) -> list[bytes]:
    found = (log.staff.counsellor(one.certificate_hash) for one in entries)
    return [one.subject16 for one in found if one is not None]
