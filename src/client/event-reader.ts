/**
 * The event stream as an endless list of events, which goes on by itself after a loss.
 *
 * Owns: the `text/event-stream` format (WHATWG HTML §9.2), `Last-Event-ID`, waiting before the next
 * attempt.
 * Does not own: what events mean.
 *
 * By `fetch` and not `EventSource`: Node 20 has none, and one way serves both.
 */
import type { ChainEvent, EventKind } from '../api/schema/events.ts';
import { errorOf, noAnswer } from './problem-error.ts';

/** (policy) Waits before the next attempt: the first, and the longest. */
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 10_000;
/** What is longer than this is no event. */
const EVENT_CHARACTERS_MAX = 4_000_000;
/** Each of them ends a line. */
const LINE_ENDS = /\r\n|\r|\n/;
/** The server says something at least so often; a stream that is silent longer is dead. */
const SILENCE_MS_MAX = 45_000;

export interface EventsOptions {
  /** Ends the list. */
  readonly signal?: AbortSignal;
  /** The id of the last event that was seen, to go on after it. */
  readonly after?: string;
  /** Told when the stream is there, and when it is lost. */
  readonly onConnection?: (isConnected: boolean) => void;
}

/** Events until the signal ends it; failures are tried again for ever. */
export async function* readEvents(
  url: string, options: EventsOptions,
): AsyncGenerator<ChainEvent, void, void> {
  const { signal } = options;
  let lastId = options.after;
  let retryMs = RETRY_MS_MIN;
  const isOver = (): boolean => signal?.aborted === true;
  while (!isOver()) {
    try {
      for await (const event of readOnce(url, lastId, options)) {
        retryMs = RETRY_MS_MIN;
        lastId = event.id;
        yield event;
      }
    } catch {
      // Whatever ended it: the next attempt tells.
    }
    if (isOver()) return;
    options.onConnection?.(false);
    await pause(retryMs, signal);
    retryMs = Math.min(2 * retryMs, RETRY_MS_MAX);
  }
}

async function* readOnce(
  url: string, lastId: string | undefined, { signal, onConnection }: EventsOptions,
): AsyncGenerator<ChainEvent, void, void> {
  const silence = new Silence(signal);
  try {
    const response = await fetch(url, {
      headers: {
        accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
      },
      signal: silence.signal,
    }).catch((cause: unknown) => {
      throw noAnswer(url, cause);
    });
    if (!response.ok || response.body === null) throw await errorOf(response);
    onConnection?.(true);
    yield* eventsIn(chunksOf(response.body, silence));
  } finally {
    silence.end();
  }
}

/** Aborts when nothing came for long, or when somebody else says so. */
class Silence {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #abort = (): void => this.#controller.abort();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(outer: AbortSignal | undefined) {
    this.#outer = outer;
    outer?.addEventListener('abort', this.#abort);
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#abort, SILENCE_MS_MAX);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#abort);
    this.#controller.abort();
  }
}

async function* chunksOf(
  body: ReadableStream<Uint8Array>, silence: Silence,
): AsyncGenerator<string, void, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    silence.heard();
    yield decoder.decode(value, { stream: true });
  }
}

/** The events in a text that comes in pieces. */
export async function* eventsIn(
  pieces: AsyncIterable<string>,
): AsyncGenerator<ChainEvent, void, void> {
  let rest = '';
  let isAfterReturn = false;
  let [kind, id, data]: [string, string, string[]] = ['', '', []];
  let size = 0;
  for await (const piece of pieces) {
    // The second half of a CRLF that was cut in two.
    const fresh = isAfterReturn && piece.startsWith('\n') ? piece.slice(1) : piece;
    if (piece !== '') isAfterReturn = piece.endsWith('\r');
    const lines = (rest + fresh).split(LINE_ENDS);
    rest = lines.pop()!;
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield eventOf(kind, id, data.join('\n'));
        [kind, data, size] = ['', [], 0];
      } else if (line.startsWith('event:')) kind = valueOf(line);
      else if (line.startsWith('id:')) id = valueOf(line);
      else if (line.startsWith('data:')) {
        data.push(valueOf(line));
        size += line.length;
      }
    }
    if (size + rest.length > EVENT_CHARACTERS_MAX) throw new Error('an event without an end');
  }
}

function valueOf(line: string): string {
  const value = line.slice(line.indexOf(':') + 1);
  return value.startsWith(' ') ? value.slice(1) : value;
}

function eventOf(kind: string, id: string, data: string): ChainEvent {
  return { kind: kind as EventKind, id, data: JSON.parse(data) as never };
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      // A signal lives as long as a page: what each attempt left there would add up.
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}
