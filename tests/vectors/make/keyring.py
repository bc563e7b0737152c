"""Keyring: pages sealed and refused, places of boxes, and merges in every order."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from crypto import entry, keyring, labels
from crypto.encoding import Value, decode, encode
from crypto.entry import Entry, EntryState, KeptSecret
from crypto.epoch import es_hash
from crypto.keyring import AccountSettings, Draft, PageContent, TeamSeed
from crypto.keys import AccountSecret, EpochSecret, KemSecret
from crypto.primitives import aead_seal, kdf, sodium_pad
from tests.vectors.make.common import SeededRand, case, document, flip, outcome, packed

_RAND = SeededRand("keyring")
_AMS = AccountSecret(_RAND(32))
_NONCE = _RAND(24)
_BOXES = [_RAND(16) for _ in range(6)]
_SECRETS = [EpochSecret(_RAND(32)) for _ in range(4)]
_SEEDS = [KemSecret(_RAND(32)) for _ in range(3)]
_CHAINS = sorted(_RAND(32) for _ in range(2))
_CONTEXT = _RAND(16)
_LOG_ROOT = _RAND(32)
_CLOSE_MINUTE = 29_000_000


def cases() -> dict[str, Any]:
    """Places, sealed pages, refused pages, refused contents, merges."""
    return document(
        "Keyring pages (section 3). Contents are the canonical bytes of the inside of a page.",
        [*_places(), *_sealed(), *_refused_pages(), *_refused_contents(), *_merges()],
    )


def _entry(box: int = 0, **changes: Any) -> Entry:
    plain = Entry(
        box16=_BOXES[box],
        kind=1,
        state=EntryState.OPEN,
        key_context=_BOXES[box],
        secrets=(KeptSecret(epoch=0, es=_SECRETS[0]),),
        pin_n=3,
        pin_chain=_CHAINS[0],
        counter=1,
        settings=encode(["Nachtdienst"]),
    )
    return replace(plain, **changes)


def _first_page() -> PageContent:
    return keyring.normalised(
        PageContent(
            pseudonym="zoë.k",
            log_size=17,
            log_root=_LOG_ROOT,
            team_seeds=(
                TeamSeed(team16=_BOXES[4], epoch=1, seed=_SEEDS[0]),
                TeamSeed(team16=_BOXES[4], epoch=2, seed=_SEEDS[1]),
                TeamSeed(team16=_BOXES[5], epoch=1, seed=_SEEDS[2]),
            ),
            entries=(
                _entry(0),
                _entry(1, state=EntryState.CLOSED),
                _gone(2),
                _entry(3, generation=7),
                _ended(4),
                entry.gone(_ended(5), _CLOSE_MINUTE + 4_000, 0, bytes(32)),
            ),
            drafts=(_draft(0, 3, "Ich wollte noch "), _draft(1, 1, ""), _draft(3, 1, "ä", 7)),
            settings=AccountSettings(counter=2, raw=encode([1])),
        )
    )


def _draft(box: int, counter: int, text: str, generation: int = 0) -> Draft:
    return Draft(box16=_BOXES[box], counter=counter, text=text.encode(), generation=generation)


def _gone(box: int, minute: int = _CLOSE_MINUTE, generation: int = 0) -> Entry:
    return entry.gone(_entry(box, generation=generation), minute, 9, _CHAINS[1])


def _ended(box: int = 0, minute: int = _CLOSE_MINUTE, **changes: Any) -> Entry:
    return entry.ended(_entry(box, **changes), minute, 12, _CHAINS[1])


# --- pages -------------------------------------------------------------------------------------


def _places() -> list[dict[str, Any]]:
    made = []
    for number, box16 in enumerate(_BOXES):
        given = {"op": "page_of", "ams": _AMS.raw, "box16": box16, "pages": 16}
        out = {"page": keyring.page_of(_AMS, box16, 16)}
        made.append(case(f"place {number}", "KDF(KK, page, box16)[0] mod 16", given, out))
    return made


def _sealed() -> list[dict[str, Any]]:
    many = tuple(KeptSecret(epoch=n, es=EpochSecret(_many(n))) for n in range(60))
    place = keyring.page_of(_AMS, _BOXES[0], 16)
    table = [
        ("empty page", 0, 1, 1, PageContent()),
        ("first page of a seeker", 0, 7, 1, _first_page()),
        ("a page of 8 KiB", 0, 8, 1, PageContent(entries=(_entry(0, secrets=many),))),
        ("a page of staff", place, 2**53 - 1, 16, PageContent(entries=(_entry(0),))),
        ("a draft on a page of staff", place, 5, 16, PageContent(drafts=(_draft(0, 1, "ä"),))),
    ]
    made = []
    for name, page, version, pages, content in table:
        given = _page_facts(page, pages) | {
            "op": "seal_page",
            "version": version,
            "content": keyring.encode_content(content),
            "rand": _NONCE,
        }
        sealed = keyring.seal_page(_AMS, page, version, content, pages, lambda _: _NONCE)
        made.append(case(name, "seals, and opens again", given, {"sealed": sealed}))
    return made


def _many(number: int) -> bytes:
    return kdf(_AMS.raw, labels.EPOCH, number.to_bytes(16, "big"))


def _refused_pages() -> list[dict[str, Any]]:
    good = keyring.seal_page(_AMS, 0, 7, _first_page(), 1, lambda _: _NONCE)
    outer = decode(good)
    assert isinstance(outer, list)
    encoded = keyring.encode_content(_first_page())
    table: list[tuple[str, str, bytes, str]] = [
        ("one bit of the nonce", "flipped", flip(good, 8 * 10), "bad_tag"),
        ("one bit of the seal", "flipped", flip(good, 8 * 200), "bad_tag"),
        ("last bit", "flipped", flip(good, len(good) * 8 - 1), "bad_tag"),
        ("another version", "rolled back in clear", encode([*outer[:2], 6, *outer[3:]]), "bad_tag"),
        ("another page", "swapped", encode([1, 1, *outer[2:]]), "not_canonical"),
        ("page format 2", "unknown", encode([2, *outer[1:]]), "not_canonical"),
        ("four items", "wrong shape", encode(outer[:4]), "not_canonical"),
        ("short nonce", "23 bytes", encode([*outer[:3], bytes(23), outer[4]]), "not_canonical"),
        ("seal of no page size", "one byte less", encode([*outer[:4], bytes(4111)]), "bad_length"),
        ("page too small", "2 KiB", _resealed(sodium_pad(encoded[:900], 2048)), "bad_length"),
        ("page too large", "8 KiB for little", _resealed(sodium_pad(encoded, 8192)), "bad_length"),
        ("no padding", "all zero", _resealed(bytes(4096)), "bad_length"),
        ("empty", "no bytes", b"", "not_canonical"),
    ]
    made = []
    for name, comment, sealed, want in table:
        got, _ = outcome(partial(keyring.open_page, _AMS, 0, sealed, 1))
        assert got == want, (name, got)
        given = _page_facts(0, 1) | {"op": "open_page", "sealed": packed(sealed)}
        made.append(case(name, comment, given, None, want))
    return made


def _resealed(padded: bytes) -> bytes:
    key = kdf(_AMS.raw, labels.KEYRING)
    return encode([1, 0, 7, _NONCE, aead_seal(key, _NONCE, ["page", 0, 7], padded)])


def _page_facts(page: int, pages: int) -> dict[str, Any]:
    return {"ams": _AMS.raw, "page": page, "pages": pages}


# --- contents that open but were not written by us -------------------------------------------


def _refused_contents() -> list[dict[str, Any]]:
    plain, gone = entry.entry_value(_entry()), entry.entry_value(_gone(0))
    other = entry.entry_value(_entry(1))
    first, second = (plain, other) if _BOXES[0] > _BOXES[1] else (other, plain)
    two = [_secret(0, 0), _secret(1, 1)]
    table: list[tuple[str, str, Value]] = [
        ("entries out of order", "descending", _content([first, second])),
        ("entry twice", "one box, two entries", _content([plain, plain])),
        ("secrets out of order", "descending epochs", _content([_put(plain, 4, two[::-1])])),
        ("secret twice", "one hash", _content([_put(plain, 4, [two[0], two[0]])])),
        ("secret under a wrong hash", "of another", _content([_put(plain, 4, [_lying()])])),
        ("epoch too large", "2^32", _content([_put(plain, 4, [_secret(2**32, 0)])])),
        ("state 0", "unknown", _content([_put(plain, 2, 0)])),
        ("state 4", "unknown", _content([_put(plain, 2, 4)])),
        ("kind 256", "unknown", _content([_put(plain, 1, 256)])),
        ("short box", "15 bytes", _content([_put(plain, 0, bytes(15))])),
        ("no key context", "open, but empty", _content([_put(plain, 3, b"")])),
        ("short key context", "15 bytes", _content([_put(plain, 3, bytes(15))])),
        ("short pin", "31 bytes", _content([_put(plain, 5, [3, bytes(31)])])),
        ("settings too large", "8 KiB and one", _content([_put(plain, 7, bytes(8193))])),
        ("generation too large", "2^32", _content([_put(plain, 8, 2**32)])),
        ("entry of eight", "no generation", _content([_items(plain)[:8]])),
        ("entry of nine", "no close minute", _content([_items(plain)[:9]])),
        ("entry of eleven", "one item more", _content([[*_items(plain), 0]])),
        ("gone with a secret", "must be empty", _content([_put(gone, 4, [two[0]])])),
        ("gone with a context", "must be empty", _content([_put(gone, 3, _CONTEXT)])),
        ("gone with a counter", "must be zero", _content([_put(gone, 6, 1)])),
        ("gone without minute", "settings empty", _content([_put(gone, 7, b"")])),
        ("gone with no item", "settings empty", _content([_put(gone, 7, encode([]))])),
        ("moved, and not", "must be 1", _content([_put(gone, 7, encode([_CLOSE_MINUTE, 0]))])),
        ("moved twice", "one item more", _content([_put(gone, 7, encode([_CLOSE_MINUTE, 1, 1]))])),
        ("long pseudonym", "33 code points", _account("a" * 33)),
        ("short log root", "31 bytes", _account(log_pin=[1, bytes(31)])),
        ("seed twice", "one key", _account(seeds=[_seed(1, 0), _seed(1, 0)])),
        ("seeds out of order", "descending", _account(seeds=[_seed(2, 0), _seed(1, 0)])),
        ("seed too short", "31 bytes", _account(seeds=[[_BOXES[4], 1, bytes(31)]])),
        ("seventeen seeds", "of one team", _account(seeds=[_seed(n, 0) for n in range(17)])),
        ("settings of the account too large", "8 KiB and one", _account(settings=[1, bytes(8193)])),
        ("settings of one item", "wrong shape", _account(settings=[1])),
        ("draft too large", "32 KiB and one", _account(drafts=[_typed(0, 1, 32 * 1024 + 1)])),
        ("draft of three items", "no generation", _account(drafts=[_typed(0, 1, 1)[:3]])),
        ("draft of a generation too large", "2^32", _account(drafts=[_typed(0, 1, 1, 2**32)])),
        ("draft twice", "one box", _account(drafts=[_typed(0, 1, 1), _typed(0, 2, 1)])),
        ("drafts out of order", "descending", _account(drafts=_drafts_backwards())),
        ("draft of a gone box", "goes with it", _account(entries=[gone], drafts=[_typed(0, 9, 1)])),
        ("draft of a former generation", "goes with it", _formerly()),
        ("five items", "wrong shape", _items(_account())[:5]),
        ("seven items", "wrong shape", [*_items(_account()), 0]),
    ]
    made = []
    for name, comment, content in table:
        raw = encode(content)
        got, _ = outcome(partial(keyring.decode_content, raw))
        assert got == "not_canonical", (name, got)
        given = {"op": "decode_content", "content": packed(raw)}
        made.append(case(name, comment, given, None, got))
    return made


def _content(entries: list[Value]) -> Value:
    return _account(entries=entries)


def _account(pseudonym: str = "", **changed: list[Value]) -> Value:
    """The content of an empty page with one part changed."""
    parts: dict[str, list[Value]] = {
        "log_pin": [0, b""],
        "seeds": [],
        "entries": [],
        "drafts": [],
        "settings": [0, b""],
    }
    return [pseudonym, *(parts | changed).values()]


def _typed(box: int, counter: int, size: int, generation: int = 0) -> list[Value]:
    return [_BOXES[box], counter, b"a" * size, generation]


def _formerly() -> Value:
    again = entry.entry_value(_entry(generation=4))
    return _account(entries=[again], drafts=[_typed(0, 9, 1, 3)])


def _drafts_backwards() -> list[Value]:
    return [_typed(box, 1, 1) for box in sorted((0, 1), key=lambda n: _BOXES[n], reverse=True)]


def _items(value: Value) -> list[Value]:
    assert isinstance(value, list)
    return value


def _put(value: Value, index: int, item: Value) -> Value:
    return [*_items(value)[:index], item, *_items(value)[index + 1 :]]


def _secret(epoch: int, number: int) -> Value:
    es = _SECRETS[number]
    return [epoch, es_hash(_BOXES[0], es), es.raw]


def _lying() -> Value:
    return [0, es_hash(_BOXES[0], _SECRETS[1]), _SECRETS[0].raw]


def _seed(epoch: int, number: int) -> Value:
    return [_BOXES[4], epoch, _SEEDS[number].raw]


# --- merges ------------------------------------------------------------------------------------


def _merges() -> list[dict[str, Any]]:
    table = [
        *((name, _with(one), _with(other)) for name, one, other in _entry_pairs()),
        *_content_pairs(),
    ]
    made = []
    for name, one, other in table:
        given = {"op": "merge", "one": _bytes(one), "other": _bytes(other)}
        merged = _bytes(keyring.merge(one, other))
        assert merged == _bytes(keyring.merge(other, one)), name
        made.append(case(f"merge: {name}", "both ways alike", given, {"merged": merged}))
    return made


def _entry_pairs() -> list[tuple[str, Entry, Entry]]:
    kept = [KeptSecret(epoch=n, es=es) for n, es in enumerate(_SECRETS)]
    lost, later = KeptSecret(epoch=1, es=_SECRETS[3]), replace(kept[1], epoch=5)
    first, second = _entry(secrets=(kept[1],)), _entry(secrets=(lost,))
    moved = _entry(secrets=(later,))
    overlap = _entry(secrets=(kept[0], kept[2]))
    far, far_bytes = _entry(pin_n=200, pin_chain=_CHAINS[0]), _entry(pin_chain=_CHAINS[1])
    newer, older = _entry(counter=2, settings=b"a"), _entry(counter=1, settings=b"z")
    busy = _entry(pin_n=500, secrets=tuple(kept))
    return [
        ("two boxes", _entry(0), _entry(1)),
        ("secrets united", _entry(secrets=(kept[0], kept[1])), overlap),
        ("a lost commit's secret stays", first, second),
        ("one secret, two epochs", first, moved),
        ("larger pin", _entry(pin_n=9, pin_chain=_CHAINS[1]), far),
        ("equal pins, larger bytes", _entry(), far_bytes),
        ("higher counter", newer, older),
        ("equal counters, larger bytes", _entry(settings=b"z"), _entry(settings=b"z\x00")),
        ("closed over open", _entry(state=EntryState.CLOSED), _entry()),
        ("larger kind", _entry(kind=2), _entry()),
        ("larger context", _entry(key_context=_CONTEXT), _entry()),
        ("context of the higher counter", _entry(key_context=bytes(16), counter=9), _entry()),
        ("gone empties", _gone(0), busy),
        (
            "moved over gone",
            entry.gone(_entry(), _CLOSE_MINUTE, 9, _CHAINS[1], is_moved=True),
            _gone(0, _CLOSE_MINUTE + 300),
        ),
        ("gone twice", _gone(0), _gone(0, _CLOSE_MINUTE + 300)),
        ("in again over gone", _entry(generation=4, secrets=(kept[2],)), _gone(0)),
        ("in again over what an old device has", _entry(generation=4, secrets=()), busy),
        ("gone again over in again", _gone(0, generation=4), _entry(generation=4)),
        ("in for the third time", _gone(0, generation=4), _entry(generation=6)),
        ("the end over a larger pin", _ended(), far),
        ("the end over gone", _gone(0), _ended()),
        ("the end over who knew it not", entry.gone(_ended(), 1, 0, bytes(32)), busy),
        ("two ends, the later", _ended(), _ended(minute=_CLOSE_MINUTE + 1)),
        ("gone keeps its own place", _gone(0), far),
        ("one generation, united", _entry(generation=4, secrets=(kept[0],)), _again(kept[1])),
    ]


def _again(*secrets: KeptSecret) -> Entry:
    return _entry(generation=4, secrets=secrets)


def _content_pairs() -> list[tuple[str, PageContent, PageContent]]:
    seeds = [TeamSeed(team16=_BOXES[4], epoch=n, seed=_SEEDS[0]) for n in range(20)]
    early, late = (PageContent(team_seeds=tuple(part)) for part in (seeds[:12], seeds[8:]))
    tree, tilde = (PageContent(pseudonym=f"ab{c}") for c in ("\U0001f333", "\uff5e"))
    return [
        ("log pins and names", PageContent(log_size=9, log_root=_CHAINS[1]), _first_page()),
        ("pseudonyms by bytes, not by UTF-16", tree, tilde),
        ("seeds united, the oldest go", early, late),
        ("with nothing", _first_page(), PageContent()),
        ("drafts: higher counter", *_drafts((2, "a"), (1, "z"))),
        ("drafts: equal counters, larger bytes", *_drafts((2, "a"), (2, "ab"))),
        ("drafts: deleted later", *_drafts((2, "a"), (3, ""))),
        (
            "drafts of two boxes",
            _drafts((1, "a"), (1, "b"))[0],
            PageContent(drafts=(_draft(1, 1, "c"),)),
        ),
        ("a gone box takes its draft along", _drafts((9, "a"), (1, ""))[0], _with(_gone(0))),
        ("drafts: the later generation", _typing(2, "neu", 4), _typing(9, "alt", 0)),
        ("in again, without the draft of then", _with(_again()), _typing(9, "alt", 0)),
        ("an old device's end leaves the draft", _typing(1, "neu", 4), _with(_gone(0))),
        ("settings: higher counter", _settings(2, b"a"), _settings(1, b"z")),
        ("settings: equal counters, larger bytes", _settings(2, b"a"), _settings(2, b"b")),
    ]


def _drafts(one: tuple[int, str], other: tuple[int, str]) -> tuple[PageContent, PageContent]:
    first, second = (PageContent(drafts=(_draft(0, *kept),)) for kept in (one, other))
    return first, second


def _typing(counter: int, text: str, generation: int) -> PageContent:
    return PageContent(drafts=(_draft(0, counter, text, generation),))


def _settings(counter: int, raw: bytes) -> PageContent:
    return PageContent(settings=AccountSettings(counter=counter, raw=raw))


def _with(one: Entry) -> PageContent:
    return PageContent(entries=(one,))


def _bytes(content: PageContent) -> bytes:
    return keyring.encode_content(keyring.normalised(content))
