"""Checks of the public log: whose it is, that nothing is missing, that everybody sees the same."""

from __future__ import annotations

from clientlib import rootwords
from clientlib.audit.check import Depends, Findings, Outcome, Words
from clientlib.audit.outside import Outside
from clientlib.audit.rawlog import RawLog, read_log
from crypto import checkpoint, fingerprint
from crypto.checkpoint import Checkpoint
from crypto.errors import RemoteError
from crypto.logview import LogView

READINGS = 6
ROOTS_KEPT = 40


async def organisation(audit: Outside) -> Outcome:
    """Follow the chain from the given fingerprint to the first leaf, and judge the whole log."""
    found = Findings()
    raw = await audit.raw_log()
    org = await audit.organisation()
    if not raw.unpaired():
        await audit.view()
    digest = fingerprint.organisation_hash(org.root_pk, org.standby_pk)
    language = rootwords.language_of(org.language)
    words = " ".join(fingerprint.organisation_words(org.root_pk, org.standby_pk, language))
    found.fact("fingerprint", digest.hex())
    found.fact("deployment_id", org.deployment_id.hex())
    return found.outcome(
        Words(
            de=f"Die erste Erklärung des Verzeichnisses ergibt den Fingerabdruck »{words}«.",
            en=f"The log’s first statement gives the fingerprint “{words}”.",
        )
    )


async def complete(audit: Outside) -> Outcome:
    """Look whether every statement came with its content, and as many as the service states."""
    found = Findings()
    raw = await audit.raw_log()
    for place in raw.unpaired():
        found.add(
            Words(
                de=f"Der Inhalt von Eintrag {place} fehlt oder ist ein anderer: Er könnte eine "
                "Sperrung sein, die verschwiegen wird.",
                en=f"The content of entry {place} is missing or another: it could be a revocation "
                "that is being hidden.",
            ),
            index=place,
        )
    if raw.size != len(raw.leaves):
        found.add(
            Words(
                de=f"Der Dienst nennt {raw.size} Einträge und gibt {len(raw.leaves)} heraus.",
                en=f"The service states {raw.size} entries and hands out {len(raw.leaves)}.",
            ),
            stated=raw.size,
            given=len(raw.leaves),
        )
    found.fact("size", len(raw.leaves))
    return found.outcome(
        Words(
            de=f"{len(raw.leaves)} Einträge gelesen, jeden mit seinem Inhalt verglichen.",
            en=f"Read {len(raw.leaves)} entries and compared each with its content.",
        )
    )


async def judged(audit: Outside) -> Outcome:
    """Look for statements that the relay should never have taken in."""
    found = Findings()
    view = await audit.view()
    for entry in view.entries:
        if not entry.is_valid:
            found.add(
                Words(
                    de=f"Eintrag {entry.index} gilt nicht: Der Dienst hätte ihn nicht aufnehmen "
                    "dürfen.",
                    en=f"Entry {entry.index} does not count: the service should not have taken it.",
                ),
                index=entry.index,
                reason=entry.reason.value,
                leaf=entry.hash.hex(),
            )
    return found.outcome(
        Words(
            de=f"{view.size} Einträge nach den Regeln der Organisation beurteilt: Unterschrift, "
            "Recht, Reihenfolge, Gültigkeit.",
            en=f"Judged {view.size} entries by the organisation’s rules: signature, right, order, "
            "validity.",
        )
    )


async def signed(audit: Outside) -> Outcome:
    """Check the log key's signature over exactly what was read."""
    found = Findings()
    raw = await audit.raw_log()
    judge_note(found, await audit.view(), raw.note, len(raw.leaves), raw.tree().root())
    found.fact("root", raw.tree().root().hex())
    return found.outcome(
        Words(
            de=f"Unterschrift des Verzeichnisses über {len(raw.leaves)} Einträge geprüft.",
            en=f"Checked the log’s signature over {len(raw.leaves)} entries.",
        )
    )


