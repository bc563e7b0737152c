"""Two proofs about secrets: of a stolen copy without the keeper, and of recorded traffic.

The thief has every file of a running service but the keeper's, and the *true* pseudonym and
passphrase. Everything that follows from those is looked for. A likely pseudonym is confirmed, by
the pepper that lies outside the database (`docs/threat-model.md` says so); a passphrase never is.
"""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clientlib import accounts, doorchange
from clientlib.relay import RelayClient
from crypto import doors, labels, oprf, recovery
from crypto.doors import Started
from crypto.errors import RemoteError
from crypto.passphrase import normalise, normalise_pseudonym
from crypto.primitives import argon2id, equal, hash64, hash_, kdf
from crypto.wire.accounts import AccountKind
from e2e_server.app import open_relay
from e2e_server.keeper.port import WrongKeeperError
from tests.helpers.actors import Cast, chat
from tests.helpers.clock import FakeClock
from tests.helpers.derivable import Values, occurring, texts, unkeyed
from tests.helpers.enrolled import office
from tests.helpers.server import Server, serving
from tests.lying.proxy import Line, LyingRelay

TYPED_NAME = "Kiesel-Wanda-407"
NAME = normalise_pseudonym(TYPED_NAME)
TYPED_PHRASE = "  Sieben Kähne   ziehen still übers Moor "
PHRASE = normalise(TYPED_PHRASE)
NEW_PHRASE = "Am Abend bellt kein Hund"
KIB = 1024


@pytest.fixture
async def cast(tmp_path: Path) -> AsyncIterator[Cast]:
    async with serving(tmp_path / "live") as server:
        found = Cast(server)
        yield found
        await found.close()


async def live(cast: Cast) -> None:
    """Somebody registers, chats, sends a file, keeps a draft, and is signed in."""
    maria = await office(cast)
    relay = await cast.line()
    given = {"name": TYPED_NAME, "phrase": TYPED_PHRASE}
    deployment_id = cast.root.deployment_id
    await accounts.create(
        relay,
        **given,
        deployment_id=deployment_id,
        kind=AccountKind.SEEKER,
        code=recovery.new_code(),
    )
    signed_in = await accounts.sign_in(relay, **given, deployment_id=deployment_id)
    account = await cast.account_of(relay, signed_in)
    theirs, hers, _ = await chat(cast, maria, account)
    await theirs.say("Ich kann nicht schlafen.")
    await theirs.send_file(b"%PDF-1.7\n" + bytes(5_000), "arztbrief.pdf")
    await account.keyring.keep_draft(theirs.box16, "Was ich noch sagen wollte")
    await hers.wait_until(lambda: hers.pseudonym == NAME)


class Thief:
    """All files of the service but those of the keeper, copied while it ran."""

    def __init__(self, server: Server, folder: Path) -> None:
        live = server.settings.data_dir.parent
        keeper = (server.settings.keeper_dir.name, server.settings.keeper_mirror_dir.name)
        shutil.copytree(live, folder, ignore=shutil.ignore_patterns(*keeper))
        (folder / "log.txt").write_text("\n".join(server.log), "utf-8")
        self.folder = folder
        self.files = [one.read_bytes() for one in folder.rglob("*") if one.is_file()]
        self.secrets = {
            one.name: one.read_bytes() for one in (folder / "data" / "secrets").iterdir()
        }
        self.cells = self._cells()

    def _cells(self) -> set[bytes]:
        """Every value in every table, those of the write-ahead log included."""
        found: set[bytes] = set()
        for path in self.folder.rglob("*"):
            if path.is_file() and path.read_bytes().startswith(b"SQLite format 3"):
                self.database = path
                found |= {
                    cell
                    for (table,) in self.rows("SELECT name FROM sqlite_master WHERE type='table'")
                    for row in self.rows(f"SELECT * FROM {table}")
                    for cell in row
                    if isinstance(cell, bytes)
                }
        return found

    def rows(self, sql: str, *given: object) -> list[tuple[Any, ...]]:
        """Read the relay's database, the only one in the loot."""
        with closing(sqlite3.connect(self.database)) as db:
            return db.execute(sql, given).fetchall()

    def door(self, door32: bytes) -> tuple[int, bytes, bytes]:
        """Read generation, public key and slot of a door."""
        sql = "SELECT gen, auth_pk, slot_sealed FROM accounts_doors WHERE door = ?"
        ((gen, auth_pk, slot),) = self.rows(sql, door32)
        return gen, auth_pk, slot

    def occurring(self, values: Values) -> set[str]:
        """Say what is in the loot, in a file or in a cell of a table."""
        return occurring(values, [*self.files, *(one for one in self.cells if len(one) >= 8)])


