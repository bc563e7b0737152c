"""Keyring pages, entries, and the merge that lets two devices save at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import entry, keyring
from crypto.encoding import encode
from crypto.entry import Entry, EntryState, KeptSecret
from crypto.errors import LocalError, RemoteError
from crypto.keyring import AccountSettings, Draft, PageContent, TeamSeed
from crypto.keys import AccountSecret, EpochSecret, KemSecret
from tests.helpers.vectors import (
    Case,
    ReplayRand,
    SeededRand,
    assert_reproduced,
    flip,
    name_of,
    vectors,
)

_AMS = AccountSecret(bytes(range(32)))
_BOXES = [bytes([n]) * 16 for n in range(1, 5)]
_MINUTE = 29_000_000


# --- strategies: few boxes and secrets, so that contents meet -----------------------------------

_kept = st.builds(
    KeptSecret,
    epoch=st.integers(0, 3),
    es=st.integers(0, 4).map(lambda n: EpochSecret(bytes([n]) * 32)),
)
_chains = st.integers(0, 2).map(lambda n: bytes([n]) * 32)
_live = st.builds(
    Entry,
    box16=st.sampled_from(_BOXES),
    kind=st.integers(1, 3),
    state=st.sampled_from([EntryState.OPEN, EntryState.CLOSED]),
    key_context=st.sampled_from(_BOXES),
    secrets=st.lists(_kept, max_size=4).map(tuple),
    pin_n=st.integers(0, 3),
    pin_chain=_chains,
    counter=st.integers(0, 2),
    settings=st.sampled_from([b"", b"a", b"b", b"b\x00"]),
    generation=st.integers(0, 2),
)
_ended = st.builds(
    entry.ended, _live, st.integers(_MINUTE, _MINUTE + 2), st.integers(0, 3), _chains
)
_live |= _ended
_gone = st.builds(entry.gone, _live, st.integers(_MINUTE, _MINUTE + 2), st.integers(0, 3), _chains)
_seeds = st.builds(
    TeamSeed,
    team16=st.sampled_from(_BOXES),
    epoch=st.integers(0, 40),
    seed=st.integers(0, 1).map(lambda n: KemSecret(bytes([n]) * 32)),
)
_drafts = st.builds(
    Draft,
    box16=st.sampled_from(_BOXES),
    counter=st.integers(0, 2),
    text=st.sampled_from([b"", b"a", b"b"]),
    generation=st.integers(0, 2),
)
_settings = st.builds(
    AccountSettings, counter=st.integers(0, 2), raw=st.sampled_from([b"", b"a", b"b"])
)
_contents = st.builds(
    PageContent,
    pseudonym=st.sampled_from(["", "eva", "zoë", "ab\U0001f333", "ab\uff5e"]),
    log_size=st.integers(0, 2),
    log_root=_chains,
    team_seeds=st.lists(_seeds, max_size=40).map(tuple),
    entries=st.lists(_live | _gone, max_size=5).map(tuple),
    drafts=st.lists(_drafts, max_size=5).map(tuple),
    settings=_settings,
).map(keyring.normalised)


def _entry(**changes: Any) -> Entry:
    plain = Entry(
        box16=_BOXES[0],
        kind=1,
        state=EntryState.OPEN,
        key_context=_BOXES[0],
        secrets=(KeptSecret(epoch=0, es=EpochSecret(bytes(32))),),
        pin_n=0,
        pin_chain=bytes(32),
        counter=0,
        settings=b"",
    )
    return replace(plain, **changes)


# --- vectors ---------------------------------------------------------------------------------


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("keyring")


@pytest.mark.parametrize("case", vectors("keyring", "page_of"), ids=name_of)
def test_a_box_has_its_page(case: Case) -> None:
    ams = AccountSecret(case.bytes_of("ams"))
    case.check(lambda: {"page": keyring.page_of(ams, case.bytes_of("box16"), case.given["pages"])})


@pytest.mark.parametrize("case", vectors("keyring", "seal_page"), ids=name_of)
def test_a_page_is_sealed_and_opens_again(case: Case) -> None:
    ams = AccountSecret(case.bytes_of("ams"))
    page, version, pages = (case.given[key] for key in ("page", "version", "pages"))
    content = keyring.decode_content(case.bytes_of("content"))
    rand = ReplayRand(case.bytes_of("rand"))
    case.check(lambda: {"sealed": keyring.seal_page(ams, page, version, content, pages, rand)})
    opened = keyring.open_page(ams, page, bytes.fromhex(case.out["sealed"]), pages)
    assert opened == keyring.OpenPage(version=version, content=content)


@pytest.mark.parametrize("case", vectors("keyring", "open_page"), ids=name_of)
def test_a_page_that_was_tampered_with_is_refused(case: Case) -> None:
    ams = AccountSecret(case.bytes_of("ams"))
    page, pages = case.given["page"], case.given["pages"]
    case.check(lambda: {"page": keyring.open_page(ams, page, case.bytes_of("sealed"), pages)})


@pytest.mark.parametrize("case", vectors("keyring", "decode_content"), ids=name_of)
def test_a_content_that_we_would_not_write_is_refused(case: Case) -> None:
    case.check(lambda: {"content": keyring.decode_content(case.bytes_of("content"))})


@pytest.mark.parametrize("case", vectors("keyring", "merge"), ids=name_of)
def test_contents_merge_as_in_the_vectors(case: Case) -> None:
    one, other = (keyring.decode_content(case.bytes_of(key)) for key in ("one", "other"))
    case.check(lambda: {"merged": keyring.encode_content(keyring.merge(one, other))})
    case.check(lambda: {"merged": keyring.encode_content(keyring.merge(other, one))})


# --- the join --------------------------------------------------------------------------------


@settings(deadline=None)
@given(_contents, _contents)
def test_merging_is_commutative(one: PageContent, other: PageContent) -> None:
    assert keyring.merge(one, other) == keyring.merge(other, one)


@settings(deadline=None)
@given(_contents, _contents, _contents)
def test_merging_is_associative(one: PageContent, two: PageContent, three: PageContent) -> None:
    left = keyring.merge(keyring.merge(one, two), three)
    assert left == keyring.merge(one, keyring.merge(two, three))


@settings(deadline=None)
@given(_contents, _contents)
def test_merging_is_idempotent(one: PageContent, other: PageContent) -> None:
    merged = keyring.merge(one, other)
    assert keyring.merge(one, one) == one
    assert keyring.merge(merged, one) == merged


@settings(deadline=None)
@given(_contents, _contents)
def test_no_secret_is_lost_unless_its_box_is_gone(one: PageContent, other: PageContent) -> None:
    merged = {e.box16: e for e in keyring.merge(one, other).entries}
    for before in (*one.entries, *other.entries):
        after = merged[before.box16]
        if before.generation < after.generation:
            assert after in (*one.entries, *other.entries)
        elif after.state == EntryState.GONE:
            assert after.secrets == ()
            assert after.key_context == b""
        else:
            assert {kept.es for kept in before.secrets} <= {kept.es for kept in after.secrets}


@settings(deadline=None)
@given(_contents, _contents)
def test_no_draft_is_lost_unless_a_newer_one_stands_or_its_box_is_gone(
    one: PageContent, other: PageContent
) -> None:
    merged = keyring.merge(one, other)
    kept = {draft.box16: draft for draft in merged.drafts}
    entries = {e.box16: e for e in merged.entries}
    for before in (*one.drafts, *other.drafts):
        found = entries.get(before.box16)
        here = (found.generation, found.state) if found else (0, EntryState.OPEN)
        after = kept.get(before.box16)
        if here >= (before.generation, EntryState.GONE) or here[0] > before.generation:
            assert after is None or after.generation > before.generation
        else:
            assert after is not None
            order = (before.generation, before.counter, before.text)
            assert (after.generation, after.counter, after.text) >= order


@settings(deadline=None)
@given(_contents)
def test_a_content_survives_its_encoding(content: PageContent) -> None:
    assert keyring.decode_content(keyring.encode_content(content)) == content


@settings(deadline=None)
@given(_live | _gone, _live | _gone)
def test_the_higher_generation_wins_whole(one: Entry, other: Entry) -> None:
    later, earlier = (replace(one, generation=2), replace(other, generation=1, box16=one.box16))
    assert entry.merge_entry(later, earlier) == entry.merge_entry(earlier, later) == later


def test_entries_of_different_boxes_are_never_joined() -> None:
    with pytest.raises(LocalError):
        entry.merge_entry(_entry(), _entry(box16=_BOXES[1]))


# --- pages -----------------------------------------------------------------------------------


def test_every_one_bit_flip_of_a_page_is_refused() -> None:
    sealed = keyring.seal_page(_AMS, 0, 1, PageContent(pseudonym="eva"), 1)
    step = 7  # every seventh bit: all of the head, and each byte of the rest
    for bit in (*range(50 * 8), *range(50 * 8, len(sealed) * 8, step)):
        with pytest.raises(RemoteError):
            keyring.open_page(_AMS, 0, flip(sealed, bit), 1)


def test_a_page_opens_only_under_its_own_account() -> None:
    sealed = keyring.seal_page(_AMS, 0, 1, PageContent(), 1)
    with pytest.raises(RemoteError, match="bad_tag"):
        keyring.open_page(AccountSecret(bytes(32)), 0, sealed, 1)


_ELSEWHERE = next(box for box in _BOXES if keyring.page_of(_AMS, box, 16) != 0)


@pytest.mark.parametrize(
    "content",
    [
        PageContent(entries=(_entry(box16=_ELSEWHERE, key_context=_ELSEWHERE),)),
        PageContent(drafts=(Draft(box16=_ELSEWHERE, counter=1, text=b"a"),)),
    ],
    ids=["entry", "draft"],
)
def test_nothing_on_a_foreign_page_is_written_or_read(content: PageContent) -> None:
    with pytest.raises(LocalError):
        keyring.seal_page(_AMS, 0, 1, content, 16)
    as_seeker = keyring.seal_page(_AMS, 0, 1, content, 1)
    with pytest.raises(RemoteError, match="not_canonical"):
        keyring.open_page(_AMS, 0, as_seeker, 16)


@pytest.mark.parametrize(
    "content",
    [
        PageContent(pseudonym="eva"),
        PageContent(log_size=1, log_root=bytes(32)),
        PageContent(team_seeds=(TeamSeed(team16=_BOXES[0], epoch=1, seed=KemSecret(bytes(32))),)),
        PageContent(settings=AccountSettings(counter=1)),
        PageContent(settings=AccountSettings(raw=b"a")),
    ],
    ids=["pseudonym", "log pin", "team seed", "settings counter", "settings"],
)
def test_only_page_0_holds_what_belongs_to_the_account(content: PageContent) -> None:
    with pytest.raises(LocalError):
        keyring.seal_page(_AMS, 1, 1, content, 16)


def test_all_pages_of_a_small_account_have_one_size() -> None:
    contents = [PageContent(), PageContent(pseudonym="eva"), PageContent(entries=(_entry(),))]
    sizes = {len(keyring.seal_page(_AMS, 0, 1, content, 1)) for content in contents}
    assert len(sizes) == 1


def test_a_page_that_would_not_fit_is_not_written() -> None:
    entries = tuple(
        _entry(box16=box, key_context=box, settings=bytes(1024))
        for box in (n.to_bytes(16, "big") for n in range(260))
    )
    with pytest.raises(LocalError, match="page full"):
        keyring.seal_page(_AMS, 0, 1, PageContent(entries=entries), 1)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_arbitrary_pages_and_contents_are_refused(raw: bytes) -> None:
    for call in (
        lambda: keyring.open_page(_AMS, 0, raw, 1),
        lambda: keyring.decode_content(raw),
    ):
        with pytest.raises(RemoteError):
            call()


_values = st.recursive(
    st.integers(0, 2**53 - 1) | st.binary(max_size=40) | st.just("text"),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(_values | st.lists(_values, min_size=4, max_size=10))
def test_any_encodable_value_is_an_entry_or_refused(value: Any) -> None:
    try:
        found = entry.entry_of(value)
    except RemoteError:
        return
    assert encode(entry.entry_value(found)) == encode(value)


# --- gone ------------------------------------------------------------------------------------


def test_a_gone_entry_finds_its_tomb_for_sixty_days_and_is_forgotten_then() -> None:
    buried = entry.gone(_entry(), _MINUTE, 9, bytes([9]) * 32)
    assert (buried.secrets, buried.key_context, buried.counter) == ((), b"", 0)
    assert entry.gone_minute(buried) == _MINUTE
    content = PageContent(entries=(buried, _entry(box16=_BOXES[1])))
    last = _MINUTE + keyring.GONE_KEPT_DAYS * 24 * 60
    assert keyring.without_expired(content, last) == content
    assert keyring.without_expired(content, last + 1).entries == content.entries[1:]


def test_that_it_has_moved_outlasts_that_it_is_gone() -> None:
    plain = entry.gone(_entry(), _MINUTE, 9, bytes([9]) * 32)
    moved = entry.gone(_entry(), _MINUTE, 9, bytes([9]) * 32, is_moved=True)
    assert (entry.has_moved(plain), entry.has_moved(moved), entry.has_moved(_entry())) == (
        False,
        True,
        False,
    )
    assert entry.gone_minute(moved) == _MINUTE
    assert entry.merge_entry(plain, moved) == entry.merge_entry(moved, plain) == moved


def test_an_open_entry_is_not_gone_since_any_minute() -> None:
    with pytest.raises(LocalError):
        entry.gone_minute(_entry())


def test_what_finds_the_tomb_outlasts_every_memory_that_lacks_it() -> None:
    end = entry.ended(_entry(pin_n=4), _MINUTE, 9, bytes([9]) * 32)
    unaware = entry.gone(_entry(pin_n=200), _MINUTE + 5, 0, bytes(32))
    for known in (end, entry.gone(end, _MINUTE + 5, 0, bytes(32))):
        for merged in (entry.merge_entry(known, unaware), entry.merge_entry(unaware, known)):
            assert merged.state is EntryState.GONE
            last = (merged.close_minute, merged.pin_n, merged.pin_chain)
            assert last == (_MINUTE, 9, bytes([9]) * 32)


def test_what_is_gone_learns_no_end_afterwards() -> None:
    over = entry.gone(_entry(), _MINUTE, 3, bytes(32))
    assert entry.ended(over, _MINUTE, 9, bytes([9]) * 32) == over


def test_no_secret_shows_in_the_repr_of_a_page() -> None:
    seed = TeamSeed(team16=_BOXES[0], epoch=1, seed=KemSecret(SeededRand("seed")(32)))
    es = KeptSecret(epoch=0, es=EpochSecret(SeededRand("es")(32)))
    shown = repr(PageContent(team_seeds=(seed,), entries=(_entry(secrets=(es,)),)))
    assert repr(seed.seed.raw) not in shown
    assert repr(es.es.raw) not in shown
