"""The kinds of statements in the log (protocol section 4)."""

from __future__ import annotations

from enum import IntEnum


class Kind(IntEnum):
    """Kinds of statements. Others may stand in the log; they give no rights."""

    ORG = 1
    POLICY = 2
    ADMIN = 3
    COUNSELLOR = 4
    TEAM = 5
    REVOKE = 6
    ROOT_CHANGE = 7
    RELEASE = 8
    SITE = 9
    DELETIONS = 10
