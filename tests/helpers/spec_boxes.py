"""What the examples of the spec compute from staff.md on: logs, boxes, attachments, deletion."""

from __future__ import annotations

from collections.abc import Callable

from crypto import (
    acceptance,
    certificate,
    chain,
    checkpoint,
    commit,
    daylist,
    encoding,
    envelope,
    epoch,
    filestream,
    fingerprint,
    invitation,
    kem,
    labels,
    letter,
    merkle,
    ownprofile,
    padding,
    picture,
    primitives,
    profile,
    statement,
)
from crypto.encoding import Value
from crypto.keys import EpochSecret, KemSecret, Share, SignPublic, SignSecret
from crypto.roster import BoxKind, Role, RosterEntry
from e2e_server.keeper.port import share_key
from tests.helpers import script
from tests.helpers.spec_accounts import sha256
from tests.helpers.spec_text import Given
from tests.helpers.vectors import ReplayRand, vectors


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
        texts=(g.text("text_de"), g.text("text_en")),
        status=g.text("status"),
        counter=g.number("counter"),
        picture_hash=picture.picture_hash(g.raw("picture")),
    )
    raw = ownprofile.encode_profile(shown)
    return {
        "profile": raw,
        "signature": ownprofile.sign_profile(SignSecret(g.raw("sign")), raw),
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
        "payload_sha256": sha256(payload),
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
    made, blob = filestream.seal_file(
        g.raw("blob16"), g.raw("plain"), g.text("mime"), g.text("name"), rand
    )
    assert filestream.open_file(made, blob) == g.raw("plain")
    chunk = [number.to_bytes(4, "little") for number in (0, 1)]
    return {
        "ad_0": primitives.hash_(labels.ATTACHMENT, g.raw("blob16"), chunk[0]),
        "ad_1": primitives.hash_(labels.ATTACHMENT, g.raw("blob16"), chunk[1]),
        "blob_bytes": len(blob),
        "blob_sha256": sha256(blob),
        "items": encoding.encode(made.items()),
    }


def _padme(g: Given) -> dict[str, Value]:
    sizes = [encoding.uint(size) for size in g.array("sizes")]
    return {
        "padded": [padding.padme(size) for size in sizes],
        "chunks": [filestream.chunk_count(padding.padme(size)) for size in sizes],
        "stored": [filestream.sealed_size(size) for size in sizes],
    }


def _tomb(g: Given) -> dict[str, Value]:
    minute = -(-g.number("closed_ms") // 60_000)
    return {
        "share_key": share_key(g.raw("box16")),
        "close_minute": minute,
        "purge_minute": minute + 48 * 60,
        "tomb": chain.tomb(g.raw("box16"), g.raw("final_head"), minute),
    }


def _daylist(g: Given) -> dict[str, Value]:
    hours = [encoding.uint(one) for one in g.array("hours")]
    tombs = [encoding.binary(one) for one in g.array("tombs")]
    graves = [daylist.Grave(tomb=t, hour=h) for t, h in zip(tombs, hours, strict=True)]
    raw = daylist.write(graves)
    return {
        "list_sha256": sha256(raw),
        "root": daylist.root(daylist.read(raw, g.number("day"))),
    }


COMPUTED: dict[str, Callable[[Given], dict[str, Value]]] = {
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
    "daylist": _daylist,
}
