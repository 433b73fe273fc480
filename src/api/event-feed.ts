/**
 * The event stream: what happens, as numbered events, to everybody who listens.
 *
 * Owns: turning news into events, the backlog for whoever was away, and cutting clients that do not
 * read.
 * Does not own: what is seen (`observed/`), requests (`server.ts`).
 *
 * Nothing is made while nobody listens, and no more than a page can show: a node that catches up on
 * thousands of blocks says `reset` once a second instead.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Block, Payment } from '../consensus/types.ts';
import { TokenBucket } from '../lib/token-bucket.ts';
import type { Clock } from '../ports.ts';
import type { Status } from '../protocol/messages.ts';
import { formatCoins } from '../wallet/amount.ts';
import {
  EVENT_BACKLOG_MAX, HEARTBEAT_MS, PAYMENT_EVENTS_PER_SECOND, STREAM_BYTES_MAX, STREAMS_MAX,
} from './limits.ts';
import type { News, Observed } from './observed/observed.ts';
import { ProblemError } from './problem.ts';
import type { EventData, EventKind } from './schema/events.ts';
import type { ApiSource } from './source.ts';
import type { BlockView } from './views/block-view.ts';
import { heardPeer, linkedPeer } from './views/network-view.ts';
import { statusJson } from './views/status-view.ts';
import { reorgJson } from './views/tree-view.ts';

/** (policy) Events about blocks, each second. */
const BLOCK_EVENTS_PER_SECOND = 50;
/** (policy) Events about peers, each second. */
const PEER_EVENTS_PER_SECOND = 50;
/** (policy) The backlog is kept for so long after the last listener left. */
const AFTERLIFE_MS = 60_000;

export interface EventFeedParts {
  readonly source: ApiSource;
  readonly observed: Observed;
  readonly blocks: BlockView;
  readonly clock: Clock;
}

export class EventFeed {
  readonly #parts: EventFeedParts;
  /** Tells this run's ids from those of another. */
  readonly #run: string;
  readonly #streams = new Set<ServerResponse>();
  /** The last events, oldest first; the last has the number `#count`. */
  readonly #backlog: string[] = [];
  #count = 0;
  readonly #budgets: Readonly<Record<'block' | 'payment' | 'peer', TokenBucket>>;
  #isOverrun = false;
  #lastStatus = '';
  #leftAt = Number.NEGATIVE_INFINITY;
  #heartbeatAt = 0;

