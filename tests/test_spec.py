"""The spec says what the code does: its examples, numbers, lists and map are recomputed here.

Four kinds of checked text stand in docs/spec (docs/spec/README.md explains them):

    ```example name      `key: value` lines are given, `= key: value` lines are recomputed
    ```codes module.Enum the values of a closed set, in the order of the code
    | `module.NAME` | 7 | a limit or a number of the wire
    **K1** ...           a numbered step; each number exists once
"""

from __future__ import annotations

import hashlib
import importlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, cast

import pytest

from crypto import (
    acceptance,
    account,
    attachment,
    certificate,
    chain,
    checkpoint,
    commit,
    credential,
    encoding,
    envelope,
    epoch,
    fingerprint,
    invitation,
    kem,
    keyring,
    labels,
    letter,
    merkle,
    oprf,
    padding,
    passphrase,
    primitives,
    profile,
    resume,
    stamp,
    statement,
)
from crypto.encoding import Value
from crypto.entry import entry_of
from crypto.keys import (
    AccountSecret,
    CapSecret,
    EpochSecret,
    KemSecret,
    ResumeSecret,
    Share,
    SignPublic,
    SignSecret,
)
from crypto.roster import BoxKind, Role, RosterEntry
from e2e_server.features.accounts.doors import Doors
from e2e_server.keeper.port import share_key
from tests.helpers import script
from tests.helpers.vectors import ReplayRand, vectors

ROOT = Path(__file__).parents[1]
SPEC = ROOT / "docs/spec"
FILES = (
    "README.md",
    "notation.md",
    "accounts.md",
    "staff.md",
    "conversations.md",
    "transcript.md",
    "attachments.md",
    "deletion.md",
)
# A change to an input must show in the outputs; these only name what is to be done.
_UNCHANGED = frozenset({"label", "language", "command", "case"})

_TOKEN = re.compile(r'\s*([\[\],]|#\d+|"(?:[^"\\]|\\.)*"|[0-9a-f]+|-)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One ```example block."""

    file: str
    name: str
    given: dict[str, Value]
    stated: dict[str, Value]


class Given:
    """The inputs of an example by key and type; every one of them must be used."""

    def __init__(self, values: dict[str, Value]) -> None:
        self._values = values
        self.used: set[str] = set()

    def value(self, key: str) -> Value:
        self.used.add(key)
        return self._values[key]

    def raw(self, key: str) -> bytes:
        return encoding.binary(self.value(key))

    def number(self, key: str) -> int:
        return encoding.uint(self.value(key))

    def text(self, key: str) -> str:
        return encoding.text(self.value(key), 1000)

    def array(self, key: str) -> list[Value]:
        return encoding.array(self.value(key))


def parse_value(source: str) -> Value:
    """Read `#7`, `"text"`, hex, `-` for no bytes, or `[a, b]`."""
    tokens = _TOKEN.findall(source)
    assert re.sub(r"\s", "", "".join(tokens)) == re.sub(r"\s", "", source), source
    value, rest = _value(tokens)
    assert not rest, source
    return value


def _value(tokens: list[str]) -> tuple[Value, list[str]]:
    first, rest = tokens[0], tokens[1:]
    if first == "[":
        items: list[Value] = []
        while rest[0] != "]":
            rest = rest[1:] if rest[0] == "," else rest
            item, rest = _value(rest)
            items.append(item)
        return items, rest[1:]
    if first.startswith("#"):
        return int(first[1:]), rest
    if first.startswith('"'):
        return cast("str", json.loads(first)), rest
    return b"" if first == "-" else bytes.fromhex(first), rest


def blocks(kind: str) -> list[tuple[str, str, str]]:
    """Return (file, name, body) of every fenced block of this kind."""
    pattern = re.compile(rf"^```{kind} (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [
        (file, name, body)
        for file in FILES
        for name, body in pattern.findall((SPEC / file).read_text(encoding="utf-8"))
    ]


def examples() -> list[Example]:
    """Read every example; a line that begins with two spaces continues the one before."""
    found = []
    for file, name, body in blocks("example"):
        sides: tuple[dict[str, Value], dict[str, Value]] = ({}, {})
        for line in body.replace("\n  ", "").splitlines():
            key, value = line.removeprefix("= ").split(": ", 1)
            sides[line.startswith("= ")][key] = parse_value(value)
        found.append(Example(file=file, name=name, given=sides[0], stated=sides[1]))
    return found


# --- what each example computes -----------------------------------------------------------------


def _sha256(raw: bytes) -> bytes:
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
        "public_sha256": _sha256(kem.public(secret).raw),
        "message": kem.open_(secret, g.value("context"), g.raw("sealed")),
    }


