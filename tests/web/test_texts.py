"""The sentences: both languages complete, same places to fill, and none that templates lack."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from e2e_server.web.texts import as_namespace, fill, read_text_file, read_texts

WEB = Path(__file__).parents[2] / "web"
ROOMS = {
    "common",
    "portal",
    "before",
    "wait",
    "offer",
    "chat",
    "end",
    "workspace",
    "access",
    "enquiries",
    "enrolment",
    "newaccess",
    "legal",
}


def leaves(value: Any, place: str = "") -> dict[str, str]:
    if isinstance(value, str):
        return {place: value}
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    found: dict[str, str] = {}
    for key, inner in pairs:
        found |= leaves(inner, f"{place}.{key}" if place else str(key))
    return found


def texts(language: str) -> dict[str, Any]:
    return read_texts(WEB / "text", language)


def test_both_languages_have_the_same_keys() -> None:
    assert leaves(texts("de")).keys() == leaves(texts("en")).keys()


def test_the_rooms_are_the_agreed_ones() -> None:
    assert texts("de").keys() >= ROOMS


def test_both_languages_fill_the_same_places() -> None:
    german, english = leaves(texts("de")), leaves(texts("en"))
    for key, sentence in german.items():
        places = sorted(set(re.findall(r"\{(\w+)\}", sentence)))
        assert sorted(set(re.findall(r"\{(\w+)\}", english[key]))) == places, key


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_sentence_is_empty_but_the_hidden_emoji_group(language: str) -> None:
    empty = [key for key, sentence in leaves(texts(language)).items() if not sentence.strip()]
    assert empty == ["chat.emoji_groups.2"]


def test_no_gender_symbol_stands_anywhere_but_in_the_seekers_name() -> None:
    for key, sentence in leaves(texts("de")).items():
        cleaned = re.sub(r"\{\w+\}", "", sentence).replace("Ratsuchende_r", "")
        assert re.search(r"\w[*_:]in(nen)?\b|\w_\w|Innen\b", cleaned) is None, key


@pytest.mark.parametrize("word", ["Session", "User", "Klient", "Login", "Feedback"])
def test_german_sentences_avoid_the_words_the_voice_forbids(word: str) -> None:
    for key, sentence in leaves(texts("de")).items():
        assert word not in sentence, key


def test_a_sentence_stands_in_one_file(tmp_path: Path) -> None:
    """A room may be in two, of which some pages need one; then nothing may cover anything."""
    folder = tmp_path / "text"
    shutil.copytree(WEB / "text", folder)
    assert read_texts(folder, "de")["access"].keys() > {"title", "phrase_title"}
    path = folder / "accessforms-de.js"
    twice = path.read_text("utf-8").replace('"access": {', '"access": {"title": "Zugang",')
    path.write_text(twice, "utf-8")
    with pytest.raises(ValueError, match="access"):
        read_texts(folder, "de")


def test_umlauts_are_written_out() -> None:
    for key, sentence in leaves(texts("de")).items():
        assert (
            re.search(r"\b(fuer|koennen|moechten|loeschen|oeffnen|naechste)\b", sentence) is None
        ), key


@pytest.mark.parametrize(
    ("room", "key", "words"),
    [
        ("portal", "chat_start", "Chat starten"),
        ("before", "confirm", "Bestätigen"),
        ("offer", "confirm", "Jetzt chatten"),
        ("workspace", "answer", "Antworten"),
        ("workspace", "first_requests", "Erstanfragen"),
        ("workspace", "live_requests", "Livechat-Anfragen"),
        ("workspace", "my_messages", "Meine Nachrichten"),
        ("workspace", "active", "aktiv"),
        ("chat", "end", "Chat beenden"),
        ("chat", "cancel", "Abbrechen"),
        ("end", "title", "Der Chat wurde beendet"),
    ],
)
def test_the_labels_of_the_source_are_literal(room: str, key: str, words: str) -> None:
    assert texts("de")[room][key] == words


def test_a_place_without_a_value_is_an_error() -> None:
    assert fill("Noch {n} Minuten.", n=10) == "Noch 10 Minuten."
    with pytest.raises(KeyError):
        fill("Noch {n} Minuten.")


def test_a_key_may_be_named_like_a_method_of_a_dictionary() -> None:
    assert as_namespace({"chat": {"items": "Einträge"}}).chat.items == "Einträge"


@pytest.mark.parametrize(
    "content",
    [
        'const text = {"a": "b"};',
        'alert(1);\nexport const text = {"a": "b"};',
        "export const text = {a: 'b'};",
        'export const text = ["a"];',
    ],
)
def test_a_text_file_of_another_shape_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "de.js"
    path.write_text(content, "utf-8")
    with pytest.raises(ValueError, match=r"\w"):
        read_text_file(path)
