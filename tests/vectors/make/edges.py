"""Scripts about the edges of the verdict machine: each was written because a mutant lived there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from crypto import commit
from crypto.envelope import Body, Kind, seal_e1, seal_e3
from crypto.grant import Grant
from crypto.roster import BoxKind, Role
from tests.helpers import box, script
from tests.helpers.box import ANNA, BELA, NOW_MS, SEEKER, World
from tests.helpers.replay import replayed_kem
from tests.vectors.make import transcript
from tests.vectors.make.common import case, document, hexed
from tests.vectors.make.transcript import (
    DEFAULT_STAFF,
    LOG,
    Step,
    chat,
    forged,
    reader,
    take,
    takes,
    with_bela,
)

PIN, SECRETS, ALARMS = ({"do": one} for one in ("pin", "secrets", "alarms"))


def cases() -> dict[str, Any]:
    """Run every scenario; the answers are what the Python machine says."""
    with replayed_kem():
        made = [_case(scenario) for scenario in SCENARIOS]
    return document("Scripted edges of the verdict machine; the staff log is transcript's.", made)


def _case(scenario: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    given = hexed(scenario())
    lines = (scenario.__doc__ or "").strip()
    return case(scenario.__name__, lines, given, script.run(given, hexed(DEFAULT_STAFF)))


def draft(kind: int = Kind.TEXT, log_n: int = box.LOG_N, sidx: int | None = None) -> Step:
    """What would be written now, or that nothing can be."""
    return {"do": "draft", "kind": int(kind), "log_n": log_n, "sidx": sidx}


def held(log_n: int) -> Step:
    """Whether nothing goes out now."""
    return {"do": "held", "log_n": log_n}


def nothing_read() -> dict[str, Any]:
    """Before commit 0 nothing is paused, drafted in somebody's place, or pinned."""
    world = World()
    sign = forged_fleeting(world)
    steps = [held(box.LOG_N), draft(), draft(Kind.COMMIT, sidx=1), draft(log_n=99, sidx=1), PIN]
    return reader(world, SEEKER, [*steps, {"do": "fleeting", "raw": sign}])


def forged_fleeting(world: World) -> bytes:
    """A sign in a box in which nobody is yet."""
    body = replace(world.first_body(b"\x90", 1), kind=1)
    return seal_e3(world.key(), SEEKER.sign, body, world.rand)


def first_is_a_text() -> dict[str, Any]:
    """Commit 0 is a commit, whatever a text holds."""
    world = World()
    roster = [SEEKER.entry(1, Role.SEEKER), ANNA.entry(2, Role.COUNSELLOR)]
    first = commit.make_commit0(world.box16, BoxKind.CASE, roster, world.es0, world.share)
    body = replace(world.first_body(first.encode(), 1), kind=Kind.TEXT)
    return reader(world, SEEKER, [take(1, world.seal(SEEKER, body))])


def first_is_no_commit() -> dict[str, Any]:
    """Of kind commit, and none."""
    world = World()
    return reader(world, SEEKER, [take(1, world.seal(SEEKER, world.first_body(b"\x90", 1)))])


def shown_again() -> dict[str, Any]:
    """The first and the last once more; then other bytes under a known number."""
    world, _, anna = chat()
    last = len(world.log)
    steps = [*takes(world.log), take(1, world.log[0]), take(last, world.log[-1])]
    return reader(world, SEEKER, [*steps, take(last, anna.write()), ALARMS])


def shown_again_before_the_pin() -> dict[str, Any]:
    """What lies before the pin cannot be compared, and is no second history."""
    world, seeker, anna = chat()
    pin = seeker.transcript.pin().encode()
    late = seal_e3(
        anna.transcript.key,
        ANNA.sign,
        replace(anna.body(1, b"\x90"), head_n=2, head=bytes(32), i=0),
        anna.rand,
    )
    steps = [take(2, world.log[1]), {"do": "fleeting", "raw": late}]
    steps.append(take(5, forged(anna, head_n=2, head=bytes(32))))
    return reader(world, SEEKER, [*steps, draft()], pin=pin)


