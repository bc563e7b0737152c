"""Commits and their rules, each broken once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from crypto import commit, encoding, epoch
from crypto.commit import Commit
from crypto.encoding import Value
from crypto.envelope import Wrap
from crypto.errors import NotCanonical
from crypto.keys import Share
from crypto.roster import BoxKind, Place, Role, RosterEntry, RosterState
from tests.helpers import box, script
from tests.helpers.box import ANNA, BELA, CARL, EVE, LEA, LOG_N, NOW_MS, SEEKER, FactStaff, World
from tests.helpers.replay import replayed_kem
from tests.vectors.make.common import case, document, outcome

WORLD = World("commits")
PLACE = Place(LOG_N, NOW_MS)
DEFAULT_STAFF = script.facts(box.staff())
S, A = SEEKER.entry(1, Role.SEEKER), ANNA.entry(2, Role.COUNSELLOR)
B, L = BELA.entry(3, Role.COUNSELLOR), LEA.entry(4, Role.LEAD)
T = box.team_entry(5)
NEW_SEEKER = box.Person("new phone").entry(6, Role.SEEKER)
REVOKED = box.revoked(box.staff(), ANNA, 8)
ONE = (Wrap(sidx=2, sealed=bytes(1168)),)


def cases() -> dict[str, Any]:
    """All cases."""
    with replayed_kem():
        made = [*_firsts(), *_nexts(), *_broken()]
    made += _shapes()
    given = {"op": "staff", "staff": DEFAULT_STAFF}
    made.insert(0, case("default", "the staff log of every case that names none", given))
    return document("Commits (section 5): who may do what, and each rule broken once.", made)


def first(roster: Sequence[RosterEntry], kind: BoxKind = BoxKind.CASE) -> Commit:
    """Build a first commit."""
    return commit.make_commit0(WORLD.box16, kind, roster, WORLD.es0, WORLD.share)


def _judged(
    name: str,
    before: Commit | None,
    highest: int,
    news: Commit,
    signer: int,
    wraps: Sequence[Wrap],
    staff: FactStaff | None = None,
    place: Place = PLACE,
) -> dict[str, Any]:
    view = staff or box.staff()
    if before is None:
        call = partial(commit.check_commit0, WORLD.box16, news, signer, wraps, place, view)
    else:
        state = commit.state_of(WORLD.box16, before, highest)
        call = partial(commit.check_commit, state, news, signer, wraps, place, view)
    expect, after = outcome(call)
    given = {
        "op": "check",
        "box16": WORLD.box16,
        "before": before.encode() if before else b"",
        "highest_sidx": highest,
        "payload": news.encode(),
        "signer": signer,
        # Sealed bytes are judged by their hash only, so the cases name the sidx alone.
        "wraps": [wrap.sidx for wrap in wraps],
        "log_n": place.log_n,
        "at_ms": place.at_ms,
        "staff": script.facts(staff) if staff else "default",
    }
    return case(name, "who may do what", given, _out(after), expect)


def _out(after: RosterState | None) -> dict[str, Any] | None:
    if after is None:
        return None
    return {
        "epoch": after.epoch,
        "epoch_hash": after.epoch_hash,
        "members": list(after.entries),
        "highest_sidx": after.highest_sidx,
    }


def _fake_wraps(before: Commit, roster: Sequence[RosterEntry]) -> tuple[Wrap, ...]:
    known = {entry.sidx for entry in before.roster}
    return tuple(
        Wrap(sidx=entry.sidx, sealed=bytes(1168)) for entry in roster if entry.sidx in known
    )


def follow(
    before: Commit, roster: Sequence[RosterEntry], by: bytes = b""
) -> tuple[Commit, tuple[Wrap, ...]]:
    """Build the commit after `before`, with wraps of the right size and empty content."""
    wraps = _fake_wraps(before, roster)
    news = replace(
        before,
        epoch=before.epoch + 1,
        parent=commit.epoch_hash(before.encode()),
        roster=tuple(roster),
        reason=commit.Reason.ADDED,
        by=by,
        es_hash=epoch.es_hash(WORLD.box16, WORLD.es(1)),
        wraps_hash=commit.wraps_hash(wraps),
    )
    return news, wraps


def _firsts() -> list[dict[str, Any]]:
    moderator, participant = ANNA.entry(1, Role.MODERATOR), SEEKER.entry(2, Role.PARTICIPANT)
    rosters: list[tuple[str, BoxKind, list[RosterEntry], int]] = [
        ("live chat", BoxKind.CASE, [S, A], 1),
        ("by the counsellor", BoxKind.CASE, [S, A], 2),
        ("written enquiry", BoxKind.CASE, [S, T], 1),
        ("by the team", BoxKind.CASE, [S, T], 5),
        ("by nobody in it", BoxKind.CASE, [S, A], 9),
        ("seeker alone", BoxKind.CASE, [S], 1),
        ("no seeker", BoxKind.CASE, [A, B], 2),
        ("two seekers", BoxKind.CASE, [S, NEW_SEEKER], 1),
        ("not in order", BoxKind.CASE, [A, S], 1),
        ("one sidx twice", BoxKind.CASE, [S, replace(A, sidx=1)], 1),
        ("one key twice", BoxKind.CASE, [S, A, replace(A, sidx=7)], 1),
        ("uncertified", BoxKind.CASE, [S, EVE.entry(2, Role.COUNSELLOR)], 1),
        ("certificate of another", BoxKind.CASE, [S, _stolen()], 1),
        ("by a lead", BoxKind.CASE, [S, LEA.entry(2, Role.LEAD)], 2),
        ("in no team", BoxKind.CASE, [S, CARL.entry(2, Role.COUNSELLOR)], 1),
        ("counsellor as lead", BoxKind.CASE, [S, ANNA.entry(2, Role.LEAD)], 1),
        ("seeker with a certificate", BoxKind.CASE, [_certified_seeker(), A], 1),
        ("counsellor without one", BoxKind.CASE, [S, replace(A, certificate_hash=bytes(32))], 1),
        ("team that can sign", BoxKind.CASE, [S, replace(T, sign_pk=ANNA.sign_pk)], 1),
        ("team with another key", BoxKind.CASE, [S, replace(T, kem_pk=EVE.kem_pk)], 1),
        ("unknown team", BoxKind.CASE, [S, replace(T, certificate_hash=bytes(31) + b"\x01")], 1),
        ("moderator in a case", BoxKind.CASE, [S, replace(moderator, sidx=2)], 1),
        ("group", BoxKind.GROUP, [moderator, participant], 1),
        ("group by a participant", BoxKind.GROUP, [moderator, participant], 2),
        ("staff of no team", BoxKind.STAFF, [CARL.entry(1, Role.STAFF)], 1),
        ("number 0", BoxKind.STAFF, [CARL.entry(0, Role.STAFF)], 0),
    ]
    made = []
    for name, kind, roster, signer in rosters:
        made.append(_judged(f"first: {name}", None, 0, first(roster, kind), signer, ()))
    start = first([S, A])
    made += [
        _judged("first: epoch 1", None, 0, replace(start, epoch=1), 1, ()),
        _judged("first: with a parent", None, 0, replace(start, parent=bytes([1]) * 32), 1, ()),
        _judged("first: with a by", None, 0, replace(start, by=ANNA.certificate_hash), 1, ()),
        _judged("first: other wraps", None, 0, replace(start, wraps_hash=bytes(32)), 1, ()),
        _judged(
            "first: with a wrap", None, 0, replace(start, wraps_hash=commit.wraps_hash(ONE)), 1, ONE
        ),
        _judged("first: revoked", None, 0, start, 1, (), REVOKED),
        _judged("first: revoked later", None, 0, start, 1, (), REVOKED, Place(8, NOW_MS)),
        _judged("first: not yet listed", None, 0, start, 1, (), None, Place(1, NOW_MS)),
        _judged("first: ended", None, 0, start, 1, (), None, Place(LOG_N, NOW_MS + 2 * 10**9)),
    ]
    return made


def _stolen() -> RosterEntry:
    return replace(EVE.entry(2, Role.COUNSELLOR), certificate_hash=ANNA.certificate_hash)


def _certified_seeker() -> RosterEntry:
    return replace(S, certificate_hash=ANNA.certificate_hash)


def _nexts() -> list[dict[str, Any]]:
    by = ANNA.certificate_hash
    changes: list[tuple[str, list[RosterEntry], list[RosterEntry], int, bytes]] = [
        ("counsellor adds", [S, A], [S, A, B], 2, b""),
        ("counsellor hands over and leaves", [S, A], [S, B], 2, b""),
        ("counsellor adds a lead", [S, A], [S, A, L], 2, b""),
        ("counsellor gives to the team", [S, A], [S, T], 2, b""),
        ("lead removes", [S, A, L], [S, L], 4, b""),
        ("new key of the seeker", [S, A], [A, NEW_SEEKER], 2, b""),
        ("seeker thrown out", [S, A, B], [A, B], 2, b""),
        ("seeker adds a counsellor", [S, A], [S, A, B], 1, b""),
        ("seeker calls a team back", [S, A], [S, A, T], 1, b""),
        ("seeker removes a counsellor", [S, A, B], [S, B], 1, b""),
        ("team accepts", [S, T], [S, ANNA.entry(6, Role.COUNSELLOR)], 5, by),
        ("team accepts unsigned", [S, T], [S, ANNA.entry(6, Role.COUNSELLOR)], 5, b""),
        (
            "team accepts by an outsider",
            [S, T],
            [S, BELA.entry(6, Role.COUNSELLOR)],
            5,
            CARL.certificate_hash,
        ),
        ("team replaces the seeker", [S, T], [T, NEW_SEEKER], 5, by),
        ("counsellor with a by", [S, A], [S, A, B], 2, by),
        ("no member", [S, A], [S, A, B], 9, b""),
        ("no change", [S, A], [S, A], 2, b""),
        ("old sidx", [S, B], [S, ANNA.entry(2, Role.COUNSELLOR), B], 3, b""),
        ("entry changed", [S, A], [S, replace(A, kem_pk=EVE.kem_pk), B], 2, b""),
        ("role changed", [S, A], [S, replace(A, role=Role.LEAD), B], 2, b""),
        ("adds who is not certified", [S, A], [S, A, EVE.entry(3, Role.COUNSELLOR)], 2, b""),
    ]
    made = []
    for name, roster, after, signer, signed_by in changes:
        before = first(roster)
        news, wraps = follow(before, after, signed_by)
        made.append(_judged(f"next: {name}", before, 0, news, signer, wraps))
    before = first([S, A, B])
    news, wraps = follow(before, [S, B])
    made.append(_judged("next: seeker removes who is revoked", before, 0, news, 1, wraps, REVOKED))
    before = first([S, T])
    news, wraps = follow(before, [S, ANNA.entry(6, Role.COUNSELLOR)], by)
    made.append(
        _judged("next: by a team unheard of", before, 0, news, 5, wraps, _of_another_team())
    )
    group = first([ANNA.entry(1, Role.MODERATOR), SEEKER.entry(2, Role.PARTICIPANT)], BoxKind.GROUP)
    more = EVE.entry(3, Role.PARTICIPANT)
    for name, signer in (("moderator", 1), ("participant", 2)):
        news, wraps = follow(group, [*group.roster, more])
        made.append(_judged(f"next: {name} adds in a group", group, 0, news, signer, wraps))
    news, wraps = follow(group, group.roster[1:])
    made.append(_judged("next: participant removes the moderator", group, 0, news, 2, wraps))
    return made


def _of_another_team() -> FactStaff:
    """The same people, in a team that is not the one in the box."""
    view = box.staff()
    other = replace(*view.teams.values(), hash=box.seeded("another team"))
    return FactStaff(view.size, list(view.certificates.values()), [other])


def _broken() -> list[dict[str, Any]]:
    before = first([S, A])
    news, wraps = follow(before, [S, A, B])
    other_share = epoch.share_hash(WORLD.box16, Share(bytes(32)))
    fewer = wraps[:1]
    swapped = (wraps[1], wraps[0])
    more = (*wraps, Wrap(sidx=3, sealed=bytes(1168)))
    other = (wraps[0], more[2])
    changes: list[tuple[str, Commit, Sequence[Wrap], int]] = [
        ("epoch skipped", replace(news, epoch=2), wraps, 0),
        ("epoch repeated", replace(news, epoch=0), wraps, 0),
        ("parent", replace(news, parent=bytes(32)), wraps, 0),
        ("box kind", replace(news, box_kind=BoxKind.STAFF), wraps, 0),
        ("about", replace(news, about16=bytes(16)), wraps, 0),
        ("share", replace(news, share_hash=other_share), wraps, 0),
        ("wraps of others", news, fewer, 0),
        ("wrap left out", replace(news, wraps_hash=commit.wraps_hash(fewer)), fewer, 0),
        ("wraps out of order", replace(news, wraps_hash=commit.wraps_hash(swapped)), swapped, 0),
        ("wrap for a newcomer", replace(news, wraps_hash=commit.wraps_hash(more)), more, 0),
        ("wrap for another", replace(news, wraps_hash=commit.wraps_hash(other)), other, 0),
        ("sidx used long ago", news, wraps, 3),
    ]
    return [
        _judged(f"broken: {name}", before, highest, changed, 2, given)
        for name, changed, given, highest in changes
    ]


def _shapes() -> list[dict[str, Any]]:
    raw = first([S, A]).encode()
    items = encoding.decode_array(raw, 10)
    entry = S.to_value()
    crowd = [[n, *entry[1:]] for n in range(51)]
    shapes: list[tuple[str, list[Value]]] = [
        ("nine items", items[:9]),
        ("kind of box 4", [*items[:2], 4, *items[3:]]),
        ("kind of box 0", [*items[:2], 0, *items[3:]]),
        ("kind of box in words", [*items[:2], "2", *items[3:]]),
        ("epoch beyond le32", [2**32, *items[1:]]),
        ("short about", [*items[:3], bytes(15), *items[4:]]),
        ("by of 16", [*items[:6], bytes(16), *items[7:]]),
        ("role 8", [*items[:4], [[1, 8, *entry[2:]]], *items[5:]]),
        ("role in words", [*items[:4], [[1, "2", *entry[2:]]], *items[5:]]),
        ("role 0", [*items[:4], [[1, 0, *entry[2:]]], *items[5:]]),
        ("short KEM key", [*items[:4], [[*entry[:3], bytes(1215), entry[4]]], *items[5:]]),
        ("sidx beyond 16 bits", [*items[:4], [[2**16, *entry[1:]]], *items[5:]]),
        ("entry of four", [*items[:4], [entry[:4]], *items[5:]]),
        ("reason 256", [*items[:5], 256, *items[6:]]),
    ]
    made = [case("decode", "reads back", {"op": "decode", "raw": raw}, {"raw": raw})]
    last = encoding.encode([*items[:4], [[2**16 - 1, *entry[1:]]], *items[5:]])
    made.append(
        case("decode the last sidx", "16 bits", {"op": "decode", "raw": last}, {"raw": last})
    )
    largest = encoding.encode([2**32 - 1, *items[1:5], 255, *items[6:]])
    given = {"op": "decode", "raw": largest}
    made.append(case("decode the last epoch and reason", "32 and 8 bits", given, {"raw": largest}))
    for name, value in shapes:
        given = {"op": "decode", "raw": encoding.encode(value)}
        made.append(case(f"decode {name}", "refused", given, expect=NotCanonical.code))
    # Short keys keep the case small: the number of entries is judged before their content.
    small: Value = [[n[0], 1, b"", b"", b""] for n in crowd]
    given = {"op": "decode", "raw": encoding.encode([*items[:4], small, *items[5:]])}
    made.append(case("decode 51 members", "refused", given, expect=NotCanonical.code))
    return made
