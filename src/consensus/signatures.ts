/**
 * Whether a payment's signature is its payer's, remembered.
 *
 * Owns: the order of checks before the `Verifier` door, and the verdicts.
 * Does not own: OpenSSL. Verdicts are keyed by the digest of the payment's full bytes, never by its
 * id: a copy of a payment with a junk signature has the same id, and must not block the real one.
 */
import { isSignatureShaped, publicKeyKind } from '../crypto/keys.ts';
import { batchOf } from '../crypto/signed-batch.ts';
import { assert } from '../lib/assert.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import type { Signed, Verifier } from '../ports.ts';
import { signedOf } from './encoding.ts';
import { tagsOf } from './network-tags.ts';
import { signaturesIn } from './signed-block.ts';
import type { Block, Digest, NetworkId, Payment } from './types.ts';

/** (policy) About 10 MB; a verdict that was dropped is asked for again. */
export const VERDICTS_MAX = 65_536;

export class Signatures {
  readonly #verifier: Verifier;
  readonly #networkId: NetworkId;
  readonly #verdicts = new BoundedMap<Digest, boolean>(VERDICTS_MAX);
  /**
   * Those on the block that was decoded last. It is connected next, as a rule, and each of them is
   * asked for once: what comes and goes so fast costs a tenth of what it would in a large map.
   */
  readonly #latest = new Map<Payment, boolean>();

  constructor(verifier: Verifier, networkId: NetworkId) {
    this.#verifier = verifier;
    this.#networkId = networkId;
  }

  /** True when the payment was signed with the private key of `payment.key`, for this network. */
  isValid(payment: Payment): boolean {
    const latest = this.#latest.get(payment);
    if (latest !== undefined) {
      this.#latest.delete(payment);
      return latest;
    }
    const known = this.#verdicts.get(payment.digest);
    if (known !== undefined) return known;
    const verdict =
      isWellFormed(payment) && this.#verifier.verify(signedOf(payment, this.#networkId));
    this.#verdicts.set(payment.digest, verdict);
    return verdict;
  }

  /** Checks ahead, beside the event loop; `done` is called when `isValid` knows them all. */
  prefetch(payments: readonly Payment[], done: () => void): void {
    // Only digests are kept until the verdicts come: payments are many, and would be in the way.
    const asked: Digest[] = [];
    const batch: Signed[] = [];
    for (const payment of payments) {
      if (this.#verdicts.has(payment.digest) || !isWellFormed(payment)) continue;
      asked.push(payment.digest);
      batch.push(signedOf(payment, this.#networkId));
    }
    this.#verifier.prefetch(batchOf(batch), (verdicts) => {
      assert(verdicts.length === asked.length);
      for (let index = 0; index < asked.length; index++) {
        this.#verdicts.set(asked[index]!, verdicts[index]!);
      }
      done();
    });
  }

  /**
   * The same for the payments in a block's encoding, which nobody has to decode for it; `done` gets
   * what `remember` takes. The bytes must not change until then.
   */
  prefetchBlock(bytes: Uint8Array, done: (verdicts: readonly boolean[]) => void): void {
    const prefix = tagsOf(this.#networkId).payment;
    this.#verifier.prefetch({ bytes, prefix, spans: signaturesIn(bytes) }, done);
  }

  /** Lets `isValid` know the verdicts on the encoding that this block was decoded from. */
  remember({ transactions }: Block, verdicts: readonly boolean[]): void {
    // What nobody has asked for is of a block beside the chain, which may be the chain one day.
    for (const [payment, verdict] of this.#latest) this.#verdicts.set(payment.digest, verdict);
    this.#latest.clear();
    let index = 0;
    for (const transaction of transactions) {
      if (transaction.type !== 'payment') continue;
      const verdict = verdicts[index++];
      assert(verdict !== undefined, 'verdicts on another block');
      this.#latest.set(transaction, verdict && isWellFormed(transaction));
    }
  }
}

/** Whether the key is canonical and the signature has the key's form; cheap, and comes first. */
function isWellFormed(payment: Payment): boolean {
  const kind = publicKeyKind(payment.key);
  return kind !== undefined && isSignatureShaped(kind, payment.signature);
}
