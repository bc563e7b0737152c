"""Random histories of a box, honest and lied about, as scripts for both verdict machines.

Two people on four devices write and acknowledge, a third is let in and taken out again; each device
reads late. What the relay makes of it is a script (`tests/helpers/script.py`), so both languages
read the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from crypto.envelope import Kind
from crypto.roster import Role
from crypto.transcript import Transcript
from tests.helpers import box
from tests.helpers.box import ANNA, BELA, SEEKER, Device, World
from tests.vectors.make.common import hexed
from tests.vectors.make.transcript import reader, take

LIES = ("truth", "drop", "swap", "repeat", "spoil", "flip", "other box", "again", "cut")
ACTS = ("write", "write", "write", "acknowledge", "commit")


@dataclass(frozen=True, slots=True)
class Script:
    """A script, and what the relay did."""

    lie: str
    given: dict[str, Any]


def scripts(seed: int, count: int) -> list[Script]:
    """Return so many; the same for the same seed."""
    random = Random(seed)
    return [_script(random, number) for number in range(count)]


def _script(random: Random, number: int) -> Script:
    world = _history(random, f"fuzz {number}")
    lie = random.choice(LIES)
    shown = _told(random, lie, world.log)
    person = random.choice((SEEKER, ANNA))
    transcript = world.device(person).transcript
    steps: list[dict[str, Any]] = []
    for n, raw in shown:
        steps += _taken(transcript, n, raw)
        if random.random() < 0.1:
            steps.append({"do": random.choice(("pin", "alarms", "secrets"))})
    draft = {"do": "draft", "kind": int(Kind.TEXT), "log_n": box.LOG_N, "sidx": None}
    return Script(lie, hexed(reader(world, person, [*steps, draft, {"do": "alarms"}])))


def _taken(transcript: Transcript, n: int, raw: bytes) -> list[dict[str, Any]]:
    """One envelope, and once more when something was missing that cannot be had."""
    answer = transcript.take(n, raw)
    steps = [take(n, raw)]
    if answer.need is not None:
        transcript.take(n, raw, [answer.need.kind])
        steps.append(take(n, raw, str(answer.need.kind)))
    return steps


# --- what is true ---------------------------------------------------------------------------------


def _history(random: Random, name: str) -> World:
    world, seeker, anna = box.live_chat(name)
    devices = [seeker, anna, world.device(ANNA), world.device(SEEKER)]
    box.sync(world, *devices)
    for _ in range(random.randrange(3, 14)):
        device = random.choice(devices)
        _reads(random, world, device)
        act = random.choice(ACTS)
        if act == "commit":
            _commits(world, anna, devices)
        elif act == "acknowledge":
            world.post(device.write(Kind.ACKNOWLEDGEMENT, b"\x91\x01"))
        else:
            world.post(device.write())
    return world


def _reads(random: Random, world: World, device: Device) -> None:
    """Some of what is there; all of it where the epoch has moved: the relay says `stale`."""
    place = device.transcript.state.number
    for raw in world.log[place : place + random.randrange(4)]:
        place += 1
        device.transcript.take(place, raw)
    if device.transcript.key.kid8 != _current(world).key.kid8:
        box.sync(world, device)


def _current(world: World) -> Transcript:
    reading = world.device(SEEKER)
    box.sync(world, reading)
    return reading.transcript


def _commits(world: World, anna: Device, devices: list[Device]) -> None:
    """Anna lets Bela in, or takes her out."""
    box.sync(world, anna)
    roster = anna.transcript.state.roster
    assert roster is not None
    staying = [one for one in roster.entries.values() if one.kem_pk != BELA.kem_pk]
    if len(staying) == len(roster.entries):
        staying.append(BELA.entry(roster.highest_sidx + 1, Role.COUNSELLOR))
    world.post(anna.commit(staying, world.es(roster.epoch + 1)))
    box.sync(world, anna)


# --- what the relay makes of it -------------------------------------------------------------------


def _told(random: Random, lie: str, log: list[bytes]) -> list[tuple[int, bytes]]:
    at, told = random.randrange(len(log)), list(log)
    match lie:
        case "drop":
            del told[at]
        case "swap":
            other = random.randrange(len(log))
            told[at], told[other] = told[other], told[at]
        case "repeat":
            told.insert(at, told[at])
        case "spoil":
            told[at] = b"junk"
        case "flip":
            raw = bytearray(told[at])
            raw[random.randrange(len(raw))] ^= 1 << random.randrange(8)
            told[at] = bytes(raw)
        case "other box":
            told[at] = box.live_chat("another")[1].write()
        case "cut":
            told = told[: at + 1]
    numbered = list(enumerate(told, start=1))
    if lie == "again":
        numbered.insert(random.randrange(len(numbered) + 1), (at + 1, log[-1]))
    return numbered
