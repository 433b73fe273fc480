/**
 * Goal: the event stream is read as the WHATWG writes it, however the network cuts it.
 * Method: the same stream in random pieces. Losses are in `test/functional/event-stream.test.ts`.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChainEvent } from '../api/schema/events.ts';
import { eventsIn } from './event-reader.ts';

async function* each(pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
}

async function read(...pieces: string[]): Promise<ChainEvent[]> {
  const events: ChainEvent[] = [];
  for await (const event of eventsIn(each(pieces))) events.push(event);
  return events;
}

/** The text cut at these places. */
function cut(text: string, places: readonly number[]): string[] {
  const edges = [0, ...places.map((place) => place % (text.length + 1)), text.length]
    .sort((a, b) => a - b);
  return edges.slice(1).map((edge, index) => text.slice(edges[index], edge));
}

const STREAM = ': hello\n\nevent: status\nid: a-1\ndata: {"tag":"ä€😀","height":7}\n\n'
  + ':\n\nevent: block\nid: a-2\ndata: {"x":\ndata: [1]}\n\nevent:peer\nid:a-3\ndata:"y"\n\n'
  + 'event: reset\nid: a-4\ndata: {}\n\n';
const EVENTS = [
  { kind: 'status', id: 'a-1', data: { tag: 'ä€😀', height: 7 } },
  { kind: 'block', id: 'a-2', data: { x: [1] } },
  { kind: 'peer', id: 'a-3', data: 'y' },
  { kind: 'reset', id: 'a-4', data: {} },
];

describe('the format', () => {
  it('is read', async () => {
    expect(await read(STREAM)).toEqual(EVENTS);
  });

  it.each(['\n', '\r\n', '\r'])('with lines that end in %j, cut anywhere', async (end) => {
    const text = STREAM.replaceAll('\n', end);
    await fc.assert(fc.asyncProperty(fc.array(fc.nat()), async (places) => {
      expect(await read(...cut(text, places))).toEqual(EVENTS);
    }));
  });

  it.each(['\n', '\r\n', '\r'])('with lines that end in %j, letter by letter', async (end) => {
    expect(await read(...STREAM.replaceAll('\n', end))).toEqual(EVENTS);
  });

  it('leaves out what is not finished, what has no data, and what it does not know', async () => {
    expect(await read('event: block\nid: a-1\ndata: 1\n')).toEqual([]);
    expect(await read('event: block\nid: a-1\n\n', 'retry: 3\nnonsense\n\n')).toEqual([]);
    expect(await read('event: block\n\nevent: peer\nid: a-1\ndata: 1\n\n'))
      .toEqual([{ kind: 'peer', id: 'a-1', data: 1 }]);
  });

  it('ends a line and an event that never end', async () => {
    const long = 'x'.repeat(1_000_000);
    await expect(read(...Array<string>(6).fill(long))).rejects.toThrow('without an end');
    const lines = Array<string>(6).fill(`data: ${long}\n`);
    await expect(read(...lines)).rejects.toThrow('without an end');
  });
});
