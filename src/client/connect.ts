/**
 * The client of the HTTP API, for programs and for the page itself.
 *
 * Owns: one method for each route, typed by the API's own schema.
 * Does not own: the shapes (`api/schema/`), the event stream's format (`event-reader.ts`).
 *
 *     import { connect } from 'minimum-viable-blockchain/client';
 *     const chain = connect('http://127.0.0.1:2609');
 *     console.log((await chain.status()).height);
 *     for await (const event of chain.events()) console.log(event.kind);
 */
import type {
  Address, Block, BlockSummary, HeaderCheck, HistoryEntry, Overview, Payment, Reorg, SearchHit,
  Transaction, Tree,
} from '../api/schema/chain.ts';
import type { Page } from '../api/schema/common.ts';
import type { ChainEvent } from '../api/schema/events.ts';
import type {
  Health, Lessons, Miner, Mining, Peer, PropagationPage, Refusal, Status,
} from '../api/schema/network.ts';
import type {
  MiningControl, NewAddress, Order, Review, Session, SignedOrder, SignInCode, Wallet, WalletKey,
} from '../api/schema/wallet.ts';
import { readEvents } from './event-reader.ts';
import type { EventsOptions } from './event-reader.ts';
import { errorOf, noAnswer } from './problem-error.ts';

export interface ConnectOptions {
  /** From the file `dashboard-token` in the data directory; for the wallet and for control. */
  readonly token?: string;
}

/** Which part of a list. */
export interface ListOptions {
  /** The `next` of the page before. */
  readonly cursor?: string;
  /** 1 to 100; 20 when not given. */
  readonly limit?: number;
}

/** (policy) An answer takes no longer; what a page shows must not wait for ever. */
const ANSWER_MS_MAX = 20_000;

type Query = Readonly<Record<string, string | number | undefined>>;

/** All methods reject with an `ApiError`. */
export class Client {
  /** Such as `http://127.0.0.1:2609`, without a slash at the end. */
  readonly url: string;
  #token: string | undefined;

  constructor(url: string, { token }: ConnectOptions = {}) {
    this.url = url.replace(/\/+$/, '');
    this.#token = token;
  }

  get hasToken(): boolean {
    return this.#token !== undefined;
  }

  /** Uses this token from now on, or none. */
  setToken(token: string | undefined): void {
    this.#token = token;
  }

  status(): Promise<Status> {
    return this.#get('/api/status');
  }

  health(): Promise<Health> {
    return this.#get('/health');
  }

  /** The main chain, newest first. */
  blocks(options: ListOptions = {}): Promise<Page<BlockSummary>> {
    return this.#get('/api/blocks', { ...options });
  }

  /** `id` is a height, an id, at least 6 digits of one, or `tip`. */
  block(id: string | number): Promise<Block> {
    return this.#get(`/api/blocks/${encodeURIComponent(id)}`);
  }

  transactions(block: string | number, options: ListOptions = {}): Promise<Page<Transaction>> {
    return this.#get(`/api/blocks/${encodeURIComponent(block)}/transactions`, { ...options });
  }

  /** Blocks of these heights with all known branches; the newest when no heights are given. */
  tree(range: { readonly from?: number; readonly to?: number } = {}): Promise<Tree> {
    return this.#get('/api/tree', { ...range });
  }

  /** The main chain from far away, in at most so many spans. */
  overview(range: {
    readonly from?: number; readonly to?: number; readonly spans?: number;
  } = {}): Promise<Overview> {
    return this.#get('/api/tree/overview', { ...range });
  }

  /** Reorganisations since the node started, newest first. */
  reorgs(options: ListOptions = {}): Promise<Page<Reorg>> {
    return this.#get('/api/reorgs', { ...options });
  }

  /** A payment or a reward, with what became of it. */
  payment(id: string): Promise<Payment> {
    return this.#get(`/api/payments/${encodeURIComponent(id)}`);
  }

  /** Payments that wait for a block, in the order in which the next blocks would take them. */
  pending(options: ListOptions = {}): Promise<Page<Payment>> {
    return this.#get('/api/pending', { ...options });
  }

  /** Payments that this node refused lately, newest first. */
  refused(options: ListOptions = {}): Promise<Page<Refusal>> {
    return this.#get('/api/refused', { ...options });
  }

  address(address: string): Promise<Address> {
    return this.#get(`/api/addresses/${encodeURIComponent(address)}`);
  }

