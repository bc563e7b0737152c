"""Every domain-separation label, with the spec section that uses it.

A label stands for one use; on the wire it is ASCII `va1/` + its name. Functions take the label
object, so a new use needs a line here and reuse is visible. `SIG_*` are the labels of signatures:
"sig/" stands before the name (section 2).
"""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "va1/"


@dataclass(frozen=True, slots=True)
class Label:
    """One use of a hash, key derivation or signature."""

    name: str
    section: str

    @property
    def raw(self) -> bytes:
        """Length byte and ASCII name, as it enters every hash."""
        name = (PREFIX + self.name).encode("ascii")
        return bytes([len(name)]) + name


# 2 Notation
KEM_WRAP = Label("kem-wrap", "2")
KEM_CTX = Label("kem-ctx", "2")

# 3 Accounts
DEPLOYMENT = Label("dep", "3")
PASSWORD = Label("pw", "3")
DOOR = Label("door", "3")
GENERATION = Label("generation", "3")
ROOT = Label("root", "3")
SALT = Label("salt", "3")
AUTH = Label("auth", "3")
KEK = Label("kek", "3")
KEK_ENC = Label("enc", "3")
KEK_COMMIT = Label("commit", "3")
SLOT = Label("slot", "3")
SLOT_SENT = Label("slot-sent", "3")
DECOY_SLOT = Label("decoy-slot", "3")
DECOY_SCALAR = Label("decoy-scalar", "3")
STAMP = Label("stamp", "3")
STAMP_CHALLENGE = Label("stamp-challenge", "3")
KEYRING = Label("keyring", "3")
PAGE = Label("page", "3")
ES_HASH = Label("es", "3")
RESUME_ID = Label("resume-id", "3")
RESUME = Label("resume", "3")
CONVERSATION = Label("conv", "3")
REJOIN = Label("rejoin", "3")
CAP = Label("cap", "3")
SIGN = Label("sign", "3")
KEM = Label("kem", "3")
STAFF_SIGN = Label("staff-sign", "3")
STAFF_KEM = Label("staff-kem", "3")
HANDLE = Label("handle", "3")
TOKEN = Label("token", "3")
REC_ID = Label("rec-id", "3")
REC_CHECK = Label("rec-check", "3")
# Only in the relay's memory: counts under a salt that changes (section 7).
LIMIT = Label("limit", "7")

# 4 Staff identity
ORG = Label("org", "4")
KEY = Label("key", "4")
PAYLOAD = Label("payload", "4")
LEAF = Label("leaf", "4")
PERSON = Label("person", "4")
INVITE = Label("invite", "4")
INVITE_CHECK = Label("invite-check", "4")
JOIN_MAC = Label("join-mac", "4")
JOIN_ID = Label("join-id", "4")
PICTURE = Label("picture", "4")
JOIN_WELCOME = Label("join-welcome", "4")
JOIN_NAME = Label("join-name", "4")

# 5 Conversations
INBOX = Label("inbox", "5")
KID = Label("kid", "5")
EPOCH = Label("epoch", "5")
MSG = Label("msg", "5")
ENV = Label("env", "5")
BOX = Label("box", "5")
CHAIN = Label("chain", "5")
SHARE = Label("share", "5")
WRAPS = Label("wraps", "5")
COMMIT = Label("commit", "5")
TICKET = Label("ticket", "5")
SHEET = Label("sheet", "5")
SHEET_HASH = Label("sheet-hash", "5")
SHEET_PIN = Label("sheet-pin", "5")

# 6 Attachments
ATTACHMENT = Label("att", "6")

# 1, 7, 8 Keeper and deletion
SHARE_OF = Label("share-of", "7")
TOMB = Label("tomb", "8")

SIG_SIGN_IN = Label("sig/sign-in", "3")
SIG_STAFF = Label("sig/staff", "3")
SIG_DOOR = Label("sig/door", "3")
SIG_DELETE = Label("sig/delete", "3")
SIG_LEAF = Label("sig/leaf", "4")
SIG_PROFILE = Label("sig/profile", "4")
SIG_MSG = Label("sig/msg", "5")
SIG_LETTER = Label("sig/letter", "5")
SIG_ACCEPT = Label("sig/accept", "5")
SIG_CONTINUES = Label("sig/continues", "5")
SIG_SHEET = Label("sig/sheet", "5")
SIG_CONTACT = Label("sig/contact", "5")

ALL: tuple[Label, ...] = tuple(v for v in list(globals().values()) if isinstance(v, Label))