def _padding(g: Given) -> dict[str, Value]:
    padded = padding.pad(g.raw("message"))
    assert padding.unpad(padded) == g.raw("message")
    return {
        "padded_bytes": len(padded),
        "marker": padded[len(g.raw("message")) :][:2],
        "buckets": [padding.bucket(encoding.uint(size)) for size in g.array("sizes")],
    }


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


def _door(g: Given) -> dict[str, Value]:
    """Both ways: by the client's machine, and by the formulas of the text."""
    secret = g.text("passphrase").encode()
    door_id = account.login_id(g.text("pseudonym"), g.raw("deployment_id"))
    begun = account.start(door_id, secret, ReplayRand(g.raw("rand")))
    beta = oprf.evaluate(oprf.scalar_from(g.raw("keeper_wide")), begun.alpha)
    ams = AccountSecret(g.raw("ams"))
    door = account.new_door(begun, beta, ams, ReplayRand(g.raw("slot_nonce")))
    opened = account.open_slot(
        account.start(door_id, secret, ReplayRand(g.raw("rand"))), beta, door.slot
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
        "sign_in": account.finish_signature(opened, g.raw("deployment_id"), g.raw("challenge")),
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
    doors = Doors(g.raw("pepper"))
    decoy = doors.decoy(g.raw("id"))
    return {
        "door": doors.key(g.raw("id")),
        "generation": doors.generation(g.raw("keeper_token")),
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
        "page_sha256": _sha256(sealed),
    }


def _resume(g: Given) -> dict[str, Value]:
    secret = ResumeSecret(g.raw("r"))
    memory = resume.Memory(
        ams=AccountSecret(g.raw("ams")), entry=entry_of(g.value("entry")), draft=g.text("draft")
    )
    sealed = resume.seal_resume(secret, memory, ReplayRand(g.raw("nonce")))
    assert resume.open_resume(secret, sealed) == memory
    return {"id": credential.resume_id(secret), "sealed": sealed}


def _org(g: Given) -> dict[str, Value]:
    root, standby = SignSecret(g.raw("root")), SignSecret(g.raw("standby"))
    org = statement.Org(
        root_pk=primitives.sign_public(root),
        standby_pk=primitives.sign_public(standby),
        deployment_id=g.raw("deployment_id"),
        language="de",
    )
    leaf = certificate.make_leaf(root, org.deployment_id, org, g.number("not_before_ms"), 0)
    return {
        "payload": org.encode(),
        "leaf": leaf,
        "leaf_hash": certificate.leaf_hash(leaf),
        "fingerprint": certificate.fingerprint(org.root_pk, org.standby_pk),
        "words": list(fingerprint.organisation_words(org.root_pk, org.standby_pk, "de")),
    }


def _counsellor(g: Given) -> dict[str, Value]:
    sign_pk = primitives.sign_public(SignSecret(g.raw("sign")))
    kem_pk = kem.public(KemSecret(g.raw("kem")))
    staff = statement.Staff(
        deployment_id=g.raw("deployment_id"),
        role=statement.Role.COUNSELLOR,
        sign_pk=sign_pk,
        kem_pk=kem_pk,
    )
    before_ms, after_ms = g.number("not_before_ms"), g.number("not_after_ms")
    admin, subject16 = SignSecret(g.raw("admin")), g.raw("subject16")
    leaf = certificate.make_leaf(admin, subject16, staff, before_ms, after_ms)
    team = statement.Team(team16=g.raw("team16"), epoch=1, kem_pk=kem_pk, members=(subject16,))
    return {
        "payload_hash": certificate.payload_hash(staff.encode()),
        "leaf": leaf,
        "certificate_hash": certificate.leaf_hash(leaf),
        "words": list(fingerprint.person_words(sign_pk, kem_pk, "de")),
        "team_payload_hash": certificate.payload_hash(team.encode()),
    }


def _log(g: Given) -> dict[str, Value]:
    tree = merkle.Tree()
    for leaf in g.array("leaves"):
        tree.append(encoding.binary(leaf))
    secret = SignSecret(g.raw("log_key"))
    stated = checkpoint.Checkpoint(origin=g.text("origin"), size=tree.size, root=tree.root())
    note = checkpoint.sign_checkpoint(secret, stated)
    public = primitives.sign_public(secret)
    assert checkpoint.open_checkpoint(note, stated.origin, public) == stated
    return {"root": tree.root(), "note": note.decode()}


def _accept(g: Given) -> dict[str, Value]:
    seeker = acceptance.seeker_key_hash(SignPublic(g.raw("seeker_pk")))
    signature = acceptance.sign_accept(
        SignSecret(g.raw("sign")),
        g.raw("ticket16"),
        seeker,
        g.number("log_size"),
        g.raw("log_root"),
        g.number("expires_ms"),
    )
    return {"seeker_key_hash": seeker, "signature": signature}


def _profile(g: Given) -> dict[str, Value]:
    shown = profile.Profile(
        subject16=g.raw("subject16"),
        name=g.text("name"),
        languages=("de",),
        text=g.text("text"),
        counter=g.number("counter"),
    )
    raw = shown.encode()
    return {
        "profile": raw,
        "signature": profile.sign_profile(SignSecret(g.raw("sign")), raw),
    }


def _invitation(g: Given) -> dict[str, Value]:
    sign_pk = primitives.sign_public(SignSecret(g.raw("sign")))
    kem_pk = kem.public(KemSecret(g.raw("kem")))
    mac = invitation.join_mac(g.raw("secret"), sign_pk, kem_pk, g.raw("cap_hash"))
    spoken = invitation.secret_from_words(g.text("words"), g.raw("deployment_id"))
    return {"join_id": invitation.join_id(g.raw("secret")), "mac": mac, "spoken_secret": spoken}


def _chain(g: Given) -> dict[str, Value]:
    head = chain.start(g.raw("box16"))
    named = chain.env_id(g.raw("envelope"))
    return {"chain_0": head, "env_id": named, "chain_1": chain.extend(head, named)}


def _epoch(g: Given) -> dict[str, Value]:
    es, share = EpochSecret(g.raw("es")), Share(g.raw("share"))
    box16, number = g.raw("box16"), g.number("epoch")
    key = epoch.key(es, box16, number, share)
    context = box16 + number.to_bytes(4, "little") + share.raw
    return {
        "es_hash": epoch.es_hash(box16, es),
        "share_hash": epoch.share_hash(box16, share),
        "kid8": key.kid8,
        "epoch_key": primitives.kdf(es.raw, labels.EPOCH, context),
        "message_key": key.message_key,
    }


def _envelope(g: Given, form: int) -> dict[str, Value]:
    key = epoch.key(EpochSecret(g.raw("es")), g.raw("box16"), 0, Share(g.raw("share")))
    body = envelope.Body.from_value(g.value("body"))
    secret, rand = SignSecret(g.raw("sign")), ReplayRand(g.raw("nonce"))
    if form == envelope.FORM_STORED:
        raw = envelope.seal_e1(key, secret, body, rand=rand)
    else:
        raw = envelope.seal_e3(key, secret, body, rand)
    read = envelope.open_e1 if form == envelope.FORM_STORED else envelope.open_e3
    opened = read(raw, key)
    envelope.verify(opened, primitives.sign_public(secret))
    return {"outer": encoding.encode(opened.outer.to_value()), "sig": opened.signature, "raw": raw}


def _letter(g: Given) -> dict[str, Value]:
    secret = KemSecret(g.raw("kem"))
    opened = letter.open_letter(g.raw("raw"), secret)
    return {"inbox16": letter.inbox16(kem.public(secret)), "letter": opened.to_value()}


def _commit0(g: Given) -> dict[str, Value]:
    roster = [
        RosterEntry(
            sidx=sidx,
            role=role,
            sign_pk=primitives.sign_public(SignSecret(g.raw(f"{who}_sign"))),
            kem_pk=kem.public(KemSecret(g.raw(f"{who}_kem"))),
            certificate_hash=certificate_hash,
        )
        for sidx, who, role, certificate_hash in (
            (1, "seeker", Role.SEEKER, bytes(32)),
            (2, "counsellor", Role.COUNSELLOR, g.raw("certificate_hash")),
        )
    ]
    es, share = EpochSecret(g.raw("es")), Share(g.raw("share"))
    made = commit.make_commit0(g.raw("box16"), BoxKind.CASE, roster, es, share)
    payload = made.encode()
    return {
        "payload_bytes": len(payload),
        "payload_sha256": _sha256(payload),
        "wraps_hash": made.wraps_hash,
        "epoch_hash": commit.epoch_hash(payload),
    }


def _wrap(g: Given) -> dict[str, Value]:
    wrap = envelope.Wrap(sidx=g.number("sidx"), sealed=g.raw("sealed"))
    es = commit.open_wrap(wrap, g.raw("box16"), g.number("epoch"), KemSecret(g.raw("kem")))
    return {
        "context": encoding.encode(["es", g.raw("box16"), g.number("epoch"), g.number("sidx")]),
        "es": es.raw,
        "es_hash": epoch.es_hash(g.raw("box16"), es),
    }


def _continues(g: Given) -> dict[str, Value]:
    new_pk = SignPublic(g.raw("new_sign_pk"))
    made = letter.make_continuity(
        SignSecret(g.raw("old_sign")), g.raw("old_box16"), g.raw("new_box16"), new_pk
    )
    return {"continuity": made.encode()}


def _transcript(g: Given) -> dict[str, Value]:
    case = next(one for one in vectors("transcript", "script") if one.name == g.text("case"))
    ran = script.run(case.given, vectors("transcript", "staff")[0].given["staff"])
    answers = [one for one in ran["answers"] if isinstance(one, dict)]
    return {
        "verdicts": [str(one["verdict"] or one["need"][0]) for one in answers],
        "findings": [[str(found) for found in one["findings"]] for one in answers],
        "head_n": ran["number"],
        "head": ran["head"],
    }


def _attachment(g: Given) -> dict[str, Value]:
    rand = ReplayRand(g.raw("key") + g.raw("header"))
    made, blob = attachment.seal_file(
        g.raw("blob16"), g.raw("plain"), g.text("mime"), g.text("name"), rand
    )
    assert attachment.open_file(made, blob) == g.raw("plain")
    chunk = [number.to_bytes(4, "little") for number in (0, 1)]
    return {
        "ad_0": primitives.hash_(labels.ATTACHMENT, g.raw("blob16"), chunk[0]),
        "ad_1": primitives.hash_(labels.ATTACHMENT, g.raw("blob16"), chunk[1]),
        "blob_bytes": len(blob),
        "blob_sha256": _sha256(blob),
        "items": encoding.encode(made.items()),
    }


def _padme(g: Given) -> dict[str, Value]:
    sizes = [encoding.uint(size) for size in g.array("sizes")]
    return {
        "padded": [padding.padme(size) for size in sizes],
        "chunks": [attachment.chunk_count(padding.padme(size)) for size in sizes],
        "stored": [attachment.sealed_size(size) for size in sizes],
    }


def _tomb(g: Given) -> dict[str, Value]:
    minute = -(-g.number("closed_ms") // 60_000)
    return {
        "share_key": share_key(g.raw("box16")),
        "close_minute": minute,
        "purge_minute": minute + 48 * 60,
        "tomb": chain.tomb(g.raw("box16"), g.raw("final_head"), minute),
    }


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
    "door": _door,
    "door-change": _door_change,
    "names": _names,
    "derived": _derived,
    "page": _page,
    "resume": _resume,
    "org": _org,
    "counsellor": _counsellor,
    "log": _log,
    "accept": _accept,
    "profile": _profile,
    "invitation": _invitation,
    "chain": _chain,
    "epoch": _epoch,
    "e1": lambda g: _envelope(g, envelope.FORM_STORED),
    "e2": _letter,
    "e3": lambda g: _envelope(g, envelope.FORM_FLEETING),
    "commit0": _commit0,
    "wrap": _wrap,
    "continues": _continues,
    "honest": _transcript,
    "dropped": _transcript,
    "several": _transcript,
    "withheld": _transcript,
    "attachment": _attachment,
    "padme": _padme,
    "tomb": _tomb,
}

# Each costs Argon2id at full price, so a changed byte is tried on the cheap ones only.
_SLOW = frozenset({"door", "invitation"})


def _recomputed(name: str, given: dict[str, Value]) -> dict[str, Value]:
    reader = Given(given)
    found = COMPUTED[name](reader)
    assert reader.used == set(given), "an input of the example is not used"
    return found


# --- examples -------------------------------------------------------------------------------------


def test_every_computation_has_its_one_example() -> None:
    assert sorted(one.name for one in examples()) == sorted(COMPUTED)


@pytest.mark.parametrize("example", examples(), ids=lambda one: one.name)
def test_an_example_states_what_the_code_computes(example: Example) -> None:
    assert _recomputed(example.name, example.given) == example.stated


def _changed(value: Value) -> Value | None:
    """Change one bit of the first byte string or number inside; None where there is none."""
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:] if value else None
    if isinstance(value, int):
        return value ^ 1
    if isinstance(value, str):
        return None
    for at, item in enumerate(value):
        changed = _changed(item)
        if changed is not None:
            return [*value[:at], changed, *value[at + 1 :]]
    return None