async def same(audit: Outside) -> Outcome:
    """Read the log again and again, and compare: all must see one log that only grows."""
    found = Findings()
    first = await audit.raw_log()
    longest = first
    for reading in range(2, READINGS + 1):
        again = await read_log(audit.url)
        shorter, longer = sorted((longest, again), key=lambda one: len(one.leaves))
        size = len(shorter.leaves)
        is_prefix = longer.leaves[:size] == shorter.leaves
        if not is_prefix or len(again.leaves) < len(longest.leaves):
            found.add(
                Words(
                    de=f"Beim {reading}. Lesen war das Verzeichnis ein anderes als zuvor.",
                    en=f"At reading number {reading} the log was another one than before.",
                ),
                before=_named(longest),
                now=_named(again),
                note=again.note.decode("utf-8", "replace"),
            )
        longest = longer
    return found.outcome(
        Words(
            de=f"Das Verzeichnis {READINGS}-mal über eigene Verbindungen gelesen und verglichen.",
            en=f"Read the log {READINGS} times over lines of their own and compared.",
        )
    )


async def history(audit: Outside) -> Outcome:
    """Compare with what this auditor saw before: a log may only grow."""
    found = Findings()
    raw = await audit.raw_log()
    await audit.organisation()
    tree = raw.tree()
    name = f"log-{raw.leaves[0].hex()[-32:]}"
    pin = audit.state.load(name)
    roots = {int(size): str(root) for size, root in pin.get("roots", {}).items()}
    for size, root in sorted(roots.items()):
        if size > tree.size:
            found.add(
                Words(
                    de=f"Das Verzeichnis hatte schon {size} Einträge und hat jetzt {tree.size}: Es "
                    "ist verkürzt oder veraltet.",
                    en=f"The log had {size} entries before and has {tree.size} now: it was "
                    "shortened, or is stale.",
                ),
                before=f"{size} {root}",
                now=_named(raw),
            )
        elif tree.root_at(size).hex() != root:
            found.add(
                Words(
                    de=f"Die ersten {size} Einträge sind nicht mehr die, die dieser Prüfer sah.",
                    en=f"The first {size} entries are no longer those that this auditor saw.",
                ),
                before=f"{size} {root}",
                now=f"{size} {tree.root_at(size).hex()}",
                note=pin.get("note", ""),
            )
    if not found:
        # What contradicts is never taken in: the next run has to name it too.
        kept = dict(sorted({**roots, tree.size: tree.root().hex()}.items())[-ROOTS_KEPT:])
        note = raw.note.decode("utf-8", "replace")
        audit.state.save(name, {"roots": {str(k): v for k, v in kept.items()}, "note": note})
    if not roots:
        return found.outcome(
            Words(
                de="Der erste Lauf an diesem Ort: Der Stand ist gemerkt, verglichen wird beim "
                "nächsten Lauf.",
                en="The first run at this place: the state is kept, the next run compares.",
            )
        )
    return found.outcome(
        Words(
            de=f"Mit {len(roots)} früher gesehenen Ständen verglichen.",
            en=f"Compared with {len(roots)} states seen before.",
        )
    )


def judge_note(
    found: Findings, view: LogView, note: bytes, size: int | None, root: bytes | None
) -> Checkpoint | None:
    """Open a signed state; where size and root are given it must be exactly theirs."""
    policy = view.policy()
    if policy is None:
        raise Depends("log.judged")
    try:
        opened = checkpoint.open_checkpoint(note, policy.log_origin, policy.log_pk)
    except RemoteError as error:
        found.add(
            Words(
                de="Der Stand trägt keine gültige Unterschrift des Verzeichnisses.",
                en="The state bears no valid signature of the log.",
            ),
            error=str(error),
            note=note.decode("utf-8", "replace"),
        )
        return None
    if size is not None and (opened.size, opened.root) != (size, root):
        found.add(
            Words(
                de="Unterschrieben ist ein anderes Verzeichnis als das herausgegebene.",
                en="What is signed is another log than the one handed out.",
            ),
            signed=f"{opened.size} {opened.root.hex()}",
            given=f"{size} {root.hex() if root else ''}",
        )
    return opened


def _named(raw: RawLog) -> str:
    return f"{len(raw.leaves)} {raw.tree().root().hex()}"
