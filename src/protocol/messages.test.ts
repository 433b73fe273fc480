/**
 * Goal: a message is exactly one body, and a body one message or none (threats rows 14, 67, 73).
 * Method: round trips of random messages both ways, every limit at its edge.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KINDS, MESSAGES, messages, statuses } from '../../test/support/message-arbitraries.ts';
import { chainParams } from '../../test/support/arbitraries.ts';
import { encodeHeader, HEADER_BYTES } from '../consensus/encoding.ts';
import { encodeParams } from '../consensus/params.ts';
import { LOCATOR_IDS_MAX } from '../consensus/tree.ts';
import { bytesToHex, concatBytes } from '../lib/bytes.ts';
import { ByteWriter } from '../lib/codec.ts';
import { encodeFrame, FRAME_HEADER_BYTES } from './framing.ts';
import {
  bodyBytesOf, DATAGRAM_BYTES_MAX, decodeBody, encodeBody, GET_BLOCKS_MAX, HEADERS_MAX,
  messageKind, MESSAGE_TYPES,
} from './messages.ts';

const ID = '0123456789abcdef'.repeat(4);

describe.each(KINDS)('%s', (kind) => {
  it('comes back from its body, within its limit', () => {
    fc.assert(fc.property(MESSAGES[kind], (message) => {
      const body = encodeBody(message);
      expect(body.length).toBeLessThanOrEqual(MESSAGE_TYPES[kind].bytesMax);
      expect(decodeBody(kind, body)).toEqual(message);
      // A report's reason is short, and its room is for the longest.
      if (kind !== 'paymentReport') expect(bodyBytesOf(message)).toBe(body.length);
    }));
  });

  it('is the only message of its body', () => {
    const patched = fc.tuple(MESSAGES[kind].map(encodeBody), fc.nat(), fc.nat(255)).map(
      ([body, place, value]) => {
        const changed = body.slice();
        if (changed.length > 0) changed[place % changed.length] = value;
        return changed;
      },
    );
    fc.assert(fc.property(fc.oneof(patched, fc.uint8Array({ maxLength: 300 })), (body) => {
      const message = decodeBody(kind, body);
      if (message !== undefined) expect(encodeBody(message)).toEqual(body);
    }), { numRuns: 300 });
  });

  it('is nothing when its body is longer than its limit', () => {
    expect(decodeBody(kind, new Uint8Array(MESSAGE_TYPES[kind].bytesMax + 1))).toBeUndefined();
  });

  it('has a number of its own', () => {
    expect(messageKind(MESSAGE_TYPES[kind].id)).toBe(kind);
  });
});

/** A payment and a block are checked by the node, which knows its network: their end is theirs. */
describe.each(KINDS.filter((kind) => kind !== 'payment' && kind !== 'block'))('%s', (kind) => {
  it('is nothing with a byte more, or with any number of bytes fewer', () => {
    fc.assert(fc.property(MESSAGES[kind], fc.nat(255), fc.nat(), (message, extra, cut) => {
      const body = encodeBody(message);
      expect(decodeBody(kind, concatBytes(body, Uint8Array.of(extra)))).toBeUndefined();
      expect(decodeBody(kind, body.subarray(0, cut % body.length))).toBeUndefined();
    }));
  });
});

