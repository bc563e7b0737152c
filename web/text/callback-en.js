// The English sentences for a seeker whose counsellor has left. The access room fetches them with the first such
// conversation. Form and rules as in de.js.
export const text = {
  "callback": {
    "somebody": "Your counsellor",
    "title": "{name} is no longer in the team",
    "held": "So that nobody reads along who does not belong here any more, we send nothing here for now. What you write stays as a draft.",
    "can": "You can give this conversation to the team. Then somebody else goes on here with you.",
    "reads": "The team ({names}) can then read everything that is here, from the beginning, the files too. Once somebody takes it on, only that person, unless they give it back.",
    "reads_unnamed": "The team can then read everything that is here, from the beginning, the files too. Once somebody takes it on, only that person, unless they give it back.",
    "leads_can": "You can give this conversation to the leads. Then somebody else goes on here with you.",
    "leads_reads": "Only the leads ({names}) can then read everything that is here, from the beginning, the files too. Once one of them takes it on, only that person, unless they give it back.",
    "leads_reads_unnamed": "Only the leads can then read everything that is here, from the beginning, the files too. Once one of them takes it on, only that person, unless they give it back.",
    "leads_go": "Give it to the leads",
    "leads_waits": "The leads are setting up a new key. After that you can give them this conversation here. Please come back later.",
    "leaves": "{name} reads nothing new from then on.",
    "nothing_lost": "You need not write anything again, nor give a reason.",
    "go": "Give it to the team",
    "anew": "Would you rather start afresh? Then write a new enquiry. This one stays as it is.",
    "waits": "The team is setting up a new key that {name} does not have. After that you can give it this conversation here. Please come back later.",
    "others": "{others} goes on here. As soon as {others} has been here again, you can send again.",
    "others_team": "Somebody else of the team goes on here. As soon as one of them has been here again, you can send again.",
    "a_colleague": "Somebody from the team",
    "unlisted": "{name} can still read here and answer you, though. If nobody answers any more, please write a new enquiry.",
    "failed": "That did not work just now. Everything is as it was. Please try again.",
    "unreachable": "We cannot reach the service just now. Please try again."
  }
};