class Answered(Started):
    """A start whose answer is what a thief supposes."""

    def __init__(self, door_id: bytes, rw: bytes) -> None:
        super().__init__(door_id, b"", bytes(32), bytes(32))
        self.rw = rw

    def spend(self, beta: bytes) -> bytes:
        return self.rw


def opens(door_id: bytes, rw: bytes, slot: bytes) -> bool:
    try:
        doors.open_slot(Answered(door_id, rw), b"", slot)
    except RemoteError:
        return False
    return True


def after(door_id: bytes, rw: bytes) -> Values:
    """What a right guess of rw would show: everything that follows from it and is stored."""
    root = hash64(
        labels.ROOT,
        rw,
        argon2id(rw, hash_(labels.SALT, door_id)[:16], 3, 64 * KIB * KIB),
    )
    auth = doors.sign_public(doors.SignSecret(kdf(root, labels.AUTH)))
    kek_commit = kdf(kdf(root, labels.KEK), labels.KEK_COMMIT, door_id)
    return {"auth_pk": auth.raw, "kek_commit": kek_commit}


def salted(words: Values, salts: set[bytes]) -> Values:
    """Argon2id of each word under every salt, with both costs that this service knows."""
    return {
        f"Argon2id({word}, {salt.hex()}, {passes})": argon2id(raw, salt, passes, mib * KIB * KIB)
        for word, raw in words.items()
        for salt in salts
        for passes, mib in ((1, 32), (3, 64))
    }


@pytest.mark.slow
async def test_a_stolen_copy_confirms_a_name_and_no_passphrase(cast: Cast, tmp_path: Path) -> None:
    await live(cast)
    thief = Thief(cast.server, tmp_path / "loot")
    deployment_id = cast.root.deployment_id
    login_id = doors.login_id(NAME, deployment_id)
    pepper = thief.secrets["pepper"]
    door32 = kdf(pepper, labels.DOOR, login_id)
    gen, auth_pk, slot = thief.door(door32)

    # 1. Everything that follows from both without the keeper's scalar.
    secret = PHRASE.encode("utf-8")
    message = hash_(labels.PASSWORD, login_id, secret)
    element = oprf.blind(message, lambda size: (1).to_bytes(size, "little"))[1]
    plain = {
        "pseudonym": NAME.encode("utf-8"),
        "passphrase": secret,
        "login_id": login_id,
        "message": message,
        "element": element,
    }
    keyed = {
        f"KDF({key}, {label.name}, {word})": kdf(thief.secrets[key], label, raw)
        for key in thief.secrets
        for label in labels.ALL
        for word, raw in plain.items()
        if (key, label, word) != ("pepper", labels.DOOR, "login_id")
    }
    salts = {hash_(labels.DEPLOYMENT, deployment_id)[:16], hash_(labels.SALT, login_id)[:16]}
    salts |= {deployment_id, login_id, pepper[:16], hash_(labels.SALT, door32)[:16]}
    salts |= {one for one in thief.cells if len(one) == 16}
    written = texts({"pseudonym": NAME, "typed": TYPED_NAME})
    written |= texts({"passphrase": PHRASE, "typed phrase": TYPED_PHRASE})
    slow = salted({"passphrase": secret}, salts)
    values = written | plain | unkeyed(plain) | keyed | slow
    assert thief.occurring(values) == set()
    # The name can be confirmed, and that is all.
    assert thief.occurring({"door": door32}) == {"door"}

    # 2. No guess at the keeper's answer opens the slot, or gives anything that is stored.
    decoy_contexts = ([door32, 0], [login_id, 1], [door32, gen])
    scalars = [(1).to_bytes(32, "little")]
    scalars += [
        oprf.scalar_from(kdf(raw, labels.DECOY_SCALAR, context, 64))
        for raw in thief.secrets.values()
        for context in decoy_contexts
    ]
    r, alpha = oprf.blind(message)
    supposed = [oprf.finalize(message, r, oprf.evaluate(k, alpha)) for k in scalars]
    supposed += [hash64(labels.PASSWORD, login_id, secret), message + element]
    for rw in supposed:
        assert not opens(login_id, rw, slot)
        assert thief.occurring(after(login_id, rw)) == set()

    # 3. With the keeper's help the same questions are answered: this is how a right guess looks.
    beta = await cast.server.relay.parts.keeper.eval(door32, gen, alpha)
    rw = oprf.finalize(message, r, beta)
    assert opens(login_id, rw, slot)
    assert equal(after(login_id, rw)["auth_pk"], auth_pk)
    assert thief.occurring(after(login_id, rw)) == {"auth_pk", "kek_commit"}


