"""Every decoder by name: bytes in, the bytes of what was read out. Twin of decoders.mjs.

What is written back is the decoder's own encoding where there is one, and else an array of the
fields. A RemoteError refuses; any other error is a fault of the decoder.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from crypto import (
    certificate,
    credential,
    daylist,
    encoding,
    envelope,
    epoch,
    filetype,
    invitelink,
    keyring,
    letter,
    ownprofile,
    padding,
    picture,
    primitives,
    profile,
    recovery,
    statement,
)
from crypto.attachment import Attachment
from crypto.boxstate import Pin
from crypto.checkpoint import open_checkpoint
from crypto.commit import Commit
from crypto.contact import SignedContact
from crypto.cosignature import cosigned
from crypto.encoding import Value
from crypto.envelope import FORM_STORED, Outer
from crypto.errors import NotCanonical, RemoteError
from crypto.givendraft import GivenDraft
from crypto.grant import Grant
from crypto.keys import EpochSecret, Share, SignSecret
from crypto.letter import TeamSeed, Welcome
from crypto.receipt import Receipt
from crypto.wire import catalogue, codec

Decoder = Callable[[bytes], bytes]
# What a checkpoint is opened under, and an envelope; the samples are made to fit.
ORIGIN, LOG_SECRET = "fuzz.example/log", SignSecret(bytes(range(32)))
WITNESS, WITNESS_SECRET = "fuzz.example/witness", SignSecret(bytes(range(1, 33)))
DAY = 20_833
BOX16, NONCE24 = b"f" * 16, b"n" * 24


@cache
def key() -> epoch.EpochKey:
    """The epoch under which the insides of envelopes are sealed."""
    return epoch.key(EpochSecret(bytes(32)), BOX16, 0, Share(bytes(32)))


def sealed(message: bytes) -> bytes:
    """An envelope around any message, as a member could seal it."""
    fits = len(message) <= padding.MAX_COMMIT_BUCKET_BYTES - 8
    padded = padding.pad(message if fits else b"", padding.MAX_COMMIT_BUCKET_BYTES)
    outer = Outer(form=FORM_STORED, box16=BOX16, kid8=key().kid8, nonce24=NONCE24).to_value()
    inside = primitives.aead_seal(key().message_key, NONCE24, outer, padded)
    return encoding.encode([*outer, inside])


def _again(decode: Callable[[bytes], Any]) -> Decoder:
    return lambda raw: bytes(decode(raw).encode())


def _outer(raw: bytes) -> bytes:
    outer = envelope.parse_outer(raw)
    return encoding.encode([*outer.to_value(), outer.sealed])


def _opened(raw: bytes) -> bytes:
    opened = envelope.open_e1(raw, key())
    wraps: list[Value] = [one.to_value() for one in opened.wraps]
    return encoding.encode([opened.body.to_value(), opened.signature, wraps])


def _statement(raw: bytes) -> bytes:
    """The first byte says of which kind."""
    if not raw:
        raise NotCanonical("no kind")
    return statement.decode(raw[0], raw[1:]).encode()


def _leaf(raw: bytes) -> bytes:
    one = certificate.Leaf.decode(raw)
    who: list[Value] = [one.kind, one.subject16, one.issuer_hash]
    return encoding.encode(
        [*who, one.not_before_ms, one.not_after_ms, one.payload_hash, one.signature]
    )


def _checkpoint(raw: bytes) -> bytes:
    found = open_checkpoint(raw, ORIGIN, primitives.sign_public(LOG_SECRET))
    return encoding.encode([found.size, found.root])


def _cosigned(raw: bytes) -> bytes:
    times = cosigned(raw, [(WITNESS, primitives.sign_public(WITNESS_SECRET))])
    return encoding.encode([[key, time_s] for key, time_s in times.items()])


def _day_list(raw: bytes) -> bytes:
    return daylist.root(daylist.read(raw, DAY))


def _letter(raw: bytes) -> bytes:
    return encoding.encode(list(letter.parse_letter(raw)))


def _typed(read: Callable[[str], Any]) -> Decoder:
    def decode(raw: bytes) -> bytes:
        try:
            typed = raw.decode()
        except UnicodeDecodeError as error:
            raise NotCanonical("no text") from error
        return read(typed).encode()  # type: ignore[no-any-return]

    return decode


def _invitation(typed: str) -> str:
    found = invitelink.read(typed)
    return f"{found.secret.hex()} {found.expires_hour} {found.replaces.hex()}"


def _filetype(raw: bytes) -> bytes:
    return filetype.judge(raw).name.encode()


def _picture(raw: bytes) -> bytes:
    return picture.plain(raw)


def _contents() -> dict[str, Decoder]:
    kinds = {one.__name__: one for one in catalogue.contents()}

    def decoder(kind: Any) -> Decoder:
        return lambda raw: codec.encode(codec.decode(kind, raw))

    return {f"content {name}": decoder(kind) for name, kind in kinds.items()}


def _replies() -> dict[str, Decoder]:
    def decoder(kind: Any) -> Decoder:
        def decode(raw: bytes) -> bytes:
            frame = codec.decode_from_relay(raw, catalogue.events())
            if not isinstance(frame, codec.ReplyFrame):
                raise NotCanonical("no reply")
            return codec.encode_reply(frame.request, codec.from_value(kind, frame.fields))

        return decode

    return {
        f"reply {name}": decoder(command.META.reply)
        for name, command in catalogue.commands().items()
    }


def _event(raw: bytes) -> bytes:
    frame = codec.decode_from_relay(raw, catalogue.events())
    if not isinstance(frame, codec.EventFrame) or frame.event is None:
        raise NotCanonical("no event")
    return codec.encode_event(frame.event)


def _slot(raw: bytes) -> bytes:
    return credential.encode_slot(credential.decode_slot(raw))


@cache
def decoders() -> dict[str, Decoder]:
    """Return all of them."""
    return {
        "encoding": lambda raw: encoding.encode(encoding.decode(raw)),
        "outer": _outer,
        "opened": _opened,
        "commit": _again(Commit.decode),
        "pin": _again(Pin.decode),
        "letter": _letter,
        "welcome": _again(Welcome.decode),
        "grant": _again(Grant.decode),
        "team seed": _again(TeamSeed.decode),
        "receipt": _again(Receipt.decode),
        "given draft": _again(GivenDraft.decode),
        "contact": _again(SignedContact.decode),
        "statement": _statement,
        "leaf": _leaf,
        "checkpoint": _checkpoint,
        "cosignatures": _cosigned,
        "day list": _day_list,
        "keyring": lambda raw: keyring.encode_content(keyring.decode_content(raw)),
        "slot": _slot,
        "profile": lambda raw: ownprofile.encode_profile(profile.Profile.decode(raw)),
        "attachment": lambda raw: encoding.encode(
            Attachment.from_items(encoding.decode(raw)).items()
        ),
        "padding": lambda raw: padding.unpad(raw, padding.MAX_BUCKET_BYTES),
        "invitation": _typed(_invitation),
        "recovery code": _typed(recovery.read_code),
        "filetype": _filetype,
        "picture": _picture,
        "event": _event,
        **_contents(),
        **_replies(),
    }


def answer(name: str, raw: bytes) -> str:
    """Return what was read, in hex, or "refused"; "fault" and why for any other error."""
    try:
        return decoders()[name](raw).hex()
    except RemoteError:
        return "refused"
    except Exception as error:
        return f"fault {type(error).__name__}"
