/**
 * Somebody who pays without rest: real Ed25519 payments as datagrams, made in this process.
 *
 * Owns: one key, and which of its payments have been sent. Does not own: whether they are paid,
 * which the store says. Datagrams are lost and miners forget when they are killed, so the payments
 * after the last confirmed one are sent again and again.
 */
import { generateKeyPairSync } from 'node:crypto';
import { addressOf, makePayment, signingBytes } from '../../src/consensus/encoding.ts';
import { networkIdOf } from '../../src/consensus/params.ts';
import type { Address, NetworkId, Payment } from '../../src/consensus/types.ts';
import { encodeFrame } from '../../src/protocol/framing.ts';
import type { Signer } from '../../src/ports.ts';
import { signerOf } from '../support/real-signers.ts';
import type { Air } from './air.ts';
import type { StoreWindow } from './measures.ts';
import { paramsOf } from './measures.ts';
import type { Network } from './support.ts';

/** Payments that are on their way at once. */
const WINDOW = 10;
const INTERVAL_MS = 50;
const AMOUNT = 1n;

export class Payer {
  readonly signer: Signer;
  readonly address: Address;
  readonly networkId: NetworkId;
  readonly #air: Air;
  #timer: NodeJS.Timeout | undefined;

  constructor(network: Network, air: Air) {
    this.signer = signerOf(generateKeyPairSync('ed25519').privateKey);
    this.address = addressOf(this.signer.key);
    this.networkId = networkIdOf(paramsOf(network));
    this.#air = air;
  }

  payment(sequence: number, to: Address = 'ab'.repeat(32) as Address): Payment {
    const terms = { key: this.signer.key, to, amount: AMOUNT, fee: 0n, sequence, time: Date.now() };
    const signature = this.signer.sign(signingBytes(terms, this.networkId));
    return makePayment(terms, signature, this.networkId);
  }

  /** A payment as the frame of a datagram. */
  frame({ bytes }: Payment): Uint8Array {
    return encodeFrame({ kind: 'payment', networkId: this.networkId, bytes });
  }

  /** Begins to pay, or goes on with another view of what is confirmed. */
  start(window: StoreWindow): void {
    this.stop();
    this.#timer = setInterval(() => {
      const next = window.sequenceOf(this.address);
      for (let sequence = next; sequence < next + WINDOW; sequence++) {
        void this.#air.send('payment', this.frame(this.payment(sequence)));
      }
    }, INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
