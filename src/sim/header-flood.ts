/**
 * `spammer`: floods of headers, which cost their sender little and never arrive at a body.
 *
 * Owns: the runs of headers and how they are told: from genesis and with less work than there is,
 * the same again at every question, endless, or at a difficulty that is cheaper than the network's.
 * Does not own: branches that have bodies (`false-chain.ts`).
 */
import type { Chain } from '../consensus/chain.ts';
import { blockIdOf, HEADER_VERSION } from '../consensus/encoding.ts';
import { DIFFICULTY_BIT, genesisBlock } from '../consensus/params.ts';
import { workOf } from '../consensus/pow.ts';
import type { BlockHeader, BlockId } from '../consensus/types.ts';
import type { Link } from '../ports.ts';
import { HEADERS_MAX } from '../protocol/messages.ts';
import { Attack, sendTo } from './attack.ts';
import type { Claim, Target } from './attack.ts';
import { mineHeader } from './forgery.ts';
import { EPOCH_MS } from './machine.ts';

/** `short` has less work than the victim; `cheap` has a lower difficulty from the first on. */
const WAYS = ['short', 'repeated', 'endless', 'cheap'] as const;
/** Headers that an endless flood mines for each question after the first message. */
const MINED_FOR_QUESTION = 20;
const CHEAPER_BITS = 3;
/** Headers of one message; as many as fit make its reader ask for more. */
const COUNTS = [40, 300, HEADERS_MAX] as const;

/** Headers on genesis that a liar has mined, kept for all of its attacks: they are work. */
class HeaderRun {
  readonly #headers: BlockHeader[] = [];
  #lastId: BlockId;
  readonly #difficulty: number;

  constructor(chain: Chain, isCheap: boolean) {
    this.#lastId = genesisBlock(chain.params).id;
    const cheaper = chain.params.difficulty - CHEAPER_BITS * DIFFICULTY_BIT;
    this.#difficulty = isCheap ? cheaper : chain.params.difficulty;
  }

  /** The first so many. */
  take(count: number): readonly BlockHeader[] {
    while (this.#headers.length < count) this.#mine();
    return this.#headers.slice(0, count);
  }

  #mine(): void {
    const height = this.#headers.length + 1;
    const header = mineHeader({
      version: HEADER_VERSION,
      height,
      previousId: this.#lastId,
      merkleRoot: '5b'.repeat(32),
      time: EPOCH_MS + height,
      difficulty: this.#difficulty,
      tag: 'liar',
      nonce: 0n,
    });
    this.#headers.push(header);
    this.#lastId = blockIdOf(header);
  }
}

/** What a liar has mined so far. */
export interface HeaderRuns {
  good: HeaderRun | undefined;
  cheap: HeaderRun | undefined;
}

export class HeaderFlood extends Attack {
  readonly story: string;
  protected readonly claim: Claim;
  readonly #way: (typeof WAYS)[number];
  readonly #run: HeaderRun;
  readonly #count: number;
  readonly #isSilent: boolean;
  #told = 0;

  constructor(target: Target, runs: HeaderRuns) {
    super(target);
    const { chain, chance } = target;
    this.#way = chance.pick(WAYS);
    this.#count = this.#way === 'endless' ? HEADERS_MAX : chance.pick(COUNTS);
    this.#isSilent = chance.happens(0.8);
    this.#run = this.#way === 'cheap'
      ? (runs.cheap ??= new HeaderRun(chain, true)) : (runs.good ??= new HeaderRun(chain, false));
    const { work } = this.boast();
    const more = workOf(chain.params.difficulty) * BigInt(2 * HEADERS_MAX);
    this.claim = { ...this.boast(), work: work + more };
    this.story = `${this.#way} headers`;
  }

  meet(link: Link): void {
    const send = sendTo(link);
    this.converse(link, send, (message) => {
      if (message.kind === 'getHeaders') send({ kind: 'headers', headers: this.#headers() });
      if (message.kind !== 'getBlocks' || this.#isSilent) return;
      for (const id of message.ids) send({ kind: 'notFound', id });
    });
  }

  #headers(): readonly BlockHeader[] {
    const { height } = this.target.chain.tip.header;
    if (this.#way === 'short') return this.#run.take(Math.max(1, height - 1));
    if (this.#way !== 'endless') return this.#run.take(this.#count);
    const from = this.#told;
    this.#told += from === 0 ? HEADERS_MAX : MINED_FOR_QUESTION;
    return this.#run.take(this.#told).slice(Math.max(0, this.#told - HEADERS_MAX));
  }
}
