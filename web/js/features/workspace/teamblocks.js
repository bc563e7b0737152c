// Text blocks of a team: one sheet that all members read and write. Draws nothing. Twin of clientlib/teamblocks.py.
//
// A block is never changed: whoever edits one writes another in its place. Two members who change different blocks at
// once lose nothing, since whoever comes second changes what the first has left; of two who edit the same one, both
// versions stay. At most one block is the team's for emergencies.
//
//   content = [[block16, title, text, for emergencies 0 | 1, subject16, hour]...], by block16

import { fromHex, toHex } from '../../core/resumeslot.js';
import { newestRestart } from '../../core/restarts.js';
import { array, binary, decode, encode, text as textOf, uint } from '../../crypto/encoding.js';
import { BadProof, NotCanonical, RemoteError } from '../../crypto/errors.js';
import { randomBytes } from '../../crypto/random.js';
import { SheetKind } from '../../crypto/sheet.js';
import { ignoreRefusal } from '../../wire/errors.js';
import { NoKey, SheetFull, TeamSheet } from './sheets.js';
import { ownTeams } from './teamview.js';
import { MAX_BLOCKS, MAX_TEXT_CHARS, MAX_TITLE_CHARS } from './textblocks.js';

/** @typedef {import('./place.js').Place} Place */
/** @typedef {import('./shownblocks.js').Team} Team */
/** @typedef {import('./shownblocks.js').Outcome} Outcome */
/** `id` and `by` (who wrote it last) in hex. @typedef {Readonly<{ id: string, title: string, text: string, isEmergency: boolean, by: string, hour: number }>} TeamBlock */
/** @typedef {(blocks: readonly TeamBlock[]) => readonly TeamBlock[]} Change */

const ITEMS = 6;
const NAME_BYTES = 16;
const HOUR_MS = 3_600_000;
const NOTHING = new Uint8Array(0);

/**
 * Reads the blocks of every team of mine; what lies under a former key is sealed to the present one on the way.
 * @param {Place} place
 * @returns {Promise<Team[]>}
 */
export async function readTeams(place) {
  const session = place.session();
  if (session === null) return [];
  /** @type {Team[]} */
  const found = [];
  // What an admin alone has said is acted on by nobody who has not seen it.
  for (const team of ownTeams(place).filter(({ restart }) => restart === null)) found.push(await readTeam(place, session, team));
  return found;
}

/**
 * Keeps a block, in the place of `former` if one is named.
 * @param {Place} place
 * @param {Uint8Array} team16
 * @param {{ id: string, title: string, text: string, isEmergency: boolean }} block `id` drawn once by whoever writes it: a repeat is the same block
 * @param {string} former
 */
export function saveBlock(place, team16, { id, title, text, isEmergency }, former) {
  return changed(place, team16, (blocks, me) => withBlock(blocks, {
    id, title: title.normalize('NFC').trim(), text: text.normalize('NFC').trim(), isEmergency, by: me, hour: Math.floor(place.clock.now() / HOUR_MS),
  }, former));
}

/** Takes a block away; what a colleague has made of it meanwhile stays. @param {Place} place @param {Uint8Array} team16 @param {string} id */
export function removeBlock(place, team16, id) {
  return changed(place, team16, (blocks) => blocks.filter((one) => one.id !== id));
}

/** After a restart of the team: none, where the former key is lost to all. @param {Place} place @param {Uint8Array} team16 @returns {Promise<Outcome>} */
export async function beginAnew(place, team16) {
  const session = place.session();
  if (session === null) return 'failed';
  return outcomeOf(() => new TeamSheet(place, session, team16, SheetKind.TEXT_BLOCKS).beginAnew());
}

/** A name for a new block. */
export function newBlockId() {
  return toHex(randomBytes(NAME_BYTES));
}

/**
 * Puts a block in; the mark for emergencies is one. SheetFull for one more than a team may have.
 * @param {readonly TeamBlock[]} blocks
 * @param {TeamBlock} block
 * @param {string} former
 */
