// The German sentences for portals in which leads read what the team does not, or all of the team reads along. The access
// room fetches them with the first enquiry there; each stands for the one of the same name in enquiries-de.js. Form and rules as in de.js.
export const text = {
  "chat": {
    "line_released": "{name} hat Ihr Anliegen an die Leitung zurückgegeben. Bis dort jemand übernimmt, kann nur die Leitung lesen, was hier steht.",
    "line_released_along": "{name} hat Ihr Anliegen an das Team zurückgegeben. Das ganze Team kann lesen, was hier steht, auch wenn es wieder jemand übernommen hat.",
    "line_called_back_along": "Sie haben dieses Gespräch dem Team gegeben. Das ganze Team kann lesen, was hier steht, auch wenn jemand es übernommen hat."
  },
  "restricted": {
    "reads_team": "Lesen kann es das Team ({names}), bis jemand Ihr Anliegen übernimmt. Danach nur noch diese Person. Gibt sie es zurück, liest es nur die Leitung ({leads}).",
    "reads_team_unnamed": "Lesen kann es das Team, bis jemand Ihr Anliegen übernimmt. Danach nur noch diese Person. Gibt sie es zurück, liest es nur die Leitung ({leads}).",
    "reads_person": "Nur {name} kann es lesen. Gibt {name} es zurück, liest es nur die Leitung ({leads}).",
    "readers_team_until": "Das Team nur, bis jemand Ihr Anliegen übernimmt; danach nur noch diese Person. Gibt sie es zurück, liest es nur die Leitung.",
    "readers_leads": "Sie und die Leitung ({names}) können mitlesen.",
    "readers_leads_until": "Die Leitung nur, bis dort jemand Ihr Anliegen übernimmt; danach nur noch diese Person."
  },
  "strict": {
    "to_team": "An die Leitung",
    "to_team_hint": "Die Leitung übernimmt Ihr Anliegen. Ist jemand anderes besser für Sie da, fragt sie Sie erst.",
    "instead_team": "{name} nimmt gerade keine neuen Anliegen an. Stattdessen bekommt die Leitung Ihr Anliegen.",
    "topic_hint": "Freiwillig. Es hilft der Leitung, die richtige Person zu finden.",
    "subject_hint_team": "Freiwillig. Nur für Sie und die Leitung sichtbar, bis jemand Ihr Anliegen übernimmt.",
    "reads_team": "Lesen kann es nur die Leitung ({names}), bis dort jemand Ihr Anliegen übernimmt. Danach nur noch diese Person, und wem sie es mit Ihrem Einverständnis übergibt. Wer es zurückgibt, gibt es an die Leitung zurück.",
    "reads_team_unnamed": "Lesen kann es nur die Leitung, bis dort jemand Ihr Anliegen übernimmt. Danach nur noch diese Person, und wem sie es mit Ihrem Einverständnis übergibt. Wer es zurückgibt, gibt es an die Leitung zurück.",
    "reads_person": "Nur {name} kann es lesen, außer {name} gibt es an die Leitung zurück.",
    "readers_leads": "Sie und die Leitung ({names}) können mitlesen.",
    "readers_leads_until": "Die Leitung nur, bis dort jemand Ihr Anliegen übernimmt; danach nur noch diese Person, außer sie gibt es zurück."
  },
  "wide": {
    "to_team_hint": "Wer zuerst Zeit hat, übernimmt Ihr Anliegen. Das ganze Team liest mit.",
    "subject_hint_team": "Freiwillig. Nur für Sie und das Team sichtbar.",
    "instead_team": "{name} nimmt gerade keine neuen Anliegen an. Stattdessen bekommt das ganze Team Ihr Anliegen und liest mit.",
    "reads_team": "Das ganze Team ({names}) liest die ganze Zeit mit, auch wenn jemand Ihr Anliegen übernommen hat. Jede dieser Personen kann es auch später noch übernehmen.",
    "reads_team_unnamed": "Das ganze Team liest die ganze Zeit mit, auch wenn jemand Ihr Anliegen übernommen hat. Jede Person daraus kann es auch später noch übernehmen.",
    "reads_person": "Nur {name} kann es lesen. Gibt {name} es an das Team zurück, liest ab dann das ganze Team die ganze Zeit mit.",
    "readers_team_until": "Das bleibt auch so, wenn jemand Ihr Anliegen übernommen hat.",
    "reads": "Das ganze Team ({names}) kann dann alles lesen, was hier steht, von Anfang an, auch die Dateien. Das bleibt auch so, wenn jemand es übernommen hat.",
    "reads_unnamed": "Das ganze Team kann dann alles lesen, was hier steht, von Anfang an, auch die Dateien. Das bleibt auch so, wenn jemand es übernommen hat."
  }
};
