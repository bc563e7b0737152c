"""An attachment of 25 MB up and down, and what a sign-in costs the server.

The attachment goes to the relay as a client sends it: parts of 1 MiB, each on disk before its
answer, then the commit with the hash over all; to the bare server as one streamed request.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection

from bench.boxes import Box, frame
from bench.lines import Line
from bench.processes import HOST, Running
from bench.scenarios import Target
from crypto import oprf
from crypto.random import random_bytes
from crypto.wire.blobs import AUTHORIZATION_SCHEME, BlobCommit
from e2e_server.blobstore.port import PART_BYTES
from e2e_server.features.blobs.sizes import sealed_bytes
from tests.helpers.accounts import Account
from tests.helpers.rawclient import RawClient

MEGABYTE = 1_000_000
# Below the ten starts an hour that each door has free, and the stamps that are free for all.
_ACCOUNTS = 30
_ROUNDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """One attachment: MB a second both ways, and by how much the server grew meanwhile."""

    up_mb_per_s: float
    down_mb_per_s: float
    grown_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInWork:
    """Server processor time in ms; `evaluation_ms` is one bare OPRF evaluation, for scale."""

    start_ms: float
    finish_ms: float
    evaluation_ms: float


async def carry(target: Target, *, size_bytes: int) -> Carried:
    """Send a file and fetch it again."""
    target.server.forget_peak()
    before = target.server.resident_bytes()
    raw = random_bytes(sealed_bytes(size_bytes))
    box, blob16 = target.boxes[1], random_bytes(16)
    began = time.perf_counter()
    if target.bare:
        path, header = f"/file/{blob16.hex()}", dict[str, str]()
        await asyncio.to_thread(_put, target.server.port, {path: raw}, header)
    else:
        path, header = _path(box, blob16), _authorization(box)
        parts = {
            f"{path}/{at // PART_BYTES}": raw[at : at + PART_BYTES]
            for at in range(0, len(raw), PART_BYTES)
        }
        await asyncio.to_thread(_put, target.server.port, parts, header)
        await _commit(target.server.port, box, blob16, raw)
    sent = time.perf_counter()
    fetched = await asyncio.to_thread(_get, target.server.port, path, header)
    ended = time.perf_counter()
    if fetched != len(raw):
        raise SystemExit(f"{fetched} of {len(raw)} bytes came back")
    megabytes = len(raw) / MEGABYTE
    return Carried(
        up_mb_per_s=megabytes / (sent - began),
        down_mb_per_s=megabytes / (ended - sent),
        grown_mb=(target.server.peak_bytes() - before) / MEGABYTE,
    )


async def sign_in(server: Running, *, accounts: int = _ACCOUNTS) -> SignInWork:
    """Make accounts, start sign-ins alone, then start and finish as many."""
    people = [Account(f"bench {i}") for i in range(accounts)]
    async with await RawClient.connect(f"http://{HOST}:{server.port}") as client:
        for one in people:
            await one.create(client)
    started_ms = await _cpu_ms(server, people, finish=False)
    both_ms = await _cpu_ms(server, people, finish=True)
    scalar = oprf.random_scalar(random_bytes)
    alpha = people[0].alpha()
    return SignInWork(
        start_ms=started_ms,
        finish_ms=max(0.0, both_ms - started_ms),
        evaluation_ms=_own_cpu_ms(lambda: oprf.evaluate(scalar, alpha)),
    )


async def _cpu_ms(server: Running, people: list[Account], *, finish: bool) -> float:
    spent_s, count = 0.0, 0
    for _ in range(_ROUNDS):
        # A line has a burst of 200 commands, so each round has its own.
        async with await RawClient.connect(f"http://{HOST}:{server.port}") as client:
            before = server.cpu_s()
            for one in people:
                facts = await one.begin_sign_in(client)
                if finish:
                    await client.call(one.proof(facts))
            spent_s += server.cpu_s() - before
            count += len(people)
    return spent_s / count * 1e3


def _own_cpu_ms(work: Callable[[], object], times: int = 200) -> float:
    began = time.thread_time()
    for _ in range(times):
        work()
    return (time.thread_time() - began) / times * 1e3


async def _commit(port: int, box: Box, blob16: bytes, raw: bytes) -> None:
    command = BlobCommit(
        box16=box.box16,
        blob16=blob16,
        parts=-(-len(raw) // PART_BYTES),
        ciphertext_hash=hashlib.blake2b(raw, digest_size=32).digest(),
    )
    line = await Line.opened(port, "/ws")
    await line.ask(frame(1, command, box.cap(0)))
    line.close()


def _put(port: int, bodies: dict[str, bytes], headers: dict[str, str]) -> None:
    line = HTTPConnection(HOST, port)
    for path, body in bodies.items():
        line.request("PUT", path, body, headers)
        answer = line.getresponse()
        answer.read()
        if answer.status != 204:
            raise SystemExit(f"PUT was answered with {answer.status}")
    line.close()


def _get(port: int, path: str, headers: dict[str, str]) -> int:
    line = HTTPConnection(HOST, port)
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    piece, size = bytearray(PART_BYTES), 0
    while got := answer.readinto(piece):
        size += got
    line.close()
    return size


def _path(box: Box, blob16: bytes) -> str:
    return f"/blob/{box.box16.hex()}/{blob16.hex()}"


def _authorization(box: Box) -> dict[str, str]:
    given = base64.urlsafe_b64encode(box.cap(0)).decode("ascii").rstrip("=")
    return {"Authorization": f"{AUTHORIZATION_SCHEME} {given}"}
