"""The catalogue's JavaScript files: each message in one, and no file needs a later one."""

from __future__ import annotations

from itertools import chain

import pytest

from crypto.wire import accounts, boxes, catalogue, live
from crypto.wire.base import Audience, Credential, Record
from crypto.wire.mirror import JS_PATHS, mirrors, render_js, tables_of


def names(kind: str) -> list[str]:
    """Every name of this kind in all files, as often as it stands there."""
    return sorted(chain.from_iterable(tables_of(audience)[kind] for audience in Audience))


def test_each_message_stands_in_exactly_one_file() -> None:
    assert names("command") == names("reply") == sorted(catalogue.commands())
    assert names("event") == sorted(catalogue.events())
    assert names("content") == sorted(content.__name__ for content in catalogue.contents())
    nested = (one.__name__ for one in catalogue.records() if issubclass(one, Record))
    assert names("record") == sorted(nested)


@pytest.mark.parametrize("audience", Audience)
def test_a_file_needs_no_record_of_a_later_one(audience: Audience) -> None:
    known = {name for each in Audience if each <= audience for name in tables_of(each)["record"]}
    fields = chain.from_iterable(
        fields for table in tables_of(audience).values() for fields in table.values()
    )
    named = {field.rsplit(" ", 1)[-1] for field in fields if " record " in field}
    assert named <= known


def test_the_credential_tells_the_audience_unless_a_command_says_another() -> None:
    found = catalogue.commands().values()
    staff = [one for one in found if one.META.credential is Credential.STAFF]
    signed_in = [one for one in found if one.META.credential is Credential.SIGN_IN]
    assert {one.META.audience for one in staff} == {Audience.STAFF, Audience.CONTACTS}
    assert {one.META.audience for one in signed_in} == {Audience.ACCOUNT}
    assert boxes.Read.META.audience is Audience.EVERYONE
    assert boxes.Swap.META.audience is Audience.STAFF
    assert accounts.SignInStart.META.audience is Audience.ACCOUNT
    assert live.Ticket.AUDIENCE is Audience.EVERYONE
    assert live.QueueRowChanged.AUDIENCE is Audience.STAFF


def test_a_file_that_not_everyone_loads_has_its_messages_learned() -> None:
    learning = {each for each in Audience if "learn(MESSAGES);" in render_js(each)}
    assert learning == {Audience.ACCOUNT, Audience.STAFF, Audience.CONTACTS}


def test_the_mirrors_are_written_where_they_are_read() -> None:
    written = mirrors()
    assert all(path.read_text("utf-8") == text for path, text in written.items())
    assert set(JS_PATHS.values()) < set(written)
