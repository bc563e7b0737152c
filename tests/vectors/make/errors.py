"""Every refusal's class and code: the twins must agree, for verdicts and vectors name them."""

from __future__ import annotations

from typing import Any

from crypto import errors
from tests.vectors.make.common import case, document


def cases() -> dict[str, Any]:
    """One case a class of crypto/errors.py."""
    found = [
        (name, item)
        for name, item in vars(errors).items()
        if isinstance(item, type) and issubclass(item, errors.RemoteError)
    ]
    return document(
        "Refusals by class.",
        [case(name, "a peer broke a rule", {}, {"code": item.code}) for name, item in found],
    )