def one_place_twice() -> dict[str, Any]:
    """Another message under a place that its stream has had."""
    world, _, anna = chat()
    again = forged(anna, i=anna.i - 1)
    return reader(world, SEEKER, [*takes(world.log), take(5, again)])


def own_post_where_another_stands() -> dict[str, Any]:
    """Said to be stored where the last envelope stands."""
    world, seeker, _ = chat()
    mine = seeker.write()
    steps = [*takes(world.log), {"do": "posted", "n": len(world.log), "raw": mine}, ALARMS]
    return reader(world, SEEKER, steps)


def keyring_pin_of_another_box() -> dict[str, Any]:
    """The keyring names another head at a number that is read already; twice is one alarm."""
    world, _, _ = chat()
    other = {"do": "expect", "n": 2, "head": bytes(32)}
    return reader(
        world, SEEKER, [*takes(world.log), other, other, ALARMS, draft(), draft(Kind.CLOSE)]
    )


def held_for_a_seeker() -> dict[str, Any]:
    """Where the log revokes a member, a seeker waits until somebody has taken them out."""
    view = box.revoked(box.staff(), ANNA, 10)
    world, _, _ = box.live_chat("world", view)
    return reader(world, SEEKER, [held(10), *takes(world.log), held(10), held(11)])


def not_held_for_staff() -> dict[str, Any]:
    """Staff take the revoked out at once; an alarm holds them as anybody."""
    view = box.revoked(box.staff(), BELA, 10)
    world, _, anna, _ = with_bela()
    world.staff = view
    steps = [*takes(world.log), held(10), held(11), take(6, forged(anna, head=bytes(32))), held(10)]
    return reader(world, ANNA, steps, secrets=[world.es(1).raw])


def not_held_without_a_place() -> dict[str, Any]:
    """Who reads as the team writes as nobody, and waits for nobody."""
    world = World(view=box.revoked(box.staff(), ANNA, 10))
    world.post(world.commit0(SEEKER, 1, [SEEKER.entry(1, Role.SEEKER), box.team_entry(2)]))
    steps = [*takes(world.log), held(11), draft(), draft(Kind.COMMIT, sidx=2)]
    return reader(world, ANNA, steps, kem_secrets=[box.TEAM_SEED.raw])


def secrets_are_kept() -> dict[str, Any]:
    """Each epoch's secret stays known, for whoever is granted the history later."""
    world, _, _, _ = with_bela()
    return reader(world, SEEKER, [SECRETS, *takes(world.log), SECRETS])


def joining() -> dict[str, Any]:
    """Until the commit that lets one in is seen, nothing is written, pinned or heard."""
    world, seeker, anna, _ = with_bela()
    sign = {"do": "fleeting", "raw": transcript._typing(anna)}
    sealed = transcript.welcome(world, anna, world.log[4], 1, 0)
    world.post(seeker.write())
    steps = [draft(), PIN, sign, *takes(world.log[4:], 5), draft(), PIN, sign]
    return reader(world, BELA, steps, letter=sealed)


def stopped() -> dict[str, Any]:
    """After a stop nothing is heard, and not even the end is drafted."""
    world, _, anna = chat()
    sign = transcript._typing(anna)
    roster = anna.transcript.state.roster
    assert roster
    raw = anna.commit([*roster.entries.values(), box.EVE.entry(3, Role.COUNSELLOR)], world.es(1))
    steps = [*takes(world.log), {"do": "fleeting", "raw": sign}, take(5, raw)]
    more = transcript._typing(anna, i=1)
    return reader(world, SEEKER, [*steps, {"do": "fleeting", "raw": more}, draft(Kind.CLOSE)])


def no_read_mark() -> dict[str, Any]:
    """An acknowledgement of another shape acknowledges what came, and marks nothing as read."""
    world, seeker, anna = chat()
    world.post(anna.write())
    box.sync(world, seeker, anna)
    world.post(seeker.write(Kind.ACKNOWLEDGEMENT, b"\x92\x01\x02"))
    return reader(world, ANNA, takes(world.log))


