// Handing over and standing in: what a dialog asks, what is read before, and what is left afterwards. Fetched with the
// first of them.

export const text = {
  "workspace": {
    "hand_over_whom": "Wer soll weitermachen?",
    "hand_over_nobody": "Gerade gehört niemand sonst zum Team.",
    "hand_over_nobody_live": "Gerade ist niemand sonst aus dem Team erreichbar.",
    "hand_over_looking": "Wir sehen nach, wer gerade da ist …",
    "hand_over_choose": "Bitte wählen Sie, wer weitermachen soll.",
    "hand_over_reads": "Was darf die Person lesen?",
    "hand_over_with": "Mit bisherigem Verlauf",
    "hand_over_with_hint": "Alles, was bisher geschrieben wurde, mit allen Dateien.",
    "hand_over_without": "Ohne bisherigen Verlauf",
    "hand_over_without_hint": "Nur, was ab dann geschrieben wird.",
    "hand_over_no_grant": "Den früheren Verlauf haben Sie selbst nicht. Darum können Sie ihn nicht weitergeben.",
    "hand_over_next": "So geht es weiter",
    "hand_over_step_ask": "{name} wird gefragt. Ohne Zustimmung geschieht nichts.",
    "hand_over_step_both": "Nach der Zustimmung lesen Sie beide mit, bis die Person aus dem Team übernimmt.",
    "hand_over_step_out": "Danach lesen Sie nicht mehr mit.",
    "hand_over_step_noted": "Ihre Angaben zur Person gehen nicht mit. Haben Sie keine andere Anfrage dieser Person, werden sie gelöscht.",
    "hand_over_ask": "Um Zustimmung bitten",
    "deputy_whom": "Wer soll Sie vertreten?",
    "deputy_choose": "Bitte wählen Sie, wer Sie vertreten soll.",
    "deputy_step_both": "Nach der Zustimmung lesen und schreiben Sie beide. Es bleibt Ihre Anfrage.",
    "deputy_step_end": "Die Vertretung endet, sobald eine der beiden Seiten im Team sie beendet.",
    "handed_to": "An {name} übergeben",
    "handed_to_text": "{name} hat übernommen. Sie lesen hier nicht mehr mit.",
    "handed_gone": "Nicht mehr bei Ihnen",
    "handed_gone_text": "Dieses Gespräch ist nicht mehr bei Ihnen. Sie lesen hier nicht mehr mit.",
    "handed_unsent": "Das haben Sie noch nicht gesendet",
    "handed_dismiss": "Aus der Liste nehmen",
    "deputy_over_text": "Sie lesen hier nicht mehr mit.",
    "handed_history": "Bisheriger Verlauf",
    "handed_since": "Seit Sie mitlesen",
    "handed_no_history_text": "Was bisher geschrieben wurde, wird Ihnen nicht mitgegeben. Sie lesen, was ab jetzt dazukommt.",
    "handed_readers": "Jetzt {name}, {from} und Sie. Wenn Sie übernehmen, liest {from} nicht mehr mit.",
    "deputy_readers": "Jetzt {name}, {from} und Sie. {from} liest weiter mit, und Sie können beide antworten.",
    "handed_take": "Übernehmen",
    "handed_back": "Zurückgeben"
  }
};
