// The German sentences of what colleagues have while the team reads along. The workspace fetches them with the first look,
// where a portal's level says so. Form and rules as in de.js.
export const text = {
  "along": {
    "none": "Gerade hat niemand sonst im Team eine Anfrage.",
    "with": "bei {name}",
    "with_somebody": "bei jemandem aus dem Team",
    "read_only": "Sie lesen mit. Antworten kann, wer die Anfrage hat.",
    "take": "Anfrage übernehmen …",
    "title": "Anfrage übernehmen?",
    "text": "Dann antworten Sie. {by} und {name} sehen das sofort.",
    "unsent": "Was {by} geschrieben und noch nicht gesendet hat, kommt nicht mit. Sie bekommen es nur, wenn {by} die Anfrage selbst freigibt."
  }
};
