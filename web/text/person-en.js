// The English sentences about somebody of the team, where seekers choose and where colleagues preview; see de.js.
export const text = {
  "person": {
    "languages": "Counsels in {languages}",
    "reachable": "Can be reached by live chat now"
  }
};
