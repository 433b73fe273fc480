/**
 * Attacks that speak the protocol as it should be, about a chain that is false.
 *
 * - `boaster` claims work that it has not, and answers with nothing, or with headers that all know.
 * - `withholder` shows headers of a heavier branch, and never gives the bodies.
 * - `mutator` gives bodies that are not their headers'.
 * - `counterfeiter` mines a heavier branch in which one block breaks a rule.
 * - `trickster` answers with other headers and other blocks than it was asked for.
 * - `quitter` dies in the middle of a message.
 * - `besieger` wants all places of its victim's table, and so is well-behaved but for what it
 *   claims: it comes from many hosts (`liar.ts`).
 *
 * Owns: what these say. Does not own: what they mine (`forgery.ts`).
 */
import { blockIdOf, encodeBlock } from '../consensus/encoding.ts';
import { workOf } from '../consensus/pow.ts';
import type { BlockHeader, BlockId } from '../consensus/types.ts';
import { bytesToHex } from '../lib/bytes.ts';
import type { Link } from '../ports.ts';
import { encodeFrame } from '../protocol/framing.ts';
import { HEADERS_MAX } from '../protocol/messages.ts';
import type { Message } from '../protocol/messages.ts';
import { Attack, sendTo } from './attack.ts';
import type { Claim, Send, Target } from './attack.ts';
import { FLAWS, forgeBranch, mutateBody } from './forgery.ts';
import type { Branch, Flaw } from './forgery.ts';
import { EPOCH_MS } from './machine.ts';
import type { Chance } from './random.ts';

export type FalseChainKind = 'boaster' | 'withholder' | 'mutator' | 'counterfeiter' | 'trickster'
  | 'quitter' | 'besieger';

const DEPTH_MAX = 6;
/**
 * A good branch makes deep forks, but its rewards are the liar's: with too many, nobody else can
 * pay.
 */
const GOOD_SHARE = 0.05;
/** Messages that a quitter gets through before the one that it dies in. */
const WHOLE_MESSAGES_MAX = 4;
const TRICK_BLOCKS_MAX = 40;

function drawFlaw(chance: Chance): Flaw {
  const isGood = chance.happens(GOOD_SHARE);
  const flaw = chance.pick(FLAWS);
  return isGood ? 'none' : flaw;
}

export class FalseChain extends Attack {
  readonly story: string;
  protected readonly claim: Claim;
  readonly #kind: FalseChainKind;
  readonly #branch: Branch | undefined;
  readonly #headers: readonly BlockHeader[];
  readonly #isSilent: boolean;

  constructor(target: Target, kind: FalseChainKind) {
    super(target);
    const { chain, chance, world } = target;
    this.#kind = kind;
    const flaw = kind === 'counterfeiter' ? drawFlaw(chance) : 'none';
    const depth = chance.between(0, Math.min(DEPTH_MAX, chain.tip.header.height));
    const lead = chance.between(1, 3);
    const now = EPOCH_MS + world.now;
    this.#branch = forgeBranch({ ...target, now, flaw, depth, lead });
    this.#headers = this.#branch?.headers ?? [];
    this.#isSilent = chance.happens(0.5);
    this.claim = this.#claim();
    this.story = `${flaw} ${depth} below and ${lead} above height ${chain.tip.header.height}`;
  }

