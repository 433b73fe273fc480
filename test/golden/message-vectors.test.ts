/**
 * The bytes of messages are what they have always been. Written again, after a change that is
 * meant, with `MVB_GOLDEN=write npx vitest run test/golden/message-vectors.test.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bytesToHex, hexToBytes } from '../../src/lib/bytes.ts';
import { decodeDatagram, encodeFrame } from '../../src/protocol/framing.ts';
import { encodeBody, MESSAGE_TYPES } from '../../src/protocol/messages.ts';
import { goldenMessages } from '../support/golden-messages.ts';

interface Vector {
  readonly name: string;
  readonly body: string;
  readonly frame: string;
}

const FILE = new URL('./message-vectors.json', import.meta.url);
const made = goldenMessages();
if (process.env['MVB_GOLDEN'] === 'write') {
  const vectors: readonly Vector[] = made.map(([name, message]) => ({
    name, body: bytesToHex(encodeBody(message)), frame: bytesToHex(encodeFrame(message)),
  }));
  writeFileSync(FILE, `${JSON.stringify(vectors, undefined, 1)}\n`);
}
const golden = JSON.parse(readFileSync(FILE, 'utf8')) as readonly Vector[];

describe('the vectors of messages', () => {
  it('are of every kind', () => {
    expect(golden.map((vector) => vector.name)).toEqual(made.map(([name]) => name));
    const kinds = new Set(made.map(([, message]) => message.kind));
    expect([...kinds].sort()).toEqual(Object.keys(MESSAGE_TYPES).sort());
  });

  it.each(made)('%s has the bytes that it always had', (name, message) => {
    const vector = golden.find((one) => one.name === name)!;
    expect(bytesToHex(encodeBody(message))).toBe(vector.body);
    expect(bytesToHex(encodeFrame(message))).toBe(vector.frame);
    expect(decodeDatagram(hexToBytes(vector.frame)!)).toEqual({ kind: 'message', message });
  });
});
