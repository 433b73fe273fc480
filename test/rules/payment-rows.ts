/** Rules about who may pay: threats rows 20 to 32 (C2), as far as a chain decides them. */
import { makePayment } from '../../src/consensus/encoding.ts';
import type { Payment } from '../../src/consensus/types.ts';
import { ALGORITHM_RSA } from '../../src/crypto/keys.ts';
import { concatBytes } from '../../src/lib/bytes.ts';
import { addressOfSigner, BlockFactory, EASY_PARAMS } from '../support/block-factory.ts';
import type { RowDraft, Script } from './script.ts';

const REWARD = EASY_PARAMS.blockReward;

/** Alice's payment with some of it changed by a stranger, who keeps her signature. */
function changed(s: Script, change: Partial<Payment>): Payment {
  const payment = s.pay(0);
  const signature = change.signature ?? payment.signature;
  return makePayment({ ...payment, ...change }, signature, s.factory.networkId);
}

/** A block with the payment is refused, and afterwards the real payment is paid. */
function refused(code: Parameters<Script['is']>[0], pay: (s: Script) => Payment) {
  return (s: Script): void => {
    s.fund(s.alice);
    s.is(code, s.next({ payments: [pay(s)] })).has(s.alice, REWARD);
    s.connects(s.next({ payments: [s.pay(0)] })).has(s.alice, REWARD - 1n).has(s.bob, 1n);
  };
}

export const KEY_ROWS: readonly RowDraft[] = [
  { threat: 20, name: 'a payment from another\'s key, signed with one\'s own',
    write: refused('bad-signature', (s) => {
      const theirs = s.pay(0, { from: s.carol, to: s.carol });
      return changed(s, { to: theirs.to, signature: theirs.signature });
    }) },
  { threat: 21, name: 'a key with a byte behind it',
    write: refused('bad-key', (s) =>
      changed(s, { key: concatBytes(s.alice.key, Uint8Array.of(0)) })) },
  { threat: 21, name: 'no key',
    write: refused('bad-key', (s) => changed(s, { key: new Uint8Array(0) })) },
  { threat: 22, name: 'an RSA key with the exponent 1',
    write: refused('bad-key', (s) => {
      const modulus = new Uint8Array(128).fill(0xff);
      const prefix = [ALGORITHM_RSA, 0x30, 0x81, 0x87, 0x02, 0x81, 0x81, 0x00];
      const key = concatBytes(Uint8Array.from(prefix), modulus, Uint8Array.of(0x02, 0x01, 0x01));
      return changed(s, { key, signature: new Uint8Array(128) });
    }) },
  { threat: 23, name: 'a signature of another length',
    write: refused('bad-signature', (s) =>
      changed(s, { signature: s.pay(0).signature.slice(1) })) },
  { threat: 23, name: 'no signature',
    write: refused('bad-signature', (s) => changed(s, { signature: new Uint8Array(0) })) },
  { threat: 24, name: 'an Ed25519 key that signs everything',
    write: refused('bad-key', (s) => {
      const key = Uint8Array.of(2, 1, ...new Uint8Array(31));
      return changed(s, { key, signature: Uint8Array.of(1, ...new Uint8Array(63)) });
    }) },
  { threat: 26, name: 'a key under another algorithm',
    write: refused('bad-key', (s) => {
      const key = s.alice.key.slice();
      key[0] = 3 - key[0]!;
      return changed(s, { key });
    }) },
];

export const REPLAY_ROWS: readonly RowDraft[] = [
  { threat: 27, name: 'the same payment after a restart', write: (s) => {
    s.fund(s.alice);
    const payments = [s.pay(0, { amount: 10n })];
    s.connects(s.next({ payments })).has(s.bob, 10n);
    s.restart().is('bad-sequence', s.next({ payments })).has(s.bob, 10n);
  } },
  { threat: 27, name: 'the same payment on both sides of a fork is paid once', write: (s) => {
    s.fund(s.alice);
    const fork = s.tip;
    const payments = [s.pay(0, { amount: 10n })];
    s.connects(s.next({ payments })).has(s.bob, 10n);
    const left = s.factory.block(fork, { payments, header: { tag: 'other' } });
    const right = s.factory.block(left);
    s.is('sideBranch', left).connects(right).has(s.bob, 10n).has(s.alice, REWARD - 10n);
    s.restart().is('bad-sequence', s.next({ payments })).has(s.bob, 10n);
  } },
  { threat: 27, name: 'a payment whose block was left can be paid again, once', write: (s) => {
    s.fund(s.alice);
    const fork = s.tip;
    const payments = [s.pay(0, { amount: 10n })];
    s.connects(s.next({ payments })).has(s.bob, 10n);
    const [left, right] = s.factory.line(fork, 2, { to: addressOfSigner(s.carol) });
    s.is('sideBranch', left!).connects(right!).has(s.bob, 0n);
    s.connects(s.next({ payments })).has(s.bob, 10n);
    s.is('bad-sequence', s.next({ payments })).has(s.bob, 10n);
  } },
  { threat: 28, name: 'a payment whose receiver was changed',
    write: refused('bad-signature', (s) => changed(s, { to: addressOfSigner(s.carol) })) },
  { threat: 28, name: 'a payment whose amount was changed',
    write: refused('bad-signature', (s) => changed(s, { amount: 2n })) },
  { threat: 28, name: 'a payment whose fee was changed',
    write: refused('bad-signature', (s) => changed(s, { fee: 1n })) },
  { threat: 28, name: 'a payment whose time was changed',
    write: refused('bad-signature', (s) => changed(s, { time: 1 })) },
  { threat: 28, name: 'a paid payment with the next sequence', write: (s) => {
    s.fund(s.alice);
    s.connects(s.next({ payments: [s.pay(0)] })).has(s.bob, 1n);
    s.is('bad-signature', s.next({ payments: [changed(s, { sequence: 1 })] })).has(s.bob, 1n);
  } },
  { threat: 29, name: 'a payment that was signed for another network',
    write: refused('bad-signature', (s) => {
      const other = new BlockFactory({ ...EASY_PARAMS, network: 'other' });
      const theirs = other.pay({ from: s.alice, to: s.pay(0).to, amount: 1n, sequence: 0 });
      return changed(s, { ...theirs });
    }) },
  { threat: 31, name: 'a junk-signed copy with the same id does not keep the payment out',
    write: refused('bad-signature', (s) => s.factory.forge(s.pay(0))) },
  { threat: 32, name: 'two equal payments of the same millisecond are both paid', write: (s) => {
    s.fund(s.alice);
    s.connects(s.next({ payments: [s.pay(0, { amount: 5n }), s.pay(1, { amount: 5n })] }));
    s.has(s.bob, 10n).has(s.alice, REWARD - 10n);
  } },
];
