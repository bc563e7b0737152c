// The English sentences of giving a conversation back to the team, with the same keys as release-de.js.
export const text = {
  "release": {
    "title": "Release to the team",
    "text": "The enquiry of {name} is open again then, and somebody else can take it on. {name} sees that in the conversation.",
    "title_leads": "Release to the leads",
    "text_leads": "The request of {name} is open again then, but for the leads only: one of them takes it on. {name} sees that in the conversation.",
    "reads": "Who can read all of it then?",
    "whole": "What was written so far as well.",
    "draft": "Give the draft along",
    "draft_hint": "Whoever takes it on can change and send it. {name} does not read it.",
    "noted": "What you have noted about the person does not go along. If you have no other request of theirs, it is deleted.",
    "go": "Release",
    "failed": "That did not work just now. The enquiry is still yours. Please try again.",
    "draft_by": "{name} has given you this draft. You can change it.",
    "draft_of": "Draft by {name}",
    "draft_goes_along": "Not sent yet. When you take the enquiry on, it is in your text field."
  }
};
