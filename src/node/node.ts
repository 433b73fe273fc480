/**
 * One peer of the network: wires the parts and fixes the order in which they hear of things.
 *
 * Events come in through the platform's doors; each handler runs to completion. On a new tip the
 * order is mempool, miner, relay, listeners. A block that was mined here goes the same way as a
 * stranger's.
 * Owns: that order, and the node's timers.
 * Does not own: any rule or any socket.
 */
import type { ChainMemory } from '../consensus/chain-memory.ts';
import { openChain } from '../consensus/chain.ts';
import type { AddBlockResult, Chain } from '../consensus/chain.ts';
import type { HeaderNode } from '../consensus/records.ts';
import type { ChainChange } from '../consensus/reorg.ts';
import { blockIdIn, HEADER_BYTES } from '../consensus/encoding.ts';
import { networkIdOf } from '../consensus/params.ts';
import type { ChainParams } from '../consensus/params.ts';
import { Signatures } from '../consensus/signatures.ts';
import type { Address, Block, Payment, TransactionId } from '../consensus/types.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import { bytesToHex } from '../lib/bytes.ts';
import type { ElapsedMs, Platform, UnixMs } from '../ports.ts';
import type { Message, Status } from '../protocol/messages.ts';
import { BlockServer } from './block-server.ts';
import { Flusher } from './flusher.ts';
import { Mempool } from './mempool.ts';
import type { AddPaymentResult } from './mempool.ts';
import type { NodeListener } from './listener.ts';
import { Miner } from './miner.ts';
import type { MinerView } from './miner.ts';
import { FAULTS_MAX } from './peer.ts';
import type { Peer } from './peer.ts';
import { PeerTable } from './peer-table.ts';
import { Relay } from './relay.ts';
import type { SharedWork } from './shared-work.ts';
import { Sweeper } from './sweeper.ts';
import { Sync } from './sync.ts';
import type { SyncView } from './sync-view.ts';

/** What an operator chooses; never changes what is valid. */
export interface NodeOptions {
  /** Where rewards go; undefined for a node that does not mine. */
  readonly rewardTo: Address | undefined;
  /** The node's name for people, printable ASCII, at most 20 characters. */
  readonly tag: string;
  readonly statusIntervalMs: number;
  readonly paymentIntervalMs: number;
  /** "host:port" of nodes that are always dialled. */
  readonly peers: readonly string[];
  /** Whether peers that have our tip are left to guess that we have it (`relay.ts`). */
  readonly isTerse: boolean;
  /** Mining waits until no peer has shown more work for so long. */
  readonly syncQuietMs: number;
}

export interface NodeParts {
  readonly params: ChainParams;
  readonly options: NodeOptions;
  readonly platform: Platform;
  readonly listeners: readonly NodeListener[];
  /** One's own payments that are not confirmed yet; announced at each payment interval. */
  readonly outbox: () => Iterable<Payment>;
  /** For nodes of one process; undefined for a node that does all for itself. */
  readonly shared?: SharedWork;
  /** For a node that keeps less in memory than is usual, and shares nothing. */
  readonly memory?: ChainMemory;
}

/** A node that was heard on the LAN. */
export interface HeardNode {
  readonly status: Status;
  readonly host: string;
  readonly at: UnixMs;
}

export interface NodeView {
  readonly chain: Chain;
  readonly mempool: Mempool;
  readonly peers: readonly Peer[];
  readonly heard: readonly HeardNode[];
  readonly sync: SyncView;
  readonly miner: MinerView | undefined;
  readonly droppedDatagrams: number;
}

/** (policy) A peer that claims more and shows nothing delays mining no longer than this. */
const MINING_DELAY_MAX_MS = 60_000;
/** (policy) */
export const HEARD_MAX = 256;

export function createNode(parts: NodeParts): Node {
  return new Node(parts);
}