async def test_a_stolen_copy_without_the_keeper_signs_nobody_in(cast: Cast, tmp_path: Path) -> None:
    await live(cast)
    thief = Thief(cast.server, tmp_path / "loot")
    settings = dataclasses.replace(
        cast.server.settings,
        data_dir=thief.folder / "data",
        site_dir=thief.folder / cast.server.settings.site_dir.name,
        keeper_dir=thief.folder / "keeper",
        keeper_mirror_dir=thief.folder / "mirror",
        keeper_copy_dir=thief.folder / "another copy",
    )
    with pytest.raises(WrongKeeperError):
        await open_relay(settings, clock=FakeClock(), write_log=lambda _: None, timers=False)
    # Nor does it run with the keeper of another service.
    async with serving(tmp_path / "other", is_apart=True) as other:
        keeper = (other.settings.keeper_dir, other.settings.keeper_mirror_dir)
    for one in keeper:
        shutil.copytree(one, thief.folder / one.name, dirs_exist_ok=True)
    with pytest.raises(WrongKeeperError):
        await open_relay(settings, clock=FakeClock(), write_log=lambda _: None, timers=False)


class Recorder(LyingRelay):
    """Tells the truth, and keeps every frame of both directions."""

    def __init__(self, relay_url: str) -> None:
        super().__init__(relay_url)
        self.frames: list[bytes] = []

    async def _to_relay(self, line: Line, raw: bytes) -> None:
        self.frames.append(raw)
        await super()._to_relay(line, raw)

    def _told(self, line: Line, raw: bytes) -> list[bytes]:
        self.frames.append(raw)
        return super()._told(line, raw)


async def test_recorded_traffic_holds_neither_passphrase_nor_pseudonym(cast: Cast) -> None:
    deployment_id = cast.root.deployment_id
    codes = [recovery.new_code() for _ in range(2)]
    recorder = Recorder(cast.server.url)
    await recorder.start()
    async with RelayClient(recorder.url) as relay:
        await accounts.create(
            relay,
            name=TYPED_NAME,
            phrase=TYPED_PHRASE,
            deployment_id=deployment_id,
            kind=AccountKind.SEEKER,
            code=codes[0],
        )
        for phrase, new in ((TYPED_PHRASE, NEW_PHRASE), (NEW_PHRASE, TYPED_PHRASE)):
            given = {"name": TYPED_NAME, "deployment_id": deployment_id}
            await accounts.sign_in(relay, **given, phrase=phrase)
            await doorchange.change_passphrase(relay, **given, old=phrase, new=new)
        await accounts.sign_in_by_code(relay, code=codes[0], deployment_id=deployment_id)
        await doorchange.renew(
            relay, **given, code=codes[0], new_phrase=NEW_PHRASE, new_code=codes[1]
        )
        await accounts.sign_in(relay, **given, phrase=NEW_PHRASE)
    await recorder.stop()
    assert recorder.faults == []
    assert len(recorder.frames) > 40

    login_id = doors.login_id(NAME, deployment_id)
    secrets = {"passphrase": PHRASE, "new": normalise(NEW_PHRASE), "typed": TYPED_PHRASE}
    plain = {name: text.encode("utf-8") for name, text in secrets.items()}
    plain |= {f"code {i}": recovery.secret(code) for i, code in enumerate(codes)}
    ids = {name: login_id for name in secrets} | {
        f"code {i}": recovery.door_id(code) for i, code in enumerate(codes)
    }
    messages = {
        f"message of {name}": hash_(labels.PASSWORD, ids[name], raw) for name, raw in plain.items()
    }
    elements = {
        f"element of {name}": oprf.blind(raw, lambda size: (1).to_bytes(size, "little"))[1]
        for name, raw in messages.items()
    }
    salts = {hash_(labels.DEPLOYMENT, deployment_id)[:16], hash_(labels.SALT, login_id)[:16]}
    names = {"pseudonym": NAME.encode("utf-8"), "typed name": TYPED_NAME.encode("utf-8")}
    values = texts(secrets | {"pseudonym": NAME, "typed name": TYPED_NAME})
    values |= texts({f"code {i}": recovery.written(code) for i, code in enumerate(codes)})
    values |= plain | messages | elements | names
    values |= unkeyed(plain | messages | names | {"login_id": login_id})
    values |= salted(plain, salts)
    assert occurring(values, recorder.frames) == set()
    # Of the name only the id of its door is on the line, of a code only the id of its own.
    assert occurring({"login_id": login_id}, recorder.frames) == {"login_id"}
    seen = {f"code {i}": recovery.door_id(code) for i, code in enumerate(codes)}
    assert occurring(seen, recorder.frames) == set(seen)
