"""The keeper's socket in the file system: made safely, where nobody else may swap it."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

from e2e_server.keeper.port import KeeperError

ROOT_UID = 0
# Owner and group may connect; which of them does is judged by SO_PEERCRED, see `serving`.
_SOCKET_MODE = 0o660
_DRAFT_MODE = 0o600
_MAX_PATH_BYTES = 107
_BACKLOG = 16


def bind_socket(path: Path) -> socket.socket:
    """Listen at `path`, in the place of what a crash left there; KeeperError when it is not safe.

    The caller has the lock on the keeper's folders, so no living keeper listens here.
    """
    if len(os.fsencode(path)) > _MAX_PATH_BYTES:
        raise KeeperError(f"the path of the socket has more than {_MAX_PATH_BYTES} bytes")
    check_folders_above(path)
    _remove_left_over(path)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        # Before `bind`, so that the file never has a moment in which others may connect.
        os.fchmod(line.fileno(), _DRAFT_MODE)
        line.bind(os.fspath(path))
        os.chmod(path, _SOCKET_MODE)
        line.listen(_BACKLOG)
    except OSError as error:
        line.close()
        raise KeeperError(f"cannot listen at {path}: {error.strerror}") from error
    return line


def check_folders_above(path: Path) -> None:
    """KeeperError where somebody else could put another socket in the place of `path`.

    The nearest folder is the keeper's own or root's and only its owner writes there; further up a
    folder that all may write to must be sticky, as /tmp is.
    """
    for folder in path.absolute().parents:
        try:
            status = folder.stat()
        except OSError as error:
            raise KeeperError(f"{folder} cannot be looked at: {error.strerror}") from error
        is_nearest = folder == path.absolute().parent
        is_shared = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if is_shared and (is_nearest or not status.st_mode & stat.S_ISVTX):
            raise KeeperError(f"{folder} can be written to by others than its owner: chmod go-w it")
        if is_nearest and status.st_uid not in (ROOT_UID, os.geteuid()):
            raise KeeperError(f"{folder} belongs to another user")


def remove_socket(path: Path) -> None:
    """Forget the file once nobody listens any more."""
    path.unlink(missing_ok=True)


def _remove_left_over(path: Path) -> None:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(status.st_mode) or status.st_uid != os.geteuid():
        raise KeeperError(f"{path} is there and is no socket of this user; it is not replaced")
    path.unlink()
