// Whether a colleague may go on: what a seeker is asked, and who comes and goes.

export const text = {
  "chat": {
    "stop_uninvited": "{name} liest hier mit, ohne dass Sie zugestimmt haben. Wir senden nichts mehr, bis Sie entscheiden.",
    "somebody_else": "Jemand anderes aus dem Team"
  },
  "enquiries": {
    "readers_somebody": "eine Person aus dem Team",
    "line_person_came": "{name} liest jetzt mit.",
    "line_person_gone": "{name} liest nicht mehr mit.",
    "line_person_steps_back": "{name} antwortet hier nicht mehr.",
    "line_hand_over_asked": "{name} möchte Ihr Anliegen weitergeben und fragt, ob Sie einverstanden sind.",
    "consent_title": "{by} möchte Ihr Anliegen weitergeben",
    "consent_who": "{name} soll weitermachen.",
    "consent_check": "Schlüssel prüfen",
    "consent_words": "Diese Wörter gehören zum Schlüssel, mit dem {name} schreibt. Wenn Sie es ganz genau wissen möchten, vergleichen Sie sie auf einem anderen Weg, zum Beispiel am Telefon.",
    "consent_all": "{name} kann dann alles lesen, was hier steht, von Anfang an, auch die Dateien.",
    "consent_none": "{name} kann dann nur lesen, was ab der Übergabe geschrieben wird. Alles davor bleibt zu.",
    "consent_leaves": "Sobald {name} übernimmt, liest {by} nicht mehr mit.",
    "consent_along": "Sobald {name} übernimmt, antwortet {by} hier nicht mehr. Das ganze Team liest weiter mit.",
    "consent_free": "Lassen Sie sich Zeit. Sind Sie nicht einverstanden, bleibt alles, wie es ist. Sie müssen nichts begründen.",
    "consent_agree": "Einverstanden",
    "consent_decline": "Nicht einverstanden",
    "consent_unknown": "Wir können gerade nicht prüfen, wer weitermachen soll. Zustimmen können Sie darum nicht.",
    "consent_sending": "Ihre Antwort wird gesendet …",
    "consent_yes": "Sie haben zugestimmt. {by} gibt Ihr Anliegen jetzt an {name} weiter.",
    "consent_done": "Sie haben zugestimmt, dass {name} weitermacht.",
    "consent_no": "Sie haben abgelehnt. Es bleibt alles, wie es ist.",
    "consent_taken_back": "{by} hat die Frage zurückgezogen. Es bleibt alles, wie es ist.",
    "consent_sent_back": "{name} kann Ihr Anliegen doch nicht übernehmen. {by} bleibt für Sie da.",
    "line_deputy_asked": "{name} möchte sich eine Zeit lang vertreten lassen und fragt, ob Sie einverstanden sind.",
    "deputy_title": "{by} ist eine Zeit lang nicht immer da",
    "deputy_who": "{name} soll {by} vertreten.",
    "deputy_none": "{name} kann dann nur lesen, was ab diesem Moment geschrieben wird. Alles davor bleibt zu.",
    "deputy_stays": "{by} liest weiter mit. Beide können Ihnen antworten. Endet die Vertretung, liest {name} nicht mehr mit.",
    "deputy_along": "Beide können Ihnen antworten. Das ganze Team liest mit, auch wenn die Vertretung endet.",
    "deputy_unknown": "Wir können gerade nicht prüfen, wer vertreten soll. Zustimmen können Sie darum nicht.",
    "deputy_yes": "Sie haben zugestimmt. {name} wird jetzt dazugeholt.",
    "deputy_done": "Sie haben zugestimmt, dass {name} {by} vertritt. Beide lesen mit.",
    "deputy_sent_back": "{name} vertritt {by} nicht oder nicht mehr. {by} bleibt für Sie da.",
    "deputy_ended": "{by} hat die Vertretung beendet. {name} liest nicht mehr mit.",
    "deputy_ended_along": "{by} hat die Vertretung beendet. {name} antwortet hier nicht mehr.",
    "consent_over": "Diese Frage hat sich erledigt."
  }
};
