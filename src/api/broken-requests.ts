/**
 * What is no request, or comes too slowly: answered as every other "no" of the API.
 *
 * Owns: the answers that Node would else give by itself, without a reason and without our headers.
 * Does not own: when a request is too slow or too large (`server.ts`).
 */
import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { SECURITY_HEADERS } from './guard.ts';
import { problemOf } from './problem.ts';
import type { ProblemWords } from './problem.ts';

export const BAD_EXPECTATION: ProblemWords = {
  status: 417, code: 'bad-expectation', detail: 'Only 100-continue can be expected.',
};

export class BrokenRequests {
  /** Answers that are not finished, by connection: there may be several, one after the other. */
  readonly #open = new WeakMap<Socket, Set<ServerResponse>>();

  /** Takes note of a request, and of what every answer has. */
  watch({ socket }: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const open = this.#open.get(socket) ?? new Set();
    this.#open.set(socket, open.add(response));
    response.once('close', () => open.delete(response));
  }

  /** Answers what is no request; the connection ends with it. */
  answer(error: NodeJS.ErrnoException, socket: Socket): void {
    const isAnswering = [...this.#open.get(socket) ?? []].some(({ headersSent }) => headersSent);
    // In the middle of an answer nothing else can be said any more.
    if (!socket.writable || isAnswering) {
      socket.destroy();
      return;
    }
    socket.end(textOf(wordsOf(error.code)), () => socket.destroy());
  }
}

function textOf(words: ProblemWords): string {
  const body = JSON.stringify(problemOf(words));
  const headers = {
    ...SECURITY_HEADERS, 'content-type': 'application/problem+json', 'cache-control': 'no-store',
    'connection': 'close', 'content-length': Buffer.byteLength(body),
  };
  return [
    `HTTP/1.1 ${words.status} ${STATUS_CODES[words.status]}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '', body,
  ].join('\r\n');
}

function wordsOf(code: string | undefined): ProblemWords {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, code: 'headers-too-large', detail: 'The headers are too large.' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, code: 'too-slow', detail: 'The request did not come in time.' };
    default:
      return { status: 400, code: 'bad-http', detail: 'This is no request of HTTP/1.1.' };
  }
}
