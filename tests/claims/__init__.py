"""What is claimed, and which tests show it: the data behind `docs/claims.md`.

Claims stand in the TOML files beside this one, a group a file. Use `load` for the data, `faults`
for what is wrong with them, `page.render` for the document. A claim names tests that exist, says
what they do not show, and answers to failures of other systems (T), questions of auditors (F) and
sentences of our own pages; each of those must be answered, or listed with a reason.
"""

from __future__ import annotations

from tests.claims.claims import GROUPS, Asked, Claim, Group, load, load_asked
from tests.claims.faults import faults

__all__ = ["GROUPS", "Asked", "Claim", "Group", "faults", "load", "load_asked"]