  meet(link: Link): void {
    const send = this.#kind === 'quitter' ? this.#dyingSend(link) : sendTo(link);
    // Each link of a siege is another node, as far as its victim can see.
    const session = this.#kind === 'besieger'
      ? bytesToHex(this.target.chance.bytes(8)) : undefined;
    this.converse(link, send, (message) => this.#answer(message, send), this.hello(session));
  }

  /** With a branch, the work that the branch really has. */
  #claim(): Claim {
    const { chain, chance } = this.target;
    const { tip } = chain;
    // Who claims no more than there is, is asked for nothing, and can never be caught.
    const isModest = this.#kind === 'besieger' && chance.happens(0.6);
    if (isModest) return { tipId: tip.id, height: tip.header.height, work: tip.work };
    const last = this.#headers.at(-1);
    const isProved = this.#kind !== 'boaster' && this.#kind !== 'besieger';
    if (!isProved || last === undefined) return this.boast();
    const work = workOf(chain.params.difficulty) * BigInt(this.#headers.length + 1);
    return { tipId: blockIdOf(last), height: this.#headers.length, work };
  }

  #answer(message: Message, send: Send): void {
    if (message.kind === 'getHeaders') return this.#answerHeaders(message.locator, send);
    if (message.kind !== 'getBlocks') return;
    if (this.#kind === 'trickster') return this.#answerOtherBlocks(message.ids, send);
    const hasBlocks = this.#kind === 'mutator' || this.#kind === 'counterfeiter'
      || this.#kind === 'quitter';
    for (const id of message.ids) {
      const block = this.#branch?.blocks.find((member) => member.id === id);
      if (block === undefined || !hasBlocks) {
        if (!this.#isSilent) send({ kind: 'notFound', id });
        continue;
      }
      const { chance, chain } = this.target;
      const isMutated = this.#kind === 'mutator';
      const sent = isMutated ? mutateBody(block, chance, chain.networkId) : block;
      send({ kind: 'block', bytes: encodeBlock(sent) });
    }
  }

  #answerHeaders(locator: readonly BlockId[], send: Send): void {
    const { chance, chain } = this.target;
    const kind = this.#kind;
    if (kind === 'boaster' || kind === 'besieger') {
      const known = this.#headers.slice(0, chain.tip.header.height - DEPTH_MAX);
      const headers = known.slice(-chance.between(0, 3));
      if (!this.#isSilent) send({ kind: 'headers', headers });
      return;
    }
    const ids = this.#headers.map(blockIdOf);
    const start = Math.max(-1, ...locator.map((id) => ids.indexOf(id))) + 1;
    const asked = this.#headers.slice(start, start + HEADERS_MAX);
    const isTrick = kind === 'trickster' && chance.happens(0.5);
    send({ kind: 'headers', headers: isTrick ? this.#otherHeaders(asked) : asked });
  }

  /** Too early ones, too late ones, in another order, twice, or with a gap. */
  #otherHeaders(asked: readonly BlockHeader[]): readonly BlockHeader[] {
    const { chance } = this.target;
    return chance.pick([
      this.#headers, this.#headers.slice(-1), [...asked].reverse(), [...asked, ...asked],
      asked.filter((_, index) => index !== 1),
    ]);
  }

  /** Good blocks, all of them, but others than were asked for, or more than once. */
  #answerOtherBlocks(ids: readonly BlockId[], send: Send): void {
    const { chance, blocks } = this.target;
    for (const id of ids.slice(0, TRICK_BLOCKS_MAX)) {
      const bytes = encodeBlock(chance.pick(blocks));
      const own = this.#branch?.blocks.find((member) => member.id === id);
      const other = this.#branch === undefined ? undefined : chance.pick(this.#branch.blocks);
      const ways: (() => void)[] = [
        () => send({ kind: 'block', bytes }),
        () => send({ kind: 'notFound', id: blocks[0]!.id }),
        () => other && send({ kind: 'block', bytes: encodeBlock(other) }),
        () => {
          if (own === undefined) return;
          for (let copy = 0; copy < 3; copy++) send({ kind: 'block', bytes: encodeBlock(own) });
        },
      ];
      chance.pick(ways)();
    }
  }

  /** Some whole messages, and then a part of one, and nothing ever again. */
  #dyingSend(link: Link): Send {
    const { chance } = this.target;
    let left = chance.between(0, WHOLE_MESSAGES_MAX);
    return (message) => {
      const frame = encodeFrame(message);
      if (left-- > 0) return void link.send(frame);
      link.send(frame.subarray(0, chance.between(1, frame.length - 1)));
      // After this event: the link is still being served in it.
      this.target.world.after(1, () => this.target.quit(), this.target.life);
    };
  }
}
