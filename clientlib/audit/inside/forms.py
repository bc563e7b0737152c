"""What each column that is not a number claims to be: its outer form, and which bytes are sealed.

`FORMS` holds the columns with a form of their own; every other BLOB has a fixed length by the
published CHECK and is drawn at random or a hash. A form takes the value and its row, raises
RemoteError for anything but its exact shape, and returns the bytes that nobody here can open.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping

from clientlib.audit.inside.published import Column
from crypto import certificate, chain, encoding, envelope, filestream, keyring, letter, sheet
from crypto.credential import decode_slot
from crypto.errors import BadLength, NotCanonical
from crypto.keys import KemPublic
from crypto.padding import MIN_ATTACHMENT_BYTES
from crypto.picture import check_picture, picture_hash
from crypto.primitives import NONCE_BYTES, STREAM_OVERHEAD_BYTES, TAG_BYTES
from crypto.profile import Profile
from crypto.wire import codec
from crypto.wire.live import Acceptance

Form = Callable[[bytes, sqlite3.Row], tuple[bytes, ...]]

# What belongs to a slot stands in the tables that name it; `free` where zeros are declared.
SLOTS_SQL = """
SELECT slot, bytes_sealed, free.size_bytes AS free_bytes,
  e.box16, e.env_id, l.inbox16, l.env_id AS letter_id, c.inbox16 AS contact_inbox
