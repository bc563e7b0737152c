// The German sentences of giving a conversation back to the team. The workspace fetches them with the first one. Form and
// rules as in de.js.
export const text = {
  "release": {
    "title": "An das Team freigeben",
    "text": "Die Anfrage von {name} ist dann wieder offen, und jemand anderes kann sie übernehmen. {name} sieht das im Gespräch.",
    "title_leads": "An die Leitung freigeben",
    "text_leads": "Die Anfrage von {name} ist dann wieder offen, aber nur für die Leitung: Dort übernimmt sie jemand. {name} sieht das im Gespräch.",
    "reads": "Wer kann dann alles lesen?",
    "whole": "Auch das, was bisher geschrieben wurde.",
    "draft": "Entwurf mitgeben",
    "draft_hint": "Wer übernimmt, kann ihn ändern und senden. {name} liest ihn nicht.",
    "noted": "Ihre Angaben zur Person gehen nicht mit. Haben Sie keine andere Anfrage dieser Person, werden sie gelöscht.",
    "go": "Freigeben",
    "failed": "Das hat gerade nicht geklappt. Die Anfrage ist noch bei Ihnen. Bitte versuchen Sie es noch einmal.",
    "draft_by": "{name} hat diesen Entwurf mitgegeben. Sie können ihn ändern.",
    "draft_of": "Entwurf von {name}",
    "draft_goes_along": "Noch nicht gesendet. Wenn Sie die Anfrage übernehmen, steht er in Ihrem Textfeld."
  }
};
