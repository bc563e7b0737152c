// The English sentences of "Contact for the leads". The access room fetches them when somebody opens it. Form and rules as in de.js.
export const text = {
  "contact": {
    "text": "You can leave an e-mail address or a telephone number here, so that the leads of this centre can reach you, should that ever be needed. You do not have to: you are counselled without it too.",
    "reads": "Only the leads ({names}) can read it.",
    "reads_unnamed": "Only the leads can read it.",
    "hidden": "Whoever counsels you here does not see it, nor whether you have left anything. The server cannot read it.",
    "until": "It is deleted as soon as this conversation has ended, and at once when you delete it here. What the leads have already read they can keep.",
    "silent": "We send nothing there, no notices and no confirmation.",
    "think": "One of the two is enough. Please think of who else sees your e-mails or calls.",
    "email": "E-mail address",
    "email_fault": "This does not look like an e-mail address. Please have another look.",
    "phone": "Telephone number",
    "phone_fault": "This does not look like a telephone number. Please use digits, spaces and the signs + - / ( ) only.",
    "save": "Leave it for the leads",
    "change": "Leave the change",
    "remove": "Delete",
    "saved": "This is now there for the leads.",
    "removed": "Deleted. There is nothing for the leads here any more.",
    "left": "Left on {date}.",
    "not_there": "What you wanted to leave on {date} has not arrived yet. We try again when you are here the next time.",
    "anothers": "There is something for the leads here already, which was left with another access to this conversation. We cannot show it here. You can replace or delete it.",
    "former_key": "Somebody who is no longer a lead still has the key to it. Until the leads have a new one, that person could read it together with the server. If you do not want that, delete it.",
    "problem_changed": "You have changed it on another device meanwhile; that now stands above. What you typed here is not saved yet.",
    "problem_waits": "The leads are getting a new key. Until then we take nothing. What you typed is still there; please try again later.",
    "problem_restarted": "The leads' team was begun anew by the administration. Please read the notice about it first.",
    "problem_unreachable": "We cannot reach the service at the moment. Please try again.",
    "problem_failed": "This did not work, and nothing was left. What you typed is still there. Please try again."
  }
};
