"""A witness: says in public that a log only ever grew, and never says it of two logs.

What it signed last lies in its state file, on disk before a cosignature leaves it. Key and state
are made together: a key whose state is lost could sign another log, so it is refused, and whoever
wants to go on begins as a new witness under a new key.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clientlib import logproof
from clientlib.privatefile import write_private
from clientlib.relay import RelayClient
from clientlib.terminal import UsageError
from clientlib.translog import Heard, LogReader
from crypto import cosignature
from crypto.checkpoint import is_origin
from crypto.errors import BadLength, RemoteError
from crypto.keys import SignSecret
from crypto.logview import LogView, Position
from crypto.primitives import sign_public
from crypto.random import Rand, random_bytes
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.translog import LogCosign

KEY_FORMAT = "vieraugen-witness-1"
STATE_FORMAT = "vieraugen-witness-state-1"


class Contradiction(Exception):
    """The log does not continue what this witness signed; `proof` is the file that shows it."""

    def __init__(self, proof: str, *, is_proved: bool) -> None:
        super().__init__("the log contradicts itself")
        self.proof = proof
        self.is_proved = is_proved


class ClockBehindError(Exception):
    """This machine's clock stands before the last cosignature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Who signs: the name stands in POLICY beside the key."""

    name: str
    secret: SignSecret

    @property
    def line(self) -> str:
        """The public key as C2SP tools and `org policy --witness` take it."""
        return cosignature.verifier_key(self.name, sign_public(self.secret))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was signed last: of which organisation, how many leaves, which root, note, when (s)."""

    fingerprint: bytes
    size: int = 0
    root: bytes = b""
    note: bytes = b""
    time_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What came of one look at the log; `refusal` where the relay did not take the line."""

    size: int
    time_s: int
    is_named: bool
    refusal: ErrorCode | None = None


class Store:
    """The two files of a witness; one process at a time."""

    def __init__(self, key: Path, state: Path) -> None:
        self._key = key
        self._state = state

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes out: two of them could sign two logs. UsageError."""
        lock = os.open(f"{self._state}.lock", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise UsageError("Dieser Zeuge läuft schon.") from error
        finally:
            os.close(lock)

    def open(self, name: str | None, fingerprint: bytes, rand: Rand = random_bytes) -> Key:
        """Return the key, drawn and kept with an empty state on the first run; UsageError."""
        if not self._key.exists() and not self._state.exists():
            if name is None or not is_origin(name):
                raise UsageError("Bitte geben Sie dem Zeugen mit --name einen Namen ohne Leerraum.")
            self.save(Seen(fingerprint=fingerprint))
            content = {"format": KEY_FORMAT, "name": name, "secret": rand(32).hex()}
            write_private(self._key, json.dumps(content) + "\n")
        if not self._key.exists() or not self._state.exists():
            raise UsageError(
                "Schlüssel und Zustand gehören zusammen, und eines von beiden fehlt. Wer ohne "
                "Gedächtnis weitermacht, könnte ein anderes Verzeichnis bezeugen: Beginnen Sie als "
                "neuer Zeuge mit neuem Schlüssel."
            )
        found = self._key_file()
        if name not in (None, found.name):
            raise UsageError(f"Dieser Schlüssel gehört dem Zeugen {found.name}.")
        if self.load().fingerprint != fingerprint:
            raise UsageError("Dieser Zeuge hat bisher das Verzeichnis einer anderen Organisation.")
        return found

    def load(self) -> Seen:
        """Return what was signed last; UsageError when the file is damaged."""
        try:
            found = json.loads(self._state.read_text("utf-8"))
            if found["format"] != STATE_FORMAT:
                raise ValueError("another form")
            return Seen(
                fingerprint=bytes.fromhex(found["fingerprint"]),
                size=int(found["size"]),
                root=bytes.fromhex(found["root"]),
                note=str(found["note"]).encode(),
                time_s=int(found["time_s"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{self._state} ist beschädigt.") from error

    def save(self, seen: Seen) -> None:
        """Replace the state, on disk when this returns."""
        content = {
            "format": STATE_FORMAT,
            "fingerprint": seen.fingerprint.hex(),
            "size": seen.size,
            "root": seen.root.hex(),
            "note": seen.note.decode(),
            "time_s": seen.time_s,
        }
        new = self._state.with_name(self._state.name + ".new")
        new.unlink(missing_ok=True)
        write_private(new, json.dumps(content) + "\n")
        os.replace(new, self._state)
        folder = os.open(self._state.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def keep_proof(self, proof: str) -> Path:
        """Write a proof beside the state, under a name of its own."""
        number = 1
        while True:
            path = self._state.with_name(f"{self._state.name}.proof-{number}.json")
            try:
                write_private(path, proof)
            except FileExistsError:
                number += 1
            else:
                return path

    def _key_file(self) -> Key:
        try:
            found = json.loads(self._key.read_text("utf-8"))
            if found["format"] != KEY_FORMAT or self._key.stat().st_mode & 0o077:
                raise ValueError("another form, or others may read it")
            return Key(name=str(found["name"]), secret=SignSecret(bytes.fromhex(found["secret"])))
        except (ValueError, KeyError, TypeError, BadLength) as error:
            raise UsageError(
                f"{self._key} ist kein Schlüssel eines Zeugen, oder andere dürfen ihn lesen."
            ) from error


async def look(
    relay: RelayClient, log: LogReader, store: Store, key: Key, now_ms: Callable[[], int]
) -> Round:
    """Read the log, and cosign it if it continues what was signed before.

    `log` must read as a witness, without a pin. Contradiction; ClockBehindError; BadStatement and
    the like where nothing readable came; Disconnected.
    """
    seen = store.load()
    view = await _read(log, seen)
    policy, time_s = view.policy(), now_ms() // 1000
    if time_s < seen.time_s:
        raise ClockBehindError
    named = (key.name, sign_public(key.secret))
    is_named = policy is not None and named in policy.witnesses
    if policy is None:
        return Round(size=view.size, time_s=time_s, is_named=False)
    store.save(
        Seen(
            fingerprint=seen.fingerprint,
            size=view.size,
            root=view.root(),
            note=log.note,
            time_s=time_s,
        )
    )
    if not is_named:
        return Round(size=view.size, time_s=time_s, is_named=False)
    line = cosignature.cosign(key.secret, key.name, log.note, time_s)
    refusal = await _hand_in(relay, view.size, line)
    return Round(size=view.size, time_s=time_s, is_named=True, refusal=refusal)


async def _read(log: LogReader, seen: Seen) -> LogView:
    try:
        view = await log.update()
    except RemoteError:
        heard = log.heard
        if heard is not None:
            _compare(heard, seen)
        raise
    _compare(Heard(view, log.note), seen)
    return view


def _compare(heard: Heard, seen: Seen) -> None:
    """Raise Contradiction unless what is shown continues what was signed."""
    if seen.size == 0 or heard.view.position(seen.size, seen.root) is Position.KNOWN:
        return
    proof = logproof.write(heard.view, heard.note, seen.note)
    try:
        logproof.read(proof)
    except RemoteError:
        # A shorter log, or one that nobody signed: kept, but it may be an old one.
        raise Contradiction(proof, is_proved=False) from None
    raise Contradiction(proof, is_proved=True)


async def _hand_in(relay: RelayClient, size: int, line: str) -> ErrorCode | None:
    try:
        await relay.request(LogCosign(size=size, line=line))
    except WireError as error:
        # Twice within one second: the relay has it already.
        return None if error.code is ErrorCode.STALE else error.code
    return None
