// Node's fetch knows no files; the vendored library fetches its WebAssembly from beside itself. Here a
// `file:` address is answered with the bytes on the disk, through Node's own fetch, so that the
// integrity asked for is checked as in a browser. Loaded by the helpers; a test without them that
// reaches the library imports this file.

import { openAsBlob } from 'node:fs';
import { fileURLToPath } from 'node:url';

const nodesFetch = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const url = input instanceof URL ? input : new URL(String(input));
  if (url.protocol !== 'file:') return nodesFetch(input, init);
  const address = URL.createObjectURL(await openAsBlob(fileURLToPath(url)));
  try {
    return await nodesFetch(address, init);
  } finally {
    URL.revokeObjectURL(address);
  }
};
