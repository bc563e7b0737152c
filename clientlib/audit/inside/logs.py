"""Log files say nothing about people: no addresses, no ids, no keys."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Iterator

from clientlib.audit.check import CannotRun, Check, Findings, NotRun, Outcome, Words
from clientlib.audit.inside.machine import Machine
from clientlib.audit.inside.search import content_of, unpacked

# 16 bytes or more: the length of every id of the service.
_HEX = re.compile(rb"(?<![0-9a-zA-Z])[0-9a-fA-F]{32,}(?![0-9a-zA-Z])")
_UUID = re.compile(rb"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_BASE64 = re.compile(rb"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{21,}={0,2}(?![A-Za-z0-9+/_=-])")
_ADDRESS = re.compile(
    rb"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*)(?![\w:])"
)
_MAIL = re.compile(rb"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_ID_BYTES = 16
# More than that in one word: a path.
_MAX_SLASHES = 2
_MAX_LINES = 5

_KINDS = {
    "address": Words(
        de="In einer Protokolldatei steht eine Internetadresse.",
        en="A log file holds an internet address.",
    ),
    "id": Words(
        de="In einer Protokolldatei steht, was eine Kennung oder ein Schlüssel sein kann.",
        en="A log file holds what may be an id or a key.",
    ),
    "mail": Words(
        de="In einer Protokolldatei steht eine E-Mail-Adresse.",
        en="A log file holds an e-mail address.",
    ),
}


async def silent_logs(machine: Machine) -> Outcome:
    """Read the named log files line by line; what was found is never repeated in the report."""
    if not machine.logs:
        raise NotRun(
            Words(
                de="Ohne --logs wurde keine Protokolldatei genannt.",
                en="Without --logs no log file was named.",
            )
        )
    found, count = Findings(), 0
    for path in machine.logs:
        kinds: dict[str, list[int]] = {}
        try:
            content = bytes(content_of(path))
        except OSError as error:
            raise CannotRun(
                Words(de=f"{path} lässt sich nicht lesen.", en=f"{path} cannot be read.")
            ) from error
        for layer in (*unpacked(content),) or (content,):
            for number, line in enumerate(layer.splitlines(), 1):
                count += 1
                for kind in telling(line):
                    kinds.setdefault(kind, []).append(number)
        for kind, numbers in kinds.items():
            shown = ", ".join(map(str, numbers[:_MAX_LINES]))
            found.add(_KINDS[kind], file=path, count=len(numbers), lines=shown)
    return found.outcome(
        Words(
            de=f"{len(machine.logs)} Protokolldateien mit {count} Zeilen gelesen.",
            en=f"Read {len(machine.logs)} log files of {count} lines.",
        )
    )


def telling(line: bytes) -> Iterator[str]:
    """Name what a line of a log tells about somebody: "address", "id", "mail"."""
    if any(_is_somebodys(one) for one in _ADDRESS.findall(line)):
        yield "address"
    if _HEX.search(line) or _UUID.search(line) or any(map(_is_id, _BASE64.findall(line))):
        yield "id"
    if _MAIL.search(line):
        yield "mail"


def _is_somebodys(text: bytes) -> bool:
    """Tell whether it is an address, and not that of this machine itself."""
    try:
        address = ipaddress.ip_address(text.decode("ascii"))
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


def _is_id(text: bytes) -> bool:
    """Tell names of the code from base64: the one has no digits and capitals at once."""
    letters = text.rstrip(b"=")
    is_mixed = all(re.search(part, letters) for part in (rb"[0-9]", rb"[A-Z]", rb"[a-z]"))
    try:
        raw = base64.b64decode(letters.translate(bytes.maketrans(b"-_", b"+/")) + b"==")
    except binascii.Error:
        return False
    return is_mixed and len(raw) >= _ID_BYTES - 1 and text.count(b"/") <= _MAX_SLASHES


LOGS = Check(
    id="inside.logs",
    title=Words(de="Protokolle schweigen über Menschen", en="Logs are silent about people"),
    proves=Words(
        de="In den genannten Protokolldateien steht keine Internetadresse außer der eigenen, keine "
        "Kennung, kein Schlüssel und keine E-Mail-Adresse.",
        en="In the named log files there is no internet address but the machine's own, no id, no "
        "key and no e-mail address.",
    ),
    cannot=Words(
        de="Es wurden nur die genannten Dateien gelesen. Was ein vorgeschalteter Server, das "
        "Betriebssystem oder der Netzanbieter aufzeichnet, ist damit nicht gesagt.",
        en="Only the named files were read. What a server in front, the operating system or the "
        "network's provider records is not said by this.",
    ),
    run=silent_logs,
)
