/** Rules about work and time: threats rows 34 to 41 (C3), as far as a chain decides them. */
import { DIFFICULTY_BIT } from '../../src/consensus/params.ts';
import { NOW } from '../support/block-factory.ts';
import type { RowDraft, Script } from './script.ts';

/** As the page of the protocol says it, not as the code does. */
const TWO_MINUTES_MS = 120_000;

/** Feeds blocks with these times on the tip. */
function timed(s: Script, ...times: readonly number[]): void {
  for (const time of times) s.connects(s.next({ header: { time } }));
}

export const WORK_ROWS: readonly RowDraft[] = [
  { threat: 34, name: 'no proof of work', write: (s) => {
    s.is('bad-proof-of-work', s.next({ isUnproved: true }));
    s.fund(s.alice);
    s.is('bad-proof-of-work', s.next({ isUnproved: true })).connects(s.next());
  } },
  { threat: 34, name: 'a network where any hash will do', params: { difficulty: 0 }, write: (s) => {
    s.connects(s.next({ header: { tag: 'a' } })).connects(s.next({ header: { tag: 'b' } }));
    s.is('bad-difficulty', s.next({ header: { difficulty: 1 } }));
  } },
  { threat: 34, name: 'a fraction of a bit',
    params: { difficulty: 3 * DIFFICULTY_BIT + 12_345 }, write: (s) => {
      s.fund(s.alice, 5);
      s.is('bad-proof-of-work', s.next({ isUnproved: true }));
    } },
  { threat: 36, name: 'every tag and every nonce of 64 bits is a block of its own', write: (s) => {
    const fork = s.tip;
    s.connects(s.next({ header: { tag: 'x'.repeat(20) } }));
    s.is('sideBranch', s.factory.block(fork, { header: { tag: 'y' } }));
    s.is('sideBranch', s.factory.block(fork, { header: { time: 2 } }));
  } },
  { threat: 37, name: 'a difficulty that is not the network\'s', write: (s) => {
    s.fund(s.alice);
    const right = 4 * DIFFICULTY_BIT;
    for (const difficulty of [0, right - 1, right + 1, right + 2 * DIFFICULTY_BIT]) {
      s.is('bad-difficulty', s.next({ header: { difficulty } }));
    }
    s.connects(s.next());
  } },
  { threat: 37, name: 'a version or a height that is not the next', write: (s) => {
    s.fund(s.alice, 2);
    for (const version of [0, 2, 0xffff_ffff]) s.is('bad-version', s.next({ header: { version } }));
    for (const height of [0, 1, 2, 4, Number.MAX_SAFE_INTEGER]) {
      s.is('bad-height', s.next({ header: { height } }));
    }
    s.connects(s.next());
  } },
];

export const TIME_ROWS: readonly RowDraft[] = [
  { threat: 40, name: 'later than the median of all, when there are fewer than eleven',
    write: (s) => {
      s.is('time-too-old', s.next({ header: { time: 0 } }));
      timed(s, 1); // 0 1: the lower middle is 0.
      timed(s, 1); // 0 1 1: the median is 1.
      s.is('time-too-old', s.next({ header: { time: 1 } }));
      timed(s, 100, 2); // 0 1 1 2 100
      s.is('time-too-old', s.next({ header: { time: 1 } }));
      timed(s, 2); // 0 1 1 2 2 100: the lower middle is 1.
      s.connects(s.next({ header: { time: 3 } }));
    } },
  { threat: 40, name: 'later than the median of the last eleven, and of no more', write: (s) => {
    timed(s, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100); // With genesis: 0 to 100, the median is 50.
    s.is('time-too-old', s.next({ header: { time: 50 } }));
    timed(s, 51); // 10 to 100 and 51: the median is 51.
    s.is('time-too-old', s.next({ header: { time: 51 } }));
    timed(s, 52); // 20 to 100, 51, 52: the median is 52.
    s.is('time-too-old', s.next({ header: { time: 52 } }));
    timed(s, 53);
  } },
  { threat: 40, name: 'before its parent, but later than the median', write: (s) => {
    timed(s, 1_000, 2_000, 900_000);
    s.is('time-too-old', s.next({ header: { time: 1_000 } }));
    timed(s, 1_001);
  } },
  { threat: 40, name: 'too early is not invalid: the same block is good when its time has come',
    write: (s) => {
      const time = NOW + TWO_MINUTES_MS;
      const early = s.next({ header: { time: time + 1 } });
      s.is('time-too-new', early).is('time-too-new', early);
      const child = s.factory.block(early, { header: { time: time + 2 } });
      s.is('orphan', child);
      s.connects(early, NOW + 1).is('time-too-new', child, NOW + 1).connects(child, NOW + 2);
    } },
  { threat: 40, name: 'exactly two minutes ahead', write: (s) => {
    s.connects(s.next({ header: { time: NOW + TWO_MINUTES_MS } }));
  } },
  { threat: 40, name: 'a time that does not come', write: (s) => {
    s.is('time-too-new', s.next({ header: { time: Number.MAX_SAFE_INTEGER } }));
    s.fund(s.alice);
  } },
  { threat: 40, name: 'at the ends of what a time can be', write: (s) => {
    s.is('time-too-old', s.next({ header: { time: 0 } }));
    s.is('time-too-new', s.next({ header: { time: Number.MAX_SAFE_INTEGER } }));
    s.is('time-too-new', s.next({ header: { time: 2 ** 53 - 2 } }), 0);
    s.connects(s.next({ header: { time: 2 ** 32 } }));
  } },
  { threat: 40, name: 'the clock of the node went back: what is in the chain stays', write: (s) => {
    timed(s, NOW);
    s.is('time-too-new', s.next({ header: { time: NOW + 1 } }), 0);
    s.connects(s.next({ header: { time: 1 } }), 0);
  } },
];
