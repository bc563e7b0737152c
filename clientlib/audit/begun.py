"""A written trial under way, as it lies in the auditor's folder: one at each service."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from clientlib.audit import canary
from clientlib.audit.canary import file_of, marker
from clientlib.audit.check import CannotRun
from clientlib.audit.outside import Outside
from crypto import passphrase

NAME = "begun-"
_QUESTION, _ANSWER = "Prüfung, bitte nicht wundern: {}", "Verstanden, die Antwort lautet {}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What must outlive a run that is broken off.

    `name` and `phrase` of the access that writes. `cap`, the auditor's, and `blob16` are known once
    it is taken over; in hex.
    """

    name: str
    phrase: str = field(repr=False)
    markers: tuple[str, ...]
    cap: str = field(default="", repr=False)
    blob16: str = ""

    @property
    def said(self) -> tuple[str, str, bytes]:
        """What must be heard: the question, the answer, the file."""
        question, answer, file = self.markers
        return _QUESTION.format(question), _ANSWER.format(answer), file_of(file)

    async def keep(self, audit: Outside) -> None:
        """Keep it, durable before it is used."""
        audit.state.save(await _place(audit), asdict(self))


async def load(audit: Outside) -> Begun | None:
    """Return the one at this service; None where there is none, CannotRun when it is damaged."""
    kept = audit.state.load(await _place(audit)) if audit.state.names(NAME) else {}
    if not kept:
        return None
    try:
        question, answer, file = kept["markers"]
        return Begun(
            name=str(kept["name"]),
            phrase=str(kept["phrase"]),
            markers=(str(question), str(answer), str(file)),
            cap=str(kept["cap"]),
            blob16=str(kept["blob16"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CannotRun(canary.DAMAGED) from error


async def draw(audit: Outside) -> Begun:
    """Draw name, passphrase and markers, and keep them before anything is sent."""
    begun = Begun(
        name=marker(audit.rand),
        phrase=passphrase.generate("de", audit.rand),
        markers=tuple(marker(audit.rand) for _ in range(3)),
    )
    await begun.keep(audit)
    return begun


async def forget(audit: Outside) -> None:
    """It is at its end, or cleared up."""
    audit.state.forget(await _place(audit))


async def _place(audit: Outside) -> str:
    return f"{NAME}{(await audit.organisation()).deployment_id.hex()[:16]}"
