// The German sentences about what is new in the log. Form and rules as in de.js.
export const text = {
  "lognews": {
    "about": "Das hat die Beratungsstelle seitdem öffentlich über ihre Mitarbeitenden und deren Schlüssel erklärt. Wenn Ihnen etwas davon fremd ist, fragen Sie bitte die Leitung.",
    "list": "Was neu ist",
    "words": "Wörter des Schlüssels von {name}",
    "nobody": "jemand ohne Profil",
    "no_place": "ein Team",
    "admin": "Jetzt bestätigt als Verwaltung: {name}",
    "counsellor": "Jetzt bestätigt als Beratung: {name}",
    "lead": "Jetzt bestätigt als Leitung: {name}",
    "auditor": "Jetzt bestätigt zum Prüfen des Dienstes: {name}",
    "renewed": "Bestätigung verlängert: {name}",
    "own": "Für Sie selbst wurde eine Bestätigung ausgestellt. Haben Sie damit gerechnet? Wenn nicht, sagen Sie bitte sofort der Leitung Bescheid.",
    "revoked": "Bestätigung zurückgenommen: {name}",
    "team": "Neuer Stand im Team »{place}«: {n} Mitglieder.",
    "team_restarted": "Von der Verwaltung neu begonnen: Team »{place}«, {n} Mitglieder.",
    "root": "Der Hauptschlüssel der Organisation wurde ersetzt.",
    "policy": "Die Regeln des Dienstes wurden geändert, zum Beispiel Fristen oder Zeugen.",
    "release": "Eine Version des Programms wurde freigegeben: {tag}",
    "site": "Die Seiten des Dienstes wurden neu veröffentlicht.",
    "witnessed": "Unabhängige Zeugen haben das Verzeichnis zuletzt am {day} um {time} bestätigt."
  }
};
