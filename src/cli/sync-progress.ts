/**
 * What `mvb wallet sync` tells while it runs: how far it is, and what became of one's payments.
 *
 * Owns: when there is something to say, and the words.
 * Does not own: following (`follower.ts`).
 */
import type { Chain } from '../consensus/chain.ts';
import type { Work } from '../consensus/types.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import type { Store } from '../ports.ts';
import { formatCoins } from '../wallet/amount.ts';
import { paymentStatus, pendingOf } from '../wallet/payments.ts';
import type { SavedPayment } from '../wallet/payments.ts';
import type { Follower } from './follower.ts';
import { nameOf } from './keys.ts';
import type { WalletKey } from './keys.ts';
import type { LineLog } from './line-log.ts';
import type { Output } from './output.ts';
import { bar } from './screen.ts';
import { counted, duration, formatAge, shortId } from '../lib/words.ts';

/** (policy) The table of payments is read this often, or at a new tip. */
const TABLE_MS = 1_000;
/** (policy) Settled payments that are remembered, to notice when a fork undoes one. */
const SETTLED_MAX = 10_000;
/** (policy) A line of progress is printed at most this often. */
const LINE_MS = 3_000;
/** (policy) What was heard longer ago does not count: its sender may be gone. */
const HEARD_MS_MAX = 20_000;
/** (policy) `--once`: nobody was heard; all will have answered; nothing moves. */
const NOBODY_MS = 10_000;
const GATHER_MS = 1_500;
const STUCK_MS = 60_000;
const BAR_WIDTH = 24;

/** The greatest claim of a miner that was heard lately, or is linked. */
export function bestClaim(follower: Follower, now: number): { height: number; work: Work } {
  const heard = follower.miners.filter(({ at }) => now - at <= HEARD_MS_MAX);
  // A datagram may be forged. Who is linked loses the link by claims that it does not bear out.
  const linked = follower.peers.flatMap(({ status }) => status ?? []);
  const statuses = linked.length > 0 ? linked : heard.map(({ status }) => status);
  return statuses.reduce(
    (best, { height, work }) => (work > best.work ? { height, work } : best),
    { height: 0, work: 0n },
  );
}

/** Notices payments of ours that get confirmed, or are undone. */
export class PendingWatch {
  readonly #log: LineLog;
  readonly #store: Store;
  readonly #keys: readonly WalletKey[];
  readonly #settled = new BoundedMap<string, true>(SETTLED_MAX);
  #pending: ReadonlyMap<string, SavedPayment> | undefined;
  #tipId = '';
  #lookedAt = 0;

  constructor(log: LineLog, store: Store, keys: readonly WalletKey[]) {
    this.#log = log;
    this.#store = store;
    this.#keys = keys;
  }

  get count(): number {
    return this.#pending?.size ?? 0;
  }

