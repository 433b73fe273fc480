/**
 * The HTTP server of the API and the page.
 *
 * Owns: the socket and its limits.
 * Does not own: routes (`app.ts`).
 */
import type { Observed } from './observed/observed.ts';
import type { ApiSource } from './source.ts';

export interface ApiOptions {
  /** The address to bind, such as `127.0.0.1`. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Names that browsers may know this server by, besides `localhost` and addresses of numbers. */
  readonly hosts: readonly string[];
  /** What spending and control need; undefined where the API is read-only. */
  readonly token: string | undefined;
  /** The folder of the built page. */
  readonly pages: string;
}

export interface ApiServer {
  readonly port: number;
  /** Such as `http://127.0.0.1:2609`. */
  readonly url: string;
  /** A code that signs one browser in; undefined where the API is read-only. */
  signInCode(): string | undefined;
  /** Closes the sockets. */
  stop(): Promise<void>;
}

/** Rejects with the system's error (`EADDRINUSE`) when it cannot listen. */
export async function startApi(
  source: ApiSource, observed: Observed, options: ApiOptions,
): Promise<ApiServer> {
  void source;
  void observed;
  return { port: options.port, url: '', signInCode: () => undefined, stop: async () => {} };
}
