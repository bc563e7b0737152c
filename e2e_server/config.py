"""An operator's choices: each declared once, with unit, default, limits and words.

`Settings` is the declaration; `SETTINGS` lists it; `config.toml` in the repository is
`render_sample()` of it, and a test compares. No setting is a secret: pepper, log key and keeper
seed are key files, see `secrets_dir.py`.
"""

# ruff: noqa: RUF009 - `_setting` only wraps dataclasses.field, which is meant to stand there.

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

MIB_BYTES = 1024 * 1024
_KEEPER_FOLDERS = ("keeper_dir", "keeper_mirror_dir", "keeper_copy_dir")


class ConfigError(Exception):
    """The configuration cannot be used; the text says which setting and why, for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One line of the configuration file."""

    name: str
    kind: type
    unit: str
    default: Any
    help: str
    minimum: int = 0
    maximum: int = 0


def _setting(
    default: object, unit: str, words: str, minimum: int = 0, maximum: int = 2**53 - 1
) -> Any:
    kind = str if isinstance(default, Path) else type(default)
    return field(
        default=default,
        metadata={
            "kind": kind,
            "unit": unit,
            "help": words,
            "minimum": minimum,
            "maximum": maximum,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting, checked. Paths are absolute once `load` returned them."""

    data_dir: Path = _setting(
        Path("data"), "path", "Database, attachments, key files. Make backups of this folder."
    )
    keeper_dir: Path = _setting(
        Path("keeper"),
        "path",
        "The keeper's database. Never part of a backup: what it deletes must be gone.",
    )
    keeper_mirror_dir: Path = _setting(
        Path("keeper-mirror"),
        "path",
        "The keeper's second copy, written with the first. Better on another disk. No backup.",
    )
    keeper_copy_dir: Path = _setting(
        Path("keeper-copy"),
        "path",
        "The keeper's hourly copy, sealed to the operator's offline key; each replaces the last.",
    )
    keeper_socket: Path = _setting(
        Path(),
        "path",
        "Where a keeper of its own listens (`e2e-server keeper`). Empty: it is part of the relay.",
    )
    keeper_user: str = _setting(
        "",
        "user",
        "As whom the keeper of its own runs, by name or number. Empty: part of the relay.",
    )
    relay_user: str = _setting(
        "", "user", "As whom the relay runs: only this user may talk to a keeper of its own."
    )
    site_dir: Path = _setting(
        Path("site"), "path", "The built web pages, written by `e2e-server build-web`."
    )
    listen_host: str = _setting("127.0.0.1", "address", "Where the server listens.")
    listen_port: int = _setting(8470, "port", "The port it listens on.", 1, 65535)
    public_origin: str = _setting(
        "http://127.0.0.1:8470", "origin", "The address that people type, without a path."
    )
    tls_cert: Path = _setting(
        Path(), "path", "Certificate chain (PEM), if the server itself speaks TLS. Empty: none."
    )
    tls_key: Path = _setting(Path(), "path", "The certificate's private key (PEM). Empty: none.")
    behind_proxy: bool = _setting(
        False, "true or false", "A reverse proxy on this machine or network speaks TLS for us."
    )
    demo: bool = _setting(
        False,
        "true or false",
        "A demo organisation with known passphrases. Refused on a reachable address.",
    )
    chat_minutes: int = _setting(180, "minutes", "A live chat ends after this.", 1, 1440)
    confirm_minutes: int = _setting(
        5, "minutes", "Time to press »Jetzt chatten« once a counsellor has accepted.", 1, 60
    )
    accept_minutes: int = _setting(
        12, "minutes", "How long a counsellor's signed acceptance is valid.", 2, 60
    )
    silence_minutes: int = _setting(
        10,
        "minutes",
        "A waiting device that is silent this long rests; its place is kept.",
        10,
        240,
    )
    resting_hours: int = _setting(12, "hours", "A resting request is forgotten after this.", 1, 168)
    retention_hours: int = _setting(
        48, "hours", "How long a closed chat can be read before it is deleted.", 0, 8760
    )
    unaccepted_days: int = _setting(
        30, "days", "A written enquiry that nobody takes is deleted after this.", 1, 30
    )
    idle_days: int = _setting(
        183, "days", "A written conversation in which nobody writes ends after this.", 1, 3650
    )
    reserve_minutes: int = _setting(
        10, "minutes", "Time to take a written enquiry over once somebody has begun to.", 1, 60
    )
    enquiries_per_day: int = _setting(
        20, "enquiries", "How many written enquiries one account may begin in a day.", 1, 1000
    )
    resume_minutes: int = _setting(
        10, "minutes", "How long a chat survives a reload or a killed tab; 0 turns it off.", 0, 60
    )
    attachment_max_bytes: int = _setting(
        25 * MIB_BYTES, "bytes", "Largest file that people can send (25 MiB).", 1, 1024 * MIB_BYTES
    )
    max_waiting_per_portal: int = _setting(
        50, "requests", "A portal takes no more requests while this many wait.", 1, 10_000
    )
    duty_lease_seconds: int = _setting(
        90, "seconds", "A counsellor whose device is silent this long is off duty.", 20, 3600
    )
    heartbeat_seconds: int = _setting(
        10, "seconds", "How often a connection is asked whether it is still there.", 1, 60
    )


SETTINGS: tuple[Setting, ...] = tuple(
    Setting(name=one.name, default=one.default, **one.metadata) for one in fields(Settings)
)


def load(path: Path) -> Settings:
    """Read and check the file; relative paths count from its folder."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    try:
        return parse(text, path.absolute().parent)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def parse(text: str, folder: Path) -> Settings:
    """Check the text of a configuration; `folder` is where relative paths count from."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(error)) from error
    known = {setting.name: setting for setting in SETTINGS}
    unknown = sorted(given.keys() - known.keys())
    if unknown:
        raise ConfigError(f"unknown setting {unknown[0]}")
    values: dict[str, Any] = {
        name: _checked(setting, given.get(name, setting.default), folder)
        for name, setting in known.items()
    }
    settings = Settings(**values)
    _check_together(settings)
    return settings


def render_sample() -> str:
    """The commented `config.toml` with every default."""
    lines = [
        "# Every setting with its default. Generated from e2e_server/config.py.",
        "# Relative paths count from this file's folder. Secrets are never written here: they are",
        "# key files below data_dir.",
    ]
    for setting in SETTINGS:
        lines += ["", f"# {setting.help}", f"# Unit: {setting.unit}.{_limits(setting)}"]
        lines.append(f"{setting.name} = {_literal(setting.default)}")
    return "\n".join(lines) + "\n"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`; names other than localhost count as reachable."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_exposure(settings: Settings) -> None:
    """ConfigError when these settings would serve others without TLS, or serve them a demo."""
    if is_loopback(settings.listen_host) and not settings.behind_proxy:
        return
    if settings.demo:
        raise ConfigError(
            "demo: its passphrases are in a file, so it is refused where others can reach it; "
            "listen on 127.0.0.1 without a proxy, or set up an organisation of your own"
        )
    if not settings.behind_proxy and not has_tls(settings):
        raise ConfigError(
            f"listen_host {settings.listen_host} can be reached by others: set tls_cert and "
            "tls_key, or behind_proxy = true when a proxy speaks TLS"
        )


def has_tls(settings: Settings) -> bool:
    """Whether this process itself speaks TLS."""
    return settings.tls_cert != Path()


def has_own_keeper(settings: Settings) -> bool:
    """Whether the keeper is a process of its own, behind a socket."""
    return settings.keeper_socket != Path()


def _checked(setting: Setting, value: object, folder: Path) -> object:
    if isinstance(setting.default, Path):
        if value == Path() or value == "":
            return Path()
        if not isinstance(value, str | Path):
            raise ConfigError(f"{setting.name} must be text (a path)")
        return folder / value
    # bool is an int to Python, but `chat_minutes = true` is a mistake.
    if type(value) is not setting.kind:
        words = {str: "text", int: "a whole number", bool: "true or false"}
        raise ConfigError(f"{setting.name} must be {words[setting.kind]}")
    if isinstance(value, int) and not setting.minimum <= value <= setting.maximum:
        raise ConfigError(
            f"{setting.name} must be between {setting.minimum} and {setting.maximum} {setting.unit}"
        )
    return value


def _check_together(settings: Settings) -> None:
    for name in ("data_dir", "keeper_dir", "keeper_mirror_dir", "keeper_copy_dir", "site_dir"):
        if getattr(settings, name) == Path():
            raise ConfigError(f"{name} must not be empty")
    if (settings.tls_cert == Path()) != (settings.tls_key == Path()):
        raise ConfigError("tls_cert and tls_key belong together")
    _check_folders(settings)
    _check_keeper(settings)
    origin = urlsplit(settings.public_origin)
    rest = origin.path + origin.query + origin.fragment
    if origin.scheme not in ("http", "https") or not origin.hostname or rest:
        raise ConfigError("public_origin must look like https://beratung.example, without a path")
    if settings.duty_lease_seconds < 2 * settings.heartbeat_seconds:
        raise ConfigError("duty_lease_seconds must be at least twice heartbeat_seconds")
    if settings.accept_minutes < 2 * settings.confirm_minutes:
        raise ConfigError(
            "accept_minutes must cover confirm_minutes twice (it can be extended once)"
        )


def _check_folders(settings: Settings) -> None:
    keeper = {name: getattr(settings, name).resolve() for name in _KEEPER_FOLDERS}
    if len(set(keeper.values())) < len(keeper):
        raise ConfigError("keeper_dir, keeper_mirror_dir and keeper_copy_dir must differ")
    for name, folder in keeper.items():
        # A backup of data_dir that held the keeper would keep what the keeper has deleted; its
        # sealed copy too, for whoever has the operator's key opens an old one.
        if folder.is_relative_to(settings.data_dir.resolve()):
            raise ConfigError(f"{name} must not lie inside data_dir, which goes into backups")


def _check_keeper(settings: Settings) -> None:
    given = [bool(settings.keeper_user), bool(settings.relay_user)]
    if any(given) != has_own_keeper(settings) or not all(given) == any(given):
        raise ConfigError("keeper_socket, keeper_user and relay_user belong together")


def _limits(setting: Setting) -> str:
    return f" From {setting.minimum} to {setting.maximum}." if setting.kind is int else ""


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return '"' + ("" if value == Path() else str(value)) + '"'
