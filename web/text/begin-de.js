// The German sentences of a conversation that a counsellor begins. The workspace fetches them with the list of the own
// ones. Form and rules as in de.js.
export const text = {
  "begin": {
    "open": "Neues Gespräch …",
    "title": "Zugang für jemanden anlegen",
    "text": "Für jemanden, der noch keinen Zugang hat und mit Ihnen schreiben möchte, zum Beispiel nach einem Gespräch vor Ort oder am Telefon.",
    "step_give": "Sie bekommen sechs Wörter, auch als Link, und geben sie selbst weiter.",
    "step_made": "Die Person legt damit ihren Zugang an: mit einem Fantasienamen und einer Passphrase, die nur sie kennt. Sie sehen es hier.",
    "step_check": "Sie prüfen, dass es diese Person ist, und beginnen das Gespräch.",
    "readers": "Lesen können es dann nur Sie beide.",
    "portal": "In welchem Portal?",
    "nickname": "Eigener Name für Ihre Liste (freiwillig, nur für Sie)",
    "title_of": "Einladung für {name}",
    "somebody": "Neues Gespräch",
    "suggested": "Beim Anlegen wird der Person der Name „{name}“ vorgeschlagen. Sie kann einen anderen wählen.",
    "give_phone": "Vor Ort oder am Telefon: Schreiben Sie die Wörter auf einen Zettel, oder lesen Sie sie vor. Die Person öffnet das Portal, geht auf „Anmelden“, dann auf „Ich habe eine Einladung“ und gibt sie dort ein.",
    "give_link": "Auf einem anderen Weg, den Sie beide schon nutzen: Schicken Sie den Link.",
    "give_never": "Wir schicken nichts davon. Geben Sie Wörter und Link niemandem sonst: Wer sie kennt, kann sich als diese Person melden. Deshalb prüfen Sie am Ende noch einmal.",
    "answered_title": "Jemand hat den Zugang angelegt",
    "answered": "Das war jemand, der Ihre Wörter oder Ihren Link kennt.",
    "answered_ask": "Fragen Sie die Person, ob sie das gerade war, am besten vor Ort oder am Telefon. Sagt sie, dass ihre Einladung schon benutzt war, dann verwerfen Sie diese hier.",
    "answered_then": "Mit Ihrem Ja beginnt das Gespräch, und wer sich gemeldet hat, kann es lesen.",
    "confirm": "Ja, das ist die Person: beginnen",
    "over": "Diese Einladung ist abgelaufen, ohne dass ein Gespräch begonnen hat. Sie können eine neue machen.",
    "waiting": "Einladungen, die warten",
    "row_open": "Gilt bis {day}, {time} Uhr",
    "row_answered": "Bitte prüfen, ob es diese Person ist",
    "row_over": "Niemand hat sie benutzt",
    "row_forged": "Bitte ansehen",
    "badge_open": "wartet",
    "badge_answered": "hat sich gemeldet",
    "badge_over": "abgelaufen",
    "badge_forged": "stimmt nicht"
  }
};
