/**
 * The bytes of the chain as they were decided: computed here from fixed keys and values.
 *
 * `chain-vectors.test.ts` compares them with `chain-vectors.json`. After a change of a format that
 * is meant, with its version bumped and a line in the changelog, write the file again with
 *
 *     MVB_GOLDEN=write npx vitest run test/golden/chain-vectors.test.ts
 *
 * and look at the difference. The keys in `chain-keys.json` were made for this and protect nothing.
 */
import { deltaWrites } from '../../src/consensus/account-records.ts';
import { openChain } from '../../src/consensus/chain.ts';
import {
  addressOf, encodeBlock, encodeHeader, makePayment, makeReward, signingBytes,
} from '../../src/consensus/encoding.ts';
import { historyWrites } from '../../src/consensus/history.ts';
import { digestOf, merkleRootOf } from '../../src/consensus/merkle.ts';
import {
  DEFAULT_PARAMS, DIFFICULTY_BIT, encodeParams, genesisBlock, networkIdOf,
} from '../../src/consensus/params.ts';
import type { ChainParams } from '../../src/consensus/params.ts';
import { targetOf, workOf } from '../../src/consensus/pow.ts';
import { SPACE } from '../../src/consensus/records.ts';
import { Signatures } from '../../src/consensus/signatures.ts';
import type { Address, Block } from '../../src/consensus/types.ts';
import { signedIn } from '../../src/crypto/signed-batch.ts';
import { bytesToHex } from '../../src/lib/bytes.ts';
import { WriteOverlay } from '../../src/lib/write-buffer.ts';
import type { Signer, Verifier } from '../../src/ports.ts';
import { BlockFactory } from '../support/block-factory.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { privateKeyOf, signerOf } from '../support/real-signers.ts';

/** A network whose every parameter differs from the defaults, easy enough to mine on. */
export const OTHER_PARAMS: ChainParams = {
  network: 'golden~1',
  difficulty: 8 * DIFFICULTY_BIT,
  blockSize: 2,
  blockReward: 12_345_678n,
  blockWaitSeconds: 7,
  blockBytesMax: 54_321,
};

/** 2026-01-02T03:04:05.678Z. */
const TIME = 1_767_323_045_678;
const TO = '0123456789abcdef'.repeat(4) as Address;

/** Anything that JSON can hold: hexadecimal text, decimal text, small numbers. */
export type Vectors = Readonly<Record<string, unknown>>;

function paymentVector(signer: Signer): Vectors {
  const networkId = networkIdOf(DEFAULT_PARAMS);
  const terms = {
    key: signer.key, to: TO, amount: 1_234_567_890_123n, fee: 45_678n, sequence: 910, time: TIME,
  };
  const message = signingBytes(terms, networkId);
  const payment = makePayment(terms, signer.sign(message), networkId);
  return {
    key: bytesToHex(signer.key),
    address: addressOf(signer.key),
    signingBytes: bytesToHex(message),
    signature: bytesToHex(payment.signature),
    id: payment.id,
    digest: payment.digest,
    bytes: bytesToHex(payment.bytes),
  };
}

function paramsVector(params: ChainParams): Vectors {
  const { header, id } = genesisBlock(params);
  return {
    params: { ...params, blockReward: `${params.blockReward}` },
    bytes: bytesToHex(encodeParams(params)),
    genesisHeader: bytesToHex(encodeHeader(header)),
    networkId: id,
  };
}

function rewardVector(): Vectors {
  const terms = { height: 4_660, to: TO, amount: 10_000_001n };
  const reward = makeReward(terms, networkIdOf(DEFAULT_PARAMS));
  return { bytes: bytesToHex(reward.bytes), id: reward.id, digest: reward.digest };
}

function merkleVector(): Vectors {
  const leaves = [0, 1, 2, 3, 4].map((value) => ({ digest: digestOf(Uint8Array.of(value)) }));
  return {
    leaves: leaves.map(({ digest }) => digest),
    roots: leaves.map((_, index) => merkleRootOf(leaves.slice(0, index + 1))),
  };
}