@pytest.mark.parametrize(
    "example", [one for one in examples() if one.name not in _SLOW], ids=lambda one: one.name
)
def test_a_changed_input_changes_what_is_computed(example: Example) -> None:
    for key, value in example.given.items():
        changed = _changed(value)
        if changed is None or key in _UNCHANGED:
            continue
        try:
            found = _recomputed(example.name, {**example.given, key: changed})
        except Exception:  # noqa: S112  # a refusal is a difference too
            continue
        assert found != example.stated, f"{example.name}: {key} has no effect"


# --- numbers, lists, steps, map ----------------------------------------------------------------------


def _named(path: str) -> Any:
    """Find `module.NAME` or `module.Enum.MEMBER` of crypto, also of its wire package."""
    module, *names = path.split(".")
    package = f"crypto.{module}" if module != "wire" else f"crypto.wire.{names.pop(0)}"
    found: Any = importlib.import_module(package)
    for name in names:
        found = getattr(found, name)
    return found


def _rows() -> list[tuple[str, str]]:
    row = re.compile(r"^\| `([a-z0-9_]+(?:\.\w+)+)` \| ([0-9][0-9,]*) \|", re.MULTILINE)
    texts = [(SPEC / file).read_text(encoding="utf-8") for file in FILES]
    return [found for text in texts for found in row.findall(text)]