  constructor(parts: EventFeedParts) {
    this.#parts = parts;
    this.#run = parts.observed.startedAt.toString(36);
    const budget = (perSecond: number): TokenBucket => new TokenBucket(2 * perSecond, perSecond);
    this.#budgets = {
      block: budget(BLOCK_EVENTS_PER_SECOND),
      payment: budget(PAYMENT_EVENTS_PER_SECOND),
      peer: budget(PEER_EVENTS_PER_SECOND),
    };
    parts.observed.onNews = (news) => this.#hear(news);
  }

  get streams(): number {
    return this.#streams.size;
  }

  /** Answers with the stream. Throws a `ProblemError` when there are too many. */
  open(request: IncomingMessage, response: ServerResponse): void {
    if (this.#streams.size >= STREAMS_MAX) {
      throw new ProblemError({
        status: 503, code: 'too-many-streams', detail: 'As many pages listen as there may be.',
        next: 'close some, or try again later',
      });
    }
    const wasListening = this.#isListened;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store', 'x-accel-buffering': 'no',
    });
    const given = request.headers['last-event-id'];
    const missed = typeof given === 'string' ? this.#since(given, wasListening) : [];
    this.#streams.add(response);
    response.on('close', () => this.#closed(response));
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.write(missed === undefined ? this.#frame('reset', {}, this.#count)
      : `:\n\n${missed.join('')}`);
    const status = statusJson(this.#parts.source, this.#parts.observed, this.#parts.clock.now());
    response.write(this.#frame('status', status, this.#count));
  }

  /** Called once a second. */
  tick(): void {
    const { source, observed, clock } = this.#parts;
    if (!this.#isListened) {
      this.#backlog.length = 0;
      return;
    }
    if (this.#isOverrun) {
      this.#isOverrun = false;
      this.#emit('reset', {});
    }
    const status = statusJson(source, observed, clock.now());
    const { now_ms: _now, miner, ...slow } = status;
    const { hashes: _hashes, rate: _rate, ...slowMiner } = miner ?? {};
    const key = JSON.stringify([slow, slowMiner]);
    if (key !== this.#lastStatus) this.#emit('status', status);
    this.#lastStatus = key;
    const rate = observed.rates.last;
    if (rate !== undefined) this.#emit('hashrate', { at_ms: rate.at, rate: rate.rate });
    const now = clock.elapsed();
    if (now - this.#heartbeatAt < HEARTBEAT_MS) return;
    this.#heartbeatAt = now;
    this.#send(':\n\n');
  }

  /** Ends all streams; clients come again by themselves. */
  stop(): void {
    this.#parts.observed.onNews = () => {};
    for (const stream of this.#streams) stream.end();
  }

  /** Whether somebody listens, or did a moment ago and may come again. */
  get #isListened(): boolean {
    return this.#streams.size > 0 || this.#parts.clock.elapsed() - this.#leftAt < AFTERLIFE_MS;
  }

  #closed(response: ServerResponse): void {
    this.#streams.delete(response);
    this.#leftAt = this.#parts.clock.elapsed();
  }

  /** The events after this id, or undefined when they are not known any more. */
  #since(id: string, wasListening: boolean): readonly string[] | undefined {
    const [run, number = ''] = id.split('-');
    if (run !== this.#run || !/^\d{1,15}$/.test(number) || !wasListening) return undefined;
    const missing = this.#count - Number(number);
    if (missing < 0 || missing > this.#backlog.length) return undefined;
    return missing === 0 ? [] : this.#backlog.slice(-missing);
  }

  /** The node waits for this: a fault of the API must not become one of the node. */
  #hear(news: News): void {
    try {
      this.#onNews(news);
    } catch (error) {
      this.#isOverrun = true;
      const reason = error instanceof Error ? error.message : String(error);
      this.#parts.source.log.error('The event stream has a fault', { kind: news.kind, reason });
    }
  }

  #onNews(news: News): void {
    if (!this.#isListened || this.#isOverrun) return;
    const { source, observed, clock } = this.#parts;
    const now = clock.now();
    switch (news.kind) {
      case 'change':
        for (const block of news.change.disconnected) this.#paymentsOf(block, 'returned');
        for (const block of news.change.connected) {
          this.#block(block, news.from);
          this.#paymentsOf(block, 'confirmed');
        }
        return;
      case 'side':
        return this.#block(news.block, news.from);
      case 'reorg':
        return this.#emit('reorg', reorgJson(news.reorg));
      case 'payment':
        return this.#payment(news.payment, {
          kind: news.code === undefined ? 'waiting' : 'refused', height: null,
          code: news.code ?? null,
        });
      case 'peer':
        if (!this.#mayTell('peer') || news.peer.status === undefined) return;
        return this.#emit('peer', {
          at_ms: now, kind: news.what, peer: linkedPeer(source, observed, news.peer, now),
          reason: news.what === 'left' ? news.peer.closedBecause ?? null : null,
        });
      case 'heard':
        return this.#heard(news.status, news.host);
    }
  }

  #heard(status: Status, host: string): void {
    const { source, observed, clock } = this.#parts;
    if (!this.#mayTell('peer')) return;
    const now = clock.now();
    // One with a link is heard on the air as well, and keeps its link.
    const linked = source.node?.view.peers.find((peer) => peer.status?.session === status.session);
    this.#emit('peer', {
      at_ms: now, kind: 'heard', reason: null,
      peer: linked === undefined ? heardPeer(source, status, { host, at: now })
        : linkedPeer(source, observed, linked, now),
    });
  }

  #block(block: Block, from: 'own' | 'peer'): void {
    const { source: { chain }, blocks } = this.#parts;
    const node = chain.find(block);
    if (node === undefined) return;
    if (this.#mayTell('block')) {
      return this.#emit('block', { block: blocks.summary(node, block), from });
    }
    // More than anybody could look at: all of it can be read again in a moment.
    this.#isOverrun = true;
  }

  #paymentsOf({ header, transactions }: Block, kind: 'confirmed' | 'returned'): void {
    for (const one of transactions) {
      if (one.type === 'reward') continue;
      this.#payment(one, {
        kind, height: kind === 'confirmed' ? header.height : null, code: null,
      });
    }
  }

  #payment(
    payment: Payment, what: Pick<EventData<'payment'>, 'kind' | 'height' | 'code'>,
  ): void {
    if (!this.#mayTell('payment')) return;
    this.#emit('payment', {
      at_ms: this.#parts.clock.now(), id: payment.id, from: payment.from, to: payment.to,
      amount: formatCoins(payment.amount), fee: formatCoins(payment.fee), ...what,
    });
  }

  #mayTell(what: 'block' | 'payment' | 'peer'): boolean {
    return this.#budgets[what].take(this.#parts.clock.elapsed());
  }

  #emit<Kind extends EventKind>(kind: Kind, data: EventData<Kind>): void {
    this.#count += 1;
    const frame = this.#frame(kind, data, this.#count);
    this.#backlog.push(frame);
    if (this.#backlog.length > EVENT_BACKLOG_MAX) this.#backlog.shift();
    this.#send(frame);
  }

  #frame<Kind extends EventKind>(kind: Kind, data: EventData<Kind>, number: number): string {
    return `event: ${kind}\nid: ${this.#run}-${number}\ndata: ${JSON.stringify(data)}\n\n`;
  }

  #send(text: string): void {
    const bytes = Buffer.from(text);
    for (const stream of this.#streams) {
      // One that does not read would keep all that it was not told.
      if (stream.writableLength > STREAM_BYTES_MAX) stream.destroy();
      else stream.write(bytes);
    }
  }
}
