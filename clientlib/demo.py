"""`make run`: a demo organisation on this machine, founded on the first start, found on the next.

Each step is done only where its result is missing, so an interrupted first start is mended by
running it again. The server is a process of its own, started and stopped here; this program knows
it only over its commands and the wire.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import json
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clientlib import demo_pages, demo_people, demo_server
from clientlib.audit.access import Access
from clientlib.demo_people import Enrolment, Person, Plan
from clientlib.demo_server import PROGRAM_ROOT
from clientlib.errors import Disconnected
from clientlib.org import Root, new_root
from clientlib.privatefile import write_private
from clientlib.release import read_built
from clientlib.terminal import UsageError, complain, now_ms, say
from crypto import fingerprint, passphrase
from crypto.errors import BadStatement, RemoteError
from crypto.keys import SignPublic
from crypto.wire.errors import WireError

HOST = "127.0.0.1"
DEFAULT_PORT = 8470
ADMIN = ("verwaltung", "Verwaltung")
COUNSELLORS = (("maria", "Maria B."), ("jonas", "Jonas K."))
LANGUAGES = {"maria": ("de", "en", "es"), "jonas": ("de", "tr")}
# Over oneself, on German and on English pages.
TEXTS = {
    "maria": (
        "Ich berate seit zehn Jahren, am liebsten schriftlich: So hat alles seine Zeit.",
        "I have been a counsellor for ten years. I like writing: everything has its time.",
    ),
    "jonas": (
        "Ich höre zu und sortiere mit Ihnen, was gerade zu viel ist. Gern auch auf Türkisch.",
        "I listen, and together we sort out what is too much right now.",
    ),
}
# Of a folder in which everybody of this version is enrolled.
_EVERYBODY = "with an auditor"
SITE_SOURCE = Path(__file__).with_name("demo_site.json")


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the demo keeps what; everything lies below `path`."""

    path: Path

    @property
    def root_file(self) -> Path:
        """The organisation's root keys; in a real organisation, offline."""
        return self.path / "root.json"

    @property
    def phrases(self) -> Path:
        """The passphrases of the demo's people."""
        return self.path / "passphrasen.txt"

    @property
    def config(self) -> Path:
        """The server's settings, written anew by each start; its folders lie beside it."""
        return self.path / "config.toml"

    @property
    def data(self) -> Path:
        """The server's data_dir."""
        return self.path / "data"

    @property
    def pages(self) -> Path:
        """The built pages: the server's site_dir."""
        return self.path / "site"

    @property
    def enrolled(self) -> Path:
        """Exists once everybody is enrolled."""
        return self.path / "enrolled"

    @property
    def auditor(self) -> Path:
        """The access with which the audit tool plays both sides of a chat."""
        return self.path / "auditor.json"

    @property
    def built(self) -> Path:
        """Says from what the pages were built."""
        return self.path / "site.built"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until interrupted; return 0, or 1 after one sentence about what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m clientlib.demo", description=__doc__)
    parser.add_argument("--folder", type=Path, default=PROGRAM_ROOT / "var" / "demo")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    options = parser.parse_args(arguments)
    folder = Folder(options.folder.absolute())
    try:
        folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(folder):
            refuse_taken_port(options.port)
            plan = prepare(folder, options.port)
            asyncio.run(stay(folder, plan, options.port))
    except UsageError as error:
        complain(str(error))
    except WireError as error:
        complain(f"Der Server hat einen Schritt abgelehnt ({error.code.value}).")
    except Disconnected:
        complain("Der Server hat die Verbindung beendet; das Warum steht in server.log.")
    except (RemoteError, OSError) as error:
        complain(f"Der Start ist nicht gelungen: {error}.")
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 0
    else:
        return 0
    return 1


def prepare(folder: Folder, port: int) -> Plan:
    """Make everything that must be there before the server starts, where it is missing."""
    root = _root(folder)
    phrases = _phrases(folder)
    operator_key = folder.path / "operator.pub"
    _replace(operator_key, root.operator_public.hex() + "\n")
    origin = f"http://{HOST}:{port}"
    _replace(folder.config, f'listen_port = {port}\npublic_origin = "{origin}"\ndemo = true\n')
    if not folder.enrolled.exists():
        say("Schlüssel des Servers und Datenbank anlegen …")
        demo_server.run_command(folder.config, "init", "--operator-key", str(operator_key))
    site = site_of(root)
    _replace(folder.data / "site.json", json.dumps(site, ensure_ascii=False, indent=1) + "\n")
    site_json = folder.data / "site.json"
    demo_pages.build_pages(folder.config, site_json, folder.pages, folder.built, say)

    access = _auditor(folder)

    def person(names: tuple[str, str]) -> Person:
        name, shown = names
        return Person(
            name=name,
            shown=shown,
            phrase=phrases[name],
            languages=LANGUAGES.get(name, ()),
            texts=TEXTS.get(name, ("", "")),
        )

    return Plan(
        root=root,
        log_pk=SignPublic(bytes.fromhex((folder.data / "log.pub").read_text("ascii"))),
        log_origin="demo.invalid/" + root.deployment_id.hex(),
        admin=person(ADMIN),
        counsellors=tuple(person(names) for names in COUNSELLORS),
        teams=tuple(_teams(site, is_audit=False)),
        auditor=Person(name=access.name, shown="Prüfung", phrase=access.phrase),
        audit_team=next(_teams(site, is_audit=True)),
    )


