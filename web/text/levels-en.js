// The English sentences for portals in which leads read what the team does not, or all of the team reads along. Twin of levels-de.js.
export const text = {
  "chat": {
    "line_released": "{name} has returned your enquiry to the leads. Until one of them takes it, only the leads can read what is here.",
    "line_released_along": "{name} has returned your enquiry to the team. The whole team can read what is here, also once somebody has taken it again.",
    "line_called_back_along": "You have given this conversation to the team. The whole team can read what is here, also once somebody has taken it."
  },
  "restricted": {
    "reads_team": "The team ({names}) can read it until somebody takes your enquiry. From then on, only that person. If they return it, only the leads ({leads}) read it.",
    "reads_team_unnamed": "The team can read it until somebody takes your enquiry. From then on, only that person. If they return it, only the leads ({leads}) read it.",
    "reads_person": "Only {name} can read it. If {name} returns it, only the leads ({leads}) read it.",
    "readers_team_until": "The team only until somebody takes your enquiry; from then on, only that person. If they return it, only the leads read it.",
    "readers_leads": "You and the leads ({names}) can read this.",
    "readers_leads_until": "The leads only until one of them takes your enquiry; from then on, only that person."
  },
  "strict": {
    "to_team": "To the leads",
    "to_team_hint": "One of the leads takes your enquiry. If somebody else can help you better, they ask you first.",
    "instead_team": "{name} takes no new enquiries at the moment. The leads get yours instead.",
    "topic_hint": "Optional. It helps the leads to find the right person.",
    "subject_hint_team": "Optional. Only you and the leads can see it, until somebody takes your enquiry.",
    "reads_team": "Only the leads ({names}) can read it until one of them takes your enquiry. From then on, only that person, and to whom they hand it over with your consent. Whoever returns it returns it to the leads.",
    "reads_team_unnamed": "Only the leads can read it until one of them takes your enquiry. From then on, only that person, and to whom they hand it over with your consent. Whoever returns it returns it to the leads.",
    "reads_person": "Only {name} can read it, unless {name} returns it to the leads.",
    "readers_leads": "You and the leads ({names}) can read this.",
    "readers_leads_until": "The leads only until one of them takes your enquiry; from then on, only that person, unless they return it."
  },
  "wide": {
    "to_team_hint": "Whoever has time first takes your enquiry. The whole team reads along.",
    "subject_hint_team": "Optional. Only you and the team can see it.",
    "instead_team": "{name} takes no new enquiries at the moment. The whole team gets yours instead, and reads along.",
    "reads_team": "The whole team ({names}) reads along the whole time, also once somebody has taken your enquiry. Each of these people may take it over later as well.",
    "reads_team_unnamed": "The whole team reads along the whole time, also once somebody has taken your enquiry. Each of them may take it over later as well.",
    "reads_person": "Only {name} can read it. If {name} returns it to the team, the whole team reads along the whole time from then on.",
    "readers_team_until": "This stays so once somebody has taken your enquiry.",
    "reads": "The whole team ({names}) can then read all that is here, from the beginning, the files too. This stays so once somebody has taken it.",
    "reads_unnamed": "The whole team can then read all that is here, from the beginning, the files too. This stays so once somebody has taken it."
  }
};
