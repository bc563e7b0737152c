"""Where things lie: the files of a relay below its folders, and of the program itself."""

from __future__ import annotations

from pathlib import Path

from e2e_server.config import Settings
from e2e_server.keeper.founding import KeeperFolders

PROGRAM_ROOT = Path(__file__).resolve().parents[1]
SCHEMA_PATH = PROGRAM_ROOT / "schema.sql"
WEB_ROOT = PROGRAM_ROOT / "web"


def database_path(settings: Settings) -> Path:
    """The relay's database."""
    return settings.data_dir / "relay.sqlite"


def blobs_path(settings: Settings) -> Path:
    """The folder of attachments."""
    return settings.data_dir / "blobs"


def site_path(settings: Settings) -> Path:
    """The published description of the service, for relay and pages alike."""
    return settings.data_dir / "site.json"


def operator_key_path(settings: Settings) -> Path:
    """The operator's public key in hex, to which the keeper's copy is sealed."""
    return settings.data_dir / "operator.pub"


def own_operator_key_path(settings: Settings) -> Path:
    """The same for a keeper of its own."""
    return settings.keeper_dir / "operator.pub"


def log_key_path(settings: Settings) -> Path:
    """The log's public key in hex, which POLICY names; written by init."""
    return settings.data_dir / "log.pub"


def next_log_key_path(settings: Settings) -> Path:
    """The public key of the log key that a renewed POLICY is to name."""
    return settings.data_dir / "log-next.pub"


def keeper_folders(settings: Settings) -> KeeperFolders:
    """The keeper's folders."""
    return KeeperFolders(
        main=settings.keeper_dir,
        mirror=settings.keeper_mirror_dir,
        copy=settings.keeper_copy_dir,
    )
