/**
 * Goal: a stream is cut into its messages however it arrives, and nonsense costs nothing (threats
 * rows 54, 67, 73). Method: cuts at every boundary, and each field of the frame's header made
 * wrong.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goldenMessages } from '../../test/support/golden-messages.ts';
import { messages } from '../../test/support/message-arbitraries.ts';
import { BLOCK_BYTES_LIMIT } from '../consensus/params.ts';
import { concatBytes } from '../lib/bytes.ts';
import { decodeDatagram, encodeFrame, FrameReader, FRAME_HEADER_BYTES } from './framing.ts';
import type { FrameFault, FrameResult } from './framing.ts';
import type { Message } from './messages.ts';

const PING: Message = { kind: 'ping', token: 7 };

/** A frame with one part of its header replaced. */
function frameWith(at: number, ...bytes: readonly number[]): Uint8Array {
  const frame = encodeFrame(PING);
  frame.set(bytes, at);
  return frame;
}

function messagesOf(results: readonly FrameResult[]): Message[] {
  return results.map((result) => {
    if (result.kind === 'fault') throw new Error(result.fault);
    return result.message;
  });
}

/** Each wrong header, with the fault that it is. */
const FAULTY: readonly (readonly [string, Uint8Array, FrameFault])[] = [
  ['other magic', frameWith(0, 0x47, 0x45, 0x54, 0x20), 'bad-magic'],
  ['another version', frameWith(4, 2), 'bad-version'],
  ['the number 0', frameWith(5, 0), 'unknown-type'],
  ['a number that nobody has', frameWith(5, 255), 'unknown-type'],
  ['a length of 2^32 - 1', frameWith(6, 0xff, 0xff, 0xff, 0xff), 'too-long'],
  ['a length one over the limit of its kind', frameWith(6, 0, 0, 0, 9), 'too-long'],
  ['a wrong checksum', frameWith(10, 0, 0, 0, 0), 'bad-checksum'],
  ['a changed body', frameWith(FRAME_HEADER_BYTES, 1), 'bad-checksum'],
];

