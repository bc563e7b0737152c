"""Checks of the relay by hostile requests: what must be refused is refused, and nothing is echoed.

Against somebody else's service only with their consent: to them it looks like an attack, and is one
but for its harmlessness. Nothing here creates anything, and nothing is sent in quantity.
"""

from __future__ import annotations

from typing import Any

from clientlib.audit.check import CannotRun, Findings, NotRun, Outcome, Words
from clientlib.audit.fetch import Fetched
from clientlib.audit.outside import Outside
from clientlib.audit.probes import FOREIGN, MARKER_BYTES, METHODS, PATHS, bad_frames
from clientlib.audit.rawline import open_line
from clientlib.audit.samples import fields_sample
from crypto import encoding, oprf
from crypto.primitives import equal
from crypto.random import Rand
from crypto.wire import catalogue, codec
from crypto.wire.accounts import SignInFinish, SignInStart, SignInStartReply
from crypto.wire.base import Command, Credential
from crypto.wire.codec import Frame, RefusalFrame, ReplyFrame
from crypto.wire.errors import ErrorCode
from crypto.wire.kernel import Ping

COMMANDS_A_LINE = 25
# Giving back what one does not have is done at once; that says nothing about who has it.
_HARMLESS = {"relation_end", "invite_done"}
_BUSY = (ErrorCode.STAMP_NEEDED, ErrorCode.RATE_LIMITED)
_FAULTS = (ErrorCode.INTERNAL, ErrorCode.STORAGE)
_SLOWED = Words(
    de="Der Dienst bremst Anmeldungen gerade; bitte später noch einmal.",
    en="The service slows sign-ins down at the moment; please try again later.",
)
_AT_ONCE = Words(
    de="Ein erfundener Name wird sofort abgelehnt.",
    en="An invented name is refused at once.",
)
_OTHER_REFUSAL = Words(
    de="Eine falsche Unterschrift wird anders beantwortet als vorgesehen.",
    en="A wrong signature is answered in another way than it should be.",
)
_OTHER_SIZE = Words(
    de="Zwei erfundene Namen bekommen verschieden lange Antworten.",
    en="Two invented names get answers of different sizes.",
)
_OTHER_AGAIN = Words(
    de="Ein erfundener Name bekommt beim nächsten Mal eine andere Antwort.",
    en="One invented name gets another answer the next time.",
)
_SAME = Words(
    de="Zwei erfundene Namen bekommen dieselbe Antwort.",
    en="Two invented names get the same answer.",
)


async def frames(audit: Outside) -> Outcome:
    """Send frames that are none, and look that each is refused and the service goes on."""
    _with_consent(audit)
    found = Findings()
    probes = bad_frames(audit.rand)
    for name, raw in probes:
        async with open_line(audit.url) as line:
            answer = await line.ask(raw)
        _judge(found, name, answer)
    async with open_line(audit.url) as line:
        ping = await line.ask(codec.encode_command(1, Ping()))
    if not isinstance(ping, ReplyFrame):
        found.add(
            Words(
                de="Nach den fehlerhaften Nachrichten antwortet der Dienst nicht mehr.",
                en="After the malformed messages the service no longer answers.",
            )
        )
    return found.outcome(
        Words(
            de=f"{len(probes)} fehlerhafte Nachrichten: verstümmelt, verschachtelt, zu groß, nicht "
            "in der einen Form, unbekannt. Jede muss abgelehnt werden.",
            en=f"{len(probes)} malformed messages: garbled, nested, too large, not in the one "
            "form, unknown. Each must be refused.",
        )
    )


async def locked(audit: Outside) -> Outcome:
    """Send every command that needs a right without it, and with one that was made up."""
    _with_consent(audit)
    found = Findings()
    kinds = [one for one in catalogue.commands().values() if one.META.credential != Credential.NONE]
    wanted = (Credential.TICKET, Credential.BOX)
    sent = 0
    for start in range(0, len(kinds), COMMANDS_A_LINE):
        for is_made_up in (False, True):
            async with open_line(audit.url) as line:
                for number, kind in enumerate(kinds[start : start + COMMANDS_A_LINE], 1):
                    if is_made_up and kind.META.credential not in wanted:
                        continue
                    credential = audit.rand(32) if is_made_up else b""
                    answer = await line.ask(_command(kind, number, credential, audit.rand))
                    _judge(found, kind.META.name, answer)
                    sent += 1
                    if answer is None:
                        break
    found.fact("commands", len(kinds))
    return found.outcome(
        Words(
            de=f"{sent} Versuche mit {len(kinds)} Befehlen, die eine Anmeldung oder ein Geheimnis "
            "des Gesprächs brauchen: ohne, und mit einem erfundenen.",
            en=f"{sent} tries of {len(kinds)} commands that need a sign-in or a conversation’s "
            "secret: without, and with one that was made up.",
        )
    )


