// Messages to canonical bytes and back; frames of the WebSocket. Twin of crypto/wire/codec.py.
//
//   client -> relay   [1, request, name, credential, [fields]]
//   relay -> client   [0, versionMin, versionMax, nowMs, heartbeatMs]     greeting, once, first
//                     [2, request, [fields]]                              reply
//                     [3, request, code, retryMs]                         refusal
//                     [4, name, [fields]]                                 event
//
// A message here is a plain object with the catalogue's field names; its kind is given by name. What everyone
// needs is known from the start; whoever names another message imports the file that declares it, and that file
// has it learned here.

import * as encoding from '../crypto/encoding.js';
import { LocalError, NotCanonical } from '../crypto/errors.js';
import { MESSAGES } from './catalogue.js';
import { WireError } from './errors.js';

/** @typedef {import('../crypto/encoding.js').Value} Value */
/** @typedef {Record<string, any>} Message */
/** @typedef {{ read(value: Value): any, write(value: any): Value }} Field */
/** @typedef {readonly (readonly [string, Field])[]} Fields */
/** @typedef {'command' | 'reply' | 'record' | 'event' | 'content'} Kind a reply has the name of its command */
/** Fields by name of the message, by kind. @typedef {Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>} Messages */
/** @typedef {{ kind: 'greeting', versionMin: number, versionMax: number, nowMs: number, heartbeatMs: number }} Greeting */
/** @typedef {{ kind: 'reply', request: number, fields: Value }} ReplyFrame */
/** @typedef {{ kind: 'refusal', request: number, error: WireError }} RefusalFrame */
/** @typedef {{ kind: 'event', name: string, event: Message | null }} EventFrame */

export const Frame = Object.freeze({ GREETING: 0, COMMAND: 1, REPLY: 2, REFUSAL: 3, EVENT: 4 });

const MAX_NAME_CHARS = 40;
const NO_CREDENTIAL = new Uint8Array(0);
const CREDENTIAL_BYTES = 32;

/** Messages as they are declared, and the fields of those that were used. @type {Map<string, readonly string[]>} */
const declared = new Map();
/** @type {Map<string, Fields>} */
const parsed = new Map();
learn(MESSAGES);

/**
 * Takes up the messages of a catalogue; LocalError when one of that name is declared already.
 * @param {Messages} messages
 */
export function learn(messages) {
  for (const [kind, table] of Object.entries(messages)) {
    for (const [name, specs] of Object.entries(table)) {
      const key = `${kind} ${name}`;
      if (declared.has(key)) throw new LocalError(`the catalogue has ${key} twice`);
      declared.set(key, specs);
    }
  }
}

/**
 * Tells whether a message of this name was learned.
 * @param {Kind} kind
 * @param {string} name
 */
export function isKnown(kind, name) {
  return declared.has(`${kind} ${name}`);
}

/**
 * Turns a message into its array of fields; LocalError when a field breaks its limits, is missing
 * or is one that the catalogue does not know.
 * @param {Kind} kind
 * @param {string} name
 * @param {Message} message
 * @returns {Value[]}
 */
export function toValue(kind, name, message) {
  const fields = fieldsOf(kind, name);
  for (const given of Object.keys(message)) {
    if (!fields.some(([field]) => field === given)) throw new LocalError(`${name} has no field ${given}`);
  }
  return fields.map(([field, type]) => {
    try {
      return type.write(message[field]);
    } catch (error) {
      if (!(error instanceof NotCanonical)) throw error;
      throw new LocalError(`${name}.${field}: ${error.message}`);
    }
  });
}

/**
 * Reads a message from its decoded array; NotCanonical unless every field fits.
 * @param {Kind} kind
 * @param {string} name
 * @param {Value} value
 * @returns {Message}
 */
export function fromValue(kind, name, value) {
  const fields = fieldsOf(kind, name);
  const items = encoding.array(value, fields.length);
  return Object.freeze(
    Object.fromEntries(fields.map(([field, type], i) => [field, type.read(items[i])])),
  );
}

/**
 * Encodes the content of an envelope alone.
 * @param {string} name of a content
 * @param {Message} content
 * @returns {Uint8Array}
 */
export function encode(name, content) {
  return encoding.encode(toValue('content', name, content));
}

/**
 * Undoes `encode`; NotCanonical unless every field fits.
 * @param {string} name
 * @param {Uint8Array} raw
 * @returns {Message}
 */
export function decode(name, raw) {
  return fromValue('content', name, encoding.decode(raw));
}

/**
 * One command as a frame.
 * @param {number} request
 * @param {string} name
 * @param {Message} fields
 * @param {Uint8Array} [credential] empty, or 32 bytes of a ticket or box capability
 * @returns {Uint8Array}
 */
export function encodeCommand(request, name, fields, credential = NO_CREDENTIAL) {
  if (credential.length !== 0 && credential.length !== CREDENTIAL_BYTES) {
    throw new LocalError('a credential has 32 bytes');
  }
  return encoding.encode([Frame.COMMAND, request, name, credential, toValue('command', name, fields)]);
}

