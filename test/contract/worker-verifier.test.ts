/**
 * Goal: verdicts are the same whoever gives them, in whatever order threads answer, and a thread
 * that dies loses nothing. Method: the built threads, and broken ones.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { blockOn, mine, TEST_PARAMS, testPayment } from '../support/chain-fixture.ts';
import { openChain } from '../../src/consensus/chain.ts';
import { addressOf, makePayment } from '../../src/consensus/encoding.ts';
import { networkIdOf } from '../../src/consensus/params.ts';
import { Signatures } from '../../src/consensus/signatures.ts';
import { batchOf } from '../../src/crypto/signed-batch.ts';
import { concatBytes } from '../../src/lib/bytes.ts';
import { createWorkerVerifier } from '../../src/platform/worker-verifier.ts';
import type { WorkerVerifier } from '../../src/platform/worker-verifier.ts';
import type { Log, Signed } from '../../src/ports.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { signerOf } from '../support/real-signers.ts';

const built = new URL('../../dist/platform/verify-worker.js', import.meta.url);

/** What a broken thread does with its second batch, or as it starts. */
const FAULTS = {
  exit: 'process.exit(7)',
  throw: 'throw new Error("planted")',
  nonsense: 'parentPort.postMessage(new Uint8Array(list.length + 1))',
  'at-start': '',
};

