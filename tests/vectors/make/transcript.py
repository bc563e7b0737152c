"""Scripted logs: each row of the check table, each rule broken once, and honest runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from crypto import commit, encoding, envelope, epoch, letter
from crypto.envelope import Body, Kind
from crypto.grant import Grant
from crypto.keys import CapSecret, EpochSecret, Share
from crypto.roster import BoxKind, Role, RosterEntry
from tests.helpers import box, script
from tests.helpers.box import ANNA, BELA, EVE, LEA, NOW_MS, SEEKER, TEAM_SEED, Device, World
from tests.helpers.replay import replayed_kem
from tests.vectors.make.common import case, document, flip, hexed

Step = dict[str, Any]
DEFAULT_STAFF = script.facts(box.staff())
ENVELOPES, LOG = "ENVELOPES", "LOG"


def cases() -> dict[str, Any]:
    """Run every scenario; the answers are what the Python machine says."""
    with replayed_kem():
        made = [_case(scenario) for scenario in SCENARIOS]
    given = {"op": "staff", "staff": DEFAULT_STAFF}
    made.insert(0, case("default", "the staff log of every script that names none", given))
    return document("Scripted logs and the verdict of each step (section 5).", made)


def _case(scenario: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    given = hexed(scenario())
    lines = (scenario.__doc__ or "").strip()
    return case(scenario.__name__.strip("_"), lines, given, script.run(given, hexed(DEFAULT_STAFF)))


def reader(world: World, person: box.Person, steps: Sequence[Step], **more: Any) -> dict[str, Any]:
    """Build a script read from the start, unless `more` says otherwise."""
    facts = script.facts(world.staff)
    given = {
        "op": "script",
        "staff": "default" if facts == DEFAULT_STAFF else facts,
        "box16": world.box16,
        "share": world.share.raw,
        "es0": world.es0.raw,
        "kem_secrets": [person.kem.raw],
        "secrets": [],
        "steps": list(steps),
    }
    return given | more


def take(n: int, raw: bytes, *tried: str) -> Step:
    """One envelope."""
    return {"do": "take", "n": n, "raw": raw} | ({"tried": list(tried)} if tried else {})


def takes(log: Sequence[bytes], first: int = 1) -> list[Step]:
    """Envelopes in order."""
    return [take(n, raw) for n, raw in enumerate(log, start=first)]


def forged(device: Device, **changes: Any) -> bytes:
    """A message of a member whose client lies about its view or place."""
    body = replace(device.body(Kind.TEXT, b"\xa2hi"), **changes)
    return envelope.seal_e1(device.transcript.key, device.person.sign, body, rand=device.rand)


def chat() -> tuple[World, Device, Device]:
    """Commit 0, a text each way, an acknowledgement."""
    world, seeker, anna = box.live_chat()
    for writer, kind, payload in (
        (anna, Kind.TEXT, b"\xa5Hallo"),
        (seeker, Kind.TEXT, b"\xa9Guten Tag"),
        (anna, Kind.ACKNOWLEDGEMENT, encoding.encode([3])),
    ):
        world.post(writer.write(kind, payload))
        box.sync(world, seeker, anna)
    return world, seeker, anna


def with_bela() -> tuple[World, Device, Device, bytes]:
    """The chat, then Anna adds Bela; the last is an envelope of the epoch before."""
    world, seeker, anna = chat()
    late = seeker.write()
    seeker.i -= 1  # the relay called it stale: sealed anew later, with the same place
    assert anna.transcript.state.roster
    roster = [*anna.transcript.state.roster.entries.values(), BELA.entry(3, Role.COUNSELLOR)]
    world.post(anna.commit(roster, world.es(1)))
    box.sync(world, seeker, anna)
    return world, seeker, anna, late


def honest_chat() -> dict[str, Any]:
    """Both write; ticks and read marks follow."""
    world, _, _ = chat()
    return reader(world, SEEKER, takes(world.log))


def honest_two_devices_and_a_race() -> dict[str, Any]:
    """Anna on two devices, both writing on the same head."""
    world, seeker, anna = chat()
    second = world.device(ANNA)
    box.sync(world, second)
    for raw in (second.write(), anna.write(), seeker.write()):
        world.post(raw)
    return reader(world, SEEKER, takes(world.log))


def honest_commit() -> dict[str, Any]:
    """Anna adds Bela; the seeker unwraps the next secret and writes under it."""
    world, seeker, _, _ = with_bela()
    world.post(seeker.write())
    return reader(world, SEEKER, takes(world.log))


def unreadable() -> dict[str, Any]:
    """Junk, another box, a fleeting one, a flipped bit: each counts, reading goes on."""
    world, _, anna = chat()
    other, _, other_anna = box.live_chat("other")
    junk = [b"junk", other_anna.write(), _typing(anna), flip(anna.write(), 2000)]
    del other
    world.log.extend(junk)
    return reader(world, SEEKER, takes(world.log))


def old_epoch() -> dict[str, Any]:
    """An envelope of the epoch before, after the commit."""
    world, seeker, _, late = with_bela()
    world.log.append(late)
    box.sync(world, seeker)
    world.post(seeker.write())
    return reader(world, SEEKER, takes(world.log))


def unknown_epoch() -> dict[str, Any]:
    """A kid nobody knows: read again; if it stays, stop, and nothing more is taken."""
    world, _, anna = chat()
    foreign = world.seal(ANNA, anna.body(Kind.TEXT, b"\xa2hi"), number=4)
    steps = [take(5, foreign), take(5, foreign, ENVELOPES), take(6, anna.write())]
    return reader(world, SEEKER, [*takes(world.log), *steps])


def unknown_epoch_found_again() -> dict[str, Any]:
    """The relay showed something else at first: the second reading is good."""
    world, _, anna = chat()
    foreign = world.seal(ANNA, anna.body(Kind.TEXT, b"\xa2hi"), number=4)
    return reader(
        world, SEEKER, [*takes(world.log), take(5, foreign), take(5, anna.write(), ENVELOPES)]
    )


def not_member() -> dict[str, Any]:
    """A sidx outside the roster; a member whose certificate the box's log view revokes."""
    view = box.revoked(box.staff(), ANNA, 10)
    world, seeker, anna = box.live_chat("world", view)
    world.post(forged(anna, sidx=9))
    world.post(anna.write())
    box.sync(world, seeker, anna)
    world.post(seeker.write(log_n=11))
    box.sync(world, seeker, anna)
    world.post(anna.write())
    return reader(world, SEEKER, takes(world.log))