describe('the limits of messages', () => {
  it('know no other numbers', () => {
    const numbers = new Set(Object.values(MESSAGE_TYPES).map((type) => type.id));
    expect(numbers.size).toBe(KINDS.length);
    for (let id = 0; id < 256; id++) expect(messageKind(id) !== undefined).toBe(numbers.has(id));
  });

  it('let every status and payment into a datagram that no LAN splits', () => {
    for (const kind of ['status', 'payment'] as const) {
      const bytes = FRAME_HEADER_BYTES + MESSAGE_TYPES[kind].bytesMax;
      expect(bytes).toBeLessThanOrEqual(DATAGRAM_BYTES_MAX);
    }
    fc.assert(fc.property(statuses, (status) => {
      const frame = encodeFrame({ kind: 'status', ...status });
      expect(frame.length).toBeLessThanOrEqual(DATAGRAM_BYTES_MAX);
    }));
  });

  it.each([
    ['getHeaders', LOCATOR_IDS_MAX], ['getBlocks', GET_BLOCKS_MAX],
  ] as const)('let %s have from 1 to %i ids', (kind, max) => {
    const bodyOf = (count: number): Uint8Array =>
      new ByteWriter().u8(count).hex(ID.repeat(count)).finish();
    expect(decodeBody(kind, bodyOf(0))).toBeUndefined();
    expect(decodeBody(kind, bodyOf(1))).toBeDefined();
    expect(decodeBody(kind, bodyOf(max))).toBeDefined();
    expect(decodeBody(kind, bodyOf(max + 1))).toBeUndefined();
  });

  it(`let headers have from 0 to ${HEADERS_MAX} headers, and no count that lies`, () => {
    const [header] = fc.sample(MESSAGES.headers.filter((one) =>
      one.kind === 'headers' && one.headers.length > 0), 1);
    if (header?.kind !== 'headers') throw new Error('no headers');
    const bytes = encodeHeader(header.headers[0]!);
    const bodyOf = (count: number, claimed = count): Uint8Array =>
      concatBytes(new ByteWriter().u16(claimed).finish(), ...Array(count).fill(bytes));
    expect(decodeBody('headers', bodyOf(0))).toEqual({ kind: 'headers', headers: [] });
    expect(decodeBody('headers', bodyOf(HEADERS_MAX))).toBeDefined();
    expect(decodeBody('headers', bodyOf(HEADERS_MAX + 1))).toBeUndefined();
    expect(decodeBody('headers', bodyOf(1, 2))).toBeUndefined();
    expect(decodeBody('headers', bodyOf(2, 1))).toBeUndefined();
    expect(decodeBody('headers', bodyOf(1, 0xffff))).toBeUndefined();
    expect(bytes).toHaveLength(HEADER_BYTES);
  });

  it('let a reason have 64 printable characters', () => {
    const report = (reason: string): Uint8Array => encodeBody({
      kind: 'paymentReport', id: ID as never, state: 'waiting', height: 0, reason,
      ready: 1, needed: 2,
    });
    expect(decodeBody('paymentReport', report('x'.repeat(64)))).toBeDefined();
    expect(decodeBody('paymentReport', report('x'.repeat(65)))).toBeUndefined();
    expect(decodeBody('paymentReport', report('\u0007'))).toBeUndefined();
  });

  it('know three states of a payment', () => {
    const [report] = fc.sample(MESSAGES.paymentReport, 1);
    for (let state = 0; state < 256; state++) {
      const body = encodeBody(report!);
      body[32] = state;
      expect(decodeBody('paymentReport', body) !== undefined).toBe(state < 3);
    }
  });

  it('let a tag have 20 printable characters', () => {
    const [status] = fc.sample(statuses, 1);
    const bodyOf = (tag: string): Uint8Array => encodeBody({ kind: 'status', ...status!, tag });
    expect(decodeBody('status', bodyOf('x'.repeat(20)))).toBeDefined();
    expect(decodeBody('status', bodyOf('x'.repeat(21)))).toBeUndefined();
    expect(decodeBody('status', bodyOf('\u001b[2J'))).toBeUndefined();
  });
});

describe('a status', () => {
  it('is nothing with parameters that found no network', () => {
    fc.assert(fc.property(statuses, chainParams, (status, params) => {
      const body = encodeBody({ kind: 'status', ...status, params });
      const at = 8 + 1 + encodeParams(params).length - 4; // blockBytesMax is the last of them.
      body.set([0xff, 0xff, 0xff, 0xff], at);
      expect(decodeBody('status', body)).toBeUndefined();
    }));
  });

  it('counts no height and no time that a number cannot hold', () => {
    const [status] = fc.sample(statuses, 1);
    const body = encodeBody({ kind: 'status', ...status! });
    const time = body.length - 8;
    body.set([0x00, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], time);
    expect(decodeBody('status', body)).toMatchObject({ time: Number.MAX_SAFE_INTEGER });
    body.set([0x00, 0x20, 0, 0, 0, 0, 0, 0], time);
    expect(decodeBody('status', body)).toBeUndefined();
  });
});

describe('frames', () => {
  it('differ where messages differ', () => {
    fc.assert(fc.property(messages, messages, (a, b) => {
      const isSameFrame = bytesToHex(encodeFrame(a)) === bytesToHex(encodeFrame(b));
      const isSameBody = bytesToHex(encodeBody(a)) === bytesToHex(encodeBody(b));
      expect(isSameFrame).toBe(a.kind === b.kind && isSameBody);
    }));
  });
});