export function withBlock(blocks, block, former) {
  const kept = blocks.filter(({ id }) => id !== former && id !== block.id);
  if (kept.length >= MAX_BLOCKS) throw new SheetFull('a team has no more text blocks than this');
  return [...kept.map((one) => (block.isEmergency ? { ...one, isEmergency: false } : one)), block];
}

/** Nothing for no blocks. @param {readonly TeamBlock[]} blocks */
export function encodeBlocks(blocks) {
  if (blocks.length === 0) return NOTHING;
  const ordered = [...blocks].sort((one, other) => (one.id < other.id ? -1 : 1));
  return encode(ordered.map(({ id, title, text, isEmergency, by, hour }) => [fromHex(id), title, text, isEmergency ? 1 : 0, fromHex(by), hour]));
}

/**
 * Undoes `encodeBlocks`; NotCanonical for a form that this client does not know, so that it writes none.
 * @param {Uint8Array} content
 * @returns {TeamBlock[]}
 */
export function decodeBlocks(content) {
  if (content.length === 0) return [];
  const blocks = array(decode(content)).map((item) => {
    const [id, title, text, isEmergency, by, hour] = array(item, ITEMS);
    return {
      id: toHex(binary(id, NAME_BYTES)), title: textOf(title, MAX_TITLE_CHARS), text: textOf(text, MAX_TEXT_CHARS),
      isEmergency: uint(isEmergency, 1) === 1, by: toHex(binary(by, NAME_BYTES)), hour: uint(hour),
    };
  });
  const isOrdered = blocks.every(({ id }, at) => at === 0 || blocks[at - 1].id < id);
  const emergencies = blocks.filter(({ isEmergency }) => isEmergency).length;
  if (!isOrdered || blocks.length > MAX_BLOCKS || emergencies > 1) throw new NotCanonical('text blocks out of order');
  return blocks;
}

/**
 * @param {Place} place
 * @param {import('./session.js').Session} session
 * @param {import('./teamview.js').TeamView} team
 * @returns {Promise<Team>}
 */
async function readTeam(place, session, { id, team16, place: name }) {
  const team = { id, team16, name };
  const sheet = new TeamSheet(place, session, team16, SheetKind.TEXT_BLOCKS);
  try {
    const found = await sheet.read();
    const content = found.isCurrent ? found.content : await resealed(sheet, found.content);
    const blocks = decodeBlocks(content).map((one) => ({ ...one, by: place.names.of(fromHex(one.by)) }));
    return { ...team, blocks, problem: '', canBegin: false };
  } catch (error) {
    const canBegin = error instanceof NoKey && newestRestart(place.log.view, team16) !== null;
    return { ...team, blocks: [], problem: problemOf(error), canBegin };
  }
}

/** Who has not the present key yet reads on under the former one. @param {TeamSheet} sheet @param {Uint8Array} content */
async function resealed(sheet, content) {
  try {
    return await sheet.write((newest) => newest);
  } catch (error) {
    if (!(error instanceof NoKey)) throw error;
    return content;
  }
}

/**
 * @param {Place} place
 * @param {Uint8Array} team16
 * @param {(blocks: readonly TeamBlock[], me: string) => readonly TeamBlock[]} change
 * @returns {Promise<Outcome>}
 */
async function changed(place, team16, change) {
  const session = place.session();
  if (session === null) return 'failed';
  const sheet = new TeamSheet(place, session, team16, SheetKind.TEXT_BLOCKS);
  return outcomeOf(() => sheet.write((content) => encodeBlocks(change(decodeBlocks(content), toHex(session.subject16)))));
}

/** @param {() => Promise<unknown>} work @returns {Promise<Outcome>} */
async function outcomeOf(work) {
  try {
    await work();
    return 'done';
  } catch (error) {
    if (error instanceof SheetFull) return 'full';
    problemOf(error);
    return 'failed';
  }
}

/** What is a fault of ours goes on. @param {unknown} error @returns {Team['problem']} */
function problemOf(error) {
  if (error instanceof NoKey) return 'noKey';
  if (error instanceof BadProof) return 'older';
  if (error instanceof RemoteError) return 'refused';
  ignoreRefusal(error);
  return 'offline';
}