/** A thread with a fault, as the text of its program. */
function broken(fault: keyof typeof FAULTS): URL {
  const text = `
    import { parentPort } from 'node:worker_threads';
    import { createOpensslVerifier } from '${new URL('openssl-verifier.js', built)}';
    import { signedIn } from '${new URL('../crypto/signed-batch.js', built)}';
    ${fault === 'at-start' ? FAULTS.throw : ''}
    const verifier = createOpensslVerifier();
    let batches = 0;
    parentPort.on('message', (batch) => {
      const list = signedIn(batch);
      batches += 1;
      if (batches === 1) parentPort.postMessage(Uint8Array.from(list, verifier.verify, verifier));
      else ${FAULTS[fault]};
    });`;
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
const key = concatBytes(Uint8Array.of(2), raw);

function signed(text: string): Signed {
  const message = new Uint8Array(Buffer.from(text));
  return { key, message, signature: new Uint8Array(sign(null, message, privateKey)) };
}

const good = signed('pay bob');
const bad = { ...good, message: signed('pay eve').message };

/** So many, with bad ones at these indexes. */
function listOf(count: number, badAt: readonly number[]): Signed[] {
  return Array.from({ length: count }, (_, index) => (badAt.includes(index) ? bad : good));
}

function verdictsOf(count: number, badAt: readonly number[]): boolean[] {
  return Array.from({ length: count }, (_, index) => !badAt.includes(index));
}

let warnings: string[] = [];
const log: Log = {
  debug: () => {}, info: () => {}, error: () => {},
  warn: (message, fields) => warnings.push(`${message}: ${String(fields?.['reason'])}`),
};
let open: WorkerVerifier | undefined;

function verifierWith(options: { threads?: number; workerFile?: URL } = {}): WorkerVerifier {
  warnings = [];
  open = createWorkerVerifier({ log, workerFile: built, ...options });
  return open;
}

function ask(verifier: WorkerVerifier, batch: readonly Signed[]): Promise<readonly boolean[]> {
  return new Promise((resolve) => verifier.prefetch(batchOf(batch), resolve));
}

afterEach(() => open?.close());

describe('verdicts', () => {
  it('come in the order of the batch, from one thread or many, or from none', async () => {
    const badAt = [0, 159, 160, 500, 999];
    for (const threads of [1, 2, 5]) {
      const verifier = verifierWith({ threads });
      expect(await ask(verifier, listOf(1_000, badAt))).toEqual(verdictsOf(1_000, badAt));
      await verifier.close();
    }
    // Too few for a thread.
    expect(await ask(verifierWith(), listOf(5, [3]))).toEqual(verdictsOf(5, [3]));
    expect(warnings).toEqual([]);
  });

  it('of many requests at once go to who asked', async () => {
    const verifier = verifierWith({ threads: 2 });
    const sizes = Array.from({ length: 80 }, (_, index) => (index * 7) % 23);
    const answers = await Promise.all(
      sizes.map((size, index) => ask(verifier, listOf(size, [index % 5]))),
    );
    sizes.forEach((size, index) => {
      expect(answers[index]).toEqual(verdictsOf(size, [index % 5]));
    });
  });

  it('of nothing come too, and never before the call has returned', async () => {
    const verifier = verifierWith();
    let isBack = false;
    const answer = new Promise<boolean>((resolve) => {
      verifier.prefetch(batchOf([]), () => resolve(isBack));
    });
    isBack = true;
    expect(await answer).toBe(true);
  });
});

describe('a thread that', () => {
  it.each([
    ['exit', 'ended with code 7'],
    ['throw', 'crashed: Error: planted'],
    ['nonsense', 'answers nonsense'],
    ['at-start', 'crashed: Error: planted'],
  ] as const)('fails by "%s" is done without, and no verdict is lost', async (fault, reason) => {
    const verifier = verifierWith({ threads: 2, workerFile: broken(fault) });
    const badAt = [17, 400, 1_999];
    expect(await ask(verifier, listOf(2_000, badAt))).toEqual(verdictsOf(2_000, badAt));
    expect(warnings.length).toBeGreaterThan(0);
    expect(new Set(warnings)).toEqual(new Set([`a verifying thread failed: ${reason}`]));
    // After so many failures the event loop does the work, and starts no more threads.
    const failures = warnings.length;
    for (let again = 0; again < 3; again++) await ask(verifier, listOf(600, []));
    expect(warnings.length).toBeLessThanOrEqual(Math.max(failures, 3) + 1);
  });
});

describe('without threads', () => {
  it('the event loop gets its turns between the shares of a large batch', async () => {
    const verifier = verifierWith({ threads: 1, workerFile: broken('at-start') });
    for (let failures = 0; failures < 3; failures++) await ask(verifier, listOf(300, []));
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    const answer = ask(verifier, listOf(3_200, [9]));
    setImmediate(count);
    expect(await answer).toEqual(verdictsOf(3_200, [9]));
    isDone = true;
    // One for each share of 160, at least.
    expect(turns).toBeGreaterThanOrEqual(20);
  });
});

describe('a block with one bad signature among 10,000', () => {
  it('is refused with its index, whatever the order of the threads', async () => {
    const params = { ...TEST_PARAMS, blockBytesMax: 8_000_000 };
    const networkId = networkIdOf(params);
    const signatures = new Signatures(verifierWith({ threads: 3 }), networkId);
    const chain = openChain(params, new MemoryStore(), signatures);
    const payer = signerOf(privateKey);
    const to = addressOf(payer.key);
    mine(chain, to);
    const payments = Array.from({ length: 10_000 }, (_, sequence) =>
      testPayment(chain, payer, { to, amount: 1n, sequence }));
    const before = chain.tip.id;
    for (const index of [0, 4_999, 9_999]) {
      const forged = Uint8Array.from(payments[index]!.signature);
      forged[40]! ^= 1;
      const bent = payments.with(index, makePayment(payments[index]!, forged, networkId));
      const block = blockOn(chain, to, bent);
      await new Promise<void>((resolve) => signatures.prefetch(bent, resolve));
      expect(chain.addBlock(block, block.header.time)).toMatchObject({
        kind: 'rejected', rejection: { code: 'bad-signature', details: { index } },
      });
      expect(chain.tip.id).toBe(before);
    }
    const block = blockOn(chain, to, payments);
    expect(chain.addBlock(block, block.header.time).kind).toBe('connected');
  }, 60_000);
});