describe('a stream of frames', () => {
  const stream = goldenMessages().map(([, message]) => message);
  const bytes = concatBytes(...stream.map(encodeFrame));

  it('may be cut in two anywhere', () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      const reader = new FrameReader();
      const results = [...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))];
      expect(messagesOf(results)).toEqual(stream);
      expect(reader.bufferedBytes).toBe(0);
    }
  });

  it('may come byte by byte, and each message comes out with its last byte', () => {
    const reader = new FrameReader();
    const ends = new Map<number, Message>();
    let end = 0;
    for (const message of stream) ends.set((end += encodeFrame(message).length), message);
    for (let index = 0; index < bytes.length; index++) {
      const expected = ends.get(index + 1);
      const results = reader.push(bytes.subarray(index, index + 1));
      expect(messagesOf(results)).toEqual(expected === undefined ? [] : [expected]);
    }
  });

  it('takes a chunk for a message that is known only where a frame may begin', () => {
    const frame = encodeFrame(PING);
    const wire = { encode: encodeFrame, known: (): Message => PING };
    const reader = new FrameReader(wire);
    expect(reader.known(frame)).toBe(PING);
    reader.push(frame.subarray(0, 3));
    expect(reader.known(frame)).toBeUndefined();
    expect(messagesOf(reader.push(frame.subarray(3)))).toEqual([PING]);
    expect(reader.known(frame)).toBe(PING);
    reader.push(frameWith(0, 0));
    expect(reader.known(frame)).toBeUndefined();
  });

  it('may be cut into any pieces', () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 50 });
    fc.assert(fc.property(fc.array(messages, { maxLength: 6 }), cuts, (sent, sizes) => {
      const whole = concatBytes(...sent.map(encodeFrame));
      const reader = new FrameReader();
      const got: FrameResult[] = [];
      let offset = 0;
      for (const size of [...sizes, whole.length]) {
        got.push(...reader.push(whole.subarray(offset, offset + size)));
        offset += size;
      }
      expect(messagesOf(got)).toEqual(sent);
    }));
  });

  it('gives messages that the next chunk cannot change', () => {
    const reader = new FrameReader();
    const chunk = encodeFrame({ kind: 'block', bytes: Uint8Array.of(1, 2, 3) });
    const [first] = messagesOf(reader.push(chunk));
    chunk.fill(0);
    reader.push(encodeFrame({ kind: 'block', bytes: Uint8Array.of(9, 9, 9) }));
    expect(first).toEqual({ kind: 'block', bytes: Uint8Array.of(1, 2, 3) });
  });

  it('takes the greatest block there can be, and keeps no more than it and a chunk', () => {
    const block: Message = { kind: 'block', bytes: new Uint8Array(BLOCK_BYTES_LIMIT).fill(5) };
    const frame = encodeFrame(block);
    const reader = new FrameReader();
    const chunkBytes = 65_536;
    const got: FrameResult[] = [];
    let bufferedMax = 0;
    for (let offset = 0; offset < frame.length; offset += chunkBytes) {
      got.push(...reader.push(frame.subarray(offset, offset + chunkBytes)));
      bufferedMax = Math.max(bufferedMax, reader.bufferedBytes);
    }
    expect(got.map((result) => result.kind)).toEqual(['message']);
    expect(bufferedMax).toBeLessThanOrEqual(BLOCK_BYTES_LIMIT + chunkBytes);
    expect(reader.bufferedBytes).toBe(0);
  });

  it('keeps only what has come of a frame that promises much', () => {
    const reader = new FrameReader();
    const promise = encodeFrame({ kind: 'block', bytes: new Uint8Array(0) });
    promise.set([0x00, 0x7a, 0x12, 0x00], 6); // 8,000,000 bytes.
    expect(reader.push(promise)).toEqual([]);
    for (let count = 1; count <= 1_000; count++) {
      expect(reader.push(Uint8Array.of(0))).toEqual([]);
      expect(reader.bufferedBytes).toBe(count);
    }
  });

  it.each(FAULTY)('ends with %s', (_, frame, fault) => {
    const reader = new FrameReader();
    const results = reader.push(concatBytes(encodeFrame(PING), frame, encodeFrame(PING)));
    expect(results).toEqual([{ kind: 'message', message: PING }, { kind: 'fault', fault }]);
    expect(reader.push(encodeFrame(PING))).toEqual([]);
  });

  it.each(FAULTY.slice(0, 6))('judges %s before any of the body has come', (_, frame, fault) => {
    const reader = new FrameReader();
    expect(reader.push(frame.subarray(0, FRAME_HEADER_BYTES))).toEqual([{ kind: 'fault', fault }]);
  });

  it('ends with a body that its kind does not have', () => {
    const frame = encodeFrame({ kind: 'ping', token: 0 });
    frame[5] = 17; // getHeaders, which 8 zero bytes are not.
    expect(new FrameReader().push(frame)).toEqual([{ kind: 'fault', fault: 'bad-body' }]);
  });

  it('ends with what other protocols say first', () => {
    const tls = '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00\x00\x00';
    for (const text of ['GET / HTTP/1.1\r\n\r\n', tls]) {
      const said = Uint8Array.from(text, (character) => character.charCodeAt(0));
      expect(new FrameReader().push(said)).toEqual([{ kind: 'fault', fault: 'bad-magic' }]);
    }
  });
});

describe('a datagram', () => {
  it('is one whole frame', () => {
    fc.assert(fc.property(messages, (message) => {
      const result = decodeDatagram(encodeFrame(message));
      expect(result).toEqual({ kind: 'message', message });
    }));
  });

  it('is not cut, and nothing follows it', () => {
    const frame = encodeFrame(PING);
    for (let length = 0; length < frame.length; length++) {
      expect(decodeDatagram(frame.subarray(0, length)))
        .toEqual({ kind: 'fault', fault: 'incomplete' });
    }
    expect(decodeDatagram(concatBytes(frame, Uint8Array.of(0))))
      .toEqual({ kind: 'fault', fault: 'trailing-bytes' });
  });

  it.each(FAULTY)('is nothing with %s', (_, frame, fault) => {
    expect(decodeDatagram(frame)).toEqual({ kind: 'fault', fault });
  });

  it('is nothing when any of its bits changed on the way', () => {
    const frame = encodeFrame(PING);
    for (let bit = 0; bit < 8 * frame.length; bit++) {
      const changed = frame.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(decodeDatagram(changed).kind, `bit ${bit}`).toBe('fault');
    }
  });
});
