/**
 * Goal: whoever changes a header sees which rule breaks, by the chain's own verdict, and nobody
 * makes the check itself break.
 * Method: stored blocks, the same with bytes changed, and random bytes.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EASY_PARAMS, BlockFactory } from '../../../test/support/block-factory.ts';
import { testChain } from '../../../test/support/chain-fixture.ts';
import { encodeHeader, HEADER_BYTES } from '../../consensus/encoding.ts';
import type { BlockHeader } from '../../consensus/types.ts';
import { bytesToHex, zeroBitsOf } from '../../lib/bytes.ts';
import { HeaderCheck } from '../schema/chain.ts';
import { checkHeaderText, storedChecks } from './header-check.ts';

const factory = new BlockFactory(EASY_PARAMS);
const { chain } = testChain(EASY_PARAMS);
const blocks = factory.line(factory.genesis, 12);
const now = blocks.at(-1)!.header.time + 1_000;
for (const block of blocks) chain.addBlock(block, now);

const { header } = blocks[11]!;

/** The names of the rules that do not hold. */
function brokenBy(changes: Partial<BlockHeader>, at = now): string[] {
  const text = bytesToHex(encodeHeader({ ...header, ...changes }));
  const check = HeaderCheck.parse(checkHeaderText(chain, text, at));
  return check.checks.filter(({ holds }) => !holds).map(({ name }) => name);
}

describe('zero bits', () => {
  it('are those before the first one, at every place', () => {
    for (let bits = 0; bits < 256; bits++) {
      const id = (1n << BigInt(255 - bits)).toString(16).padStart(64, '0');
      expect(zeroBitsOf(id)).toBe(bits);
    }
    expect(zeroBitsOf('0'.repeat(64))).toBe(256);
    expect(zeroBitsOf('f'.repeat(64))).toBe(0);
    expect(zeroBitsOf(`07${'f'.repeat(62)}`)).toBe(5);
  });

  it('agree with the number that the id is', () => {
    fc.assert(fc.property(fc.bigInt({ min: 1n, max: (1n << 256n) - 1n }), (value) => {
      const id = value.toString(16).padStart(64, '0');
      return zeroBitsOf(id) === 256 - value.toString(2).length;
    }));
  });
});

describe('the checks of a header', () => {
  it('all hold for a stored block, and for every block of the chain', () => {
    expect(brokenBy({})).toEqual([]);
    for (let height = 0; height <= 12; height++) {
      const checks = storedChecks(chain, chain.headerAt(height)!, now);
      expect(checks.filter(({ holds }) => !holds)).toEqual([]);
    }
  });

  it.each<[string, Partial<BlockHeader>]>([
    ['version', { version: 2 }],
    ['difficulty', { difficulty: 0 }],
    ['height', { height: 7 }],
    ['parent', { previousId: 'ab'.repeat(32) as never }],
    ['time', { time: now + 121_000 }],
    ['time', { time: blocks[5]!.header.time }],
  ])('name %s when it is broken', (name, changes) => {
    expect(brokenBy(changes)).toContain(name);
  });

  it('take a time of two minutes ahead, to the millisecond', () => {
    expect(brokenBy({ time: now + 120_000 })).not.toContain('time');
    expect(brokenBy({ time: now + 120_001 })).toContain('time');
  });

  it('say that any change breaks the proof of work, nearly always', () => {
    const broken = Array.from({ length: 64 }, (_, nonce) =>
      brokenBy({ nonce: BigInt(nonce) + 1_000n }).includes('proof of work'));
    // One in sixteen is lucky.
    expect(broken.filter(Boolean).length).toBeGreaterThan(40);
  });

  it('break at nothing that somebody sends', () => {
    const bytes = fc.uint8Array({ minLength: HEADER_BYTES, maxLength: HEADER_BYTES });
    const bent = fc.tuple(fc.nat({ max: HEADER_BYTES - 1 }), fc.nat({ max: 255 }))
      .map(([at, value]) => encodeHeader(header).map((byte, index) =>
        (index === at ? value : byte)));
    fc.assert(fc.property(fc.oneof(bytes, bent), (one) => {
      const check = HeaderCheck.parse(checkHeaderText(chain, bytesToHex(one), now));
      expect(check.checks.length).toBeGreaterThan(0);
    }));
  });

  it('have an answer to a difficulty that cannot be', () => {
    const checks = brokenBy({ difficulty: 256 * 65_536 });
    expect(checks).toContain('difficulty');
    expect(checks).toContain('proof of work');
    expect(brokenBy({ difficulty: 0xffff_ffff })).toContain('proof of work');
    expect(brokenBy({ difficulty: 255 * 65_536 })).toContain('proof of work');
  });
});
