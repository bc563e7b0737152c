"""What the examples of docs/spec/notation.md and accounts.md compute."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from crypto import (
    account,
    credential,
    doors,
    encoding,
    fingerprint,
    kem,
    keyring,
    labels,
    oprf,
    padding,
    passphrase,
    primitives,
    recovery,
    resume,
    stamp,
)
from crypto.encoding import Value
from crypto.entry import entry_of
from crypto.keys import AccountSecret, KemSecret, ResumeSecret, SignPublic, SignSecret
from e2e_server.features.accounts.doors import Doors
from tests.helpers.spec_text import Given
from tests.helpers.vectors import ReplayRand


def sha256(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()


def _label(name: str) -> labels.Label:
    return next(one for one in labels.ALL if one.name == name)


def _encoding(g: Given) -> dict[str, Value]:
    return {"encoded": encoding.encode(g.value("value"))}


def _hash(g: Given) -> dict[str, Value]:
    label, parts = _label(g.text("label")), g.array("parts")
    return {
        "label_bytes": label.raw,
        "hash": primitives.hash_(label, *parts),
        "hash64": primitives.hash64(label, *parts),
    }


def _kdf(g: Given) -> dict[str, Value]:
    label = _label(g.text("label"))
    return {
        "derived": primitives.kdf(g.raw("key"), label, g.value("context")),
        "derived_8": primitives.kdf(g.raw("key"), label, g.value("context"), 8),
    }


def _aead(g: Given) -> dict[str, Value]:
    sealed = primitives.aead_seal(g.raw("key"), g.raw("nonce"), g.value("ad"), g.raw("message"))
    return {"sealed": sealed}


def _sig(g: Given) -> dict[str, Value]:
    secret = SignSecret(g.raw("seed"))
    label = _label(g.text("label"))
    return {
        "public": primitives.sign_public(secret).raw,
        "signature_two_parts": primitives.sign(secret, label, *g.array("parts")),
        "signature_one_part": primitives.sign(secret, label, g.array("parts")),
    }


def _seal(g: Given) -> dict[str, Value]:
    secret = KemSecret(g.raw("seed"))
    return {
        "public_sha256": sha256(kem.public(secret).raw),
        "message": kem.open_(secret, g.value("context"), g.raw("sealed")),
    }


def _padding(g: Given) -> dict[str, Value]:
    padded = padding.pad(g.raw("message"))
    assert padding.unpad(padded) == g.raw("message")
    buckets = [padding.bucket(encoding.uint(size)) for size in g.array("sizes")]
    return {"padded": padded, "buckets": buckets}


def _words(g: Given) -> dict[str, Value]:
    return {"words": list(fingerprint.words(g.raw("hash"), 8, "de" if g.number("de") else "en"))}


def _stamp(g: Given) -> dict[str, Value]:
    x = stamp.make(g.raw("challenge"), g.text("command"), g.number("difficulty"))
    raw = g.text("command").encode()
    return {"x": x, "hash": primitives.hash_(labels.STAMP, g.raw("challenge"), raw, x)}


def _normalised(g: Given) -> dict[str, Value]:
    return {
        "name": passphrase.normalise_pseudonym(g.text("typed_name")),
        "phrase": passphrase.normalise(g.text("typed_phrase")),
        "generated": passphrase.generate("de", ReplayRand(g.raw("rand"))),
    }


def _recovery(g: Given) -> dict[str, Value]:
    code = recovery.new_code(ReplayRand(g.raw("rand")))
    written = recovery.written(code)
    typed = " ".join(written.lower().replace("0", "o").replace("1", "l").split("-"))
    return {
        "code": code,
        "written": written,
        "typed": typed,
        "read": recovery.read_code(typed),
        "door_id": recovery.door_id(code),
    }


def _door(g: Given) -> dict[str, Value]:
    """Both ways: by the client's machine, and by the formulas of the text."""
    secret = g.text("passphrase").encode()
    door_id = doors.login_id(g.text("pseudonym"), g.raw("deployment_id"))
    begun = doors.start(door_id, secret, ReplayRand(g.raw("rand")))
    beta = oprf.evaluate(oprf.scalar_from(g.raw("keeper_wide")), begun.alpha)
    ams = AccountSecret(g.raw("ams"))
    door = doors.new_door(begun, beta, ams, ReplayRand(g.raw("slot_nonce")))
    opened = doors.open_slot(
        doors.start(door_id, secret, ReplayRand(g.raw("rand"))), beta, door.slot
    )
    assert opened.ams == ams
    message = primitives.hash_(labels.PASSWORD, door_id, secret)
    rw = oprf.finalize(message, oprf.scalar_from(g.raw("rand")), beta)
    salt = primitives.hash_(labels.SALT, door_id)[:16]
    root = primitives.hash64(labels.ROOT, rw, primitives.argon2id(rw, salt, 3, 64 * 1024 * 1024))
    kek = primitives.kdf(root, labels.KEK)
    return {
        "id": door_id,
        "message": message,
        "alpha": begun.alpha,
        "beta": beta,
        "rw": rw,
        "root": root,
        "auth_pk": door.auth_public.raw,
        "kek_commit": primitives.kdf(kek, labels.KEK_COMMIT, door_id),
        "slot": door.slot,
        "sign_in": doors.finish_signature(opened, g.raw("deployment_id"), g.raw("challenge")),
    }


