/**
 * The Merkle root (threats row 10): known by a second computation, and different for different
 * lists.
 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssertionError } from '../lib/assert.ts';
import { hexToBytes } from '../lib/bytes.ts';
import { digestOf, merkleRootOf } from './merkle.ts';
import type { Digest } from './types.ts';

interface Leaf {
  readonly digest: Digest;
}

function leafOf(value: number): Leaf {
  return { digest: digestOf(Uint8Array.of(value)) };
}

function hash(...parts: (Uint8Array | Buffer)[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

/** The root by the definition from above: split at the greatest power of two below the count. */
function rootByRecursion(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0]!;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)];
  return hash(Uint8Array.of(1), rootByRecursion(left), rootByRecursion(right));
}

describe('a digest', () => {
  it('is a hash with the tag of leaves', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => {
      expect(digestOf(bytes)).toBe(hash(Uint8Array.of(0), bytes).toString('hex'));
    }));
  });
});

describe('a Merkle root', () => {
  it('of one leaf is the leaf, and of two the hash of a node', () => {
    const [a, b] = [leafOf(1), leafOf(2)];
    expect(merkleRootOf([a])).toBe(a.digest);
    const node = hash(Uint8Array.of(1), hexToBytes(a.digest)!, hexToBytes(b.digest)!);
    expect(merkleRootOf([a, b])).toBe(node.toString('hex'));
  });

  it('is that of RFC 6962 for every count to 70', () => {
    for (let count = 1; count <= 70; count++) {
      const leaves = Array.from({ length: count }, (_, index) => leafOf(index));
      const digests = leaves.map(({ digest }) => Buffer.from(digest, 'hex'));
      expect(merkleRootOf(leaves)).toBe(rootByRecursion(digests).toString('hex'));
    }
  });

  it('differs for different lists: order, length, doubled leaves', () => {
    const lists = fc.array(fc.nat(2), { minLength: 1, maxLength: 9 });
    fc.assert(fc.property(lists, lists, (a, b) => {
      const isSame = a.length === b.length && a.every((value, index) => value === b[index]);
      expect(merkleRootOf(a.map(leafOf)) === merkleRootOf(b.map(leafOf))).toBe(isSame);
    }), { numRuns: 300 });
    for (let count = 1; count < 20; count++) {
      const list = Array.from({ length: count }, (_, index) => leafOf(index));
      for (let tail = 1; tail <= count; tail++) {
        expect(merkleRootOf([...list, ...list.slice(-tail)])).not.toBe(merkleRootOf(list));
      }
    }
  });

  it('cannot be that of fewer leaves whose bytes are a node', () => {
    const [a, b] = [leafOf(1), leafOf(2)];
    const node = Buffer.concat([hexToBytes(a.digest)!, hexToBytes(b.digest)!]);
    for (const disguise of [node, Buffer.concat([Uint8Array.of(1), node])]) {
      expect(merkleRootOf([{ digest: digestOf(disguise) }])).not.toBe(merkleRootOf([a, b]));
    }
  });

  it('of nothing is a bug', () => {
    expect(() => merkleRootOf([])).toThrow(AssertionError);
  });
});
