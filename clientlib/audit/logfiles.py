"""Checks of the log's static files, and of the witnesses who signed its state."""

from __future__ import annotations

from clientlib.audit.check import Findings, NotRun, Outcome, Words
from clientlib.audit.log import judge_note
from clientlib.audit.outside import Outside
from clientlib.audit.rawlog import RawLog, read_log
from crypto import checkpoint, merkle, tiles
from crypto.certificate import CLOCK_TOLERANCE_MS
from crypto.cosignature import cosigned
from crypto.errors import RemoteError
from crypto.tiles import ENTRIES, PAYLOADS, Tile
from crypto.witnesses import MS_PER_HOUR

LOG_PREFIX = "/log/"
CHECKPOINT_PATH = LOG_PREFIX + "checkpoint"
COSIGNED_PATH = LOG_PREFIX + "cosigned"
_NOT_FOUND = 404


async def static(audit: Outside) -> Outcome:
    """Compare the log's static files with what was read over the wire."""
    found = Findings()
    note = await audit.fetcher.get(CHECKPOINT_PATH)
    if note.status == _NOT_FOUND:
        raise NotRun(
            Words(
                de="Dieser Dienst gibt sein Verzeichnis nicht als Dateien heraus.",
                en="This service does not hand its log out as files.",
            )
        )
    raw = await audit.raw_log()
    opened = judge_note(found, await audit.view(), note.body, None, None)
    size = opened.size if opened else len(raw.leaves)
    if size > len(raw.leaves):
        raw = await read_log(audit.url)
    tree = raw.tree()
    if size > tree.size or (opened is not None and tree.root_at(size) != opened.root):
        found.add(
            Words(
                de="Die Datei mit dem unterschriebenen Stand passt nicht zum Verzeichnis.",
                en="The file with the signed state does not fit the log.",
            ),
            file=CHECKPOINT_PATH,
            note=note.body.decode("utf-8", "replace"),
        )
        size = min(size, tree.size)
    wanted = tiles.tiles_of(size)
    for tile in wanted:
        answer = await audit.fetcher.get(LOG_PREFIX + tile.path)
        if answer.status != 200 or answer.body != _content(tile, raw, tree):
            found.add(
                Words(
                    de=f"Die Datei {LOG_PREFIX}{tile.path} ist nicht die, die zum Verzeichnis "
                    "gehört.",
                    en=f"The file {LOG_PREFIX}{tile.path} is not the one that belongs to the log.",
                ),
                file=LOG_PREFIX + tile.path,
                status=answer.status,
            )
    return found.outcome(
        Words(
            de=f"Den unterschriebenen Stand und {len(wanted)} Kacheldateien Byte für Byte mit dem "
            "Verzeichnis verglichen.",
            en=f"Compared the signed state and {len(wanted)} tile files byte for byte with the "
            "log.",
        )
    )


async def witnessed(audit: Outside) -> Outcome:
    """Check that as many witnesses as POLICY asks for have cosigned, lately enough."""
    found = Findings()
    raw, view = await audit.raw_log(), await audit.view()
    policy = view.policy()
    if policy is None or not policy.witness_quorum:
        raise NotRun(
            Words(
                de="Die Organisation verlangt keine Zeugen. Ob allen dasselbe Verzeichnis gezeigt "
                "wird, zeigt dann nur der Vergleich.",
                en="The organisation asks for no witnesses. Only comparing then shows whether all "
                "are shown the same log.",
            )
        )
    answer = await audit.fetcher.get(COSIGNED_PATH)
    note = answer.body if answer.status == 200 else b""
    opened = None
    times: dict[bytes, int] = {}
    try:
        opened = checkpoint.open_checkpoint(note, policy.log_origin, policy.log_pk)
        times = cosigned(note, policy.witnesses)
    except RemoteError as error:
        found.add(
            Words(
                de="Es gibt keinen von Zeugen unterschriebenen Stand, der sich öffnen lässt.",
                en="There is no state signed by witnesses that opens.",
            ),
            error=str(error),
        )
    tree = raw.tree()
    if opened is not None:
        if opened.size > tree.size or tree.root_at(opened.size) != opened.root:
            found.add(
                Words(
                    de="Die Zeugen haben ein anderes Verzeichnis unterschrieben als dieses.",
                    en="The witnesses signed another log than this one.",
                ),
                note=note.decode("utf-8", "replace"),
            )
        oldest_ms = audit.now_ms() - policy.cosigned_hours * MS_PER_HOUR
        newest_ms = audit.now_ms() + CLOCK_TOLERANCE_MS
        fresh = [one for one in times.values() if oldest_ms <= one * 1000 <= newest_ms]
        if len(fresh) < policy.witness_quorum:
            found.add(
                Words(
                    de=f"Nur {len(fresh)} von {policy.witness_quorum} verlangten Zeugen haben in "
                    f"den letzten {policy.cosigned_hours} Stunden unterschrieben.",
                    en=f"Only {len(fresh)} of {policy.witness_quorum} witnesses asked for have "
                    f"signed within the last {policy.cosigned_hours} hours.",
                ),
                times=" ".join(str(one) for one in times.values()),
            )
    return found.outcome(
        Words(
            de=f"Verlangt: {policy.witness_quorum} Zeugen innerhalb von {policy.cosigned_hours} "
            "Stunden; ihre Unterschriften geprüft.",
            en=f"Asked for: {policy.witness_quorum} witnesses within {policy.cosigned_hours} "
            "hours; checked their signatures.",
        )
    )


def _content(tile: Tile, raw: RawLog, tree: merkle.Tree) -> bytes:
    """Return what a tile must hold."""
    end = tile.start + tile.width
    if tile.kind == ENTRIES:
        return tiles.encode_bundle(raw.leaves[tile.start : end])
    if tile.kind == PAYLOADS:
        return tiles.encode_bundle(raw.payloads[tile.start : end])
    return tiles.hash_tile(tree, tile)
