// The English sentences of what colleagues have while the team reads along. Twin of along-de.js.
export const text = {
  "along": {
    "none": "Nobody else in the team has a request at the moment.",
    "with": "with {name}",
    "with_somebody": "with somebody of the team",
    "read_only": "You are reading along. Whoever has the request can answer.",
    "take": "Take over the request …",
    "title": "Take over the request?",
    "text": "Then you answer. {by} and {name} see that at once.",
    "unsent": "What {by} has typed and not sent does not come along. You get it only if {by} releases the request."
  }
};
