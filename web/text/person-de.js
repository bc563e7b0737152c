// The German sentences about somebody of the team, where seekers choose and where colleagues preview; see de.js.
export const text = {
  "person": {
    "languages": "Berät auf: {languages}",
    "reachable": "Gerade im Livechat erreichbar"
  }
};