def _door_change(g: Given) -> dict[str, Value]:
    change = credential.DoorChange(
        deployment_id=g.raw("deployment_id"),
        old_door_id=g.raw("old_id"),
        new_door_id=g.raw("new_id"),
        keeper_token=g.raw("keeper_token"),
        auth_public=SignPublic(g.raw("new_auth_pk")),
        slot=g.raw("slot"),
    )
    return {"signature": credential.sign_door(SignSecret(g.raw("old_auth")), change)}


def _names(g: Given) -> dict[str, Value]:
    names = Doors(g.raw("pepper"))
    decoy = names.decoy(g.raw("id"))
    return {
        "door": names.key(g.raw("id")),
        "generation": names.generation(g.raw("keeper_token")),
        "decoy_slot": decoy.slot,
        "decoy_auth_pk": decoy.auth_pk.raw,
        "token_hash": credential.token_hash(g.raw("token")),
    }


def _derived(g: Given) -> dict[str, Value]:
    ams, context = AccountSecret(g.raw("ams")), g.raw("key_context")
    keys = account.conversation(ams, context)
    staff = account.staff_sign(ams)
    return {
        "staff_sign": staff.raw,
        "staff_kem": account.staff_kem(ams).raw,
        "handle": account.handle(ams),
        "cap": keys.cap.raw,
        "cap_hash": credential.cap_hash(keys.cap),
        "ticket_cap": keys.ticket_cap.raw,
        "sign": keys.sign.raw,
        "kem": keys.kem.raw,
        "staff_signature": credential.sign_staff(staff, g.raw("challenge"), g.raw("subject16")),
    }


def _page(g: Given) -> dict[str, Value]:
    ams = AccountSecret(g.raw("ams"))
    entry = entry_of(g.value("entry"))
    content = keyring.PageContent(pseudonym=g.text("pseudonym"), entries=(entry,))
    version, rand = g.number("version"), ReplayRand(g.raw("nonce"))
    sealed = keyring.seal_page(ams, 0, version, content, keyring.SEEKER_PAGES, rand)
    assert keyring.open_page(ams, 0, sealed, keyring.SEEKER_PAGES).content == content
    return {
        "place_of_16": keyring.page_of(ams, entry.box16, keyring.STAFF_PAGES),
        "content": keyring.encode_content(content),
        "page_bytes": len(sealed),
        "page_head": sealed[:32],
        "page_sha256": sha256(sealed),
    }


def _resume(g: Given) -> dict[str, Value]:
    secret = ResumeSecret(g.raw("r"))
    memory = resume.Memory(
        ams=AccountSecret(g.raw("ams")), entry=entry_of(g.value("entry")), draft=g.text("draft")
    )
    sealed = resume.seal_resume(secret, memory, ReplayRand(g.raw("nonce")))
    assert resume.open_resume(secret, sealed) == memory
    return {"id": credential.resume_id(secret), "sealed": sealed}


COMPUTED: dict[str, Callable[[Given], dict[str, Value]]] = {
    "encoding": _encoding,
    "hash": _hash,
    "kdf": _kdf,
    "aead": _aead,
    "sig": _sig,
    "seal": _seal,
    "padding": _padding,
    "words": _words,
    "stamp": _stamp,
    "normalised": _normalised,
    "recovery": _recovery,
    "door": _door,
    "door-change": _door_change,
    "names": _names,
    "derived": _derived,
    "page": _page,
    "resume": _resume,
}