FROM boxes_slots
LEFT JOIN boxes_free_slots AS free USING (slot)
LEFT JOIN boxes_envelopes AS e USING (slot)
LEFT JOIN boxes_letters AS l USING (slot)
LEFT JOIN enquiries_contacts AS c USING (slot)
"""
SECRETS_SQL = """
SELECT slot, secret_raw, keeper_free_slots.slot AS free
FROM keeper_secrets LEFT JOIN keeper_free_slots USING (slot)
"""
# Tables whose rows need more than themselves to be judged.
ROWS_SQL = {"boxes_slots": SLOTS_SQL, "keeper_secrets": SECRETS_SQL}

_TEXTS = {"language": re.compile(r"[a-z]{2,3}"), "hash": re.compile(r"[0-9a-f]{32}")}
_LENGTH = re.compile(r"length\((\w+)\) (?:=|IN) ")


def _slot(raw: bytes, row: sqlite3.Row) -> tuple[bytes, ...]:
    parts = decode_slot(raw)
    return (parts.nonce + parts.kek_commit + parts.sealed,)


def _page(raw: bytes, row: sqlite3.Row) -> tuple[bytes, ...]:
    form, page, version, nonce, sealed = encoding.decode_array(raw, 5)
    if [form, page, version] != [1, row["page"], row["version"]]:
        raise NotCanonical("another page than its row says")
    return (_sealed(nonce, sealed, _is_page_size),)


def _sheet(raw: bytes, row: sqlite3.Row) -> tuple[bytes, ...]:
    form, team16, kind, version, nonce, sealed = encoding.decode_array(raw, 6)
    if [form, team16, kind, version] != [1, row["team16"], row["kind"], row["version"]]:
        raise NotCanonical("another sheet than its row says")
    return (_sealed(nonce, sealed, lambda size: size in sheet.STEPS),)


def _stored(raw: bytes, row: sqlite3.Row) -> tuple[bytes, ...]:
    """An envelope, a letter or contact data, whichever names the slot; free ones are elsewhere."""
    if row["box16"] is not None:
        outer = envelope.parse_outer(raw)
        is_named = (outer.form, outer.box16) == (envelope.FORM_STORED, row["box16"])
        if not is_named or chain.env_id(raw) != row["env_id"]:
            raise NotCanonical("another envelope than its row says")
        return (outer.nonce24 + outer.sealed,)
    inbox16 = row["inbox16"] or row["contact_inbox"]
    if inbox16 is None:
        return ()
    address, sealed = letter.parse_letter(raw)
    is_named = row["letter_id"] in (None, chain.env_id(raw))
    if address != inbox16 or not is_named:
        raise NotCanonical("another letter than its row says")
    return (sealed,)


def _secret(raw: bytes, row: sqlite3.Row) -> tuple[bytes, ...]:
    return () if row["free"] is not None else (raw,)


def _or_zeros(raw: bytes, row: sqlite3.Row) -> tuple[bytes, ...]:
    return (raw,) if any(raw) else ()


def _offer(raw: bytes, row: sqlite3.Row) -> tuple[bytes, ...]:
    return (codec.decode(Acceptance, raw).signature,)


def _kem_pk(raw: bytes, row: sqlite3.Row) -> tuple[bytes, ...]:
    # Its coefficients stop at 3,329 of 4,096: a key, but not evenly spread.
    KemPublic(raw)
    return ()


def _leaf(raw: bytes, row: sqlite3.Row) -> tuple[bytes, ...]:
    leaf = certificate.Leaf.decode(raw)
    if certificate.leaf_hash(raw) != row["leaf_hash"]:
        raise NotCanonical("another leaf than its row says")
    if leaf.payload_hash != certificate.payload_hash(row["payload"]):
        raise NotCanonical("another payload than the leaf says")
    return ()


def _payload(raw: bytes, row: sqlite3.Row) -> tuple[bytes, ...]:
    # Public, and signed through its leaf.
    encoding.decode(raw)
    return ()


def _note(raw: bytes, row: sqlite3.Row) -> tuple[bytes, ...]:
    # Public; whether it fits the log, the audit from outside checks with the log's key.
    try:
        lines = raw.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise NotCanonical("no note") from error
    if len(lines) < 6 or not lines[1].isdigit() or lines[3] or not lines[4].startswith("\u2014 "):
        raise NotCanonical("no note")
    return ()


def _profile(raw: bytes, row: sqlite3.Row) -> tuple[bytes, ...]:
    found = Profile.decode(raw)
    if (found.subject16, found.counter) != (row["subject16"], row["counter"]):
        raise NotCanonical("another profile than its row says")
    return ()


def _picture(raw: bytes, row: sqlite3.Row) -> tuple[bytes, ...]:
    if raw:
        check_picture(raw)
    if (picture_hash(raw) if raw else b"") != Profile.decode(row["profile"]).picture_hash:
        raise NotCanonical("another picture than its profile says")
    return ()


FORMS: Mapping[tuple[str, str], Form] = {
    ("accounts_doors", "slot_sealed"): _slot,
    ("accounts_pages", "page_sealed"): _page,
    ("sheets_sheets", "sheet_sealed"): _sheet,
    ("boxes_slots", "bytes_sealed"): _stored,
    # Before the first commit there is no epoch; staff answer an invitation without a capability.
    ("boxes_boxes", "kid"): _or_zeros,
    ("staff_invitations", "cap_hash"): _or_zeros,
    ("live_tickets", "offer"): _offer,
    ("staff_invitations", "kem_pk"): _kem_pk,
    ("invitations_given", "kem_pk"): _kem_pk,
    ("staff_profiles", "profile"): _profile,
    ("staff_profiles", "picture"): _picture,
    ("translog_leaves", "leaf"): _leaf,
    ("translog_leaves", "payload"): _payload,
    ("translog_checkpoint", "note"): _note,
    ("translog_cosigned", "note"): _note,
    ("keeper_secrets", "secret_raw"): _secret,
}


def form_of(column: Column) -> Form | None:
    """Return how a BLOB is judged; None for one of which nobody has said what it claims to be."""
    known = FORMS.get((column.table, column.name))
    if known is not None:
        return known
    # Its length is checked by the database itself, against the published CHECK.
    is_fixed = bool(_LENGTH.search(column.rules)) or "REFERENCES" in column.rules
    return _drawn if is_fixed else None


def is_known_text(column: Column, value: str) -> bool:
    """Tell whether a text is one of the few that may stand in a column."""
    allowed = _TEXTS.get(column.name)
    return allowed is not None and bool(allowed.fullmatch(value))


def is_blob_size(size: int) -> bool:
    """Tell whether a sealed attachment can have this size: only padded lengths are stored."""
    chunks = -(-size // filestream.SEALED_CHUNK_BYTES)
    padded = size - chunks * STREAM_OVERHEAD_BYTES
    return padded >= MIN_ATTACHMENT_BYTES and filestream.sealed_size(padded) == size


def _drawn(raw: bytes, row: sqlite3.Row) -> tuple[bytes, ...]:
    return (raw,) if raw else ()


def _is_page_size(size: int) -> bool:
    is_within = keyring.MIN_CONTENT_BYTES <= size <= keyring.MAX_CONTENT_BYTES
    return is_within and size & (size - 1) == 0


def _sealed(nonce: object, sealed: object, fits: Callable[[int], bool]) -> bytes:
    if not isinstance(nonce, bytes) or not isinstance(sealed, bytes):
        raise NotCanonical("not sealed")
    if len(nonce) != NONCE_BYTES or not fits(len(sealed) - TAG_BYTES):
        raise BadLength("no size that is stored")
    return nonce + sealed
