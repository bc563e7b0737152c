"""Accounts of seekers through the Python client and a real relay: doors, sheets, the end."""

from __future__ import annotations

import pytest

from clientlib import accounts, doorchange, stock
from clientlib.account import SeekerAccount
from clientlib.relay import RelayClient
from clientlib.settings import Settings
from crypto import account, doors, recovery
from crypto.errors import LocalError, RemoteError, WrongKey
from crypto.keyring import SEEKER_PAGES
from crypto.passphrase import BadCharacter, TooLong, TooShort, TooWeak
from crypto.recovery import Mistyped
from crypto.wire.accounts import AccountKind, AccountStock, SignInStart
from crypto.wire.boxes import BoxState
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.actors import NEW_PHRASE, PHRASE, Cast, chat
from tests.helpers.enrolled import enrolled, office

NAME = "kiesel-407"
WEAK = "abcdefghijklmnop"


@pytest.fixture
async def published(cast: Cast) -> Cast:
    """An organisation with a log that seekers can check."""
    await enrolled(cast)
    return cast


async def refused(work: object, code: ErrorCode) -> None:
    with pytest.raises(WireError) as found:
        await work  # type: ignore[misc]
    assert found.value.code is code


async def by_code(cast: Cast, code: str) -> SeekerAccount:
    relay = await cast.line()
    signed_in = await accounts.sign_in_by_code(
        relay, code=code, deployment_id=cast.root.deployment_id
    )
    return await cast.account_of(relay, signed_in)


async def opens_nothing(cast: Cast, *, phrase: str = "", code: str = "") -> None:
    """The door answers, and what it gives opens for nobody."""
    work = by_code(cast, code) if code else cast.seeker_signs_in(NAME, phrase)
    with pytest.raises(WrongKey):
        await work


async def test_three_devices_sign_in_by_name_and_one_by_the_sheet(published: Cast) -> None:
    code = recovery.new_code()
    first = await published.registers(NAME, code)
    others = [await published.seeker_signs_in(NAME.upper()) for _ in range(2)]
    sheet = await by_code(published, recovery.read_code(recovery.written(code).lower()))
    for one in (*others, sheet):
        assert one.ams == first.ams
        assert one.pseudonym == NAME
    assert first.handle == account.handle(first.ams)
    assert first.settings == Settings(sheet_noted=False)
    await first.keep_settings(sheet_noted=True)
    assert (await published.seeker_signs_in(NAME)).settings.sheet_noted
    counted = await stock.stock(first.relay)
    assert (counted.doors, counted.pages) == (2, SEEKER_PAGES)


async def test_a_name_that_is_taken_says_so_and_another_one_works(published: Cast) -> None:
    await published.registers(NAME)
    with pytest.raises(WireError) as taken:
        await published.registers(NAME)
    assert taken.value.code is ErrorCode.NAME_TAKEN
    assert (await published.registers("kiesel-408")).pseudonym == "kiesel-408"


@pytest.mark.parametrize(
    ("name", "phrase", "error"),
    [
        (NAME, WEAK, TooWeak),
        (NAME, "kiesel-407 kiesel-407", TooWeak),
        (NAME, "kurz", TooShort),
        (NAME, "lang " * 60, TooLong),
        ("zwei worte", PHRASE, BadCharacter),
        ("ab", PHRASE, TooShort),
    ],
)
async def test_what_must_not_be_chosen_sends_nothing(
    cast: Cast, name: str, phrase: str, error: type[RemoteError]
) -> None:
    relay = await counted_line(cast)
    with pytest.raises(error):
        await accounts.create(
            relay,
            name=name,
            phrase=phrase,
            deployment_id=cast.root.deployment_id,
            kind=AccountKind.SEEKER,
        )
    assert relay.sent == 0


class CountedLine(RelayClient):
    """Counts what it sends."""

    sent = 0

    async def request(self, command, credential=b""):  # type: ignore[no-untyped-def]
        self.sent += 1
        return await super().request(command, credential)


async def counted_line(cast: Cast) -> CountedLine:
    relay = CountedLine(cast.server.url)
    await relay.open()
    cast.lines.append(relay)
    return relay


