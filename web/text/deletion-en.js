// The English sentences about deleted conversations. Form and rules as in en.js.
export const text = {
  "deletion": {
    "title": "Deleted conversations",
    "intro": "A deleted conversation leaves only a fingerprint in the public list of the day. Your device has looked for itself. That nobody made a copy before, nobody can prove; without the deleted key it cannot be read.",
    "looking": "Your device is looking at the public lists …",
    "failed": "This could not be looked up just now.",
    "none": "None yet whose end you have seen here.",
    "unseen": "Conversations that ended while you were away cannot be found again here.",
    "ended": "Ended on {date}, {time}",
    "tonight": "Deleted on {date}, in the hour from {time}. Tonight the list of that day goes into the public log.",
    "entered": "Deleted on {date}, in the hour from {time}. It stands in the list of the day, and the list in the public log.",
    "missing": "Should have been deleted since {date}, {time}. But no public list names it.",
    "not_entered": "The list of the day names it as deleted, on {date}, in the hour from {time}. But that list is missing in the public log.",
    "false_list": "Should have been deleted since {date}, {time}. But the list of deletions does not fit the public log: somebody has changed it or holds it back.",
    "ask": "This must not be. Please ask the service; how to reach it is said in the imprint."
  }
};
