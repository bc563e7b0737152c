// The German sentences about deleted conversations. Fetched where somebody looks for them. Form and rules as in de.js.
export const text = {
  "deletion": {
    "title": "Gelöschte Gespräche",
    "intro": "Ein gelöschtes Gespräch hinterlässt nur einen Fingerabdruck in der öffentlichen Liste des Tages. Ihr Gerät hat selbst nachgesehen. Dass niemand vorher eine Kopie gemacht hat, kann niemand beweisen; ohne den gelöschten Schlüssel ist sie unlesbar.",
    "looking": "Ihr Gerät sieht in den öffentlichen Listen nach …",
    "failed": "Das ließ sich gerade nicht nachsehen.",
    "none": "Noch keines, dessen Ende Sie hier gesehen haben.",
    "unseen": "Gespräche, die zu Ende gingen, während Sie nicht da waren, lassen sich hier nicht wiederfinden.",
    "ended": "Beendet am {date}, {time} Uhr",
    "tonight": "Gelöscht am {date}, in der Stunde ab {time} Uhr. Die Liste dieses Tages kommt in der Nacht ins öffentliche Verzeichnis.",
    "entered": "Gelöscht am {date}, in der Stunde ab {time} Uhr. Das steht in der Liste des Tages, und die Liste steht im öffentlichen Verzeichnis.",
    "missing": "Sollte seit {date}, {time} Uhr gelöscht sein. Aber keine öffentliche Liste nennt es.",
    "not_entered": "Die Liste des Tages nennt es als gelöscht, am {date}, in der Stunde ab {time} Uhr. Aber diese Liste fehlt im öffentlichen Verzeichnis.",
    "false_list": "Sollte seit {date}, {time} Uhr gelöscht sein. Aber die Liste der Löschungen passt nicht zum öffentlichen Verzeichnis: Jemand hat sie geändert oder hält sie zurück.",
    "ask": "Das darf nicht sein. Bitte fragen Sie bei der Stelle nach; wie Sie sie erreichen, steht im Impressum."
  }
};