async def stay(folder: Folder, plan: Plan, port: int) -> None:
    """Serve, enrol, say the last lines, and stay until told to end."""
    task = asyncio.current_task()
    assert task is not None
    # Ctrl-C too: a process started in the background would ignore it, and could not be ended.
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    say("Server starten …")
    async with demo_server.serving(folder.config, folder.path / "server.log") as server:
        url = f"http://{HOST}:{port}"
        await _enrol(folder, plan, url)
        built = read_built(folder.pages)
        await demo_pages.sign_pages(url, plan.root, plan.admin, built, now_ms, say)
        say("Läuft. Beenden mit Strg+C.")
        for line in last_lines(folder, plan.root, port):
            say(line)
        await server.ended()


def site_of(root: Root) -> dict[str, Any]:
    """Return the demo's site.json: the committed text with this organisation's ids, this year."""
    site: dict[str, Any] = json.loads(SITE_SOURCE.read_text("utf-8"))
    return site | {
        "fingerprint": root.fingerprint.hex(),
        "deployment_id": root.deployment_id.hex(),
        "year": datetime.fromtimestamp(now_ms() / 1000, UTC).year,
    }


def refuse_taken_port(port: int) -> None:
    """UsageError when something else already listens there."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((HOST, port))
        except OSError as error:
            raise UsageError(
                f"Port {port} ist schon belegt; »make run PORT={port + 10}« nimmt einen anderen."
            ) from error


def last_lines(folder: Folder, root: Root, port: int) -> tuple[str, ...]:
    """Return what people need now: addresses, names, where the passphrases are, what to compare."""
    origin = f"http://{HOST}:{port}"
    names = ", ".join(name for name, _ in COUNSELLORS)
    words = fingerprint.words(root.fingerprint, fingerprint.COMPARED_WORDS, "de")
    return (
        f"Seite für Ratsuchende:  {origin}/",
        f"Arbeitsplatz des Teams: {origin}/team",
        f"Namen:                  {names} (Team), {ADMIN[0]} (Verwaltung)",
        f"Passphrasen:            {folder.phrases}",
        f"Fingerabdruck:          {' '.join(words)}",
    )


async def _enrol(folder: Folder, plan: Plan, url: str) -> None:
    """Enrol, or renew, where there is something to do."""
    done = folder.enrolled.exists() and folder.enrolled.read_text("ascii") == _EVERYBODY
    if done and not await demo_people.needs_renewal(url, plan.root, now_ms()):
        return
    say("Zertifikate erneuern …" if done else "Personen aufnehmen …")
    await Enrolment(url, plan, now_ms, lambda line: say("  " + line)).run()
    _replace(folder.enrolled, _EVERYBODY)


def _root(folder: Folder) -> Root:
    if not folder.root_file.exists():
        say("Schlüssel der Organisation ziehen …")
        _create(folder.root_file, new_root("de").save)
    try:
        return Root.load(folder.root_file)
    except BadStatement as error:
        raise UsageError(f"{folder.root_file} ist nicht lesbar.") from error


def _auditor(folder: Folder) -> Access:
    """Return the auditor's access, drawn before the account so that it is never lost."""
    if not folder.auditor.exists():
        _create(folder.auditor, Access("pruefung", passphrase.generate("de")).save)
    return Access.load(folder.auditor)


def _teams(site: dict[str, Any], *, is_audit: bool) -> Iterator[bytes]:
    for portal in site["portals"]:
        if portal.get("audit", False) is is_audit:
            yield bytes.fromhex(portal["team16"])


def _phrases(folder: Folder) -> dict[str, str]:
    """Return name -> passphrase, drawn before the first account so that none is ever lost."""
    names = [name for name, _ in (ADMIN, *COUNSELLORS)]
    if not folder.phrases.exists():
        text = "".join(f"{name}: {passphrase.generate('de')}\n" for name in names)
        _create(folder.phrases, lambda path: write_private(path, text))
    found = dict(
        line.split(": ", 1)
        for line in folder.phrases.read_text("utf-8").splitlines()
        if ": " in line
    )
    missing = [name for name in names if name not in found]
    if missing:
        raise UsageError(f"In {folder.phrases} fehlt die Passphrase von {missing[0]}.")
    return found


def _create(path: Path, write: Callable[[Path], None]) -> None:
    """Make a private file that is there whole or not at all."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    write(draft)
    os.replace(draft, path)


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(path.name + ".new")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)


@contextlib.contextmanager
def _alone(folder: Folder) -> Iterator[None]:
    """Two starts on one folder at the same time would found two organisations."""
    with (folder.path / "lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UsageError("Diese Demo läuft schon in einem anderen Fenster.") from error
        yield


if __name__ == "__main__":
    raise SystemExit(main())
