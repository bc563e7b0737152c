"""`vieraugen`: the ceremonies from the root file to a team, and a chat between two terminals."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from io import StringIO
from pathlib import Path

import pytest

from clientlib import accounts, evening, rootwords, talk
from clientlib.audit.cli import main as audit
from clientlib.cli import main
from clientlib.org import Root, new_root
from clientlib.relay import RelayClient
from clientlib.rootwords import WrongWord, from_words, to_words
from clientlib.seeker import Seeker
from clientlib.terminal import Terminal, plain
from crypto import invitation, invitelink, kem
from crypto.errors import BadLength
from crypto.keys import KemSecret, SignSecret
from crypto.primitives import sign_public
from crypto.wire.staff import InvitationAnswer
from crypto.words import words as word_list
from e2e_server import paths
from tests.helpers.actors import Cast
from tests.helpers.clock import FakeClock
from tests.helpers.enrolled import MARIA, enrolled
from tests.helpers.server import PORTAL16, ThreadedServer, serving

ORIGIN = "example.org/log"


# --- the root on paper ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_root_file_comes_back_from_its_words(language: str) -> None:
    root = new_root(language)
    paper = {purpose: " ".join(words) for purpose, words in rootwords.paper_of(root)}
    assert [len(words.split()) for words in paper.values()] == [24, 24, 24, 12]
    assert rootwords.root_of(paper, rootwords.language_of(language)) == root


def test_a_wrong_word_and_swapped_keys_are_noticed() -> None:
    raw = bytes(range(32))
    words = list(to_words(raw, "root", "de"))
    assert from_words(" ".join(words).upper(), 32, "root", "de") == raw
    with pytest.raises(WrongWord):
        from_words(" ".join(words), 32, "standby", "de")
    with pytest.raises(WrongWord):
        from_words(" ".join(["xyzzy", *words[1:]]), 32, "root", "de")
    with pytest.raises(BadLength):
        from_words(" ".join(words[1:]), 32, "root", "de")


def test_most_slips_of_one_word_are_noticed() -> None:
    raw = bytes(range(32))
    words = list(to_words(raw, "root", "de"))
    unnoticed = 0
    for other in word_list("de")[:512]:
        try:
            unnoticed += from_words(" ".join([other, *words[1:]]), 32, "root", "de") != raw
        except WrongWord:
            continue
    assert unnoticed < 512 // 64


def test_there_are_words_in_our_own_languages_only() -> None:
    with pytest.raises(WrongWord):
        rootwords.language_of("fr")


# --- ceremonies ----------------------------------------------------------------------------------


class Shell:
    """Calls the command line as a person would, and keeps what it said."""

    def __init__(
        self, server: ThreadedServer, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.folder = folder
        self.threaded = server
        self.url = server.url
        self.site = paths.site_path(server.server.settings)
        self.log_key = paths.log_key_path(server.server.settings)
        self._capsys = capsys

    def __call__(self, *arguments: str, expect: int = 0) -> str:
        self._capsys.readouterr()
        code = main(["--url", self.url, "--site", str(self.site), *arguments])
        said = self._capsys.readouterr()
        assert code == expect, said.err
        return said.err if expect else said.out

    def said(self) -> str:
        """Return what was said since the last command."""
        return self._capsys.readouterr().out

    def file(self, name: str) -> str:
        return str(self.folder / name)

    def new_account(self, name: str, *how: str) -> None:
        self("join", "--name", name, "--new-phrase-file", self.file(name), *how)

    def as_(self, name: str, *arguments: str, expect: int = 0) -> str:
        """Run a command with that person's name and passphrase."""
        who = ("--name", name, "--phrase-file", self.file(name))
        return self(*arguments, *who, expect=expect)

    def found(self) -> None:
        """Root, POLICY, and one admin."""
        policy = ("--log-key", str(self.log_key), "--log-origin", ORIGIN)
        self("org", "policy", self.file("root"), *policy, "--out", self.file("first"))
        self("publish", self.file("first"))
        self.new_account("verwaltung", "--request", self.file("request"))
        request = ("--request", self.file("request"), "--out", self.file("admin"))
        self("org", "admin", self.file("root"), *request)
        self("publish", self.file("admin"))

    def counsellor(self, name: str, role: str = "beratung") -> str:
        """Invite and approve; returns the new id in hex."""
        self.invite()
        self.new_account(name, "--code-file", self.file("code"))
        how = ("--code-file", self.file("code"), "--compared", "--role", role)
        said = self.as_("verwaltung", "approve", *how)
        return said.split()[-1]

    def invite(self) -> tuple[str, str]:
        """Draw an invitation, put its code into a file; returns link and code."""
        _, link, _, code = self("invite").splitlines()
        self.holds("code", code)
        return link, code

    def holds(self, name: str, line: str) -> None:
        """Write a file of one line."""
        Path(self.file(name)).write_text(line + "\n", "utf-8")


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    clock = FakeClock(time.time_ns() // 1_000_000)
    with ThreadedServer(tmp_path / "server", clock=clock) as server:
        found = Shell(server, tmp_path, capsys)
        Cast(server.server).root.save(tmp_path / "root")
        yield found


def test_an_organisation_is_founded_from_root_file_to_team(shell: Shell) -> None:
    shell.found()
    maria, jonas = shell.counsellor("maria"), shell.counsellor("jonas")
    shell.as_("maria", "profile", "--shown", "Maria B.")
    assert "2 Mitglieder" in shell.as_("maria", "team", "propose", "--member", jonas)
    assert "Unterschrieben: 1" in shell.as_("verwaltung", "team", "sign")
    assert "Übernommen: 1" in shell.as_("jonas", "team", "take")
    # What is not named stays as it was.
    kept = shell.as_("maria", "profile", "--status", "Urlaub", "--language", "tr")
    assert "jetzt als Maria B." in kept
    # The TEAM that was signed since her last sign-in, and only that.
    assert kept.startswith("Neu im Verzeichnis seit Ihrer letzten Anmeldung:\n  Team ")
    assert "neuer Stand, 2 Mitglieder" in kept
    assert "jetzt als Maria B." in shell.as_("maria", "profile", "--no-picture")
    assert "erneuert: 0" in shell.as_("jonas", "renew")
    assert shell.as_("jonas", "renew").startswith("Teamschlüssel erneuert: 0")
    assert "erneuert: 0" in shell.as_("verwaltung", "renew")
    shell.counsellor("petra")
    told = shell.as_("jonas", "renew")
    assert "Jetzt bestätigt als Beratung: " in told
    listed = shell("fingerprint")
    words = shell("org", "words", shell.file("root")).split(": ")[1]
    assert words in listed
    assert maria in listed
    assert jonas in listed


def test_a_policy_names_witnesses_and_clients_wait_for_them(shell: Shell) -> None:
    shell.found()
    fingerprint = Root.load(Path(shell.file("root"))).fingerprint.hex()
    files = ("--key", shell.file("witness.key"), "--state", shell.file("witness.state"))

    def witness(*options: str, expect: int = 0) -> str:
        arguments = ("witness", shell.url, "--fingerprint", fingerprint, *files, *options)
        assert audit(arguments) == expect
        return shell.said()

    def policy(*options: str, expect: int = 0) -> str:
        log = ("--log-key", str(shell.log_key), "--log-origin", ORIGIN)
        out = ("--out", shell.file("policy"))
        return shell("org", "policy", shell.file("root"), *log, *out, *options, expect=expect)

    said = witness("--name", "zeuge.example/1", expect=2)
    assert "nennt mich nicht" in said
    line = next(one for one in said.split() if one.startswith("zeuge.example/1+"))
    for wrong in (
        ("--witness", line, "--quorum", "2", "--cosigned-hours", "24"),
        ("--witness", line, "--quorum", "1"),
        ("--witness", line, "--cosigned-hours", "24"),
        ("--witness", line, "--witness", line, "--quorum", "2", "--cosigned-hours", "24"),
        ("--witness", line + "x", "--quorum", "1", "--cosigned-hours", "24"),
    ):
        assert "--quorum" in policy(*wrong, expect=1)
    assert not Path(shell.file("policy")).exists()

    asked = ("--witness", line, "--quorum", "1", "--cosigned-hours", "24", "--renewed")
    assert "Eine Erklärung" in policy(*asked)
    assert "Veröffentlicht: 1" in shell("publish", shell.file("policy"))
    assert "Unabhängige Zeugen" in shell("fingerprint", expect=1)
    assert "Einträge bezeugt" in witness()
    assert "Organisation:" in shell("fingerprint")


def test_who_cannot_be_believed_is_told_so_in_one_sentence(shell: Shell) -> None:
    shell.found()
    shell.counsellor("maria")
    assert "schon" in shell(
        "join", "--name", "maria", "--phrase-file", shell.file("maria"), "--request", "x", expect=1
    )
    Path(shell.file("wrong")).write_text("lauter falsche wörter hier\n", "utf-8")
    who = ("--name", "maria", "--phrase-file", shell.file("wrong"))
    assert shell("renew", *who, expect=1) == "Name oder Passphrase stimmt nicht.\n"
    assert "keinem Team" in shell.as_("maria", "work", expect=1)
    assert "kein Zertifikat" in shell.as_(
        "maria", "team", "propose", "--member", "00" * 16, expect=1
    )
    assert "forbidden" in shell.as_("maria", "approve", "--code-file", shell.file("code"), expect=1)


@pytest.mark.parametrize("way", ["link", "code"])
def test_an_invitation_may_be_given_as_link_or_code(shell: Shell, way: str) -> None:
    shell.found()
    link, code = shell.invite()
    assert link == f"{shell.url}/team/einladung#{code}"
    shell.holds("given", {"link": link, "code": code.lower().replace("-", " ")}[way])
    joined = shell(
        "join", "--name", "maria", "--new-phrase-file", shell.file("maria"),
        "--code-file", shell.file("given"),
    )  # fmt: skip
    given = ("--code-file", shell.file("given"), "--compared")
    said = shell.as_("verwaltung", "approve", *given)
    assert joined.splitlines()[1] == said.splitlines()[1]
    assert len(joined.splitlines()[1].split()) == 8
    assert "schon bestätigt" in shell.as_("verwaltung", "approve", *given, expect=1)
    assert "/en/team/einladung#" in shell("invite", "--language", "en")


@pytest.mark.parametrize(("answer", "signs"), [("ja\n", True), ("nein\n", False), ("", False)])
def test_nothing_is_signed_before_the_words_were_compared(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, answer: str, signs: bool
) -> None:
    shell.found()
    shell.invite()
    shell.new_account("maria", "--code-file", shell.file("code"))
    # Nobody types here: the terminal is given what somebody would.
    monkeypatch.setattr("sys.stdin", StringIO(answer))
    how = ("approve", "--code-file", shell.file("code"))
    said = shell.as_("verwaltung", *how, expect=0 if signs else 1)
    assert ("Bestätigt" if signs else "Nichts unterschrieben") in said
    assert shell("fingerprint").count("counsellor") == int(signs)


def test_an_invitation_that_cannot_be_one_sends_nothing(shell: Shell) -> None:
    shell.found()
    _, code = shell.invite()
    approve = ("approve", "--code-file", shell.file("code"), "--compared")
    assert "noch niemand geantwortet" in shell.as_("verwaltung", *approve, expect=1)
    for wrong in ("kein code", code[:-1], code + "0", "00" * 16, code.replace(code[0], "?")):
        shell.holds("code", wrong)
        assert "keine Einladung" in shell.as_("verwaltung", *approve, expect=1)
    hour_ms = 3_600_000
    past = invitelink.new_invitation(time.time_ns() // 1_000_000 - 7 * 24 * hour_ms)
    shell.holds("code", invitelink.written(past))
    assert "abgelaufen" in shell.as_("verwaltung", *approve, expect=1)
    join = ("join", "--name", "maria", "--new-phrase-file", shell.file("maria"))
    assert "abgelaufen" in shell(*join, "--code-file", shell.file("code"), expect=1)
    # The name is still free.
    shell.counsellor("maria")


def test_keys_that_somebody_else_left_are_not_signed(shell: Shell) -> None:
    """Whoever sees the join id, but not the secret, can take its place and nothing more."""
    shell.found()
    _, code = shell.invite()
    secret = invitelink.read(code).secret

    async def answer() -> None:
        async with RelayClient(shell.url) as relay:
            stamp = await accounts.make_stamp(relay, "invitation_answer")
            sign_pk = sign_public(SignSecret(bytes(32)))
            kem_pk = kem.public(KemSecret(bytes(32)))
            mac = invitation.join_mac(bytes(16), sign_pk, kem_pk, bytes(32))
            await relay.request(
                InvitationAnswer(
                    join_id16=invitation.join_id(secret),
                    sign_pk=sign_pk.raw,
                    kem_pk=kem_pk.raw,
                    cap_hash=bytes(32),
                    mac=mac,
                    stamp=stamp,
                )
            )

    asyncio.run(answer())
    approve = ("approve", "--code-file", shell.file("code"), "--compared")
    assert "der sie nicht kennt" in shell.as_("verwaltung", *approve, expect=1)
    assert "counsellor" not in shell("fingerprint")


def test_an_account_that_nobody_approved_cannot_work(shell: Shell) -> None:
    shell.found()
    shell.new_account("maria", "--request", shell.file("unused"))
    assert "noch von niemandem bestätigt" in shell.as_("maria", "work", expect=1)


def test_what_is_missing_is_said_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "site.json"

    def said(*arguments: str) -> str:
        assert main(["--url", "http://127.0.0.1:1", *arguments]) == 1
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 1
        return lines[0]

    assert "--site" in said("chat")
    assert "keine site.json" not in said("--site", str(site), "chat")
    site.write_text("[]", "utf-8")
    assert "keine site.json" in said("--site", str(site), "chat")
    assert "nicht zu erreichen" in said("publish", str(empty(tmp_path)))
    assert "nicht zu gebrauchen" in said("org", "words", str(site))
    assert "No such file" in said("org", "words", str(tmp_path / "nowhere"))


def test_a_root_file_is_made_printed_and_restored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "root.json", tmp_path / "again.json"
    assert main(["org", "new", str(first), "--operator-key", str(tmp_path / "operator.pub")]) == 0
    made = capsys.readouterr().out
    assert first.stat().st_mode & 0o777 == 0o600
    assert Root.load(first).operator_public.hex() in (tmp_path / "operator.pub").read_text("ascii")
    assert main(["org", "print", str(first)]) == 0
    printed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    # The restoring side reads standard input; there is no other door to it.
    monkeypatch.setattr("sys.stdin", StringIO("\n".join(printed)))
    assert main(["org", "restore-words", str(second)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == made.splitlines()[-1]
    assert Root.load(second) == Root.load(first)
    opener = tmp_path / "operator.key"
    assert main(["org", "operator", str(first), "--out", str(opener)]) == 0
    assert opener.stat().st_mode & 0o777 == 0o600
    assert bytes.fromhex(opener.read_text("ascii")) == Root.load(first).operator
    assert main(["org", "operator", str(second), "--out", str(opener)]) == 1
    assert "nicht überschrieben" in capsys.readouterr().err
    assert main(["org", "new", str(first), "--operator-key", str(tmp_path / "o")]) == 1
    assert "nicht überschrieben" in capsys.readouterr().err


def empty(folder: Path) -> Path:
    path = folder / "statements"
    path.write_text("", "ascii")
    return path


# --- talking -------------------------------------------------------------------------------------


class Screen:
    """One terminal: type into it, and wait for a line that holds some words."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._changed = asyncio.Event()
        self.terminal = Terminal(self._say, asyncio.Queue())

    def type(self, line: str | None) -> None:
        self.terminal.lines.put_nowait(line)

    async def shows(self, words: str) -> str:
        while True:
            for line in self.lines:
                if words in line:
                    return line
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), timeout=60)
            except TimeoutError as error:
                raise AssertionError(f"{words} is not in {self.lines}") from error

    def _say(self, line: str) -> None:
        self.lines.append(line)
        self._changed.set()


@pytest.fixture
async def cast(tmp_path: Path) -> AsyncIterator[Cast]:
    async with serving(tmp_path) as server:
        found = Cast(server)
        await enrolled(found, MARIA)
        yield found
        await found.close()


async def seeker_at(cast: Cast, screen: Screen) -> asyncio.Task[None]:
    """Start the seeker's command on one screen."""
    relay = await cast.line()
    seeker = Seeker(
        relay,
        await cast.log(relay),
        portal16=PORTAL16,
        team16=cast.team16,
        language="de",
        now_ms=cast.now_ms,
    )
    return asyncio.ensure_future(talk.chat(screen.terminal, relay, seeker, "de"))


async def counsellor_at(cast: Cast, screen: Screen) -> asyncio.Task[None]:
    """Start the counsellor's command on another."""
    staff = await cast.signs_in("maria")
    work = evening.work(screen.terminal, staff.relay, staff, {PORTAL16: "Lebensfragen"})
    task = asyncio.ensure_future(work)
    await screen.shows("Sie sind erreichbar")
    return task


async def test_two_terminals_talk_until_one_ends_it(cast: Cast) -> None:
    hers, theirs = Screen(), Screen()
    working = await counsellor_at(cast, hers)
    chatting = await seeker_at(cast, theirs)
    await hers.shows("Es warten 1")
    hers.type("")
    assert "Maria B. ist jetzt für Sie da" in await theirs.shows("ist jetzt für Sie da")
    theirs.type("")
    await theirs.shows("Der Chat hat begonnen")
    await hers.shows("Der Chat hat begonnen")
    theirs.type("Guten Abend \x1b]0;Titel\x07")
    assert await hers.shows("Guten Abend") == "Ratsuchende_r 1: Guten Abend �]0;Titel�"
    hers.type("Schön, dass Sie da sind.")
    assert await theirs.shows("Schön") == "Maria B.: Schön, dass Sie da sind."
    theirs.type("/ende")
    await chatting
    assert theirs.lines[-1] == "Sie haben den Chat beendet."
    await hers.shows("Der Chat wurde beendet.")
    hers.type("/ende")
    await working
    assert hers.lines[-1] == "Sie sind nicht mehr erreichbar."


async def test_an_offer_may_be_declined_and_a_request_given_back(cast: Cast) -> None:
    hers, theirs = Screen(), Screen()
    working = await counsellor_at(cast, hers)
    chatting = await seeker_at(cast, theirs)
    await hers.shows("Es warten 1")
    hers.type("")
    await theirs.shows("ist jetzt für Sie da")
    hers.type("/ende")
    await hers.shows("zurückgegeben")
    await theirs.shows("Das Angebot gilt nicht mehr")
    theirs.type(None)
    await chatting
    assert theirs.lines[-1] == "Ihre Anfrage ist zurückgezogen."
    hers.type(None)
    await working


async def test_whoever_cancels_an_offer_leaves_the_counsellor_told(cast: Cast) -> None:
    hers, theirs = Screen(), Screen()
    working = await counsellor_at(cast, hers)
    chatting = await seeker_at(cast, theirs)
    await hers.shows("Es warten 1")
    hers.type("")
    await theirs.shows("ist jetzt für Sie da")
    theirs.type("/ende")
    await chatting
    await hers.shows("Die Anfrage ist nicht mehr da")
    hers.type("/ende")
    await working


async def test_a_lost_line_ends_the_conversation_with_an_error(cast: Cast) -> None:
    theirs = Screen()
    working = await counsellor_at(cast, Screen())
    chatting = await seeker_at(cast, theirs)
    await theirs.shows("Bitte warten")
    await cast.server.stop()
    for task in (chatting, working):
        with pytest.raises(ConnectionError):
            await task


def test_control_characters_of_others_do_nothing() -> None:
    assert plain("a\x1b[2Jb\u202ec\x07") == "a�[2Jb�c�"
    assert plain("eins\r\nzwei") == "eins\n    zwei"
    assert plain("👩\u200d👧 ❤\ufe0f ü") == "👩\u200d👧 ❤\ufe0f ü"


def test_site_ids_come_from_the_published_file(shell: Shell) -> None:
    published = json.loads(shell.site.read_text("utf-8"))
    assert published["portals"][0]["slug"] in shell("chat", "--portal", "nirgends", expect=1)
