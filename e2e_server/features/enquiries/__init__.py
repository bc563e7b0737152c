"""Written enquiries: who waits for an answer, who has taken it, to whom it is handed over.

Tables: enquiries_tickets, enquiries_contacts. Commands: crypto/wire/enquiries.py, contacts.py. What
the server learns: that somebody waits in a portal, the page's language, to the hour since when,
whether one counsellor is addressed, or only leads see it, who has taken it, to whom they hand it
over, and whether it is answered, as the writers' clients say; that contact data for the leads lie
beside it, and how often they were changed. Neither the account nor the box: unlike a live ticket
this one is tied to none. The life of a ticket is the table in `machine`.
"""

from __future__ import annotations

from e2e_server.features.capacity import Cases
from e2e_server.features.enquiries import contacts, counselling, handlers, jobs, store
from e2e_server.features.enquiries.newcomer import obey_newcomer
from e2e_server.features.enquiries.readers import EnquiryLooks
from e2e_server.kernel.clock import hour_of
from e2e_server.kernel.context import JobContext
from e2e_server.kernel.slices import Job, Slice
from e2e_server.storage.port import ReadTransaction

__all__ = ["SLICE", "obey_newcomer"]

SWEEP_EVERY_S = 5


class _Taken(Cases):
    def taken(self, tx: ReadTransaction, subject16: bytes) -> int:
        return store.count_taken(tx, subject16, tx.now_ms, hour_of(tx.now_ms))


async def _start(parts: JobContext) -> None:
    parts.services.put(EnquiryLooks, EnquiryLooks(parts.db))
    parts.services.put(Cases, _Taken())


SLICE = Slice(
    name="enquiries",
    handlers=(
        handlers.enquiry_open,
        handlers.enquiry_again,
        handlers.enquiry_call_back,
        handlers.enquiry_withdraw,
        counselling.enquiries,
        counselling.enquiry_letter,
        counselling.enquiry_accept,
        counselling.enquiry_return,
        counselling.enquiry_taken,
        counselling.enquiry_hand_over,
        counselling.enquiry_release,
        counselling.enquiry_mark,
        counselling.enquiry_end,
        contacts.contact_look,
        contacts.contact_put,
        contacts.contact_drop,
        contacts.contacts,
        contacts.contact_read,
        contacts.contact_reseal,
    ),
    jobs=(Job(name="enquiries.sweep", run=jobs.sweep, every_s=SWEEP_EVERY_S),),
    start=_start,
)