function difficultyVectors(): Vectors[] {
  const difficulties = [
    0, 1, 2, 0x5555, 0x8000, 0xaaaa, 0xffff, DIFFICULTY_BIT, DIFFICULTY_BIT + 1, 8 * DIFFICULTY_BIT,
    20 * DIFFICULTY_BIT + 12_345, 26 * DIFFICULTY_BIT, 26 * DIFFICULTY_BIT + 0x8000,
    100 * DIFFICULTY_BIT + 54_321, 254 * DIFFICULTY_BIT + 0xffff, 255 * DIFFICULTY_BIT,
  ];
  return difficulties.map((difficulty) => ({
    difficulty,
    target: targetOf(difficulty).toString(16),
    work: workOf(difficulty).toString(16),
  }));
}

/** The run of 64 blocks, of which three have transactions. */
function runRecords(): readonly (readonly [string, string])[] {
  const store = new MemoryStore();
  for (const [height, ...ids] of [[1, 'a1'], [2, '00', 'ff'], [63, 'a1', '7f']] as const) {
    const transactions = ids.map((byte) => ({ id: byte.repeat(32) }));
    const block = { header: { height }, transactions } as unknown as Block;
    store.commit(historyWrites(new WriteOverlay(store), block, ids.map(() => [0, 0])));
  }
  return store.dump(SPACE.run);
}

/** A delta of two accounts. */
function deltaRecords(): readonly (readonly [string, string])[] {
  const store = new MemoryStore();
  const account = { balance: 2n ** 63n - 1n, sequence: 4_660, spentAt: 2 ** 53 - 1, receivedAt: 0 };
  const other = { balance: 0n, sequence: 1, spentAt: 2 ** 18, receivedAt: 2 ** 19 };
  store.commit(deltaWrites(7, new Map([[TO, account], ['f0'.repeat(32) as Address, other]])));
  return store.dump(SPACE.delta);
}

/** Two blocks, the second with a payment, and every record that a store has of them. */
function chainVector(signer: Signer): Vectors {
  const factory = new BlockFactory(OTHER_PARAMS);
  const owner = addressOf(signer.key);
  const header = { time: TIME, tag: 'golden miner' };
  const first = factory.block(factory.genesis, { to: owner, header });
  const terms = { from: signer, to: TO, amount: 5_000_000n, fee: 3n, sequence: 0 };
  const payment = factory.pay(terms);
  const second = factory.block(first, { payments: [payment], to: owner });
  // The signature is compared as bytes above; here only what is stored counts.
  const believer: Verifier = {
    verify: () => true,
    prefetch: (batch, done) => done(signedIn(batch).map(() => true)),
  };
  const store = new MemoryStore();
  const chain = openChain(OTHER_PARAMS, store, new Signatures(believer, factory.networkId));
  const kinds = [first, second].map((block) => chain.addBlock(block, TIME + 60_000).kind);
  const others = new Map<number, () => readonly (readonly [string, string])[]>(
    [[SPACE.run, runRecords], [SPACE.delta, deltaRecords]]);
  const spaces = Object.entries(SPACE).map(([name, space]) =>
    [name, others.get(space)?.() ?? store.dump(space)] as const);
  return {
    outcomes: kinds,
    blocks: [first, second].map((block) => ({
      id: block.id, nonce: `${block.header.nonce}`, bytes: bytesToHex(encodeBlock(block)),
    })),
    records: Object.fromEntries(spaces.filter(([, records]) => records.length > 0)),
  };
}

/** Everything that `chain-vectors.json` holds. */
export function chainVectors(): Vectors {
  const [rsa, ed25519] = [signerOf(privateKeyOf('rsa2048')), signerOf(privateKeyOf('ed25519'))];
  return {
    payments: { rsa2048: paymentVector(rsa), ed25519: paymentVector(ed25519) },
    reward: rewardVector(),
    merkle: merkleVector(),
    params: { default: paramsVector(DEFAULT_PARAMS), other: paramsVector(OTHER_PARAMS) },
    difficulties: difficultyVectors(),
    chain: chainVector(ed25519),
  };
}
