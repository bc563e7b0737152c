// Whether a colleague may go on: what a seeker is asked, and who comes and goes. In English.

export const text = {
  "chat": {
    "stop_uninvited": "{name} is reading along here, and you have not agreed to that. We send nothing more until you decide.",
    "somebody_else": "Somebody else of the team"
  },
  "enquiries": {
    "readers_somebody": "one person from the team",
    "line_person_came": "{name} is reading along now.",
    "line_person_gone": "{name} is no longer reading along.",
    "line_person_steps_back": "{name} does not answer here any more.",
    "line_hand_over_asked": "{name} would like to pass your enquiry on and asks whether you agree.",
    "consent_title": "{by} would like to pass your enquiry on",
    "consent_who": "{name} would go on with it.",
    "consent_check": "Check the key",
    "consent_words": "These words belong to the key that {name} writes with. If you want to be quite sure, compare them in another way, on the phone for example.",
    "consent_all": "{name} can then read everything that is written here, from the beginning, and the files too.",
    "consent_none": "{name} can then only read what is written from that moment on. Everything before stays closed.",
    "consent_leaves": "As soon as {name} takes over, {by} no longer reads along.",
    "consent_along": "As soon as {name} takes it over, {by} does not answer here any more. The whole team goes on reading along.",
    "consent_free": "Take your time. If you do not agree, everything stays as it is. You need not give a reason.",
    "consent_agree": "I agree",
    "consent_decline": "I do not agree",
    "consent_unknown": "We cannot check just now who would go on with it. So you cannot agree.",
    "consent_sending": "Your answer is being sent …",
    "consent_yes": "You have agreed. {by} is now passing your enquiry on, and {name} goes on with it.",
    "consent_done": "You have agreed that {name} goes on with it.",
    "consent_no": "You have not agreed. Everything stays as it is.",
    "consent_taken_back": "{by} has withdrawn the question. Everything stays as it is.",
    "consent_sent_back": "{name} cannot take over your enquiry after all. {by} is still there for you.",
    "line_deputy_asked": "{name} would like somebody to stand in for a time and asks whether you agree.",
    "deputy_title": "{by} will not always be there for a time",
    "deputy_who": "{name} would stand in for {by} for a time.",
    "deputy_none": "{name} can then only read what is written from that moment on. Everything before stays closed.",
    "deputy_stays": "{by} goes on reading. Both can answer you. When standing in ends, {name} no longer reads along.",
    "deputy_along": "Both can answer you. The whole team reads along, also when the deputy's time ends.",
    "deputy_unknown": "We cannot check just now who would stand in. So you cannot agree.",
    "deputy_yes": "You have agreed. {name} is being let in now.",
    "deputy_done": "You have agreed that {name} stands in for {by}: both read along.",
    "deputy_sent_back": "{name} does not stand in for {by}, or not any more. {by} is still there for you.",
    "deputy_ended": "{by} has ended the standing in. {name} no longer reads along.",
    "deputy_ended_along": "{by} has ended the deputy's time. {name} does not answer here any more.",
    "consent_over": "This question has settled itself."
  }
};
