"""The resume slot: an unregistered seeker's memory across a reload or a killed tab (section 3).

    keeper, in memory:  HASH("resume-id",R) -> [nonce24, AEAD(KDF(R,"resume"), nonce, "", padded)]
    padded content      = pad([AMS, entry, draft])

R lies alone in sessionStorage; without it the slot is noise, without the keeper R is worthless.
The draft is kept exactly as typed, so it is UTF-8 in a bin and not NFC text.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crypto import labels
from crypto.encoding import binary, decode_array, encode
from crypto.entry import MAX_DRAFT_BYTES, Entry, entry_of, entry_value
from crypto.errors import LocalError, NotCanonical
from crypto.keys import AccountSecret, ResumeSecret
from crypto.padding import pad, unpad
from crypto.primitives import NONCE_BYTES, aead_open, aead_seal, kdf
from crypto.random import Rand, random_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What comes back after a reload: the account secret, the box, what was being typed."""

    ams: AccountSecret
    entry: Entry
    draft: str = field(repr=False)


def new_resume_secret(rand: Rand = random_bytes) -> ResumeSecret:
    """Draw R; `credential.resume_id` names the slot to the keeper."""
    return ResumeSecret(rand(ResumeSecret.SIZE_BYTES))


def seal_resume(resume: ResumeSecret, memory: Memory, rand: Rand = random_bytes) -> bytes:
    """Seal `memory`; LocalError for a draft of more than MAX_DRAFT_BYTES in UTF-8.

    Beside it stands one entry of a live box, so that both fit the largest bucket of 64 KiB.
    """
    # A lone surrogate becomes U+FFFD, as in the browser's encoder; nobody can type one.
    well_formed = memory.draft.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    draft = well_formed.encode("utf-8")
    if len(draft) > MAX_DRAFT_BYTES:
        raise LocalError("draft too long for the resume slot")
    content = encode([memory.ams.raw, entry_value(memory.entry), draft])
    nonce = rand(NONCE_BYTES)
    sealed = aead_seal(kdf(resume.raw, labels.RESUME), nonce, b"", pad(content))
    return encode([nonce, sealed])


def open_resume(resume: ResumeSecret, raw: bytes) -> Memory:
    """Undo `seal_resume`."""
    nonce, sealed = decode_array(raw, 2)
    key = kdf(resume.raw, labels.RESUME)
    padded = aead_open(key, binary(nonce, NONCE_BYTES), b"", binary(sealed))
    ams, entry, draft = decode_array(unpad(padded), 3)
    try:
        text = binary(draft).decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotCanonical("draft is not UTF-8") from error
    return Memory(ams=AccountSecret(binary(ams, 32)), entry=entry_of(entry), draft=text)
