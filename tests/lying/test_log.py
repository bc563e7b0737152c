"""The staff log through a relay that shortens, forks, swaps or hides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from clientlib.errors import Refused
from clientlib.translog import LogReader
from crypto import merkle
from crypto.acceptance import Verdict
from crypto.checkpoint import Checkpoint, sign_checkpoint
from crypto.errors import BadProof, BadStatement, RemoteError
from crypto.keys import SignSecret
from crypto.logview import LogView
from crypto.wire.base import Command, Reply
from crypto.wire.translog import LogRead, LogReadReply, Statement
from tests.helpers.organisation import ORIGIN, Organisation, sign_secret
from tests.lying.proxy import Lie, Line
from tests.lying.stage import OUTSIDER, Stage

Change = Callable[[Stage, LogReadReply], LogReadReply]


def signed(reply: LogReadReply, key: SignSecret, size: int | None = None) -> LogReadReply:
    """The same statements under a checkpoint that fits them, as the log key's owner could make."""
    tree = merkle.Tree()
    for one in reply.statements:
        tree.append(one.leaf)
    stated = tree.size if size is None else size
    note = sign_checkpoint(key, Checkpoint(origin=ORIGIN, size=stated, root=tree.root()))
    return replace(reply, size=tree.size, checkpoint=note)


def log_key(stage: Stage) -> SignSecret:
    """The log key is online: a lying relay has it."""
    return SignSecret(stage.honest.server.organisation.log_key.raw)


class Log(Lie):
    """Changes what `log_read` answers from the start, and stays with it for who reads on."""

    def __init__(self, stage: Stage, change: Change) -> None:
        self.stage = stage
        self.change = change
        self.told: LogReadReply | None = None

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if not isinstance(command, LogRead) or not isinstance(reply, LogReadReply):
            return reply
        if command.start == 0 or self.told is None:
            self.told = self.change(self.stage, reply)
        return replace(self.told, statements=self.told.statements[command.start :])


def _shorter(stage: Stage, reply: LogReadReply) -> LogReadReply:
    return replace(reply, statements=reply.statements[:-1], size=reply.size - 1)


def _reordered(stage: Stage, reply: LogReadReply) -> LogReadReply:
    *others, last = reply.statements
    return replace(reply, statements=(*others[:-1], last, others[-1]))


def _payload_swapped(stage: Stage, reply: LogReadReply) -> LogReadReply:
    """The leaf that revokes stays, its payload is another's: the revocation would be hidden."""
    *others, last = reply.statements
    return replace(
        reply, statements=(*others, Statement(leaf=last.leaf, payload=others[-1].payload))
    )


def _other_key(stage: Stage, reply: LogReadReply) -> LogReadReply:
    return signed(reply, sign_secret("relay"))


def _other_origin(stage: Stage, reply: LogReadReply) -> LogReadReply:
    tree = merkle.Tree()
    for one in reply.statements:
        tree.append(one.leaf)
    stated = Checkpoint(origin="example.net/log", size=tree.size, root=tree.root())
    return replace(reply, checkpoint=sign_checkpoint(log_key(stage), stated))


def _other_size(stage: Stage, reply: LogReadReply) -> LogReadReply:
    return signed(reply, log_key(stage), size=reply.size + 1)


def _foreign(stage: Stage, reply: LogReadReply) -> LogReadReply:
    other = Organisation("Fremd")
    other.found()
    rows = tuple(Statement(leaf=leaf, payload=payload) for leaf, payload in other.log)
    return replace(reply, statements=rows, size=len(rows), checkpoint=other.checkpoint())


def _empty(stage: Stage, reply: LogReadReply) -> LogReadReply:
    return replace(reply, statements=(), size=0)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (_shorter, BadProof),
        (_reordered, BadProof),
        (_payload_swapped, BadProof),
        (_other_key, BadProof),
        (_other_origin, BadProof),
        (_other_size, BadProof),
        (_foreign, BadStatement),
        (_empty, BadProof),
    ],
)
def test_a_log_that_does_not_fit_is_refused(
    stage: Stage, change: Change, error: type[RemoteError]
) -> None:
    async def scene() -> None:
        stage.tell(Log(stage, change))
        log = await stage.lied.log(await stage.lied.line())
        with pytest.raises(error):
            await log.update()
        assert log.view.size == 0

    stage.play(scene)


