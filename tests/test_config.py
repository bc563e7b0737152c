"""The configuration: one declaration, plain errors, no secret in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e_server.config import (
    SETTINGS,
    ConfigError,
    Settings,
    check_exposure,
    is_loopback,
    load,
    parse,
    render_sample,
)

ROOT = Path(__file__).parent.parent


def test_the_sample_in_the_repository_is_what_the_settings_render() -> None:
    assert (ROOT / "config.toml").read_text(encoding="utf-8") == render_sample()


def test_the_sample_means_the_defaults(tmp_path: Path) -> None:
    assert parse(render_sample(), tmp_path) == parse("", tmp_path)


def test_load_resolves_paths_from_the_folder_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('data_dir = "store"\nkeeper_dir = "/srv/keeper"\nchat_minutes = 90\n')
    settings = load(file)
    assert settings.data_dir == tmp_path / "store"
    assert settings.keeper_dir == Path("/srv/keeper")
    assert settings.tls_cert == Path()
    assert settings.chat_minutes == 90
    assert settings.attachment_max_bytes == 26_214_400


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("chat_minuts = 3", "unknown setting chat_minuts"),
        ('chat_minutes = "3"', "chat_minutes must be a whole number"),
        ("chat_minutes = true", "chat_minutes must be a whole number"),
        ("chat_minutes = 1.5", "chat_minutes must be a whole number"),
        ("chat_minutes = 0", "chat_minutes must be between 1 and 1440 minutes"),
        ("demo = 1", "demo must be true or false"),
        ("data_dir = 7", "data_dir must be text"),
        ('data_dir = ""', "data_dir must not be empty"),
        ("listen_host = 7", "listen_host must be text"),
        ("listen_port = 65536", "listen_port must be between"),
        ('tls_cert = "a.pem"', "belong together"),
        ('tls_key = "a.pem"', "belong together"),
        ('keeper_mirror_dir = "keeper"', "must differ"),
        ('keeper_dir = "data/keeper"', "must not lie inside data_dir"),
        ('keeper_mirror_dir = "data/x/../mirror"', "must not lie inside data_dir"),
        ('keeper_copy_dir = "data/keeper-copy"', "keeper_copy_dir must not lie inside data_dir"),
        ('keeper_copy_dir = "data"', "must not lie inside data_dir"),
        ("sweep_seconds = 20", "unknown setting sweep_seconds"),
        ('public_origin = "beratung.example"', "public_origin must look like"),
        ('public_origin = "https://beratung.example/chat"', "public_origin must look like"),
        ("heartbeat_seconds = 50", "duty_lease_seconds must be at least twice"),
        ("confirm_minutes = 7", "accept_minutes must cover"),
        ("chat_minutes = ", "Invalid value"),
    ],
)
def test_a_mistake_is_named(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert words in str(caught.value)
    assert "config.toml" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml cannot be read"):
        load(tmp_path / "none.toml")


def test_every_setting_says_its_unit_and_what_it_does() -> None:
    assert all(setting.unit and setting.help.endswith((".", ")")) for setting in SETTINGS)


def test_no_setting_is_a_secret() -> None:
    assert not [s.name for s in SETTINGS if {"pepper", "seed", "secret"} & set(s.name.split("_"))]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_needs_no_tls_and_may_show_the_demo(host: str) -> None:
    assert is_loopback(host)
    check_exposure(Settings(listen_host=host, demo=True))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "beratung.example"])
def test_a_reachable_address_needs_tls_or_a_proxy(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(ConfigError, match="can be reached by others"):
        check_exposure(Settings(listen_host=host))
    check_exposure(Settings(listen_host=host, behind_proxy=True))
    check_exposure(Settings(listen_host=host, tls_cert=Path("/c.pem"), tls_key=Path("/k.pem")))


@pytest.mark.parametrize(
    "settings",
    [
        Settings(demo=True, behind_proxy=True),
        Settings(demo=True, listen_host="0.0.0.0", behind_proxy=True),
        Settings(demo=True, listen_host="::", tls_cert=Path("/c"), tls_key=Path("/k")),
    ],
)
def test_a_demo_is_refused_where_others_can_reach_it(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="demo"):
        check_exposure(settings)
