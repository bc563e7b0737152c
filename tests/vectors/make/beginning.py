"""How reading begins: letters that are believed and letters that are not, pins of another shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from crypto import commit, encoding, envelope, epoch
from crypto.encoding import Value
from crypto.envelope import Body, Kind
from crypto.errors import NotCanonical
from crypto.keys import CapSecret, EpochSecret, Share
from crypto.letter import Welcome
from crypto.roster import BoxKind, Role, RosterEntry
from tests.helpers import box, script
from tests.helpers.box import ANNA, BELA, CARL, EVE, LEA, SEEKER, FactStaff, Person, World
from tests.helpers.replay import replayed_kem
from tests.vectors.make.common import SeededRand, case, document, hexed, outcome
from tests.vectors.make.transcript import (
    DEFAULT_STAFF,
    chat,
    forged,
    reader,
    take,
    takes,
    welcome,
    with_bela,
)

WORLD = World("beginnings")
S, A, T = SEEKER.entry(1, Role.SEEKER), ANNA.entry(2, Role.COUNSELLOR), box.team_entry(2)
B, L = BELA.entry(9, Role.COUNSELLOR), LEA.entry(4, Role.LEAD)


def cases() -> dict[str, Any]:
    """All cases."""
    with replayed_kem():
        made = [*_scripts(), *_pins()]
    for name, one in [*_firsts(), *_laters()]:
        given = one.given(name)
        expect, out = outcome(partial(script.join, hexed(given), hexed(DEFAULT_STAFF)))
        made.append(case(f"join: {name}", "letter, welcome and commit", given, out, expect))
    return document("How reading begins (section 5); the staff log is transcript's.", made)


# --- letters --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """A letter about a commit, and who holds it; as the writer makes it, or lies."""

    body: Body
    epoch: int
    signer: Person
    reader: Person
    by: bytes  # the letter's certificate hash
    es: EpochSecret = WORLD.es0
    share: Share = WORLD.share
    staff: FactStaff = field(default_factory=box.staff)
    named: Person | None = None  # who the letter says it is from, where it lies

    def given(self, name: str) -> dict[str, Any]:
        """Seal the commit and write the case."""
        raw = envelope.seal_e1(WORLD.key(), self.signer.sign, self.body, rand=SeededRand(name))
        made = Welcome(
            box16=WORLD.box16,
            epoch=self.epoch,
            es=self.es,
            commit=envelope.open_e1(raw, WORLD.key()),
            join_cap=CapSecret(bytes(32)),
        )
        facts = script.facts(self.staff)
        return {
            "op": "join",
            "staff": "default" if facts == DEFAULT_STAFF else facts,
            "certificate_hash": self.by,
            "sign_pk": (self.named or self.signer).sign_pk.raw,
            "welcome": made.encode(),
            "share": self.share.raw,
            "kem": self.reader.kem.raw,
        }


def _first() -> commit.Commit:
    return commit.make_commit0(WORLD.box16, BoxKind.CASE, [S, A], WORLD.es0, WORLD.share)


def _firsts() -> list[tuple[str, Joining]]:
    """The seeker lets Anna in by the first commit, and each thing that can be wrong with it."""
    body = WORLD.first_body(_first().encode(), 1)
    good = Joining(body=body, epoch=0, signer=SEEKER, reader=ANNA, by=bytes(32))

    def stated(**changes: Any) -> Joining:
        return replace(good, body=replace(body, **changes))

    return [
        ("a first commit", good),
        ("signed by another", replace(good, named=EVE)),
        ("another secret", replace(good, es=EpochSecret(bytes(32)))),
        ("another epoch", replace(good, epoch=1)),
        ("another share", replace(good, share=Share(bytes(32)))),
        ("not added", replace(good, reader=BELA)),
        ("another log", stated(log_root=bytes(32))),
        ("a longer log", stated(log_n=99, log_root=box.fact_root(99))),
        ("not the first place", stated(head_n=1)),
        ("not the first head", stated(head=bytes(32))),
        ("a text", stated(kind=Kind.TEXT)),
        ("no commit", stated(payload=b"\x90")),
        ("in another's place", stated(sidx=2)),
        ("a first commit with a by", stated(payload=replace(_first(), by=bytes(32)).encode())),
    ]


def _later(after: Sequence[RosterEntry], by: bytes = b"") -> Joining:
    """Number 2 of the box lets Bela in, in its second epoch."""
    news = replace(
        _first(),
        epoch=1,
        parent=commit.epoch_hash(_first().encode()),
        roster=tuple(after),
        reason=commit.Reason.ADDED,
        by=by,
        es_hash=epoch.es_hash(WORLD.box16, WORLD.es(1)),
    )
    body = WORLD.first_body(news.encode(), 2)
    body = replace(body, i=1, epoch_hash=news.parent, head_n=4, head=box.seeded("head"))
    return Joining(
        body=body,
        epoch=1,
        signer=ANNA,
        reader=BELA,
        by=ANNA.certificate_hash,
        es=WORLD.es(1),
    )


def _laters() -> list[tuple[str, Joining]]:
    """Anna lets Bela in: as herself, as who leaves, for the team."""
    good, left = _later([S, A, B]), _later([S, B])
    team = _later([S, T, B], by=ANNA.certificate_hash)
    another = Person("another seeker").entry(3, Role.SEEKER)
    with_lead, view = _later([S, A, L, B]), box.staff()
    unheard = FactStaff(
        view.size,
        [one for one in view.certificates.values() if one.hash != LEA.certificate_hash],
        list(view.teams.values()),
    )
    alone = FactStaff(view.size, list(view.certificates.values()), [box.team_statement([ANNA])])
    carl = CARL.certificate_hash
    return [
        ("a later commit", good),
        ("in no team", replace(good, staff=alone)),
        ("revoked", replace(good, staff=box.revoked(view, BELA, 8))),
        ("by who stays, revoked", replace(good, staff=box.revoked(view, ANNA, 8))),
        ("by who stays, revoked since", replace(good, staff=box.revoked(view, ANNA, box.LOG_N))),
        ("two seekers", _later([S, A, another, B])),
        ("beside who was revoked since", replace(with_lead, staff=box.revoked(view, LEA, 8))),
        ("beside nobody's certificate", replace(with_lead, staff=unheard)),
        ("signed by another than the author", replace(good, signer=EVE)),
        ("by who left", left),
        ("by who left, with another's certificate", replace(left, by=carl)),
        ("by who left, uncertified", replace(left, by=bytes(32))),
        ("by who left, revoked", replace(left, staff=box.revoked(view, ANNA, 8))),
        ("for the team", team),
        ("for the team, another than is named", _later([S, T, B], by=carl)),
        ("for the team, signed by another", replace(team, signer=EVE)),
    ]


# --- scripts --------------------------------------------------------------------------------------


def _scripts() -> list[dict[str, Any]]:
    named = {
        "a resumed late reader": (_resumed_late, "who had written before the letter is no gap"),
        "another view of the pin": (_other_view, "the head that is kept is compared"),
        "a resumed reader of a longer log": (_resumed_log, "who is revoked in it stays so"),
        "not in the first roster": (_uninvited, "the secret alone lets nobody in"),
    }
    made = []
    for name, (scenario, comment) in named.items():
        given = hexed(scenario())
        made.append(case(name, comment, given, script.run(given, hexed(DEFAULT_STAFF))))
    return made


def _resumed_late() -> dict[str, Any]:
    world, seeker, anna, _ = with_bela()
    sealed = welcome(world, anna, world.log[4], 1, 0)
    bela = script.begin(hexed(reader(world, BELA, [], letter=sealed)), hexed(DEFAULT_STAFF))
    bela.take(5, world.log[4])
    return reader(world, BELA, [take(6, seeker.write())], pin=bela.pin().encode())


def _other_view() -> dict[str, Any]:
    world, seeker, anna = chat()
    raw = forged(anna, head=bytes(32))
    return reader(world, SEEKER, [take(5, raw)], pin=seeker.transcript.pin().encode())


def _resumed_log() -> dict[str, Any]:
    world, seeker, anna = box.live_chat("world", box.revoked(box.staff(), ANNA, 10))
    world.post(seeker.write(log_n=11))
    box.sync(world, seeker)
    pin = seeker.transcript.pin().encode()
    return reader(world, SEEKER, [take(3, anna.write())], pin=pin)


def _uninvited() -> dict[str, Any]:
    world, _, _ = chat()
    return reader(world, BELA, takes(world.log[:2]))


# --- pins -----------------------------------------------------------------------------------------


def _pins() -> list[dict[str, Any]]:
    _, seeker, _ = chat()
    items = encoding.decode_array(seeker.transcript.pin().encode(), 14)
    entries, streams = encoding.array(items[8]), encoding.array(items[12])
    items[8] = entries[:1]

    def changed(at: int, value: Value) -> bytes:
        return encoding.encode([*items[:at], value, *items[at + 1 :]])

    made = []
    for kind in BoxKind:
        raw = changed(5, int(kind))
        given = {"op": "pin", "raw": raw}
        made.append(case(f"pin of kind {kind}", "reads back", given, {"raw": raw}))
    refused: list[tuple[str, bytes]] = [
        ("kind 0", changed(5, 0)),
        ("kind 4", changed(5, 4)),
        ("kind in words", changed(5, "2")),
        ("a member twice", changed(8, [entries[0], entries[0]])),
        ("a stream twice", changed(12, [*streams, streams[0]])),
        ("about of 15", changed(6, bytes(15))),
        ("stream of four", changed(12, [[1, 1, 1, 1]])),
        ("thirteen items", encoding.encode(items[:13])),
    ]
    for name, raw in refused:
        given = {"op": "pin", "raw": raw}
        made.append(case(f"pin: {name}", "refused", given, expect=NotCanonical.code))
    return made
