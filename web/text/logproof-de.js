// The German sentences about two people who see two logs. Form and rules as in de.js.
export const text = {
  "logproof": {
    "words": "Ihnen beiden wird ein anderes Verzeichnis der Mitarbeitenden gezeigt. Das darf nicht sein. Sichern Sie bitte beide die Datei: Zusammen beweisen die zwei Dateien es. Von Ihrem Gespräch steht nichts darin.",
    "save": "Datei sichern",
    "saved": "Die Datei ist gespeichert. Wer den Dienst prüft, kann mit ihr und der Datei der anderen Seite beweisen, dass zwei Verzeichnisse unterschrieben wurden.",
    "file": "verzeichnis-beweis.json"
  }
};