def close_rights() -> dict[str, Any]:
    """A lead may not close a case; the counsellor may."""
    world = World()
    roster = [
        SEEKER.entry(1, Role.SEEKER),
        LEA.entry(2, Role.LEAD),
        ANNA.entry(3, Role.COUNSELLOR),
    ]
    world.post(world.commit0(SEEKER, 1, roster))
    lea, anna = world.device(LEA), world.device(ANNA)
    for device in (lea, anna):
        box.sync(world, lea, anna)
        world.post(device.write(Kind.CLOSE, b"\x90"))
    return reader(world, SEEKER, takes(world.log))


def bad_signature() -> dict[str, Any]:
    """Anna writes in the seeker's name."""
    world, _, anna = chat()
    world.post(forged(anna, sidx=1))
    return reader(world, ANNA, takes(world.log))


def dup() -> dict[str, Any]:
    """The same bytes at two numbers; the same place sealed anew; the same number shown again."""
    world, _, anna = chat()
    world.post(forged(anna, i=0))
    world.log.append(world.log[1])
    return reader(world, SEEKER, [*takes(world.log), take(2, world.log[1])])


def gap() -> dict[str, Any]:
    """A place in the stream is skipped; a new stream does not begin at 0."""
    world, _, anna = chat()
    world.post(forged(anna, i=anna.i + 1))
    box.sync(world, anna)
    world.post(forged(anna, i=5, stream=99))
    return reader(world, SEEKER, takes(world.log))


