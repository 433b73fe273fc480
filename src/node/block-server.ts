/**
 * Answers what peers ask about the chain: headers, blocks, and the state of a payment.
 *
 * Owns: the order and the limits of answers. A slow reader gets no more than its link takes: what
 * it asked for waits as ids, not as blocks.
 * Does not own: asking (`sync.ts`).
 */
import type { Chain } from '../consensus/chain.ts';
import { findTransaction } from '../consensus/history.ts';
import type { BlockHeader, BlockId, TransactionId } from '../consensus/types.ts';
import { GET_BLOCKS_MAX, HEADERS_MAX } from '../protocol/messages.ts';
import type { PaymentReport } from '../protocol/messages.ts';
import type { Mempool } from './mempool.ts';
import { FAULTS_MAX } from './peer.ts';
import type { Peer } from './peer.ts';

/** (policy) Blocks that one peer may have asked for and not yet got. */
export const BLOCKS_OWED_MAX = 8 * GET_BLOCKS_MAX;
/** (policy) Of what a peer may ask (`peer.ts`), for an id that has to be searched for. */
const SEARCH_COST = 8;

export class BlockServer {
  readonly #chain: Chain;
  readonly #mempool: Mempool;
  readonly #owed = new Map<Peer, BlockId[]>();

  constructor(chain: Chain, mempool: Mempool) {
    this.#chain = chain;
    this.#mempool = mempool;
  }

  /**
   * Sends the main chain's headers after the first id of the locator that is on it, or after
   * genesis.
   */
  onGetHeaders(peer: Peer, locator: readonly BlockId[]): void {
    let height = 0;
    for (const id of locator) {
      this.#chargeSearch(peer, id);
      const node = this.#chain.header(id);
      if (node !== undefined && this.#chain.isMain(node)) {
        height = node.header.height;
        break;
      }
    }
    const headers: BlockHeader[] = [];
    const last = Math.min(height + HEADERS_MAX, this.#chain.tip.header.height);
    while (height < last) headers.push(this.#chain.headerAt(++height)!.header);
    peer.send({ kind: 'headers', headers });
  }

  onGetBlocks(peer: Peer, ids: readonly BlockId[]): void {
    const owed = this.#owed.get(peer);
    if (owed === undefined) {
      this.#owed.set(peer, [...ids]);
      return this.#serve(peer);
    }
    if (owed.length + ids.length <= BLOCKS_OWED_MAX) owed.push(...ids);
    else peer.penalise(FAULTS_MAX, 'asks too much');
  }

  onGetPayment(peer: Peer, id: TransactionId, next: { ready: number; needed: number }): void {
    const answer = (state: PaymentReport['state'], height: number, reason: string): void =>
      peer.send({ kind: 'paymentReport', id, state, height, reason, ...next });
    peer.charge(SEARCH_COST);
    const position = findTransaction(this.#chain.records, id);
    if (position !== undefined) return answer('confirmed', position.height, 'in-chain');
    const waiting = this.#mempool.get(id);
    if (waiting === undefined) return answer('unknown', 0, 'not-seen');
    answer('waiting', 0, this.#mempool.reasonOf(waiting).kind);
  }

  onClosed(peer: Peer): void {
    this.#owed.delete(peer);
  }

  /** Ids that nobody was told of lately are searched for: a flood of them would keep us busy. */
  #chargeSearch(peer: Peer, id: BlockId): void {
    if (!this.#chain.isAtHand(id)) peer.charge(SEARCH_COST);
  }

  #serve(peer: Peer): void {
    const owed = this.#owed.get(peer);
    while (owed !== undefined && peer.canTakeMore) {
      const id = owed.shift();
      if (id === undefined) {
        this.#owed.delete(peer);
        return;
      }
      this.#chargeSearch(peer, id);
      const bytes = this.#chain.blockBytes(id);
      peer.send(bytes === undefined ? { kind: 'notFound', id } : { kind: 'block', bytes });
    }
    if (peer.isOpen) peer.whenDrained(() => this.#serve(peer));
  }
}
