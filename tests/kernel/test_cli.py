"""The operator's commands: what they make, and the one sentence when something is wrong."""

from __future__ import annotations

import asyncio
import json
import resource
import socket
from pathlib import Path
from typing import Any

import pytest

from crypto.primitives import x25519_public
from e2e_server import cli, paths
from e2e_server.config import SETTINGS
from e2e_server.init import init
from e2e_server.keeper.port import WrongKeeperError
from e2e_server.kernel.errors import StartError
from e2e_server.secrets_dir import SecretName, SecretsDir
from tests.helpers.accounts import publish
from tests.helpers.organisation import seed
from tests.helpers.server import HOST, Server, free_port, write_config


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """Folders as `init`, the organisation and `build-web` leave them; nothing runs."""
    made = Server(tmp_path)
    asyncio.run(made.set_up())
    return made


def run(config: Path, *arguments: str) -> int:
    return cli.main(["--config", str(config), *arguments])


def test_init_makes_secrets_database_and_keeper_and_names_the_log_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Server(tmp_path)
    server.settings.data_dir.parent.mkdir(exist_ok=True)
    operator = tmp_path / "operator.pub"
    operator.write_text(x25519_public(seed("operator")).hex(), "ascii")
    config = write_config(server)
    assert run(config, "init", "--operator-key", str(operator)) == 0
    first = capsys.readouterr().out
    data = server.settings.data_dir
    assert bytes.fromhex(first.strip()) == bytes.fromhex((data / "log.pub").read_text().strip())
    for name in set(SecretName) - {SecretName.NEXT_LOG_KEY}:
        assert len(SecretsDir(data).read(name)) == 32
    assert (server.settings.keeper_dir / "keeper.sqlite").exists()
    # Again: nothing changes.
    assert run(config, "init", "--operator-key", str(operator)) == 0
    assert capsys.readouterr().out == first


def test_another_operator_key_is_not_taken_over(server: Server, tmp_path: Path) -> None:
    other = tmp_path / "other.pub"
    other.write_text("00" * 32, "ascii")
    with pytest.raises(StartError, match="another operator key"):
        asyncio.run(init(server.settings, other))


def test_check_says_that_everything_fits(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(write_config(server), "check") == 0
    assert "portals 1" in capsys.readouterr().out


def test_print_config_shows_every_setting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "none.toml", "print-config") == 0
    shown = capsys.readouterr().out
    assert all(f"\n{setting.name} = " in shown for setting in SETTINGS)


def test_a_lost_keeper_is_not_replaced_by_an_empty_one(server: Server) -> None:
    for folder in (server.settings.keeper_dir, server.settings.keeper_mirror_dir):
        (folder / "keeper.sqlite").unlink()
    with pytest.raises(WrongKeeperError):
        asyncio.run(server.start())


