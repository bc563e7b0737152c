"""`make run`: the demo organisation is founded, found again, mended and renewed."""

from __future__ import annotations

import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import pytest

from clientlib import demo, demo_pages, demo_people, org
from clientlib import staff as staff_client
from clientlib.demo import COUNSELLORS, Folder
from clientlib.demo_people import Enrolment, Person, Plan
from clientlib.relay import RelayClient
from clientlib.release import Published, is_signed
from clientlib.terminal import UsageError
from crypto.keys import SignSecret
from crypto.primitives import sign_public
from crypto.profile import Profile
from crypto.statement import Kind
from crypto.wire.staff import Profiles
from tests.helpers.actors import Cast
from tests.helpers.organisation import ORIGIN
from tests.helpers.server import Server, free_port, serving

ROOT = Path(__file__).resolve().parents[1]
DAY_MS = 86_400_000
LINES = 5


class Demo:
    """`python -m clientlib.demo` in a process of its own; `lines` is what it said at the end."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "clientlib.demo", "--folder", str(folder), "--port", str(port)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Demo:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=60)

    def starts(self) -> list[str]:
        """Read until the last lines are there; return what was said before them."""
        assert self.process.stdout is not None
        before: list[str] = []
        for line in self.process.stdout:
            (self.lines if self.lines or line.startswith("Seite für") else before).append(line)
            if len(self.lines) == LINES:
                return before
        raise AssertionError(f"ended: {before} {self.errors()}")

    def errors(self) -> str:
        """Return what a process that has ended complained about."""
        return self.process.communicate(timeout=60)[1]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "demo")


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.slow
def test_it_is_founded_once_and_found_again(folder: Folder) -> None:
    port = free_port()
    with Demo(folder.path, port) as first:
        before = first.starts()
        assert any("Maria B." in line for line in before)
        assert before[-2:] == ["Seiten unterschreiben …\n", "Läuft. Beenden mit Strg+C.\n"]
        assert listens(port)
        assert f"http://127.0.0.1:{port}/" in first.lines[0]
        assert f"http://127.0.0.1:{port}/team" in first.lines[1]
        assert "maria, jonas" in first.lines[2]
        assert str(folder.phrases) in first.lines[3]
        # What people compare, as the page of the service shows it.
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/pruefen") as reply:
            page = reply.read().decode()
        words = first.lines[4].removeprefix("Fingerabdruck:").split()
        assert re.findall(r'class="words__word"[^>]*>([^<]+)', page)[:8] == words
        first.process.send_signal(signal.SIGINT)
        assert first.process.wait(timeout=60) == 0
    assert not listens(port)
    phrases = folder.phrases.read_text("utf-8")
    for path in (folder.phrases, folder.root_file):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with Demo(folder.path, port) as second:
        assert [line.strip() for line in second.starts()] == [
            "Server starten …",
            "Läuft. Beenden mit Strg+C.",
        ]
        # Another one on the same folder would found a second organisation into it.
        with Demo(folder.path, free_port()) as third:
            assert third.process.wait(timeout=60) == 1
            assert "läuft schon" in third.errors()
    assert folder.phrases.read_text("utf-8") == phrases
    # Only before they were signed.
    assert (folder.path / "server.log").read_text("utf-8").count("pages_not_signed") == 1


def test_a_taken_port_is_one_clear_sentence(folder: Folder) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with Demo(folder.path, port) as started:
            assert started.process.wait(timeout=60) == 1
            errors = started.errors().splitlines()
    assert errors == [
        f"Port {port} ist schon belegt; »make run PORT={port + 10}« nimmt einen anderen."
    ]


def test_what_was_half_written_is_written_again(folder: Folder) -> None:
    folder.path.mkdir()
    (folder.path / "root.json.new").write_text("{", "ascii")
    (folder.path / "passphrasen.txt.new").write_text("mar", "ascii")
    plan = demo.prepare(folder, 8470)
    again = demo.prepare(folder, 8470)
    assert again.root == plan.root
    assert again.counsellors == plan.counsellors
    assert len({one.phrase for one in (plan.admin, *plan.counsellors)}) == 1 + len(COUNSELLORS)


def test_a_damaged_file_of_secrets_is_not_replaced(folder: Folder) -> None:
    folder.path.mkdir()
    folder.root_file.write_text("{}", "ascii")
    with pytest.raises(UsageError, match="nicht lesbar"):
        demo.prepare(folder, 8470)
    folder.root_file.unlink()
    folder.phrases.write_text("maria: eins zwei drei\n", "utf-8")
    with pytest.raises(UsageError, match="verwaltung"):
        demo.prepare(folder, 8470)


# --- enrolment over the wire, with a clock that the test moves -----------------------------------


def plan_for(server: Server) -> Plan:
    cast = Cast(server)
    return Plan(
        root=cast.root,
        log_pk=sign_public(SignSecret(server.organisation.log_key.raw)),
        log_origin=ORIGIN,
        admin=Person(name="verwaltung", shown="Verwaltung", phrase="lampe wiese sieben kanal"),
        counsellors=(
            Person(
                name="maria",
                shown="Maria B.",
                phrase="moos turm lampe wiese sieben",
                languages=demo.LANGUAGES["maria"],
                texts=demo.TEXTS["maria"],
            ),
            Person(name="jonas", shown="Jonas K.", phrase="kanal moos turm lampe wiese"),
        ),
        teams=(cast.team16,),
    )


async def enrol(server: Server, stop_at: str = "") -> list[str]:
    """Walk through the plan; `stop_at` breaks off where that line of progress would be said."""
    said: list[str] = []

    def tell(line: str) -> None:
        if stop_at and stop_at in line:
            raise InterruptedError(line)
        said.append(line)

    await Enrolment(server.url, plan_for(server), server.clock.now_ms, tell).run()
    return said


async def check_organisation(server: Server) -> None:
    """Everybody is certified, in the team, known by name, and holds its key."""
    plan = plan_for(server)
    now_ms = server.clock.now_ms()
    async with RelayClient(server.url) as relay:
        view = (await org.log_of(relay, plan.root)).view
        team = view.current_team(plan.teams[0], now_ms)
        assert team is not None
        assert len(team.team.members) == len(plan.counsellors)
        running = [
            one
            for entry in view.entries
            if (one := view.certificate(entry.hash)) and one.runs_at(now_ms)
        ]
        assert {one.subject16 for one in running if one.kind is Kind.COUNSELLOR} == set(
            team.team.members
        )
        assert any(one.kind is Kind.ADMIN for one in running)
        assert all(entry.is_valid for entry in view.entries)
        shown = (await relay.request(Profiles(team16=plan.teams[0]))).profiles
        texts = {one.name: one.texts for one in (Profile.decode(row.profile) for row in shown)}
        assert texts == {"Maria B.": demo.TEXTS["maria"], "Jonas K.": ("", "")}
    assert not await demo_people.needs_renewal(server.url, plan.root, now_ms)


async def test_a_second_walk_changes_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        assert len(await enrol(server)) == 8
        await check_organisation(server)
        assert await enrol(server) == ["Teamschlüssel ausgeben"]
        await check_organisation(server)


@pytest.mark.parametrize(
    "where",
    [
        "Verwaltung: Zugang",
        "Verwaltung: Zertifikat",
        "Maria B.: Zugang",
        "Maria B.: Einladung",
        "Jonas K.: Einladung",
        "Teamschlüssel",
    ],
)
async def test_a_walk_that_was_broken_off_is_mended_by_the_next(tmp_path: Path, where: str) -> None:
    async with serving(tmp_path) as server:
        with pytest.raises(InterruptedError):
            await enrol(server, stop_at=where)
        await enrol(server)
        await check_organisation(server)


async def test_pages_are_signed_once_and_again_when_they_are_others(tmp_path: Path) -> None:
    names = b'{"/a": "%s"}' % (b"ab" * 48)
    pages = Published(code_manifest=names, site_manifest=names, site_json=b"{}")
    # The same program with other pages, then another program.
    others = replace(pages, site_json=b"[]")
    newer = replace(others, code_manifest=names.replace(b"/a", b"/b"))
    async with serving(tmp_path) as server:
        await enrol(server)
        plan = plan_for(server)

        async def signs(published: Published) -> tuple[int, int]:
            """Sign; return how much longer the log is now, and what was said."""
            async with RelayClient(server.url) as relay:
                before = (await org.log_of(relay, plan.root)).view.size
                said: list[str] = []
                server.clock.elapse(1)
                now_ms = server.clock.now_ms
                await demo_pages.sign_pages(
                    server.url, plan.root, plan.admin, published, now_ms, said.append
                )
                view = (await org.log_of(relay, plan.root)).view
                assert is_signed(view, published)
                assert all(entry.is_valid for entry in view.entries)
                return view.size - before, len(said)

        assert [await signs(one) for one in (pages, pages, others, newer)] == [
            (2, 1),
            (0, 0),
            (1, 1),
            (2, 1),
        ]


@pytest.mark.parametrize("days", [25, 65, 85, 200, 400])
async def test_what_runs_out_is_renewed_also_after_a_long_pause(tmp_path: Path, days: int) -> None:
    async with serving(tmp_path) as server:
        await enrol(server)
        server.clock.elapse(days * DAY_MS)
        root = plan_for(server).root
        assert await demo_people.needs_renewal(server.url, root, server.clock.now_ms())
        await enrol(server)
        await check_organisation(server)


async def test_every_member_holds_the_team_key_after_enrolment(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        await enrol(server)
        cast = Cast(server)
        plan = plan_for(server)
        for person in plan.counsellors:
            relay = await cast.line()
            colleague = await staff_client.sign_in(
                relay,
                await cast.log(relay),
                name=person.name,
                phrase=person.phrase,
                deployment_id=plan.root.deployment_id,
                now_ms=server.clock.now_ms,
            )
            assert [seed.team16 for seed in colleague.keyring.team_seeds] == [plan.teams[0]]
        await cast.close()
