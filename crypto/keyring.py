"""What an account must remember: sealed pages that any of its devices may save (section 3).

    page  = [1, page, version, nonce24, AEAD(KK, nonce, ad=["page",page,version], padded content)]
    content = [pseudonym, [log size, log root], [[team16, epoch, seed]...], [entry...],
               [[box16, counter, draft, generation]...], [counter, settings]]
    entry: see entry.py

All P pages of an account always exist and are padded to a power of two of at least 4 KiB, so the
relay sees no number of boxes. Page 0 also holds pseudonym, log pin, team seeds and the account's
settings; elsewhere they are empty. A draft lies on the page of its box, exactly as typed (UTF-8 in
a bin), and an empty one is a deleted one; it goes with the generation of the entry that it is of.
Two devices save by compare-and-swap; on conflict the
loser fetches, merges, retries.
`merge` is a join: commutative, associative, idempotent, so that no order of saving matters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from crypto import labels
from crypto.encoding import Value, array, binary, decode_array, encode, text, uint
from crypto.entry import (
    MAX_DRAFT_BYTES,
    MAX_SETTINGS_BYTES,
    Entry,
    EntryState,
    entry_of,
    entry_value,
    gone_minute,
    merge_entry,
)
from crypto.epoch import MAX_EPOCH
from crypto.errors import BadLength, LocalError, NotCanonical, RemoteError
from crypto.keys import AccountSecret, KemSecret
from crypto.primitives import (
    NONCE_BYTES,
    TAG_BYTES,
    aead_open,
    aead_seal,
    kdf,
    sodium_pad,
    sodium_unpad,
)
from crypto.random import Rand, random_bytes

SEEKER_PAGES = 1
STAFF_PAGES = 16
MIN_CONTENT_BYTES = 4 * 1024
MAX_CONTENT_BYTES = 256 * 1024
MAX_PSEUDONYM_CHARS = 32
# Letters to a team key live 30 days; a team needs far fewer keys than this in that time.
SEEDS_PER_TEAM = 16
GONE_KEPT_DAYS = 60

_PAGE_VERSION = 1
_ID_BYTES = 16
_HASH_BYTES = 32
_MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSeed:
    """The KEM seed of one team epoch."""

    team16: bytes
    epoch: int
    seed: KemSecret


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is being written to a box; the higher counter wins, empty means deleted.

    It is of one generation of the box's entry and goes with it.
    """

    box16: bytes
    counter: int
    text: bytes = field(repr=False)
    generation: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSettings:
    """Settings of the account: an encoding of the client's choosing, at most 8 KiB."""

    counter: int = 0
    raw: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """The inside of one page; but for `entries` and `drafts`, all is empty except on page 0."""

    pseudonym: str = ""
    log_size: int = 0
    log_root: bytes = b""
    team_seeds: tuple[TeamSeed, ...] = ()
    entries: tuple[Entry, ...] = ()
    drafts: tuple[Draft, ...] = ()
    settings: AccountSettings = AccountSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPage:
    """A page that opened, with the version under which it was sealed."""

    version: int
    content: PageContent


def page_of(ams: AccountSecret, box16: bytes, pages: int) -> int:
    """Return the page on which a box lies, of `pages` in all (1 or 16)."""
    return kdf(_key(ams), labels.PAGE, box16)[0] % pages


def seal_page(
    ams: AccountSecret,
    page: int,
    version: int,
    content: PageContent,
    pages: int,
    rand: Rand = random_bytes,
) -> bytes:
    """Seal one page under `version`; LocalError for content that `open_page` would refuse."""
    encoded = encode_content(normalised(content))
    try:
        _check_places(ams, page, pages, decode_content(encoded))
    except RemoteError as error:
        raise LocalError("page content breaks its own rules") from error
    size = max(MIN_CONTENT_BYTES, 1 << len(encoded).bit_length())
    if size > MAX_CONTENT_BYTES:
        raise LocalError("page full")
    nonce = rand(NONCE_BYTES)
    sealed = aead_seal(_key(ams), nonce, _ad(page, version), sodium_pad(encoded, size))
    return encode([_PAGE_VERSION, page, version, nonce, sealed])


def open_page(ams: AccountSecret, page: int, raw: bytes, pages: int) -> OpenPage:
    """Open what the relay sent as `page`; the caller compares the version with its pin."""
    format_version, number, version, nonce, sealed = decode_array(raw, 5)
    if uint(format_version) != _PAGE_VERSION or uint(number) != page:
        raise NotCanonical("unknown page version, or another page")
    padded = aead_open(
        _key(ams), binary(nonce, NONCE_BYTES), _ad(page, uint(version)), _sealed(sealed)
    )
    encoded = sodium_unpad(padded, len(padded))
    if max(MIN_CONTENT_BYTES, 1 << len(encoded).bit_length()) != len(padded):
        raise BadLength("not the smallest page")
    content = decode_content(encoded)
    _check_places(ams, page, pages, content)
    return OpenPage(version=uint(version), content=content)


def without_expired(content: PageContent, now_minute: int) -> PageContent:
    """Drop what has been gone for more than GONE_KEPT_DAYS."""
    oldest = now_minute - GONE_KEPT_DAYS * _MINUTES_PER_DAY
    kept = (e for e in content.entries if e.state != EntryState.GONE or gone_minute(e) >= oldest)
    return replace(content, entries=tuple(kept))


# --- merging: each rule is a maximum or a union --------------------------------------------------


