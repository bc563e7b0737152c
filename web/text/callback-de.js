// The German sentences for a seeker whose counsellor has left. The access room fetches them with the first such
// conversation. Form and rules as in de.js.
export const text = {
  "callback": {
    "somebody": "Ihre Beratungsperson",
    "title": "{name} ist nicht mehr im Team",
    "held": "Damit niemand mitliest, der nicht mehr dazugehört, senden wir hier gerade nichts. Was Sie schreiben, bleibt als Entwurf.",
    "can": "Sie können dieses Gespräch dem Team geben. Dann macht jemand anderes hier mit Ihnen weiter.",
    "reads": "Das Team ({names}) kann dann alles lesen, was hier steht, von Anfang an, auch die Dateien. Sobald jemand es übernimmt, nur noch diese Person, außer sie gibt es zurück.",
    "reads_unnamed": "Das Team kann dann alles lesen, was hier steht, von Anfang an, auch die Dateien. Sobald jemand es übernimmt, nur noch diese Person, außer sie gibt es zurück.",
    "leads_can": "Sie können dieses Gespräch der Leitung geben. Dann macht jemand anderes hier mit Ihnen weiter.",
    "leads_reads": "Nur die Leitung ({names}) kann dann alles lesen, was hier steht, von Anfang an, auch die Dateien. Sobald jemand davon es übernimmt, nur noch diese Person, außer sie gibt es zurück.",
    "leads_reads_unnamed": "Nur die Leitung kann dann alles lesen, was hier steht, von Anfang an, auch die Dateien. Sobald jemand davon es übernimmt, nur noch diese Person, außer sie gibt es zurück.",
    "leads_go": "Der Leitung geben",
    "leads_waits": "Die Leitung richtet gerade einen neuen Schlüssel ein. Danach können Sie ihr dieses Gespräch hier geben. Schauen Sie bitte später noch einmal vorbei.",
    "leaves": "{name} liest von da an nichts Neues mehr.",
    "nothing_lost": "Sie müssen nichts noch einmal schreiben und nichts begründen.",
    "go": "Dem Team geben",
    "anew": "Möchten Sie lieber neu anfangen? Dann schreiben Sie ein neues Anliegen. Dieses hier bleibt, wie es ist.",
    "waits": "Das Team richtet gerade einen neuen Schlüssel ein, den {name} nicht hat. Danach können Sie ihm dieses Gespräch hier geben. Schauen Sie bitte später noch einmal vorbei.",
    "others": "{others} macht hier weiter. Sobald {others} wieder da war, können Sie wieder senden.",
    "others_team": "Jemand anderes aus dem Team macht hier weiter. Sobald jemand davon wieder da war, können Sie wieder senden.",
    "a_colleague": "Jemand aus dem Team",
    "unlisted": "{name} kann hier aber weiter lesen und Ihnen antworten. Antwortet niemand mehr, schreiben Sie bitte ein neues Anliegen.",
    "failed": "Das hat gerade nicht geklappt. Es ist alles, wie es war. Bitte versuchen Sie es noch einmal.",
    "unreachable": "Wir erreichen den Dienst gerade nicht. Bitte versuchen Sie es noch einmal."
  }
};