async def alike(audit: Outside) -> Outcome:
    """Look whether invented names can be told apart, or change from one try to the next."""
    _with_consent(audit)
    found = Findings()
    _, alpha = oprf.blind(audit.rand(32), audit.rand)
    first, second = audit.rand(16), audit.rand(16)
    replies = []
    for door in (first, second, first):
        command = SignInStart(id16=door, alpha=alpha, device_token=b"", stamp=b"")
        finish = SignInFinish(signature=audit.rand(64), subject16=b"", staff_signature=b"")
        async with open_line(audit.url) as line:
            answer = await line.ask(codec.encode_command(1, command))
            refused = await line.ask(codec.encode_command(2, finish))
        if isinstance(answer, RefusalFrame) and answer.code in _BUSY:
            raise CannotRun(_SLOWED)
        if not isinstance(answer, ReplyFrame):
            found.add(_AT_ONCE)
        else:
            replies.append(codec.from_value(SignInStartReply, answer.fields))
        if not isinstance(refused, RefusalFrame) or refused.code is not ErrorCode.UNAUTHORISED:
            found.add(_OTHER_REFUSAL)
    if len(replies) == 3:
        one, other, again = replies
        if len(one.slot) != len(other.slot):
            found.add(_OTHER_SIZE, one=len(one.slot), other=len(other.slot))
        if not equal(one.slot, again.slot) or not equal(one.beta, again.beta):
            found.add(_OTHER_AGAIN)
        if equal(one.slot, other.slot) or equal(one.beta, other.beta):
            found.add(_SAME)
    return found.outcome(
        Words(
            de="Dreimal die Anmeldung mit erfundenen Namen begonnen und mit einer falschen "
            "Unterschrift beendet; Form, Größe und Beständigkeit der Antworten verglichen.",
            en="Began three sign-ins with invented names and ended them with a wrong signature; "
            "compared form, size and constancy of the answers.",
        )
    )


async def http(audit: Outside) -> Outcome:
    """Ask over HTTP for what must not be there, from where nobody may ask."""
    _with_consent(audit)
    found = Findings()
    marker = audit.rand(MARKER_BYTES).hex()
    said = (("X-Marker", marker), ("Referer", f"https://{marker}"))
    count = 0
    # A method that nobody knows is answered before any room of the service is asked.
    for method in (*METHODS, marker):
        answer = await audit.fetcher.ask(method, f"/{marker}", headers=said)
        count += 1
        _judge_http(found, f"{method.replace(marker, '?')} /…", answer, marker, refused=True)
    for path in PATHS:
        answer = await audit.fetcher.ask("GET", path, headers=said)
        count += 1
        is_page = path.startswith("/?")
        _judge_http(found, f"GET {path[:60]}", answer, marker, refused=not is_page)
    answer = await audit.fetcher.ask("GET", f"/{marker}?{marker}", headers=said)
    _judge_http(found, "GET /…?…", answer, marker, refused=True)
    for headers in FOREIGN:
        upgrade = (
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
        )
        for method, path, more in (("GET", "/ws", upgrade), ("POST", "/api/command", ())):
            body = b"\x00" if method == "POST" else None
            answer = await audit.fetcher.ask(method, path, body=body, headers=(*headers, *more))
            count += 1
            if answer.status != 403:
                name = ", ".join(f"{head}: {one}" for head, one in headers)
                found.add(
                    Words(
                        de=f"Eine fremde Seite ({name}) darf {path} ansprechen.",
                        en=f"A foreign page ({name}) may speak to {path}.",
                    ),
                    path=path,
                    status=answer.status,
                )
    return found.outcome(
        Words(
            de=f"{count + 1} Anfragen: andere Methoden, Pfade aus dem Ordner hinaus, fremde "
            "Herkunft, ein Merkwort, das in keiner Antwort wiederkehren darf.",
            en=f"{count + 1} requests: other methods, paths that lead out of the folder, foreign "
            "origins, a marker that may come back in no answer.",
        )
    )


def _with_consent(audit: Outside) -> None:
    if not (audit.is_own_machine or audit.may_attack):
        raise NotRun(
            Words(
                de="Feindliche Anfragen an einen fremden Dienst nur mit dessen Einverständnis "
                "(--with-consent).",
                en="Hostile requests to somebody else’s service only with their consent "
                "(--with-consent).",
            )
        )


def _judge(found: Findings, name: str, answer: ReplyFrame | RefusalFrame | None) -> None:
    """A refusal with a code is right, or the end of the line; a fault or an answer is not."""
    if isinstance(answer, ReplyFrame) and not (name in _HARMLESS and answer.fields == []):
        found.add(
            Words(
                de=f"»{name}« wird ausgeführt statt abgelehnt.",
                en=f"“{name}” is carried out instead of refused.",
            ),
            probe=name,
        )
    if isinstance(answer, RefusalFrame) and answer.code in _FAULTS:
        found.add(
            Words(
                de=f"»{name}« bringt den Dienst in einen Fehler statt in eine Ablehnung.",
                en=f"“{name}” makes the service fail instead of refuse.",
            ),
            probe=name,
            code=answer.code.value,
        )


def _judge_http(found: Findings, name: str, answer: Fetched, marker: str, *, refused: bool) -> None:
    echoed = marker.encode() in answer.body or any(marker in one for _, one in answer.headers)
    if echoed:
        found.add(
            Words(
                de=f"{name}: Was gesendet wurde, kommt in der Antwort wieder.",
                en=f"{name}: what was sent comes back in the answer.",
            ),
            request=name,
            status=answer.status,
        )
    is_fault = answer.status >= 500
    if is_fault or (refused and not 400 <= answer.status < 500):
        found.add(
            Words(
                de=f"{name} wird mit {answer.status} beantwortet statt abgelehnt.",
                en=f"{name} is answered with {answer.status} instead of refused.",
            ),
            request=name,
            status=answer.status,
        )
    if any("access-control-allow" in head for head, _ in answer.headers):
        found.add(
            Words(
                de=f"{name}: Fremde Seiten dürfen die Antwort lesen.",
                en=f"{name}: foreign pages may read the answer.",
            ),
            request=name,
        )


def _command(kind: type[Command[Any]], number: int, credential: bytes, rand: Rand) -> bytes:
    fields = fields_sample(kind, rand)
    return encoding.encode([Frame.COMMAND.value, number, kind.META.name, credential, fields])
