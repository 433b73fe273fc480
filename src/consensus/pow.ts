/**
 * Proof of work on integers alone.
 *
 * Owns: target, work, and whether an id meets its difficulty (consensus).
 * Does not own: which difficulty a block must have (`checks.ts`) or how a nonce is searched
 * (kernels).
 */
import { assert } from '../lib/assert.ts';
import type { BlockId, Work } from './types.ts';

/** 2^256: one more than the greatest id. */
const ID_COUNT = 1n << 256n;
const FRACTION_BITS = 16;
const TABLE_SHIFT = 320n;

/**
 * floor(2^(320 - 2^-k)) for k = 1 to 16: the factor that each bit of the fraction puts on the
 * target. 64 bits more than a target has make the product's floor exact for all 65,536 fractions.
 */
const HALVINGS: readonly bigint[] = [
  0xb504f333f9de6484597d89b3754abe9f1d6f60ba893ba84ced17ac85833399154afc83043ab8a2c3n,
  0xd744fccad69d6af439a68bb9902d3fde1d733af522058b16b5c13ada0e778299efb01fda334bca9an,
  0xeac0c6e7dd24392ed02d75b3706e54fac4faace043b7f91c17d8d1e8ca31880ab338fcd2ac2ffbc7n,
  0xf5257d152486cc2c7b9d0c7aed980fc36f510308677709f5bdd80329364aa29fd22dd036f1906093n,
  0xfa83b2db722a033a7c25bb14315d7fcc8006fe21a95d14dc4844b29bf4af18e84b0207166ee1375dn,
  0xfd3e0c0cf486c174853f3a5931e0ee03061b7bb285a607919d2285b6754edd613ab745a256540c03n,
  0xfe9e115c7b8f884badd25995e79d2f096934ec56be0d25443a7522ed803a527baa2398a03fbdc508n,
  0xff4ecb59511ec8a5301ba217ef18dd7c2f409857956d475fdb171474700cd72f09abbd9586cb942fn,
  0xffa756521c8daed19f3a1b48fb94c5890307b74822fd5159908ffd988886f04d62d24b6a87895b87n,
  0xffd3a751c0f7e10bd3b9f8ae012fbe068eb5ecd47ddb289771cb552c99fc29d0c0167045e7adcee1n,
  0xffe9d2b2f7db2755ddf1d28a378a438c6f052f62e83e63922e530d549b8ac0605aea4a857bb0ac20n,
  0xfff4e91bff1b8c3d88338e0ebf284a4de81d1c9b01b7b8766c3008599b02312007f6ac6366ea3f07n,
  0xfffa747ea0040664238f92f792405805955c348754bd0a9bc8f8df4a7fa20f7d583896d0609b938dn,
  0xfffd3a3b7814eb53cd7629d70fea116a4f9ac1facae74df689d7ef358e7e8cc70092bfeb74e022abn,
  0xfffe9d1cc60ddab126de1aec4a87e7b8d22f40ee87b245cd5c0b37dd72ed82b2880d72960f9588fan,
  0xffff4e8e25879bfa09ea263360240c1a1f8a9b5789ebbe49be0a4e3b9f08b165050fe8c593a4b95bn,
];

/**
 * floor(2^(256 - difficulty / 65536)): ids below it are valid. `difficulty` is 0 to 255 bits, in
 * 1/65,536 bit. For whole bits it asks for that many leading zero bits.
 */
export function targetOf(difficulty: number): bigint {
  return factsOf(difficulty).target;
}

interface Facts {
  readonly difficulty: number;
  readonly target: bigint;
  /** 64 digits that are above those of all ids below the target, and of no other. */
  readonly digits: string;
  readonly work: Work;
}

/** Of the one that was asked for last: all blocks of a network have the same. */
let last: Facts = { difficulty: -1, target: 0n, digits: '', work: 0n };

function factsOf(difficulty: number): Facts {
  if (last.difficulty === difficulty) return last;
  const target = computeTarget(difficulty);
  // No id is above the greatest target, which has a digit more.
  const digits = target < ID_COUNT ? target.toString(16).padStart(64, '0') : 'g';
  last = { difficulty, target, digits, work: ID_COUNT / target };
  return last;
}

function computeTarget(difficulty: number): bigint {
  assert(difficulty >= 0 && difficulty <= 255 * 65_536);
  let scaled = 1n << TABLE_SHIFT;
  for (let index = 0; index < FRACTION_BITS; index++) {
    const isSet = (difficulty >> (FRACTION_BITS - 1 - index)) & 1;
    if (isSet === 1) scaled = (scaled * HALVINGS[index]!) >> TABLE_SHIFT;
  }
  return scaled >> (TABLE_SHIFT - 256n + BigInt(difficulty >> FRACTION_BITS));
}

/** The hashes that finding such a block takes on average, rounded down: at least 1. */
export function workOf(difficulty: number): Work {
  return factsOf(difficulty).work;
}

export function meetsDifficulty(id: BlockId, difficulty: number): boolean {
  // Both have 64 digits, so their texts are in the order of what they spell.
  return id < factsOf(difficulty).digits;
}
