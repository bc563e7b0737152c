"""Who is in a team and under which key: newcomers, leavers, two at once. A real relay."""

from __future__ import annotations

import asyncio

import pytest

from clientlib import org, restarts, teamproposals, teams
from clientlib.counterpart import name_of
from clientlib.errors import Refused
from clientlib.letters import read_inbox, sealed_letter
from clientlib.recommit import recommit
from clientlib.restarts import RestartedTeam
from clientlib.staff import Staff
from clientlib.teamcare import look_after
from clientlib.teams import Came, ClockOff
from crypto import account, kem, letter
from crypto.errors import LocalError
from crypto.keyring import TeamSeed
from crypto.keys import KemSecret
from crypto.letter import LetterKind
from crypto.random import random_bytes
from crypto.statement import DAY_MS, RevokeReason, Role, Team
from crypto.wire import boxes
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.actors import Cast
from tests.helpers.teamcast import fires, hired, key_of
from tests.helpers.written import (
    SUBJECT,
    TEXT,
    TOPIC,
    alarms,
    all_at_once,
    at_desk,
    centre,
    counted,
    falls_over,
    has,
    new,
    outcome_of,
    staff_again,
    texts,
    writes,
)

NAME = "kiesel-407"


def members(staff: Staff, cast: Cast) -> set[bytes]:
    """Whom the newest TEAM lists."""
    latest = staff.log.view.latest_team(cast.team16)
    assert latest is not None
    return set(latest.team.members)


def epoch_of(staff: Staff, cast: Cast) -> int:
    latest = staff.log.view.latest_team(cast.team16)
    assert latest is not None
    return latest.team.epoch


# --- newcomers --------------------------------------------------------------------------------