def dropped() -> dict[str, Any]:
    """The relay drops a message of Anna's and numbers on: her next shows a gap and another view."""
    world, _, anna = chat()
    world.post(anna.write())
    box.sync(world, anna)
    world.post(anna.write())
    return reader(world, SEEKER, takes([*world.log[:4], world.log[5]]))


def fork() -> dict[str, Any]:
    """Heads not yet possible, wrong heads, another epoch's hash; the person goes on each time."""
    world, _, anna = chat()
    last: list[Step] = takes(world.log)
    wrong: list[dict[str, Any]] = [
        {"head_n": 5},
        {"head": bytes(32)},
        {"epoch_hash": bytes(32)},
    ]
    for number, change in enumerate(wrong, start=5):
        raw = forged(anna, **change)
        anna.i += 1
        last.append(take(number, raw))
        world.post(raw)
        box.sync(world, anna)
        anna.transcript.proceed()
    return reader(world, SEEKER, [*last, {"do": "proceed"}, take(8, anna.write())])


def own_post_moved() -> dict[str, Any]:
    """The relay said 5 and shows another envelope there; then another number 2; then a place 0."""
    world, seeker, anna = chat()
    mine, hers = seeker.write(), anna.write()
    steps = [
        {"do": "posted", "n": 3, "raw": world.log[2]},
        {"do": "posted", "n": 2, "raw": world.log[2]},
        {"do": "posted", "n": 5, "raw": mine},
        take(5, hers),
        {"do": "proceed"},
        {"do": "posted", "n": 6, "raw": mine},
        take(6, b"junk"),
        take(2, hers),
        {"do": "proceed"},
        {"do": "posted", "n": 0, "raw": mine},
    ]
    return reader(world, SEEKER, [*takes(world.log), *steps])


def other_share() -> dict[str, Any]:
    """The relay gives another share: the first commit does not open, and reading stops."""
    world, _, _ = chat()
    return reader(world, SEEKER, takes(world.log), share=bytes(32))


def keyring_pin() -> dict[str, Any]:
    """The keyring's pins fit at 2 and 3, not at 5; one behind is compared at once."""
    world, _, anna = chat()
    heads = anna.transcript.state.heads
    steps: list[Step] = [
        {"do": "expect", "n": 2, "head": heads[2]},
        {"do": "expect", "n": 5, "head": bytes(32)},
        *takes(world.log),
        {"do": "expect", "n": 3, "head": heads[3]},
        {"do": "expect", "n": 3, "head": heads[2]},
        {"do": "proceed"},
        take(5, anna.write()),
    ]
    return reader(world, SEEKER, steps)


def log_fork() -> dict[str, Any]:
    """A root that does not fit; a log that the relay does not show."""
    world, _, anna = chat()
    wrong = forged(anna, log_root=bytes(32))
    anna.i += 1
    world.post(wrong)
    box.sync(world, anna)
    anna.transcript.proceed()
    hidden = forged(anna, log_n=99, log_root=box.fact_root(99))
    steps = [*takes(world.log), {"do": "proceed"}, take(6, hidden), take(6, hidden, LOG)]
    return reader(world, SEEKER, steps)


def log_grown() -> dict[str, Any]:
    """The writer's log is longer: fetched, it fits."""
    world, _, anna = chat()
    anna.transcript.staff = world.staff = box.staff(20)
    raw = anna.write(log_n=15)
    longer = {"do": "staff", "staff": script.facts(box.staff(20))}
    world.staff = box.staff()
    return reader(world, SEEKER, [*takes(world.log), take(5, raw), longer, take(5, raw, LOG)])


