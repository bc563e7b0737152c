"""German words for what the machine holds about one conversation; the English are the schema's own.

table -> title and, for each column, what it is, why the server must see it, how long it is kept.
"""

from __future__ import annotations

from typing import NamedTuple


class Told(NamedTuple):
    """Words for one column."""

    what: str
    why: str
    keep: str


_AS_BOX = "wie das Gespräch"
_AS_TICKET = "wie die Anfrage"
_AS_BLOB = "wie der Anhang"
_AS_LETTER = "wie der Brief"

TITLES = {
    "boxes_boxes": ("Das Gespräch", "The conversation"),
    "boxes_caps": ("Wer es öffnen darf", "Who may open it"),
    "boxes_envelopes": ("Nachrichten", "Envelopes"),
    "boxes_slots": ("Ihre verschlossenen Bytes", "Their sealed bytes"),
    "blobs_blobs": ("Anhänge", "Attachments"),
    "blobs_parts": ("Begonnene Uploads", "Unfinished uploads"),
    "live_tickets": ("Die Anfrage im Warteraum", "The request in the queue"),
    "boxes_letters": ("Briefe zur Anfrage", "Letters of the request"),
    "keeper_shares": ("Beim Keeper", "At the keeper"),
    "keeper_secrets": ("Der Anteil selbst", "The share itself"),
}

