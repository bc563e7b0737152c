"""The socket's place in the file system: safe, or refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from e2e_server.keeper.port import KeeperError
from e2e_server.keeper.socket_file import bind_socket, check_folders_above, remove_socket
from tests.keeper.helpers import socket_in


def test_the_socket_is_for_owner_and_group_and_replaces_what_a_crash_left(tmp_path: Path) -> None:
    path = socket_in(tmp_path)
    for _ in range(2):
        with bind_socket(path):
            assert path.stat().st_mode & 0o777 == 0o660
    remove_socket(path)
    remove_socket(path)
    assert not path.exists()


@pytest.mark.parametrize("mode", [0o702, 0o720, 0o1777])
def test_a_folder_where_others_write_is_refused(tmp_path: Path, mode: int) -> None:
    path = socket_in(tmp_path)
    path.parent.chmod(mode)
    with pytest.raises(KeeperError, match="can be written to by others"):
        bind_socket(path)
    assert not path.exists()


@pytest.mark.parametrize(("mode", "is_safe"), [(0o777, False), (0o1777, True)])
def test_a_folder_further_up_may_only_be_shared_when_sticky(
    tmp_path: Path, mode: int, is_safe: bool
) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(mode)
    path = socket_in(tmp_path / "shared")
    if is_safe:
        check_folders_above(path)
    else:
        with pytest.raises(KeeperError, match="can be written to by others"):
            check_folders_above(path)


def test_a_folder_of_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = socket_in(tmp_path)
    check_folders_above(path)
    owner = os.stat(path.parent).st_uid
    # Only root could give the folder away in earnest.
    monkeypatch.setattr("e2e_server.keeper.socket_file.ROOT_UID", owner + 1)
    monkeypatch.setattr(os, "geteuid", lambda: owner + 2)
    with pytest.raises(KeeperError, match="belongs to another user"):
        bind_socket(path)


def test_what_is_no_socket_of_ours_is_not_replaced(tmp_path: Path) -> None:
    path = socket_in(tmp_path)
    path.write_text("somebody's file")
    with pytest.raises(KeeperError, match="is not replaced"):
        bind_socket(path)
    assert path.read_text() == "somebody's file"
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeeperError, match="is not replaced"):
        bind_socket(path)


def test_a_path_too_long_or_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeeperError, match="107 bytes"):
        bind_socket(tmp_path / ("s" * 107))
    with pytest.raises(KeeperError, match="cannot be looked at"):
        bind_socket(tmp_path / "none" / "socket")
