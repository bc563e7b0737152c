// The English sentences about two people who see two logs. Form and rules as in de.js.
export const text = {
  "logproof": {
    "words": "The two of you are shown different directories of staff. That must not be. Please both save the file: together the two files prove it. Nothing of your conversation is in it.",
    "save": "Save the file",
    "saved": "The file is saved. With it and the other side’s file, whoever audits the service can prove that two directories were signed.",
    "file": "directory-proof.json"
  }
};