def withheld() -> dict[str, Any]:
    """A hole: fetched once, then said; when the relay fills it, reading goes on."""
    world, _, _ = chat()
    steps = [
        take(1, world.log[0]),
        take(3, world.log[2]),
        take(3, world.log[2], ENVELOPES),
        *takes(world.log[1:], 2),
    ]
    return reader(world, SEEKER, steps)


def gap_does_not_hide_fork() -> dict[str, Any]:
    """A gap, another view and another log at once: all are listed, the gravest decides."""
    world, _, anna = chat()
    world.post(forged(anna, i=9, head=bytes(32), log_root=bytes(32)))
    return reader(world, SEEKER, takes(world.log))


def removed() -> dict[str, Any]:
    """Anna is taken out by Bela: she stops; the seeker sees it and goes on."""
    world, _, anna, _ = with_bela()
    roster = [SEEKER.entry(1, Role.SEEKER), BELA.entry(3, Role.COUNSELLOR)]
    bela = world.with_transcript(BELA, anna.transcript)
    state = anna.transcript.state.roster
    assert state
    news, wraps = commit.make_commit(state, roster, 2, world.es(2), rand=world.rand)
    body = anna.body(Kind.COMMIT, news.encode(), sidx=3)
    body = replace(body, stream=bela.stream, i=0)
    world.post(world.seal(BELA, body, wraps, number=1))
    return reader(world, ANNA, takes(world.log))


def person_is_taken_out_and_the_team_stays() -> dict[str, Any]:
    """Bela takes it over in the team's name: Anna stops, though she has the team's key."""
    world = World()
    first = [SEEKER.entry(1, Role.SEEKER), box.team_entry(2)]
    world.post(world.commit0(SEEKER, 1, first))
    team = world.device(ANNA, as_team=True)
    box.sync(world, team)
    with_anna = [*first, ANNA.entry(3, Role.COUNSELLOR)]
    world.post(team.commit(with_anna, world.es(1), by=ANNA.certificate_hash, sidx=2))
    box.sync(world, team)
    bela = world.with_transcript(BELA, team.transcript)
    with_bela = [*first, BELA.entry(4, Role.COUNSELLOR)]
    world.post(bela.commit(with_bela, world.es(2), by=BELA.certificate_hash, sidx=2))
    keys = {"kem_secrets": [ANNA.kem.raw, TEAM_SEED.raw], "secrets": [world.es(1).raw]}
    return reader(world, ANNA, takes(world.log), **keys)


def team_reads_along() -> dict[str, Any]:
    """The same, for a colleague who reads as the team: it follows from epoch to epoch."""
    given = person_is_taken_out_and_the_team_stays()
    return given | {"kem_secrets": [TEAM_SEED.raw], "secrets": []}


def bad_commit(broken: str) -> dict[str, Any]:
    """A commit that breaks a rule stops the reading."""
    world, _, anna = chat()
    state = anna.transcript.state.roster
    assert state
    members = list(state.entries.values())
    roster: list[RosterEntry] = [*members, BELA.entry(3, Role.COUNSELLOR)]
    secret = world.es(1)
    if broken == "newcomer that nobody certified":
        roster = [*members, EVE.entry(3, Role.COUNSELLOR)]
    news, wraps = commit.make_commit(state, roster, 1, secret, rand=world.rand)
    if broken == "another parent":
        news = replace(news, parent=bytes(32))
    if broken == "another share":
        news = replace(news, share_hash=epoch.share_hash(world.box16, Share(bytes(32))))
    if broken == "split secret":
        lie = commit.wrap(members[0], world.box16, 1, EpochSecret(bytes(32)), world.rand)
        wraps = (lie, *wraps[1:])
        news = replace(news, wraps_hash=commit.wraps_hash(wraps))
    if broken == "somebody's wrap left out":
        wraps = wraps[:1]
        news = replace(news, wraps_hash=commit.wraps_hash(wraps))
    if broken == "wraps not the ones signed":
        wraps = (wraps[0], replace(wraps[1], sealed=bytes(1168)))
    payload = b"\x90" if broken == "payload is no commit" else news.encode()
    body = replace(anna.body(Kind.COMMIT, payload), i=anna.i)
    world.post(world.seal(ANNA, body, wraps))
    return reader(world, SEEKER, [*takes(world.log), take(6, anna.write())])


