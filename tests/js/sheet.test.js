// Sheets of teams, sealed and opened as in the vectors.

import { before, test } from 'node:test';

import { ready } from '../../web/js/crypto/primitives.js';
import { openSheet, pinName, sealSheet, sheetHash } from '../../web/js/crypto/sheet.js';
import { check, flip, replayRand, unhex, vectors } from './helpers/vectors.js';

before(ready);

/** @param {any} fields */
function sheetIn(fields) {
  return {
    team16: unhex(fields.team16), kind: fields.kind, version: fields.version, certificateHash: unhex(fields.certificate_hash),
    teamHash: unhex(fields.team_hash), before: unhex(fields.before), content: unhex(fields.content),
  };
}

/** @param {any} given */
function sealed(given) {
  return sealSheet(unhex(given.seed), unhex(given.sign), sheetIn(given.sheet), replayRand(unhex(given.rand)));
}

for (const item of vectors('sheet', 'seal')) {
  test(item.name, () =>
    check(item, () => {
      const raw = sealed(item.in);
      return { hash: sheetHash(raw), pin: pinName(unhex(item.in.sheet.team16), item.in.sheet.kind), size: raw.length };
    }));
}

for (const item of vectors('sheet', 'open')) {
  test(item.name, () =>
    check(item, () => {
      const raw = item.in.flip === null ? sealed(item.in) : flip(sealed(item.in), item.in.flip);
      const { sheet, verify } = openSheet(unhex(item.in.key), unhex(item.in.team16), item.in.kind, raw);
      verify(unhex(item.in.author));
      const { team16, kind, version, certificateHash, teamHash, before: follows, content } = sheet;
      return { sheet: { team16, kind, version, certificate_hash: certificateHash, team_hash: teamHash, before: follows, content } };
    }));
}
