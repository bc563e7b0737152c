"""Room `accounts`: doors, sign-in, sealed keyring pages (protocol section 3).

Tables: accounts_accounts, accounts_doors, accounts_unsettled, accounts_pages, accounts_sign_ins.
Commands: crypto/wire/accounts.py. The server learns that a door was tried or changed and that an
account saved a page; never a pseudonym, a passphrase, a recovery code, what a page holds or how
many conversations there are. An unknown and a blocked door answer like any other, in bytes and in
work.
"""

from __future__ import annotations

from e2e_server.features.accounts import (
    changing,
    creating,
    deleting,
    jobs,
    pages,
    signing_in,
    starting,
    stock,
)
from e2e_server.kernel.slices import Job, Slice

__all__ = ["SLICE"]

SLICE = Slice(
    name="accounts",
    handlers=(
        creating.account_begin,
        creating.account_finish,
        starting.sign_in_start,
        signing_in.sign_in_finish,
        signing_in.attach,
        signing_in.sign_out,
        pages.page_read,
        pages.page_save,
        changing.door_change,
        deleting.account_delete,
        stock.account_stock,
    ),
    jobs=(
        Job(name="accounts.sweep", run=jobs.sweep, every_s=600),
        Job(name="accounts.settle", run=jobs.settle, every_s=60),
        Job(name="keeper.sweep", run=jobs.sweep_keeper, every_s=60),
        Job(name="keeper.copy", run=jobs.copy_keeper, every_s=3600),
    ),
    start=jobs.start,
)
