/**
 * What a block's header promises, rule by rule, as a list with ticks.
 *
 * Owns: the words of each rule.
 * Does not own: the rules: every verdict is that of `consensus/`.
 */
import type { Chain } from '../../consensus/chain.ts';
import { medianTime } from '../../consensus/checks.ts';
import { blockIdIn, decodeHeader, HEADER_VERSION } from '../../consensus/encoding.ts';
import { CLOCK_DRIFT_MAX_MS, DIFFICULTY_BIT } from '../../consensus/params.ts';
import { meetsDifficulty } from '../../consensus/pow.ts';
import type { HeaderNode } from '../../consensus/records.ts';
import type { BlockHeader, BlockId } from '../../consensus/types.ts';
import { hexToBytes, zeroBitsOf } from '../../lib/bytes.ts';
import { counted } from '../../lib/words.ts';
import type { Check, HeaderCheck } from '../schema/chain.ts';

/** No network is harder, and no target is smaller; a header may claim more (consensus). */
const DIFFICULTY_MAX = 255 * DIFFICULTY_BIT;

/** The rules of a stored block. What its body must be was checked when it was connected. */
export function storedChecks(chain: Chain, node: HeaderNode, now: number): Check[] {
  const { header } = node;
  if (header.height === 0) {
    return [{
      name: 'genesis', holds: true,
      detail: 'the first block: it commits to the chain parameters, and its id is the network\'s',
    }];
  }
  const checks = headerChecks(chain, node.id, header, now);
  const wasConnected = node.status === 'valid';
  const isRefused = node.status === 'invalid';
  checks.push({
    name: 'transactions',
    holds: !isRefused,
    detail: 'what the Merkle root in the header promises, enough of them, not too many bytes, and '
      + 'the reward last, of the exact amount',
  }, {
    name: 'signatures and balances',
    holds: wasConnected,
    detail: wasConnected
      ? 'every payment is signed by its payer, in order, and covered by the balance'
      : isRefused ? 'this block, or one before it, breaks a rule'
        : 'not looked at: a branch is only checked to the end when it has the most work',
  });
  return checks;
}

/** A header that somebody made up: what its id is, and which rules it keeps. */
export function checkHeaderText(chain: Chain, text: string, now: number): HeaderCheck {
  const bytes = hexToBytes(text)!; // The schema has checked the digits.
  const id = blockIdIn(bytes);
  const header = decodeHeader(bytes);
  return {
    id,
    zero_bits: zeroBitsOf(id),
    checks: header === undefined
      ? [{ name: 'form', holds: false, detail: 'these 116 bytes are no header' }]
      : headerChecks(chain, id, header, now),
  };
}

function headerChecks(chain: Chain, id: BlockId, header: BlockHeader, now: number): Check[] {
  const { difficulty } = chain.params;
  const bits = zeroBitsOf(id);
  const parent = header.height === 0 ? undefined : chain.header(header.previousId);
  const checks: Check[] = [
    {
      name: 'version', holds: header.version === HEADER_VERSION,
      detail: `${header.version}; the rules here are those of ${HEADER_VERSION}`,
    },
    {
      name: 'difficulty', holds: header.difficulty === difficulty,
      detail: `${bitsOf(header.difficulty)}; every block of this network has ${bitsOf(difficulty)}`,
    },
    {
      name: 'proof of work',
      holds: header.difficulty <= DIFFICULTY_MAX && meetsDifficulty(id, header.difficulty),
      detail: `the hash begins with ${counted(bits, 'zero bit')}, and ${bitsOf(header.difficulty)} `
        + 'are wanted',
    },
    {
      name: 'parent', holds: parent !== undefined,
      detail: parent === undefined ? 'no block here has the id that it names as the one before it'
        : `block ${parent.header.height} is here`,
    },
  ];
  if (parent !== undefined) checks.push(...againstParent(chain, header, parent, now));
  return checks;
}

function againstParent(
  chain: Chain, header: BlockHeader, parent: HeaderNode, now: number,
): Check[] {
  const median = medianTime(chain.contextOf(parent).times);
  return [
    {
      name: 'height', holds: header.height === parent.header.height + 1,
      detail: `${header.height}, one more than that of the block before it`,
    },
    {
      name: 'time', holds: header.time > median && header.time <= now + CLOCK_DRIFT_MAX_MS,
      detail: 'later than the median of the eleven blocks before, and not more than two minutes '
        + 'ahead of the clock here',
    },
  ];
}

function bitsOf(difficulty: number): string {
  return `${difficulty / DIFFICULTY_BIT} bits`;
}
