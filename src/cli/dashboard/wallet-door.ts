/**
 * The wallet of this data directory as the API uses it.
 *
 * Owns: the way of an order from its words to the node, the same as that of `mvb wallet send`.
 * Does not own: keys (`keys.ts`), signing (`payment-order.ts`), who may ask (`api/`).
 */
import type { OrderFacts, OrderWords, OwnKey, WalletDoor } from '../../api/source.ts';
import { addressOf } from '../../consensus/encoding.ts';
import type { Address, Payment } from '../../consensus/types.ts';
import { sha256 } from '../../crypto/sha256.ts';
import type { Node } from '../../node/node.ts';
import { createKeyFile, openSigner } from '../../platform/key-files.ts';
import type { KeyFile } from '../../platform/key-files.ts';
import type { LmdbStore } from '../../platform/lmdb-store.ts';
import type { OrderMark } from '../../wallet/orders.ts';
import type { Config } from '../config.ts';
import { readWallet, resolveAddress, resolveKey, shownPath, withKeyErrors } from '../keys.ts';
import type { WalletKey } from '../keys.ts';
import { parseAmount, signAndSave } from '../payment-order.ts';
import type { PaymentOrder } from '../payment-order.ts';
import { withProblems } from './problems.ts';

export interface KeyWalletParts {
  readonly config: Config;
  readonly store: LmdbStore;
  readonly node: Node;
  readonly rewardTo: Address | undefined;
}

interface Understood {
  readonly order: PaymentOrder;
  readonly keys: readonly WalletKey[];
}

export class KeyWallet implements WalletDoor {
  readonly #parts: KeyWalletParts;

  constructor(parts: KeyWalletParts) {
    this.#parts = parts;
  }

  get rewardTo(): Address | undefined {
    return this.#parts.rewardTo;
  }

  keys(): Promise<readonly OwnKey[]> {
    return this.#do(async () => {
      const { keys } = await readWallet(this.#parts.config);
      return keys.map(({ file }) => this.#shown(file));
    });
  }

  newKey(name: string, passphrase: string | undefined): Promise<OwnKey> {
    return this.#do(async () => {
      const { keyDir, values: { key_type: type, key_size: bits } } = this.#parts.config;
      const options = { type, bits, ...(passphrase === undefined ? {} : { passphrase }) };
      return this.#shown(await withKeyErrors(() => createKeyFile(keyDir, name, options)));
    });
  }

  understand(words: OrderWords): Promise<OrderFacts> {
    return this.#do(async () => {
      const { order, keys } = await this.#orderOf(words);
      const { from, to, amount, fee } = order;
      const toName = keys.find(({ address }) => address === to)?.name;
      return { from: this.#shown(from.file), to, toName, amount, fee };
    });
  }

  send(words: OrderWords, key: string, passphrase: string | undefined): Promise<Payment> {
    return this.#do(async () => {
      const understood = await this.#orderOf(words);
      const order = { ...understood.order, mark: markOf(words, key) };
      const signer = await withKeyErrors(() => openSigner(order.from.file, passphrase));
      const { node, store, config } = this.#parts;
      const { chain } = node.view;
      const payment = await signAndSave(order, { chain, store, signer, config });
      node.submit(payment);
      return payment;
    });
  }

  #do<Result>(act: () => Promise<Result>): Promise<Result> {
    return withProblems(this.#parts.config.dataDir, act);
  }

  #shown({ name, publicKey, isEncrypted }: KeyFile): OwnKey {
    const file = shownPath(this.#parts.config, name);
    return { name, address: addressOf(publicKey), isEncrypted, file };
  }

  async #orderOf({ from, to, amount, fee, replaces }: OrderWords): Promise<Understood> {
    const wallet = await readWallet(this.#parts.config);
    const order = {
      from: resolveKey(from, wallet),
      amount: parseAmount(amount, 'amount'),
      to: resolveAddress(to, wallet.keys),
      fee: parseAmount(fee, 'fee'),
      replaces,
    };
    return { order, keys: wallet.keys };
  }
}

/** What was ordered, under which key. A passphrase is no part of it: a wrong one can be mended. */
function markOf({ from, to, amount, fee, replaces }: OrderWords, key: string): OrderMark {
  const digest = (text: string): Uint8Array => sha256(Buffer.from(text));
  return { key: digest(key), content: digest(JSON.stringify([from, to, amount, fee, replaces])) };
}