async def test_a_mistyped_code_sends_nothing_at_all(cast: Cast) -> None:
    code = recovery.new_code()
    typed = recovery.written(code)
    wrong = ("7" if typed[0] != "7" else "8") + typed[1:]
    relay = await counted_line(cast)
    deployment_id = cast.root.deployment_id
    with pytest.raises(Mistyped):
        await accounts.sign_in_by_code(
            relay, code=recovery.read_code(wrong), deployment_id=deployment_id
        )
    # What was not read from a sheet is no code: with its check symbols, or shorter.
    for never_read in (typed, code[:-1], code.lower()):
        with pytest.raises((LocalError, Mistyped)):
            await accounts.sign_in_by_code(relay, code=never_read, deployment_id=deployment_id)
        with pytest.raises((LocalError, Mistyped)):
            await accounts.delete_by_code(relay, code=never_read, deployment_id=deployment_id)
    assert relay.sent == 0


async def test_a_changed_passphrase_ends_the_other_sign_ins_and_the_old_one(
    published: Cast,
) -> None:
    code = recovery.new_code()
    here = await published.registers(NAME, code)
    elsewhere = await published.seeker_signs_in(NAME)
    await doorchange.change_passphrase(
        here.relay,
        name=NAME,
        old=PHRASE,
        new=NEW_PHRASE,
        deployment_id=published.root.deployment_id,
    )
    # Here it goes on; everywhere else the next request is refused.
    await here.keep_settings(sheet_noted=True)
    await refused(elsewhere.keep_settings(sheet_noted=False), ErrorCode.UNAUTHORISED)
    await refused(stock.stock(elsewhere.relay), ErrorCode.UNAUTHORISED)
    await opens_nothing(published, phrase=PHRASE)
    again = await published.seeker_signs_in(NAME, NEW_PHRASE)
    assert again.ams == here.ams
    assert again.settings.sheet_noted
    # The sheet is another door: it still opens.
    assert (await by_code(published, code)).ams == here.ams


async def test_a_passphrase_is_changed_by_who_knows_the_old_one_only(published: Cast) -> None:
    here = await published.registers(NAME)
    deployment_id = published.root.deployment_id
    change = doorchange.change_passphrase
    with pytest.raises(WrongKey):
        await change(
            here.relay, name=NAME, old=NEW_PHRASE, new=NEW_PHRASE, deployment_id=deployment_id
        )
    with pytest.raises(TooWeak):
        await change(here.relay, name=NAME, old=PHRASE, new=WEAK, deployment_id=deployment_id)
    # Somebody else's door, on a line where one is signed in oneself.
    other = await published.registers("kiesel-408")
    await refused(
        change(other.relay, name=NAME, old=PHRASE, new=NEW_PHRASE, deployment_id=deployment_id),
        ErrorCode.UNAUTHORISED,
    )
    stranger = await published.line()
    await refused(
        change(stranger, name=NAME, old=PHRASE, new=NEW_PHRASE, deployment_id=deployment_id),
        ErrorCode.UNAUTHORISED,
    )
    assert (await published.seeker_signs_in(NAME)).ams == here.ams


async def test_a_lost_passphrase_comes_back_by_the_sheet(published: Cast) -> None:
    code, new_code = recovery.new_code(), recovery.new_code()
    first = await published.registers(NAME, code)
    sheet = await by_code(published, code)
    await doorchange.renew(
        sheet.relay,
        name=sheet.pseudonym,
        code=code,
        new_phrase=NEW_PHRASE,
        new_code=new_code,
        deployment_id=published.root.deployment_id,
    )
    await opens_nothing(published, phrase=PHRASE)
    await opens_nothing(published, code=code)
    assert (await published.seeker_signs_in(NAME, NEW_PHRASE)).ams == first.ams
    assert (await by_code(published, new_code)).ams == first.ams
    await refused(stock.stock(first.relay), ErrorCode.UNAUTHORISED)


async def test_a_new_sheet_takes_the_place_of_the_old_one_or_of_none(published: Cast) -> None:
    here = await published.registers(NAME)
    codes = [recovery.new_code() for _ in range(2)]
    for code in codes:
        await doorchange.change_code(
            here.relay,
            name=NAME,
            phrase=PHRASE,
            code=code,
            deployment_id=published.root.deployment_id,
        )
        assert (await by_code(published, code)).ams == here.ams
    await opens_nothing(published, code=codes[0])
    assert (await stock.stock(here.relay)).doors == 2