  /** What came to an address and went from it, newest first. */
  history(address: string, options: ListOptions = {}): Promise<Page<HistoryEntry>> {
    return this.#get(`/api/addresses/${encodeURIComponent(address)}/history`, { ...options });
  }

  mining(): Promise<Mining> {
    return this.#get('/api/mining');
  }

  peers(options: ListOptions = {}): Promise<Page<Peer>> {
    return this.#get('/api/peers', { ...options });
  }

  /** When blocks came here and to peers, newest first. */
  propagation(options: ListOptions = {}): Promise<PropagationPage> {
    return this.#get('/api/propagation', { ...options });
  }

  /** Blocks, payments and addresses that a text may stand for. */
  search(text: string): Promise<Page<SearchHit>> {
    return this.#get('/api/search', { q: text });
  }

  lessons(): Promise<Lessons> {
    return this.#get('/api/lessons');
  }

  /** What a header's hash is, and which rules it would keep. Nothing is added to the chain. */
  checkHeader(header: string): Promise<HeaderCheck> {
    return this.#post('/api/check', { header });
  }

  /** Events as they happen, until the signal ends it; goes on by itself after a loss. */
  events(options: EventsOptions = {}): AsyncGenerator<ChainEvent, void, void> {
    return readEvents(`${this.url}/api/events`, options);
  }

  /** Turns the code that the miner prints into the token, and uses it from now on. */
  async signIn(code: string): Promise<Session> {
    const session = await this.#post<Session>('/api/session', { code });
    this.setToken(session.token);
    return session;
  }

  /** A new code for another browser. Needs the token, as all that follows does. */
  signInCode(): Promise<SignInCode> {
    return this.#post('/api/session/code', {});
  }

  /** Pauses or resumes mining, or changes how much of the machine it uses. */
  controlMining(control: MiningControl): Promise<Miner> {
    return this.#post('/api/mining', control);
  }

  wallet(): Promise<Wallet> {
    return this.#get('/api/wallet');
  }

  newAddress(order: NewAddress): Promise<WalletKey> {
    return this.#post('/api/wallet/addresses', order);
  }

  /** What an order would do; nothing is signed. */
  review(order: Order): Promise<Review> {
    return this.#post('/api/wallet/review', order);
  }

  /**
   * Signs, saves and broadcasts a payment. The key, 1 to 64 characters of one's own choice, makes
   * it safe to ask again when no answer came: one key is one payment.
   */
  send(order: SignedOrder, idempotencyKey: string): Promise<Payment> {
    return this.#post('/api/wallet/payments', order, { 'idempotency-key': idempotencyKey });
  }

  /** One's own payments, newest first. */
  payments(options: ListOptions = {}): Promise<Page<Payment>> {
    return this.#get('/api/wallet/payments', { ...options });
  }

  /** The rows of a list as CSV; `path` is such as `/api/blocks?limit=100`. */
  async csv(path: string): Promise<string> {
    // Anything else could lead to another server, and the token with it.
    if (!path.startsWith('/')) throw new TypeError(`a path begins with a slash: ${path}`);
    const url = new URL(`${this.url}${path}`);
    url.searchParams.set('format', 'csv');
    return await (await this.#ask(url.href)).text();
  }

  async #get<Answer>(path: string, query: Query = {}): Promise<Answer> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(
      given.map(([name, value]): [string, string] => [name, String(value)]),
    );
    const suffix = given.length === 0 ? '' : `?${search.toString()}`;
    return await (await this.#ask(`${this.url}${path}${suffix}`)).json() as Answer;
  }

  async #post<Answer>(
    path: string, body: object, headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await this.#ask(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return await response.json() as Answer;
  }

  async #ask(url: string, request: RequestInit = {}): Promise<Response> {
    const headers = new Headers(request.headers);
    if (this.#token !== undefined) headers.set('authorization', `Bearer ${this.#token}`);
    const response = await fetch(url, {
      ...request, headers, signal: AbortSignal.timeout(ANSWER_MS_MAX), credentials: 'omit',
      redirect: 'error',
    }).catch((cause: unknown) => {
      throw noAnswer(this.url, cause);
    });
    if (!response.ok) throw await errorOf(response);
    return response;
  }
}

/** A client for the API at this address, such as `http://127.0.0.1:2609`. */
export function connect(url: string, options: ConnectOptions = {}): Client {
  return new Client(url, options);
}
