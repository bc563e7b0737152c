"""What a client pays for a message: sealing, and opening with every check of the transcript.

`python -m bench.client` prints messages a second and their ratio to a bare signature check, taken
in the same run on the same machine. Goals (Python): seal 12,000, open 8,000 a second.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from crypto import commit, kem, labels, primitives, reading
from crypto.envelope import Body, Kind, seal_e1
from crypto.keys import EpochSecret, KemPublic, KemSecret, Share, SignSecret
from crypto.primitives import sign_public
from crypto.random import random_bytes
from crypto.roster import BoxKind, Role, RosterEntry
from crypto.staffview import LogStaff
from crypto.transcript import Transcript
from tests.helpers.organisation import NOW_MS, Organisation, Person, kem_secret

MESSAGES = 3_000
TEXT_BYTES = 400


def main() -> None:
    """Measure and print."""
    scene = _Scene()
    sealed: list[bytes] = []
    seal_s = _seconds(lambda: sealed.extend(scene.seal(i) for i in range(MESSAGES)))
    open_s = _seconds(lambda: [scene.take(i, raw) for i, raw in enumerate(sealed)])
    check_s = _seconds(lambda: [scene.check() for _ in range(MESSAGES)])
    for name, seconds in (("seal", seal_s), ("open", open_s), ("signature check", check_s)):
        rate, ratio = MESSAGES / seconds, check_s / seconds
        sys.stdout.write(f"{name:16} {rate:8.0f}/s   {ratio:5.2f} of a signature check\n")


class _Scene:
    """A case box with a seeker and a counsellor; the seeker writes, the counsellor reads."""

    def __init__(self) -> None:
        organisation = Organisation()
        organisation.found()
        admin = organisation.admin("Ada")
        anna = organisation.counsellor(admin, "Anna")
        organisation.team(admin, [anna])
        self._staff = LogStaff(organisation.view())
        self._secret = SignSecret(random_bytes(32))
        self._box16 = random_bytes(16)
        es, share = EpochSecret(random_bytes(32)), Share(random_bytes(32))
        own_kem = KemSecret(random_bytes(32))
        self._log_n = self._staff.view.size
        self._writer = self._reader(own_kem, es, share)
        self._reading = self._reader(kem_secret("Anna"), es, share)
        first = self._first(anna, kem.public(own_kem), es, share)
        for one in (self._writer, self._reading):
            one.take(1, first)
        self._public = sign_public(self._secret)
        self._signature = primitives.sign(self._secret, labels.SIG_MSG, b"x")

    def seal(self, i: int) -> bytes:
        """Seal one message as the seeker."""
        body = self._writer.draft(
            kind=Kind.TEXT,
            stream=7,
            i=i,
            sent_ms=NOW_MS,
            log_n=self._log_n,
            payload=bytes(TEXT_BYTES),
        )
        return seal_e1(self._writer.key, self._secret, body)

    def take(self, i: int, raw: bytes) -> None:
        """Open and judge it as the counsellor."""
        taken = self._reading.take(i + 2, raw)
        if taken.message is None:
            raise SystemExit(f"message {i} was not accepted: {taken.verdict}")

    def check(self) -> None:
        """The one thing that cannot be saved."""
        primitives.verify(self._public, labels.SIG_MSG, self._signature, b"x")

    def _reader(self, secret: KemSecret, es: EpochSecret, share: Share) -> Transcript:
        holder = reading.Holder(kem_secrets=(secret,), share=share, secrets=(es,))
        return reading.start(self._box16, es, holder, self._staff)

    def _first(self, anna: Person, own_kem: KemPublic, es: EpochSecret, share: Share) -> bytes:
        certificate = self._staff.view.own_certificates(anna.subject16)[-1]
        roster = (
            RosterEntry(
                sidx=0,
                role=Role.SEEKER,
                sign_pk=sign_public(self._secret),
                kem_pk=own_kem,
            ),
            RosterEntry(
                sidx=1,
                role=Role.COUNSELLOR,
                sign_pk=certificate.sign_pk,
                kem_pk=certificate.kem_pk,
                certificate_hash=certificate.hash,
            ),
        )
        news = commit.make_commit0(self._box16, BoxKind.CASE, roster, es, share)
        body: Body = self._writer.draft(
            kind=Kind.COMMIT,
            stream=6,
            i=0,
            sent_ms=NOW_MS,
            log_n=self._log_n,
            payload=news.encode(),
            sidx=0,
        )
        return seal_e1(self._writer.key, self._secret, body)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
