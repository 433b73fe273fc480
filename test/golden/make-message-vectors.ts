/**
 * Writes `message-vectors.json`. Run it with a Node that strips types (22.18 or later) when the
 * protocol has changed on purpose, and say in the commit why: other programs rely on these bytes.
 * Owns: the form of that file. Does not own: its messages (`test/support/golden-messages.ts`).
 */
import { writeFileSync } from 'node:fs';
import { bytesToHex } from '../../src/lib/bytes.ts';
import { encodeFrame } from '../../src/protocol/framing.ts';
import { encodeBody } from '../../src/protocol/messages.ts';
import { goldenMessages } from '../support/golden-messages.ts';

const vectors = goldenMessages().map(([name, message]) => ({
  name,
  body: bytesToHex(encodeBody(message)),
  frame: bytesToHex(encodeFrame(message)),
}));
const file = new URL('message-vectors.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(vectors, null, 1)}\n`);
