/**
 * Goal: whoever listens to a node hears all of it over losses, and the losses leave no trace.
 * Method: a server on loopback that says what each test wants, and the shipped client.
 */
import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readEvents } from '../../src/client/event-reader.ts';

describe('a stream', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(
    answer: (request: IncomingMessage, response: ServerResponse, count: number) => void,
  ): Promise<string> {
    let count = 0;
    server = createServer((request, response) => answer(request, response, ++count));
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/events`;
  }

  it('goes on after the last event that was seen, and tells of the loss', async () => {
    const asked: unknown[] = [];
    const url = await serve((request, response, count) => {
      asked.push(request.headers['last-event-id']);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`event: peer\nid: r-${count}\ndata: ${count}\n\nevent: peer\nid: r-9\ndata`);
    });
    const end = new AbortController();
    const [seen, told]: [unknown[], boolean[]] = [[], []];
    const options = {
      signal: end.signal, after: 'r-0', onConnection: (is: boolean) => told.push(is),
    };
    for await (const event of readEvents(url, options)) {
      seen.push(event.data);
      if (seen.length === 3) end.abort();
    }
    expect(seen).toEqual([1, 2, 3]);
    expect(asked).toEqual(['r-0', 'r-1', 'r-2']);
    expect(told).toEqual([true, false, true, false, true]);
  });

  it('waits for a server that is not there yet, and leaves nothing behind', async () => {
    const url = await serve((_, response, count) => {
      if (count < 3) response.writeHead(503).end('not now');
      else {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('event: peer\nid: r-1\ndata: 1\n\n');
      }
    });
    const end = new AbortController();
    for await (const event of readEvents(url, { signal: end.signal })) {
      expect(event.id).toBe('r-1');
      // Each attempt has listened for the end; only the one that lasts may still do so.
      expect(getEventListeners(end.signal, 'abort')).toHaveLength(1);
      break;
    }
    expect(getEventListeners(end.signal, 'abort')).toHaveLength(0);
  });

  it('ends at once when it is told to, in the middle of silence', async () => {
    const end = new AbortController();
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(':\n\n');
    });
    const options = { signal: end.signal, onConnection: () => end.abort() };
    for await (const event of readEvents(url, options)) throw new Error(`nobody said ${event.id}`);
  });
});
