/**
 * The texts of the page about mining. `{…}` is filled with an element.
 */
export const MINING = {
  title: 'Mining',
  about: 'How fast this node searches, how long blocks take, and who finds them.',

  here: 'This miner',
  states: {
    mining: 'Searching for block',
    waiting: 'Waits, to mine block',
    paused: 'Paused, before block',
    stopped: 'Stands still, before block',
  },
  notMining: 'This node does not mine.',
  notMiningNext: 'It shows what others find. To mine on this computer:',
  command: 'mvb miner',
  rate: 'Hash rate',
  kernel: 'Kernel',
  kernelHint: 'The code that computes SHA-256, and its threads',
  tried: 'Tried for this block',
  triedOf: (tried: string, expected: string) => `${tried} of ${expected} expected`,
  found: 'Blocks found',
  foundValue: (blocks: string) => `${blocks} since the start`,
  earned: 'Earned',
  luck: 'Luck',
  luckValue: (percent: string) => `${percent} of blocks are found by now`,
  luckHint: 'Chance alone decides: what was tried before does not make the next hash any better.',
  luckNone: 'no search is going on',

  control: 'Control',
  pause: 'Pause',
  resume: 'Mine again',
  threads: 'Threads',
  threadsOf: (count: number, max: number) => `${count} of ${max}`,
  load: 'Load',
  loadOf: (percent: number) => `${percent} %`,
  loadHint: 'How much of each thread’s time is used: less is cooler and quieter.',
  lockedReadOnly: 'This page is read-only: whoever runs the node controls it on its own page.',
  lockedSignedOut: 'To control the miner, sign in under {wallet}.',
  wallet: 'Wallet',
  saved: 'The miner took the change.',

  rateTitle: 'Hash rate over time',
  rateSeeing: 'The line is this node’s own rate. The dashed line is what all miners together '
    + 'must have, judged by the newest blocks; by chance alone the truth lies outside of its band '
    + 'for one judgement in twenty.',
  rateEmpty: 'No rate was measured yet.',
  rateEmptyNext: 'A few seconds of mining are enough.',
  own: 'This node',
  network: 'All miners, estimated',
  low: 'Lower end of the band',
  high: 'Upper end of the band',
  networkNone: 'All miners together: not known before three blocks.',
  networkIs: (rate: string, low: string, high: string) =>
    `All miners together: ${rate} (95 % band ${low} to ${high})`,
  networkWaits: 'Blocks here also wait for payments, so the true rate is higher than this.',
  time: 'Time',

  intervalsTitle: 'Time between blocks',
  intervalsSeeing: (count: number, mean: string) =>
    `Columns: how many of the newest ${count} intervals were so long. Line: what chance alone `
    + `makes of the same average, ${mean}.`,
  intervalsEmpty: 'There are not enough blocks yet.',
  intervalsEmptyNext: 'Three blocks make the first two intervals.',
  waits: 'Do not expect the columns to fit the line here: a block of this network needs payments, '
    + 'and no one searches until they have come. The intervals are those of people as much as '
    + 'those of chance.',
  noWaits: 'A miner that always searches makes columns that follow the line.',
  spread: (spread: string) => `Spread: ${spread} of the average. By chance alone it would be near `
    + '1; less is more regular, more comes in bursts.',
  from: 'From',
  to: 'to',
  longer: 'longer',
  blocks: 'Blocks',
  byChance: 'By chance alone',
  range: (from: string, to: string) => `${from} to ${to}`,
  beyond: (from: string) => `${from} and longer`,

  sharesTitle: 'Who finds the blocks',
  sharesSeeing: (count: number) => `Each bar is a miner’s share of the newest ${count} blocks; `
    + 'the bracket is where its share of the hash rate lies, by 95 % chance. A wide bracket means '
    + 'that luck still decides more than power. Names prove nothing: a miner may take any.',
  sharesEmpty: 'Nobody has found a block yet.',
  sharesEmptyNext: 'The first miner needs no payments for block 1.',
  miner: 'Miner',
  share: 'Share',
  band: 'Of the hash rate, by 95 % chance',
  rest: (miners: number) => `${miners} more miners`,
  bandOf: (low: string, high: string) => `${low} to ${high}`,
} as const;
