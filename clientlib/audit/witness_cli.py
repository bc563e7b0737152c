"""`python -m clientlib.audit witness URL --fingerprint HEX --key DATEI --state DATEI [--every S]`.

Exit status: 0 cosigned, 1 the log contradicts itself, 2 not done for another reason.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from clientlib.audit.witness import ClockBehindError, Contradiction, Key, Round, Store, look
from clientlib.errors import Disconnected
from clientlib.relay import RelayClient
from clientlib.terminal import UsageError, complain, now_ms, say
from clientlib.translog import LogReader
from crypto.errors import RemoteError

DONE, CONTRADICTED, UNUSABLE = 0, 1, 2
_FINGERPRINT_BYTES = 32
_DESCRIPTION = (
    "Liest das Verzeichnis eines Dienstes, prüft, dass es nur gewachsen ist, und unterschreibt "
    "das. Beim ersten Mal zieht es einen Schlüssel; die Organisation nimmt ihn in ihre POLICY auf."
)
_PROVED = (
    "Der Dienst hat zwei verschiedene Verzeichnisse unterschrieben. Ich habe nicht unterschrieben. "
    "Der Beweis liegt in {path}; prüfen lässt er sich mit: python -m clientlib.audit proof {path}"
)
_OTHER_LOG = (
    "Das Verzeichnis, das der Dienst zeigt, setzt nicht fort, was ich bezeugt habe: Es ist kürzer "
    "oder ein anderes. Ich habe nicht unterschrieben. Beide Stände liegen in {path}."
)


def main(arguments: Sequence[str]) -> int:
    """Cosign once, or again and again; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        fingerprint = bytes.fromhex(options.fingerprint)
    except ValueError:
        fingerprint = b""
    if len(fingerprint) != _FINGERPRINT_BYTES:
        raise UsageError("Der Fingerabdruck hat 64 hexadezimale Zeichen.")
    store = Store(options.key, options.state)
    with store.held():
        key = store.open(options.name, fingerprint)
        say(f"Zeuge: {key.line}")
        return asyncio.run(_watch(options, store, key, fingerprint))


async def _watch(options: argparse.Namespace, store: Store, key: Key, fingerprint: bytes) -> int:
    while True:
        status = await once(options.url, store, key, fingerprint, now_ms)
        if status == CONTRADICTED or options.every is None:
            return status
        await asyncio.sleep(options.every)


async def once(
    url: str, store: Store, key: Key, fingerprint: bytes, clock: Callable[[], int]
) -> int:
    """Look once, over a line of its own; say what came of it."""
    try:
        async with RelayClient(url) as relay:
            # From its first leaf each time: what was read before may have been another log.
            log = LogReader(relay, fingerprint, None, is_witness=True)
            return _told(await look(relay, log, store, key, clock))
    except Contradiction as error:
        path = store.keep_proof(error.proof)
        complain((_PROVED if error.is_proved else _OTHER_LOG).format(path=path))
        return CONTRADICTED
    except ClockBehindError:
        complain("Die Uhr dieses Rechners steht vor meiner letzten Unterschrift. Bitte stellen.")
    except Disconnected:
        complain(f"Der Dienst unter {url} ist nicht zu erreichen.")
    except RemoteError as error:
        complain(f"Was der Dienst zeigt, ist kein Verzeichnis dieser Organisation ({error}).")
    return UNUSABLE


def _told(result: Round) -> int:
    when = datetime.fromtimestamp(result.time_s, UTC).strftime("%Y-%m-%d %H:%M UTC")
    if not result.is_named:
        say(f"{when}: {result.size} Einträge gesehen. Die POLICY nennt mich nicht als Zeugen.")
        return UNUSABLE
    if result.refusal is not None:
        complain(f"Der Dienst nimmt meine Unterschrift nicht an ({result.refusal.value}).")
        return UNUSABLE
    say(f"{when}: {result.size} Einträge bezeugt.")
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m clientlib.audit witness", description=_DESCRIPTION
    )
    parser.add_argument("url", metavar="URL", help="Adresse des Dienstes")
    parser.add_argument("--fingerprint", required=True, metavar="HEX", help="der Organisation")
    parser.add_argument(
        "--key", type=Path, required=True, metavar="DATEI", help="eigener Schlüssel"
    )
    parser.add_argument("--state", type=Path, required=True, metavar="DATEI", help="Gedächtnis")
    parser.add_argument("--name", metavar="NAME", help="beim ersten Mal, z. B. zeuge.example/1")
    parser.add_argument(
        "--every", type=float, metavar="SEKUNDEN", help="immer wieder, statt einmal"
    )
    return parser
