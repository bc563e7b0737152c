// The English sentences about what is new in the log. Form and rules as in de.js.
export const text = {
  "lognews": {
    "about": "This is what the counselling service has stated in public since then about its staff and their keys. If anything of it is strange to you, please ask your lead.",
    "list": "What is new",
    "words": "Words of the key of {name}",
    "nobody": "somebody without a profile",
    "no_place": "a team",
    "admin": "Now confirmed as administration: {name}",
    "counsellor": "Now confirmed as a counsellor: {name}",
    "lead": "Now confirmed as a lead: {name}",
    "auditor": "Now confirmed to audit the service: {name}",
    "renewed": "Confirmation prolonged: {name}",
    "own": "A confirmation was issued for you yourself. Did you expect that? If not, please tell your lead at once.",
    "revoked": "Confirmation taken back: {name}",
    "team": "New state of the team “{place}”: {n} members.",
    "team_restarted": "Begun anew by the administration: team “{place}”, {n} members.",
    "root": "The organisation’s main key was replaced.",
    "policy": "The rules of the service were changed, for instance periods or witnesses.",
    "release": "A version of the program was released: {tag}",
    "site": "The pages of the service were published anew.",
    "witnessed": "Independent witnesses last confirmed the directory on {day} at {time}."
  }
};
