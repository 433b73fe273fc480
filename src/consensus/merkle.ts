/**
 * The Merkle tree of a block's transactions.
 *
 * Owns: the digest of a transaction and the root of a list (consensus). Leaves and nodes are told
 * apart by their first byte, as in RFC 6962 section 2.1, so that no node can pass for a leaf.
 */
import { sha256Hex, taggedHash } from '../crypto/sha256.ts';
import { assert } from '../lib/assert.ts';
import { hexInto } from '../lib/bytes.ts';
import type { Digest } from './types.ts';

const LEAF_TAG = Uint8Array.of(0);
const NODE_TAG = 1;

/** What is hashed for a node: the tag and two digests. */
const node = Uint8Array.of(NODE_TAG, ...new Uint8Array(64));

/** The leaf of a transaction: over all of its bytes, so that a block commits to signatures too. */
export function digestOf(transactionBytes: Uint8Array): Digest {
  return taggedHash(LEAF_TAG, transactionBytes) as Digest;
}

/**
 * The root of a list of leaves, in order, as 64 digits: pairs are hashed level by level, and an odd
 * one moves up unchanged, never doubled (CVE-2012-2459). The list is not empty.
 */
export function merkleRootOf(leaves: readonly { readonly digest: Digest }[]): string {
  assert(leaves.length > 0);
  let level: readonly string[] = leaves.map(({ digest }) => digest);
  while (level.length > 1) {
    const above: string[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const [left, right] = [level[index]!, level[index + 1]];
      if (right === undefined) {
        above.push(left);
        continue;
      }
      hexInto(node, 1, left);
      hexInto(node, 33, right);
      above.push(sha256Hex(node));
    }
    level = above;
  }
  return level[0]!;
}