def merge(one: PageContent, other: PageContent) -> PageContent:
    """Join two contents of the same page; neither loses a secret, whoever saved first."""
    log_size, log_root = max((c.log_size, c.log_root) for c in (one, other))
    entries = _merge_entries(one.entries + other.entries)
    return PageContent(
        pseudonym=max(one.pseudonym, other.pseudonym, key=lambda name: name.encode("utf-8")),
        log_size=log_size,
        log_root=log_root,
        team_seeds=_merge_seeds(one.team_seeds + other.team_seeds),
        entries=entries,
        drafts=_merge_drafts(one.drafts + other.drafts, entries),
        settings=max(one.settings, other.settings, key=lambda kept: (kept.counter, kept.raw)),
    )


def normalised(content: PageContent) -> PageContent:
    """Return `content` in the one order in which it is sealed, without doubles."""
    return merge(content, content)


def _merge_entries(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    merged: dict[bytes, Entry] = {}
    for entry in entries:
        merged[entry.box16] = merge_entry(merged.get(entry.box16, entry), entry)
    return tuple(merged[box16] for box16 in sorted(merged))


def _merge_drafts(drafts: Iterable[Draft], entries: Iterable[Entry]) -> tuple[Draft, ...]:
    first = {entry.box16: _first_draft(entry) for entry in entries}
    merged: dict[bytes, Draft] = {}
    for draft in drafts:
        merged[draft.box16] = max(merged.get(draft.box16, draft), draft, key=_draft_order)
    kept = (merged[box16] for box16 in sorted(merged))
    return tuple(one for one in kept if one.generation >= first.get(one.box16, 0))


def _first_draft(entry: Entry) -> int:
    """Return the lowest generation whose draft an entry leaves standing."""
    return entry.generation + (entry.state == EntryState.GONE)


def _draft_order(draft: Draft) -> tuple[int, int, bytes]:
    return draft.generation, draft.counter, draft.text


def _merge_seeds(seeds: Iterable[TeamSeed]) -> tuple[TeamSeed, ...]:
    ordered = sorted(set(seeds), key=_seed_order)
    kept: list[TeamSeed] = []
    for team16 in sorted({seed.team16 for seed in ordered}):
        kept += [seed for seed in ordered if seed.team16 == team16][-SEEDS_PER_TEAM:]
    return tuple(kept)


def _seed_order(seed: TeamSeed) -> tuple[bytes, int, bytes]:
    return seed.team16, seed.epoch, seed.seed.raw


# --- bytes -----------------------------------------------------------------------------------


def _key(ams: AccountSecret) -> bytes:
    return kdf(ams.raw, labels.KEYRING)


def _ad(page: int, version: int) -> Value:
    return ["page", page, version]


def _sealed(value: Value) -> bytes:
    sealed = binary(value)
    size = len(sealed) - TAG_BYTES
    if not MIN_CONTENT_BYTES <= size <= MAX_CONTENT_BYTES or size & (size - 1):
        raise BadLength("page")
    return sealed


def _check_places(ams: AccountSecret, page: int, pages: int, content: PageContent) -> None:
    if page != 0 and replace(content, entries=(), drafts=()) != PageContent():
        raise NotCanonical("only page 0 holds what belongs to the account")
    boxes = {entry.box16 for entry in content.entries} | {draft.box16 for draft in content.drafts}
    if any(page_of(ams, box16, pages) != page for box16 in boxes):
        raise NotCanonical("entry or draft on the wrong page")


def encode_content(content: PageContent) -> bytes:
    """Write the inside of a page, before padding; it must be `normalised`."""
    seeds: list[Value] = [[s.team16, s.epoch, s.seed.raw] for s in content.team_seeds]
    entries = [entry_value(entry) for entry in content.entries]
    drafts: list[Value] = [[d.box16, d.counter, d.text, d.generation] for d in content.drafts]
    settings: Value = [content.settings.counter, content.settings.raw]
    log_pin: Value = [content.log_size, content.log_root]
    return encode([content.pseudonym, log_pin, seeds, entries, drafts, settings])


def decode_content(encoded: bytes) -> PageContent:
    """Undo `encode_content`; NotCanonical for anything out of order or under a wrong hash."""
    pseudonym, log_pin, seeds, entries, drafts, settings = decode_array(encoded, 6)
    log_size, log_root = array(log_pin, 2)
    counter, raw_settings = array(settings, 2)
    content = PageContent(
        pseudonym=text(pseudonym, MAX_PSEUDONYM_CHARS),
        log_size=uint(log_size),
        log_root=binary(log_root, 0, _HASH_BYTES),
        team_seeds=tuple(_seed_of(seed) for seed in array(seeds)),
        entries=tuple(entry_of(entry) for entry in array(entries)),
        drafts=tuple(_draft_of(draft) for draft in array(drafts)),
        settings=AccountSettings(counter=uint(counter), raw=binary(raw_settings)),
    )
    if len(content.settings.raw) > MAX_SETTINGS_BYTES:
        raise NotCanonical("settings too large")
    if normalised(content) != content:
        raise NotCanonical("page content out of order")
    return content


def _seed_of(value: Value) -> TeamSeed:
    team16, epoch, seed = array(value, 3)
    return TeamSeed(
        team16=binary(team16, _ID_BYTES), epoch=uint(epoch), seed=KemSecret(binary(seed, 32))
    )


def _draft_of(value: Value) -> Draft:
    box16, counter, raw, generation = array(value, 4)
    draft = Draft(
        box16=binary(box16, _ID_BYTES),
        counter=uint(counter),
        text=binary(raw),
        generation=uint(generation, MAX_EPOCH),
    )
    if len(draft.text) > MAX_DRAFT_BYTES:
        raise NotCanonical("draft too large")
    return draft