def _hides_the_last(stage: Stage, reply: LogReadReply) -> LogReadReply:
    """The revocation is kept back, under a checkpoint that fits: consistent, only older."""
    return signed(replace(reply, statements=reply.statements[:-1]), log_key(stage))


def _forked(stage: Stage, reply: LogReadReply) -> LogReadReply:
    """One statement is another: a log of its own, for this reader."""
    other = replace(
        reply.statements[2], leaf=reply.statements[1].leaf, payload=reply.statements[1].payload
    )
    return signed(
        replace(reply, statements=(*reply.statements[:2], other, *reply.statements[3:])),
        log_key(stage),
    )


@pytest.mark.parametrize("change", [_hides_the_last, _forked])
def test_a_pinned_reader_sees_an_older_or_forked_log(stage: Stage, change: Change) -> None:
    async def scene() -> None:
        stage.tell(Log(stage, change))
        root, view = stage.lied.root, stage.maria.log.view
        pin = (view.size, view.root())
        relay = await stage.lied.line()
        log = LogReader(relay, root.fingerprint, root.deployment_id, pin)
        with pytest.raises(BadProof):
            await log.update()

    stage.play(scene)


def test_a_member_of_staff_with_a_pin_does_not_work_on_a_forked_log(stage: Stage) -> None:
    """The pin lies on the keyring's first page, so any device has it after the sign-in."""

    async def scene() -> None:
        stage.tell(Log(stage, _hides_the_last))
        mark = stage.relay.mark()
        with pytest.raises(BadProof):
            await stage.lied.signs_in("maria")
        assert "page_save" not in stage.relay.sent_since(mark)
        assert "duty" not in stage.relay.sent_since(mark)

    stage.play(scene)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [(_hides_the_last, Verdict.LOG_UNKNOWN), (_forked, Verdict.LOG_FORK)],
)
def test_a_seeker_meets_the_fork_in_the_acceptance(
    stage: Stage, change: Change, verdict: Verdict
) -> None:
    """No pin helps a newcomer; what the counsellor signed about the log does."""

    async def scene() -> None:
        stage.tell(Log(stage, change))
        seeker, line = await stage.waiting()
        mark = stage.relay.mark()
        await line.say(stage.offer(seeker, stage.maria_sign, stage.maria.certificate.hash))
        with pytest.raises(Refused) as refused:
            await seeker.offered()
        assert refused.value.verdict == verdict.value
        # It asks for the log and, to judge the acceptance, for the time; it says nothing more.
        assert stage.relay.sent_since(mark, line) == ["log_read", "ping"]
        await seeker.withdraw()

    stage.play(scene)


def test_another_key_under_the_own_name_ends_the_work(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log's rules keep a subject's keys, so this asks a view that has lost that rule."""
    (mine,) = stage.maria.log.view.own_certificates(stage.maria.subject16)
    theirs = replace(mine, sign_pk=OUTSIDER.sign_pk)
    monkeypatch.setattr(LogView, "own_certificates", lambda view, subject16: (theirs,))

    async def scene() -> None:
        with pytest.raises(Refused):
            await stage.maria.begin()

    stage.play(scene)


def _more_signatures(stage: Stage, reply: LogReadReply) -> LogReadReply:
    """Grease: a witness whom this client does not know has signed too."""
    tree = merkle.Tree()
    for one in reply.statements:
        tree.append(one.leaf)
    stated = Checkpoint(origin="witness.example/w", size=tree.size, root=tree.root())
    line = sign_checkpoint(sign_secret("witness"), stated).split(b"\n\n")[1]
    return replace(reply, checkpoint=reply.checkpoint + line)


def test_a_signature_of_an_unknown_witness_is_no_fault(stage: Stage) -> None:
    async def scene() -> None:
        stage.tell(Log(stage, _more_signatures))
        log = await stage.lied.log(await stage.lied.line())
        assert (await log.update()).size == stage.maria.log.view.size

    stage.play(scene)
