/**
 * Who is told what a node did: screens, logs, the API.
 *
 * Owns: the list of what is told. A listener is called after the node has dealt with the event, and
 * cannot change what the node does.
 */
import type { ChainChange } from '../consensus/reorg.ts';
import type { Block, Payment } from '../consensus/types.ts';
import type { PaymentReport, Status } from '../protocol/messages.ts';
import type { AddPaymentResult } from './mempool.ts';
import type { Peer } from './peer.ts';

export interface NodeListener {
  chainChanged?(change: ChainChange, from: 'own' | 'peer'): void;
  /** A block was stored beside the main chain. */
  sideBlock?(block: Block, from: 'own' | 'peer'): void;
  paymentSeen?(payment: Payment, result: AddPaymentResult): void;
  statusHeard?(status: Status, host: string): void;
  peerReady?(peer: Peer): void;
  /** A linked peer has said over its link what it has now: `peer.status`. */
  peerClaimed?(peer: Peer): void;
  peerClosed?(peer: Peer): void;
  paymentReported?(report: PaymentReport, peer: Peer): void;
}