  look(chain: Chain): void {
    const now = performance.now();
    if (chain.tip.id === this.#tipId && now - this.#lookedAt < TABLE_MS) return;
    this.#tipId = chain.tip.id;
    this.#lookedAt = now;
    const before = this.#pending;
    const pending = new Map(
      pendingOf(chain, this.#store).map((saved) => [saved.payment.id as string, saved]),
    );
    this.#pending = pending;
    if (before === undefined) {
      if (pending.size > 0) this.#log.event('Payments to deliver', { count: pending.size });
      return;
    }
    for (const [id, saved] of before) if (!pending.has(id)) this.#left(chain, saved);
    for (const [id, saved] of pending) if (!before.has(id)) this.#came(saved);
  }

  #came({ payment }: SavedPayment): void {
    const wasSettled = this.#settled.delete(payment.id);
    const words = wasSettled
      ? 'Payment is pending again, a fork undid it' : 'New payment to deliver';
    this.#log.event(words, { payment: shortId(payment.id) });
  }

  #left(chain: Chain, { payment }: SavedPayment): void {
    const status = paymentStatus(chain, this.#store, payment);
    const fields = {
      payment: shortId(payment.id),
      amount: formatCoins(payment.amount),
      to: nameOf(payment.to, this.#keys),
    };
    if (status.kind === 'pending') return;
    this.#settled.set(payment.id, true);
    if (status.kind === 'confirmed') {
      this.#log.event('Payment confirmed', { ...fields, height: status.height });
    } else {
      this.#log.event(`Payment ${status.kind}`, { ...fields, by: shortId(status.by) });
    }
  }
}

/** How far the chain here is behind the best that was heard of. */
export class SyncProgress {
  readonly #log: LineLog;
  #saidAt = Number.NEGATIVE_INFINITY;
  #saidHeight = -1;
  #samples: { at: number; height: number }[] = [];

  constructor(log: LineLog) {
    this.#log = log;
  }

  /** Prints a line when something has changed and the last one is long enough ago. */
  look(follower: Follower, chain: Chain): void {
    const now = performance.now();
    const { height } = chain.tip.header;
    this.#sample(now, height);
    if (height === this.#saidHeight || now - this.#saidAt < LINE_MS) return;
    const of = Math.max(height, bestClaim(follower, Date.now()).height);
    if (height === 0 && of === 0) return;
    this.#saidAt = now;
    this.#saidHeight = height;
    const rate = this.#rate();
    this.#log.event(height >= of ? 'Blockchain is up to date' : 'Blockchain sync', {
      height,
      ...(height >= of ? {} : {
        of, blocks_per_second: Math.round(rate), left: duration((1000 * (of - height)) / rate),
      }),
    });
  }

  /** The lines of a live screen. */
  lines(
    follower: Follower, chain: Chain, colours: Output['outColours'], pending: number,
  ): string[] {
    const { height, time } = chain.tip.header;
    const now = Date.now();
    this.#sample(performance.now(), height);
    const of = Math.max(height, bestClaim(follower, now).height);
    const { miners } = follower;
    const latest = Math.max(0, ...miners.map(({ at }) => at));
    const heard = miners.length === 0 ? colours.yellow('no miner heard yet')
      : `${counted(miners.length, 'miner')} heard, the last ${formatAge(now - latest)} ago`;
    const tip = height === 0 ? '' : `   block ${height} is ${formatAge(now - time)} old`;
    const rate = this.#rate();
    const state = height < of
      ? `${Math.round(rate)} blocks/s   ${duration((1000 * (of - height)) / rate)} left`
      : miners.length === 0 ? 'waiting' : colours.green('up to date');
    return [
      ` Sync  ${bar(of === 0 ? 0 : height / of, BAR_WIDTH)}  ${height}/${of} blocks   ${state}`,
      ` ${heard}${tip}   ${pending} of your payments pending   Ctrl-C ends`,
    ];
  }

  #sample(at: number, height: number): void {
    this.#samples.push({ at, height });
    while (this.#samples.length > 2 && this.#samples[0]!.at < at - LINE_MS) this.#samples.shift();
  }

  /** Blocks per second of late. */
  #rate(): number {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.at <= first.at) return 0;
    return Math.max(0, ((last.height - first.height) * 1000) / (last.at - first.at));
  }
}

/** Decides when `sync --once` is over: when it has what was claimed while it gathered claims. */
export class OnceWatch {
  readonly #startedAt = performance.now();
  #movedAt = this.#startedAt;
  #height = -1;
  #heardSince: number | undefined;
  #wanted: Work = 0n;

  look(follower: Follower, chain: Chain): 'synced' | 'nobody' | 'stuck' | undefined {
    const now = performance.now();
    const { header, work } = chain.tip;
    if (header.height !== this.#height) this.#movedAt = now;
    this.#height = header.height;
    const isHeard = follower.miners.length > 0 || follower.peers.length > 0;
    if (isHeard) this.#heardSince ??= now;
    if (this.#heardSince === undefined) {
      return now - this.#startedAt > NOBODY_MS ? 'nobody' : undefined;
    }
    if (now - this.#heardSince < GATHER_MS) {
      const claimed = bestClaim(follower, Date.now()).work;
      if (claimed > this.#wanted) this.#wanted = claimed;
      return undefined;
    }
    if (work >= this.#wanted) return 'synced';
    return now - this.#movedAt > STUCK_MS ? 'stuck' : undefined;
  }
}
