// Stands in for `node:test`: keeps what is registered, so that judge.mjs runs it one after the other.

/** @typedef {(context: object) => unknown} Work */
/** @type {{ tests: Work[], befores: Work[] }} */
export const registered = { tests: [], befores: [] };

/** @param {string} _name @param {...any} rest */
export function test(_name, ...rest) {
  registered.tests.push(rest[rest.length - 1]);
}

/** @param {Work} work */
export function before(work) {
  registered.befores.push(work);
}

export default test;