async def test_a_newcomer_is_admitted_by_a_member_and_takes_an_open_request(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    enquiry = await writes(cast, await cast.registers(NAME))
    anna = await hired(cast, "anna")
    with pytest.raises(WireError) as refused:
        await at_desk(anna)
    assert refused.value.code is ErrorCode.FORBIDDEN
    view = await maria.log.update()
    (found,) = teams.newcomers(view, cast.team16, cast.now_ms())
    assert (found.certificate.subject16, found.came) == (anna.subject16, Came.NEW)
    before = key_of(maria, cast.team16)
    with counted(maria.relay) as asked:
        await teams.admit(maria, cast.team16, anna.subject16)
    # The key comes before the statement: a crash in between leaves no member without it.
    assert asked.index("letter_send") < asked.index("log_publish")
    assert key_of(maria, cast.team16) == before
    assert members(maria, cast) == {maria.subject16, anna.subject16}
    assert teams.newcomers(maria.log.view, cast.team16, cast.now_ms()) == ()

    assert await teams.take_team_seeds(anna) == 1
    desk = await at_desk(anna)
    assert texts((await desk.open(enquiry.note.ticket16)).box) == [TEXT]
    case = await desk.accept(enquiry.note.ticket16)
    await case.say("Guten Tag")
    assert enquiry.box is not None
    await has(enquiry.box, "Guten Tag")
    assert alarms(case.box) == alarms(enquiry.box) == []
    await teams.admit(maria, cast.team16, anna.subject16)
    assert epoch_of(maria, cast) == 2  # a repeat states nothing


async def test_members_see_the_names_of_newcomers_and_nobody_else_does(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    anna = await hired(cast, "anna")
    assert await name_of(maria.relay, cast.team16, anna.certificate) == "Anna"
    for stranger in (await cast.line(), anna.relay):
        assert await name_of(stranger, cast.team16, anna.certificate) == ""
        assert await name_of(stranger, cast.team16, maria.certificate) == "Maria"


async def test_who_is_not_certified_to_counsel_is_not_admitted(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    auditor, gone = await hired(cast, "olga", Role.AUDITOR), await hired(cast, "rosa")
    lead = await hired(cast, "lena", Role.LEAD)
    await fires(cast, gone)
    view = await maria.log.update()
    found = teams.newcomers(view, cast.team16, cast.now_ms())
    assert [one.certificate.subject16 for one in found] == [lead.subject16]
    admin = await cast.signs_in("verwaltung")
    for subject16 in (auditor.subject16, gone.subject16, admin.subject16, random_bytes(16)):
        with counted(maria.relay) as asked, pytest.raises(Refused):
            await teams.admit(maria, cast.team16, subject16)
        assert not {"letter_send", "log_publish"} & set(asked)


async def test_who_has_no_key_of_the_team_admits_nobody(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    anna, lena = await hired(cast, "anna"), await hired(cast, "lena")
    await teams.admit(maria, cast.team16, anna.subject16)
    inbox16 = letter.inbox16(anna.certificate.kem_pk)
    for one in await read_inbox(anna.relay, inbox16):
        await anna.relay.request(boxes.LetterDelete(inbox16=inbox16, letter=one.letter))
    with counted(anna.relay) as asked, pytest.raises(Refused, match="key"):
        await teams.admit(anna, cast.team16, lena.subject16)
    assert "log_publish" not in asked


async def test_two_members_admit_two_people_at_once(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    anna, lena = await hired(cast, "anna"), await hired(cast, "lena")
    await all_at_once(
        lambda: teams.admit(maria, cast.team16, anna.subject16),
        lambda: teams.admit(jonas, cast.team16, lena.subject16),
    )
    everybody = {one.subject16 for one in (maria, jonas, anna, lena)}
    await maria.log.update()
    assert (members(maria, cast), epoch_of(maria, cast)) == (everybody, 3)
    for one in (anna, lena):
        assert await teams.take_team_seeds(one) == 1


async def test_who_was_in_the_team_before_is_told_from_who_is_new(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    assert await teams.succeed(maria, cast.team16, out=(jonas.subject16,))
    (found,) = teams.newcomers(maria.log.view, cast.team16, cast.now_ms())
    assert (found.certificate.subject16, found.came) == (jonas.subject16, Came.FORMER)
    admin = await cast.signs_in("verwaltung")
    one = jonas.certificate
    cast.server.clock.elapse(1)
    await org.certify(admin, one.sign_pk, one.kem_pk, one.role, one.subject16, cast.now_ms())
    view = await maria.log.update()
    (found,) = teams.newcomers(view, cast.team16, cast.now_ms())
    assert found.came is Came.NEW


# --- leavers ----------------------------------------------------------------------------------


async def test_whose_certificate_is_taken_back_is_out_with_the_next_sign_in(cast: Cast) -> None:
    maria, jonas, anna = await centre(cast, "maria", "jonas", "anna")
    before = key_of(maria, cast.team16)
    assert not await teams.succeed(maria, cast.team16)  # nobody has left
    await fires(cast, jonas)
    care = await look_after(maria, cast.team16)
    assert care.left == (jonas.subject16,)
    assert members(maria, cast) == {maria.subject16, anna.subject16}
    assert key_of(maria, cast.team16) != before
    assert await teams.take_team_seeds(anna) == 1
    for one in (maria, anna):
        latest = one.log.view.latest_team(cast.team16)
        assert latest is not None
        seed = teams.seed_of(one, latest.team)
        assert seed is not None
        assert kem.public(seed).raw == key_of(maria, cast.team16)
    assert (await look_after(anna, cast.team16)).left == ()
    assert epoch_of(anna, cast) == 2


async def test_whose_certificate_has_ended_is_out_too(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    for days in (25, 25, 25, 13):
        cast.server.clock.elapse(days * DAY_MS)
        maria = await cast.signs_in("maria")
        await teams.renew_teams(maria)
    admin = await cast.signs_in("verwaltung")
    one = maria.certificate
    await org.certify(admin, one.sign_pk, one.kem_pk, one.role, one.subject16, cast.now_ms())
    cast.server.clock.elapse(3 * DAY_MS)
    maria = await cast.signs_in("maria")
    latest = maria.log.view.latest_team(cast.team16)
    assert latest is not None
    assert teams.leavers(maria.log.view, latest.team, cast.now_ms()) == (jonas.subject16,)
    assert await teams.succeed(maria, cast.team16)
    assert members(maria, cast) == {maria.subject16}


async def test_nobody_takes_themselves_out_and_draws_the_key_of_the_others(cast: Cast) -> None:
    maria, _ = await centre(cast, "maria", "jonas")
    with counted(maria.relay) as asked, pytest.raises(Refused):
        await teams.succeed(maria, cast.team16, out=(maria.subject16,))
    assert not {"letter_send", "log_publish"} & set(asked)


async def test_who_is_not_in_the_team_changes_nothing(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    anna = await hired(cast, "anna")
    await fires(cast, jonas)
    assert not await teams.succeed(anna, cast.team16)
    await teams.admit(anna, cast.team16, anna.subject16)
    await anna.log.update()
    assert members(anna, cast) == {maria.subject16, jonas.subject16}


async def test_of_two_new_keys_at_once_the_earlier_leaf_counts(cast: Cast) -> None:
    """The second throws its own away: both hold the one that the log states, and no other."""
    maria, jonas, anna = await centre(cast, "maria", "jonas", "anna")
    await fires(cast, jonas)
    real, both = maria.relay.request, asyncio.Barrier(2)

    def at_the_same_time(staff: Staff):  # type: ignore[no-untyped-def]  # as the real one
        ask = staff.relay.request

        async def request(command, credential=b""):  # type: ignore[no-untyped-def]  # as the real one
            if command.META.name == "log_publish":
                await both.wait()
            return await ask(command, credential)

        return request

    maria.relay.request, anna.relay.request = at_the_same_time(maria), at_the_same_time(anna)  # type: ignore[method-assign]  # both have drawn
    done = await all_at_once(
        lambda: teams.succeed(maria, cast.team16), lambda: teams.succeed(anna, cast.team16)
    )
    assert sorted(done) == [False, True]
    assert real is not None
    for one in (maria, anna):
        await teams.take_team_seeds(one)
        await one.log.update()
        assert epoch_of(one, cast) == 2
        kept = {kem.public(seed.seed).raw for seed in one.keyring.team_seeds if seed.epoch == 2}
        assert kept == {key_of(maria, cast.team16)}


async def test_a_new_key_is_drawn_to_its_end_from_wherever_it_stopped(cast: Cast) -> None:
    maria, jonas, anna = await centre(cast, "maria", "jonas", "anna")
    out, at, is_over = (jonas.subject16,), 0, False
    while not is_over:
        here = await staff_again(cast, maria)
        try:
            async with falls_over(here.relay, at // 2, is_asked=at % 2 == 1):
                await teams.succeed(here, cast.team16, out=out)
        except AssertionError:
            is_over = True
        there = await staff_again(cast, anna)
        await teams.succeed(there, cast.team16, out=out)
        back = await staff_again(cast, maria)
        await teams.take_team_seeds(back)
        assert members(back, cast) == {maria.subject16, anna.subject16}
        for one in (back, there):
            latest = (await one.log.update()).latest_team(cast.team16)
            assert latest is not None
            assert teams.seed_of(one, latest.team) is not None
        await teams.admit(back, cast.team16, jonas.subject16)
        at += 1
    assert at > 2 * len(("log_read", "letter_send", "letter_send", "log_publish", "page_save"))


async def test_with_a_clock_that_is_off_nobody_states_anything(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    await fires(cast, jonas)
    ahead = await staff_again(cast, maria, ahead_ms=11 * 60_000)
    with counted(ahead.relay) as asked, pytest.raises(ClockOff):
        await teams.succeed(ahead, cast.team16)
    assert not {"letter_send", "log_publish"} & set(asked)
    assert await teams.renew_teams(ahead) == 0
    assert await teams.succeed(maria, cast.team16)


async def test_a_renewal_keeps_the_key_and_leaves_nobody_behind(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    before = key_of(maria, cast.team16)
    assert await teams.renew_teams(maria) == 0
    cast.server.clock.elapse(21 * DAY_MS)
    maria = await cast.signs_in("maria")
    await fires(cast, jonas)
    # Somebody has left: the same key would still be theirs.
    assert await teams.renew_teams(maria) == 0
    assert await teams.succeed(maria, cast.team16)
    assert key_of(maria, cast.team16) != before
    now = key_of(maria, cast.team16)
    cast.server.clock.elapse(21 * DAY_MS)
    maria = await cast.signs_in("maria")
    assert await teams.renew_teams(maria) == 1
    assert key_of(maria, cast.team16) == now


# --- seeds ------------------------------------------------------------------------------------


async def test_a_key_that_the_log_does_not_state_is_not_kept(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    anna = await hired(cast, "anna")
    await teams.admit(maria, cast.team16, anna.subject16)
    (mine,) = [one for one in maria.keyring.team_seeds]
    other = KemSecret(random_bytes(32))
    before = set(jonas.keyring.team_seeds)
    for gift in (
        letter.TeamSeed(team16=cast.team16, epoch=2, seed=other),
        letter.TeamSeed(team16=random_bytes(16), epoch=1, seed=mine.seed),
        letter.TeamSeed(team16=cast.team16, epoch=9, seed=mine.seed),
    ):
        await teams.give_seed(maria, (jonas.subject16, anna.subject16), gift)
    # Anna is not in the first epoch: whoever gives her its key gives her nothing.
    early = letter.TeamSeed(team16=cast.team16, epoch=1, seed=mine.seed)
    await teams.give_seed(maria, (anna.subject16,), early)
    assert await teams.take_team_seeds(jonas) == 0
    assert set(jonas.keyring.team_seeds) == before
    assert await teams.take_team_seeds(anna) == 1
    kept = TeamSeed(team16=cast.team16, epoch=2, seed=mine.seed)
    assert anna.keyring.team_seeds == (kept,)


async def test_letters_that_are_no_keys_stop_nobody(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    await fires(cast, jonas)
    anna = await hired(cast, "anna")
    for payload, kind in ((b"\xc1", LetterKind.WELCOME), (b"\xc1", LetterKind.TEAM_SEED)):
        e2 = sealed_letter(
            maria.ams, maria.certificate.hash, anna.certificate.kem_pk, kind, payload, 0
        )
        await maria.relay.request(boxes.LetterSend(e2=e2))
    await teams.admit(maria, cast.team16, anna.subject16)
    assert await teams.take_team_seeds(anna) == 1


# --- an admin alone ---------------------------------------------------------------------------


async def test_an_admin_lists_nobody_without_a_restart(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    puppet, admin = await hired(cast, "puppe"), await cast.signs_in("verwaltung")
    latest = (await admin.log.update()).latest_team(cast.team16)
    assert latest is not None
    secret, now_ms = account.staff_sign(admin.ams), cast.now_ms()
    fresh = kem.public(KemSecret(random_bytes(32)))
    for kem_pk in (latest.team.kem_pk, fresh):
        team = Team(
            team16=cast.team16,
            epoch=2,
            kem_pk=kem_pk,
            members=(maria.subject16, puppet.subject16),
        )
        with pytest.raises(WireError) as refused:
            await admin.log.publish(secret, cast.team16, team, now_ms, now_ms + DAY_MS)
        assert refused.value.code is ErrorCode.BAD_STATEMENT
    # Neither does the puppet by a proposal: for a team that has a key an admin signs a restart.
    await teamproposals.propose_team(
        puppet, admin.certificate.kem_pk, cast.team16, (puppet.subject16,), now_ms
    )
    # Nor by one that says nothing of a restart: the log would refuse it.
    team = Team(team16=cast.team16, epoch=2, kem_pk=fresh, members=(puppet.subject16,))
    by, kind = puppet.certificate.hash, LetterKind.TEAM_PROPOSAL
    raw = team.encode()
    e2 = sealed_letter(puppet.ams, by, admin.certificate.kem_pk, kind, raw, now_ms)
    await puppet.relay.request(boxes.LetterSend(e2=e2))
    assert await teamproposals.sign_proposals(admin, now_ms) == 0
    await maria.log.update()
    assert members(maria, cast) == {maria.subject16}


async def restarted(cast: Cast, puppet: Staff, *more: Staff) -> None:
    """The admin begins the team anew."""
    admin = await cast.signs_in("verwaltung")
    listed = tuple(one.subject16 for one in (puppet, *more))
    await teamproposals.propose_team(
        puppet, admin.certificate.kem_pk, cast.team16, listed, cast.now_ms()
    )
    signed = await teamproposals.sign_proposals(admin, cast.now_ms(), may_restart=True)
    assert signed == 1


async def test_a_restart_is_an_alarm_before_anything_is_sealed_to_it(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    account_ = await cast.registers(NAME)
    enquiry = await writes(cast, account_)
    await fires(cast, jonas)
    puppet, lena = await hired(cast, "puppe"), await hired(cast, "lena")
    await restarted(cast, puppet, maria)
    await teams.take_team_seeds(maria)
    view = await maria.log.update()
    found = restarts.unseen(view, cast.team16, ())
    assert found is not None
    before, _ = (await maria.log.update()).size, None
    for trusting in (
        lambda: look_after(maria, cast.team16),
        lambda: recommit(maria, cast.team16),
        lambda: teams.admit(maria, cast.team16, lena.subject16),
        lambda: teams.succeed(maria, cast.team16),
        lambda: writes(cast, account_, "Noch etwas"),
    ):
        with pytest.raises(RestartedTeam) as alarm:
            await trusting()  # type: ignore[no-untyped-call]  # four kinds of results
        assert alarm.value.statement.hash == found.hash
    assert await teams.renew_teams(maria) == 0
    assert (await maria.log.update()).size == before

    await restarts.note_seen(maria.keyring, view, found)
    again = await staff_again(cast, maria)
    assert restarts.unseen(view, cast.team16, restarts.seen_of(again.keyring)) is None
    care = await look_after(again, cast.team16)
    assert (care.progress.done, care.progress.skipped) == (1, ())
    desk = await at_desk(puppet)
    assert texts((await desk.open(enquiry.note.ticket16)).box) == [TEXT]
    await restarts.note_seen(account_.keyring, view, found)
    await writes(cast, account_, "Noch etwas")


async def test_what_was_typed_stays_when_the_alarm_comes_while_it_is_sent(cast: Cast) -> None:
    """The team is begun anew between the box and its first commit."""
    maria, _ = await centre(cast, "maria", "jonas")
    puppet = await hired(cast, "puppe")
    account_ = await cast.registers(NAME)
    enquiry, real = new(cast, account_), account_.relay.request

    async def request(command, credential=b""):  # type: ignore[no-untyped-def]  # as the real one
        if command.META.name == "create":
            await restarted(cast, puppet)
        return await real(command, credential)

    account_.relay.request = request  # type: ignore[method-assign]  # TEAM changes at this moment
    with pytest.raises(RestartedTeam) as alarm:
        await enquiry.send(TOPIC, SUBJECT, TEXT)
    account_.relay.request = real  # type: ignore[method-assign]  # as it was
    assert (enquiry.is_sent, enquiry.draft) == (False, TEXT)
    await restarts.note_seen(account_.keyring, account_.log.view, alarm.value.statement)
    await enquiry.resume()
    assert (enquiry.is_sent, enquiry.draft) == (True, "")
    assert maria is not None


# --- the end of a certificate -------------------------------------------------------------------


async def test_everybody_may_take_back_the_own_certificate_and_nobody_a_colleagues(
    cast: Cast,
) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    with pytest.raises(WireError) as refused:
        await org.revoke(maria, jonas.certificate, RevokeReason.LEFT, cast.now_ms())
    assert refused.value.code is ErrorCode.BAD_STATEMENT
    await org.revoke(jonas, jonas.certificate, RevokeReason.KEY_LOST, cast.now_ms())
    with pytest.raises(LocalError):
        assert jonas.certificate
    assert isinstance(await outcome_of(at_desk(jonas)), WireError)
    assert (await look_after(maria, cast.team16)).left == (jonas.subject16,)
    with pytest.raises(WireError, match="bad_statement"):
        await hired_again(cast, jonas)


async def hired_again(cast: Cast, gone: Staff) -> None:
    """An admin tries to certify a key that was taken back."""
    admin = await cast.signs_in("verwaltung")
    (one,) = admin.log.view.own_certificates(gone.subject16)
    cast.server.clock.elapse(1)
    await org.certify(admin, one.sign_pk, one.kem_pk, one.role, one.subject16, cast.now_ms())
