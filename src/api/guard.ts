/**
 * Which requests are looked at, whatever they ask for.
 *
 * Owns: names of this server (against DNS rebinding), where a request comes from (against pages of
 * other sites), methods, how long a body is, and how much one host may ask (threats 104 to 110).
 * Does not own: the token (`sign-in.ts`), the socket's own limits (`server.ts`).
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { BoundedMap } from '../lib/bounded-map.ts';
import { TokenBucket } from '../lib/token-bucket.ts';
import type { Clock } from '../ports.ts';
import {
  BODY_BYTES_MAX, HOST_REQUESTS_BURST, HOST_REQUESTS_PER_SECOND, HOSTS_COUNTED_MAX,
  LOCAL_REQUESTS_BURST, LOCAL_REQUESTS_PER_SECOND,
} from './limits.ts';
import type { ProblemWords } from './problem.ts';

/** Sent with every answer. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

const METHODS = new Set(['GET', 'HEAD', 'POST']);

export class Guard {
  readonly #names: ReadonlySet<string>;
  readonly #clock: Clock;
  readonly #budgets = new BoundedMap<string, TokenBucket>(HOSTS_COUNTED_MAX);

  /** `names` are host names besides `localhost` and addresses of numbers. */
  constructor(names: readonly string[], clock: Clock) {
    this.#names = new Set(['localhost', ...names.map((name) => name.toLowerCase())]);
    this.#clock = clock;
  }

  /** Why the request is refused, or undefined. */
  refusalOf(request: IncomingMessage): ProblemWords | undefined {
    const { method = '', headers } = request;
    const remote = request.socket.remoteAddress ?? '';
    if (!this.#hasBudget(remote)) {
      return {
        status: 429, code: 'too-many-requests', detail: 'This host asks too much.',
        next: 'ask less often',
      };
    }
    if (!this.#isOwnName(headers.host)) {
      return {
        status: 421, code: 'foreign-host',
        detail: 'This server is not known by the name that was asked for.',
        next: 'use its address, or give the name: mvb miner dashboard_host=NAME',
      };
    }
    if (!METHODS.has(method)) {
      return { status: 405, code: 'bad-method', detail: 'Only GET, HEAD and POST are understood.' };
    }
    return this.#foreignOrigin(request) ?? bodyRefusal(request);
  }

  /**
   * A browser says where a request comes from. Whoever follows a link to here is welcome; a script,
   * an image or a form of another site is not.
   */
  #foreignOrigin({ method, headers }: IncomingMessage): ProblemWords | undefined {
    const { origin, host } = headers;
    const site = headers['sec-fetch-site'];
    const isVisit = method === 'GET' && headers['sec-fetch-mode'] === 'navigate';
    const isForeign = origin !== undefined
      ? hostOf(origin) !== host?.toLowerCase()
      : site !== undefined && site !== 'same-origin' && site !== 'none' && !isVisit;
    if (!isForeign) return undefined;
    return {
      status: 403, code: 'foreign-origin', detail: 'Pages of other sites get no answer here.',
    };
  }

  /** A page of another site cannot make an address of numbers its own name. */
  #isOwnName(host: string | undefined): boolean {
    if (host === undefined) return false;
    const match = /^(\[[0-9a-f:.]+\]|[^:]+)(:\d{1,5})?$/i.exec(host);
    const name = match?.[1]?.toLowerCase();
    if (name === undefined) return false;
    return this.#names.has(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
  }

  #hasBudget(remote: string): boolean {
    let budget = this.#budgets.get(remote);
    if (budget === undefined) {
      budget = isLocal(remote) ? new TokenBucket(LOCAL_REQUESTS_BURST, LOCAL_REQUESTS_PER_SECOND)
        : new TokenBucket(HOST_REQUESTS_BURST, HOST_REQUESTS_PER_SECOND);
      this.#budgets.set(remote, budget);
    }
    return budget.take(this.#clock.elapsed());
  }
}

/** A body says before it comes how long it is, and Node holds it to that. */
function bodyRefusal({ headers }: IncomingMessage): ProblemWords | undefined {
  if (headers['transfer-encoding'] !== undefined) {
    return {
      status: 411, code: 'length-needed', detail: 'A body must come with its length.',
      next: 'send it with content-length, not in chunks',
    };
  }
  if (Number(headers['content-length'] ?? 0) <= BODY_BYTES_MAX) return undefined;
  return {
    status: 413, code: 'too-large', detail: `A body has at most ${BODY_BYTES_MAX} bytes.`,
  };
}

/** Whether a socket's other end is on this machine. */
export function isLocal(remote: string): boolean {
  return remote === '::1' || /^(::ffff:)?127\./.test(remote);
}

/** The host and port of an origin; an origin without one, such as `null`, is nobody's. */
function hostOf(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/.exec(origin)?.[1]?.toLowerCase();
}