/**
 * Reads the fields of a reply to the command `name`.
 * @param {string} name
 * @param {Value} fields
 * @returns {Message}
 */
export function decodeReply(name, fields) {
  return fromValue('reply', name, fields);
}

/**
 * Reads any frame of the relay; RemoteError when it is none. An event that this client does not know
 * is null (grease), a code that it does not know counts as `internal`.
 * @param {Uint8Array} raw
 * @returns {Greeting | ReplyFrame | RefusalFrame | EventFrame}
 */
export function decodeFromRelay(raw) {
  const items = encoding.array(encoding.decode(raw));
  const kind = items.length > 0 ? encoding.uint(items[0]) : -1;
  if (kind === Frame.GREETING && items.length === 5) {
    const [versionMin, versionMax, nowMs, heartbeatMs] = items.slice(1).map((item) => encoding.uint(item));
    return { kind: 'greeting', versionMin, versionMax, nowMs, heartbeatMs };
  }
  if (kind === Frame.REPLY && items.length === 3) {
    return { kind: 'reply', request: encoding.uint(items[1]), fields: items[2] };
  }
  if (kind === Frame.REFUSAL && items.length === 4) {
    const code = encoding.text(items[2], MAX_NAME_CHARS);
    const error = new WireError(code, encoding.uint(items[3]));
    return { kind: 'refusal', request: encoding.uint(items[1]), error };
  }
  if (kind === Frame.EVENT && items.length === 3) {
    const name = encoding.text(items[1], MAX_NAME_CHARS);
    return { kind: 'event', name, event: isKnown('event', name) ? fromValue('event', name, items[2]) : null };
  }
  throw new NotCanonical('not a frame of the relay');
}

/**
 * The fields of a message in wire order; LocalError for a name that was not learned.
 * @param {Kind} kind
 * @param {string} name
 * @returns {Fields}
 */
function fieldsOf(kind, name) {
  const key = `${kind} ${name}`;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const specs = declared.get(key);
  if (specs === undefined) throw new LocalError(`no catalogue has ${key}`);
  /** @type {Fields} */
  const fields = specs.map((spec) => {
    const [field, ...words] = spec.split(' ');
    return [field, fieldOf(words)];
  });
  parsed.set(key, fields);
  return fields;
}

/**
 * Makes the field of a specification: `bin 16 16`, `opt 32`, `uint 5`, `text 40`, `lang 2`, `record Offer`,
 * `list 50 <specification>`.
 * @param {string[]} words
 * @returns {Field}
 */
function fieldOf([type, first, ...rest]) {
  const limit = Number(first);
  switch (type) {
    case 'bin': return leaf((value) => sized(value, limit, Number(rest[0])));
    case 'opt': return leaf((value) => encoding.binary(value, 0, limit));
    case 'uint': return leaf((value) => whole(value, limit));
    case 'text': return leaf((value) => encoding.text(value, limit));
    case 'lang': return leaf((value) => languageCode(value, limit));
    case 'record': return {
      read: (value) => fromValue('record', first, value),
      write: (message) => toValue('record', first, message),
    };
    case 'list': return listOf(limit, fieldOf(rest));
    default: throw new LocalError(`unknown field type ${type}`);
  }
}

/**
 * A field that is checked alike in both directions.
 * @param {(value: Value) => any} read
 * @returns {Field}
 */
function leaf(read) {
  return { read, write: read };
}

/**
 * @param {number} maximum
 * @param {Field} item
 * @returns {Field}
 */
function listOf(maximum, item) {
  /** @param {Value} value */
  const limited = (value) => {
    const items = encoding.array(value);
    if (items.length > maximum) throw new NotCanonical('too many items');
    return items;
  };
  return {
    read: (value) => limited(value).map((each) => item.read(each)),
    write: (value) => limited(value).map((each) => item.write(each)),
  };
}

/**
 * Two or three small letters; nothing at all where the minimum is 0.
 * @param {Value} value
 * @param {number} minimum
 */
function languageCode(value, minimum) {
  const text = encoding.text(value, 3);
  if (!/^[a-z]{2,3}$/.test(text) && text.length + minimum > 0) throw new NotCanonical('not a language');
  return text;
}

/**
 * @param {Value} value
 * @param {number} minimum
 * @param {number} maximum
 */
function sized(value, minimum, maximum) {
  const raw = encoding.binary(value);
  if (raw.length < minimum || raw.length > maximum) throw new NotCanonical('bytes out of range');
  return raw;
}

/**
 * What was decoded is whole and positive already; what a caller hands in may not be.
 * @param {Value} value
 * @param {number} maximum
 */
function whole(value, maximum) {
  const number = encoding.uint(value, maximum);
  if (!Number.isSafeInteger(number) || number < 0) throw new NotCanonical('expected a whole number');
  return number;
}
