"""Users of this machine, as the configuration names them."""

from __future__ import annotations

import pwd

from e2e_server.kernel.errors import StartError


def uid_of(user: str) -> int:
    """The number of a user given by name or number; StartError for a name nobody has."""
    if user.isascii() and user.isdigit():
        return int(user)
    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError as error:
        raise StartError(f"there is no user {user} on this machine") from error
