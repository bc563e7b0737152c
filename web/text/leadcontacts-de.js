// The German sentences of contact data in the team room. The workspace fetches them with the room of the leads' team. Form and
// rules as in de.js.
export const text = {
  "leadcontacts": {
    "title": "Kontaktdaten",
    "text": "Was Ratsuchende nur für die Leitung hinterlassen haben. Wer berät, sieht es nicht. Mit dem Ende des Gesprächs wird es gelöscht.",
    "none": "Es ist nichts hinterlegt.",
    "row": "Anfrage {n}",
    "row_of": "Anfrage {n}, {place}",
    "show": "Anzeigen",
    "hide": "Verbergen",
    "email": "E-Mail",
    "phone": "Telefon",
    "left": "Hinterlegt am {date}.",
    "confirmed": "Von der Person, die im Gespräch mit Ihnen schreibt.",
    "not_confirmed": "Sie lesen in diesem Gespräch nicht mit. Darum kann Ihr Gerät nicht prüfen, von wem das ist. Fragen Sie zuerst, mit wem Sie sprechen, und erzählen Sie vorher nichts.",
    "others": "Vielleicht sieht oder hört jemand anderes mit: Nennen Sie die Beratung erst, wenn die richtige Person da ist.",
    "former_one": "Davon liegt eines noch unter dem früheren Schlüssel der Leitung.",
    "former_many": "Davon liegen {n} noch unter dem früheren Schlüssel der Leitung.",
    "former": "Wer die Leitung verlassen hat, könnte das zusammen mit dem Server noch lesen.",
    "again": "Neu verschließen",
    "skipped": "Nicht alles ließ sich neu verschließen. Die Seite der Ratsuchenden holt es nach, wenn sie das nächste Mal da sind.",
    "problem_gone": "Da liegt nichts mehr: Das Gespräch ist beendet, oder es wurde gelöscht.",
    "problem_noKey": "Ihr Gerät hat den Schlüssel dazu noch nicht.",
    "problem_older": "Der Dienst zeigt einen älteren Stand, als Sie schon gesehen haben. Wir zeigen ihn nicht.",
    "problem_refused": "Hier stimmt etwas nicht: Das hat nicht die Person hinterlegt, die in diesem Gespräch schreibt, oder es gehört nicht dazu. Wir zeigen es nicht.",
    "problem_offline": "Wir erreichen den Dienst gerade nicht. Bitte versuchen Sie es noch einmal."
  }
};
