"""Scripted readings of a box, as `tests/vectors/transcript.json` holds them: steps and answers.

A script says how reading begins (`start`, `join`, `resume`), then what happens step by step. One
interpreter runs it for the generator and for the tests; its twin is tests/js/helpers/script.js.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crypto import chain, letter, reading
from crypto import grant as granting
from crypto.boxstate import Pin
from crypto.certificate import Certificate, TeamStatement
from crypto.errors import LocalError
from crypto.keys import EpochSecret, KemPublic, KemSecret, Share, SignPublic
from crypto.statement import Role, Team
from crypto.transcript import Transcript
from crypto.verdict import Message, NeedKind, Notice, Taken
from tests.helpers.box import FactStaff


def facts(view: FactStaff) -> dict[str, Any]:
    """Write a staff view as plain facts; bytes stay bytes."""
    return {
        "size": view.size,
        "certificates": [
            {
                "hash": one.hash,
                "index": one.index,
                "subject16": one.subject16,
                "role": int(one.role),
                "sign_pk": one.sign_pk.raw,
                "kem_pk": one.kem_pk.raw,
                "not_before_ms": one.not_before_ms,
                "not_after_ms": one.not_after_ms,
                "revoked_at": one.revoked_at,
            }
            for one in view.certificates.values()
        ],
        "teams": [
            {
                "hash": one.hash,
                "index": one.index,
                "not_before_ms": one.not_before_ms,
                "not_after_ms": one.not_after_ms,
                "team16": one.team.team16,
                "epoch": one.team.epoch,
                "kem_pk": one.team.kem_pk.raw,
                "members": list(one.team.members),
            }
            for one in view.teams.values()
        ],
    }


def view_of(given: dict[str, Any]) -> FactStaff:
    """Read facts whose bytes are hex."""
    certificates = [
        Certificate(
            hash=bytes.fromhex(one["hash"]),
            index=one["index"],
            subject16=bytes.fromhex(one["subject16"]),
            role=Role(one["role"]),
            sign_pk=SignPublic(bytes.fromhex(one["sign_pk"])),
            kem_pk=KemPublic(bytes.fromhex(one["kem_pk"])),
            not_before_ms=one["not_before_ms"],
            not_after_ms=one["not_after_ms"],
            revoked_at=one["revoked_at"],
        )
        for one in given["certificates"]
    ]
    teams = [
        TeamStatement(
            hash=bytes.fromhex(one["hash"]),
            index=one["index"],
            not_before_ms=one["not_before_ms"],
            not_after_ms=one["not_after_ms"],
            team=Team(
                team16=bytes.fromhex(one["team16"]),
                epoch=one["epoch"],
                kem_pk=KemPublic(bytes.fromhex(one["kem_pk"])),
                members=tuple(bytes.fromhex(member) for member in one["members"]),
            ),
        )
        for one in given["teams"]
    ]
    return FactStaff(given["size"], certificates, teams)


def begin(given: dict[str, Any], default_staff: dict[str, Any]) -> Transcript:
    """Begin reading as the script says; the fields are hex."""
    holder = reading.Holder(
        kem_secrets=tuple(KemSecret(bytes.fromhex(one)) for one in given["kem_secrets"]),
        share=Share(bytes.fromhex(given["share"])),
        secrets=tuple(EpochSecret(bytes.fromhex(one)) for one in given["secrets"]),
    )
    view = view_of(default_staff if given["staff"] == "default" else given["staff"])
    if "letter" in given:
        opened = letter.open_letter(bytes.fromhex(given["letter"]), holder.kem_secrets[0])
        welcome = letter.Welcome.decode(opened.payload)
        if "grant" not in given:
            return reading.join(opened, welcome, holder, view)
        grant = granting.Grant.decode(bytes.fromhex(given["grant"]))
        return granting.read_granted(opened, welcome, grant, holder, view)
    if "pin" in given:
        return reading.resume(Pin.decode(bytes.fromhex(given["pin"])), holder, view)
    box16, es0 = bytes.fromhex(given["box16"]), EpochSecret(bytes.fromhex(given["es0"]))
    return reading.start(box16, es0, holder, view)


def join(given: dict[str, Any], default_staff: dict[str, Any]) -> dict[str, Any]:
    """Join by a letter whose sender was believed; returns where reading begins."""
    holder = reading.Holder(
        kem_secrets=(KemSecret(bytes.fromhex(given["kem"])),),
        share=Share(bytes.fromhex(given["share"])),
    )
    view = view_of(default_staff if given["staff"] == "default" else given["staff"])
    sender = letter.Letter(
        kind=letter.LetterKind.WELCOME,
        certificate_hash=bytes.fromhex(given["certificate_hash"]),
        sign_pk=SignPublic(bytes.fromhex(given["sign_pk"])),
        sent_ms=0,
        payload=bytes.fromhex(given["welcome"]),
    )
    transcript = reading.join(sender, letter.Welcome.decode(sender.payload), holder, view)
    state, own = transcript.state, transcript.own
    return {
        "own": own.sidx if own else None,
        "number": state.number,
        "head": state.heads[-1],
        "epoch": state.roster.epoch if state.roster else None,
        "began_late": state.began_late,
        "admitted": state.admitted,
        "log_n": state.log_n,
    }


def run(given: dict[str, Any], default_staff: dict[str, Any]) -> dict[str, Any]:
    """Run a script; returns what it answers at each step and the state at the end."""
    transcript = begin(given, default_staff)
    answers = [_step(transcript, step) for step in given["steps"]]
    state = transcript.state
    members = sorted(state.roster.entries) if state.roster else []
    return {
        "answers": answers,
        "number": state.number,
        "head": state.heads[-1],
        "epoch": state.roster.epoch if state.roster else None,
        "members": members,
        "paused": transcript.sending_paused,
        "stopped": _notice(transcript.stopped) if transcript.stopped else None,
        "delivered": [[sidx, transcript.delivered_to(sidx)] for sidx in members],
        "read": [[sidx, transcript.read_by(sidx)] for sidx in members],
        "owed": transcript.owed_acknowledgement(),
        # Its hash: pins hold whole rosters, and the file would be mostly those.
        "pin": chain.env_id(transcript.pin().encode()) if _may_pin(transcript) else b"",
    }


def _may_pin(transcript: Transcript) -> bool:
    return transcript.state.roster is not None and transcript.state.joining is None


def _step(transcript: Transcript, step: dict[str, Any]) -> Any:
    action = step["do"]
    if action == "take":
        tried = [NeedKind(one) for one in step.get("tried", [])]
        return _taken(transcript.take(step["n"], bytes.fromhex(step["raw"]), tried))
    if action == "fleeting":
        return _message(transcript.take_fleeting(bytes.fromhex(step["raw"])))
    if action == "posted":
        return transcript.posted(step["n"], bytes.fromhex(step["raw"]))
    if action == "expect":
        return transcript.expect(step["n"], bytes.fromhex(step["head"]))
    if action == "staff":
        transcript.staff = view_of(step["staff"])
        return None
    if action == "proceed":
        transcript.proceed()
        return None
    return _asked(transcript, action, step)


def _asked(transcript: Transcript, action: str, step: dict[str, Any]) -> Any:
    """Answer what changes nothing; "local_error" where there is no answer."""
    try:
        if action == "held":
            return transcript.is_held(step["log_n"])
        if action == "pin":
            return chain.env_id(transcript.pin().encode())
        if action == "secrets":
            return len(transcript.state.secrets)
        if action == "alarms":
            return _notices(transcript.alarms)
        assert action == "draft"
        body = transcript.draft(
            kind=step["kind"],
            stream=9,
            i=0,
            sent_ms=1,
            log_n=step["log_n"],
            payload=b"",
            sidx=step["sidx"],
        )
    except LocalError:
        return "local_error"
    return [body.sidx, body.epoch_hash, body.head_n, body.head, body.log_root]


def _taken(answer: Taken) -> dict[str, Any]:
    return {
        "verdict": answer.verdict,
        "need": [answer.need.kind, answer.need.n] if answer.need else None,
        "findings": list(answer.findings),
        "message": _message(answer.message),
        "notices": _notices(answer.notices),
    }


def _message(message: Message | None) -> list[Any] | None:
    if message is None:
        return None
    body = message.opened.body
    payload = body.payload if len(body.payload) < 99 else b""
    return [message.n, int(body.kind), body.sidx, int(message.author.role), payload]


def _notices(notices: Sequence[Notice]) -> list[Any]:
    return [_notice(one) for one in notices]


def _notice(notice: Notice) -> list[Any]:
    return [notice.kind, notice.sidx]
