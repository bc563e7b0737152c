"""People on the way to a new access, all of it through the Python client and past every lie."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clientlib.account import SeekerAccount
from clientlib.arrival import Arrival
from clientlib.case import Case
from clientlib.enquiry import Enquiry
from clientlib.newaccess import NewAccess
from clientlib.newconversation import NewConversation
from clientlib.staff import Staff
from crypto import account as keys
from crypto import kem, letter
from crypto.account import ConversationKeys
from crypto.letter import LetterKind
from crypto.primitives import sign_public
from crypto.wire.boxes import GetShare, Read, StoredLetter
from crypto.wire.invitations import InviteAnswered, InviteLetters, InviteRead
from tests.helpers.actors import Cast
from tests.helpers.returning import ANSWER, answers, invited
from tests.helpers.written import TEXT, TOPIC, at_desk, has, new, portal_of, takes
from tests.lying.invitations import ServesOn, ShowsLetters

OLD, NEW, HOME = "kiesel-1", "feder-1", "feder-2"
NICKNAME = "Frau aus dem Café"
# What is said once the old access is out.
AFTER = "Das liest nur noch der neue Zugang."


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedBack:
    """Maria counsels somebody and has invited them to a new access; `left` is what it answered."""

    subject: str
    case: Case
    enquiry: Enquiry
    access: NewAccess
    arrival: Arrival
    left: InviteAnswered

    @property
    def epoch(self) -> int:
        """How often it was changed who is in it."""
        roster = self.case.box.transcript.state.roster
        assert roster is not None
        return roster.epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBack:
    """The new access was let in, and has not looked. The letters are a welcome and a grant each."""

    one: AskedBack
    keys: ConversationKeys
    by_inviter: tuple[StoredLetter, ...]
    by_colleague: tuple[StoredLetter, ...]
    box: ServesOn
    of_colleague: ServesOn
    commit_n: int

    def letters_of_colleague(self) -> ShowsLetters:
        """He is certified, and has let these very keys into a conversation of his own."""
        return ShowsLetters(self.by_colleague, self.of_colleague)

    def history_of_colleague(self, other: Staff) -> ShowsLetters:
        """The inviter's welcome, and what she granted as this colleague's letter."""
        secret = keys.staff_sign(other.ams)
        found = []
        for stored in self.by_inviter:
            note = letter.open_letter(stored.e2, self.keys.kem)
            if note.kind == LetterKind.GRANT:
                certificate_hash = other.certificate.hash
                note = replace(note, sign_pk=sign_public(secret), certificate_hash=certificate_hash)
                e2 = letter.seal_letter(kem.public(self.keys.kem), secret, note)
                stored = replace(stored, e2=e2)
            found.append(stored)
        return ShowsLetters(tuple(found), self.box)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everybody under way: `one`, `other` and `came` have answered Maria, `back` is let in."""

    one: AskedBack
    other: AskedBack
    back: GivenBack
    came: Arrival
    jonas: Staff


async def under_way(cast: Cast, maria: Staff) -> Scene:
    """Somebody (OLD) has written often; NEW and HOME are the accesses that they make anew."""
    seeker, newcomer = await cast.registers(OLD), await cast.registers(NEW)
    jonas, home = await cast.signs_in("jonas"), await cast.registers(HOME)
    begun = await NewConversation.begin(maria, portal_of(cast), "de", NICKNAME)
    last = await _asked_back(cast, maria, seeker, home, "Drittens")
    return Scene(
        one=await _asked_back(cast, maria, seeker, newcomer, "Erstens"),
        other=await _asked_back(cast, maria, seeker, newcomer, "Zweitens"),
        back=await _given_back(cast, last, jonas, seeker),
        came=await answers(cast, newcomer, begun.pending.words),
        jonas=jonas,
    )


async def _counselled(
    cast: Cast, staff: Staff, seeker: SeekerAccount, subject: str
) -> tuple[Case, Enquiry]:
    enquiry = new(cast, seeker)
    await enquiry.send(TOPIC, subject, TEXT)
    case = await takes(await at_desk(staff), enquiry)
    await case.say(ANSWER)
    assert enquiry.box is not None
    await has(enquiry.box, ANSWER)
    return case, enquiry


async def _asked_back(
    cast: Cast, staff: Staff, seeker: SeekerAccount, newcomer: SeekerAccount, subject: str
) -> AskedBack:
    case, enquiry = await _counselled(cast, staff, seeker, subject)
    access, words = await invited(staff, case)
    arrival = await answers(cast, newcomer, words)
    reply = await staff.relay.request(InviteRead(join_id16=arrival.join_id16))
    return AskedBack(
        subject=subject,
        case=case,
        enquiry=enquiry,
        access=access,
        arrival=arrival,
        left=reply.answers[0],
    )


async def _given_back(
    cast: Cast, one: AskedBack, colleague: Staff, seeker: SeekerAccount
) -> GivenBack:
    """Both let the same keys in: the colleague, who never knew the words, into his conversation."""
    answer = await one.access.look()
    assert answer is not None
    other, _ = await _counselled(cast, colleague, seeker, "Bei jemand anderem")
    theirs = NewAccess(colleague, other)
    await theirs.invite("de")
    # Of two boxes no relay would have it; this one gives his to whoever asks.
    await theirs.confirm(replace(answer, cap_hash=bytes(32)))
    await one.access.confirm(answer)
    commit_n = one.case.box.transcript.state.number
    for case in (other, one.case):
        await case.say(AFTER)
        await has(case.box, AFTER)
    own = keys.conversation(one.arrival.account.ams, one.arrival.join_id16)
    asked = InviteLetters(inbox16=letter.inbox16(kem.public(own.kem)))
    letters = (await one.arrival.account.relay.request(asked, own.cap.raw)).letters
    return GivenBack(
        one=one,
        keys=own,
        by_inviter=letters[2:],
        by_colleague=letters[:2],
        box=await _whole(one.case),
        of_colleague=await _whole(other),
        commit_n=commit_n,
    )


async def _whole(case: Case) -> ServesOn:
    """All of its box, as the relay has it."""
    box = case.box
    share = (await box.relay.request(GetShare(box16=box.box16), box._cap)).share
    page = await box.relay.request(Read(box16=box.box16, start=1), box._cap)
    return ServesOn(box.box16, share, page)
