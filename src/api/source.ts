/**
 * What the API tells of and acts on: doors that the program gives it.
 *
 * Owns: their shapes.
 * Does not own: any of it: the node and its chain are the node's, keys and threads the program's.
 */
import type { Chain } from '../consensus/chain.ts';
import type { Address, Amount, Payment } from '../consensus/types.ts';
import type { Node } from '../node/node.ts';
import type { Log, Store } from '../ports.ts';
import type { MiningControl } from './schema/wallet.ts';

export interface ApiSource {
  /** The program's version. */
  readonly version: string;
  readonly chain: Chain;
  readonly store: Store;
  /** What this node calls itself. */
  readonly tag: string;
  /** Depth at which a payment counts as final here. */
  readonly confirmationDepth: number;
  /** Undefined where only the store of another process is read. */
  readonly node: Node | undefined;
  /** Undefined where nothing is mined. */
  readonly mining: MiningDoor | undefined;
  /** Undefined where there is no wallet: then the API is read-only. */
  readonly wallet: WalletDoor | undefined;
  readonly log: Log;
}

/** The mining threads. */
export interface MiningDoor {
  readonly kernel: string;
  readonly threads: number;
  readonly threadsMax: number;
  /** Percent of each thread's time. */
  readonly load: number;
  readonly isPaused: boolean;
  /** Hashes since the start. */
  hashCount(): bigint;
  /** Takes effect at once. */
  control(wish: MiningControl): void;
}

/** A key of the wallet, without the key. */
export interface OwnKey {
  readonly name: string;
  readonly address: Address;
  readonly isEncrypted: boolean;
  /** The path of its file, as it is shown. */
  readonly file: string;
}

/** A payment as somebody typed it. */
export interface OrderWords {
  readonly from: string;
  readonly to: string;
  readonly amount: string;
  readonly fee: string;
  readonly replaces: string | undefined;
}

/** An order, understood but not signed. */
export interface OrderFacts {
  readonly from: OwnKey;
  readonly to: Address;
  /** The name of one's own key with that address. */
  readonly toName: string | undefined;
  readonly amount: Amount;
  readonly fee: Amount;
}

/** Keys and signing. Every method rejects with a `ProblemError` for what a user can mend. */
export interface WalletDoor {
  /** Where mining pays. */
  readonly rewardTo: Address | undefined;
  keys(): Promise<readonly OwnKey[]>;
  newKey(name: string, passphrase: string | undefined): Promise<OwnKey>;
  /** Reads the words of an order. */
  understand(words: OrderWords): Promise<OrderFacts>;
  /**
   * Signs, saves, and gives it to the node; it is on disk when this resolves. `key`, of the asker's
   * choice, stands for the order for ever: the same again gives the same payment.
   */
  send(words: OrderWords, key: string, passphrase: string | undefined): Promise<Payment>;
}
