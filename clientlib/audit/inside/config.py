"""The operator's settings: where everything lies, and how long it stays."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from clientlib.audit.check import Words
from clientlib.audit.inside.published import ROOT

_KEYS, _SEED = ("pepper", "log-key"), "keeper-seed"
# While a change of the log key waits for its POLICY.
_NEXT = "log-key-next"
_FOLDERS = ("data_dir", "keeper_dir", "keeper_mirror_dir", "keeper_copy_dir", "site_dir")


class ConfigError(Exception):
    """config.toml cannot be used; `words` say why."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The operator's settings, with the published defaults where they say nothing."""

    data_dir: Path
    keeper_dir: Path
    keeper_mirror_dir: Path
    keeper_copy_dir: Path
    site_dir: Path
    # Where a keeper of its own listens; none where it is part of the relay.
    keeper_socket: Path | None = None
    numbers: dict[str, int] = field(default_factory=dict)

    @staticmethod
    def load(path: Path, repository: Path = ROOT) -> Config:
        """Read config.toml; the repository's own is the list of all settings and defaults."""
        try:
            given = tomllib.loads((repository / "config.toml").read_text("utf-8"))
            given |= tomllib.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigError(
                Words(
                    de=f"{path} lässt sich nicht als Einstellungsdatei lesen.",
                    en=f"{path} cannot be read as a file of settings.",
                )
            ) from error
        base, socket = path.absolute().parent, str(given.get("keeper_socket", ""))
        return Config(
            **{name: base / str(given[name]) for name in _FOLDERS},
            keeper_socket=base / socket if socket else None,
            numbers={
                name: value
                for name, value in given.items()
                if isinstance(value, int) and not isinstance(value, bool)
            },
        )

    @property
    def relay_file(self) -> Path:
        """The relay's database."""
        return self.data_dir / "relay.sqlite"

    @property
    def keeper_files(self) -> tuple[Path, Path]:
        """The keeper's database and its mirror."""
        return self.keeper_dir / "keeper.sqlite", self.keeper_mirror_dir / "keeper.sqlite"

    @property
    def copy_file(self) -> Path:
        """The keeper's sealed copy."""
        return self.keeper_copy_dir / "keeper.sealed"

    @property
    def blobs(self) -> Path:
        """The folder of attachments."""
        return self.data_dir / "blobs"

    @property
    def secrets(self) -> Path:
        """The folder of key files."""
        return self.data_dir / "secrets"

    @property
    def key_files(self) -> tuple[Path, ...]:
        """The key files; a keeper of its own has its seed in its own folders."""
        own = (one.parent / "secrets" / _SEED for one in self.keeper_files)
        seeds = [one for one in (self.secrets / _SEED, *own) if one.exists()]
        keys = [*_KEYS, *(one for one in (_NEXT,) if (self.secrets / one).exists())]
        return (*(self.secrets / one for one in keys), *(seeds or [self.secrets / _SEED]))

    def hours(self, name: str) -> int:
        """A setting in hours, from its own unit: the word at the end of its name."""
        unit = {"minutes": 60, "hours": 1, "days": 1 / 24}[name.rpartition("_")[2]]
        return -int(-self.numbers[name] // unit)
