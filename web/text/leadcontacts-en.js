// The English sentences of contact data in the team room. The workspace fetches them with the room of the leads' team. Form and
// rules as in de.js.
export const text = {
  "leadcontacts": {
    "title": "Contact data",
    "text": "What people have left for the leads alone. Whoever counsels does not see it. It is deleted when the conversation ends.",
    "none": "Nothing has been left.",
    "row": "Enquiry {n}",
    "row_of": "Enquiry {n}, {place}",
    "show": "Show",
    "hide": "Hide",
    "email": "E-mail",
    "phone": "Telephone",
    "left": "Left on {date}.",
    "confirmed": "By the person who writes with you in the conversation.",
    "not_confirmed": "You do not read this conversation. So your device cannot check whose this is. First ask whom you are speaking with, and tell nothing before.",
    "others": "Somebody else may see or hear it: mention the counselling only once the right person is there.",
    "former_one": "One of them is still under the leads' former key.",
    "former_many": "{n} of them are still under the leads' former key.",
    "former": "Whoever has left the leads could still read that together with the server.",
    "again": "Seal anew",
    "skipped": "Not everything could be sealed anew. The pages of those who left it make up for it when they are there the next time.",
    "problem_gone": "There is nothing any more: the conversation has ended, or it was deleted.",
    "problem_noKey": "Your device does not have the key to it yet.",
    "problem_older": "The service shows an older state than you have already seen. We do not show it.",
    "problem_refused": "Something is wrong here: this was not left by the person who writes in this conversation, or does not belong to it. We do not show it.",
    "problem_offline": "We cannot reach the service at the moment. Please try again."
  }
};
