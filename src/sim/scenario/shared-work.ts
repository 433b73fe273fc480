/**
 * Work that the nodes of a run share: equal bytes are made, read and judged once.
 *
 * Owns: remembering results of functions by their arguments' contents, so that nobody can tell who
 * computed them. Frames are made by the codec, each distinct one once; a block that
 * a thousand nodes take is decoded once, and connected once for each chain that it extends.
 * Does not own: any of these functions.
 */
import type { ChainMemory } from '../../consensus/chain-memory.ts';
import { blockIdIn, decodeBlock } from '../../consensus/encoding.ts';
import { networkIdOf } from '../../consensus/params.ts';
import type { ChainParams } from '../../consensus/params.ts';
import type { HeaderNode } from '../../consensus/records.ts';
import type { Branch, Refused, StagedReorg } from '../../consensus/reorg.ts';
import { Signatures } from '../../consensus/signatures.ts';
import { HeaderMemo } from '../../consensus/tree.ts';
import type { Block, BlockHeader, BlockId, NetworkId } from '../../consensus/types.ts';
import { assert } from '../../lib/assert.ts';
import { BoundedMap } from '../../lib/bounded-map.ts';
import { equalBytes } from '../../lib/bytes.ts';
import type { SharedWork } from '../../node/shared-work.ts';
import { headerIn } from '../../node/unasked-blocks.ts';
import type { Verifier } from '../../ports.ts';
import { decodeDatagram, encodeFrame } from '../../protocol/framing.ts';
import type { Message } from '../../protocol/messages.ts';

/** (policy) Results that are remembered; nodes are seconds apart. */
const FRAMES_MAX = 4_096;
const STAGED_MAX = 512;
const BLOCKS_MAX = 256;
/** (policy) What each node keeps in memory; the rest is on its disk, which others share. */
const MEMORY: Omit<ChainMemory, 'memo'> = {
  headersMax: 64, heightsMax: 128, accounts: { countMax: 64 },
};

const MESSAGE = Symbol('message');
const BLOCK = Symbol('block');
const ID = Symbol('id');
const HEADER = Symbol('header');

/** Bytes that carry what they were read as: nobody changes them. */
interface KnownBytes extends Uint8Array {
  [MESSAGE]?: Message;
  [BLOCK]?: Block | 'none';
  [ID]?: BlockId;
  [HEADER]?: BlockHeader | 'none';
}

export function createSharedWork(params: ChainParams, verifier: Verifier): SharedWork {
  const frames = new Frames();
  const staged: Staged = new BoundedMap(STAGED_MAX);
  return {
    wire: {
      encode: (message) => frames.encode(message),
      known: (chunk) => messageOf(chunk),
    },
    decodeBlock: decodeOnce,
    blockIdIn: (bytes: KnownBytes) => (bytes[ID] ??= blockIdIn(bytes)),
    headerIn: headerOnce,
    signatures: new Signatures(verifier, networkIdOf(params)),
    chain: {
      memory: {
        ...MEMORY, memo: new HeaderMemo(), tipWrites: new WeakMap(),
        blocks: new BoundedMap(BLOCKS_MAX),
      },
      stage: (tip, branch, make) => stageOnce(staged, { tip, branch, make }),
    },
  };
}

type StageResult = StagedReorg | Refused;
/** By the new tip, and then by the old one. */
type Staged = BoundedMap<BlockId, Map<BlockId, StageResult>>;

/** Ids stand for all blocks below them, so the two tips decide what the change is. */
function stageOnce(
  staged: Staged, { tip, branch, make }: { tip: HeaderNode; branch: Branch; make(): StageResult },
): StageResult {
  const { id } = branch.node;
  const ways = staged.get(id);
  const known = ways?.get(tip.id);
  if (known !== undefined) return known;
  const result = make();
  if (ways === undefined) staged.set(id, new Map([[tip.id, result]]));
  else ways.set(tip.id, result);
  return result;
}

/** The message that a whole frame is, read when it is first asked for. */
function messageOf(chunk: KnownBytes): Message {
  const known = chunk[MESSAGE];
  if (known !== undefined) return known;
  const result = decodeDatagram(chunk);
  assert(result.kind === 'message', 'a frame that nobody can read');
  chunk[MESSAGE] = result.message;
  return result.message;
}

function headerOnce(bytes: KnownBytes): BlockHeader | undefined {
  bytes[HEADER] ??= headerIn(bytes) ?? 'none';
  const header = bytes[HEADER];
  return header === 'none' ? undefined : header;
}

function decodeOnce(bytes: KnownBytes, networkId: NetworkId): Block | undefined {
  bytes[BLOCK] ??= decodeBlock(bytes, networkId) ?? 'none';
  const block = bytes[BLOCK];
  return block === 'none' ? undefined : block;
}

interface Made {
  readonly message: Message;
  readonly frame: Uint8Array;
}

/** Frames that were made for messages which many nodes send alike. */
class Frames {
  readonly #made = new BoundedMap<string, Made>(FRAMES_MAX);

  encode(message: Message): Uint8Array {
    const key = keyOf(message);
    const made = key === undefined ? undefined : this.#made.get(key);
    if (made !== undefined && isSame(made.message, message)) return made.frame;
    const frame: KnownBytes = encodeFrame(message);
    // Nobody changes messages either, and reading gives what was written (`messages.test.ts`).
    frame[MESSAGE] = message;
    if (key !== undefined) this.#made.set(key, { message, frame });
    return frame;
  }
}

/** Equal for equal messages, and seldom for others; undefined for what only one node says. */
function keyOf(message: Message): string | undefined {
  switch (message.kind) {
    case 'getHeaders':
      return `asks ${message.locator[0]} ${message.locator.length}`;
    case 'headers': {
      const { headers } = message;
      return `headers ${headers.at(0)?.merkleRoot} ${headers.at(-1)?.merkleRoot} ${headers.length}`;
    }
    case 'getBlocks':
      return `wants ${message.ids[0]} ${message.ids.length}`;
    case 'block': {
      // Somewhere in the Merkle root.
      const { bytes } = message;
      return `block ${bytes[44]} ${bytes[45]} ${bytes[46]} ${bytes[47]} ${bytes.length}`;
    }
    default:
      return undefined;
  }
}

function isSame(one: Message, other: Message): boolean {
  if (one.kind === 'getHeaders' && other.kind === 'getHeaders') {
    return equalLists(one.locator, other.locator);
  }
  if (one.kind === 'getBlocks' && other.kind === 'getBlocks') return equalLists(one.ids, other.ids);
  // Headers are shared, so other objects are other headers, or cost one more frame.
  if (one.kind === 'headers' && other.kind === 'headers') {
    return equalLists(one.headers, other.headers);
  }
  return one.kind === 'block' && other.kind === 'block' && equalBytes(one.bytes, other.bytes);
}

function equalLists<Item>(one: readonly Item[], other: readonly Item[]): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}