def another_log_revokes_nobody() -> dict[str, Any]:
    """A log size whose root does not fit proves nothing about who is revoked."""
    view = box.revoked(box.staff(), BELA, 10)
    world, _, anna = box.live_chat("world", view)
    roster = anna.transcript.state.roster
    assert roster
    news, wraps = commit.make_commit(
        roster,
        [*roster.entries.values(), BELA.entry(3, Role.COUNSELLOR)],
        commit.Reason.ADDED,
        world.es(1),
        b"",
        world.rand,
    )
    body: Body = replace(anna.body(Kind.COMMIT, news.encode()), log_n=11, log_root=bytes(32))
    raw = seal_e1(anna.transcript.key, ANNA.sign, body, wraps, world.rand)
    return reader(world, SEEKER, [*takes(world.log), take(2, raw, LOG)])


def under_another_number() -> dict[str, Any]:
    """A member who stands there again under a new number has been taken out."""
    world, _, anna, _ = with_bela()
    bela = world.with_transcript(BELA, anna.transcript)
    roster = [
        SEEKER.entry(1, Role.SEEKER),
        BELA.entry(3, Role.COUNSELLOR),
        ANNA.entry(4, Role.COUNSELLOR),
    ]
    raw = bela.commit(roster, world.es(2), sidx=3)
    steps = [*takes(world.log), take(6, raw)]
    return reader(world, ANNA, steps, secrets=[world.es(1).raw])


def granted_by_another_commit() -> dict[str, Any]:
    """In the place of the commit that let Bela in stands one of the same secret without her."""
    world, _, anna = chat()
    second = world.device(ANNA)
    box.sync(world, second)
    roster = anna.transcript.state.roster
    assert roster
    raw = anna.commit([*roster.entries.values(), BELA.entry(3, Role.COUNSELLOR)], world.es(1))
    lea = box.LEA.entry(3, Role.LEAD)
    world.post(second.commit([*roster.entries.values(), lea], world.es(1)))
    sealed = transcript.welcome(world, anna, raw, 1, 0)
    grant = Grant(box16=world.box16, secrets=(world.es0,))
    return reader(world, BELA, takes(world.log), letter=sealed, grant=grant.encode())


def a_team_says_nothing() -> dict[str, Any]:
    """Not even where what it says is a commit's content."""
    world = World()
    world.post(world.commit0(SEEKER, 1, [SEEKER.entry(1, Role.SEEKER), box.team_entry(2)]))
    anna = world.device(ANNA, as_team=True)
    box.sync(world, anna)
    roster = anna.transcript.state.roster
    assert roster
    entries = [SEEKER.entry(1, Role.SEEKER), ANNA.entry(3, Role.COUNSELLOR)]
    news, _ = commit.make_commit(
        roster, entries, commit.Reason.ACCEPTED, world.es(1), ANNA.certificate_hash, world.rand
    )
    body = replace(anna.body(Kind.COMMIT, news.encode(), sidx=2), kind=Kind.TEXT, sent_ms=NOW_MS)
    return reader(world, SEEKER, [*takes(world.log), take(2, world.seal(ANNA, body))])


def a_log_without_a_member() -> dict[str, Any]:
    """Whose certificate the log does not hold writes nothing and is written to no more."""
    world, _, anna = chat()
    view = box.staff()
    del view.certificates[ANNA.certificate_hash]
    steps = [*takes(world.log), held(10), {"do": "staff", "staff": script.facts(view)}, held(10)]
    return reader(world, SEEKER, [*steps, take(5, anna.write())])


SCENARIOS: list[Callable[[], dict[str, Any]]] = [
    nothing_read,
    first_is_a_text,
    first_is_no_commit,
    shown_again,
    shown_again_before_the_pin,
    one_place_twice,
    own_post_where_another_stands,
    keyring_pin_of_another_box,
    held_for_a_seeker,
    not_held_for_staff,
    not_held_without_a_place,
    secrets_are_kept,
    joining,
    stopped,
    no_read_mark,
    another_log_revokes_nobody,
    under_another_number,
    granted_by_another_commit,
    a_team_says_nothing,
    a_log_without_a_member,
]