def broken(server: Server, what: str) -> None:
    data = server.settings.data_dir
    if what == "no pages":
        (server.settings.site_dir / "headers.json").unlink()
    elif what == "no site":
        paths.site_path(server.settings).unlink()
    elif what == "odd site":
        paths.site_path(server.settings).write_text('{"name": ""}', "utf-8")
    elif what == "no pepper":
        (data / "secrets" / "pepper").unlink()
    elif what == "open pepper":
        (data / "secrets" / "pepper").chmod(0o644)
    elif what == "no database":
        paths.database_path(server.settings).unlink()
    elif what == "no operator key":
        paths.operator_key_path(server.settings).unlink()
    elif what == "odd operator key":
        paths.operator_key_path(server.settings).write_text("00", "ascii")


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("no pages", "run e2e-server build-web"),
        ("no site", "site.json cannot be read"),
        ("odd site", "site.name"),
        ("no pepper", "pepper cannot be read"),
        ("open pepper", "can be read by others"),
        ("no database", "relay.sqlite"),
        ("no operator key", "run e2e-server init"),
        ("odd operator key", "32 bytes"),
    ],
)
def test_what_is_missing_is_named_in_one_sentence(
    server: Server, capsys: pytest.CaptureFixture[str], what: str, words: str
) -> None:
    broken(server, what)
    assert run(write_config(server), "check") == 1
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_pages_that_promise_something_else_stop_the_start(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(write_config(server, retention_hours=49), "check") == 1
    assert "site.json promises retention_hours 48" in capsys.readouterr().err


def test_a_policy_with_other_hours_is_told_by_check(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.organisation.found()

    async def publishing() -> None:
        await server.start()
        try:
            async with await server.connect() as client:
                await publish(client, server.organisation)
        finally:
            await server.stop()

    asyncio.run(publishing())
    assert run(write_config(server), "check") == 0
    assert "POLICY" not in capsys.readouterr().out
    path = paths.site_path(server.settings)
    site = json.loads(path.read_text("utf-8")) | {"retention_hours": 72}
    path.write_text(json.dumps(site), "utf-8")
    assert run(write_config(server, retention_hours=72), "check") == 0
    assert "warning: POLICY names other hours" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["unaccepted_days", "idle_days"])
def test_days_of_writing_that_are_promised_otherwise_stop_the_start(
    server: Server, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert run(write_config(server, **{name: 29}), "check") == 1
    assert f"site.json promises {name}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"listen_host": "0.0.0.0"}, "set tls_cert"),
        ({"listen_host": "0.0.0.0", "demo": True}, "demo"),
        ({"behind_proxy": True, "demo": True}, "demo"),
        ({"tls_cert": "none.pem", "tls_key": "none.key"}, "do not load"),
    ],
)
def test_serve_refuses_to_be_reached_unprotected(
    server: Server, capsys: pytest.CaptureFixture[str], changed: dict[str, Any], words: str
) -> None:
    assert run(write_config(server, **changed), "serve") == 1
    assert words in capsys.readouterr().err


def test_a_port_that_is_taken_is_one_clear_sentence(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run(write_config(server, listen_port=port), "serve") == 1
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said == (
        f"e2e-server: port {port} on {HOST} is taken by another program: stop it, "
        "or choose another listen_port"
    )


def test_a_second_relay_on_the_same_folder_is_refused(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    async def both() -> None:
        await server.start()
        try:
            config = write_config(server, listen_port=free_port())
            assert await asyncio.to_thread(run, config, "check") == 1
        finally:
            await server.stop()

    asyncio.run(both())
    assert "is in use" in capsys.readouterr().err


def test_the_limit_of_open_files_is_raised() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(512, hard), hard))
        assert cli.raise_descriptor_limit() >= 1
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= min(512, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_build_web_renders_the_pages_of_the_site(server: Server) -> None:
    config = write_config(server)
    assert run(config, "build-web", "--quality", "0") == 0
    table = json.loads((server.settings.site_dir / "headers.json").read_text("utf-8"))
    assert table["routes"]["/exit"]["status"] == 303

    async def start_and_stop() -> None:
        await server.start()
        await server.stop()

    asyncio.run(start_and_stop())


def test_a_built_folder_is_compared_with_what_this_program_builds(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = write_config(server)
    out = tmp_path / "out"
    assert run(config, "build-web", "--quality", "0", "--out", str(out)) == 0
    assert run(config, "build-web", "--check", "--out", str(out)) == 0
    assert "is what this program builds from site.json" in capsys.readouterr().out
    (out / "pages" / "index.html").write_text("<!doctype html>", "utf-8")
    assert run(config, "build-web", "--check", "--out", str(out)) == 1
    assert "pages/index.html differs" in capsys.readouterr().err
    assert (out / "pages" / "index.html").read_text("utf-8") == "<!doctype html>"


def test_a_site_that_is_not_there_is_one_sentence(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing.json"
    assert run(write_config(server), "build-web", "--site", str(missing)) == 1
    assert capsys.readouterr().err == f"e2e-server: {missing}: No such file or directory\n"