export class Node {
  readonly #parts: NodeParts;
  readonly #session: string;
  readonly #chain: Chain;
  readonly #mempool: Mempool;
  readonly #miner: Miner | undefined;
  readonly #peers: PeerTable;
  readonly #sync: Sync;
  readonly #relay: Relay;
  readonly #server: BlockServer;
  readonly #sweeper: Sweeper;
  readonly #flusher: Flusher;
  readonly #heard = new BoundedMap<string, HeardNode>(HEARD_MAX);
  #startedAt: ElapsedMs = 0;
  #quietSince: ElapsedMs = 0;
  #isMining = false;
  /** Blocks were connected since miner and relay last heard of a tip. */
  #isUnsettled = false;
  #isStopped = false;

  constructor(parts: NodeParts) {
    const { params, options, platform, shared, memory = {} } = parts;
    const { clock, store, network, log } = platform;
    this.#parts = parts;
    this.#session = bytesToHex(platform.random.bytes(8));
    const networkId = networkIdOf(params);
    const signatures = shared?.signatures ?? new Signatures(platform.verifier, networkId);
    const chain = openChain(params, store, signatures, shared?.chain ?? { memory });
    this.#chain = chain;
    this.#flusher = new Flusher(clock, chain);
    this.#mempool = new Mempool({ chain, signatures, clock });
    this.#miner = this.#createMiner();
    this.#server = new BlockServer(chain, this.#mempool);
    this.#sweeper = new Sweeper(clock, () => this.#sweep());
    const status = (): Status => this.#status();
    this.#peers = new PeerTable({
      networkId, clock, network, log, status,
      wire: shared?.wire,
      configured: options.peers,
      ready: (peer) => this.#peerReady(peer),
      message: (peer, message) => this.#peerMessage(peer, message),
      closed: (peer) => this.#peerClosed(peer),
    });
    const peers = (): readonly Peer[] => this.#peers.ready;
    this.#sync = new Sync({
      chain, signatures, clock, log, peers,
      shared,
      addBlock: (block) => this.#addBlock(block, 'peer'),
      settled: () => this.#tipSettled(),
    });
    this.#relay = new Relay({
      networkId, clock, network, status, peers,
      wire: shared?.wire,
      statusIntervalMs: options.statusIntervalMs,
      isTerse: options.isTerse,
      paymentIntervalMs: options.paymentIntervalMs,
      announces: options.rewardTo !== undefined,
      outbox: parts.outbox,
      onOwnPayment: (payment) => this.submit(payment),
      onStatus: (heard, host) => this.#statusHeard(heard, host),
      onPayment: (payment) => this.#addPayment(payment, false),
    });
  }

  get view(): NodeView {
    return {
      chain: this.#chain,
      mempool: this.#mempool,
      peers: this.#peers.ready,
      heard: [...this.#heard.values()],
      sync: this.#sync.view,
      miner: this.#miner?.view,
      droppedDatagrams: this.#relay.droppedDatagrams,
    };
  }

  start(): void {
    const { clock, network } = this.#parts.platform;
    this.#startedAt = this.#quietSince = clock.elapsed();
    network.listen({
      datagram: (channel, bytes, from) => {
        if (!this.#isStopped) this.#relay.onDatagram(channel, bytes, from);
      },
      link: (link) => {
        this.#sweeper.wake();
        this.#peers.accept(link);
      },
    });
    this.#relay.start();
    this.#sweeper.start();
    // What a crash in a download has left.
    if (!this.#chain.isFlushed) this.#flusher.soon();
  }

  /** Ends everything that the node does; the platform's doors are the caller's to close. */
  stop(): void {
    this.#isStopped = true;
    this.#sweeper.stop();
    this.#miner?.stop();
    this.#relay.stop();
    this.#sync.stop();
    this.#peers.stop();
    this.#flusher.stop();
  }

  /** Takes one's own payment: into the mempool, and out to everybody. */
  submit(payment: Payment): AddPaymentResult {
    return this.#addPayment(payment, true);
  }

  /** Asks every linked peer what it knows of a payment; answers come to `paymentReported`. */
  askForPayment(id: TransactionId): void {
    for (const peer of this.#peers.ready) peer.send({ kind: 'getPayment', id });
  }

  #createMiner(): Miner | undefined {
    const { options, platform } = this.#parts;
    if (options.rewardTo === undefined) return undefined;
    return new Miner({
      chain: this.#chain,
      mempool: this.#mempool,
      kernel: platform.kernel,
      clock: platform.clock,
      log: platform.log,
      rewardTo: options.rewardTo,
      tag: options.tag,
      onBlock: (block) => this.#mined(block),
    });
  }

  #status(): Status {
    const { tip } = this.#chain;
    return {
      session: this.#session,
      params: this.#parts.params,
      tipId: tip.id,
      height: tip.header.height,
      work: tip.work,
      blockServerPort: this.#parts.platform.network.blockServerPort,
      tag: this.#parts.options.tag,
      waiting: this.#mempool.size,
      time: this.#parts.platform.clock.now(),
    };
  }

  #mined(block: Block): void {
    const result = this.#addBlock(block, 'own');
    if (result.kind === 'rejected') {
      const { code } = result.rejection;
      this.#parts.platform.log.error('own block refused', { height: block.header.height, code });
    }
  }

  #addBlock(block: Block, from: 'own' | 'peer'): AddBlockResult {
    // What a peer sent may be lost in a crash: others have it. One's own block exists only here.
    const commit = from === 'peer' ? 'soon' : 'now';
    if (commit === 'soon') this.#flusher.soon();
    const result = this.#chain.addBlock(block, this.#parts.platform.clock.now(), commit);
    if (result.kind === 'connected') this.#connected(result.change, from);
    if (result.kind === 'sideBranch') {
      for (const listener of this.#parts.listeners) listener.sideBlock?.(block, from);
    }
    return result;
  }

  /** The order of reactions to a new tip. */
  #connected(change: ChainChange, from: 'own' | 'peer'): void {
    this.#mempool.onChainChange(change);
    if (from === 'own') {
      this.#miner?.onTip();
      // A tip that we mined exists nowhere else: it is on disk before anybody hears of it.
      this.#parts.platform.store.flushed((error) => this.#flushed(change.tip, error));
    } else {
      this.#isUnsettled = true;
      if (this.#sync.remaining <= 1) this.#tipSettled();
    }
    for (const listener of this.#parts.listeners) listener.chainChanged?.(change, from);
  }

  #flushed(tip: HeaderNode, error: Error | undefined): void {
    if (error !== undefined) {
      this.#parts.platform.log.error('store not flushed', { reason: error.message });
      return;
    }
    this.#relay.found(tip, this.#chain.blockBytes(tip.id)!);
    this.#relay.tipChanged();
  }

  /** In the middle of a download the next tip is already on its way; only the last one matters. */
  #tipSettled(): void {
    if (!this.#isUnsettled) return;
    this.#isUnsettled = false;
    if (this.#isMining) this.#miner?.onTip();
    this.#relay.tipChanged();
  }

  #addPayment(payment: Payment, isOwn: boolean): AddPaymentResult {
    const result = this.#mempool.add(payment);
    if (result.kind === 'added' || isOwn) this.#relay.payment(payment, isOwn);
    if (result.kind === 'added') this.#miner?.onMempool();
    for (const listener of this.#parts.listeners) listener.paymentSeen?.(payment, result);
    return result;
  }

  #statusHeard(status: Status, host: string): void {
    this.#sweeper.wake();
    if (!this.#peers.hear(status, host)) return;
    const at = this.#parts.platform.clock.now();
    this.#heard.set(status.session, { status, host, at });
    // What a linked peer claims comes by its link: a forged datagram must not make it a liar.
    const isWallet = status.blockServerPort === 0;
    if (isWallet || status.work < this.#chain.tip.work) this.#relay.answer();
    for (const listener of this.#parts.listeners) listener.statusHeard?.(status, host);
  }

  #claimed(peer: Peer, status: Status): void {
    peer.status = status;
    if (status.work > this.#chain.tip.work) this.#sweeper.wake();
    this.#sync.onStatus(peer);
    for (const listener of this.#parts.listeners) listener.peerClaimed?.(peer);
  }

  #peerReady(peer: Peer): void {
    // Our tip may have changed since our hello, and peers are told of a tip only once.
    const status = { kind: 'status', ...this.#status() } as const;
    peer.told = status;
    peer.send(status);
    this.#sync.onStatus(peer);
    for (const listener of this.#parts.listeners) listener.peerReady?.(peer);
  }

  #peerClosed(peer: Peer): void {
    this.#sweeper.wake();
    this.#server.onClosed(peer);
    this.#sync.onClosed(peer);
    if (peer.status === undefined) return;
    for (const listener of this.#parts.listeners) listener.peerClosed?.(peer);
  }

  #peerMessage(peer: Peer, message: Message): void {
    // Questions are answered at once, and most statuses are of our own tip.
    if (message.kind !== 'status' && message.kind !== 'getBlocks') this.#sweeper.wake();
    switch (message.kind) {
      case 'status':
        if (message.session !== peer.status!.session) return peer.close('another session');
        return this.#claimed(peer, message);
      case 'payment':
        if (this.#relay.onPaymentBytes(message.networkId, message.bytes)) return;
        return peer.penalise(FAULTS_MAX / 2, 'sent a payment that can never be valid');
      case 'getHeaders':
        return this.#server.onGetHeaders(peer, message.locator);
      case 'headers':
        return this.#sync.onHeaders(peer, message.headers);
      case 'getBlocks':
        return this.#server.onGetBlocks(peer, message.ids);
      case 'block':
        return this.#blockArrived(peer, message.bytes);
      case 'notFound':
        return this.#sync.onNotFound(peer, message.id);
      case 'getPayment':
        return this.#server.onGetPayment(peer, message.id, this.#next());
      case 'paymentReport':
        for (const listener of this.#parts.listeners) listener.paymentReported?.(message, peer);
        return;
      default:
        return peer.penalise(FAULTS_MAX, `sent ${message.kind} out of turn`);
    }
  }

  #blockArrived(peer: Peer, bytes: Uint8Array): void {
    const idIn = this.#parts.shared?.blockIdIn ?? blockIdIn;
    if (bytes.length >= HEADER_BYTES) return this.#sync.onBlock(peer, bytes, idIn(bytes));
    peer.penalise(FAULTS_MAX, 'sent a block without a header');
  }

  /** How far the next block is, for whoever asks why a payment waits. */
  #next(): { ready: number; needed: number } {
    const view = this.#miner?.view;
    return { ready: view?.ready ?? 0, needed: view?.needed ?? this.#chain.params.blockSize };
  }

  /** What goes by time; gives when there will be more of it, as `Sweeper` wants it. */
  #sweep(): ElapsedMs {
    const now = this.#parts.platform.clock.elapsed();
    this.#peers.sweep();
    this.#sync.sweep();
    if (!this.#isMining) this.#considerMining(now);
    const mayRest = this.#sync.isResting && (this.#isMining || this.#miner === undefined);
    return mayRest ? this.#peers.quietUntil : now;
  }

  /** Mining on an old tip is wasted work, so a node first looks around. */
  #considerMining(now: ElapsedMs): void {
    if (this.#miner === undefined) return;
    if (this.#sync.isBehind) this.#quietSince = now;
    const isQuiet = now - this.#quietSince >= this.#parts.options.syncQuietMs;
    const hasWaited = now - this.#startedAt >= MINING_DELAY_MAX_MS;
    if (!isQuiet && !(hasWaited && this.#sync.remaining === 0)) return;
    this.#isMining = true;
    this.#miner.start();
  }
}
