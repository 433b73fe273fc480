/**
 * The miner's live lines on a terminal: what it does now, how long that takes, and who is there.
 *
 * Owns: their words and the measured hash rate.
 * Does not own: drawing (`screen.ts`), the log (`node-lines.ts`).
 */
import type { NodeView } from '../node/node.ts';
import type { MinerView } from '../node/miner.ts';
import { waitingWords } from './node-lines.ts';
import type { Output } from './output.ts';
import { bar } from './screen.ts';
import { duration, formatAge, hashRate, shortId } from '../lib/words.ts';

/** (policy) The rate shown is that of about so much time. */
const RATE_WINDOW_MS = 5_000;
const BAR_WIDTH = 20;
const PEERS_NAMED = 3;

/** Hashes per second over the last few seconds. */
export class RateMeter {
  readonly #samples: { at: number; hashes: bigint }[] = [];

  /** Forgets: what is measured begins anew. */
  clear(): void {
    this.#samples.length = 0;
  }

  /** Takes a sample; gives the rate, 0 when nothing was hashed. */
  sample(at: number, hashes: bigint): number {
    this.#samples.push({ at, hashes });
    while (this.#samples.length > 2 && this.#samples[0]!.at < at - RATE_WINDOW_MS) {
      this.#samples.shift();
    }
    const [first] = this.#samples;
    const elapsedMs = at - first!.at;
    return elapsedMs <= 0 ? 0 : (Number(hashes - first!.hashes) * 1000) / elapsedMs;
  }
}

export interface MinerFrame {
  readonly view: NodeView;
  readonly kernel: string;
  readonly isPaused: boolean;
  readonly hashes: bigint;
  /** Hashes per second. */
  readonly rate: number;
  /** The system's clock. */
  readonly now: number;
  readonly sendCommand: string;
}

type Colours = Output['outColours'];

/** The lines of one moment. */
export function minerLines(frame: MinerFrame, colours: Colours): string[] {
  const { view, now } = frame;
  const { miner, chain, sync } = view;
  if (miner === undefined) return [];
  const first = frame.isPaused ? pausedLines(frame, miner, colours)
    : miner.state === 'mining' ? miningLines(frame, miner, colours)
    : miner.state === 'waiting' ? waitingLines(frame, miner, colours)
      : lookingLines(frame, colours);
  const { header, id } = chain.tip;
  const tip = header.height === 0 ? 'no block yet'
    : `${header.height}  ${shortTip(id)}  ${formatAge(now - header.time)} ago`;
  const lines = [
    ...first,
    ` peers ${peersWords(view)}   tip ${tip}   network ${chain.params.network}`,
  ];
  if (sync.clockBehindMs !== undefined) {
    lines.push(colours.yellow(
      ` your clock is ${Math.round(sync.clockBehindMs / 1000)} s behind that of most peers: set it`,
    ));
  }
  return lines;
}

function miningLines(
  { now, hashes, rate, kernel }: MinerFrame, miner: MinerView, colours: Colours,
): string[] {
  const expected = Number(miner.expectedHashes);
  const tried = Number(hashes - miner.hashesAtStart);
  // The chance that a block would have been found by now.
  const luck = 1 - Math.exp(-tried / expected);
  const about = rate > 0 ? duration((expected / rate) * 1000) : '?';
  const elapsed = duration(now - (miner.startedAt ?? now));
  const payments = `${miner.transactions - 1}/${Math.max(0, miner.needed - 1)}`;
  return [
    ` ${colours.green('MINING')} block ${miner.height}   ${hashRate(rate)}  ${kernel}   `
      + `${elapsed} of about ${about}   payments ${payments}`,
    ` luck ${bar(luck, BAR_WIDTH)}  ${Math.round(luck * 100)} % of blocks are found by now`
      + `   ${colours.dim('p pauses')}`,
  ];
}

function pausedLines({ kernel }: MinerFrame, miner: MinerView, colours: Colours): string[] {
  return [
    ` ${colours.yellow('PAUSED')} block ${miner.height}   ${kernel}   p goes on`,
    ' the blockchain and payments go on meanwhile',
  ];
}

function waitingLines(
  { now, sendCommand }: MinerFrame, miner: MinerView, colours: Colours,
): string[] {
  const first = ` ${colours.yellow(waitingWords(miner))}   for block ${miner.height}`;
  if (miner.reason !== 'payments') return [first, ''];
  const missing = miner.needed - miner.ready;
  const soon = miner.partialAt === undefined ? ''
    : `, or in ${duration(miner.partialAt - now)} without`;
  return [
    `${first}: ${missing} more needed${soon}`,
    ` make one:  ${colours.bold(sendCommand)}`,
  ];
}

function lookingLines({ view }: MinerFrame, colours: Colours): string[] {
  const { height } = view.chain.tip.header;
  const { claimedHeight, isDownloading } = view.sync;
  if (!isDownloading && claimedHeight <= height) {
    return [` ${colours.cyan('LOOKING')} for other miners before it begins ...`, ''];
  }
  const of = Math.max(height, claimedHeight);
  return [
    ` ${colours.cyan('SYNC')}   block ${height} of ${of}`,
    ` ${bar(of === 0 ? 0 : height / of, BAR_WIDTH)}`,
  ];
}

function peersWords({ peers }: NodeView): string {
  if (peers.length === 0) return '0';
  const tags = peers.map(({ status }) => status?.tag ?? '');
  // Peers on one machine have its name for their tag.
  const isOnly = (tag: string): boolean =>
    tag !== '' && tags.indexOf(tag) === tags.lastIndexOf(tag);
  const named = peers.slice(0, PEERS_NAMED).map(
    ({ remote }, index) => (isOnly(tags[index]!) ? tags[index]! : remote),
  );
  const more = peers.length > PEERS_NAMED ? ', ...' : '';
  return `${peers.length} (${named.join(', ')}${more})`;
}

/** The digits behind the zeros that the difficulty asks for say more than the first ones. */
function shortTip(id: string): string {
  return `${shortId(id)}..${id.slice(-4)}`;
}
