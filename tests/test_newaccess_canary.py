"""What a new access leaves in the server's files: none of its secrets, and after its end no id."""

from __future__ import annotations

from clientlib.arrival import Arrival
from clientlib.invitednotes import Pending
from clientlib.newconversation import NewConversation
from crypto import account as keys
from crypto import credential, invitation, kem
from crypto.envelope import Kind
from crypto.primitives import sign_public
from crypto.wire import codec, content
from tests.helpers.actors import PHRASE, Cast
from tests.helpers.returning import NEW_NAME, OLD_NAME, answers, in_counselling, invited
from tests.helpers.written import TEXT, at_desk, centre, has, portal_of

QUESTION, REPLY = "Wie hieß mein erster Hund?", "Bello von der Wiese"
NICKNAME = "Kanarienvogel im Café"
MINUTE_MS = 60_000


def on_disk(cast: Cast, marks: dict[str, bytes]) -> set[str]:
    """Which of these stand in any file of the server, its log and its keeper included."""
    live = cast.server.settings.data_dir.parent
    files = [one.read_bytes() for one in live.rglob("*") if one.is_file()]
    files.append("\n".join(cast.server.log).encode())
    return {name for name, mark in marks.items() if any(mark in one for one in files)}


def secrets_of(pending: Pending, arrival: Arrival, box16: bytes) -> dict[str, bytes]:
    """What nobody but inviter and newcomer may know."""
    own = keys.conversation(arrival.account.ams, arrival.join_id16)
    proof = invitation.welcome_proof(pending.secret, box16, kem.public(own.kem))
    return {
        "words": pending.words.encode(),
        "link": pending.words.replace(" ", "-").encode(),
        "secret": pending.secret,
        "proof": proof,
        "cap": own.cap.raw,
        "ticket cap": own.ticket_cap.raw,
        "key to sign": own.sign.raw,
        "key to open": own.kem.raw,
        "account secret": arrival.account.ams.raw,
        "text": TEXT.encode(),
        "question": QUESTION.encode(),
        "answer": REPLY.encode(),
        "new name": NEW_NAME.encode(),
        "old name": OLD_NAME.encode(),
        "passphrase": PHRASE.encode(),
    }


def ids_of(arrival: Arrival) -> dict[str, bytes]:
    """What the server has to know while the invitation runs."""
    own = keys.conversation(arrival.account.ams, arrival.join_id16)
    return {
        "join id": arrival.join_id16,
        "signing key": sign_public(own.sign).raw,
        "inbox key": kem.public(own.kem).raw,
    }


async def test_the_servers_files_hold_none_of_it(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    case, enquiry = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    assert enquiry.box is not None
    agreed = content.AgreedQuestion(question=QUESTION, answer=REPLY)
    await enquiry.box.send(Kind.AGREED_QUESTION, codec.encode(agreed))
    await case.box.wait_until(lambda: case.box.learned.agreed_question == QUESTION)
    access, _ = await invited(maria, case)
    pending = access.pending
    assert pending is not None
    account = await cast.registers(NEW_NAME)
    arrival = await answers(cast, account, pending.words)
    secrets, ids = secrets_of(pending, arrival, case.box.box16), ids_of(arrival)
    assert on_disk(cast, secrets) == set()
    assert on_disk(cast, ids) == set(ids)

    answer = await access.look()
    assert answer is not None
    await access.confirm(answer)
    assert on_disk(cast, secrets) == set()
    found = await arrival.check()
    assert found is not None
    await found.say("Da bin ich wieder.")
    await has(case.box, "Da bin ich wieder.")
    assert on_disk(cast, secrets) == set()
    # Once it has done its work, not even its ids are left; the capability lives on in the box.
    await cast.server.elapse(MINUTE_MS)
    assert on_disk(cast, ids) == set()
    own = keys.conversation(account.ams, arrival.join_id16)
    assert on_disk(cast, {"cap": credential.cap_hash(own.cap)}) == {"cap"}


async def test_no_row_ties_box_and_ticket_inviter_and_account(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    case, _ = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    access, words = await invited(maria, case)
    account = await cast.registers(NEW_NAME)
    arrival = await answers(cast, account, words)
    own = keys.conversation(account.ams, arrival.join_id16)
    cap, ticket_cap = (credential.cap_hash(one) for one in (own.cap, own.ticket_cap))
    answer = await access.look()
    assert answer is not None
    seen: list[set[bytes]] = []
    real = maria.relay.request

    async def request(command, secret=b""):  # type: ignore[no-untyped-def]  # as the real one
        reply = await real(command, secret)
        rows = await _rows(cast)
        for row in rows:
            seen.append(
                {
                    mark
                    for mark in (case.box.box16, case.ticket16, ticket_cap, cap)
                    if any(mark in cell for cell in row if isinstance(cell, bytes))
                }
            )
        return reply

    maria.relay.request = request  # type: ignore[method-assign]  # looks after every step
    await access.confirm(answer)
    pairs = [one for one in seen if len(one) > 1]
    # After the commit: the box and its capability; the ticket and its own; never one with another.
    assert {frozenset(one) for one in pairs} <= {
        frozenset({case.box.box16, cap}),
        frozenset({case.ticket16, ticket_cap}),
        frozenset({cap, ticket_cap}),
    }
    # The answer's two hashes stood together only before the commit gave one of them to the box.
    together = {cap, ticket_cap}
    boxed = {case.box.box16, cap}
    assert boxed in seen
    assert together not in seen[seen.index(boxed) :]


async def _rows(cast: Cast) -> list[tuple[object, ...]]:
    """Every row of every table."""

    def look(tx):  # type: ignore[no-untyped-def]  # a ReadTransaction
        tables = tx.all("SELECT name FROM sqlite_master WHERE type = 'table'")
        return [row for (table,) in tables for row in tx.all(f"SELECT * FROM {table}")]

    found: list[tuple[object, ...]] = await cast.server.relay.parts.db.read(look)
    return found


async def test_a_conversation_that_was_begun_for_somebody_leaves_none_of_it(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    new = await NewConversation.begin(maria, portal_of(cast), "de", NICKNAME)
    pending = new.pending
    account = await cast.registers(NEW_NAME)
    arrival = await answers(cast, account, pending.words)
    suggested = new.suggested_name("de")
    secrets = secrets_of(pending, arrival, new.box16)
    secrets |= {"nickname": NICKNAME.encode(), "suggested": suggested.encode()}
    # Before the yes there is neither box nor ticket.
    assert on_disk(cast, {**secrets, "box": new.box16}) == set()
    answer = await new.look()
    assert answer is not None
    await new.confirm(answer)
    found = await arrival.check()
    assert found is not None
    await found.say("Da bin ich.")
    (case,) = await (await at_desk(maria)).take_up()
    await has(case.box, "Da bin ich.")
    assert on_disk(cast, {**secrets, "text": b"Da bin ich."}) == set()
    await cast.server.elapse(MINUTE_MS)
    assert on_disk(cast, ids_of(arrival)) == set()
