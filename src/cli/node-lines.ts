/**
 * What a node does, as lines of a log: stable words that people read and scripts find.
 *
 * Owns: the words, and that no line can be repeated at will by a stranger.
 * Does not own: where lines go.
 */
import type { ChainChange } from '../consensus/reorg.ts';
import { decodeHeader } from '../consensus/encoding.ts';
import type { Address, Amount, Block, Transaction } from '../consensus/types.ts';
import type { MinerView } from '../node/miner.ts';
import type { NodeListener } from '../node/listener.ts';
import type { Node } from '../node/node.ts';
import type { Peer } from '../node/peer.ts';
import type { Fields, MiningJob } from '../ports.ts';
import { formatCoins } from '../wallet/amount.ts';
import type { LineLog } from './line-log.ts';
import { duration, shortId } from '../lib/words.ts';

export interface NodeLinesParts {
  readonly log: LineLog;
  /** Set once there is one. */
  readonly node: () => Node | undefined;
  readonly rewardTo: Address | undefined;
  /** Whether waiting has lines; where live lines show it, it has none. */
  readonly saysWaiting: boolean;
  /** The command that makes a payment here, such as `mvb wallet send mining_rewards 1 <to>`. */
  readonly sendCommand: string;
}

/** What was earned and lost since the start, for the last line. */
export interface Earnings {
  readonly blocks: number;
  readonly amount: Amount;
}

/**
 * (policy) Blocks of others are a line each up to this many a second; more are counted together.
 */
const BLOCK_LINES_PER_SECOND = 5;

export class NodeLines implements NodeListener {
  readonly #parts: NodeLinesParts;
  #earned: Earnings = { blocks: 0, amount: 0n };
  #jobParent = '';
  #waitingWords = '';
  #received: { second: number; lines: number; more: number } = { second: 0, lines: 0, more: 0 };

  constructor(parts: NodeLinesParts) {
    this.#parts = parts;
  }

  get earned(): Earnings {
    return this.#earned;
  }

  chainChanged(change: ChainChange, from: 'own' | 'peer'): void {
    this.#count(change);
    if (change.disconnected.length > 0) this.#reorganised(change);
    else if (from === 'peer') for (const block of change.connected) this.#arrived(block);
    if (from === 'own') for (const block of change.connected) this.#mined(block);
  }

  peerReady(peer: Peer): void {
    const { tag, height } = peer.status!;
    this.#ofPeer(peer, 'joined', { height, name: tag });
  }

  peerClosed(peer: Peer): void {
    const reason = peer.closedBecause ?? 'closed by the other side';
    this.#ofPeer(peer, 'left', { name: peer.status?.tag ?? '', reason });
  }

  /**
   * The kernel got a job: a line for each new height or branch, not for each new set of payments.
   */
  onJob(job: MiningJob): void {
    const header = decodeHeader(job.header);
    if (header === undefined || header.previousId === this.#jobParent) return;
    this.#jobParent = header.previousId;
    this.#waitingWords = '';
    this.#parts.log.event('Miner started mining new block', { height: header.height });
  }

  /** Called now and then with the miner's state: says what it waits for when that has changed. */
  onMiner(view: MinerView, now: number): void {
    if (!this.#parts.saysWaiting || view.state !== 'waiting') return;
    const words = waitingWords(view);
    if (words === this.#waitingWords) return;
    this.#waitingWords = words;
    const fields = view.reason !== 'payments' ? {} : {
      missing: view.needed - view.ready,
      ...(view.partialAt === undefined ? {} : { or_in: duration(view.partialAt - now) }),
      next: this.#parts.sendCommand,
    };
    this.#parts.log.event(words, fields);
  }

  /** Called once a second: says what was too much for a line each. */
  flush(): void {
    const { more } = this.#received;
    if (more === 0) return;
    this.#received.more = 0;
    const view = this.#parts.node()?.view;
    if (view === undefined) return;
    const { height } = view.chain.tip.header;
    this.#parts.log.event('Received blocks', {
      count: more, height, of: Math.max(height, view.sync.claimedHeight),
    });
  }

  /** Wallets come and go with each command. */
  #ofPeer(peer: Peer, what: 'joined' | 'left', fields: Fields): void {
    const { log } = this.#parts;
    const all = { address: peer.remote, ...fields };
    if (peer.status?.blockServerPort === 0) log.debug(`Wallet ${what}`, all);
    else log.info(`Peer ${what}`, all);
  }

  #mined({ id, header, transactions }: Block): void {
    this.#parts.log.event('Miner mined new block!', {
      height: header.height, id, payments: transactions.length - 1, reward: rewardOf(transactions),
    });
  }

  #arrived({ id, header, transactions }: Block): void {
    const second = Math.floor(performance.now() / 1000);
    const received = this.#received;
    if (received.second !== second) {
      this.flush();
      Object.assign(received, { second, lines: 0 });
    }
    if (received.lines >= BLOCK_LINES_PER_SECOND) {
      received.more++;
      return;
    }
    received.lines++;
    this.#parts.log.event('Received new block', {
      height: header.height, id, payments: transactions.length - 1, miner: header.tag,
    });
  }

  #reorganised({ disconnected, connected, tip }: ChainChange): void {
    const { log, rewardTo } = this.#parts;
    log.event('REORG: another branch has more work', {
      left: disconnected.length, joined: connected.length, height: tip.header.height, id: tip.id,
      miner: tip.header.tag,
    });
    const back = payments(disconnected).filter(
      (id) => !payments(connected).includes(id),
    );
    const lost = rewardsTo(disconnected, rewardTo);
    if (lost.blocks > 0) {
      log.event('Rewards lost with their blocks', {
        blocks: lost.blocks, amount: formatCoins(lost.amount),
      });
    }
    if (back.length > 0) {
      const shown = back.slice(0, 5).map(shortId).join(' ');
      log.event('Payments are pending again', { count: back.length, ids: shown });
    }
  }

  #count({ disconnected, connected }: ChainChange): void {
    const { rewardTo } = this.#parts;
    const [gained, lost] = [rewardsTo(connected, rewardTo), rewardsTo(disconnected, rewardTo)];
    this.#earned = {
      blocks: this.#earned.blocks + gained.blocks - lost.blocks,
      amount: this.#earned.amount + gained.amount - lost.amount,
    };
  }
}

/** Such as `WAITING for payments 1/4`. */
export function waitingWords(view: MinerView): string {
  if (view.reason === 'clock') return 'WAITING for the clock: the blockchain is ahead of it';
  if (view.reason === 'supply') return 'WAITING for ever: all the money that there can be is there';
  return `WAITING for payments ${Math.max(0, view.ready - 1)}/${view.needed - 1}`;
}

function rewardOf(transactions: readonly Transaction[]): string {
  return formatCoins(transactions.at(-1)?.amount ?? 0n);
}

function rewardsTo(blocks: readonly Block[], address: Address | undefined): Earnings {
  const rewards = blocks.flatMap(({ transactions }) => transactions.at(-1) ?? [])
    .filter(({ type, to }) => type === 'reward' && to === address);
  return {
    blocks: rewards.length, amount: rewards.reduce((sum, { amount }) => sum + amount, 0n),
  };
}

function payments(blocks: readonly Block[]): string[] {
  return blocks.flatMap(({ transactions }) =>
    transactions.flatMap(({ type, id }) => (type === 'payment' ? [id] : [])));
}