def first_not_commit() -> dict[str, Any]:
    """A box that begins with a text."""
    world = World()
    world.post(world.seal(SEEKER, replace(world.first_body(b"\xa2hi", 1), kind=Kind.TEXT)))
    return reader(world, SEEKER, takes(world.log))


def first_commit_unauthorised() -> dict[str, Any]:
    """A box of a kind whose creator may not create it."""
    world = World()
    roster = [ANNA.entry(1, Role.MODERATOR), SEEKER.entry(2, Role.PARTICIPANT)]
    world.post(world.commit0(SEEKER, 2, roster, BoxKind.GROUP))
    return reader(world, SEEKER, takes(world.log))


def team_accepts() -> dict[str, Any]:
    """A written enquiry: the team's reader sees Anna take it over; a team writes no text."""
    world = World()
    world.post(world.commit0(SEEKER, 1, [SEEKER.entry(1, Role.SEEKER), box.team_entry(2)]))
    anna = world.device(ANNA, as_team=True)
    seeker = world.device(SEEKER)
    box.sync(world, anna, seeker)
    world.post(forged_team_text(world, anna))
    box.sync(world, anna, seeker)
    roster = [SEEKER.entry(1, Role.SEEKER), ANNA.entry(3, Role.COUNSELLOR)]
    world.post(anna.commit(roster, world.es(1), by=ANNA.certificate_hash, sidx=2))
    return reader(world, SEEKER, takes(world.log))


def team_accepts_by_a_newcomer() -> dict[str, Any]:
    """Who signs was certified after this reader read the log: the log is asked for first."""
    world = World()
    world.post(world.commit0(SEEKER, 1, [SEEKER.entry(1, Role.SEEKER), box.team_entry(2)]))
    anna, seeker = world.device(ANNA, as_team=True), world.device(SEEKER)
    box.sync(world, anna, seeker)
    anna.transcript.staff = box.staff(20)
    roster = [SEEKER.entry(1, Role.SEEKER), ANNA.entry(3, Role.COUNSELLOR)]
    raw = anna.commit(roster, world.es(1), by=ANNA.certificate_hash, sidx=2, log_n=15)
    others = [one for one in world.staff.certificates.values() if one.hash != ANNA.certificate_hash]
    world.staff = box.FactStaff(box.LOG_N, others, list(world.staff.teams.values()))
    longer = {"do": "staff", "staff": script.facts(box.staff(20))}
    steps = [*takes(world.log), take(2, raw), take(2, raw), longer, take(2, raw, LOG)]
    return reader(world, SEEKER, steps)


def forged_team_text(world: World, anna: Device) -> bytes:
    """A text in the team's name."""
    body = anna.body(Kind.TEXT, b"\xa2hi", sidx=2)
    return world.seal(ANNA, replace(body, stream=55, i=0))


def team_reader_is_taken_out() -> dict[str, Any]:
    """The same, for a colleague who reads as the team."""
    given = team_accepts()
    return given | {"kem_secrets": [TEAM_SEED.raw]}


def welcome(world: World, anna: Device, raw: bytes, number: int, key_number: int) -> bytes:
    """Bela's letter about the commit `raw`."""
    opened = envelope.open_e1(raw, world.key(key_number))
    made = letter.Welcome(
        box16=world.box16,
        epoch=number,
        es=world.es(number) if number else world.es0,
        commit=replace(opened, wraps=()),
        join_cap=CapSecret(box.seeded("join cap")),
    )
    sender = letter.Letter(
        kind=letter.LetterKind.WELCOME,
        certificate_hash=anna.person.certificate_hash if number else bytes(32),
        sign_pk=anna.person.sign_pk,
        sent_ms=NOW_MS,
        payload=made.encode(),
    )
    recipient = BELA if number else ANNA
    return letter.seal_letter(recipient.kem_pk, anna.person.sign, sender, world.rand)