@pytest.mark.parametrize(("path", "stated"), _rows(), ids=[path for path, _ in _rows()])
def test_a_number_in_a_table_is_the_number_in_the_code(path: str, stated: str) -> None:
    assert int(_named(path)) == int(stated.replace(",", ""))


@pytest.mark.parametrize("block", blocks("codes"), ids=lambda one: one[1])
def test_a_list_of_codes_is_the_list_in_the_code(block: tuple[str, str, str]) -> None:
    _, path, body = block
    found = _named(path)
    assert isinstance(found, type) and issubclass(found, Enum)
    assert body.split() == [str(one.value) for one in found]


def test_every_step_has_a_number_of_its_own() -> None:
    step = re.compile(r"^\*\*([A-Z][0-9]*(?:\.?[0-9]+))\*\*", re.MULTILINE)
    steps = [n for file in FILES for n in step.findall((SPEC / file).read_text(encoding="utf-8"))]
    assert len(steps) > 100
    assert len(steps) == len(set(steps)), sorted(n for n in steps if steps.count(n) > 1)
    known = set(steps)
    for file in FILES:
        cited = re.findall(r"\bsteps? ([A-Z][0-9]+(?:\.[0-9]+)?)", (SPEC / file).read_text("utf-8"))
        assert set(cited) <= known, file


def test_the_map_names_every_module_and_only_files_that_exist() -> None:
    text = (SPEC / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:crypto|web/js|tests|docs)/[\w/.-]+\.\w+)`", text))
    missing = sorted(name for name in named if not (ROOT / name).exists())
    assert not missing
    modules = {f"crypto/{path.name}" for path in (ROOT / "crypto").glob("[a-z]*.py")}
    assert modules - named == set()
