/**
 * Goal: the wallet of the page does what `mvb wallet` does, and says what a user can mend as
 * problems with the right status, without a passphrase in any of them.
 * Method: real keys, a real store, and a chain whose blocks cost nothing; of the node, only what
 * the door uses.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mine, TEST_PARAMS } from '../../../test/support/chain-fixture.ts';
import { ProblemError } from '../../api/problem.ts';
import type { OrderWords } from '../../api/source.ts';
import { openChain } from '../../consensus/chain.ts';
import { networkIdOf } from '../../consensus/params.ts';
import { Signatures } from '../../consensus/signatures.ts';
import type { Payment } from '../../consensus/types.ts';
import type { Node } from '../../node/node.ts';
import { openLmdbStore } from '../../platform/lmdb-store.ts';
import type { LmdbStore } from '../../platform/lmdb-store.ts';
import { createOpensslVerifier } from '../../platform/openssl-verifier.ts';
import { listPayments } from '../../wallet/payments.ts';
import { loadConfig } from '../config.ts';
import { KeyWallet } from './wallet-door.ts';

const COIN = 1_000_000n;
const PASSPHRASE = 'a secret that nobody tells';

let folder = '';
let store: LmdbStore;
let submitted: Payment[];
let wallet: KeyWallet;
let chain: ReturnType<typeof openChain>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mvb-wallet-door-'));
  const config = loadConfig({
    dataDir: folder, environment: {}, given: [['key_type', 'ed25519']],
  });
  store = openLmdbStore(config.storeDir);
  const signatures = new Signatures(createOpensslVerifier(), networkIdOf(TEST_PARAMS));
  chain = openChain(TEST_PARAMS, store, signatures);
  submitted = [];
  const node = {
    view: { chain }, submit: (payment: Payment) => submitted.push(payment),
  } as unknown as Node;
  wallet = new KeyWallet({ config, store, node, rewardTo: undefined });
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

/** The problem that it ends with. */
async function problemOf(promise: Promise<unknown>): Promise<ProblemError['words']> {
  const error: unknown = await promise.then(() => 'nothing', (cause: unknown) => cause);
  if (!(error instanceof ProblemError)) throw error;
  return error.words;
}

function order(more: Partial<Parameters<KeyWallet['send']>[0]> = {}) {
  return { from: 'alice', to: 'bob', amount: '2.5', fee: '0', replaces: undefined, ...more };
}

let sent = 0;

/** Under a key of its own. */
async function send(words: OrderWords, passphrase?: string): Promise<Payment> {
  sent += 1;
  return await wallet.send(words, `order ${sent}`, passphrase);
}

describe('keys', () => {
  it('are made and listed, with their files and without what is in them', async () => {
    const alice = await wallet.newKey('alice', undefined);
    const bob = await wallet.newKey('bob', PASSPHRASE);
    expect(bob.isEncrypted).toBe(true);
    expect(alice).toEqual({
      name: 'alice', address: alice.address, isEncrypted: false, file: join(folder, 'alice.pem'),
    });
    writeFileSync(join(folder, 'broken.pem'), 'nothing');
    expect(await wallet.keys()).toEqual([alice, bob]);
  });

  it('are never overwritten, and have fitting names', async () => {
    await wallet.newKey('alice', undefined);
    expect(await problemOf(wallet.newKey('alice', undefined))).toMatchObject({
      status: 409, code: 'key-exists', next: 'choose another name',
    });
    expect(await problemOf(wallet.newKey('../alice', undefined))).toMatchObject({
      status: 400, code: 'key-bad-name', next: 'choose another name',
    });
  });
});

describe('an order', () => {
  beforeEach(async () => {
    const { address } = await wallet.newKey('alice', undefined);
    await wallet.newKey('bob', PASSPHRASE);
    mine(chain, address); // Alice has 10 coins.
  });

  it('is understood without being signed', async () => {
    const [alice, bob] = await wallet.keys();
    expect(await wallet.understand(order({ fee: '0.1' }))).toEqual({
      from: alice, to: bob!.address, toName: 'bob', amount: 25n * COIN / 10n, fee: COIN / 10n,
    });
    const stranger = 'AB'.repeat(32);
    expect(await wallet.understand(order({ to: stranger })))
      .toMatchObject({ to: stranger.toLowerCase(), toName: undefined });
    expect([...listPayments(store, chain.networkId)]).toEqual([]);
  });

  it('is refused when its words mean nothing', async () => {
    const refusals = [
      order({ amount: '0' }), order({ amount: '-1' }), order({ amount: '1e3' }),
      order({ fee: 'much' }), order({ to: 'carol' }), order({ from: 'carol' }),
      order({ to: 'ab'.repeat(31) }),
    ].map((words) => problemOf(wallet.understand(words)));
    for (const words of await Promise.all(refusals)) {
      expect(words).toMatchObject({ status: 400, code: 'usage' });
    }
    const unknown = await problemOf(send(order({ replaces: 'ab'.repeat(32) })));
    expect(unknown).toMatchObject({ status: 400, code: 'usage' });
  });

  it('is signed, saved, and then given to the node', async () => {
    const payment = await send(order());
    expect(payment.amount).toBe(25n * COIN / 10n);
    expect(submitted).toEqual([payment]);
    const saved = [...listPayments(store, chain.networkId)];
    expect(saved).toEqual([{ payment, savedAt: saved[0]!.savedAt, keyName: 'alice' }]);
    mine(chain, payment.from, submitted);
    expect(chain.account(payment.to).balance).toBe(payment.amount);
  });

  it('gets a sequence of its own when several come at once', async () => {
    const payments = await Promise.all(
      Array.from({ length: 4 }, () => send(order({ amount: '1' }))),
    );
    expect(payments.map(({ sequence }) => sequence).sort()).toEqual([0, 1, 2, 3]);
  });

  it('under a key is one payment, at the same moment and ever after', async () => {
    const both = await Promise.all([
      wallet.send(order(), 'mine', undefined), wallet.send(order(), 'mine', undefined),
    ]);
    const again = await wallet.send(order(), 'mine', undefined);
    expect(new Set([...both, again].map(({ id }) => id)).size).toBe(1);
    expect([...listPayments(store, chain.networkId)]).toHaveLength(1);
    expect(await problemOf(wallet.send(order({ amount: '2' }), 'mine', undefined)))
      .toMatchObject({ status: 422, code: 'key-used' });
    expect([...listPayments(store, chain.networkId)]).toHaveLength(1);
  });

  it('that a rule refuses leaves nothing behind', async () => {
    expect(await problemOf(send(order({ amount: '11' })))).toMatchObject({
      status: 422, code: 'insufficient-funds',
      detail: expect.stringContaining('Not enough funds: alice has 10') as string,
      next: expect.stringContaining(`mvb wallet list-addresses --data-dir ${folder}`) as string,
    });
    expect(submitted).toEqual([]);
    expect([...listPayments(store, chain.networkId)]).toEqual([]);
  });

  it('of an encrypted key needs its passphrase, which no answer repeats', async () => {
    const from = order({ from: 'bob', to: 'alice', amount: '1' });
    expect(await problemOf(send(from)))
      .toMatchObject({ status: 409, code: 'key-passphrase-needed' });
    const wrong = await problemOf(send(from, `${PASSPHRASE}!`));
    expect(wrong).toMatchObject({
      status: 409, code: 'key-wrong-passphrase', next: 'type the passphrase again',
    });
    expect(JSON.stringify(wrong)).not.toContain(PASSPHRASE);
    expect(await problemOf(send(from, PASSPHRASE)))
      .toMatchObject({ status: 422, code: 'insufficient-funds' });
  });
});