def join_late() -> dict[str, Any]:
    """Bela reads from the commit that added her; a race before it is counted unopened."""
    world, seeker, anna = chat()
    state = anna.transcript.state.roster
    assert state
    raw = anna.commit([*state.entries.values(), BELA.entry(3, Role.COUNSELLOR)], world.es(1))
    world.post(seeker.write())
    world.post(raw)
    box.sync(world, seeker, anna)
    world.post(anna.write())
    world.log.append(world.log[4])
    sealed = welcome(world, anna, raw, 1, 0)
    return reader(world, BELA, takes(world.log[4:], 5), letter=sealed)


def join_before_the_commit() -> dict[str, Any]:
    """The relay hides the commit that added Bela and shows what came after."""
    given = join_late()
    steps = [take(5, bytes.fromhex(hexed(given["steps"][2]["raw"])))]
    steps += [take(5, steps[0]["raw"], ENVELOPES)]
    return given | {"steps": steps}


def join_at_the_start() -> dict[str, Any]:
    """A live chat as the counsellor opens it: commit 0 stands as the letter quotes it."""
    world, seeker, _ = chat()
    sealed = welcome(world, seeker, world.log[0], 0, 0)
    return reader(world, ANNA, takes(world.log), letter=sealed)


def join_at_another_start() -> dict[str, Any]:
    """The first envelope has the quoted outside and other bytes: stop."""
    world, seeker, _ = chat()
    sealed = welcome(world, seeker, world.log[0], 0, 0)
    return reader(world, ANNA, [take(1, flip(world.log[0], 9999))], letter=sealed)


def granted(secrets: Sequence[EpochSecret] | None = None) -> dict[str, Any]:
    """Anna adds Bela and grants what came before: all of it is read, Bela writes after it."""
    world, seeker, anna = chat()
    state = anna.transcript.state.roster
    assert state
    raw = anna.commit([*state.entries.values(), BELA.entry(3, Role.COUNSELLOR)], world.es(1))
    world.post(raw)
    box.sync(world, seeker, anna)
    world.post(anna.write())
    sealed = welcome(world, anna, raw, 1, 0)
    grant = Grant(box16=world.box16, secrets=tuple(secrets or (world.es0,)))
    return reader(world, BELA, takes(world.log), letter=sealed, grant=grant.encode())


def granted_with_a_change() -> dict[str, Any]:
    """The relay shows another text where the commit that added Bela states the chain."""
    given = granted()
    given["steps"][1]["raw"] = b"junk"
    return given


def granted_without_the_end() -> dict[str, Any]:
    """The last message before the commit is left out: the numbers do not fit the stated chain."""
    given = granted()
    left = [step["raw"] for n, step in enumerate(given["steps"]) if n != 3]
    return given | {"steps": takes(left)}


def granted_another_secret() -> dict[str, Any]:
    """A grant that opens nothing: reading stops at the first commit."""
    given = granted([EpochSecret(bytes(32))])
    first = given["steps"][0]["raw"]
    return given | {"steps": [take(1, first), take(1, first, ENVELOPES)]}


def granted_and_removed() -> dict[str, Any]:
    """Who was added and is taken out again stops there, granted history or not."""
    world, _, anna, _ = with_bela()
    state = anna.transcript.state.roster
    assert state
    roster = [one for one in state.entries.values() if one.sidx != 3]
    sealed = welcome(world, anna, world.log[4], 1, 0)
    world.post(anna.commit(roster, world.es(2)))
    grant = Grant(box16=world.box16, secrets=(world.es0,))
    return reader(world, BELA, takes(world.log), letter=sealed, grant=grant.encode())


