// Why a chat pauses, beyond what the transcript itself finds. Texts: `chat.stop_<code>`.

/** The words that a person compared are not the organisation's: this may be somebody else's service. */
export const WORDS_DIFFER = 'words_differ';

/** After these there is no "continue anyway". */
export const FINAL_STOPS = Object.freeze(['DAMAGED', 'YOU_WERE_REMOVED', WORDS_DIFFER]);
