/**
 * Visitors of one HTTP server: a process of its own, so that what it costs is not the server's.
 *
 * Words: URL, event streams, requests a second, milliseconds. Prints one line of JSON at the end.
 * Owns: asking at an even pace, and listening. Does not own: what is made of it (`api.ts`).
 */
import { Agent, get } from 'node:http';
import type { IncomingMessage } from 'node:http';

/** What a page asks for when it is opened and looked at. */
const PATHS = [
  '/api/status', '/api/blocks?limit=20', '/api/tree', '/api/mining', '/api/pending', '/api/peers',
] as const;
const TICK_MS = 5;
/** Requests that wait for an answer; who has as many asks no more. */
const WAITING_MAX = 64;

/** What came of it. */
export interface LoadReport {
  readonly answered: number;
  readonly failed: number;
  /** Bytes that all streams heard. */
  readonly heardBytes: number;
  readonly openStreams: number;
  readonly elapsedMs: number;
}

const [url = '', streams = '0', perSecond = '0', durationMs = '0'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: WAITING_MAX });
let [answered, failed, waiting, asked, heardBytes, openStreams] = [0, 0, 0, 0, 0, 0];

function listen(): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(`${url}/api/events`, { agent: false }, (answer) => {
      openStreams += 1;
      answer.on('data', (chunk: Buffer) => {
        heardBytes += chunk.length;
      }).on('close', () => {
        openStreams -= 1;
      }).on('error', () => {});
      resolve(answer);
    }).on('error', reject);
  });
}

function ask(path: string): void {
  waiting += 1;
  const end = (isOk: boolean): void => {
    waiting -= 1;
    if (isOk) answered += 1;
    else failed += 1;
  };
  get(`${url}${path}`, { agent }, (answer) => {
    answer.resume().once('end', () => end(answer.statusCode === 200));
  }).on('error', () => end(false));
}

const listening = await Promise.all(Array.from({ length: Number(streams) }, listen));
const startedAt = performance.now();
const timer = setInterval(() => {
  const elapsedMs = performance.now() - startedAt;
  const due = Math.floor((elapsedMs * Number(perSecond)) / 1_000);
  for (; asked < due && waiting < WAITING_MAX; asked++) ask(PATHS[asked % PATHS.length]!);
  if (elapsedMs < Number(durationMs)) return;
  clearInterval(timer);
  const report: LoadReport = { answered, failed, heardBytes, openStreams, elapsedMs };
  console.log(JSON.stringify(report));
  for (const answer of listening) answer.destroy();
  agent.destroy();
}, TICK_MS);