def resume_and_replay() -> dict[str, Any]:
    """On from a pin: an old message shown again is a duplicate, a new one is good."""
    world, seeker, anna = chat()
    pin = seeker.transcript.pin().encode()
    hers = anna.write()
    world.log += [world.log[1], hers]
    return reader(world, SEEKER, takes(world.log[4:], 5), pin=pin)


def resume_after_a_commit() -> dict[str, Any]:
    """On from a pin in the second epoch: the first one's key is known as old."""
    world, seeker, anna, late = with_bela()
    pin = seeker.transcript.pin().encode()
    world.log += [late, anna.write()]
    return reader(world, SEEKER, takes(world.log[5:], 6), pin=pin)


def _typing(device: Device, **changes: Any) -> bytes:
    body: Body = replace(device.body(1, b"\x90"), i=0, stream=device.stream)
    body = replace(body, **changes)
    return envelope.seal_e3(device.transcript.key, device.person.sign, body, device.rand)


def fleeting() -> dict[str, Any]:
    """E3: a member, just now, rising; everything else is dropped without a word."""
    world, _, anna = chat()
    good = _typing(anna)
    raws = [
        good,
        good,
        _typing(anna, i=1, head=bytes(32)),
        _typing(anna, i=1, head_n=5),
        _typing(anna, i=1, epoch_hash=bytes(32)),
        _typing(anna, i=1, sidx=1),
        _typing(anna, i=1, sidx=9),
        anna.write(),
        b"junk",
        _typing(anna, i=1),
    ]
    steps = [{"do": "fleeting", "raw": raw} for raw in raws]
    return reader(world, SEEKER, [*takes(world.log), *steps])


def fleeting_window() -> dict[str, Any]:
    """Head 20 behind is taken, 21 behind is not."""
    world, _, anna = chat()
    old = [_typing(anna, i=1), _typing(anna, i=2, head_n=3, head=anna.transcript.state.heads[3])]
    for _ in range(20):
        world.post(b"junk")
    steps = [{"do": "fleeting", "raw": raw} for raw in reversed(old)]
    return reader(world, SEEKER, [*takes(world.log), *steps])


def _bad(broken: str) -> Callable[[], dict[str, Any]]:
    scenario = partial(bad_commit, broken)
    scenario.__name__ = f"bad commit: {broken}"  # type: ignore[attr-defined]  # for the case
    scenario.__doc__ = "A commit that breaks a rule stops the reading."
    return scenario


BROKEN = [
    "another parent",
    "another share",
    "split secret",
    "somebody's wrap left out",
    "wraps not the ones signed",
    "payload is no commit",
    "newcomer that nobody certified",
]
SCENARIOS: list[Callable[[], dict[str, Any]]] = [
    honest_chat,
    honest_two_devices_and_a_race,
    honest_commit,
    unreadable,
    old_epoch,
    unknown_epoch,
    unknown_epoch_found_again,
    not_member,
    close_rights,
    bad_signature,
    dup,
    gap,
    dropped,
    fork,
    own_post_moved,
    other_share,
    keyring_pin,
    log_fork,
    log_grown,
    withheld,
    gap_does_not_hide_fork,
    removed,
    *[_bad(broken) for broken in BROKEN],
    first_not_commit,
    first_commit_unauthorised,
    team_accepts,
    team_accepts_by_a_newcomer,
    team_reader_is_taken_out,
    person_is_taken_out_and_the_team_stays,
    team_reads_along,
    join_late,
    join_before_the_commit,
    join_at_the_start,
    join_at_another_start,
    granted,
    granted_with_a_change,
    granted_without_the_end,
    granted_another_secret,
    granted_and_removed,
    resume_and_replay,
    resume_after_a_commit,
    fleeting,
    fleeting_window,
]