GERMAN: dict[str, dict[str, Told]] = {
    "boxes_boxes": {
        "box16": Told("zufällige Kennung", "Adresse", "bis 48 Stunden nach dem Ende"),
        "created_hour": Told("Stunde des Beginns", "Alter in der Übersicht", _AS_BOX),
        "closes_hour": Told("Stunde, in der es von selbst endet", "nichts bleibt ewig", _AS_BOX),
        "ends_ms": Told(
            "Ende eines Live-Chats", "nach 180 Minuten ist Schluss, wer auch da ist", "bis zum Ende"
        ),
        "kid": Told(
            "Kennung des geltenden Schlüssels", "wer zu spät schreibt, liest erst weiter", _AS_BOX
        ),
        "head": Told("Prüfsumme über alle Nachrichten", "Beleg der Löschung", _AS_BOX),
        "last_n": Told("Nummer der neuesten Nachricht", "Reihenfolge", _AS_BOX),
        "state": Told(
            "offen (1) oder beendet (2)", "nach dem Ende wird nichts angenommen", _AS_BOX
        ),
        "reason": Told("warum es endete", "wird den Lesenden gesagt", _AS_BOX),
        "close_minute": Told("Minute des Endes", "ab ihr laufen die 48 Stunden", _AS_BOX),
        "purge_minute": Told("Minute der Löschung", "dann wird gelöscht", _AS_BOX),
    },
    "boxes_caps": {
        "box16": Told("das Gespräch", "was sich damit öffnet", "bis zur Entnahme oder Löschung"),
        "sidx": Told("Nummer im Gespräch", "eine Änderung kann sie herausnehmen", _AS_BOX),
        "cap_hash": Told(
            "Prüfsumme der Berechtigung", "wer lesen und schreiben darf, ohne Zugang", _AS_BOX
        ),
        "rights": Told(
            "lesen 1, schreiben 2, ändern 4, beenden 8, behalten 16", "was erlaubt ist", _AS_BOX
        ),
        "under_sign_in": Told(
            "ob unter einer Anmeldung gegeben", "nur dann gilt »behalten«", _AS_BOX
        ),
        "team16": Told(
            "öffentliche Kennung eines Teams", "sie gilt nur für dessen Mitglieder", _AS_BOX
        ),
        "came_with_box": Told(
            "ob von Anfang an dabei", "wer einen Zugang anlegt, behält nur die eigene", _AS_BOX
        ),
    },
    "boxes_envelopes": {
        "slot": Told("wo ihre Bytes liegen", "damit sie zu finden sind", _AS_BOX),
        "box16": Told("das Gespräch", "Adresse", "bis 48 Stunden nach dem Ende"),
        "n": Told("Nummer im Gespräch", "Reihenfolge und Lücken sind zu sehen", _AS_BOX),
        "env_id": Told("Prüfsumme der Bytes", "dieselben Bytes zählen einmal", _AS_BOX),
        "hour": Told("Stunde der Ankunft", "Alter in der Übersicht", _AS_BOX),
    },
    "boxes_slots": {
        "slot": Told("laufende Nummer", "Adresse der Bytes", "immer, wird wieder benutzt"),
        "bytes_sealed": Told(
            "verschlüsselt, auf eine von wenigen Größen aufgefüllt",
            "wird den Mitgliedern zugestellt",
            "bis die Nachricht geht, dann Nullen",
        ),
    },
    "blobs_blobs": {
        "blob": Told(
            "laufende Nummer", "verbindet die Teile", "wie das Gespräch, begonnen 1 Stunde"
        ),
        "box16": Told("das Gespräch", "wer es öffnet, öffnet den Anhang", _AS_BLOB),
        "blob16": Told("zufällige Kennung", "Adresse im Gespräch", _AS_BLOB),
        "key16": Told("zufälliger Dateiname", "findet die Bytes", _AS_BLOB),
        "parts": Told("Zahl der Teile", "der Abschluss lässt sich wiederholen", _AS_BLOB),
        "size_bytes": Told("aufgefüllte Größe", "wird beim Abholen gesagt", _AS_BLOB),
        "hour": Told("Stunde der Ankunft", "Alter in der Übersicht", _AS_BLOB),
        "expires_minute": Told(
            "Minute, in der ein begonnener Upload endet", "dann wird gelöscht", "bis zum Abschluss"
        ),
    },
    "blobs_parts": {
        "blob": Told("der Upload", "wessen Teil", "bis zum Abschluss, höchstens 1 Stunde"),
        "part": Told("Nummer des Teils", "er kann noch einmal kommen", _AS_BLOB),
        "size_bytes": Told("Größe des Teils", "was ein Gespräch halten darf", _AS_BLOB),
    },
    "live_tickets": {
        "ticket16": Told(
            "zufällige Kennung",
            "Name der Anfrage unter den Beteiligten",
            "bis 48 Stunden nach dem Ende",
        ),
        "client_id16": Told(
            "zufällige Kennung", "eine Wiederholung bekommt dieselbe Antwort", _AS_TICKET
        ),
        "portal16": Told("das Portal", "in welchem Warteraum sie steht", _AS_TICKET),
        "language": Told("Sprache der Seite", "wird vor der Annahme gezeigt", _AS_TICKET),
        "number": Told("laufende Nummer im Portal", "der Name »Ratsuchende_r N«", _AS_TICKET),
        "cap_hash": Told(
            "Prüfsumme der Berechtigung", "nur die ratsuchende Person handelt daran", "bis zum Ende"
        ),
        "key_hash": Told(
            "Prüfsumme eines Schlüssels", "was eine Annahme unterschreibt", _AS_TICKET
        ),
        "state": Told("Zustand", "was als Nächstes geschehen darf", _AS_TICKET),
        "reason": Told("Grund der letzten Änderung", "wird beiden Seiten gesagt", _AS_TICKET),
        "place": Told("Platz im Warteraum", "wer als Nächstes kommt", _AS_TICKET),
        "since_minute": Told("Minute der Anfrage", "Wartezeit", _AS_TICKET),
        "deadline_ms": Told(
            "wann der Zustand von selbst endet", "auch nach einem Ausfall", _AS_TICKET
        ),
        "more_time_used": Told(
            "ob die fünf Minuten mehr verbraucht sind", "es gibt sie einmal", _AS_TICKET
        ),
        "started_ms": Told("Beginn des Chats", "die Uhr beider Seiten", "bis zum Ende"),
        "assignee": Told(
            "öffentliche Kennung der beratenden Person", "genau eine kann annehmen", _AS_TICKET
        ),
        "offer": Told(
            "ihre unterschriebene Annahme",
            "beide bekommen sie nach einem Neuladen",
            "bis zur Löschung",
        ),
        "box16": Told("das Gespräch", "beide enden zusammen", _AS_TICKET),
        "successor": Told(
            "öffentliche Kennung, an wen übergeben wird",
            "nur sie kann übernehmen",
            "bis übernommen",
        ),
    },
    "boxes_letters": {
        "letter": Told(
            "laufende Nummer", "von ihr an wird weitergelesen", "bis gelesen, höchstens 30 Tage"
        ),
        "inbox16": Told("Prüfsumme eines Schlüssels", "Adresse", _AS_LETTER),
        "ticket16": Told("die Anfrage", "er geht mit ihr", _AS_LETTER),
        "env_id": Told("Prüfsumme der Bytes", "dieselben Bytes zählen einmal", _AS_LETTER),
        "ends_hour": Told("Stunde, in der er von selbst endet", "keiner bleibt ewig", _AS_LETTER),
        "slot": Told("wo seine Bytes liegen", "damit sie zu finden sind", _AS_LETTER),
    },
    "keeper_shares": {
        "share_key": Told("Prüfsumme der Kennung", "findet den Anteil", "bis zur Löschung"),
        "created_hour": Told(
            "Stunde des Beginns", "ein eben begonnenes wird geschont", "bis zur Löschung"
        ),
        "slot": Told("wo der Anteil liegt", "damit er zu finden ist", "bis zur Löschung"),
    },
    "keeper_secrets": {
        "slot": Told("laufende Nummer", "Adresse des Anteils", "immer, wird wieder benutzt"),
        "secret_raw": Told(
            "32 zufällige Bytes, ohne die niemand das Gespräch öffnet",
            "die Mitglieder bekommen sie",
            "bis zur Löschung, dann Nullen",
        ),
    },
}

# Protocol section 7: what must never be there.
ABSENT_DE = (
    "Kein Zugang, kein Name und keine E-Mail-Adresse der ratsuchenden Person.",
    "Von keiner Nachricht Absender, Art, Lesestand oder eine genauere Zeit als die Stunde.",
    "Keine Liste der Mitglieder, kein Thema, kein Titel, kein Text.",
    "Kein Name und kein Typ eines Anhangs.",
    "Keine Internetadresse und kein Gerät.",
)
ABSENT_EN = (
    "No account, no name and no e-mail address of the person who seeks help.",
    "Of no envelope its sender, kind, read state or a time more exact than the hour.",
    "No list of members, no topic, no title, no text.",
    "No name and no type of an attachment.",
    "No internet address and no device.",
)
INFERRED = (
    "Was sich daraus schließen lässt: wie viele Menschen teilnehmen, wie viele Nachrichten welcher "
    "Größe in welcher Stunde kamen, und in einer kleinen Stelle aus der Nähe der Zeiten, welche "
    "Anfrage oder welcher Zugang dazugehört.",
    "What follows from it: how many people take part, how many envelopes of which size came in "
    "which hour, and in a small centre, from closeness in time, which request or account belongs "
    "to it.",
)
