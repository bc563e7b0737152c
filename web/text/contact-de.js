// The German sentences of "Kontakt für die Leitung". The access room fetches them when somebody opens it. Form and rules as in de.js.
export const text = {
  "contact": {
    "text": "Sie können hier eine E-Mail-Adresse oder eine Telefonnummer hinterlegen, damit die Leitung Sie erreicht, falls das einmal nötig ist. Sie müssen das nicht: Beraten werden Sie auch ohne.",
    "reads": "Lesen kann es nur die Leitung ({names}).",
    "reads_unnamed": "Lesen kann es nur die Leitung.",
    "hidden": "Wer Sie hier berät, sieht es nicht, auch nicht, ob Sie etwas hinterlegt haben. Der Server kann es nicht lesen.",
    "until": "Es wird gelöscht, sobald dieses Gespräch beendet ist, und sofort, wenn Sie es hier löschen. Was die Leitung schon gelesen hat, kann sie behalten.",
    "silent": "Wir schicken nichts dorthin, keine Hinweise und keine Bestätigung.",
    "think": "Eines von beiden genügt. Bitte denken Sie daran, wer Ihre E-Mails oder Anrufe sonst noch sieht.",
    "email": "E-Mail-Adresse",
    "email_fault": "Das sieht nicht nach einer E-Mail-Adresse aus. Bitte schauen Sie noch einmal hin.",
    "phone": "Telefonnummer",
    "phone_fault": "Das sieht nicht nach einer Telefonnummer aus. Bitte nur Ziffern, Leerzeichen und die Zeichen + - / ( ).",
    "save": "Für die Leitung hinterlegen",
    "change": "Änderung hinterlegen",
    "remove": "Löschen",
    "saved": "Das ist jetzt für die Leitung hinterlegt.",
    "removed": "Gelöscht. Für die Leitung liegt hier nichts mehr.",
    "left": "Hinterlegt am {date}.",
    "not_there": "Was Sie am {date} hinterlegen wollten, ist noch nicht angekommen. Wir versuchen es wieder, wenn Sie das nächste Mal hier sind.",
    "anothers": "Hier liegt schon etwas für die Leitung, das mit einem anderen Zugang zu diesem Gespräch hinterlegt wurde. Anzeigen können wir es hier nicht. Sie können es ersetzen oder löschen.",
    "former_key": "Jemand, der nicht mehr zur Leitung gehört, hat noch den Schlüssel dazu. Bis die Leitung einen neuen hat, könnte diese Person es zusammen mit dem Server lesen. Wenn Sie das nicht möchten, löschen Sie es.",
    "problem_changed": "Auf einem anderen Gerät haben Sie es inzwischen geändert; das steht jetzt oben. Was Sie hier getippt haben, ist noch nicht gesichert.",
    "problem_waits": "Die Leitung bekommt gerade einen neuen Schlüssel. Bis dahin nehmen wir nichts an. Was Sie getippt haben, steht noch da; bitte versuchen Sie es später noch einmal.",
    "problem_restarted": "Die Leitung wurde von der Verwaltung neu begonnen. Bitte lesen Sie erst den Hinweis dazu.",
    "problem_unreachable": "Wir erreichen den Dienst gerade nicht. Bitte versuchen Sie es noch einmal.",
    "problem_failed": "Das hat nicht geklappt, und es wurde nichts hinterlegt. Was Sie getippt haben, steht noch da. Bitte versuchen Sie es noch einmal."
  }
};
