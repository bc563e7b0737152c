// The German sentences for portals whose team reads along the whole time. The access room fetches them with the first
// enquiry there; each stands for the one of the same name in enquiries-de.js, or callback-de.js. Form and rules as in de.js.
export const text = {
  "chat": {
    "line_released": "{name} hat Ihr Anliegen an das Team zurückgegeben. Das ganze Team kann lesen, was hier steht, auch wenn es wieder jemand übernommen hat.",
    "line_called_back": "Sie haben dieses Gespräch dem Team gegeben. Das ganze Team kann lesen, was hier steht, auch wenn jemand es übernommen hat."
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