async def test_a_deleted_account_answers_like_an_unknown_one(cast: Cast) -> None:
    maria = await office(cast)
    code = recovery.new_code()
    here = await cast.registers(NAME, code)
    theirs, hers, _ = await chat(cast, maria, here)
    await theirs.say("Ich gehe.")
    with pytest.raises(WrongKey):
        await here.delete(phrase=NEW_PHRASE, deployment_id=cast.root.deployment_id)
    await theirs.say("Noch bin ich da.")
    await here.delete(phrase=PHRASE, deployment_id=cast.root.deployment_id)
    # The chat ended with a signed word; nothing else of the account stays.
    await hers.wait_until(lambda: hers.clock.state is BoxState.CLOSED)
    assert hers.closed_by is not None
    await opens_nothing(cast, phrase=PHRASE)
    await opens_nothing(cast, code=code)
    await refused(here.relay.request(AccountStock()), ErrorCode.UNAUTHORISED)
    handle, kind = account.handle(here.ams), int(AccountKind.SEEKER)
    for sql in (
        "SELECT 1 FROM accounts_accounts WHERE handle = $1 OR kind = $2",
        "SELECT 1 FROM accounts_doors JOIN accounts_accounts USING (account16)"
        " WHERE handle = $1 OR accounts_accounts.kind = $2",
        "SELECT 1 FROM accounts_pages JOIN accounts_accounts USING (account16)"
        " WHERE handle = $1 OR kind = $2",
    ):
        found = await cast.server.relay.parts.db.read(lambda tx, sql=sql: tx.all(sql, handle, kind))
        assert found == []
    # The name is free again, for another account.
    assert (await cast.registers(NAME, code)).ams != here.ams


async def test_an_account_is_deleted_by_its_sheet_too(published: Cast) -> None:
    code = recovery.new_code()
    await published.registers(NAME, code)
    sheet = await by_code(published, code)
    await sheet.delete_by_code(code=code, deployment_id=published.root.deployment_id)
    await opens_nothing(published, phrase=PHRASE)
    await opens_nothing(published, code=code)


async def test_an_unknown_name_is_answered_like_a_known_one(published: Cast) -> None:
    await published.registers(NAME)
    relay = await published.line()
    answers = []
    for name in (NAME, "niemand-111"):
        door_id = doors.login_id(name, published.root.deployment_id)
        started = doors.start(door_id, b"irgendetwas ganz anderes")
        start = SignInStart(id16=door_id, alpha=started.alpha, device_token=b"", stamp=b"")
        reply = await relay.request(start)
        answers.append((len(reply.beta), len(reply.slot), len(reply.challenge)))
        with pytest.raises(WrongKey):
            doors.open_slot(started, reply.beta, reply.slot)
    assert answers[0] == answers[1]


async def test_what_is_still_on_the_server_is_counted_exactly(cast: Cast) -> None:
    maria = await office(cast)
    here = await cast.registers(NAME, recovery.new_code())
    theirs, hers, _ = await chat(cast, maria, here)
    for i in range(3):
        await theirs.say(f"Nummer {i}")
    await theirs.send_file(b"%PDF-1.7\n" + bytes(3_000), "notiz.pdf")
    await hers.wait_until(lambda: len([one for one in hers.said if not one.mine]) == 5)
    counted = await stock.stock_of(here)
    assert (counted.account.doors, counted.account.pages, counted.account.sign_ins) == (2, 1, 1)
    (held,) = counted.conversations
    assert held.box16 == theirs.box16
    # Commit, introduction, three texts, one file.
    assert (held.box.envelopes, held.box.caps, held.blobs.attachments) == (6, 2, 1)
    assert held.box.state == BoxState.OPEN
    pages, envelopes = await cast.server.relay.parts.db.read(
        lambda tx: (
            tx.all(
                "SELECT length(page_sealed) FROM accounts_pages"
                " JOIN accounts_accounts USING (account16) WHERE handle = $1",
                here.handle,
            ),
            tx.all("SELECT count(*) FROM boxes_boxes WHERE box16 = $1", theirs.box16),
        )
    )
    assert counted.account.page_bytes == sum(row[0] for row in pages)
    assert envelopes == [(1,)]
    held_bytes = held.box.envelope_bytes + held.blobs.attachment_bytes
    assert counted.stored_bytes == counted.account.page_bytes + held_bytes
    await hers.close()
    await theirs.wait_until(lambda: theirs.clock.state is BoxState.CLOSED)
    (held,) = (await stock.stock_of(here)).conversations
    assert (held.box.state, held.box.purge_minute) == (BoxState.CLOSED, theirs.clock.purge_minute)
    await cast.server.elapse(49 * 3_600_000)
    again = await cast.seeker_signs_in(NAME)
    assert (await stock.stock_of(again)).conversations == ()
