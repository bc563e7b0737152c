"""Every label: the twins must list the same ones, in the same order."""

from __future__ import annotations

from typing import Any

from crypto import labels
from tests.vectors.make.common import case, document


def cases() -> dict[str, Any]:
    """One case a label: the constant's name gives name, section and the bytes that are hashed."""
    found = [(name, item) for name, item in vars(labels).items() if isinstance(item, labels.Label)]
    return document(
        "Domain-separation labels. `raw` is the length byte and ASCII `va1/` + name.",
        [
            case(
                constant,
                f"section {label.section}",
                {"constant": constant},
                {"name": label.name, "section": label.section, "raw": label.raw},
            )
            for constant, label in found
        ],
    )
