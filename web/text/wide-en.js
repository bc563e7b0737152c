// The English sentences for portals whose team reads along the whole time. Twin of wide-de.js.
export const text = {
  "chat": {
    "line_released": "{name} has returned your enquiry to the team. The whole team can read what is here, also once somebody has taken it again.",
    "line_called_back": "You have given this conversation to the team. The whole team can read what is here, also once somebody has taken it."
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
