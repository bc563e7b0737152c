"""Room `sheets`: what a team keeps in common, one sealed sheet of each kind.

Table: sheets_sheets. Commands: crypto/wire/sheets.py. What the server learns: that a team has text
blocks, roughly how much, and when they change; neither what they say nor who wrote them.
"""

from __future__ import annotations

from e2e_server.features.sheets import handlers
from e2e_server.kernel.slices import Job, Slice

SWEEP_EVERY_S = 3_600

SLICE = Slice(
    name="sheets",
    handlers=(handlers.sheet_read, handlers.sheet_save),
    jobs=(Job(name="sheets.sweep", run=handlers.sweep, every_s=SWEEP_EVERY_S),),
)
